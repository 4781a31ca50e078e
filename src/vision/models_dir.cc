#include <cstdlib>

#include "vision/reader.h"

namespace glasshouse::vision {

std::string default_models_dir() {
  if (const char* folder = std::getenv("GLASSHOUSE_MODELS"); folder != nullptr && *folder != '\0')
    return folder;
  return std::string(GLASSHOUSE_CACHE_DIR) + "/models";
}

}  // namespace glasshouse::vision
