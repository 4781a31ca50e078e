#include "postgres.h"

#include <endian.h>

#include <cstring>
#include <stdexcept>

#include "plate/pattern.h"

namespace glasshouse::bench {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kEpoch2000Us = 946'684'800'000'000;
constexpr std::size_t kCopyBytes = 1 << 20;

std::string day_name(std::int64_t at_ms) {
  std::string name = base::format_day(base::day_of(base::from_ms(at_ms)));
  for (char& c : name) c = c == '-' ? '_' : c;
  return "reads_" + name;
}

constexpr const char* kTables = R"(
DROP TABLE IF EXISTS reads, plates, loaded;
CREATE TABLE reads(
  id uuid NOT NULL, at timestamptz NOT NULL, plate text COLLATE "C", camera smallint NOT NULL,
  region smallint NOT NULL, color smallint NOT NULL, body smallint NOT NULL, make smallint NOT NULL,
  confidence real NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE plates(plate text COLLATE "C" NOT NULL, folded text COLLATE "C" NOT NULL);
CREATE TABLE loaded(reads bigint);
)";

constexpr const char* kIndexes = R"(
CREATE INDEX reads_plate ON reads(plate, at);
CREATE INDEX reads_camera ON reads(camera, at);
INSERT INTO plates SELECT plate, translate(plate, 'ODQILBSZG', '000118526')
  FROM (SELECT DISTINCT plate FROM reads WHERE plate IS NOT NULL) AS known;
CREATE UNIQUE INDEX plates_plate ON plates(plate);
CREATE INDEX plates_folded ON plates(folded);
CREATE INDEX plates_trigrams ON plates USING gin(plate gin_trgm_ops);
)";

}  // namespace

namespace sql {
#define COLUMNS "r.id, r.at, r.plate, r.camera, r.region, r.color, r.body, r.make, r.confidence"
#define SPAN "r.at >= $1::timestamptz AND r.at < $2::timestamptz"
#define NEWEST " ORDER BY r.at DESC LIMIT 100"
const char* const kExact = "SELECT " COLUMNS " FROM reads r WHERE r.plate = $3 AND " SPAN NEWEST;
const char* const kPrefix =
    "SELECT " COLUMNS " FROM reads r WHERE r.plate >= $3 AND r.plate < $4 AND " SPAN NEWEST;
const char* const kLike =
    "WITH p AS MATERIALIZED (SELECT plate FROM plates WHERE plate LIKE $3) "
    "SELECT " COLUMNS " FROM p JOIN reads r USING (plate) WHERE " SPAN NEWEST;
const char* const kConfusable =
    "WITH p AS MATERIALIZED (SELECT plate FROM plates WHERE folded = ANY($3::text[])) "
    "SELECT " COLUMNS " FROM p JOIN reads r USING (plate) WHERE " SPAN NEWEST;
const char* const kLooks = "SELECT " COLUMNS " FROM reads r WHERE r.camera = ANY($3::smallint[]) AND " SPAN
                           " AND r.color = $4::smallint AND r.body = $5::smallint" NEWEST;
const char* const kArea =
    "SELECT " COLUMNS " FROM reads r WHERE r.camera = ANY($3::smallint[]) AND " SPAN NEWEST;
#define IN(cameras, from, to) \
  "camera = ANY(" cameras "::smallint[]) AND at >= " from "::timestamptz AND at < " to "::timestamptz"
const char* const kMeet =
    "WITH a AS MATERIALIZED (SELECT " COLUMNS " FROM reads r WHERE " IN("$1", "$2", "$3") "),"
    "     b AS MATERIALIZED (SELECT " COLUMNS " FROM reads r WHERE " IN("$4", "$5", "$6") "),"
    "     c AS MATERIALIZED (SELECT " COLUMNS " FROM reads r WHERE " IN("$7", "$8", "$9") "),"
    "     p AS (SELECT plate FROM a INTERSECT SELECT plate FROM b INTERSECT SELECT plate FROM c) "
    "SELECT r.* FROM (SELECT * FROM a UNION SELECT * FROM b UNION SELECT * FROM c) r JOIN p USING (plate)" NEWEST;
const char* const kConvoy =
    "WITH l AS MATERIALIZED (SELECT camera, at FROM reads r WHERE r.plate = $3 AND " SPAN
    "),"
    "     c AS MATERIALIZED (SELECT DISTINCT " COLUMNS
    " FROM l JOIN reads r ON r.camera = l.camera AND r.at >= l.at - interval '60 s'"
    "     AND r.at <= l.at + interval '60 s' WHERE " SPAN
    " AND r.plate <> $3),"
    "     k AS (SELECT plate FROM c GROUP BY plate HAVING count(DISTINCT camera) >= 3) "
    "SELECT r.* FROM c r JOIN k USING (plate)" NEWEST;
const char* const kCameraHours =
    "SELECT camera, date_trunc('hour', r.at) AS hour, count(*) FROM reads r WHERE " SPAN " GROUP BY 1, 2";
}  // namespace sql

Postgres::Postgres(const std::string& connection) : connection_(PQconnectdb(connection.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

void Postgres::run(const std::string& sql) {
  const Rows rows(PQexec(connection_.get(), sql.c_str()));
  const auto status = PQresultStatus(rows.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
    throw std::runtime_error(PQresultErrorMessage(rows.get()));
  }
}

Postgres::Rows Postgres::execute(const std::string& sql, const std::vector<std::string>& parameters) {
  const std::string name = "s" + std::to_string(std::hash<std::string>()(sql));
  if (prepared_.insert(name).second) {
    const Rows made(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
      throw std::runtime_error(PQresultErrorMessage(made.get()));
    }
  }
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  constexpr int kBinary = 1;
  Rows rows(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                           nullptr, nullptr, kBinary));
  if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK) {
    throw std::runtime_error(PQresultErrorMessage(rows.get()));
  }
  return rows;
}

std::vector<std::int64_t> Postgres::ask(const std::string& sql, const std::vector<std::string>& parameters) {
  const Rows rows = execute(sql, parameters);
  std::vector<std::int64_t> times;
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    std::uint64_t big_endian = 0;
    std::memcpy(&big_endian, PQgetvalue(rows.get(), i, 1), sizeof big_endian);
    times.push_back((static_cast<std::int64_t>(be64toh(big_endian)) + kEpoch2000Us) / 1000);
  }
  return times;
}

std::size_t Postgres::count(const std::string& sql, const std::vector<std::string>& parameters) {
  const Rows rows = execute(sql, parameters);
  return static_cast<std::size_t>(PQntuples(rows.get()));
}

std::string Postgres::when(std::int64_t at_ms) {
  return base::format_rfc3339(base::from_ms(at_ms));
}

std::string Postgres::line(const Month& month, const Passing& passing, Random& random) {
  char id[40];
  std::snprintf(id, sizeof id, "%016llx%016llx", static_cast<unsigned long long>(random.next()),
                static_cast<unsigned long long>(random.next()));
  const Vehicle looks = looks_of(month, passing);
  return std::string(id) + '\t' + when(passing.at_ms) + '\t' +
         (passing.vehicle == 0 ? "\\N" : plate_of(month, passing).text()) + '\t' +
         std::to_string(passing.camera) + "\t1\t" + std::to_string(looks.color) + '\t' +
         std::to_string(looks.body) + '\t' + std::to_string(looks.make) + "\t0.93\n";
}

bool Postgres::holds(const Month& month) {
  const Rows rows(PQexec(connection_.get(), "SELECT reads FROM loaded"));
  return PQresultStatus(rows.get()) == PGRES_TUPLES_OK && PQntuples(rows.get()) == 1 &&
         std::to_string(month.passings.size()) == PQgetvalue(rows.get(), 0, 0);
}

void Postgres::load(const Month& month) {
  run("CREATE EXTENSION IF NOT EXISTS pg_trgm");
  run(kTables);
  Random random(7);
  std::size_t next = 0;
  for (std::size_t day = 0; day < month.options.days; ++day) {
    const std::int64_t start = month.start_ms + static_cast<std::int64_t>(day) * kDayMs;
    run("BEGIN");  // a table filled in the transaction that makes it needs no log
    run("CREATE TABLE " + day_name(start) + " PARTITION OF reads FOR VALUES FROM ('" + when(start) +
        "') TO ('" + when(start + kDayMs) + "')");
    run("COPY " + day_name(start) + " FROM STDIN");
    std::string lines;
    const auto send = [&] {
      PQputCopyData(connection_.get(), lines.data(), static_cast<int>(lines.size()));
      lines.clear();
    };
    for (; next < month.passings.size() && month.passings[next].at_ms < start + kDayMs; ++next) {
      lines += line(month, month.passings[next], random);
      if (lines.size() > kCopyBytes) send();
    }
    send();
    PQputCopyEnd(connection_.get(), nullptr);
    while (PGresult* result = PQgetResult(connection_.get())) {
      const Rows done(result);
      if (PQresultStatus(result) != PGRES_COMMAND_OK) throw std::runtime_error(PQresultErrorMessage(result));
    }
    run("COMMIT");
  }
  run("SET maintenance_work_mem = '512MB'");
  run(kIndexes);
  run("VACUUM ANALYZE");
  run("INSERT INTO loaded VALUES(" + std::to_string(month.passings.size()) + ")");
  run("CHECKPOINT");
}

void Postgres::begin_today(const Month& month) {
  run("DROP TABLE IF EXISTS reads_today");
  run("CREATE TABLE reads_today PARTITION OF reads FOR VALUES FROM ('" + when(month.end_ms()) + "') TO ('" +
      when(month.end_ms() + kDayMs) + "')");
}

void Postgres::copy(const std::string& lines) {
  run("COPY reads FROM STDIN");
  PQputCopyData(connection_.get(), lines.data(), static_cast<int>(lines.size()));
  PQputCopyEnd(connection_.get(), nullptr);
  while (PGresult* result = PQgetResult(connection_.get())) {
    const Rows done(result);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) throw std::runtime_error(PQresultErrorMessage(result));
  }
}

void Postgres::drop_today() {
  run("DROP TABLE IF EXISTS reads_today");
}

}  // namespace glasshouse::bench
