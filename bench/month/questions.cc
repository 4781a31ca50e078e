#include "questions.h"

#include <algorithm>

namespace glasshouse::bench {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::vector<std::uint16_t> neighbours(const Month& month, std::uint16_t camera, std::size_t count) {
  std::vector<std::uint16_t> cameras;
  for (std::size_t i = 0; i < count; ++i) {
    cameras.push_back(static_cast<std::uint16_t>((camera + i) % month.options.cameras));
  }
  return cameras;
}

// Three passings of one vehicle that was seen often, so that the answer is not empty.
std::vector<Window> three_windows(const Month& month, Random& random) {
  for (;;) {
    const std::uint32_t vehicle = month.passings[random.below(month.passings.size())].vehicle;
    if (vehicle == 0) continue;
    std::vector<Passing> own;
    // Its reads lie anywhere in the month; a look at every passing would take longer than the question.
    const std::size_t start = random.below(month.passings.size() / 2);
    for (std::size_t i = start; i < month.passings.size() && own.size() < 3; ++i) {
      if (month.passings[i].vehicle == vehicle) own.push_back(month.passings[i]);
    }
    if (own.size() < 3) continue;
    std::vector<Window> windows;
    for (const Passing& p : own) {
      const auto before = static_cast<std::int64_t>(random.below(2 * kHourMs));
      windows.push_back({neighbours(month, p.camera, 10), p.at_ms - before, p.at_ms - before + 3 * kHourMs});
    }
    return windows;
  }
}

}  // namespace

const std::vector<std::string>& question_kinds() {
  static const std::vector<std::string> kinds{"exact",    "prefix",      "wildcard",
                                              "contains", "confusable",  "looks_3_cameras_2_h",
                                              "area_6_h", "three_areas", "convoy"};
  return kinds;
}

Question question_of(const Month& month, const std::string& kind, std::size_t round) {
  using Mode = reads::PlateQuery::Mode;
  Random random(round * 7919 + 13);
  Question q;
  q.kind = kind;
  q.from_ms = month.start_ms;
  q.to_ms = month.end_ms();
  // One time in two a plate that is seen often: officers ask about those as well.
  std::uint32_t vehicle = 0;
  while (vehicle == 0) {
    vehicle = random.below(2) == 0 ? static_cast<std::uint32_t>(random.below(month.vehicles.size()))
                                   : month.passings[random.below(month.passings.size())].vehicle;
  }
  const std::string text = plate::Plate::from_packed(month.vehicles[vehicle].plate).text();
  if (kind == "exact") q.plate = reads::PlateQuery{Mode::kExact, text};
  if (kind == "prefix") q.plate = reads::PlateQuery{Mode::kPrefix, text.substr(0, 3 + round % 2)};
  if (kind == "wildcard") {  // of the form A?C1*4; one in four without its first character
    q.plate = reads::PlateQuery{
        Mode::kWildcard, std::string{round % 4 == 3 ? '?' : text[0], '?', text[2], text[3], '*', text[6]}};
  }
  if (kind == "contains") q.plate = reads::PlateQuery{Mode::kContains, text.substr(2, 3)};
  if (kind == "confusable") q.plate = reads::PlateQuery{Mode::kConfusable, text};
  if (kind == "convoy") q.leader = month.leaders[round % month.leaders.size()];
  if (kind == "convoy" && round % 2 == 1) q.leader = vehicle;
  if (kind == "three_areas") q.windows = three_windows(month, random);
  if (kind == "looks_3_cameras_2_h" || kind == "area_6_h") {
    const bool looks = kind != "area_6_h";
    q.from_ms = month.passings[random.below(month.passings.size() * 9 / 10)].at_ms;
    q.to_ms = q.from_ms + (looks ? 2 : 6) * kHourMs;
    q.cameras =
        neighbours(month, static_cast<std::uint16_t>(random.below(month.options.cameras)), looks ? 3 : 10);
    if (looks) {
      q.color = static_cast<std::uint8_t>(0);
      q.body = static_cast<std::uint8_t>(2);
    }
  }
  return q;
}

}  // namespace glasshouse::bench
