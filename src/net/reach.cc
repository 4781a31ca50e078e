#include "net/reach.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "net/address.h"

namespace glasshouse::net {
namespace {

constexpr std::size_t kMaxHostChars = 253;

std::optional<int> port_in(std::string_view digits) {
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port < 1 || port > 65535)
    return std::nullopt;
  return port;
}

tl::unexpected<base::Error> no_endpoint() {
  return base::failure(Errc::kProtocol, "The address cannot be called.",
                       "It is none of the kind that is asked for.",
                       "Write it whole, as in the example, without a user name.");
}

bool is_name(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

// "host:port", "[::1]:port", "host": the host without brackets, and the port or 0. Nothing in a host that
// another program could read as the end of it.
std::optional<std::pair<std::string, int>> split_host(std::string_view text) {
  std::string_view host = text, rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (host.empty() || host.size() > kMaxHostChars) return std::nullopt;
  if (text.starts_with('[') ? !is_ipv6(host) : !is_name(host)) return std::nullopt;
  if (rest.empty()) return std::pair(std::string(host), 0);
  const auto port = rest.front() == ':' ? port_in(rest.substr(1)) : std::nullopt;
  if (!port) return std::nullopt;
  return std::pair(std::string(host), *port);
}

}  // namespace

bool Endpoint::is_loopback() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

base::Result<Endpoint> parse_endpoint(std::string_view url, const std::vector<Scheme>& schemes) {
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) return no_endpoint();
  const auto scheme = std::find_if(schemes.begin(), schemes.end(),
                                   [&](const Scheme& one) { return one.name == url.substr(0, mark); });
  const bool visible = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (scheme == schemes.end() || !visible) return no_endpoint();
  const std::string_view rest = url.substr(mark + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (rest.substr(0, end).find('@') != std::string_view::npos) return no_endpoint();
  const auto host = split_host(rest.substr(0, end));
  if (!host) return no_endpoint();
  Endpoint endpoint;
  endpoint.scheme = scheme->name;
  endpoint.host = host->first;
  endpoint.port = host->second == 0 ? scheme->port : host->second;
  endpoint.path = rest.substr(end);
  return endpoint;
}

base::Result<std::vector<std::string>> parse_reach(std::string_view text) {
  std::vector<std::string> reach;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto part = split_host(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    in_addr four{};
    in6_addr six{};
    char written[INET6_ADDRSTRLEN] = {};
    if (part && part->second != 0 && ::inet_pton(AF_INET, part->first.c_str(), &four) == 1) {
      reach.push_back(part->first + ":" + std::to_string(part->second));
    } else if (part && part->second != 0 && ::inet_pton(AF_INET6, part->first.c_str(), &six) == 1) {
      ::inet_ntop(AF_INET6, &six, written, sizeof written);
      reach.push_back("[" + std::string(written) + "]:" + std::to_string(part->second));
    } else {
      return base::failure(Errc::kProtocol, "This is no address with a port", "",
                           "Write numbers: 192.168.1.9:8883, or [::1]:25; several with commas between.");
    }
  }
  if (reach.size() > kMaxReach)
    return base::failure(Errc::kProtocol, "More than 20 inner addresses are named", "", "Name fewer.");
  return reach;
}

}  // namespace glasshouse::net
