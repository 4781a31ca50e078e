// Requests and answers as Glasshouse sees them; no Beast type leaves net.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace glasshouse::net {

enum class Errc { kBind = 1, kTls, kConnect, kTimeout, kTooLarge, kRefusedAddress, kProtocol };

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view name_of(Method method);

// Names compare without case. At most 100 fields, 16 KiB in all (the server refuses more with 431).
class Headers {
 public:
  void set(std::string name, std::string value);
  void add(std::string name, std::string value);
  void remove(std::string_view name);
  std::optional<std::string_view> get(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  Method method = Method::kGet;
  std::string path;                           // decoded once, always starts with '/', no "..", no NUL
  std::map<std::string, std::string> query;   // decoded; the last of equal names wins
  std::map<std::string, std::string> params;  // filled by the router: {id} …
  Headers headers;
  std::string body;
  std::string remote_address;  // textual IP
  bool secure = false;         // came by TLS
  // On a server for peers: the Ed25519 public key that the caller proved to hold, and its certificate (DER).
  std::string peer_key, peer_certificate;

  std::optional<std::string_view> cookie(std::string_view name) const;
};

// One server-sent event.
struct Event {
  std::string type;  // "read", "alert" …
  std::string data;  // one JSON text; newlines are split by the writer
  std::string id;    // may be empty
};

// The server side of one SSE client. Thread-safe. Queue bound: 256 events; a client that falls behind loses
// the oldest and is told so by an event of type "gap".
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void publish(Event event) = 0;
  virtual bool closed() const = 0;  // the client went away or the server stops
  virtual void close() = 0;
  static std::shared_ptr<EventStream> create();
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<const std::string> shared;  // when set: the body, kept once for all answers that give it
  std::shared_ptr<EventStream> events;        // when set: text/event-stream, body ignored
  std::shared_ptr<const void> held;           // lives until the answer is written or its connection ends

  const std::string& content() const { return shared ? *shared : body; }
  static Response text(int status, std::string body, std::string content_type = "text/plain; charset=utf-8");
  static Response json(int status, std::string body);  // body is JSON text
};

using Handler =
    std::function<Response(const Request&)>;  // may block; called on a worker thread; an exception gives 500

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned io_threads = 1;
  unsigned workers = 8;
  std::size_t max_queued_requests = 512;  // more are answered 503 with Retry-After
  // When there are so many, in all or of one address, the one that has kept the server waiting longest gives
  // way to the next; so it does when what is on its way in and out takes more than max_held_bytes of memory.
  std::size_t max_connections = 6000;
  std::size_t max_connections_per_address = 4000;
  std::size_t max_held_bytes = 512u << 20;
  std::size_t max_body_bytes = 1 << 20;                                  // see body_limit
  std::function<std::size_t(Method, std::string_view path)> body_limit;  // per route; default max_body_bytes
  std::uint32_t header_timeout_ms = 10000;
  std::uint32_t body_timeout_ms = 60000;
  std::uint32_t idle_timeout_ms = 60000;
  std::string tls_certificate_path, tls_key_path;  // both or neither
  // A server for peers: TLS 1.3 with this certificate (PEM texts), and only with callers whose own
  // certificate's Ed25519 key is admitted. Who signed a certificate is looked at by admits_peer alone.
  std::string peer_certificate_pem, peer_key_pem;
  std::function<bool(std::string_view public_key, std::string_view certificate_der)> admits_peer;
};

// Starts threads; stops and joins them when destroyed.
class Server {
 public:
  static base::Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual void stop() = 0;  // no new requests; those running finish (at most 10 s)
};

struct ClientRequest {
  Method method = Method::kGet;
  std::string url;
  Headers headers;
  std::string body;
  std::uint32_t timeout_ms = 30000;
  std::size_t max_answer_bytes = 8 << 20;
  bool allow_private_addresses = false;  // cameras talking to their own server on the LAN or loopback
  // To a peer: our certificate (PEM texts) and the pin of the one key that its certificate may have
  // ("sha256//…", crypto::certificate_pin); names and issuers do not matter then. All three or none.
  std::string certificate_pem, key_pem, pin;
  // To a peer, its connection stays for the next request: for a Client that speaks to one peer only.
  bool keep_connection = false;
};
struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};
// Blocking; http and https only, redirects are not followed. Thread-safe; a Client keeps its connection
// alive.
class Client {
 public:
  static std::unique_ptr<Client> create();
  virtual ~Client() = default;
  virtual base::Result<ClientResponse> send(const ClientRequest& request) = 0;
};

}  // namespace glasshouse::net
