// Inside vision only: which of the lines of text on a vehicle is its plate.
#pragma once

#include <opencv2/core.hpp>
#include <string_view>

#include "vision/candidates.h"
#include "vision/text_finder.h"
#include "vision/text_reader.h"

namespace glasshouse::vision {

// From its shape and place alone, before it is read: -1 (surely not) .. 1. Decides which lines are worth
// reading.
double plate_shape(const TextLine& line, const cv::Rect& around_px);

// After it was read: about 0..1.3, higher is likelier the plate. A clock or a date printed by the camera is
// below 0.
double plate_score(const TextLine& line, const cv::Rect& around_px, const LineText& text,
                   const Choice& choice);

// "2014-03-05 12:07:44", "12:07", "CAM 3  05/03/14": what cameras print into the picture.
bool looks_like_a_stamp(std::string_view printed);

// The confidence that a reading is right as a whole, from what the net saw and how plate-like the line is.
float reading_confidence(const Choice& choice, double score);

}  // namespace glasshouse::vision
