// The append-only public log (C2SP tlog-tiles). An entry is a salted commitment: the public sees digests,
// and of the fields only what their release class lets out; docs/formats/ledger.md gives every byte.
//
//   auto index = ledger.append(Record{.kind = "search", .fields = {{"officer", id, Release::kRestricted}}});
//   // Returned: the entry is on disk and synced; a crash cannot lose it. Only now may an answer leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::ledger {

enum class Errc {
  kIo = 1,
  kCorrupt,
  kTooLarge,
  kNotFound,
  kClosed,
  kBadNote,
  kBadProof,
  kBadRecord,  // breaks the limits of Record and Field
  kBusy,       // kMaxPendingRecords wait already, or another process has the folder
  kNoSpace,    // the disk is full; appends work again when it is not
};

// Appends that may wait for the disk at one time; about 16 MB. More waiting means that the disk has stopped.
inline constexpr std::size_t kMaxPendingRecords = 16384;
// Entries of one append_batch, and of one transaction.
inline constexpr std::size_t kMaxBatchRecords = 4096;
inline constexpr const char* kWitnessedFile = "checkpoint.witnessed";  // in the ledger's folder
inline constexpr std::size_t kMaxPage = 200;                           // entries() gives at most so many

// When a field may be shown (reference: trust study, release classes R0..R3), ever later from first to last.
enum class Release {
  kAtOnce,      // R0
  kAfterDay,    // R1: 24 hours after the entry
  kRestricted,  // R2: auditor, court, the person concerned; never on the public log
  kNever,       // R3: nobody is shown it; kept so that the entry can be checked against its leaf
};
std::string_view name_of(Release release);  // "at-once", "after-24h", "restricted", "never"

struct Field {
  std::string name;   // [a-z_]{1,32}; at most 14 fields an entry ("kind" and "time" are added)
  std::string value;  // at most 4,096 bytes of UTF-8
  Release release = Release::kRestricted;
};

struct Record {
  std::string kind;  // "search", "alert.confirm", "retention.purge" …; released at once
  std::vector<Field> fields;
};

// One selective disclosure (RFC 9901 encoding): text = base64url(JSON [salt, name, value]).
struct Disclosure {
  std::string name;
  std::string value;
  Release release;
  std::string text;
};

struct Entry {
  std::uint64_t index = 0;
  base::Time time;
  std::string kind;
  std::string leaf;                     // the bytes that were hashed into the tree
  std::vector<Disclosure> disclosures;  // those the caller may see
};

// What is shown: released fields; all but what nobody is shown; all, for the vault's agent and for checks,
// and never for an answer to a person.
enum class Reader { kPublic, kAuditor, kMachine };

struct Checkpoint {
  std::uint64_t size = 0;
  crypto::Hash root{};
  std::string note;  // the signed note, as served at /checkpoint
};

struct InclusionProof {
  std::uint64_t index = 0;
  std::vector<crypto::Hash> hashes;
  Checkpoint checkpoint;
};

struct Options {
  std::string dir;       // holds ledger.db, checkpoints.db, audit-keys/, tile/, checkpoint, log.vkey
  std::string origin;    // "glasshouse.example/millbrook-pd"
  std::string key_path;  // Ed25519 seed, made at first start, mode 0600
  base::Millis checkpoint_period{500};
  bool has_witnesses = false;  // somebody calls keep_witnessed (cosigning.h): the world sees what it kept
  const base::Clock* clock = nullptr;  // required; outlives the ledger
};

// Thread-safe. append() from any number of threads; one sequencer thread batches and syncs.
class Ledger {
 public:
  static base::Result<std::unique_ptr<Ledger>> open(Options options);
  virtual ~Ledger() = default;

  // Durable when it returns. Fails closed: on any error nothing may be answered on its strength.
  virtual base::Result<std::uint64_t> append(Record record) = 0;

  // All or none, with consecutive indexes; the first one's is returned. 1..kMaxBatchRecords.
  virtual base::Result<std::uint64_t> append_batch(std::vector<Record> records) = 0;

  virtual std::uint64_t size() const = 0;              // entries acknowledged
  virtual Checkpoint checkpoint() const = 0;           // the latest published
  virtual base::Result<Checkpoint> publish_now() = 0;  // sign all that is acknowledged
  // Newest first, at most `limit` (1..200), with index < before (nullopt: from the newest).
  virtual base::Result<std::vector<Entry>> entries(Reader reader, std::optional<std::uint64_t> before,
                                                   std::size_t limit) const = 0;
  virtual base::Result<Entry> entry(Reader reader, std::uint64_t index) const = 0;
  // Of a kind, oldest first, at most `limit` (1..200), with index >= from.
  virtual base::Result<std::vector<Entry>> entries_of_kind(Reader reader, const std::string& kind,
                                                           std::uint64_t from, std::size_t limit) const = 0;
  // The newest entry of a kind, if there is one.
  virtual base::Result<std::optional<Entry>> newest_of_kind(Reader reader, const std::string& kind) const = 0;
  virtual base::Result<InclusionProof> inclusion_proof(std::uint64_t index) const = 0;
  // That the tree of `size` grew out of that of `old_size`; both at most checkpoint().size.
  virtual base::Result<std::vector<crypto::Hash>> consistency_proof(std::uint64_t old_size,
                                                                    std::uint64_t size) const = 0;
  // The newest checkpoint that the quorum of witnesses signed. Where there is one it is what static_file and
  // the proofs that it covers give; checkpoint() may be ahead of it.
  virtual std::optional<Checkpoint> witnessed() const = 0;
  virtual base::Result<void> keep_witnessed(const Checkpoint& checkpoint) = 0;  // durable when it returns
  virtual std::string tlog_proof(const InclusionProof& proof) const = 0;        // the .tlog-proof file
  virtual std::string verifier_key() const = 0;                                 // "name+hex8+base64"

  // The static files of the log, for HTTP: path below the prefix ("checkpoint", "tile/0/000",
  // "tile/entries/x001/234.p/7"). kNotFound where it is none of ours or not published yet.
  virtual base::Result<std::string> static_file(std::string_view path) const = 0;
};

}  // namespace glasshouse::ledger
