// Effective access: which other agency can ask about which of our cameras at a moment, by which path; what
// changed between two moments; and promises about it that can be checked. Pure functions of what the book
// holds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sharing/grant.h"

namespace glasshouse::sharing {

// A way in: a grant in force, or one with the region-wide list on top of it.
struct Reach {
  std::string agency_id, name, kind, state;
  std::string grant_id;
  int change = 1;
  bool regional = false;  // may also be part of one question to several agencies at once
  std::vector<GrantCamera> cameras;
  std::vector<std::string> purposes;
  bool lists = false;  // also sends lists whose entries alert for these cameras
  std::string hours;   // "06:00-22:00 UTC"
  base::Time starts_at, ends_at;
};

enum class PromiseKind {
  kNoImmigrationAgency,  // by name: no body that enforces immigration law; always promised
  kNoFederalAgency,      // by kind or by name
  kOnlyInState,
  kNoPrivateBody,
  kCameraNotShared,  // value: the camera's id
  kNotForPurpose,    // value: a purpose's code
  kAtMostAgencies,   // value: a number
};
struct Promise {
  std::string id;
  PromiseKind kind = PromiseKind::kNoImmigrationAgency;
  std::string value;
};
std::string_view name_of(PromiseKind kind);  // "no-immigration-agency"
std::optional<PromiseKind> promise_named(std::string_view name);
std::string sentence_of(const Promise& promise);  // "No immigration agency reaches our cameras."
// Whether the promise's value is one that can be checked.
bool is_checkable(const Promise& promise);

// Whether a name is that of a body that enforces immigration law ("ICE", "I.C.E.", "U.S. Border Patrol").
bool names_immigration_body(std::string_view name);

// What breaks it, in a sentence; nothing: it holds.
std::optional<std::string> broken_by(const Promise& promise, std::span<const Reach> reaches);

struct AccessChange {
  enum class What { kBegan, kEnded, kChanged };
  What what = What::kBegan;
  std::string agency_id, grant_id;
  std::string sentence;  // "Hill County Sheriff can no longer ask about 3 cameras."
};
std::vector<AccessChange> changes_between(std::span<const Reach> before, std::span<const Reach> now);

}  // namespace glasshouse::sharing
