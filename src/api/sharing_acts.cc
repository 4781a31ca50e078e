// What takes two people, promises, and letting sharing go on.
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/live.h"
#include "api/peer_lists.h"
#include "api/sharing.h"
#include "api/sharing_render.h"
#include "base/words.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;
using sharing::ActKind;

std::vector<ledger::Field> act_fields(ActKind kind, const std::string& subject) {
  const bool one_agency = kind == ActKind::kBar || kind == ActKind::kLetInAgain;
  return {{"setting", std::string(sharing::name_of(kind)), Release::kAtOnce},
          {one_agency ? "other_agency" : "subject", subject,
           one_agency ? Release::kAtOnce : Release::kRestricted}};
}

// The region-wide list is public when it is on: its entry names each agency.
std::vector<ledger::Field> confirm_fields(const sharing::Act& act) {
  if (act.kind != ActKind::kRegionOn) return act_fields(act.kind, act.subject);
  return {{"setting", std::string(sharing::name_of(act.kind)), Release::kAtOnce},
          {"other_agency", act.subject.substr(0, 4'000), Release::kAtOnce}};
}

net::Response propose(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  const auto kind = sharing::act_named(fields.text("kind", 40));
  if (!kind) fields.wrong("kind", "This is bar-agency, let-agency-in-again, region-on or take-promise-back.");
  std::string subject = fields.text("subject", 60, false);
  if (kind == ActKind::kRegionOn) subject = base::join(fields.texts("agency_ids", 500, 40), " ");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto good = ctx.services.sharing->check_act(*kind, subject); !good) return problem(good.error());
  std::uint64_t index = 0;
  if (auto refused =
          record_act(ctx, Action::kManageSharing, "sharing.propose", act_fields(*kind, subject), &index))
    return *refused;
  const auto act = ctx.services.sharing->propose(*kind, subject, ctx.identity.officer().id, {index});
  if (!act) return problem(act.error());
  People people(ctx.services.accounts);
  Json body = render(*act, *ctx.services.sharing, people);
  body["ledger_index"] = index;
  return json_response(201, body);
}

net::Response confirm(Context& ctx) {
  sharing::Book& book = *ctx.services.sharing;
  const auto act = book.act(ctx.request.params.at("id"));
  if (!act) return problem(act.error());
  const std::string person = ctx.identity.officer().id;
  if (auto good = book.check_second(*act, person); !good) return problem(good.error());
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.confirm", confirm_fields(*act), &index))
    return *refused;
  const auto done_now = book.carry_out(act->id, person, {index});
  if (!done_now) return problem(done_now.error());
  drop_ended_lists(ctx.services);
  watch_promises(ctx.services);
  return json_response(200, {{"all_gone", done_now->all_gone}, {"ledger_index", index}});
}

net::Response withdraw_act(Context& ctx) {
  sharing::Book& book = *ctx.services.sharing;
  const auto act = book.act(ctx.request.params.at("id"));
  if (!act) return problem(act.error());
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.withdraw",
                                act_fields(act->kind, act->subject), &index))
    return *refused;
  if (auto gone = book.withdraw(act->id, {index}); !gone) return problem(gone.error());
  return done();
}

net::Response region_off(Context& ctx) {
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.region-off", {}, &index))
    return *refused;
  if (auto off = ctx.services.sharing->turn_region_off({index}); !off) return problem(off.error());
  return done();
}

net::Response promise(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  sharing::Promise wanted;
  const auto kind = sharing::promise_named(fields.text("kind", 40));
  if (!kind) fields.wrong("kind", "This is not a promise that can be checked.");
  wanted.value = fields.text("value", 60, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  wanted.kind = *kind;
  if (auto good = ctx.services.sharing->check_promise(wanted); !good) return problem(good.error());
  std::uint64_t index = 0;
  const std::string said =
      std::string(sharing::name_of(wanted.kind)) + (wanted.value.empty() ? "" : " " + wanted.value);
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.promise",
                                {{"setting", said, Release::kAtOnce}}, &index))
    return *refused;
  const auto made = ctx.services.sharing->add_promise(wanted, ctx.identity.officer().id, {index});
  if (!made) return problem(made.error());
  watch_promises(ctx.services);
  Json body = render(*made, ctx.services.sharing->broken(ctx.services.clock->now()));
  body["ledger_index"] = index;
  return json_response(201, body);
}

net::Response resume(Context& ctx) {
  sharing::Book& book = *ctx.services.sharing;
  if (auto may = book.check_go_on(); !may) return problem(may.error());
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.resumed", {}, &index)) return *refused;
  if (auto on = book.go_on({index}); !on) return problem(on.error());
  ctx.services.live->publish("sharing", Json{{"stopped", false}}.dump());
  return done();
}

constexpr Route kActRoutes[] = {
    {Method::kPost, "/api/v1/sharing/acts", Caller::kSession, Action::kManageSharing, 64 * 1024, propose},
    {Method::kPost, "/api/v1/sharing/acts/{id}/confirm", Caller::kSession, Action::kManageSharing, kSmallBody,
     confirm},
    {Method::kDelete, "/api/v1/sharing/acts/{id}", Caller::kSession, Action::kManageSharing, 0, withdraw_act},
    {Method::kDelete, "/api/v1/sharing/region", Caller::kSession, Action::kManageSharing, 0, region_off},
    {Method::kPost, "/api/v1/sharing/promises", Caller::kSession, Action::kManageSharing, kSmallBody,
     promise},
    {Method::kPost, "/api/v1/sharing/resume", Caller::kSession, Action::kManageSharing, kSmallBody, resume},
};

}  // namespace

std::span<const Route> sharing_acts_routes() {
  return kActRoutes;
}

}  // namespace glasshouse::api
