// Header checks. Nothing here allocates, and every read is bounded by the bytes that are there.
#include "vision/picture.h"

#include <cstring>
#include <optional>

namespace glasshouse::vision {
namespace {

using Bytes = std::span<const std::byte>;

// Decoding a progressive JPEG touches every block once a scan: pixels times scans is what a bomb inflates.
constexpr std::int64_t kMaxScanPixels = 1'000'000'000;

unsigned u8(Bytes bytes, std::size_t at) {
  return std::to_integer<unsigned>(bytes[at]);
}
unsigned be16(Bytes bytes, std::size_t at) {
  return u8(bytes, at) << 8 | u8(bytes, at + 1);
}
std::uint32_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(be16(bytes, at)) << 16 | be16(bytes, at + 2);
}
std::uint32_t le24(Bytes bytes, std::size_t at) {
  return u8(bytes, at) | u8(bytes, at + 1) << 8 | u8(bytes, at + 2) << 16;
}
std::uint32_t le32(Bytes bytes, std::size_t at) {
  return le24(bytes, at) | u8(bytes, at + 3) << 24;
}

bool starts_with(Bytes bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

tl::unexpected<base::Error> damaged(const char* why) {
  return base::failure(Errc::kDamaged, "The picture is damaged", why, "Copy it again from its source");
}

base::Result<PictureHeader> checked(PictureFormat format, std::int64_t width, std::int64_t height) {
  if (width <= 0 || height <= 0) return damaged("Its header gives no size");
  // Sides first: the product of two 32-bit sides does not fit.
  if (width > kMaxPicturePixels || height > kMaxPicturePixels || width * height > kMaxPicturePixels)
    return base::failure(Errc::kTooLarge, "The picture is too large",
                         "Its header says " + std::to_string(width) + " by " + std::to_string(height) +
                             " pixels, and the limit is " + std::to_string(kMaxPicturePixels / 1'000'000) +
                             " megapixels",
                         "Scale it down first");
  return PictureHeader{format, static_cast<int>(width), static_cast<int>(height)};
}

bool is_frame_header(unsigned marker) {  // SOF0..SOF15 without DHT, JPG and DAC
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}
bool stands_alone(unsigned marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

// Skips entropy-coded data: to the next 0xFF that begins a real marker.
std::size_t skip_scan(Bytes bytes, std::size_t at) {
  while (at + 1 < bytes.size()) {
    const void* hit = std::memchr(bytes.data() + at, 0xFF, bytes.size() - at - 1);
    if (hit == nullptr) return bytes.size();
    at = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - bytes.data());
    const unsigned next = u8(bytes, at + 1);
    if (next != 0x00 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) return at;
    at += next == 0xFF ? 1 : 2;
  }
  return bytes.size();
}

base::Result<PictureHeader> probe_jpeg(Bytes bytes) {
  std::optional<PictureHeader> header;
  std::int64_t scans = 0;
  std::size_t at = 2;
  while (true) {
    while (at < bytes.size() && u8(bytes, at) == 0xFF) ++at;  // marker prefix and fill bytes
    if (at >= bytes.size()) return damaged("It breaks off before its end");
    const unsigned marker = u8(bytes, at++);
    if (marker == 0xD9) break;
    if (stands_alone(marker)) continue;
    if (at + 2 > bytes.size()) return damaged("It breaks off before its end");
    const std::size_t length = be16(bytes, at);
    if (length < 2 || at + length > bytes.size()) return damaged("It breaks off before its end");
    if (is_frame_header(marker)) {
      if (header.has_value()) return damaged("It has two frame headers");
      if (length < 8) return damaged("Its frame header is too short");
      auto found = checked(PictureFormat::kJpeg, be16(bytes, at + 5), be16(bytes, at + 3));
      if (!found) return found;
      header = *found;
    }
    at += length;
    if (marker == 0xDA) {
      if (!header.has_value()) return damaged("Its pixels come before its size");
      ++scans;
      if (scans > kMaxJpegScans || scans * header->width * header->height > kMaxScanPixels)
        return base::failure(Errc::kTooLarge, "The picture would take too long to decode",
                             "It is a progressive JPEG of more than " + std::to_string(scans - 1) + " scans",
                             "Save it again as an ordinary JPEG");
      at = skip_scan(bytes, at);
    }
    if (at < bytes.size() && u8(bytes, at) != 0xFF) return damaged("It holds bytes where a marker is due");
  }
  if (!header.has_value() || scans == 0) return damaged("It holds no pixels");
  return *header;
}

base::Result<PictureHeader> probe_png(Bytes bytes) {
  constexpr std::size_t kSignature = 8, kChunkFrame = 12;  // length, type, check sum
  if (bytes.size() < kSignature + kChunkFrame + 13 || !starts_with(bytes, "IHDR", 12))
    return damaged("It breaks off before its end");
  auto header = checked(PictureFormat::kPng, be32(bytes, 16), be32(bytes, 20));
  if (!header) return header;
  std::size_t at = kSignature;
  while (at + kChunkFrame <= bytes.size()) {
    if (starts_with(bytes, "IEND", at + 4)) return header;
    const std::uint64_t length = be32(bytes, at);
    if (length > bytes.size() - at - kChunkFrame) break;
    at += kChunkFrame + length;
  }
  return damaged("It breaks off before its end");
}

base::Result<PictureHeader> probe_webp(Bytes bytes) {
  if (bytes.size() < 30) return damaged("It breaks off before its end");
  if (std::uint64_t{le32(bytes, 4)} + 8 > bytes.size()) return damaged("It breaks off before its end");
  if (starts_with(bytes, "VP8X", 12))
    return checked(PictureFormat::kWebp, std::int64_t{le24(bytes, 24)} + 1,
                   std::int64_t{le24(bytes, 27)} + 1);
  if (starts_with(bytes, "VP8L", 12)) {
    if (u8(bytes, 20) != 0x2F) return damaged("Its header is not one");
    const std::uint32_t bits = le32(bytes, 21);
    return checked(PictureFormat::kWebp, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
  }
  if (starts_with(bytes, "VP8 ", 12)) {
    if (u8(bytes, 23) != 0x9D || u8(bytes, 24) != 0x01 || u8(bytes, 25) != 0x2A)
      return damaged("Its header is not one");
    const std::uint32_t sides = le32(bytes, 26);
    return checked(PictureFormat::kWebp, sides & 0x3FFF, sides >> 16 & 0x3FFF);
  }
  return damaged("Its header is not one");
}

}  // namespace

base::Result<PictureHeader> probe_picture(Bytes bytes) {
  if (bytes.empty())
    return base::failure(Errc::kNotAPicture, "The file is empty", "", "Copy it again from its source");
  if (bytes.size() > kMaxPictureBytes)
    return base::failure(Errc::kTooLarge, "The file is too large",
                         "Pictures may have " + std::to_string(kMaxPictureBytes >> 20) + " MB",
                         "Scale it down first");
  if (starts_with(bytes, "\xFF\xD8\xFF")) return probe_jpeg(bytes);
  if (starts_with(bytes, "\x89PNG\r\n\x1A\n")) return probe_png(bytes);
  if (starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8)) return probe_webp(bytes);
  return base::failure(Errc::kNotAPicture, "This is not a picture",
                       "Its first bytes are not those of a JPEG, PNG or WebP file",
                       "Give a picture in one of these formats");
}

}  // namespace glasshouse::vision
