// An officer of ours asks about other agencies' cameras. Judged and recorded here first, then by each of
// them; the two logs hold the same query id, and each the other's entry.
#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/peers.h"
#include "api/search.h"
#include "api/search_request.h"
#include "base/id.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::size_t kMostAtOnce = 50;
constexpr std::size_t kAskBody = 64 * 1024;

struct Target {
  sharing::GrantRow row;
  sharing::Agency agency;
};

// The grants that we were given and may ask under now.
tl::expected<std::vector<Target>, net::Response> targets_of(Services& services,
                                                            const std::vector<std::string>& ids) {
  std::vector<Target> targets;
  for (const std::string& id : ids) {
    auto row = services.sharing->newest(id);
    if (row && row->state ==
                   sharing::GrantState::kOffered) {  // a change that we have not signed: the one before holds
      for (auto& other : services.sharing->grants())
        if (other.grant.id == id && other.state == sharing::GrantState::kInForce) row = std::move(other);
    }
    if (!row || row->given || row->state != sharing::GrantState::kInForce)
      return tl::unexpected(problem(404, "not-found", "There is no such grant to ask under."));
    auto agency = services.sharing->agency(row->agency_id);
    if (!agency) return tl::unexpected(problem(agency.error()));
    if (agency->url.empty())
      return tl::unexpected(problem(409, "conflict", "The agency's server is not known here.", {},
                                    "Give its address under Sharing."));
    targets.push_back({std::move(*row), std::move(*agency)});
  }
  return targets;
}

// What one of them said, as the console shows it.
Json answer_of(const Target& target, const base::Result<net::ClientResponse>& sent) {
  Json answer{
      {"grant_id", target.row.grant.id}, {"agency", target.agency.name}, {"agency_id", target.agency.id}};
  Json body = sent ? Json::parse(sent->body, nullptr, false) : Json();
  if (!sent || !body.is_object()) {
    answer["problem"] = {{"title", "The other agency's server could not be asked."},
                         {"detail", sent ? "What it answered is not understood." : sent.error().message()}};
    return answer;
  }
  if (sent->status != 200) {
    answer["problem"] = {{"title", body.value("title", "It was refused.")},
                         {"detail", body.value("detail", "")}};
    if (body.contains("ledger_index") && body["ledger_index"].is_number_unsigned())
      answer["ledger_index"] = body["ledger_index"];
    return answer;
  }
  for (const char* name : {"items", "ledger_index", "total_at_least", "sentence", "next_cursor", "cameras"})
    if (body.contains(name)) answer[name] = body[name];
  return answer;
}

net::Response ask_others(Context& ctx) {
  Services& services = ctx.services;
  auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto ids = fields.texts("grant_ids", kMostAtOnce, 40);
  if (ids.empty()) fields.wrong("grant_ids", "Name the grants to ask under.");
  if (auto failed = fields.failed()) return *failed;
  Json own_form = *body;
  own_form.erase("grant_ids");
  auto asked = read_search_request(own_form);
  if (!asked) return std::move(asked.error());
  if (!asked->cursor.empty() && ids.size() > 1)
    return problem(422, "bad-field", "One agency is asked for more at a time.");
  if (services.peers == nullptr)
    return problem(409, "conflict", "This server asks no others.", "It was not started for it.");
  auto targets = targets_of(services, ids);
  if (!targets) return std::move(targets.error());
  auto facts = case_facts(ctx, asked->case_id);
  if (facts.problem) return std::move(*facts.problem);

  policy::Question question = question_of(ctx, Action::kSearchReads);
  question.on_case = *facts.facts;
  question.on_behalf_of = asked->behalf;
  question.beneficiary_kind = asked->behalf_kind;
  question.beneficiary_state = asked->behalf_state;
  question.from = asked->question.from;
  question.to = asked->question.to;
  question.agencies = static_cast<int>(1 + targets->size());
  question.names_plate = asked->question.plate.has_value();
  question.regional = targets->size() > 1;
  const auto region = services.sharing->region().agency_ids;
  question.in_region = std::all_of(targets->begin(), targets->end(), [&](const Target& target) {
    return std::find(region.begin(), region.end(), target.agency.id) != region.end();
  });
  for (const Target& target : *targets) {
    question.cameras += target.row.grant.cameras.size();
    question.grant_id += (question.grant_id.empty() ? "" : " ") + target.row.grant.id;
  }
  gate::Scope scope;
  scope.query_id = base::new_id("query", services.clock->now());
  scope.question = asked->words;
  const std::string query_id = scope.query_id;
  const auto permit = services.gate->ask(question, std::move(scope));
  if (!permit) return problem(permit.error());

  std::vector<std::future<Json>> answers;
  for (const Target& target : *targets) {
    Json message{{"query_id", query_id},
                 {"grant_id", target.row.grant.id},
                 {"ledger_index", permit->ledger_index()},
                 {"regional", question.regional},
                 {"agencies", question.agencies},
                 {"officer", question.who.id},
                 {"role", policy::name_of(question.who.role)},
                 {"case_number", question.on_case->number},
                 {"purpose", question.on_case->purpose},
                 {"offence", question.on_case->offence},
                 {"question", (*body)["question"]},
                 {"limit", asked->limit}};
    // Whoever it is for is told, so that the other side can refuse to have it given on.
    if (asked->behalf_kind != "own" && !asked->behalf_kind.empty())
      message["beneficiary"] = asked->behalf.empty() ? asked->behalf_kind : asked->behalf;
    if (!asked->cursor.empty()) message["cursor"] = asked->cursor;
    answers.push_back(std::async(std::launch::async, [&services, target, message = std::move(message)] {
      return answer_of(target, services.peers->post(target.agency, "/peer/v1/search", message));
    }));
  }
  Json given{{"query_id", query_id}, {"ledger_index", permit->ledger_index()}, {"answers", Json::array()}};
  for (auto& answer : answers) {
    Json one = answer.get();
    // The second half of the double entry: which entry of theirs is the other side of ours.
    std::vector<ledger::Field> fields_of{
        {"subject", std::to_string(permit->ledger_index()), ledger::Release::kRestricted},
        {"query", query_id, ledger::Release::kAtOnce},
        {"other_agency", one["agency_id"].get<std::string>(), ledger::Release::kAtOnce},
        {"result", one.contains("problem") ? "refused" : "answered", ledger::Release::kAfterDay}};
    if (one.contains("ledger_index"))
      fields_of.push_back({"other_entry", one["ledger_index"].dump(), ledger::Release::kAtOnce});
    if (one.contains("total_at_least"))
      fields_of.push_back({"count", one["total_at_least"].dump(), ledger::Release::kAfterDay});
    const auto noted = services.gate->record_event("search.result", std::move(fields_of));
    if (!noted)
      return problem(503, "ledger-down", "Nothing was answered.", "The ledger could not record the answer.");
    given["answers"].push_back(std::move(one));
  }
  auto response = json_response(200, given);
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

constexpr Route kAskRoutes[] = {
    {Method::kPost, "/api/v1/sharing/search", Caller::kSession, Action::kSearchReads, kAskBody, ask_others},
};

}  // namespace

std::span<const Route> peers_ask_routes() {
  return kAskRoutes;
}

}  // namespace glasshouse::api
