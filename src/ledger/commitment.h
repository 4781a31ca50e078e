// An entry as a salted commitment: the leaf holds only digests, and each field can be opened alone by its
// disclosure (the encoding of RFC 9901). Always 16 digests, real ones and decoys, so that the leaf does not
// tell how many fields there are. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"

namespace glasshouse::ledger {

inline constexpr std::size_t kDigests = 16;
inline constexpr std::size_t kMaxFields = 14;  // "kind" and "time" are added
inline constexpr std::size_t kMaxFieldBytes = 4096;
inline constexpr std::size_t kMaxDisclosureBytes =
    40 * 1024;  // a field of control characters, escaped, in base64

// kBadRecord or kTooLarge when a record breaks the limits of ledger.h.
base::Result<void> check_record(const Record& record);

// The fields of an entry as they are committed: kind, time, then the record's own.
std::vector<Field> fields_of(const Record& record, base::Time time);

struct Commitment {
  std::string leaf;
  std::vector<Disclosure> disclosures;  // one a field, in the order of the fields
};
// day_key: 32 bytes of the day's audit key. The same arguments give the same bytes. At most 16 fields.
Commitment commit(std::string_view day_key, std::uint64_t index, const std::vector<Field>& fields);

std::string disclosure_digest(std::string_view disclosure);  // base64url(SHA-256(disclosure))

struct OpenedDisclosure {
  std::string salt;  // base64url, as it stands in the disclosure
  std::string name;
  std::string value;
};
base::Result<OpenedDisclosure> parse_disclosure(std::string_view text);  // kBadProof

// The 16 digests of a leaf; kBadProof for anything but the one canonical spelling.
base::Result<std::vector<std::string>> parse_leaf(std::string_view leaf);

// Whether the leaf commits to the disclosure.
bool opens(std::string_view disclosure, std::string_view leaf);

// How the fields stand in the private database.
std::string encode_fields(const std::vector<Field>& fields);
base::Result<std::vector<Field>> decode_fields(std::string_view text);  // kCorrupt

}  // namespace glasshouse::ledger
