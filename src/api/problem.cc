// Errors as problem+json (RFC 9457): one table from every module's Errc to a status.
#include <array>
#include <nlohmann/json.hpp>

#include "api/json.h"
#include "api/pack_shelf.h"
#include "base/log.h"
#include "search/query.h"
#include "vault/vault.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

template <auto Code>
bool is(const base::Error& error) {
  return error.is(Code);
}

struct Mapping {
  bool (*matches)(const base::Error&);
  int status;
  std::string_view slug;
};

// What is not named here is the server's own trouble: 500, and the sentences stay in the log.
constexpr std::array kMappings{
    Mapping{is<Errc::kBadJson>, 400, "bad-json"},
    Mapping{is<Errc::kBadField>, 422, "bad-field"},
    Mapping{is<Errc::kNotFound>, 404, "not-found"},
    Mapping{is<Errc::kForbidden>, 403, "forbidden"},
    Mapping{is<Errc::kConflict>, 409, "conflict"},
    Mapping{is<Errc::kTooLarge>, 413, "too-large"},
    Mapping{is<Errc::kBusy>, 503, "busy"},
    Mapping{is<Errc::kUnauthorized>, 401, "signed-out"},
    Mapping{is<Errc::kLocked>, 401, "locked"},
    Mapping{is<Errc::kMediaType>, 415, "media-type"},
    Mapping{is<Errc::kBadForm>, 400, "bad-form"},

    Mapping{is<accounts::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<accounts::Errc::kBadCredentials>, 401, "bad-credentials"},
    Mapping{is<accounts::Errc::kLockedOut>, 403, "locked-out"},
    Mapping{is<accounts::Errc::kThrottled>, 429, "too-many-attempts"},
    Mapping{is<accounts::Errc::kInactive>, 403, "inactive"},
    Mapping{is<accounts::Errc::kLinkGone>, 410, "link-gone"},
    Mapping{is<accounts::Errc::kWeakPassword>, 422, "weak-password"},
    Mapping{is<accounts::Errc::kDuplicate>, 409, "conflict"},
    Mapping{is<accounts::Errc::kLocked>, 401, "locked"},
    Mapping{is<accounts::Errc::kExpired>, 401, "signed-out"},
    Mapping{is<accounts::Errc::kInvalid>, 422, "invalid"},
    Mapping{is<accounts::Errc::kChallengeGone>, 410, "challenge-gone"},
    Mapping{is<accounts::Errc::kPasskeyRefused>, 403, "passkey-refused"},
    Mapping{is<accounts::Errc::kPasskeyCopied>, 403, "passkey-copied"},

    Mapping{is<records::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<records::Errc::kConflict>, 409, "conflict"},
    Mapping{is<records::Errc::kInvalid>, 422, "invalid"},

    Mapping{is<reads::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<reads::Errc::kOutsidePermit>, 404, "not-found"},
    Mapping{is<reads::Errc::kBadCursor>, 422, "bad-cursor"},
    Mapping{is<reads::Errc::kBadRead>, 422, "bad-read"},
    Mapping{is<reads::Errc::kBadQuery>, 422, "bad-question"},
    Mapping{is<reads::Errc::kTooManyMatches>, 422, "too-broad"},
    Mapping{is<reads::Errc::kFull>, 507, "disk-full"},

    Mapping{is<vault::Errc::kOutsidePermit>, 404, "not-found"},
    Mapping{is<vault::Errc::kShredded>, 410, "picture-shredded"},
    Mapping{is<vault::Errc::kCannotOpen>, 410, "picture-lost"},
    Mapping{is<vault::Errc::kAway>, 503, "vault-away"},
    Mapping{is<vault::Errc::kNoProof>, 503, "no-proof"},
    Mapping{is<vault::Errc::kElsewhere>, 503, "no-proof"},

    Mapping{is<hotlist::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<hotlist::Errc::kBadPlate>, 422, "bad-plate"},
    Mapping{is<hotlist::Errc::kMissingReason>, 422, "missing-reason"},
    Mapping{is<hotlist::Errc::kMissingCase>, 422, "missing-case"},
    Mapping{is<hotlist::Errc::kBadExpiry>, 422, "bad-expiry"},
    Mapping{is<hotlist::Errc::kDuplicate>, 409, "conflict"},
    Mapping{is<hotlist::Errc::kTooLarge>, 413, "too-large"},
    Mapping{is<hotlist::Errc::kBadCsv>, 422, "bad-csv"},
    Mapping{is<hotlist::Errc::kPreviewGone>, 410, "preview-gone"},
    Mapping{is<hotlist::Errc::kBadField>, 422, "bad-field"},
    Mapping{is<hotlist::Errc::kBadCursor>, 422, "bad-cursor"},
    Mapping{is<hotlist::Errc::kBadFormat>, 422, "bad-format"},
    Mapping{is<hotlist::Errc::kNotHeld>, 409, "send-whole"},
    Mapping{is<hotlist::Errc::kOtherAgency>, 409, "conflict"},

    Mapping{is<delivery::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<delivery::Errc::kBadField>, 422, "bad-field"},
    Mapping{is<delivery::Errc::kTooMany>, 422, "too-many"},
    Mapping{is<delivery::Errc::kWrongState>, 409, "wrong-state"},

    Mapping{is<alerts::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<alerts::Errc::kWrongState>, 409, "wrong-state"},
    Mapping{is<alerts::Errc::kSamePerson>, 409, "same-person"},
    Mapping{is<alerts::Errc::kBadCode>, 422, "bad-code"},
    Mapping{is<alerts::Errc::kNotCompared>, 422, "not-compared"},
    Mapping{is<alerts::Errc::kOutsidePermit>, 404, "not-found"},

    Mapping{is<search::Errc::kBadPlate>, 422, "bad-plate"},
    Mapping{is<search::Errc::kBadPattern>, 422, "bad-pattern"},
    Mapping{is<search::Errc::kBadArea>, 422, "bad-area"},
    Mapping{is<search::Errc::kBadTime>, 422, "bad-time"},
    Mapping{is<search::Errc::kTooBroad>, 422, "too-broad"},
    Mapping{is<search::Errc::kBadLooks>, 422, "bad-looks"},

    Mapping{is<policy::Errc::kBadPack>, 422, "bad-pack"},
    Mapping{is<PackErrc::kUnknown>, 404, "not-found"},
    Mapping{is<PackErrc::kSignature>, 422, "bad-signature"},
    Mapping{is<PackErrc::kConflict>, 409, "conflict"},
    Mapping{is<PackErrc::kTooSoon>, 422, "too-soon"},

    Mapping{is<sharing::Errc::kBadText>, 422, "bad-text"},
    Mapping{is<sharing::Errc::kBadSignature>, 422, "bad-signature"},
    Mapping{is<sharing::Errc::kInvalid>, 422, "invalid"},
    Mapping{is<sharing::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<sharing::Errc::kConflict>, 409, "conflict"},
    Mapping{is<sharing::Errc::kSamePerson>, 409, "takes-two"},
    Mapping{is<sharing::Errc::kBreaksPromise>, 409, "breaks-promise"},

    Mapping{is<ledger::Errc::kNotFound>, 404, "not-found"},
    Mapping{is<db::Errc::kConflict>, 409, "conflict"},
    Mapping{is<db::Errc::kBusy>, 503, "busy"},
};

net::Response send(int status, const Json& body) {
  net::Response response = net::Response::json(status, text_of(body));
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

Json problem_body(int status, std::string_view slug, const std::string& title, const std::string& detail,
                  const std::string& next) {
  Json body{{"type", "/problems/" + std::string(slug)}, {"title", title}, {"status", status}};
  if (!detail.empty()) body["detail"] = detail;
  if (!next.empty()) body["next"] = next;
  return body;
}

net::Response ledger_down() {
  auto response =
      problem(503, "ledger-down", "Nothing was answered.",
              "The ledger could not record this, and nothing is answered that is not recorded.",
              "Try again shortly. If it persists, an administrator looks at the server's log and disk.");
  response.headers.set("Retry-After", "5");
  return response;
}

// The console's closed list of hints; what it does not know it shows as a sentence alone.
std::string remedy_action(const std::string& action) {
  for (std::string_view known : {"choose-case", "narrow-time", "ask-supervisor", "order-desk"}) {
    if (action == known) return action;
  }
  return "none";
}

net::Response denied(const gate::Denial& denial) {
  const auto& rules = denial.decision.rules;
  Json body = problem_body(403, "denied", "This was refused.",
                           rules.empty() ? "No rule permits this." : rules.front().sentence,
                           denial.decision.remedy ? denial.decision.remedy->sentence : std::string());
  body["rules"] = Json::array();
  for (const policy::RuleHit& rule : rules) {
    body["rules"].push_back({{"id", rule.id}, {"sentence", rule.sentence}, {"citation", rule.citation}});
  }
  if (denial.decision.remedy) {
    body["remedy"] = {{"sentence", denial.decision.remedy->sentence},
                      {"action", remedy_action(denial.decision.remedy->action)}};
  }
  body["ledger_index"] = denial.ledger_index;
  return send(403, body);
}

}  // namespace

net::Response problem(int status, std::string_view slug, std::string title, std::string detail,
                      std::string next) {
  return send(status, problem_body(status, slug, title, detail, next));
}

net::Response problem(const base::Error& error) {
  for (const Mapping& mapping : kMappings) {
    if (!mapping.matches(error)) continue;
    auto response = problem(mapping.status, mapping.slug, error.what(), error.why(), error.next());
    if (mapping.status == 503 || mapping.status == 429) response.headers.set("Retry-After", "30");
    return response;
  }
  base::log(base::Level::kError, "api", error.message());
  return problem(500, "internal", "The server failed.", "The reason is in the server's log.",
                 "Try again; if it fails again, tell an administrator the time.");
}

net::Response problem(const gate::Refusal& refusal) {
  if (const auto* denial = std::get_if<gate::Denial>(&refusal)) return denied(*denial);
  const auto& error = std::get<base::Error>(refusal);
  base::log(base::Level::kError, "api", error.message());
  return ledger_down();
}

std::string text_of(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

net::Response json_response(int status, const Json& body) {
  return net::Response::json(status, text_of(body));
}

net::Response done() {
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace glasshouse::api
