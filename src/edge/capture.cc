#include "edge/capture.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <span>
#include <thread>

#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "edge/upload.h"
#include "vision/blur.h"
#include "vision/frame_source.h"
#include "vision/passing_tracker.h"

namespace glasshouse::edge {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr base::Millis kStep{100};  // how soon a stop is noticed
constexpr base::Millis kFolderPeriod{1000};
constexpr std::chrono::hours kTrustedAge{24};  // an older file time is not when the vehicle passed
constexpr base::Millis kLongestReconnect{30'000};
constexpr int kMaxBehindMs = 300;

bool is_picture(const fs::path& path) {
  std::string end = path.extension().string();
  for (char& c : end) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return end == ".jpg" || end == ".jpeg" || end == ".png" || end == ".webp";
}

std::vector<fs::path> pictures_in(const std::string& dir) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(dir, error)) {
    if (file.is_regular_file(error) && is_picture(file.path())) found.push_back(file.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::int64_t since_ms(Steady::time_point start) {
  return std::chrono::duration_cast<base::Millis>(Steady::now() - start).count();
}

base::Time modified_at(const fs::path& path, base::Time otherwise) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  if (error) return otherwise;
  const auto system = std::chrono::file_clock::to_sys(written);
  return std::chrono::time_point_cast<base::Millis>(system);
}

void move_into(const fs::path& picture, const char* folder, const std::string& message) {
  std::error_code error;
  const fs::path dir = picture.parent_path() / folder;
  fs::create_directories(dir, error);
  fs::rename(picture, dir / picture.filename(), error);
  if (error)
    base::log(base::Level::kError, "edge",
              "a picture cannot be moved to " + dir.string() + ": " + error.message());
  if (!message.empty()) {
    const auto path = (dir / picture.filename()).string() + ".txt";
    if (auto said = base::posix_files().write_atomic(path, message + "\n"); !said) {
      base::log(base::Level::kError, "edge", said.error().message());
    }
  }
}

}  // namespace

base::Result<std::unique_ptr<Capture>> Capture::open(CaptureOptions options, const base::Clock& clock,
                                                     Spool& spool, Sealer& sealer, SourceState& state) {
  std::error_code error;
  if (!vision::is_rtsp(options.source) && !fs::exists(options.source, error)) {
    return base::failure(Errc::kBadSource,
                         "There is no source " + vision::without_credentials(options.source), "",
                         "Give a video file, a folder or an rtsp:// address with --source.");
  }
  std::unique_ptr<Capture> capture(new Capture(std::move(options), clock, spool, sealer, state));
  auto reader = vision::Reader::open(
      {.models_dir = capture->options_.models_dir, .country = capture->options_.country});
  if (!reader) return tl::unexpected(reader.error());
  capture->reader_ = std::move(*reader);
  return capture;
}

void Capture::pause(base::Millis most, const std::atomic<bool>& stop) const {
  const auto end = Steady::now() + most;
  while (!stop && Steady::now() < end) {
    std::this_thread::sleep_for(std::min<Steady::duration>(kStep, end - Steady::now()));
  }
}

void Capture::keep(const Seen& seen) {
  const auto text = upload_text(seen, sealer_);
  if (!text) {
    base::log(base::Level::kError, "edge", "a passing could not be encoded: " + text.error().message());
    return;
  }
  if (auto kept = spool_.put(seen.id, *text); !kept) {
    base::log(base::Level::kError, "edge", "a passing could not be kept: " + kept.error().message());
    state_.set("failed", kept.error().message());
  }
}

base::Result<void> Capture::play_video(const std::atomic<bool>& stop) {
  auto opened = vision::FrameSource::open(options_.source);
  if (!opened) return tl::unexpected(opened.error());
  vision::FrameSource& source = **opened;
  vision::PassingTracker tracker;
  const bool live = source.is_live();
  const double fps = source.fps() > 0 ? source.fps() : 25;
  const int skipped_between = std::max(0, static_cast<int>(fps / options_.reads_per_second) - 1);
  const auto start = Steady::now();
  state_.set("reading");
  std::int64_t offset_ms = 0;
  const auto keep_all = [&](const std::vector<vision::Passing>& passings) {
    for (const vision::Passing& passing : passings) {
      const auto ago = base::Millis(std::max<std::int64_t>(0, offset_ms - passing.best_ms));
      const base::Time at = clock_.now() - ago;
      keep({base::new_id("read", at), at, passing.plate, passing.vehicle, passing.best_frame,
            passing.frames_seen});
    }
  };
  while (!stop) {
    auto frame = source.next();
    if (!frame) {
      keep_all(tracker.finish());
      if (frame.error().is(vision::Errc::kEndOfStream)) return {};
      return tl::unexpected(frame.error());
    }
    offset_ms = frame->offset_ms();
    if (!live && offset_ms > since_ms(start)) pause(base::Millis(offset_ms - since_ms(start)), stop);
    const auto reading = Steady::now();
    if (tracker.wants(*frame)) {
      const auto result = reader_->read_frame(*frame);
      if (!result) return tl::unexpected(result.error());
      keep_all(tracker.add(*frame, *result));
    } else {
      keep_all(tracker.tick(offset_ms));
    }
    // Frames that passed while this one was read, and those that are not needed.
    const std::int64_t behind_ms = live ? since_ms(reading) : since_ms(start) - offset_ms;
    int leave_out = skipped_between;
    if (behind_ms > kMaxBehindMs || live)
      leave_out = std::max(leave_out, static_cast<int>(static_cast<double>(behind_ms) * fps / 1000));
    for (int i = 0; i < leave_out && !stop && source.skip(); ++i) continue;
  }
  keep_all(tracker.finish());
  return {};
}

base::Result<void> Capture::read_picture(const std::string& path, base::Time captured_at, bool once) {
  const auto bytes = base::posix_files().read(path, vision::kMaxPictureBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto frame = vision::decode_picture(std::as_bytes(std::span(*bytes)));
  if (!frame) return tl::unexpected(frame.error());
  const auto result = reader_->read_frame(*frame);
  if (!result) return tl::unexpected(result.error());
  const vision::Frame shown =
      vision::without_bystanders(*frame, result->private_px, vision::plates_in(*result));
  int index = 0;
  for (const vision::PictureRead& read : result->reads) {
    // Read again after a crash, a picture gives the same ids, and the server stores them once.
    const std::string id = once ? id_of_content(modified_at(path, captured_at), *bytes, index)
                                : base::new_id("read", captured_at);
    keep({id, captured_at, read.plate, read.vehicle, shown, 1});
    ++index;
  }
  return {};
}

void Capture::watch_folder(const std::atomic<bool>& stop) {
  std::map<std::string, std::uintmax_t> sizes;  // a file is whole when its size stood still for a period
  state_.set("reading");
  while (!stop) {
    std::map<std::string, std::uintmax_t> now;
    bool worked = false;
    for (const fs::path& path : pictures_in(options_.source)) {
      if (stop) return;
      std::error_code error;
      const auto size = fs::file_size(path, error);
      if (error) continue;
      now[path.string()] = size;
      const auto before = sizes.find(path.string());
      if (before == sizes.end() || before->second != size) continue;
      const base::Time clock_now = clock_.now();
      const base::Time written = modified_at(path, clock_now);
      const bool trusted = written <= clock_now && written > clock_now - kTrustedAge;
      auto read = read_picture(path.string(), trusted ? written : clock_now, true);
      move_into(path, read ? "done" : "bad", read ? "" : read.error().message());
      worked = true;
    }
    sizes = std::move(now);
    if (!worked) pause(kFolderPeriod, stop);
  }
}

void Capture::play_folder(const std::atomic<bool>& stop) {
  state_.set("reading");
  while (!stop) {
    const auto pictures = pictures_in(options_.source);
    if (pictures.empty()) {
      state_.set("waiting", "The folder holds no picture.");
      pause(kFolderPeriod, stop);
    }
    for (const fs::path& path : pictures) {
      if (stop) return;
      if (auto read = read_picture(path.string(), clock_.now(), false); !read) {
        base::log(base::Level::kWarn, "edge", path.filename().string() + ": " + read.error().message());
      }
      pause(options_.between_pictures, stop);
    }
  }
}

bool Capture::run(const std::atomic<bool>& stop) {
  std::error_code error;
  if (fs::is_directory(options_.source, error)) {
    if (options_.loop) {
      play_folder(stop);
    } else {
      watch_folder(stop);
    }
    return true;
  }
  std::mt19937 random(std::random_device{}());
  std::uniform_real_distribution<double> draw(0, 1);
  int failures = 0;
  while (!stop) {
    const auto began = Steady::now();
    const auto played = play_video(stop);
    if (stop) break;
    if (played && !options_.loop && !vision::is_rtsp(options_.source)) {
      state_.set("waiting", "The file is over.");
      return true;
    }
    if (played) {
      failures = 0;
      if (options_.loop) pause(options_.between_rounds, stop);
      continue;
    }
    state_.set("failed", played.error().message());
    base::log(base::Level::kWarn, "edge", "the source stopped: " + played.error().message());
    if (!vision::is_rtsp(options_.source) && !options_.loop) return false;
    failures = since_ms(began) > 60'000 ? 1 : failures + 1;  // a stream that ran for a while begins anew
    pause(backoff(failures, draw(random), kLongestReconnect), stop);
  }
  return true;
}

}  // namespace glasshouse::edge
