#include "hotlist/ncic_codes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "hotlist/entry_check.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::array kFiles{
    FileCode{'A', "amber", "AMBER alert", FileStanding::kTaken},
    FileCode{'C', "supervised-release", "Supervised release", FileStanding::kOnRequest},
    FileCode{'F', "felony", "Used in a felony", FileStanding::kTaken},
    FileCode{'H', "protection-order", "Protection order", FileStanding::kOnRequest},
    FileCode{'K', "protective-interest", "Protective interest", FileStanding::kOnRequest},
    FileCode{'L', "violent-person", "Violent person", FileStanding::kTaken},
    FileCode{'M', "missing", "Missing person", FileStanding::kTaken},
    FileCode{'N', "immigration-violator", "Immigration violator", FileStanding::kNever},
    FileCode{'P', "stolen-plate", "Stolen plate", FileStanding::kTaken},
    FileCode{'R', "canadian", "Canadian entry", FileStanding::kTaken},
    FileCode{'T', "gang-or-terrorist", "Gang or terrorist", FileStanding::kOnRequest},
    FileCode{'V', "stolen-vehicle", "Stolen vehicle", FileStanding::kTaken},
    FileCode{'W', "wanted", "Wanted person", FileStanding::kTaken},
    FileCode{'X', "sex-offender", "Sex offender", FileStanding::kOnRequest},
};

using Translation = std::pair<std::string_view, std::string_view>;

constexpr std::array kColorCodes{
    Translation{"BGE", "beige"},  Translation{"BLK", "black"},  Translation{"BLU", "blue"},
    Translation{"BRO", "brown"},  Translation{"CRM", "beige"},  Translation{"DBL", "blue"},
    Translation{"DGR", "green"},  Translation{"GLD", "beige"},  Translation{"GRN", "green"},
    Translation{"GRY", "gray"},   Translation{"LBL", "blue"},   Translation{"LGR", "green"},
    Translation{"MAR", "red"},    Translation{"ONG", "orange"}, Translation{"RED", "red"},
    Translation{"SIL", "silver"}, Translation{"TAN", "beige"},  Translation{"WHI", "white"},
    Translation{"YEL", "yellow"},
};
constexpr std::array kStyleCodes{
    Translation{"4D", "sedan"}, Translation{"HB", "hatchback"},  Translation{"SW", "wagon"},
    Translation{"LL", "suv"},   Translation{"PK", "pickup"},     Translation{"VN", "van"},
    Translation{"BU", "bus"},   Translation{"MC", "motorcycle"},
};
constexpr std::array kMakeCodes{
    Translation{"ACUR", "acura"},         Translation{"AUDI", "audi"},       Translation{"BMW", "bmw"},
    Translation{"BUIC", "buick"},         Translation{"CADI", "cadillac"},   Translation{"CHEV", "chevrolet"},
    Translation{"CHRY", "chrysler"},      Translation{"DODG", "dodge"},      Translation{"FIAT", "fiat"},
    Translation{"FORD", "ford"},          Translation{"GMC", "gmc"},         Translation{"HOND", "honda"},
    Translation{"HYUN", "hyundai"},       Translation{"INFI", "infiniti"},   Translation{"JAGU", "jaguar"},
    Translation{"JEEP", "jeep"},          Translation{"KIA", "kia"},         Translation{"LEXS", "lexus"},
    Translation{"LINC", "lincoln"},       Translation{"MAZD", "mazda"},      Translation{"MERC", "mercury"},
    Translation{"MERZ", "mercedes-benz"}, Translation{"MITS", "mitsubishi"}, Translation{"NISS", "nissan"},
    Translation{"OLDS", "oldsmobile"},    Translation{"PONT", "pontiac"},    Translation{"PORS", "porsche"},
    Translation{"SUBA", "subaru"},        Translation{"TESL", "tesla"},      Translation{"TOYT", "toyota"},
    Translation{"VOLK", "volkswagen"},    Translation{"VOLV", "volvo"},
};

// Up to the first character that is neither a letter nor a digit, in upper case.
std::string code_of(std::string_view cell) {
  std::string code;
  for (const char c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' && code.empty()) continue;
    if (byte >= 0x80 || !std::isalnum(byte)) break;
    code += static_cast<char>(std::toupper(byte));
  }
  return code;
}

template <std::size_t N>
std::string translated(const std::array<Translation, N>& table, std::string_view cell) {
  const std::string code = code_of(cell);
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Translation& entry) { return entry.first == code; });
  return found == table.end() ? std::string() : std::string(found->second);
}

}  // namespace

std::span<const FileCode> file_codes() {
  return kFiles;
}

const FileCode* file_of_letter(char letter) {
  const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  const auto* found =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const FileCode& file) { return file.letter == upper; });
  return found == kFiles.end() ? nullptr : found;
}

const FileCode* file_named(std::string_view word) {
  const auto* found =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const FileCode& file) { return file.word == word; });
  return found == kFiles.end() ? nullptr : found;
}

bool is_high_risk(std::string_view reason) {
  constexpr std::array kWords{"felony", "violent-person", "gang-or-terrorist"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return file_named(word)->label == reason; });
}

std::string color_of_ncic(std::string_view code) {
  return translated(kColorCodes, code);
}

std::string body_of_ncic(std::string_view code) {
  return translated(kStyleCodes, code);
}

std::string make_of_ncic(std::string_view code) {
  std::string make = translated(kMakeCodes, code);
  if (!make.empty()) return make;
  make = code_of(code);
  for (char& c : make) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return make;
}

std::string region_of_ncic(std::string_view state) {
  std::string letters(state);
  std::replace(letters.begin(), letters.end(), '0', 'O');
  return region_of_state(letters);
}

}  // namespace glasshouse::hotlist
