#include "ledger/entry_store.h"

#include "ledger/commitment.h"

namespace glasshouse::ledger {
namespace {

constexpr const char* kEntryTables = R"(
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry(
  idx INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL, leaf BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entry_kind ON entry(kind, idx);
)";
constexpr const char* kFormat = "1";
constexpr std::string_view kColumns = "SELECT idx, time_ms, kind, fields, leaf FROM entry ";

tl::unexpected<base::Error> damaged(std::string why) {
  return base::failure(
      Errc::kCorrupt, "The ledger's database is damaged", std::move(why),
      "Stop the server, run: glasshouse ledger fsck DIR, and restore ledger.db from a backup.");
}

base::Result<std::string> meta(Sqlite& db, std::string_view key) {
  auto found = db.prepare("SELECT value FROM meta WHERE key=?");
  if (!found) return tl::unexpected(found.error());
  auto row = found->bind(1, key).step();
  if (!row) return tl::unexpected(row.error());
  return *row ? found->text(0) : std::string();
}

base::Result<void> set_meta(Sqlite& db, std::string_view key, std::string_view value) {
  auto put = db.prepare("INSERT INTO meta(key, value) VALUES(?, ?)");
  if (!put) return tl::unexpected(put.error());
  return put->bind(1, key).bind(2, value).run();
}

base::Result<void> claim(Sqlite& db, const std::string& origin, Sqlite::Mode mode) {
  if (mode == Sqlite::Mode::kCreate) {
    if (auto made = db.exec(kEntryTables); !made) return made;
  }
  auto known = meta(db, "origin");
  if (!known) return tl::unexpected(known.error());
  if (known->empty() && mode == Sqlite::Mode::kCreate) {
    if (auto set = set_meta(db, "format", kFormat); !set) return set;
    return set_meta(db, "origin", origin);
  }
  if (*known != origin) return damaged("it belongs to the log " + *known + ", not to " + origin);
  auto format = meta(db, "format");
  if (!format) return tl::unexpected(format.error());
  if (*format != kFormat) return damaged("its format is " + *format + "; this program knows 1");
  return {};
}

base::Result<std::vector<StoredEntry>> collect(Statement& rows) {
  std::vector<StoredEntry> entries;
  for (;;) {
    auto row = rows.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return entries;
    auto fields = decode_fields(rows.text(3));
    if (!fields) return tl::unexpected(fields.error());
    entries.push_back({static_cast<std::uint64_t>(rows.integer(0)), base::from_ms(rows.integer(1)),
                       rows.text(2), std::move(*fields), rows.text(4)});
  }
}

}  // namespace

base::Result<std::unique_ptr<EntryStore>> EntryStore::open(const std::string& path, const std::string& origin,
                                                           Sqlite::Mode mode) {
  auto writer = Sqlite::open(path, mode);
  if (!writer) return tl::unexpected(writer.error());
  if (auto ours = claim(*writer, origin, mode); !ours) return tl::unexpected(ours.error());
  auto reader = Sqlite::open(path, Sqlite::Mode::kReadOnly);
  if (!reader) return tl::unexpected(reader.error());
  std::unique_ptr<EntryStore> store(new EntryStore(std::move(*writer), std::move(*reader)));
  auto insert =
      store->writer_.prepare("INSERT INTO entry(idx, time_ms, kind, fields, leaf) VALUES(?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  store->insert_ = std::move(*insert);
  return store;
}

base::Result<std::uint64_t> EntryStore::count() const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare("SELECT COUNT(*), COALESCE(MIN(idx), 0), COALESCE(MAX(idx), -1) FROM entry");
  if (!rows) return tl::unexpected(rows.error());
  if (auto row = rows->step(); !row) return tl::unexpected(row.error());
  const std::int64_t count = rows->integer(0);
  if (rows->integer(1) != 0 || rows->integer(2) != count - 1) return damaged("entries are missing from it");
  return static_cast<std::uint64_t>(count);
}

base::Result<void> EntryStore::check_file() const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare("PRAGMA integrity_check(1)");
  if (!rows) return tl::unexpected(rows.error());
  auto row = rows->step();
  if (!row) return tl::unexpected(row.error());
  if (rows->text(0) != "ok") return damaged(rows->text(0));
  return {};
}

base::Result<void> EntryStore::add(const std::vector<StoredEntry>& entries) {
  auto transaction = Transaction::begin(writer_);
  if (!transaction) return tl::unexpected(transaction.error());
  for (const StoredEntry& entry : entries) {
    insert_.bind(1, static_cast<std::int64_t>(entry.index))
        .bind(2, base::to_ms(entry.time))
        .bind(3, entry.kind);
    insert_.bind(4, encode_fields(entry.fields)).bind_blob(5, entry.leaf);
    if (auto done = insert_.run(); !done) return done;
  }
  return transaction->commit();
}

base::Result<StoredEntry> EntryStore::get(std::uint64_t index) const {
  auto entries = range(index, index + 1);
  if (!entries) return tl::unexpected(entries.error());
  if (entries->empty()) {
    return base::failure(Errc::kNotFound, "There is no entry " + std::to_string(index),
                         "the ledger is not that long");
  }
  return std::move(entries->front());
}

base::Result<std::vector<StoredEntry>> EntryStore::newest(std::uint64_t before, std::size_t limit) const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare(std::string(kColumns) + "WHERE idx < ? ORDER BY idx DESC LIMIT ?");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, static_cast<std::int64_t>(before)).bind(2, static_cast<std::int64_t>(limit));
  return collect(*rows);
}

base::Result<std::vector<StoredEntry>> EntryStore::of_kind(const std::string& kind, std::uint64_t from,
                                                           std::size_t limit) const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare(std::string(kColumns) + "WHERE kind = ? AND idx >= ? ORDER BY idx LIMIT ?");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, kind).bind(2, static_cast<std::int64_t>(from)).bind(3, static_cast<std::int64_t>(limit));
  return collect(*rows);
}

base::Result<std::optional<StoredEntry>> EntryStore::newest_of_kind(const std::string& kind) const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare(std::string(kColumns) + "WHERE kind = ? ORDER BY idx DESC LIMIT 1");
  if (!rows) return tl::unexpected(rows.error());
  auto entries = collect(rows->bind(1, kind));
  if (!entries) return tl::unexpected(entries.error());
  if (entries->empty()) return std::nullopt;
  return std::move(entries->front());
}

base::Result<std::vector<std::string>> EntryStore::leaves(std::uint64_t from, std::uint64_t to) const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare("SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, static_cast<std::int64_t>(from)).bind(2, static_cast<std::int64_t>(to));
  std::vector<std::string> leaves;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    leaves.push_back(rows->text(0));
  }
  if (leaves.size() != to - from) return damaged("entries are missing from it");
  return leaves;
}

base::Result<std::vector<StoredEntry>> EntryStore::range(std::uint64_t from, std::uint64_t to) const {
  const std::lock_guard lock(reading_);
  auto rows = reader_.prepare(std::string(kColumns) + "WHERE idx >= ? AND idx < ? ORDER BY idx");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, static_cast<std::int64_t>(from)).bind(2, static_cast<std::int64_t>(to));
  return collect(*rows);
}

}  // namespace glasshouse::ledger
