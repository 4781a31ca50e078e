#include "base/units.h"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace glasshouse::base {

bool is_valid(const LatLon& p) {
  return std::isfinite(p.lat_deg) && std::isfinite(p.lon_deg) && std::abs(p.lat_deg) <= 90 &&
         std::abs(p.lon_deg) <= 180;
}

double distance_m(const LatLon& a, const LatLon& b) {
  constexpr double kRadius_m = 6371008.8;
  constexpr double kRad = std::numbers::pi / 180;
  const double dlat = (b.lat_deg - a.lat_deg) * kRad, dlon = (b.lon_deg - a.lon_deg) * kRad;
  const double h = std::pow(std::sin(dlat / 2), 2) +
                   std::cos(a.lat_deg * kRad) * std::cos(b.lat_deg * kRad) * std::pow(std::sin(dlon / 2), 2);
  return 2 * kRadius_m * std::asin(std::sqrt(h > 1 ? 1 : h));
}

std::string format_distance(double metres) {
  char text[64];
  if (metres < 1000) {
    std::snprintf(text, sizeof text, "%.1f mi (%.0f m)", metres / kMetresPerMile, metres);
  } else {
    std::snprintf(text, sizeof text, "%.1f mi (%.1f km)", metres / kMetresPerMile, metres / 1000);
  }
  return text;
}

}  // namespace glasshouse::base
