#include "search/terms.h"

#include <algorithm>

namespace glasshouse::search {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The value from text[at] on: quoted, or up to the next space. Returns where it ends.
std::size_t read_value(std::string_view text, std::size_t at, Term& term) {
  if (at == text.size() || text[at] != '"') {
    while (at < text.size() && !is_space(text[at])) term.value += text[at++];
    return at;
  }
  term.closed = false;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      term.closed = true;
      return at + 1;
    }
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    term.value += text[at];
  }
  return at;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folded;
}

std::string quoted(std::string_view value) {
  const bool plain =
      !value.empty() && value.front() != '"' && std::none_of(value.begin(), value.end(), is_space);
  if (plain) return std::string(value);
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

const CameraPlace* camera_named(std::string_view name, const Surroundings& around) {
  const std::string wanted = lower(name);
  const CameraPlace* holds = nullptr;
  std::size_t holding = 0;
  for (const CameraPlace& camera : around.cameras) {
    if (lower(camera.name) == wanted || camera.id == name) return &camera;
    if (!wanted.empty() && lower(camera.name).find(wanted) != std::string::npos) {
      holds = &camera;
      ++holding;
    }
  }
  return holding == 1 ? holds : nullptr;
}

std::vector<Term> terms_of(std::string_view text) {
  std::vector<Term> terms;
  std::size_t at = 0;
  for (;;) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) return terms;
    Term term;
    term.at = at;
    std::size_t colon = at;
    while (colon < text.size() && is_letter(text[colon])) ++colon;
    if (colon > at && colon < text.size() && text[colon] == ':') {
      term.key = lower(text.substr(at, colon - at));
      at = colon + 1;
    }
    term.value_at = at;
    at = read_value(text, at, term);
    term.value_length = at - term.value_at;
    term.length = at - term.at;
    terms.push_back(std::move(term));
  }
}

}  // namespace glasshouse::search
