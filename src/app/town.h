// The invented town of demo/town.json, as the simulator needs it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace glasshouse::app {

enum class TownErrc { kBadTown = 1 };

struct TownEdge {
  std::size_t from = 0, to = 0;  // nodes
  double length_m = 0;
  double pace_mps = 11;  // how fast simulated vehicles go along it
};

struct TownCamera {
  std::string id, name;
  std::size_t edge = 0;
  double at_m = 0;  // from the edge's `from`
  double bearing_deg = 0;
  bool plays_clip = false;  // the real reader has this one; the simulator leaves it alone while it is live
};

struct TownNode {
  base::LatLon place;
  bool gate = false;
};

struct WantedVehicle {
  std::string plate, body, color;
};

struct Town {
  std::string name;
  base::LatLon center;
  std::vector<TownNode> nodes;
  std::vector<TownEdge> edges;
  std::vector<TownCamera> cameras;
  std::vector<std::vector<std::size_t>> edges_at;  // by node
  double reads_per_day = 5000;
  std::vector<double> weekday_by_hour, weekend_by_hour;  // 24 each
  double resident_share = 0.6;
  std::size_t residents = 2000;
  std::vector<std::pair<std::string, double>> bodies, colors, plate_formats;  // with weights
  std::string letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
  std::vector<WantedVehicle> wanted;
};

// kBadTown says what is missing.
base::Result<Town> read_town(const std::string& path);

// From north, clockwise, 0..360.
double bearing_deg(const base::LatLon& from, const base::LatLon& to);

}  // namespace glasshouse::app
