// What an outbound connection may reach beyond the public internet, as whoever runs the machine says: a
// broker or a mail server in the agency's own network. People who only use the console cannot widen it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace glasshouse::net {

struct Reach {
  std::vector<std::string> inner;  // "192.168.1.9:8883", "[::1]:25": as parse_reach writes them
  bool everywhere = false;  // whatever address is named: only for what whoever runs the machine wrote down
  std::string ca_file;      // PEM; certificates of these authorities are taken besides the system's
};

inline constexpr std::size_t kMaxReach = 20;

// "ADDRESS:PORT,ADDRESS:PORT": numbers, no names, since a name may lead elsewhere tomorrow. kProtocol.
base::Result<std::vector<std::string>> parse_reach(std::string_view text);

// A Client that may call these besides public addresses.
std::unique_ptr<Client> client_with(Reach reach);

// Of "https://host:8443/x": the parts; the default port where none is given. kProtocol when it is no address
// of one of these schemes, or holds a user name.
struct Endpoint {
  std::string scheme, host, path;  // host without brackets; path with its slash, may be empty
  int port = 0;
  bool is_loopback() const;  // by its text: 127.…, ::1, localhost
};
struct Scheme {
  std::string_view name;
  int port;
};
base::Result<Endpoint> parse_endpoint(std::string_view url, const std::vector<Scheme>& schemes);

}  // namespace glasshouse::net
