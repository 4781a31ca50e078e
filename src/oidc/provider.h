// The agency's identity provider: OpenID Connect with the authorization code flow, PKCE (S256), state and
// nonce.
//
//   auto begun = provider.begin("");                 // the browser goes to begun->url and keeps
//   begun->binding auto person = provider.finish({.state = …, .code = …, .issuer = …, .binding = …});
//
// What of this is a person of ours, and what he may do, is not decided here.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/http.h"
#include "oidc/token.h"

namespace glasshouse::oidc {

inline constexpr std::size_t kMostConfigBytes = 16 * 1024;
inline constexpr std::size_t kMostFlows = 1000;  // begun and not ended; beyond it the oldest are forgotten
inline constexpr base::Millis kFlowLife{10 * 60 * 1000};
inline constexpr base::Millis kDiscoveryLife{60 * 60 * 1000};
inline constexpr base::Millis kBetweenKeyFetches{60 * 1000};

struct Config {
  std::string name;    // "Hill County": the button says "Sign in with Hill County"
  std::string issuer;  // https; http only for a provider on this machine
  std::string client_id;
  std::string secret_file;
  std::vector<std::string> multi_factor_acr;            // any of these says that it was more than a password
  std::vector<std::string> multi_factor_amr = {"mfa"};  // RFC 8176
};
base::Result<Config> read_config(std::string_view toml);

struct Begun {
  std::string url;      // where the browser goes
  std::string binding;  // what the same browser shows when it comes back; never in an address
};

struct Returned {
  std::string state, code, issuer, binding;  // issuer: RFC 9207, may be empty
};

struct Person {
  std::string issuer, subject, purpose;
  bool multi_factor = false;
};

// Thread-safe. Calls the provider while a caller waits, at most 10 s a request.
class Provider {
 public:
  // All outlive it. return_url: where the provider sends the browser back to.
  Provider(Config config, std::string secret, std::string return_url, net::Client& client,
           const base::Clock& clock);

  const Config& config() const { return config_; }
  // purpose comes back from finish() unchanged.
  base::Result<Begun> begin(std::string purpose);
  // Once for each state. kFlowGone, kProvider, kBadToken.
  base::Result<Person> finish(const Returned& returned);

 private:
  struct Discovery {
    std::string authorization_endpoint, token_endpoint, keys_url;
    bool names_issuer = false;
    bool secret_in_body = false;  // the provider takes it no other way
    base::Time read_at;
  };
  struct Flow {
    std::string state, nonce, verifier, binding_hash, purpose;
    base::Time until;
  };

  base::Result<Discovery> discovery();
  base::Result<std::vector<SigningKey>> keys_for(const Token& token, const Discovery& where);
  base::Result<std::string> exchange(const Discovery& where, const std::string& code,
                                     const std::string& verifier);
  base::Result<std::string> get(const std::string& url);
  bool may_call(std::string_view url) const;
  std::optional<Flow> take_flow(const Returned& returned);

  const Config config_;
  const std::string secret_, return_url_;
  net::Client& client_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::optional<Discovery> discovery_;
  std::vector<SigningKey> keys_;
  std::optional<base::Time> keys_read_at_;
  std::deque<Flow> flows_;  // oldest first
};

}  // namespace glasshouse::oidc
