#include "adapters/adapters.h"

#include <array>

#include "adapters/parts.h"

namespace glasshouse::adapters {
namespace {

struct Known {
  Kind kind;
  std::string_view name, title;
};
constexpr std::array<Known, 7> kKnown{
    {{Kind::kRekor, "rekor", "OpenALPR / Rekor web hook"},
     {Kind::kFlock, "flock", "Web hook in Flock's shape"},
     {Kind::kBlueIris, "blue-iris", "Blue Iris with CodeProject.AI"},
     {Kind::kFrigate, "frigate", "Frigate"},
     {Kind::kPlateRecognizer, "plate-recognizer", "Plate Recognizer Stream"},
     {Kind::kHikvision, "hikvision", "Hikvision ISAPI"},
     {Kind::kOnvif, "onvif", "ONVIF Profile M metadata"}}};
constexpr std::array<Kind, 7> kKinds{Kind::kRekor,   Kind::kFlock,           Kind::kBlueIris,
                                     Kind::kFrigate, Kind::kPlateRecognizer, Kind::kHikvision,
                                     Kind::kOnvif};

}  // namespace

std::string_view name_of(Kind kind) {
  return kKnown[static_cast<std::size_t>(kind)].name;
}
std::string_view title_of(Kind kind) {
  return kKnown[static_cast<std::size_t>(kind)].title;
}
std::optional<Kind> kind_named(std::string_view name) {
  for (const Known& known : kKnown) {
    if (known.name == name) return known.kind;
  }
  return std::nullopt;
}
std::span<const Kind> all_kinds() {
  return kKinds;
}

base::Result<Taken> take(Kind kind, std::string_view content_type, std::string_view body, base::Time now) {
  if (body.size() > kMaxMessageBytes) return bad_message("It is larger than 12 MB");
  switch (kind) {
    case Kind::kRekor:
      return take_rekor(body, now);
    case Kind::kFlock:
      return take_flock(body, now);
    case Kind::kBlueIris:
      return take_blue_iris(body, now);
    case Kind::kFrigate:
      return take_frigate(body, now);
    case Kind::kPlateRecognizer:
      return take_plate_recognizer(content_type, body, now);
    case Kind::kHikvision:
      return take_hikvision(content_type, body, now);
    case Kind::kOnvif:
      return take_onvif(body, now);
  }
  return bad_message("Its kind is not known");
}

}  // namespace glasshouse::adapters
