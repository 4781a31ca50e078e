#include "exports/zip.h"

#include <array>
#include <cstdlib>

namespace glasshouse::exports {
namespace {

constexpr std::uint16_t kUtf8Names = 1U << 11U;
constexpr std::uint16_t kVersion = 20, kMadeOnUnix = 3U << 8U | kVersion;

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xFFU);
  out += static_cast<char>(value >> 8U & 0xFFU);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xFFFFU);
  put16(out, value >> 16U);
}

// Two seconds are the grain of a zip's times.
struct DosTime {
  std::uint16_t date = 0, time = 0;
};
DosTime dos_time(base::Time at) {
  const std::string text = base::format_rfc3339(at);  // 2026-11-24T18:30:05.123Z
  const auto number = [&](std::size_t from, std::size_t count) {
    return static_cast<std::uint32_t>(std::strtoul(text.substr(from, count).c_str(), nullptr, 10));
  };
  const std::uint32_t year = number(0, 4) < 1980 ? 0 : number(0, 4) - 1980;
  return {static_cast<std::uint16_t>(year << 9U | number(5, 2) << 5U | number(8, 2)),
          static_cast<std::uint16_t>(number(11, 2) << 11U | number(14, 2) << 5U | number(17, 2) / 2)};
}

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1U ^ 0xEDB88320U : value >> 1U;
    table[i] = value;
  }
  return table;
}();

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) crc = crc >> 8U ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  return crc ^ 0xFFFFFFFFU;
}

base::Result<void> Zip::add(std::string_view name, std::string_view bytes, bool executable) {
  if (entries_.size() >= kMostZipFiles || bytes_.size() + bytes.size() > kMostZipBytes) {
    return base::failure(Errc::kTooLarge, "The package would be too large",
                         "It is made in memory and holds at most 512 MB",
                         "Ask a narrower question, or export without pictures");
  }
  const DosTime when = dos_time(made_at_);
  Entry entry{std::string(name), crc32(bytes), static_cast<std::uint32_t>(bytes.size()),
              static_cast<std::uint32_t>(bytes_.size()), executable};
  put32(bytes_, 0x04034B50U);
  put16(bytes_, kVersion);
  put16(bytes_, kUtf8Names);
  put16(bytes_, 0);  // stored
  put16(bytes_, when.time);
  put16(bytes_, when.date);
  put32(bytes_, entry.crc);
  put32(bytes_, entry.size);
  put32(bytes_, entry.size);
  put16(bytes_, static_cast<std::uint32_t>(name.size()));
  put16(bytes_, 0);
  bytes_.append(name).append(bytes);
  entries_.push_back(std::move(entry));
  return {};
}

std::string Zip::finish() && {
  const DosTime when = dos_time(made_at_);
  const auto directory = static_cast<std::uint32_t>(bytes_.size());
  for (const Entry& entry : entries_) {
    put32(bytes_, 0x02014B50U);
    put16(bytes_, kMadeOnUnix);
    put16(bytes_, kVersion);
    put16(bytes_, kUtf8Names);
    put16(bytes_, 0);
    put16(bytes_, when.time);
    put16(bytes_, when.date);
    put32(bytes_, entry.crc);
    put32(bytes_, entry.size);
    put32(bytes_, entry.size);
    put16(bytes_, static_cast<std::uint32_t>(entry.name.size()));
    for (int zero = 0; zero < 4; ++zero) put16(bytes_, 0);  // extra, comment, disk, internal attributes
    put32(bytes_, (entry.executable ? 0100755U : 0100644U) << 16U);
    put32(bytes_, entry.offset);
    bytes_ += entry.name;
  }
  const auto directory_bytes = static_cast<std::uint32_t>(bytes_.size()) - directory;
  put32(bytes_, 0x06054B50U);
  put16(bytes_, 0);
  put16(bytes_, 0);
  put16(bytes_, static_cast<std::uint32_t>(entries_.size()));
  put16(bytes_, static_cast<std::uint32_t>(entries_.size()));
  put32(bytes_, directory_bytes);
  put32(bytes_, directory);
  put16(bytes_, 0);
  return std::move(bytes_);
}

}  // namespace glasshouse::exports
