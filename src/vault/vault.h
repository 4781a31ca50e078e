// The keys of the days, and the one way in which one of them helps to open a picture.
//
//   auto vault = Vault::open({.dir = DATA + "/vault", .clock = &clock});
//   vault->prepare(first_kept, record);                  // keys for every kept day and a week ahead
//   auto given = vault->release(permit, read, browser);  // the file under a header for that browser
//   vault->shred_before(first_kept);                     // those days' pictures are gone everywhere
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "gate/gate.h"

namespace glasshouse::vault {

enum class Errc { kIo = 1, kDamaged, kOutsidePermit, kShredded, kCannotOpen };

inline constexpr int kDaysAhead = 7;  // public keys that cameras get beforehand: how long one may be offline

struct VaultOptions {
  std::string dir;
  const base::Clock* clock = nullptr;  // outlives the vault
};

// A sealed file of a read, and what a permit is held against.
struct SealedRead {
  std::string_view read_id, camera_id;
  base::Time captured_at;
  std::string_view file;
};

// Thread-safe.
class Vault {
 public:
  static base::Result<std::unique_ptr<Vault>> open(VaultOptions options);

  // Told of a key before it exists for anybody else; when it fails the key is forgotten. After a stop between
  // the two, what was told names a key that nobody ever used.
  using BeforeUse = std::function<base::Result<void>(base::Day day, const std::string& recipient)>;
  // Makes what is missing of the keys from `first` to a week from now; days that were shredded stay so.
  // Returns the days that were made.
  base::Result<std::vector<base::Day>> prepare(base::Day first, const BeforeUse& tell = nullptr);
  // The signed list of public keys from `first` on (seal/day_keys.h).
  std::string public_keys(base::Day first) const;
  const std::string& agency_key() const { return agency_.public_key(); }

  // The file under a header for `recipient` alone. kOutsidePermit when the permit is not for this read's
  // picture; kShredded when its day's key is gone; kCannotOpen when no living key fits.
  base::Result<std::string> release(const gate::Permit& permit, const SealedRead& read,
                                    const std::string& recipient) const;

  // For a hold: the file under a header for the case's key, made before the day dies. The caller has had the
  // hold recorded; there is no permit because nothing is shown to anybody.
  base::Result<std::string> rehead_for_hold(const SealedRead& read, const std::string& case_recipient) const;

  // Overwrites, syncs and removes the secrets of all days before `first_kept`. Returns how many there were.
  base::Result<std::size_t> shred_before(base::Day first_kept);
  std::size_t living() const;
  std::vector<base::Day> living_before(base::Day day) const;  // whose keys shred_before would destroy

 private:
  Vault(VaultOptions options, crypto::SigningKey agency)
      : options_(std::move(options)), agency_(std::move(agency)) {}
  base::Result<void> load();
  base::Result<void> make(base::Day day, const BeforeUse& tell);
  base::Result<crypto::AgeFileKey> file_key(const SealedRead& read) const;
  base::Result<std::string> under_header_for(const SealedRead& read, const std::string& recipient) const;
  std::string path_of(base::Day day) const;

  VaultOptions options_;
  crypto::SigningKey agency_;
  mutable std::mutex mutex_;
  std::map<base::Day, crypto::AgeIdentity> days_;
  base::Day shredded_before_{};
};

}  // namespace glasshouse::vault
