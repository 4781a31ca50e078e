#include "app/traffic.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace glasshouse::app {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr double kWantedADay = 3;  // of the past; enough for a search to find something
constexpr int kTripsSampled = 400;

double uniform(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

std::size_t below(std::mt19937_64& random, std::size_t count) {
  return std::min(count - 1, static_cast<std::size_t>(uniform(random) * static_cast<double>(count)));
}

const std::string& weighted(std::mt19937_64& random,
                            const std::vector<std::pair<std::string, double>>& choices) {
  double total = 0;
  for (const auto& [name, weight] : choices) total += weight;
  double drawn = uniform(random) * total;
  for (const auto& [name, weight] : choices) {
    drawn -= weight;
    if (drawn < 0) return name;
  }
  return choices.back().first;
}

std::mt19937_64 seeded(std::uint64_t seed, std::uint64_t more) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(more), static_cast<std::uint32_t>(more >> 32)};
  return std::mt19937_64(sequence);
}

}  // namespace

Traffic::Traffic(Town town, std::uint64_t seed) : town_(std::move(town)), seed_(seed) {
  for (std::size_t i = 0; i < town_.nodes.size(); ++i) {
    if (town_.nodes[i].gate) gates_.push_back(i);
  }
  if (gates_.empty()) gates_.push_back(0);
  Random random = seeded(seed_, 1);
  for (std::size_t i = 0; i < town_.residents; ++i) residents_.push_back(invent(random, true));
  std::size_t passings = 0;
  for (int i = 0; i < kTripsSampled; ++i) {
    const Vehicle vehicle = uniform(random) < town_.resident_share
                                ? residents_[below(random, residents_.size())]
                                : invent(random, false);
    passings += trip(vehicle, base::from_ms(0), 12, random).size();
  }
  passings_a_trip_ = std::max(0.2, static_cast<double>(passings) / kTripsSampled);
}

Vehicle Traffic::invent(Random& random, bool resident) const {
  static constexpr const char* kElsewhere[] = {"us-ny", "us-vt", "us-ma", "us-pa", "us"};
  Vehicle vehicle;
  for (const char c : weighted(random, town_.plate_formats)) {
    if (c == 'A') vehicle.plate += town_.letters[below(random, town_.letters.size())];
    if (c >= '0' && c <= '9') vehicle.plate += static_cast<char>('0' + below(random, 10));
  }
  vehicle.region =
      resident || uniform(random) < 0.5 ? "us" : kElsewhere[below(random, std::size(kElsewhere))];
  vehicle.body = weighted(random, town_.bodies);
  vehicle.color = weighted(random, town_.colors);
  vehicle.home = below(random, town_.nodes.size());
  vehicle.work = below(random, town_.nodes.size());
  return vehicle;
}

// The quickest way, each driver with an own opinion of each street.
std::vector<std::size_t> Traffic::path(std::size_t from, std::size_t to, Random& random) const {
  constexpr double kFar = 1e18;
  std::vector<double> cost(town_.nodes.size(), kFar), opinion(town_.edges.size());
  for (double& value : opinion) value = 0.8 + 0.6 * uniform(random);
  std::vector<std::size_t> before(town_.nodes.size(), from);
  using Item = std::pair<double, std::size_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> open;
  cost[from] = 0;
  open.emplace(0.0, from);
  while (!open.empty()) {
    const auto [so_far, node] = open.top();
    open.pop();
    if (so_far > cost[node]) continue;
    for (const std::size_t index : town_.edges_at[node]) {
      const TownEdge& edge = town_.edges[index];
      const std::size_t next = edge.from == node ? edge.to : edge.from;
      const double reached = so_far + edge.length_m / edge.pace_mps * opinion[index];
      if (reached >= cost[next]) continue;
      cost[next] = reached;
      before[next] = node;
      open.emplace(reached, next);
    }
  }
  if (cost[to] == kFar) return {};
  std::vector<std::size_t> nodes{to};
  while (nodes.back() != from) nodes.push_back(before[nodes.back()]);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<SimulatedPassing> Traffic::drive(const Vehicle& vehicle, const std::vector<std::size_t>& nodes,
                                             base::Time start, Random& random) const {
  std::vector<SimulatedPassing> passings;
  double seconds = 0;
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    const auto& edges = town_.edges_at[nodes[i]];
    const auto found = std::find_if(edges.begin(), edges.end(), [&](std::size_t index) {
      const TownEdge& edge = town_.edges[index];
      return edge.from == nodes[i + 1] || edge.to == nodes[i + 1];
    });
    if (found == edges.end()) break;
    const TownEdge& edge = town_.edges[*found];
    const bool forward = edge.from == nodes[i];
    const double pace = edge.pace_mps * (0.8 + 0.25 * uniform(random));
    const double heading = bearing_deg(town_.nodes[nodes[i]].place, town_.nodes[nodes[i + 1]].place);
    for (std::size_t c = 0; c < town_.cameras.size(); ++c) {
      const TownCamera& camera = town_.cameras[c];
      if (camera.edge != *found) continue;
      const double along = forward ? camera.at_m : edge.length_m - camera.at_m;
      const double turn = std::abs(std::remainder(heading - camera.bearing_deg, 360.0));
      const auto at = start + base::Millis(static_cast<std::int64_t>((seconds + along / pace) * 1000));
      passings.push_back(
          {at, c, vehicle, turn < 90, false});  // it drives where the lens looks: seen from behind
    }
    seconds += edge.length_m / pace + 8 * uniform(random);  // and a wait at the crossing
  }
  std::sort(passings.begin(), passings.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return passings;
}

std::vector<SimulatedPassing> Traffic::trip(const Vehicle& vehicle, base::Time start, int local_hour,
                                            Random& random) const {
  std::size_t from = vehicle.home, to = vehicle.work;
  const bool resident = uniform(random) < 0.9 && vehicle.home != vehicle.work;
  if (local_hour >= 14 && local_hour <= 19 && uniform(random) < 0.8) std::swap(from, to);
  if (!resident || uniform(random) < 0.25) {  // an errand out of town, or somebody who passes through
    to = gates_[below(random, gates_.size())];
    if (!resident) from = gates_[below(random, gates_.size())];
  }
  if (from == to) to = below(random, town_.nodes.size());
  return drive(vehicle, path(from, to, random), start, random);
}

int Traffic::local_hour(std::int64_t hours) const {
  const auto zone =
      static_cast<std::int64_t>(std::lround(town_.center.lon_deg / 15));  // by the sun, near enough
  return static_cast<int>(((hours + zone) % 24 + 24) % 24);
}

double Traffic::reads_in(std::int64_t hours) const {
  const std::int64_t day = (hours - local_hour(hours)) / 24 + 4;  // day 0 was a Thursday
  const bool weekend = day % 7 == 6 || day % 7 == 0;
  const auto& weights = weekend ? town_.weekend_by_hour : town_.weekday_by_hour;
  double total = 0;
  for (const double weight : weights) total += weight;
  return town_.reads_per_day * weights[static_cast<std::size_t>(local_hour(hours))] / std::max(total, 1.0);
}

std::vector<SimulatedPassing> Traffic::hour(std::int64_t hours, double busier) const {
  Random random = seeded(seed_, static_cast<std::uint64_t>(hours) + 1000);
  const double trips = reads_in(hours) * busier / passings_a_trip_;
  std::vector<SimulatedPassing> passings;
  const auto add = [&](std::vector<SimulatedPassing> more) {
    passings.insert(passings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  };
  for (int i = 0; i < static_cast<int>(trips + uniform(random)); ++i) {
    const base::Time start =
        base::from_ms(hours * kHourMs + static_cast<std::int64_t>(uniform(random) * kHourMs));
    const Vehicle vehicle = uniform(random) < town_.resident_share
                                ? residents_[below(random, residents_.size())]
                                : invent(random, false);
    add(trip(vehicle, start, local_hour(hours), random));
  }
  if (!town_.wanted.empty() && uniform(random) < kWantedADay / 24) {
    add(wanted_trip(below(random, town_.wanted.size()),
                    base::from_ms(hours * kHourMs + static_cast<std::int64_t>(uniform(random) * kHourMs))));
  }
  std::sort(passings.begin(), passings.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return passings;
}

std::vector<SimulatedPassing> Traffic::wanted_trip(std::size_t which, base::Time first) const {
  const WantedVehicle& wanted = town_.wanted[which % town_.wanted.size()];
  Random random = seeded(seed_, static_cast<std::uint64_t>(base::to_ms(first)));
  const Vehicle vehicle{wanted.plate, "us", wanted.body, wanted.color, 0, 0};
  for (int tries = 0; tries < 50; ++tries) {
    auto passings =
        drive(vehicle, path(gates_[below(random, gates_.size())], below(random, town_.nodes.size()), random),
              first, random);
    std::erase_if(passings, [&](const auto& p) { return town_.cameras[p.camera].plays_clip; });
    if (passings.empty()) continue;
    const auto shift = first - passings.front().at;
    for (auto& passing : passings) {
      passing.at += shift;
      passing.wanted = true;
    }
    return passings;
  }
  return {};
}

}  // namespace glasshouse::app
