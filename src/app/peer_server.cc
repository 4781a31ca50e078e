#include "app/peer_server.h"

#include <charconv>

#include "accounts/sealing_secret.h"
#include "api/route.h"
#include "app/serve_options.h"
#include "crypto/device_certificate.h"

namespace glasshouse::app {

base::Result<void> listen_at(const std::string& where, const std::string& option,
                             net::ServerOptions& options) {
  const auto colon = where.rfind(':');
  unsigned port = 0;
  const char* end = where.data() + where.size();
  const auto read = colon == std::string::npos ? std::from_chars_result{end, std::errc::invalid_argument}
                                               : std::from_chars(where.data() + colon + 1, end, port);
  if (read.ec != std::errc() || read.ptr != end || port > 65535) {
    return base::failure(OptionErrc::kUsage, option + " takes an address and a port.", {},
                         "Write 0.0.0.0:8443.");
  }
  options.address = where.substr(0, colon);
  if (options.address.starts_with('[') && options.address.ends_with(']'))
    options.address = options.address.substr(1, options.address.size() - 2);
  options.port = static_cast<std::uint16_t>(port);
  return {};
}

base::Result<std::unique_ptr<net::Server>> start_peer_server(const std::string& where,
                                                             const sharing::Book& book,
                                                             const api::Peers& peers, net::Handler handler) {
  net::ServerOptions options;
  if (auto taken = listen_at(where, "--peers", options); !taken) return tl::unexpected(taken.error());
  options.workers = 4;
  options.body_limit = api::body_limits();
  options.peer_certificate_pem = peers.certificate_pem();
  options.peer_key_pem = peers.key_pem();
  options.admits_peer = [&book](std::string_view key, std::string_view) {
    return book.agency_by_key(key).has_value();
  };
  return net::Server::start(std::move(options), std::move(handler));
}

base::Result<std::unique_ptr<net::Server>> start_camera_server(const std::string& where,
                                                               const api::DeviceDesk& desk,
                                                               net::Handler handler) {
  net::ServerOptions options;
  if (auto taken = listen_at(where, "--cameras", options); !taken) return tl::unexpected(taken.error());
  options.workers = 4;
  options.body_limit = api::body_limits();
  options.peer_certificate_pem = desk.listener_pem();
  options.peer_key_pem = desk.listener_key_pem();
  // One that ran out or was revoked comes in as well, so that its device is told so: every request is judged.
  options.admits_peer = [&desk](std::string_view, std::string_view certificate) {
    return crypto::check_device_certificate(certificate, desk.authority().public_key()).has_value();
  };
  return net::Server::start(std::move(options), std::move(handler));
}

base::Result<std::unique_ptr<api::DeviceDesk>> open_device_desk(const std::string& key_path,
                                                                const std::string& log_origin,
                                                                base::Time now) {
  auto secret = accounts::sealing_secret_in(key_path);
  if (!secret) {
    return base::failure(OptionErrc::kUsage,
                         "The key that cameras' certificates are signed with cannot be used.",
                         secret.error().why(),
                         "Put back a copy of " + key_path +
                             ". Without one, move it away: every camera is then "
                             "claimed anew.");
  }
  auto desk = std::make_unique<api::DeviceDesk>(*secret, ("Cameras of " + log_origin).substr(0, 64), now);
  crypto::wipe(*secret);
  return desk;
}

}  // namespace glasshouse::app
