// Senders of JSON: Rekor, Flock's shape, Blue Iris, Frigate, Plate Recognizer.
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/parts.h"

namespace glasshouse::adapters {
namespace {

using Json = nlohmann::json;

// The surest of a list of {name, confidence}.
std::string surest(const Json& list, const char* name, const char* confidence) {
  std::string best;
  double most = -1;
  for (const Json& one : list) {
    const double sure = number_at(one, confidence);
    if (sure > most) most = sure, best = text_at(one, name);
  }
  return best;
}

void add_candidates(Sighting& sighting, const Json& list, const char* text, const char* confidence) {
  for (const Json& one : list)
    sighting.candidates.push_back({text_at(one, text), number_at(one, confidence)});
}

bool has_text(const Json& object, const char* name) {
  return !text_at(object, name).empty();
}

// Blue Iris puts CodeProject's answer in as JSON, or as a text that holds JSON.
Json unpacked(const Json& object, const char* name) {
  const auto it = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || it == object.end()) return Json();
  if (!it->is_string()) return *it;
  auto inner = parse_json(it->get_ref<const std::string&>());
  return inner ? std::move(*inner) : Json();
}

// Every object with a plate, however deep CodeProject wrapped it.
void find_predictions(const Json& value, std::vector<const Json*>& found, int depth = 0) {
  if (depth > 8 || found.size() >= kMaxSightings) return;
  if (value.is_object() && has_text(value, "plate")) {
    found.push_back(&value);
    return;
  }
  if (value.is_structured()) {
    for (const Json& inner : value) find_predictions(inner, found, depth + 1);
  }
}

// {"value": …} lists of newer Plate Recognizer versions, or the plain text of older ones.
std::pair<std::string, double> first_value(const Json& props, const char* name) {
  const Json& list = list_at(props, name);
  if (list.empty()) return {};
  return {text_at(list.front(), "value"), number_at(list.front(), "score")};
}

Sighting result_of(const Json& result, std::string& plate) {
  Sighting sighting;
  const Json& nested = object_at(object_at(result, "plate"), "props");
  if (!nested.empty()) {
    std::tie(plate, sighting.confidence) = first_value(nested, "plate");
    sighting.region = region_of(first_value(nested, "region").first);
  } else {
    plate = text_at(result, "plate");
    sighting.confidence = number_at(result, "score");
    sighting.region = region_of(text_at(object_at(result, "region"), "code"));
    add_candidates(sighting, list_at(result, "candidates"), "plate", "score");
  }
  const Json& vehicle = object_at(result, "vehicle");
  const Json& props = object_at(vehicle, "props");
  sighting.body = body_of(text_at(vehicle, "type"));
  const std::string color = surest(list_at(result, "color"), "color", "score");
  sighting.color = color_of(color.empty() ? first_value(props, "color").first : color);
  const std::string make = surest(list_at(result, "model_make"), "make", "score");
  sighting.make = make_of(make.empty() ? surest(list_at(props, "make_model"), "make", "score") : make);
  return sighting;
}

}  // namespace

base::Result<Taken> take_rekor(std::string_view body, base::Time now) {
  auto parsed = parse_json(body);
  if (!parsed) return tl::unexpected(parsed.error());
  const std::string type = text_at(*parsed, "data_type");
  Taken taken;
  if (type == "heartbeat") {
    taken.skipped.emplace_back("It says that the agent lives.");
    return taken;
  }
  if (type != "alpr_group" && type != "alpr_alert") return bad_message("data_type is not one of Rekor's");
  // An alert carries its group within, or is one by itself.
  const Json& group =
      type == "alpr_alert" && parsed->contains("group") ? object_at(*parsed, "group") : *parsed;
  Sighting sighting;
  sighting.camera = text_at(group, "camera_id");
  const Json& ids = list_at(group, "uuids");
  sighting.event = text_at(group, "best_uuid");
  if (sighting.event.empty() && !ids.empty() && ids.front().is_string())
    sighting.event = ids.front().get<std::string>().substr(0, 200);
  sighting.captured_at = time_of_seconds(number_at(group, "epoch_start") / 1000);
  std::string plate = text_at(group, "best_plate_number");
  if (plate.empty()) plate = text_at(object_at(group, "best_plate"), "plate");
  if (plate.empty()) plate = text_at(group, "plate_number");
  sighting.confidence = number_at(group, "best_confidence");
  sighting.region = region_of(text_at(group, "best_region"));
  add_candidates(sighting, list_at(group, "candidates"), "plate", "confidence");
  const Json& vehicle = object_at(group, "vehicle");
  sighting.color = color_of(surest(list_at(vehicle, "color"), "name", "confidence"));
  sighting.body = body_of(surest(list_at(vehicle, "body_type"), "name", "confidence"));
  sighting.make = make_of(surest(list_at(vehicle, "make"), "name", "confidence"));
  sighting.had_picture = has_text(group, "vehicle_crop_jpeg");
  add(taken, std::move(sighting), plate, now);
  return taken;
}

base::Result<Taken> take_flock(std::string_view body, base::Time now) {
  auto parsed = parse_json(body);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!parsed->is_object() || !parsed->contains("ocr")) return bad_message("It has no ocr");
  const Json& ocr = object_at(*parsed, "ocr");
  Sighting sighting;
  sighting.camera = text_at(*parsed, "deviceExternalId");
  if (sighting.camera.empty()) sighting.camera = text_at(*parsed, "deviceName");
  sighting.event = text_at(*parsed, "objectId");
  const auto at = time_of_text(text_at(*parsed, "eventTime"));
  const double ms = number_at(*parsed, "eventTime");
  sighting.captured_at = at ? *at : time_of_seconds(ms > 1e11 ? ms / 1000 : ms);
  sighting.confidence = number_at(ocr, "labelConfidence");
  sighting.region = region_of(text_at(ocr, "state"));
  sighting.had_picture = has_text(*parsed, "imageUrl");
  Taken taken;
  add(taken, std::move(sighting), text_at(ocr, "label"), now);
  return taken;
}

base::Result<Taken> take_blue_iris(std::string_view body, base::Time now) {
  auto parsed = parse_json(body);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!parsed->is_object() || !parsed->contains("camera")) return bad_message("It has no camera");
  Sighting common;
  common.camera = text_at(*parsed, "camera");
  common.region = "unknown";
  const auto at = time_of_text(text_at(*parsed, "timestamp"));
  common.captured_at =
      at.value_or(now);  // Blue Iris writes times as its PC is set; what cannot be read is now
  common.had_picture = has_text(*parsed, "Image");
  const Json dump = unpacked(*parsed, "ai_dump");
  std::vector<const Json*> predictions;
  find_predictions(dump, predictions);
  Taken taken;
  for (const Json* one : predictions) {
    Sighting sighting = common;
    sighting.confidence = number_at(*one, "confidence");
    add(taken, std::move(sighting), text_at(*one, "plate"), now);
  }
  if (predictions.empty()) add(taken, common, text_at(*parsed, "plate_number"), now);
  return taken;
}

base::Result<Taken> take_frigate(std::string_view body, base::Time now) {
  auto parsed = parse_json(body);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!parsed->is_object()) return bad_message("It is no message of Frigate's");
  const std::string type = text_at(*parsed, "type");
  Taken taken;
  Sighting sighting;
  sighting.region = "unknown";
  if (type == "lpr") {  // frigate/tracked_object_update
    sighting.camera = text_at(*parsed, "camera");
    sighting.event = text_at(*parsed, "id");
    sighting.confidence = number_at(*parsed, "score");
    sighting.captured_at = time_of_seconds(number_at(*parsed, "timestamp"));
    add(taken, std::move(sighting), text_at(*parsed, "plate"), now);
    return taken;
  }
  if (!parsed->contains("after")) return bad_message("It has neither type lpr nor after");
  if (type != "end") {  // one passing is one read: the last word about it counts
    taken.skipped.emplace_back("The vehicle has not passed yet; the message at its end counts.");
    return taken;
  }
  const Json& after = object_at(*parsed, "after");
  sighting.camera = text_at(after, "camera");
  sighting.event = text_at(after, "id");
  sighting.captured_at = time_of_seconds(number_at(after, "start_time"));
  // Newer versions send [text, score].
  std::string plate = text_at(after, "recognized_license_plate");
  sighting.confidence = number_at(after, "recognized_license_plate_score");
  const Json& pair = list_at(after, "recognized_license_plate");
  if (pair.size() == 2 && pair[0].is_string()) {
    plate = pair[0].get<std::string>().substr(0, 40);
    sighting.confidence = pair[1].is_number() ? pair[1].get<double>() : 0;
  }
  sighting.had_picture = after.value("has_snapshot", Json()) == true;
  add(taken, std::move(sighting), plate, now);
  return taken;
}

base::Result<Taken> take_plate_recognizer(std::string_view type, std::string_view body, base::Time now) {
  // With a picture the JSON is the part "json" of a form.
  bool with_picture = false;
  std::string_view text = body;
  for (const Part& part : parts_of(type, body)) {
    if (part.name == "json") text = part.body;
    if (part.name == "upload") with_picture = true;
  }
  auto parsed = parse_json(text);
  if (!parsed) return tl::unexpected(parsed.error());
  const Json& data = object_at(*parsed, "data");
  if (!data.contains("results")) return bad_message("It has no data.results");
  const auto at = time_of_text(text_at(data, "timestamp"));
  Taken taken;
  for (const Json& result : list_at(data, "results")) {
    std::string plate;
    Sighting sighting = result_of(result, plate);
    sighting.camera = text_at(data, "camera_id");
    sighting.captured_at = at.value_or(base::Time{});
    sighting.had_picture = with_picture;
    const std::string file = text_at(data, "filename");
    if (!file.empty()) sighting.event = file + "/" + plate;
    add(taken, std::move(sighting), plate, now);
  }
  return taken;
}

}  // namespace glasshouse::adapters
