// An authenticator in software, for tests: makes passkeys (EdDSA) and answers with them, and can be told to
// lie.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "accounts/passkeys.h"
#include "crypto/crypto.h"

namespace glasshouse::accounts {

class SoftAuthenticator {
 public:
  explicit SoftAuthenticator(Site site) : site_(std::move(site)), key_(crypto::SigningKey::generate()) {}

  std::string origin_instead, type_instead;  // empty: the right ones
  bool verifies = true, cross_origin = false;
  std::uint32_t count = 0;

  MadeAnswer make(const std::string& challenge) const {
    // COSE: {1: 1 (OKP), 3: -8 (EdDSA), -1: 6 (Ed25519), -2: x}
    std::string data = head(0x40) + std::string(16, '\0') + std::string({'\0', 16}) + credential_id_ +
                       std::string("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20") + key_.public_key();
    return {std::move(data), client("webauthn.create", challenge)};
  }
  UsedAnswer use(const std::string& challenge) {
    ++count;
    UsedAnswer answer{credential_id_, head(0), client("webauthn.get", challenge), {}};
    const crypto::Hash hash = crypto::sha256(answer.client_data);
    answer.signature = key_.sign(answer.authenticator_data +
                                 std::string(reinterpret_cast<const char*>(hash.data()), hash.size()));
    return answer;
  }

 private:
  std::string head(int more_flags) const {
    const crypto::Hash hash = crypto::sha256(site_.id);
    std::string data(reinterpret_cast<const char*>(hash.data()), hash.size());
    data += static_cast<char>(0x01 | (verifies ? 0x04 : 0) | more_flags);
    for (int shift = 24; shift >= 0; shift -= 8) data += static_cast<char>((count >> shift) & 0xff);
    return data;
  }
  std::string client(const char* type, const std::string& challenge) const {
    return nlohmann::json{{"type", type_instead.empty() ? type : type_instead},
                          {"challenge", challenge},
                          {"origin", origin_instead.empty() ? site_.origin : origin_instead},
                          {"crossOrigin", cross_origin}}
        .dump();
  }

  Site site_;
  crypto::SigningKey key_;
  std::string credential_id_ = crypto::random_bytes(16);
};

}  // namespace glasshouse::accounts
