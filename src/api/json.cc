// Bodies and queries from outside, read with limits.
#include "api/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

// Before the parser runs, so that a deep body costs nothing. Brackets inside strings do not count.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

bool declares_json(const net::Request& request) {
  const auto type = request.headers.get("content-type");
  if (!type) return false;
  std::string name(type->substr(0, type->find(';')));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "application/json";
}

std::size_t utf8_chars(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\n' && c != '\t') || u == 0x7F;
  });
}

// Without the spaces around it: people paste.
std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

base::Result<Json> parse_body(const net::Request& request) {
  if (!declares_json(request)) {
    return base::failure(Errc::kMediaType, "The body is not declared as JSON.", {},
                         "Send it with Content-Type: application/json.");
  }
  return parse_object(request.body);
}

base::Result<Json> parse_object(std::string_view text) {
  if (too_deep(text)) {
    return base::failure(Errc::kBadJson, "The body is nested too deeply.",
                         "At most " + std::to_string(kMaxJsonDepth) + " levels are read.");
  }
  Json body = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return base::failure(Errc::kBadJson, "The body is not JSON.");
  if (!body.is_object()) return base::failure(Errc::kBadJson, "The body is not a JSON object.");
  return body;
}

struct Fields::Impl {
  const Json* object;
  std::set<std::string, std::less<>> seen;
  Json errors = Json::array();

  const Json* find(std::string_view name) {
    seen.emplace(name);
    const auto it = object->find(std::string(name));
    return it == object->end() || it->is_null() ? nullptr : &*it;
  }
  void wrong(std::string field, std::string message) {
    if (errors.size() < 50) errors.push_back({{"field", std::move(field)}, {"message", std::move(message)}});
  }
  std::optional<std::string> text(const Json& value, const std::string& field, std::size_t max_chars) {
    if (!value.is_string()) {
      wrong(field, "This must be text.");
      return std::nullopt;
    }
    std::string text = trimmed(value.get<std::string>());
    if (utf8_chars(text) > max_chars) {
      wrong(field, "At most " + std::to_string(max_chars) + " characters.");
      return std::nullopt;
    }
    if (has_control_characters(text)) {
      wrong(field, "This holds characters that cannot be shown.");
      return std::nullopt;
    }
    return text;
  }
};

Fields::Fields(const Json& object) : impl_(std::make_unique<Impl>()) {
  static const Json kEmpty = Json::object();
  impl_->object = object.is_object() ? &object : &kEmpty;
  if (!object.is_object()) impl_->wrong("", "This must be an object.");
}
Fields::~Fields() = default;

std::string Fields::text(std::string_view name, std::size_t max_chars, bool required) {
  const Json* value = impl_->find(name);
  if (value == nullptr) {
    if (required) impl_->wrong(std::string(name), "This is needed.");
    return {};
  }
  const auto text = impl_->text(*value, std::string(name), max_chars);
  if (required && text && text->empty()) impl_->wrong(std::string(name), "This is needed.");
  return text.value_or("");
}

std::optional<std::string> Fields::optional_text(std::string_view name, std::size_t max_chars) {
  const Json* value = impl_->find(name);
  return value == nullptr ? std::nullopt : impl_->text(*value, std::string(name), max_chars);
}

std::optional<bool> Fields::optional_bool(std::string_view name) {
  const Json* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    impl_->wrong(std::string(name), "This must be true or false.");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<double> Fields::optional_number(std::string_view name, double least, double most) {
  const Json* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->get<double>() : std::nan("");
  if (!(number >= least && number <= most)) {
    impl_->wrong(std::string(name),
                 "This must be a number from " + Json(least).dump() + " to " + Json(most).dump() + ".");
    return std::nullopt;
  }
  return number;
}

double Fields::number(std::string_view name, double least, double most) {
  if (impl_->find(name) == nullptr) {
    impl_->wrong(std::string(name), "This is needed.");
    return least;
  }
  return optional_number(name, least, most).value_or(least);
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t least,
                                                     std::int64_t most) {
  const Json* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX)
                        : value->is_number_integer();
  const std::int64_t number = fits ? value->get<std::int64_t>() : 0;
  if (!fits || number < least || number > most) {
    impl_->wrong(std::string(name), "This must be a whole number from " + std::to_string(least) + " to " +
                                        std::to_string(most) + ".");
    return std::nullopt;
  }
  return number;
}

std::optional<base::Time> Fields::optional_time(std::string_view name) {
  const Json* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  auto time = value->is_string() ? base::parse_rfc3339(value->get_ref<const std::string&>()) : std::nullopt;
  if (!time) impl_->wrong(std::string(name), "This must be a time such as 2026-11-22T13:25:54.123Z.");
  return time;
}

base::Time Fields::time(std::string_view name) {
  if (impl_->find(name) == nullptr) {
    impl_->wrong(std::string(name), "This is needed.");
    return {};
  }
  return optional_time(name).value_or(base::Time{});
}

std::optional<base::LatLon> Fields::optional_place(std::string_view name) {
  const Json* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  const bool is_pair = value->is_object() && value->contains("lat") && value->contains("lon") &&
                       value->at("lat").is_number() && value->at("lon").is_number();
  const base::LatLon place =
      is_pair ? base::LatLon{value->at("lat").get<double>(), value->at("lon").get<double>()} : base::LatLon{};
  if (!is_pair || !base::is_valid(place)) {
    impl_->wrong(std::string(name), "This must be a place: lat from -90 to 90 and lon from -180 to 180.");
    return std::nullopt;
  }
  return place;
}

base::LatLon Fields::place(std::string_view name) {
  if (impl_->find(name) == nullptr) {
    impl_->wrong(std::string(name), "This is needed.");
    return {};
  }
  return optional_place(name).value_or(base::LatLon{});
}

const Json* Fields::member(std::string_view name) {
  return impl_->find(name);
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t max_items, std::size_t max_chars) {
  std::vector<std::string> texts;
  const Json* value = impl_->find(name);
  if (value == nullptr) return texts;
  if (!value->is_array() || value->size() > max_items) {
    impl_->wrong(std::string(name),
                 "This must be a list of at most " + std::to_string(max_items) + " texts.");
    return texts;
  }
  for (const Json& item : *value) {
    if (auto text = impl_->text(item, std::string(name), max_chars)) texts.push_back(std::move(*text));
  }
  return texts;
}

void Fields::wrong(std::string field, std::string message) {
  impl_->wrong(std::move(field), std::move(message));
}

void Fields::no_others() {
  for (const auto& [name, value] : impl_->object->items()) {
    if (!impl_->seen.contains(name)) impl_->wrong(name.substr(0, 40), "There is no such field.");
  }
}

std::optional<net::Response> Fields::failed() const {
  if (impl_->errors.empty()) return std::nullopt;
  Json body{{"type", "/problems/bad-field"},
            {"title", "Some fields are not right."},
            {"status", 422},
            {"detail", impl_->errors.front().at("message")},
            {"errors", impl_->errors}};
  net::Response response = json_response(422, body);
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

base::Result<PageQuery> page_query(const net::Request& request) {
  PageQuery page;
  if (const auto it = request.query.find("limit"); it != request.query.end()) {
    const std::string& text = it->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), page.limit);
    if (error != std::errc() || end != text.data() + text.size() || page.limit < 1 || page.limit > 200) {
      return base::failure(Errc::kBadField, "The limit is not right.",
                           "It must be a whole number from 1 to 200.");
    }
  }
  page.cursor = text_query(request, "cursor", 200);
  return page;
}

base::Result<std::optional<bool>> bool_query(const net::Request& request, const std::string& name) {
  const auto it = request.query.find(name);
  if (it == request.query.end()) return std::optional<bool>();
  if (it->second == "true") return std::optional<bool>(true);
  if (it->second == "false") return std::optional<bool>(false);
  return base::failure(Errc::kBadField, "A part of the address is not right.",
                       name + " must be true or false.");
}

std::string text_query(const net::Request& request, const std::string& name, std::size_t max_chars) {
  const auto it = request.query.find(name);
  if (it == request.query.end()) return {};
  std::string text = it->second;
  if (text.size() > max_chars) {
    text.resize(max_chars);
    // Never in the middle of a UTF-8 sequence.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
  }
  return text;
}

}  // namespace glasshouse::api
