#include "app/town.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.h"

namespace glasshouse::app {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxTownBytes = 4 << 20;
constexpr double kMpsPerMph = 0.44704;

std::vector<std::pair<std::string, double>> weights(const Json& object) {
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [name, weight] : object.items()) out.emplace_back(name, weight.get<double>());
  return out;
}

Town town_of(const Json& json) {
  Town town;
  town.name = json.at("name");
  town.center = {json.at("center").at("lat"), json.at("center").at("lon")};
  std::map<std::string, std::size_t> nodes, edges;
  for (const Json& node : json.at("nodes")) {
    nodes[node.at("id")] = town.nodes.size();
    town.nodes.push_back({{node.at("lat"), node.at("lon")}, node.value("gate", false)});
  }
  town.edges_at.resize(town.nodes.size());
  for (const Json& edge : json.at("edges")) {
    const std::size_t index = town.edges.size();
    edges[edge.at("id")] = index;
    town.edges.push_back({nodes.at(edge.at("from")), nodes.at(edge.at("to")), edge.at("length_m"),
                          edge.value("limit_mph", 25.0) * kMpsPerMph});
    town.edges_at[town.edges.back().from].push_back(index);
    town.edges_at[town.edges.back().to].push_back(index);
  }
  for (const Json& camera : json.at("cameras")) {
    town.cameras.push_back({camera.at("id"), camera.at("name"), edges.at(camera.at("edge")),
                            camera.at("at_m"), camera.value("bearing_deg", 0.0), camera.contains("plays")});
  }
  const Json& traffic = json.at("traffic");
  town.reads_per_day = traffic.at("reads_per_day");
  town.weekday_by_hour = traffic.at("weekday_by_hour").get<std::vector<double>>();
  town.weekend_by_hour = traffic.at("weekend_by_hour").get<std::vector<double>>();
  town.resident_share = traffic.at("resident_share");
  town.residents = traffic.at("residents");
  town.bodies = weights(traffic.at("bodies"));
  town.colors = weights(traffic.at("colors"));
  town.plate_formats = weights(traffic.at("plate_formats"));
  town.letters = traffic.at("letters");
  for (const Json& wanted : traffic.at("wanted_that_pass")) {
    town.wanted.push_back({wanted.at("plate"), wanted.at("body"), wanted.at("color")});
  }
  return town;
}

}  // namespace

double bearing_deg(const base::LatLon& from, const base::LatLon& to) {
  constexpr double kRadians = 3.14159265358979323846 / 180;
  const double east = (to.lon_deg - from.lon_deg) * std::cos(from.lat_deg * kRadians);
  const double degrees = std::atan2(east, to.lat_deg - from.lat_deg) / kRadians;
  return degrees < 0 ? degrees + 360 : degrees;
}

base::Result<Town> read_town(const std::string& path) {
  const auto bytes = base::posix_files().read(path, kMaxTownBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  try {
    Town town = town_of(Json::parse(*bytes));
    const bool whole = !town.nodes.empty() && !town.edges.empty() && !town.cameras.empty() &&
                       town.residents > 0 && town.weekday_by_hour.size() == 24 &&
                       town.weekend_by_hour.size() == 24 && !town.bodies.empty() && !town.colors.empty() &&
                       !town.plate_formats.empty() && !town.letters.empty() && town.reads_per_day > 0;
    if (!whole)
      return base::failure(TownErrc::kBadTown, path + " does not describe a town", "A part of it is empty");
    return town;
  } catch (const std::exception& wrong) {  // nlohmann's way of saying that a member is missing
    return base::failure(TownErrc::kBadTown, path + " does not describe a town", wrong.what(),
                         "demo/README.md says what it holds.");
  }
}

}  // namespace glasshouse::app
