// What the files of this module share of OpenSSL's keys. For this module only.
#pragma once

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string_view>

namespace glasshouse::crypto {

struct FreeEvp {
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_PKEY_CTX* it) const { EVP_PKEY_CTX_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(EVP_CIPHER_CTX* it) const { EVP_CIPHER_CTX_free(it); }
  void operator()(OSSL_PARAM_BLD* it) const { OSSL_PARAM_BLD_free(it); }
  void operator()(OSSL_PARAM* it) const { OSSL_PARAM_free(it); }
  void operator()(BIGNUM* it) const { BN_clear_free(it); }
  void operator()(ECDSA_SIG* it) const { ECDSA_SIG_free(it); }
  void operator()(EC_GROUP* it) const { EC_GROUP_free(it); }
  void operator()(EC_POINT* it) const { EC_POINT_free(it); }
};
template <class T>
using EvpOwned = std::unique_ptr<T, FreeEvp>;

inline constexpr std::size_t kP256Bytes = 32;

EvpOwned<BIGNUM> number_of(std::string_view big_endian);
// kind: "RSA" or "EC"; selection: EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR. Null: the parts are no such key.
EvpOwned<EVP_PKEY> key_from(const char* kind, int selection, OSSL_PARAM* parts);
// point: 65 bytes, 04 and both coordinates. Null: it is not on the curve.
EvpOwned<EVP_PKEY> p256_public(std::string_view point);

}  // namespace glasshouse::crypto
