// Inside vision only: a plate to its characters, column by column.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "vision/ctc.h"
#include "vision/net.h"
#include "vision/plate_finder.h"

namespace glasshouse::vision {

// The in-house networks of training/reader: PP-OCRv4's recogniser trained further on whole plates, so that it
// passes over the state's name, the country band and the stickers, which are no part of the number. The first
// reads every plate; the second, trained on from it with plates that moved or came through a thin line among
// the others, looks again at those that the first doubts.
inline constexpr const char *kFirstReader = "plate-reader.onnx", *kSecondReader = "plate-rereader.onnx";

class PlateReader {
 public:
  // net: one of the two names.
  static base::Result<std::unique_ptr<PlateReader>> open(const std::string& models_dir, const char* net,
                                                         int threads);

  // Both lines of a two-line plate are read side by side when two_lines.
  base::Result<std::vector<Column>> read(const cv::Mat& bgr, const Quad& corners_px, bool two_lines = false);

  double nets_ms() const { return net_->spent_ms(); }

 private:
  explicit PlateReader(std::unique_ptr<Net> net) : net_(std::move(net)) {}
  std::unique_ptr<Net> net_;
};

}  // namespace glasshouse::vision
