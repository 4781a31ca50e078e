#include "net/curl_rules.h"

#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "net/address.h"

namespace glasshouse::net {
namespace {

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto* rule = static_cast<AddressRule*>(user);
  const auto& inner = rule->reach->inner;
  if (!rule->all && !rule->reach->everywhere && !is_public_address(&address->addr) &&
      std::find(inner.begin(), inner.end(), text_of(&address->addr)) == inner.end()) {
    rule->refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

CURL* new_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

void keep_to(CURL* easy, AddressRule& rule) {
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_PROXY, "");  // a proxy would hide the address that is connected to
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &rule);
  if (!rule.reach->ca_file.empty()) set(CURLOPT_CAINFO, rule.reach->ca_file.c_str());
}

base::Error explain_curl(CURLcode code, bool refused_address) {
  if (refused_address) {
    return base::Error(
        Errc::kRefusedAddress, "The address was not called.",
        "It leads to a private, loopback or other special network.",
        "If it is the agency's own, whoever runs the server names it with --reach ADDRESS:PORT.");
  }
  const std::string why = curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return base::Error(Errc::kTimeout, "The server did not answer in time.", why);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return base::Error(Errc::kTls, "The server's certificate was not accepted.", why);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return base::Error(Errc::kProtocol, "The address cannot be called.", why,
                         "Write http://… or https://….");
    default:
      return base::Error(Errc::kConnect, "The server could not be reached.", why);
  }
}

}  // namespace glasshouse::net
