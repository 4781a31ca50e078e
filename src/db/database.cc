#include "db/database.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <deque>
#include <filesystem>
#include <mutex>
#include <regex>
#include <set>
#include <stdexcept>

#include "base/log.h"

// Declared here because the back end's header wants libpq's, and nothing else of it is used.
namespace soci {
extern "C" backend_factory const* factory_postgresql();
}

namespace glasshouse::db {
namespace {

constexpr std::size_t kSessions = 6;      // of each process; searches and writes are short
constexpr std::size_t kMaxRows = 200000;  // a query that gives more is a bug, not a page
constexpr std::string_view kSqlite = "sqlite://";
constexpr std::string_view kPostgres = "postgresql://";

// Databases that this thread has a transaction of.
thread_local std::vector<const Database*> in_transaction;

class InTransaction {
 public:
  explicit InTransaction(const Database* database) { in_transaction.push_back(database); }
  ~InTransaction() { in_transaction.pop_back(); }
  InTransaction(const InTransaction&) = delete;
  InTransaction& operator=(const InTransaction&) = delete;
};

base::Error explain(const soci::soci_error& error, std::string_view doing) {
  Errc code = Errc::kQuery;
  std::string next;
  if (const auto* lite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    constexpr int kBusyCode = 5, kLockedCode = 6, kFullCode = 13, kConstraintCode = 19;
    const int primary = lite->result() & 0xFF;
    if (primary == kConstraintCode) code = Errc::kConflict;
    if (primary == kBusyCode || primary == kLockedCode) code = Errc::kBusy;
    if (primary == kFullCode) next = "Free some room on the disk; nothing was changed.";
  } else if (error.get_error_category() == soci::soci_error::constraint_violation) {
    code = Errc::kConflict;
  }
  // get_error_message() leaves out the context, which would hold the parameters' values.
  return base::Error(code, std::string(doing), error.get_error_message(), next);
}

// The parameters of one statement; they must stay where they are until it ran.
class Bound {
 public:
  explicit Bound(const Params& params) {
    for (const auto& [name, value] : params) {
      auto& slot = slots_.emplace_back();
      slot.name = name;
      slot.value = value;
    }
  }
  void attach(soci::statement& statement) {
    for (Slot& slot : slots_) {
      if (auto* number = std::get_if<std::int64_t>(&slot.value)) {
        slot.number = *number;
        statement.exchange(soci::use(slot.number, slot.name));
      } else if (auto* real = std::get_if<double>(&slot.value)) {
        statement.exchange(soci::use(*real, slot.name));
      } else if (auto* text = std::get_if<std::string>(&slot.value)) {
        statement.exchange(soci::use(*text, slot.name));
      } else {
        statement.exchange(soci::use(slot.nothing, slot.null, slot.name));
      }
    }
  }

 private:
  struct Slot {
    std::string name;
    Value value;
    long long number = 0;
    std::string nothing;
    soci::indicator null = soci::i_null;
  };
  std::deque<Slot> slots_;
};

Value value_of(const soci::row& row, std::size_t i) {
  if (row.get_indicator(i) == soci::i_null) return nullptr;
  switch (row.get_properties(i).get_data_type()) {
    case soci::dt_string:
      return row.get<std::string>(i);
    case soci::dt_double:
      return row.get<double>(i);
    case soci::dt_integer:
      return static_cast<std::int64_t>(row.get<int>(i));
    case soci::dt_long_long:
      return static_cast<std::int64_t>(row.get<long long>(i));
    case soci::dt_unsigned_long_long:
      return static_cast<std::int64_t>(row.get<unsigned long long>(i));
    default:
      throw std::logic_error("a column type that db does not know: " + row.get_properties(i).get_name());
  }
}

base::Result<Rows> run_query(soci::session& session, std::string_view sql, const Params& params) {
  try {
    Bound bound(params);
    soci::row row;
    soci::statement statement(session);
    statement.alloc();
    bound.attach(statement);
    statement.prepare(std::string(sql));
    statement.define_and_bind();
    statement.exchange_for_rowset(soci::into(row));
    statement.execute(false);
    Rows rows;
    auto columns = std::make_shared<Row::Columns>();
    while (statement.fetch()) {
      for (std::size_t i = columns->size(); i < row.size(); ++i)
        columns->push_back(row.get_properties(i).get_name());
      if (rows.size() >= kMaxRows)
        return base::failure(Errc::kQuery, "The records gave too many rows at once.");
      std::vector<Value> values;
      values.reserve(row.size());
      for (std::size_t i = 0; i < row.size(); ++i) values.push_back(value_of(row, i));
      rows.emplace_back(columns, std::move(values));
    }
    return rows;
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, "The records could not be read."));
  }
}

base::Result<std::int64_t> run_exec(soci::session& session, std::string_view sql, const Params& params) {
  try {
    Bound bound(params);
    soci::statement statement(session);
    statement.alloc();
    bound.attach(statement);
    statement.prepare(std::string(sql));
    statement.define_and_bind();
    statement.execute(true);
    return static_cast<std::int64_t>(statement.get_affected_rows());
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, "The records could not be changed."));
  }
}

// One parameter of a statement that runs for many rows.
struct BoundColumn {
  std::string name;
  std::vector<long long> numbers;
  std::vector<double> reals;
  std::vector<std::string> texts;

  void add(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      numbers.push_back(*number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      reals.push_back(*real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      texts.push_back(*text);
    }
  }
  void attach(soci::statement& statement, std::size_t rows) {
    if (numbers.size() == rows) return statement.exchange(soci::use(numbers, name));
    if (reals.size() == rows) return statement.exchange(soci::use(reals, name));
    if (texts.size() == rows) return statement.exchange(soci::use(texts, name));
    throw std::logic_error("rows of one statement whose values are not of one type");
  }
};

base::Result<void> run_each(soci::session& session, std::string_view sql, std::span<const Params> rows) {
  if (rows.empty()) return {};
  std::vector<BoundColumn> columns;
  for (const auto& [name, value] : rows.front()) columns.emplace_back().name = name;
  for (const Params& row : rows) {
    if (row.size() != columns.size()) throw std::logic_error("rows of one statement with other parameters");
    auto column = columns.begin();
    for (const auto& [name, value] : row) {
      if (name != column->name) throw std::logic_error("rows of one statement with other parameters");
      (column++)->add(value);
    }
  }
  try {
    soci::statement statement(session);
    statement.alloc();
    for (BoundColumn& column : columns) column.attach(statement, rows.size());
    statement.prepare(std::string(sql));
    statement.define_and_bind();
    statement.execute(true);
    return {};
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, "The records could not be changed."));
  }
}

base::Result<void> run_plain(soci::session& session, const std::string& sql) {
  try {
    session.once << sql;
    return {};
  } catch (const soci::soci_error& error) {
    return tl::unexpected(explain(error, "The records could not be changed."));
  }
}

class SessionTransaction final : public Transaction {
 public:
  explicit SessionTransaction(soci::session& session) : session_(session) {}
  base::Result<Rows> query(std::string_view sql, const Params& params) override {
    return run_query(session_, sql, params);
  }
  base::Result<std::int64_t> exec(std::string_view sql, const Params& params) override {
    return run_exec(session_, sql, params);
  }
  base::Result<void> exec_each(std::string_view sql, std::span<const Params> rows) override {
    return run_each(session_, sql, rows);
  }

 private:
  soci::session& session_;
};

bool only_reads(std::string_view sql) {
  const auto start = sql.find_first_not_of(" \n\t");
  if (start == std::string_view::npos) return true;
  std::string word;
  for (const char c : sql.substr(start, 6))
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word == "SELECT";
}

std::vector<std::string> statements_of(const std::string& sql) {
  std::vector<std::string> statements;
  std::string current;
  std::size_t at = 0;
  while (at < sql.size()) {
    std::size_t end = sql.find('\n', at);
    if (end == std::string::npos) end = sql.size();
    std::string line = sql.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
    const bool ends = !line.empty() && line.back() == ';';
    if (ends) line.pop_back();
    current += line + "\n";
    if (ends) {
      statements.push_back(std::move(current));
      current.clear();
    }
  }
  if (current.find_first_not_of(" \n\t") != std::string::npos) statements.push_back(std::move(current));
  return statements;
}

// Types that the two databases or SOCI read differently.
bool has_foreign_types(const std::string& sql) {
  static const std::regex pattern(
      R"(\b(INTEGER|INT|SMALLINT|BOOLEAN|BOOL|BLOB|BYTEA|REAL|FLOAT|NUMERIC|TIMESTAMP|DATETIME|DATE|SERIAL|AUTOINCREMENT|VARCHAR)\b)",
      std::regex::icase);
  return std::regex_search(sql, pattern);
}

class SociDatabase final : public Database {
 public:
  SociDatabase(bool sqlite, std::size_t sessions) : sqlite_(sqlite), pool_(sessions), sessions_(sessions) {}

  base::Result<void> connect(const std::string& connection) {
    try {
      for (std::size_t i = 0; i < sessions_; ++i) {
        soci::session& session = pool_.at(i);
        session.open(sqlite_ ? *soci::factory_sqlite3() : *soci::factory_postgresql(), connection);
        if (!sqlite_) continue;
        std::string mode;
        session << "PRAGMA journal_mode = WAL", soci::into(mode);
        session << "PRAGMA synchronous = FULL";
        session << "PRAGMA foreign_keys = ON";
      }
      return {};
    } catch (const soci::soci_error& error) {
      return base::failure(Errc::kOpen, "The records database does not open.", error.get_error_message(),
                           sqlite_ ? "Check that the data folder exists and can be written to."
                                   : "Check the address and that the database server runs.");
    }
  }

  base::Result<Rows> query(std::string_view sql, const Params& params) override {
    auto turn = writers_turn(!only_reads(sql));
    soci::session session(pool_);
    return run_query(session, sql, params);
  }

  base::Result<std::int64_t> exec(std::string_view sql, const Params& params) override {
    auto turn = writers_turn(true);
    soci::session session(pool_);
    return run_exec(session, sql, params);
  }

  base::Result<void> transact(const std::function<base::Result<void>(Transaction&)>& body) override {
    auto turn = writers_turn(true);
    soci::session session(pool_);
    if (auto begun = run_plain(session, sqlite_ ? "BEGIN IMMEDIATE" : "BEGIN"); !begun) return begun;
    base::Result<void> result;
    try {
      const InTransaction here(this);
      SessionTransaction transaction(session);
      result = body(transaction);
    } catch (...) {
      run_plain(session, "ROLLBACK");
      throw;
    }
    if (!result) {
      run_plain(session, "ROLLBACK");
      return result;
    }
    auto committed = run_plain(session, "COMMIT");
    if (!committed) run_plain(session, "ROLLBACK");
    return committed;
  }

  base::Result<void> migrate(std::span<const Migration> migrations) override {
    if (auto made = exec(
            "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)", {});
        !made) {
      return tl::unexpected(made.error());
    }
    for (const Migration& migration : migrations) {
      if (auto applied = apply(migration); !applied) return applied;
    }
    return {};
  }

  bool is_sqlite() const override { return sqlite_; }

 private:
  base::Result<void> apply(const Migration& migration) {
    if (has_foreign_types(migration.sql)) {
      return base::failure(Errc::kMigration, "The migration " + migration.name + " cannot be applied.",
                           "It names a column type other than BIGINT, DOUBLE PRECISION and TEXT.");
    }
    auto result = transact([&](Transaction& tx) -> base::Result<void> {
      auto known = tx.query("SELECT name FROM migrations WHERE name = :name", {{"name", migration.name}});
      if (!known) return tl::unexpected(known.error());
      if (!known->empty()) return {};
      for (const std::string& statement : statements_of(migration.sql)) {
        if (auto done = tx.exec(statement, {}); !done) return tl::unexpected(done.error());
      }
      using std::chrono::duration_cast;
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      auto noted =
          tx.exec("INSERT INTO migrations (name, applied_at) VALUES (:name, :at)",
                  {{"name", migration.name},
                   {"at", static_cast<std::int64_t>(duration_cast<std::chrono::milliseconds>(now).count())}});
      if (!noted) return tl::unexpected(noted.error());
      return {};
    });
    if (!result) {
      return base::failure(
          Errc::kMigration, "The migration " + migration.name + " failed.", result.error().message(),
          "Nothing of it was applied; the program and its data folder may not belong together.");
    }
    return result;
  }

  std::unique_lock<std::mutex> writers_turn(bool writes) {
    if (std::find(in_transaction.begin(), in_transaction.end(), this) != in_transaction.end())
      throw std::logic_error("a database call inside transact() that is not on its Transaction");
    if (!writes || !sqlite_) return {};
    return std::unique_lock(writer_);
  }

  const bool sqlite_;
  soci::connection_pool pool_;
  const std::size_t sessions_;
  std::mutex writer_;
};

}  // namespace

const Value& Row::at(std::string_view column) const {
  const auto it = std::find(columns_->rbegin(), columns_->rend(), column);  // of two alike the last counts
  if (it == columns_->rend()) throw std::logic_error("no column " + std::string(column));
  return values_[static_cast<std::size_t>(columns_->rend() - it) - 1];
}

bool Row::is_null(std::string_view column) const {
  return std::holds_alternative<std::nullptr_t>(at(column));
}

std::string Row::text(std::string_view column) const {
  const Value& value = at(column);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return {};
}

// SQLite gives the value of an expression (COUNT, MAX) as text.
std::int64_t Row::integer(std::string_view column) const {
  const Value& value = at(column);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return static_cast<std::int64_t>(*real);
  std::int64_t number = 0;
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::from_chars(text->data(), text->data() + text->size(), number);
  }
  return number;
}

double Row::real(std::string_view column) const {
  const Value& value = at(column);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  double number = 0;
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::from_chars(text->data(), text->data() + text->size(), number);
  }
  return number;
}

std::string sqlite_url(const std::string& path) {
  std::error_code error;
  return std::string(kSqlite) + std::filesystem::absolute(path, error).lexically_normal().string();
}

base::Result<std::unique_ptr<Database>> Database::open(const std::string& url) {
  if (url.starts_with(kSqlite)) {
    const std::string path = url.substr(kSqlite.size());
    if (path.empty() || path.front() != '/' || path.find('"') != std::string::npos) {
      return base::failure(Errc::kOpen, "The records database has no usable path.",
                           "It must be sqlite:///absolute/path.");
    }
    auto database = std::make_unique<SociDatabase>(true, kSessions);
    if (auto ok = database->connect("dbname=\"" + path + "\" timeout=10"); !ok)
      return tl::unexpected(ok.error());
    return database;
  }
  if (url.starts_with(kPostgres)) {
    auto database = std::make_unique<SociDatabase>(false, kSessions);
    if (auto ok = database->connect(url); !ok) return tl::unexpected(ok.error());
    return database;
  }
  return base::failure(Errc::kOpen, "The records database's address is not understood.", {},
                       "Write sqlite:///path or postgresql://host/name.");
}

}  // namespace glasshouse::db
