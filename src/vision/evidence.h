// Inside vision only: what the nets saw of a plate in one picture. It stays with the reading, so that the
// frames of a passing can be weighed together where their readings differ.
#pragma once

#include <memory>
#include <vector>

#include "vision/candidates.h"

namespace glasshouse::vision {

struct Evidence {
  Looks looks;                               // never empty
  std::shared_ptr<const FormatPrior> prior;  // never null
  float found_score = 0;                     // 0..1, PlateQuad::score
};

}  // namespace glasshouse::vision
