// A web push message's body (RFC 8291 over RFC 8188, aes128gcm): only the browser that subscribed opens it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/p256.h"

namespace glasshouse::crypto {

inline constexpr std::size_t kPushSecretBytes = 16;              // the receiver's auth secret, and the salt
inline constexpr std::size_t kMaxPushText = 4096 - 86 - 16 - 1;  // what push services must take is 4,096

struct PushReceiver {
  std::string public_key;  // 65 bytes: 04 and both coordinates
  std::string auth;        // kPushSecretBytes
};

// What is used for one message and never again.
struct PushOnce {
  P256Key key;
  std::string salt;  // kPushSecretBytes
  static PushOnce make();
};

// One record, its text padded with zeros to `padded_bytes` where it is shorter. kBadKey: the receiver's key
// or secret is none; kInternal: the text is longer than kMaxPushText.
base::Result<std::string> seal_push(std::string_view text, const PushReceiver& receiver, const PushOnce& once,
                                    std::size_t padded_bytes = 0);

}  // namespace glasshouse::crypto
