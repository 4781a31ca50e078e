// Statute packs: those that can be adopted, those that were, and what adopting one would change.
//
//   auto offer = shelf.offer("us-va");                          // or open_offer(text): a signed note or
//   plain text auto plan = shelf.plan(*offer, std::nullopt, false);        // from which day, and the
//   differences in words … record it through the gate … shelf.adopt(*plan, officer_id, ledger_index); //
//   durable; then gate->set_packs(shelf.stack())
//
// Every adoption is kept as a note signed with the installation's own key and checked at every start: a row
// that somebody changed in the database stops the server.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "db/database.h"
#include "ledger/note.h"
#include "policy/stack.h"

namespace glasshouse::api {

enum class PackErrc { kUnknown = 1, kSignature, kConflict, kTooSoon, kDamaged, kKey };

inline constexpr std::size_t kMostOffers = 200;
inline constexpr std::size_t kMostAdoptions = 1000;

struct PackOffer {
  policy::Pack pack;
  std::string text;        // the pack's bytes
  std::string sha256_hex;  // of them
  std::string signed_by;   // the key's name; empty: plain text
};

struct PackPlan {
  PackOffer offer;
  base::Day from;
  bool ends = false;  // the pack goes instead of coming
  std::vector<policy::Difference> differences;
  bool loosens = false;  // some difference allows more than before
};

struct AdoptedPack {
  PackOffer offer;
  base::Day from;
  bool ends = false;
  std::string by;  // account id
  std::uint64_t ledger_index = 0;
};

struct PackShelfOptions {
  db::Database* db = nullptr;          // outlives the shelf
  const base::Clock* clock = nullptr;  // outlives the shelf
  std::string dir;                     // NAME.toml with NAME.toml.sig, and publisher.vkey; need not exist
  std::string more_keys_path;          // further verifier keys, one a line; need not exist
  std::string key_path;  // the installation's own signing key; made when nothing was adopted yet
  std::string key_name;  // its name in notes
};

std::vector<db::Migration> pack_migrations();

// Thread-safe.
class PackShelf {
 public:
  // kDamaged: an adoption does not carry the installation's signature. kKey: the key is gone or unreadable.
  static base::Result<std::unique_ptr<PackShelf>> open(PackShelfOptions options);

  std::vector<PackOffer> offers() const;  // of the folder, with a trusted signature
  base::Result<PackOffer> offer(std::string_view id) const;
  // kBadPack (policy) with its line; kSignature for a federal or state pack without a trusted signature.
  base::Result<PackOffer> open_offer(std::string_view text) const;
  // The pack that holds or will hold under this id, for ending it.
  base::Result<PackOffer> adopted_offer(std::string_view id) const;

  base::Result<PackPlan> plan(PackOffer offer, std::optional<base::Day> from, bool ends) const;
  base::Result<void> adopt(const PackPlan& plan, const std::string& by, std::uint64_t ledger_index);

  std::vector<AdoptedPack> adopted() const;
  std::shared_ptr<const policy::Stack> stack() const;

 private:
  PackShelf(PackShelfOptions options, crypto::SigningKey key);
  base::Result<void> load();
  base::Result<AdoptedPack> read_adoption(const std::string& note, std::int64_t number) const;
  std::optional<std::string> trusted_signer(const ledger::Note& note) const;
  void read_keys();
  void read_folder();
  void rebuild();  // with the mutex held

  PackShelfOptions options_;
  crypto::SigningKey key_;
  ledger::VerifierKey own_;
  std::vector<ledger::VerifierKey> publishers_;
  std::vector<PackOffer> offers_;
  mutable std::mutex mutex_;
  std::vector<AdoptedPack> adopted_;
  std::shared_ptr<const policy::Stack> stack_;
};

}  // namespace glasshouse::api
