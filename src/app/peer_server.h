// Ports of their own with mutual TLS: where other agencies' servers call, nobody in but listed agencies'
// keys; and where cameras call, nobody in but with a certificate of our own authority.
#pragma once

#include <memory>
#include <string>

#include "api/devices.h"
#include "api/peers.h"
#include "net/http.h"
#include "sharing/book.h"

namespace glasshouse::app {

// Takes "ADDRESS:PORT" or "[ADDRESS]:PORT"; `option` is named where it is neither.
base::Result<void> listen_at(const std::string& where, const std::string& option,
                             net::ServerOptions& options);

// where: as listen_at takes it. book and peers outlive the server.
base::Result<std::unique_ptr<net::Server>> start_peer_server(const std::string& where,
                                                             const sharing::Book& book,
                                                             const api::Peers& peers, net::Handler handler);

// The desk outlives the server.
base::Result<std::unique_ptr<net::Server>> start_camera_server(const std::string& where,
                                                               const api::DeviceDesk& desk,
                                                               net::Handler handler);
// From the key in this file, which is made when it is not there.
base::Result<std::unique_ptr<api::DeviceDesk>> open_device_desk(const std::string& key_path,
                                                                const std::string& log_origin,
                                                                base::Time now);

}  // namespace glasshouse::app
