#include <gtest/gtest.h>

#include "api/cameras.h"

namespace glasshouse::api {
namespace {

using base::Millis;

CameraFacts working() {
  CameraFacts facts;
  facts.now = base::from_ms(1795353954000);
  facts.has_token = true;
  facts.contact = records::Contact{facts.now - Millis(20'000), "reading", "", "1.0", 0};
  facts.last_read_at = facts.now - Millis(90'000);
  facts.reads_last_hour = 40;
  facts.usual_reads_this_hour = 45;
  return facts;
}

TEST(CameraHealth, SaysThatAllIsWell) {
  EXPECT_EQ(camera_state(working()), "ok");
  const auto findings = camera_findings(working());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].level, "ok");
}

TEST(CameraHealth, NamesTheCauseInTheOrderThatAPersonWouldCheck) {
  CameraFacts facts = working();
  facts.enabled = false;
  EXPECT_EQ(camera_state(facts), "disabled");
  EXPECT_NE(camera_findings(facts)[0].sentence.find("switched off"), std::string::npos);

  facts = working();
  facts.has_token = false;
  facts.contact.reset();
  facts.last_read_at.reset();
  EXPECT_EQ(camera_state(facts), "never-seen");
  EXPECT_NE(camera_findings(facts)[0].next.find("device token"), std::string::npos);
  facts.has_token = true;
  EXPECT_NE(camera_findings(facts)[0].sentence.find("never reported"), std::string::npos);

  facts = working();
  facts.contact->at = facts.now - Millis(3 * 3600 * 1000);
  facts.last_read_at = facts.contact->at;
  EXPECT_EQ(camera_state(facts), "away");
  EXPECT_NE(camera_findings(facts)[0].sentence.find("3 hours ago"), std::string::npos);

  facts = working();
  facts.contact->source_state = "failed";
  facts.contact->message = "connection refused";
  EXPECT_EQ(camera_findings(facts)[0].level, "problem");
  EXPECT_NE(camera_findings(facts)[0].sentence.find("connection refused"), std::string::npos);

  facts = working();
  facts.contact->spool_reads = 400;
  EXPECT_NE(camera_findings(facts)[0].sentence.find("400 reads wait"), std::string::npos);
}

TEST(CameraHealth, TellsWhatTheSignaturesOfItsPicturesTell) {
  CameraFacts facts = working();
  facts.pictures.missing = 3;
  EXPECT_EQ(camera_findings(facts)[0].level, "warn");
  EXPECT_NE(camera_findings(facts)[0].sentence.find("3 pictures that it took did not come"),
            std::string::npos);
  facts.pictures.broken_at = facts.now - Millis(5 * 60'000);
  EXPECT_EQ(camera_findings(facts)[0].level, "problem");
  EXPECT_NE(camera_findings(facts)[0].sentence.find("5 minutes ago"), std::string::npos);
  facts = working();
  facts.pictures.other_key_at = facts.now;
  EXPECT_NE(camera_findings(facts)[0].sentence.find("another key"), std::string::npos);
}

TEST(CameraHealth, SaysWhenNoPictureCanBeOpened) {
  CameraFacts facts = working();
  facts.vault_trouble = "The vault's agent has not answered since noon.";
  const auto findings = camera_findings(facts);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].sentence.find("no picture can be opened"), std::string::npos);
}

TEST(CameraHealth, ComparesWithWhatIsUsual) {
  CameraFacts facts = working();
  facts.reads_last_hour = 3;
  EXPECT_NE(camera_findings(facts)[0].sentence.find("usually 45"), std::string::npos);
  facts.usual_reads_this_hour = 4;  // too little to compare with
  EXPECT_EQ(camera_findings(facts)[0].level, "ok");
  facts.last_read_at = facts.now - Millis(2 * 3600 * 1000);
  facts.reads_last_hour = 0;
  EXPECT_EQ(camera_state(facts), "quiet");
  EXPECT_EQ(camera_findings(facts)[0].level, "warn");
}

TEST(CameraHealth, AReadIsASignOfLifeToo) {
  CameraFacts facts = working();
  facts.contact.reset();  // the server was restarted
  EXPECT_EQ(camera_state(facts), "ok");
}

TEST(CameraHealth, SpeaksOfTimeAsPeopleDo) {
  const base::Time now = base::from_ms(1795353954000);
  EXPECT_EQ(ago(now + Millis(5000), now), "just now");
  EXPECT_EQ(ago(now - Millis(61'000), now), "1 minute ago");
  EXPECT_EQ(ago(now - Millis(59 * 60'000), now), "59 minutes ago");
  EXPECT_EQ(ago(now - Millis(3600'000), now), "1 hour ago");
  EXPECT_EQ(ago(now - Millis(72 * 3600'000ll), now), "3 days ago");
}

}  // namespace
}  // namespace glasshouse::api
