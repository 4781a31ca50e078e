// CTC decoding, formats, and the choice between what was seen and what plates look like.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "vision/candidates.h"
#include "vision/ctc.h"
#include "vision/evidence.h"
#include "vision/features.h"
#include "vision/formats.h"
#include "vision/plate_choice.h"
#include "vision/vote.h"

namespace glasshouse::vision {
namespace {

Column column(std::initializer_list<std::pair<char, float>> seen) {
  Column c{};
  float rest = 1;
  for (const auto& [value, p] : seen) {
    c[symbol_of(value)] = p;
    rest -= p;
  }
  c[0] = rest;
  return c;
}

// A column for each character, with a blank between them.
std::vector<Column> spelled(const std::string& text, float sure = 0.97f) {
  std::vector<Column> columns{column({})};
  for (char c : text) {
    columns.push_back(column({{c, sure}}));
    columns.push_back(column({}));
  }
  return columns;
}

TEST(Ctc, FindsTheTextAndItsProbability) {
  const auto found = beam_search(spelled("AB1C2D"), 16, 5);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].text, "AB1C2D");
  EXPECT_NEAR(std::exp(found[0].log_probability), std::pow(0.97, 6), 0.02);
}

TEST(Ctc, SumsOverAlignments) {
  // "A" over two columns: AA, A-, -A all spell it: 1 - 0.5 * 0.5.
  const std::vector<Column> columns{column({{'A', 0.5f}}), column({{'A', 0.5f}})};
  const auto found = beam_search(columns, 16, 5);
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0].text, "A");
  EXPECT_NEAR(std::exp(found[0].log_probability), 0.75, 1e-4);
  EXPECT_NEAR(std::exp(found[1].log_probability), 0.25, 1e-4);
}

TEST(Ctc, RepeatsNeedABlankBetween) {
  const std::vector<Column> joined{column({{'7', 0.99f}}), column({{'7', 0.99f}})};
  EXPECT_EQ(beam_search(joined, 8, 1)[0].text, "7");
  EXPECT_EQ(beam_search(spelled("77"), 8, 1)[0].text, "77");
}

TEST(Ctc, AlignsEachCharacterToItsColumn) {
  const auto places = align(spelled("K9X"), "K9X");
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].peak, 1);
  EXPECT_EQ(places[1].peak, 3);
  EXPECT_EQ(places[2].peak, 5);
  EXPECT_GT(places[1].seen[9], 0.9f);
  EXPECT_TRUE(align({column({})}, "AB").empty());
  EXPECT_TRUE(align({}, "A").empty());
}

TEST(Ctc, ATextsOwnProbabilityIsWhatTheSearchFinds) {
  const std::vector<Column> columns{column({{'A', 0.5f}, {'B', 0.3f}}), column({{'A', 0.4f}, {'7', 0.3f}}),
                                    column({{'A', 0.2f}, {'7', 0.6f}}), column({{'7', 0.9f}})};
  const auto found = beam_search(columns, 1000, 1000);
  ASSERT_GT(found.size(), 20u);
  double all = 0;
  for (const auto& h : found) {
    EXPECT_NEAR(std::exp(log_probability(columns, h.text)), std::exp(h.log_probability), 1e-4) << h.text;
    all += std::exp(log_probability(columns, h.text));
  }
  EXPECT_NEAR(all, 1, 1e-3);
  EXPECT_LT(log_probability(columns, "AAAAA"), -1e9);  // no path spells it in four columns
}

TEST(Ctc, BoundsWhatItFollows) {
  const auto found = beam_search(spelled(std::string(40, 'A') + "B"), 8, 3);
  for (const auto& h : found) EXPECT_LE(h.text.size(), kMostCharacters);
}

std::string best(const std::vector<Column>& columns, const FormatPrior& prior) {
  const Choice choice = choose(columns, prior, {});
  return choice.candidates.empty() ? "" : choice.candidates[0].text;
}

TEST(Formats, DecideBetweenLookAlikesWhereTheyAreCertain) {
  const FormatPrior brazil = format_prior("br");
  EXPECT_EQ(best(spelled("A8CI234"), brazil), "ABC1234");  // old: three letters, four digits
  EXPECT_EQ(best(spelled("ABC1D23"), brazil), "ABC1D23");  // Mercosul
  EXPECT_EQ(best(spelled("0LE5095"), brazil), "OLE5095");
}

TEST(Formats, NeverTurnACharacterIntoOneThatLooksDifferent) {
  const FormatPrior brazil = format_prior("br");
  EXPECT_EQ(best(spelled("W3X9999"), brazil), "W3X9999");  // 3 is no letter and looks like none
  EXPECT_EQ(best(spelled("WXYZ"), format_prior("us")), "WXYZ");
}

TEST(Formats, KeepWhatWasSeen) {
  const Choice choice = choose(spelled("A8CI234"), format_prior("br"), {});
  EXPECT_EQ(choice.raw_text, "A8CI234");
  EXPECT_EQ(choice.region, "br");
  EXPECT_TRUE(choice.in_format);
  ASSERT_EQ(choice.characters.size(), 7u);
  EXPECT_EQ(choice.characters[1].value, 'B');
  ASSERT_FALSE(choice.characters[1].alternatives.empty());
  EXPECT_EQ(choice.characters[1].alternatives[0].value, '8');
}

TEST(Formats, CandidatesAreRankedAndBounded) {
  std::vector<Column> columns = spelled("ABC1234", 0.6f);
  for (std::size_t i = 1; i < columns.size(); i += 2) columns[i][symbol_of('X')] = columns[i][0] = 0.2f;
  const Choice choice = choose(columns, format_prior("us"), {});
  ASSERT_GT(choice.candidates.size(), 3u);
  EXPECT_LE(choice.candidates.size(), static_cast<std::size_t>(kMaxCandidates));
  float sum = 0;
  for (std::size_t i = 0; i < choice.candidates.size(); ++i) {
    sum += choice.candidates[i].confidence;
    if (i > 0) {
      EXPECT_LE(choice.candidates[i].confidence, choice.candidates[i - 1].confidence);
    }
  }
  EXPECT_LE(sum, 1.0001f);
}

TEST(Formats, WhatLooksAlikeIsAmongTheCandidates) {
  const auto holds = [](const Choice& choice, const std::string& text) {
    return std::any_of(choice.candidates.begin(), choice.candidates.end(),
                       [&](const Candidate& c) { return c.text == text; });
  };
  const Choice brazil = choose(spelled("DUH9191"), format_prior("br"), {});
  EXPECT_EQ(brazil.candidates.at(0).text, "DUH9191");
  EXPECT_TRUE(holds(brazil, "OUH9191"));
  const Choice vanity = choose(spelled("MOTORZ"), format_prior("us"), {});
  EXPECT_EQ(vanity.candidates.at(0).text, "M0T0RZ");
  EXPECT_TRUE(holds(vanity, "MOTORZ"));
  float sum = 0;
  for (const Candidate& c : vanity.candidates) sum += c.confidence;
  EXPECT_LE(sum, 1.001f);
}

TEST(Formats, ARoundCharacterThatNoFormatPlacesIsZeroInTheUnitedStates) {
  const Choice choice = choose(spelled("N0GODS"), format_prior("us"), {});
  EXPECT_EQ(choice.candidates.at(0).text, "N0G0DS");
  EXPECT_EQ(choice.raw_text, "N0GODS");
  ASSERT_EQ(choice.characters.size(), 6u);
  EXPECT_GT(choice.characters[3].confidence, 0.5f);  // as sure as of the one that was seen as a zero
  EXPECT_EQ(choice.characters[3].alternatives.at(0).value, 'O');
  EXPECT_TRUE(choice.has_digit);
  EXPECT_FALSE(choose(spelled("MOTORZ"), format_prior("us"), {}).has_digit);  // a word, however it is written
  EXPECT_EQ(best(spelled("OIT643"), format_prior("us", "us-la", 0.9)), "OIT643");  // a format places it
  EXPECT_EQ(best(spelled("N0GODS"), format_prior("de")), "N0GODS");
  EXPECT_EQ(best(spelled("N0GODS"), format_prior("", "us-in", 0.9)), "N0G0DS");  // small print named a state
}

TEST(Formats, AHintFromTheSmallPrintDecides) {
  const auto columns = spelled("HKOE7C");
  EXPECT_EQ(best(columns, format_prior("us", "us-mo", 0.9)), "HK0E7C");
}

TEST(Formats, ProbabilitiesSumToOne) {
  for (const char* country : {"", "us", "eu", "de", "br"}) {
    const FormatPrior prior = format_prior(country);
    double sum = prior.probability_free;
    for (const LikelyFormat& f : prior.formats) sum += f.probability;
    EXPECT_NEAR(sum, 1, 1e-6) << country;
    EXPECT_FALSE(prior.formats.empty()) << country;
  }
  EXPECT_FALSE(is_known_country("atlantis"));
  EXPECT_FALSE(is_known_country("xx"));
  EXPECT_TRUE(is_known_country(""));
}

TEST(Formats, ADistrictsCodeTellsTheCountryAndWhereLettersStand) {
  // Two letters, four digits and a letter are common elsewhere in Europe, but not after these districts.
  EXPECT_EQ(best(spelled("BA268IM"), format_prior("eu")), "BA268IM");
  const Choice slovak = choose(spelled("ZH12OKI"), format_prior("eu"), {});
  EXPECT_EQ(slovak.candidates.at(0).text, "ZH120KI");
  EXPECT_EQ(slovak.region, "eu-sk");
  EXPECT_EQ(best(spelled("D80ABC"), format_prior("ro")), "D80ABC");  // one letter stands for one town only
  EXPECT_EQ(best(spelled("880ABC"), format_prior("ro")), "B80ABC");
}

TEST(Formats, BritishDigitsAreAHalfYear) {
  EXPECT_EQ(best(spelled("LN5IABC"), format_prior("gb")), "LN51ABC");
  EXPECT_EQ(best(spelled("RK34OAO"), format_prior("eu")), "RK340AO");  // no 34 yet; Krosno and Ruzomberok
}

TEST(Formats, BeginningsAreCodesOfOneLength) {
  for (const PlateFormat& format : all_formats()) {
    const Beginnings codes(format.beginnings);
    if (codes.count == 0) continue;
    EXPECT_EQ(format.beginnings.size(), codes.count * (codes.length + 1) - 1) << format.region;
    ASSERT_LE(codes.length, format.pattern.size());
    for (std::size_t i = 0; i < codes.count; ++i) {
      EXPECT_EQ(codes[i].find(' '), std::string_view::npos) << format.region << " " << codes[i];
      if (i > 0) {
        EXPECT_LT(codes[i - 1], codes[i]) << format.region;
      }
    }
    EXPECT_EQ(format.pattern.find_first_not_of('A'),
              std::max(codes.length, format.pattern.find_first_not_of('A')));
  }
}

TEST(Formats, FitIsExact) {
  const PlateFormat format{"us-ca", "9AAA999", 1, "IOQ"};
  EXPECT_TRUE(fits("6TRJ244", format));
  EXPECT_FALSE(fits("6TRJ24", format));
  EXPECT_FALSE(fits("6TRJ24A", format));
  EXPECT_FALSE(fits("6TOJ244", format));
  const PlateFormat british{"eu-gb", "AA79AAA", 1, "IQ", "A B"};
  EXPECT_TRUE(fits("AB51DEF", british));
  EXPECT_FALSE(fits("AB41DEF", british));
  EXPECT_FALSE(fits("CB51DEF", british));
}

TEST(SmallPrint, TellsTheStateThroughMisreadLetters) {
  EXPECT_EQ(us_state_of("MISSOURI"), "us-mo");
  EXPECT_EQ(us_state_of("Show-Me State"), "us-mo");
  EXPECT_EQ(us_state_of("CALIF0RNIA"), "us-ca");
  EXPECT_EQ(us_state_of("M1SSOURl"), "us-mo");
  EXPECT_EQ(us_state_of("OHIO"), "us-oh");
  EXPECT_EQ(us_state_of("MAR VIRGINIA 01"), "us-va");
  EXPECT_EQ(us_state_of("12 WEST VIRGINIA"), "us-wv");
  EXPECT_EQ(us_state_of("ARKANSAS"), "us-ar");
  EXPECT_EQ(us_state_of("WASHINGTON"), "us-wa");
  EXPECT_EQ(us_state_of("WASHINGTON DC"), "us-dc");
  EXPECT_EQ(us_state_of("0HIO"), std::nullopt);
  EXPECT_EQ(us_state_of("HONDA"), std::nullopt);
  EXPECT_EQ(us_state_of(""), std::nullopt);
  EXPECT_EQ(us_state_of(std::string(5'000, 'M')), std::nullopt);
}

using Words = std::vector<std::string>;

TEST(SmallPrint, TellsATemporaryAndATrailersPlate) {
  EXPECT_EQ(kinds_of_plate("TEMPORARY"), Words{"temporary-plate"});
  EXPECT_EQ(kinds_of_plate("TEMP0RARY PERMIT"), Words{"temporary-plate"});
  EXPECT_EQ(kinds_of_plate("Texas Temp Tag"), Words{"temporary-plate"});
  EXPECT_EQ(kinds_of_plate("IN TRANSIT"), Words{"temporary-plate"});
  EXPECT_EQ(kinds_of_plate("SEMI-TRAILER"), Words{"trailer-plate"});
  EXPECT_EQ(kinds_of_plate("TRA1LER"), Words{"trailer-plate"});
  EXPECT_EQ(kinds_of_plate("TEMPORARY TRAILER"), (Words{"temporary-plate", "trailer-plate"}));
  EXPECT_EQ(us_state_of("MISSOURI TRAILER"), "us-mo");
}

TEST(SmallPrint, WordsNearToAPlatesKindAreNone) {
  for (const char* line :
       {"", "TEMPLE", "TEMPE AZ", "TRAIL", "OREGON TRAIL", "TRAIL BLAZERS", "BROWN TRANSIT", "TRAVELER",
        "TAYLOR COUNTY", "PERMANENT", "APPORTIONED", "DEALER", "TRUCK", "COMMERCIAL"})
    EXPECT_EQ(kinds_of_plate(line), Words{}) << line;
  for (std::string_view slogan : state_prints()) EXPECT_EQ(kinds_of_plate(slogan), Words{}) << slogan;
  EXPECT_EQ(kinds_of_plate(std::string(5'000, 'T')), Words{});
}

Choice choice_seen(float mean, float least, float ahead) {
  Choice choice;
  choice.candidates = {{"AB12CDE", ahead}};
  choice.mean_seen = mean;
  choice.least_seen = least;
  choice.has_digit = true;
  return choice;
}

TEST(ReadingConfidence, FallsWithEveryDoubt) {
  const float sure = reading_confidence(choice_seen(0.99f, 0.98f, 0.97f), 0.9f);
  EXPECT_GT(sure, 0.9f);
  EXPECT_LE(sure, 1.0f);
  EXPECT_LT(reading_confidence(choice_seen(0.9f, 0.4f, 0.97f), 0.9f), sure);
  EXPECT_LT(reading_confidence(choice_seen(0.99f, 0.98f, 0.3f), 0.9f), sure);
  EXPECT_LT(reading_confidence(choice_seen(0.99f, 0.98f, 0.97f), 0.15f), 0.5f);
  EXPECT_EQ(reading_confidence(Choice{}, 0.9f), 0);
  Choice sign = choice_seen(0.99f, 0.98f, 0.97f);
  sign.candidates.front().text = "EXITWAY";
  sign.has_digit = false;
  EXPECT_LT(reading_confidence(sign, 0.9f), sure);
}

TEST(Choice, TwoLooksAtOnePlateCountTogether) {
  // The first is a little surer of K, the second much surer of X.
  auto first = spelled("AAK1234"), second = spelled("AAK1234");
  first[5] = column({{'K', 0.55f}, {'X', 0.4f}});
  second[5] = column({{'K', 0.05f}, {'X', 0.9f}});
  second.push_back(column({}));  // they need not be as long
  const FormatPrior any = format_prior("");
  EXPECT_EQ(choose(first, any, {}).candidates[0].text, "AAK1234");
  const std::vector<std::vector<Column>> looks{first, second};
  const Choice together = choose_together(looks, any, {});
  EXPECT_EQ(together.raw_text, "AAX1234");
  EXPECT_EQ(together.candidates[0].text, "AAX1234");
  EXPECT_EQ(together.characters[2].value, 'X');
  EXPECT_LT(together.characters[2].confidence, choose(second, any, {}).characters[2].confidence);
  const std::vector<std::vector<Column>> one{first};
  EXPECT_EQ(choose_together(one, any, {}).candidates[0].text, "AAK1234");
}

// --- frames of one passing, weighed together ---

// As the reader reads a Brazilian plate "IFR1760" whose R it sees so.
PlateReading reading_with_third(float confidence, std::initializer_list<std::pair<char, float>> third) {
  std::vector<Column> columns = spelled("IFR1760");
  columns[5] = column(third);
  const auto prior = std::make_shared<const FormatPrior>(format_prior("br"));
  const Choice choice = choose(columns, *prior, {});
  PlateReading plate;
  plate.text = choice.candidates.front().text;
  plate.confidence = confidence;
  plate.characters = choice.characters;
  plate.candidates = choice.candidates;
  plate.evidence = std::make_shared<const Evidence>(Evidence{{columns}, prior, 0.9f});
  return plate;
}

TEST(Vote, WhatFramesNearlySawCountsWhereTheirReadingsAreDoubtful) {
  const PlateReading nearly = reading_with_third(0.4f, {{'W', 0.5f}, {'R', 0.4f}});
  const PlateReading seen = reading_with_third(0.1f, {{'R', 0.95f}});
  ASSERT_EQ(nearly.text, "IFW1760");
  ASSERT_EQ(seen.text, "IFR1760");
  const PlateReading voted = vote({nearly, nearly, nearly, seen});
  EXPECT_EQ(voted.text, "IFR1760");
  EXPECT_EQ(voted.candidates.front().text, "IFR1760");
  EXPECT_EQ(voted.characters.size(), 7u);
  EXPECT_EQ(voted.region, "br");
  EXPECT_GT(voted.confidence, nearly.confidence);
  EXPECT_EQ(voted.evidence, nullptr) << "it is kept for as long as the frames of a passing are";
}

TEST(Vote, ARegionThatAFrameToldStays) {
  PlateReading nearly = reading_with_third(0.4f, {{'W', 0.5f}, {'R', 0.4f}});
  nearly.region = "us-mo";  // by its small print
  nearly.region_confidence = 0.8f;
  const PlateReading voted = vote({nearly, nearly, nearly, reading_with_third(0.1f, {{'R', 0.95f}})});
  EXPECT_EQ(voted.text, "IFR1760");
  EXPECT_EQ(voted.region, "us-mo");
}

TEST(Vote, SureReadingsAreNotWeighedAgain) {
  const PlateReading nearly = reading_with_third(0.9f, {{'W', 0.5f}, {'R', 0.4f}});
  const PlateReading seen = reading_with_third(0.1f, {{'R', 0.95f}});
  EXPECT_EQ(vote({nearly, nearly, nearly, seen}).text, "IFW1760");
}

}  // namespace
}  // namespace glasshouse::vision
