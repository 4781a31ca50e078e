// Retention by what a read is: unmatched, hit, held. Time is set by the test.
#include "app/held_reads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "alerts/alerts.h"
#include "base/id.h"
#include "reads/store_testing.h"
#include "records/holds.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::app {
namespace {

using policy::Action;
using reads::testing::kNow;

constexpr int kUnmatchedDays = 7, kHitDays = 14;

class HeldReadsTest : public ::testing::Test {
 protected:
  HeldReadsTest() {
    for (const auto& part : {records::migrations(), alerts::Alerts::migrations(), retention_migrations()})
      EXPECT_TRUE(db_->migrate(part));
    vault_ = vault::Vault::open({.dir = folder_ / "vault", .clock = &clock_}).value();
    EXPECT_TRUE(prepare_day_keys(*vault_, gate_));
    settings_.retained_days = kUnmatchedDays;
    settings_.hit_days = kHitDays;
    EXPECT_TRUE(
        db_->exec("INSERT INTO cases (id, number, purpose, offence, title, opened_by, is_open, "
                  "opened_at_ms) VALUES ('case_1', '1', 'p', 'o', 't', 'b', 1, 0)"));
    std::vector<reads::Incoming> batch;
    for (std::string* id : {&unmatched_, &hit_, &hit_again_, &rejected_, &rejected_again_, &held_}) {
      batch.push_back(reads::testing::passing(kNow, "cam_a", "ABC123"));
      const auto keys = seal::read_day_keys(vault_->public_keys({0}));
      batch.back().picture_sealed =
          seal::seal_picture("\xFF\xD8\xFF", keys->by_day.at(base::day_of(kNow)))->file;
      batch.back().manifest = "signed";
      *id = batch.back().read.id;
    }
    EXPECT_EQ(store_->ingest(std::move(batch))->stored, 6u);
    alert(hit_, hit_again_, "confirmed");
    alert(rejected_, rejected_again_, "rejected");
    hold(held_, kNow + std::chrono::hours(24 * 90));
  }

  // Of one passing: `read` raised the alert, `again` joined it.
  void alert(const std::string& read, const std::string& again, const std::string& state) {
    hotlist::Entry entry;
    entry.id = base::new_id("entry", kNow);
    entry.plate = "ABC123";
    entry.reason = "Stolen";
    const auto alerts = alerts::Alerts::open(*db_, clock_).value();
    hotlist::Hit hit;
    hit.entry_id = entry.id;
    reads::Read of;
    of.id = read;
    of.camera_id = "cam_" + state;
    of.captured_at = kNow;
    ASSERT_TRUE(alerts->raise(of, hit, entry, "List"));
    of.id = again;
    ASSERT_TRUE(alerts->raise(of, hit, entry, "List"));
    ASSERT_EQ(
        db_->query("SELECT id FROM alerts WHERE read_id = :read AND reads = 2", {{"read", read}})->size(),
        1u);
    ASSERT_TRUE(db_->exec("UPDATE alerts SET state = :state, decision_by = 'x' WHERE read_id = :read",
                          {{"state", state}, {"read", read}}));
  }
  void hold(const std::string& read, base::Time until) {
    const std::string id = base::new_id("hold", clock_.now());
    ASSERT_TRUE(vault_->make_hold_key(id));
    ASSERT_TRUE(store_->hold({id, "case_1"}, read, [&](const reads::Picture& picture) {
      return vault_->rehead_for_hold(
          {.read_id = picture.read_id, .captured_at = picture.captured_at, .file = picture.file.bytes}, id);
    }));
    records::HoldRecord record;
    record.id = id;
    record.case_id = "case_1";
    record.read_id = read;
    record.until = until;
    ASSERT_TRUE(records::Holds(*db_).add(record));
  }
  // What an officer on the case gets to see, opened with a key of his own.
  std::set<std::string> opened() {
    std::set<std::string> ids;
    for (const std::string& id : {unmatched_, hit_, hit_again_, rejected_, rejected_again_, held_}) {
      gate::Scope scope;
      scope.read_ids = {id};
      const auto permit = door_.permit(Action::kViewPicture, std::move(scope));
      const auto picture = store_->picture(permit, id);
      if (!picture) continue;
      const auto browser = crypto::AgeIdentity::generate();
      const auto given = vault_->release(permit,
                                         {.read_id = picture->read_id,
                                          .camera_id = picture->camera_id,
                                          .captured_at = picture->captured_at,
                                          .file = picture->file.bytes,
                                          .hold = picture->hold},
                                         browser.recipient());
      if (given && crypto::age_open(*given, browser)) ids.insert(id);
    }
    return ids;
  }
  void after_days(int days) {
    clock_.set(kNow + std::chrono::hours(24 * days));
    ASSERT_TRUE(drop_old_days({*store_, gate_, *log_, *db_, *vault_}, settings_));
    ASSERT_TRUE(prepare_day_keys(*vault_, gate_));
  }
  std::vector<std::string> values(const std::string& kind, const std::string& name) {
    std::vector<std::string> found;
    const auto entries = log_->entries(ledger::Reader::kPublic, std::nullopt, ledger::kMaxPage).value();
    for (const auto& entry : entries) {
      for (const auto& field : entry.disclosures)
        if (entry.kind == kind && field.name == name) found.push_back(field.value);
    }
    return found;
  }

  reads::testing::Folder folder_;
  base::ManualClock clock_{kNow};
  reads::testing::Door door_{clock_};
  std::unique_ptr<reads::Store> store_ = reads::testing::open_store(folder_ / "reads", clock_);
  std::unique_ptr<ledger::Ledger> log_ = ledger::Ledger::open({.dir = folder_ / "log",
                                                               .origin = "test.example/held",
                                                               .key_path = folder_ / "log.key",
                                                               .clock = &clock_})
                                             .value();
  std::unique_ptr<db::Database> db_ = db::Database::open("sqlite://" + folder_ / "records.db").value();
  gate::Gate gate_{{.ledger = log_.get(), .clock = &clock_, .retained_days = kUnmatchedDays}};
  std::unique_ptr<vault::Vault> vault_;
  records::Settings settings_;
  std::string unmatched_, hit_, hit_again_, rejected_, rejected_again_, held_;
};

TEST_F(HeldReadsTest, EachIsKeptAsLongAsItsStateSays) {
  after_days(kUnmatchedDays - 1);
  EXPECT_EQ(opened(),
            (std::set<std::string>{unmatched_, hit_, hit_again_, rejected_, rejected_again_, held_}));
  after_days(kUnmatchedDays + 1);
  EXPECT_EQ(opened(), (std::set<std::string>{hit_, hit_again_, held_})) << "what was rejected is no hit";
  const auto held = values("retention.purge", "held");
  EXPECT_EQ(std::count(held.begin(), held.end(), "3"), 1) << "and 0 of days that had nothing but a key";
  after_days(kHitDays + 1);
  EXPECT_EQ(opened(), (std::set<std::string>{held_}));
  EXPECT_EQ(values("hold.expire", "hold"), (std::vector<std::string>{"hits-2026-11-22"}));
  after_days(91);
  EXPECT_EQ(opened(), (std::set<std::string>{}));
  EXPECT_TRUE(vault_->living_holds().empty());
  EXPECT_TRUE(store_->holds().empty());
}

TEST_F(HeldReadsTest, WithoutTheSettingAHitGoesWithItsDay) {
  settings_.hit_days = 0;
  after_days(kUnmatchedDays + 1);
  EXPECT_EQ(opened(), (std::set<std::string>{held_}));
}

TEST_F(HeldReadsTest, APackLimitsHits) {
  settings_.hit_days = 300;  // the strict default says 21 days
  after_days(20);
  EXPECT_EQ(opened(), (std::set<std::string>{hit_, hit_again_, held_}));
  after_days(22);
  EXPECT_EQ(opened(), (std::set<std::string>{held_}));
}

TEST_F(HeldReadsTest, WhatNobodyWasToldOfIsRemoved) {
  ASSERT_TRUE(vault_->make_hold_key(base::new_id("hold", clock_.now())));
  EXPECT_EQ(vault_->living_holds().size(), 2u);
  after_days(0);
  EXPECT_EQ(vault_->living_holds().size(), 2u) << "it may be under way";
  after_days(1);
  EXPECT_EQ(vault_->living_holds().size(), 1u);
}

}  // namespace
}  // namespace glasshouse::app
