// Identities, recipients and file keys.
#include <sodium.h>

#include <utility>

#include "crypto/age.h"
#include "crypto/bech32.h"
#include "crypto/crypto.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr std::string_view kRecipientPrefix = "age", kIdentityPrefix = "age-secret-key-";
constexpr std::size_t kFileKeyBytes = 16;

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

AgeIdentity AgeIdentity::generate() {
  std::string secret = random_bytes(crypto_scalarmult_SCALARBYTES);
  auto identity = from_secret(secret);
  wipe(secret);
  return std::move(*identity);
}

base::Result<AgeIdentity> AgeIdentity::from_secret(std::string_view secret) {
  start_library();
  if (secret.size() != crypto_scalarmult_SCALARBYTES) {
    return base::failure(AgeErrc::kBadIdentity, "The key cannot be used", "An X25519 key has 32 bytes");
  }
  AgeIdentity identity;
  identity.secret_ = secret;
  identity.recipient_.resize(crypto_scalarmult_BYTES);
  crypto_scalarmult_base(bytes_of(identity.recipient_), bytes_of(identity.secret_));
  return identity;
}

base::Result<AgeIdentity> AgeIdentity::from_text(std::string_view text) {
  auto secret = from_bech32(kIdentityPrefix, text);
  if (!secret || !text.starts_with('A')) {
    return base::failure(AgeErrc::kBadIdentity, "This is no age identity",
                         "It begins with AGE-SECRET-KEY-1 and ends with a checksum");
  }
  auto identity = from_secret(*secret);
  wipe(*secret);
  return identity;
}

AgeIdentity::~AgeIdentity() {
  wipe(secret_);
}
AgeIdentity::AgeIdentity(AgeIdentity&& other) noexcept {
  *this = std::move(other);
}
AgeIdentity& AgeIdentity::operator=(AgeIdentity&& other) noexcept {
  if (this == &other) return *this;
  secret_.swap(other.secret_);
  recipient_.swap(other.recipient_);
  wipe(other.secret_);
  other.recipient_.clear();
  return *this;
}

std::string AgeIdentity::text() const {
  return upper(bech32(kIdentityPrefix, secret_));
}

std::string age_recipient_text(std::string_view recipient) {
  return bech32(kRecipientPrefix, recipient);
}

base::Result<std::string> age_recipient_from_text(std::string_view text) {
  auto recipient = from_bech32(kRecipientPrefix, text);
  if (!recipient || !text.starts_with('a') || recipient->size() != crypto_scalarmult_BYTES) {
    return base::failure(AgeErrc::kBadRecipient, "This is no age recipient",
                         "It begins with age1 and ends with a checksum");
  }
  return std::move(*recipient);
}

AgeFileKey AgeFileKey::generate() {
  AgeFileKey key;
  key.bytes_ = random_bytes(kFileKeyBytes);
  return key;
}
AgeFileKey::~AgeFileKey() {
  wipe(bytes_);
}
AgeFileKey::AgeFileKey(AgeFileKey&& other) noexcept {
  bytes_.swap(other.bytes_);
}
AgeFileKey& AgeFileKey::operator=(AgeFileKey&& other) noexcept {
  if (this == &other) return *this;
  bytes_.swap(other.bytes_);
  wipe(other.bytes_);
  return *this;
}

}  // namespace glasshouse::crypto
