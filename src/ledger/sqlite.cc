#include "ledger/sqlite.h"

#include <sqlite3.h>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

constexpr int kBusyTimeoutMs = 5000;

tl::unexpected<base::Error> sqlite_failure(sqlite3* db) {
  const int code = db != nullptr ? sqlite3_errcode(db) : SQLITE_NOMEM;
  const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
  const std::string where = file != nullptr && *file != '\0' ? std::string(" (") + file + ")" : "";
  const std::string why = (db != nullptr ? sqlite3_errmsg(db) : "out of memory") + where;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return base::failure(
        Errc::kCorrupt, "The ledger's database is damaged", why,
        "Stop the server, run: glasshouse ledger fsck DIR, and restore the file from a backup.");
  }
  if (code == SQLITE_FULL) {
    return base::failure(Errc::kNoSpace, "The ledger cannot write", why,
                         "Free disk space; nothing is answered until then.");
  }
  if (code == SQLITE_BUSY)
    return base::failure(Errc::kBusy, "The ledger's database is busy", why, "Try again.");
  return base::failure(Errc::kIo, "The ledger's database cannot be used", why,
                       "Check the disk and the folder's permissions, then start the server again.");
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Sqlite::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

Statement& Statement::bind(int at, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), at, value);
  return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
  sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_blob(int at, std::string_view bytes) {
  sqlite3_bind_blob(statement_.get(), at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  return *this;
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto failed = sqlite_failure(sqlite3_db_handle(statement_.get()));
  reset();
  return failed;
}

base::Result<void> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), length);
}

base::Result<Sqlite> Sqlite::open(const std::string& path, Mode mode) {
  const int flags =
      SQLITE_OPEN_FULLMUTEX |
      (mode == Mode::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Sqlite db;
  db.db_.reset(handle);
  if (code != SQLITE_OK) return sqlite_failure(handle);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // cell_size_check: a damaged page is found when it is read, not used.
  const std::string pragmas =
      std::string("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;") +
      (mode == Mode::kCreate ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" : "");
  if (auto set = db.exec(pragmas); !set) return tl::unexpected(set.error());
  return db;
}

base::Result<void> Sqlite::exec(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_failure(db_.get());
  return {};
}

base::Result<Statement> Sqlite::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_failure(db_.get());
  return Statement(statement);
}

int Sqlite::changes() const {
  return sqlite3_changes(db_.get());
}

base::Result<Transaction> Transaction::begin(Sqlite& db) {
  if (auto begun = db.exec("BEGIN IMMEDIATE"); !begun) return tl::unexpected(begun.error());
  return Transaction(db);
}

Transaction::~Transaction() {
  if (db_ != nullptr) (void)db_->exec("ROLLBACK");
}

base::Result<void> Transaction::commit() {
  if (auto done = db_->exec("COMMIT"); !done) return done;
  db_ = nullptr;
  return {};
}

}  // namespace glasshouse::ledger
