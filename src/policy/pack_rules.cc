// A pack's rows as forbids: when each fires, and what a person is told.
#include "policy/pack_rules.h"

#include <algorithm>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

bool has_item(const std::vector<std::string>& sorted, const std::string& item) {
  return std::binary_search(sorted.begin(), sorted.end(), item);
}

bool meets(Demand demand, const Question& question, const Facts& facts) {
  switch (demand) {
    case Demand::kNothing:
      return true;
    case Demand::kAttestation:
      return has_declaration(question, facts);
    case Demand::kOrder:
      return has_order(question, facts);
    case Demand::kNever:
      break;
  }
  return false;
}

// One overload a condition; each is one sentence of docs/formats/statute-pack.md, "When a rule fires".
struct Fires {
  const Question& q;
  const Facts& f;

  bool operator()(const NotAmongPurposes& c) const {
    return uses_purpose() && !has_item(c.codes, q.on_case->purpose);
  }
  bool operator()(const AmongPurposes& c) const {
    return uses_purpose() && has_item(c.codes, q.on_case->purpose);
  }
  bool operator()(const OffenceBelow& c) const { return needs_case(q.action) && gravity() < c.least; }
  bool operator()(const Unbacked& c) const {
    if (q.beneficiary_kind != c.rule.kind) return false;
    const bool named = has_item(c.rule.named_states, q.beneficiary_state);
    return !meets(named ? c.rule.named_states_need : c.rule.needs, q, f);
  }
  bool operator()(const BeyondReach& c) const {
    if (!needs_case(q.action) || gravity() < c.least || (c.below && gravity() >= *c.below)) return false;
    return q.agencies > c.agencies || q.reach_m > c.reach_m;
  }
  bool operator()(const AskedTooWide& c) const {
    return needs_case(q.action) && q.asks == c.asks && gravity() < c.least;
  }
  bool operator()(const KeptLonger& c) const { return q.keep_days && *q.keep_days > c.days; }
  bool operator()(const NearSensitivePlace& c) const {
    return q.action == Action::kManageCameras &&
           std::any_of(q.near.begin(), q.near.end(), [&](const NearPlace& p) {
             return p.kind == c.rule.kind && p.distance_m <= c.rule.within_m &&
                    !(c.rule.with_consent && p.consent);
           });
  }

 private:
  // A case that was opened under other rules can still be kept and closed; one without an id shall be opened.
  bool uses_purpose() const { return q.on_case && (needs_case(q.action) || q.on_case->id.empty()); }
  Gravity gravity() const { return q.on_case ? gravity_of(q.on_case->offence) : Gravity::kUnknown; }
};

std::string joined_labels(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) {
    const Purpose* purpose = find_purpose(code);
    text += (text.empty() ? "" : "; ") + (purpose != nullptr ? purpose->label : code);
  }
  return text;
}

std::string gravity_words(Gravity gravity) {
  switch (gravity) {
    case Gravity::kUnknown:
      return "any case";
    case Gravity::kMisdemeanour:
      return "a misdemeanour";
    case Gravity::kGrossMisdemeanour:
      return "a gross misdemeanour";
    case Gravity::kFelony:
      return "a felony";
    case Gravity::kViolentFelony:
      return "a violent felony";
    case Gravity::kDangerToLife:
      break;
  }
  return "danger to a life";
}

std::string words_of_place(std::string_view kind) {
  if (kind == "food-bank") return "food bank";
  if (kind == "health-care") return "place of health care";
  if (kind == "immigration-facility") return "immigration facility";
  if (kind == "worship") return "place of worship";
  return std::string(kind);
}

std::string demand_words(const RecipientRule& rule) {
  const auto clause = [](Demand demand) {
    return demand == Demand::kNever ? std::string("never") : "only " + std::string(sentence_of(demand));
  };
  std::string text = rule.needs == Demand::kNothing ? std::string("freely") : clause(rule.needs);
  if (rule.named_states.empty()) return text;
  std::string states;
  for (const std::string& state : rule.named_states) states += (states.empty() ? "" : ", ") + state;
  const std::string named =
      rule.named_states_need == Demand::kNothing ? "freely" : clause(rule.named_states_need);
  return text + "; for " + states + " " + named;
}

// Builds the rows of one pack.
class Compiler {
 public:
  Compiler(const Pack& pack, std::vector<PackRule>& rules) : pack_(pack), rules_(rules) {}

  void compile() {
    if (pack_.permitted) permitted(*pack_.permitted);
    for (const PurposeRule& rule : pack_.forbidden) forbidden(rule);
    if (pack_.offence) offence(*pack_.offence);
    for (const RecipientRule& rule : pack_.recipients) recipient(rule);
    for (std::size_t i = 0; i < pack_.reach.size(); ++i) reach(i);
    for (const QuestionRule& rule : pack_.questions) asked_widely(rule);
    for (const KeepRule& rule : pack_.keep) keep(rule);
    for (const PlaceRule& rule : pack_.places) place(rule);
  }

 private:
  struct Told {
    int rank;
    std::string remedy, action;
  };
  void add(const std::string& name, const Source& source, std::string sentence, Told told,
           Condition condition) {
    rules_.push_back({pack_.id + "/" + name, pack_.title + ": " + std::move(sentence), source.citation,
                      source.mark, source.note, told.rank, std::move(told.remedy), std::move(told.action),
                      pack_.cameras, std::move(condition)});
  }

  void permitted(const PurposeRule& rule) {
    add(rule.name, rule.source, "reads are used only for these purposes: " + joined_labels(rule.codes) + ".",
        {7, "Choose a case with one of these purposes.", "choose-case"}, NotAmongPurposes{rule.codes});
  }
  void forbidden(const PurposeRule& rule) {
    add("forbid-" + rule.name, rule.source, "reads are never used for: " + joined_labels(rule.codes) + ".",
        {7, "Choose a case with a permitted purpose.", "choose-case"}, AmongPurposes{rule.codes});
  }
  void offence(const OffenceRule& rule) {
    add("offence", rule.source,
        "reads are used only for " + gravity_words(rule.least) + " or what is graver.",
        {8, "Choose a case whose offence is grave enough.", "choose-case"}, OffenceBelow{rule.least});
  }
  void recipient(const RecipientRule& rule) {
    const bool order = rule.needs == Demand::kOrder;
    const bool attestation = rule.needs == Demand::kAttestation;
    add("recipient-" + rule.kind, rule.source,
        std::string(words_of_beneficiaries(rule.kind)) + " are served " + demand_words(rule) + ".",
        {8,
         order ? "They can ask through the order desk with a warrant or a court order signed by a judge."
         : attestation ? "Ask them for their written declaration, or for a judge's order."
                       : "Search for your own agency only.",
         order ? "order-desk" : "none"},
        Unbacked{rule});
  }
  void reach(std::size_t index) {
    const ReachRule& rule = pack_.reach[index];
    std::optional<Gravity> below;
    if (index + 1 < pack_.reach.size()) below = pack_.reach[index + 1].least;
    const std::string name = rule.least == Gravity::kUnknown ? "any" : std::string(name_of(rule.least));
    add("reach-" + name, rule.source,
        "for " + gravity_words(rule.least) + " a question reaches the cameras of at most " +
            std::to_string(rule.agencies) + (rule.agencies == 1 ? " agency" : " agencies") + ", at most " +
            words_of_metres(rule.reach_m) + " away.",
        {16, "Ask fewer agencies or nearer cameras.", "none"},
        BeyondReach{rule.least, below, rule.agencies, rule.reach_m});
  }
  void asked_widely(const QuestionRule& rule) {
    add("question-" + std::string(name_of(rule.asks)), rule.source,
        std::string(words_of(rule.asks)) + " is asked only for " + gravity_words(rule.least) +
            " or what is graver, and so is finding a vehicle again by its looks.",
        {15,
         "Ask for the reads of one plate, or of one place and time, under this case; or choose a case for " +
             gravity_words(rule.least) + ".",
         "choose-case"},
        AskedTooWide{rule.asks, rule.least});
  }
  // The reads of a day lie in one file: its hits and its unmatched reads go together, so both times limit the
  // setting. Less than a day is no matter of the setting: such reads are never stored.
  void keep(const KeepRule& rule) {
    if (rule.state == ReadState::kHeld || rule.minutes < kMinutesADay) return;
    const std::string time = words_of_minutes(rule.minutes);
    add("retention-" + std::string(name_of(rule.state)), rule.source,
        std::string(rule.state == ReadState::kHit ? "hits" : "unmatched reads") + " are kept at most " +
            time + ".",
        {20, "Set " + time + " or less.", "none"}, KeptLonger{rule.minutes / kMinutesADay});
  }
  void place(const PlaceRule& rule) {
    const std::string where =
        rule.within_m > 0 ? " or within " + words_of_metres(rule.within_m) + " of it" : "";
    add("place-" + rule.kind, rule.source,
        "no camera stands at a " + words_of_place(rule.kind) + where +
            (rule.with_consent ? " without its written consent." : "."),
        {9,
         rule.with_consent ? "Choose another place, or file the institution's written consent."
                           : "Choose another place.",
         "none"},
        NearSensitivePlace{rule});
  }

  const Pack& pack_;
  std::vector<PackRule>& rules_;
};

}  // namespace

bool fires(const PackRule& rule, const Question& question, const Facts& facts) {
  const auto reached = [&](const std::string& camera) {
    return std::find(rule.cameras.begin(), rule.cameras.end(), camera) != rule.cameras.end();
  };
  if (!rule.cameras.empty() && !question.camera_ids.empty() &&
      std::none_of(question.camera_ids.begin(), question.camera_ids.end(), reached)) {
    return false;
  }
  return std::visit(Fires{question, facts}, rule.condition);
}

void add_rules_of(const Pack& pack, std::vector<PackRule>& rules) {
  Compiler(pack, rules).compile();
}

std::string words_of_offence(Gravity gravity) {
  return gravity_words(gravity);
}
std::string words_of_demand(const RecipientRule& rule) {
  return demand_words(rule);
}
std::string words_of_place_kind(std::string_view kind) {
  return words_of_place(kind);
}
std::string words_of_purposes(const std::vector<std::string>& codes) {
  return joined_labels(codes);
}

}  // namespace glasshouse::policy
