#include "base/vehicle_words.h"

#include <array>
#include <cctype>
#include <utility>

namespace glasshouse::base {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::size_t kMostWordBytes = 200;

template <std::size_t N>
std::string looked_up(std::string_view text, const std::array<Pair, N>& words) {
  const std::string word = folded_word(text);
  for (const auto& [theirs, ours] : words) {
    if (word == theirs) return std::string(ours);
  }
  return {};
}

constexpr std::array kColorWords{
    Pair{"black", "black"},       Pair{"white", "white"},       Pair{"gray", "gray"},
    Pair{"grey", "gray"},         Pair{"charcoal", "gray"},     Pair{"silver", "silver"},
    Pair{"silvergray", "silver"}, Pair{"silvergrey", "silver"}, Pair{"red", "red"},
    Pair{"maroon", "red"},        Pair{"burgundy", "red"},      Pair{"blue", "blue"},
    Pair{"navy", "blue"},         Pair{"cyan", "blue"},         Pair{"green", "green"},
    Pair{"yellow", "yellow"},     Pair{"gold", "beige"},        Pair{"goldbeige", "beige"},
    Pair{"beige", "beige"},       Pair{"tan", "beige"},         Pair{"orange", "orange"},
    Pair{"brown", "brown"},       Pair{"bronze", "brown"},      Pair{"deepgray", "gray"},
    Pair{"deepblue", "blue"},     Pair{"lightgray", "gray"}};
constexpr std::array kBodyWords{Pair{"sedan", "sedan"},
                                Pair{"saloon", "sedan"},
                                Pair{"sedancompact", "sedan"},
                                Pair{"sedanconvertible", "sedan"},
                                Pair{"sedansports", "sedan"},
                                Pair{"sedanstandard", "sedan"},
                                Pair{"sedanwagon", "wagon"},
                                Pair{"wagon", "wagon"},
                                Pair{"stationwagon", "wagon"},
                                Pair{"estate", "wagon"},
                                Pair{"suv", "suv"},
                                Pair{"suvcrossover", "suv"},
                                Pair{"suvstandard", "suv"},
                                Pair{"suvmpv", "suv"},
                                Pair{"suvwagon", "suv"},
                                Pair{"hatchback", "hatchback"},
                                Pair{"minivan", "minivan"},
                                Pair{"vanmini", "minivan"},
                                Pair{"van", "van"},
                                Pair{"vanfull", "van"},
                                Pair{"pickup", "pickup"},
                                Pair{"pickuptruck", "pickup"},
                                Pair{"truckstandard", "pickup"},
                                Pair{"truck", "truck"},
                                Pair{"bigtruck", "truck"},
                                Pair{"tractortrailer", "truck"},
                                Pair{"bus", "bus"},
                                Pair{"motorcycle", "motorcycle"},
                                Pair{"motorbike", "motorcycle"},
                                Pair{"bike", "motorcycle"}};
constexpr std::array kMakeWords{
    Pair{"acura", "acura"},
    Pair{"audi", "audi"},
    Pair{"bmw", "bmw"},
    Pair{"buick", "buick"},
    Pair{"cadillac", "cadillac"},
    Pair{"chevrolet", "chevrolet"},
    Pair{"chevy", "chevrolet"},
    Pair{"chrysler", "chrysler"},
    Pair{"citroen", "citroen"},
    Pair{"dacia", "dacia"},
    Pair{"dodge", "dodge"},
    Pair{"fiat", "fiat"},
    Pair{"ford", "ford"},
    Pair{"gmc", "gmc"},
    Pair{"honda", "honda"},
    Pair{"hyundai", "hyundai"},
    Pair{"infiniti", "infiniti"},
    Pair{"jaguar", "jaguar"},
    Pair{"jeep", "jeep"},
    Pair{"kia", "kia"},
    Pair{"landrover", "land rover"},
    Pair{"lexus", "lexus"},
    Pair{"lincoln", "lincoln"},
    Pair{"mazda", "mazda"},
    Pair{"mercedesbenz", "mercedes-benz"},
    Pair{"mercedes", "mercedes-benz"},
    Pair{"benz", "mercedes-benz"},
    Pair{"mercury", "mercury"},
    Pair{"mini", "mini"},
    Pair{"mitsubishi", "mitsubishi"},
    Pair{"nissan", "nissan"},
    Pair{"oldsmobile", "oldsmobile"},
    Pair{"opel", "opel"},
    Pair{"peugeot", "peugeot"},
    Pair{"pontiac", "pontiac"},
    Pair{"porsche", "porsche"},
    Pair{"ram", "ram"},
    Pair{"renault", "renault"},
    Pair{"rivian", "rivian"},
    Pair{"saturn", "saturn"},
    Pair{"scion", "scion"},
    Pair{"skoda", "skoda"},
    Pair{"subaru", "subaru"},
    Pair{"suzuki", "suzuki"},
    Pair{"tesla", "tesla"},
    Pair{"toyota", "toyota"},
    Pair{"volkswagen", "volkswagen"},
    Pair{"vw", "volkswagen"},
    Pair{"volvo", "volvo"},
};

constexpr std::string_view kStates =
    "alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de "
    "districtofcolumbia dc florida fl georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks "
    "kentucky ky louisiana la maine me maryland md massachusetts ma michigan mi minnesota mn mississippi ms "
    "missouri mo montana mt nebraska ne nevada nv newhampshire nh newjersey nj newmexico nm newyork ny "
    "northcarolina nc northdakota nd ohio oh oklahoma ok oregon or pennsylvania pa rhodeisland ri "
    "southcarolina sc southdakota sd tennessee tn texas tx utah ut vermont vt virginia va washington wa "
    "westvirginia wv wisconsin wi wyoming wy ";

}  // namespace

std::string folded_word(std::string_view text) {
  std::string word;
  for (const char c : text.substr(0, kMostWordBytes)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::string color_of_word(std::string_view word) {
  return looked_up(word, kColorWords);
}
std::string body_of_word(std::string_view word) {
  return looked_up(word, kBodyWords);
}
std::string make_of_word(std::string_view word) {
  return looked_up(word, kMakeWords);
}

std::string region_of_word(std::string_view text) {
  std::string word = folded_word(text);
  if (word.starts_with("us") && word.size() == 4) word = word.substr(2);
  std::string_view rest = kStates;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    const std::string_view name = rest.substr(0, space), state = rest.substr(space + 1, 2);
    rest.remove_prefix(space + 4);
    if (word == name || word == state) return "us-" + std::string(state);
  }
  return {};
}

}  // namespace glasshouse::base
