// The fixed lists: roles, actions, purposes, offences. Codes are stored and published; labels may change.
#include <algorithm>
#include <array>
#include <utility>

#include "policy/policy.h"
#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> kRoles{{{Role::kOfficer, "officer"},
                                                                   {Role::kSupervisor, "supervisor"},
                                                                   {Role::kAdministrator, "administrator"},
                                                                   {Role::kAuditor, "auditor"},
                                                                   {Role::kDispatcher, "dispatcher"}}};

constexpr std::array<std::string_view, 6> kGravities{"unknown", "misdemeanour",   "gross-misdemeanour",
                                                     "felony",  "violent-felony", "danger-to-life"};

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [value, name] : kRoles) {
    if (value == role) return name;
  }
  return "unknown";
}

std::optional<Role> role_named(std::string_view name) {
  for (const auto& [value, known] : kRoles) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::kNone:
      return "none";
    case Action::kSearchReads:
      return "search-reads";
    case Action::kViewRead:
      return "view-read";
    case Action::kViewPicture:
      return "view-picture";
    case Action::kLiveReads:
      return "live-reads";
    case Action::kExportReads:
      return "export-reads";
    case Action::kCorrectRead:
      return "correct-read";
    case Action::kViewAlerts:
      return "view-alerts";
    case Action::kDecideAlert:
      return "decide-alert";
    case Action::kRecordOutcome:
      return "record-outcome";
    case Action::kListCases:
      return "list-cases";
    case Action::kManageCase:
      return "manage-case";
    case Action::kViewHotlists:
      return "view-hotlists";
    case Action::kManageHotlists:
      return "manage-hotlists";
    case Action::kViewCameras:
      return "view-cameras";
    case Action::kManageCameras:
      return "manage-cameras";
    case Action::kUploadReads:
      return "upload-reads";
    case Action::kManageAccounts:
      return "manage-accounts";
    case Action::kManageSettings:
      return "manage-settings";
    case Action::kViewLedger:
      return "view-ledger";
    case Action::kAuditLedger:
      return "audit-ledger";
    case Action::kTryPicture:
      return "try-picture";
    case Action::kManageSharing:
      return "manage-sharing";
    case Action::kOrderDesk:
      return "order-desk";
    case Action::kCheckOrder:
      return "check-order";
    case Action::kUseExigent:
      return "use-exigent";
    case Action::kJudgeExigent:
      return "judge-exigent";
    case Action::kViewMasked:
      return "view-masked";
  }
  return "unknown";
}

const std::vector<Purpose>& purposes() {
  const auto allowed = [](const char* code, const char* label, std::string citation) {
    return Purpose{code, label, false, "house/permitted-purpose", std::move(citation)};
  };
  const auto forbidden = [](const char* code, const char* label, const char* rule, std::string citation) {
    return Purpose{code, label, true, rule, std::move(citation)};
  };
  const std::string house(kHouseRule);
  static const std::vector<Purpose> list = {
      allowed("stolen-vehicle", "Stolen vehicle or plate", "Va. Code 2.2-5517 (notifications); " + house),
      allowed("missing-person", "Missing or endangered person",
              "Va. Code 2.2-5517 (missing, endangered); " + house),
      allowed("amber-alert", "AMBER, Silver or similar public alert",
              "Va. Code 2.2-5517 (emergency alert); " + house),
      allowed("human-trafficking", "Human trafficking", "Va. Code 2.2-5517 (trafficked persons); " + house),
      allowed("violent-crime", "Violent crime", "Va. Code 2.2-5517 (criminal investigation); " + house),
      allowed("felony-investigation", "Other felony investigation",
              "Wash. ESSB 6002 (L. 2026 c. 239); " + house),
      allowed("burglary", "Burglary or theft from a vehicle",
              "Va. Code 2.2-5517 (criminal investigation); " + house),
      allowed("hit-and-run", "Hit and run with injury or damage",
              "Va. Code 2.2-5517 (criminal investigation); " + house),
      allowed("wanted-person-warrant", "Person wanted on a warrant", "Va. Code 2.2-5517 (warrant); " + house),
      allowed("welfare-check", "Welfare check, person at risk", house),
      allowed("emergency-response", "Emergency response, fire and medical", house),
      forbidden("immigration-enforcement", "Immigration enforcement", "house/no-immigration",
                "Wash. ESSB 6002 (L. 2026 c. 239); 625 ILCS 5/2-130; " + house),
      forbidden("traffic-enforcement", "Traffic or parking enforcement", "house/no-traffic",
                "Idaho Code 49-1432; " + house),
      forbidden("protest-activity", "Protest, worship, press or other protected activity",
                "house/no-protected-activity", "Wash. ESSB 6002 (L. 2026 c. 239); " + house),
      forbidden("reproductive-care", "Reproductive or gender-affirming care", "house/no-reproductive-care",
                "625 ILCS 5/2-130; " + house),
      forbidden("protected-class-only", "Solely race, sex, religion or another protected class",
                "house/no-protected-class", house),
      forbidden("harassment", "Harassment or intimidation", "house/no-harassment", house),
      forbidden("personal", "Personal interest", "house/no-personal", house),
      forbidden("background-check", "Employment or other background check", "house/no-background", house),
      forbidden("debt-or-repossession", "Debt collection or repossession", "house/no-commercial",
                "Va. Code 2.2-5517 (no sale, no private sharing); " + house),
      forbidden("sale-or-marketing", "Sale, marketing or another commercial use", "house/no-commercial",
                "Va. Code 2.2-5517 (no sale, no private sharing); " + house),
  };
  return list;
}

const Purpose* find_purpose(std::string_view code) {
  const auto& list = purposes();
  const auto found = std::find_if(list.begin(), list.end(), [&](const Purpose& p) { return p.code == code; });
  return found == list.end() ? nullptr : &*found;
}

const std::vector<Offence>& offences() {
  static const std::vector<Offence> list = {
      {"homicide", "Homicide", Gravity::kViolentFelony},
      {"sexual-assault", "Sexual assault", Gravity::kViolentFelony},
      {"robbery", "Robbery", Gravity::kViolentFelony},
      {"aggravated-assault", "Aggravated assault", Gravity::kViolentFelony},
      {"simple-assault", "Simple assault", Gravity::kMisdemeanour},
      {"kidnapping", "Kidnapping or abduction", Gravity::kViolentFelony},
      {"human-trafficking", "Human trafficking", Gravity::kViolentFelony},
      {"arson", "Arson", Gravity::kFelony},
      {"burglary", "Burglary", Gravity::kFelony},
      {"larceny", "Larceny or theft", Gravity::kMisdemeanour},
      {"theft-from-vehicle", "Theft from a vehicle", Gravity::kGrossMisdemeanour},
      {"motor-vehicle-theft", "Motor vehicle theft", Gravity::kFelony},
      {"stolen-property", "Stolen property", Gravity::kGrossMisdemeanour},
      {"fraud", "Fraud", Gravity::kGrossMisdemeanour},
      {"weapons", "Weapon law violation", Gravity::kGrossMisdemeanour},
      {"drug-felony", "Drug felony", Gravity::kFelony},
      {"hit-and-run", "Hit and run", Gravity::kGrossMisdemeanour},
      {"eluding", "Felony eluding", Gravity::kFelony},
      {"protective-order", "Violation of a protective order", Gravity::kGrossMisdemeanour},
      {"escape-or-warrant", "Escape, flight or outstanding warrant", Gravity::kGrossMisdemeanour},
      {"missing-person", "No offense: missing or endangered person", Gravity::kDangerToLife},
      {"welfare", "No offense: welfare or emergency", Gravity::kDangerToLife},
      {"other-felony", "Other felony", Gravity::kFelony},
  };
  return list;
}

std::string_view name_of(Asks asks) {
  constexpr std::array<std::string_view, 4> kNames{"reads", "route", "meet", "convoy"};
  return kNames[static_cast<std::size_t>(asks)];
}

std::string_view words_of(Asks asks) {
  constexpr std::array<std::string_view, 4> kWords{"which vehicles were seen", "the way of one plate",
                                                   "who was at several places", "who travels with a plate"};
  return kWords[static_cast<std::size_t>(asks)];
}

std::string_view name_of(Gravity gravity) {
  return kGravities[static_cast<std::size_t>(gravity)];
}

std::optional<Gravity> gravity_named(std::string_view name) {
  const auto found = std::find(kGravities.begin(), kGravities.end(), name);
  if (found == kGravities.end()) return std::nullopt;
  return static_cast<Gravity>(found - kGravities.begin());
}

Gravity gravity_of(std::string_view offence_code) {
  for (const Offence& offence : offences()) {
    if (offence.code == offence_code) return offence.gravity;
  }
  return Gravity::kUnknown;
}

}  // namespace glasshouse::policy
