#include "crypto/crypto.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <semaphore>

#include "base/log.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr unsigned long long kPasswordPasses = 3;
constexpr std::size_t kPasswordMemoryBytes = 64U << 20U;
constexpr int kMostPasswordsAtOnce = 4;  // others wait: each takes that memory and a core
std::counting_semaphore<kMostPasswordsAtOnce> password_turns{kMostPasswordsAtOnce};

struct PasswordTurn {
  PasswordTurn() { password_turns.acquire(); }
  ~PasswordTurn() { password_turns.release(); }
};
constexpr std::size_t kHkdfLongest = 255 * crypto_auth_hmacsha256_BYTES;

}  // namespace

void start_library() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) {
    base::log(base::Level::kError, "crypto", "libsodium could not start: no source of randomness");
    std::abort();
  }
}

std::string encode_base64(std::string_view bytes, int variant) {
  start_library();
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
  text.pop_back();  // the terminating zero
  return text;
}

base::Result<std::string> decode_base64(std::string_view text, int variant) {
  start_library();
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  if (sodium_base642bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        variant) != 0) {
    return base::failure(Errc::kBadEncoding, "The text is not valid base64",
                         "it has a character outside the alphabet, wrong padding or stray bits");
  }
  bytes.resize(length);
  // libsodium takes some bytes above 0x7F for letters of the alphabet; spelling it again finds every
  // stranger.
  if (encode_base64(bytes, variant) != text) {
    return base::failure(Errc::kBadEncoding, "The text is not valid base64",
                         "it is not spelled as base64 is");
  }
  return bytes;
}

Hash sha256(std::string_view bytes) {
  Hash hash;
  crypto_hash_sha256(hash.data(), bytes_of(bytes), bytes.size());
  return hash;
}

std::string sha256_hex(std::string_view bytes) {
  const Hash hash = sha256(bytes);
  return hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(bytes), bytes.size());
  crypto_auth_hmacsha256_final(&state, bytes_of(mac));
  sodium_memzero(&state, sizeof state);
  return mac;
}

std::string hkdf_extract(std::string_view key, std::string_view salt) {
  return hmac_sha256(salt, key);
}

std::string hkdf_expand(std::string_view prk, std::string_view info, std::size_t length) {
  std::string out;
  std::string block;
  length = std::min(length, kHkdfLongest);
  for (unsigned char counter = 1; out.size() < length; ++counter) {
    block.append(info).push_back(static_cast<char>(counter));
    block = hmac_sha256(prk, block);
    out += block;
  }
  out.resize(length);
  wipe(block);
  return out;
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info,
                        std::size_t length) {
  std::string prk = hkdf_extract(key, salt);
  std::string out = hkdf_expand(prk, info, length);
  wipe(prk);
  return out;
}

std::string random_bytes(std::size_t count) {
  start_library();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

std::string base64(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}
std::string base64url(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes_of(bytes), bytes.size());
  text.pop_back();
  return text;
}

base::Result<std::string> from_base64(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_ORIGINAL);
}

base::Result<std::string> from_base64url(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

base::Result<std::string> from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  std::size_t length = 0;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr) !=
          0 ||
      length != bytes.size()) {
    return base::failure(Errc::kBadEncoding, "The text is not valid hexadecimal",
                         "it needs an even number of the characters 0-9 and a-f");
  }
  return bytes;
}

SigningKey SigningKey::generate() {
  std::string seed = random_bytes(crypto_sign_SEEDBYTES);
  auto key = from_seed(seed);
  wipe(seed);
  return std::move(*key);
}

base::Result<SigningKey> SigningKey::from_seed(std::string_view seed) {
  start_library();
  if (seed.size() != crypto_sign_SEEDBYTES) {
    return base::failure(Errc::kBadKey, "The signing key cannot be used",
                         "its seed has " + std::to_string(seed.size()) + " bytes; Ed25519 needs 32");
  }
  SigningKey key;
  key.public_key_.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(bytes_of(key.public_key_), key.secret_.data(), bytes_of(seed));
  return key;
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(other.secret_), public_key_(std::move(other.public_key_)) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    secret_ = other.secret_;
    public_key_ = std::move(other.public_key_);
    sodium_memzero(other.secret_.data(), other.secret_.size());
  }
  return *this;
}

std::string SigningKey::seed() const {
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  crypto_sign_ed25519_sk_to_seed(bytes_of(seed), secret_.data());
  return seed;
}

std::string SigningKey::sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message), message.size(), secret_.data());
  return signature;
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  start_library();
  return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(public_key)) == 0;
}

std::string hash_password(std::string_view password) {
  start_library();
  const PasswordTurn turn;
  std::string phc(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(phc.data(), password.data(), password.size(), kPasswordPasses,
                            kPasswordMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // its only failure: 64 MiB could not be had
  }
  phc.resize(std::strlen(phc.c_str()));
  return phc;
}

bool check_password(std::string_view phc, std::string_view password) {
  start_library();
  if (phc.size() >= crypto_pwhash_STRBYTES || phc.find('\0') != std::string_view::npos ||
      !phc.starts_with("$argon2id$")) {
    return false;
  }
  const PasswordTurn turn;
  std::string padded(phc);
  padded.resize(crypto_pwhash_STRBYTES, '\0');
  return crypto_pwhash_str_verify(padded.c_str(), password.data(), password.size()) == 0;
}

}  // namespace glasshouse::crypto
