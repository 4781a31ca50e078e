// The payload: ChaCha20-Poly1305 in the STREAM construction, 64 KiB at a time.
#include <sodium.h>

#include <array>

#include "crypto/age.h"
#include "crypto/crypto.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr std::size_t kPayloadNonceBytes = 16;
constexpr std::size_t kTagBytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
constexpr std::size_t kSealedChunkBytes = kAgeChunkBytes + kTagBytes;

std::string payload_key(std::string_view file_key, std::string_view nonce) {
  return hkdf_sha256(file_key, nonce, "payload", crypto_aead_chacha20poly1305_ietf_KEYBYTES);
}

// Eleven bytes of counter, big-endian, and one that is 1 for the last chunk.
std::array<unsigned char, 12> chunk_nonce(std::uint64_t chunk, bool last) {
  std::array<unsigned char, 12> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<unsigned char>(chunk >> 8 * i);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

void seal_chunk(std::string_view key, std::uint64_t chunk, bool last, std::string_view plain,
                std::string& out) {
  const auto nonce = chunk_nonce(chunk, last);
  const std::size_t before = out.size();
  out.resize(before + plain.size() + kTagBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(bytes_of(out) + before, nullptr, bytes_of(plain), plain.size(),
                                            nullptr, 0, nullptr, nonce.data(), bytes_of(key));
}

tl::unexpected<base::Error> damaged(const char* why) {
  return base::failure(AgeErrc::kDamaged, "The sealed file was changed or is not whole", why);
}

}  // namespace

base::Result<AgeSealer> AgeSealer::start(const std::vector<std::string>& recipients) {
  const AgeFileKey key = AgeFileKey::generate();
  auto header = age_header(key, recipients);
  if (!header) return tl::unexpected(header.error());
  AgeSealer sealer;
  const std::string nonce = random_bytes(kPayloadNonceBytes);
  sealer.header_ = std::move(*header) + nonce;
  sealer.payload_key_ = payload_key(key.bytes(), nonce);
  return sealer;
}

AgeSealer::~AgeSealer() {
  wipe(payload_key_);
  wipe(held_);
}
AgeSealer::AgeSealer(AgeSealer&& other) noexcept {
  *this = std::move(other);
}
AgeSealer& AgeSealer::operator=(AgeSealer&& other) noexcept {
  header_.swap(other.header_);
  payload_key_.swap(other.payload_key_);
  held_.swap(other.held_);
  std::swap(chunk_, other.chunk_);
  return *this;
}

// A chunk is written when something follows it: only then is it known not to be the last.
std::string AgeSealer::add(std::string_view plaintext) {
  std::string out;
  while (held_.size() + plaintext.size() > kAgeChunkBytes) {
    if (held_.empty()) {
      seal_chunk(payload_key_, chunk_++, false, plaintext.substr(0, kAgeChunkBytes), out);
      plaintext.remove_prefix(kAgeChunkBytes);
      continue;
    }
    const std::size_t missing = kAgeChunkBytes - held_.size();
    held_.append(plaintext.substr(0, missing));
    plaintext.remove_prefix(missing);
    seal_chunk(payload_key_, chunk_++, false, held_, out);
    wipe(held_);
  }
  held_.append(plaintext);
  return out;
}

std::string AgeSealer::finish() {
  std::string out;
  seal_chunk(payload_key_, chunk_++, true, held_, out);
  wipe(held_);
  return out;
}

AgeOpener::AgeOpener(const AgeFileKey& key) : file_key_(key.bytes()) {}

AgeOpener::~AgeOpener() {
  wipe(file_key_);
  wipe(payload_key_);
}

base::Result<std::string> AgeOpener::open_chunk(std::string_view sealed, bool last) {
  const bool is_empty = sealed.size() == kTagBytes;
  // An empty last chunk is right only in an empty file: else there would be two spellings of one text.
  if (sealed.size() < kTagBytes || (is_empty && chunk_ > 0)) return damaged("Its end is missing");
  const auto nonce = chunk_nonce(chunk_++, last);
  std::string plain(sealed.size() - kTagBytes, '\0');
  if (crypto_aead_chacha20poly1305_ietf_decrypt(bytes_of(plain), nullptr, nullptr, bytes_of(sealed),
                                                sealed.size(), nullptr, 0, nonce.data(),
                                                bytes_of(payload_key_)) != 0) {
    return damaged("A part of it does not fit its check value");
  }
  return plain;
}

base::Result<std::string> AgeOpener::add(std::string_view payload) {
  held_.append(payload);
  if (payload_key_.empty()) {
    if (held_.size() < kPayloadNonceBytes) return std::string();
    payload_key_ = payload_key(file_key_, std::string_view(held_).substr(0, kPayloadNonceBytes));
    held_.erase(0, kPayloadNonceBytes);
  }
  std::string plain;
  std::size_t done = 0;
  while (held_.size() - done > kSealedChunkBytes) {
    auto opened = open_chunk(std::string_view(held_).substr(done, kSealedChunkBytes), false);
    if (!opened) return opened;
    plain += *opened;
    done += kSealedChunkBytes;
  }
  held_.erase(0, done);
  return plain;
}

base::Result<std::string> AgeOpener::finish() {
  if (payload_key_.empty()) return damaged("Its end is missing");
  return open_chunk(held_, true);
}

base::Result<std::string> age_seal(std::string_view plaintext, const std::vector<std::string>& recipients) {
  auto sealer = AgeSealer::start(recipients);
  if (!sealer) return tl::unexpected(sealer.error());
  std::string file;
  const std::size_t chunks = plaintext.size() / kAgeChunkBytes + 1;
  file.reserve(sealer->header().size() + plaintext.size() + chunks * kTagBytes);
  file = sealer->header();
  file += sealer->add(plaintext);
  file += sealer->finish();
  return file;
}

base::Result<std::string> age_open(std::string_view file, const AgeIdentity& identity) {
  const auto header = age_header_bytes(file);
  if (!header) return tl::unexpected(header.error());
  const auto key = age_file_key(file, identity);
  if (!key) return tl::unexpected(key.error());
  AgeOpener opener(*key);
  auto plain = opener.add(file.substr(*header));
  if (!plain) return plain;
  auto rest = opener.finish();
  if (!rest) return rest;
  return plain->append(*rest);
}

}  // namespace glasshouse::crypto
