#include "api/pack_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace glasshouse::api {
namespace {

using testing::HasSubstr;

const base::Time kNow = *base::parse_rfc3339("2026-11-24T12:00:00Z");
const base::Day kToday = base::day_of(kNow);
const std::filesystem::path kShipped = GLASSHOUSE_PACKS;

std::string pack_text(const std::string& id, const std::string& level, int version, const std::string& more) {
  return "format = 1\nid = \"" + id + "\"\ntitle = \"T\"\nlevel = \"" + level +
         "\"\njurisdiction = \"T\"\nversion = " + std::to_string(version) +
         "\neffective = 2026-01-01\nreview = \"not reviewed by counsel\"\n[citations.o]\n" +
         "text = \"Ordinance\"\nmark = \"verified\"\n" + more;
}
std::string kept(const std::string& time) {
  return "[retention.unmatched]\nat_most = \"" + time + "\"\ncite = \"o\"\n";
}

class PackShelfTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "packsXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    std::filesystem::create_directories(dir_ / "packs");
    db_ = std::move(*db::Database::open("sqlite://" + (dir_ / "records.db").string()));
    ASSERT_TRUE(db_->migrate(pack_migrations()));
  }
  void TearDown() override {
    shelf_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }
  base::Result<void> open() {
    shelf_.reset();
    auto shelf = PackShelf::open({.db = db_.get(),
                                  .clock = &clock_,
                                  .dir = (dir_ / "packs").string(),
                                  .more_keys_path = (dir_ / "pack-keys").string(),
                                  .key_path = (dir_ / "packs.key").string(),
                                  .key_name = "town.example/packs"});
    if (!shelf) return tl::unexpected(shelf.error());
    shelf_ = std::move(*shelf);
    return {};
  }
  void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(dir_ / path) << text;
  }
  void offer(const std::string& id, const std::string& text) {
    const std::string note = ledger::sign_note(text, "publisher", publisher_);
    write("packs/" + id + ".toml", text);
    write("packs/" + id + ".toml.sig", note.substr(text.size() + 1));
    write("packs/publisher.vkey",
          ledger::format_verifier_key(ledger::verifier_key_for("publisher", publisher_.public_key())) + "\n");
  }
  void adopt(const std::string& id) {
    auto plan = shelf_->plan(*shelf_->offer(id), std::nullopt, false);
    ASSERT_TRUE(plan) << plan.error().message();
    ASSERT_TRUE(shelf_->adopt(*plan, "acct_1", 7));
  }

  std::filesystem::path dir_;
  base::ManualClock clock_{kNow};
  crypto::SigningKey publisher_ = crypto::SigningKey::generate();
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<PackShelf> shelf_;
};

TEST_F(PackShelfTest, OffersWhatItsPublisherSignedAndNothingElse) {
  offer("good", pack_text("good", "state", 1, kept("9 days")));
  offer("changed", pack_text("changed", "state", 1, kept("9 days")));
  write("packs/changed.toml", pack_text("changed", "state", 1, kept("900 days")));
  write("packs/bare.toml", pack_text("bare", "state", 1, kept("9 days")));
  ASSERT_TRUE(open());
  ASSERT_EQ(shelf_->offers().size(), 1U);
  EXPECT_EQ(shelf_->offers()[0].pack.id, "good");
  EXPECT_EQ(shelf_->offers()[0].signed_by, "publisher");
  EXPECT_TRUE(shelf_->offer("bare").error().is(PackErrc::kUnknown));
}

TEST_F(PackShelfTest, TakesTextBelowTheStateAndSignedTextAboveIt) {
  offer("good", pack_text("good", "state", 1, kept("9 days")));
  ASSERT_TRUE(open());
  const std::string state = pack_text("mine", "state", 1, kept("900 days"));
  EXPECT_TRUE(shelf_->open_offer(state).error().is(PackErrc::kSignature));
  EXPECT_TRUE(shelf_->open_offer(ledger::sign_note(state, "publisher", crypto::SigningKey::generate()))
                  .error()
                  .is(PackErrc::kSignature));
  EXPECT_EQ(shelf_->open_offer(ledger::sign_note(state, "publisher", publisher_))->signed_by, "publisher");
  EXPECT_EQ(shelf_->open_offer(pack_text("town", "locality", 1, kept("7 days")))->signed_by, "");
  const auto bad =
      shelf_->open_offer(pack_text("town", "locality", 1, "[retention.unmatched]\nat_most = 7\n"));
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().why(), HasSubstr("line 13"));
}

TEST_F(PackShelfTest, AnAdoptionSurvivesAndCountsFromItsDay) {
  offer("good", pack_text("good", "state", 1, kept("9 days")));
  ASSERT_TRUE(open());
  EXPECT_EQ(shelf_->stack()->at(kToday)->stored_days(), 21);
  auto plan = shelf_->plan(*shelf_->offer("good"), base::parse_day("2026-12-24"), false);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->loosens);
  ASSERT_EQ(plan->differences.size(), 1U);
  EXPECT_EQ(plan->differences[0].sentence, "Retention of unmatched reads: 21 days → 9 days.");
  ASSERT_TRUE(shelf_->adopt(*plan, "acct_1", 42));
  ASSERT_TRUE(open());
  ASSERT_EQ(shelf_->adopted().size(), 1U);
  EXPECT_EQ(shelf_->adopted()[0].by, "acct_1");
  EXPECT_EQ(shelf_->adopted()[0].ledger_index, 42U);
  EXPECT_EQ(shelf_->stack()->at(*base::parse_day("2026-12-23"))->stored_days(), 21);
  EXPECT_EQ(shelf_->stack()->at(*base::parse_day("2026-12-24"))->stored_days(), 9);
}

TEST_F(PackShelfTest, LooseningIsSeen) {
  offer("good", pack_text("good", "state", 1, kept("9 days")));
  offer("loose", pack_text("loose", "state", 1,
                           kept("99 days") + "[retention.hit]\nat_most = \"99 days\"\ncite = \"o\"\n"));
  ASSERT_TRUE(open());
  adopt("good");
  const auto plan = shelf_->plan(*shelf_->offer("loose"), std::nullopt, false);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->loosens);
  EXPECT_EQ(shelf_->stack()->at(kToday)->stored_days(), 9) << "a plan changes nothing";
}

TEST_F(PackShelfTest, AChangedTextNeedsAHigherVersion) {
  ASSERT_TRUE(open());
  const auto plan_of = [&](int version, const std::string& time, const char* level = "locality") {
    return shelf_->plan(*shelf_->open_offer(pack_text("town", level, version, kept(time))), std::nullopt,
                        false);
  };
  ASSERT_TRUE(shelf_->adopt(*plan_of(2, "7 days"), "acct_1", 1));
  EXPECT_TRUE(plan_of(2, "8 days").error().is(PackErrc::kConflict));
  EXPECT_TRUE(plan_of(1, "7 days").error().is(PackErrc::kConflict));
  EXPECT_TRUE(plan_of(3, "7 days", "agency").error().is(PackErrc::kConflict));
  EXPECT_TRUE(plan_of(3, "8 days"));
  EXPECT_TRUE(plan_of(2, "7 days"));
}

TEST_F(PackShelfTest, APackThatIsStillToComeEndsNoEarlierThanItBegins) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(shelf_->adopted_offer("town").error().is(PackErrc::kUnknown));
  const base::Day begins = *base::parse_day("2026-12-24");
  auto coming =
      shelf_->plan(*shelf_->open_offer(pack_text("town", "locality", 1, kept("7 days"))), begins, false);
  ASSERT_TRUE(shelf_->adopt(*coming, "acct_1", 1));
  auto end = shelf_->plan(*shelf_->adopted_offer("town"), std::nullopt, true);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->from, begins);
  EXPECT_TRUE(end->loosens);
  ASSERT_TRUE(shelf_->adopt(*end, "acct_1", 2));
  EXPECT_EQ(shelf_->stack()->at(begins)->stored_days(), 21);
  EXPECT_TRUE(shelf_->adopted_offer("town").error().is(PackErrc::kUnknown));
}

TEST_F(PackShelfTest, NotStoringBeginsWithAWholeDay) {
  ASSERT_TRUE(open());
  const auto offer = shelf_->open_offer(pack_text("town", "locality", 1, kept("3 minutes")));
  EXPECT_TRUE(shelf_->plan(*offer, kToday, false).error().is(PackErrc::kTooSoon));
  const auto plan = shelf_->plan(*offer, std::nullopt, false);
  ASSERT_TRUE(plan);
  EXPECT_EQ(base::format_day(plan->from), "2026-11-25");
}

TEST_F(PackShelfTest, WhatSomebodyChangedInTheDatabaseStopsTheServer) {
  ASSERT_TRUE(open());
  for (const char* level : {"locality", "agency"}) {
    auto plan =
        shelf_->plan(*shelf_->open_offer(pack_text(std::string("t-") + level, level, 1, kept("7 days"))),
                     std::nullopt, false);
    ASSERT_TRUE(shelf_->adopt(*plan, "acct_1", 1));
  }
  ASSERT_TRUE(open());
  const auto rows = db_->query("SELECT note FROM packs_adopted WHERE adoption_number = 0");
  std::string note = rows->front().text("note");
  note.replace(note.find("7 days"), 6, "9 days");
  ASSERT_TRUE(db_->exec("UPDATE packs_adopted SET note = :note WHERE adoption_number = 0", {{"note", note}}));
  EXPECT_TRUE(open().error().is(PackErrc::kDamaged));
  ASSERT_TRUE(db_->exec("DELETE FROM packs_adopted WHERE adoption_number = 0"));
  EXPECT_TRUE(open().error().is(PackErrc::kDamaged)) << "the second now stands first";
  std::filesystem::remove(dir_ / "packs.key");
  EXPECT_TRUE(open().error().is(PackErrc::kKey));
}

TEST(ShippedPacks, AreAllSignedByTheKeyBesideThem) {
  std::ifstream file(kShipped / "publisher.vkey");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  const auto key = ledger::parse_verifier_key(line);
  ASSERT_TRUE(key);
  int packs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kShipped)) {
    if (entry.path().extension() != ".toml") continue;
    const auto text = base::posix_files().read(entry.path().string(), policy::kMaxPackBytes);
    const auto signature = base::posix_files().read(entry.path().string() + ".sig", 4096);
    ASSERT_TRUE(text && signature) << entry.path() << ": sign it with scripts/sign-packs";
    const auto note = ledger::parse_note(*text + "\n" + *signature);
    ASSERT_TRUE(note) << entry.path();
    EXPECT_TRUE(ledger::verify_note(*note, *key)) << entry.path() << ": sign it anew with scripts/sign-packs";
    EXPECT_EQ(note->text, *text);
    ++packs;
  }
  EXPECT_GE(packs, 11);
}

}  // namespace
}  // namespace glasshouse::api
