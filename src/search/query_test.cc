#include "search/query.h"

#include <gtest/gtest.h>

namespace glasshouse::search {
namespace {

using Mode = reads::PlateQuery::Mode;

const base::Time kPlannedAt = *base::parse_rfc3339("2026-11-22T12:00:00Z");
const std::vector<CameraPlace> kFiveCameras{{"cam_1", "Main St", {37.2700, -79.9400}},
                                            {"cam_2", "Mill Rd", {37.2750, -79.9400}},
                                            {"cam_3", "Bridge", {37.2800, -79.9400}},
                                            {"cam_4", "School Ln", {37.2760, -79.9410}},
                                            {"cam_5", "Far Gate", {37.5000, -79.9400}}};

base::Result<Plan> plan_of(const Question& q) {
  return plan(q, kFiveCameras, kPlannedAt, 30, "", 50);
}

Question with_plate(Mode mode, const std::string& text) {
  Question q;
  q.plate = reads::PlateQuery{mode, text};
  return q;
}

bool fails(const Question& q, Errc code) {
  const auto result = plan_of(q);
  EXPECT_FALSE(result);
  if (result) return false;
  EXPECT_FALSE(result.error().next().empty()) << "says what to do";
  return result.error().is(code);
}

TEST(Plan, FoldsThePlateAndLooksAtAllThatIsKept) {
  const auto p = plan_of(with_plate(Mode::kExact, " abc-123 "));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->query.plate->text, "ABC123");
  EXPECT_EQ(base::format_rfc3339(p->query.from), "2026-10-24T00:00:00.000Z");
  EXPECT_EQ(p->query.to, kPlannedAt);
  EXPECT_TRUE(p->names_plate);
  EXPECT_EQ(p->sentence,
            "Vehicles with the plate ABC123, at all cameras, 2026-10-24 00:00 to 2026-11-22 12:00 UTC");
}

TEST(Plan, SaysEveryConditionInWords) {
  Question q = with_plate(Mode::kPrefix, "7k");
  q.colors = {"White", "silver"};
  q.makes = {"ford"};
  q.bodies = {"pickup"};
  q.region = "us-VA";
  q.area = Circle{{37.2750, -79.9400}, 1900};
  q.from = kPlannedAt - std::chrono::hours(14);
  q.to = kPlannedAt - std::chrono::hours(2);
  const auto p = plan_of(q);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->sentence,
            "White or silver Ford pickups with plates starting 7K of region us-va, at 4 cameras within 1.2 "
            "mi (1.9 km) of "
            "37.2750, -79.9400, 2026-11-21 22:00 to 2026-11-22 10:00 UTC");
  q.area.reset();
  q.camera_ids = {"cam_3", "cam_1"};
  EXPECT_NE(plan_of(q)->sentence.find("at Main St, Bridge, "), std::string::npos);
  q.plate = reads::PlateQuery{Mode::kConfusable, "AB1"};
  EXPECT_NE(plan_of(q)->sentence.find("misread from AB1"), std::string::npos);
}

TEST(Plan, TheScopeIsTheQuery) {
  Question q = with_plate(Mode::kContains, "C12");
  q.area = Rectangle{37.27, -79.95, 37.276, -79.93};
  q.from = kPlannedAt - std::chrono::hours(5);
  const auto p = plan_of(q);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->query.camera_ids, (std::vector<std::string>{"cam_1", "cam_2", "cam_4"}));
  EXPECT_EQ(p->scope.camera_ids, p->query.camera_ids);
  EXPECT_EQ(p->scope.from, p->query.from);
  EXPECT_EQ(p->scope.to, p->query.to);
  EXPECT_EQ(p->scope.question, p->sentence);
  EXPECT_TRUE(p->scope.read_ids.empty());
  q.camera_ids = {"cam_4", "cam_5"};
  EXPECT_EQ(plan_of(q)->query.camera_ids, std::vector<std::string>{"cam_4"}) << "named and inside";
}

TEST(Plan, KeepsInsideWhatIsKeptAndThePast) {
  Question q = with_plate(Mode::kExact, "ABC123");
  q.from = kPlannedAt - std::chrono::hours(24 * 365);
  q.to = kPlannedAt + std::chrono::hours(24);
  const auto p = plan_of(q);
  ASSERT_TRUE(p);
  EXPECT_EQ(base::format_rfc3339(p->query.from), "2026-10-24T00:00:00.000Z");
  EXPECT_EQ(p->query.to, kPlannedAt);
  q.to = kPlannedAt - std::chrono::hours(24 * 40);
  EXPECT_TRUE(fails(q, Errc::kBadTime));
  q.from = kPlannedAt - std::chrono::hours(1);
  q.to = kPlannedAt - std::chrono::hours(2);
  EXPECT_TRUE(fails(q, Errc::kBadTime));
}

TEST(Plan, RefusesWhatWouldShowEverybody) {
  EXPECT_TRUE(fails({}, Errc::kTooBroad));
  EXPECT_TRUE(fails(with_plate(Mode::kWildcard, "???*"), Errc::kTooBroad));
  EXPECT_TRUE(fails(with_plate(Mode::kContains, "7"), Errc::kTooBroad));
  Question region_only;
  region_only.region = "us-va";
  EXPECT_TRUE(fails(region_only, Errc::kTooBroad));
  Question place;
  place.camera_ids = {"cam_1"};
  EXPECT_EQ(plan_of(place)->query.from, kPlannedAt - std::chrono::hours(24)) << "a day unless said otherwise";
  place.from = kPlannedAt - std::chrono::hours(25);
  EXPECT_TRUE(fails(place, Errc::kTooBroad));
  Question looks;
  looks.colors = {"white"};
  EXPECT_TRUE(plan_of(looks));
  looks.from = kPlannedAt - std::chrono::hours(24 * 7);
  EXPECT_TRUE(plan_of(looks));
  looks.from = kPlannedAt - std::chrono::hours(24 * 7 + 1);
  EXPECT_TRUE(fails(looks, Errc::kTooBroad));
  looks.camera_ids = {"cam_1"};
  EXPECT_TRUE(plan_of(looks)) << "looks and place together may go back further";
  Question one_letter = with_plate(Mode::kContains, "7");
  one_letter.camera_ids = {"cam_1"};
  EXPECT_FALSE(plan_of(one_letter)->names_plate);
}

TEST(Plan, RefusesWhatItCannotMean) {
  EXPECT_TRUE(fails(with_plate(Mode::kExact, "AB?"), Errc::kBadPlate));
  EXPECT_TRUE(fails(with_plate(Mode::kExact, ""), Errc::kBadPlate));
  EXPECT_TRUE(fails(with_plate(Mode::kWildcard, "*"), Errc::kBadPattern));
  EXPECT_EQ(plan_of(with_plate(Mode::kWildcard, "abc 123"))->query.plate->mode, Mode::kExact);
  Question q = with_plate(Mode::kExact, "ABC123");
  q.colors = {"mauve"};
  EXPECT_TRUE(fails(q, Errc::kBadLooks));
  q.colors = {};
  q.bodies = {"<b>"};
  EXPECT_TRUE(fails(q, Errc::kBadLooks));
  q.bodies = {};
  q.camera_ids = {"cam_9"};
  EXPECT_TRUE(fails(q, Errc::kBadArea));
  q.camera_ids = {};
  for (const Circle& bad :
       {Circle{{37, -80}, 5}, Circle{{37, -80}, 300'000}, Circle{{91, 0}, 100}, Circle{{0, 0}, 100}}) {
    q.area = bad;
    EXPECT_TRUE(fails(q, Errc::kBadArea));
  }
  q.area = Rectangle{38, -79, 37, -80};
  EXPECT_TRUE(fails(q, Errc::kBadArea));
}

}  // namespace
}  // namespace glasshouse::search
