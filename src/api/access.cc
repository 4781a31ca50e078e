// Who reaches our cameras, by which path, and what changed.
#include <nlohmann/json.hpp>

#include "api/json.h"
#include "api/sharing.h"
#include "api/sharing_render.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr base::Millis kWeek{7ll * 24 * 60 * 60 * 1000};

Json render_changes(const std::vector<sharing::AccessChange>& changes) {
  constexpr std::array kWhats{"began", "ended", "changed"};
  Json list = Json::array();
  for (const auto& change : changes) {
    list.push_back({{"what", kWhats[static_cast<std::size_t>(change.what)]},
                    {"agency_id", change.agency_id},
                    {"grant_id", change.grant_id},
                    {"sentence", change.sentence}});
  }
  return list;
}

// Our own people: the other way in. Reads are seen under a case only, which policy sees to.
base::Result<Json> own_people(Services& services) {
  const auto all = accounts::every_account(*services.accounts);
  if (!all) return tl::unexpected(all.error());
  std::map<std::string, int> active;
  for (const auto& account : *all)
    if (account.active && policy::role_carries(account.role, Action::kSearchReads))
      ++active[std::string(policy::name_of(account.role))];
  Json list = Json::array();
  for (const auto& [role, count] : active) list.push_back({{"role", role}, {"people", count}});
  return list;
}

Json access_body(Services& services, const std::vector<sharing::Reach>& reaches, base::Time now,
                 base::Time since) {
  const sharing::Book& book = *services.sharing;
  const auto broken = book.broken(now);
  Json body{{"at", base::format_rfc3339(now)},
            {"since", base::format_rfc3339(since)},
            {"stopped", book.stopped(now)},
            {"reaches", Json::array()},
            {"changes", render_changes(sharing::changes_between(book.reaches(since), reaches))},
            {"promises", Json::array()},
            {"region", render_region(book)}};
  for (const auto& reach : reaches) body["reaches"].push_back(render(reach));
  for (const auto& promise : book.promises()) body["promises"].push_back(render(promise, broken));
  return body;
}

net::Response effective_access(Context& ctx) {
  const base::Time now = ctx.services.clock->now();
  base::Time since = now - kWeek;
  if (const auto asked = ctx.request.query.find("since"); asked != ctx.request.query.end()) {
    const auto at = base::parse_rfc3339(asked->second);
    if (!at || *at > now)
      return problem(422, "bad-field", "The time to compare with is not right.",
                     "It must be a time in the past.");
    since = *at;
  }
  const auto own = own_people(ctx.services);
  if (!own) return problem(own.error());
  const auto reaches = ctx.services.sharing->reaches(now);
  Json body = access_body(ctx.services, reaches, now, since);
  body["own"] = *own;
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  body["cameras"] = Json::array();
  for (const records::Camera& camera : *cameras) {
    Json item{{"id", camera.id}, {"name", camera.name}, {"agencies", Json::array()}};
    for (const auto& reach : reaches)
      for (const auto& shared : reach.cameras)
        if (shared.id == camera.id) item["agencies"].push_back(reach.name);
    body["cameras"].push_back(std::move(item));
  }
  return json_response(200, body);
}

// For everybody, without signing in: the grants in force with their signed texts, and who is shut out.
net::Response public_sharing(Context& ctx) {
  const sharing::Book& book = *ctx.services.sharing;
  const base::Time now = ctx.services.clock->now();
  Json body = access_body(ctx.services, book.reaches(now), now, now - kWeek);
  body["agency"] = ctx.services.records->settings().agency_name;
  body["key"] = crypto::hex(book.public_key());
  body["texts"] = Json::array();
  for (const auto& row : book.grants()) {
    if (row.given && row.state == sharing::GrantState::kInForce)
      body["texts"].push_back({{"grant_id", row.grant.id}, {"text", row.text}, {"sha256", row.sha256_hex}});
  }
  body["barred"] = Json::array();
  for (const auto& agency : book.agencies())
    if (agency.barred) body["barred"].push_back(agency.name);
  return json_response(200, body);
}

constexpr Route kAccessRoutes[] = {
    {Method::kGet, "/api/v1/access", Caller::kSession, Action::kViewLedger, 0, effective_access},
    {Method::kGet, "/api/v1/public/sharing", Caller::kAnyone, Action::kNone, 0, public_sharing},
};

}  // namespace

std::span<const Route> access_routes() {
  return kAccessRoutes;
}

}  // namespace glasshouse::api
