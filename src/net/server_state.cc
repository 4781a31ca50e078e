#include "net/server_state.h"

#include <chrono>
#include <ctime>
#include <utility>

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

void ServerState::count_out(Standing& standing) {
  if (standing.gives_way) return;
  standing.gives_way = true;
  --counted_;
  held_bytes_ -= standing.held_bytes;
  standing.held_bytes = 0;
  if (const auto found = of_address_.find(standing.address);
      found != of_address_.end() && --found->second == 0)
    of_address_.erase(found);
}

// The one that waits longest among those that `which` names.
template <class Which>
bool ServerState::one_gives_way(const Which& which) {
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    Standing& standing = connections_.at(it->second);
    if (!which(it->second, standing)) continue;
    it->second->give_way();
    count_out(standing);
    standing.waits_since = 0;
    waiting_.erase(it);
    ++gave_way_;
    const auto now = std::chrono::steady_clock::now();
    if (now - told_at_ >= kBetweenComplaints) {
      told_at_ = now;
      base::log(base::Level::kWarn, "net",
                "too many connections, or too much held for slow ones: " + std::to_string(gave_way_) +
                    " that kept the server waiting had to give way so far");
    }
    return true;
  }
  return false;
}

bool ServerState::enter(ConnectionBase* connection, const std::string& address) {
  std::lock_guard lock(mutex_);
  if (stopping) return false;
  const auto own = of_address_.find(address);
  if (own != of_address_.end() && own->second >= options.max_connections_per_address &&
      !one_gives_way([&](auto*, const Standing& other) { return other.address == address; }))
    return false;
  if (counted_ >= options.max_connections && !one_gives_way([](auto*, const Standing&) { return true; }))
    return false;
  connections_.emplace(connection, Standing{.address = address});
  ++of_address_[address];
  ++counted_;
  return true;
}

void ServerState::leave(ConnectionBase* connection) {
  std::lock_guard lock(mutex_);
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  count_out(found->second);
  waiting_.erase(found->second.waits_since);
  connections_.erase(found);
  if (connections_.empty()) empty_.notify_all();
}

void ServerState::waits(ConnectionBase* connection) {
  std::lock_guard lock(mutex_);
  Standing& standing = connections_.at(connection);
  if (standing.gives_way || standing.waits_since != 0) return;
  standing.waits_since = ++turn_;
  waiting_.emplace(standing.waits_since, connection);
}

bool ServerState::works(ConnectionBase* connection) {
  std::lock_guard lock(mutex_);
  Standing& standing = connections_.at(connection);
  waiting_.erase(std::exchange(standing.waits_since, 0));
  return !standing.gives_way;
}

bool ServerState::holds(ConnectionBase* connection, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  Standing& standing = connections_.at(connection);
  if (standing.gives_way) return bytes == 0;
  held_bytes_ = held_bytes_ - standing.held_bytes + bytes;
  standing.held_bytes = bytes;
  while (held_bytes_ > options.max_held_bytes) {
    const bool gave = one_gives_way([&](ConnectionBase* other, const Standing& its) {
      return other != connection && its.held_bytes > 0;
    });
    if (!gave) return false;
  }
  return true;
}

void ServerState::make_room() {
  std::lock_guard lock(mutex_);
  one_gives_way([](auto*, const Standing&) { return true; });
}

void ServerState::stop_all(std::uint32_t wait_ms) {
  std::unique_lock lock(mutex_);
  for (const auto& [connection, standing] : connections_) connection->stop();
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
