#include "sharing/access.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "base/words.h"
#include "policy/rule.h"

namespace glasshouse::sharing {
namespace {

struct Named {
  PromiseKind kind;
  std::string_view name;
};
constexpr std::array kPromises{Named{PromiseKind::kNoImmigrationAgency, "no-immigration-agency"},
                               Named{PromiseKind::kNoFederalAgency, "no-federal-agency"},
                               Named{PromiseKind::kOnlyInState, "only-in-state"},
                               Named{PromiseKind::kNoPrivateBody, "no-private-body"},
                               Named{PromiseKind::kCameraNotShared, "camera-not-shared"},
                               Named{PromiseKind::kNotForPurpose, "not-for-purpose"},
                               Named{PromiseKind::kAtMostAgencies, "at-most-agencies"}};
constexpr std::size_t kMostAgencies = 10'000;

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > kMostAgencies) return std::nullopt;
  return number;
}

std::string label_of(const std::string& purpose) {
  const policy::Purpose* known = policy::find_purpose(purpose);
  return known != nullptr ? known->label : purpose;
}

bool reaches_camera(const Reach& reach, const std::string& camera) {
  return std::any_of(reach.cameras.begin(), reach.cameras.end(),
                     [&](const auto& c) { return c.id == camera; });
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " camera" : " cameras");
}

std::set<std::string> ids(const Reach& reach) {
  std::set<std::string> all;
  for (const GrantCamera& camera : reach.cameras) all.insert(camera.id);
  return all;
}

// In what a grant differs from what it was, in words; empty: in nothing.
std::vector<std::string> differences(const Reach& before, const Reach& now) {
  std::vector<std::string> said;
  const auto had = ids(before), has = ids(now);
  std::size_t more = 0, fewer = 0;
  for (const std::string& id : has) more += !had.contains(id);
  for (const std::string& id : had) fewer += !has.contains(id);
  if (more > 0) said.push_back(counted(more) + " more");
  if (fewer > 0) said.push_back(counted(fewer) + " fewer");
  for (const std::string& code : now.purposes)
    if (std::find(before.purposes.begin(), before.purposes.end(), code) == before.purposes.end())
      said.push_back("also for: " + label_of(code));
  for (const std::string& code : before.purposes)
    if (std::find(now.purposes.begin(), now.purposes.end(), code) == now.purposes.end())
      said.push_back("no longer for: " + label_of(code));
  if (before.lists != now.lists)
    said.push_back(now.lists ? "may send lists that alert" : "no longer sends lists");
  if (before.hours != now.hours) said.push_back("hours " + before.hours + " to " + now.hours);
  if (before.ends_at != now.ends_at)
    said.push_back("ends " + base::format_day(base::day_of(now.ends_at)) + " instead of " +
                   base::format_day(base::day_of(before.ends_at)));
  if (before.kind != now.kind) said.push_back("now listed as " + now.kind);
  if (before.name != now.name) said.push_back("was called " + before.name);
  if (before.regional != now.regional)
    said.push_back(now.regional ? "on the region-wide list" : "off the region-wide list");
  return said;
}

}  // namespace

std::string_view name_of(PromiseKind kind) {
  return kPromises[static_cast<std::size_t>(kind)].name;
}

std::optional<PromiseKind> promise_named(std::string_view name) {
  for (const Named& one : kPromises)
    if (one.name == name) return one.kind;
  return std::nullopt;
}

std::string sentence_of(const Promise& promise) {
  switch (promise.kind) {
    case PromiseKind::kNoImmigrationAgency:
      return "No immigration agency reaches our cameras.";
    case PromiseKind::kNoFederalAgency:
      return "No federal agency reaches our cameras by a grant.";
    case PromiseKind::kOnlyInState:
      return "Only agencies of our own state reach our cameras.";
    case PromiseKind::kNoPrivateBody:
      return "No private body reaches our cameras.";
    case PromiseKind::kCameraNotShared:
      return "The camera " + promise.value + " is shared with nobody.";
    case PromiseKind::kNotForPurpose:
      return "Nobody else reaches our cameras for: " + label_of(promise.value) + ".";
    case PromiseKind::kAtMostAgencies:
      return "At most " + promise.value + " other agencies reach our cameras.";
  }
  return {};
}

bool is_checkable(const Promise& promise) {
  switch (promise.kind) {
    case PromiseKind::kCameraNotShared:
      return !promise.value.empty() && promise.value.size() <= 40;
    case PromiseKind::kNotForPurpose:
      return policy::find_purpose(promise.value) != nullptr;
    case PromiseKind::kAtMostAgencies:
      return number_in(promise.value).has_value();
    default:
      return promise.value.empty();
  }
}

bool names_immigration_body(std::string_view name) {
  static constexpr std::array<std::string_view, 15> kNames{"ice",
                                                           "cbp",
                                                           "hsi",
                                                           "ero",
                                                           "uscis",
                                                           "ins",
                                                           "dhs",
                                                           "border patrol",
                                                           "customs",
                                                           "homeland security",
                                                           "immigration",
                                                           "deportation",
                                                           "removal operations",
                                                           "usbp",
                                                           "border protection"};
  return policy::names_one_of(name, kNames);
}

std::optional<std::string> broken_by(const Promise& promise, std::span<const Reach> reaches) {
  if (!is_checkable(promise))
    return "The promise \"" + std::string(name_of(promise.kind)) + "\" cannot be checked.";
  std::set<std::string> agencies;
  for (const Reach& reach : reaches) {
    agencies.insert(reach.agency_id);
    bool breaks = false;
    switch (promise.kind) {
      case PromiseKind::kNoImmigrationAgency:
        breaks = names_immigration_body(reach.name);
        break;
      case PromiseKind::kNoFederalAgency:
        breaks = reach.kind == "federal" || policy::names_federal_body(reach.name);
        break;
      case PromiseKind::kOnlyInState:
        breaks = reach.kind != "in-state" || policy::names_federal_body(reach.name);
        break;
      case PromiseKind::kNoPrivateBody:
        breaks = reach.kind == "private";
        break;
      case PromiseKind::kCameraNotShared:
        breaks = reaches_camera(reach, promise.value);
        break;
      case PromiseKind::kNotForPurpose:
        breaks =
            std::find(reach.purposes.begin(), reach.purposes.end(), promise.value) != reach.purposes.end();
        break;
      case PromiseKind::kAtMostAgencies:
        break;
    }
    if (breaks)
      return reach.name + " (" + reach.kind + ") reaches " + counted(reach.cameras.size()) + " by grant " +
             reach.grant_id + ".";
  }
  if (promise.kind == PromiseKind::kAtMostAgencies && agencies.size() > number_in(promise.value).value_or(0))
    return std::to_string(agencies.size()) + " other agencies reach our cameras.";
  return std::nullopt;
}

std::vector<AccessChange> changes_between(std::span<const Reach> before, std::span<const Reach> now) {
  const auto same_grant = [](const Reach& reach) {
    return [&](const Reach& other) { return other.grant_id == reach.grant_id; };
  };
  std::vector<AccessChange> changes;
  for (const Reach& reach : now) {
    const auto was = std::find_if(before.begin(), before.end(), same_grant(reach));
    if (was == before.end()) {
      changes.push_back({AccessChange::What::kBegan, reach.agency_id, reach.grant_id,
                         reach.name + " (" + reach.kind + ") can now ask about " +
                             counted(reach.cameras.size()) +
                             (reach.lists ? " and send lists that alert for them." : ".")});
      continue;
    }
    if (const auto said = differences(*was, reach); !said.empty())
      changes.push_back({AccessChange::What::kChanged, reach.agency_id, reach.grant_id,
                         "What " + reach.name + " can ask changed: " + base::join(said, "; ") + "."});
  }
  for (const Reach& reach : before) {
    if (std::none_of(now.begin(), now.end(), same_grant(reach)))
      changes.push_back({AccessChange::What::kEnded, reach.agency_id, reach.grant_id,
                         reach.name + " (" + reach.kind + ") can no longer ask about " +
                             counted(reach.cameras.size()) + "."});
  }
  return changes;
}

}  // namespace glasshouse::sharing
