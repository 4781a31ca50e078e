#include "oidc/token.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "crypto/jws.h"

namespace glasshouse::oidc {
namespace {

using TokenJson = nlohmann::json;

constexpr int kMostDepth = 8;
constexpr double kLatestSecond = 253402300799;  // the year 9999

tl::unexpected<base::Error> bad_token(std::string why) {
  return base::failure(Errc::kBadToken, "The identity provider's answer was not taken", std::move(why),
                       "Sign in again. If it goes on, tell whoever runs the identity provider.");
}

// No object where the text is none, or is nested deeper than any token is.
TokenJson object_in(std::string_view text) {
  const auto not_too_deep = [](int depth, TokenJson::parse_event_t, TokenJson&) {
    return depth <= kMostDepth;
  };
  TokenJson parsed = TokenJson::parse(text, not_too_deep, false);
  return parsed.is_object() ? parsed : TokenJson();
}

std::string text_member_of(const TokenJson& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string bytes_member_of(const TokenJson& object, const char* name) {
  return crypto::from_base64url(text_member_of(object, name)).value_or("");
}

std::optional<base::Time> time_member_of(const TokenJson& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLatestSecond)) return std::nullopt;
  return base::from_ms(static_cast<std::int64_t>(std::floor(seconds)) * 1000);
}

// One text, or a list of them; nothing for anything else.
std::optional<std::vector<std::string>> texts_member_of(const TokenJson& object, const char* name) {
  std::vector<std::string> texts;
  const auto found = object.find(name);
  if (found == object.end()) return texts;
  if (found->is_string()) return std::vector{found->get<std::string>()};
  if (!found->is_array() || found->size() > kMostListed) return std::nullopt;
  for (const TokenJson& one : *found) {
    if (!one.is_string()) return std::nullopt;
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

// A leading zero byte is not part of the number.
std::string stripped(std::string bytes) {
  bytes.erase(0, std::min(bytes.find_first_not_of('\0'), bytes.size()));
  return bytes;
}

bool fits_token(const SigningKey& key, const Token& token) {
  return key.algorithm == token.algorithm && (token.key_id.empty() || key.id == token.key_id);
}

}  // namespace

base::Result<Token> read_token(std::string_view text) {
  if (text.size() > kMostTokenBytes) return bad_token("Its token is too long.");
  const auto first = text.find('.'), second = text.find('.', first == text.npos ? first : first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos)
    return bad_token("Its token does not have three parts.");
  const auto header_text = crypto::from_base64url(text.substr(0, first));
  const auto body_text = crypto::from_base64url(text.substr(first + 1, second - first - 1));
  auto signature = crypto::from_base64url(text.substr(second + 1));
  if (!header_text || !body_text || !signature) return bad_token("Its token is not written in base64url.");
  const TokenJson header = object_in(*header_text), body = object_in(*body_text);
  if (!header.is_object() || !body.is_object()) return bad_token("Its token holds no JSON objects.");
  Token token;
  token.algorithm = text_member_of(header, "alg");
  token.key_id = text_member_of(header, "kid");
  if (token.algorithm != "RS256" && token.algorithm != "ES256")
    return bad_token("Its token is signed neither with RS256 nor with ES256.");
  if (header.contains("crit")) return bad_token("Its token has a header that must be understood and is not.");
  token.signed_part = text.substr(0, second);
  token.signature = std::move(*signature);
  token.issuer = text_member_of(body, "iss");
  token.subject = text_member_of(body, "sub");
  token.authorized_party = text_member_of(body, "azp");
  token.nonce = text_member_of(body, "nonce");
  token.acr = text_member_of(body, "acr");
  auto audience = texts_member_of(body, "aud"), amr = texts_member_of(body, "amr");
  const auto expires = time_member_of(body, "exp"), issued = time_member_of(body, "iat");
  if (!audience || !amr || !expires || !issued) return bad_token("Its token lacks what every ID token has.");
  token.audience = std::move(*audience);
  token.amr = std::move(*amr);
  token.expires_at = *expires;
  token.issued_at = *issued;
  return token;
}

base::Result<std::vector<SigningKey>> read_keys(std::string_view text) {
  const auto wrong = [](const char* why) {
    return base::failure(Errc::kBadKeys, "The identity provider's keys cannot be read", why,
                         "Tell whoever runs the identity provider.");
  };
  if (text.size() > kMostKeysBytes) return wrong("They are too long");
  const TokenJson set = object_in(text);
  const auto list = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || list == set.end() || !list->is_array() || list->size() > kMostKeys)
    return wrong("They are no JWK set of at most 50 keys");
  std::vector<SigningKey> keys;
  for (const TokenJson& one : *list) {
    if (!one.is_object()) continue;
    const std::string use = text_member_of(one, "use"), algorithm = text_member_of(one, "alg");
    SigningKey key;
    key.id = text_member_of(one, "kid");
    if (text_member_of(one, "kty") == "RSA") {
      key.algorithm = "RS256";
      key.modulus = stripped(bytes_member_of(one, "n"));
      key.exponent = stripped(bytes_member_of(one, "e"));
    } else if (text_member_of(one, "kty") == "EC" && text_member_of(one, "crv") == "P-256") {
      key.algorithm = "ES256";
      key.x = bytes_member_of(one, "x");
      key.y = bytes_member_of(one, "y");
    }
    const bool signs = (use.empty() || use == "sig") && (algorithm.empty() || algorithm == key.algorithm);
    if (!key.algorithm.empty() && signs) keys.push_back(std::move(key));
  }
  return keys;
}

bool has_key_for(const Token& token, const std::vector<SigningKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return fits_token(key, token); });
}

bool is_signed_by(const Token& token, const std::vector<SigningKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const SigningKey& key) {
    if (!fits_token(key, token)) return false;
    return token.algorithm == "RS256"
               ? crypto::verify_rs256(key.modulus, key.exponent, token.signed_part, token.signature)
               : crypto::verify_es256(key.x, key.y, token.signed_part, token.signature);
  });
}

base::Result<void> check_claims(const Token& token, const Expected& expected) {
  const auto& audience = token.audience;
  if (token.issuer != expected.issuer) return bad_token("Its token was issued by somebody else.");
  if (std::find(audience.begin(), audience.end(), expected.client_id) == audience.end())
    return bad_token("Its token is for another program.");
  if (audience.size() > 1 && token.authorized_party.empty())
    return bad_token("Its token is for several programs and does not say for whom it was made.");
  if (!token.authorized_party.empty() && token.authorized_party != expected.client_id)
    return bad_token("Its token was made for another program.");
  if (token.subject.empty()) return bad_token("Its token names nobody.");
  if (expected.nonce.empty() || !crypto::equal_constant_time(token.nonce, expected.nonce))
    return bad_token("Its token answers another question than ours.");
  if (expected.now >= token.expires_at + kClockSlack) return bad_token("Its token has run out.");
  if (token.issued_at > expected.now + kClockSlack || token.issued_at + kMostAge < expected.now)
    return bad_token(
        "Its token was not made just now. One of the two clocks is wrong, or the answer is old.");
  return {};
}

}  // namespace glasshouse::oidc
