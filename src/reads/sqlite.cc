#include "reads/sqlite.h"

#include <sqlite3.h>

#include "reads/store.h"

namespace glasshouse::reads {
namespace {

constexpr int kBusyTimeoutMs = 5000;  // only a backup or a person with a shell can hold a day file

base::Error error_of(sqlite3* db, int code) {
  const std::string why = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::Error(Errc::kCorrupt, "A day file of reads is damaged", why,
                         "Restore the file from a backup; the other days are served meanwhile");
    case SQLITE_FULL:
      return base::Error(Errc::kFull, "There is no room for more reads", why,
                         "Free disk space; cameras keep their reads until then");
    default:
      return base::Error(Errc::kIo, "A day file of reads could not be used", why,
                         "Check the disk and the permissions of the data folder");
  }
}

// A path as SQLite's URIs want it, with the word that nothing changes.
std::string quiet_uri(const std::string& path) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += {'%', kHex[c >> 4], kHex[c & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

const char* settings_of(Connection::Mode mode) {
  if (mode == Connection::Mode::kWrite)
    // Every 4,000 pages (16 MB) the log is brought into the file, which needs two more syncs.
    return "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000; "
           "PRAGMA wal_autocheckpoint=4000;";
  return "PRAGMA query_only=1; PRAGMA cache_size=-1000;";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* stmt) const {
  sqlite3_finalize(stmt);
}

void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(stmt_.get(), index, value);
}

void Statement::bind_text(int index, std::string_view text) {
  sqlite3_bind_text(stmt_.get(), index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind_blob(int index, std::string_view bytes) {
  sqlite3_bind_blob(stmt_.get(), index, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(stmt_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(stmt_.get());
    return false;
  }
  auto error = error_of(sqlite3_db_handle(stmt_.get()), code);
  sqlite3_reset(stmt_.get());
  return tl::unexpected(std::move(error));
}

base::Result<void> Statement::run() {
  auto row = step();
  if (!row) return tl::unexpected(row.error());
  if (*row) sqlite3_reset(stmt_.get());
  return {};
}

void Statement::reset() {
  sqlite3_reset(stmt_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(stmt_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(stmt_.get(), column);
  const int size = sqlite3_column_bytes(stmt_.get(), column);
  return {static_cast<const char*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}

void Connection::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

base::Result<Connection> Connection::open(const std::string& path, Mode mode) {
  // Readers open for writing too (WAL needs its shared memory file) but never write: see query_only above.
  int flags = SQLITE_OPEN_NOMUTEX;
  flags |= mode == Mode::kQuiet ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
  if (mode == Mode::kWrite) flags |= SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const std::string name = mode == Mode::kQuiet ? quiet_uri(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  Connection connection(raw);
  if (code != SQLITE_OK) return tl::unexpected(error_of(raw, code));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto set = connection.exec(settings_of(mode));
  if (!set) return tl::unexpected(set.error());
  return connection;
}

base::Result<void> Connection::exec(const char* sql) {
  const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(db_.get(), code));
  return {};
}

base::Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* stmt = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &stmt, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(db_.get(), code));
  return Statement(stmt);
}

}  // namespace glasshouse::reads
