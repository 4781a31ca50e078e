#include "edge/upload.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "net/multipart.h"

namespace glasshouse::edge {
namespace {

using Json = nlohmann::json;

// Three digits, as a number that prints with three digits.
double rounded(float value) {
  return std::round(std::clamp(static_cast<double>(value), 0.0, 1.0) * 1000) / 1000;
}

Json box_json(const vision::Box& box, double scale) {
  const auto scaled = [&](int value) { return static_cast<int>(std::lround(value * scale)); };
  return {{"x", scaled(box.x)}, {"y", scaled(box.y)}, {"w", scaled(box.w)}, {"h", scaled(box.h)}};
}

Json plate_json(const vision::PlateReading& plate, double scale) {
  Json characters = Json::array(), candidates = Json::array();
  for (const auto& character : plate.characters) {
    Json alternatives = Json::array();
    for (const auto& other : character.alternatives) {
      alternatives.push_back(
          {{"value", std::string(1, other.value)}, {"confidence", rounded(other.confidence)}});
    }
    characters.push_back({{"value", std::string(1, character.value)},
                          {"confidence", rounded(character.confidence)},
                          {"alternatives", std::move(alternatives)}});
  }
  for (const auto& candidate : plate.candidates) {
    candidates.push_back({{"text", candidate.text}, {"confidence", rounded(candidate.confidence)}});
  }
  return {{"text", plate.text},
          {"confidence", rounded(plate.confidence)},
          {"box", box_json(plate.box_px, scale)},
          {"region", plate.region},
          {"region_confidence", rounded(plate.region_confidence)},
          {"characters", std::move(characters)},
          {"candidates", std::move(candidates)}};
}

Json looks_json(const vision::VehicleLooks& looks) {
  Json vehicle{{"body", looks.body},
               {"color", looks.color},
               {"make", looks.make},
               {"vehicle_class", looks.vehicle_class},
               {"view", looks.view},
               {"body_confidence", rounded(looks.body_confidence)},
               {"color_confidence", rounded(looks.color_confidence)},
               {"make_confidence", rounded(looks.make_confidence)}};
  if (!looks.features.empty()) vehicle["features"] = looks.features;
  if (looks.fingerprint) {
    const auto& numbers = *looks.fingerprint;
    vehicle["fingerprint"] = {
        {"version", vision::kFingerprintVersion},
        {"vector", crypto::base64({reinterpret_cast<const char*>(numbers.data()), numbers.size()})}};
  }
  return vehicle;
}

constexpr const char* kOpenPicture = "picture_jpeg";

base::Result<void> put_sealed(Json& body, const std::string& id, base::Time captured_at,
                              std::string_view jpeg, Sealer& sealer) {
  const auto sealed = sealer.seal(id, captured_at, jpeg);
  if (!sealed) return tl::unexpected(sealed.error());
  body["picture_sealed"] = crypto::base64(sealed->file);
  body["picture_manifest"] = sealed->manifest;
  return {};
}

}  // namespace

BatchBody batch_as_json(const std::vector<std::string_view>& uploads) {
  BatchBody batch{"application/json", "{\"reads\":["};
  for (const std::string_view& upload : uploads) {
    if (&upload != uploads.data()) batch.body += ',';
    batch.body += upload;
  }
  batch.body += "]}";
  return batch;
}

BatchBody batch_in_parts(const std::vector<std::string_view>& uploads) {
  std::vector<std::string> texts, names, pictures;
  for (const std::string_view text : uploads) {
    texts.emplace_back(text);
    Json body = Json::parse(text, nullptr, false);
    const auto sealed = body.is_object() ? body.find("picture_sealed") : body.end();
    if (sealed == body.end() || !sealed->is_string()) continue;
    auto bytes = crypto::from_base64(sealed->get_ref<const std::string&>());
    if (!bytes) continue;  // the server says what is wrong with it
    names.push_back("p" + std::to_string(texts.size()));
    pictures.push_back(std::move(*bytes));
    body.erase(sealed);
    body["picture_part"] = names.back();
    texts.back() = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  BatchBody json = batch_as_json({texts.begin(), texts.end()});
  if (pictures.empty()) return json;
  std::vector<net::Part> parts{{"reads", json.type, json.body}};
  for (std::size_t i = 0; i < pictures.size(); ++i)
    parts.push_back({names[i], "application/age", pictures[i]});
  const std::string boundary = crypto::hex(crypto::random_bytes(16));
  return {net::multipart_type(boundary), net::write_multipart(parts, boundary)};
}

int preview_side(int width, int height, const std::optional<vision::Box>& plate_box_px) {
  const int longer = std::max({width, height, 1});
  int side = std::min(kPreviewSide, longer);
  if (plate_box_px && plate_box_px->w > 0) {
    side =
        std::min(side, static_cast<int>(static_cast<double>(longer) * kPreviewPlateWidth / plate_box_px->w));
  }
  return std::max(side, 8);
}

std::string id_of_content(base::Time time, std::string_view bytes, int index) {
  constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";
  const crypto::Hash hash = crypto::sha256(std::string(bytes) + "#" + std::to_string(index));
  std::array<std::uint8_t, 16> id{};
  const auto ms = static_cast<std::uint64_t>(base::to_ms(time));
  for (int i = 0; i < 6; ++i)
    id[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
  std::copy(hash.begin(), hash.begin() + 10, id.begin() + 6);
  std::string text = "read_";
  for (int digit = 0; digit < 26; ++digit) {  // 130 bits: two zero bits in front
    int value = 0;
    for (int bit = 0; bit < 5; ++bit) {
      const int place = digit * 5 + bit - 2;
      const int set = place < 0 ? 0 : id[static_cast<std::size_t>(place / 8)] >> (7 - place % 8) & 1;
      value = value << 1 | set;
    }
    text += kCrockford[static_cast<std::size_t>(value)];
  }
  return text;
}

bool holds_open_picture(std::string_view text) {
  return text.find(std::string("\"") + kOpenPicture + "\"") != std::string_view::npos;
}

base::Result<std::string> with_picture_sealed(std::string text, Sealer& sealer) {
  Json body = Json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains(kOpenPicture)) return text;
  const Json picture = body[kOpenPicture], id = body.value("id", Json()),
             at = body.value("captured_at", Json());
  const auto jpeg = picture.is_string() ? crypto::from_base64(picture.get_ref<const std::string&>())
                                        : crypto::from_base64("?");
  const auto captured_at = at.is_string() ? base::parse_rfc3339(at.get<std::string>()) : std::nullopt;
  body.erase(kOpenPicture);
  if (jpeg && jpeg->starts_with("\xFF\xD8\xFF") && captured_at && id.is_string() &&
      base::is_id(id.get<std::string>(), "read")) {
    if (auto put = put_sealed(body, id.get<std::string>(), *captured_at, *jpeg, sealer); !put)
      return tl::unexpected(put.error());
  }
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<std::string> upload_text(const Seen& seen, Sealer& sealer) {
  Json body{{"id", seen.id},
            {"captured_at", base::format_rfc3339(seen.captured_at)},
            {"vehicle", looks_json(seen.vehicle)},
            {"frames", std::max(seen.frames, 1)}};
  double scale = 1;
  if (!seen.frame.empty()) {
    const int width = seen.frame.width(), height = seen.frame.height();
    const int longer = std::max(width, height);
    if (longer > kPictureSide) scale = static_cast<double>(kPictureSide) / longer;
    std::optional<vision::Box> plate_box;
    if (seen.plate) plate_box = seen.plate->box_px;
    const auto picture = vision::encode_jpeg(seen.frame, kPictureQuality, kPictureSide);
    if (!picture) return tl::unexpected(picture.error());
    const auto preview =
        vision::encode_jpeg(seen.frame, kPreviewQuality, preview_side(width, height, plate_box));
    if (!preview) return tl::unexpected(preview.error());
    if (auto put = put_sealed(body, seen.id, seen.captured_at, *picture, sealer); !put) {
      base::log(base::Level::kError, "edge", "a read goes without its picture: " + put.error().message());
    }
    body["preview_jpeg"] = crypto::base64(*preview);
    body["picture_width"] = static_cast<int>(std::lround(width * scale));
    body["picture_height"] = static_cast<int>(std::lround(height * scale));
  }
  if (seen.plate) body["plate"] = plate_json(*seen.plate, scale);
  if (seen.vehicle.box_px.w > 0) body["vehicle_box"] = box_json(seen.vehicle.box_px, scale);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace glasshouse::edge
