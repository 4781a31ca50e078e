// TLS for the server; its own file because Beast over TLS takes as long to compile as all the rest. Internal
// to net.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/server_state.h"

namespace glasshouse::net {

class TlsContext {
 public:
  // TLS 1.2 and 1.3 only.
  static base::Result<std::shared_ptr<TlsContext>> load(const std::string& certificate_path,
                                                        const std::string& key_path);
  // TLS 1.3, mutual, for peers (ServerOptions::admits_peer).
  static base::Result<std::shared_ptr<TlsContext>> for_peers(
      const std::string& certificate_pem, const std::string& key_pem,
      std::function<bool(std::string_view public_key, std::string_view certificate_der)> admits);
  virtual ~TlsContext() = default;
  virtual void start(std::shared_ptr<ServerState> state, boost::beast::tcp_stream stream,
                     std::string remote) = 0;
};

}  // namespace glasshouse::net
