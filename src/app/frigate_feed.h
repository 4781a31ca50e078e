// Listens to brokers on which a Frigate tells of what it saw; each message goes the way of one that came by
// POST /api/v1/from/frigate: the same key, adapter, receipts and alerts (docs/formats/outside.md).
#pragma once

#include <atomic>
#include <thread>

#include "api/route.h"
#include "app/outside_map.h"
#include "net/http.h"
#include "net/mqtt.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kFrigatePause{30};  // after a broker was lost, or nobody has the key

// One broker, on a thread of its own, which it ends when destroyed.
class FrigateFeed {
 public:
  // `answers` is the server's own handler.
  FrigateFeed(FrigateBroker broker, std::string ca_file, api::Services& services, net::Handler answers);
  ~FrigateFeed();
  FrigateFeed(const FrigateFeed&) = delete;
  FrigateFeed& operator=(const FrigateFeed&) = delete;

 private:
  void run();
  base::Result<void> listen();  // until something fails, or it is to stop
  void note_connected(const std::string& key);
  base::Result<void> hand_over(const net::MqttMessage& message, const std::string& key);

  const FrigateBroker broker_;
  const std::string ca_file_, id_;  // id_: in the book of what is outside
  api::Services& services_;
  const net::Handler answers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace glasshouse::app
