#include "net/target.h"

namespace glasshouse::net {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7F;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

std::optional<std::string> parse_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return std::nullopt;
  std::string path;
  std::size_t at = 0;
  while (at < raw.size()) {  // raw[at] is '/'
    std::size_t end = raw.find('/', at + 1);
    if (end == std::string_view::npos) end = raw.size();
    const auto segment = decode(raw.substr(at + 1, end - at - 1), false);
    if (!segment || *segment == "." || *segment == "..") return std::nullopt;
    for (const char c : *segment) {
      // An escaped slash would make two readers of the path disagree.
      if (is_control(c) || c == '/' || c == '\\') return std::nullopt;
    }
    path += '/';
    path += *segment;
    at = end;
  }
  return path;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  if (target.size() > kMaxTargetBytes) return std::nullopt;
  const std::size_t mark = target.find('?');
  auto path = parse_path(target.substr(0, mark));
  if (!path) return std::nullopt;
  Target result{std::move(*path), {}};
  if (mark == std::string_view::npos) return result;
  std::string_view rest = target.substr(mark + 1);
  std::size_t fields = 0;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view field = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (field.empty()) continue;
    if (++fields > kMaxQueryFields) return std::nullopt;
    const std::size_t equals = field.find('=');
    const auto name = decode(field.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : decode(field.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    result.query[*name] = *value;
  }
  return result;
}

}  // namespace glasshouse::net
