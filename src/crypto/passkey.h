// Passkeys (WebAuthn level 2): what an authenticator says when it makes a key and when it uses one. Checked
// with libfido2, on what the browser hands over: authenticator data, client data and a signature. Who asked,
// with which challenge and from which page is the caller's to check in the client data
// (accounts/client_data.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glasshouse::crypto {

inline constexpr std::size_t kMostAuthenticatorBytes = 4096;
inline constexpr std::size_t kMostClientDataBytes = 4096;
inline constexpr std::size_t kMostPasskeySignatureBytes = 1024;
inline constexpr std::size_t kMostCredentialIdBytes = 1023;  // what the standard allows

// COSE's number of the algorithm and the key as libfido2 takes it: ES256 (-7) x and y, EdDSA (-8) 32 bytes,
// RS256 (-257) modulus and exponent.
struct PasskeyKey {
  int algorithm = 0;
  std::string bytes;
};

struct PasskeyState {
  std::uint32_t sign_count = 0;  // 0 for ever where the authenticator does not count
  bool synced = false;           // it may be copied among its owner's devices
};

struct MadePasskey {
  std::string credential_id;  // raw bytes
  PasskeyKey key;
  std::string aaguid;  // 16 bytes: the authenticator's model; zeros when it does not say
  PasskeyState state;
};

// What authenticator data of a registration says. The site is this one, a person was there, and the
// authenticator verified who (PIN, finger, face): else kBadKey. No attestation is asked for: the key itself
// counts, not who sold it.
base::Result<MadePasskey> read_made_passkey(std::string_view authenticator_data, std::string_view site);

// kBadSignature unless `key` signed this data for this site, with the person there and verified.
base::Result<PasskeyState> verify_passkey(const PasskeyKey& key, std::string_view site,
                                          std::string_view authenticator_data, std::string_view client_data,
                                          std::string_view signature);

}  // namespace glasshouse::crypto
