// Distances and places.
#pragma once

#include <string>

namespace glasshouse::base {

inline constexpr double kMetresPerMile = 1609.344;

struct LatLon {
  double lat_deg = 0;
  double lon_deg = 0;
  bool operator==(const LatLon&) const = default;
};

// Whether both are finite and inside ±90 and ±180.
bool is_valid(const LatLon& place);

// Great-circle distance on a sphere of 6,371,008.8 m (haversine; within 0.5 % of the ellipsoid).
double distance_m(const LatLon& a, const LatLon& b);

// "0.3 mi (480 m)", "12.4 mi (20.0 km)".
std::string format_distance(double metres);

}  // namespace glasshouse::base
