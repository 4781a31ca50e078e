#include "crypto/passkey.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <array>
#include <memory>

#include "crypto/crypto.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

// Authenticator data: SHA-256 of the site, flags, a big-endian count, then what the flags announce.
constexpr std::size_t kFlagsAt = 32, kCountAt = 33, kHeadBytes = 37;
constexpr unsigned kPresent = 0x01, kVerified = 0x04, kMayBeCopied = 0x08, kHoldsKey = 0x40;

struct FreeCred {
  void operator()(fido_cred_t* cred) const { fido_cred_free(&cred); }
};
struct FreeAssert {
  void operator()(fido_assert_t* assert) const { fido_assert_free(&assert); }
};
using Cred = std::unique_ptr<fido_cred_t, FreeCred>;
using Assert = std::unique_ptr<fido_assert_t, FreeAssert>;

tl::unexpected<base::Error> bad_passkey(std::string why) {
  return base::failure(Errc::kBadKey, "The passkey is not accepted", std::move(why));
}
tl::unexpected<base::Error> bad_use(std::string why) {
  return base::failure(Errc::kBadSignature, "The passkey's answer is not right", std::move(why));
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

PasskeyState state_in(std::string_view data) {
  PasskeyState state;
  for (std::size_t i = 0; i < 4; ++i)
    state.sign_count = (state.sign_count << 8) | byte_at(data, kCountAt + i);
  state.synced = (byte_at(data, kFlagsAt) & kMayBeCopied) != 0;
  return state;
}

// Why this head is not accepted; empty when it is.
std::string wrong_head(std::string_view data, std::string_view site) {
  if (data.size() < kHeadBytes || data.size() > kMostAuthenticatorBytes)
    return "The authenticator's answer has no possible length";
  const Hash expected = sha256(site);
  const std::string_view hash(reinterpret_cast<const char*>(expected.data()), expected.size());
  if (!equal_constant_time(data.substr(0, hash.size()), hash)) return "It was made for another site";
  const unsigned flags = byte_at(data, kFlagsAt);
  if ((flags & kPresent) == 0) return "Nobody touched the authenticator";
  if ((flags & kVerified) == 0) return "The authenticator did not verify who was there (PIN, finger or face)";
  return {};
}

void quiet() {
  [[maybe_unused]] static const bool once = [] {
    fido_init(0);
    return true;
  }();
}

std::string text_of(const unsigned char* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

bool signature_is_right(const fido_assert_t* assert, const PasskeyKey& key) {
  switch (key.algorithm) {
    case COSE_ES256: {
      es256_pk_t* made = es256_pk_new();
      const bool right = made != nullptr && key.bytes.size() == 64 &&
                         es256_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(assert, 0, COSE_ES256, made) == FIDO_OK;
      es256_pk_free(&made);
      return right;
    }
    case COSE_EDDSA: {
      eddsa_pk_t* made = eddsa_pk_new();
      const bool right = made != nullptr && key.bytes.size() == 32 &&
                         eddsa_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(assert, 0, COSE_EDDSA, made) == FIDO_OK;
      eddsa_pk_free(&made);
      return right;
    }
    case COSE_RS256: {
      rs256_pk_t* made = rs256_pk_new();
      const bool right = made != nullptr &&
                         rs256_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(assert, 0, COSE_RS256, made) == FIDO_OK;
      rs256_pk_free(&made);
      return right;
    }
    default:
      return false;
  }
}

}  // namespace

base::Result<MadePasskey> read_made_passkey(std::string_view data, std::string_view site) {
  quiet();
  if (auto wrong = wrong_head(data, site); !wrong.empty()) return bad_passkey(std::move(wrong));
  if ((byte_at(data, kFlagsAt) & kHoldsKey) == 0) return bad_passkey("There is no key in it");
  for (const int algorithm : std::array{COSE_ES256, COSE_EDDSA, COSE_RS256}) {
    // libfido2 takes a key only of the algorithm that it was told to expect.
    const Cred cred(fido_cred_new());
    if (!cred || fido_cred_set_type(cred.get(), algorithm) != FIDO_OK ||
        fido_cred_set_authdata_raw(cred.get(), bytes_of(data), data.size()) != FIDO_OK)
      continue;
    MadePasskey made;
    made.credential_id = text_of(fido_cred_id_ptr(cred.get()), fido_cred_id_len(cred.get()));
    made.key = {algorithm, text_of(fido_cred_pubkey_ptr(cred.get()), fido_cred_pubkey_len(cred.get()))};
    made.aaguid = text_of(fido_cred_aaguid_ptr(cred.get()), fido_cred_aaguid_len(cred.get()));
    made.state = state_in(data);
    if (made.credential_id.empty() || made.credential_id.size() > kMostCredentialIdBytes ||
        made.key.bytes.empty())
      return bad_passkey("Its name or its key has no possible length");
    return made;
  }
  return bad_passkey("Its key cannot be read, or is of a kind other than ES256, EdDSA and RS256");
}

base::Result<PasskeyState> verify_passkey(const PasskeyKey& key, std::string_view site, std::string_view data,
                                          std::string_view client_data, std::string_view signature) {
  quiet();
  if (auto wrong = wrong_head(data, site); !wrong.empty()) return bad_use(std::move(wrong));
  if (client_data.size() > kMostClientDataBytes || signature.empty() ||
      signature.size() > kMostPasskeySignatureBytes)
    return bad_use("It has no possible length");
  const std::string named_site(site);
  // The extensions that the answer may carry are told beforehand; the only one that is asked for is the
  // secret from which the page makes its picture key, and not every authenticator puts a sign of it here.
  for (const int extensions : std::array{0, FIDO_EXT_HMAC_SECRET}) {
    const Assert assert(fido_assert_new());
    if (!assert ||
        fido_assert_set_clientdata(assert.get(), bytes_of(client_data), client_data.size()) != FIDO_OK ||
        fido_assert_set_rp(assert.get(), named_site.c_str()) != FIDO_OK ||
        fido_assert_set_count(assert.get(), 1) != FIDO_OK ||
        fido_assert_set_up(assert.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(assert.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_extensions(assert.get(), extensions) != FIDO_OK ||
        fido_assert_set_authdata_raw(assert.get(), 0, bytes_of(data), data.size()) != FIDO_OK ||
        fido_assert_set_sig(assert.get(), 0, bytes_of(signature), signature.size()) != FIDO_OK)
      continue;
    if (signature_is_right(assert.get(), key)) return state_in(data);
  }
  return bad_use("The signature is not this passkey's");
}

}  // namespace glasshouse::crypto
