#include "app/witness_command.h"

#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "app/options.h"
#include "app/stop_signal.h"
#include "base/file.h"
#include "ledger/witness.h"
#include "ledger/witness_policy.h"
#include "ledger/witness_request.h"
#include "net/http.h"

namespace glasshouse::app {
namespace {

constexpr unsigned kWorkers = 4;

int witness_usage(std::ostream& out, int status) {
  out << "glasshouse witness --dir DIR --name NAME --logs FILE [options]\n"
         "  Co-signs checkpoints of the logs in FILE, each only when it grew out of the last one signed "
         "here.\n"
         "  --dir DIR           what was signed, and the key (made at the first start; keep both)\n"
         "  --name NAME         the key's name, for example witness.clerk.example\n"
         "  --logs FILE         a line \"log VKEY\" for each log, then \"quorum none\"\n"
         "  --address ADDRESS   where to listen (127.0.0.1)\n"
         "  --port N            the port (8090; 0 takes a free one)\n"
         "  --tls-cert FILE --tls-key FILE   PEM files; serves HTTPS\n";
  return status;
}

net::Response respond(ledger::WitnessAnswer answer) {
  return net::Response::text(answer.status, std::move(answer.body), answer.content_type);
}

net::Response handle(ledger::Witness& witness, const net::Request& request) {
  constexpr std::string_view kTail = "/checkpoint";
  if (request.path == "/add-checkpoint") {
    if (request.method == net::Method::kPost) return respond(witness.add_checkpoint(request.body));
    return respond({405, "text/plain; charset=utf-8", "POST a checkpoint.\n"});
  }
  const std::string_view path = request.path;
  if (request.method == net::Method::kGet && path.ends_with(kTail) && path.size() > kTail.size() + 1)
    return respond(witness.latest(path.substr(1, path.size() - kTail.size() - 1)));
  return respond({404, "text/plain; charset=utf-8", "This is a witness; there is nothing here.\n"});
}

base::Result<std::unique_ptr<ledger::Witness>> open_witness(const Options& given, const base::Clock& clock) {
  auto text = base::posix_files().read(given.get("logs"), ledger::kMaxPolicyBytes);
  if (!text) return tl::unexpected(text.error());
  auto logs = ledger::parse_witness_policy(*text);
  if (!logs) return tl::unexpected(logs.error());
  return ledger::Witness::open({given.get("dir"), given.get("name"), std::move(logs->logs), &clock});
}

}  // namespace

int run_witness(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return witness_usage(std::cout, kDone);
  const Options given(args, {"dir", "name", "logs", "address", "port", "tls-cert", "tls-key"}, {});
  if (!given.wrong().empty() || !given.has("dir") || !given.has("name") || !given.has("logs")) {
    complain("witness",
             given.wrong().empty() ? "--dir, --name and --logs are needed\n" : given.wrong() + "\n");
    return witness_usage(std::cerr, kUsage);
  }
  const double port = given.has("port") ? given.number("port").value_or(-1) : 8090;
  if (port < 0 || port > 65535) return complain("witness", "--port takes a number from 0 to 65535");
  std::atomic<bool>& stop = stop_signal();
  const base::SystemClock clock;
  auto witness = open_witness(given, clock);
  if (!witness) return complain("witness", witness.error().message());
  net::ServerOptions server;
  server.address = given.get("address", "127.0.0.1");
  server.port = static_cast<std::uint16_t>(port);
  server.workers = kWorkers;
  server.max_body_bytes = ledger::kMaxWitnessRequestBytes;
  server.tls_certificate_path = given.get("tls-cert");
  server.tls_key_path = given.get("tls-key");
  auto running = net::Server::start(std::move(server),
                                    [&](const net::Request& request) { return handle(**witness, request); });
  if (!running) return complain("witness", running.error().message());
  std::cout << "witness " << (*witness)->witness_key() << " on port " << (*running)->port() << std::endl;
  while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  (*running)->stop();
  return kDone;
}

}  // namespace glasshouse::app
