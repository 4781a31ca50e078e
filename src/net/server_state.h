// What the connections of one server share. Internal to net; no Beast type here.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/queue.h"
#include "net/http.h"

namespace glasshouse::net {

// Threads that run handlers. The queue is the only thing that waits.
class Workers {
 public:
  Workers(unsigned threads, std::size_t capacity);
  ~Workers();
  bool try_run(std::function<void()> job);  // false: full or stopping
  void stop();                              // those queued still run

 private:
  base::BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
};

class ConnectionBase {
 public:
  virtual ~ConnectionBase() = default;
  virtual void stop() = 0;  // thread-safe: ends it when it is idle or streaming, else after the answer
};

struct ServerState {
  ServerState(ServerOptions server_options, Handler request_handler);

  const ServerOptions options;
  const Handler handler;
  Workers workers;
  std::atomic<bool> stopping{false};

  bool enter(ConnectionBase* connection);  // false: there are max_connections
  void leave(ConnectionBase* connection);
  void stop_all(std::uint32_t wait_ms);

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_set<ConnectionBase*> connections_;
};

// The whole head of an answer, up to the empty line. body_bytes < 0: an event stream, which ends with the
// connection.
std::string head_of(const Response& response, long long body_bytes, bool keep_alive);
Response refusal(int status, std::string_view slug, std::string_view title, std::string_view next = {});

}  // namespace glasshouse::net
