#include "api/searches.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "base/log.h"
#include "records/orders.h"
#include "records/searches.h"
#include "search/language.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

constexpr std::array<std::string_view, 6> kOutcomes{"located", "arrested", "recovered",
                                                    "cleared", "lead",     "nothing"};
constexpr const char *kSavedKind = "saved", *kForgottenKind = "forgotten";  // beside the kinds of searches

records::Searches searches(Context& ctx) {
  return {*ctx.services.db, *ctx.services.clock};
}

Json render_saved(const records::SavedQuestion& question) {
  return {{"id", question.id},
          {"name", question.name},
          {"text", question.text},
          {"saved_at", base::format_rfc3339(question.saved_at)}};
}

Json render_past(const records::PastSearch& search) {
  Json body{{"ledger_index", search.ledger_index},
            {"at", base::format_rfc3339(search.at)},
            {"kind", search.kind},
            {"text", search.text},
            {"case_id", search.case_id},
            {"case_number", search.case_number},
            {"found", search.found}};
  if (!search.outcome.empty()) body["outcome"] = search.outcome;
  if (!search.note.empty()) body["note"] = search.note;
  if (search.outcome_at) body["outcome_at"] = base::format_rfc3339(*search.outcome_at);
  if (search.outcome_ledger_index) body["outcome_ledger_index"] = *search.outcome_ledger_index;
  return body;
}

std::optional<std::uint64_t> index_in(std::string_view text) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  // What the records database counts with has one bit less.
  if (error != std::errc{} || end != text.data() + text.size() || index > INT64_MAX) return std::nullopt;
  return index;
}

net::Response list_saved(Context& ctx) {
  const auto list = searches(ctx).saved(ctx.identity.officer().id);
  if (!list) return problem(list.error());
  Json body{{"items", Json::array()}};
  for (const records::SavedQuestion& one : *list) body["items"].push_back(render_saved(one));
  return json_response(200, body);
}

// A question that is kept names a plate or a vehicle and outlives the case that it was first asked under:
// kept unseen, it would be a watch list of one's own. So keeping and forgetting are acts of use, whatever the
// words say; what the question is stays with auditors.
tl::expected<std::uint64_t, net::Response> record_kept(Context& ctx, const char* kind,
                                                       const std::string& name, const std::string& text) {
  std::uint64_t index = 0;
  if (auto refused = record_act(
          ctx, Action::kRecordOutcome, std::string("question.") + kind,
          {{"subject", name, Release::kRestricted}, {"question", text, Release::kRestricted}}, &index))
    return tl::unexpected(std::move(*refused));
  records::PastSearch act;
  act.ledger_index = index;
  act.account_id = ctx.identity.officer().id;
  act.kind = kind;
  act.text = text;
  act.note = name;
  if (const auto noted = searches(ctx).note(act); !noted)
    base::log(base::Level::kError, "api",
              "a kept question is missing in its asker's list: " + noted.error().message());
  return index;
}

net::Response save(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string name = fields.text("name", 80);
  const std::string text = fields.text("text", search::kMostTextBytes);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  auto mine = searches(ctx);
  const std::string account = ctx.identity.officer().id;
  if (const auto room = mine.room_for(account, name); !room) return problem(room.error());
  if (auto recorded = record_kept(ctx, kSavedKind, name, text); !recorded) return std::move(recorded.error());
  const auto saved = mine.save(account, name, text);
  if (!saved) return problem(saved.error());
  return json_response(201, render_saved(*saved));
}

net::Response forget(Context& ctx) {
  auto mine = searches(ctx);
  const std::string account = ctx.identity.officer().id, id = ctx.request.params.at("id");
  const auto kept = mine.saved(account);
  if (!kept) return problem(kept.error());
  const auto one = std::find_if(kept->begin(), kept->end(), [&](const auto& each) { return each.id == id; });
  if (one != kept->end()) {
    if (auto recorded = record_kept(ctx, kForgottenKind, one->name, one->text); !recorded)
      return std::move(recorded.error());
  }
  const auto gone = mine.forget(account, id);
  return gone ? done() : problem(gone.error());
}

net::Response list_past(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  std::optional<std::uint64_t> before;
  if (!page->cursor.empty()) {
    before = index_in(page->cursor);
    if (!before)
      return problem(422, "bad-cursor", "This place in the list does not exist",
                     "The cursor is not one that the list gave", "Start from its beginning");
  }
  const auto list = searches(ctx).past(ctx.identity.officer().id, before, page->limit + 1);
  if (!list) return problem(list.error());
  Json body{{"items", Json::array()}};
  for (const records::PastSearch& one : *list) {
    if (body["items"].size() == page->limit) {
      body["next_cursor"] = std::to_string(body["items"].back()["ledger_index"].get<std::uint64_t>());
      break;
    }
    body["items"].push_back(render_past(one));
  }
  auto response = json_response(200, body);
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

net::Response outcome(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string code = fields.text("outcome", 20);
  const std::string note = fields.text("note", 300, false);
  if (!code.empty() && std::find(kOutcomes.begin(), kOutcomes.end(), code) == kOutcomes.end())
    fields.wrong("outcome", "This must be located, arrested, recovered, cleared, lead or nothing.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  auto mine = searches(ctx);
  const std::string account = ctx.identity.officer().id;
  const auto search = mine.one(account, index_in(ctx.request.params.at("id")).value_or(INT64_MAX));
  if (!search) return problem(search.error());
  if (search->kind == kSavedKind || search->kind == kForgottenKind)
    return problem(422, "no-search", "Nothing was searched there", "A question was saved or forgotten",
                   "Say it of a search");
  policy::Question question = question_of(ctx, Action::kRecordOutcome);
  // A case that is closed by now is no hindrance: outcomes come late.
  if (auto facts = ctx.services.records->facts(search->case_id, account))
    question.on_case = std::move(*facts);
  auto recorded =
      ctx.services.gate->record_act(question, "search.outcome",
                                    {{"subject", std::to_string(search->ledger_index), Release::kRestricted},
                                     {"code", code, Release::kAfterDay}});
  if (!recorded) return problem(recorded.error());
  if (const auto set = mine.set_outcome(account, search->ledger_index, code, note, *recorded); !set)
    return problem(set.error());
  const auto after = mine.one(account, search->ledger_index);
  return after ? json_response(200, render_past(*after)) : problem(after.error());
}

constexpr Route kSearchesRoutes[] = {
    {Method::kGet, "/api/v1/search/saved", Caller::kSession, Action::kSearchReads, 0, list_saved},
    {Method::kPost, "/api/v1/search/saved", Caller::kSession, Action::kSearchReads, kSmallBody, save},
    {Method::kDelete, "/api/v1/search/saved/{id}", Caller::kSession, Action::kSearchReads, 0, forget},
    {Method::kGet, "/api/v1/search/history", Caller::kSession, Action::kSearchReads, 0, list_past},
    {Method::kPost, "/api/v1/search/history/{id}/outcome", Caller::kSession, Action::kRecordOutcome,
     kSmallBody, outcome},
};

}  // namespace

void note_search(Context& ctx, const gate::Permit& permit, const std::string& kind, std::string text,
                 std::uint64_t found) {
  if (ctx.services.db == nullptr) return;
  records::PastSearch search;
  search.ledger_index = permit.ledger_index();
  search.account_id = permit.officer_id();
  search.case_id = permit.case_id();
  if (const auto facts = ctx.services.records->facts(search.case_id, search.account_id))
    search.case_number = facts->number;
  else if (const auto order = records::Orders(*ctx.services.db, *ctx.services.clock).get(search.case_id))
    search.case_number = order->number;
  search.kind = kind;
  search.text = std::move(text);
  search.found = found;
  if (const auto noted = searches(ctx).note(search); !noted)
    base::log(base::Level::kError, "api",
              "a search is missing in its asker's list: " + noted.error().message());
}

std::span<const Route> searches_routes() {
  return kSearchesRoutes;
}

}  // namespace glasshouse::api
