#include "adapters/parts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/vehicle_words.h"

namespace glasshouse::adapters {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxParts = 40;
constexpr std::size_t kMaxWordBytes = 200;

std::string known_or_unknown(std::string word) {
  return word.empty() ? "unknown" : word;
}

std::string trimmed_header(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return std::string(text);
}

// The value of name= in a header, with or without quotation marks.
std::string_view parameter(std::string_view header, std::string_view name) {
  std::size_t at = 0;
  while ((at = header.find(name, at)) != std::string_view::npos) {
    const bool begins = at == 0 || header[at - 1] == ';' || header[at - 1] == ' ';
    const std::size_t equals = at + name.size();
    at = equals;
    if (!begins || equals >= header.size() || header[equals] != '=') continue;
    std::string_view value = header.substr(equals + 1);
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      return value.substr(0, value.find('"'));
    }
    return value.substr(0, value.find_first_of("; \t\r\n"));
  }
  return {};
}

Part part_from(std::string_view headers, std::string_view body) {
  Part part;
  part.body = body;
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find('\n'), headers.size());
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 1, headers.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = base::folded_word(line.substr(0, colon));
    if (name == "contentdisposition") part.name = parameter(line, "name");
    if (name == "contenttype") part.type = line.substr(colon + 1);
  }
  return part;
}

}  // namespace

tl::unexpected<base::Error> bad_message(std::string why, std::string next) {
  if (next.empty()) next = "Check that the source is of the kind that its address says.";
  return base::failure(Errc::kBadMessage, "The message cannot be read", std::move(why), std::move(next));
}

base::Result<Json> parse_json(std::string_view text) {
  bool deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kMaxDepth;
    return !deep;
  };
  Json parsed = Json::parse(text.begin(), text.end(), watch, false);
  if (deep) return bad_message("It is nested too deeply");
  if (parsed.is_discarded()) return bad_message("It is no JSON");
  return parsed;
}

std::vector<Part> parts_of(std::string_view content_type, std::string_view body) {
  std::vector<Part> parts;
  if (!base::folded_word(content_type.substr(0, content_type.find(';'))).starts_with("multipart"))
    return parts;
  const std::string boundary = "--" + std::string(parameter(content_type, "boundary"));
  if (boundary.size() < 3 || boundary.size() > 80) return parts;
  std::size_t at = body.find(boundary);
  while (at != std::string_view::npos && parts.size() < kMaxParts) {
    at += boundary.size();
    if (body.substr(at, 2) == "--") break;
    const std::size_t start = body.find('\n', at);
    const std::size_t next = body.find("\n" + boundary, at);
    if (start == std::string_view::npos || next == std::string_view::npos || start > next) break;
    std::string_view whole = body.substr(start + 1, next - start - 1);
    if (whole.ends_with('\r')) whole.remove_suffix(1);
    std::size_t blank = whole.find("\r\n\r\n"), gap = 4;
    if (blank == std::string_view::npos) blank = whole.find("\n\n"), gap = 2;
    if (blank != std::string_view::npos)
      parts.push_back(part_from(whole.substr(0, blank), whole.substr(blank + gap)));
    at = next + 1;
  }
  return parts;
}

std::string text_at(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto it = object.find(name);
  if (it == object.end()) return {};
  if (it->is_string()) return it->get<std::string>().substr(0, kMaxWordBytes);
  return it->is_number() ? it->dump() : std::string();
}

double number_at(const Json& object, const char* name, double otherwise) {
  if (!object.is_object()) return otherwise;
  const auto it = object.find(name);
  if (it == object.end()) return otherwise;
  if (it->is_number()) return it->get<double>();
  if (!it->is_string()) return otherwise;
  const std::string text = it->get<std::string>().substr(0, 40);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? otherwise : value;
}

const Json& object_at(const Json& object, const char* name) {
  static const Json nothing = Json::object();
  if (!object.is_object()) return nothing;
  const auto it = object.find(name);
  return it != object.end() && it->is_object() ? *it : nothing;
}

const Json& list_at(const Json& object, const char* name) {
  static const Json nothing = Json::array();
  if (!object.is_object()) return nothing;
  const auto it = object.find(name);
  return it != object.end() && it->is_array() ? *it : nothing;
}

double share_of(double value) {
  if (!std::isfinite(value) || value <= 0) return 0;
  return value <= 1 ? value : std::min(value / 100, 1.0);
}

base::Time time_of_seconds(double s) {
  constexpr double kLast = 253'402'300'799;  // the year 9999
  if (!std::isfinite(s) || s < 0 || s > kLast) return {};
  return base::from_ms(static_cast<std::int64_t>(s * 1000));
}

std::optional<base::Time> time_of_text(std::string_view given) {
  std::string text = trimmed_header(given.substr(0, 60));
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  std::erase(text, ' ');
  // Fractions of any length to milliseconds.
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", dot + 1), text.size());
    std::string fraction = text.substr(dot + 1, end - dot - 1);
    fraction.resize(3, '0');
    text = text.substr(0, dot + 1) + fraction + text.substr(end);
  }
  // "+0800" to "+08:00"
  const std::size_t sign = text.find_last_of("+-");
  if (text.size() > 19 && sign != std::string::npos && sign >= 19 && text.size() - sign == 5)
    text.insert(sign + 3, ":");
  if (auto time = base::parse_rfc3339(text)) return time;
  return base::parse_rfc3339(text + "Z");
}

bool is_plausible(base::Time at, base::Time now) {
  static const base::Time kFirst = base::from_ms(946'684'800'000);  // 1 Jan 2000
  return at >= kFirst && at <= now + std::chrono::minutes(10);
}

std::string region_of(std::string_view code) {
  return known_or_unknown(base::region_of_word(code));
}
std::string color_of(std::string_view word) {
  return known_or_unknown(base::color_of_word(word));
}
std::string body_of(std::string_view word) {
  return known_or_unknown(base::body_of_word(word));
}
std::string make_of(std::string_view word) {
  if (std::string known = base::make_of_word(word); !known.empty()) return known;
  const std::string make = base::folded_word(word);
  return make.empty() || make.size() > 30 ? "unknown" : make;
}

void add(Taken& taken, Sighting sighting, std::string_view plate, base::Time now) {
  const auto skip = [&](const char* why) { taken.skipped.emplace_back(why); };
  if (taken.sightings.size() >= kMaxSightings) return skip("The message holds more than 100 vehicles.");
  if (!is_plausible(sighting.captured_at, now)) return skip("Its time is missing or lies in the future.");
  const auto parsed = plate::Plate::parse_lenient(plate);
  if (!parsed) return skip("It has no plate of 1 to 10 letters and digits.");
  sighting.plate = *parsed;
  sighting.confidence = share_of(sighting.confidence);
  if (sighting.candidates.size() > 10) sighting.candidates.resize(10);
  for (Candidate& one : sighting.candidates) {
    const auto text = plate::Plate::parse_lenient(one.text);
    one.text = text ? text->text() : std::string();
    one.confidence = share_of(one.confidence);
  }
  std::erase_if(sighting.candidates, [](const Candidate& one) { return one.text.empty(); });
  if (sighting.event.empty())
    sighting.event = sighting.camera + "/" + std::to_string(base::to_ms(sighting.captured_at)) + "/" +
                     sighting.plate.text();
  taken.sightings.push_back(std::move(sighting));
}

}  // namespace glasshouse::adapters
