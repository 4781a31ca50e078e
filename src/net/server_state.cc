#include "net/server_state.h"

#include <chrono>
#include <ctime>

#include "base/log.h"

namespace glasshouse::net {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

std::string http_date() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, length};
}

}  // namespace

Workers::Workers(unsigned threads, std::size_t capacity) : jobs_(capacity) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      while (auto job = jobs_.pop()) (*job)();
    });
  }
}

Workers::~Workers() {
  stop();
}

bool Workers::try_run(std::function<void()> job) {
  return jobs_.try_push(job);
}

void Workers::stop() {
  jobs_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

ServerState::ServerState(ServerOptions server_options, Handler request_handler)
    : options(std::move(server_options)),
      handler(std::move(request_handler)),
      workers(options.workers, options.max_queued_requests) {}

bool ServerState::enter(ConnectionBase* connection) {
  std::lock_guard lock(mutex_);
  if (stopping || connections_.size() >= options.max_connections) return false;
  connections_.insert(connection);
  return true;
}

void ServerState::leave(ConnectionBase* connection) {
  std::lock_guard lock(mutex_);
  connections_.erase(connection);
  if (connections_.empty()) empty_.notify_all();
}

void ServerState::stop_all(std::uint32_t wait_ms) {
  std::unique_lock lock(mutex_);
  for (ConnectionBase* connection : connections_) connection->stop();
  if (!empty_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return connections_.empty(); })) {
    base::log(base::Level::kWarn, "net",
              std::to_string(connections_.size()) + " connections cut off at the end");
  }
}

std::string head_of(const Response& response, long long body_bytes, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_of(response.status);
  head += "\r\nDate: " + http_date() + "\r\n";
  for (const auto& [name, value] : response.headers.all()) head += name + ": " + value + "\r\n";
  if (body_bytes >= 0 && response.status != 204 && response.status != 304) {
    head += "Content-Length: " + std::to_string(body_bytes) + "\r\n";
  }
  if (!keep_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

Response refusal(int status, std::string_view slug, std::string_view title, std::string_view next) {
  std::string body = R"({"type":"/problems/)" + std::string(slug) + R"(","title":")" + std::string(title) +
                     R"(","status":)" + std::to_string(status);
  if (!next.empty()) body += R"(,"next":")" + std::string(next) + "\"";
  Response response = Response::text(status, body + "}", "application/problem+json");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace glasshouse::net
