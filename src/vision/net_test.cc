#include "vision/net.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "vision/badge.h"
#include "vision/paint.h"
#include "vision/plate_reader.h"

namespace glasshouse::vision {
namespace {

// What `open` says of a folder in which the net of that name is none. Empty when it opens.
template <typename Open>
std::string refusal_of(const std::string& name, const Open& open) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "spoilt-models";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name) << "short";
  const auto opened = open(folder.string());
  std::filesystem::remove_all(folder);
  return opened ? "" : opened.error().message();
}

TEST(Net, AFileThatIsNoNetIsRefusedAndNamed) {
  const auto badge = [](const std::string& folder) { return BadgeFinder::open(folder, 1); };
  EXPECT_NE(refusal_of("badge-finder.onnx", badge).find("badge-finder.onnx"), std::string::npos);
  const auto paint = [](const std::string& folder) { return PaintNet::open(folder, 1); };
  for (const char* net : {"vehicle-paint.onnx", "vehicle-paint-by-plate.onnx"})
    EXPECT_NE(refusal_of(net, paint).find(net), std::string::npos);
  for (const char* net : {kFirstReader, kSecondReader}) {
    const auto reader = [&](const std::string& folder) { return PlateReader::open(folder, net, 1); };
    EXPECT_NE(refusal_of(net, reader).find(net), std::string::npos);
  }
}

}  // namespace
}  // namespace glasshouse::vision
