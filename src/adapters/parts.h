// Inside adapters only: what the formats have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "adapters/adapters.h"

namespace glasshouse::adapters {

tl::unexpected<base::Error> bad_message(std::string why, std::string next = {});

// Within maxima of depth and size; kBadMessage.
base::Result<nlohmann::json> parse_json(std::string_view text);

// One part of a multipart/form-data body. Views into the body.
struct Part {
  std::string_view name, type, body;
};
// All parts, at most 40; empty when the content type is another, or the body has no such parts.
std::vector<Part> parts_of(std::string_view content_type, std::string_view body);

// Members of objects that may be absent or of another type.
std::string text_at(const nlohmann::json& object, const char* name);  // "" when absent; numbers as text
double number_at(const nlohmann::json& object, const char* name, double otherwise = 0);
const nlohmann::json& object_at(const nlohmann::json& object, const char* name);  // {} when absent
const nlohmann::json& list_at(const nlohmann::json& object, const char* name);    // [] when absent

double share_of(double value);         // confidences come as 0..1 or 0..100
base::Time time_of_seconds(double s);  // since 1970; what is out of range becomes the epoch
// RFC 3339, or "2026-11-22 17:04:31" with or without an offset; without one it is UTC.
std::optional<base::Time> time_of_text(std::string_view text);
// Whether a vehicle can have been seen then: from 1 Jan 2000 to ten minutes from now.
bool is_plausible(base::Time at, base::Time now);

std::string region_of(std::string_view code);  // "VA", "us-va", "Virginia" to "us-va"; else "unknown"
std::string color_of(std::string_view word);   // to our words, "unknown" where there is none
std::string body_of(std::string_view word);
std::string make_of(std::string_view word);

// Puts a sighting in, or says in words why it is none. plate is as the sender writes it.
void add(Taken& taken, Sighting sighting, std::string_view plate, base::Time now);

base::Result<Taken> take_rekor(std::string_view body, base::Time now);
base::Result<Taken> take_flock(std::string_view body, base::Time now);
base::Result<Taken> take_blue_iris(std::string_view body, base::Time now);
base::Result<Taken> take_frigate(std::string_view body, base::Time now);
base::Result<Taken> take_plate_recognizer(std::string_view type, std::string_view body, base::Time now);
base::Result<Taken> take_hikvision(std::string_view type, std::string_view body, base::Time now);
base::Result<Taken> take_onvif(std::string_view body, base::Time now);

}  // namespace glasshouse::adapters
