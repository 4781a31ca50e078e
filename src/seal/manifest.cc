#include "seal/manifest.h"

#include <charconv>

#include "base/id.h"
#include "crypto/crypto.h"
#include "seal/signed_text.h"

namespace glasshouse::seal {
namespace {

constexpr std::string_view kManifestName = "glasshouse-picture", kManifestVersion = "1";

std::string manifest_body(const Manifest& m) {
  return std::string(kManifestName) + " " + std::string(kManifestVersion) + "\ncamera " + m.camera_id +
         "\nread " + m.read_id + "\ncaptured " + base::format_rfc3339(m.captured_at) + "\nkey-day " +
         base::format_day(m.key_day) + "\nsequence " + std::to_string(m.sequence) + "\nprevious " +
         crypto::hex(m.previous) + "\npayload " + crypto::hex(m.payload) + "\ncommitment " +
         crypto::hex(m.commitment) + "\nkey " + crypto::hex(m.key) + "\n";
}

// Nothing when a line is missing or not what it should be.
std::optional<Manifest> parse_lines(std::string_view text) {
  Manifest m;
  if (take_line(text, kManifestName) != kManifestVersion) return std::nullopt;
  const auto camera = take_line(text, "camera"), read = take_line(text, "read"),
             captured = take_line(text, "captured"), day = take_line(text, "key-day"),
             sequence = take_line(text, "sequence");
  auto previous = take_hex(text, "previous", 32), payload = take_hex(text, "payload", 32),
       commitment = take_hex(text, "commitment", 32), key = take_hex(text, "key", 32);
  if (!camera || !read || !captured || !day || !sequence || !previous || !payload || !commitment || !key)
    return std::nullopt;
  const auto at = base::parse_rfc3339(*captured);
  const auto key_day = base::parse_day(*day);
  const auto [end, failed] =
      std::from_chars(sequence->data(), sequence->data() + sequence->size(), m.sequence);
  if (!base::is_id(*camera, "cam") || !base::is_id(*read, "read") || !at || !key_day ||
      failed != std::errc() || end != sequence->data() + sequence->size() || m.sequence == 0) {
    return std::nullopt;
  }
  m.camera_id = *camera;
  m.read_id = *read;
  m.captured_at = *at;
  m.key_day = *key_day;
  m.previous = std::move(*previous);
  m.payload = std::move(*payload);
  m.commitment = std::move(*commitment);
  m.key = std::move(*key);
  return m;
}

}  // namespace

std::string write_manifest(Manifest manifest, const crypto::SigningKey& key) {
  manifest.key = key.public_key();
  return sign_text(manifest_body(manifest), key);
}

base::Result<Manifest> read_manifest(std::string_view text) {
  const auto refused = [](const char* why) {
    return base::failure(Errc::kBadManifest, "The picture's manifest is refused", why);
  };
  if (text.size() > kMostManifestBytes) return refused("It is too long");
  auto manifest = parse_lines(text);
  if (!manifest) return refused("A line is missing or wrong");
  const auto body = signed_body(text, manifest->key);
  if (!body) return refused("Its signature does not fit");
  if (*body != manifest_body(*manifest)) return refused("It is not spelled as a camera spells it");
  return std::move(*manifest);
}

std::string manifest_hash(std::string_view text) {
  const crypto::Hash hash = crypto::sha256(text);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace glasshouse::seal
