#include "vision/plate_choice.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace glasshouse::vision {
namespace {

// 1 inside [low, high], falling to 0 at low - slope and high + slope.
double within(double value, double low, double high, double slope) {
  if (value < low) return std::max(0.0, 1 - (low - value) / slope);
  if (value > high) return std::max(0.0, 1 - (value - high) / slope);
  return 1;
}

int count_of(std::string_view text, int (*is)(int)) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [&](char c) { return is(static_cast<unsigned char>(c)); }));
}

}  // namespace

double plate_shape(const TextLine& line, const cv::Rect& around) {
  const double aspect = line.width() / std::max(1.0f, line.height());
  if (line.height() < 6 || line.width() < 18) return -1;
  const double share = line.width() / static_cast<double>(around.width);
  const double middle_y = (line.box_px.y + line.box_px.height / 2.0 - around.y) / around.height;
  double score = 0;
  score += 0.5 * within(aspect, 1.7, 5.5, 2.0);
  score += 0.3 * within(share, 0.12, 0.6, 0.15);
  score += 0.2 * within(middle_y, 0.35, 0.95, 0.4);
  score += 0.2 * std::min(1.0, std::sqrt(line.box_px.area() / (0.02 * around.area())));
  score -= 0.02 * std::max(0.0, std::abs(line.angle_deg()) - 15.0);
  return std::min(1.0, score);
}

bool looks_like_a_stamp(std::string_view printed) {
  int colons = 0, strokes = 0, digits = 0, letters = 0;
  for (char c : printed) {
    colons += c == ':';
    strokes += c == '/';
    digits += std::isdigit(static_cast<unsigned char>(c)) != 0;
    letters += std::isalpha(static_cast<unsigned char>(c)) != 0;
  }
  // Screws and seals on plates are read as a colon or a stroke here and there: one alone says nothing among
  // letters.
  return digits >= 9 || (digits == 8 && letters == 0) ||
         (digits >= 4 && (colons >= 2 || strokes >= 2 || (colons == 1 && letters == 0)));
}

double plate_score(const TextLine& line, const cv::Rect& around, const LineText& text, const Choice& choice) {
  if (choice.candidates.empty() || looks_like_a_stamp(text.printed)) return -1;
  const std::string& plate = choice.candidates.front().text;
  double score = 0.55 * choice.mean_seen + 0.15 * choice.least_seen + 0.35 * plate_shape(line, around);
  if (choice.in_format) score += 0.2;
  if (plate.size() < 4 || plate.size() > 8) score -= 0.5;
  if (count_of(plate, std::isdigit) == 0) score -= 0.45;
  // Fleet numbers, telephone numbers and house numbers of lorries; plates of digits alone are few.
  if (count_of(plate, std::isalpha) == 0) score -= 0.4;
  // Badges, dealers' frames and bumper stickers are words.
  score -= 0.08 * std::max(0, count_of(text.printed, std::islower) - 1);
  return score;
}

float reading_confidence(const Choice& choice, double score) {
  const double plausible = 1 / (1 + std::exp(-8 * (score - 0.55)));
  const double seen = 0.5 * choice.mean_seen + 0.5 * choice.least_seen;
  const double text =
      choice.candidates.empty() ? 0 : std::sqrt(std::max(0.0f, choice.candidates.front().confidence));
  return static_cast<float>(std::clamp(plausible * seen * text, 0.0, 1.0));
}

}  // namespace glasshouse::vision
