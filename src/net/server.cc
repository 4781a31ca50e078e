#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

#include "net/connection.h"
#include "net/tls.h"

namespace glasshouse::net {
namespace {

using Tcp = asio::ip::tcp;

constexpr std::uint32_t kStopWaitMs = 10000;
constexpr std::size_t kOtherFiles = 512;                // of the process, besides connections
constexpr std::chrono::milliseconds kAcceptPause{200};  // when the process has no file descriptors left

// No more connections than the process may have files: told once here, not at every one that does not fit.
void fit_into_file_limit(ServerOptions& options) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return;
  const auto allowed = static_cast<std::size_t>(files.rlim_cur);
  const std::size_t fit = std::max(allowed / 2, allowed - std::min(allowed, kOtherFiles));
  if (options.max_connections <= fit) return;
  base::log(base::Level::kWarn, "net",
            "this process may open " + std::to_string(allowed) + " files, so it takes " +
                std::to_string(fit) + " connections at once and not " +
                std::to_string(options.max_connections) +
                "; raise the limit (ulimit -n, LimitNOFILE=) for more");
  options.max_connections = fit;
  options.max_connections_per_address = std::min(options.max_connections_per_address, fit);
}

base::Error cannot_listen(const ServerOptions& options, const ErrorCode& error) {
  const std::string where = options.address + ":" + std::to_string(options.port);
  if (error == asio::error::address_in_use) {
    return base::Error(Errc::kBind, "The address " + where + " is taken.", "Another program listens there.",
                       "Stop it, or choose another port with --port.");
  }
  if (error == asio::error::access_denied) {
    return base::Error(Errc::kBind, "The address " + where + " may not be used.",
                       "Ports below 1024 need a privilege.", "Choose a port from 1024 up.");
  }
  return base::Error(Errc::kBind, "The server cannot listen on " + where + ".", error.message(),
                     "Check the address: it must be one of this machine.");
}

std::string text_of(const Tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

class BeastServer final : public Server {
 public:
  BeastServer(ServerOptions options, Handler handler)
      : state_(std::make_shared<ServerState>(std::move(options), std::move(handler))),
        io_(static_cast<int>(state_->options.io_threads)),
        acceptor_(asio::make_strand(io_)) {}

  ~BeastServer() override { stop(); }

  base::Result<void> listen() {
    const ServerOptions& options = state_->options;
    if (!options.tls_certificate_path.empty()) {
      auto tls = TlsContext::load(options.tls_certificate_path, options.tls_key_path);
      if (!tls) return tl::unexpected(tls.error());
      tls_ = std::move(*tls);
    }
    if (options.admits_peer) {
      auto tls =
          TlsContext::for_peers(options.peer_certificate_pem, options.peer_key_pem, options.admits_peer);
      if (!tls) return tl::unexpected(tls.error());
      tls_ = std::move(*tls);
    }
    // Here and not in the coroutine, so that a taken address is an error of start() and not an idle server.
    ErrorCode error;
    const auto address = asio::ip::make_address(options.address, error);
    const Tcp::endpoint endpoint(address, options.port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    // Each connection has it from here.
    if (!error) acceptor_.set_option(asio::socket_base::send_buffer_size(kSendBufferBytes), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return tl::unexpected(cannot_listen(options, error));
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(acceptor_.get_executor(), accept(), [](std::exception_ptr failed) {
      if (!failed) return;
      base::log(base::Level::kError, "net", "the accept loop failed; the program ends");
      std::terminate();
    });
    for (unsigned i = 0; i < options.io_threads; ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void stop() override {
    if (state_->stopping.exchange(true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      ErrorCode ignored;
      acceptor_.close(ignored);
    });
    state_->stop_all(kStopWaitMs);
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    state_->workers.stop();
  }

 private:
  asio::awaitable<void> accept() {
    while (!state_->stopping) {
      ErrorCode error;
      auto socket = co_await acceptor_.async_accept(asio::make_strand(io_),
                                                    asio::redirect_error(asio::use_awaitable, error));
      if (state_->stopping) co_return;
      if (error) {
        if (error == asio::error::operation_aborted) co_return;
        if (error == asio::error::no_descriptors) state_->make_room();
        if (const auto now = std::chrono::steady_clock::now(); now - told_at_ >= kBetweenComplaints) {
          told_at_ = now;
          base::log(base::Level::kWarn, "net", "a connection could not be taken: " + error.message());
        }
        asio::steady_timer pause(acceptor_.get_executor(), kAcceptPause);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      socket.set_option(Tcp::no_delay(true), error);
      const auto endpoint = socket.remote_endpoint(error);
      if (error) continue;  // gone already
      beast::tcp_stream stream(std::move(socket));
      if (tls_) {
        tls_->start(state_, std::move(stream), text_of(endpoint));
      } else {
        start_connection(state_, std::move(stream), text_of(endpoint), false);
      }
    }
  }

  std::shared_ptr<ServerState> state_;
  std::shared_ptr<TlsContext> tls_;
  asio::io_context io_;
  Tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::chrono::steady_clock::time_point told_at_{};  // of the accepting strand
  std::vector<std::thread> threads_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  if (options.io_threads == 0) options.io_threads = 1;
  if (options.workers == 0) options.workers = 1;
  fit_into_file_limit(options);
  if (options.tls_certificate_path.empty() != options.tls_key_path.empty()) {
    return base::failure(Errc::kTls, "TLS needs both a certificate and a key.", {},
                         "Give both paths or neither.");
  }
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler));
  if (auto listening = server->listen(); !listening) return tl::unexpected(listening.error());
  return server;
}

}  // namespace glasshouse::net
