// Cosignatures of witnesses (C2SP tlog-cosignature, cosignature/v1): an Ed25519 signature over a checkpoint
// and the time at which the witness saw nothing larger of that log. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "ledger/note.h"

namespace glasshouse::ledger {

// An Ed25519 cosignature key (type 0x04). A type of its own: it never signs a log.
struct WitnessKey {
  std::string name;
  std::string key_id;      // 4 bytes
  std::string public_key;  // 32 bytes
};

WitnessKey witness_key_for(std::string name, std::string public_key);
std::string format_witness_key(const WitnessKey& key);  // "name+hex8+base64"
base::Result<WitnessKey> parse_witness_key(std::string_view text);

// `text`: a note's text, its last line feed included. Whole seconds of `time` are signed.
NoteSignature cosign(std::string_view text, std::string_view name, const crypto::SigningKey& key,
                     base::Time time);

// The time that was signed. A cosignature of exactly this key, by name and id, must be there once and good.
base::Result<base::Time> verify_cosignature(const Note& note, const WitnessKey& key);

// What a witness answers: one or more signature lines, each with its line end. kBadNote.
base::Result<std::vector<NoteSignature>> parse_cosignatures(std::string_view body);

}  // namespace glasshouse::ledger
