// Grants and their revocations as signed texts (docs/formats/grant.md). No state here.
//
//   auto text = offer(grant, our_key);              // signed by the owner of the cameras
//   auto both = accept(*text, their_key);           // … and by the agency that it is for
//   auto read = read_grant(*both);                  // checked: form, limits, signatures
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::sharing {

enum class Errc {
  kBadText = 1,
  kBadSignature,
  kInvalid,
  kNotFound,
  kConflict,
  kSamePerson,
  kBreaksPromise,
  kStore
};

inline constexpr std::size_t kMaxGrantBytes = 64 * 1024;
inline constexpr std::size_t kMaxGrantCameras = 500;
inline constexpr std::size_t kMaxNameBytes = 120;

// "agency_" and 32 hexadecimal digits of SHA-256(key): an agency is its key, whatever it is called.
std::string agency_id_of(std::string_view public_key);

struct GrantCamera {
  std::string id, name;
};

struct Grant {
  std::string id;  // "grant_…"
  int change = 1;  // the next change of the same grant has the next number, and signatures of its own
  std::string owner_key, owner_name;            // 32 bytes; whose cameras
  std::string recipient_key, recipient_name;    // who may ask
  std::string recipient_kind;                   // "in-state", "out-of-state", "federal", "private"
  std::string recipient_state;                  // "US-VA"; may be empty
  std::string declaration_sha256_hex;           // of its written declaration; may be empty
  std::vector<GrantCamera> cameras;             // sorted by id
  std::vector<std::string> purposes;            // sorted codes; none that the house forbids
  bool lists = false;                           // may send lists whose entries alert for these cameras
  int from_minute = 0, until_minute = 24 * 60;  // of the day, by the clocks of `zone`, when it may be asked
  std::string zone = "UTC";
  base::Time starts_at, ends_at;
};

struct ReadGrant {
  Grant grant;
  bool accepted = false;   // the recipient signed too
  std::string sha256_hex;  // of the whole text
};

// kInvalid: what a grant may not say (a wildcard, a forbidden purpose, more than twelve months …).
base::Result<void> check(const Grant& grant);
base::Result<std::string> offer(const Grant& grant, const crypto::SigningKey& owner);
base::Result<std::string> accept(std::string_view offered, const crypto::SigningKey& recipient);
// kBadText names what is wrong; kBadSignature when the form is right and a signature is not.
base::Result<ReadGrant> read_grant(std::string_view text);

struct Revocation {
  std::string grant_id, by_key;  // 32 bytes: the owner's or the recipient's
  base::Time at;
};
std::string revoke_text(std::string_view grant_id, base::Time at, const crypto::SigningKey& by);
base::Result<Revocation> read_revocation(std::string_view text);

std::optional<int> minute_in(std::string_view text);  // of the day, from "06:00"; at most "24:00"
std::string words_of_hours(int from_minute, int until_minute, std::string_view zone);  // "06:00-22:00 UTC"

}  // namespace glasshouse::sharing
