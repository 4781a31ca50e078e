#include "base/zone.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "base/file.h"

namespace glasshouse::base {
namespace {

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo/";
constexpr std::uint64_t kMaxZoneBytes = 256 * 1024;
constexpr std::size_t kHeaderBytes = 44, kTypeBytes = 6;

// Counts of a TZif header, in the order in which they stand.
struct Counts {
  std::uint64_t ut = 0, standard = 0, leaps = 0, times = 0, types = 0, chars = 0;
};

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  if (width == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

std::optional<Counts> header_of(std::string_view block) {
  if (block.size() < kHeaderBytes || !block.starts_with("TZif")) return std::nullopt;
  const auto count = [&](std::size_t index) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(big_endian(block, 20 + 4 * index, 4)));
  };
  return Counts{count(0), count(1), count(2), count(3), count(4), count(5)};
}

std::uint64_t bytes_of(const Counts& counts, std::size_t time_width) {
  return counts.times * (time_width + 1) + counts.types * kTypeBytes + counts.chars +
         counts.leaps * (time_width + 4) + counts.standard + counts.ut;
}

bool is_zone_name(std::string_view zone) {
  return !zone.empty() && zone.size() <= 60 && zone.front() != '/' &&
         zone.find("..") == std::string_view::npos && std::all_of(zone.begin(), zone.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '+' || c == '-' || c == '/';
         });
}

}  // namespace

std::optional<Millis> offset_in_tzif(std::string_view tzif, Time at) {
  const auto first = header_of(tzif);
  if (!first || tzif[4] < '2' || kHeaderBytes + bytes_of(*first, 4) > tzif.size()) return std::nullopt;
  const std::string_view block = tzif.substr(kHeaderBytes + bytes_of(*first, 4));  // 64-bit times
  const auto counts = header_of(block);
  if (!counts || counts->types == 0 || kHeaderBytes + bytes_of(*counts, 8) > block.size())
    return std::nullopt;
  const std::size_t times = kHeaderBytes, kinds = times + counts->times * 8, types = kinds + counts->times;
  const std::int64_t seconds = to_ms(at) / 1000;
  std::size_t type = 0;
  for (std::size_t i = 0; i < counts->times && big_endian(block, times + i * 8, 8) <= seconds; ++i)
    type = static_cast<unsigned char>(block[kinds + i]);
  if (type >= counts->types) return std::nullopt;
  return Millis(1000 * big_endian(block, types + type * kTypeBytes, 4));
}

namespace {

std::optional<std::string> zone_file(std::string_view zone) {
  if (!is_zone_name(zone)) return std::nullopt;
  auto file = posix_files().read(std::string(kZoneFolder) + std::string(zone), kMaxZoneBytes);
  return file ? std::optional(std::move(*file)) : std::nullopt;
}

}  // namespace

std::optional<Millis> zone_offset(std::string_view zone, Time at) {
  const auto file = zone_file(zone);
  return file ? offset_in_tzif(*file, at) : std::nullopt;
}

LocalClock LocalClock::of_zone(std::string_view zone, Millis otherwise) {
  LocalClock clock(otherwise);
  if (auto file = zone_file(zone)) clock.tzif_ = std::make_shared<const std::string>(std::move(*file));
  return clock;
}

Millis LocalClock::offset_at(Time utc) const {
  if (!tzif_) return offset_;
  return offset_in_tzif(*tzif_, utc).value_or(offset_);
}

Time LocalClock::utc(Time local) const {
  // Offsets change by an hour or so, seldom twice a day: those of the day before and of the day behind are
  // the two that it can be.
  const Millis before = offset_at(local - std::chrono::hours(24)),
               after = offset_at(local + std::chrono::hours(24));
  for (const Millis offset : {std::max(before, after), std::min(before, after)})
    if (offset_at(local - offset) == offset) return local - offset;
  return local - before;
}

}  // namespace glasshouse::base
