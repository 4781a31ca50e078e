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
    TlsStream tls(std::move(stream), context_);
    std::shared_ptr<Peer> peer;
    if (admits_) {
      peer = std::make_shared<Peer>();
      ErrorCode error;
      // Called once or more for the one certificate that a peer sends; that it holds the key the handshake
      // shows.
      tls.set_verify_callback(
          [peer, admits = admits_](bool, asio::ssl::verify_context& chain) {
            if (X509_STORE_CTX_get_error_depth(chain.native_handle()) != 0) return false;
            std::string key = key_of(chain.native_handle()), certificate = der_of(chain.native_handle());
            if (key.empty() || certificate.empty() || !admits(key, certificate)) return false;
            *peer = {std::move(key), std::move(certificate)};
            return true;
          },
          error);
      if (error) return;
    }
    start_connection(std::move(state), std::move(tls), std::move(remote), true, std::move(peer));
  }

  base::Result<void> use_for_peers(const std::string& certificate, const std::string& key,
                                   std::function<bool(std::string_view, std::string_view)> admits) {
    ErrorCode error;
    context_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_tlsv1_2,
                         error);
    if (!error) context_.use_certificate_chain(asio::buffer(certificate), error);
    if (error) return failed("certificate", error);
    context_.use_private_key(asio::buffer(key), asio::ssl::context::pem, error);
    if (error) return failed("key", error);
    context_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
    if (error) return failed("certificate", error);
    // A resumed session would prove nothing anew: every connection shows its certificate.
    SSL_CTX_set_session_cache_mode(context_.native_handle(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context_.native_handle(), 0);
    admits_ = std::move(admits);
    return {};
  }

 private:
  // The Ed25519 key of the certificate that is looked at; empty: it has another kind of key.
  static std::string key_of(X509_STORE_CTX* chain) {
    X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    EVP_PKEY* key = certificate != nullptr ? X509_get0_pubkey(certificate) : nullptr;
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1 ||
        size != raw.size()) {
      return {};
    }
    return raw;
  }

  static std::string der_of(X509_STORE_CTX* chain) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(X509_STORE_CTX_get_current_cert(chain), &bytes);
    if (size <= 0) return {};
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
  }

  static tl::unexpected<base::Error> failed(const std::string& what, const ErrorCode& error) {
    return base::failure(Errc::kTls, "The TLS " + what + " cannot be used.", error.message(),
                         "Check the paths of certificate and key: both PEM, and belonging together.");
  }
  asio::ssl::context context_;
  std::function<bool(std::string_view, std::string_view)> admits_;
};

}  // namespace

base::Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::string& certificate_path,
                                                           const std::string& key_path) {
  auto context = std::make_shared<OpenSslContext>();
  if (auto used = context->use(certificate_path, key_path); !used) return tl::unexpected(used.error());
  return context;
}

base::Result<std::shared_ptr<TlsContext>> TlsContext::for_peers(
    const std::string& certificate_pem, const std::string& key_pem,
    std::function<bool(std::string_view, std::string_view)> admits) {
  auto context = std::make_shared<OpenSslContext>();
  if (auto used = context->use_for_peers(certificate_pem, key_pem, std::move(admits)); !used)
    return tl::unexpected(used.error());
  return context;
}

}  // namespace glasshouse::net
