// Which addresses an outbound request may reach.
#pragma once

#include <sys/socket.h>

#include <string>

namespace glasshouse::net {

// Whether the address is one of the public internet: not loopback, private, link-local, shared (100.64/10),
// multicast, documentation, benchmark, unspecified or reserved, and for IPv6 none that carries such an IPv4
// address inside.
bool is_public_address(const sockaddr* address);

// "192.168.1.9:8883" or "[::1]:25"; empty for other families.
std::string text_of(const sockaddr* address);

}  // namespace glasshouse::net
