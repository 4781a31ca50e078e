// What the subcommands share. Command line options of the camera and the simulator: "--name value",
// "--name=value" and "--flag".
#pragma once

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasshouse::app {

// Exit status of a subcommand.
inline constexpr int kDone = 0, kFailed = 1, kUsage = 2;

bool asks_for_help(const std::vector<std::string>& args);  // --help or -h comes first
// "glasshouse COMMAND: message" on stderr; returns kFailed.
int complain(std::string_view command, const std::string& message);

class Options {
 public:
  // flags take no value, names take one; anything else is wrong().
  Options(const std::vector<std::string>& args, const std::vector<std::string>& names,
          const std::vector<std::string>& flags);

  bool has(const std::string& name) const { return values_.contains(name); }
  std::string get(const std::string& name, std::string otherwise = {}) const;
  std::optional<double> number(const std::string& name) const;
  const std::string& wrong() const { return wrong_; }  // the first thing that is wrong, or empty

 private:
  std::map<std::string, std::string> values_;
  std::string wrong_;
};

}  // namespace glasshouse::app
