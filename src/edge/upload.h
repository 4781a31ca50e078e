// What is sent of a passing: the ReadUpload of api/openapi.yaml as JSON text, with its picture, sealed, and
// its preview.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "edge/sealer.h"
#include "vision/picture.h"
#include "vision/reader.h"

namespace glasshouse::edge {

inline constexpr int kPictureSide = 1280;  // px, the longer side
inline constexpr int kPictureQuality = 85;
inline constexpr int kPreviewSide = 64;        // px at most
inline constexpr int kPreviewPlateWidth = 10;  // px that a plate may span there: about 1.4 a character
inline constexpr int kPreviewQuality = 60;

struct Seen {
  std::string id;  // "read_…"
  base::Time captured_at;
  std::optional<vision::PlateReading> plate;  // boxes in pixels of `frame`
  vision::VehicleLooks vehicle;
  vision::Frame frame;  // empty: the read goes without a picture
  int frames = 1;
};

// JSON text of one ReadUpload. Boxes are scaled to the picture that is sent. A picture that cannot be sealed
// is left out, and logged: no open one is ever in the text.
base::Result<std::string> upload_text(const Seen& seen, Sealer& sealer);

// Whether a ReadUpload that another program wrote holds a picture in the clear.
bool holds_open_picture(std::string_view text);
// The same with its picture sealed; it is left out where it is no JPEG in base64. A text that is no
// ReadUpload stays as it is: the server refuses it. SealErrc when the sealer cannot seal now.
base::Result<std::string> with_picture_sealed(std::string text, Sealer& sealer);

// What is sent of several ReadUploads: their JSON with the pictures in parts of their own, as bytes and not
// in base64 (docs/formats/read-batch.md), or as they stand, all in the JSON, for a server that knows no other
// way.
struct BatchBody {
  std::string type, body;
};
BatchBody batch_in_parts(const std::vector<std::string_view>& uploads);
BatchBody batch_as_json(const std::vector<std::string_view>& uploads);

// How large the preview may be, so that no plate in a picture of this size can be read.
int preview_side(int width, int height, const std::optional<vision::Box>& plate_box_px);

// An id that the same bytes always get: for pictures that may be read again after a crash.
std::string id_of_content(base::Time time, std::string_view bytes, int index);

}  // namespace glasshouse::edge
