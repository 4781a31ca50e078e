#include "app/read_command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "app/read_output.h"
#include "base/result.h"
#include "vision/annotate.h"
#include "vision/frame_source.h"
#include "vision/passing_tracker.h"
#include "vision/reader.h"

namespace glasshouse::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostInputs = 1'000'000;
constexpr int kMostThreads = 64;
constexpr std::size_t kMostWaiting = 64;  // finished pictures that wait for an earlier one to be printed
constexpr std::int64_t kLeastFrameGapMs = 100;  // of a video, ten frames a second are enough for a vote
constexpr int kProgressEvery = 10;

std::atomic<bool> interrupted{false};
extern "C" void on_interrupt(int) {
  interrupted = true;
}

struct ReadOptions {
  std::vector<std::string> paths;
  std::string format = "table", annotate, country, models;
  int threads = 1;
  bool progress = false;
};

enum class InputKind { kPicture, kVideo, kStream };
struct Input {
  std::string path;
  InputKind kind = InputKind::kPicture;
};

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}
bool is_one_of(const std::string& extension, std::initializer_list<const char*> list) {
  return std::any_of(list.begin(), list.end(), [&](const char* e) { return extension == e; });
}
bool is_video_name(const fs::path& path) {
  return is_one_of(lower_extension(path), {".mp4", ".mkv", ".avi", ".mov", ".m4v", ".webm", ".ts", ".mpg",
                                           ".mpeg", ".h264", ".h265", ".mjpeg"});
}
bool is_picture_name(const fs::path& path) {
  return is_one_of(lower_extension(path), {".jpg", ".jpeg", ".png", ".webp"});
}

class ReadRun {
 public:
  explicit ReadRun(ReadOptions options) : options_(std::move(options)) {
    format_ = options_.format == "jsonl" ? ReadFormat::kJsonl
              : options_.format == "csv" ? ReadFormat::kCsv
                                         : ReadFormat::kTable;
  }

  int run();

 private:
  struct Answer {
    std::string lines;
    std::string error;
  };

  void collect(const std::string& path);
  void collect_folder(const std::string& folder);
  base::Result<std::unique_ptr<vision::Reader>> open_reader() const {
    return vision::Reader::open({.models_dir = options_.models, .country = options_.country, .threads = 1});
  }
  void read_pictures(std::size_t first, std::size_t last);
  void work(vision::Reader& reader, std::size_t last);
  Answer read_picture(vision::Reader& reader, const std::string& path);
  void read_video(const std::string& path);
  void print_passings(const std::string& name, const vision::FrameSource& source,
                      const std::vector<vision::Passing>& passings);
  base::Result<void> annotate(const std::string& name, const vision::Frame& frame,
                              const vision::PictureResult& result);

  void fail(const std::string& name, const std::string& message) {
    clear_progress();
    std::cerr << "glasshouse read: " << name << ": " << message << "\n";
    failed_ = true;
  }
  void show_progress(bool last);
  void clear_progress() {
    if (progress_shown_) std::cerr << "\r\033[K";
    progress_shown_ = false;
  }

  ReadOptions options_;
  ReadFormat format_ = ReadFormat::kTable;
  std::vector<Input> inputs_;
  std::vector<std::unique_ptr<vision::Reader>> readers_;
  bool failed_ = false;
  bool progress_shown_ = false;
  std::size_t done_ = 0;

  // Between the workers and the printer, under mutex_.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Answer> answers_;
  std::size_t next_ = 0;     // the next picture to be taken by a worker
  std::size_t printed_ = 0;  // the next picture to be printed
};

void ReadRun::collect_folder(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> found;
  auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    if (is_picture_name(entry->path()) || is_video_name(entry->path()))
      found.push_back(entry->path().string());
    if (inputs_.size() + found.size() > kMostInputs) break;
  }
  if (error) fail(folder, "The folder cannot be read. " + error.message() + ".");
  if (found.empty() && !error) fail(folder, "There is no picture or video in this folder.");
  std::sort(found.begin(), found.end());
  for (std::string& path : found) {
    const InputKind kind = is_video_name(path) ? InputKind::kVideo : InputKind::kPicture;
    inputs_.push_back({std::move(path), kind});
  }
}

void ReadRun::collect(const std::string& path) {
  if (vision::is_rtsp(path)) {
    inputs_.push_back({path, InputKind::kStream});
    return;
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return collect_folder(path);
  if (!fs::exists(path, ignored)) return fail(path, "There is no such file or folder. Check the path.");
  inputs_.push_back({path, is_video_name(path) ? InputKind::kVideo : InputKind::kPicture});
}

base::Result<void> ReadRun::annotate(const std::string& name, const vision::Frame& frame,
                                     const vision::PictureResult& result) {
  if (options_.annotate.empty()) return {};
  auto jpeg = vision::annotated_jpeg(frame, result);
  if (!jpeg) return tl::unexpected(jpeg.error());
  // a/b/c.jpg becomes a-b-c.jpg, so that pictures of the same name in two folders stay apart.
  std::string flat;
  for (char c : fs::path(name).relative_path().lexically_normal().string())
    flat += c == '/' || c == ':' ? '-' : c;
  while (flat.starts_with("..-")) flat.erase(0, 3);
  const fs::path target = fs::path(options_.annotate) / (flat + ".jpg");
  std::ofstream file(target, std::ios::binary);
  file.write(jpeg->data(), static_cast<std::streamsize>(jpeg->size()));
  if (!file.flush())
    return base::failure(vision::Errc::kCannotOpen, "The picture " + target.string() + " cannot be written",
                         "", "Check the folder and the free space");
  return {};
}

// The file's bytes, at most kMaxPictureBytes and one more, which the reader then refuses.
std::optional<std::string> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes;
  char block[65'536];
  while (bytes.size() <= vision::kMaxPictureBytes && (file.read(block, sizeof block), file.gcount() > 0))
    bytes.append(block, static_cast<std::size_t>(file.gcount()));
  return file.bad() ? std::nullopt : std::optional(std::move(bytes));
}

ReadRun::Answer ReadRun::read_picture(vision::Reader& reader, const std::string& path) {
  const auto bytes = file_bytes(path);
  if (!bytes) return {"", "The file cannot be read. Check its permissions."};
  const auto span = std::as_bytes(std::span(*bytes));
  auto result = reader.read_picture(span);
  if (!result) return {"", result.error().message()};
  if (!options_.annotate.empty()) {
    auto frame = vision::decode_picture(span);
    if (!frame) return {"", frame.error().message()};
    if (auto drawn = annotate(path, *frame, *result); !drawn) return {"", drawn.error().message()};
  }
  return {read_lines(format_, path, *result), ""};
}

void ReadRun::work(vision::Reader& reader, std::size_t last) {
  while (true) {
    std::size_t mine = 0;
    {
      std::unique_lock lock(mutex_);
      // A slow picture must not let the fast ones behind it pile up.
      changed_.wait(lock, [&] { return next_ >= last || next_ < printed_ + kMostWaiting; });
      if (next_ >= last || interrupted) {
        changed_.notify_all();
        return;
      }
      mine = next_++;
    }
    Answer answer = read_picture(reader, inputs_[mine].path);
    std::lock_guard lock(mutex_);
    answers_[mine] = std::move(answer);
    changed_.notify_all();
  }
}

// Pictures first..last-1 by the workers; printed here in their order.
void ReadRun::read_pictures(std::size_t first, std::size_t last) {
  next_ = printed_ = first;
  const std::size_t workers = std::min<std::size_t>(readers_.size(), last - first);
  std::vector<std::thread> threads;
  for (std::size_t w = 0; w < workers; ++w)
    threads.emplace_back([this, w, last] { work(*readers_[w], last); });
  for (std::size_t i = first; i < last; ++i) {
    Answer answer;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return answers_.contains(i) || (interrupted && i >= next_); });
      if (!answers_.contains(i)) break;
      answer = std::move(answers_[i]);
      answers_.erase(i);
      printed_ = i + 1;
      changed_.notify_all();
    }
    if (!answer.error.empty()) fail(inputs_[i].path, answer.error);
    clear_progress();
    std::cout << answer.lines << std::flush;
    ++done_;
    show_progress(false);
  }
  {
    std::lock_guard lock(mutex_);
    printed_ = last;
    changed_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
  answers_.clear();
}

void ReadRun::print_passings(const std::string& name, const vision::FrameSource& source,
                             const std::vector<vision::Passing>& passings) {
  for (const vision::Passing& passing : passings) {
    vision::PictureResult result;
    result.width = source.width();
    result.height = source.height();
    result.reads.push_back({passing.plate, passing.vehicle});
    const PassingTime time{passing.first_ms, passing.last_ms, passing.best_ms, passing.told_ms,
                           passing.frames_seen};
    clear_progress();
    std::cout << read_lines(format_, name, result, time) << std::flush;
    const std::string picture = name + "-" + std::to_string(passing.best_ms) + "ms";
    if (auto drawn = annotate(picture, passing.best_frame, result); !drawn)
      fail(name, drawn.error().message());
  }
}

void ReadRun::read_video(const std::string& path) {
  const std::string name = vision::without_credentials(path);
  auto source = vision::FrameSource::open(path);
  if (!source) return fail(name, source.error().message());
  vision::PassingTracker tracker;
  std::int64_t last_ms = -kLeastFrameGapMs;
  while (!interrupted) {
    auto frame = (*source)->next();
    if (!frame) {
      if (!frame.error().is(vision::Errc::kEndOfStream)) fail(name, frame.error().message());
      break;
    }
    if (frame->offset_ms() < last_ms + kLeastFrameGapMs) continue;
    last_ms = frame->offset_ms();
    if (!tracker.wants(*frame)) {
      print_passings(name, **source, tracker.tick(last_ms));
      continue;
    }
    auto result = readers_.front()->read_frame(*frame);
    if (!result) {
      fail(name, result.error().message());
      break;
    }
    print_passings(name, **source, tracker.add(*frame, *result));
  }
  print_passings(name, **source, tracker.finish());
}

void ReadRun::show_progress(bool last) {
  if (!options_.progress || (!last && done_ % kProgressEvery != 0)) return;
  std::cerr << "\r" << done_ << " of " << inputs_.size() << (last ? "\n" : "") << std::flush;
  progress_shown_ = !last;
}

int ReadRun::run() {
  if (!options_.annotate.empty()) {
    std::error_code error;
    fs::create_directories(options_.annotate, error);
    if (!fs::is_directory(options_.annotate, error)) {
      std::cerr << "glasshouse read: the folder " << options_.annotate << " cannot be made. "
                << error.message() << ".\n";
      return 2;
    }
  }
  for (const std::string& path : options_.paths) collect(path);
  if (!inputs_.empty()) {
    const bool pictures = std::any_of(inputs_.begin(), inputs_.end(),
                                      [](const Input& i) { return i.kind == InputKind::kPicture; });
    for (int i = 0; i < (pictures ? options_.threads : 1); ++i) {
      auto reader = open_reader();
      if (!reader) {
        std::cerr << "glasshouse read: " << reader.error().message() << "\n";
        return reader.error().is(vision::Errc::kBadArgument) ? 2 : 1;
      }
      readers_.push_back(std::move(*reader));
    }
  }
  std::cout << read_heading(format_);
  for (std::size_t i = 0; i < inputs_.size() && !interrupted;) {
    std::size_t end = i;
    while (end < inputs_.size() && inputs_[end].kind == InputKind::kPicture) ++end;
    if (end > i) {
      read_pictures(i, end);
      i = end;
      continue;
    }
    read_video(inputs_[i++].path);
    ++done_;
    show_progress(false);
  }
  show_progress(true);
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "glasshouse read: the answers cannot be written to standard output.\n";
    return 1;
  }
  return failed_ ? 1 : 0;
}

}  // namespace

int run_read(const std::vector<std::string>& args) {
  ReadOptions options;
  CLI::App app(
      "Reads plates from pictures (JPEG, PNG, WebP), folders of them, video files and rtsp:// cameras.\n"
      "Nothing is stored or sent.",
      "glasshouse read");
  app.add_option("PATH", options.paths, "Pictures, folders, videos or rtsp:// addresses")->required();
  app.add_option("--format", options.format, "table, jsonl or csv")
      ->check(CLI::IsMember({"table", "jsonl", "csv"}))
      ->capture_default_str();
  app.add_option("--annotate", options.annotate,
                 "A folder for copies of the pictures with what was read drawn in");
  app.add_option("--country", options.country,
                 "us, eu, br or a European country such as de: which formats to expect");
  app.add_option("--threads", options.threads, "Pictures read at the same time")
      ->check(CLI::Range(1, kMostThreads))
      ->capture_default_str();
  app.add_option("--models", options.models,
                 "The folder of the models (default: where scripts/bootstrap put them)");
  app.add_flag("--progress", options.progress, "Count on standard error, also when it is not a terminal");
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (!vision::is_known_country(options.country)) {
    std::cerr << "glasshouse read: the country \"" << options.country
              << "\" is not known. Use us, eu, br, a European country such as de, or leave --country out.\n";
    return 2;
  }
  if (isatty(STDERR_FILENO) != 0) options.progress = true;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  interrupted = false;
  return ReadRun(std::move(options)).run();
}

}  // namespace glasshouse::app
