#include "reads/read.h"

namespace glasshouse::reads {

MaskedRead mask(const Read& read) {
  MaskedRead masked;
  masked.id = read.id;
  masked.camera_id = read.camera_id;
  masked.captured_at = read.captured_at;
  masked.looks = read.looks;
  masked.has_picture = read.has_picture;
  masked.region = "unknown";
  if (read.plate) {
    masked.plate_chars = read.plate->plate.size();
    masked.region = read.plate->region.empty() ? "unknown" : read.plate->region;
  }
  return masked;
}

}  // namespace glasshouse::reads
