// Signed notes (C2SP signed-note v1.0.0) and the checkpoint text inside them (C2SP tlog-checkpoint v1.0.0).
//
//   auto note = parse_note(bytes);
//   if (note && verify_note(*note, key)) { auto head = parse_tree_head(note->text); … }
//
// The parsers take exactly one spelling of everything; docs/formats/ledger.md gives every byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/crypto.h"

namespace glasshouse::ledger {

inline constexpr std::size_t kMaxNoteBytes = 64 * 1024;
inline constexpr std::size_t kMaxNoteSignatures = 100;
inline constexpr std::size_t kMaxKeyNameBytes = 255;

struct NoteSignature {
  std::string name;
  std::string key_id;     // 4 bytes
  std::string signature;  // what follows the key id; 64 bytes for Ed25519
};

struct Note {
  std::string text;  // ends with '\n'
  std::vector<NoteSignature> signatures;
};

// kBadNote.
base::Result<Note> parse_note(std::string_view bytes);

// An Ed25519 key (type 0x01) that a note may be signed with.
struct VerifierKey {
  std::string name;
  std::string key_id;      // 4 bytes
  std::string public_key;  // 32 bytes
};

// Lines as they stand under a note: "— NAME BASE64", without the line end.
base::Result<NoteSignature> parse_signature_line(std::string_view line);
std::string format_signature_line(const NoteSignature& signature);

// "name+hex8+base64(type ‖ key)", of any type of 32-byte keys; the id fits the key.
struct TypedKey {
  char type = 0;
  std::string name;
  std::string key_id;      // 4 bytes
  std::string public_key;  // 32 bytes
};
TypedKey typed_key_for(char type, std::string name, std::string public_key);
std::string format_typed_key(const TypedKey& key);
base::Result<TypedKey> parse_typed_key(std::string_view text);

// Not empty, UTF-8, no white space, no control character, no '+'.
bool is_key_name(std::string_view name);
VerifierKey verifier_key_for(std::string name, std::string public_key);
std::string format_verifier_key(const VerifierKey& key);  // "name+hex8+base64"
base::Result<VerifierKey> parse_verifier_key(std::string_view text);

// The whole note, with one signature line by `name`. `text` ends with '\n'.
std::string sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key);

// Success when a signature of exactly this key, by name and id, is good. Signatures of others are not looked
// at.
base::Result<void> verify_note(const Note& note, const VerifierKey& key);

// What a checkpoint says.
struct TreeHead {
  std::string origin;
  std::uint64_t size = 0;
  crypto::Hash root{};
};
std::string format_tree_head(const TreeHead& head);
base::Result<TreeHead> parse_tree_head(std::string_view text);  // three lines, no extension lines

// parse_note, verify_note, parse_tree_head, and the origin equals the key's name.
base::Result<TreeHead> open_checkpoint(std::string_view note, const VerifierKey& key);

// Decimal without sign or leading zero, at most 2^62.
base::Result<std::uint64_t> parse_size(std::string_view digits);

std::string bytes_of(const crypto::Hash& hash);
base::Result<crypto::Hash> hash_from_base64(std::string_view text);

}  // namespace glasshouse::ledger
