#include "search/sentence.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace glasshouse::search {
namespace {

constexpr std::size_t kNamedCameras = 3;  // more are counted

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPlurals{
    {{"sedan", "sedans"},
     {"suv", "SUVs"},
     {"hatchback", "hatchbacks"},
     {"wagon", "wagons"},
     {"minivan", "minivans"},
     {"van", "vans"},
     {"pickup", "pickups"},
     {"truck", "trucks"},
     {"bus", "buses"},
     {"motorcycle", "motorcycles"},
     {"unknown", "vehicles of unknown body"}}};

std::string plural(const std::string& body) {
  for (const auto& [one, many] : kPlurals) {
    if (one == body) return std::string(many);
  }
  return body;
}

std::string color_word(const std::string& color) {
  return color == "unknown" ? "unknown-color" : color;
}

std::string make_word(const std::string& make) {
  if (make == "unknown") return "unknown-make";
  std::string word = make;
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

template <class Word>
std::string either(const std::vector<std::string>& words, Word word) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : " or ") + word(w);
  return text;
}

std::string vehicles(const reads::Query& query) {
  std::string text = either(query.colors, color_word);
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : " ") + part;
  };
  add(either(query.makes, make_word));
  add(query.bodies.empty() ? "vehicles" : either(query.bodies, plural));
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string plate_words(const reads::PlateQuery& plate) {
  using Mode = reads::PlateQuery::Mode;
  switch (plate.mode) {
    case Mode::kExact:
      return " with the plate " + plate.text;
    case Mode::kPrefix:
      return " with plates starting " + plate.text;
    case Mode::kWildcard:
      return " with plates like " + plate.text;
    case Mode::kContains:
      return " with plates containing " + plate.text;
    case Mode::kConfusable:
      return " with plates that may have been misread from " + plate.text;
  }
  return {};
}

std::string area_words(const std::variant<Circle, Rectangle>& area) {
  if (const auto* circle = std::get_if<Circle>(&area)) {
    return fmt::format(" within {} of {:.4f}, {:.4f}", base::format_distance(circle->radius_m),
                       circle->center.lat_deg, circle->center.lon_deg);
  }
  const auto& box = std::get<Rectangle>(area);
  return fmt::format(" between {:.4f}, {:.4f} and {:.4f}, {:.4f}", box.south, box.west, box.north, box.east);
}

std::string place_words(const Question& question, const std::vector<CameraPlace>& cameras) {
  if (cameras.empty()) return ", at all cameras";
  std::string text = ", at ";
  if (cameras.size() > kNamedCameras) {
    text += std::to_string(cameras.size()) + " cameras";
  } else {
    for (std::size_t i = 0; i < cameras.size(); ++i) text += (i == 0 ? "" : ", ") + cameras[i].name;
  }
  return question.area ? text + area_words(*question.area) : text;
}

std::string moment(base::Time t) {  // 2026-11-22 13:25
  std::string text = base::format_rfc3339(t).substr(0, 16);
  text[10] = ' ';
  return text;
}

}  // namespace

std::string sentence_of(const reads::Query& query, const Question& question,
                        const std::vector<CameraPlace>& cameras) {
  std::string text = vehicles(query);
  if (query.plate) text += plate_words(*query.plate);
  if (!query.region.empty()) text += " of region " + query.region;
  text += place_words(question, cameras);
  return text + ", " + moment(query.from) + " to " + moment(query.to) + " UTC";
}

}  // namespace glasshouse::search
