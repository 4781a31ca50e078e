#include "api/places.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "policy/pack.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using Ring = std::vector<base::LatLon>;

constexpr double kMetresPerDegree = 6'371'008.8 * std::numbers::pi / 180;

struct Point {
  double x, y;
};

// Metres east and north of `origin`; flat, which is exact enough for places in sight.
Point flat(const base::LatLon& origin, const base::LatLon& place) {
  const double shrink = std::cos(origin.lat_deg * std::numbers::pi / 180);
  return {(place.lon_deg - origin.lon_deg) * shrink * kMetresPerDegree,
          (place.lat_deg - origin.lat_deg) * kMetresPerDegree};
}

// From (0, 0) to the segment.
double distance_to_segment(Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp(-(a.x * dx + a.y * dy) / length, 0.0, 1.0) : 0.0;
  return std::hypot(a.x + along * dx, a.y + along * dy);
}

// Even-odd over all rings, so that a hole is outside; 0 inside.
double metres_to(const base::LatLon& at, const std::vector<Ring>& rings) {
  double nearest = std::numeric_limits<double>::infinity();
  bool inside = false;
  for (const Ring& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point a = flat(at, ring[i]), b = flat(at, ring[(i + 1) % ring.size()]);
      nearest = std::min(nearest, distance_to_segment(a, b));
      if ((a.y > 0) != (b.y > 0) && a.x + (b.x - a.x) * (-a.y) / (b.y - a.y) > 0) inside = !inside;
    }
  }
  return inside ? 0 : nearest;
}

class PlaceReader {
 public:
  // Nothing: it is not a place that can be used.
  std::optional<base::LatLon> place(const Json& pair) {
    if (!pair.is_array() || pair.size() < 2 || !pair[0].is_number() || !pair[1].is_number())
      return std::nullopt;
    const base::LatLon found{pair[1].get<double>(), pair[0].get<double>()};  // GeoJSON writes longitude first
    if (!base::is_valid(found) || ++points_ > kMaxPlacePoints) return std::nullopt;
    return found;
  }

  bool ring(const Json& list, std::vector<Ring>& rings) {
    if (!list.is_array() || list.size() < 4) return false;
    Ring ring;
    for (const Json& pair : list) {
      const auto point = place(pair);
      if (!point) return false;
      ring.push_back(*point);
    }
    rings.push_back(std::move(ring));
    return true;
  }

  bool polygon(const Json& list, std::vector<Ring>& rings) {
    return list.is_array() && !list.empty() &&
           std::all_of(list.begin(), list.end(), [&](const Json& one) { return ring(one, rings); });
  }

  bool geometry(const Json& shape, std::vector<Ring>& rings) {
    if (!shape.is_object() || !shape.contains("type") || !shape.contains("coordinates")) return false;
    const Json& coordinates = shape["coordinates"];
    if (shape["type"] == "Polygon") return polygon(coordinates, rings);
    if (shape["type"] == "MultiPolygon") {
      return coordinates.is_array() && !coordinates.empty() &&
             std::all_of(coordinates.begin(), coordinates.end(),
                         [&](const Json& one) { return polygon(one, rings); });
    }
    if (shape["type"] != "Point") return false;
    const auto point = place(coordinates);
    if (point) rings.push_back({*point});
    return point.has_value();
  }

 private:
  std::size_t points_ = 0;
};

bool is_place_kind(const Json& kind) {
  const auto kinds = policy::place_kinds();
  return kind.is_string() &&
         std::find(kinds.begin(), kinds.end(), kind.get_ref<const std::string&>()) != kinds.end();
}

tl::unexpected<base::Error> bad_places(std::string why) {
  return base::failure(PlacesErrc::kBadFile, "The list of sensitive places cannot be used", std::move(why),
                       "Correct places.geojson; src/api/places.h says what it holds.");
}

}  // namespace

base::Result<SensitivePlaces> SensitivePlaces::parse(std::string_view geojson) {
  if (geojson.size() > kMaxPlacesBytes) return bad_places("it is too large");
  // Deep nesting is refused before it is built.
  int depth = 0;
  const auto shallow = [&](int at, Json::parse_event_t, Json&) {
    depth = std::max(depth, at);
    return at < 16;
  };
  const Json file = Json::parse(geojson, shallow, false);
  if (file.is_discarded() || depth >= 16 || !file.is_object() ||
      file.value("type", Json()) != "FeatureCollection" || !file.contains("features") ||
      !file["features"].is_array()) {
    return bad_places("it is no GeoJSON FeatureCollection");
  }
  SensitivePlaces places;
  PlaceReader reader;
  for (const Json& feature : file["features"]) {
    const std::string number = "feature " + std::to_string(places.places_.size() + 1);
    const Json properties = feature.is_object() ? feature.value("properties", Json()) : Json();
    if (!properties.is_object() || !properties.contains("kind") || !is_place_kind(properties["kind"]))
      return bad_places(number + " has no kind that packs know");
    Place place;
    place.kind = properties["kind"];
    const Json consent = properties.value("consent", Json());
    place.consent = consent.is_string() && !consent.get_ref<const std::string&>().empty();
    if (!reader.geometry(feature.value("geometry", Json()), place.rings))
      return bad_places(number + " is no polygon or point, or the file has too many points");
    places.places_.push_back(std::move(place));
  }
  return places;
}

std::vector<policy::NearPlace> SensitivePlaces::near(const base::LatLon& at) const {
  std::vector<policy::NearPlace> found;
  for (const Place& place : places_) {
    const double away = metres_to(at, place.rings);
    if (away <= kNearPlace_m) found.push_back({place.kind, away, place.consent});
  }
  std::sort(found.begin(), found.end(), [](const policy::NearPlace& a, const policy::NearPlace& b) {
    return a.distance_m < b.distance_m;
  });
  return found;
}

}  // namespace glasshouse::api
