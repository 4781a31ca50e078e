#include "db/database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "db/tables.h"

namespace glasshouse::db {
namespace {

// Runs on SQLite; on PostgreSQL too when GLASSHOUSE_TEST_POSTGRESQL names an empty database.
class DatabaseTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "sqlite") {
      dir_ = std::filesystem::temp_directory_path() / ("glasshouse-db-" + std::to_string(getpid()));
      std::filesystem::remove_all(dir_);
      std::filesystem::create_directories(dir_ / "with space");
      url_ = "sqlite://" + (dir_ / "with space/records.db").string();
    } else {
      url_ = std::getenv("GLASSHOUSE_TEST_POSTGRESQL");
    }
    auto opened = Database::open(url_);
    ASSERT_TRUE(opened) << opened.error().message();
    db_ = std::move(*opened);
    db_->exec("DROP TABLE IF EXISTS many");
    db_->exec("DROP TABLE IF EXISTS wheels");
    db_->exec("DROP TABLE IF EXISTS cars");
    db_->exec("DROP TABLE IF EXISTS migrations");
    ASSERT_TRUE(db_->migrate(kMigrations));
  }
  void TearDown() override {
    db_.reset();
    if (!dir_.empty()) std::filesystem::remove_all(dir_);
  }

  static inline const std::vector<Migration> kMigrations{
      {"test/1-start",
       "CREATE TABLE cars (id TEXT PRIMARY KEY, seen_at BIGINT NOT NULL, weight DOUBLE PRECISION, note "
       "TEXT);\n"
       "CREATE TABLE wheels (car_id TEXT NOT NULL REFERENCES cars (id), place TEXT NOT NULL,\n"
       "  PRIMARY KEY (car_id, place));\n"}};
  std::filesystem::path dir_;
  std::string url_;
  std::unique_ptr<Database> db_;
};

std::vector<std::string> databases() {
  std::vector<std::string> names{"sqlite"};
  if (std::getenv("GLASSHOUSE_TEST_POSTGRESQL") != nullptr) names.push_back("postgresql");
  return names;
}
INSTANTIATE_TEST_SUITE_P(Databases, DatabaseTest, ::testing::ValuesIn(databases()),
                         [](const auto& info) { return info.param; });

constexpr std::int64_t kBig = 1795355554123;  // a time in 2026, far outside 32 bits

TEST_P(DatabaseTest, KeepsEveryKindOfValue) {
  auto touched = db_->exec("INSERT INTO cars (id, seen_at, weight, note) VALUES (:id, :at, :w, :note)",
                           {{"id", "c1"}, {"at", kBig}, {"w", 1.5}, {"note", nullptr}});
  ASSERT_TRUE(touched) << touched.error().message();
  EXPECT_EQ(*touched, 1);
  auto rows = db_->query("SELECT id, seen_at, weight, note FROM cars WHERE seen_at = :at", {{"at", kBig}});
  ASSERT_TRUE(rows) << rows.error().message();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().text("id"), "c1");
  EXPECT_EQ(rows->front().integer("seen_at"), kBig);
  EXPECT_DOUBLE_EQ(rows->front().real("weight"), 1.5);
  EXPECT_TRUE(rows->front().is_null("note"));
  EXPECT_EQ(rows->front().text("note"), "");
  EXPECT_THROW(rows->front().text("absent"), std::logic_error);
}

TEST_P(DatabaseTest, ExpressionsKeepAllTheirBits) {
  db_->exec("INSERT INTO cars (id, seen_at) VALUES (:id, :at)", {{"id", "a"}, {"at", kBig}});
  db_->exec("INSERT INTO cars (id, seen_at) VALUES (:id, :at)", {{"id", "b"}, {"at", kBig + 1}});
  auto rows = db_->query("SELECT MAX(seen_at) AS latest, COUNT(*) AS n, MAX(weight) AS heaviest FROM cars");
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ(rows->front().integer("latest"), kBig + 1);
  EXPECT_EQ(rows->front().integer("n"), 2);
  EXPECT_TRUE(rows->front().is_null("heaviest"));
}

TEST_P(DatabaseTest, OutsideTextStaysText) {
  const std::string nasty = "'; DROP TABLE cars; -- :id é \\ \"";
  ASSERT_TRUE(db_->exec("INSERT INTO cars (id, seen_at, note) VALUES (:id, 1, :note)",
                        {{"id", nasty}, {"note", nasty}}));
  auto rows = db_->query("SELECT note FROM cars WHERE id = :id", {{"id", nasty}});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().text("note"), nasty);
}

TEST_P(DatabaseTest, ConstraintsAreConflicts) {
  ASSERT_TRUE(db_->exec("INSERT INTO cars (id, seen_at) VALUES ('c', 1)"));
  auto twice = db_->exec("INSERT INTO cars (id, seen_at) VALUES ('c', 2)");
  ASSERT_FALSE(twice);
  EXPECT_TRUE(twice.error().is(Errc::kConflict)) << twice.error().message();
  auto orphan = db_->exec("INSERT INTO wheels (car_id, place) VALUES ('none', 'left')");
  ASSERT_FALSE(orphan);
  EXPECT_TRUE(orphan.error().is(Errc::kConflict)) << orphan.error().message();
  auto nonsense = db_->query("SELECT FROM WHERE");
  ASSERT_FALSE(nonsense);
  EXPECT_TRUE(nonsense.error().is(Errc::kQuery));
}

TEST_P(DatabaseTest, AnErrorNeverHoldsTheParameters) {
  ASSERT_TRUE(db_->exec("INSERT INTO cars (id, seen_at) VALUES (:id, 1)", {{"id", "SECRET77"}}));
  auto twice = db_->exec("INSERT INTO cars (id, seen_at) VALUES (:id, 1)", {{"id", "SECRET77"}});
  ASSERT_FALSE(twice);
  if (GetParam() == "sqlite") {
    EXPECT_EQ(twice.error().message().find("SECRET77"), std::string::npos) << twice.error().message();
  }
}

TEST_P(DatabaseTest, TransactionsAreAllOrNothing) {
  auto failed = db_->transact([](Transaction& tx) -> base::Result<void> {
    EXPECT_TRUE(tx.exec("INSERT INTO cars (id, seen_at) VALUES ('t', 1)"));
    return base::failure(Errc::kQuery, "No.");
  });
  EXPECT_FALSE(failed);
  EXPECT_THROW((void)db_->transact([](Transaction& tx) -> base::Result<void> {
    EXPECT_TRUE(tx.exec("INSERT INTO cars (id, seen_at) VALUES ('t', 1)"));
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_TRUE(db_->query("SELECT id FROM cars")->empty());
  EXPECT_TRUE(db_->transact([](Transaction& tx) -> base::Result<void> {
    EXPECT_TRUE(tx.exec("INSERT INTO cars (id, seen_at) VALUES ('t', 1)"));
    EXPECT_EQ(tx.query("SELECT id FROM cars")->size(), 1u);
    return {};
  }));
  EXPECT_EQ(db_->query("SELECT id FROM cars")->size(), 1u);
}

TEST_P(DatabaseTest, OneStatementRunsForManyRowsOrForNone) {
  const auto rows_of = [](int count, std::string last) {
    std::vector<Params> rows;
    for (int i = 0; i < count; ++i)
      rows.push_back({{"id", "row" + std::to_string(i)}, {"n", std::int64_t{i}}, {"r", i / 4.0}});
    rows.back()["id"] = std::move(last);
    return rows;
  };
  ASSERT_TRUE(db_->exec("CREATE TABLE many (id TEXT PRIMARY KEY, n BIGINT NOT NULL, r DOUBLE PRECISION)"));
  const std::string sql = "INSERT INTO many (id, n, r) VALUES (:id, :n, :r)";
  const auto put = [&](const std::vector<Params>& rows) {
    return db_->transact([&](Transaction& t) { return t.exec_each(sql, rows); });
  };
  EXPECT_TRUE(put({}));
  const auto twice = put(rows_of(50, "row7"));
  ASSERT_FALSE(twice);
  EXPECT_TRUE(twice.error().is(Errc::kConflict));
  if (GetParam() == "sqlite") {
    EXPECT_EQ(twice.error().message().find("row7"), std::string::npos) << twice.error().message();
  }
  EXPECT_EQ(db_->query("SELECT COUNT(*) AS n FROM many")->front().integer("n"), 0);
  ASSERT_TRUE(put(rows_of(50, "o'last")));
  const auto last = db_->query("SELECT n, r FROM many WHERE id = :id", {{"id", "o'last"}});
  ASSERT_EQ(last->size(), 1u);
  EXPECT_EQ(last->front().integer("n"), 49);
  EXPECT_EQ(last->front().real("r"), 12.25);
  EXPECT_EQ(db_->query("SELECT COUNT(*) AS n FROM many")->front().integer("n"), 50);

  auto uneven = rows_of(2, "x");
  uneven[1]["n"] = "text";
  EXPECT_THROW(put(uneven), std::logic_error);
  uneven[1].erase("n");
  EXPECT_THROW(put(uneven), std::logic_error);
}

TEST_P(DatabaseTest, ANestedCallIsABugThatSaysSo) {
  EXPECT_THROW((void)db_->transact([&](Transaction&) -> base::Result<void> {
    (void)db_->query("SELECT id FROM cars");
    return {};
  }),
               std::logic_error);
  EXPECT_TRUE(db_->query("SELECT id FROM cars"));
}

TEST_P(DatabaseTest, MigrationsApplyOnceAndOnlyPortableTypes) {
  EXPECT_TRUE(db_->migrate(kMigrations));
  const std::vector<Migration> bad{{"test/2-bad", "CREATE TABLE x (at INTEGER NOT NULL);\n"}};
  auto refused = db_->migrate(bad);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::kMigration));
  const std::vector<Migration> broken{
      {"test/3-broken", "CREATE TABLE half (a TEXT);\nCREATE TABLE cars (a TEXT);\n"}};
  EXPECT_FALSE(db_->migrate(broken));
  EXPECT_FALSE(db_->query("SELECT a FROM half")) << "half of a migration stayed";
}

// From here into the other kind and back: what comes back is what went, also where a row refers to a later
// one.
TEST_P(DatabaseTest, WholeTablesGoIntoAnotherDatabaseAndBack) {
  ASSERT_TRUE(db_->transact([](Transaction& tx) -> base::Result<void> {
    for (std::size_t i = 0; i < 2 * kRowsATime + 7; ++i) {
      const std::string n = std::to_string(i);
      const auto put = tx.exec("INSERT INTO cars (id, seen_at, weight, note) VALUES (:id, :at, :w, :note)",
                               {{"id", "c" + n},
                                {"at", kBig + static_cast<std::int64_t>(i)},
                                {"w", i % 3 == 0 ? Value(nullptr) : Value(0.1 * static_cast<double>(i))},
                                {"note", i % 2 == 0 ? Value(nullptr) : Value("é '; -- " + n)}});
      if (!put) return tl::unexpected(put.error());
    }
    return {};
  }));
  ASSERT_TRUE(db_->exec("INSERT INTO wheels (car_id, place) VALUES ('c3', 'left')"));
  std::map<std::string, std::vector<TableRow>> before, after;
  const auto into = [](std::map<std::string, std::vector<TableRow>>& all) {
    return [&all](const Table& table, std::span<const TableRow> rows) -> base::Result<void> {
      EXPECT_LE(rows.size(), kRowsATime);
      all[table.name].insert(all[table.name].end(), rows.begin(), rows.end());
      return {};
    };
  };
  ASSERT_TRUE(read_tables(*db_, into(before)));
  EXPECT_EQ(before.size(), 3u);
  EXPECT_EQ(before.at("cars").size(), 2 * kRowsATime + 7);

  const std::string path = std::filesystem::temp_directory_path() / ("db_tables_" + std::to_string(getpid()));
  auto other = Database::open("sqlite://" + path);
  ASSERT_TRUE(other);
  EXPECT_TRUE(*is_empty(**other));
  ASSERT_TRUE((*other)->migrate(kMigrations));
  EXPECT_FALSE(*is_empty(**other));
  ASSERT_TRUE((*other)->exec("INSERT INTO cars (id, seen_at) VALUES ('before', 1)"));
  auto there = copy_tables(*db_, **other);
  ASSERT_TRUE(there) << there.error().message();
  ASSERT_TRUE(db_->exec("DELETE FROM wheels"));
  other->reset();  // a database object is only ever copied from or into: tables.h
  other = Database::open("sqlite://" + path);
  ASSERT_TRUE(other);
  auto back = copy_tables(**other, *db_);
  ASSERT_TRUE(back) << back.error().message();
  ASSERT_TRUE(read_tables(*db_, into(after)));
  EXPECT_EQ(after.at("cars"), before.at("cars"));
  EXPECT_EQ(after.at("wheels"), before.at("wheels"));
  EXPECT_FALSE(db_->exec("INSERT INTO wheels (car_id, place) VALUES ('none', 'left')"));  // again as before

  // What refers to nothing, and what a newer program made: nothing is changed.
  ASSERT_TRUE((*other)->migrate(std::vector<Migration>{{"test/9-newer", "CREATE TABLE newer (a TEXT);\n"}}));
  auto newer = copy_tables(**other, *db_);
  ASSERT_FALSE(newer);
  EXPECT_TRUE(newer.error().is(Errc::kMigration));
  EXPECT_EQ(db_->query("SELECT COUNT(*) AS n FROM wheels")->front().integer("n"), 1);
  other->reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

TEST_P(DatabaseTest, ManyThreadsWriteAndReadAtOnce) {
  constexpr int kThreads = 8, kEach = 25;
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        auto done = db_->transact([&](Transaction& tx) -> base::Result<void> {
          if (auto r = tx.query("SELECT COUNT(*) AS n FROM cars"); !r) return tl::unexpected(r.error());
          if (auto r = tx.exec("INSERT INTO cars (id, seen_at) VALUES (:id, 1)", {{"id", id}}); !r) {
            return tl::unexpected(r.error());
          }
          return {};
        });
        if (!done || !db_->query("SELECT id FROM cars WHERE id = :id", {{"id", id}})) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(db_->query("SELECT COUNT(*) AS n FROM cars")->front().integer("n"), kThreads * kEach);
}

TEST(DatabaseOpen, SaysWhyItDoesNotOpen) {
  for (const char* url : {"sqlite:///no/such/folder/x.db", "sqlite://relative", "mysql://x", ""}) {
    auto opened = Database::open(url);
    ASSERT_FALSE(opened) << url;
    EXPECT_TRUE(opened.error().is(Errc::kOpen));
  }
}

}  // namespace
}  // namespace glasshouse::db
