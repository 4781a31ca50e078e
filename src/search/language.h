// The question language: one text for the question box and for the form.
//
//   plate:7?K* color:white body:pickup near:"Main & 5th" within:2km from:"Fri 22:00" to:"Sat 02:00"
//   near:"Main & 5th" from:"Fri 22:00" to:23:00 and near:"Mill Rd" from:"Sat 01:00" to:02:00    who was at
//   both show:convoy plate:7KA8123 cameras:3 apart:60s                                               who
//   travels with it
//
//   again:read_… near:"Mill Rd"     what looks like the vehicle of that read, whatever its plate
//
// A word without a key is a color, a body, or (part of) a plate. Every text has one canonical form (text_of)
// that means the same. No I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "search/query.h"

namespace glasshouse::search {

enum class Show { kReads, kRoute, kFirst, kLast, kConvoy };
std::string_view name_of(Show show);

struct Asked {
  Show show = Show::kReads;
  Question question;
  // Further places and times, joined by "and": who was at the question's own and at all of these. Looks and
  // plate stand in the question only.
  std::vector<Question> also;
  std::size_t least_cameras = 3;  // of kConvoy
  std::chrono::seconds apart{60};
};

// What words like "today" and the names of cameras mean. Times without a zone are what `clock` shows.
struct Surroundings {
  const std::vector<CameraPlace>& cameras;
  base::Time now;
  base::LocalClock clock = {};
};

inline constexpr std::size_t kMostTextBytes = 2000;
inline constexpr std::size_t kMostTerms = 60;
inline constexpr std::size_t kMostAlso = reads::kMostWindows - 1;
inline constexpr double kUsualRadiusM = 500;  // near: without within:

// Where a text cannot be understood: bytes [at, at + length), what is wrong there and what would work.
struct Mistake {
  std::size_t at = 0, length = 0;
  std::string what, works;
};

tl::expected<Asked, Mistake> parse(std::string_view text, const Surroundings& around);
std::string text_of(const Asked& asked, const Surroundings& around);

// What could stand in place of bytes [at, at + length); best first, at most kMostCompletions.
struct Completion {
  std::size_t at = 0, length = 0;
  std::string text, meaning;
};
inline constexpr std::size_t kMostCompletions = 12;
std::vector<Completion> complete(std::string_view text, std::size_t cursor, const Surroundings& around);

}  // namespace glasshouse::search
