#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "net/connection.h"
#include "net/tls.h"

namespace glasshouse::net {
namespace {

using TlsStream = asio::ssl::stream<beast::tcp_stream>;

class OpenSslContext final : public TlsContext {
 public:
  OpenSslContext() : context_(asio::ssl::context::tls_server) {}

  base::Result<void> use(const std::string& certificate_path, const std::string& key_path) {
    ErrorCode error;
    context_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1 | asio::ssl::context::single_dh_use,
                         error);
    if (!error) context_.use_certificate_chain_file(certificate_path, error);
    if (error) return failed("certificate", error);
    context_.use_private_key_file(key_path, asio::ssl::context::pem, error);
    if (error) return failed("key", error);
    return {};
  }

  void start(std::shared_ptr<ServerState> state, beast::tcp_stream stream, std::string remote) override {
    start_connection(std::move(state), TlsStream(std::move(stream), context_), std::move(remote), true);
  }

 private:
  static tl::unexpected<base::Error> failed(const std::string& what, const ErrorCode& error) {
    return base::failure(Errc::kTls, "The TLS " + what + " cannot be used.", error.message(),
                         "Check the paths of certificate and key: both PEM, and belonging together.");
  }
  asio::ssl::context context_;
};

}  // namespace

base::Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::string& certificate_path,
                                                           const std::string& key_path) {
  auto context = std::make_shared<OpenSslContext>();
  if (auto used = context->use(certificate_path, key_path); !used) return tl::unexpected(used.error());
  return context;
}

}  // namespace glasshouse::net
