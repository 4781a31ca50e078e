#include "app/witnesses.h"

#include <utility>

#include "base/file.h"
#include "ledger/commitment.h"
#include "net/http.h"

namespace glasshouse::app {
namespace {

constexpr std::uint32_t kTimeoutMs = 5000;
constexpr std::size_t kMaxAnswerBytes = ledger::kMaxNoteBytes;
constexpr const char* kKind = "log.witnesses";

std::string hash_before(const ledger::Ledger& log) {
  const auto last = log.newest_of_kind(ledger::Reader::kPublic, kKind);
  if (!last || !*last) return {};
  for (const ledger::Disclosure& field : (*last)->disclosures) {
    if (field.name == "hash") return field.value;
  }
  return {};
}

}  // namespace

base::Result<void> publish_policy(ledger::Ledger& log, gate::Gate& gate, const std::string& dir,
                                  const ledger::WitnessPolicy& policy) {
  base::FileSystem& files = base::posix_files();
  ledger::WitnessPolicy whole = policy;
  auto own = ledger::parse_verifier_key(log.verifier_key());
  if (!own) return tl::unexpected(own.error());
  whole.logs = {std::move(*own)};
  const std::string text = ledger::format_witness_policy(whole);
  const std::string hash = ledger::disclosure_digest(text);
  const std::string before = hash_before(log);
  if (hash != before && !(before.empty() && policy.witnesses.empty())) {
    auto noted = gate.record_event(
        kKind, {{"hash", hash, ledger::Release::kAtOnce},
                {"count", std::to_string(policy.witnesses.size()), ledger::Release::kAtOnce}});
    if (!noted) return tl::unexpected(noted.error());
  }
  if (policy.witnesses.empty()) {
    for (const char* name : {"/witness.policy", "/witness.vkey"}) {
      if (auto gone = files.remove(dir + name); !gone) return gone;
    }
    return {};
  }
  std::string keys;
  for (const ledger::PolicyWitness& witness : policy.witnesses)
    keys += ledger::format_witness_key(witness.key) + "\n";
  if (auto written = files.write_atomic(dir + "/witness.policy", text); !written) return written;
  return files.write_atomic(dir + "/witness.vkey", keys);
}

std::unique_ptr<ledger::Cosigning> start_cosigning(ledger::Ledger& log, const ledger::WitnessPolicy& policy) {
  const auto ask = [](const std::string& url,
                      const std::string& body) -> base::Result<ledger::WitnessAnswer> {
    // A client sends one request at a time, and a slow witness must not hold up the others.
    thread_local const std::unique_ptr<net::Client> client = net::Client::create();
    net::ClientRequest request;
    request.method = net::Method::kPost;
    request.url = url;
    request.body = body;
    request.timeout_ms = kTimeoutMs;
    request.max_answer_bytes = kMaxAnswerBytes;
    // The operator wrote the address; a witness may stand in the town's own network.
    request.allow_private_addresses = true;
    request.headers.set("Content-Type", "text/plain; charset=utf-8");
    auto answer = client->send(request);
    if (!answer) return tl::unexpected(answer.error());
    return ledger::WitnessAnswer{answer->status, {}, std::move(answer->body)};
  };
  return std::make_unique<ledger::Cosigning>(
      ledger::Cosigning::Options{.ledger = &log, .policy = policy, .ask = ask});
}

}  // namespace glasshouse::app
