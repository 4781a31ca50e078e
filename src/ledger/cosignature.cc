#include "ledger/cosignature.h"

#include <utility>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

constexpr char kCosigner = 0x04;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSignatureBytes = 64;

tl::unexpected<base::Error> bad_cosignature(std::string why) {
  return base::failure(Errc::kBadNote, "The cosignature is not valid", std::move(why),
                       "Do not count this witness; ask whoever runs it.");
}

std::string signed_message(std::uint64_t seconds, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

std::string big_endian(std::uint64_t value) {
  std::string bytes(kTimeBytes, '\0');
  for (std::size_t i = kTimeBytes; i-- > 0; value >>= 8U) bytes[i] = static_cast<char>(value & 0xFFU);
  return bytes;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

WitnessKey witness_key_for(std::string name, std::string public_key) {
  TypedKey key = typed_key_for(kCosigner, std::move(name), std::move(public_key));
  return {std::move(key.name), std::move(key.key_id), std::move(key.public_key)};
}

std::string format_witness_key(const WitnessKey& key) {
  return format_typed_key({kCosigner, key.name, key.key_id, key.public_key});
}

base::Result<WitnessKey> parse_witness_key(std::string_view text) {
  auto key = parse_typed_key(text);
  if (!key) return tl::unexpected(key.error());
  if (key->type != kCosigner) return bad_cosignature("the key is not of the type for cosignatures");
  return WitnessKey{std::move(key->name), std::move(key->key_id), std::move(key->public_key)};
}

NoteSignature cosign(std::string_view text, std::string_view name, const crypto::SigningKey& key,
                     base::Time time) {
  const auto seconds = static_cast<std::uint64_t>(base::to_ms(time) / 1000);
  WitnessKey witness = witness_key_for(std::string(name), key.public_key());
  return {std::move(witness.name), std::move(witness.key_id),
          big_endian(seconds) + key.sign(signed_message(seconds, text))};
}

base::Result<base::Time> verify_cosignature(const Note& note, const WitnessKey& key) {
  const NoteSignature* found = nullptr;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.key_id != key.key_id) continue;
    if (found != nullptr) return bad_cosignature("the witness " + key.name + " signed it twice");
    found = &signature;
  }
  if (found == nullptr) return bad_cosignature("the witness " + key.name + " did not sign it");
  if (found->signature.size() != kTimeBytes + kSignatureBytes)
    return bad_cosignature("what the witness " + key.name + " signed is not a time and a signature");
  const std::string_view bytes = found->signature;
  const std::uint64_t seconds = from_big_endian(bytes.substr(0, kTimeBytes));
  if (seconds > static_cast<std::uint64_t>(INT64_MAX) / 1000)
    return bad_cosignature("the time of the witness " + key.name + " is none");
  if (!crypto::verify(key.public_key, signed_message(seconds, note.text), bytes.substr(kTimeBytes)))
    return bad_cosignature("the cosignature of " + key.name + " does not fit the checkpoint");
  return base::from_ms(static_cast<std::int64_t>(seconds * 1000));
}

base::Result<std::vector<NoteSignature>> parse_cosignatures(std::string_view body) {
  if (body.size() > kMaxNoteBytes || !body.ends_with('\n'))
    return bad_cosignature("the answer is too long or does not end with a line end");
  std::vector<NoteSignature> signatures;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    if (signatures.size() == kMaxNoteSignatures)
      return bad_cosignature("the answer has more than 100 signatures");
    auto signature = parse_signature_line(body.substr(0, end));
    if (!signature) return tl::unexpected(signature.error());
    signatures.push_back(std::move(*signature));
    body.remove_prefix(end + 1);
  }
  return signatures;
}

}  // namespace glasshouse::ledger
