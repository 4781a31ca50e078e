#include "api/list_shares.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/hotlist_sources.h"
#include "api/json.h"
#include "api/list_sender.h"
#include "hotlist/shares.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

std::string agency_name(const Services& services, const std::string& id) {
  const auto agency = services.sharing->agency(id);
  return agency ? agency->name : id;
}

Json render_share(const hotlist::Share& share, const Services& services, People& people) {
  Json body{{"grant_id", share.grant_id},
            {"agency_id", share.agency_id},
            {"agency", agency_name(services, share.agency_id)},
            {"purpose", share.purpose},
            {"by", people.name(share.sent_by)},
            {"since", base::format_rfc3339(share.since)},
            {"ending", share.ending},
            {"entries", share.entries},
            {"refused", share.refused},
            {"barred", share.barred}};
  if (share.told_at) body["told_at"] = base::format_rfc3339(*share.told_at);
  if (!share.problem.empty()) body["problem"] = share.problem;
  return body;
}

Json render_choice(const sharing::GrantRow& row, const Services& services) {
  return {{"grant_id", row.grant.id},
          {"agency", agency_name(services, row.agency_id)},
          {"purposes", row.grant.purposes},
          {"cameras", row.grant.cameras.size()},
          {"hours", sharing::words_of_hours(row.grant.from_minute, row.grant.until_minute, row.grant.zone)},
          {"ends_at", base::format_rfc3339(row.grant.ends_at)}};
}

// What stands elsewhere, what could, and what came of the entries.
net::Response shown(Context& ctx, const std::string& id) {
  hotlist::Shares shares(*ctx.services.db);
  const auto held = shares.of(id);
  if (!held) return problem(held.error());
  const auto outcomes = shares.outcomes_of(id);
  if (!outcomes) return problem(outcomes.error());
  People people(ctx.services.accounts);
  Json body{{"items", Json::array()}, {"choices", Json::array()}, {"outcomes", Json::array()}};
  for (const auto& share : *held) body["items"].push_back(render_share(share, ctx.services, people));
  for (const auto& row : ctx.services.sharing->grants()) {
    const bool usable = !row.given && row.grant.lists && row.state == sharing::GrantState::kInForce;
    const bool used = std::any_of(held->begin(), held->end(), [&](const hotlist::Share& share) {
      return share.grant_id == row.grant.id && !share.ending;
    });
    if (usable && !used) body["choices"].push_back(render_choice(row, ctx.services));
  }
  for (const auto& outcome : *outcomes) {
    Json item{
        {"entry_id", outcome.entry_id}, {"code", outcome.code}, {"at", base::format_rfc3339(outcome.at)}};
    if (!outcome.agency.empty()) item["agency"] = outcome.agency;
    body["outcomes"].push_back(std::move(item));
  }
  return json_response(200, body);
}

net::Response list_shares(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  if (is_hidden_list(ctx, id)) return no_such_list();
  if (auto known = ctx.services.hotlists->name_of(id); !known) return problem(known.error());
  return shown(ctx, id);
}

// What leaves for another agency is judged as done on its behalf.
std::optional<net::Response> record_share(Context& ctx, const std::string& kind, const std::string& list_id,
                                          const sharing::Grant& grant, const sharing::Agency& agency,
                                          const std::string& purpose) {
  policy::Question question = question_of(ctx, Action::kManageHotlists);
  policy::CaseFacts on_case;
  on_case.purpose = purpose;
  on_case.open = on_case.assigned = true;
  question.on_case = std::move(on_case);
  question.on_behalf_of = agency.name;
  question.beneficiary_kind = agency.kind;
  question.beneficiary_state = agency.state;
  question.attested = !agency.declaration_sha256_hex.empty();
  const auto recorded = ctx.services.gate->record_act(question, kind,
                                                      {{"hotlist", list_id, Release::kRestricted},
                                                       {"grant", grant.id, Release::kAtOnce},
                                                       {"other_agency", agency.id, Release::kAtOnce}});
  if (!recorded) return problem(recorded.error());
  return std::nullopt;
}

net::Response share_list(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string purpose = fields.text("purpose", 40);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  const std::string& grant_id = ctx.request.params.at("item");
  if (auto known = ctx.services.hotlists->name_of(id); !known) return problem(known.error());
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  const auto row = grant_for_lists(ctx.services, grant_id);
  if (!row)
    return problem(404, "not-found", "There is no grant in force under which a list may be sent.", {},
                   "Ask the agency whose cameras these are for one that takes lists.");
  const auto& purposes = row->grant.purposes;
  if (std::find(purposes.begin(), purposes.end(), purpose) == purposes.end())
    return problem(422, "bad-field", "The grant does not name this purpose.", {},
                   "Choose one of the grant's.");
  const auto agency = ctx.services.sharing->agency(row->agency_id);
  if (!agency) return problem(agency.error());
  hotlist::Shares shares(*ctx.services.db);
  const auto all = shares.all();
  if (!all) return problem(all.error());
  if (all->size() >= hotlist::kMaxShares)
    return problem(422, "too-many", "No more lists can be sent.", "There are 500 already.",
                   "End some first.");
  if (auto refused = record_share(ctx, "hotlist.share", id, row->grant, *agency, purpose)) return *refused;
  const policy::Officer who = ctx.identity.officer();
  hotlist::Share share;
  share.list_id = id;
  share.grant_id = grant_id;
  share.agency_id = agency->id;
  share.purpose = purpose;
  share.sent_by = who.id;
  share.sender_role = policy::name_of(who.role);
  share.since = ctx.services.clock->now();
  if (auto kept = shares.put(share); !kept) return problem(kept.error());
  return shown(ctx, id);
}

net::Response stop_sharing_list(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const std::string& grant_id = ctx.request.params.at("item");
  if (auto known = ctx.services.hotlists->name_of(id); !known) return problem(known.error());
  hotlist::Shares shares(*ctx.services.db);
  const auto held = shares.of(id);
  if (!held) return problem(held.error());
  const auto found = std::find_if(held->begin(), held->end(),
                                  [&](const hotlist::Share& share) { return share.grant_id == grant_id; });
  if (found == held->end()) return problem(404, "not-found", "The list is not sent under this grant.");
  if (auto refused = record_act(ctx, Action::kManageHotlists, "hotlist.unshare",
                                {{"hotlist", id, Release::kRestricted},
                                 {"grant", grant_id, Release::kAtOnce},
                                 {"other_agency", found->agency_id, Release::kAtOnce}}))
    return *refused;
  hotlist::Share share = *found;
  share.ending = true;
  if (auto kept = shares.put(share); !kept) return problem(kept.error());
  return shown(ctx, id);
}

constexpr Route kListShareRoutes[] = {
    {Method::kGet, "/api/v1/hotlists/{id}/shares", Caller::kSession, Action::kViewHotlists, 0, list_shares},
    {Method::kPut, "/api/v1/hotlists/{id}/shares/{item}", Caller::kSession, Action::kManageHotlists,
     kSmallBody, share_list},
    {Method::kDelete, "/api/v1/hotlists/{id}/shares/{item}", Caller::kSession, Action::kManageHotlists, 0,
     stop_sharing_list},
};

}  // namespace

std::span<const Route> list_shares_routes() {
  return kListShareRoutes;
}

Json render_origin(const hotlist::Origin& origin) {
  return {{"agency_id", origin.agency_id}, {"agency", origin.agency},
          {"grant_id", origin.grant_id},   {"purpose", origin.purpose},
          {"number", origin.number},       {"refused", origin.refused},
          {"barred", origin.barred},       {"ledger_index", origin.ledger_index}};
}

std::optional<net::Response> refuse_others_list(const Context& ctx, std::string_view hotlist_id) {
  for (const auto& [id, origin] : ctx.services.hotlists->origins()) {
    if (id == hotlist_id)
      return problem(409, "conflict", "This list is " + origin.agency + "'s.",
                     "Only they change it; it stands here under their grant.",
                     "Ask them, or end the grant under Sharing.");
  }
  return std::nullopt;
}

}  // namespace glasshouse::api
