// Any bytes as a picture's header: the answer stays inside the limits, whatever the header claims.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "vision/picture.h"

using namespace glasshouse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = vision::probe_picture(std::as_bytes(std::span(data, size)));
  if (header) {
    if (header->width <= 0 || header->height <= 0) std::abort();
    if (std::int64_t{header->width} * header->height > vision::kMaxPicturePixels) std::abort();
    // What the probe accepts, a shorter copy of it may lose, but never by reading past its end (ASan
    // watches).
    for (const std::size_t cut : {size / 2, size - size / 7})
      (void)vision::probe_picture(std::as_bytes(std::span(data, cut)));
  } else if (header.error().message().empty()) {
    std::abort();
  }
  return 0;
}
