// Other agencies at the door: what the book says counts, not what the caller filled in; and a revocation
// reaches what runs.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "gate/gate.h"

namespace glasshouse::gate {
namespace {

using namespace std::chrono_literals;

const base::Time kAskedAt = *base::parse_rfc3339("2026-11-22T14:30:00Z");

class OnePage final : public GrantBook {
 public:
  SharingStanding standing(const std::string& agency_id, const std::string& grant_id,
                           base::Time) const override {
    SharingStanding found = page;
    if (agency_id != "hill" || grant_id != "grant_1") found.grant.reset();
    return found;
  }
  SharingStanding page;
};

class GrantsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "grantsXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    auto ledger = ledger::Ledger::open(
        {.dir = dir_, .origin = "town.example/pd", .key_path = dir_ + "/log.key", .clock = &clock_});
    ASSERT_TRUE(ledger) << ledger.error().message();
    ledger_ = std::move(*ledger);
    gate_ = std::make_unique<Gate>(GateOptions{ledger_.get(), &clock_, 30});
    lease_ = std::make_shared<Lease>();
    book_.page = {.grant = policy::GrantFacts{.id = "grant_1",
                                              .to_agency = "hill",
                                              .cameras = {"cam_1"},
                                              .purposes = {"stolen-vehicle"},
                                              .starts_at = kAskedAt - 1h,
                                              .ends_at = kAskedAt + 1h,
                                              .offered = true,
                                              .accepted = true},
                  .lease = lease_,
                  .name = "Hill County Sheriff",
                  .kind = "in-state",
                  .state = "US-VA"};
    gate_->set_grants(&book_);
  }
  void TearDown() override {
    gate_.reset();
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }

  static policy::Question from_hill() {
    policy::Question q;
    q.action = policy::Action::kSearchReads;
    q.who = {.id = "off_9",
             .agency_id = "hill",
             .role = policy::Role::kOfficer,
             .active = true,
             .of_other_agency = true};
    q.on_case = policy::CaseFacts{.id = "",
                                  .number = "24-1",
                                  .purpose = "stolen-vehicle",
                                  .offence = "motor-vehicle-theft",
                                  .open = true,
                                  .assigned = true};
    q.grant_id = "grant_1";
    return q;
  }
  static Scope one_camera() {
    Scope scope;
    scope.camera_ids = {"cam_1"};
    scope.query_id = "query_1";
    return scope;
  }
  static std::string first_rule(const Answer<Permit>& answer) {
    if (answer) return "allowed";
    const auto* denial = std::get_if<Denial>(&answer.error());
    return denial == nullptr ? "ledger" : denial->decision.rules.at(0).id;
  }

  std::string dir_;
  base::ManualClock clock_{kAskedAt};
  std::unique_ptr<ledger::Ledger> ledger_;
  OnePage book_;
  std::unique_ptr<Gate> gate_;
  std::shared_ptr<Lease> lease_;
};

TEST_F(GrantsTest, AGrantOfTheBookOpensAndIsOnTheRecord) {
  const auto permit = gate_->ask(from_hill(), one_camera());
  ASSERT_TRUE(permit) << first_rule(permit);
  EXPECT_TRUE(permit->allows(policy::Action::kSearchReads, kAskedAt));
  std::map<std::string, std::string> open;
  const auto entry = ledger_->entry(ledger::Reader::kPublic, permit->ledger_index());
  ASSERT_TRUE(entry);
  for (const auto& field : entry->disclosures) open[field.name] = field.value;
  EXPECT_EQ(open["grant"], "grant_1");
  EXPECT_EQ(open["query"], "query_1");
}

TEST_F(GrantsTest, NobodyBringsAGrantAlong) {
  policy::Question q = from_hill();
  q.grant_id = "grant_2";
  q.grant = book_.page.grant;
  EXPECT_EQ(first_rule(gate_->ask(q, one_camera())), "house/grant-required");
  q = from_hill();
  q.who.agency_id = "vale";
  q.grant = book_.page.grant;
  q.grant->to_agency = "vale";
  EXPECT_EQ(first_rule(gate_->ask(q, one_camera())), "house/grant-required");
  gate_->set_grants(nullptr);
  q = from_hill();
  q.grant = book_.page.grant;
  EXPECT_EQ(first_rule(gate_->ask(q, one_camera())), "house/grant-required");
}

TEST_F(GrantsTest, TheBookSaysWhoItIsForAndAskingOnwardsIsRefused) {
  policy::Question q = from_hill();
  q.on_behalf_of = "Vale PD";
  q.beneficiary_kind = "in-state";
  EXPECT_EQ(first_rule(gate_->ask(q, one_camera())), "house/grant-not-transitive");
  book_.page.kind = "federal";
  EXPECT_EQ(first_rule(gate_->ask(from_hill(), one_camera())), "house/beneficiary-federal");
  book_.page.kind = "in-state";
  book_.page.barred = true;
  EXPECT_EQ(first_rule(gate_->ask(from_hill(), one_camera())), "house/agency-barred");
  book_.page.barred = false;
  book_.page.stopped = true;
  EXPECT_EQ(first_rule(gate_->ask(from_hill(), one_camera())), "house/sharing-stopped");
  book_.page.stopped = false;
  book_.page.lease = nullptr;
  EXPECT_EQ(first_rule(gate_->ask(from_hill(), one_camera())), "house/grant-required");
}

TEST_F(GrantsTest, APermitEndsWithItsLease) {
  const auto permit = gate_->ask(from_hill(), one_camera());
  ASSERT_TRUE(permit);
  EXPECT_NE(permit->hold(), nullptr);
  EXPECT_TRUE(lease_->end(0ms));
  EXPECT_FALSE(permit->allows(policy::Action::kSearchReads, kAskedAt));
  EXPECT_EQ(permit->hold(), nullptr);
  policy::Question own = from_hill();
  own.who.of_other_agency = false;
  own.who.agency_id = "own";
  own.grant_id.clear();
  const auto ours = gate_->ask(own, one_camera());
  ASSERT_TRUE(ours) << first_rule(ours);
  EXPECT_NE(ours->hold(), nullptr) << "nothing to hold, and nothing that ends";
}

TEST_F(GrantsTest, EndingWaitsForWhatLeaves) {
  auto leaving = lease_->hold();
  EXPECT_FALSE(lease_->end(1ms)) << "a slow receiver";
  std::atomic<bool> gone{false};
  std::thread receiver([&] {
    std::this_thread::sleep_for(20ms);
    gone = true;
    leaving.reset();
  });
  EXPECT_TRUE(lease_->end(10s));
  EXPECT_TRUE(gone);
  receiver.join();
}

}  // namespace
}  // namespace glasshouse::gate
