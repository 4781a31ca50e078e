// Packs on top of one another. Each only forbids or shortens, so the strictest wins by itself and a pack
// below never re-permits what one above forbids. Where no state's pack is in force, or where it is silent,
// the strict default stands in.
//
//   Stack stack(adoptions);
//   std::shared_ptr<const Rules> rules = stack.at(base::day_of(now));
//   Decision d = decide(question, {now, days, rules.get()});
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/pack.h"
#include "policy/policy.h"

namespace glasshouse::policy {

// When a pack's rule fires; each of these is one sentence of docs/formats/statute-pack.md.
struct NotAmongPurposes {
  std::vector<std::string> codes;  // sorted
};
struct AmongPurposes {
  std::vector<std::string> codes;  // sorted
};
struct OffenceBelow {
  Gravity least;
};
struct Unbacked {
  RecipientRule rule;
};
struct BeyondReach {
  Gravity least;
  std::optional<Gravity> below;  // up to the next row
  int agencies;
  double reach_m;
};
struct AskedTooWide {
  Asks asks;
  Gravity least;
};
struct KeptLonger {
  std::int64_t days;
};
struct NearSensitivePlace {
  PlaceRule rule;
};
using Condition = std::variant<NotAmongPurposes, AmongPurposes, OffenceBelow, Unbacked, BeyondReach,
                               AskedTooWide, KeptLonger, NearSensitivePlace>;

// One forbid of a pack, with what a person is told.
struct PackRule {
  std::string id;  // "us-va/recipient-federal"
  std::string sentence, citation, mark, note;
  int remedy_rank = 0;
  std::string remedy_sentence, remedy_action;
  std::vector<std::string> cameras;  // only questions that reach one of these; empty: every question
  Condition condition;
};
bool fires(const PackRule& rule, const Question& question, const Facts& facts);

// The packs of one day. A value; thread-safe.
class Rules {
 public:
  Rules() = default;  // no packs: the house rules alone
  explicit Rules(std::vector<Pack> packs);

  const std::vector<Pack>& packs() const { return packs_; }  // from above to below
  std::span<const PackRule> rules() const { return rules_; }

  struct Kept {
    std::int64_t minutes = 0;
    std::string pack_id, rule_id, citation;
  };
  // The shortest time that any pack gives for the whole house; nothing: no pack says.
  std::optional<Kept> kept(ReadState state) const;
  // Whole days for which the store may hold reads: the shortest of what the packs give for what it stores.
  // Nothing: no pack says.
  std::optional<int> stored_days() const;
  // What bars a file of a national extract from every hotlist; nothing: no pack does.
  struct Barred {
    std::string rule_id, citation;
  };
  std::optional<Barred> bars_file(std::string_view file) const;
  // False: an unmatched read of this camera is matched in memory and never stored.
  bool stores_unmatched(std::string_view camera_id) const;

 private:
  std::vector<Pack> packs_;
  std::vector<PackRule> rules_;
};

// The pack that the program carries within itself.
const Pack& strict_default_pack();
const Rules& strict_default();

// A pack that somebody adopted, or the end of one.
struct Adoption {
  Pack pack;
  base::Day from;      // never before the pack's own effective date
  bool ended = false;  // from this day on the slot is empty again
};

// All adoptions, oldest first. At any day a slot (a level; for cameras a pack's id) holds what was adopted
// last for it. A value; thread-safe.
class Stack {
 public:
  Stack() : Stack(std::vector<Adoption>{}) {}
  explicit Stack(std::vector<Adoption> adoptions);

  std::shared_ptr<const Rules> at(base::Day day) const;
  // Since which day the packs have said, without a break up to `day`, that unmatched reads are not stored at
  // all; nothing when they are stored on `day`. What was stored before that day goes.
  std::optional<base::Day> hits_only_since(base::Day day) const;
  const std::vector<Adoption>& adoptions() const { return adoptions_; }

 private:
  std::vector<Adoption> adoptions_;
  std::vector<std::pair<base::Day, std::shared_ptr<const Rules>>> periods_;  // from the day on, ascending
};

// What changes for people, in words: "Retention of unmatched reads: 30 days → 21 days."
struct Difference {
  enum class Direction { kStricter, kLooser, kOther };
  std::string topic;  // "retention", "purposes", "offences", "recipients", "reach", "questions", "places",
                      // "hotlists", "duties", "notices"
  std::string sentence, citation;
  Direction direction = Direction::kOther;
};
std::vector<Difference> differences(const Rules& before, const Rules& after);

}  // namespace glasshouse::policy
