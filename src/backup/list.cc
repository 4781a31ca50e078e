#include "backup/list.h"

#include <algorithm>
#include <charconv>

#include "backup/tar.h"
#include "base/words.h"
#include "crypto/age.h"

namespace glasshouse::backup {
namespace {

constexpr std::string_view kKeysLine = "glasshouse-sealing-keys 1";
constexpr std::string_view kListLine = "glasshouse-backup 1";
constexpr std::string_view kEndLine = "end";
constexpr std::size_t kMostWord = 200;

tl::unexpected<base::Error> bad(const char* what) {
  return base::failure(Errc::kBadList, std::string(what) + " cannot be understood",
                       "It was not written by this program, or it is damaged or cut off");
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMostWord &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace

std::string SealingKeys::text() const {
  std::string text = std::string(kKeysLine) + "\n";
  for (const auto& [name, key] : by_name) text += name + " " + crypto::age_recipient_text(key) + "\n";
  return text;
}

base::Result<SealingKeys> SealingKeys::parse(std::string_view text) {
  SealingKeys keys;
  std::string_view line;
  if (!base::take_line(text, line) || line != kKeysLine) return bad("The list of sealing keys");
  while (base::take_line(text, line)) {
    const std::size_t space = line.find(' ');
    const auto key = crypto::age_recipient_from_text(line.substr(std::min(space, line.size() - 1) + 1));
    if (space == std::string_view::npos || !is_word(line.substr(0, space)) || !key)
      return bad("The list of sealing keys");
    keys.by_name.emplace(line.substr(0, space), *key);
  }
  if (!text.empty()) return bad("The list of sealing keys");
  return keys;
}

std::string List::text() const {
  std::string text = std::string(kListLine) + "\nmade " + base::format_rfc3339(made) + "\norigin " + origin +
                     "\nversion " + version + "\n";
  for (const Part& part : parts)
    text += "part " + part.name + " " + part.key + " " + std::to_string(part.bytes) + "\n";
  return text.append(kEndLine) + "\n";
}

base::Result<List> List::parse(std::string_view text) {
  const std::string_view whole = text;
  List list;
  std::string_view line;
  if (!base::take_line(text, line) || line != kListLine) return bad("The list of the backup");
  while (base::take_line(text, line) && line != kEndLine) {
    const std::vector<std::string> words = base::split_words(line);
    if (words.empty() || !std::ranges::all_of(words, is_word)) return bad("The list of the backup");
    if (words[0] == "made" && words.size() == 2) {
      const auto at = base::parse_rfc3339(words[1]);
      if (!at) return bad("The list of the backup");
      list.made = *at;
    } else if (words[0] == "origin" && words.size() == 2) {
      list.origin = words[1];
    } else if (words[0] == "version" && words.size() == 2) {
      list.version = words[1];
    } else if (words[0] == "part" && words.size() == 4 && is_tar_name(words[1])) {
      Part part{words[1], words[2], 0};
      const auto read = std::from_chars(words[3].data(), words[3].data() + words[3].size(), part.bytes);
      if (read.ec != std::errc{}) return bad("The list of the backup");
      list.parts.push_back(std::move(part));
    } else {
      return bad("The list of the backup");
    }
  }
  // One spelling of everything, to the end.
  if (list.text() != whole) return bad("The list of the backup");
  return list;
}

}  // namespace glasshouse::backup
