#include "oidc/provider.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "crypto/crypto.h"

namespace glasshouse::oidc {
namespace {

using ProviderJson = nlohmann::json;

constexpr std::size_t kMostAnswerBytes = 256 * 1024, kMostCodeBytes = 4096;
constexpr std::uint32_t kCallTimeoutMs = 10'000;
constexpr int kFound = 200;

tl::unexpected<base::Error> provider_trouble(std::string why) {
  return base::failure(Errc::kProvider, "The identity provider cannot be used now", std::move(why),
                       "Try again in a moment, or sign in with your passkey.");
}

tl::unexpected<base::Error> flow_gone() {
  return base::failure(Errc::kFlowGone, "This sign-in is over",
                       "It took longer than ten minutes, was used already, or began in another browser",
                       "Begin again on the sign-in page.");
}

// RFC 3986: everything but the unreserved characters, also as application/x-www-form-urlencoded takes it.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : "%" + crypto::hex(std::string_view(&c, 1));
  }
  return out;
}

std::string form_of(const std::vector<std::pair<const char*, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += (text.empty() ? "" : "&") + std::string(name) + "=" + escaped(value);
  return text;
}

std::string sha256_bytes(std::string_view text) {
  const crypto::Hash hash = crypto::sha256(text);
  return {hash.begin(), hash.end()};
}

std::string joined_with_spaces(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string text_of_provider(const ProviderJson& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_any(const std::vector<std::string>& some, const std::vector<std::string>& wanted) {
  return std::any_of(some.begin(), some.end(), [&](const std::string& one) {
    return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
  });
}

}  // namespace

Provider::Provider(Config config, std::string secret, std::string return_url, net::Client& client,
                   const base::Clock& clock)
    : config_(std::move(config)),
      secret_(std::move(secret)),
      return_url_(std::move(return_url)),
      client_(client),
      clock_(clock) {}

base::Result<std::string> Provider::get(const std::string& url) {
  net::ClientRequest request;
  request.url = url;
  request.timeout_ms = kCallTimeoutMs;
  request.max_answer_bytes = kMostAnswerBytes;
  request.allow_private_addresses = true;  // agencies run their provider in their own network
  auto answer = client_.send(request);
  if (!answer) return provider_trouble(answer.error().message());
  if (answer->status != kFound)
    return provider_trouble("It answers with status " + std::to_string(answer->status));
  return std::move(answer->body);
}

base::Result<Provider::Discovery> Provider::discovery() {
  {
    std::lock_guard lock(mutex_);
    if (discovery_ && clock_.now() < discovery_->read_at + kDiscoveryLife) return *discovery_;
  }
  std::string at = config_.issuer;
  if (at.ends_with('/')) at.pop_back();
  const auto text = get(at + "/.well-known/openid-configuration");
  if (!text) return tl::unexpected(text.error());
  const ProviderJson body = ProviderJson::parse(*text, nullptr, false);
  if (!body.is_object() || text_of_provider(body, "issuer") != config_.issuer)
    return provider_trouble("What it says about itself is not about the configured issuer");
  Discovery found;
  found.authorization_endpoint = text_of_provider(body, "authorization_endpoint");
  found.token_endpoint = text_of_provider(body, "token_endpoint");
  found.keys_url = text_of_provider(body, "jwks_uri");
  if (!may_call(found.authorization_endpoint) || !may_call(found.token_endpoint) || !may_call(found.keys_url))
    return provider_trouble("An address that it names does not begin with https://");
  const auto names = body.find("authorization_response_iss_parameter_supported");
  found.names_issuer = names != body.end() && names->is_boolean() && names->get<bool>();
  const auto methods = body.find("token_endpoint_auth_methods_supported");
  if (methods != body.end() && methods->is_array())
    found.secret_in_body =
        std::find(methods->begin(), methods->end(), "client_secret_basic") == methods->end();
  found.read_at = clock_.now();
  std::lock_guard lock(mutex_);
  discovery_ = found;
  return found;
}

base::Result<Begun> Provider::begin(std::string purpose) {
  const auto where = discovery();
  if (!where) return tl::unexpected(where.error());
  Begun begun;
  begun.binding = crypto::base64url(crypto::random_bytes(32));
  Flow flow{.state = crypto::base64url(crypto::random_bytes(24)),
            .nonce = crypto::base64url(crypto::random_bytes(24)),
            .verifier = crypto::base64url(crypto::random_bytes(32)),
            .binding_hash = crypto::sha256_hex(begun.binding),
            .purpose = std::move(purpose),
            .until = clock_.now() + kFlowLife};
  std::vector<std::pair<const char*, std::string>> fields{
      {"response_type", "code"},
      {"client_id", config_.client_id},
      {"redirect_uri", return_url_},
      {"scope", "openid"},
      {"state", flow.state},
      {"nonce", flow.nonce},
      {"code_challenge", crypto::base64url(sha256_bytes(flow.verifier))},
      {"code_challenge_method", "S256"}};
  if (!config_.multi_factor_acr.empty())
    fields.emplace_back("acr_values", joined_with_spaces(config_.multi_factor_acr));
  const char* glue = where->authorization_endpoint.find('?') == std::string::npos ? "?" : "&";
  begun.url = where->authorization_endpoint + glue + form_of(fields);
  std::lock_guard lock(mutex_);
  while (!flows_.empty() && (flows_.size() >= kMostFlows || flows_.front().until <= clock_.now()))
    flows_.pop_front();
  flows_.push_back(std::move(flow));
  return begun;
}

std::optional<Provider::Flow> Provider::take_flow(const Returned& returned) {
  std::lock_guard lock(mutex_);
  const auto found = std::find_if(flows_.begin(), flows_.end(),
                                  [&](const Flow& flow) { return flow.state == returned.state; });
  if (found == flows_.end()) return std::nullopt;
  Flow flow = std::move(*found);
  flows_.erase(found);
  const bool same_browser =
      crypto::equal_constant_time(crypto::sha256_hex(returned.binding), flow.binding_hash);
  if (!same_browser || clock_.now() >= flow.until) return std::nullopt;
  return flow;
}

base::Result<std::string> Provider::exchange(const Discovery& where, const std::string& code,
                                             const std::string& verifier) {
  std::vector<std::pair<const char*, std::string>> fields{{"grant_type", "authorization_code"},
                                                          {"code", code},
                                                          {"redirect_uri", return_url_},
                                                          {"code_verifier", verifier}};
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = where.token_endpoint;
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  if (where.secret_in_body) {
    fields.emplace_back("client_id", config_.client_id);
    fields.emplace_back("client_secret", secret_);
  } else {
    request.headers.set("Authorization",
                        "Basic " + crypto::base64(escaped(config_.client_id) + ":" + escaped(secret_)));
  }
  request.body = form_of(fields);
  request.timeout_ms = kCallTimeoutMs;
  request.max_answer_bytes = kMostAnswerBytes;
  request.allow_private_addresses = true;
  const auto answer = client_.send(request);
  if (!answer) return provider_trouble(answer.error().message());
  const ProviderJson body = ProviderJson::parse(answer->body, nullptr, false);
  if (answer->status != kFound || !body.is_object() || text_of_provider(body, "id_token").empty())
    return provider_trouble("It gave no ID token for its own code (status " + std::to_string(answer->status) +
                            ")");
  return text_of_provider(body, "id_token");
}

// A key that is not known is asked for, so that a provider may change its keys; not more than once a minute.
base::Result<std::vector<SigningKey>> Provider::keys_for(const Token& token, const Discovery& where) {
  {
    std::lock_guard lock(mutex_);
    const bool fresh = keys_read_at_ && clock_.now() < *keys_read_at_ + kDiscoveryLife;
    const bool just_read = keys_read_at_ && clock_.now() < *keys_read_at_ + kBetweenKeyFetches;
    if (just_read || (fresh && has_key_for(token, keys_))) return keys_;
  }
  const auto text = get(where.keys_url);
  if (!text) return tl::unexpected(text.error());
  auto keys = read_keys(*text);
  if (!keys) return keys;
  std::lock_guard lock(mutex_);
  keys_ = *keys;
  keys_read_at_ = clock_.now();
  return keys;
}

base::Result<Person> Provider::finish(const Returned& returned) {
  const auto flow = take_flow(returned);
  if (!flow || returned.code.empty() || returned.code.size() > kMostCodeBytes) return flow_gone();
  const auto where = discovery();
  if (!where) return tl::unexpected(where.error());
  // An answer of another provider than we sent the browser to (RFC 9207).
  if ((where->names_issuer && returned.issuer.empty()) ||
      (!returned.issuer.empty() && returned.issuer != config_.issuer))
    return base::failure(Errc::kBadToken, "The identity provider's answer was not taken",
                         "Another provider gave it.", "Begin again on the sign-in page.");
  const auto text = exchange(*where, returned.code, flow->verifier);
  if (!text) return tl::unexpected(text.error());
  const auto token = read_token(*text);
  if (!token) return tl::unexpected(token.error());
  const auto keys = keys_for(*token, *where);
  if (!keys) return tl::unexpected(keys.error());
  if (!is_signed_by(*token, *keys))
    return base::failure(Errc::kBadToken, "The identity provider's answer was not taken",
                         "None of its keys signed the token.",
                         "Sign in again. If it goes on, tell whoever runs the identity provider.");
  const Expected expected{config_.issuer, config_.client_id, flow->nonce, clock_.now()};
  if (auto good = check_claims(*token, expected); !good) return tl::unexpected(good.error());
  return Person{.issuer = token->issuer,
                .subject = token->subject,
                .purpose = flow->purpose,
                .multi_factor = has_any(token->amr, config_.multi_factor_amr) ||
                                has_any({token->acr}, config_.multi_factor_acr)};
}

}  // namespace glasshouse::oidc
