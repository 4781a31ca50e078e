// One connection, as a coroutine over a plain or a TLS stream. Internal to net: included by server.cc and
// server_tls.cc only, because every inclusion costs half a minute of compiling.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/log.h"
#include "net/event_queue.h"
#include "net/server_state.h"
#include "net/target.h"

namespace glasshouse::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

inline constexpr std::uint32_t kHeaderBytes = 16 * 1024;
inline constexpr std::size_t kMaxHeaderFields = 100;
inline constexpr std::chrono::seconds kWriteTimeout{60};  // for one answer
// What the system takes of an answer before its reader has taken it. Left to itself it takes megabytes, and a
// thousand readers that do not read keep the network thread copying for a second.
inline constexpr int kSendBufferBytes = 64 << 10;
inline constexpr std::chrono::seconds kEventWriteTimeout{15};  // a reader that takes longer is gone
inline constexpr std::chrono::seconds kPingPeriod{15};
inline constexpr std::chrono::seconds kLinger{2};

inline std::optional<Method> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::put:
      return Method::kPut;
    case http::verb::patch:
      return Method::kPatch;
    case http::verb::delete_:
      return Method::kDelete;
    case http::verb::options:
      return Method::kOptions;
    default:
      return std::nullopt;
  }
}

template <class Stream>
inline constexpr bool kIsTls = !std::is_same_v<Stream, beast::tcp_stream>;

// No co_await stands in a condition below: g++ 12 then destroys the wrong frame (a connection never ended).
// Everything runs on the stream's strand; stop() and the workers post to it.
// Who was let in by its certificate.
struct Peer {
  std::string key, certificate;  // as in Request
};

template <class Stream>
class Connection final : public ConnectionBase, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(std::shared_ptr<ServerState> state, Stream stream, std::string remote, bool secure,
             std::shared_ptr<const Peer> peer)
      : state_(std::move(state)),
        stream_(std::move(stream)),
        remote_(std::move(remote)),
        secure_(secure),
        peer_(std::move(peer)) {}

  static asio::awaitable<void> run(std::shared_ptr<Connection> self) {
    if (!self->state_->enter(self.get(), self->remote_)) co_return;
    self->state_->waits(self.get());
    try {
      co_await self->serve();
    } catch (const std::exception& error) {
      base::log(base::Level::kError, "net", std::string("connection: ") + error.what());
    }
    self->close_socket();
    self->state_->leave(self.get());
  }

  void give_way() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->close_socket(); });
  }

  void stop() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      if (self->events_) self->events_->close();
      if (!self->busy_) self->close_socket();
    });
  }

 private:
  using Parser = http::request_parser<http::string_body>;
  auto into(ErrorCode& error) { return asio::redirect_error(asio::use_awaitable, error); }
  beast::tcp_stream& tcp() { return beast::get_lowest_layer(stream_); }

  void close_socket() {
    ErrorCode ignored;
    tcp().socket().shutdown(asio::socket_base::shutdown_both, ignored);
    tcp().close();
  }

  asio::awaitable<void> serve() {
    if constexpr (kIsTls<Stream>) {
      ErrorCode error;
      tcp().expires_after(std::chrono::milliseconds(state_->options.header_timeout_ms));
      co_await stream_.async_handshake(Stream::server, into(error));
      if (error) co_return;
    }
    for (;;) {
      if (state_->stopping) co_return;
      const bool more = co_await wait_for_request();
      if (!more) co_return;
      busy_ = true;
      const bool keep = co_await serve_one();
      busy_ = false;
      if (!keep) co_return;
    }
  }

  asio::awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    ErrorCode error;
    tcp().expires_after(std::chrono::milliseconds(state_->options.idle_timeout_ms));
    const std::size_t got = co_await stream_.async_read_some(buffer_.prepare(4096), into(error));
    buffer_.commit(got);
    co_return !error;
  }

  // Whether the connection may be used again.
  asio::awaitable<bool> serve_one() {
    Parser parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(boost::none);  // set below, once the route is known
    ErrorCode error;
    tcp().expires_after(std::chrono::milliseconds(state_->options.header_timeout_ms));
    co_await http::async_read_header(stream_, buffer_, parser, into(error));
    if (error) {
      if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        co_await refuse(refusal(431, "header-too-large", "The request's header is too large."));
      } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
                 error != http::error::end_of_stream && error != http::error::partial_message) {
        co_await refuse(refusal(400, "bad-request", "The request is not HTTP/1.1."));
      }
      co_return false;
    }

    Request request;
    if (auto bad = check_head(parser, request)) {
      co_await refuse(std::move(*bad));
      co_return false;
    }
    const std::size_t limit = state_->options.body_limit
                                  ? state_->options.body_limit(request.method, request.path)
                                  : state_->options.max_body_bytes;
    const auto announced = parser.content_length();
    if (announced && *announced > limit) {
      co_await refuse(too_large());
      co_return false;
    }
    parser.body_limit(limit);
    if (!parser.is_done()) {
      if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        co_await asio::async_write(stream_, asio::buffer(kContinue), into(error));
        if (error) co_return false;
      }
      tcp().expires_after(std::chrono::milliseconds(state_->options.body_timeout_ms));
      bool has_room = true;
      while (has_room && !error && !parser.is_done()) {
        co_await http::async_read_some(stream_, buffer_, parser, into(error));
        has_room = state_->holds(this, parser.get().body().size());
      }
      if (!has_room) {
        co_await refuse(busy());
        co_return false;
      }
      if (error == http::error::body_limit) {
        co_await refuse(too_large());
      } else if (error.category() == http::make_error_code(http::error::bad_chunk).category() &&
                 error != http::error::partial_message && error != http::error::end_of_stream) {
        co_await refuse(refusal(400, "bad-request", "The request's body is not well formed."));
      }
      if (error) co_return false;
    }
    request.body = std::move(parser.get().body());
    const bool is_head = request.method == Method::kHead;
    const bool keep_alive = parser.get().keep_alive() && !state_->stopping;

    if (!state_->works(this)) co_return false;
    std::optional<Response> response = co_await on_worker(std::move(request));
    if (!response) {
      const bool written = co_await write(busy(), is_head, keep_alive);
      co_return written&& keep_alive;
    }
    if (response->events) {
      co_await stream_events(*response, is_head);
      co_return false;
    }
    const bool keep = keep_alive && !state_->stopping;
    const bool written = co_await write(*response, is_head, keep);
    co_return written&& keep;
  }

  static Response busy() {
    Response response =
        refusal(503, "busy", "The server has more to do than it can take.", "Try again in a moment.");
    response.headers.set("Retry-After", "2");
    return response;
  }

  static Response too_large() {
    return refusal(413, "too-large", "The request's body is larger than this address takes.");
  }

  std::optional<Response> check_head(const Parser& parser, Request& request) {
    const auto& message = parser.get();
    if (message.version() != 11) return refusal(505, "http-version", "This server speaks HTTP/1.1.");
    const auto method = method_of(message.method());
    if (!method) return refusal(501, "method", "This server does not know that method.");
    std::size_t fields = 0, hosts = 0;
    for (const auto& field : message) {
      if (++fields > kMaxHeaderFields) {
        return refusal(431, "header-too-large", "The request has more than 100 header fields.");
      }
      if (field.name() == http::field::host) ++hosts;
      request.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    if (hosts != 1) return refusal(400, "bad-request", "The request must name exactly one host.");
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) return refusal(400, "bad-address", "The address is not well formed.");
    request.method = *method;
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.remote_address = remote_;
    request.secure = secure_;
    if (peer_ != nullptr) {
      request.peer_key = peer_->key;
      request.peer_certificate = peer_->certificate;
    }
    return std::nullopt;
  }

  // Nothing when the queue is full.
  asio::awaitable<std::optional<Response>> on_worker(Request request) {
    struct Call {
      explicit Call(const asio::any_io_executor& executor) : done(executor) {}
      Request request;
      Response response;
      bool finished = false;  // on the strand
      asio::steady_timer done;
    };
    auto call = std::make_shared<Call>(stream_.get_executor());
    call->request = std::move(request);
    call->done.expires_at(asio::steady_timer::time_point::max());
    const bool taken = state_->workers.try_run([call, self = this->shared_from_this()] {
      try {
        call->response = self->state_->handler(call->request);
      } catch (const std::exception& error) {
        base::log(base::Level::kError, "net", std::string("handler: ") + error.what());
        call->response = refusal(500, "internal", "The server failed.", "Try again.");
      }
      asio::post(self->stream_.get_executor(), [call, self] {
        call->finished = true;
        call->done.cancel();
      });
    });
    if (!taken) co_return std::nullopt;
    while (!call->finished) {
      ErrorCode cancelled;
      co_await call->done.async_wait(into(cancelled));
    }
    co_return std::move(call->response);
  }

  asio::awaitable<bool> write(const Response& response, bool is_head, bool keep_alive) {
    const std::string& body = response.content();
    const std::string head = head_of(response, static_cast<long long>(body.size()), keep_alive);
    const std::size_t written = is_head || response.status == 204 || response.status == 304 ? 0 : body.size();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body.data(), written)};
    // What many share is nobody's to give back.
    if (!state_->holds(this, response.shared ? 0 : written)) co_return false;
    state_->waits(this);
    ErrorCode error;
    tcp().expires_after(kWriteTimeout);
    co_await asio::async_write(stream_, parts, into(error));
    if (!state_->works(this) || !state_->holds(this, 0)) co_return false;
    state_->waits(this);
    co_return !error;
  }

  // Answers and closes. What the client still sends is read for a moment, for a reset would take the answer
  // from it.
  asio::awaitable<void> refuse(Response response) {
    const bool written = co_await write(response, false, false);
    if (!written) co_return;
    ErrorCode error;
    tcp().socket().shutdown(asio::socket_base::shutdown_send, error);
    tcp().expires_after(kLinger);
    constexpr std::size_t kMaxDrained = 4 << 20;
    for (std::size_t drained = 0; !error && drained < kMaxDrained;) {
      buffer_.clear();
      drained += co_await stream_.async_read_some(buffer_.prepare(16384), into(error));
    }
  }

  asio::awaitable<void> stream_events(const Response& response, bool is_head) {
    auto events = std::dynamic_pointer_cast<EventQueue>(response.events);
    Response head = response;
    head.headers.set("Content-Type", "text/event-stream");
    head.headers.set("Cache-Control", "no-store");
    const std::string text = head_of(head, -1, false) + ": here\n\n";
    ErrorCode error;
    tcp().expires_after(kEventWriteTimeout);
    co_await asio::async_write(stream_, asio::buffer(text), into(error));
    if (is_head || error || !events) {
      if (events) events->close();
      co_return;
    }
    events_ = events;
    auto self = this->shared_from_this();
    auto ready = std::make_shared<bool>(true);  // on the strand
    auto timer = std::make_shared<asio::steady_timer>(stream_.get_executor());
    events->on_ready([self, ready, timer] {
      asio::post(self->stream_.get_executor(), [ready, timer] {
        *ready = true;
        timer->cancel();
      });
    });
    asio::co_spawn(stream_.get_executor(), watch_gone(self), [](std::exception_ptr) {});
    while (!error && !state_->stopping) {
      if (!*ready && !events->closed()) {
        timer->expires_after(kPingPeriod);
        ErrorCode woken;
        co_await timer->async_wait(into(woken));
      }
      const bool was_ready = std::exchange(*ready, false);
      std::string wire = events->take();
      if (wire.empty() && events->closed()) break;
      if (wire.empty() && !was_ready) wire = ": ping\n\n";
      if (wire.empty()) continue;
      tcp().expires_after(kEventWriteTimeout);
      co_await asio::async_write(stream_, asio::buffer(wire), into(error));
    }
    events->on_ready(nullptr);  // breaks the circle that keeps this connection alive
    events->close();
    events_.reset();
  }

  // A stream's client has nothing to say; when the read ends, it has gone.
  static asio::awaitable<void> watch_gone(std::shared_ptr<Connection> self) {
    ErrorCode error;
    std::array<char, 256> bytes{};
    while (!error) {
      self->tcp().expires_never();
      co_await self->stream_.async_read_some(asio::buffer(bytes), self->into(error));
    }
    if (self->events_) self->events_->close();
  }

  std::shared_ptr<ServerState> state_;
  Stream stream_;
  const std::string remote_;
  const bool secure_;
  const std::shared_ptr<const Peer> peer_;  // filled by the handshake
  beast::flat_buffer buffer_{kHeaderBytes + 65536};
  bool busy_ = false;
  std::shared_ptr<EventQueue> events_;
};

template <class Stream>
void start_connection(std::shared_ptr<ServerState> state, Stream stream, std::string remote, bool secure,
                      std::shared_ptr<const Peer> peer = nullptr) {
  auto executor = stream.get_executor();
  auto connection = std::make_shared<Connection<Stream>>(std::move(state), std::move(stream),
                                                         std::move(remote), secure, std::move(peer));
  asio::co_spawn(executor, Connection<Stream>::run(std::move(connection)), [](std::exception_ptr error) {
    if (error) base::log(base::Level::kError, "net", "a connection ended with an exception");
  });
}

}  // namespace glasshouse::net
