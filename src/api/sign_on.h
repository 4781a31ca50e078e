// Signing in through the agency's identity provider, and linking one's account to oneself there.
// docs/formats/sign-on.md.
#pragma once

#include <span>

#include "api/route.h"
#include "oidc/provider.h"

namespace glasshouse::api {

// The provider, with a client of its own: nobody waits for a webhook to sign in.
class SignOn : public oidc::Provider {
 public:
  SignOn(oidc::Config config, std::string secret, std::string return_url, std::unique_ptr<net::Client> client,
         const base::Clock& clock)
      : oidc::Provider(std::move(config), std::move(secret), std::move(return_url), *client, clock),
        client_(std::move(client)) {}

 private:
  std::unique_ptr<net::Client> client_;
};

inline constexpr std::string_view kReturnPath = "/sign-in/return";  // a page of the console

std::span<const Route> sign_on_routes();

}  // namespace glasshouse::api
