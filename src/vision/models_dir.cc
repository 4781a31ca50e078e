#include <cstdlib>
#include <filesystem>

#include "vision/net.h"
#include "vision/reader.h"

namespace glasshouse::vision {

std::string default_models_dir() {
  if (const char* folder = std::getenv("GLASSHOUSE_MODELS"); folder != nullptr && *folder != '\0')
    return folder;
  return std::string(GLASSHOUSE_CACHE_DIR) + "/models";
}

std::string house_model(const std::string& models_dir, const std::string& name) {
  const std::string own = models_dir + "/" + name;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(own, ignored)) return own;
  return std::string(GLASSHOUSE_HOUSE_MODELS_DIR) + "/" + name;
}

}  // namespace glasshouse::vision
