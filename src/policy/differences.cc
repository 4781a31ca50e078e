// Two stacks compared, in words.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "policy/pack_rules.h"
#include "policy/stack.h"

namespace glasshouse::policy {
namespace {

using Direction = Difference::Direction;

constexpr std::array kFromLightToGrave{Gravity::kUnknown,           Gravity::kMisdemeanour,
                                       Gravity::kGrossMisdemeanour, Gravity::kFelony,
                                       Gravity::kViolentFelony,     Gravity::kDangerToLife};

// Stricter is smaller.
template <class T>
Direction direction(const T& before, const T& after) {
  return after < before ? Direction::kStricter : before < after ? Direction::kLooser : Direction::kOther;
}

std::string arrow(const std::string& what, const std::string& before, const std::string& after) {
  return what + ": " + before + " → " + after + ".";
}

class Comparison {
 public:
  Comparison(const Rules& before, const Rules& after) : before_(before), after_(after) {}

  std::vector<Difference> all() {
    for (const ReadState state : kReadStates) retention(state);
    purposes();
    offences();
    for (std::string_view kind : beneficiary_kinds()) recipients(std::string(kind));
    for (const Gravity gravity : kFromLightToGrave) reach(gravity);
    for (const Asks asks : kWideQuestions) questions(asks);
    for (std::string_view kind : place_kinds()) places(std::string(kind));
    for (std::string_view file : hotlist_files()) barred_file(file);
    duties();
    notices();
    return std::move(found_);
  }

 private:
  void add(std::string topic, std::string sentence, std::string citation, Direction direction) {
    found_.push_back({std::move(topic), std::move(sentence), std::move(citation), direction});
  }

  void retention(ReadState state) {
    constexpr std::array kWhat{"Retention of unmatched reads", "Retention of hits", "Longest hold"};
    const auto was = before_.kept(state), is = after_.kept(state);
    constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
    const std::int64_t from = was ? was->minutes : kNoLimit, to = is ? is->minutes : kNoLimit;
    if (from == to) return;
    const auto words = [](std::int64_t minutes) {
      if (minutes == kNoLimit) return std::string("no limit");
      return words_of_minutes(minutes) + (minutes < kMinutesADay ? " (matched in memory, never stored)" : "");
    };
    add("retention", arrow(kWhat[static_cast<std::size_t>(state)], words(from), words(to)),
        is ? is->citation : "", direction(from, to));
  }

  // The citation of the pack that forbids the purpose; nothing: no pack does.
  static std::optional<std::string> forbids(const Rules& rules, const Purpose& purpose) {
    for (const Pack& pack : rules.packs()) {
      if (pack.permitted &&
          !std::binary_search(pack.permitted->codes.begin(), pack.permitted->codes.end(), purpose.code))
        return pack.permitted->source.citation;
      for (const PurposeRule& rule : pack.forbidden) {
        if (std::binary_search(rule.codes.begin(), rule.codes.end(), purpose.code))
          return rule.source.citation;
      }
    }
    return std::nullopt;
  }

  void purposes() {
    for (const Purpose& purpose : policy::purposes()) {
      if (purpose.forbidden) continue;  // no pack changes those
      const auto was = forbids(before_, purpose), is = forbids(after_, purpose);
      if (was && !is) add("purposes", arrow(purpose.label, "forbidden", "permitted"), "", Direction::kLooser);
      if (!was && is)
        add("purposes", arrow(purpose.label, "permitted", "forbidden"), *is, Direction::kStricter);
    }
  }

  static std::pair<Gravity, std::string> least_offence(const Rules& rules) {
    std::pair<Gravity, std::string> least{Gravity::kUnknown, ""};
    for (const Pack& pack : rules.packs()) {
      if (pack.offence && pack.offence->least > least.first)
        least = {pack.offence->least, pack.offence->source.citation};
    }
    return least;
  }
  void offences() {
    const auto was = least_offence(before_), is = least_offence(after_);
    if (was.first == is.first) return;
    add("offences", arrow("Least offence", words_of_offence(was.first), words_of_offence(is.first)),
        is.second, direction(is.first, was.first));
  }

  // What the house demands where no pack says more.
  static Demand floor_of(std::string_view kind) {
    if (kind == "in-state") return Demand::kNothing;
    if (kind == "out-of-state") return Demand::kAttestation;
    return kind == "federal" ? Demand::kOrder : Demand::kNever;
  }
  static std::pair<Demand, std::string> demand(const Rules& rules, const std::string& kind,
                                               const std::string& state) {
    std::pair<Demand, std::string> strictest{floor_of(kind), "house rule"};
    for (const Pack& pack : rules.packs()) {
      for (const RecipientRule& rule : pack.recipients) {
        if (rule.kind != kind) continue;
        const bool named = std::binary_search(rule.named_states.begin(), rule.named_states.end(), state);
        const Demand needs = named ? rule.named_states_need : rule.needs;
        if (needs > strictest.first) strictest = {needs, rule.source.citation};
      }
    }
    return strictest;
  }
  void recipients(const std::string& kind) {
    std::set<std::string> states{""};
    for (const Rules* rules : {&before_, &after_}) {
      for (const Pack& pack : rules->packs()) {
        for (const RecipientRule& rule : pack.recipients) {
          if (rule.kind == kind) states.insert(rule.named_states.begin(), rule.named_states.end());
        }
      }
    }
    for (const std::string& state : states) {
      const auto was = demand(before_, kind, state), is = demand(after_, kind, state);
      if (was.first == is.first) continue;
      std::string what = "Searches for " + std::string(words_of_beneficiaries(kind));
      if (!state.empty()) what += " (" + state + ")";
      add("recipients", arrow(what, std::string(sentence_of(was.first)), std::string(sentence_of(is.first))),
          is.second, direction(is.first, was.first));
    }
  }

  // How far a case this grave reaches: the smallest figure of every pack's own row for it.
  struct Reach {
    int agencies = std::numeric_limits<int>::max();
    double metres = std::numeric_limits<double>::infinity();
    std::string citation;
    bool operator==(const Reach& o) const { return agencies == o.agencies && metres == o.metres; }
  };
  static Reach reach_of(const Rules& rules, Gravity gravity) {
    Reach reach;
    for (const Pack& pack : rules.packs()) {
      const ReachRule* row = nullptr;
      for (const ReachRule& rule : pack.reach) {
        if (rule.least <= gravity) row = &rule;
      }
      if (row == nullptr) continue;
      if (row->agencies < reach.agencies || row->reach_m < reach.metres)
        reach.citation = row->source.citation;
      reach.agencies = std::min(reach.agencies, row->agencies);
      reach.metres = std::min(reach.metres, row->reach_m);
    }
    return reach;
  }
  void reach(Gravity gravity) {
    const Reach was = reach_of(before_, gravity), is = reach_of(after_, gravity);
    if (was == is) return;
    const auto words = [](const Reach& reach) {
      if (reach == Reach{}) return std::string("no limit");
      return std::to_string(reach.agencies) + (reach.agencies == 1 ? " agency, " : " agencies, ") +
             words_of_metres(reach.metres);
    };
    const bool stricter = is.agencies <= was.agencies && is.metres <= was.metres;
    add("reach", arrow("Reach for " + words_of_offence(gravity), words(was), words(is)), is.citation,
        stricter ? Direction::kStricter : Direction::kLooser);
  }

  static std::pair<Gravity, std::string> least_for(const Rules& rules, Asks asks) {
    std::pair<Gravity, std::string> least{Gravity::kUnknown, ""};
    for (const Pack& pack : rules.packs()) {
      for (const QuestionRule& rule : pack.questions) {
        if (rule.asks == asks && rule.least > least.first) least = {rule.least, rule.source.citation};
      }
    }
    return least;
  }
  void questions(Asks asks) {
    const auto was = least_for(before_, asks), is = least_for(after_, asks);
    if (was.first == is.first) return;
    add("questions",
        arrow("Least offence for " + std::string(words_of(asks)), words_of_offence(was.first),
              words_of_offence(is.first)),
        is.second, direction(is.first, was.first));
  }

  // Smaller is stricter: consent that does not lift, then the wider ring.
  using Place = std::pair<bool, double>;
  struct StrictestPlace {
    std::optional<Place> value;
    std::string citation;
  };
  static StrictestPlace strictest_place(const Rules& rules, const std::string& kind) {
    StrictestPlace strictest;
    for (const Pack& pack : rules.packs()) {
      for (const PlaceRule& rule : pack.places) {
        const Place place{rule.with_consent, -rule.within_m};
        if (rule.kind == kind && (!strictest.value || place < *strictest.value))
          strictest = {place, rule.source.citation};
      }
    }
    return strictest;
  }
  void places(const std::string& kind) {
    const StrictestPlace was = strictest_place(before_, kind), is = strictest_place(after_, kind);
    if (was.value == is.value) return;
    const auto words = [](const std::optional<Place>& place) {
      if (!place) return std::string("no rule");
      return std::string("no camera") +
             (place->second < 0 ? " within " + words_of_metres(-place->second) : "") +
             (place->first ? " without written consent" : "");
    };
    const bool stricter = is.value && (!was.value || *is.value < *was.value);
    add("places", arrow("A " + words_of_place_kind(kind), words(was.value), words(is.value)), is.citation,
        stricter ? Direction::kStricter : Direction::kLooser);
  }

  void barred_file(std::string_view file) {
    const auto was = before_.bars_file(file), is = after_.bars_file(file);
    if (was.has_value() == is.has_value()) return;
    add("hotlists",
        arrow("File " + std::string(file) + " on hotlists", was ? "barred" : "not barred",
              is ? "barred" : "not barred"),
        is ? is->citation : "", is ? Direction::kStricter : Direction::kLooser);
  }

  template <class Words>
  static std::map<std::string, std::string> told(const Rules& rules, Words words) {
    std::map<std::string, std::string> all;  // sentence → citation
    for (const Pack& pack : rules.packs()) words(pack, all);
    return all;
  }
  void tell(const std::string& topic, const std::map<std::string, std::string>& was,
            const std::map<std::string, std::string>& is, const std::string& gone, const std::string& fresh) {
    for (const auto& [sentence, citation] : was) {
      if (!is.contains(sentence)) add(topic, gone + ": " + sentence, citation, Direction::kOther);
    }
    for (const auto& [sentence, citation] : is) {
      if (!was.contains(sentence)) add(topic, fresh + ": " + sentence, citation, Direction::kOther);
    }
  }
  void duties() {
    const auto words = [](const Pack& pack, std::map<std::string, std::string>& all) {
      for (const Duty& duty : pack.duties) {
        std::string text = duty.what;
        if (!duty.to.empty()) text += " (to " + duty.to + ")";
        if (duty.every_minutes > 0) text += ", every " + words_of_minutes(duty.every_minutes);
        if (!duty.due.empty()) text += ", by " + duty.due;
        all[text] = duty.source.citation;
      }
    };
    tell("duties", told(before_, words), told(after_, words), "Duty that ends", "New duty");
  }
  void notices() {
    const auto words = [](const Pack& pack, std::map<std::string, std::string>& all) {
      for (const Notice& notice : pack.notices) all[notice.text] = notice.source.citation;
    };
    tell("notices", told(before_, words), told(after_, words), "No longer told", "Told from now on");
  }

  const Rules& before_;
  const Rules& after_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const Rules& before, const Rules& after) {
  return Comparison(before, after).all();
}

}  // namespace glasshouse::policy
