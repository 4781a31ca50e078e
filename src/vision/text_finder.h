// Inside vision only: lines of text in a picture, as turned rectangles.
#pragma once

#include <array>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace glasshouse::vision {

struct TextLine {
  std::array<cv::Point2f, 4>
      corners_px;        // top-left, top-right, bottom-right, bottom-left, grown to hold the letters
  cv::Rect box_px;       // upright box around them
  float confidence = 0;  // mean text probability inside
  float width() const;   // along the line
  float height() const;
  float angle_deg() const;  // of the top edge; positive turns clockwise
};

// PP-OCRv3's detector.
class TextFinder {
 public:
  static base::Result<std::unique_ptr<TextFinder>> open(const std::string& models_dir, int threads);
  ~TextFinder();

  // Looks at the part `roi` of the picture, scaled so that its longer side is `side_px` (but at most
  // `most_zoom` times larger). Corners are in the whole picture's pixels.
  base::Result<std::vector<TextLine>> find(const cv::Mat& bgr, const cv::Rect& roi, int side_px,
                                           double most_zoom);

 private:
  struct Impl;
  explicit TextFinder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
