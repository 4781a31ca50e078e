#include "edge/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/id.h"

namespace glasshouse::edge {
namespace {

namespace fs = std::filesystem;

class SpoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = ::testing::TempDir() + "glasshouse_spool_" + std::to_string(::getpid());
    fs::remove_all(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::unique_ptr<Spool> open(std::uint64_t max_bytes = 1 << 20, std::size_t max_reads = 1000,
                              base::FileSystem* files = &base::posix_files()) {
    auto spool = Spool::open({.dir = dir_, .max_bytes = max_bytes, .max_reads = max_reads, .files = files});
    EXPECT_TRUE(spool) << spool.error().message();
    return std::move(*spool);
  }
  std::string id() { return base::new_id("read", base::from_ms(++ms_)); }

  std::string dir_;
  std::int64_t ms_ = 1'795'000'000'000;
};

TEST_F(SpoolTest, GivesOldestFirstAndKeepsThemOverARestart) {
  std::vector<std::string> ids;
  {
    auto spool = open();
    for (int i = 0; i < 5; ++i) {
      ids.push_back(id());
      ASSERT_TRUE(spool->put(ids.back(), "{\"n\":" + std::to_string(i) + "}"));
    }
    spool->remove({ids[1]});
  }
  std::ofstream(dir_ + "/" + ids[0] + ".json.tmp77-0") << "half";
  auto spool = open();
  EXPECT_EQ(spool->size(), 4u);
  EXPECT_FALSE(fs::exists(dir_ + "/" + ids[0] + ".json.tmp77-0"));
  const auto reads = spool->oldest(3, 1 << 20);
  ASSERT_EQ(reads.size(), 3u);
  EXPECT_EQ(reads[0].id, ids[0]);
  EXPECT_EQ(reads[0].text, "{\"n\":0}");
  EXPECT_EQ(reads[1].id, ids[2]);
  EXPECT_EQ(spool->oldest(100, 1).size(), 1u);  // always at least one
}

TEST_F(SpoolTest, OneProcessAtATime) {
  auto spool = open();
  EXPECT_TRUE(Spool::open({.dir = dir_}).error().is(Errc::kSpoolBusy));
  spool.reset();
  EXPECT_TRUE(Spool::open({.dir = dir_}));
}

TEST_F(SpoolTest, WhenItIsFullTheOldestGiveWayAndAreCounted) {
  auto spool = open(1 << 20, 3);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(id());
    ASSERT_TRUE(spool->put(ids.back(), "{}"));
  }
  EXPECT_EQ(spool->size(), 3u);
  EXPECT_EQ(spool->dropped(), 2u);
  EXPECT_EQ(spool->oldest(1, 1)[0].id, ids[2]);
  spool.reset();
  spool = open(400, 1000);
  ASSERT_TRUE(spool->put(id(), std::string(300, ' ')));
  EXPECT_EQ(spool->size(), 1u);
}

TEST_F(SpoolTest, SetsDamagedFilesAside) {
  auto spool = open();
  const std::string good = id(), torn = id(), wrong_name = id();
  ASSERT_TRUE(spool->put(good, "{\"a\":1}"));
  ASSERT_TRUE(spool->put(torn, "{\"b\":2}"));
  fs::resize_file(dir_ + "/" + torn + ".json", fs::file_size(dir_ + "/" + torn + ".json") - 1);
  std::ofstream(dir_ + "/" + wrong_name + ".json") << pack_spooled(good, "{\"a\":1}");
  spool->rescan();
  EXPECT_EQ(spool->size(), 3u);
  const auto reads = spool->oldest(10, 1 << 20);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].id, good);
  EXPECT_EQ(spool->size(), 1u);
  EXPECT_EQ(spool->set_aside(), 2u);
  EXPECT_TRUE(fs::exists(dir_ + "/damaged/" + torn + ".json"));
  spool->set_aside_refused(good);
  EXPECT_EQ(spool->size(), 0u);
  EXPECT_TRUE(fs::exists(dir_ + "/refused/" + good + ".json"));
}

TEST_F(SpoolTest, RefusesNamesThatAreNoIds) {
  auto spool = open();
  EXPECT_FALSE(spool->put("../../etc/passwd", "{}"));
  EXPECT_FALSE(spool->put(id(), std::string(kMaxSpoolFile, 'x')));
}

// A disk that has room for `room` files.
class SmallDisk final : public base::FileSystem {
 public:
  explicit SmallDisk(std::size_t room) : room_(room) {}
  base::Result<std::string> read(const std::string& path, std::uint64_t limit) override {
    return real_.read(path, limit);
  }
  base::Result<void> write_atomic(const std::string& path, std::string_view bytes) override {
    std::size_t files = 0;
    for (const auto& file : fs::directory_iterator(fs::path(path).parent_path()))
      files += file.path().extension() == ".json";
    if (files >= room_) return base::failure(base::FileErrc::kNoSpace, "full");
    return real_.write_atomic(path, bytes);
  }
  base::Result<void> make_dirs(const std::string& path) override { return real_.make_dirs(path); }
  bool exists(const std::string& path) override { return real_.exists(path); }
  base::Result<void> remove(const std::string& path) override { return real_.remove(path); }
  base::Result<std::vector<std::string>> list(const std::string& dir) override { return real_.list(dir); }

 private:
  base::FileSystem& real_ = base::posix_files();
  std::size_t room_;
};

TEST_F(SpoolTest, OnAFullDiskTheNewestReadIsKept) {
  SmallDisk disk(3);
  auto spool = open(1 << 20, 1000, &disk);
  std::string last;
  for (int i = 0; i < 6; ++i) {
    last = id();
    ASSERT_TRUE(spool->put(last, "{\"some\":\"content\"}"));
  }
  EXPECT_EQ(spool->size(), 3u);
  EXPECT_EQ(spool->dropped(), 3u);
  EXPECT_EQ(spool->oldest(10, 1 << 20).back().id, last);
}

TEST(SpoolFile, EveryChangedByteIsNoticed) {
  const std::string id = base::new_id("read", base::from_ms(1'795'000'000'000));
  const std::string bytes = pack_spooled(id, "{\"id\":\"x\"}");
  EXPECT_EQ(*unpack_spooled(id, bytes), "{\"id\":\"x\"}");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(unpack_spooled(id, changed)) << i;
    EXPECT_FALSE(unpack_spooled(id, bytes.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace glasshouse::edge
