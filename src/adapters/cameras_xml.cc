// Senders of XML: Hikvision's ISAPI, and ONVIF Profile M.
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "adapters/parts.h"
#include "adapters/xml.h"

namespace glasshouse::adapters {
namespace {

constexpr std::int64_t kObjectTermMs = 10 * 60'000;

double number_of(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::string or_else(std::string first, std::string second) {
  return first.empty() ? std::move(second) : std::move(first);
}

// The Likelihood that ONVIF puts beside a value, 0 when there is none.
double likelihood_of(const Element* element) {
  return element == nullptr ? 0 : number_of(element->attribute("Likelihood"));
}

}  // namespace

base::Result<Taken> take_hikvision(std::string_view type, std::string_view body, base::Time now) {
  // Alone, or as a part of a form with the pictures.
  std::string_view text = body;
  bool with_picture = false;
  for (const Part& part : parts_of(type, body)) {
    const bool is_xml = part.type.find("xml") != std::string_view::npos;
    if (is_xml) text = part.body;
    with_picture = with_picture || part.type.find("image/") != std::string_view::npos;
  }
  const auto parsed = parse_xml(text);
  if (!parsed) return tl::unexpected(parsed.error());
  const Element* alert = parsed->child("EventNotificationAlert");
  if (alert == nullptr) return bad_message("It is no EventNotificationAlert");
  Taken taken;
  const Element* anpr = alert->child("ANPR");
  if (anpr == nullptr) {
    taken.skipped.emplace_back("It is an event of another kind, without ANPR.");
    return taken;
  }
  Sighting sighting;
  sighting.camera = or_else(alert->text_of("channelName"), alert->text_of("channelID"));
  sighting.event = alert->text_of("UUID");
  sighting.captured_at = time_of_text(alert->text_of("dateTime")).value_or(base::Time{});
  sighting.confidence = number_of(anpr->text_of("confidenceLevel"));
  sighting.region = region_of(anpr->text_of("state"));
  if (const Element* vehicle = anpr->child("vehicleInfo"))
    sighting.color = color_of(vehicle->text_of("color"));
  sighting.body = body_of(anpr->text_of("vehicleType"));
  sighting.had_picture = with_picture;
  add(taken, std::move(sighting), anpr->text_of("licensePlate"), now);
  return taken;
}

base::Result<Taken> take_onvif(std::string_view body, base::Time now) {
  const auto parsed = parse_xml(body);
  if (!parsed) return tl::unexpected(parsed.error());
  std::vector<const Element*> frames;
  parsed->find_all("Frame", frames);
  if (frames.empty()) return bad_message("It holds no Frame of a metadata stream");
  const Element* analytics = parsed->find("VideoAnalytics");
  Taken taken;
  for (const Element* frame : frames) {
    const auto at = time_of_text(frame->attribute("UtcTime"));
    std::vector<const Element*> objects;
    frame->find_all("Object", objects);
    for (const Element* object : objects) {
      const Element* info = object->find("LicensePlateInfo");
      if (info == nullptr) {
        taken.skipped.emplace_back("An object without a plate.");
        continue;
      }
      const Element* number = info->child("PlateNumber");
      Sighting sighting;
      sighting.camera = analytics == nullptr ? std::string() : analytics->attribute("Source");
      sighting.captured_at = at.value_or(base::Time{});
      const std::string id = object->attribute("ObjectId");
      // An object stands in many frames, and its number comes again after the camera started anew.
      if (!id.empty() && at)
        sighting.event =
            id + "/" + info->text_of("PlateNumber") + "/" + std::to_string(base::to_ms(*at) / kObjectTermMs);
      sighting.confidence = likelihood_of(number);
      sighting.region = region_of(info->text_of("IssuingEntity"));
      if (const Element* vehicle = object->find("VehicleInfo")) {
        sighting.body = body_of(vehicle->text_of("Type"));
        sighting.make = make_of(vehicle->text_of("Brand"));
      }
      add(taken, std::move(sighting), info->text_of("PlateNumber"), now);
    }
  }
  return taken;
}

}  // namespace glasshouse::adapters
