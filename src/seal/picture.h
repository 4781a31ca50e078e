// A picture as a sealed file: docs/formats/age-sealed-picture.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/age.h"
#include "seal/manifest.h"

namespace glasshouse::seal {

inline constexpr std::size_t kPictureStep = 8192;  // sealed pictures have no other lengths of plaintext
inline constexpr std::size_t kMostPictureBytes = 6u << 20;  // of the JPEG
inline constexpr std::string_view kSealedStart = "age-encryption.org/v1\n";

struct SealedPicture {
  std::string file;        // age v1
  std::string payload;     // SHA-256 of what follows the header
  std::string commitment;  // binds the manifest to this plaintext, whatever key opens the file
};

base::Result<SealedPicture> seal_picture(std::string_view jpeg, const std::string& recipient);
// SHA-256 of what follows the header; nothing of it is opened.
base::Result<std::string> payload_hash(std::string_view file);
// The JPEG with its padding, which viewers pass over. kBadManifest when it is not what the manifest speaks
// of.
base::Result<std::string> open_picture(std::string_view file, const crypto::AgeIdentity& identity,
                                       const Manifest& manifest);

}  // namespace glasshouse::seal
