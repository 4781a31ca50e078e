#include "base/result.h"

namespace glasshouse::base {

std::string Error::message() const {
  std::string line = what_;
  for (const std::string* part : {&why_, &next_}) {
    if (part->empty()) continue;
    if (!line.empty() && line.back() != '.' && line.back() != '!' && line.back() != '?') line += '.';
    line += ' ';
    line += *part;
  }
  return line;
}

}  // namespace glasshouse::base
