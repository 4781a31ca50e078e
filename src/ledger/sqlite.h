// The few calls of SQLite that the ledger needs, with errors as values. Internal to the module.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace glasshouse::ledger {

// A prepared statement; bind, then step row by row, then reset. Used by one thread at a time.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  Statement& bind(int at, std::int64_t value);  // parameters count from 1
  Statement& bind(int at, std::string_view text);
  Statement& bind_blob(int at, std::string_view bytes);

  base::Result<bool> step();  // true: a row is there
  base::Result<void> run();   // step to the end, then reset
  void reset();

  std::int64_t integer(int column) const;  // columns count from 0
  std::string text(int column) const;      // also blobs

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Sqlite {
 public:
  enum class Mode { kCreate, kReadOnly };
  // WAL, synchronous FULL. kCorrupt when the file is no database, else kIo.
  static base::Result<Sqlite> open(const std::string& path, Mode mode);

  base::Result<void> exec(const std::string& sql);
  base::Result<Statement> prepare(std::string_view sql);
  int changes() const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
};

// A transaction that rolls back unless committed.
class Transaction {
 public:
  static base::Result<Transaction> begin(Sqlite& db);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  base::Result<void> commit();

 private:
  explicit Transaction(Sqlite& db) : db_(&db) {}
  Sqlite* db_;
};

}  // namespace glasshouse::ledger
