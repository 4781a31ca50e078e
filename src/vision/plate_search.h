// Inside vision only: the plate on one vehicle: finds lines of text, straightens and reads those that could
// be a plate, takes the one that is most like a plate, and looks at it again closely when it is in doubt.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "vision/candidates.h"
#include "vision/reader.h"
#include "vision/text_finder.h"
#include "vision/text_reader.h"

namespace glasshouse::vision {

struct FoundPlate {
  TextLine line;
  LineText text;
  Choice choice;
  double score = -1;  // plate_score()
};

class PlateSearch {
 public:
  static base::Result<std::unique_ptr<PlateSearch>> open(const ReaderOptions& options);

  // side_px: how large the part is shown to the text finder. Adds to ms.plates and ms.text.
  base::Result<std::optional<FoundPlate>> search(const cv::Mat& bgr, const cv::Rect& part, int side_px,
                                                 StageTimings& ms);

 private:
  PlateSearch() = default;
  base::Result<TextLine> look_closely(const cv::Mat& bgr, const TextLine& line);
  base::Result<FoundPlate> read_line(const cv::Mat& bgr, const cv::Rect& part, const TextLine& line,
                                     int least_width_px = kLeastStripWidth);
  base::Result<void> read_closely(const cv::Mat& bgr, const cv::Rect& part, FoundPlate& plate);
  base::Result<void> use_small_print(const cv::Mat& bgr, FoundPlate& plate);

  std::unique_ptr<TextFinder> finder_;
  std::unique_ptr<TextReader> reader_;
  std::string country_;
  FormatPrior prior_;
};

}  // namespace glasshouse::vision
