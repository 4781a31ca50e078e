// Draws what was read into the picture, for people who check the reader.
#pragma once

#include <string>

#include "base/result.h"
#include "vision/picture.h"
#include "vision/reader.h"

namespace glasshouse::vision {

// JPEG of the frame with vehicle boxes, the plates' corners, and text with confidence above each plate.
base::Result<std::string> annotated_jpeg(const Frame& frame, const PictureResult& result, int quality = 90);

}  // namespace glasshouse::vision
