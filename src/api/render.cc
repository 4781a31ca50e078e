// Shapes that several resources share, and the one a camera uploads.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/json.h"
#include "base/id.h"
#include "crypto/crypto.h"
#include "hotlist/entry_check.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

// A float as short as it was measured: 0.97, not 0.9700000286102295.
double tidy(float value) {
  return std::round(static_cast<double>(value) * 10000.0) / 10000.0;
}

Json render_box(const reads::Box& box) {
  return {{"x", box.x}, {"y", box.y}, {"w", box.w}, {"h", box.h}};
}

Json render_looks(const reads::Looks& looks) {
  Json shown{{"body", looks.body},
             {"color", looks.color},
             {"make", looks.make},
             {"vehicle_class", looks.vehicle_class},
             {"view", looks.view},
             {"body_confidence", tidy(looks.body_confidence)},
             {"color_confidence", tidy(looks.color_confidence)},
             {"make_confidence", tidy(looks.make_confidence)}};
  if (!looks.features.empty()) shown["features"] = looks.features;
  return shown;
}

Json render_plate(const reads::PlateReading& reading) {
  Json characters = Json::array();
  for (const auto& character : reading.characters) {
    Json alternatives = Json::array();
    for (const auto& other : character.alternatives) {
      alternatives.push_back(
          {{"value", std::string(1, other.value)}, {"confidence", tidy(other.confidence)}});
    }
    characters.push_back({{"value", std::string(1, character.value)},
                          {"confidence", tidy(character.confidence)},
                          {"alternatives", std::move(alternatives)}});
  }
  Json candidates = Json::array();
  for (const auto& candidate : reading.candidates) {
    candidates.push_back({{"text", candidate.text}, {"confidence", tidy(candidate.confidence)}});
  }
  return {{"text", reading.plate.text()},
          {"confidence", tidy(reading.confidence)},
          {"box", render_box(reading.box)},
          {"region", reading.region},
          {"region_confidence", tidy(reading.region_confidence)},
          {"characters", std::move(characters)},
          {"candidates", std::move(candidates)}};
}

Json render_correction(const reads::Correction& correction, People& people) {
  Json body{{"id", correction.id},
            {"plate", correction.plate.text()},
            {"reason", correction.reason},
            {"by", people.name(correction.officer_id)},
            {"at", base::format_rfc3339(correction.at)}};
  if (!correction.region.empty()) body["region"] = correction.region;
  if (correction.withdrawn) {
    body["withdrawn"] = {{"reason", correction.withdrawn->reason},
                         {"by", people.name(correction.withdrawn->officer_id)},
                         {"at", base::format_rfc3339(correction.withdrawn->at)}};
  }
  return body;
}

}  // namespace

Json render(const reads::Read& read, People& people) {
  Json body{{"id", read.id},
            {"camera_id", read.camera_id},
            {"captured_at", base::format_rfc3339(read.captured_at)},
            {"vehicle", render_looks(read.looks)},
            {"has_picture", read.has_picture},
            {"has_fingerprint", read.fingerprint.has_value()},
            {"corrections", Json::array()}};
  if (read.plate) body["plate"] = render_plate(*read.plate);
  if (read.vehicle_box) body["vehicle_box"] = render_box(*read.vehicle_box);
  if (read.picture_width > 0) body["picture_width"] = read.picture_width;
  if (read.picture_height > 0) body["picture_height"] = read.picture_height;
  for (const auto& correction : read.corrections)
    body["corrections"].push_back(render_correction(correction, people));
  return body;
}

Json render(const reads::MaskedRead& read) {
  return {{"id", read.id},
          {"camera_id", read.camera_id},
          {"captured_at", base::format_rfc3339(read.captured_at)},
          {"plate_chars", read.plate_chars},
          {"region", read.region},
          {"vehicle", render_looks(read.looks)},
          {"has_picture", read.has_picture}};
}

Json render(const alerts::Summary& alert, const std::string& camera_name) {
  Json body{{"id", alert.id},
            {"state", std::string(alerts::name_of(alert.state))},
            {"kind", std::string(hotlist::name_of(alert.kind))},
            {"rank", alert.rank},
            {"created_at", base::format_rfc3339(alert.created_at)},
            {"reads", alert.reads},
            {"last_read_at", base::format_rfc3339(alert.last_read_at)},
            {"camera_id", alert.camera_id},
            {"camera_name", camera_name},
            {"hotlist_name", alert.hotlist_name},
            {"list_stale", alert.list_stale},
            {"second_look", alert.second_look},
            {"looks_needed", alert.looks_needed},
            {"reason", alert.reason}};
  if (!alert.agency.empty()) body["agency"] = alert.agency;
  if (alert.list_as_of) body["list_as_of"] = base::format_rfc3339(*alert.list_as_of);
  return body;
}

Json render(const hotlist::NewEntry& entry) {
  Json body{{"plate", entry.plate},
            {"reason", entry.reason},
            {"case_number", entry.case_number},
            {"expires_at", base::format_rfc3339(entry.expires_at)}};
  const std::pair<const char*, const std::string&> optional[] = {{"region", entry.region},
                                                                 {"color", entry.color},
                                                                 {"body", entry.body},
                                                                 {"make", entry.make},
                                                                 {"note", entry.note}};
  for (const auto& [name, value] : optional) {
    if (!value.empty()) body[name] = value;
  }
  return body;
}

Json render(const hotlist::Entry& entry, People& people) {
  Json body = render(hotlist::draft_of(entry));
  body["id"] = entry.id;
  body["hotlist_id"] = entry.hotlist_id;
  body["pattern"] = entry.pattern;
  body["active"] = entry.active;
  body["added_by"] = people.name(entry.added_by);
  body["added_at"] = base::format_rfc3339(entry.added_at);
  if (!entry.ended_as.empty()) body["ended_as"] = entry.ended_as;
  return body;
}

namespace {

constexpr int kMaxPixels = 70000;  // of a side, as JPEG itself allows no more than 65,535
constexpr std::size_t kMaxCandidates = 10;
constexpr std::size_t kMaxAlternatives = 5;

// What a camera says is outside text too. Every reader below gives nothing when a value has another shape
// than the contract's.
bool number_in(const Json& object, const char* name, double least, double most, double& into) {
  const auto it = object.find(name);
  if (it == object.end()) return false;
  if (!it->is_number()) return false;
  into = it->get<double>();
  return into >= least && into <= most;
}

std::optional<float> confidence_in(const Json& object, const char* name) {
  double value = 0;
  if (!number_in(object, name, 0, 1, value)) return std::nullopt;
  return static_cast<float>(value);
}

std::optional<std::string> word_in(const Json& object, const char* name, std::size_t max_chars) {
  const auto it = object.find(name);
  if (it == object.end() || !it->is_string()) return std::nullopt;
  const auto& text = it->get_ref<const std::string&>();
  if (text.size() > max_chars) return std::nullopt;
  const bool plain =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
  return plain ? std::optional(text) : std::nullopt;
}

std::optional<reads::Box> box_in(const Json& object, const char* name) {
  const auto it = object.find(name);
  if (it == object.end() || !it->is_object()) return std::nullopt;
  double x = 0, y = 0, w = 0, h = 0;
  if (!number_in(*it, "x", -kMaxPixels, kMaxPixels, x) || !number_in(*it, "y", -kMaxPixels, kMaxPixels, y) ||
      !number_in(*it, "w", 0, kMaxPixels, w) || !number_in(*it, "h", 0, kMaxPixels, h)) {
    return std::nullopt;
  }
  return reads::Box{static_cast<int>(x), static_cast<int>(y), static_cast<int>(w), static_cast<int>(h)};
}

std::optional<char> character_in(const Json& object) {
  const auto text = word_in(object, "value", 1);
  if (!text || text->size() != 1 || plate::code_of(text->front()) < 1) return std::nullopt;
  return text->front();
}

bool characters_in(const Json& reading, reads::PlateReading& plate) {
  const auto it = reading.find("characters");
  if (it == reading.end() || !it->is_array() || it->size() > static_cast<std::size_t>(plate::kMaxChars))
    return false;
  for (const Json& item : *it) {
    if (!item.is_object()) return false;
    const auto value = character_in(item);
    const auto confidence = confidence_in(item, "confidence");
    const auto others = item.find("alternatives");
    if (!value || !confidence || others == item.end() || !others->is_array() ||
        others->size() > kMaxAlternatives) {
      return false;
    }
    reads::Character character{*value, *confidence, {}};
    for (const Json& other : *others) {
      if (!other.is_object()) return false;
      const auto letter = character_in(other);
      const auto likely = confidence_in(other, "confidence");
      if (!letter || !likely) return false;
      character.alternatives.push_back({*letter, *likely});
    }
    plate.characters.push_back(std::move(character));
  }
  return true;
}

bool candidates_in(const Json& reading, reads::PlateReading& plate) {
  const auto it = reading.find("candidates");
  if (it == reading.end() || !it->is_array() || it->size() > kMaxCandidates) return false;
  for (const Json& item : *it) {
    if (!item.is_object()) return false;
    const auto text = word_in(item, "text", static_cast<std::size_t>(plate::kMaxChars));
    const auto confidence = confidence_in(item, "confidence");
    if (!text || !confidence || !plate::Plate::parse(*text)) return false;
    plate.candidates.push_back({*text, *confidence});
  }
  return true;
}

std::optional<reads::PlateReading> plate_in(const Json& reading) {
  if (!reading.is_object()) return std::nullopt;
  reads::PlateReading plate;
  const auto text = word_in(reading, "text", static_cast<std::size_t>(plate::kMaxChars));
  const auto parsed = text ? plate::Plate::parse(*text) : std::nullopt;
  const auto confidence = confidence_in(reading, "confidence");
  const auto box = box_in(reading, "box");
  const auto region = word_in(reading, "region", 10);
  if (!parsed || !confidence || !box || !region) return std::nullopt;
  plate.plate = *parsed;
  plate.confidence = *confidence;
  plate.box = *box;
  plate.region = *region;
  plate.region_confidence = confidence_in(reading, "region_confidence").value_or(0);
  if (!characters_in(reading, plate) || !candidates_in(reading, plate)) return std::nullopt;
  return plate;
}

// False: it is not well formed. One of another version is left out: it could not be compared.
bool fingerprint_in(const Json& upload, std::optional<reads::Fingerprint>& into) {
  const auto vehicle = upload.find("vehicle");
  const auto it = vehicle == upload.end() ? upload.end() : vehicle->find("fingerprint");
  if (vehicle == upload.end() || it == vehicle->end()) return true;
  if (!it->is_object() || !it->contains("version") || !(*it)["version"].is_number_integer()) return false;
  if ((*it)["version"] != reads::kFingerprintVersion) return true;
  const auto vector = it->find("vector");
  if (vector == it->end() || !vector->is_string()) return false;
  const auto bytes = crypto::from_base64(vector->get_ref<const std::string&>());
  if (!bytes || bytes->size() != reads::kFingerprintSize) return false;
  std::copy(bytes->begin(), bytes->end(), into.emplace().begin());
  return true;
}

// False: it is not well formed. Words that are not known are kept, as those of the view are.
bool features_in(const Json& vehicle, std::vector<std::string>& into) {
  constexpr std::size_t kLongest = 30;
  const auto it = vehicle.find("features");
  if (it == vehicle.end()) return true;
  if (!it->is_array() || it->size() > reads::kMostFeatures) return false;
  for (const Json& item : *it) {
    if (!item.is_string()) return false;
    const auto& word = item.get_ref<const std::string&>();
    const bool is_word = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (word.empty() || word.size() > kLongest || !is_word) return false;
    into.push_back(word);
  }
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
  return true;
}

std::optional<reads::Looks> looks_in(const Json& upload) {
  const auto it = upload.find("vehicle");
  if (it == upload.end() || !it->is_object()) return std::nullopt;
  reads::Looks looks;
  const auto body = word_in(*it, "body", 20), color = word_in(*it, "color", 20),
             make = word_in(*it, "make", 30);
  if (!body || !color || !make) return std::nullopt;
  looks.body = *body;
  looks.color = *color;
  looks.make = *make;
  looks.vehicle_class = word_in(*it, "vehicle_class", 20).value_or("unknown");
  looks.view = word_in(*it, "view", 20).value_or("unknown");
  if (!features_in(*it, looks.features)) return std::nullopt;
  looks.body_confidence = confidence_in(*it, "body_confidence").value_or(0);
  looks.color_confidence = confidence_in(*it, "color_confidence").value_or(0);
  looks.make_confidence = confidence_in(*it, "make_confidence").value_or(0);
  return looks;
}

}  // namespace

base::Result<reads::Read> parse_read(const Json& upload, const std::string& camera_id) {
  const auto bad = [](const char* why) {
    return base::failure(Errc::kBadField, "The read is not well formed.", why);
  };
  if (!upload.is_object()) return bad("It is not an object.");
  reads::Read read;
  read.camera_id = camera_id;
  const auto id = word_in(upload, "id", 40);
  if (!id || !base::is_id(*id, "read")) return bad("Its id is not read_ and 26 characters.");
  read.id = *id;
  const auto at = word_in(upload, "captured_at", 40);
  const auto time = at ? base::parse_rfc3339(*at) : std::nullopt;
  if (!time) return bad("captured_at is not a time.");
  read.captured_at = *time;
  const auto looks = looks_in(upload);
  if (!looks) return bad("vehicle is not well formed.");
  read.looks = *looks;
  if (!fingerprint_in(upload, read.fingerprint)) return bad("vehicle.fingerprint is not well formed.");
  if (const auto it = upload.find("plate"); it != upload.end() && !it->is_null()) {
    read.plate = plate_in(*it);
    if (!read.plate) return bad("plate is not well formed.");
  }
  if (upload.contains("vehicle_box")) {
    read.vehicle_box = box_in(upload, "vehicle_box");
    if (!read.vehicle_box) return bad("vehicle_box is not well formed.");
  }
  double frames = 1, width = 0, height = 0;
  if (upload.contains("frames") && !number_in(upload, "frames", 1, 100000, frames))
    return bad("frames is out of range.");
  if (upload.contains("picture_width") && !number_in(upload, "picture_width", 0, kMaxPixels, width)) {
    return bad("picture_width is out of range.");
  }
  if (upload.contains("picture_height") && !number_in(upload, "picture_height", 0, kMaxPixels, height)) {
    return bad("picture_height is out of range.");
  }
  read.frames = static_cast<int>(frames);
  read.picture_width = static_cast<int>(width);
  read.picture_height = static_cast<int>(height);
  return read;
}

}  // namespace glasshouse::api
