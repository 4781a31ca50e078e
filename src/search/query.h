// From the question a person asked to the query that the read store answers, and to words that say what was
// searched.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "gate/gate.h"
#include "reads/store.h"

namespace glasshouse::search {

enum class Errc { kBadPlate = 1, kBadPattern, kBadArea, kBadTime, kTooBroad, kBadLooks };

struct Circle {
  base::LatLon center;
  double radius_m = 0;  // 10..200,000
};
struct Rectangle {
  double south = 0, west = 0, north = 0, east = 0;
};

// A camera as search needs it.
struct CameraPlace {
  std::string id, name;
  base::LatLon place;
};

struct Question {
  std::optional<reads::PlateQuery> plate;
  std::string region;
  std::vector<std::string> colors, bodies, makes;
  std::vector<std::string> camera_ids;
  std::optional<std::variant<Circle, Rectangle>> area;
  std::optional<base::Time> from, to;
  std::string
      again;  // a read's id: vehicles that look like the one in it. It says who is meant, as a plate does
};

struct Plan {
  reads::Query query;
  gate::Scope scope;     // ask the gate for exactly this
  std::string sentence;  // "White pickups with plates starting 7K, at 3 cameras within 1.2 mi (1.9 km) of …,
                         // Fri 22:00 to …"
  bool names_plate = false;
};

// Checks, folds, resolves the area to cameras, fills the time span from now and retained days. No I/O.
base::Result<Plan> plan(const Question& question, const std::vector<CameraPlace>& cameras, base::Time now,
                        int retained_days, std::string cursor, std::size_t limit);

// The words that a question may use for a vehicle's color and body (docs/formats/read.md); makes are free.
const std::vector<std::string>& colors();
const std::vector<std::string>& bodies();

// A word of a person for one of them, as reads call it: "grey" is gray, "chevy" chevrolet, "VA" us-va. Empty:
// reads have no such word. Makes are free; a region that is no U.S. state is written as reads write it: br,
// eu-de.
enum class Looks { kColor, kBody, kMake, kRegion };
std::string looks_word(Looks kind, std::string_view word);
std::string looks_that_work(Looks kind);

// Without a plate a question is about everybody who passed: it needs looks or a place, and these are its
// longest spans.
inline constexpr int kLongestPlaceHours = 24;      // a place without looks
inline constexpr int kLongestLooksHours = 24 * 7;  // looks without a place
inline constexpr int kDefaultHoursWithoutPlate = 24;
inline constexpr int kLeastPlateChars = 2;  // letters and digits; fewer do not name a vehicle

bool inside(const base::LatLon& place, const std::variant<Circle, Rectangle>& area);

}  // namespace glasshouse::search
