// Inside vision only: a straightened strip to column probabilities.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/ctc.h"

namespace glasshouse::vision {

inline constexpr int kStripHeight = 48;
inline constexpr int kLeastStripWidth = 24;
inline constexpr int kMostStripWidth = 480;

struct LineText {
  std::string printed;          // the likeliest text with every symbol that the net knows, as it stands
  float confidence = 0;         // mean probability of the printed symbols
  std::vector<Column> columns;  // folded to plate characters
  float column_px = 8;          // strip pixels a column
};

// PP-OCRv4's English recogniser.
class TextReader {
 public:
  static base::Result<std::unique_ptr<TextReader>> open(const std::string& models_dir, int threads);
  ~TextReader();

  // strip: BGR, kStripHeight high, kLeastStripWidth..kMostStripWidth wide.
  base::Result<LineText> read(const cv::Mat& strip);
  double nets_ms() const;

 private:
  struct Impl;
  explicit TextReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
