// Invented vehicles on the streets of an invented town. The same seed and the same hour always give the same
// passings, whenever and however often they are asked for.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "app/town.h"
#include "base/time.h"

namespace glasshouse::app {

struct Vehicle {
  std::string plate, region, body, color;
  std::size_t home = 0, work = 0;  // nodes
};

// A vehicle going by a camera: what is true, not what is read.
struct SimulatedPassing {
  base::Time at;
  std::size_t camera = 0;
  Vehicle vehicle;
  bool from_behind = false;
  bool wanted = false;
};

class Traffic {
 public:
  Traffic(Town town, std::uint64_t seed);

  // All passings of trips that begin within the hour (hours since 1970), in time order. `busier` multiplies
  // the town's own traffic.
  std::vector<SimulatedPassing> hour(std::int64_t hours, double busier) const;

  // A wanted vehicle's trip that comes by its first camera at `first`.
  std::vector<SimulatedPassing> wanted_trip(std::size_t which, base::Time first) const;

  // Reads an hour that `hour` gives on average.
  double reads_in(std::int64_t hours) const;
  const Town& town() const { return town_; }

 private:
  using Random = std::mt19937_64;
  Vehicle invent(Random& random, bool resident) const;
  std::vector<std::size_t> path(std::size_t from, std::size_t to, Random& random) const;
  std::vector<SimulatedPassing> drive(const Vehicle& vehicle, const std::vector<std::size_t>& nodes,
                                      base::Time start, Random& random) const;
  std::vector<SimulatedPassing> trip(const Vehicle& vehicle, base::Time start, int local_hour,
                                     Random& random) const;
  int local_hour(std::int64_t hours) const;

  Town town_;
  std::uint64_t seed_;
  std::vector<Vehicle> residents_;
  std::vector<std::size_t> gates_;
  double passings_a_trip_ = 1;
};

}  // namespace glasshouse::app
