#include "net/multipart.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>
#include <set>

#include "net/http.h"

namespace glasshouse::net {
namespace {

constexpr std::string_view kMultipartType = "multipart/form-data", kLineEnd = "\r\n";
constexpr std::size_t kMostBoundaryChars = 70, kMostNameChars = 64;

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "form-data; name="a"; filename=b": the words between semicolons that are not in quotes.
std::vector<std::string_view> split_value(std::string_view value) {
  std::vector<std::string_view> words;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] == '"') quoted = !quoted;
    if (i < value.size() && (value[i] != ';' || quoted)) continue;
    words.push_back(without_spaces(value.substr(start, i - start)));
    start = i + 1;
  }
  return words;
}

// Nothing: not there, or there twice.
std::optional<std::string_view> parameter(const std::vector<std::string_view>& words, std::string_view name) {
  std::optional<std::string_view> found;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t sign = words[i].find('=');
    if (sign == std::string_view::npos || !same_word(words[i].substr(0, sign), name)) continue;
    if (found) return std::nullopt;
    std::string_view value = words[i].substr(sign + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    found = value;
  }
  return found;
}

std::optional<std::string_view> boundary_of(std::string_view content_type) {
  const auto words = split_value(content_type);
  if (!same_word(words[0], kMultipartType)) return std::nullopt;
  const auto boundary = parameter(words, "boundary");
  const bool fits = boundary && !boundary->empty() && boundary->size() <= kMostBoundaryChars &&
                    std::ranges::all_of(*boundary, [](char c) {
                      return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                             std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
                    });
  return fits ? boundary : std::nullopt;
}

bool is_part_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameChars && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
}

tl::unexpected<base::Error> bad_form(std::string why) {
  return base::failure(Errc::kProtocol, "The body is not multipart/form-data as this server reads it.",
                       std::move(why), "Send each part with a name of its own and without an encoding.");
}

// Name and type out of a part's head, without the empty line at its end.
base::Result<Part> read_head(std::string_view head) {
  Part part;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find(kLineEnd), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + kLineEnd.size(), head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad_form("A part's head has a line without a colon.");
    const std::string_view field = line.substr(0, colon), value = without_spaces(line.substr(colon + 1));
    if (same_word(field, "content-disposition")) {
      const auto words = split_value(value);
      const auto name = parameter(words, "name");
      if (!part.name.empty() || !same_word(words[0], "form-data") || !name || !is_part_name(*name))
        return bad_form("A part's name is missing, or is not 1 to 64 letters, digits, dots and dashes.");
      part.name = *name;
    } else if (same_word(field, "content-type")) {
      part.type = value;
    } else if (same_word(field, "content-transfer-encoding") && !same_word(value, "binary") &&
               !same_word(value, "8bit") && !same_word(value, "7bit")) {
      return bad_form("A part is encoded.");
    }
  }
  if (part.name.empty()) return bad_form("A part has no name.");
  return part;
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  return same_word(split_value(content_type)[0], kMultipartType);
}

base::Result<std::vector<Part>> read_multipart(std::string_view content_type, std::string_view body,
                                               std::size_t most_parts) {
  const auto boundary = boundary_of(content_type);
  if (!boundary) return bad_form("Its Content-Type names no boundary of 1 to 70 plain characters.");
  const std::string delimiter = "\r\n--" + std::string(*boundary);
  const std::string_view first = std::string_view(delimiter).substr(kLineEnd.size());
  if (!body.starts_with(first)) return bad_form("It does not begin with its boundary.");
  body.remove_prefix(first.size());
  std::vector<Part> parts;
  std::set<std::string_view> names;
  while (!body.starts_with("--")) {
    if (!body.starts_with(kLineEnd)) return bad_form("A boundary is not the end of its line.");
    if (parts.size() == most_parts)
      return bad_form("It has more than " + std::to_string(most_parts) + " parts.");
    const std::size_t head_end = body.substr(0, kMostPartHeadBytes).find("\r\n\r\n");
    if (head_end == std::string_view::npos)
      return bad_form("A part's head does not end within " + std::to_string(kMostPartHeadBytes) + " bytes.");
    auto part =
        read_head(body.substr(kLineEnd.size(), std::max(head_end, kLineEnd.size()) - kLineEnd.size()));
    if (!part) return tl::unexpected(part.error());
    if (!names.insert(part->name).second)
      return bad_form("Two parts have the name " + std::string(part->name) + ".");
    body.remove_prefix(head_end + 4);
    // Straight to the end of a picture: memmem looks at many bytes at once.
    const void* end = ::memmem(body.data(), body.size(), delimiter.data(), delimiter.size());
    if (end == nullptr) return bad_form("A part does not end with the boundary.");
    const auto length = static_cast<std::size_t>(static_cast<const char*>(end) - body.data());
    part->bytes = body.substr(0, length);
    parts.push_back(*part);
    body.remove_prefix(length + delimiter.size());
  }
  body.remove_prefix(2);
  if (!body.empty() && body != kLineEnd) return bad_form("Something stands behind its last boundary.");
  return parts;
}

std::string write_multipart(const std::vector<Part>& parts, std::string_view boundary) {
  std::size_t bytes = 100;
  for (const Part& part : parts) bytes += part.bytes.size() + part.name.size() + part.type.size() + 200;
  std::string body;
  body.reserve(bytes);
  for (const Part& part : parts) {
    body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
    body.append(part.name).append("\"\r\n");
    if (!part.type.empty()) body.append("Content-Type: ").append(part.type).append(kLineEnd);
    body.append(kLineEnd).append(part.bytes).append(kLineEnd);
  }
  return body.append("--").append(boundary).append("--\r\n");
}

std::string multipart_type(std::string_view boundary) {
  return std::string(kMultipartType) + "; boundary=" + std::string(boundary);
}

}  // namespace glasshouse::net
