// SQLite, as thin as it goes: a connection and prepared statements that close themselves, errors as values.
// Internal to reads. A Connection and its Statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace glasshouse::reads {

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* stmt) : stmt_(stmt) {}

  // Parameters count from 1. The bytes must live until the next step().
  void bind(int index, std::int64_t value);
  void bind_text(int index, std::string_view text);
  void bind_blob(int index, std::string_view bytes);

  // True: there is a row. False: done (and the statement is ready to be bound again).
  base::Result<bool> step();
  // Steps once, expecting no row.
  base::Result<void> run();
  void reset();

  // Columns count from 0; valid until the next step().
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;

  explicit operator bool() const { return stmt_ != nullptr; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* stmt) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> stmt_;
};

class Connection {
 public:
  // kWrite makes the file. kQuiet reads a file that nobody writes to and that has no log beside it for as
  // long as the connection is open: without locks and without looking for changes.
  enum class Mode { kRead, kQuiet, kWrite };
  static base::Result<Connection> open(const std::string& path, Mode mode);

  base::Result<void> exec(const char* sql);
  base::Result<Statement> prepare(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  explicit Connection(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace glasshouse::reads
