// Inside delivery: one attempt at a message, by the kind of its channel.
#pragma once

#include <string>

#include "delivery/delivery.h"

namespace glasshouse::delivery {

struct Outgoing {
  std::string id, kind, url, secret, body;
};

struct Outcome {
  bool delivered = false;
  bool refused = false;  // not to be tried again
  int status = 0;        // the HTTP answer's; 0 when there was none
  std::string sentence;
};

// POST with the header that signs it: webhook and cap.
Outcome send_by_http(net::Client& client, const Outgoing& message, base::Time now);

}  // namespace glasshouse::delivery
