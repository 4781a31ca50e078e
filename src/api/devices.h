// Cameras' certificates: claim codes, claiming, renewal, revocation, and who it is that calls with one.
// docs/formats/device-certificate.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "api/route.h"
#include "crypto/crypto.h"
#include "records/devices.h"

namespace glasshouse::api {

inline constexpr base::Millis kCodeLife{15 * 60 * 1000};
inline constexpr base::Millis kCertificateLife{24 * 60 * 60 * 1000};
inline constexpr base::Millis kRenewalGrace{7 * 24 * 60 * 60 * 1000};  // ran out: good for renewing only
inline constexpr base::Millis kBackdated{5 * 60 * 1000};               // a device's clock may be behind ours

// The authority that issues to cameras, and what they know our listener by. Both come out of one secret.
class DeviceDesk {
 public:
  // secret: 32 bytes. name: what the authority is called in its certificates.
  DeviceDesk(const std::string& secret, std::string name, base::Time now);
  ~DeviceDesk();
  DeviceDesk(const DeviceDesk&) = delete;
  DeviceDesk& operator=(const DeviceDesk&) = delete;

  const crypto::SigningKey& authority() const { return authority_; }
  const std::string& name() const { return name_; }
  const std::string& authority_pem() const { return authority_pem_; }
  const std::string& listener_pem() const { return listener_pem_; }
  const std::string& listener_key_pem() const { return listener_key_pem_; }
  const std::string& pin() const { return pin_; }  // crypto::certificate_pin of the listener
  int port() const { return port_; }
  void set_port(int port) { port_ = port; }  // once it listens

 private:
  crypto::SigningKey authority_, listener_;
  std::string name_, authority_pem_, listener_pem_, listener_key_pem_, pin_;
  int port_ = 0;
};

std::span<const Route> devices_routes();

// Fills in the camera whose device calls with the certificate of ctx.request, or says why it is refused. A
// certificate that ran out is taken for its renewal alone, within the grace.
std::optional<net::Response> identify_by_certificate(Context& ctx, const Route& route);

// The openapi CameraCertificate; the device as Devices::of_camera gives it.
nlohmann::json render_certificate(Services& services, const std::string& camera_id,
                                  const std::optional<records::Device>& device);

}  // namespace glasshouse::api
