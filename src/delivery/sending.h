// Inside delivery: one attempt at a message, by the kind of its channel.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/delivery.h"
#include "net/mqtt.h"

namespace glasshouse::delivery {

struct Outgoing {
  std::string id, secret, body;
  std::string alert_id, alert_state;  // empty: a test
  base::Time made_at;
};

struct Outcome {
  bool delivered = false;
  bool refused = false;  // not to be tried again
  bool gone = false;     // nor is anything else: the browser is not there any more
  int status = 0;        // the HTTP answer's; 0 when there was none
  std::string sentence;
};

// POST with the header that signs it: webhook and cap.
Outcome send_by_http(net::Client& client, const Channel& channel, const Outgoing& message, base::Time now);
Outcome send_by_mail(const net::Reach& reach, const Channel& channel, const Outgoing& message);

// Connections to brokers are kept, so that a broker tells others when this server is gone. For one thread.
class Brokers {
 public:
  Brokers(const base::Clock& clock, net::Reach reach) : clock_(clock), reach_(std::move(reach)) {}
  ~Brokers();
  Brokers(const Brokers&) = delete;
  Brokers& operator=(const Brokers&) = delete;

  Outcome send(const Channel& channel, const Outgoing& message);
  // Opens what is not open (each at most once a minute), answers the brokers, leaves those that are no more
  // wanted.
  void tend(const std::vector<std::pair<Channel, std::string>>& wanted);  // with their passwords

 private:
  struct Kept {
    Channel channel;
    std::unique_ptr<net::MqttLink> link;
    base::Time tried_at;
  };
  base::Result<net::MqttLink*> link_to(const Channel& channel, const std::string& password);
  void leave(Kept& kept);

  const base::Clock& clock_;
  const net::Reach reach_;
  std::map<std::string, Kept> kept_;  // by the channel's id
};

}  // namespace glasshouse::delivery
