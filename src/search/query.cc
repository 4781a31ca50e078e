#include "search/query.h"

#include <algorithm>
#include <cmath>

#include "base/vehicle_words.h"
#include "base/words.h"
#include "search/sentence.h"

namespace glasshouse::search {
namespace {

constexpr std::size_t kMostWords = 12;
constexpr std::size_t kMostCameras = 500;

base::Result<reads::PlateQuery> folded(const reads::PlateQuery& asked) {
  using Mode = reads::PlateQuery::Mode;
  if (asked.mode == Mode::kWildcard) {
    auto pattern = plate::Pattern::parse(asked.text);
    if (!pattern) {
      return base::failure(Errc::kBadPattern, pattern.error().what(), pattern.error().why(),
                           pattern.error().next());
    }
    return reads::PlateQuery{pattern->is_exact() ? Mode::kExact : Mode::kWildcard, pattern->text()};
  }
  const auto plate = plate::Plate::parse_lenient(asked.text);
  if (!plate) {
    return base::failure(Errc::kBadPlate, "This is not a plate",
                         "A plate has 1 to 10 letters and digits; spaces and hyphens do not count",
                         "Correct it, or choose wildcard to use ? and *");
  }
  return reads::PlateQuery{asked.mode, plate->text()};
}

std::size_t letters_and_digits(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c != '?' && c != '*'; }));
}

base::Result<std::vector<std::string>> words(const std::vector<std::string>& asked, Looks looks,
                                             const std::string& kind) {
  std::vector<std::string> folded;
  if (asked.size() > kMostWords) {
    return base::failure(Errc::kBadLooks, "Too many words for " + kind, "At most 12 are understood",
                         "Choose fewer");
  }
  for (const std::string& one : asked) {
    std::string word = looks_word(looks, one);
    if (word.empty()) {
      return base::failure(Errc::kBadLooks, "No camera reports such a " + kind,
                           "It is not among the words that reads use",
                           "Choose one of these: " + looks_that_work(looks));
    }
    if (std::find(folded.begin(), folded.end(), word) == folded.end()) folded.push_back(std::move(word));
  }
  return folded;
}

bool is_good(const std::variant<Circle, Rectangle>& area) {
  if (const auto* circle = std::get_if<Circle>(&area)) {
    return base::is_valid(circle->center) && circle->radius_m >= 10 && circle->radius_m <= 200'000;
  }
  const auto& box = std::get<Rectangle>(area);
  return base::is_valid({box.south, box.west}) && base::is_valid({box.north, box.east}) &&
         box.south < box.north && box.west < box.east;
}

// The cameras that the question is limited to; empty when it names no place.
base::Result<std::vector<CameraPlace>> places(const Question& question,
                                              const std::vector<CameraPlace>& cameras) {
  if (question.area && !is_good(*question.area)) {
    return base::failure(
        Errc::kBadArea, "The area is not one on the map",
        "A circle has a radius of 10 m to 200 km; a rectangle runs from south-west to north-east",
        "Draw it again");
  }
  if (question.camera_ids.size() > kMostCameras) {
    return base::failure(Errc::kBadArea, "Too many cameras are named", "At most 500 can be",
                         "Draw an area instead");
  }
  std::vector<CameraPlace> chosen;
  if (question.camera_ids.empty() && !question.area) return chosen;
  for (const std::string& id : question.camera_ids) {
    if (std::none_of(cameras.begin(), cameras.end(), [&](const CameraPlace& c) { return c.id == id; })) {
      return base::failure(Errc::kBadArea, "There is no such camera: " + id, "It was removed, or never added",
                           "Choose from the list");
    }
  }
  for (const CameraPlace& camera : cameras) {
    const auto& ids = question.camera_ids;
    const bool named = ids.empty() || std::find(ids.begin(), ids.end(), camera.id) != ids.end();
    if (named && (!question.area || inside(camera.place, *question.area))) chosen.push_back(camera);
  }
  if (chosen.empty()) {
    return base::failure(Errc::kBadArea, "No camera stands there",
                         "The area and the chosen cameras have none in common",
                         "Draw a larger area or choose other cameras");
  }
  return chosen;
}

base::Result<void> fill_time(reads::Query& query, const Question& question, bool names_plate, base::Time now,
                             int retained_days) {
  const base::Time oldest = base::start_of(policy::oldest_kept_day(now, retained_days));
  query.to = std::min(question.to.value_or(now), now);
  base::Time from = oldest;
  if (!names_plate) from = query.to - std::chrono::hours(kDefaultHoursWithoutPlate);
  query.from = std::max(question.from.value_or(from), oldest);
  if (query.from < query.to) return {};
  return base::failure(Errc::kBadTime, "The time span is empty",
                       "It must begin before it ends, in the " + std::to_string(retained_days) +
                           " days for which reads are kept, and before now",
                       "Choose a later end or an earlier start");
}

base::Result<void> refuse_too_broad(const reads::Query& query, bool names_plate) {
  const bool looks = !query.colors.empty() || !query.bodies.empty() || !query.makes.empty();
  const bool place = !query.camera_ids.empty();
  if (names_plate || (looks && place)) return {};
  if (!looks && !place) {
    return base::failure(Errc::kTooBroad, "This would show everybody who passed",
                         "Neither a plate nor looks nor a place is named",
                         "Add at least two characters of the plate, a color or body, or an area");
  }
  const int hours = looks ? kLongestLooksHours : kLongestPlaceHours;
  if (query.to - query.from <= std::chrono::hours(hours)) return {};
  return base::failure(
      Errc::kTooBroad, "This would show too many who have nothing to do with it",
      looks ? "Looks without a place are searched for at most 7 days"
            : "A place without looks or plate is searched for at most 24 hours",
      looks ? "Add an area or shorten the time" : "Add a color or body, or shorten the time");
}

}  // namespace

const std::vector<std::string>& colors() {
  static const std::vector<std::string> list{"black", "white",  "gray",   "silver", "red",   "blue",
                                             "green", "yellow", "orange", "brown",  "beige", "unknown"};
  return list;
}

const std::vector<std::string>& bodies() {
  static const std::vector<std::string> list{"sedan",  "suv",   "hatchback", "wagon",      "minivan", "van",
                                             "pickup", "truck", "bus",       "motorcycle", "unknown"};
  return list;
}

std::string looks_word(Looks kind, std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::string word(text);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto letters = [](std::string_view part) {
    return part.size() == 2 && part[0] >= 'a' && part[0] <= 'z' && part[1] >= 'a' && part[1] <= 'z';
  };
  switch (kind) {
    case Looks::kColor:
      return word == "unknown" ? word : base::color_of_word(word);
    case Looks::kBody:
      if (word.size() > 3 && word.ends_with('s') &&
          !base::body_of_word(word.substr(0, word.size() - 1)).empty())
        word.pop_back();
      return word == "unknown" ? word : base::body_of_word(word);
    case Looks::kMake: {
      if (std::string make = base::make_of_word(word); !make.empty()) return make;
      const bool plain =
          word.size() <= 30 && std::all_of(word.begin(), word.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ' ';
          });
      return plain ? word : std::string();
    }
    case Looks::kRegion: {
      if (std::string state = base::region_of_word(word); !state.empty()) return state;
      const bool part = word.size() == 5 && word[2] == '-' && letters(word.substr(3));
      const bool known = word == "unknown" || (letters(word.substr(0, 2)) && (word.size() == 2 || part));
      return known ? word : std::string();
    }
  }
  return {};
}

std::string looks_that_work(Looks kind) {
  if (kind == Looks::kColor) return base::join(colors(), ", ");
  if (kind == Looks::kBody) return base::join(bodies(), ", ");
  return kind == Looks::kMake ? "A make such as ford"
                              : "A state such as va or Virginia, or a country: br, eu-de";
}

bool inside(const base::LatLon& place, const std::variant<Circle, Rectangle>& area) {
  if (const auto* circle = std::get_if<Circle>(&area))
    return base::distance_m(place, circle->center) <= circle->radius_m;
  const auto& box = std::get<Rectangle>(area);
  return place.lat_deg >= box.south && place.lat_deg <= box.north && place.lon_deg >= box.west &&
         place.lon_deg <= box.east;
}

base::Result<Plan> plan(const Question& question, const std::vector<CameraPlace>& cameras, base::Time now,
                        int retained_days, std::string cursor, std::size_t limit) {
  Plan plan;
  reads::Query& query = plan.query;
  if (question.plate) {
    auto plate = folded(*question.plate);
    if (!plate) return tl::unexpected(plate.error());
    query.plate = std::move(*plate);
    plan.names_plate = letters_and_digits(query.plate->text) >= kLeastPlateChars;
  }
  auto region = words(question.region.empty() ? std::vector<std::string>{} : std::vector{question.region},
                      Looks::kRegion, "region");
  if (!region) return tl::unexpected(region.error());
  if (!region->empty()) query.region = region->front();
  auto color_words = words(question.colors, Looks::kColor, "color");
  if (!color_words) return tl::unexpected(color_words.error());
  auto body_words = words(question.bodies, Looks::kBody, "body");
  if (!body_words) return tl::unexpected(body_words.error());
  auto make_words = words(question.makes, Looks::kMake, "make");
  if (!make_words) return tl::unexpected(make_words.error());
  query.colors = std::move(*color_words);
  query.bodies = std::move(*body_words);
  query.makes = std::move(*make_words);
  auto chosen = places(question, cameras);
  if (!chosen) return tl::unexpected(chosen.error());
  for (const CameraPlace& camera : *chosen) query.camera_ids.push_back(camera.id);
  const bool names_one = plan.names_plate || !question.again.empty();
  if (auto filled = fill_time(query, question, names_one, now, retained_days); !filled) {
    return tl::unexpected(filled.error());
  }
  if (auto fine = refuse_too_broad(query, names_one); !fine) return tl::unexpected(fine.error());
  query.limit = std::clamp<std::size_t>(limit, 1, 200);
  query.cursor = std::move(cursor);

  plan.sentence = sentence_of(query, question, *chosen);
  plan.scope.from = query.from;
  plan.scope.to = query.to;
  plan.scope.camera_ids = query.camera_ids;
  plan.scope.question = plan.sentence;
  return plan;
}

}  // namespace glasshouse::search
