#include "vision/features.h"

#include <algorithm>

#include "vision/formats.h"

namespace glasshouse::vision {
namespace {

constexpr const char *kTemporaryPlate = "temporary-plate", *kTrailerPlate = "trailer-plate";

struct KindPrint {
  std::string_view text;  // letters only
  std::size_t misread;    // letters that may be
  const char* kind;
};
// "SEMI TRAILER" and "TEMPORARY PERMIT" hold another one. Two misread letters would make the OREGON TRAIL a
// trailer, and one the bus of BROWN TRANSIT a vehicle in transit.
constexpr KindPrint kKindPrints[] = {{"TEMPORARY", 1, kTemporaryPlate},
                                     {"TEMPTAG", 1, kTemporaryPlate},
                                     {"INTRANSIT", 0, kTemporaryPlate},
                                     {"TRAILER", 1, kTrailerPlate}};

}  // namespace

void add_features(std::vector<std::string>& into, const std::vector<std::string>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

std::vector<std::string> kinds_of_plate(std::string_view small_print) {
  const std::string letters = print_letters(small_print);
  std::vector<std::string> kinds;
  for (const KindPrint& print : kKindPrints) {
    if (edits_to_contain(letters, print.text) <= print.misread) add_features(kinds, {print.kind});
  }
  return kinds;
}

}  // namespace glasshouse::vision
