#include "app/vault_link.h"

#include "app/serve_options.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/certificate.h"
#include "ledger/signing_key_file.h"
#include "net/http.h"
#include "vault/remote.h"
#include "vault/wire.h"

namespace glasshouse::app {
namespace {

constexpr base::Millis kLinkCertificateLife{20ll * 366 * 24 * 60 * 60 * 1000};
constexpr base::Millis kLinkClockSlack{24ll * 60 * 60 * 1000};
constexpr std::uint32_t kAgentTimeoutMs = 5000;

base::Result<std::string> send_to_agent(const std::string& url, const std::string& pin,
                                        const LinkIdentity& own, const std::string& body) {
  // A client sends one request at a time, and keeps its connection.
  thread_local const std::unique_ptr<net::Client> client = net::Client::create();
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = url;
  request.body = body;
  request.timeout_ms = kAgentTimeoutMs;
  request.max_answer_bytes = vault::kMostAnswerBytes;
  request.allow_private_addresses = true;  // the operator wrote the address
  request.certificate_pem = own.certificate_pem;
  request.key_pem = own.key_pem;
  request.pin = pin;
  request.keep_connection = true;
  request.headers.set("Content-Type", "text/plain");
  auto answer = client->send(request);
  if (answer && answer->status == 200) return std::move(answer->body);
  return base::failure(vault::Errc::kAway, "The vault's agent does not answer",
                       answer ? "It answered " + std::to_string(answer->status) : answer.error().message(),
                       "Try again shortly. If it persists, an administrator looks at the agent's machine");
}

}  // namespace

base::Result<LinkIdentity> link_identity(const std::string& key_path, base::Time now) {
  const auto key = ledger::load_or_make_signing_key(base::posix_files(), key_path, false);
  if (!key) return tl::unexpected(key.error());
  return LinkIdentity{key->public_key(),
                      crypto::self_signed_certificate_pem(*key, "glasshouse-vault", now - kLinkClockSlack,
                                                          now + kLinkCertificateLife),
                      crypto::private_key_pem(*key)};
}

base::Result<std::string> link_key_from_hex(const std::string& text) {
  auto key = crypto::from_hex(text);
  if (key && text.size() == kMostVaultKeyChars) return key;
  return base::failure(OptionErrc::kUsage,
                       "A key of the line to the vault's agent has 64 hexadecimal digits.", {},
                       "glasshouse vault key FILE prints the server's, glasshouse vault serve the agent's.");
}

bool is_agent(const VaultPlace& place) {
  return place.where.starts_with("https://");
}

base::Result<std::unique_ptr<vault::Vault>> open_vault(const VaultPlace& place, ledger::Ledger& ledger,
                                                       gate::Gate& gate, const base::Clock& clock) {
  if (!is_agent(place)) return vault::Vault::open({.dir = place.where, .clock = &clock});
  const auto agent = link_key_from_hex(place.agent_key);
  if (!agent) return tl::unexpected(agent.error());
  auto own = link_identity(place.data + "/vault-client.key", clock.now());
  if (!own) return tl::unexpected(own.error());
  std::string url = place.where;
  while (url.ends_with('/')) url.pop_back();
  if (base::posix_files().exists(place.data + "/vault/agency.key")) {
    base::log(base::Level::kWarn, "vault",
              "the keys of the time before are still in this machine's " + place.data +
                  "/vault: stop, move them to the agent's folder and destroy them here");
  }
  return vault::open_remote(
      {.send = [url = url + kVaultPath, pin = crypto::certificate_pin(*agent), identity = std::move(*own)](
                   const std::string& body) { return send_to_agent(url, pin, identity, body); },
       .cache_path = place.data + "/vault-agent.day-keys",
       .ledger = &ledger,
       .has_witnesses = place.has_witnesses,
       .record =
           [&gate](std::string kind, std::vector<ledger::Field> fields) {
             return gate.record_event(std::move(kind), std::move(fields));
           },
       .clock = &clock});
}

}  // namespace glasshouse::app
