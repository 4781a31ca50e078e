#include "api/public_log.h"

#include <nlohmann/json.hpp>

#include "api/json.h"
#include "api/ledger.h"
#include "ledger/proof_file.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

// A checkpoint may be served from a cache for as long as its period; tiles never change.
constexpr const char* kMomentCaching = "public, max-age=1";
constexpr const char* kTileCaching = "public, max-age=31536000, immutable";
constexpr const char* kKeyCaching = "public, max-age=300";
constexpr const char* kPlainText = "text/plain; charset=utf-8";

// Anybody's page may read the public log: that is what it is for.
net::Response open_to_all(net::Response response, const char* caching) {
  response.headers.set("Cache-Control", caching);
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return response;
}

net::Response static_log_file(Context& ctx, const std::string& path, const char* type, const char* caching) {
  auto bytes = ctx.services.ledger->static_file(path);
  if (!bytes) return problem(bytes.error());
  return open_to_all(net::Response::text(200, std::move(*bytes), type), caching);
}

net::Response not_there() {
  return problem(404, "not-found", "There is no such entry.", "The ledger is not that long.");
}

net::Response log_checkpoint(Context& ctx) {
  return static_log_file(ctx, "checkpoint", kPlainText, kMomentCaching);
}

net::Response log_tile(Context& ctx) {
  return static_log_file(ctx, "tile/" + ctx.request.params.at("path"), "application/octet-stream",
                         kTileCaching);
}

net::Response log_verifier_key(Context& ctx) {
  return static_log_file(ctx, "log.vkey", kPlainText, kKeyCaching);
}

net::Response log_witness_policy(Context& ctx) {
  ledger::WitnessPolicy policy;
  if (ctx.services.cosigning != nullptr) policy = ctx.services.cosigning->policy();
  auto own = ledger::parse_verifier_key(ctx.services.ledger->verifier_key());
  if (!own) return problem(own.error());
  policy.logs = {std::move(*own)};
  return open_to_all(net::Response::text(200, ledger::format_witness_policy(policy), kPlainText),
                     kKeyCaching);
}

net::Response log_witness_keys(Context& ctx) {
  std::string keys;
  if (ctx.services.cosigning != nullptr) {
    for (const ledger::PolicyWitness& witness : ctx.services.cosigning->policy().witnesses)
      keys += ledger::format_witness_key(witness.key) + "\n";
  }
  return open_to_all(net::Response::text(200, std::move(keys), kPlainText), kKeyCaching);
}

net::Response log_witnesses(Context& ctx) {
  const std::uint64_t size = ctx.services.ledger->checkpoint().size;
  const auto witnessed = ctx.services.ledger->witnessed();
  Json body{{"size", size},
            {"published_size", witnessed ? witnessed->size : size},
            {"quorum", ""},
            {"items", Json::array()}};
  if (ctx.services.cosigning != nullptr) {
    body["quorum"] = ctx.services.cosigning->policy().quorum;
    for (const ledger::WitnessStanding& witness : ctx.services.cosigning->witnesses()) {
      Json item{{"name", witness.name},
                {"verifier_key", witness.key},
                {"size", witness.size},
                {"behind", size > witness.size ? size - witness.size : 0},
                {"answers", witness.trouble.empty()}};
      if (witness.time) item["time"] = base::format_rfc3339(*witness.time);
      body["items"].push_back(std::move(item));
    }
  }
  return open_to_all(json_response(200, body), kMomentCaching);
}

// Only what its class and its age let out: the reader is the public, whoever is signed in.
net::Response log_entries(Context& ctx) {
  const auto page = entry_page(ctx);
  if (!page) return page.error();
  const auto entries = ctx.services.ledger->entries(ledger::Reader::kPublic, page->before, page->limit);
  if (!entries) return problem(entries.error());
  Json body = entry_page_body(ctx, *entries);
  for (const ledger::Entry& entry : *entries) body["items"].push_back(render_entry(entry));
  return open_to_all(json_response(200, body), kMomentCaching);
}

net::Response log_entry(Context& ctx) {
  const auto index = entry_index(ctx.request.params.at("index"));
  if (!index || *index >= ctx.services.ledger->size()) return not_there();
  const auto entry = ctx.services.ledger->entry(ledger::Reader::kPublic, *index);
  if (!entry) return problem(entry.error());
  return open_to_all(json_response(200, render_entry(*entry)), kMomentCaching);
}

net::Response log_proof(Context& ctx) {
  const auto index = entry_index(ctx.request.params.at("index"));
  if (!index || *index >= ctx.services.ledger->size()) return not_there();
  const auto entry = ctx.services.ledger->entry(ledger::Reader::kPublic, *index);
  if (!entry) return problem(entry.error());
  const auto proof = ctx.services.ledger->inclusion_proof(*index);
  if (!proof) return problem(proof.error());
  net::Response response = net::Response::text(
      200, ledger::format_proof_file({entry->leaf, *index, proof->hashes, proof->checkpoint.note}),
      kPlainText);
  response.headers.set("Content-Disposition",
                       "attachment; filename=\"entry-" + std::to_string(*index) + ".tlog-proof\"");
  return open_to_all(std::move(response), kMomentCaching);
}

constexpr Route kPublicLogRoutes[] = {
    {Method::kGet, "/log/checkpoint", Caller::kAnyone, Action::kNone, 0, log_checkpoint},
    {Method::kGet, "/log/tile/{path...}", Caller::kAnyone, Action::kNone, 0, log_tile},
    {Method::kGet, "/log/log.vkey", Caller::kAnyone, Action::kNone, 0, log_verifier_key},
    {Method::kGet, "/log/witness.policy", Caller::kAnyone, Action::kNone, 0, log_witness_policy},
    {Method::kGet, "/log/witness.vkey", Caller::kAnyone, Action::kNone, 0, log_witness_keys},
    {Method::kGet, "/log/witnesses", Caller::kAnyone, Action::kNone, 0, log_witnesses},
    {Method::kGet, "/log/entries", Caller::kAnyone, Action::kNone, 0, log_entries},
    {Method::kGet, "/log/entries/{index}", Caller::kAnyone, Action::kNone, 0, log_entry},
    {Method::kGet, "/log/proof/{index}", Caller::kAnyone, Action::kNone, 0, log_proof},
};

}  // namespace

std::span<const Route> public_log_routes() {
  return kPublicLogRoutes;
}

}  // namespace glasshouse::api
