#include "app/options.h"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace glasshouse::app {

bool asks_for_help(const std::vector<std::string>& args) {
  return std::any_of(args.begin(), args.end(),
                     [](const std::string& arg) { return arg == "--help" || arg == "-h"; });
}

int complain(std::string_view command, const std::string& message) {
  std::cerr << "glasshouse " << command << ": " << message << "\n";
  return kFailed;
}

Options::Options(const std::vector<std::string>& args, const std::vector<std::string>& names,
                 const std::vector<std::string>& flags) {
  const auto contains = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (std::size_t i = 0; i < args.size() && wrong_.empty(); ++i) {
    const std::string& arg = args[i];
    const auto equals = arg.find('=');
    const std::string name =
        arg.starts_with("--") ? arg.substr(2, equals == std::string::npos ? equals : equals - 2) : "";
    if (name.empty()) {
      wrong_ = "unexpected argument";  // not repeated: it might be a secret in the wrong place
    } else if (contains(flags, name)) {
      if (equals != std::string::npos) wrong_ = "--" + name + " takes no value";
      values_[name] = "";
    } else if (!contains(names, name)) {
      wrong_ = "unknown option --" + name;
    } else if (equals != std::string::npos) {
      values_[name] = arg.substr(equals + 1);
    } else if (i + 1 < args.size()) {
      values_[name] = args[++i];
    } else {
      wrong_ = "--" + name + " needs a value";
    }
  }
}

std::string Options::get(const std::string& name, std::string otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : found->second;
}

std::optional<double> Options::number(const std::string& name) const {
  const std::string text = get(name);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace glasshouse::app
