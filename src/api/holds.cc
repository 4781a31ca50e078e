#include "api/holds.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/sealed.h"
#include "base/id.h"
#include "crypto/age.h"
#include "records/holds.h"
#include "vault/vault.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

constexpr std::size_t kMostReasonChars = 300;

Json render_hold(Context& ctx, const records::HoldRecord& hold, People& people) {
  const auto camera = ctx.services.records->camera(hold.camera_id);
  Json body{{"id", hold.id},
            {"read_id", hold.read_id},
            {"camera_id", hold.camera_id},
            {"camera_name", camera ? camera->name : hold.camera_id},
            {"captured_at", base::format_rfc3339(hold.captured_at)},
            {"has_picture", hold.has_picture},
            {"reason", hold.reason},
            {"placed_by", people.name(hold.placed_by)},
            {"placed_at", base::format_rfc3339(hold.placed_at)},
            {"until", base::format_rfc3339(hold.until)},
            {"ledger_index", hold.ledger_index}};
  if (hold.end) {
    body["ended_at"] = base::format_rfc3339(hold.end->at);
    body["end_reason"] = hold.end->reason;
    body["end_ledger_index"] = hold.end->ledger_index;
    if (!hold.end->by.empty()) body["ended_by"] = people.name(hold.end->by);
  }
  return body;
}

// The longest that the rules in force let a read be held, from now.
base::Time longest(Context& ctx) {
  const base::Time now = ctx.services.clock->now();
  const auto kept = ctx.services.gate->packs()->at(base::day_of(now))->kept(policy::ReadState::kHeld);
  return now + std::chrono::minutes(kept ? kept->minutes : 0);
}

// A question about this case, or the answer to give.
tl::expected<policy::Question, net::Response> about_case(Context& ctx, Action action) {
  auto found = case_facts(ctx, ctx.request.params.at("id"));
  if (found.problem) return tl::unexpected(std::move(*found.problem));
  policy::Question question = question_of(ctx, action);
  question.on_case = std::move(found.facts);
  return question;
}

net::Response list_holds(Context& ctx) {
  const auto question = about_case(ctx, Action::kManageCase);
  if (!question) return question.error();
  if (!policy::decide(*question, ctx.services.gate->standing().facts).allowed) {
    return problem(403, "forbidden", "The holds of this case are not yours to see.",
                   "They are open to the officers on the case and to supervisors.", "");
  }
  const auto holds = records::Holds(*ctx.services.db).of_case(question->on_case->id);
  if (!holds) return problem(holds.error());
  People people(ctx.services.accounts);
  Json items = Json::array();
  for (const auto& hold : *holds) items.push_back(render_hold(ctx, hold, people));
  return json_response(200,
                       {{"items", std::move(items)}, {"longest_until", base::format_rfc3339(longest(ctx))}});
}

net::Response place_hold(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::HoldRecord hold;
  hold.read_id = fields.text("read_id", 40);
  hold.reason = fields.text("reason", kMostReasonChars);
  const auto until = fields.optional_time("until");
  fields.no_others();
  hold.placed_at = ctx.services.clock->now();
  const base::Time latest = longest(ctx);
  hold.until = until.value_or(latest);
  if (hold.until <= hold.placed_at) fields.wrong("until", "A hold ends in the future.");
  if (hold.until > latest) {
    fields.wrong("until", "The rules in force let a read be held until " + base::format_rfc3339(latest) +
                              " at the latest.");
  }
  if (!hold.read_id.empty() && !base::is_id(hold.read_id, "read"))
    fields.wrong("read_id", "This is no id of a read.");
  if (auto failed = fields.failed()) return *failed;

  // Whoever may look at a read under this case may keep it for it.
  const auto question = about_case(ctx, Action::kViewRead);
  if (!question) return question.error();
  records::Holds holds(*ctx.services.db);
  hold.case_id = question->on_case->id;
  if (policy::decide(*question, ctx.services.gate->standing().facts).allowed) {
    if (auto room = holds.check(hold.case_id, hold.read_id); !room) return problem(room.error());
  }
  hold.id = base::new_id("hold", hold.placed_at);
  hold.placed_by = ctx.identity.officer().id;
  const auto recorded = ctx.services.gate->record_act(
      *question, "hold.place",
      {{"subject", hold.read_id}, {"hold", hold.id, Release::kAtOnce}, {"count", "1", Release::kAtOnce}});
  if (!recorded) return problem(recorded.error());
  hold.ledger_index = *recorded;

  vault::Vault& vault = *ctx.services.vault;
  const auto key = vault.make_hold_key(hold.id);
  if (!key) return problem(key.error());
  const auto held = ctx.services.reads->hold(
      {.name = hold.id, .case_id = hold.case_id, .recipient = crypto::age_recipient_text(*key)}, hold.read_id,
      [&](const reads::Picture& picture) { return vault.rehead_for_hold(sealed_read(picture), hold.id); });
  if (held) {
    hold.camera_id = held->camera_id;
    hold.captured_at = held->captured_at;
    hold.has_picture = held->has_picture;
  }
  const auto added = held ? holds.add(hold) : base::Result<void>(tl::unexpected(held.error()));
  if (!added) {
    // Nothing is left of what nobody was told: the next round of retention would find it too.
    (void)ctx.services.reads->end_hold(hold.id);
    (void)vault.shred_hold(hold.id);
    return problem(added.error());
  }
  People people(ctx.services.accounts);
  return json_response(201, render_hold(ctx, hold, people));
}

net::Response lift_hold(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string reason = fields.text("reason", kMostReasonChars);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto question = about_case(ctx, Action::kManageCase);
  if (!question) return question.error();
  records::Holds holds(*ctx.services.db);
  const std::string& id = ctx.request.params.at("item");
  if (policy::decide(*question, ctx.services.gate->standing().facts).allowed) {
    const auto hold = holds.one(question->on_case->id, id);
    if (!hold) return problem(hold.error());
    if (hold->end)
      return problem(409, "conflict", "This hold has ended already.", "", "Load the case again.");
  }
  const auto recorded = ctx.services.gate->record_act(
      *question, "hold.lift", {{"hold", id, Release::kAtOnce}, {"count", "1", Release::kAtOnce}});
  if (!recorded) return problem(recorded.error());
  const auto ended = holds.end(id, {.at = ctx.services.clock->now(),
                                    .by = ctx.identity.officer().id,
                                    .reason = reason,
                                    .ledger_index = *recorded});
  if (!ended) return problem(ended.error());
  // What fails here is done by the next round of retention: the record says that the hold has ended.
  const auto shredded = ctx.services.vault->shred_hold(id);
  if (!shredded) return problem(shredded.error());
  if (auto gone = ctx.services.reads->end_hold(id); !gone) return problem(gone.error());
  const auto hold = holds.one(question->on_case->id, id);
  if (!hold) return problem(hold.error());
  People people(ctx.services.accounts);
  return json_response(200, render_hold(ctx, *hold, people));
}

constexpr Route kHoldRoutes[] = {
    {Method::kGet, "/api/v1/cases/{id}/holds", Caller::kSession, Action::kManageCase, 0, list_holds},
    {Method::kPost, "/api/v1/cases/{id}/holds", Caller::kSession, Action::kViewRead, kSmallBody, place_hold},
    {Method::kPost, "/api/v1/cases/{id}/holds/{item}/lift", Caller::kSession, Action::kManageCase, kSmallBody,
     lift_hold},
};

}  // namespace

std::span<const Route> holds_routes() {
  return kHoldRoutes;
}

}  // namespace glasshouse::api
