#include "app/demo_picture.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace glasshouse::app {
namespace {

constexpr int kWidth = 480, kHeight = 320;
constexpr int kGlyphWidth = 5, kGlyphHeight = 7;

struct Color {
  std::uint8_t blue = 0, green = 0, red = 0;
};

// Five columns a glyph, the lowest bit on top: digits, then letters.
constexpr std::array<std::array<std::uint8_t, 5>, 36> kGlyphs{{
    {0x3E, 0x51, 0x49, 0x45, 0x3E}, {0x00, 0x42, 0x7F, 0x40, 0x00}, {0x62, 0x51, 0x49, 0x49, 0x46},
    {0x22, 0x41, 0x49, 0x49, 0x36}, {0x18, 0x14, 0x12, 0x7F, 0x10}, {0x27, 0x45, 0x45, 0x45, 0x39},
    {0x3C, 0x4A, 0x49, 0x49, 0x30}, {0x01, 0x71, 0x09, 0x05, 0x03}, {0x36, 0x49, 0x49, 0x49, 0x36},
    {0x06, 0x49, 0x49, 0x29, 0x1E}, {0x7E, 0x11, 0x11, 0x11, 0x7E}, {0x7F, 0x49, 0x49, 0x49, 0x36},
    {0x3E, 0x41, 0x41, 0x41, 0x22}, {0x7F, 0x41, 0x41, 0x22, 0x1C}, {0x7F, 0x49, 0x49, 0x49, 0x41},
    {0x7F, 0x09, 0x09, 0x09, 0x01}, {0x3E, 0x41, 0x49, 0x49, 0x7A}, {0x7F, 0x08, 0x08, 0x08, 0x7F},
    {0x00, 0x41, 0x7F, 0x41, 0x00}, {0x20, 0x40, 0x41, 0x3F, 0x01}, {0x7F, 0x08, 0x14, 0x22, 0x41},
    {0x7F, 0x40, 0x40, 0x40, 0x40}, {0x7F, 0x02, 0x0C, 0x02, 0x7F}, {0x7F, 0x04, 0x08, 0x10, 0x7F},
    {0x3E, 0x41, 0x41, 0x41, 0x3E}, {0x7F, 0x09, 0x09, 0x09, 0x06}, {0x3E, 0x41, 0x51, 0x21, 0x5E},
    {0x7F, 0x09, 0x19, 0x29, 0x46}, {0x46, 0x49, 0x49, 0x49, 0x31}, {0x01, 0x01, 0x7F, 0x01, 0x01},
    {0x3F, 0x40, 0x40, 0x40, 0x3F}, {0x1F, 0x20, 0x40, 0x20, 0x1F}, {0x3F, 0x40, 0x38, 0x40, 0x3F},
    {0x63, 0x14, 0x08, 0x14, 0x63}, {0x07, 0x08, 0x70, 0x08, 0x07}, {0x61, 0x51, 0x49, 0x45, 0x43},
}};

class Canvas {
 public:
  Canvas() : pixels_(static_cast<std::size_t>(kWidth) * kHeight) {}

  void rect(int x, int y, int w, int h, Color color) {
    for (int row = std::max(y, 0); row < std::min(y + h, kHeight); ++row) {
      for (int column = std::max(x, 0); column < std::min(x + w, kWidth); ++column) at(column, row) = color;
    }
  }
  // A shape whose left and right edges run straight from its top to its bottom.
  void trapezoid(int top, int left_top, int right_top, int bottom, int left_bottom, int right_bottom,
                 Color color) {
    for (int row = top; row < bottom; ++row) {
      const int left = left_top + (left_bottom - left_top) * (row - top) / std::max(bottom - top, 1);
      const int right = right_top + (right_bottom - right_top) * (row - top) / std::max(bottom - top, 1);
      rect(left, row, right - left, 1, color);
    }
  }
  void text(int x, int y, int scale, std::string_view words, Color color) {
    for (const char c : words) {
      const int glyph = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? 10 + c - 'A' : -1;
      for (int column = 0; glyph >= 0 && column < kGlyphWidth; ++column) {
        for (int row = 0; row < kGlyphHeight; ++row) {
          const auto bits = kGlyphs[static_cast<std::size_t>(glyph)][static_cast<std::size_t>(column)];
          if ((bits >> row & 1) != 0) rect(x + column * scale, y + row * scale, scale, scale, color);
        }
      }
      x += (kGlyphWidth + 1) * scale;
    }
  }
  vision::Frame frame() const {
    return *vision::frame_from_bgr(std::as_bytes(std::span(pixels_)), kWidth, kHeight);
  }

 private:
  Color& at(int x, int y) {
    return pixels_[static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)];
  }
  std::vector<Color> pixels_;
};

static_assert(sizeof(Color) == 3);

Color paint(const std::string& name) {
  struct Named {
    std::string_view name;
    Color color;
  };
  static constexpr Named kPaints[] = {
      {"black", {38, 34, 32}},     {"white", {236, 238, 238}}, {"gray", {118, 116, 112}},
      {"silver", {196, 192, 188}}, {"red", {44, 38, 176}},     {"blue", {150, 84, 40}},
      {"green", {70, 104, 46}},    {"yellow", {48, 200, 236}}, {"orange", {36, 120, 226}},
      {"brown", {44, 66, 98}},     {"beige", {160, 190, 208}},
  };
  for (const Named& named : kPaints) {
    if (named.name == name) return named.color;
  }
  return {128, 128, 128};
}

Color shade(Color color, double by) {
  const auto part = [&](std::uint8_t value) {
    return static_cast<std::uint8_t>(std::clamp(value * by, 0.0, 255.0));
  };
  return {part(color.blue), part(color.green), part(color.red)};
}

struct Shape {
  int width = 230, height = 96, roof = 70, inset = 34;  // of the body and of the cabin above it
};
Shape shape_of(const std::string& body) {
  if (body == "suv") return {236, 112, 78, 22};
  if (body == "pickup") return {244, 116, 72, 40};
  if (body == "van" || body == "minivan") return {236, 110, 104, 10};
  if (body == "truck" || body == "bus") return {256, 128, 120, 4};
  if (body == "hatchback" || body == "wagon") return {216, 96, 72, 22};
  if (body == "motorcycle") return {80, 90, 60, 20};
  return {};
}

}  // namespace

DemoPicture draw_vehicle(const std::string& plate, const std::string& body, const std::string& color,
                         bool from_behind, bool dark, const std::string& caption) {
  const double light = dark ? 0.35 : 1.0;
  Canvas canvas;
  canvas.rect(0, 0, kWidth, 150, shade({224, 206, 190}, light));
  canvas.rect(0, 110, kWidth, kHeight - 110, shade({96, 122, 98}, light));
  canvas.trapezoid(150, 60, kWidth - 60, kHeight, -120, kWidth + 120, shade({96, 94, 92}, light));
  for (int y = 160; y < kHeight; y += 40)
    canvas.rect(kWidth / 2 - 2, y, 5, 20, shade({220, 220, 220}, light));

  const Shape shape = shape_of(body);
  const Color coat = shade(paint(color), dark ? 0.55 : 1.0);
  const int left = (kWidth - shape.width) / 2, bottom = 270, top = bottom - shape.height;
  canvas.rect(left + 14, bottom - 8, 34, 24, {24, 24, 24});
  canvas.rect(left + shape.width - 48, bottom - 8, 34, 24, {24, 24, 24});
  canvas.trapezoid(top - shape.roof, left + shape.inset + 12, left + shape.width - shape.inset - 12, top,
                   left + shape.inset - 8, left + shape.width - shape.inset + 8, coat);
  canvas.trapezoid(top - shape.roof + 10, left + shape.inset + 24, left + shape.width - shape.inset - 24,
                   top - 6, left + shape.inset + 8, left + shape.width - shape.inset - 8,
                   shade({72, 62, 54}, dark ? 0.6 : 1.0));
  canvas.trapezoid(top, left + 4, left + shape.width - 4, bottom, left, left + shape.width, coat);
  canvas.rect(left, bottom - 22, shape.width, 14, shade(coat, 0.7));
  const Color lamp = from_behind ? Color{40, 36, 200} : Color{210, 240, 250};
  canvas.rect(left + 8, top + 14, 34, 18, lamp);
  canvas.rect(left + shape.width - 42, top + 14, 34, 18, lamp);

  constexpr int kScale = 2, kMargin = 6;
  const int text_width = static_cast<int>(plate.size()) * (kGlyphWidth + 1) * kScale - kScale;
  const int plate_width = std::max(96, text_width + 2 * kMargin);
  const vision::Box plate_px{(kWidth - plate_width) / 2, bottom - 62, plate_width,
                             kGlyphHeight * kScale + 2 * kMargin};
  canvas.rect(plate_px.x - 2, plate_px.y - 2, plate_px.w + 4, plate_px.h + 4, {40, 40, 40});
  canvas.rect(plate_px.x, plate_px.y, plate_px.w, plate_px.h, {240, 242, 244});
  canvas.text(kWidth / 2 - text_width / 2, plate_px.y + kMargin, kScale, plate, {110, 52, 24});

  canvas.rect(0, 0, kWidth, 22, {40, 36, 32});
  canvas.text(8, 4, 2, "DEMO", {90, 200, 250});
  canvas.text(72, 4, 2, caption, {220, 220, 220});
  const vision::Box vehicle{left, top - shape.roof, shape.width, shape.height + shape.roof + 16};
  return {canvas.frame(), plate_px, vehicle};
}

}  // namespace glasshouse::app
