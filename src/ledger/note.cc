#include "ledger/note.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ledger/ledger.h"
#include "ledger/utf8.h"

namespace glasshouse::ledger {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash and a space start a signature line
constexpr char kEd25519 = 0x01;
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::uint64_t kLargestTree = 1ULL << 62U;

tl::unexpected<base::Error> bad_note(std::string why) {
  return base::failure(Errc::kBadNote, "The signed note is not valid", std::move(why),
                       "Fetch it again; if it stays so, do not trust this log.");
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

// Unicode white space that UTF-8 text may hide in a key name (besides ASCII space, which is tested apart).
bool has_space(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kSpaces{
      " ", "\x7f", "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE3\x80\x80"};
  for (const std::string_view space : kSpaces) {
    if (text.find(space) != std::string_view::npos) return true;
  }
  for (std::size_t at = text.find("\xE2\x80"); at != std::string_view::npos;
       at = text.find("\xE2\x80", at + 1)) {
    const auto last = at + 2 < text.size() ? static_cast<unsigned char>(text[at + 2]) : 0;
    if ((last >= 0x80 && last <= 0x8A) || last == 0xAF) return true;  // U+2000..200A, U+202F
  }
  return text.find("\xE2\x81\x9F") != std::string_view::npos;  // U+205F
}

std::string key_id_of(std::string_view name, std::string_view typed_key) {
  std::string preimage(name);
  preimage.append("\n").append(typed_key);
  return bytes_of(crypto::sha256(preimage)).substr(0, kKeyIdBytes);
}

}  // namespace

base::Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kDash)) return bad_note("a signature line does not start with a dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return bad_note("a signature line has no signature");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return bad_note("a signature line has no proper key name");
  auto bytes = crypto::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdBytes) return bad_note("a signature is not valid base64");
  return NoteSignature{std::string(name), bytes->substr(0, kKeyIdBytes), bytes->substr(kKeyIdBytes)};
}

std::string format_signature_line(const NoteSignature& signature) {
  std::string line(kDash);
  return line.append(signature.name)
      .append(" ")
      .append(crypto::base64(signature.key_id + signature.signature));
}

std::string bytes_of(const crypto::Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

base::Result<crypto::Hash> hash_from_base64(std::string_view text) {
  auto bytes = crypto::from_base64(text);
  crypto::Hash hash;
  if (!bytes || bytes->size() != hash.size()) return bad_note("a hash is not 32 bytes of base64");
  std::copy(bytes->begin(), bytes->end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}

base::Result<std::uint64_t> parse_size(std::string_view digits) {
  const bool only_digits =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || digits.size() > 19 || !only_digits || (digits.size() > 1 && digits[0] == '0')) {
    return bad_note("a size is not a plain decimal number");
  }
  std::uint64_t size = 0;
  for (const char c : digits) size = size * 10 + static_cast<std::uint64_t>(c - '0');
  if (size > kLargestTree) return bad_note("a size is larger than any log");
  return size;
}

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxKeyNameBytes && is_utf8(name) && !has_space(name) &&
         !has_control(name) && name.find_first_of("+\n") == std::string_view::npos;
}

base::Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return bad_note("it is longer than 64 KiB");
  if (!is_utf8(bytes) || has_control(bytes)) return bad_note("it is not plain UTF-8 text");
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return bad_note("there is no blank line before the signatures");
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  std::string_view rest = bytes.substr(split + 2);
  if (rest.empty() || rest.back() != '\n') return bad_note("it does not end with a signature line");
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (note.signatures.size() == kMaxNoteSignatures) return bad_note("it has more than 100 signatures");
    auto signature = parse_signature_line(rest.substr(0, end));
    if (!signature) return tl::unexpected(signature.error());
    note.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  return note;
}

TypedKey typed_key_for(char type, std::string name, std::string public_key) {
  std::string id = key_id_of(name, type + public_key);
  return {type, std::move(name), std::move(id), std::move(public_key)};
}

std::string format_typed_key(const TypedKey& key) {
  return key.name + "+" + crypto::hex(key.key_id) + "+" + crypto::base64(key.type + key.public_key);
}

base::Result<TypedKey> parse_typed_key(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad_note("the verifier key is not name+id+key");
  const std::string_view name = text.substr(0, first);
  auto id = crypto::from_hex(text.substr(first + 1, second - first - 1));
  auto typed = crypto::from_base64(text.substr(second + 1));
  if (!is_key_name(name) || !id || id->size() != kKeyIdBytes || !typed) {
    return bad_note("the verifier key is not name+id+key");
  }
  if (typed->size() != 1 + kPublicKeyBytes) return bad_note("the verifier key is not an Ed25519 key");
  TypedKey key = typed_key_for(typed->front(), std::string(name), typed->substr(1));
  if (key.key_id != *id) return bad_note("the verifier key's id does not belong to its key");
  return key;
}

VerifierKey verifier_key_for(std::string name, std::string public_key) {
  TypedKey key = typed_key_for(kEd25519, std::move(name), std::move(public_key));
  return {std::move(key.name), std::move(key.key_id), std::move(key.public_key)};
}

std::string format_verifier_key(const VerifierKey& key) {
  return format_typed_key({kEd25519, key.name, key.key_id, key.public_key});
}

base::Result<VerifierKey> parse_verifier_key(std::string_view text) {
  auto key = parse_typed_key(text);
  if (!key) return tl::unexpected(key.error());
  if (key->type != kEd25519) return bad_note("the verifier key is not an Ed25519 key");
  return VerifierKey{std::move(key->name), std::move(key->key_id), std::move(key->public_key)};
}

std::string sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key) {
  const VerifierKey verifier = verifier_key_for(std::string(name), key.public_key());
  std::string note(text);
  note.append("\n")
      .append(format_signature_line({verifier.name, verifier.key_id, key.sign(text)}))
      .append("\n");
  return note;
}

base::Result<void> verify_note(const Note& note, const VerifierKey& key) {
  bool seen = false;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.key_id != key.key_id) continue;
    if (seen) return bad_note("the key " + key.name + " signed it twice");
    seen = true;
    if (!crypto::verify(key.public_key, note.text, signature.signature)) {
      return bad_note("the signature of " + key.name + " does not fit the text");
    }
  }
  if (!seen) return bad_note("it is not signed by " + key.name);
  return {};
}

std::string format_tree_head(const TreeHead& head) {
  return head.origin + "\n" + std::to_string(head.size) + "\n" + crypto::base64(bytes_of(head.root)) + "\n";
}

base::Result<TreeHead> parse_tree_head(std::string_view text) {
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return bad_note("the checkpoint has fewer than three lines");
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  if (!text.empty()) return bad_note("the checkpoint has more than three lines");
  if (lines[0].empty()) return bad_note("the checkpoint names no log");
  auto size = parse_size(lines[1]);
  if (!size) return tl::unexpected(size.error());
  auto root = hash_from_base64(lines[2]);
  if (!root) return tl::unexpected(root.error());
  return TreeHead{std::string(lines[0]), *size, *root};
}

base::Result<TreeHead> open_checkpoint(std::string_view bytes, const VerifierKey& key) {
  auto note = parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  if (auto good = verify_note(*note, key); !good) return tl::unexpected(good.error());
  auto head = parse_tree_head(note->text);
  if (!head) return tl::unexpected(head.error());
  if (head->origin != key.name) return bad_note("it is the checkpoint of another log: " + head->origin);
  return head;
}

}  // namespace glasshouse::ledger
