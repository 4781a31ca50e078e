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

// "Main & 5th": main, 5th. What joins two streets is no word.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const bool inside = is_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (inside) words.back() += c;
    if (!inside && !words.back().empty()) words.emplace_back();
  }
  std::erase_if(words,
                [](const std::string& w) { return w.empty() || w == "and" || w == "at" || w == "the"; });
  return words;
}

bool has_words(const std::vector<std::string>& known, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return std::any_of(known.begin(), known.end(),
                       [&](const std::string& one) { return one.starts_with(word); });
  });
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

std::vector<const CameraPlace*> cameras_named(std::string_view name, const Surroundings& around) {
  const std::string wanted = lower(name);
  const std::vector<std::string> words = words_of(wanted);
  std::vector<const CameraPlace*> holding, with_words;
  for (const CameraPlace& camera : around.cameras) {
    const std::string known = lower(camera.name);
    if (known == wanted || camera.id == name) return {&camera};
    if (wanted.empty()) continue;
    if (known.find(wanted) != std::string::npos) holding.push_back(&camera);
    if (!words.empty() && has_words(words_of(known), words)) with_words.push_back(&camera);
  }
  return holding.empty() ? with_words : holding;
}

const CameraPlace* camera_named(std::string_view name, const Surroundings& around) {
  const auto cameras = cameras_named(name, around);
  return cameras.size() == 1 ? cameras.front() : nullptr;
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
      if (term.key == "colour") term.key = "color";
      if (term.key == "state") term.key = "region";
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
