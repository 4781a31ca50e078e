#include "api/exigent.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/live.h"
#include "base/id.h"
#include "base/log.h"
#include "records/exigent.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;
using records::ExigentUse;

constexpr std::size_t kShownUses = 100;
constexpr int kFigureDays = 90;

records::Exigent exigent(const Services& services) {
  return {*services.db, *services.clock};
}

Json render(Context& ctx, const ExigentUse& use, People& people) {
  Json body{{"case_id", use.case_id},
            {"number", use.number},
            {"purpose", use.purpose},
            {"offence", use.offence},
            {"reason", use.reason},
            {"opened_by", people.name(use.opened_by)},
            {"opened_by_me", use.opened_by == ctx.identity.officer().id},
            {"opened_at", base::format_rfc3339(use.opened_at)},
            {"ends_at", base::format_rfc3339(use.ends_at)},
            {"judge_by", base::format_rfc3339(use.opened_at + records::kExigentJudgedIn)},
            {"state", records::name_of(use.state)},
            {"was_late", use.was_late}};
  if (!use.judged_by.empty()) body["judged_by"] = people.name(use.judged_by);
  if (use.judged_at) body["judged_at"] = base::format_rfc3339(*use.judged_at);
  if (!use.note.empty()) body["note"] = use.note;
  return body;
}

net::Response answer(Context& ctx, int status, const base::Result<ExigentUse>& use,
                     std::uint64_t ledger_index) {
  if (!use) return problem(use.error());
  People people(ctx.services.accounts);
  Json body = render(ctx, *use, people);
  body["ledger_index"] = ledger_index;
  return json_response(status, body);
}

// Every open console hears that there is one; what it is about is asked for by whoever may.
void tell(Services& services, const char* what) {
  if (services.live != nullptr) services.live->publish("exigent", Json{{"what", what}}.dump());
}

net::Response open_exigent(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  ExigentUse draft;
  draft.purpose = fields.text("purpose", 40);
  draft.offence = fields.text("offence", 40);
  draft.reason = fields.text("reason", 200);
  draft.opened_by = ctx.identity.officer().id;
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string id = base::new_id("case", ctx.services.clock->now());
  policy::Question question = question_of(ctx, Action::kUseExigent);
  question.on_case = policy::CaseFacts{.id = "",  // packs judge it as a case that shall be opened
                                       .number = {},
                                       .purpose = draft.purpose,
                                       .offence = draft.offence,
                                       .open = true,
                                       .assigned = true,
                                       .exigent = true,
                                       .opened_by = draft.opened_by};
  const auto recorded = ctx.services.gate->record_act(
      question, "exigent.open",
      {{"subject", id, Release::kRestricted}, {"question", draft.reason, Release::kRestricted}});
  if (!recorded) return problem(recorded.error());
  draft.case_id = id;
  auto opened = exigent(ctx.services).open(draft);
  if (opened) tell(ctx.services, "opened");
  return answer(ctx, 201, opened, *recorded);
}

net::Response list_exigent(Context& ctx) {
  const auto uses = exigent(ctx.services).list(kShownUses);
  if (!uses) return problem(uses.error());
  People people(ctx.services.accounts);
  Json body{{"items", Json::array()}};
  for (const ExigentUse& use : *uses) body["items"].push_back(render(ctx, use, people));
  return json_response(200, body);
}

net::Response judge_exigent(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string judgement = fields.text("judgement", 10);
  const std::string note = fields.text("note", 500, judgement == "wrong");
  if (judgement != "right" && judgement != "wrong" && !judgement.empty())
    fields.wrong("judgement", "This is right or wrong.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto use = exigent(ctx.services).get(ctx.request.params.at("id"));
  if (!use) return problem(use.error());
  auto facts = case_facts(ctx, use->case_id);
  if (facts.problem) return std::move(*facts.problem);
  policy::Question question = question_of(ctx, Action::kJudgeExigent);
  question.on_case = std::move(facts.facts);
  const auto recorded = ctx.services.gate->record_act(
      question, "exigent.judge",
      {{"subject", use->case_id, Release::kRestricted}, {"code", judgement, Release::kAfterDay}});
  if (!recorded) return problem(recorded.error());
  auto judged =
      exigent(ctx.services).judge(use->case_id, judgement == "right", ctx.identity.officer().id, note);
  if (judged) tell(ctx.services, "judged");
  return answer(ctx, 200, judged, *recorded);
}

net::Response public_figures(Context& ctx) {
  const base::Time since = ctx.services.clock->now() - std::chrono::hours(24 * kFigureDays);
  const auto figures = exigent(ctx.services).figures(since);
  if (!figures) return problem(figures.error());
  return json_response(200, {{"days", kFigureDays},
                             {"used", figures->used},
                             {"waiting", figures->waiting},
                             {"in_review", figures->in_review},
                             {"right", figures->right},
                             {"wrong", figures->wrong},
                             {"late", figures->late}});
}

constexpr Route kExigentRoutes[] = {
    {Method::kGet, "/api/v1/exigent", Caller::kSession, Action::kUseExigent, 0, list_exigent},
    {Method::kPost, "/api/v1/exigent", Caller::kSession, Action::kUseExigent, kSmallBody, open_exigent},
    {Method::kPost, "/api/v1/exigent/{id}/judgement", Caller::kSession, Action::kJudgeExigent, kSmallBody,
     judge_exigent},
    {Method::kGet, "/api/v1/public/exigent", Caller::kAnyone, Action::kNone, 0, public_figures},
};

}  // namespace

void send_exigent_to_review(Services& services) {
  records::Exigent uses = exigent(services);
  const auto overdue = uses.overdue();
  if (!overdue) return base::log(base::Level::kError, "exigent", overdue.error().message());
  for (const ExigentUse& use : *overdue) {
    // Recorded first: a use that is in review without an entry would be one that nobody was told of.
    const auto recorded = services.gate->record_event(
        "exigent.review",
        {{"subject", use.case_id, Release::kRestricted}, {"exigent", "yes", Release::kAtOnce}});
    if (!recorded) return base::log(base::Level::kError, "exigent", recorded.error().message());
    if (auto put = uses.put_to_review(use.case_id); !put)
      return base::log(base::Level::kError, "exigent", put.error().message());
    tell(services, "review");
  }
}

std::span<const Route> exigent_routes() {
  return kExigentRoutes;
}

}  // namespace glasshouse::api
