// Sends what is spooled, oldest first, says every half minute how the camera is, renews its certificate, and
// fetches the keys that its pictures are sealed to. What another program spooled with an open picture is
// sealed on the disk before it is sent.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "edge/identity.h"
#include "edge/sealer.h"
#include "edge/spool.h"
#include "net/http.h"

namespace glasshouse::edge {

inline constexpr std::size_t kBatchReads = 100;
inline constexpr std::uint64_t kBatchBytes = 12u << 20;  // the server takes 16 MB
inline constexpr base::Millis kHeartbeat{30'000};
inline constexpr base::Millis kBetweenKeys{3600'000};  // they reach a week ahead
inline constexpr base::Millis kFirstBackoff{500}, kLongestBackoff{60'000};

// How the source is, as the heartbeat tells it. Thread-safe.
class SourceState {
 public:
  void set(std::string state, std::string message = {});  // "reading", "waiting", "failed"
  std::string state() const;
  std::string message() const;

 private:
  mutable std::mutex mutex_;
  std::string state_ = "waiting", message_;
};

struct UploaderOptions {
  std::string server;  // "https://glasshouse.example"
  std::string token;   // where there is no identity
  std::string version;
  Identity* identity = nullptr;  // outlives the uploader; its thread alone uses it
  base::Millis longest_backoff = kLongestBackoff;
};

// The wait before try number `failures` + 1: doubling, with between half and all of it drawn by `draw`
// (0..1).
base::Millis backoff(int failures, double draw, base::Millis longest);

class Uploader {
 public:
  // All outlive it. Starts its thread.
  Uploader(UploaderOptions options, Spool& spool, Sealer& sealer, SourceState& source,
           std::unique_ptr<net::Client> client);
  ~Uploader();  // stops; a request that runs is finished first

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t failures() const { return failed_; }

 private:
  enum class Sent { kNothing, kAll, kTryLater };
  void run();
  Sent send_batch();
  bool send_heartbeat();
  void renew_when_due();
  void say_refused(const net::ClientResponse& answer);
  bool fetch_keys();
  bool seal_what_is_open(std::vector<Spooled>& batch);
  bool take_answer(const std::vector<Spooled>& batch, const std::string& body);
  void pause(base::Millis most);
  net::ClientRequest request(const char* path, std::string body) const;
  void say_once(const std::string& trouble);

  UploaderOptions options_;
  Spool& spool_;
  Sealer& sealer_;
  SourceState& source_;
  std::unique_ptr<net::Client> client_;
  std::size_t batch_reads_ = kBatchReads;  // smaller after a whole batch was refused
  bool takes_parts_ = true;                // the server takes pictures as parts
  std::string last_trouble_;
  bool renewal_asked_ = false;  // the server said that the certificate ran out
  std::optional<std::chrono::steady_clock::time_point> renewal_tried_;
  std::atomic<std::uint64_t> acknowledged_{0}, failed_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace glasshouse::edge
