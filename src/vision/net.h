// Inside vision only: one ONNX network with float inputs and outputs.
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/errors.h"

namespace glasshouse::vision {

struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

// One thread at a time. The input buffer is kept between runs, so that a steady stream of frames allocates
// little.
class Net {
 public:
  // kNoModels when the file is missing or the runtime refuses it.
  static base::Result<std::unique_ptr<Net>> open(const std::string& path, int threads);
  ~Net();
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  // Room for 1 × 3 × height × width values, all of which are to be written before run().
  float* input(int height, int width);
  // Runs on what input() was filled with. kInference.
  base::Result<std::vector<Tensor>> run();
  // Wall time inside the runtime so far, over all runs.
  double spent_ms() const;

 private:
  struct Impl;
  explicit Net(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Whether the processor multiplies and adds up bytes in one step (VNNI). Where it does not, nets of 8-bit
// numbers are slower than those of floats, and on some processors wrong.
bool multiplies_bytes();

// Where an in-house model of models/ is: in models_dir when it is there, else in the source tree that this
// program was built from.
std::string house_model(const std::string& models_dir, const std::string& name);

// Writes an 8-bit BGR picture as three float planes (channel c: value * scale[c] + offset[c]). rgb: planes in
// the order R, G, B. The planes are of `size`; the picture is at their top left, and what it leaves free is
// 0.
void to_planes(const cv::Mat& bgr, float* out, cv::Size size, const float scale[3], const float offset[3],
               bool rgb);

}  // namespace glasshouse::vision
