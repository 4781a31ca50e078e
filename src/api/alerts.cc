#include "api/alerts.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "alerts/alerts.h"
#include "alerts/misreads.h"
#include "api/acts.h"
#include "api/hotlist_sources.h"
#include "api/json.h"
#include "api/peer_lists.h"
#include "api/sealed.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

Json render_codes(const std::vector<alerts::Code>& codes) {
  Json items = Json::array();
  for (const auto& code : codes) {
    Json item{{"code", code.code}, {"label", code.label}};
    if (!code.decision.empty()) item["decision"] = code.decision;
    items.push_back(std::move(item));
  }
  return items;
}

std::string_view name_of(alerts::Verdict verdict) {
  switch (verdict) {
    case alerts::Verdict::kSame:
      return "same";
    case alerts::Verdict::kDifferent:
      return "different";
    case alerts::Verdict::kUnknown:
      break;
  }
  return "unknown";
}

Json render_step(const alerts::Step& step, const char* code_name, People& people) {
  Json body{{"by", people.name(step.officer_id)},
            {"at", base::format_rfc3339(step.at)},
            {code_name, step.code},
            {"ledger_index", step.ledger_index}};
  if (!step.decision.empty()) body["decision"] = step.decision;
  if (!step.note.empty()) body["note"] = step.note;
  return body;
}

// An alert of a list that is for others looks as one that is not there.
base::Result<alerts::Refs> refs_of(const Context& ctx, const std::string& id) {
  auto refs = ctx.services.alerts->refs(id);
  if (refs && is_hidden_list(ctx, refs->hotlist_id))
    return base::failure(alerts::Errc::kNotFound, "There is no such alert", "", "Go back to the queue.");
  return refs;
}

gate::Answer<gate::Permit> ask_for(Context& ctx, const std::string& alert_id, const alerts::Refs& refs,
                                   std::string question) {
  gate::Scope scope;
  scope.alert_id = alert_id;
  scope.read_ids = {refs.read_id};
  scope.camera_ids = {refs.camera_id};
  scope.question = std::move(question);
  return ctx.services.gate->ask(question_of(ctx, Action::kViewAlerts), std::move(scope));
}

// The read that hit; when retention has dropped it, what the alert itself still knows.
base::Result<reads::Read> read_of(Context& ctx, const gate::Permit& permit, const alerts::Alert& alert) {
  auto read = ctx.services.reads->get(permit, alert.read_id);
  if (read || !read.error().is(reads::Errc::kNotFound)) return read;
  reads::Read gone;
  gone.id = alert.read_id;
  gone.camera_id = alert.camera_id;
  gone.captured_at = alert.created_at;
  return gone;
}

net::Response show(Context& ctx, const std::string& id) {
  const auto refs = refs_of(ctx, id);
  if (!refs) return problem(refs.error());
  const auto permit = ask_for(ctx, id, *refs, "The alert in full");
  if (!permit) return problem(permit.error());
  const auto alert = ctx.services.alerts->get(*permit, id);
  if (!alert) return problem(alert.error());
  const auto read = read_of(ctx, *permit, *alert);
  if (!read) return problem(read.error());
  const auto camera = ctx.services.records->camera(alert->camera_id);
  if (!camera) return problem(camera.error());

  Json agreements = Json::array();
  for (const auto& agreement : alerts::compare(alert->entry, *read)) {
    agreements.push_back({{"field", agreement.field},
                          {"wanted", agreement.wanted},
                          {"read", agreement.read},
                          {"verdict", name_of(agreement.verdict)}});
  }
  // The entry as it was when it hit, and whether it still runs: a stale one must not be confirmed.
  hotlist::Entry entry = alert->entry;
  const auto current = ctx.services.hotlists->entry(entry.id);
  entry.active = current && current->active;
  People people(ctx.services.accounts);
  Json body{{"id", alert->id},
            {"state", alerts::name_of(alert->state)},
            {"kind", hotlist::name_of(alert->kind)},
            {"rank", alert->rank},
            {"created_at", base::format_rfc3339(alert->created_at)},
            {"reads", alert->reads},
            {"last_read_at", base::format_rfc3339(alert->last_read_at)},
            {"read", render(*read, people)},
            {"camera", render_camera(ctx.services, *camera)},
            {"entry", render(entry, people)},
            {"hotlist_name", alert->hotlist_name},
            {"list_stale", alert->list_stale},
            {"looks_needed", alert->looks_needed},
            {"agreements", std::move(agreements)},
            {"decision_codes", render_codes(alerts::decision_codes())},
            {"outcome_codes", render_codes(alerts::outcome_codes())}};
  if (!alert->agency.empty()) body["agency"] = alert->agency;
  if (!alert->withdrawn.empty()) {
    body["withdrawn"] = {{"why", alert->withdrawn}, {"sentence", alert->outcome ? alert->outcome->note : ""}};
    body["withdrawn"]["at"] = base::format_rfc3339(alert->outcome ? alert->outcome->at : alert->created_at);
  }
  if (alert->list_as_of) body["list_as_of"] = base::format_rfc3339(*alert->list_as_of);
  if (alert->first_look) {
    body["first_look"] = render_step(*alert->first_look, "reason_code", people);
    body["first_look"]["by_me"] = alert->first_look->officer_id == ctx.identity.officer().id;
  }
  if (alert->decision) body["decision"] = render_step(*alert->decision, "reason_code", people);
  if (alert->outcome && alert->withdrawn.empty())
    body["outcome"] = render_step(*alert->outcome, "code", people);
  return json_response(200, body);
}

std::string camera_name(Context& ctx, const std::string& id) {
  const auto camera = ctx.services.records->camera(id);
  return camera ? camera->name : id;
}

net::Response list_alerts(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  std::optional<alerts::State> state;
  if (const std::string name = text_query(ctx.request, "state", 20); !name.empty()) {
    state = alerts::state_named(name);
    if (!state)
      return problem(422, "bad-field", "This is no state of an alert.", "",
                     "Use pending, confirmed, rejected or closed.");
  }
  const auto found = ctx.services.alerts->list(state, page->cursor, page->limit, lists_hidden_from(ctx));
  if (!found) return problem(found.error());
  Json body{{"items", Json::array()}};
  for (const auto& alert : found->alerts)
    body["items"].push_back(render(alert, camera_name(ctx, alert.camera_id)));
  if (!found->next_cursor.empty()) body["next_cursor"] = found->next_cursor;
  return json_response(200, body);
}

net::Response get_alert(Context& ctx) {
  return show(ctx, ctx.request.params.at("id"));
}

net::Response get_picture(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const auto refs = refs_of(ctx, id);
  if (!refs) return problem(refs.error());
  const auto permit = ask_for(ctx, id, *refs, "The alert's picture");
  if (!permit) return problem(permit.error());
  auto picture = ctx.services.reads->picture(*permit, refs->read_id);
  if (!picture) return problem(picture.error());
  return give_picture(ctx, *permit, std::move(*picture), "no-store");
}

// A confirmation stands on an entry that still runs (the second of the two steps that verification asks for).
std::optional<net::Response> refuse_stale(Context& ctx, const alerts::Refs& refs) {
  const auto entry = ctx.services.hotlists->entry(refs.entry_id);
  if (entry && entry->active) return std::nullopt;
  return problem(409, "stale-entry", "The hotlist entry no longer holds.",
                 "It was ended or has expired since the alert came.",
                 "Reject the alert with the reason \"The entry no longer holds\".");
}

net::Response decide(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  alerts::Step step;
  step.decision = fields.text("decision", 10);
  step.code = fields.text("reason_code", 40);
  step.note = fields.text("note", 500, false);
  const auto compared = fields.texts("compared", 4, 10);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const bool explained = step.code == "difference-explained" || step.code == "other";
  if (explained && step.note.empty()) fields.wrong("note", "This reason needs a note.");
  if (auto failed = fields.failed()) return *failed;

  const std::string& id = ctx.request.params.at("id");
  {
    std::lock_guard turn(decision_turn());
    const auto refs = refs_of(ctx, id);
    if (!refs) return problem(refs.error());
    step.officer_id = ctx.identity.officer().id;
    if (auto good =
            ctx.services.alerts->check_decision(id, step.decision, step.code, compared, step.officer_id);
        !good)
      return problem(good.error());
    if (step.decision == "confirm") {
      if (auto stale = refuse_stale(ctx, *refs)) return *stale;
    }
    const bool first_of_two = step.decision == "confirm" && refs->looks_needed > 1;
    if (auto answer = record_act(ctx, Action::kDecideAlert,
                                 first_of_two ? "alert.first-look" : "alert." + step.decision,
                                 {{"alert", id, Release::kRestricted},
                                  {"read", refs->read_id, Release::kRestricted},
                                  {"code", step.code, Release::kAfterDay}},
                                 &step.ledger_index)) {
      return *answer;
    }
    step.at = ctx.services.clock->now();
    if (auto decided = ctx.services.alerts->decide(id, std::move(step)); !decided)
      return problem(decided.error());
  }
  return show(ctx, id);
}

net::Response record_outcome(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  alerts::Step step;
  step.code = fields.text("code", 40);
  step.note = fields.text("note", 500, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;

  const std::string& id = ctx.request.params.at("id");
  {
    std::lock_guard turn(decision_turn());
    const auto refs = refs_of(ctx, id);
    if (!refs) return problem(refs.error());
    if (auto good = ctx.services.alerts->check_outcome(id, step.code); !good) return problem(good.error());
    if (auto answer =
            record_act(ctx, Action::kRecordOutcome, "alert.outcome",
                       {{"alert", id, Release::kRestricted}, {"code", step.code, Release::kAfterDay}},
                       &step.ledger_index)) {
      return *answer;
    }
    step.officer_id = ctx.identity.officer().id;
    step.at = ctx.services.clock->now();
    const std::string code = step.code;
    if (auto closed = ctx.services.alerts->record_outcome(id, std::move(step)); !closed)
      return problem(closed.error());
    note_outcome(ctx.services, id, *refs, code);
  }
  return show(ctx, id);
}

// What a decision says is public after a day (ledger::Release::kAfterDay), and so is this.
constexpr std::chrono::hours kMisreadsPublicAfter{24};
constexpr int kMisreadDays = 90;

net::Response public_misreads(Context& ctx) {
  const base::Time until = ctx.services.clock->now() - kMisreadsPublicAfter;
  const auto found = alerts::misreads(*ctx.services.db, until - std::chrono::hours(24 * kMisreadDays), until);
  if (!found) return problem(found.error());
  Json body{{"days", kMisreadDays},  {"decided", found->decided}, {"confirmed", found->confirmed},
            {"wrong", found->wrong}, {"kinds", Json::array()},    {"items", Json::array()}};
  for (const auto& kind : found->kinds)
    body["kinds"].push_back(
        {{"code", kind.code}, {"label", kind.label}, {"before", kind.before}, {"after", kind.after}});
  for (const auto& one : found->newest)
    body["items"].push_back({{"at", base::format_rfc3339(one.at)},
                             {"code", one.code},
                             {"after_confirmation", one.after_confirmation},
                             {"ledger_index", one.ledger_index}});
  return json_response(200, body);
}

constexpr Route kAlertRoutes[] = {
    {Method::kGet, "/api/v1/alerts", Caller::kSession, Action::kViewAlerts, 0, list_alerts},
    {Method::kGet, "/api/v1/alerts/{id}", Caller::kSession, Action::kViewAlerts, 0, get_alert},
    {Method::kGet, "/api/v1/alerts/{id}/picture", Caller::kSession, Action::kViewAlerts, 0, get_picture},
    {Method::kPost, "/api/v1/alerts/{id}/decision", Caller::kSession, Action::kDecideAlert, kSmallBody,
     decide},
    {Method::kPost, "/api/v1/alerts/{id}/outcome", Caller::kSession, Action::kRecordOutcome, kSmallBody,
     record_outcome},
    {Method::kGet, "/api/v1/public/misreads", Caller::kAnyone, Action::kNone, 0, public_misreads},
};

}  // namespace

// Check, record and decide are one step for everybody who decides through this server, so that the ledger
// never holds a decision that came too late.
std::mutex& decision_turn() {
  static std::mutex mutex;
  return mutex;
}

std::span<const Route> alerts_routes() {
  return kAlertRoutes;
}

}  // namespace glasshouse::api
