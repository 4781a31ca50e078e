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
constexpr unsigned kPresent = 0x01, kVerified = 0x04, kMayBeCopied = 0x08, kHoldsKey = 0x40,
                   kHoldsMore = 0x80;

struct FreeCred {
  void operator()(fido_cred_t* cred) const { fido_cred_free(&cred); }
};
struct FreeAssert {
  void operator()(fido_assert_t* answer) const { fido_assert_free(&answer); }
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

// One item of CTAP2's CBOR off the front of `rest`: lengths that the bytes can hold, nothing of open length.
// libcbor would set memory aside for whatever length is claimed.
bool take_cbor(std::string_view& rest, int depth = 0) {
  constexpr int kMostDepth = 4;
  if (rest.empty() || depth > kMostDepth) return false;
  const unsigned major = byte_at(rest, 0) >> 5U, info = byte_at(rest, 0) & 31U;
  rest.remove_prefix(1);
  if (info > 27 || major == 6) return false;
  std::uint64_t value = info;
  if (info >= 24) {
    const std::size_t more = std::size_t{1} << (info - 24);
    if (rest.size() < more) return false;
    value = 0;
    for (std::size_t i = 0; i < more; ++i) value = (value << 8) | byte_at(rest, i);
    rest.remove_prefix(more);
  }
  if (major < 2 || major == 7) return true;
  if (value > rest.size()) return false;
  if (major < 4) {
    rest.remove_prefix(value);
    return true;
  }
  for (std::uint64_t items = major == 5 ? 2 * value : value; items > 0; --items) {
    if (!take_cbor(rest, depth + 1)) return false;
  }
  return true;
}

// Whether all that follows the head is what the flags announce, and holds together.
bool holds_together(std::string_view data) {
  constexpr std::size_t kModelBytes = 16, kLengthBytes = 2;
  const unsigned flags = byte_at(data, kFlagsAt);
  std::string_view rest = data.substr(kHeadBytes);
  if ((flags & kHoldsKey) != 0) {
    if (rest.size() < kModelBytes + kLengthBytes) return false;
    const std::size_t name = (byte_at(rest, kModelBytes) << 8U) | byte_at(rest, kModelBytes + 1);
    if (rest.size() < kModelBytes + kLengthBytes + name) return false;
    rest.remove_prefix(kModelBytes + kLengthBytes + name);
    if (!take_cbor(rest)) return false;
  }
  if ((flags & kHoldsMore) != 0 && !take_cbor(rest)) return false;
  return rest.empty();
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
  if (!holds_together(data)) return "The authenticator's answer does not hold together";
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

bool signature_is_right(const fido_assert_t* answer, const PasskeyKey& key) {
  switch (key.algorithm) {
    case COSE_ES256: {
      es256_pk_t* made = es256_pk_new();
      const bool right = made != nullptr && key.bytes.size() == 64 &&
                         es256_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(answer, 0, COSE_ES256, made) == FIDO_OK;
      es256_pk_free(&made);
      return right;
    }
    case COSE_EDDSA: {
      eddsa_pk_t* made = eddsa_pk_new();
      const bool right = made != nullptr && key.bytes.size() == 32 &&
                         eddsa_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(answer, 0, COSE_EDDSA, made) == FIDO_OK;
      eddsa_pk_free(&made);
      return right;
    }
    case COSE_RS256: {
      rs256_pk_t* made = rs256_pk_new();
      const bool right = made != nullptr &&
                         rs256_pk_from_ptr(made, key.bytes.data(), key.bytes.size()) == FIDO_OK &&
                         fido_assert_verify(answer, 0, COSE_RS256, made) == FIDO_OK;
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
    const Assert answer(fido_assert_new());
    if (!answer ||
        fido_assert_set_clientdata(answer.get(), bytes_of(client_data), client_data.size()) != FIDO_OK ||
        fido_assert_set_rp(answer.get(), named_site.c_str()) != FIDO_OK ||
        fido_assert_set_count(answer.get(), 1) != FIDO_OK ||
        fido_assert_set_up(answer.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(answer.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_extensions(answer.get(), extensions) != FIDO_OK ||
        fido_assert_set_authdata_raw(answer.get(), 0, bytes_of(data), data.size()) != FIDO_OK ||
        fido_assert_set_sig(answer.get(), 0, bytes_of(signature), signature.size()) != FIDO_OK)
      continue;
    if (signature_is_right(answer.get(), key)) return state_in(data);
  }
  return bad_use("The signature is not this passkey's");
}

}  // namespace glasshouse::crypto
