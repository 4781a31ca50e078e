#include "app/outside_map.h"

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/toml_subset.h"
#include "net/mqtt.h"

namespace glasshouse::app {
namespace {

tl::unexpected<base::Error> bad_outside(std::uint32_t line, std::string why) {
  return base::failure(OutsideErrc::kBadMap, "outside.toml cannot be used",
                       "Line " + std::to_string(line) + ": " + std::move(why),
                       "docs/formats/outside.md lists what may stand there.");
}

// Puts each value of a table where it belongs; what has no place, or another type, is an error.
base::Result<void> put_values(const base::TomlTable& table, const std::map<std::string, std::string*>& texts,
                              const std::function<bool(const std::string&, const base::TomlValue&)>& other) {
  for (const auto& [name, value] : table.values) {
    const auto place = texts.find(name);
    const auto* text = std::get_if<std::string>(&value.value);
    if (place != texts.end() && text != nullptr) {
      *place->second = *text;
    } else if (place != texts.end() || !other(name, value)) {
      return bad_outside(value.line, name + " is not known here, or not of this kind");
    }
  }
  return {};
}

base::Result<FrigateBroker> read_frigate(const std::string& name, const base::TomlTable& table) {
  FrigateBroker one;
  one.name = name;
  const auto put = put_values(table,
                              {{"broker", &one.broker},
                               {"user", &one.user},
                               {"password_file", &one.password_file},
                               {"key_file", &one.key_file}},
                              [&](const std::string& key, const base::TomlValue& value) {
                                const auto* list = std::get_if<base::TomlList>(&value.value);
                                if (key != "topics" || list == nullptr) return false;
                                one.topics = *list;
                                return true;
                              });
  if (!put) return tl::unexpected(put.error());
  if (!net::parse_endpoint(one.broker, net::kMqttSchemes))
    return bad_outside(table.line,
                       "broker is mqtts://HOST:8883, or mqtt://HOST:1883 in a network that is your own");
  if (one.key_file.empty() || one.topics.empty())
    return bad_outside(table.line,
                       "key_file names the file with the source's key, and topics are at least one");
  if (one.user.empty() != one.password_file.empty())
    return bad_outside(table.line, "user and password_file stand together");
  return one;
}

base::Result<ListAddress> read_list(const std::string& folder, const base::TomlTable& table) {
  ListAddress one;
  one.folder = folder;
  std::int64_t every = 60;
  const auto put = put_values(table, {{"url", &one.url}, {"token_file", &one.token_file}},
                              [&](const std::string& key, const base::TomlValue& value) {
                                const auto* number = std::get_if<std::int64_t>(&value.value);
                                if (key != "every_minutes" || number == nullptr) return false;
                                every = *number;
                                return true;
                              });
  if (!put) return tl::unexpected(put.error());
  if (!net::parse_endpoint(one.url, {{"https", 443}})) return bad_outside(table.line, "url is https://…");
  if (every < 1 || every > 24 * 60) return bad_outside(table.line, "every_minutes is 1 to 1440");
  one.every = std::chrono::minutes(every);
  return one;
}

}  // namespace

base::Result<OutsideMap> parse_outside_map(std::string_view text) {
  const auto root = base::parse_toml_subset(text);
  if (!root) return bad_outside(root.error().line, root.error().why);
  const auto format = root->values.find("format");
  if (root->values.size() != 1 || format == root->values.end() ||
      format->second.value != decltype(format->second.value){std::int64_t{1}})
    return bad_outside(1, "it begins with format = 1");
  OutsideMap map;
  for (const auto& [kind, parts] : root->tables) {
    if (!parts.values.empty() || (kind != "frigate" && kind != "list"))
      return bad_outside(parts.line, "there are [frigate.NAME] and [list.FOLDER]");
    for (const auto& [name, table] : parts.tables) {
      if (kind == "frigate") {
        auto one = read_frigate(name, table);
        if (!one) return tl::unexpected(one.error());
        map.frigates.push_back(std::move(*one));
      } else {
        auto one = read_list(name, table);
        if (!one) return tl::unexpected(one.error());
        map.lists.push_back(std::move(*one));
      }
    }
  }
  if (map.frigates.size() > kMaxFrigates || map.lists.size() > kMaxFetchedLists)
    return bad_outside(1, "there are at most 10 brokers and 50 lists");
  return map;
}

std::optional<base::Time> http_time(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  return base::from_ms(std::int64_t{::timegm(&parts)} * 1000);
}

base::Result<std::string> secret_in(const std::string& path) {
  auto text = base::posix_files().read(path, kMaxSecretFileBytes);
  if (!text) return text;
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty())
    return base::failure(OutsideErrc::kUnreadable, "A secret's file is empty", path,
                         "Write it on the first line.");
  return text;
}

}  // namespace glasshouse::app
