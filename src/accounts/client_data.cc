#include "accounts/client_data.h"

#include <nlohmann/json.hpp>

#include "accounts/accounts.h"
#include "crypto/passkey.h"

namespace glasshouse::accounts {
namespace {

using ClientJson = nlohmann::json;

tl::unexpected<base::Error> not_client_data() {
  return base::failure(Errc::kInvalid, "The browser's answer cannot be read",
                       "It is not what WebAuthn calls client data", "Try again with a present-day browser.");
}

bool text_member(const ClientJson& object, const char* name, std::string& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  into = found->get<std::string>();
  return true;
}

}  // namespace

base::Result<ClientData> read_client_data(std::string_view text) {
  if (text.size() > crypto::kMostClientDataBytes) return not_client_data();
  const ClientJson object = ClientJson::parse(text, nullptr, false);
  ClientData data;
  if (!object.is_object() || !text_member(object, "type", data.type) ||
      !text_member(object, "challenge", data.challenge) || !text_member(object, "origin", data.origin))
    return not_client_data();
  if (const auto cross = object.find("crossOrigin"); cross != object.end()) {
    if (!cross->is_boolean()) return not_client_data();
    data.cross_origin = cross->get<bool>();
  }
  return data;
}

base::Result<Site> site_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
  if (scheme != "http" && scheme != "https")
    return base::failure(Errc::kInvalid, "The server's public address is not right",
                         "It begins neither with http:// nor with https://",
                         "Start the server with --public-url and the address as people type it.");
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const bool in_brackets = authority.starts_with("[");
  const std::size_t colon = in_brackets ? authority.find("]:") : authority.rfind(':');
  std::string host(authority.substr(
      0, colon == std::string_view::npos ? authority.size() : colon + (in_brackets ? 1 : 0)));
  std::string port(colon == std::string_view::npos ? "" : authority.substr(colon + (in_brackets ? 2 : 1)));
  if (host == "127.0.0.1" || host == "[::1]") host = "localhost";
  const bool is_number = host.find_first_not_of("0123456789.") == std::string::npos;
  if (host.empty() || in_brackets || is_number) {
    if (host != "localhost")
      return base::failure(Errc::kInvalid, "Passkeys need an address with a name",
                           "This server is known by a number, and browsers make no passkeys for numbers",
                           "Start the server with --public-url https:// and its name.");
  }
  if ((scheme == "http" && port == "80") || (scheme == "https" && port == "443")) port.clear();
  return Site{host, std::string(scheme) + "://" + host + (port.empty() ? "" : ":" + port)};
}

}  // namespace glasshouse::accounts
