#include "crypto/web_push.h"

#include <openssl/evp.h>

#include <algorithm>

#include "crypto/crypto.h"
#include "crypto/evp_owned.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr std::size_t kContentKeyBytes = 16, kNonceBytes = 12, kGcmTagBytes = 16, kSharedBytes = 32;
constexpr std::string_view kRecordSize("\x00\x00\x10\x00", 4);  // 4,096
constexpr char kLastRecord = '\x02';

std::string aes_128_gcm(std::string_view key, std::string_view nonce, std::string_view text) {
  const EvpOwned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  std::string sealed(text.size() + kGcmTagBytes, '\0');
  int size = 0, rest = 0;
  need(context != nullptr &&
       EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1 &&
       EVP_EncryptUpdate(context.get(), bytes_of(sealed), &size, bytes_of(text),
                         static_cast<int>(text.size())) == 1 &&
       EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + size, &rest) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kGcmTagBytes),
                           bytes_of(sealed) + text.size()) == 1);
  return sealed;
}

}  // namespace

PushOnce PushOnce::make() {
  return {P256Key::generate(), random_bytes(kPushSecretBytes)};
}

base::Result<std::string> seal_push(std::string_view text, const PushReceiver& receiver, const PushOnce& once,
                                    std::size_t padded_bytes) {
  if (receiver.auth.size() != kPushSecretBytes || once.salt.size() != kPushSecretBytes)
    return base::failure(Errc::kBadKey, "The receiver's secret has not 16 bytes");
  if (text.size() > kMaxPushText) return base::failure(Errc::kInternal, "The message is too long to push");
  auto shared = once.key.agree(receiver.public_key);
  if (!shared) return tl::unexpected(shared.error());
  const std::string& sender = once.key.public_key();
  std::string secret =
      hkdf_sha256(*shared, receiver.auth, std::string("WebPush: info\0", 14) + receiver.public_key + sender,
                  kSharedBytes);
  std::string prk = hkdf_extract(secret, once.salt);
  std::string key = hkdf_expand(prk, std::string_view("Content-Encoding: aes128gcm\0", 28), kContentKeyBytes);
  const std::string nonce = hkdf_expand(prk, std::string_view("Content-Encoding: nonce\0", 24), kNonceBytes);
  std::string record = std::string(text) + kLastRecord;
  record.resize(std::max(record.size(), std::min(padded_bytes, kMaxPushText) + 1), '\0');
  std::string body = once.salt + std::string(kRecordSize) + static_cast<char>(sender.size()) + sender +
                     aes_128_gcm(key, nonce, record);
  for (std::string* gone : {&*shared, &secret, &prk, &key}) wipe(*gone);
  return body;
}

}  // namespace glasshouse::crypto
