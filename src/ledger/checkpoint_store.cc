#include "ledger/checkpoint_store.h"

#include <algorithm>

#include "ledger/note.h"

namespace glasshouse::ledger {
namespace {

constexpr const char* kCheckpointTables = R"(
CREATE TABLE IF NOT EXISTS checkpoint(
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS day(
  origin TEXT NOT NULL, day INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY(origin, day));
)";

base::Result<std::optional<Checkpoint>> one(Statement& rows) {
  auto row = rows.step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  Checkpoint checkpoint;
  checkpoint.size = static_cast<std::uint64_t>(rows.integer(0));
  const std::string root = rows.text(1);
  if (root.size() != checkpoint.root.size()) {
    return base::failure(Errc::kCorrupt, "The ledger's checkpoint store is damaged", "a root is not 32 bytes",
                         "Restore checkpoints.db from a backup.");
  }
  std::copy(root.begin(), root.end(), reinterpret_cast<char*>(checkpoint.root.data()));
  checkpoint.note = rows.text(2);
  return checkpoint;
}

}  // namespace

base::Result<CheckpointStore> CheckpointStore::open(const std::string& path, Sqlite::Mode mode) {
  auto db = Sqlite::open(path, mode);
  if (!db) return tl::unexpected(db.error());
  if (mode == Sqlite::Mode::kCreate) {
    if (auto made = db->exec(kCheckpointTables); !made) return tl::unexpected(made.error());
  }
  return CheckpointStore(std::move(*db));
}

base::Result<std::optional<Checkpoint>> CheckpointStore::latest(const std::string& origin) {
  auto rows = db_.prepare("SELECT size, root, note FROM checkpoint WHERE origin = ?");
  if (!rows) return tl::unexpected(rows.error());
  return one(rows->bind(1, origin));
}

base::Result<void> CheckpointStore::begin(const std::string& origin, const Checkpoint& first) {
  auto put = db_.prepare("INSERT INTO checkpoint(origin, size, root, note) VALUES(?,?,?,?)");
  if (!put) return tl::unexpected(put.error());
  put->bind(1, origin).bind(2, static_cast<std::int64_t>(first.size));
  return put->bind_blob(3, bytes_of(first.root)).bind(4, first.note).run();
}

base::Result<void> CheckpointStore::swap(const std::string& origin, const Checkpoint& old,
                                         const Checkpoint& next, base::Day day) {
  auto transaction = Transaction::begin(db_);
  if (!transaction) return tl::unexpected(transaction.error());
  auto put = db_.prepare(
      "UPDATE checkpoint SET size=?, root=?, note=? WHERE origin=? AND size=? AND root=? AND size<?");
  if (!put) return tl::unexpected(put.error());
  const auto size = static_cast<std::int64_t>(next.size);
  put->bind(1, size).bind_blob(2, bytes_of(next.root)).bind(3, next.note).bind(4, origin);
  put->bind(5, static_cast<std::int64_t>(old.size)).bind_blob(6, bytes_of(old.root)).bind(7, size);
  if (auto done = put->run(); !done) return done;
  if (db_.changes() != 1) {
    return base::failure(
        Errc::kCorrupt, "The ledger refuses to sign a second checkpoint for one size",
        "checkpoints.db holds another checkpoint than this program last signed",
        "Two programs share this folder, or a file was put back from a backup: stop and check.");
  }
  auto keep = db_.prepare("INSERT OR REPLACE INTO day(origin, day, size, root, note) VALUES(?,?,?,?,?)");
  if (!keep) return tl::unexpected(keep.error());
  keep->bind(1, origin).bind(2, std::int64_t{day.since_epoch}).bind(3, size);
  if (auto kept = keep->bind_blob(4, bytes_of(next.root)).bind(5, next.note).run(); !kept) return kept;
  return transaction->commit();
}

base::Result<std::optional<Checkpoint>> CheckpointStore::last_before(const std::string& origin,
                                                                     base::Day day) {
  auto rows =
      db_.prepare("SELECT size, root, note FROM day WHERE origin=? AND day<? ORDER BY day DESC LIMIT 1");
  if (!rows) return tl::unexpected(rows.error());
  return one(rows->bind(1, origin).bind(2, std::int64_t{day.since_epoch}));
}

}  // namespace glasshouse::ledger
