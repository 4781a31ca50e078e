#include "seal/picture.h"

#include "crypto/crypto.h"

namespace glasshouse::seal {
namespace {

constexpr std::size_t kCommitmentKeyBytes = 32;

std::string commitment_of(std::string_view plain) {
  const std::size_t end = plain.size() - kCommitmentKeyBytes;
  return crypto::hmac_sha256(plain.substr(end), plain.substr(0, end));
}

}  // namespace

base::Result<std::string> payload_hash(std::string_view file) {
  const auto header = crypto::age_header_bytes(file);
  if (!header) return tl::unexpected(header.error());
  const crypto::Hash hash = crypto::sha256(file.substr(*header));
  return std::string(reinterpret_cast<const char*>(hash.data()), hash.size());
}

base::Result<SealedPicture> seal_picture(std::string_view jpeg, const std::string& recipient) {
  if (jpeg.size() > kMostPictureBytes) {
    return base::failure(Errc::kTooLarge, "The picture cannot be sealed", "It is larger than 6 MB");
  }
  const std::size_t steps = (jpeg.size() + kCommitmentKeyBytes + kPictureStep - 1) / kPictureStep;
  std::string plain;
  plain.reserve(steps * kPictureStep);
  plain.append(jpeg).resize(steps * kPictureStep - kCommitmentKeyBytes, '\0');
  plain += crypto::random_bytes(kCommitmentKeyBytes);
  SealedPicture sealed;
  sealed.commitment = commitment_of(plain);
  auto file = crypto::age_seal(plain, {recipient});
  crypto::wipe(plain);
  if (!file) return tl::unexpected(file.error());
  auto payload = payload_hash(*file);
  if (!payload) return tl::unexpected(payload.error());
  sealed.file = std::move(*file);
  sealed.payload = std::move(*payload);
  return sealed;
}

base::Result<std::string> open_picture(std::string_view file, const crypto::AgeIdentity& identity,
                                       const Manifest& manifest) {
  const auto payload = payload_hash(file);
  if (!payload) return tl::unexpected(payload.error());
  auto plain = crypto::age_open(file, identity);
  if (!plain) return plain;
  if (*payload != manifest.payload || plain->size() < kCommitmentKeyBytes ||
      !crypto::equal_constant_time(commitment_of(*plain), manifest.commitment)) {
    return base::failure(Errc::kBadManifest, "This is not the picture that the camera signed",
                         "Its manifest speaks of another");
  }
  plain->resize(plain->size() - kCommitmentKeyBytes);
  return plain;
}

}  // namespace glasshouse::seal
