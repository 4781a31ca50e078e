#include "api/router.h"

#include <algorithm>

namespace glasshouse::api {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  for (;;) {
    const std::size_t end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}
bool takes_rest(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}");
}

// Ids, indexes and tile paths are visible ASCII; what is not names nothing, and could not stand in the log.
bool usable(std::string_view value) {
  return !value.empty() && value.size() <= kMaxParamChars &&
         std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    Pattern pattern;
    for (std::string_view segment : split(route.pattern)) {
      pattern.literals += is_parameter(segment) ? 0 : 1;
      pattern.segments.emplace_back(segment);
    }
    patterns_.push_back(std::move(pattern));
  }
}

std::optional<std::map<std::string, std::string>> Router::fit(const Pattern& pattern,
                                                              const std::vector<std::string_view>& segments) {
  std::map<std::string, std::string> params;
  for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
    const std::string& wanted = pattern.segments[i];
    if (i >= segments.size()) return std::nullopt;
    if (takes_rest(wanted)) {
      std::string rest(segments[i]);
      for (std::size_t k = i + 1; k < segments.size(); ++k) rest += "/" + std::string(segments[k]);
      if (!usable(rest)) return std::nullopt;
      params[wanted.substr(1, wanted.size() - 5)] = std::move(rest);
      return params;
    }
    if (is_parameter(wanted)) {
      if (!usable(segments[i])) return std::nullopt;
      params[wanted.substr(1, wanted.size() - 2)] = std::string(segments[i]);
    } else if (wanted != segments[i]) {
      return std::nullopt;
    }
  }
  if (pattern.segments.size() != segments.size()) return std::nullopt;
  return params;
}

Router::Match Router::find(net::Method method, std::string_view path) const {
  const auto segments = split(path);
  const net::Method wanted = method == net::Method::kHead ? net::Method::kGet : method;
  Match best;
  std::size_t literals = 0;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto params = fit(patterns_[i], segments);
    if (!params) continue;
    if (std::find(best.allowed.begin(), best.allowed.end(), routes_[i].method) == best.allowed.end()) {
      best.allowed.push_back(routes_[i].method);
    }
    if (routes_[i].method != wanted) continue;
    if (best.route == nullptr || patterns_[i].literals > literals) {
      best.route = &routes_[i];
      best.params = std::move(*params);
      literals = patterns_[i].literals;
    }
  }
  return best;
}

}  // namespace glasshouse::api
