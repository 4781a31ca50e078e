// An Ed25519 key on disk: 64 hexadecimal digits (the seed) and a line feed, mode 0600. For
// this module and for the agency's key for grants (sharing).
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "crypto/crypto.h"

namespace glasshouse::ledger {

// A new key only where nothing was signed before: `used` says that something was, and then a missing file is
// kCorrupt.
base::Result<crypto::SigningKey> load_or_make_signing_key(base::FileSystem& files, const std::string& path,
                                                          bool used);

}  // namespace glasshouse::ledger
