#include "hotlist/entry_check.h"

#include <algorithm>
#include <cctype>

#include "base/vehicle_words.h"
#include "base/words.h"
#include "hotlist/csv.h"
#include "plate/pattern.h"

namespace glasshouse::hotlist {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return std::string(text.substr(first, last - first + 1));
}

std::string lower(std::string_view text) {
  std::string out = trimmed(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

base::Result<std::string> check_plate(std::string_view text) {
  const std::string plate = trimmed(text);
  if (plate.empty()) return base::failure(Errc::kBadPlate, "The plate is missing");
  if (!is_pattern(plate)) {
    const auto parsed = plate::Plate::parse_lenient(plate);
    if (!parsed || parsed->empty()) {
      return base::failure(Errc::kBadPlate, "The plate is not 1 to 10 letters and digits");
    }
    return parsed->text();
  }
  const auto pattern = plate::Pattern::parse(plate);
  if (!pattern)
    return base::failure(Errc::kBadPlate, "The pattern is not one: letters, digits, ? and *, at most 16");
  const std::string folded(pattern->text());
  const auto letters =
      std::count_if(folded.begin(), folded.end(), [](char c) { return c != '?' && c != '*'; });
  if (letters < kLeastPatternLetters) {
    return base::failure(Errc::kBadPlate, "The pattern would match too many vehicles: give at least " +
                                              std::to_string(kLeastPatternLetters) + " letters or digits");
  }
  if (static_cast<int>(folded.size() - std::count(folded.begin(), folded.end(), '*')) > plate::kMaxChars) {
    return base::failure(Errc::kBadPlate,
                         "The pattern asks for more than 10 characters, so it can never match");
  }
  return folded;
}

base::Result<std::string> check_text(std::string_view text, std::string_view field, std::size_t max_chars) {
  if (!is_clean_utf8(text))
    return base::failure(Errc::kBadField, "The " + std::string(field) + " is not UTF-8 text");
  const std::string clean = trimmed(printable(text, text.size()));
  if (clean.size() > max_chars) {
    return base::failure(Errc::kBadField, "The " + std::string(field) + " is longer than " +
                                              std::to_string(max_chars) + " characters");
  }
  return clean;
}

base::Result<std::string> check_word(std::string word, std::string_view field,
                                     const std::vector<std::string>& known) {
  if (word.empty() || word == "unknown") return std::string();
  if (std::find(known.begin(), known.end(), word) != known.end()) return word;
  return base::failure(Errc::kBadField,
                       "The " + std::string(field) + " is not one of: " + base::join(known, ", "));
}

// As reads call it; a word that nobody knows stays, so that the refusal names it.
std::string or_itself(std::string known, std::string word) {
  return known.empty() ? word : known;
}

base::Result<std::string> check_region(std::string_view text) {
  const std::string region = lower(text);
  if (region.empty() || region == "unknown") return std::string();
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool country = region == "us" || region == "eu" || region == "br";
  const bool part = region.size() == 5 && (region.starts_with("us-") || region.starts_with("eu-")) &&
                    is_letter(region[3]) && is_letter(region[4]);
  if (country || (part && (region[0] == 'e' || !region_of_state(region.substr(3)).empty()))) return region;
  return base::failure(Errc::kBadField, "The region is not written like us-va, eu-de or br");
}

base::Result<void> check_expiry(base::Time expires_at, base::Time now) {
  if (base::to_ms(expires_at) == 0) return base::failure(Errc::kBadExpiry, "The expiry is missing");
  if (expires_at <= now) return base::failure(Errc::kBadExpiry, "The expiry is in the past");
  if (expires_at > now + std::chrono::hours(24) * kMaxExpiryDays) {
    return base::failure(Errc::kBadExpiry, "The expiry is more than five years away; an entry must end");
  }
  return {};
}

}  // namespace

const std::vector<std::string>& known_bodies() {
  static const std::vector<std::string> kBodies{"sedan", "suv",    "hatchback", "wagon", "minivan",
                                                "van",   "pickup", "truck",     "bus",   "motorcycle"};
  return kBodies;
}

const std::vector<std::string>& known_colors() {
  static const std::vector<std::string> kColors{"black", "white",  "gray",   "silver", "red",  "blue",
                                                "green", "yellow", "orange", "brown",  "beige"};
  return kColors;
}

NewEntry draft_of(const Entry& entry) {
  return {entry.plate, entry.reason, entry.case_number, entry.region,     entry.color,
          entry.body,  entry.make,   entry.note,        entry.expires_at, true};
}

bool is_pattern(std::string_view plate) {
  return plate.find_first_of("?*") != std::string_view::npos;
}

std::string region_of_state(std::string_view state) {
  static constexpr std::string_view kStates =
      " al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc "
      "nd oh ok or pa ri"
      " sc sd tn tx ut vt va wa wv wi wy dc pr gu vi as mp ";
  const std::string code = lower(state);
  if (code.size() != 2 || kStates.find(" " + code + " ") == std::string_view::npos) return {};
  return "us-" + code;
}

bool regions_differ(std::string_view wanted, std::string_view read) {
  const auto unknown = [](std::string_view region) { return region.empty() || region == "unknown"; };
  if (unknown(wanted) || unknown(read) || wanted == read) return false;
  const auto contains = [](std::string_view whole, std::string_view part) {
    return part.size() > whole.size() && part.starts_with(whole) && part[whole.size()] == '-';
  };
  return !contains(wanted, read) && !contains(read, wanted);
}

base::Result<base::Time> parse_expiry(std::string_view text) {
  const std::string clean = trimmed(text);
  if (clean.empty()) return base::failure(Errc::kBadExpiry, "The expiry is missing");
  if (const auto day = base::parse_day(clean)) return base::start_of(base::Day{day->since_epoch + 1});
  if (const auto time = base::parse_rfc3339(clean)) return *time;
  return base::failure(Errc::kBadExpiry,
                       "The expiry is not a date like 2026-12-31 or a time like 2026-12-31T18:00:00Z");
}

base::Result<NewEntry> check_entry(const NewEntry& draft, base::Time now) {
  NewEntry entry;
  std::optional<base::Error> wrong;
  // Keeps the first thing that is wrong: a person mends one thing at a time.
  const auto take = [&](std::string& into, base::Result<std::string> checked) {
    if (checked) into = std::move(*checked);
    if (!checked && !wrong) wrong = checked.error();
  };
  take(entry.plate, check_plate(draft.plate));
  take(entry.reason, check_text(draft.reason, "reason", kMaxReasonChars));
  if (!wrong && entry.reason.empty()) wrong = base::Error(Errc::kMissingReason, "The reason is missing");
  take(entry.case_number, check_text(draft.case_number, "case number", kMaxCaseChars));
  if (!wrong && entry.case_number.empty())
    wrong = base::Error(Errc::kMissingCase, "The case number is missing");
  take(entry.region, check_region(draft.region));
  take(entry.color,
       check_word(or_itself(base::color_of_word(draft.color), lower(draft.color)), "color", known_colors()));
  take(entry.body,
       check_word(or_itself(base::body_of_word(draft.body), lower(draft.body)), "body", known_bodies()));
  take(entry.make,
       check_text(or_itself(base::make_of_word(draft.make), lower(draft.make)), "make", kMaxMakeChars));
  if (entry.make == "unknown") entry.make.clear();
  take(entry.note, check_text(draft.note, "note", kMaxNoteChars));
  entry.expires_at = draft.expires_at;
  entry.own_end = draft.own_end;
  if (auto good = check_expiry(draft.expires_at, now); !good && !wrong) wrong = good.error();
  if (wrong) return tl::unexpected(*wrong);
  return entry;
}

}  // namespace glasshouse::hotlist
