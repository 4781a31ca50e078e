// A search of another agency beside the revocation of its grant: once the revocation is acknowledged no
// answer with rows leaves. GLASSHOUSE_RACES sets how many interleavings (bench/revoke-race runs 10,000).
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <random>
#include <thread>

#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using namespace testing;
using namespace std::chrono_literals;

constexpr const char* kRacedCamera = "cam_raced";

class RacedBook final : public gate::GrantBook {
 public:
  RacedBook() : lease_(std::make_shared<gate::Lease>()) {
    grant_.id = "grant_raced";
    grant_.to_agency = "hill";
    grant_.cameras = {kRacedCamera};
    grant_.purposes = {"stolen-vehicle"};
    grant_.starts_at = kNow - 1h;
    grant_.ends_at = kNow + 1h;
    grant_.offered = grant_.accepted = true;
  }
  gate::SharingStanding standing(const std::string&, const std::string&, base::Time) const override {
    const std::lock_guard lock(mutex_);
    gate::SharingStanding found;
    found.grant = grant_;
    found.grant->revoked = revoked_;
    found.lease = lease_;
    found.name = "Hill County Sheriff";
    found.kind = "in-state";
    return found;
  }
  bool revoke() {
    std::shared_ptr<gate::Lease> ending;
    {
      const std::lock_guard lock(mutex_);
      revoked_ = true;
      ending = lease_;
    }
    return ending->end(10s);
  }

 private:
  mutable std::mutex mutex_;
  policy::GrantFacts grant_;
  bool revoked_ = false;
  std::shared_ptr<gate::Lease> lease_;
};

void spin(std::uint32_t turns) {
  static std::atomic<std::uint32_t> turned{0};
  for (std::uint32_t i = 0; i < turns; ++i) turned.fetch_add(1, std::memory_order_relaxed);
}

class RevokeRace : public ::testing::Test {
 protected:
  enum Outcome { kDenied, kCutOff, kHeldBack, kRowsBefore, kRowsAfter, kOutcomes };

  void SetUp() override {
    auto opened = ledger::Ledger::open({.dir = folder_ / "log",
                                        .origin = "test.example/race",
                                        .key_path = folder_ / "log.key",
                                        .checkpoint_period = base::Millis{3'600'000},
                                        .clock = &clock_});
    ASSERT_TRUE(opened) << opened.error().message();
    ledger_ = std::move(*opened);
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{ledger_.get(), &clock_, 21});
    store_ = open_store(folder_ / "reads", clock_);
    std::vector<Incoming> batch;
    for (int i = 0; i < 400; ++i)
      batch.push_back(
          passing(kNow - std::chrono::seconds(i + 1), kRacedCamera, "ABC" + std::to_string(1000 + i)));
    ASSERT_EQ(store_->ingest(std::move(batch))->stored, 400u);
  }

  static policy::Question question() {
    policy::Question asked;
    asked.action = policy::Action::kSearchReads;
    asked.who = {"off_9", "hill", policy::Role::kOfficer, true, true};
    asked.on_case = policy::CaseFacts{"", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
    asked.grant_id = "grant_raced";
    return asked;
  }
  static gate::Scope scope() {
    gate::Scope one;
    one.camera_ids = {kRacedCamera};
    return one;
  }
  static Query query() {
    Query all;
    all.camera_ids = {kRacedCamera};
    all.from = kNow - 1h;
    all.to = kNow;
    all.limit = 200;
    return all;
  }

  // One search, and one revocation that sets out when the search has come to `phase`, a little later or
  // sooner.
  Outcome race(int phase, std::uint32_t later) {
    RacedBook book;
    gate_->set_grants(&book);
    std::atomic<bool> acknowledged{false};
    phase_ = 0;
    std::thread revoker([&] {
      while (phase_.load() < phase) std::this_thread::yield();
      spin(later);
      EXPECT_TRUE(book.revoke());
      acknowledged = true;
    });
    const Outcome outcome = search(acknowledged, {});
    phase_ = kPhases;
    revoker.join();
    return outcome;
  }

  // As the server does it; with `instead_of_leave` the answer leaves without asking.
  Outcome search(const std::atomic<bool>& acknowledged, const std::function<void()>& instead_of_leave) {
    phase_ = 1;
    std::this_thread::yield();
    auto permit = gate_->ask(question(), scope());
    if (!permit) return kDenied;
    phase_ = 2;
    const auto page = store_->search(*permit, query());
    if (!page) return kCutOff;
    phase_ = 3;
    std::this_thread::yield();
    EXPECT_EQ(page->reads.size(), 200u);
    std::shared_ptr<const void> held;
    if (instead_of_leave) {
      instead_of_leave();
    } else {
      held = permit->hold();
      if (held == nullptr) return kHeldBack;
    }
    phase_ = 4;
    std::this_thread::yield();
    return acknowledged ? kRowsAfter : kRowsBefore;  // here the rows leave
  }

  static constexpr int kPhases = 5;  // before anything, asking, searching, asking for leave, leaving
  std::atomic<int> phase_{0};
  Folder folder_;
  base::ManualClock clock_{kNow};
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<Store> store_;
};

TEST_F(RevokeRace, NoRowsAfterTheRevocationIsAcknowledged) {
  const char* wanted = std::getenv("GLASSHOUSE_RACES");
  const int races = wanted != nullptr ? std::atoi(wanted) : 400;
  std::mt19937 random(26);
  std::uniform_int_distribution<int> phases(0, kPhases - 1);
  std::uniform_int_distribution<std::uint32_t> late(0, 40'000);  // some hundred microseconds
  std::array<int, kOutcomes> counted{};
  for (int i = 0; i < races; ++i) ++counted[race(phases(random), i % 2 == 0 ? 0 : late(random))];
  std::printf("revoke.races\t%d\tinterleavings\nrevoke.rows_after\t%d\tinterleavings\n", races,
              counted[kRowsAfter]);
  std::printf(
      "  count revoke against search: %d denied, %d cut off while searching, %d held back, %d answered "
      "before it was acknowledged, %d after\n",
      counted[kDenied], counted[kCutOff], counted[kHeldBack], counted[kRowsBefore], counted[kRowsAfter]);
  EXPECT_EQ(counted[kRowsAfter], 0);
  // Revocations that always came before or always after would show nothing.
  EXPECT_GT(counted[kDenied] + counted[kCutOff] + counted[kHeldBack], races / 50);
  EXPECT_GT(counted[kCutOff] + counted[kHeldBack], 0);
  EXPECT_GT(counted[kRowsBefore], races / 50);
}

TEST_F(RevokeRace, NothingIsAskedOrFoundUnderARevokedGrant) {
  RacedBook book;
  gate_->set_grants(&book);
  auto permit = gate_->ask(question(), scope());
  ASSERT_TRUE(permit);
  ASSERT_TRUE(store_->search(*permit, query()));
  EXPECT_TRUE(book.revoke());
  EXPECT_EQ(permit->hold(), nullptr);
  EXPECT_FALSE(store_->search(*permit, query()));
  EXPECT_EQ(search({true}, {}), kDenied);
}

// The race can be lost: an answer that asks for no leave is found out.
TEST_F(RevokeRace, AnAnswerThatAsksForNoLeaveIsFoundOut) {
  RacedBook book;
  gate_->set_grants(&book);
  std::atomic<bool> acknowledged{false};
  EXPECT_EQ(search(acknowledged, [&] { acknowledged = book.revoke(); }), kRowsAfter);
}

}  // namespace
}  // namespace glasshouse::reads
