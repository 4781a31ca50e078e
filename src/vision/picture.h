// Pictures as bytes and as pixels, without showing which library decodes them.
//
//   auto head = vision::probe_picture(bytes);          // header only: cheap, before anything is decoded
//   auto frame = vision::decode_picture(bytes);        // checked against the limits below first
//   std::string jpeg = *vision::encode_jpeg(*frame, 85, 1280);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "vision/errors.h"

namespace glasshouse::vision {

inline constexpr std::size_t kMaxPictureBytes = 50u << 20;     // larger files are refused unread
inline constexpr std::int64_t kMaxPicturePixels = 40'000'000;  // 120 MB as BGR
inline constexpr int kMaxJpegScans = 64;                       // progressive files of cameras have about 10

struct Box {
  int x = 0, y = 0, w = 0, h = 0;  // px, top-left origin
  bool operator==(const Box&) const = default;
};

struct Point {
  float x = 0, y = 0;  // px
};

enum class PictureFormat { kJpeg, kPng, kWebp };

struct PictureHeader {
  PictureFormat format = PictureFormat::kJpeg;
  int width = 0;  // px as stored; an EXIF rotation is not applied here
  int height = 0;
};

// Reads the header alone; never allocates by what it claims. kNotAPicture, kDamaged (header breaks off) or
// kTooLarge. For JPEG the markers are walked to the first frame header, and the scans are counted.
base::Result<PictureHeader> probe_picture(std::span<const std::byte> bytes);

// Decoded pixels, shared and never changed: copying a Frame copies a pointer. Thread-safe.
class Frame {
 public:
  struct Pixels;  // defined in pixels.h, which only vision's own .cc files include

  Frame() = default;
  explicit Frame(std::shared_ptr<const Pixels> pixels, std::int64_t offset_ms = 0)
      : pixels_(std::move(pixels)), offset_ms_(offset_ms) {}

  bool empty() const { return pixels_ == nullptr; }
  int width() const;
  int height() const;
  std::int64_t offset_ms() const { return offset_ms_; }  // since the source's first frame; 0 for a still
  const Pixels* pixels() const { return pixels_.get(); }

 private:
  std::shared_ptr<const Pixels> pixels_;
  std::int64_t offset_ms_ = 0;
};

// Probes, then decodes (EXIF rotation applied). A picture that breaks off half-way is kDamaged, not a gray
// half.
base::Result<Frame> decode_picture(std::span<const std::byte> bytes);

// A frame from packed 8-bit BGR rows (width * height * 3 bytes), for tests and for other decoders.
base::Result<Frame> frame_from_bgr(std::span<const std::byte> bgr, int width, int height,
                                   std::int64_t offset_ms = 0);

// JPEG bytes. quality 1..100; the longer side is reduced to max_side (0: as it is).
base::Result<std::string> encode_jpeg(const Frame& frame, int quality, int max_side = 0);

// The same for a part of the frame, grown by `margin` (0.1 = a tenth of its size on each side), clipped.
base::Result<std::string> encode_jpeg_crop(const Frame& frame, const Box& box_px, double margin, int quality,
                                           int max_side = 0);

}  // namespace glasshouse::vision
