// Inside delivery, and for whoever makes a channel of a browser: web push (docs/formats/web-push.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "delivery/sending.h"

namespace glasshouse::delivery {

inline constexpr base::Millis kPushLife = std::chrono::hours(4);  // how long a push service keeps a message

// https, at the push service of a browser that we know, or at one of `more` ("host:port").
bool is_push_service(std::string_view url, const std::vector<std::string>& more);

// "HOST:PORT,HOST:PORT"; kBadField.
base::Result<std::vector<std::string>> push_services_in(std::string_view text);

// The two keys that a browser gives, as a channel's secret; kBadField when they are none. Both base64url.
base::Result<std::string> receiver_text(std::string_view p256dh, std::string_view auth);

struct PushSender {
  std::string secret;   // of the server's key, 32 bytes
  std::string contact;  // https://…: whom a push service asks
};

Outcome send_by_push(net::Client& client, const PushSender& sender, const Channel& channel,
                     const Outgoing& message, base::Time now);

}  // namespace glasshouse::delivery
