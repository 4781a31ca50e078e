// The header: who may open the file.
#include <sodium.h>

#include <optional>

#include "crypto/age.h"
#include "crypto/crypto.h"
#include "crypto/internal.h"

namespace glasshouse::crypto {
namespace {

constexpr std::string_view kVersionLine = "age-encryption.org/v1\n";
constexpr std::string_view kWrapInfo = "age-encryption.org/v1/X25519";
constexpr std::size_t kBodyColumns = 64;
constexpr std::size_t kWrappedBytes = 16 + crypto_aead_chacha20poly1305_ietf_ABYTES;
constexpr int kNoPadding = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;

struct Stanza {
  std::vector<std::string_view> arguments;  // the type first
  std::string body;
};
struct Header {
  std::vector<Stanza> stanzas;
  std::string_view sealed_part;  // what the check value covers: up to and with the three dashes
  std::string mac;
  std::size_t bytes = 0;
};

tl::unexpected<base::Error> not_age(const char* why) {
  return base::failure(AgeErrc::kNotAge, "This is no sealed file", why);
}

// Walks over lines of a text that may be cut anywhere.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  // Without its line feed; nothing when no whole line is left.
  std::optional<std::string_view> next() {
    const std::size_t end = text_.find('\n', place_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text_.substr(place_, end - place_);
    place_ = end + 1;
    return line;
  }
  std::size_t place() const { return place_; }

 private:
  std::string_view text_;
  std::size_t place_ = 0;
};

// Words of visible ASCII with one space between them; empty when it is anything else.
std::vector<std::string_view> words_of_line(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    if (word.empty()) return {};
    for (const char c : word) {
      if (c < 33 || c > 126) return {};
    }
    words.push_back(word);
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

// Lines of 64 characters, then one that is shorter and may be empty.
base::Result<std::string> read_body(Lines& lines) {
  std::string text;
  while (true) {
    const auto line = lines.next();
    if (!line) return not_age("Its header is cut off");
    if (line->size() > kBodyColumns) return not_age("A line of its header is too long");
    text += *line;
    if (line->size() < kBodyColumns) break;
  }
  auto body = decode_base64(text, kNoPadding);
  if (!body) return not_age("Its header is not spelled as base64 is");
  return body;
}

base::Result<Header> parse_header(std::string_view file) {
  file = file.substr(0, kMostAgeHeaderBytes);
  if (!file.starts_with(kVersionLine)) return not_age("It does not begin with the line of age v1");
  Lines lines(file);
  lines.next();
  Header header;
  while (true) {
    const std::size_t began = lines.place();
    const auto line = lines.next();
    if (!line) return not_age("Its header is cut off or too long");
    if (line->starts_with("---")) {
      if (!line->starts_with("--- ")) return not_age("The last line of its header is wrong");
      auto mac = decode_base64(line->substr(4), kNoPadding);
      if (!mac || mac->size() != crypto_auth_hmacsha256_BYTES)
        return not_age("The last line of its header is wrong");
      header.sealed_part = file.substr(0, began + 3);
      header.mac = std::move(*mac);
      header.bytes = lines.place();
      return header;
    }
    if (!line->starts_with("-> ") || header.stanzas.size() >= kMostAgeStanzas)
      return not_age("A line of its header is wrong");
    Stanza stanza;
    stanza.arguments = words_of_line(line->substr(3));
    if (stanza.arguments.empty()) return not_age("A line of its header is wrong");
    auto body = read_body(lines);
    if (!body) return tl::unexpected(body.error());
    stanza.body = std::move(*body);
    header.stanzas.push_back(std::move(stanza));
  }
}

std::string header_mac(std::string_view file_key, std::string_view sealed_part) {
  std::string key = hkdf_sha256(file_key, {}, "header", crypto_auth_hmacsha256_BYTES);
  std::string mac = hmac_sha256(key, sealed_part);
  wipe(key);
  return mac;
}

// The key that wraps the file key between these two; nothing for a point that gives no shared secret.
std::optional<std::string> wrap_key(std::string_view own_secret, std::string_view other_public,
                                    std::string_view share, std::string_view recipient) {
  std::string shared(crypto_scalarmult_BYTES, '\0');
  if (crypto_scalarmult(bytes_of(shared), bytes_of(own_secret), bytes_of(other_public)) != 0)
    return std::nullopt;
  std::string key = hkdf_sha256(shared, std::string(share) + std::string(recipient), kWrapInfo,
                                crypto_aead_chacha20poly1305_ietf_KEYBYTES);
  wipe(shared);
  return key;
}

constexpr unsigned char kWrapNonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES] = {};

// An empty string: the stanza is for somebody else.
base::Result<std::string> unwrap(const Stanza& stanza, const AgeIdentity& identity) {
  if (stanza.arguments.size() != 2 || stanza.body.size() != kWrappedBytes)
    return not_age("A recipient in its header is wrong");
  const auto share = decode_base64(stanza.arguments[1], kNoPadding);
  if (!share || share->size() != crypto_scalarmult_BYTES)
    return not_age("A recipient in its header is wrong");
  auto key = wrap_key(identity.secret(), *share, *share, identity.recipient());
  if (!key) return not_age("A recipient in its header is wrong");
  std::string file_key(16, '\0');
  const int failed =
      crypto_aead_chacha20poly1305_ietf_decrypt(bytes_of(file_key), nullptr, nullptr, bytes_of(stanza.body),
                                                stanza.body.size(), nullptr, 0, kWrapNonce, bytes_of(*key));
  wipe(*key);
  if (failed != 0) wipe(file_key);
  return file_key;
}

base::Result<std::string> stanza_for(const AgeFileKey& file_key, std::string_view recipient) {
  const auto refused = base::failure(AgeErrc::kBadRecipient, "The file cannot be sealed",
                                     "A recipient is not an X25519 public key");
  if (recipient.size() != crypto_scalarmult_BYTES) return refused;
  const AgeIdentity once = AgeIdentity::generate();
  auto key = wrap_key(once.secret(), recipient, once.recipient(), recipient);
  if (!key) return refused;
  std::string wrapped(kWrappedBytes, '\0');
  crypto_aead_chacha20poly1305_ietf_encrypt(bytes_of(wrapped), nullptr, bytes_of(file_key.bytes()),
                                            file_key.bytes().size(), nullptr, 0, nullptr, kWrapNonce,
                                            bytes_of(*key));
  wipe(*key);
  return "-> X25519 " + encode_base64(once.recipient(), kNoPadding) + "\n" +
         encode_base64(wrapped, kNoPadding) + "\n";
}

}  // namespace

base::Result<std::size_t> age_header_bytes(std::string_view file) {
  const auto header = parse_header(file);
  if (!header) return tl::unexpected(header.error());
  return header->bytes;
}

base::Result<AgeFileKey> age_file_key(std::string_view file, const AgeIdentity& identity) {
  const auto header = parse_header(file);
  if (!header) return tl::unexpected(header.error());
  for (const Stanza& stanza : header->stanzas) {
    if (stanza.arguments[0] != "X25519") continue;
    auto bytes = unwrap(stanza, identity);
    if (!bytes) return tl::unexpected(bytes.error());
    if (bytes->empty()) continue;
    AgeFileKey key;
    key.bytes_ = std::move(*bytes);
    if (!equal_constant_time(header_mac(key.bytes_, header->sealed_part), header->mac)) {
      return base::failure(AgeErrc::kDamaged, "The sealed file was changed",
                           "Its header does not fit its check value");
    }
    return key;
  }
  return base::failure(AgeErrc::kNoKey, "The file is sealed for somebody else",
                       "No recipient in its header fits this key");
}

base::Result<std::string> age_header(const AgeFileKey& key, const std::vector<std::string>& recipients) {
  if (recipients.empty() || recipients.size() > kMostAgeRecipients) {
    return base::failure(AgeErrc::kBadRecipient, "The file cannot be sealed",
                         "It needs 1 to " + std::to_string(kMostAgeRecipients) + " recipients");
  }
  std::string header(kVersionLine);
  for (const std::string& recipient : recipients) {
    auto stanza = stanza_for(key, recipient);
    if (!stanza) return stanza;
    header += *stanza;
  }
  header += "---";
  return header + " " + encode_base64(header_mac(key.bytes(), header), kNoPadding) + "\n";
}

base::Result<std::string> age_rehead(std::string_view file, const AgeIdentity& identity,
                                     const std::vector<std::string>& recipients) {
  const auto bytes = age_header_bytes(file);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto key = age_file_key(file, identity);
  if (!key) return tl::unexpected(key.error());
  auto header = age_header(*key, recipients);
  if (!header) return header;
  return header->append(file.substr(*bytes));
}

}  // namespace glasshouse::crypto
