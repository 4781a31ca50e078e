#include "api/ledger.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "ledger/note.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

// With the name of the officer, for those who sign in.
Json named_entry(const ledger::Entry& entry, People& people) {
  Json item = render_entry(entry);
  for (Json& field : item["fields"])
    if (field["name"] == "officer") field["person"] = people.name(field["value"].get<std::string>());
  return item;
}

net::Response no_such_entry() {
  return problem(404, "not-found", "There is no such entry.", "The ledger is not that long.");
}

// What the caller sees of entries. The auditor sees names and questions: that look is recorded before it is
// given.
struct View {
  ledger::Reader reader = ledger::Reader::kPublic;
  std::optional<net::Response> refused;
};
View view_for(Context& ctx, const std::string& what) {
  if (!policy::role_carries(ctx.identity.officer().role, Action::kAuditLedger)) return {};
  return {ledger::Reader::kAuditor, record_act(ctx, Action::kAuditLedger, "ledger.audit",
                                               {{"subject", what, ledger::Release::kRestricted}})};
}

net::Response list_ledger_entries(Context& ctx) {
  const auto page = entry_page(ctx);
  if (!page) return page.error();
  const View view =
      view_for(ctx, "entries" + (page->before ? " before " + std::to_string(*page->before) : std::string()));
  if (view.refused) return *view.refused;
  const auto entries = ctx.services.ledger->entries(view.reader, page->before, page->limit);
  if (!entries) return problem(entries.error());
  Json body = entry_page_body(ctx, *entries);
  People people(ctx.services.accounts);
  for (const ledger::Entry& entry : *entries) body["items"].push_back(named_entry(entry, people));
  return json_response(200, body);
}

net::Response get_entry(Context& ctx) {
  const auto index = entry_index(ctx.request.params.at("index"));
  if (!index || *index >= ctx.services.ledger->size()) return no_such_entry();
  const View view = view_for(ctx, "entry " + std::to_string(*index));
  if (view.refused) return *view.refused;
  const auto entry = ctx.services.ledger->entry(view.reader, *index);
  if (!entry) return problem(entry.error());
  People people(ctx.services.accounts);
  return json_response(200, named_entry(*entry, people));
}

// Enough to check the entry without trusting this server. Nothing in it is more than the public log holds.
net::Response get_proof(Context& ctx) {
  const auto index = entry_index(ctx.request.params.at("index"));
  if (!index || *index >= ctx.services.ledger->size()) return no_such_entry();
  const ledger::Ledger& log = *ctx.services.ledger;
  const auto entry = log.entry(ledger::Reader::kPublic, *index);
  if (!entry) return problem(entry.error());
  const auto proof = log.inclusion_proof(*index);
  if (!proof) return problem(proof.error());
  Json hashes = Json::array();
  for (const crypto::Hash& hash : proof->hashes) hashes.push_back(crypto::base64(ledger::bytes_of(hash)));
  return json_response(200, {{"index", *index},
                             {"leaf", entry->leaf},
                             {"hashes", std::move(hashes)},
                             {"checkpoint", proof->checkpoint.note},
                             {"verifier_key", log.verifier_key()},
                             {"tlog_proof", log.tlog_proof(*proof)}});
}

net::Response get_checkpoint(Context& ctx) {
  const ledger::Checkpoint checkpoint = ctx.services.ledger->checkpoint();
  const std::string key = ctx.services.ledger->verifier_key();
  return json_response(200, {{"size", checkpoint.size},
                             {"root", crypto::base64(ledger::bytes_of(checkpoint.root))},
                             {"note", checkpoint.note},
                             {"verifier_key", key},
                             {"origin", key.substr(0, key.find('+'))}});
}

constexpr Route kLedgerRoutes[] = {
    {Method::kGet, "/api/v1/ledger/entries", Caller::kSession, Action::kViewLedger, 0, list_ledger_entries},
    {Method::kGet, "/api/v1/ledger/entries/{index}", Caller::kSession, Action::kViewLedger, 0, get_entry},
    {Method::kGet, "/api/v1/ledger/entries/{index}/proof", Caller::kSession, Action::kViewLedger, 0,
     get_proof},
    {Method::kGet, "/api/v1/ledger/checkpoint", Caller::kSession, Action::kViewLedger, 0, get_checkpoint},
};

}  // namespace

tl::expected<EntryPage, net::Response> entry_page(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return tl::unexpected(problem(page.error()));
  EntryPage asked{std::nullopt, page->limit};
  if (const auto before = ctx.request.query.find("before"); before != ctx.request.query.end()) {
    asked.before = entry_index(before->second);
    if (!asked.before)
      return tl::unexpected(
          problem(422, "bad-field", "The start of the page is not right.", "It must be a whole number."));
  }
  return asked;
}

nlohmann::json render_entry(const ledger::Entry& entry) {
  Json fields = Json::array();
  for (const ledger::Disclosure& field : entry.disclosures) {
    fields.push_back({{"name", field.name},
                      {"value", field.value},
                      {"release", std::string(ledger::name_of(field.release))},
                      {"disclosure", field.text}});
  }
  return {{"index", entry.index},
          {"time", base::format_rfc3339(entry.time)},
          {"kind", entry.kind},
          {"fields", std::move(fields)},
          {"leaf", entry.leaf}};
}

nlohmann::json entry_page_body(Context& ctx, const std::vector<ledger::Entry>& entries) {
  Json body{{"items", Json::array()}, {"size", ctx.services.ledger->size()}};
  if (!entries.empty() && entries.back().index > 0) body["next_before"] = entries.back().index;
  return body;
}

std::optional<std::uint64_t> entry_index(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && value >= 0;
  return whole ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt;
}

std::span<const Route> ledger_routes() {
  return kLedgerRoutes;
}

}  // namespace glasshouse::api
