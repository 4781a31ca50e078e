#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace glasshouse::net {
namespace {

struct Range4 {
  std::uint32_t base;
  int bits;
};

constexpr std::uint32_t ip(unsigned a, unsigned b, unsigned c, unsigned d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

// IANA's special-purpose registry.
constexpr std::array kSpecial4{
    Range4{ip(0, 0, 0, 0), 8},      Range4{ip(10, 0, 0, 0), 8},     Range4{ip(100, 64, 0, 0), 10},
    Range4{ip(127, 0, 0, 0), 8},    Range4{ip(169, 254, 0, 0), 16}, Range4{ip(172, 16, 0, 0), 12},
    Range4{ip(192, 0, 0, 0), 24},   Range4{ip(192, 0, 2, 0), 24},   Range4{ip(192, 88, 99, 0), 24},
    Range4{ip(192, 168, 0, 0), 16}, Range4{ip(198, 18, 0, 0), 15},  Range4{ip(198, 51, 100, 0), 24},
    Range4{ip(203, 0, 113, 0), 24}, Range4{ip(224, 0, 0, 0), 4},    Range4{ip(240, 0, 0, 0), 4}};

bool is_public4(std::uint32_t address) {
  for (const Range4& range : kSpecial4) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
    if ((address & mask) == range.base) return false;
  }
  return true;
}

bool is_public6(const std::uint8_t* bytes) {
  const auto word = [&](int at) {
    return (std::uint32_t{bytes[at]} << 24) | (std::uint32_t{bytes[at + 1]} << 16) |
           (std::uint32_t{bytes[at + 2]} << 8) | bytes[at + 3];
  };
  static constexpr std::uint8_t kZeros[12] = {};
  if (std::memcmp(bytes, kZeros, 10) == 0) {
    // ::ffff:a.b.c.d is an IPv4 address; ::, ::1 and the old ::a.b.c.d are never public.
    return bytes[10] == 0xFF && bytes[11] == 0xFF && is_public4(word(12));
  }
  // NAT64 and 6to4 reach the IPv4 address inside.
  if (word(0) == 0x0064FF9B) return word(4) == 0 && word(8) == 0 && is_public4(word(12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public4((word(2)));
  // Global unicast is 2000::/3; of it not documentation, Teredo, ORCHID, benchmark.
  if ((bytes[0] & 0xE0) != 0x20) return false;
  if (word(0) == 0x20010DB8) return false;
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] & 0xFE) == 0) return false;  // 2001::/23
  if (bytes[0] == 0x3F && bytes[1] == 0xFF && (bytes[2] & 0xF0) == 0) return false;  // 3fff::/20
  return true;
}

}  // namespace

bool is_public_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return is_public4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    return is_public6(in.sin6_addr.s6_addr);
  }
  return false;
}

std::string text_of(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    ::inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(four->sin_port));
  }
  if (address->sa_family != AF_INET6) return {};
  const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
  ::inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
  return "[" + std::string(text) + "]:" + std::to_string(ntohs(six->sin6_port));
}

}  // namespace glasshouse::net
