#include "app/vault_agent_command.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/options.h"
#include "app/peer_server.h"
#include "app/stop_signal.h"
#include "app/vault_link.h"
#include "base/fd.h"
#include "base/file.h"
#include "vault/agent.h"
#include "vault/reconcile.h"

namespace glasshouse::app {
namespace {

constexpr unsigned kAgentWorkers = 8;
constexpr std::uint32_t kAgentIdleMs = 10 * 60 * 1000;  // the server's connections stay for the next picture

net::Response answer_vault(vault::Agent& agent, const net::Request& request) {
  if (request.path != kVaultPath || request.method != net::Method::kPost)
    return net::Response::text(404, "This is a vault's agent: POST a message to /vault.\n");
  return net::Response::text(200, agent.answer(request.body));
}

base::Result<std::unique_ptr<vault::Agent>> open_agent(const Options& given, const base::Clock& clock) {
  vault::AgentOptions options{.dir = given.get("data"), .clock = &clock};
  options.witness_name = given.get("name", options.witness_name);
  const std::string path = given.get("policy", options.dir + "/policy");
  if (given.has("policy") || base::posix_files().exists(path)) {
    const auto text = base::posix_files().read(path, ledger::kMaxPolicyBytes);
    if (!text) return tl::unexpected(text.error());
    auto policy = ledger::parse_witness_policy(*text);
    if (!policy) return tl::unexpected(policy.error());
    options.policy = std::move(*policy);
  }
  return vault::Agent::open(std::move(options));
}

int serve_vault(const Options& given, const base::Fd& lock) {
  if (lock.get() < 0 || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return complain(
        "vault", "Another agent has the folder " + given.get("data") + " open, or it cannot be written to.");
  const base::SystemClock clock;
  const auto admitted = link_key_from_hex(given.get("admit"));
  if (!admitted) return complain("vault", admitted.error().message());
  auto agent = open_agent(given, clock);
  if (!agent) return complain("vault", agent.error().message());
  const auto own = link_identity(given.get("data") + "/agent.key", clock.now());
  if (!own) return complain("vault", own.error().message());
  net::ServerOptions server;
  if (auto taken = listen_at(given.get("listen"), "--listen", server); !taken)
    return complain("vault", taken.error().message());
  server.workers = kAgentWorkers;
  server.max_body_bytes = vault::kMostRequestBytes;
  server.idle_timeout_ms = kAgentIdleMs;
  server.peer_certificate_pem = own->certificate_pem;
  server.peer_key_pem = own->key_pem;
  server.admits_peer = [&](std::string_view key, std::string_view) { return key == *admitted; };
  std::atomic<bool>& stop = stop_signal();
  auto running = net::Server::start(
      std::move(server), [&](const net::Request& request) { return answer_vault(**agent, request); });
  if (!running) return complain("vault", running.error().message());
  std::cout << "vault agent " << crypto::hex(own->public_key) << " on port " << (*running)->port() << "\n"
            << "witness     " << (*agent)->witness_key() << "\n"
            << "quorum      " << (*agent)->quorum() << "\n"
            << "released    " << (*agent)->released() << " pictures until now" << std::endl;
  while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  (*running)->stop();
  return kDone;
}

int vault_agent_usage_error(const std::string& wrong) {
  complain("vault", wrong + "\n");
  std::cerr << vault_agent_usage();
  return kUsage;
}

}  // namespace

const char* vault_agent_usage() {
  return "glasshouse vault serve --data DIR --listen ADDRESS:PORT --admit KEY [--policy FILE] [--name NAME]\n"
         "  The key agent: keeps the keys of the days in DIR, on a machine of its own, and opens a picture "
         "for the\n"
         "  server KEY only when the public log, co-signed as the policy says, holds the entry for it.\n"
         "  --policy FILE   a line \"log VKEY\", the witnesses, and the quorum (DIR/policy); "
         "docs/formats/ledger.md\n"
         "  --name NAME     of the agent's own key as a witness of the log (vault-agent)\n"
         "glasshouse vault key FILE\n"
         "  Prints the public key of a server's DATA/vault-client.key for --admit, and makes the file when "
         "there is "
         "none.\n"
         "glasshouse vault reconcile --released DIR --log DIR [--key VKEY]\n"
         "  Holds what an agent released (a copy of its folder 'released') against the log: who opened a "
         "picture past "
         "it?\n";
}

int run_vault_serve(const std::vector<std::string>& args) {
  const Options given(args, {"data", "listen", "admit", "policy", "name"}, {});
  if (!given.wrong().empty() || !given.has("data") || !given.has("listen") || !given.has("admit"))
    return vault_agent_usage_error(given.wrong().empty() ? "--data, --listen and --admit are needed"
                                                         : given.wrong());
  // A crash leaves no core dump: the keys are in this memory.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (auto made = base::posix_files().make_dirs(given.get("data")); !made)
    return complain("vault", made.error().message());
  const base::Fd lock(::open((given.get("data") + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  return serve_vault(given, lock);
}

int run_vault_key(const std::vector<std::string>& args) {
  if (args.size() != 1 || args[0].starts_with("--")) return vault_agent_usage_error("FILE is needed");
  const base::SystemClock clock;
  const auto identity = link_identity(args[0], clock.now());
  if (!identity) return complain("vault", identity.error().message());
  std::cout << crypto::hex(identity->public_key) << "\n";
  return kDone;
}

int run_vault_reconcile(const std::vector<std::string>& args) {
  const Options given(args, {"released", "log", "key"}, {});
  if (!given.wrong().empty() || !given.has("released") || !given.has("log"))
    return vault_agent_usage_error(given.wrong().empty() ? "--released and --log are needed" : given.wrong());
  const auto done = vault::reconcile(given.get("released"), given.get("log"), given.get("key"));
  if (!done) return complain("vault", done.error().message());
  std::cout << "released    " << done->released << " pictures, each line following the one before\n";
  if (done->has_kinds)
    std::cout << "unreleased  " << done->not_released
              << " entries that the list does not have: refused, unanswered, or cut off its end\n";
  for (const std::string& problem : done->problems) std::cout << "PROBLEM     " << problem << "\n";
  std::cout << (done->problems.empty() ? "Every release has its entry in the log.\n"
                                       : "The agent released what the log does not say.\n");
  return done->problems.empty() ? kDone : kFailed;
}

}  // namespace glasshouse::app
