#include "crypto/p256.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include <array>

#include "crypto/crypto.h"
#include "crypto/evp_owned.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr std::size_t kPointBytes = 1 + 2 * kP256Bytes;
char kP256Name[] = "P-256";  // OpenSSL's parameters ask for one that could be written to

tl::unexpected<base::Error> no_p256_key() {
  return base::failure(Errc::kBadKey, "This is no key on P-256");
}

// Empty: the secret is zero, or not below the curve's order.
std::string point_of(const std::string& secret) {
  const EvpOwned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const auto number = number_of(secret);
  need(group != nullptr && number != nullptr);
  const EvpOwned<EC_POINT> point(EC_POINT_new(group.get()));
  need(point != nullptr);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) return {};
  std::string bytes(kPointBytes, '\0');
  need(EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
       EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes_of(bytes),
                          bytes.size(), nullptr) == bytes.size());
  return bytes;
}

EvpOwned<EVP_PKEY> pair_of(const std::string& secret, const std::string& point) {
  std::string native(kP256Bytes, '\0'), copy = point;
  need(BN_bn2nativepad(number_of(secret).get(), bytes_of(native), static_cast<int>(native.size())) > 0);
  std::array<OSSL_PARAM, 4> parts{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, kP256Name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.data(), copy.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, bytes_of(native), native.size()),
      OSSL_PARAM_construct_end()};
  auto key = key_from("EC", EVP_PKEY_KEYPAIR, parts.data());
  wipe(native);
  need(key != nullptr);
  return key;
}

}  // namespace

EvpOwned<BIGNUM> number_of(std::string_view bytes) {
  return EvpOwned<BIGNUM>(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

EvpOwned<EVP_PKEY> key_from(const char* kind, int selection, OSSL_PARAM* parts) {
  const EvpOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (parts == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parts) != 1)
    return nullptr;
  return EvpOwned<EVP_PKEY>(key);
}

EvpOwned<EVP_PKEY> p256_public(std::string_view point) {
  if (point.size() != kPointBytes || point.front() != '\x04') return nullptr;
  std::string copy(point);
  std::array<OSSL_PARAM, 3> parts{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, kP256Name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.data(), copy.size()),
      OSSL_PARAM_construct_end()};
  return key_from("EC", EVP_PKEY_PUBLIC_KEY, parts.data());
}

P256Key P256Key::generate() {
  for (;;) {
    std::string secret = random_bytes(kP256Bytes);
    auto key = from_secret(secret);
    wipe(secret);
    if (key) return std::move(*key);
  }
}

base::Result<P256Key> P256Key::from_secret(std::string_view secret) {
  if (secret.size() != kP256Bytes) return no_p256_key();
  P256Key key;
  key.secret_ = secret;
  key.public_key_ = point_of(key.secret_);
  if (key.public_key_.empty()) return no_p256_key();
  return key;
}

P256Key::~P256Key() {
  wipe(secret_);
}

base::Result<std::string> P256Key::agree(std::string_view theirs) const {
  const auto peer = p256_public(theirs);
  if (peer == nullptr) return no_p256_key();
  const auto own = pair_of(secret_, public_key_);
  const EvpOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(own.get(), nullptr));
  std::string shared(kP256Bytes, '\0');
  std::size_t size = shared.size();
  need(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1);
  if (EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), bytes_of(shared), &size) != 1 || size != shared.size())
    return no_p256_key();
  return shared;
}

std::string P256Key::sign(std::string_view message) const {
  const auto own = pair_of(secret_, public_key_);
  const EvpOwned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  need(context != nullptr &&
       EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, own.get()) == 1 &&
       EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) == 1);
  std::string der(size, '\0');
  need(EVP_DigestSign(context.get(), bytes_of(der), &size, bytes_of(message), message.size()) == 1);
  const unsigned char* at = bytes_of(der);
  const EvpOwned<ECDSA_SIG> both(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string signature(2 * kP256Bytes, '\0');
  constexpr int kHalf = static_cast<int>(kP256Bytes);
  need(both != nullptr && BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), bytes_of(signature), kHalf) == kHalf &&
       BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), bytes_of(signature) + kHalf, kHalf) == kHalf);
  return signature;
}

}  // namespace glasshouse::crypto
