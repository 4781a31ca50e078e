#include "records/records.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "records/searches.h"

namespace glasshouse::records {
namespace {

class RecordsTest : public ::testing::Test {
 protected:
  RecordsTest() {
    dir_ = ::testing::TempDir() + "glasshouse_records_" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    reopen();
  }
  ~RecordsTest() override {
    records_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }
  void reopen() {
    records_.reset();
    db_.reset();
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    records_ = Records::open(*db_, clock_).value();
  }
  static Case draft(std::string number) {
    Case item;
    item.number = std::move(number);
    item.purpose = allowed_purpose();
    item.offence = policy::offences().front().code;
    item.title = "Silver pickup, Main Street";
    item.opened_by = "acct_a";
    item.officer_ids = {"acct_b", "acct_a", "acct_b"};
    return item;
  }
  static std::string allowed_purpose() {
    for (const auto& p : policy::purposes()) {
      if (!p.forbidden) return p.code;
    }
    return {};
  }

  std::string dir_;
  base::ManualClock clock_{base::from_ms(1795353954000)};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Records> records_;
};

TEST_F(RecordsTest, SettingsSurviveAndAreChecked) {
  EXPECT_EQ(records_->settings().retained_days, 21);
  Settings settings = records_->settings();
  settings.town_name = "Millbrook Falls";
  settings.timezone = "America/New_York";
  settings.retained_days = 14;
  settings.o_is_zero = true;
  settings.center = {38.5, -78.25};
  ASSERT_TRUE(records_->save(settings));
  reopen();
  EXPECT_EQ(records_->settings().town_name, "Millbrook Falls");
  EXPECT_EQ(records_->settings().retained_days, 14);
  EXPECT_TRUE(records_->settings().o_is_zero);
  EXPECT_NEAR(records_->settings().center.lon_deg, -78.25, 1e-6);
  settings.retained_days = 400;
  EXPECT_TRUE(records_->save(settings).error().is(Errc::kInvalid));
  EXPECT_EQ(records_->settings().retained_days, 14);
}

TEST_F(RecordsTest, ACaseNeedsAnAllowedPurposeAndItsOwnNumber) {
  const Case made = records_->create_case(draft("26-1041")).value();
  EXPECT_EQ(made.officer_ids, (std::vector<std::string>{"acct_a", "acct_b"}));
  EXPECT_TRUE(records_->create_case(draft("26-1041")).error().is(Errc::kConflict));
  for (const auto& purpose : policy::purposes()) {
    Case item = draft("x-" + purpose.code);
    item.purpose = purpose.code;
    EXPECT_EQ(records_->create_case(item).has_value(), !purpose.forbidden) << purpose.code;
  }
  Case odd = draft("26-2");
  odd.purpose = "because";
  EXPECT_TRUE(records_->create_case(odd).error().is(Errc::kInvalid));
  odd = draft("26-3");
  odd.offence = "none";
  EXPECT_TRUE(records_->create_case(odd).error().is(Errc::kInvalid));
}

TEST_F(RecordsTest, TheFactsSayWhoIsAssignedAndWhetherItIsOpen) {
  const Case made = records_->create_case(draft("26-1041")).value();
  EXPECT_TRUE(records_->facts(made.id, "acct_a")->assigned);
  EXPECT_FALSE(records_->facts(made.id, "acct_c")->assigned);
  EXPECT_TRUE(records_->facts(made.id, "acct_a")->open);
  clock_.advance(base::Millis(1000));
  const Case closed =
      records_->change_case(made.id, std::nullopt, false, std::vector<std::string>{"acct_c"}).value();
  EXPECT_EQ(closed.closed_at, clock_.now());
  EXPECT_FALSE(records_->facts(made.id, "acct_a")->assigned);
  EXPECT_FALSE(records_->facts(made.id, "acct_c")->open);
  EXPECT_FALSE(records_->change_case(made.id, std::nullopt, true, std::nullopt)->closed_at);
  EXPECT_TRUE(records_->facts("case_none", "acct_a").error().is(Errc::kNotFound));
}

TEST_F(RecordsTest, TheSheetHoldsPlatesAndDescriptions) {
  const Case made = records_->create_case(draft("26-1041")).value();
  CasePlate plate;
  plate.plate = "7kr-t412";
  plate.region = "us-va";
  plate.added_by = "acct_a";
  Case sheet = records_->add_plate(made.id, plate).value();
  ASSERT_EQ(sheet.plates.size(), 1u);
  EXPECT_EQ(sheet.plates[0].plate, "7KRT412");
  EXPECT_TRUE(records_->add_plate(made.id, plate).error().is(Errc::kConflict));
  plate.plate = "not a plate!";
  EXPECT_TRUE(records_->add_plate(made.id, plate).error().is(Errc::kInvalid));
  CaseDescription description;
  description.text = "white pickup, ladder rack";
  description.color = "white";
  sheet = records_->add_description(made.id, description).value();
  ASSERT_EQ(sheet.descriptions.size(), 1u);
  sheet = records_->remove_plate(made.id, sheet.plates[0].id).value();
  EXPECT_TRUE(sheet.plates.empty());
  EXPECT_TRUE(records_->remove_plate(made.id, "cplt_none").error().is(Errc::kNotFound));
  EXPECT_TRUE(records_->remove_description(made.id, sheet.descriptions[0].id)->descriptions.empty());
}

TEST_F(RecordsTest, CasesComeNewestFirstInPages) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    clock_.advance(base::Millis(10));
    Case item = draft("26-" + std::to_string(100 + i));
    if (i == 3) item.title = "100% _odd_ title";
    made.push_back(records_->create_case(item)->id);
  }
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const CasePage page = records_->cases("", std::nullopt, "acct_b", cursor, 3).value();
    for (const Case& item : page.cases) seen.push_back(item.id);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(seen, std::vector<std::string>(made.rbegin(), made.rend()));
  EXPECT_TRUE(records_->cases("", std::nullopt, "acct_z", "", 50)->cases.empty());
  EXPECT_EQ(records_->cases("26-10", true, "", "", 50)->cases.size(), 7u);
  EXPECT_EQ(records_->cases("100%", std::nullopt, "", "", 50)->cases.size(), 1u);
  EXPECT_EQ(records_->cases("_odd_", std::nullopt, "", "", 50)->cases.size(), 1u);
  EXPECT_TRUE(records_->cases("", false, "", "", 50)->cases.empty());
}

TEST_F(RecordsTest, CamerasKeepOnlyTheTokensHash) {
  Camera camera;
  camera.name = "Main & 5th";
  camera.place = {38.5, -78.25};
  camera.bearing_deg = 90;
  Camera made = records_->create_camera(camera).value();
  EXPECT_FALSE(made.has_token);
  EXPECT_TRUE(records_->create_camera(camera).error().is(Errc::kConflict));
  ASSERT_TRUE(records_->set_device_token(made.id, "aa11"));
  EXPECT_EQ(records_->camera_by_token("aa11")->id, made.id);
  EXPECT_FALSE(records_->camera_by_token("bb22"));
  ASSERT_TRUE(records_->set_device_token(made.id, "bb22"));
  EXPECT_FALSE(records_->camera_by_token("aa11"));  // the old one stops working
  made.enabled = false;
  EXPECT_FALSE(records_->change_camera(made)->enabled);
  EXPECT_FALSE(records_->camera_by_token("bb22"));  // a disabled camera uploads nothing
  made.place = {95, 0};
  EXPECT_TRUE(records_->change_camera(made).error().is(Errc::kInvalid));
  made.place = {0, 0};
  made.bearing_deg = 360;
  EXPECT_TRUE(records_->change_camera(made).error().is(Errc::kInvalid));
  EXPECT_TRUE(records_->set_device_token("cam_none", "cc").error().is(Errc::kNotFound));
  records_->note_contact(made.id, {clock_.now(), "reading", "", "1.0", 3});
  EXPECT_EQ(records_->last_contact(made.id)->spool_reads, 3u);
  EXPECT_FALSE(records_->last_contact("cam_none"));
}

TEST_F(RecordsTest, QuestionsAreKeptForTheirOwnAccountOnly) {
  Searches searches(*db_, clock_);
  const auto kept = searches.save("acct_a", "Pickup on Main", "white pickup near:\"Main St\" from:24h");
  ASSERT_TRUE(kept);
  EXPECT_TRUE(searches.save("acct_a", "Pickup on Main", "x").error().is(Errc::kConflict));
  EXPECT_TRUE(searches.save("acct_b", "Pickup on Main", "x"));
  EXPECT_EQ(searches.saved("acct_a")->size(), 1U);
  EXPECT_TRUE(searches.forget("acct_b", kept->id).error().is(Errc::kNotFound));
  reopen();
  Searches again(*db_, clock_);
  EXPECT_EQ(again.saved("acct_a")->at(0).text, "white pickup near:\"Main St\" from:24h");
  EXPECT_TRUE(again.forget("acct_a", kept->id));
  EXPECT_TRUE(again.saved("acct_a")->empty());
  for (std::size_t i = 0; i < kMostSavedQuestions; ++i)
    ASSERT_TRUE(again.save("acct_c", "q" + std::to_string(i), "white"));
  EXPECT_TRUE(again.save("acct_c", "one more", "white").error().is(Errc::kInvalid));
}

TEST_F(RecordsTest, APastSearchKeepsItsEntryAndWhatCameOfIt) {
  Searches searches(*db_, clock_);
  PastSearch search;
  search.account_id = "acct_a";
  search.case_id = "case_1";
  search.case_number = "26-1041";
  search.kind = "reads";
  search.text = "plate:7K*";
  for (const std::uint64_t index : {7, 9, 12}) {
    search.ledger_index = index;
    search.found = index * 2;
    ASSERT_TRUE(searches.note(search));
  }
  EXPECT_FALSE(searches.note(search)) << "an entry is one search";
  const auto all = searches.past("acct_a", std::nullopt, 10);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->at(0).ledger_index, 12U);
  EXPECT_EQ(all->at(0).found, 24U);
  EXPECT_TRUE(all->at(0).outcome.empty());
  EXPECT_EQ(searches.past("acct_a", 9, 10)->at(0).ledger_index, 7U);
  EXPECT_TRUE(searches.past("acct_b", std::nullopt, 10)->empty());
  ASSERT_TRUE(searches.set_outcome("acct_a", 9, "recovered", "in Mill Rd", 31));
  EXPECT_TRUE(searches.set_outcome("acct_b", 9, "nothing", "", 32).error().is(Errc::kNotFound));
  EXPECT_EQ(searches.one("acct_a", 9)->outcome, "recovered");
  EXPECT_EQ(searches.one("acct_a", 9)->outcome_ledger_index, 31U);
  EXPECT_TRUE(searches.one("acct_a", 8).error().is(Errc::kNotFound));
}

TEST_F(RecordsTest, OfPastSearchesTheNewestAreKept) {
  Searches searches(*db_, clock_);
  PastSearch search;
  search.account_id = "acct_a";
  for (std::uint64_t index = 1; index <= 2112; ++index) {
    search.ledger_index = index;
    ASSERT_TRUE(searches.note(search));
  }
  EXPECT_EQ(searches.past("acct_a", std::nullopt, 5000)->size(), kMostPastSearches);
  EXPECT_EQ(searches.past("acct_a", std::nullopt, 1)->at(0).ledger_index, 2112U);
}

}  // namespace
}  // namespace glasshouse::records
