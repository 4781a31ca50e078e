// A question back as text: the same for all ways of writing it.
#include <fmt/format.h>

#include <cmath>

#include "search/language.h"
#include "search/moment.h"
#include "search/terms.h"

namespace glasshouse::search {
namespace {

using Mode = reads::PlateQuery::Mode;

std::string plate_text(const reads::PlateQuery& plate) {
  switch (plate.mode) {
    case Mode::kPrefix:
      return plate.text + "*";
    case Mode::kContains:
      return "*" + plate.text + "*";
    case Mode::kConfusable:
      return "~" + plate.text;
    default:
      return plate.text;
  }
}

std::string distance_text(double metres) {
  if (std::fmod(metres, 1000) == 0) return fmt::format("{}km", static_cast<long>(metres / 1000));
  return fmt::format("{}m", metres);
}

class Line {
 public:
  void add(std::string_view key, std::string_view value) {
    if (!text.empty()) text += ' ';
    text.append(key).append(":").append(quoted(value));
  }
  void add_list(std::string_view key, const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ",") + word;
    if (!list.empty()) add(key, list);
  }
  std::string text;
};

void add_area(Line& line, const std::variant<Circle, Rectangle>& area, const Surroundings& around) {
  if (const auto* box = std::get_if<Rectangle>(&area)) {
    line.add("box", fmt::format("{},{},{},{}", box->south, box->west, box->north, box->east));
    return;
  }
  const auto& circle = std::get<Circle>(area);
  std::string name = fmt::format("{},{}", circle.center.lat_deg, circle.center.lon_deg);
  for (const CameraPlace& camera : around.cameras) {
    const CameraPlace* meant = camera.place == circle.center ? camera_named(camera.name, around) : nullptr;
    if (meant == nullptr || meant->place != circle.center) continue;
    name = camera.name;
    break;
  }
  line.add("near", name);
  line.add("within", distance_text(circle.radius_m));
}

void add_place_and_time(Line& line, const Question& q, const Surroundings& around) {
  if (q.area) add_area(line, *q.area, around);
  for (const std::string& id : q.camera_ids) {
    std::string name = id;
    for (const CameraPlace& camera : around.cameras) {
      if (camera.id == id && camera_named(camera.name, around) == &camera) name = camera.name;
    }
    line.add("camera", name);
  }
  if (q.from) line.add("from", text_of(*q.from, around));
  if (q.to) line.add("to", text_of(*q.to, around));
}

}  // namespace

std::string text_of(const Asked& asked, const Surroundings& around) {
  Line line;
  const Question& q = asked.question;
  if (asked.show != Show::kReads) line.add("show", name_of(asked.show));
  if (!q.again.empty()) line.add("again", q.again);
  if (q.plate) line.add("plate", plate_text(*q.plate));
  if (!q.region.empty()) line.add("region", q.region);
  line.add_list("color", q.colors);
  line.add_list("body", q.bodies);
  line.add_list("make", q.makes);
  if (asked.show == Show::kConvoy) {
    line.add("cameras", std::to_string(asked.least_cameras));
    line.add("apart", std::to_string(asked.apart.count()) + "s");
  }
  add_place_and_time(line, q, around);
  for (const Question& also : asked.also) {
    line.text += " and";
    add_place_and_time(line, also, around);
  }
  return std::move(line.text);
}

}  // namespace glasshouse::search
