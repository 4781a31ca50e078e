// Where other agencies' servers call: a port of its own, mutual TLS, nobody in but listed agencies' keys.
#pragma once

#include <memory>
#include <string>

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

}  // namespace glasshouse::app
