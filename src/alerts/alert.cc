#include "alerts/alerts.h"

namespace glasshouse::alerts {

std::string_view name_of(State state) {
  switch (state) {
    case State::kPending:
      return "pending";
    case State::kConfirmed:
      return "confirmed";
    case State::kRejected:
      return "rejected";
    case State::kClosed:
      break;
  }
  return "closed";
}

std::optional<State> state_named(std::string_view name) {
  for (const State state : {State::kPending, State::kConfirmed, State::kRejected, State::kClosed}) {
    if (name_of(state) == name) return state;
  }
  return std::nullopt;
}

const std::vector<Code>& decision_codes() {
  static const std::vector<Code> kCodes{
      {"all-agree", "Plate, region and looks agree", "confirm"},
      {"plate-agrees-looks-unknown", "The plate agrees; the looks cannot be told", "confirm"},
      {"difference-explained", "It is the vehicle; the difference is explained in the note", "confirm"},
      {"misread", "The plate was misread", "reject"},
      {"wrong-region", "Same plate, another state or country", "reject"},
      {"wrong-vehicle", "Same plate, another vehicle", "reject"},
      {"stale-entry", "The entry no longer holds", "reject"},
      {"picture-unclear", "The picture does not show enough", "reject"},
      {"other", "Another reason, given in the note", "reject"},
  };
  return kCodes;
}

const std::vector<Code>& outcome_codes() {
  static const std::vector<Code> kCodes{
      {"recovered", "Vehicle recovered", ""},
      {"located", "Person or vehicle located", ""},
      {"arrest", "Arrest", ""},
      {"stopped-no-action", "Stopped, no action", ""},
      {"not-found", "Not found", ""},
      {"misread", "Turned out to be a misread", ""},
      {"wrong-region", "Turned out to be another state or country", ""},
      {"stale", "The entry was out of date", ""},
      {"unfounded", "The entry was unfounded", ""},
      {"no-response", "Nobody was free to respond", ""},
  };
  return kCodes;
}

}  // namespace glasshouse::alerts
