// POST /api/v1/try-picture: one picture in, what the reader sees out. Nothing is stored: the bytes live as
// long as the request, and neither they nor the plates are logged.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "api/route.h"
#include "vision/reader.h"

namespace glasshouse::api {

inline constexpr std::size_t kMostTryPictureBytes = 20u << 20;
inline constexpr std::size_t kTryReaders = 2;  // pictures read at the same time; a reader holds about 120 MB
inline constexpr std::size_t kMostWaiting =
    8;  // further pictures that wait for a reader; more are refused as busy
inline constexpr int kLongestWaitMs = 15'000;

// A small pool of readers, opened when first needed. Thread-safe.
class TryPictures {
 public:
  explicit TryPictures(vision::ReaderOptions options = {});
  ~TryPictures();
  TryPictures(const TryPictures&) = delete;
  TryPictures& operator=(const TryPictures&) = delete;

  // The reader's own errors; api::Errc::kBusy when too many wait already or the wait grew too long.
  base::Result<vision::PictureResult> read(std::span<const std::byte> picture);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::span<const Route> try_picture_routes();

}  // namespace glasshouse::api
