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

TEST(LocalClock, FollowsTheZoneWhenItsClocksAreSet) {
  const LocalClock clock = LocalClock::of_zone("America/New_York", Millis(0));
  const auto shown = [&](const char* utc) {
    return format_rfc3339(clock.local(*parse_rfc3339(utc))).substr(0, 16);
  };
  EXPECT_EQ(shown("2026-10-31T16:00:00Z"), "2026-10-31T12:00");
  EXPECT_EQ(shown("2026-11-02T16:00:00Z"), "2026-11-02T11:00");
  const auto utc = [&](const char* local) {
    return format_rfc3339(clock.utc(*parse_rfc3339(std::string(local) + ":00Z"))).substr(0, 16);
  };
  EXPECT_EQ(utc("2026-10-31T12:00"), "2026-10-31T16:00");
  EXPECT_EQ(utc("2026-11-02T11:00"), "2026-11-02T16:00");
  EXPECT_EQ(utc("2026-11-01T00:30"), "2026-11-01T04:30");
  EXPECT_EQ(utc("2026-11-01T01:30"), "2026-11-01T05:30") << "shown twice: the first";
  EXPECT_EQ(utc("2026-11-01T02:30"), "2026-11-01T07:30");
  EXPECT_EQ(utc("2026-03-08T01:59"), "2026-03-08T06:59");
  EXPECT_EQ(utc("2026-03-08T02:30"), "2026-03-08T07:30") << "never shown: half an hour behind the change";
  EXPECT_EQ(utc("2026-03-08T03:00"), "2026-03-08T07:00");

  const LocalClock fixed(Millis(-18'000'000));
  EXPECT_EQ(fixed.offset_at(*parse_rfc3339("2026-07-01T00:00:00Z")), Millis(-18'000'000));
  const LocalClock unknown = LocalClock::of_zone("Nowhere/At_All", Millis(3'600'000));
  EXPECT_EQ(unknown.offset_at(*parse_rfc3339("2026-07-01T00:00:00Z")), Millis(3'600'000));
}

}  // namespace
}  // namespace glasshouse::base
