// What a browser says about a passkey ceremony: the "client data" that the authenticator signs along.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace glasshouse::accounts {

struct ClientData {
  std::string type;       // "webauthn.create" or "webauthn.get"
  std::string challenge;  // base64url, as the server gave it
  std::string origin;     // "https://plates.example"
  bool cross_origin = false;
};

// kInvalid for what is no such JSON. At most crypto::kMostClientDataBytes; members that are not known are
// left alone, as the standard demands.
base::Result<ClientData> read_client_data(std::string_view json);

// The site that passkeys belong to and the one page address they are used from.
struct Site {
  std::string id;      // "plates.example"; "localhost" for an installation that serves its own machine only
  std::string origin;  // "https://plates.example"
};

// From the address as people type it. kInvalid when it has no name: browsers make no passkeys for addresses
// that are numbers. A loopback number stands for "localhost".
base::Result<Site> site_of(std::string_view public_url);

}  // namespace glasshouse::accounts
