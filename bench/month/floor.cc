#include "floor.h"

#include <algorithm>
#include <functional>

#include "plate/scan.h"

namespace glasshouse::bench {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kTogetherMs = 60'000;
constexpr std::size_t kLeastCameras = 3;

Answer newest_of(std::vector<std::int64_t>& times) {
  Answer answer;
  answer.total = times.size();
  const auto page = static_cast<std::ptrdiff_t>(std::min(kPage, times.size()));
  std::partial_sort(times.begin(), times.begin() + page, times.end(), std::greater<>());
  answer.newest.assign(times.begin(), times.begin() + page);
  return answer;
}

plate::Scan scan_of(const reads::PlateQuery& question) {
  using Mode = reads::PlateQuery::Mode;
  const auto text = plate::Plate::parse(question.text).value_or(plate::Plate{});
  switch (question.mode) {
    case Mode::kContains:
      return plate::Scan::contains(text);
    case Mode::kConfusable:
      return plate::Scan::confusable(text);
    case Mode::kWildcard:
      return plate::Scan::wildcard(*plate::Pattern::parse(question.text));
    case Mode::kExact:
      return plate::Scan::wildcard(*plate::Pattern::parse(question.text));
    case Mode::kPrefix:
      break;
  }
  return plate::Scan::prefix(text);
}

}  // namespace

Floor::Floor(const Month& month) : month_(month) {
  for (const Vehicle& vehicle : month.vehicles) {
    words_.push_back(vehicle.plate);
    folded_.push_back(fold(plate::Plate::from_packed(vehicle.plate)).packed());
  }
  by_vehicle();
  by_camera();
}

void Floor::by_vehicle() {
  first_of_vehicle_.resize(month_.vehicles.size() + 1);
  for (const Passing& p : month_.passings) ++first_of_vehicle_[p.vehicle + 1];
  for (std::size_t i = 1; i < first_of_vehicle_.size(); ++i) first_of_vehicle_[i] += first_of_vehicle_[i - 1];
  times_.resize(month_.passings.size());
  cameras_.resize(month_.passings.size());
  std::vector<std::uint32_t> next = first_of_vehicle_;
  for (const Passing& p : month_.passings) {
    const std::uint32_t at = next[p.vehicle]++;
    times_[at] = p.at_ms;
    cameras_[at] = p.camera;
  }
}

void Floor::by_camera() {
  first_of_camera_.resize(month_.options.cameras + 1);
  for (const Passing& p : month_.passings) ++first_of_camera_[p.camera + 1u];
  for (std::size_t i = 1; i < first_of_camera_.size(); ++i) first_of_camera_[i] += first_of_camera_[i - 1];
  at_camera_.resize(month_.passings.size());
  hour_cell_.reserve(month_.passings.size());
  std::vector<std::uint32_t> next = first_of_camera_;
  for (const Passing& p : month_.passings) {
    at_camera_[next[p.camera]++] = {p.at_ms, p.vehicle};
    hour_cell_.push_back(static_cast<std::uint32_t>((p.at_ms - month_.start_ms) / kHourMs) *
                             static_cast<std::uint32_t>(month_.options.cameras) +
                         p.camera);
  }
}

Answer Floor::plates(const reads::PlateQuery& question) {
  hits_.clear();
  found_.clear();
  scan_of(question).run(words_, folded_, hits_);
  for (std::uint32_t vehicle : hits_) {
    found_.insert(found_.end(), times_.begin() + first_of_vehicle_[vehicle],
                  times_.begin() + first_of_vehicle_[vehicle + 1]);
  }
  return newest_of(found_);
}

Answer Floor::meet(const std::vector<Window>& windows) const {
  std::vector<std::uint32_t> met;
  std::vector<const Passing*> seen;  // of all windows
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const Window& window = windows[w];
    std::vector<std::uint8_t> wanted(month_.options.cameras);
    for (std::uint16_t camera : window.cameras) wanted[camera] = 1;
    const auto before = [](const Passing& p, std::int64_t at) { return p.at_ms < at; };
    auto p = std::lower_bound(month_.passings.begin(), month_.passings.end(), window.from_ms, before);
    std::vector<std::uint32_t> here;
    for (; p != month_.passings.end() && p->at_ms < window.to_ms; ++p) {
      if (p->vehicle == 0 || wanted[p->camera] == 0) continue;
      seen.push_back(&*p);
      here.push_back(p->vehicle);
    }
    std::sort(here.begin(), here.end());
    here.erase(std::unique(here.begin(), here.end()), here.end());
    std::vector<std::uint32_t> both;
    std::set_intersection(met.begin(), met.end(), here.begin(), here.end(), std::back_inserter(both));
    met = w == 0 ? std::move(here) : std::move(both);
  }
  std::erase_if(seen,
                [&](const Passing* p) { return !std::binary_search(met.begin(), met.end(), p->vehicle); });
  std::sort(seen.begin(), seen.end());  // windows may overlap
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  std::vector<std::int64_t> times;
  for (const Passing* p : seen) times.push_back(p->at_ms);
  return newest_of(times);
}

Answer Floor::convoy(std::uint32_t leader) const {
  struct Beside {
    std::uint32_t vehicle;
    std::uint16_t camera;
    std::int64_t at_ms;
    auto operator<=>(const Beside&) const = default;
  };
  std::vector<Beside> beside;
  for (std::uint32_t i = first_of_vehicle_[leader]; i < first_of_vehicle_[leader + 1]; ++i) {
    const auto end = at_camera_.begin() + first_of_camera_[cameras_[i] + 1u];
    auto p =
        std::lower_bound(at_camera_.begin() + first_of_camera_[cameras_[i]], end, times_[i] - kTogetherMs,
                         [](const AtCamera& a, std::int64_t at) { return a.at_ms < at; });
    for (; p != end && p->at_ms <= times_[i] + kTogetherMs; ++p) {
      if (p->vehicle != 0 && p->vehicle != leader) beside.push_back({p->vehicle, cameras_[i], p->at_ms});
    }
  }
  std::sort(beside.begin(), beside.end());
  beside.erase(std::unique(beside.begin(), beside.end()), beside.end());
  std::vector<std::int64_t> times;
  for (std::size_t start = 0; start < beside.size();) {
    std::size_t end = start;
    std::size_t cameras = 0;
    for (; end < beside.size() && beside[end].vehicle == beside[start].vehicle; ++end) {
      cameras += end == start || beside[end].camera != beside[end - 1].camera ? 1 : 0;
    }
    for (; start < end; ++start) {
      if (cameras >= kLeastCameras) times.push_back(beside[start].at_ms);
    }
  }
  return newest_of(times);
}

std::uint64_t Floor::camera_hours() const {
  std::vector<std::uint32_t> counts(month_.options.days * 24 * month_.options.cameras);
  for (std::uint32_t cell : hour_cell_) ++counts[cell];
  std::uint64_t sum = 0;
  for (std::uint32_t count : counts) sum += count;
  return sum;
}

}  // namespace glasshouse::bench
