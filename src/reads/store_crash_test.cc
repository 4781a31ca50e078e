// kill -9 in the middle of storing, again and again: what was acknowledged is there, once, with its picture.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <set>

#include "reads/picture_packs.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using namespace testing;

constexpr int kKills = 50;

// Stores batches until it is killed, telling the ids of each acknowledged batch through the pipe.
[[noreturn]] void store_until_killed(const std::string& dir, int out, unsigned seed) {
  base::ManualClock clock(kNow);
  auto store = Store::open({dir, &clock});
  if (!store) ::_exit(3);
  std::mt19937 random(seed);
  for (;;) {
    std::vector<Incoming> batch;
    std::string ids;
    for (unsigned i = 0; i < 1 + random() % 5; ++i) {
      const auto at = kNow - std::chrono::hours(24 * (random() % 2)) - base::Millis(random() % 1000);
      Incoming in = passing(at, "cam_a", "ABC123");
      const unsigned kind = random() % 3;
      if (kind == 0) in.picture_jpeg = "\xFF\xD8" + in.read.id;
      if (kind == 1) {
        in.picture_sealed = "\xFF\xD8" + in.read.id;
        in.manifest = "signed";
      }
      ids += in.read.id + (kind == 2 ? "-" : "+");
      batch.push_back(std::move(in));
    }
    auto stored = (*store)->ingest(std::move(batch));
    if (!stored) ::_exit(4);
    if (::write(out, ids.data(), ids.size()) != static_cast<ssize_t>(ids.size())) ::_exit(5);
  }
}

std::set<std::string> told(int in) {
  std::string text;
  char buffer[65536];
  for (ssize_t n = 0; (n = ::read(in, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  std::set<std::string> ids;
  for (std::size_t at = 0; at + 32 <= text.size(); at += 32) ids.insert(text.substr(at, 32));
  return ids;
}

TEST(StoreCrash, AcknowledgedReadsSurviveEveryKillOnce) {
  Folder folder;
  const std::string dir = folder / "reads";
  base::ManualClock clock(kNow);
  std::set<std::string> acknowledged;
  std::mt19937 random(7);
  for (int kill = 0; kill < kKills; ++kill) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      store_until_killed(dir, pipe[1], random() + static_cast<unsigned>(kill));
    }
    ::close(pipe[1]);
    // Now while it is starting, now after it has acknowledged something.
    pollfd first{pipe[0], POLLIN, 0};
    if (kill % 3 != 0) ::poll(&first, 1, 5000);
    ::usleep(random() % 40'000);
    ::kill(child, SIGKILL);
    acknowledged.merge(told(pipe[0]));
    ::close(pipe[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up by itself: " << WEXITSTATUS(status);
  }
  ASSERT_GT(acknowledged.size(), 50u) << "the children got something done";

  Door door(clock);
  auto store = open_store(dir, clock);
  EXPECT_TRUE(store->problems().empty());
  const auto permit = door.permit(policy::Action::kSearchReads);
  const auto pictures = door.permit(policy::Action::kViewPicture);
  std::multiset<std::string> stored;
  std::uint64_t with_picture = 0;
  Query q;
  q.from = kNow - std::chrono::hours(72);
  q.to = kNow + std::chrono::hours(1);
  q.limit = 200;
  do {
    auto page = store->search(permit, q);
    ASSERT_TRUE(page) << page.error().message();
    for (const Read& read : page->reads) {
      stored.insert(read.id + (read.has_picture ? "+" : "-"));
      with_picture += read.has_picture ? 1 : 0;
      if (read.has_picture) {
        const auto picture = store->picture(pictures, read.id);
        EXPECT_EQ(picture ? picture->file.bytes : picture.error().message(), "\xFF\xD8" + read.id);
      }
    }
    q.cursor = page->next_cursor;
  } while (!q.cursor.empty());
  for (const std::string& id : acknowledged) EXPECT_EQ(stored.count(id), 1u) << id;
  EXPECT_EQ(stored.size(), std::set<std::string>(stored.begin(), stored.end()).size()) << "nothing twice";
  std::uint64_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir + "/pictures")) {
    if (!entry.is_regular_file()) continue;
    const bool is_pack = is_pack_name(entry.path().filename().string());
    files += is_pack ? pictures_in_pack(entry.path().string()) : 1;
  }
  EXPECT_EQ(files, with_picture) << "no picture without its read";
}

}  // namespace
}  // namespace glasshouse::reads
