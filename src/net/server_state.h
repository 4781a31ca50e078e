// What the connections of one server share. Internal to net; no Beast type here.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/queue.h"
#include "net/http.h"

namespace glasshouse::net {

inline constexpr std::chrono::minutes kBetweenComplaints{1};  // about the same trouble, in the log

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
  virtual void stop() = 0;      // thread-safe: ends it when it is idle or streaming, else after the answer
  virtual void give_way() = 0;  // thread-safe: ends it when it waits for its client
};

struct ServerState {
  ServerState(ServerOptions server_options, Handler request_handler);

  const ServerOptions options;
  const Handler handler;
  Workers workers;
  std::atomic<bool> stopping{false};

  // False: there are too many, and none of them waits for its client.
  bool enter(ConnectionBase* connection, const std::string& address);
  void leave(ConnectionBase* connection);
  // From here on the server waits for this one's client: to ask, or to take its answer.
  void waits(ConnectionBase* connection);
  bool works(ConnectionBase* connection);  // no longer; false: it had to give way meanwhile
  // What it holds in memory for its client. False: there is no room, and nobody who could give way.
  bool holds(ConnectionBase* connection, std::size_t bytes);
  void make_room();  // the process has no file descriptors left: one gives way
  void stop_all(std::uint32_t wait_ms);

 private:
  struct Standing {
    std::string address;
    std::uint64_t waits_since = 0;  // a number that grows; 0: it does not wait
    std::size_t held_bytes = 0;
    bool gives_way = false;  // it is on its way out and counts no more
  };
  template <class Which>
  bool one_gives_way(const Which& which);
  void count_out(Standing& standing);

  std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<ConnectionBase*, Standing> connections_;
  std::map<std::uint64_t, ConnectionBase*> waiting_;  // who waits longest first
  std::unordered_map<std::string, std::size_t> of_address_;
  std::size_t counted_ = 0, held_bytes_ = 0;
  std::uint64_t turn_ = 0, gave_way_ = 0;
  std::chrono::steady_clock::time_point told_at_{};
};

// The whole head of an answer, up to the empty line. body_bytes < 0: an event stream, which ends with the
// connection.
std::string head_of(const Response& response, long long body_bytes, bool keep_alive);
Response refusal(int status, std::string_view slug, std::string_view title, std::string_view next = {});

}  // namespace glasshouse::net
