#include "api/cases.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/packs.h"
#include "base/id.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

constexpr std::size_t kMaxOfficersOnCase = 50;

Json render_case_plate(const records::CasePlate& plate, People& people) {
  Json body{{"id", plate.id},
            {"plate", plate.plate},
            {"added_by", people.name(plate.added_by)},
            {"added_at", base::format_rfc3339(plate.added_at)}};
  if (!plate.region.empty()) body["region"] = plate.region;
  if (!plate.note.empty()) body["note"] = plate.note;
  return body;
}

Json render_description(const records::CaseDescription& description, People& people) {
  Json body{{"id", description.id},
            {"text", description.text},
            {"added_by", people.name(description.added_by)},
            {"added_at", base::format_rfc3339(description.added_at)}};
  if (!description.color.empty()) body["color"] = description.color;
  if (!description.body.empty()) body["body"] = description.body;
  if (!description.make.empty()) body["make"] = description.make;
  return body;
}

// Whoever may keep a sheet sees what stands on it: the officers on the case and the supervisors. The others,
// who may only know that there is such a case, get it without its plates and descriptions.
bool may_keep(Context& ctx, const std::string& case_id) {
  policy::Question question = question_of(ctx, Action::kManageCase);
  question.on_case = case_facts(ctx, case_id).facts;
  return question.on_case && policy::decide(question, ctx.services.gate->standing().facts).allowed;
}

net::Response sheet(Context& ctx, int status, const base::Result<records::Case>& result) {
  if (!result) return problem(result.error());
  const records::Case& item = *result;
  Json body = render_case_summary(item, ctx.identity.officer().id);
  People people(ctx.services.accounts);
  body["opened_by"] = people.name(item.opened_by);
  if (item.closed_at) body["closed_at"] = base::format_rfc3339(*item.closed_at);
  body["officers"] = Json::array();
  for (const std::string& id : item.officer_ids) {
    if (const auto account = ctx.services.accounts->get(id))
      body["officers"].push_back(render_officer(*account));
  }
  body["plates"] = Json::array();
  body["descriptions"] = Json::array();
  body["yours_to_keep"] = may_keep(ctx, item.id);
  if (!body["yours_to_keep"]) return json_response(status, body);
  for (const auto& plate : item.plates) body["plates"].push_back(render_case_plate(plate, people));
  for (const auto& description : item.descriptions)
    body["descriptions"].push_back(render_description(description, people));
  return json_response(status, body);
}

// Everybody put on a case is an active account of this agency.
void check_officers(Context& ctx, Fields& fields, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto account = ctx.services.accounts->get(id);
    if (!account || !account->active) fields.wrong("officer_ids", "One of these people has no open account.");
  }
}

// What every change of a case says in the ledger.
std::vector<ledger::Field> case_fields(const records::Case& item) {
  return {{"case", item.number, ledger::Release::kRestricted},
          {"case_id", item.id, ledger::Release::kRestricted},
          {"purpose", item.purpose, ledger::Release::kAfterDay}};
}

// The case and the entry in the ledger, or the answer to give.
std::optional<net::Response> record_change(Context& ctx, std::string_view id, std::string kind,
                                           std::vector<ledger::Field> more = {}) {
  auto found = case_facts(ctx, id);
  if (found.problem) return found.problem;
  policy::Question question = question_of(ctx, Action::kManageCase);
  question.on_case = std::move(found.facts);  // whose case it is decides; the gate records the case itself
  auto recorded = ctx.services.gate->record_act(question, std::move(kind), std::move(more));
  if (!recorded) return problem(recorded.error());
  return std::nullopt;
}

net::Response list_officers(Context& ctx) {
  Json items = Json::array();
  const auto all = accounts::every_account(*ctx.services.accounts);
  if (!all) return problem(all.error());
  for (const auto& account : *all) {
    if (account.active) items.push_back(render_officer(account));
  }
  return json_response(200, {{"items", std::move(items)}});
}

// What the house or a pack in force forbids stands in the list, with its rule.
net::Response list_purposes(Context& ctx) {
  const gate::Standing standing = ctx.services.gate->standing();
  Json purposes = Json::array();
  for (const policy::Purpose& purpose : policy::purposes()) {
    const policy::PackRule* against =
        purpose.forbidden ? nullptr : rule_against(*standing.rules, purpose.code);
    purposes.push_back({{"code", purpose.code},
                        {"label", purpose.label},
                        {"forbidden", purpose.forbidden || against != nullptr},
                        {"rule_id", against != nullptr ? against->id : purpose.rule_id},
                        {"citation", against != nullptr ? against->citation : purpose.citation}});
  }
  Json offences = Json::array();
  for (const policy::Offence& offence : policy::offences()) {
    offences.push_back({{"code", offence.code}, {"label", offence.label}});
  }
  return json_response(200, {{"purposes", std::move(purposes)}, {"offences", std::move(offences)}});
}

net::Response list_cases(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  const auto open = bool_query(ctx.request, "open");
  if (!open) return problem(open.error());
  const auto mine = bool_query(ctx.request, "mine");
  if (!mine) return problem(mine.error());
  const std::string me = ctx.identity.officer().id;
  const auto cases =
      ctx.services.records->cases(text_query(ctx.request, "q", 80), *open,
                                  mine->value_or(false) ? me : std::string(), page->cursor, page->limit);
  if (!cases) return problem(cases.error());
  Json body{{"items", Json::array()}};
  for (const records::Case& item : cases->cases) body["items"].push_back(render_case_summary(item, me));
  if (!cases->next_cursor.empty()) body["next_cursor"] = cases->next_cursor;
  return json_response(200, body);
}

net::Response create_case(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::Case draft;
  draft.number = fields.text("number", 40);
  draft.purpose = fields.text("purpose", 40);
  draft.offence = fields.text("offence", 40);
  draft.title = fields.text("title", 200);
  draft.officer_ids = fields.texts("officer_ids", kMaxOfficersOnCase, 40);
  draft.opened_by = ctx.identity.officer().id;
  fields.no_others();
  check_officers(ctx, fields, draft.officer_ids);
  if (auto failed = fields.failed()) return *failed;
  if (auto usable = ctx.services.records->check_case(draft); !usable) return problem(usable.error());
  draft.id = base::new_id("case", ctx.services.clock->now());
  policy::Question question = question_of(ctx, Action::kManageCase);
  question.on_case = policy::CaseFacts{.id = "",  // not opened yet
                                       .number = draft.number,
                                       .purpose = draft.purpose,
                                       .offence = draft.offence,
                                       .open = true,
                                       .assigned = true};
  const auto recorded = ctx.services.gate->record_act(question, "case.open", case_fields(draft));
  if (!recorded) return problem(recorded.error());
  return sheet(ctx, 201, ctx.services.records->create_case(draft));
}

net::Response get_case(Context& ctx) {
  return sheet(ctx, 200, ctx.services.records->get_case(ctx.request.params.at("id")));
}

net::Response change_case(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto title = fields.optional_text("title", 200);
  const auto open = fields.optional_bool("open");
  std::optional<std::vector<std::string>> officers;
  if (fields.member("officer_ids") != nullptr) officers = fields.texts("officer_ids", kMaxOfficersOnCase, 40);
  if (title && title->empty()) fields.wrong("title", "This is needed.");
  fields.no_others();
  if (officers) check_officers(ctx, fields, *officers);
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  std::vector<ledger::Field> what;
  if (open) what.push_back({"open", *open ? "true" : "false", ledger::Release::kAfterDay});
  if (officers) what.push_back({"assigned", std::to_string(officers->size()), ledger::Release::kAfterDay});
  const std::string kind = open ? (*open ? "case.reopen" : "case.close") : "case.change";
  if (auto refused = record_change(ctx, id, kind, std::move(what))) return *refused;
  return sheet(ctx, 200, ctx.services.records->change_case(id, title, open, officers));
}

net::Response add_plate(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::CasePlate plate;
  plate.plate = fields.text("plate", 20);
  plate.region = fields.text("region", 10, false);
  plate.note = fields.text("note", 300, false);
  plate.added_by = ctx.identity.officer().id;
  fields.no_others();
  const auto parsed = plate::Plate::parse_lenient(plate.plate);
  if (!plate.plate.empty() && !parsed) fields.wrong("plate", "A plate has 1 to 10 letters and digits.");
  if (auto failed = fields.failed()) return *failed;
  plate.plate = parsed->text();
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = record_change(ctx, id, "case.plate.add", {{"plate", plate.plate}})) return *refused;
  return sheet(ctx, 201, ctx.services.records->add_plate(id, plate));
}

net::Response remove_plate(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const std::string& item = ctx.request.params.at("item");
  if (auto refused = record_change(ctx, id, "case.plate.remove", {{"item", item}})) return *refused;
  return sheet(ctx, 200, ctx.services.records->remove_plate(id, item));
}

net::Response add_description(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::CaseDescription description;
  description.text = fields.text("text", 300);
  description.color = fields.text("color", 20, false);
  description.body = fields.text("body", 20, false);
  description.make = fields.text("make", 30, false);
  description.added_by = ctx.identity.officer().id;
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = record_change(ctx, id, "case.description.add")) return *refused;
  return sheet(ctx, 201, ctx.services.records->add_description(id, description));
}

net::Response remove_description(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const std::string& item = ctx.request.params.at("item");
  if (auto refused = record_change(ctx, id, "case.description.remove", {{"item", item}})) return *refused;
  return sheet(ctx, 200, ctx.services.records->remove_description(id, item));
}

using net::Method;

constexpr Route kCaseRoutes[] = {
    {Method::kGet, "/api/v1/officers", Caller::kSession, Action::kListCases, 0, list_officers},
    {Method::kGet, "/api/v1/purposes", Caller::kSession, Action::kListCases, 0, list_purposes},
    {Method::kGet, "/api/v1/cases", Caller::kSession, Action::kListCases, 0, list_cases},
    {Method::kPost, "/api/v1/cases", Caller::kSession, Action::kManageCase, kSmallBody, create_case},
    {Method::kGet, "/api/v1/cases/{id}", Caller::kSession, Action::kListCases, 0, get_case},
    {Method::kPatch, "/api/v1/cases/{id}", Caller::kSession, Action::kManageCase, kSmallBody, change_case},
    {Method::kPost, "/api/v1/cases/{id}/plates", Caller::kSession, Action::kManageCase, kSmallBody,
     add_plate},
    {Method::kDelete, "/api/v1/cases/{id}/plates/{item}", Caller::kSession, Action::kManageCase, 0,
     remove_plate},
    {Method::kPost, "/api/v1/cases/{id}/descriptions", Caller::kSession, Action::kManageCase, kSmallBody,
     add_description},
    {Method::kDelete, "/api/v1/cases/{id}/descriptions/{item}", Caller::kSession, Action::kManageCase, 0,
     remove_description},
};

}  // namespace

Json render_officer(const accounts::Account& account) {
  return {{"id", account.id},
          {"name", account.name},
          {"login", account.login},
          {"role", std::string(policy::name_of(account.role))}};
}

Json render_case_summary(const records::Case& item, std::string_view officer_id) {
  const bool mine =
      std::find(item.officer_ids.begin(), item.officer_ids.end(), officer_id) != item.officer_ids.end();
  return {{"id", item.id},           {"number", item.number},
          {"purpose", item.purpose}, {"offence", item.offence},
          {"title", item.title},     {"open", item.open},
          {"assigned_to_me", mine},  {"opened_at", base::format_rfc3339(item.opened_at)}};
}

std::span<const Route> cases_routes() {
  return kCaseRoutes;
}

}  // namespace glasshouse::api
