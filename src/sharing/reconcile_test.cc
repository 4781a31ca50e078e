// The book and the ledger after a stop between the entry and the act, and after a database that was put back
// or changed.
#include "sharing/reconcile.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

namespace glasshouse::sharing {
namespace {

const base::Time kStart = *base::parse_rfc3339("2026-11-22T14:30:00Z");

// One run of a server's stores.
struct House {
  explicit House(const std::string& dir) {
    db = std::move(*db::Database::open("sqlite://" + dir + "/records.db"));
    log = std::move(*ledger::Ledger::open({.dir = dir + "/ledger",
                                           .origin = "glasshouse.example/test",
                                           .key_path = dir + "/ledger.key",
                                           .clock = &clock}));
    gate = std::make_unique<gate::Gate>(
        gate::GateOptions{.ledger = log.get(), .clock = &clock, .retained_days = 21});
    book = std::move(*Book::open({.db = db.get(), .clock = &clock, .key_path = dir + "/sharing.key"}));
    const auto done = sharing::reconcile(*book, *log, *gate);
    EXPECT_TRUE(done) << done.error().message();
    if (done) found = *done;
  }

  Recorded note(const char* kind, std::vector<ledger::Field> fields = {}) {
    return {*gate->record_event(kind, std::move(fields))};
  }
  Recorded note(const char* kind, const GrantRow& row) {
    return note(kind, grant_fields(row.grant, row.agency_id, row.sha256_hex));
  }
  std::size_t said(const std::string& kind) const {
    return log->entries_of_kind(ledger::Reader::kPublic, kind, 0, 200)->size();
  }

  base::ManualClock clock{kStart};
  std::unique_ptr<db::Database> db;
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<gate::Gate> gate;
  std::unique_ptr<Book> book;
  Reconciled found;
};

class ReconcileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "reconcileXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    House house(dir_);
    Agency hill{.public_key = theirs_.public_key(), .name = "Hill County Sheriff", .kind = "in-state"};
    hill_ = house.book->keep_agency(hill, house.note("sharing.agency"))->id;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  // A server that is killed where `act` ends.
  void killed_after(const std::function<void(House&)>& act) {
    const pid_t child = ::fork();
    if (child == 0) {
      House house(dir_);
      act(house);
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }

  std::string offer_in(House& house) {
    Grant wanted;
    wanted.owner_name = "Millbrook PD";
    wanted.cameras = {{"cam_1", "Main St"}};
    wanted.purposes = {"stolen-vehicle"};
    wanted.until_minute = 24 * 60;
    wanted.zone = "UTC";
    wanted.starts_at = kStart;
    wanted.ends_at = kStart + std::chrono::hours(24 * 30);
    std::string text;
    EXPECT_TRUE(house.book->draft(wanted, hill_, {}, &text));
    return text;
  }
  // A grant that holds.
  GrantRow give() {
    House house(dir_);
    const std::string text = offer_in(house);
    const auto row = house.book->keep_offer(text, house.note("sharing.offer"));
    const std::string both = *accept(text, theirs_);
    GrantRow signed_row = *row;
    signed_row.sha256_hex = read_grant(both)->sha256_hex;
    return *house.book->keep_accepted(both, hill_, house.note("sharing.accept", signed_row));
  }
  static bool holds(const House& house, const std::string& grant_id) {
    return house.book->newest(grant_id)->state == GrantState::kInForce;
  }

  const crypto::SigningKey theirs_ = *crypto::SigningKey::from_seed(std::string(32, 'b'));
  std::string dir_, hill_;
};

TEST_F(ReconcileTest, KilledBeforeAnActTheLedgerSaysThatItWasNotDone) {
  const GrantRow given = give();
  const std::vector<std::function<void(House&)>> entries{
      [&](House& house) { house.note("sharing.offer"); },
      [&](House& house) {
        house.note("sharing.propose", {{"setting", "region-on"}});
      },
      [&](House& house) {
        house.note("sharing.confirm", {{"setting", "region-on"}});
      },
      [&](House& house) { house.note("sharing.region-off"); },
      [&](House& house) {
        house.note("sharing.promise", {{"setting", "at-most-agencies 1"}});
      }};
  std::size_t said = 0;
  for (const auto& entry : entries) {
    killed_after(entry);
    House house(dir_);
    EXPECT_EQ(house.found.not_done, 1U);
    EXPECT_EQ(house.said("sharing.not-done"), ++said);
    EXPECT_TRUE(holds(house, given.grant.id));
    EXPECT_TRUE(house.book->region().agency_ids.empty() && house.book->acts().empty());
  }
  const auto last = House(dir_).log->newest_of_kind(ledger::Reader::kPublic, "sharing.not-done");
  EXPECT_TRUE(std::any_of((*last)->disclosures.begin(), (*last)->disclosures.end(), [](const auto& field) {
    return field.name == "setting" && field.value == "sharing.promise";
  }));
  EXPECT_EQ(House(dir_).said("sharing.not-done"), said) << "once each";
}

TEST_F(ReconcileTest, KilledAfterAnActNothingIsToBeMended) {
  killed_after([&](House& house) { house.book->keep_offer(offer_in(house), house.note("sharing.offer")); });
  killed_after([&](House& house) {
    house.book->propose(ActKind::kRegionOn, hill_, "acc_1", house.note("sharing.propose"));
  });
  killed_after([&](House& house) {
    house.book->carry_out(house.book->acts().front().id, "acc_2", house.note("sharing.confirm"));
  });
  {
    House house(dir_);
    EXPECT_EQ(house.book->region().agency_ids, std::vector{hill_});
  }
  killed_after([&](House& house) { house.book->turn_region_off(house.note("sharing.region-off")); });
  House house(dir_);
  EXPECT_TRUE(house.book->region().agency_ids.empty());
  EXPECT_EQ(house.book->grants().size(), 1U);
  EXPECT_EQ(house.said("sharing.not-done"), 0U);
}

TEST_F(ReconcileTest, ARevocationThatIsInTheLedgerIsCarriedOut) {
  const GrantRow given = give();
  killed_after([&](House& house) {
    ASSERT_TRUE(holds(house, given.grant.id));
    house.note("sharing.revoke", given);
  });
  House house(dir_);
  EXPECT_EQ(house.found.revoked, 1U);
  EXPECT_EQ(house.book->newest(given.grant.id)->state, GrantState::kRevoked);
  EXPECT_EQ(house.said("sharing.not-done"), 0U);
}

TEST_F(ReconcileTest, WhatWasRefusedRevokesNothing) {
  const GrantRow given = give();
  killed_after([&](House& house) {
    policy::Question question;
    question.action = policy::Action::kManageSharing;
    question.who.id = "acc_9";
    question.who.role = policy::Role::kOfficer;
    question.who.active = true;
    question.who.agency_id = "a";
    EXPECT_FALSE(house.gate->record_act(question, "sharing.revoke",
                                        grant_fields(given.grant, given.agency_id, given.sha256_hex)));
  });
  EXPECT_TRUE(holds(House(dir_), given.grant.id));
}

TEST_F(ReconcileTest, AnOlderDatabaseBringsNoRevokedGrantBack) {
  const GrantRow given = give();
  std::filesystem::copy_file(dir_ + "/records.db", dir_ + "/older.db");
  {
    House house(dir_);
    ASSERT_TRUE(house.book->end(given.grant.id, "acc_1", house.note("sharing.revoke", given)));
    house.book->propose(ActKind::kBar, hill_, "acc_1", house.note("sharing.propose"));
  }
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(dir_ + "/records.db" + part);
  std::filesystem::rename(dir_ + "/older.db", dir_ + "/records.db");
  House house(dir_);
  EXPECT_FALSE(holds(house, given.grant.id));
  EXPECT_EQ(house.found.revoked, 1U);
  EXPECT_EQ(house.found.not_done, 1U);
}

TEST_F(ReconcileTest, AGrantThatNoEntrySpeaksOfDoesNotHold) {
  std::string id;
  {
    House house(dir_);
    const std::string text = offer_in(house);
    const auto row = house.book->keep_offer(text, house.note("sharing.offer"));
    ASSERT_TRUE(house.book->keep_accepted(*accept(text, theirs_), hill_, {0}));
    id = row->grant.id;
    EXPECT_TRUE(holds(house, id));
  }
  House house(dir_);
  EXPECT_EQ(house.found.unrecorded, 1U);
  EXPECT_FALSE(holds(house, id));
  EXPECT_EQ(house.said("sharing.revoke"), 1U);
}

}  // namespace
}  // namespace glasshouse::sharing
