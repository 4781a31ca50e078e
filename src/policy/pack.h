// A statute pack: one state's, town's, agency's or camera's rules as data, with a citation beside each.
// docs/formats/statute-pack.md is the format; packs/ holds those that come with the program.
//
//   auto pack = parse_pack(text);
//   if (!pack) show(pack.error());      // names the line and what to do
//
// A pack only ever forbids or shortens: nothing in it permits, so that adding one never allows more.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "policy/policy.h"

namespace glasshouse::policy {

enum class Errc { kBadPack = 1 };

inline constexpr std::size_t kMaxPackBytes = 48 * 1024;  // with its signatures it stays within a signed note
inline constexpr std::size_t kMaxPackRules = 200;        // rules, duties and notices together
inline constexpr std::int64_t kMinutesADay = 24 * 60;

// Who makes the rules, from above to below. One pack a level is in force; of cameras as many as are adopted.
enum class Level { kFederal, kState, kLocality, kAgency, kCamera };
std::string_view name_of(Level level);

// What a beneficiary must bring. The order is the meaning: later is stricter.
enum class Demand { kNothing, kAttestation, kOrder, kNever };
std::string_view name_of(Demand demand);      // "attestation"
std::string_view sentence_of(Demand demand);  // "with its written declaration"

// unmatched: no hotlist entry fits. hit: one does. held: a named person keeps it for a case.
enum class ReadState { kUnmatched, kHit, kHeld };
inline constexpr std::array kReadStates{ReadState::kUnmatched, ReadState::kHit, ReadState::kHeld};
std::string_view name_of(ReadState state);

std::span<const std::string_view> beneficiary_kinds();  // "in-state", "out-of-state", "federal", "private"
std::span<const std::string_view> place_kinds();        // "school", "worship", …
// The files of a national extract, as packs and hotlists name them: "stolen-vehicle", "immigration-violator",
// …
std::span<const std::string_view> hotlist_files();
std::string_view words_of_beneficiaries(std::string_view kind);  // "federal agencies"
std::string words_of_minutes(std::int64_t minutes);              // "21 days", "3 minutes", "3 years"
std::string words_of_metres(double metres);                      // "50 m", "40 km"

struct Source {
  std::string citation;  // "Va. Code 2.2-5517 (HB 2724)"
  std::string mark;      // "verified", "partly verified", "unverified" or "house rule"
  std::string note;      // what a reader must know; may be empty
};

struct KeepRule {
  ReadState state = ReadState::kUnmatched;
  std::int64_t minutes = 0;  // at most; under a day: matched in memory, never stored
  Source source;
};
struct PurposeRule {
  std::string name;                // of a [forbid.NAME]; "purposes" for the closed list
  std::vector<std::string> codes;  // sorted
  Source source;
};
struct OffenceRule {
  Gravity least = Gravity::kUnknown;
  Source source;
};
struct RecipientRule {
  std::string kind;
  Demand needs = Demand::kNever;
  std::vector<std::string> named_states;  // for these the second demand holds instead
  Demand named_states_need = Demand::kNever;
  Source source;
};
struct ReachRule {
  Gravity least = Gravity::kUnknown;  // for cases this grave or graver, up to the next row
  int agencies = 1;                   // the own one included
  double reach_m = 0;
  Source source;
};
// A question that reaches bystanders needs a case this grave.
struct QuestionRule {
  Asks asks = Asks::kRoute;
  Gravity least = Gravity::kUnknown;
  Source source;
};
struct PlaceRule {
  std::string kind;
  double within_m = 0;       // of the boundary; 0: inside it
  bool with_consent = true;  // the institution's written consent lifts it
  Source source;
};
// Files of a national extract whose entries no hotlist may hold.
struct BarredFilesRule {
  std::string name;                // of its [barred_files.NAME]
  std::vector<std::string> files;  // sorted
  Source source;
};
// What somebody must do by a date. Shown with its next date; nothing is refused for it.
struct Duty {
  std::string name, kind, what, to;  // kind: "report", "audit", "registration", "review", "policy", "record"
  std::int64_t every_minutes = 0;    // 0: once
  std::string due;                   // "04-01": month and day; empty: counted from `from`
  std::optional<base::Day> from;
  Source source;
};
// A rule that a program cannot decide ("a match alone is no ground to stop"): told, not enforced.
struct Notice {
  std::string name, text;
  Source source;
};

struct Pack {
  std::string id, title, jurisdiction, summary, review;
  Level level = Level::kState;
  int version = 1;
  base::Day effective;
  std::optional<base::Day> ends;     // the first day on which it is no longer in force
  std::vector<std::string> cameras;  // level camera only
  std::vector<KeepRule> keep;
  std::optional<PurposeRule> permitted;  // a closed list
  std::vector<PurposeRule> forbidden;
  std::optional<OffenceRule> offence;
  std::vector<RecipientRule> recipients;
  std::vector<ReachRule> reach;  // least grave first
  std::vector<QuestionRule> questions;
  std::vector<PlaceRule> places;
  std::vector<BarredFilesRule> barred_files;
  std::vector<Duty> duties;
  std::vector<Notice> notices;
};

// kBadPack; the error's why names the line.
base::Result<Pack> parse_pack(std::string_view toml);

// When the duty is next due, on or after `today`; nothing when it was due once and that day is past or
// unknown.
std::optional<base::Day> next_due(const Duty& duty, base::Day today);

}  // namespace glasshouse::policy
