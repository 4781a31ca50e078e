// The servers of other agencies: what they ask of us, and how we ask them. docs/formats/peers.md has the
// messages.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "api/route.h"

namespace glasshouse::api {

// Calls another agency's server with our certificate; its certificate must have the key that we listed.
// Thread-safe.
class Peers {
 public:
  // A certificate of the agency's key, made anew at each start.
  Peers(const crypto::SigningKey& key, base::Time now);
  ~Peers();
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  const std::string& certificate_pem() const { return certificate_pem_; }
  const std::string& key_pem() const { return key_pem_; }
  base::Result<net::ClientResponse> post(const sharing::Agency& agency, const std::string& path,
                                         const nlohmann::json& body) const;

 private:
  std::string certificate_pem_, key_pem_;
};

std::span<const Route> peers_routes();      // what other servers call
std::span<const Route> peers_ask_routes();  // an officer's question to other agencies (peers_ask.cc)

// An offer to us, an acceptance of ours, or a revocation, from wherever it came: checked, recorded, kept.
base::Result<sharing::GrantRow> take_signed_text(Services& services, const std::string& text,
                                                 const std::string& by);

}  // namespace glasshouse::api
