// What the hardware allows: the month in plain arrays in memory, answered by a pass over packed plates, with
// no store, no file and no permit around it. It fetches no rows.
#pragma once

#include <cstdint>
#include <vector>

#include "month.h"

namespace glasshouse::bench {

struct Answer {
  std::size_t total = 0;
  std::vector<std::int64_t> newest;  // times of at most kPage reads, newest first
};
inline constexpr std::size_t kPage = 100;

struct Window {
  std::vector<std::uint16_t> cameras;
  std::int64_t from_ms = 0, to_ms = 0;
};

class Floor {
 public:
  explicit Floor(const Month& month);

  Answer plates(const reads::PlateQuery& question);
  Answer meet(const std::vector<Window>& windows) const;
  Answer convoy(std::uint32_t leader) const;
  std::uint64_t camera_hours() const;  // counts all, returns the sum

 private:
  struct AtCamera {
    std::int64_t at_ms = 0;
    std::uint32_t vehicle = 0;
  };
  void by_vehicle();
  void by_camera();

  const Month& month_;
  std::vector<std::uint64_t> words_, folded_;  // by vehicle
  std::vector<std::uint32_t> first_of_vehicle_, first_of_camera_;
  std::vector<std::int64_t> times_;       // of each vehicle's reads, together
  std::vector<std::uint16_t> cameras_;    // the same order
  std::vector<AtCamera> at_camera_;       // of each camera, in order of time
  std::vector<std::uint32_t> hour_cell_;  // of each read: hour × cameras + camera
  std::vector<std::uint32_t> hits_;
  std::vector<std::int64_t> found_;
};

}  // namespace glasshouse::bench
