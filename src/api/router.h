// Finds the route that a method and a path belong to. Pure; compiled once from the table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace glasshouse::api {

inline constexpr std::size_t kMaxParamChars = 80;

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  // null: no such path, or not with this method
    std::map<std::string, std::string> params;
    std::vector<net::Method> allowed;  // the methods of the path; empty: no such path
  };
  // HEAD finds the GET route. Of two patterns that fit, the one with more literal segments wins.
  Match find(net::Method method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;  // "{id}" is a parameter, a last "{path...}" takes the rest
    std::size_t literals = 0;
  };
  static std::optional<std::map<std::string, std::string>> fit(const Pattern& pattern,
                                                               const std::vector<std::string_view>& segments);

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // beside routes_
};

}  // namespace glasshouse::api
