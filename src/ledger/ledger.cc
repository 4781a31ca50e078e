// Opening a ledger (everything is checked before the first append) and reading it.
#include "ledger/ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "ledger/audit_keys.h"
#include "ledger/checkpoint_store.h"
#include "ledger/commitment.h"
#include "ledger/entry_store.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "ledger/publisher.h"
#include "ledger/sequencer.h"
#include "ledger/signing_key_file.h"
#include "ledger/tile.h"
#include "ledger/tree_writer.h"

namespace glasshouse::ledger {
namespace {

constexpr std::chrono::hours kPublicAfter{24};
constexpr std::size_t kMaxSmallFileBytes = 4096;

tl::unexpected<base::Error> corrupt(std::string why, std::string next) {
  return base::failure(Errc::kCorrupt, "The ledger cannot be opened", std::move(why), std::move(next));
}
tl::unexpected<base::Error> io(const base::Error& error) {
  return base::failure(Errc::kIo, "The ledger cannot be opened", error.message(),
                       "Check the folder and the disk.");
}

// One process a folder. The lock goes when the process does.
class FolderLock {
 public:
  static base::Result<FolderLock> take(const std::string& path) {
    FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.fd_ < 0)
      return base::failure(Errc::kIo, "The ledger cannot be opened", "its lock file cannot be made: " + path,
                           "Check the folder's permissions.");
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
      return base::failure(Errc::kBusy, "The ledger cannot be opened", "another process has it open: " + path,
                           "Stop the other server first.");
    }
    return lock;
  }
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

base::Result<void> keep_verifier_key(base::FileSystem& files, const std::string& path,
                                     const VerifierKey& key) {
  const std::string line = format_verifier_key(key) + "\n";
  if (files.exists(path)) {
    auto known = files.read(path, kMaxSmallFileBytes);
    if (!known) return io(known.error());
    if (*known == line) return {};
    return corrupt("log.vkey names another key than the one the server signs with",
                   "Restore the key from a backup.");
  }
  if (auto written = files.write_atomic(path, line); !written) return io(written.error());
  return {};
}

class LedgerImpl final : public Ledger {
 public:
  LedgerImpl(Options options, FolderLock lock, VerifierKey key, std::unique_ptr<EntryStore> store)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        verifier_key_(std::move(key)),
        store_(std::move(store)),
        keys_(base::posix_files(), options_.dir + "/audit-keys") {}

  base::Result<void> start(crypto::SigningKey key, CheckpointStore checkpoints, Checkpoint latest);

  base::Result<std::uint64_t> append(Record record) override {
    std::vector<Record> one;
    one.push_back(std::move(record));
    return append_batch(std::move(one));
  }
  base::Result<std::uint64_t> append_batch(std::vector<Record> records) override;
  std::uint64_t size() const override { return sequencer_->size(); }
  Checkpoint checkpoint() const override { return publisher_->latest(); }
  base::Result<Checkpoint> publish_now() override { return publisher_->publish(); }
  base::Result<std::vector<Entry>> entries(Reader reader, std::optional<std::uint64_t> before,
                                           std::size_t limit) const override;
  base::Result<Entry> entry(Reader reader, std::uint64_t index) const override;
  base::Result<std::vector<Entry>> entries_of_kind(Reader reader, const std::string& kind, std::uint64_t from,
                                                   std::size_t limit) const override;
  base::Result<std::optional<Entry>> newest_of_kind(Reader reader, const std::string& kind) const override;
  base::Result<InclusionProof> inclusion_proof(std::uint64_t index) const override;
  base::Result<std::vector<crypto::Hash>> consistency_proof(std::uint64_t old_size,
                                                            std::uint64_t size) const override;
  std::optional<Checkpoint> witnessed() const override {
    const std::lock_guard lock(witnessed_mutex_);
    return witnessed_;
  }
  base::Result<void> keep_witnessed(const Checkpoint& checkpoint) override;
  std::string tlog_proof(const InclusionProof& proof) const override {
    return format_proof_file({{}, proof.index, proof.hashes, proof.checkpoint.note});
  }
  std::string verifier_key() const override { return format_verifier_key(verifier_key_); }
  base::Result<std::string> static_file(std::string_view path) const override;

 private:
  base::Result<base::Time> last_time(std::uint64_t size) const;
  base::Result<void> check_edge(const TreeWriter& tree) const;
  base::Result<Entry> show(Reader reader, StoredEntry stored) const;
  base::Result<std::vector<Entry>> show_all(Reader reader,
                                            base::Result<std::vector<StoredEntry>> stored) const;
  base::Result<std::string> tile(const TileId& id, std::uint64_t size) const;

  base::Result<void> load_witnessed(const Checkpoint& latest);

  const Options options_;
  const FolderLock lock_;
  const VerifierKey verifier_key_;
  const std::unique_ptr<EntryStore> store_;
  AuditKeys keys_;
  std::unique_ptr<Sequencer> sequencer_;  // before the publisher, which asks it for its size until the end
  std::unique_ptr<Publisher> publisher_;
  mutable std::mutex witnessed_mutex_;
  std::optional<Checkpoint> witnessed_;
};

base::Result<base::Time> LedgerImpl::last_time(std::uint64_t size) const {
  if (size == 0) return base::Time{};
  auto last = store_->get(size - 1);
  if (!last) return tl::unexpected(last.error());
  const base::Day day = base::day_of(last->time);
  const bool same_day = day >= base::day_of(options_.clock->now());
  if (same_day && !keys_.exists(day)) {
    return corrupt(
        "the audit key of " + base::format_day(day) + " is gone, but entries of that day are still to come",
        "Restore audit-keys/ from a backup.");
  }
  return last->time;
}

// The unfinished tile must hold what the database holds: the cheapest place where a swapped file shows.
base::Result<void> LedgerImpl::check_edge(const TreeWriter& tree) const {
  auto leaves = store_->leaves(tree.round_start(), tree.size());
  if (!leaves) return tl::unexpected(leaves.error());
  for (std::size_t i = 0; i < leaves->size(); ++i) {
    if (leaf_hash((*leaves)[i]) != tree.edge(0)[i]) {
      return corrupt("entry " + std::to_string(tree.round_start() + i) +
                         " in ledger.db is not the one that was published",
                     "Restore ledger.db from a backup; run: glasshouse ledger fsck DIR");
    }
  }
  return {};
}

base::Result<void> LedgerImpl::start(crypto::SigningKey key, CheckpointStore checkpoints, Checkpoint latest) {
  auto size = store_->count();
  if (!size) return tl::unexpected(size.error());
  if (*size < latest.size) {
    return corrupt(
        "ledger.db holds " + std::to_string(*size) + " entries, but " + std::to_string(latest.size) +
            " were already signed and published",
        "An older ledger.db was put back. Restore the newest one; nothing is answered until then.");
  }
  auto last = last_time(*size);
  if (!last) return tl::unexpected(last.error());
  auto tree = TreeWriter::resume(base::posix_files(), options_.dir, latest.size, latest.root);
  if (!tree) return tl::unexpected(tree.error());
  if (auto same = check_edge(*tree); !same) return same;
  sequencer_ = std::make_unique<Sequencer>(*store_, keys_, *options_.clock, *size, *last);
  Publisher::Parts parts{&base::posix_files(),
                         options_.dir,
                         options_.origin,
                         options_.clock,
                         options_.checkpoint_period,
                         store_.get(),
                         [this] { return sequencer_->size(); },
                         [this](base::Error why) { sequencer_->refuse(std::move(why)); }};
  publisher_ = std::make_unique<Publisher>(std::move(parts), std::move(key), std::move(checkpoints),
                                           std::move(*tree), std::move(latest));
  if (auto loaded = load_witnessed(publisher_->latest()); !loaded) return loaded;
  return publisher_->restore_files();
}

// Without witnesses the file of an earlier time must not go on hiding newer checkpoints.
base::Result<void> LedgerImpl::load_witnessed(const Checkpoint& latest) {
  base::FileSystem& files = base::posix_files();
  const std::string path = options_.dir + "/" + kWitnessedFile;
  if (!options_.has_witnesses) {
    if (auto gone = files.remove(path); !gone) return io(gone.error());
    return {};
  }
  if (!files.exists(path)) return {};
  auto note = files.read(path, kMaxNoteBytes);
  if (!note) return io(note.error());
  auto head = open_checkpoint(*note, verifier_key_);
  if (!head || head->size > latest.size || (head->size == latest.size && head->root != latest.root)) {
    return corrupt("the witnesses signed a checkpoint that checkpoints.db does not know",
                   "An older checkpoints.db was put back. Restore the newest one.");
  }
  witnessed_ = Checkpoint{head->size, head->root, std::move(*note)};
  return {};
}

base::Result<void> LedgerImpl::keep_witnessed(const Checkpoint& next) {
  const std::lock_guard lock(witnessed_mutex_);
  if (witnessed_ && next.size < witnessed_->size) return {};  // a later one is there already
  if (auto written = base::posix_files().write_atomic(options_.dir + "/" + kWitnessedFile, next.note);
      !written)
    return io(written.error());
  witnessed_ = next;
  return {};
}

base::Result<std::uint64_t> LedgerImpl::append_batch(std::vector<Record> records) {
  if (records.empty() || records.size() > kMaxBatchRecords) {
    return base::failure(Errc::kBadRecord, "The ledger cannot record this", "a batch has 1 to 4,096 records");
  }
  for (const Record& record : records) {
    if (auto good = check_record(record); !good) return tl::unexpected(good.error());
  }
  return sequencer_->append(std::move(records));
}

base::Result<Entry> LedgerImpl::show(Reader reader, StoredEntry stored) const {
  const Record record{stored.kind, std::move(stored.fields)};
  const std::vector<Field> fields = fields_of(record, stored.time);
  auto key = keys_.find(base::day_of(stored.time));
  if (!key) return tl::unexpected(key.error());
  Commitment commitment;
  if (*key) {
    commitment = commit(**key, stored.index, fields);
    if (commitment.leaf != stored.leaf) {
      return base::failure(Errc::kCorrupt,
                           "Entry " + std::to_string(stored.index) + " of the ledger is damaged",
                           "its fields do not give the leaf that was committed",
                           "Run: glasshouse ledger fsck DIR, and restore ledger.db from a backup.");
    }
  } else {
    // The day's key was destroyed: what is left can be read but no longer proven.
    for (const Field& field : fields)
      commitment.disclosures.push_back({field.name, field.value, field.release, {}});
  }
  const bool day_passed = options_.clock->now() - stored.time >= kPublicAfter;
  Entry entry{stored.index, stored.time, std::move(stored.kind), std::move(stored.leaf), {}};
  for (Disclosure& disclosure : commitment.disclosures) {
    const Release latest = reader == Reader::kMachine   ? Release::kNever
                           : reader == Reader::kAuditor ? Release::kRestricted
                           : day_passed                 ? Release::kAfterDay
                                                        : Release::kAtOnce;
    if (disclosure.release <= latest) entry.disclosures.push_back(std::move(disclosure));
  }
  return entry;
}

base::Result<std::vector<Entry>> LedgerImpl::entries(Reader reader, std::optional<std::uint64_t> before,
                                                     std::size_t limit) const {
  const std::uint64_t end = std::min(before.value_or(size()), size());
  return show_all(reader, store_->newest(end, std::clamp<std::size_t>(limit, 1, kMaxPage)));
}

base::Result<std::vector<Entry>> LedgerImpl::entries_of_kind(Reader reader, const std::string& kind,
                                                             std::uint64_t from, std::size_t limit) const {
  return show_all(reader, store_->of_kind(kind, from, std::clamp<std::size_t>(limit, 1, kMaxPage)));
}

base::Result<std::vector<Entry>> LedgerImpl::show_all(Reader reader,
                                                      base::Result<std::vector<StoredEntry>> stored) const {
  if (!stored) return tl::unexpected(stored.error());
  std::vector<Entry> entries;
  for (StoredEntry& one : *stored) {
    if (one.index >= size()) break;  // not acknowledged yet
    auto entry = show(reader, std::move(one));
    if (!entry) return tl::unexpected(entry.error());
    entries.push_back(std::move(*entry));
  }
  return entries;
}

base::Result<Entry> LedgerImpl::entry(Reader reader, std::uint64_t index) const {
  // Beyond size() there may be an entry that is not acknowledged yet; it does not exist for anybody.
  auto stored = store_->get(index < size() ? index : ~std::uint64_t{0} >> 1U);
  if (!stored) return tl::unexpected(stored.error());
  return show(reader, std::move(*stored));
}

base::Result<std::optional<Entry>> LedgerImpl::newest_of_kind(Reader reader, const std::string& kind) const {
  auto stored = store_->newest_of_kind(kind);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored || (*stored)->index >= size()) return std::nullopt;
  auto entry = show(reader, std::move(**stored));
  if (!entry) return tl::unexpected(entry.error());
  return std::move(*entry);
}

base::Result<std::string> LedgerImpl::tile(const TileId& id, std::uint64_t size) const {
  const unsigned published = tile_width(size, id.level, id.index);
  if (id.width > published) {
    return base::failure(Errc::kNotFound, "There is no such tile", "the log is not that long yet");
  }
  const TileFetcher fetch = tiles_in(options_.dir);
  auto bytes = fetch(id);
  if (bytes) return bytes;
  // No file of just this width was ever written: cut it from the one that is published.
  TileId wide = id;
  wide.width = published;
  auto whole = fetch(wide);
  if (!whole)
    return base::failure(Errc::kCorrupt, "A tile of the ledger is missing", whole.error().message(),
                         "Run: glasshouse ledger fsck DIR");
  return narrow_tile(*whole, wide, id.width);
}

base::Result<InclusionProof> LedgerImpl::inclusion_proof(std::uint64_t index) const {
  InclusionProof proof{index, {}, checkpoint()};
  if (auto signed_by_more = witnessed(); signed_by_more && index < signed_by_more->size)
    proof.checkpoint = std::move(*signed_by_more);
  if (index >= proof.checkpoint.size) {
    return base::failure(Errc::kNotFound, "There is no proof for entry " + std::to_string(index) + " yet",
                         "the latest checkpoint covers " + std::to_string(proof.checkpoint.size) + " entries",
                         "Checkpoints follow within a second: ask again.");
  }
  const std::uint64_t size = proof.checkpoint.size;
  TileHashes hashes(size, [this, size](const TileId& id) { return tile(id, size); });
  auto path = prove_inclusion(size, index, std::ref(hashes));
  if (!path) return tl::unexpected(path.error());
  proof.hashes = std::move(*path);
  return proof;
}

base::Result<std::vector<crypto::Hash>> LedgerImpl::consistency_proof(std::uint64_t old_size,
                                                                      std::uint64_t size) const {
  if (old_size > size || size > checkpoint().size) {
    return base::failure(Errc::kNotFound, "There is no such proof", "the log was not signed at these sizes");
  }
  TileHashes hashes(size, [this, size](const TileId& id) { return tile(id, size); });
  return prove_consistency(old_size, size, std::ref(hashes));
}

base::Result<std::string> LedgerImpl::static_file(std::string_view path) const {
  const Checkpoint latest = checkpoint();
  if (path == "checkpoint") {
    const auto by_more = witnessed();
    return by_more ? by_more->note : latest.note;
  }
  if (path == "log.vkey") return verifier_key() + "\n";
  const auto id = parse_tile_path(path);
  if (!id)
    return base::failure(Errc::kNotFound, "The ledger has no such file",
                         "its files are checkpoint, log.vkey and tile/");
  return tile(*id, latest.size);
}

// The checkpoint that the log stands at; for a new log, the signed empty tree.
base::Result<Checkpoint> latest_or_first(CheckpointStore& checkpoints, const VerifierKey& verifier,
                                         const crypto::SigningKey& key, std::uint64_t entries) {
  auto latest = checkpoints.latest(verifier.name);
  if (!latest) return tl::unexpected(latest.error());
  if (!*latest) {
    if (entries > 0) {
      return corrupt("checkpoints.db does not know this log, but ledger.db holds entries of it",
                     "Restore checkpoints.db from a backup: without it the log could be signed twice.");
    }
    Checkpoint first{0, empty_root(), {}};
    first.note = sign_note(format_tree_head({verifier.name, 0, first.root}), verifier.name, key);
    if (auto begun = checkpoints.begin(verifier.name, first); !begun) return tl::unexpected(begun.error());
    return first;
  }
  auto head = open_checkpoint((*latest)->note, verifier);
  if (!head || head->size != (*latest)->size || head->root != (*latest)->root) {
    return corrupt("the checkpoint in checkpoints.db is not one that this key signed",
                   "Restore checkpoints.db and the key from a backup.");
  }
  return std::move(**latest);
}

}  // namespace

base::Result<std::unique_ptr<Ledger>> Ledger::open(Options options) {
  if (!is_key_name(options.origin) || options.clock == nullptr) {
    return base::failure(Errc::kBadRecord, "The ledger cannot be opened",
                         "its origin is empty or holds a space or a +",
                         "Set an origin such as town.example/agency.");
  }
  base::FileSystem& files = base::posix_files();
  if (auto made = files.make_dirs(options.dir); !made) return io(made.error());
  auto lock = FolderLock::take(options.dir + "/lock");
  if (!lock) return tl::unexpected(lock.error());
  const bool log_exists =
      files.exists(options.dir + "/log.vkey") || files.exists(options.dir + "/checkpoint");
  if (log_exists && !files.exists(options.dir + "/ledger.db")) {
    return corrupt("ledger.db is gone from " + options.dir, "Restore it from a backup.");
  }
  auto key = load_or_make_signing_key(files, options.key_path, log_exists);
  if (!key) return tl::unexpected(key.error());
  const VerifierKey verifier = verifier_key_for(options.origin, key->public_key());
  auto store = EntryStore::open(options.dir + "/ledger.db", options.origin, Sqlite::Mode::kCreate);
  if (!store) return tl::unexpected(store.error());
  auto checkpoints = CheckpointStore::open(options.dir + "/checkpoints.db", Sqlite::Mode::kCreate);
  if (!checkpoints) return tl::unexpected(checkpoints.error());
  auto entries = (*store)->count();
  if (!entries) return tl::unexpected(entries.error());
  auto latest = latest_or_first(*checkpoints, verifier, *key, *entries);
  if (!latest) return tl::unexpected(latest.error());
  if (auto kept = keep_verifier_key(files, options.dir + "/log.vkey", verifier); !kept)
    return tl::unexpected(kept.error());
  auto ledger =
      std::make_unique<LedgerImpl>(std::move(options), std::move(*lock), verifier, std::move(*store));
  if (auto started = ledger->start(std::move(*key), std::move(*checkpoints), std::move(*latest)); !started) {
    return tl::unexpected(started.error());
  }
  return ledger;
}

}  // namespace glasshouse::ledger
