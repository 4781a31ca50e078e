#include "vision/formats.h"

#include <algorithm>
#include <map>

#include "vision/reader.h"

namespace glasshouse::vision {
namespace {

// What plates begin with. District codes as the countries publish them, diacritics left out as readers do;
// France and Italy count on from AA, and have come to H.
constexpr std::string_view kAustrianDistricts =
    "AM BA BL BM BN BR BZ DL DO EU FE FF FK FR GB GD GF GM GR GS GU HA HB HE HF HL HO IL IM JE JO JU JW "
    "KB KF KI KL KO KR KS KU LA LB LE LF LI LL LN LZ MA MD ME MI MT MU MZ ND NK OP OW PE PL RA RE RI RO "
    "SB SD SE SL SO SP SR SV SW SZ TA TU UU VB VI VK VL VO WB WE WL WN WO WT WU WY WZ ZE ZT";
constexpr std::string_view kAustrianCities = "B E G I K L P S W";
constexpr std::string_view kBulgarianProvinces = "BH BP BT CA CB CC CH CM CO CT EB EH KH OB PA PB PK PP TX";
constexpr std::string_view kBulgarianSmall = "A B E H K M P T X Y";
constexpr std::string_view kSwissCantons =
    "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH";
constexpr std::string_view kCroatianTowns =
    "BJ BM CK DA DE DJ DU GS IM KA KC KR KT KZ MA NA NG OG OS PU PZ RI SB SI SK SL ST VK VT VU VZ ZD ZG ZU";
constexpr std::string_view kPolishCities =
    "BI BL BS CB CG CT CW DB DJ DL DW DX EL EP ES FG FZ GA GD GS KK KN KR KT LB LC LU LZ NE NO OP PK PL "
    "PN PO PY PZ RK RP RT RZ SB SC SD SE SG SH SI SJ SK SL SM SN SO SR ST SW SX SY SZ TK WA WB WD WE WF "
    "WH WI WJ WK WN WO WP WR WS WT WU WW WX WY ZK ZS";
constexpr std::string_view kPolishVoivodeships = "B C D E F G K L N O P R S T W Z";
constexpr std::string_view kRomanianCounties =
    "AB AG AR BC BH BN BR BT BV BZ CJ CL CS CT CV DB DJ GJ GL GR HD HR IF IL IS MH MM MS NT OT PH SB SJ "
    "SM SV TL TM TR VL VN VS";
constexpr std::string_view kSerbianTowns =
    "AC AL AP AR BB BC BG BO BP BT BU CA CU DE DJ GL GM IC IN JA KA KC KG KI KL KM KO KS KU KV KZ LB LE "
    "LO LU MI NG NI NP NS NV PA PB PE PI PK PN PO PP PR PT PZ RA RU SA SC SD SI SJ SM SO SP ST SU SV TO "
    "TS TT UB UE UR VA VB VL VP VR VS ZA ZR";
constexpr std::string_view kSlovenianTowns = "CE GO KK KP KR LJ MB MS NM PO SG";
constexpr std::string_view kSlovakDistricts =
    "AA BA BB BJ BL BN BR BS BT BY CA DK DS DT GA GL HC HE IL KA KE KK KM KN KS LC LE LM LV MA MI ML MT "
    "MY NM NO NR NZ PB PD PE PK PN PO PP PT PU PV RA RK RS RV SA SB SC SE SI SK SL SN SO SP SV TC TN TO "
    "TR TS TT TV VK VT ZA ZC ZH ZM ZV";
constexpr std::string_view kUkrainianRegions =
    "AA AB AC AE AH AI AK AM AO AP AT AX BA BB BC BE BH BI BK BM BO BT BX CA CB CE CH HA HB HC HE HH HI "
    "HK HM HO HT HX IA IB IE IH KA KB KC KE KH KI KK KM KO KP KT KX";
constexpr std::string_view kUpToH = "A B C D E F G H";
constexpr std::string_view kBritishAreas = "A B C D E F G H K L M N O P R S V W X Y";

// Layouts of passenger vehicles that one meets on the road, newer and older ones together.
constexpr PlateFormat kFormats[] = {
    // United States.
    {"us-al", "9A99A99", 0.5f, ""},
    {"us-al", "99A99A9", 0.2f, ""},
    {"us-al", "9AA99A9", 0.1f, ""},
    {"us-al", "99A999A", 0.1f, ""},
    {"us-ak", "AAA999", 0.9f, ""},
    {"us-ar", "999AAA", 0.6f, ""},
    {"us-ar", "AAA99A", 0.3f, ""},
    {"us-az", "AAA9999", 0.8f, ""},
    {"us-ca", "9AAA999", 0.8f, "IOQ"},
    {"us-ca", "9A99999", 0.12f, ""},
    {"us-ca", "99999A9", 0.04f, ""},
    {"us-co", "999AAA", 0.5f, ""},
    {"us-co", "AAA999", 0.2f, ""},
    {"us-co", "AAAA99", 0.15f, ""},
    {"us-ct", "999AAA", 0.3f, ""},
    {"us-ct", "9AAAA9", 0.2f, ""},
    {"us-ct", "AA99999", 0.3f, ""},
    {"us-dc", "AA9999", 0.9f, ""},
    {"us-de", "999999", 0.9f, ""},
    {"us-fl", "A999AA", 0.35f, "O"},
    {"us-fl", "999AAA", 0.25f, "O"},
    {"us-fl", "AAAA99", 0.2f, "O"},
    {"us-fl", "AA99AA", 0.1f, "O"},
    {"us-ga", "AAA9999", 0.9f, ""},
    {"us-hi", "AAA999", 0.9f, ""},
    {"us-ia", "AAA999", 0.6f, ""},
    {"us-ia", "999AAA", 0.3f, ""},
    {"us-id", "9A99999", 0.4f, ""},
    {"us-id", "9A9999A", 0.2f, ""},
    {"us-id", "9A999AA", 0.2f, ""},
    {"us-il", "A999999", 0.35f, ""},
    {"us-il", "AA99999", 0.3f, ""},
    {"us-il", "9999999", 0.15f, ""},
    {"us-il", "999A999", 0.05f, ""},
    {"us-in", "999AAA", 0.4f, ""},
    {"us-in", "999A", 0.1f, ""},
    {"us-in", "AAA999", 0.15f, ""},
    {"us-in", "999AA", 0.1f, ""},
    {"us-ks", "999AAA", 0.9f, ""},
    {"us-ky", "999AAA", 0.8f, ""},
    {"us-ky", "A9A999", 0.1f, ""},
    {"us-la", "AAA999", 0.6f, ""},
    {"us-la", "999AAA", 0.3f, ""},
    {"us-ma", "999AA9", 0.3f, ""},
    {"us-ma", "9AAA99", 0.25f, ""},
    {"us-ma", "99AA99", 0.2f, ""},
    {"us-ma", "999AAA", 0.15f, ""},
    {"us-md", "9AA9999", 0.6f, ""},
    {"us-md", "AAA999", 0.1f, ""},
    {"us-md", "9AAA99", 0.1f, ""},
    {"us-me", "9999AA", 0.9f, ""},
    {"us-mi", "AAA9999", 0.6f, ""},
    {"us-mi", "9AAA99", 0.25f, ""},
    {"us-mn", "AAA999", 0.5f, ""},
    {"us-mn", "999AAA", 0.45f, ""},
    {"us-mo", "AA9A9A", 0.8f, "IOQ"},
    {"us-mo", "999AAA", 0.1f, ""},
    {"us-ms", "AAA999", 0.5f, ""},
    {"us-ms", "999AAA", 0.3f, ""},
    {"us-mt", "999999A", 0.6f, ""},
    {"us-mt", "AAA999", 0.2f, ""},
    {"us-nc", "AAA9999", 0.9f, ""},
    {"us-nd", "AAA999", 0.5f, ""},
    {"us-nd", "999AAA", 0.4f, ""},
    {"us-ne", "AAA999", 0.6f, ""},
    {"us-nh", "9999999", 0.6f, ""},
    {"us-nh", "999999", 0.3f, ""},
    {"us-nj", "A99AAA", 0.5f, "IOQ"},
    {"us-nj", "AAA99A", 0.4f, "IOQ"},
    {"us-nm", "999AAA", 0.5f, ""},
    {"us-nm", "AAA999", 0.4f, ""},
    {"us-nv", "999AAA", 0.5f, ""},
    {"us-nv", "99A999", 0.4f, ""},
    {"us-ny", "AAA9999", 0.95f, "IOQ"},
    {"us-oh", "AAA9999", 0.9f, ""},
    {"us-ok", "999AAA", 0.6f, ""},
    {"us-ok", "AAA999", 0.3f, ""},
    {"us-or", "999AAA", 0.6f, ""},
    {"us-or", "AAA999", 0.3f, ""},
    {"us-pa", "AAA9999", 0.95f, ""},
    {"us-ri", "999999", 0.5f, ""},
    {"us-ri", "AA999", 0.3f, ""},
    {"us-sc", "AAA999", 0.6f, ""},
    {"us-sc", "999AAA", 0.2f, ""},
    {"us-sc", "9999AA", 0.1f, ""},
    {"us-sd", "9AA999", 0.6f, ""},
    {"us-sd", "99A999", 0.2f, ""},
    {"us-tn", "999AAA", 0.4f, ""},
    {"us-tn", "A9999A", 0.3f, ""},
    {"us-tn", "AAA999", 0.2f, ""},
    {"us-tx", "AAA9999", 0.5f, "AEIOUQ"},
    {"us-tx", "AA9A999", 0.25f, "AEIOUQ"},
    {"us-tx", "999AAA", 0.1f, ""},
    {"us-tx", "A99AAA", 0.1f, ""},
    {"us-ut", "A999AA", 0.5f, ""},
    {"us-ut", "999AAA", 0.3f, ""},
    {"us-va", "AAA9999", 0.9f, ""},
    {"us-vt", "AAA999", 0.9f, ""},
    {"us-wa", "AAA9999", 0.6f, ""},
    {"us-wa", "999AAA", 0.35f, ""},
    {"us-wi", "999AAA", 0.6f, ""},
    {"us-wi", "AAA9999", 0.3f, ""},
    {"us-wv", "9AA999", 0.8f, ""},
    {"us-wy", "9999999", 0.3f, ""},
    {"us-wy", "999999", 0.3f, ""},
    // Europe.
    {"eu-at", "AA999AA", 0.2f, "", kAustrianDistricts},
    {"eu-at", "A99999A", 0.2f, "", kAustrianCities},
    {"eu-at", "A9999AA", 0.1f, "", kAustrianCities},
    {"eu-at", "AA9999A", 0.05f, "", kAustrianDistricts},
    {"eu-be", "9AAA999", 0.7f, ""},
    {"eu-be", "AAA999", 0.2f, ""},
    {"eu-bg", "AA9999AA", 0.6f, "DFGIJLNQRSUVWZ", kBulgarianProvinces},
    {"eu-bg", "A9999AA", 0.3f, "DFGIJLNQRSUVWZ", kBulgarianSmall},
    {"eu-ch", "AA999999", 0.5f, "", kSwissCantons},
    {"eu-ch", "AA99999", 0.4f, "", kSwissCantons},
    {"eu-cz", "9A99999", 0.8f, "DFGINOQRVWXY"},
    {"eu-cz", "9AA9999", 0.1f, "GOQW"},
    {"eu-de", "AAA9999", 0.15f, ""},
    {"eu-de", "AAAA999", 0.15f, ""},
    {"eu-de", "AAAA99", 0.1f, ""},
    {"eu-de", "AAA999", 0.15f, ""},
    {"eu-de", "AAAA9999", 0.1f, ""},
    {"eu-de", "AAAAA999", 0.05f, ""},
    {"eu-de", "AAAAA99", 0.05f, ""},
    {"eu-de", "AA9999", 0.05f, ""},
    {"eu-de", "AA999", 0.05f, ""},
    {"eu-dk", "AA99999", 0.9f, ""},
    {"eu-ee", "999AAA", 0.9f, ""},
    {"eu-es", "9999AAA", 0.85f, "AEIOUQ"},
    {"eu-fi", "AAA999", 0.9f, ""},
    {"eu-fr", "AA999AA", 0.8f, "IOU", kUpToH},
    {"eu-fr", "999AAA99", 0.08f, "IO"},
    {"eu-fr", "9999AA99", 0.08f, "IO"},
    // The half year of its first registration: 02 to 29, or 51 to 79.
    {"eu-gb", "AA29AAA", 0.45f, "IQ", kBritishAreas},
    {"eu-gb", "AA79AAA", 0.4f, "IQ", kBritishAreas},
    {"eu-gb", "A999AAA", 0.08f, "IQ"},
    {"eu-gr", "AAA9999", 0.9f, "CDFGJLQRSUVW"},
    {"eu-hr", "AA9999A", 0.2f, "", kCroatianTowns},
    {"eu-hr", "AA999AA", 0.3f, "", kCroatianTowns},
    {"eu-hr", "AA9999AA", 0.3f, "", kCroatianTowns},
    {"eu-hu", "AAA999", 0.8f, ""},
    {"eu-hu", "AAAA999", 0.1f, ""},
    {"eu-ie", "99A99999", 0.2f, ""},
    {"eu-ie", "999A9999", 0.2f, ""},
    {"eu-it", "AA999AA", 0.95f, "IOQU", kUpToH},
    {"eu-lt", "AAA999", 0.95f, ""},
    {"eu-lu", "AA9999", 0.9f, ""},
    {"eu-lv", "AA9999", 0.9f, ""},
    {"eu-nl", "99AAA9", 0.25f, "AEIOU"},
    {"eu-nl", "9AAA99", 0.2f, "AEIOU"},
    {"eu-nl", "AA999A", 0.15f, "AEIOU"},
    {"eu-nl", "A999AA", 0.1f, "AEIOU"},
    {"eu-nl", "99AAAA", 0.15f, "AEIOU"},
    {"eu-no", "AA99999", 0.95f, ""},
    {"eu-pl", "AA99999", 0.3f, "", kPolishCities},
    {"eu-pl", "AAA9999", 0.1f, "", kPolishVoivodeships},
    {"eu-pl", "AA9999A", 0.1f, "", kPolishCities},
    {"eu-pl", "AA999AA", 0.1f, "", kPolishCities},
    {"eu-pl", "AAAA999", 0.1f, "", kPolishVoivodeships},
    {"eu-pl", "AAA99AA", 0.05f, "", kPolishVoivodeships},
    {"eu-pl", "AAA9A99", 0.05f, "", kPolishVoivodeships},
    {"eu-pt", "99AA99", 0.5f, ""},
    {"eu-pt", "9999AA", 0.2f, ""},
    {"eu-pt", "AA99AA", 0.2f, ""},
    {"eu-ro", "AA99AAA", 0.6f, "Q", kRomanianCounties},
    {"eu-ro", "A999AAA", 0.2f, "Q", "B"},
    {"eu-ro", "A99AAA", 0.15f, "Q", "B"},
    {"eu-rs", "AA999AA", 0.4f, "", kSerbianTowns},
    {"eu-rs", "AA9999AA", 0.4f, "", kSerbianTowns},
    {"eu-se", "AAA999", 0.8f, "IQV"},
    {"eu-se", "AAA99A", 0.15f, "IQV"},
    {"eu-si", "AA999AA", 0.2f, "", kSlovenianTowns},
    {"eu-si", "AAAA999", 0.2f, "", kSlovenianTowns},
    {"eu-sk", "AA999AA", 0.95f, "", kSlovakDistricts},
    {"eu-ua", "AA9999AA", 0.95f, "DFGJLNQRSUVWYZ", kUkrainianRegions},
    // Brazil: until 2018, and the Mercosul layout since.
    {"br", "AAA9999", 0.55f, ""},
    {"br", "AAA9A99", 0.43f, ""},
};

// Shares of the registered vehicles, in percent; what is not named here counts as one.
double share_of(std::string_view region) {
  static const std::map<std::string_view, double> kShares = {
      {"us-ca", 11},  {"us-tx", 8},   {"us-fl", 7},   {"us-oh", 4},   {"us-ny", 4},  {"us-pa", 4},
      {"us-il", 4},   {"us-ga", 3},   {"us-mi", 3},   {"us-nc", 3},   {"us-va", 3},  {"us-wa", 3},
      {"us-az", 2},   {"us-co", 2},   {"us-in", 2},   {"us-tn", 2},   {"us-mn", 2},  {"us-mo", 2},
      {"us-wi", 2},   {"us-al", 2},   {"us-sc", 2},   {"us-ma", 2},   {"us-nj", 2},  {"us-md", 1.5},
      {"us-ky", 1.5}, {"us-or", 1.5}, {"us-la", 1.5}, {"us-ok", 1.3}, {"eu-de", 16}, {"eu-it", 13},
      {"eu-fr", 13},  {"eu-gb", 11},  {"eu-es", 8},   {"eu-pl", 8},   {"eu-nl", 3},  {"eu-ro", 2.5},
      {"eu-cz", 2},   {"eu-be", 2},   {"eu-ch", 2},   {"eu-gr", 2},   {"eu-pt", 2},  {"eu-se", 2},
      {"eu-at", 2},   {"eu-ua", 2},   {"eu-hu", 1.5}};
  const auto found = kShares.find(region);
  return found == kShares.end() ? 1 : found->second;
}

constexpr double kFree = 0.12;  // vanity, trade, special and foreign plates
constexpr double kFreeBrazil = 0.02;

bool belongs(std::string_view region, std::string_view country) {
  return country.empty() || region == country || region.substr(0, region.find('-')) == country ||
         (region.size() > 3 && region.substr(3) == country && region.substr(0, 2) == "eu");
}

}  // namespace

std::span<const PlateFormat> all_formats() {
  return kFormats;
}

bool is_known_country(std::string_view country) {
  if (country.empty()) return true;
  return std::any_of(std::begin(kFormats), std::end(kFormats),
                     [&](const PlateFormat& f) { return belongs(f.region, country); });
}

FormatPrior format_prior(std::string_view country, std::string_view hint, double hint_probability) {
  // Each region's layouts share the region's part; what a region's own weights leave open is free form.
  std::map<std::string_view, double> regions, covered;
  double all = 0;
  for (const PlateFormat& format : kFormats) {
    if (!belongs(format.region, country)) continue;
    covered[format.region] += format.weight;
    if (regions.emplace(format.region, 0).second) {
      // Without a country, the three continents start level.
      const double continent = !country.empty() ? 1 : format.region == "br" ? 100 : 1;
      regions[format.region] = share_of(format.region) * continent;
      all += regions[format.region];
    }
  }
  if (!regions.contains(hint)) hint_probability = 0;
  FormatPrior prior;
  const double free = country == "br" ? kFreeBrazil : kFree;
  double used = 0;
  for (const PlateFormat& format : kFormats) {
    const auto region = regions.find(format.region);
    if (region == regions.end()) continue;
    double p = (1 - hint_probability) * region->second / all;
    if (format.region == hint) p += hint_probability;
    p *= (1 - free) * format.weight / std::max(1.0, covered[format.region]);
    used += p;
    prior.formats.push_back({&format, p});
  }
  prior.probability_free = std::max(1e-3, 1 - used);
  prior.round_is_zero = country == "us" || hint_probability > 0;
  return prior;
}

bool fits(std::string_view text, const PlateFormat& format) {
  if (text.size() != format.pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (digit == (format.pattern[i] == 'A')) return false;
    if (digit && !takes_digit(format.pattern[i], text[i])) return false;
    if (!digit && format.never.find(text[i]) != std::string_view::npos) return false;
  }
  const Beginnings beginnings(format.beginnings);
  for (std::size_t i = 0; i < beginnings.count; ++i)
    if (text.starts_with(beginnings[i])) return true;
  return beginnings.count == 0;
}

double confusion(char truth, char seen) {
  struct Pair {
    char a, b;
    double how;
  };
  // Symmetric; by shape in the type faces of plates.
  static constexpr Pair kPairs[] = {{'0', 'O', 0.5},  {'0', 'D', 0.15}, {'0', 'Q', 0.08}, {'O', 'Q', 0.08},
                                    {'O', 'D', 0.1},  {'1', 'I', 0.5},  {'1', 'L', 0.05}, {'1', 'T', 0.04},
                                    {'2', 'Z', 0.2},  {'5', 'S', 0.2},  {'8', 'B', 0.2},  {'6', 'G', 0.12},
                                    {'4', 'A', 0.06}, {'7', 'T', 0.04}, {'7', 'Z', 0.04}, {'V', 'Y', 0.03},
                                    {'M', 'W', 0.02}, {'M', 'N', 0.02}, {'N', 'H', 0.02}, {'M', 'H', 0.02},
                                    {'3', '8', 0.03}, {'6', '8', 0.03}, {'0', '8', 0.02}, {'C', 'G', 0.04},
                                    {'P', 'F', 0.03}, {'E', 'F', 0.03}, {'K', 'X', 0.03}, {'I', 'L', 0.04},
                                    {'I', 'T', 0.04}, {'U', 'V', 0.03}, {'5', '6', 0.02}};
  for (const Pair& pair : kPairs)
    if ((pair.a == truth && pair.b == seen) || (pair.b == truth && pair.a == seen)) return pair.how;
  return 0;
}

}  // namespace glasshouse::vision
