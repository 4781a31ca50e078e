#include "search/language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "search/wide.h"

namespace glasshouse::search {
namespace {

using Mode = reads::PlateQuery::Mode;
using testing::HasSubstr;

const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:00Z");  // a Sunday
const std::vector<CameraPlace> kCameras{{"cam_1", "Main & 5th", {37.27, -79.94}},
                                        {"cam_2", "Mill Rd", {37.275, -79.94}},
                                        {"cam_3", "Mill Bridge", {37.28, -79.94}},
                                        {"cam_4", "The \"Old\" Gate", {37.28, -79.95}}};
const Surroundings kAround{kCameras, kNow};

Asked asked(const std::string& text, const Surroundings& around = kAround) {
  auto parsed = parse(text, around);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().what + " / " + parsed.error().works);
  return parsed ? *parsed : Asked{};
}
std::string canonical(const std::string& text) {
  return text_of(asked(text), kAround);
}
// The piece of the text that is marked, and what is said of it.
std::string mistake(const std::string& text) {
  auto parsed = parse(text, kAround);
  if (parsed) return "understood as " + text_of(*parsed, kAround);
  EXPECT_LE(parsed.error().at + parsed.error().length, text.size());
  EXPECT_FALSE(parsed.error().works.empty()) << "says what would work: " << text;
  return text.substr(parsed.error().at, parsed.error().length) + ": " + parsed.error().what;
}
std::string at(const std::optional<base::Time>& time) {
  return time ? base::format_rfc3339(*time).substr(0, 16) : "none";
}

TEST(Language, UnderstandsTheWholeSentence) {
  const Asked a = asked(
      "plate:7?K* color:white body:pickup near:\"Main & 5th\" within:2km from:\"Fri 22:00\" to:\"Sat "
      "02:00\"");
  EXPECT_EQ(a.question.plate->mode, Mode::kWildcard);
  EXPECT_EQ(a.question.plate->text, "7?K*");
  EXPECT_EQ(a.question.colors, std::vector<std::string>{"white"});
  EXPECT_EQ(a.question.bodies, std::vector<std::string>{"pickup"});
  const auto circle = std::get<Circle>(*a.question.area);
  EXPECT_EQ(circle.center, kCameras[0].place);
  EXPECT_EQ(circle.radius_m, 2000);
  EXPECT_EQ(at(a.question.from), "2026-11-20T22:00");
  EXPECT_EQ(at(a.question.to), "2026-11-21T02:00");
}

TEST(Language, HowAPlateIsWrittenSaysHowItIsMeant) {
  const auto mode = [](const std::string& text) { return asked(text).question.plate->mode; };
  EXPECT_EQ(mode("plate:7ka-8123"), Mode::kExact);
  EXPECT_EQ(mode("7ka*"), Mode::kPrefix);
  EXPECT_EQ(mode("*ka8*"), Mode::kContains);
  EXPECT_EQ(mode("*ka8"), Mode::kWildcard);
  EXPECT_EQ(mode("~7ka8123"), Mode::kConfusable);
  EXPECT_EQ(canonical("white 7KA 8123 pickup"), "plate:7KA8123 color:white body:pickup")
      << "words without keys";
  EXPECT_EQ(canonical("COLOR:White,silver,white make:\"Land Rover,ford\""),
            "color:white,silver make:\"land rover,ford\"");
}

TEST(Language, WordsAsPeopleUseThem) {
  EXPECT_EQ(canonical("black ford pickup"), "color:black body:pickup make:ford");
  EXPECT_EQ(canonical("grey Chevy"), "color:gray make:chevrolet");
  EXPECT_EQ(canonical("white truck"), "color:white body:pickup,truck") << "many call a pickup so";
  EXPECT_EQ(canonical("body:truck"), "body:truck");
  EXPECT_EQ(canonical("red car"), "color:red");
  EXPECT_EQ(canonical("7K* virginia"), "plate:7K* region:us-va");
  for (const char* text : {"7K* region:VA", "7K* state:virginia", "7K* region:us-va"})
    EXPECT_EQ(canonical(text), "plate:7K* region:us-va");
  EXPECT_EQ(canonical("7K* colour:tan make:VW region:br"), "plate:7K* region:br color:beige make:volkswagen");
  EXPECT_EQ(canonical("KIA 1234"), "plate:KIA1234") << "rather a plate";
  EXPECT_EQ(canonical("kia 7KA8123"), "plate:7KA8123 make:kia");
  EXPECT_EQ(canonical("plate:FORD"), "plate:FORD");
  EXPECT_EQ(canonical("7KA near:\"5th and Main\""), "plate:7KA near:\"Main & 5th\" within:500m");
}

TEST(Language, TimesAsPeopleWriteThem) {
  const auto from = [](const std::string& text) {
    return at(asked("7KA from:\"" + text + "\"").question.from);
  };
  EXPECT_EQ(from("today"), "2026-11-22T00:00");
  EXPECT_EQ(from("yesterday 7:30"), "2026-11-21T07:30");
  EXPECT_EQ(from("sun 13:00"), "2026-11-15T13:00") << "today at one has not been yet";
  EXPECT_EQ(from("Sunday 11:00"), "2026-11-22T11:00");
  EXPECT_EQ(from("tue"), "2026-11-17T00:00");
  EXPECT_EQ(from("Thu 9:05"), "2026-11-19T09:05");
  EXPECT_EQ(from("22:00"), "2026-11-21T22:00");
  EXPECT_EQ(from("11:00"), "2026-11-22T11:00");
  EXPECT_EQ(from("10pm"), "2026-11-21T22:00");
  EXPECT_EQ(from("12:05 AM"), "2026-11-22T00:05");
  EXPECT_EQ(from("11/20/2026"), "2026-11-20T00:00");
  EXPECT_EQ(from("11/20 10:30 pm"), "2026-11-20T22:30");
  EXPECT_EQ(from("12/24/25 7:00"), "2025-12-24T07:00");
  EXPECT_EQ(from("12/24"), "2025-12-24T00:00") << "the last one";
  for (const char* text : {"13/01/2026", "2/30/2026", "13pm", "0am", "10:7pm", "am", "1/2/3/4"})
    EXPECT_EQ(mistake("7KA from:\"" + std::string(text) + "\""),
              "\"" + std::string(text) + "\": This is not a time");
  EXPECT_EQ(from("2h"), "2026-11-22T10:00");
  EXPECT_EQ(from("2026-11-01"), "2026-11-01T00:00");
  EXPECT_EQ(from("2026-11-01 23:59"), "2026-11-01T23:59");
  EXPECT_EQ(from("2026-11-01T23:59:00-05:00"), "2026-11-02T04:59");
  EXPECT_EQ(at(asked("7KA to:yesterday").question.to), "2026-11-22T00:00") << "the whole day";
  const Asked night = asked("7KA to:02:00 from:\"Fri 22:00\"");
  EXPECT_EQ(at(night.question.to), "2026-11-21T02:00") << "the first two o'clock behind the start";
  const Surroundings east{kCameras, kNow, base::Millis(std::chrono::hours(-5))};
  EXPECT_EQ(at(asked("7KA from:\"Fri 22:00\"", east).question.from), "2026-11-21T03:00");
  EXPECT_EQ(text_of(asked("7KA from:\"Fri 22:00\"", east), east), "plate:7KA from:\"2026-11-20 22:00\"");
}

TEST(Language, SeveralPlacesAndConvoys) {
  const Asked both =
      asked("white near:\"main & 5th\" from:\"Fri 22:00\" to:23:00 and camera:\"Mill Rd\" from:\"Sat 1:00\"");
  ASSERT_EQ(both.also.size(), 1u);
  EXPECT_EQ(both.also[0].camera_ids, std::vector<std::string>{"cam_2"});
  EXPECT_EQ(at(both.also[0].from), "2026-11-21T01:00");
  EXPECT_EQ(
      text_of(both, kAround),
      "color:white near:\"Main & 5th\" within:500m from:\"2026-11-20 22:00\" to:\"2026-11-20 23:00\" and "
      "camera:\"Mill Rd\" from:\"2026-11-21 01:00\"");
  EXPECT_EQ(canonical("7KA8123 show:convoy apart:2min"), "show:convoy plate:7KA8123 cameras:3 apart:120s");
  EXPECT_EQ(canonical("show:route plate:~7KA8123"), "show:route plate:~7KA8123");
  EXPECT_EQ(canonical("near:37.28,-79.95 within:1mi"), "near:\"The \\\"Old\\\" Gate\" within:1609.344m");
}

TEST(Language, WhatLooksLikeTheVehicleOfARead) {
  const std::string id = "read_01kx3vq6m0t5h2c8z9d4r7w1ab";
  const Asked a = asked("again:" + id + " near:\"Main & 5th\" white");
  EXPECT_EQ(kind_of(a), Kind::kAgain);
  EXPECT_EQ(a.question.again, id);
  EXPECT_EQ(canonical("white again:" + id), "again:" + id + " color:white");
  const auto whole = plan_again(asked("again:" + id), kAround, 21, 500);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->query.to - whole->query.from, std::chrono::hours(20 * 24 + 12)) << "all that is kept";
  EXPECT_TRUE(whole->scope.camera_ids.empty());
  EXPECT_EQ(whole->query.limit, 200u);
  EXPECT_THAT(whole->sentence, HasSubstr("looks like the vehicle of " + id));
  const auto near = plan_again(a, kAround, 21, 50);
  ASSERT_TRUE(near);
  EXPECT_THAT(near->scope.camera_ids, testing::ElementsAre("cam_1"));
  EXPECT_EQ(near->query.camera_ids, near->scope.camera_ids);
  EXPECT_EQ(near->query.colors, std::vector<std::string>{"white"});
  EXPECT_EQ(mistake("again:7KA8123"), "7KA8123: This is not a read's id");
  EXPECT_THAT(mistake("plate:7KA again:" + id), HasSubstr("Looks are searched for by themselves"));
  EXPECT_THAT(mistake("again:" + id + " show:convoy"), HasSubstr("by themselves"));
  EXPECT_THAT(mistake("camera:\"Mill Rd\" again:" + id + " and near:\"Main & 5th\""),
              HasSubstr("by themselves"));
}

TEST(Language, SaysWhereItIsWrongAndWhatWorks) {
  EXPECT_THAT(mistake(""), HasSubstr("Nothing is asked"));
  EXPECT_THAT(mistake(" car"), HasSubstr("Nothing is asked"));
  EXPECT_EQ(mistake("7KA weight:2t"), "weight:2t: There is no weight:");
  EXPECT_EQ(mistake("7KA region:atlantis"), "atlantis: No camera reports \"atlantis\"");
  EXPECT_EQ(mistake("7KA from:2026-02-31"), "2026-02-31: This is not a time");
  EXPECT_EQ(mistake("7KA from:today from:yesterday"), "from:yesterday: A second start");
  EXPECT_EQ(parse("near:\"Mill Rd\" and near:\"Main & 5th\" white", kAround).error().works,
            "Write white before the first \"and\"");
  EXPECT_EQ(mistake("7KA near:Elm"), "Elm: No camera has that name");
  EXPECT_EQ(parse("7KA near:mill", kAround).error().works, "One of them: \"Mill Rd\", \"Mill Bridge\"");
  EXPECT_EQ(mistake("color:mauve"), "mauve: No camera reports \"mauve\"");
  EXPECT_EQ(mistake("plate:7KÄ"), "7KÄ: This is not a plate");
  EXPECT_EQ(mistake("plate:***"), "***: This is not a plate");
  EXPECT_EQ(mistake("7KA near:Mill"), "Mill: 2 cameras may be meant");
  EXPECT_EQ(mistake("7KA within:2km"), "within:2km: Within what?");
  EXPECT_EQ(mistake("near:\"Mill Rd\" within:2parsecs"), "2parsecs: This is not a distance");
  EXPECT_EQ(mistake("near:\"Mill Rd"), "near:\"Mill Rd: A quote is opened here and not closed");
  EXPECT_EQ(mistake("7KA from:someday"), "someday: This is not a time");
  EXPECT_EQ(mistake("7KA from:1h to:3h"), "3h: This is before the start");
  EXPECT_EQ(mistake("7KA8123 plate:8KA"), "plate:8KA: A second plate");
  EXPECT_EQ(mistake("white and near:\"Mill Rd\""), "and: No place stands before this \"and\"");
  EXPECT_EQ(mistake("near:\"Mill Rd\" and from:1h"), "and: No place stands behind this \"and\"");
  EXPECT_EQ(mistake("near:\"Mill Rd\" and camera:cam_1 color:red"),
            "color:red: Plate and looks hold for all places");
  EXPECT_EQ(mistake("show:route 7K*"), "show:route: This is about one plate");
  EXPECT_EQ(mistake("7KA8123 apart:20s"), "apart:20s: Only a convoy has this");
  EXPECT_EQ(mistake("7KA8123 show:owner"), "owner: Nothing can be shown as that");
  EXPECT_EQ(mistake("box:1,2,0,3"), "1,2,0,3: This is not a rectangle");
  EXPECT_EQ(mistake("color:"), "color:: Nothing stands behind color:");
  EXPECT_THAT(mistake(std::string(2001, 'A')), HasSubstr("too long"));
}

TEST(Language, TheCanonicalFormMeansTheSame) {
  std::mt19937 random(31);
  const std::vector<std::string> pieces{"plate:7K*",
                                        "7KA",
                                        "8123",
                                        "~0OB8",
                                        "*11*",
                                        "color:white,red",
                                        "suv",
                                        "make:\"land rover\"",
                                        "region:us-va",
                                        "near:\"Main & 5th\"",
                                        "near:37.5,-79.25",
                                        "within:1.5km",
                                        "within:3mi",
                                        "box:37.2,-80,37.3,-79.9",
                                        "camera:cam_4",
                                        "camera:\"Mill Rd\"",
                                        "from:\"Fri 22:00\"",
                                        "from:3d",
                                        "to:now",
                                        "to:02:00",
                                        "to:\"2026-11-22 10:00:07\"",
                                        "and",
                                        "show:convoy",
                                        "show:last",
                                        "cameras:5",
                                        "apart:90s"};
  int understood = 0;
  for (int i = 0; i < 30000; ++i) {
    std::string text;
    for (std::size_t n = 1 + random() % 8; n > 0; --n) text += pieces[random() % pieces.size()] + " ";
    const auto parsed = parse(text, kAround);
    if (!parsed) continue;
    ++understood;
    const std::string once = text_of(*parsed, kAround);
    const auto again = parse(once, kAround);
    ASSERT_TRUE(again) << text << " -> " << once << ": " << again.error().what;
    ASSERT_EQ(text_of(*again, kAround), once) << text;
  }
  EXPECT_GT(understood, 500);
}

std::vector<std::string> completions(const std::string& text) {
  std::vector<std::string> list;
  for (const Completion& one : complete(text, text.size(), kAround)) {
    EXPECT_LE(one.at + one.length, text.size());
    EXPECT_FALSE(one.meaning.empty());
    list.push_back(text.substr(0, one.at) + one.text);
  }
  return list;
}

TEST(Completion, OffersWhatCouldStandThere) {
  EXPECT_THAT(completions("7KA co"), testing::Contains("7KA color:"));
  EXPECT_THAT(completions("color:white,s"), testing::ElementsAre("color:white,silver"));
  EXPECT_THAT(completions("near:mill"), testing::ElementsAre("near:\"Mill Rd\"", "near:\"Mill Bridge\""));
  EXPECT_THAT(completions("near:\"5th"), testing::ElementsAre("near:\"Main & 5th\""));
  EXPECT_THAT(completions("show:"), testing::Contains("show:route"));
  EXPECT_THAT(completions("7KA from:y"),
              testing::ElementsAre("7KA from:yesterday", "7KA from:\"yesterday 22:00\""));
  EXPECT_THAT(completions("pick"), testing::Contains("pickup"));
  EXPECT_THAT(completions(""), testing::Contains("plate:"));
  EXPECT_THAT(completions("7KA"), testing::ElementsAre("plate:7KA*", "plate:*7KA*")) << "a part, rather";
  const auto alike = complete("7O1K", 4, kAround);
  ASSERT_FALSE(alike.empty());
  EXPECT_EQ(alike.back().text, "plate:~7O1K") << "as typed, and what it may be instead";
  EXPECT_THAT(alike.back().meaning, HasSubstr("701K"));
  for (const std::string& text : completions("7KA ")) EXPECT_TRUE(text.starts_with("7KA ")) << text;
}

TEST(Language, TimesAreThoseOfTheClocksOfTheirDay) {
  // Two days behind the clocks were set back.
  const Surroundings east{kCameras, *base::parse_rfc3339("2026-11-03T17:00:00Z"),
                          base::LocalClock::of_zone("America/New_York", base::Millis(0))};
  const Asked since = asked("from:\"2026-10-30 22:00\" to:\"2026-11-02 6:00\"", east);
  EXPECT_EQ(since.question.from, base::parse_rfc3339("2026-10-31T02:00:00Z"));
  EXPECT_EQ(since.question.to, base::parse_rfc3339("2026-11-02T11:00:00Z"));
  EXPECT_NE(text_of(since, east).find("2026-10-30 22:00"), std::string::npos) << text_of(since, east);
  EXPECT_EQ(asked("from:\"Sat 22:00\"", east).question.from, base::parse_rfc3339("2026-11-01T02:00:00Z"));
}

}  // namespace
}  // namespace glasshouse::search
