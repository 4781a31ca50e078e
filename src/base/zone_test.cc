#include "base/zone.h"

#include <gtest/gtest.h>

namespace glasshouse::base {
namespace {

std::string bytes(std::uint64_t value, std::size_t width) {
  std::string text;
  for (std::size_t i = width; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)));
  return text;
}

// Two types, -5 h and -4 h; summer from 1000 s to 2000 s.
std::string tzif() {
  const auto header = [](std::uint32_t times, std::uint32_t types, std::uint32_t chars) {
    return std::string("TZif2") + std::string(15, '\0') + bytes(0, 4) + bytes(0, 4) + bytes(0, 4) +
           bytes(times, 4) + bytes(types, 4) + bytes(chars, 4);
  };
  const auto type = [](std::int32_t offset_s) {
    return bytes(static_cast<std::uint32_t>(offset_s), 4) + std::string(2, '\0');
  };
  const std::string types = type(-18000) + type(-14400) + std::string("L\0", 2);
  return header(0, 2, 2) + types + header(2, 2, 2) + bytes(1000, 8) + bytes(2000, 8) + "\x01" +
         std::string(1, '\0') + types + "\nEST5\n";
}

TEST(Zones, FollowTheChangesOfTheFile) {
  const std::string file = tzif();
  const auto hours = [&](std::int64_t seconds) {
    return offset_in_tzif(file, from_ms(seconds * 1000)).value() / std::chrono::hours(1);
  };
  EXPECT_EQ(hours(999), -5);
  EXPECT_EQ(hours(1000), -4);
  EXPECT_EQ(hours(1999), -4);
  EXPECT_EQ(hours(2000), -5);
}

TEST(Zones, NoPartOfAFileIsReadBeyondItsEnd) {
  const std::string file = tzif();
  const std::size_t needed = file.size() - std::string("\nEST5\n").size();
  for (std::size_t length = 0; length < needed; ++length)
    EXPECT_FALSE(offset_in_tzif(std::string_view(file).substr(0, length), from_ms(0))) << length;
  std::string wild = file;
  for (std::size_t i = 32; i < 44; ++i) wild[i] = '\xFF';
  EXPECT_FALSE(offset_in_tzif(wild, from_ms(0)));
}

TEST(Zones, NamesCannotLeaveTheFolder) {
  for (const char* name : {"", "/etc/passwd", "../../etc/passwd", "America/../../x", "a b"})
    EXPECT_FALSE(zone_offset(name, from_ms(0))) << name;
}

}  // namespace
}  // namespace glasshouse::base
