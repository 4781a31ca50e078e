#include "ledger/fsck.h"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

#include "base/file.h"
#include "ledger/audit_keys.h"
#include "ledger/checkpoint_store.h"
#include "ledger/commitment.h"
#include "ledger/entry_store.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/tile.h"
#include "ledger/verify.h"

namespace glasshouse::ledger {
namespace {

constexpr std::uint64_t kChunk = 4ULL * kTileWidth;

class Check {
 public:
  Check(std::string dir, VerifierKey key, std::unique_ptr<EntryStore> store, Checkpoint signed_head)
      : dir_(std::move(dir)),
        key_(std::move(key)),
        store_(std::move(store)),
        signed_(std::move(signed_head)),
        keys_(base::posix_files(), dir_ + "/audit-keys") {}

  FsckReport run() {
    report_.origin = key_.name;
    report_.published = signed_.size;
    note(store_->check_file());
    auto count = store_->count();
    if (!count) {
      note(tl::unexpected(count.error()));
      return std::move(report_);
    }
    report_.entries = *count;
    if (*count < signed_.size) {
      problem("ledger.db holds " + std::to_string(*count) + " entries, but " + std::to_string(signed_.size) +
              " were signed");
    }
    check_checkpoint();
    check_entries();
    if (auto verified = verify_folder(dir_); !verified) note(tl::unexpected(verified.error()));
    return std::move(report_);
  }

 private:
  void problem(std::string sentence) {
    if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(sentence));
  }
  void note(const base::Result<void>& result) {
    if (!result) problem(result.error().what() + ": " + result.error().why());
  }

  void check_checkpoint() {
    auto head = open_checkpoint(signed_.note, key_);
    if (!head) {
      problem("checkpoints.db: " + head.error().why());
    } else if (head->size != signed_.size || head->root != signed_.root) {
      problem("checkpoints.db: the note says something else than the row");
    }
  }

  void check_entries() {
    base::Time last{};
    for (std::uint64_t from = 0; from < report_.entries; from += kChunk) {
      auto chunk = store_->range(from, std::min(from + kChunk, report_.entries));
      if (!chunk) return note(tl::unexpected(chunk.error()));
      for (std::size_t i = 0; i < chunk->size(); ++i) {
        const StoredEntry& entry = (*chunk)[i];
        if (entry.index != from + i)
          return problem("ledger.db: entry " + std::to_string(from + i) + " is missing");
        if (entry.time < last) problem(name(entry) + " is older than the one before it");
        last = entry.time;
        check_opening(entry);
        check_classes(entry);
      }
      check_published(*chunk);
    }
  }

  void check_opening(const StoredEntry& entry) {
    auto key = keys_.find(base::day_of(entry.time));
    if (!key) return note(tl::unexpected(key.error()));
    if (!*key) {
      ++report_.unprovable;
      return;
    }
    const Commitment made = commit(**key, entry.index, fields_of({entry.kind, entry.fields}, entry.time));
    if (made.leaf != entry.leaf)
      problem(name(entry) + ": its fields do not give the leaf that was committed");
  }

  // What the log says about when fields are shown is what the server goes by: a class that was changed in the
  // database would hide a field, or show one, and change no leaf. Texts of version 1 did not fix every class.
  void check_classes(const StoredEntry& entry) {
    if (entry.kind == "ledger.schema") {
      classes_.clear();
      for (const Field& field : entry.fields)
        if (field.name == "schema" && !field.value.starts_with("glasshouse-ledger-schema 1\n"))
          read_classes(field.value);
    }
    if (classes_.empty()) return;
    for (const Field& field : entry.fields) {
      auto rule = classes_.find(entry.kind + "/" + field.name);
      if (rule == classes_.end()) rule = classes_.find(field.name);
      const std::string_view wanted = rule == classes_.end() ? name_of(Release::kNever) : rule->second;
      if (name_of(field.release) != wanted)
        problem(name(entry) + ": the field " + field.name + " is shown \"" +
                std::string(name_of(field.release)) + "\", and the schema in the log says \"" +
                std::string(wanted) + "\"");
    }
  }

  void read_classes(const std::string& schema) {
    std::istringstream lines(schema);
    std::string line, name, release;
    std::getline(lines, line);  // its version
    while (lines >> name >> release) classes_[name] = release;
  }

  // The public entry tiles hold the same leaves. Chunks start at tile borders.
  void check_published(const std::vector<StoredEntry>& chunk) {
    const TileFetcher fetch = tiles_in(dir_);
    for (std::size_t from = 0; from < chunk.size(); from += kTileWidth) {
      const std::uint64_t index = chunk[from].index / kTileWidth;
      const unsigned width = tile_width(signed_.size, 0, index);
      if (width == 0) return;
      auto bytes = fetch(TileId{true, 0, index, width});
      if (!bytes) return note(tl::unexpected(bytes.error()));
      auto entries = parse_entry_tile(*bytes, width);
      if (!entries) return note(tl::unexpected(entries.error()));
      for (unsigned i = 0; i < width && from + i < chunk.size(); ++i) {
        if ((*entries)[i] != chunk[from + i].leaf)
          problem(name(chunk[from + i]) + " in ledger.db is not the one that was published");
      }
    }
  }

  static std::string name(const StoredEntry& entry) { return "entry " + std::to_string(entry.index); }

  std::string dir_;
  VerifierKey key_;
  std::unique_ptr<EntryStore> store_;
  Checkpoint signed_;
  AuditKeys keys_;
  std::map<std::string, std::string> classes_;  // by NAME or KIND/NAME, of the newest schema
  FsckReport report_;
};

base::Result<VerifierKey> key_of_folder(const std::string& dir) {
  auto line = base::posix_files().read(dir + "/log.vkey", 1024);
  if (!line) {
    return base::failure(Errc::kNotFound, "This is no ledger folder", line.error().message(),
                         "Give the folder that holds ledger.db and log.vkey.");
  }
  if (line->ends_with('\n')) line->pop_back();
  return parse_verifier_key(*line);
}

}  // namespace

base::Result<std::vector<std::uint64_t>> entries_of_kind(const std::string& dir, const std::string& kind) {
  const auto key = key_of_folder(dir);
  if (!key) return tl::unexpected(key.error());
  const auto store = EntryStore::open(dir + "/ledger.db", key->name, Sqlite::Mode::kReadOnly);
  if (!store) return tl::unexpected(store.error());
  const auto count = (*store)->count();
  if (!count) return tl::unexpected(count.error());
  std::vector<std::uint64_t> found;
  for (std::uint64_t from = 0; from < *count; from += kChunk) {
    const auto chunk = (*store)->range(from, std::min(from + kChunk, *count));
    if (!chunk) return tl::unexpected(chunk.error());
    for (const StoredEntry& entry : *chunk) {
      if (entry.kind == kind) found.push_back(entry.index);
    }
  }
  return found;
}

base::Result<FsckReport> fsck(const std::string& dir) {
  auto key = key_of_folder(dir);
  if (!key) return tl::unexpected(key.error());
  auto checkpoints = CheckpointStore::open(dir + "/checkpoints.db", Sqlite::Mode::kReadOnly);
  if (!checkpoints) return tl::unexpected(checkpoints.error());
  auto latest = checkpoints->latest(key->name);
  if (!latest) return tl::unexpected(latest.error());
  if (!*latest) {
    return base::failure(Errc::kCorrupt, "The ledger's checkpoint store is empty", dir + "/checkpoints.db",
                         "Restore checkpoints.db from a backup.");
  }
  auto store = EntryStore::open(dir + "/ledger.db", key->name, Sqlite::Mode::kReadOnly);
  if (!store) return tl::unexpected(store.error());
  return Check(dir, std::move(*key), std::move(*store), std::move(**latest)).run();
}

}  // namespace glasshouse::ledger
