// Frames from a video file or an RTSP camera.
//
//   auto source = vision::FrameSource::open("rtsp://camera.example/stream");
//   while (true) {
//     auto frame = (*source)->next();
//     if (!frame) break;          // kEndOfStream (file done) or kStreamLost (open a new one to reconnect)
//     ...
//   }
//
// RTSP runs over TCP. Opening takes at most open_timeout_ms, a missing frame at most read_timeout_ms.
// Messages never hold the password of an rtsp://user:password@host address. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vision/errors.h"
#include "vision/picture.h"

namespace glasshouse::vision {

struct SourceOptions {
  int open_timeout_ms = 10'000;
  int read_timeout_ms = 10'000;
};

class FrameSource {
 public:
  // path: a video file or rtsp://… kCannotOpen says why (no such file, not a video, nothing answers there).
  static base::Result<std::unique_ptr<FrameSource>> open(const std::string& path, SourceOptions options = {});
  ~FrameSource();
  FrameSource(const FrameSource&) = delete;
  FrameSource& operator=(const FrameSource&) = delete;

  // The next frame; its offset_ms is the media time since the first frame for a file, the time since opening
  // for a stream. kEndOfStream or kStreamLost; after either, only those.
  base::Result<Frame> next();

  // Drops the next frame without converting it to pixels (cheap). False at the end.
  bool skip();

  bool is_live() const;  // rtsp
  double fps() const;    // 0 when the source does not say
  int width() const;
  int height() const;

 private:
  struct Impl;
  explicit FrameSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// "rtsp://user:secret@host/x" -> "rtsp://host/x", for messages and logs.
std::string without_credentials(std::string_view address);

bool is_rtsp(std::string_view path);

}  // namespace glasshouse::vision
