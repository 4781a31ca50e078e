#include "alerts/alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "alerts/misreads.h"
#include "alerts/recent_passings.h"
#include "gate/gate.h"
#include "ledger/ledger.h"

namespace glasshouse::alerts {
namespace {

using hotlist::HitKind;

const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:00Z");
const std::vector<std::string> kAllCompared{"plate", "region", "body", "color"};

hotlist::Entry wanted(std::string plate = "ABC1230") {
  hotlist::Entry entry;
  entry.id = "ent_1";
  entry.hotlist_id = "hot_1";
  entry.plate = std::move(plate);
  entry.reason = "Stolen vehicle";
  entry.case_number = "26-1";
  entry.region = "us-va";
  entry.color = "red";
  entry.body = "pickup";
  entry.expires_at = kNow + std::chrono::hours(24);
  return entry;
}

reads::Read seen(std::string id = "read_1", std::string plate = "ABC1230") {
  reads::Read read;
  read.id = std::move(id);
  read.camera_id = "cam_of_" + read.id;  // each a passing of its own
  read.captured_at = kNow;
  read.plate.emplace();
  read.plate->plate = *plate::Plate::parse(plate);
  read.plate->confidence = 0.9f;
  read.plate->region = "us-va";
  read.looks.color = "red";
  read.looks.color_confidence = 0.9f;
  read.looks.body = "pickup";
  read.looks.body_confidence = 0.9f;
  return read;
}

class AlertsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = ::testing::TempDir() + "glasshouse_alerts_" + std::to_string(::getpid());
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    const auto migrated = db_->migrate(Alerts::migrations());
    ASSERT_TRUE(migrated) << migrated.error().message();
    alerts_ = Alerts::open(*db_, clock_).value();
  }
  void TearDown() override {
    alerts_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  Summary raise(const reads::Read& read = seen(), HitKind kind = HitKind::kExact,
                const hotlist::Entry& entry = wanted()) {
    clock_.advance(base::Millis(1));
    auto raised = alerts_->raise(read, {entry.id, entry.hotlist_id, kind}, entry, "Stolen");
    EXPECT_TRUE(raised) << raised.error().message();
    return **raised;
  }
  Step step(std::string decision = "", std::string code = "recovered") {
    return {"off_1", clock_.now(), std::move(decision), std::move(code), "", 7};
  }
  State state(const std::string& id) { return alerts_->refs(id)->state; }

  base::ManualClock clock_{kNow};
  std::string dir_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Alerts> alerts_;
};

TEST_F(AlertsTest, OneAlertAReadAndEntryHoweverOftenItIsRaised) {
  int told = 0;
  alerts_->on_change([&](const Summary&) { ++told; });
  const Summary first = raise();
  EXPECT_EQ(raise().id, first.id);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(alerts_->pending(), 1u);
}

TEST_F(AlertsTest, AreClosedWhenTheirEntryIsOverWhateverWasDecided) {
  const Summary open = raise(), decided = raise(seen("read_2")), other = raise(seen("read_3"));
  ASSERT_TRUE(alerts_->decide(decided.id, step("confirm", "all-agree")));
  ASSERT_TRUE(alerts_->decide(other.id, step("reject", "misread")));
  EXPECT_EQ(alerts_->open_of("ent_1", "", false)->size(), 1u);
  EXPECT_EQ(alerts_->open_of("", "hot_1", true)->size(), 2u);
  const auto ids = alerts_->open_of("ent_1", "", true);
  ASSERT_EQ(ids->size(), 2u);
  std::vector<std::string> told;
  alerts_->on_change([&](const Summary& alert) { told.emplace_back(name_of(alert.state)); });
  for (const std::string& id : *ids)
    ASSERT_TRUE(
        alerts_->withdraw(id, {"Hill County Sheriff", clock_.now(), "", "recovered", "It is back.", 9}));
  EXPECT_EQ(told, (std::vector<std::string>{"closed", "closed"}));
  EXPECT_TRUE(alerts_->withdraw(open.id, step()).error().is(Errc::kWrongState)) << "once";
  EXPECT_TRUE(alerts_->decide(open.id, step("confirm", "all-agree")).error().is(Errc::kWrongState));
  EXPECT_EQ(state(other.id), State::kRejected);
  EXPECT_TRUE(alerts_->open_of("ent_1", "", true)->empty());
}

// What is read of one vehicle that waits before a camera.
reads::Read again(const std::string& id, base::Millis after, const std::string& plate = "ABC1230") {
  reads::Read read = seen(id, plate);
  read.camera_id = seen().camera_id;
  read.captured_at += after;
  return read;
}

TEST_F(AlertsTest, FurtherReadsOfAPassingAreCountedOnItsAlert) {
  std::vector<std::uint64_t> told;
  alerts_->on_change([&](const Summary& alert) { told.push_back(alert.reads); });
  const Summary first = raise();
  EXPECT_EQ(raise(again("read_2", kPassingWindow)).id, first.id);
  const Summary third = raise(again("read_3", base::Millis(-1000)));  // late, from a spool
  EXPECT_EQ(third.id, first.id);
  EXPECT_EQ(third.reads, 3u);
  EXPECT_EQ(third.last_read_at, kNow + kPassingWindow);
  EXPECT_EQ(raise(again("read_2", kPassingWindow)).reads, 3u);  // sent again, counted once
  EXPECT_THAT(told, ::testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(alerts_->pending(), 1u);
  EXPECT_EQ(alerts_->refs(first.id)->read_id, "read_1");
  EXPECT_EQ(alerts_->list(State::kPending, "", 50)->alerts.front().reads, 3u);
}

TEST_F(AlertsTest, AnotherPassingIsAnotherAlert) {
  std::set<std::string> ids{raise().id};
  ids.insert(raise(again("read_2", kPassingWindow + base::Millis(1))).id);
  ids.insert(raise(seen("read_3")).id);  // before another camera
  hotlist::Entry pattern = wanted("ABC*");
  pattern.id = "ent_2";
  ids.insert(raise(again("read_4", base::Millis(1)), HitKind::kPattern, pattern).id);
  ids.insert(
      raise(again("read_5", base::Millis(2), "ABC9999"), HitKind::kPattern, pattern).id);  // another vehicle
  const auto from_elsewhere = alerts_->raise(again("read_6", base::Millis(3)),
                                             {"ent_1", "hot_1", HitKind::kExact, true}, wanted(), "Stolen");
  ids.insert((*from_elsewhere)->id);
  EXPECT_EQ(ids.size(), 6u);
}

TEST_F(AlertsTest, WhatAPersonHasPutAwayIsRaisedAnew) {
  const std::string id = raise().id;
  ASSERT_TRUE(alerts_->decide(id, step("confirm", "all-agree")));
  EXPECT_EQ(raise(again("read_2", base::Millis(1))).id, id);
  ASSERT_TRUE(alerts_->record_outcome(id, step()));
  EXPECT_NE(raise(again("read_3", base::Millis(2))).id, id);
}

TEST_F(AlertsTest, ARestartForgetsThePassingButNotItsReads) {
  const std::string id = raise().id;
  ASSERT_EQ(raise(again("read_2", base::Millis(1))).id, id);
  alerts_ = Alerts::open(*db_, clock_).value();
  EXPECT_EQ(raise(again("read_2", base::Millis(1))).id, id);
  EXPECT_NE(raise(again("read_3", base::Millis(2))).id, id);
  EXPECT_EQ(alerts_->pending(), 2u);
}

TEST(RecentPassings, ForgetsTheOldestBeyondItsBound) {
  RecentPassings passings;
  const auto passing = [](std::size_t i) {
    return RecentPassings::Passing{"cam_" + std::to_string(i), "ent_1", *plate::Plate::parse("ABC1230")};
  };
  for (std::size_t i = 0; i <= kMaxPassings; ++i) passings.begin(passing(i), kNow, std::to_string(i));
  EXPECT_FALSE(passings.alert_of(passing(0), kNow));
  EXPECT_EQ(passings.alert_of(passing(1), kNow), "1");
  EXPECT_EQ(passings.alert_of(passing(kMaxPassings), kNow), std::to_string(kMaxPassings));
}

// Who they are says the account; what they compared, each of them.
TEST_F(AlertsTest, AStopOfHighRiskIsConfirmedByTwoPeople) {
  const auto by = [&](const std::string& officer) {
    Step look = step("confirm", "all-agree");
    look.officer_id = officer;
    return look;
  };
  hotlist::Entry felony = wanted();
  felony.reason = "Used in a felony";
  const std::string id = raise(seen(), HitKind::kExact, felony).id;
  hotlist::Hit of_list{"ent_1", "hot_1", HitKind::kExact};
  of_list.second_look = true;
  const std::string by_list = (*alerts_->raise(seen("read_2"), of_list, wanted(), "Robberies"))->id;
  EXPECT_EQ(alerts_->refs(by_list)->looks_needed, 2) << "because its list says so";
  EXPECT_EQ(alerts_->refs(raise(seen("read_3")).id)->looks_needed, 1);

  EXPECT_EQ(alerts_->refs(id)->looks_needed, 2);
  ASSERT_TRUE(alerts_->decide(id, by("off_1")));
  EXPECT_EQ(state(id), State::kPending);
  EXPECT_EQ(alerts_->refs(id)->looks_needed, 1);
  EXPECT_TRUE(alerts_->check_decision(id, "confirm", "all-agree", kAllCompared, "off_1")
                  .error()
                  .is(Errc::kSamePerson));
  EXPECT_TRUE(alerts_->decide(id, by("off_1")).error().is(Errc::kSamePerson));
  EXPECT_TRUE(alerts_->check_outcome(id, "recovered").error().is(Errc::kWrongState));
  EXPECT_EQ(state(id), State::kPending);
  EXPECT_TRUE(
      alerts_->check_decision(id, "confirm", "all-agree", {"plate"}, "off_2").error().is(Errc::kNotCompared))
      << "the second one compares as well";
  ASSERT_TRUE(alerts_->decide(id, by("off_2")));
  EXPECT_EQ(state(id), State::kConfirmed);
  EXPECT_EQ(alerts_->refs(id)->looks_needed, 0);

  ASSERT_TRUE(alerts_->decide(by_list, by("off_1")));
  EXPECT_TRUE(alerts_->check_decision(by_list, "reject", "misread", {}, "off_1"))
      << "who looked again may say no";
  ASSERT_TRUE(alerts_->decide(by_list, step("reject", "misread")));
  EXPECT_EQ(state(by_list), State::kRejected) << "one is enough to say that it is another";
}

TEST_F(AlertsTest, WhatWasWrongStandsInARegister) {
  int n = 0;
  const auto decided = [&](const std::string& decision, const std::string& code) {
    const std::string id = raise(seen("read_" + std::to_string(++n))).id;
    EXPECT_TRUE(alerts_->decide(id, step(decision, code)));
    return id;
  };
  decided("reject", "misread");
  decided("reject", "picture-unclear");  // nothing is known to be wrong
  decided("reject", "stale-entry");
  ASSERT_TRUE(alerts_->record_outcome(decided("confirm", "all-agree"), step("", "recovered")));
  ASSERT_TRUE(alerts_->record_outcome(decided("confirm", "all-agree"), step("", "misread")));
  const std::string over = raise(seen("read_9")).id;
  ASSERT_TRUE(alerts_->withdraw(over, {"Hill County", clock_.now(), "", "recovered", "It is back.", 9}));

  const base::Time now = clock_.now() + base::Millis(1);
  const auto found = misreads(*db_, kNow, now);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->decided, 5u);
  EXPECT_EQ(found->confirmed, 2u);
  EXPECT_EQ(found->wrong, 3u);
  ASSERT_EQ(found->newest.size(), 3u);
  EXPECT_TRUE(found->newest[0].after_confirmation);
  EXPECT_EQ(found->newest[0].ledger_index, 7u);
  for (const MisreadKind& kind : found->kinds) {
    EXPECT_EQ(kind.before, kind.code == "misread" || kind.code == "stale" ? 1u : 0u) << kind.code;
    EXPECT_EQ(kind.after, kind.code == "misread" ? 1u : 0u) << kind.code;
  }
  EXPECT_EQ(misreads(*db_, now, now + std::chrono::hours(1))->decided, 0u);
}

TEST_F(AlertsTest, GoesThroughItsStatesInOrder) {
  const std::string id = raise().id;
  EXPECT_TRUE(alerts_->check_outcome(id, "recovered").error().is(Errc::kWrongState));
  EXPECT_TRUE(alerts_->record_outcome(id, step()).error().is(Errc::kWrongState));
  EXPECT_EQ(state(id), State::kPending);
  ASSERT_TRUE(alerts_->check_decision(id, "confirm", "all-agree", kAllCompared, "off_1"));
  ASSERT_TRUE(alerts_->decide(id, step("confirm", "all-agree")));
  EXPECT_EQ(state(id), State::kConfirmed);
  EXPECT_TRUE(alerts_->decide(id, step("reject", "misread")).error().is(Errc::kWrongState));
  EXPECT_TRUE(alerts_->check_decision(id, "reject", "misread", {}, "off_1").error().is(Errc::kWrongState));
  EXPECT_TRUE(alerts_->check_outcome(id, "victory").error().is(Errc::kBadCode));
  ASSERT_TRUE(alerts_->check_outcome(id, "recovered"));
  ASSERT_TRUE(alerts_->record_outcome(id, step()));
  EXPECT_EQ(state(id), State::kClosed);
  EXPECT_TRUE(alerts_->record_outcome(id, step()).error().is(Errc::kWrongState));
}

TEST_F(AlertsTest, ARejectedAlertStaysRejected) {
  const std::string id = raise().id;
  ASSERT_TRUE(alerts_->decide(id, step("reject", "misread")));
  EXPECT_TRUE(alerts_->decide(id, step("confirm", "all-agree")).error().is(Errc::kWrongState));
  EXPECT_TRUE(alerts_->record_outcome(id, step()).error().is(Errc::kWrongState));
  EXPECT_EQ(raise().state, State::kRejected);  // the same read again does not wake it
  EXPECT_TRUE(alerts_->decide("alert_none", step("reject", "misread")).error().is(Errc::kNotFound));
}

TEST_F(AlertsTest, AConfirmationComparesAllFourAndItsCodeFits) {
  const std::string id = raise().id;
  for (std::size_t i = 0; i < kAllCompared.size(); ++i) {
    auto compared = kAllCompared;
    compared.erase(compared.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(alerts_->check_decision(id, "confirm", "all-agree", compared, "off_1")
                    .error()
                    .is(Errc::kNotCompared));
  }
  EXPECT_TRUE(
      alerts_->check_decision(id, "confirm", "misread", kAllCompared, "off_1").error().is(Errc::kBadCode));
  EXPECT_TRUE(
      alerts_->check_decision(id, "reject", "all-agree", kAllCompared, "off_1").error().is(Errc::kBadCode));
  EXPECT_TRUE(
      alerts_->check_decision(id, "maybe", "other", kAllCompared, "off_1").error().is(Errc::kBadCode));
  EXPECT_TRUE(alerts_->check_decision(id, "reject", "misread", {}, "off_1"));

  auto other = seen("read_2");
  other.plate->region = "us-md";
  const std::string differing = raise(other).id;
  EXPECT_TRUE(alerts_->check_decision(differing, "confirm", "all-agree", kAllCompared, "off_1")
                  .error()
                  .is(Errc::kBadCode));
  EXPECT_TRUE(alerts_->check_decision(differing, "confirm", "difference-explained", kAllCompared, "off_1"));
  const std::string possible = raise(seen("read_3", "A8C1230"), HitKind::kPossible).id;
  EXPECT_TRUE(alerts_->check_decision(possible, "confirm", "all-agree", kAllCompared, "off_1")
                  .error()
                  .is(Errc::kBadCode));
}

TEST_F(AlertsTest, OfManyWhoDecideAtOnceOneDoes) {
  for (int round = 0; round < 5; ++round) {
    const std::string id = raise(seen("read_race" + std::to_string(round))).id;
    std::atomic<int> decided{0}, closed{0};
    std::vector<std::thread> people;
    for (int i = 0; i < 6; ++i) {
      people.emplace_back([&, i] {
        if (alerts_->decide(id, step(i % 2 == 0 ? "confirm" : "reject", "x"))) ++decided;
        if (alerts_->record_outcome(id, step())) ++closed;
      });
    }
    for (std::thread& person : people) person.join();
    EXPECT_EQ(decided, 1);
    const State end = state(id);
    EXPECT_TRUE(end == State::kRejected || end == State::kClosed || end == State::kConfirmed);
    EXPECT_EQ(closed, end == State::kClosed ? 1 : 0);
  }
}

TEST_F(AlertsTest, TheDatabaseItselfRefusesASkippedState) {
  const std::string id = raise().id;
  EXPECT_FALSE(db_->exec("UPDATE alerts SET state = 'closed' WHERE id = :id", {{"id", id}}));
  EXPECT_FALSE(db_->exec("UPDATE alerts SET state = 'confirmed' WHERE id = :id", {{"id", id}}));
  EXPECT_FALSE(db_->exec("UPDATE alerts SET state = 'actionable' WHERE id = :id", {{"id", id}}));
  EXPECT_EQ(state(id), State::kPending);
}

TEST_F(AlertsTest, PagesPendingByRankThenOthersByTime) {
  std::set<std::string> all;
  for (int i = 0; i < 9; ++i) {
    auto read = seen("read_" + std::to_string(i));
    read.plate->confidence = 0.1f * static_cast<float>(i % 4);
    all.insert(raise(read).id);
  }
  for (int i = 0; i < 4; ++i) {
    const std::string id = raise(seen("read_" + std::to_string(i))).id;
    ASSERT_TRUE(alerts_->decide(id, step("reject", "misread")));
  }
  for (const std::size_t size : {1u, 2u, 3u, 5u, 50u}) {
    std::set<std::string> seen_ids;
    double last_rank = 2;
    bool others = false;
    std::string cursor;
    do {
      const auto page = alerts_->list(std::nullopt, cursor, size);
      ASSERT_TRUE(page) << cursor;
      for (const Summary& alert : page->alerts) {
        EXPECT_TRUE(seen_ids.insert(alert.id).second);
        if (alert.state == State::kPending) {
          EXPECT_FALSE(others);
          EXPECT_LE(alert.rank, last_rank);
          last_rank = alert.rank;
        } else {
          others = true;
        }
      }
      cursor = page->next_cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen_ids, all) << size;
  }
  EXPECT_EQ(alerts_->list(State::kRejected, "", 50)->alerts.size(), 4u);
  EXPECT_EQ(alerts_->list(State::kPending, "", 50)->alerts.size(), 5u);
  EXPECT_FALSE(alerts_->list(std::nullopt, "p1.'; DROP", 50));
  EXPECT_FALSE(alerts_->list(std::nullopt, "x", 50));
}

TEST_F(AlertsTest, TheAlertInFullNeedsAPermitForExactlyIt) {
  auto ledger = ledger::Ledger::open(
      {.dir = dir_ + "/ledger", .origin = "test.example/log", .key_path = dir_ + "/key", .clock = &clock_});
  ASSERT_TRUE(ledger) << ledger.error().message();
  gate::Gate gate({.ledger = ledger->get(), .clock = &clock_, .retained_days = 30});
  const std::string id = raise().id, other = raise(seen("read_2")).id;
  policy::Question question;
  question.action = policy::Action::kViewAlerts;
  question.who = {
      .id = "off_1", .agency_id = "agency_own", .role = policy::Role::kDispatcher, .active = true};
  question.beneficiary_kind = "own";
  gate::Scope scope;
  scope.alert_id = id;
  auto permit = gate.ask(question, scope);
  ASSERT_TRUE(permit);
  const auto alert = alerts_->get(*permit, id);
  ASSERT_TRUE(alert) << alert.error().message();
  EXPECT_EQ(alert->entry.plate, "ABC1230");
  EXPECT_EQ(alert->read_id, "read_1");
  EXPECT_TRUE(alerts_->get(*permit, other).error().is(Errc::kOutsidePermit));
  clock_.advance(std::chrono::hours(2));
  EXPECT_TRUE(alerts_->get(*permit, id).error().is(Errc::kOutsidePermit));
}

TEST(Agreement, SaysWhatIsSameDifferentAndUnknown) {
  auto read = seen();
  read.plate->region = "us-md";
  read.looks.body = "unknown";
  read.looks.color = "blue";
  auto verdicts = compare(wanted(), read);
  ASSERT_EQ(verdicts.size(), 5u);
  EXPECT_EQ(verdicts[0].verdict, Verdict::kSame);
  EXPECT_EQ(verdicts[1].verdict, Verdict::kDifferent);
  EXPECT_EQ(verdicts[2].verdict, Verdict::kUnknown);
  EXPECT_EQ(verdicts[3].verdict, Verdict::kDifferent);
  EXPECT_EQ(verdicts[4].verdict, Verdict::kUnknown);
  read.looks.color_confidence = 0.3f;  // the camera doubts it
  EXPECT_EQ(compare(wanted(), read)[3].verdict, Verdict::kUnknown);
  read.plate->region = "us";
  EXPECT_EQ(compare(wanted(), read)[1].verdict, Verdict::kUnknown);
  EXPECT_EQ(compare(wanted("ABC*"), seen())[0].verdict, Verdict::kSame);
  EXPECT_EQ(compare(wanted("XYZ*"), seen())[0].verdict, Verdict::kDifferent);
  reads::Read none = seen();
  none.plate.reset();
  EXPECT_EQ(compare(wanted(), none)[0].verdict, Verdict::kUnknown);
}

TEST(Agreement, EveryDisagreementLowersTheRankAndEveryAgreementRaisesIt) {
  for (const HitKind kind : {HitKind::kExact, HitKind::kPattern, HitKind::kPossible}) {
    for (const char* field : {"region", "body", "color", "make"}) {
      const auto rank = [&](Verdict verdict) { return rank_of(kind, {{field, "a", "b", verdict}}, 0.8f); };
      EXPECT_LT(rank(Verdict::kDifferent), rank(Verdict::kUnknown)) << field;
      EXPECT_GT(rank(Verdict::kSame), rank(Verdict::kUnknown)) << field;
    }
    EXPECT_LT(rank_of(kind, {}, 0.2f), rank_of(kind, {}, 0.9f));
  }
  EXPECT_GT(rank_of(HitKind::kExact, {}, 0.9f), rank_of(HitKind::kPattern, {}, 0.9f));
  EXPECT_GT(rank_of(HitKind::kPattern, {}, 0.9f), rank_of(HitKind::kPossible, {}, 0.9f));
}

TEST(Codes, EveryDecisionCodeBelongsToOneDecision) {
  for (const Code& code : decision_codes())
    EXPECT_TRUE(code.decision == "confirm" || code.decision == "reject");
  for (const Code& code : outcome_codes()) EXPECT_EQ(code.decision, "");
}

TEST_F(AlertsTest, AlertsOfHiddenListsAreNeitherListedNorCounted) {
  const Summary shown = raise();
  hotlist::Entry other = wanted();
  other.id = "ent_2";
  other.hotlist_id = "hot_2";
  const Summary hidden = raise(seen("read_2"), HitKind::kExact, other);
  EXPECT_EQ(hidden.hotlist_id, "hot_2");
  EXPECT_EQ(alerts_->pending(), 2u);
  EXPECT_EQ(alerts_->pending({"hot_2", "hot_3"}), 1u);
  EXPECT_EQ(alerts_->list({}, "", 10)->alerts.size(), 2u);
  ASSERT_EQ(alerts_->list({}, "", 10, {"hot_2"})->alerts.size(), 1u);
  EXPECT_EQ(alerts_->list({}, "", 10, {"hot_2"})->alerts[0].id, shown.id);
  ASSERT_TRUE(alerts_->decide(hidden.id, step("reject", "misread")));
  EXPECT_EQ(alerts_->list(State::kRejected, "", 10)->alerts.size(), 1u);
  EXPECT_TRUE(alerts_->list(State::kRejected, "", 10, {"hot_2"})->alerts.empty());
}

}  // namespace
}  // namespace glasshouse::alerts
