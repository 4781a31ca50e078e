// Bystanders out of pictures: what a camera keeps shows vehicles, not people.
//
//   auto shown = vision::without_bystanders(frame, result->private_px, vision::plates_in(*result));   //
//   before it is encoded, spooled or sealed
//
// People and the glass of vehicles are made unrecognisable in the pixels themselves; nothing is kept that
// could bring them back.
#pragma once

#include <span>
#include <vector>

#include "vision/picture.h"
#include "vision/reader.h"

namespace glasshouse::vision {

// A copy with every box of private_px reduced to at most kBlurCells cells a side and smoothed. Pixels inside
// a box of keep_px (plates) stay as they are. Boxes may reach beyond the frame. Without boxes the same frame
// comes back.
Frame without_bystanders(const Frame& frame, std::span<const Box> private_px, std::span<const Box> keep_px);

std::vector<Box> plates_in(const PictureResult& result);

inline constexpr int kBlurCells = 6;

// Where the windows of a vehicle seen from the front or the rear lie in its box.
Box glass_of(const Box& vehicle_px, bool is_tall);

}  // namespace glasshouse::vision
