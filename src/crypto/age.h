// age v1 files (C2SP "age-encryption.org/v1") with X25519 recipients: docs/formats/age-sealed-picture.md
// gives every byte. Debian's `age` and npm's `age-encryption` open what this writes, and this opens what they
// write.
//
//   auto identity = AgeIdentity::generate();
//   auto file = age_seal(jpeg, {identity.recipient()});
//   auto back = age_open(*file, identity);
//   auto shared = age_rehead(*file, identity, {other});   // new recipients, the payload's bytes as they were
//
// A recipient is an X25519 public key, 32 bytes. All functions are thread-safe; the classes are for one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glasshouse::crypto {

enum class AgeErrc {
  kNotAge = 1,    // the bytes are no age v1 header
  kNoKey,         // a whole header, but none of its stanzas opens with this identity
  kDamaged,       // the header's or a chunk's check value does not fit, or the end is missing
  kBadRecipient,  // no X25519 public key, or no recipient at all, or too many
  kBadIdentity,
};

inline constexpr std::size_t kAgeChunkBytes = 64 * 1024;       // of plaintext
inline constexpr std::size_t kMostAgeRecipients = 32;          // a case is shared with a handful of agencies
inline constexpr std::size_t kMostAgeHeaderBytes = 16 * 1024;  // what a reader looks at before it gives up
inline constexpr std::size_t kMostAgeStanzas = 64;

// An X25519 secret key, wiped when destroyed.
class AgeIdentity {
 public:
  static AgeIdentity generate();
  static base::Result<AgeIdentity> from_secret(std::string_view secret);  // 32 bytes
  static base::Result<AgeIdentity> from_text(std::string_view text);      // "AGE-SECRET-KEY-1…"
  ~AgeIdentity();
  AgeIdentity(AgeIdentity&& other) noexcept;
  AgeIdentity& operator=(AgeIdentity&& other) noexcept;
  AgeIdentity(const AgeIdentity&) = delete;
  AgeIdentity& operator=(const AgeIdentity&) = delete;

  const std::string& recipient() const { return recipient_; }  // 32 bytes
  const std::string& secret() const { return secret_; }        // 32 bytes; a copy is the caller's to wipe
  std::string text() const;

 private:
  AgeIdentity() = default;
  std::string secret_, recipient_;
};

std::string age_recipient_text(std::string_view recipient);  // "age1…"
base::Result<std::string> age_recipient_from_text(std::string_view text);

// The 16 bytes that open one file, wiped when destroyed.
class AgeFileKey {
 public:
  static AgeFileKey generate();
  ~AgeFileKey();
  AgeFileKey(AgeFileKey&& other) noexcept;
  AgeFileKey& operator=(AgeFileKey&& other) noexcept;
  AgeFileKey(const AgeFileKey&) = delete;
  AgeFileKey& operator=(const AgeFileKey&) = delete;
  const std::string& bytes() const { return bytes_; }

 private:
  friend base::Result<AgeFileKey> age_file_key(std::string_view file, const AgeIdentity& identity);
  AgeFileKey() = default;
  std::string bytes_;
};

// How many bytes the header has that `file` begins with; kNotAge when it is none or is not whole.
base::Result<std::size_t> age_header_bytes(std::string_view file);
// From the header alone: what follows it is not looked at. The header's check value is verified.
base::Result<AgeFileKey> age_file_key(std::string_view file, const AgeIdentity& identity);
base::Result<std::string> age_header(const AgeFileKey& key, const std::vector<std::string>& recipients);

base::Result<std::string> age_seal(std::string_view plaintext, const std::vector<std::string>& recipients);
base::Result<std::string> age_open(std::string_view file, const AgeIdentity& identity);
// The same payload under a header for others. The payload is not opened and not checked.
base::Result<std::string> age_rehead(std::string_view file, const AgeIdentity& identity,
                                     const std::vector<std::string>& recipients);

// In pieces of any size, holding one chunk at a time:
//   auto sealer = AgeSealer::start(recipients);  out = sealer->header();
//   out += sealer->add(piece); …  out += sealer->finish();
class AgeSealer {
 public:
  static base::Result<AgeSealer> start(const std::vector<std::string>& recipients);
  ~AgeSealer();
  AgeSealer(AgeSealer&&) noexcept;
  AgeSealer& operator=(AgeSealer&&) noexcept;

  const std::string& header() const { return header_; }  // with the payload's nonce; comes first
  std::string add(std::string_view plaintext);
  std::string finish();  // once, at the end

 private:
  AgeSealer() = default;
  std::string header_, payload_key_, held_;
  std::uint64_t chunk_ = 0;
};

// The payload, that is what follows the header, in pieces of any size. What add() returned is authentic, but
// whether the file is whole only finish() knows.
class AgeOpener {
 public:
  explicit AgeOpener(const AgeFileKey& key);
  ~AgeOpener();
  AgeOpener(const AgeOpener&) = delete;
  AgeOpener& operator=(const AgeOpener&) = delete;

  base::Result<std::string> add(std::string_view payload);
  base::Result<std::string> finish();

 private:
  base::Result<std::string> open_chunk(std::string_view sealed, bool last);

  std::string file_key_, payload_key_, held_;
  std::uint64_t chunk_ = 0;
};

}  // namespace glasshouse::crypto
