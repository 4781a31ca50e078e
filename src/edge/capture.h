// Plays a source through the reader and puts every passing into the spool.
//
// A video file runs at its own speed, frames that the machine has no time for are left out; an RTSP camera
// that goes away is tried again with growing pauses; a watched folder gives each picture once and then moves
// it to done/, or to bad/ with a text file that says why.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "edge/sealer.h"
#include "edge/spool.h"
#include "edge/uploader.h"
#include "vision/reader.h"

namespace glasshouse::edge {

struct CaptureOptions {
  std::string source;  // a video file, a folder, rtsp://…
  bool loop = false;   // a file or folder starts again at its end; a folder is then played, not emptied
  double reads_per_second = 5;           // frames looked at; more only costs
  base::Millis between_pictures{4'000};  // of a folder that is played
  base::Millis between_rounds{0};        // of a file that is played
  std::string country;
  std::string models_dir;
};

class Capture {
 public:
  // Opens the reader. kBadSource when the source is neither a file, a folder nor rtsp://.
  static base::Result<std::unique_ptr<Capture>> open(CaptureOptions options, const base::Clock& clock,
                                                     Spool& spool, Sealer& sealer, SourceState& state);

  // Until `stop`, or until a file that is not looped is over. False when the source could not be read.
  bool run(const std::atomic<bool>& stop);

 private:
  Capture(CaptureOptions options, const base::Clock& clock, Spool& spool, Sealer& sealer, SourceState& state)
      : options_(std::move(options)), clock_(clock), spool_(spool), sealer_(sealer), state_(state) {}

  base::Result<void> play_video(const std::atomic<bool>& stop);  // one opening of the source
  void watch_folder(const std::atomic<bool>& stop);
  void play_folder(const std::atomic<bool>& stop);
  base::Result<void> read_picture(const std::string& path, base::Time captured_at, bool once);
  void keep(const struct Seen& seen);
  void pause(base::Millis most, const std::atomic<bool>& stop) const;

  CaptureOptions options_;
  const base::Clock& clock_;
  Spool& spool_;
  Sealer& sealer_;
  SourceState& state_;
  std::unique_ptr<vision::Reader> reader_;
};

}  // namespace glasshouse::edge
