// The keys of the days and of the holds, and the one way in which one of them helps to open a picture.
//
//   auto vault = Vault::open({.dir = DATA + "/vault", .clock = &clock});
//   vault->prepare(first_kept, record);                  // keys for every kept day and a week ahead
//   auto given = vault->release(permit, read, browser);  // the file under a header for that browser
//   vault->shred_before(first_kept);                     // those days' pictures are gone everywhere
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/age.h"
#include "gate/gate.h"

namespace glasshouse::vault {

enum class Errc {
  kIo = 1,
  kDamaged,
  kOutsidePermit,
  kShredded,
  kCannotOpen,
  kBadName,
  // Of an agent on another machine (agent.h, remote.h):
  kBadRequest,
  kNoProof,    // the log does not show that this picture may be opened
  kElsewhere,  // the agent's last checkpoint is not the one that was named
  kAway,       // the agent does not answer
};

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
  std::string_view manifest = {};  // what its camera signed
  std::string_view hold = {};      // the name of the hold key that it lies under; empty: its day's key
};

// Thread-safe.
class Vault {
 public:
  static base::Result<std::unique_ptr<Vault>> open(VaultOptions options);
  virtual ~Vault() = default;

  // Told of a key before it exists for anybody else; when it fails the key is forgotten. After a stop between
  // the two, what was told names a key that nobody ever used.
  using BeforeUse = std::function<base::Result<void>(base::Day day, const std::string& recipient)>;
  // Makes what is missing of the keys from `first` to a week from now; days that were shredded stay so.
  // Returns the days that were made.
  virtual base::Result<std::vector<base::Day>> prepare(base::Day first, const BeforeUse& tell = nullptr) = 0;
  // The signed list of public keys from `first` on (seal/day_keys.h).
  virtual std::string public_keys(base::Day first) const = 0;
  virtual std::string agency_key() const = 0;

  // The file under a header for `recipient` alone. kOutsidePermit when the permit is not for this read's
  // picture; kShredded when its key is gone; kCannotOpen when no living key fits.
  virtual base::Result<std::string> release(const gate::Permit& permit, const SealedRead& read,
                                            const std::string& recipient) const = 0;
  // Whether the key of `day` opens the file's header; its payload is not looked at. kCannotOpen, kShredded.
  virtual base::Result<void> check_sealed(std::string_view file, base::Day day) const = 0;

  // A hold has a key of its own, made with it: "hold_…" for one that somebody placed, "hits-2026-11-22" for
  // what hit on a day. Returns its public half; kShredded when that hold has ended: it never comes back.
  virtual base::Result<std::string> make_hold_key(const std::string& name) = 0;
  // The file under a header for the hold's key, made before the day dies. The caller has had the hold
  // recorded; there is no permit because nothing is shown to anybody.
  virtual base::Result<std::string> rehead_for_hold(const SealedRead& read,
                                                    const std::string& name) const = 0;
  // Destroys the hold's key; not an error when there is none.
  virtual base::Result<void> shred_hold(const std::string& name) = 0;
  virtual std::vector<std::string> living_holds() const = 0;

  // Overwrites, syncs and removes the secrets of all days before `first_kept`. Returns how many there were.
  virtual base::Result<std::size_t> shred_before(base::Day first_kept) = 0;
  virtual base::Day shredded_before() const = 0;
  virtual std::size_t living() const = 0;
  // Whose keys shred_before would destroy.
  virtual std::vector<base::Day> living_before(base::Day day) const = 0;

  // Why keys cannot be used just now, as a sentence; empty when they can.
  virtual std::string trouble() const { return {}; }

  // For backups. A key's name is a day ("2026-11-22"), a hold's, or kBackupKey, which is made when it is
  // first asked for and never dies. kShredded, kCannotOpen: there is no such living key.
  virtual base::Result<std::string> recipient_of(const std::string& name) const = 0;
  // What opens one sealed part of a backup, from the part's header.
  virtual base::Result<crypto::AgeFileKey> part_key(const std::string& name,
                                                    std::string_view header) const = 0;
};

inline constexpr const char* kBackupKey = "backup";

bool is_hold_name(std::string_view name);  // "hold_" and 26 characters, or "hits-" and a day
std::string hits_of(base::Day day);        // "hits-2026-11-22"
std::optional<base::Day> day_of_hits(std::string_view name);  // none: it is no such name

}  // namespace glasshouse::vault
