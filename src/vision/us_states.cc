// What is printed small on US plates, to tell the state.
#include <algorithm>
#include <cctype>
#include <vector>

#include "vision/formats.h"

namespace glasshouse::vision {
namespace {

struct Print {
  std::string_view text;  // letters only
  std::string_view state;
};

constexpr Print kPrints[] = {{"ALABAMA", "us-al"},
                             {"HEARTOFDIXIE", "us-al"},
                             {"SWEETHOMEALABAMA", "us-al"},
                             {"ALASKA", "us-ak"},
                             {"THELASTFRONTIER", "us-ak"},
                             {"ARIZONA", "us-az"},
                             {"GRANDCANYONSTATE", "us-az"},
                             {"ARKANSAS", "us-ar"},
                             {"THENATURALSTATE", "us-ar"},
                             {"CALIFORNIA", "us-ca"},
                             {"DMVCAGOV", "us-ca"},
                             {"COLORADO", "us-co"},
                             {"CONNECTICUT", "us-ct"},
                             {"CONSTITUTIONSTATE", "us-ct"},
                             {"DELAWARE", "us-de"},
                             {"THEFIRSTSTATE", "us-de"},
                             {"WASHINGTONDC", "us-dc"},
                             {"TAXATIONWITHOUTREPRESENTATION", "us-dc"},
                             {"FLORIDA", "us-fl"},
                             {"MYFLORIDACOM", "us-fl"},
                             {"SUNSHINESTATE", "us-fl"},
                             {"GEORGIA", "us-ga"},
                             {"PEACHSTATE", "us-ga"},
                             {"HAWAII", "us-hi"},
                             {"ALOHASTATE", "us-hi"},
                             {"IDAHO", "us-id"},
                             {"FAMOUSPOTATOES", "us-id"},
                             {"SCENICIDAHO", "us-id"},
                             {"ILLINOIS", "us-il"},
                             {"LANDOFLINCOLN", "us-il"},
                             {"INDIANA", "us-in"},
                             {"INGODWETRUST", "us-in"},
                             {"IOWA", "us-ia"},
                             {"KANSAS", "us-ks"},
                             {"KENTUCKY", "us-ky"},
                             {"UNBRIDLEDSPIRIT", "us-ky"},
                             {"BLUEGRASSSTATE", "us-ky"},
                             {"LOUISIANA", "us-la"},
                             {"SPORTSMANSPARADISE", "us-la"},
                             {"MAINE", "us-me"},
                             {"VACATIONLAND", "us-me"},
                             {"MARYLAND", "us-md"},
                             {"MASSACHUSETTS", "us-ma"},
                             {"THESPIRITOFAMERICA", "us-ma"},
                             {"MICHIGAN", "us-mi"},
                             {"PUREMICHIGAN", "us-mi"},
                             {"GREATLAKES", "us-mi"},
                             {"MINNESOTA", "us-mn"},
                             {"10000LAKES", "us-mn"},
                             {"EXPLOREMINNESOTACOM", "us-mn"},
                             {"MISSISSIPPI", "us-ms"},
                             {"MISSOURI", "us-mo"},
                             {"SHOWMESTATE", "us-mo"},
                             {"MONTANA", "us-mt"},
                             {"BIGSKYCOUNTRY", "us-mt"},
                             {"TREASURESTATE", "us-mt"},
                             {"NEBRASKA", "us-ne"},
                             {"CORNHUSKERSTATE", "us-ne"},
                             {"NEVADA", "us-nv"},
                             {"THESILVERSTATE", "us-nv"},
                             {"NEWHAMPSHIRE", "us-nh"},
                             {"LIVEFREEORDIE", "us-nh"},
                             {"NEWJERSEY", "us-nj"},
                             {"GARDENSTATE", "us-nj"},
                             {"NEWMEXICO", "us-nm"},
                             {"LANDOFENCHANTMENT", "us-nm"},
                             {"NEWYORK", "us-ny"},
                             {"EMPIRESTATE", "us-ny"},
                             {"NORTHCAROLINA", "us-nc"},
                             {"FIRSTINFLIGHT", "us-nc"},
                             {"NORTHDAKOTA", "us-nd"},
                             {"PEACEGARDENSTATE", "us-nd"},
                             {"OHIO", "us-oh"},
                             {"BIRTHPLACEOFAVIATION", "us-oh"},
                             {"OKLAHOMA", "us-ok"},
                             {"NATIVEAMERICA", "us-ok"},
                             {"OREGON", "us-or"},
                             {"PENNSYLVANIA", "us-pa"},
                             {"KEYSTONESTATE", "us-pa"},
                             {"VISITPACOM", "us-pa"},
                             {"RHODEISLAND", "us-ri"},
                             {"OCEANSTATE", "us-ri"},
                             {"SOUTHCAROLINA", "us-sc"},
                             {"SMILINGFACESBEAUTIFULPLACES", "us-sc"},
                             {"SOUTHDAKOTA", "us-sd"},
                             {"GREATFACESGREATPLACES", "us-sd"},
                             {"TENNESSEE", "us-tn"},
                             {"THEVOLUNTEERSTATE", "us-tn"},
                             {"TEXAS", "us-tx"},
                             {"THELONESTARSTATE", "us-tx"},
                             {"UTAH", "us-ut"},
                             {"LIFEELEVATED", "us-ut"},
                             {"GREATESTSNOWONEARTH", "us-ut"},
                             {"VERMONT", "us-vt"},
                             {"GREENMOUNTAINSTATE", "us-vt"},
                             {"VIRGINIA", "us-va"},
                             {"VIRGINIAISFORLOVERS", "us-va"},
                             {"WASHINGTON", "us-wa"},
                             {"EVERGREENSTATE", "us-wa"},
                             {"WESTVIRGINIA", "us-wv"},
                             {"WILDWONDERFUL", "us-wv"},
                             {"WISCONSIN", "us-wi"},
                             {"AMERICASDAIRYLAND", "us-wi"},
                             {"WYOMING", "us-wy"}};

constexpr std::size_t kLongestPrint = 40;

}  // namespace

std::vector<std::string_view> state_prints() {
  std::vector<std::string_view> all;
  for (const Print& print : kPrints) all.push_back(print.text);
  return all;
}

std::string print_letters(std::string_view small_print) {
  std::string letters;
  for (char c : small_print) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) && letters.size() < kLongestPrint) letters += static_cast<char>(std::toupper(u));
  }
  return letters;
}

std::size_t edits_to_contain(std::string_view letters, std::string_view text) {
  std::vector<std::size_t> row(letters.size() + 1, 0);
  for (std::size_t i = 1; i <= text.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= letters.size(); ++j) {
      const std::size_t change = diagonal + (text[i - 1] == letters[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return *std::min_element(row.begin(), row.end());
}

std::optional<std::string> us_state_of(std::string_view small_print) {
  const std::string letters = print_letters(small_print);
  if (letters.size() < 4) return std::nullopt;
  const Print* best = nullptr;
  double best_share = 1;
  for (const Print& print : kPrints) {
    const double share = static_cast<double>(edits_to_contain(letters, print.text)) / print.text.size();
    // Of two that fit alike the longer one: ARKANSAS holds KANSAS.
    const bool longer = best != nullptr && share == best_share && print.text.size() > best->text.size();
    if (share < best_share || longer) best_share = share, best = &print;
  }
  // Four-letter names must be exact, eight-letter names may have two misread letters.
  if (best == nullptr || best_share > (best->text.size() < 5 ? 0.0 : best->text.size() < 7 ? 0.17 : 0.29))
    return std::nullopt;
  return std::string(best->state);
}

}  // namespace glasshouse::vision
