// The month in PostgreSQL, as somebody who knows it well would keep it: a partition a day, indexes by plate
// and by camera, and a table of distinct plates with pg_trgm's index for patterns. It keeps less of a read
// than the read store does (no characters, no boxes), which is to its advantage.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "month.h"

namespace glasshouse::bench {

class Postgres {
 public:
  explicit Postgres(const std::string& connection);

  bool holds(const Month& month);  // whether load() once came to its end for a month of this size
  void load(const Month& month);

  // The times of the rows that a statement gives (its second column), newest first as it orders them.
  // Statements are prepared once.
  std::vector<std::int64_t> ask(const std::string& sql, const std::vector<std::string>& parameters);
  // A statement whose rows are only counted.
  std::size_t count(const std::string& sql, const std::vector<std::string>& parameters);
  void run(const std::string& sql);

  // A partition for the day after the month, its rows by COPY, and its end.
  void begin_today(const Month& month);
  void copy(const std::string& lines);  // one transaction
  void drop_today();

  static std::string line(const Month& month, const Passing& passing, Random& random);
  static std::string when(std::int64_t at_ms);  // as a timestamptz parameter

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Rows = std::unique_ptr<PGresult, Clear>;
  Rows execute(const std::string& sql, const std::vector<std::string>& parameters);

  std::unique_ptr<PGconn, Close> connection_;
  std::set<std::string> prepared_;
};

// The questions, by the names that the report uses. $1, $2: from and to (timestamptz).
namespace sql {
extern const char* const kExact;       // $3 plate
extern const char* const kPrefix;      // $3 first, $4 behind the last
extern const char* const kLike;        // $3 pattern of LIKE
extern const char* const kConfusable;  // $3 array of folded plates
extern const char* const kLooks;       // $3 cameras, $4 color, $5 body
extern const char* const kArea;        // $3 cameras
extern const char* const kMeet;        // cameras, from, to, three times
extern const char* const kConvoy;      // $3 plate
extern const char* const kCameraHours;
}  // namespace sql

}  // namespace glasshouse::bench
