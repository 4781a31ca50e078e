// Short secrets that lie in a database: sealed to a key that lies in no database.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/age.h"

namespace glasshouse::crypto {

// Thread-safe.
class TextSealer {
 public:
  static base::Result<TextSealer> from_secret(std::string_view secret);  // 32 bytes

  base::Result<std::string> seal(std::string_view text) const;  // base64 of an age file
  base::Result<std::string> open(std::string_view sealed) const;

 private:
  explicit TextSealer(AgeIdentity identity) : identity_(std::move(identity)) {}
  AgeIdentity identity_;
};

}  // namespace glasshouse::crypto
