#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "backup/archive.h"
#include "backup/list.h"
#include "backup/snapshot.h"
#include "base/file.h"

namespace glasshouse::backup {
namespace {

namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    std::string name = (fs::temp_directory_path() / "glasshouse-backup-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
  }
  ~BackupTest() override { fs::remove_all(dir_); }
  std::string dir_;
  const crypto::AgeIdentity key_ = crypto::AgeIdentity::generate();
  const std::function<base::Result<crypto::AgeFileKey>(std::string_view)> key_of_ =
      [this](std::string_view header) { return crypto::age_file_key(header, key_); };
};

TEST_F(BackupTest, AnArchiveGivesBackWhatWasPutIn) {
  const std::string large(3'000'001, 'x');
  ASSERT_TRUE(base::posix_files().write_atomic(dir_ + "/large", large));
  auto archive = SealedArchive::create(dir_ + "/a.age", key_.recipient());
  ASSERT_TRUE(archive);
  ASSERT_TRUE(archive->add("a/b/empty", ""));
  ASSERT_TRUE(archive->add("a/block", std::string(512, 'b')));
  ASSERT_TRUE(archive->add("kept", "in memory"));
  ASSERT_TRUE(archive->add_file("large", dir_ + "/large"));
  EXPECT_FALSE(archive->add("../outside", "x"));
  EXPECT_FALSE(archive->add("/etc/passwd", "x"));
  EXPECT_FALSE(fs::exists(dir_ + "/a.age")) << "not before it is whole";
  ASSERT_TRUE(archive->finish());
  std::map<std::string, std::string> memory{{"kept", ""}};
  const auto files = unpack_sealed_archive(dir_ + "/a.age", key_of_, dir_ + "/out", &memory);
  ASSERT_TRUE(files) << files.error().message();
  EXPECT_EQ(*files, 4u);
  EXPECT_EQ(memory["kept"], "in memory");
  EXPECT_EQ(base::posix_files().read(dir_ + "/out/a/b/empty", 1).value(), "");
  EXPECT_EQ(base::posix_files().read(dir_ + "/out/a/block", 1024).value(), std::string(512, 'b'));
  EXPECT_EQ(base::posix_files().read(dir_ + "/out/large", 4'000'000).value(), large);
  EXPECT_FALSE(fs::exists(dir_ + "/out/kept"));
}

TEST_F(BackupTest, AnUnfinishedArchiveLeavesNothing) {
  {
    auto archive = SealedArchive::create(dir_ + "/a.age", key_.recipient());
    ASSERT_TRUE(archive->add("x", "y"));
  }
  EXPECT_TRUE(fs::is_empty(dir_));
}

TEST_F(BackupTest, EveryCutAndEveryFlipIsFound) {
  auto archive = SealedArchive::create(dir_ + "/a.age", key_.recipient());
  ASSERT_TRUE(archive->add("x", "some words"));
  ASSERT_TRUE(archive->finish());
  const std::string whole = base::posix_files().read(dir_ + "/a.age", 1 << 20).value();
  const auto refused = [&](const std::string& bytes) {
    EXPECT_TRUE(base::posix_files().write_atomic(dir_ + "/b.age", bytes));
    fs::remove_all(dir_ + "/out");
    return !unpack_sealed_archive(dir_ + "/b.age", key_of_, dir_ + "/out").has_value();
  };
  for (std::size_t i = 0; i < whole.size(); i += 37) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_TRUE(refused(flipped)) << i;
    EXPECT_TRUE(refused(whole.substr(0, i))) << i;
  }
  EXPECT_TRUE(refused(whole + "more"));
}

TEST_F(BackupTest, NamesStayInsideTheFolder) {
  for (const char* good : {"a", "ledger/tile/entries/x001/234.p/7", "reads/days/2026-11-22.db", "..a"})
    EXPECT_TRUE(is_tar_name(good)) << good;
  for (const char* bad : {"", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "a/..", "a b", "a\n", "ä"})
    EXPECT_FALSE(is_tar_name(bad)) << bad;
  EXPECT_FALSE(is_tar_name(std::string(101, 'a')));
  const TarEntry entry{"a/b", 12345};
  const std::string block = tar_header(entry);
  EXPECT_EQ(parse_tar_header(block)->bytes, 12345u);
  for (std::size_t i = 0; i < block.size(); ++i) {
    std::string other = block;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(parse_tar_header(other)) << i;
  }
}

TEST_F(BackupTest, TheListHasOneSpelling) {
  List list;
  list.made = *base::parse_rfc3339("2026-11-24T18:00:00.123Z");
  list.origin = "town.example/pd";
  list.version = "0.4";
  list.parts = {{"house.tar.age", "backup", 12}, {"days/2026-11-22.tar.age", "2026-11-22", 0}};
  const std::string text = list.text();
  const auto back = List::parse(text);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->parts[1].key, "2026-11-22");
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_FALSE(List::parse(text.substr(0, i))) << i;
  EXPECT_FALSE(List::parse(text + "\n"));
  std::string outside = text;
  outside.replace(outside.find("days/"), 5, "../x/");
  EXPECT_FALSE(List::parse(outside));
  SealingKeys keys;
  keys.by_name["2026-11-22"] = key_.recipient();
  EXPECT_EQ(SealingKeys::parse(keys.text())->by_name, keys.by_name);
  EXPECT_FALSE(SealingKeys::parse(keys.text() + "backup age1nothing\n"));
  EXPECT_FALSE(SealingKeys::parse("x"));
}

TEST_F(BackupTest, ACopyOfADatabaseIsWholeAndPartsOfItGoBack) {
  const std::string path = dir_ + "/r.db";
  auto empty = Snapshot::from("");
  ASSERT_TRUE(empty);
  ASSERT_TRUE(
      empty->exec("CREATE TABLE alerts (id TEXT PRIMARY KEY, at BIGINT); CREATE TABLE others (x);"
                  "INSERT INTO alerts VALUES ('a', 1), ('b', 2), ('c', 3)"));
  ASSERT_TRUE(base::posix_files().write_atomic(path, empty->bytes()));
  auto copy = Snapshot::of(path);
  ASSERT_TRUE(copy) << copy.error().message();
  const auto part = copy->part({{"alerts", "at >= 2"}, {"others", "1"}, {"not-there", "1"}});
  ASSERT_TRUE(part);
  EXPECT_EQ(*copy->part({{"alerts", "at > 7"}}), "") << "no rows, no part";
  ASSERT_TRUE(copy->exec("DELETE FROM alerts; VACUUM"));
  ASSERT_TRUE(base::posix_files().write_atomic(path, copy->bytes()));
  for (int twice = 0; twice < 2; ++twice) ASSERT_TRUE(merge_part(path, *part));
  EXPECT_EQ(*Snapshot::of(path)->column("SELECT id FROM alerts ORDER BY id"),
            (std::vector<std::string>{"b", "c"}));
  EXPECT_FALSE(merge_part(path, "no database"));
  EXPECT_FALSE(Snapshot::of(dir_ + "/nothing.db"));
}

}  // namespace
}  // namespace glasshouse::backup
