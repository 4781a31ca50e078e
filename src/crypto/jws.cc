#include "crypto/jws.h"

#include <openssl/core_names.h>

#include <string>

#include "crypto/evp_owned.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr int kLeastRsaBits = 2048, kMostRsaBits = 8192;
constexpr std::size_t kMostRsaBytes = kMostRsaBits / 8, kMostExponentBytes = 4;

bool is_signed(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const EvpOwned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

}  // namespace

bool verify_rs256(std::string_view modulus, std::string_view exponent, std::string_view message,
                  std::string_view signature) {
  if (modulus.empty() || modulus.size() > kMostRsaBytes || exponent.empty() ||
      exponent.size() > kMostExponentBytes)
    return false;
  const auto n = number_of(modulus), e = number_of(exponent);
  const EvpOwned<OSSL_PARAM_BLD> parts(OSSL_PARAM_BLD_new());
  if (n == nullptr || e == nullptr || parts == nullptr || BN_num_bits(n.get()) < kLeastRsaBits ||
      !BN_is_odd(e.get()) || BN_is_one(e.get()) ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return false;
  const EvpOwned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(parts.get()));
  const auto key = key_from("RSA", EVP_PKEY_PUBLIC_KEY, params.get());
  return key != nullptr && is_signed(key.get(), message, signature);
}

bool verify_es256(std::string_view x, std::string_view y, std::string_view message,
                  std::string_view signature) {
  if (x.size() != kP256Bytes || y.size() != kP256Bytes || signature.size() != 2 * kP256Bytes) return false;
  const auto key = p256_public("\x04" + std::string(x) + std::string(y));
  const EvpOwned<ECDSA_SIG> both(ECDSA_SIG_new());
  auto r = number_of(signature.substr(0, kP256Bytes)), s = number_of(signature.substr(kP256Bytes));
  if (key == nullptr || both == nullptr || r == nullptr || s == nullptr ||
      ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1)
    return false;
  (void)r.release();  // both's now
  (void)s.release();
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &bytes);
  if (size <= 0) return false;
  const std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return is_signed(key.get(), message, der);
}

}  // namespace glasshouse::crypto
