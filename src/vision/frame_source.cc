#include "vision/frame_source.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/videoio.hpp>
#include <thread>

#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

using Clock = std::chrono::steady_clock;

// FFmpeg's options reach OpenCV through the environment only. The list of protocols keeps a playlist that
// calls itself a video from fetching other addresses and files. Set once, before the first source is opened.
void prepare_ffmpeg() {
  static const bool done = [] {
    ::setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS",
             "rtsp_transport;tcp|protocol_whitelist;file,rtsp,rtsps,rtp,tcp,tls,crypto", 1);
    ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
  }();
  (void)done;
}

}  // namespace

bool is_rtsp(std::string_view path) {
  return path.starts_with("rtsp://") || path.starts_with("rtsps://");
}

std::string without_credentials(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return std::string(address);
  const std::size_t host = scheme + 3;
  const std::size_t path = std::min(address.find('/', host), address.size());
  const std::size_t at = address.substr(0, path).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(address);
  return std::string(address.substr(0, host)) + std::string(address.substr(at + 1));
}

// A live source is emptied by its own thread, which keeps the newest frame only: a reader that is slower than
// the camera skips frames instead of falling behind.
struct FrameSource::Impl {
  cv::VideoCapture capture;
  SourceOptions options;
  std::string name;  // without credentials
  bool live = false;
  double fps = 0;
  int width = 0, height = 0;
  std::int64_t frames = 0;
  bool over = false;

  std::thread grabber;
  std::mutex mutex;
  std::condition_variable arrived;
  cv::Mat newest;
  std::int64_t newest_ms = 0;
  bool fresh = false, lost = false, stop = false;
  Clock::time_point opened = Clock::now();

  ~Impl() {
    if (!grabber.joinable()) return;
    {
      std::lock_guard lock(mutex);
      stop = true;
    }
    grabber.join();  // at most read_timeout_ms, the longest that a read inside FFmpeg takes
  }

  void grab_until_stopped() {
    while (true) {
      cv::Mat frame;
      const bool got = capture.read(frame) && !frame.empty();
      std::lock_guard lock(mutex);
      if (got) {
        newest = frame;
        newest_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - opened).count();
        fresh = true;
      } else {
        lost = true;
      }
      arrived.notify_all();
      if (!got || stop) return;
    }
  }

  base::Result<Frame> next_live() {
    std::unique_lock lock(mutex);
    const auto limit = std::chrono::milliseconds(options.read_timeout_ms + 1000);
    arrived.wait_for(lock, limit, [&] { return fresh || lost; });
    if (fresh) {
      fresh = false;
      return frame_from_mat(newest, newest_ms);
    }
    return base::failure(Errc::kStreamLost, "The stream " + name + " stopped",
                         lost ? "The camera closed the connection or sent nothing for " +
                                    std::to_string(options.read_timeout_ms / 1000) + " s"
                              : "No frame came for " + std::to_string(limit.count() / 1000) + " s",
                         "Check the camera and its network, then start again");
  }

  base::Result<Frame> next_from_file() {
    cv::Mat frame;
    bool got = false;
    // A frame's media time must be asked for before the next is read; some containers do not say.
    if (!over) got = capture.read(frame) && !frame.empty();
    if (!got) {
      over = true;
      if (frames == 0)
        return base::failure(Errc::kDamaged, "The video " + name + " has no frame that can be decoded");
      return base::failure(Errc::kEndOfStream, "The video is over");
    }
    const double told_ms = capture.get(cv::CAP_PROP_POS_MSEC);
    const double counted_ms = fps > 0 ? static_cast<double>(frames) * 1000.0 / fps : 0;
    ++frames;
    return frame_from_mat(std::move(frame), static_cast<std::int64_t>(told_ms > 0 ? told_ms : counted_ms));
  }
};

FrameSource::FrameSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FrameSource::~FrameSource() = default;

base::Result<std::unique_ptr<FrameSource>> FrameSource::open(const std::string& path, SourceOptions options) {
  prepare_ffmpeg();
  const bool live = is_rtsp(path);
  const std::string name = without_credentials(path);
  std::error_code ignored;
  if (!live && !std::filesystem::is_regular_file(path, ignored))
    return base::failure(Errc::kCannotOpen, "The video " + name + " is not there", "", "Check the path");
  if (!live && std::filesystem::file_size(path, ignored) == 0)
    return base::failure(Errc::kCannotOpen, "The video " + name + " is empty", "",
                         "Copy it again from its source");
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->name = name;
  impl->live = live;
  bool opened = false;
  try {
    opened = impl->capture.open(path, cv::CAP_FFMPEG,
                                {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, options.open_timeout_ms,
                                 cv::CAP_PROP_READ_TIMEOUT_MSEC, options.read_timeout_ms});
  } catch (const cv::Exception&) {
  }
  if (!opened && live)
    return base::failure(
        Errc::kCannotOpen, "The stream " + name + " cannot be opened",
        "Nothing answers there, the path is wrong, or the camera wants another name and password",
        "Check the address in a video player");
  if (!opened)
    return base::failure(Errc::kCannotOpen, "The video " + name + " cannot be opened",
                         "It is damaged or not a video that this machine can decode",
                         "Play it in a video player to see which");
  impl->fps = std::clamp(impl->capture.get(cv::CAP_PROP_FPS), 0.0, 240.0);
  impl->width = static_cast<int>(impl->capture.get(cv::CAP_PROP_FRAME_WIDTH));
  impl->height = static_cast<int>(impl->capture.get(cv::CAP_PROP_FRAME_HEIGHT));
  if (std::int64_t{impl->width} * impl->height > kMaxPicturePixels)
    return base::failure(Errc::kTooLarge, "The frames of " + name + " are too large",
                         std::to_string(impl->width) + " by " + std::to_string(impl->height) + " pixels");
  impl->opened = Clock::now();
  if (live) impl->grabber = std::thread([raw = impl.get()] { raw->grab_until_stopped(); });
  return std::unique_ptr<FrameSource>(new FrameSource(std::move(impl)));
}

base::Result<Frame> FrameSource::next() {
  return impl_->live ? impl_->next_live() : impl_->next_from_file();
}

bool FrameSource::skip() {
  if (impl_->live) return next().has_value();
  if (impl_->over) return false;
  if (!impl_->capture.grab())
    impl_->over = true;
  else
    ++impl_->frames;
  return !impl_->over;
}

bool FrameSource::is_live() const {
  return impl_->live;
}
double FrameSource::fps() const {
  return impl_->fps;
}
int FrameSource::width() const {
  return impl_->width;
}
int FrameSource::height() const {
  return impl_->height;
}

}  // namespace glasshouse::vision
