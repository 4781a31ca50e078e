#include "vision/net.h"

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/core/hal/intrin.hpp>

#include "vision/stopwatch.h"

namespace glasshouse::vision {
namespace {

// One environment a process, as the runtime asks for; made at first use, after main began.
Ort::Env& environment() {
  static Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "glasshouse");
  return env;
}

Ort::SessionOptions session_options(int threads) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(threads);
  options.SetInterOpNumThreads(1);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  // Crops differ in size from call to call: a memory pattern a shape would only grow.
  options.DisableMemPattern();
  return options;
}

}  // namespace

struct Net::Impl {
  Impl(const std::string& path, int threads)
      : session(environment(), path.c_str(), session_options(threads)) {
    Ort::AllocatorWithDefaultOptions allocator;
    input_name = session.GetInputNameAllocated(0, allocator).get();
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i)
      output_names.emplace_back(session.GetOutputNameAllocated(i, allocator).get());
  }

  Ort::Session session;
  Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::string input_name;
  std::vector<std::string> output_names;
  std::vector<float> values;
  int height = 0, width = 0;
  double spent_ms = 0;
};

Net::Net(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Net::~Net() = default;

base::Result<std::unique_ptr<Net>> Net::open(const std::string& path, int threads) {
  const std::string next = "Run scripts/bootstrap, or name the folder with --models or GLASSHOUSE_MODELS";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return base::failure(Errc::kNoModels, "The model " + path + " is not there", "", next);
  try {
    return std::unique_ptr<Net>(new Net(std::make_unique<Impl>(path, threads)));
  } catch (const Ort::Exception& e) {
    return base::failure(Errc::kNoModels, "The model " + path + " cannot be loaded", e.what(), next);
  }
}

float* Net::input(int height, int width) {
  impl_->height = height;
  impl_->width = width;
  // Never less: a net that is asked in turn about a large and a small picture would clear the rest each time.
  impl_->values.resize(std::max(impl_->values.size(), std::size_t{3} * height * width));
  return impl_->values.data();
}

double Net::spent_ms() const {
  return impl_->spent_ms;
}

base::Result<std::vector<Tensor>> Net::run() {
  try {
    const std::array<std::int64_t, 4> shape{1, 3, impl_->height, impl_->width};
    Ort::Value in = Ort::Value::CreateTensor<float>(impl_->memory, impl_->values.data(),
                                                    std::size_t{3} * impl_->height * impl_->width,
                                                    shape.data(), shape.size());
    const char* in_name = impl_->input_name.c_str();
    std::vector<const char*> out_names;
    for (const std::string& name : impl_->output_names) out_names.push_back(name.c_str());
    Stopwatch watch;
    auto out =
        impl_->session.Run(Ort::RunOptions{nullptr}, &in_name, &in, 1, out_names.data(), out_names.size());
    impl_->spent_ms += watch.lap();
    std::vector<Tensor> tensors;
    for (Ort::Value& value : out) {
      auto info = value.GetTensorTypeAndShapeInfo();
      const float* data = value.GetTensorData<float>();
      tensors.push_back({info.GetShape(), std::vector<float>(data, data + info.GetElementCount())});
    }
    return tensors;
  } catch (const Ort::Exception& e) {
    return base::failure(Errc::kInference, "The recognition runtime failed", e.what());
  }
}

bool multiplies_bytes() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni") != 0;
#else
  return false;
#endif
}

namespace {

struct Channel {
  float* to;
  float scale, offset;
};

void write_values(const cv::v_uint8x16& values, const Channel& channel, int at) {
  const cv::v_float32x4 scale = cv::v_setall_f32(channel.scale), offset = cv::v_setall_f32(channel.offset);
  cv::v_uint16x8 halves[2];
  cv::v_expand(values, halves[0], halves[1]);
  float* to = channel.to + at;
  for (const cv::v_uint16x8& half : halves) {
    cv::v_uint32x4 quarters[2];
    cv::v_expand(half, quarters[0], quarters[1]);
    for (const cv::v_uint32x4& quarter : quarters) {
      cv::v_store(to, cv::v_cvt_f32(cv::v_reinterpret_as_s32(quarter)) * scale + offset);
      to += cv::v_float32x4::nlanes;
    }
  }
}

}  // namespace

void to_planes(const cv::Mat& bgr, float* out, cv::Size size, const float scale[3], const float offset[3],
               bool rgb) {
  constexpr int kAtOnce = cv::v_uint8x16::nlanes;
  Channel channels[3];  // as they stand in the picture
  for (int c = 0; c < 3; ++c)
    channels[rgb ? 2 - c : c] = {out + static_cast<std::size_t>(size.area()) * c, scale[c], offset[c]};
  for (int y = 0; y < bgr.rows; ++y) {
    const std::uint8_t* from = bgr.ptr(y);
    int x = 0;
    for (; x + kAtOnce <= bgr.cols; x += kAtOnce) {
      cv::v_uint8x16 values[3];
      cv::v_load_deinterleave(from + std::ptrdiff_t{3} * x, values[0], values[1], values[2]);
      for (int c = 0; c < 3; ++c) write_values(values[c], channels[c], x);
    }
    for (int c = 0; c < 3; ++c) {
      for (int rest = x; rest < bgr.cols; ++rest)
        channels[c].to[rest] =
            static_cast<float>(from[3 * rest + c]) * channels[c].scale + channels[c].offset;
      std::fill(channels[c].to + bgr.cols, channels[c].to + size.width, 0.0f);
      channels[c].to += size.width;
    }
  }
  for (const Channel& channel : channels)
    std::fill_n(channel.to, static_cast<std::size_t>(size.height - bgr.rows) * size.width, 0.0f);
}

}  // namespace glasshouse::vision
