// Inside vision only: every plate in a picture: finds it, looks at it again closely, reads it, names its
// region.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/candidates.h"
#include "vision/evidence.h"
#include "vision/plate_finder.h"
#include "vision/plate_reader.h"
#include "vision/reader.h"
#include "vision/text_reader.h"

namespace glasshouse::vision {

struct FoundPlate {
  PlateQuad quad;
  std::shared_ptr<Evidence> evidence;      // what `choice` is made of; never null
  Choice choice = {};                      // never without candidates
  float confidence = 0;                    // 0..1 that the best candidate is right as a whole
  std::vector<std::string> features = {};  // kinds_of_plate() of its small print
};

class PlateSearch {
 public:
  static base::Result<std::unique_ptr<PlateSearch>> open(const ReaderOptions& options);

  // shown: shown_copy(bgr). Most confident first. Adds to ms.plates and ms.text.
  base::Result<std::vector<FoundPlate>> search(const cv::Mat& bgr, const cv::Mat& shown, StageTimings& ms);
  double nets_ms() const {
    return finder_->nets_ms() + reader_->nets_ms() + second_reader_->nets_ms() + print_reader_->nets_ms();
  }

 private:
  PlateSearch() = default;
  // A quadrilateral in which nothing can be read has no candidates.
  base::Result<FoundPlate> read(const cv::Mat& bgr, const PlateQuad& quad);
  struct Scores {
    float from, to;
  };
  base::Result<void> look_and_read(const cv::Mat& bgr, const std::vector<PlateQuad>& found, Scores scores,
                                   std::vector<FoundPlate>& plates, StageTimings& ms);
  base::Result<void> read_again(const cv::Mat& bgr, FoundPlate& plate);
  base::Result<void> use_small_print(const cv::Mat& bgr, FoundPlate& plate);

  std::unique_ptr<PlateFinder> finder_;
  std::unique_ptr<PlateReader> reader_, second_reader_;
  std::unique_ptr<TextReader> print_reader_;
  std::string country_;
  std::shared_ptr<const FormatPrior> prior_;
};

}  // namespace glasshouse::vision
