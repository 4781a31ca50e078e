// The sensitive places of a town (schools, clinics, houses of worship …), from DATA/places.geojson: a
// FeatureCollection of Polygon, MultiPolygon or Point features with the properties
//   kind     one of policy::place_kinds()
//   consent  optional: where the institution's written consent is filed; a text that is not empty lifts the
//   rules
//            that consent lifts
// An administrator keeps the file; the server reads it at start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "policy/policy.h"

namespace glasshouse::api {

enum class PlacesErrc { kBadFile = 1 };

inline constexpr std::size_t kMaxPlacesBytes = 16u << 20;
inline constexpr std::size_t kMaxPlacePoints = 500'000;
inline constexpr double kNearPlace_m = 2000;  // farther away no pack can say anything: distances in packs are
                                              // about "on or immediately surrounding"

class SensitivePlaces {
 public:
  SensitivePlaces() = default;  // none
  // kBadFile names the feature that is wrong; nothing of a file with a fault is used.
  static base::Result<SensitivePlaces> parse(std::string_view geojson);

  // The places within kNearPlace_m, nearest first.
  std::vector<policy::NearPlace> near(const base::LatLon& at) const;
  std::size_t size() const { return places_.size(); }

 private:
  struct Place {
    std::string kind;
    bool consent = false;
    std::vector<std::vector<base::LatLon>> rings;  // a point is a ring of one
  };
  std::vector<Place> places_;
};

}  // namespace glasshouse::api
