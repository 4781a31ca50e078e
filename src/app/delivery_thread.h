// Sends the outbox's messages beside the requests, and tells it of alerts.
#pragma once

#include <memory>
#include <string_view>

#include "alerts/alerts.h"
#include "api/route.h"
#include "app/rounds.h"
#include "app/serve_options.h"
#include "delivery/delivery.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kDeliveryPeriod{2};
inline constexpr std::chrono::hours kDeliverySweepPeriod{1};

// What a channel may be told of an alert: nothing that needs a permit.
delivery::Notice notice_of(const alerts::Summary& alert, records::Records& records);

// Minutes of the day and weekday in the zone; in UTC when the system does not know it.
delivery::LocalTime local_time(base::Time at, std::string_view zone);

// With what the outbox asks of the rest of the program, and of whoever runs it, filled in. `services`
// outlives it.
base::Result<std::unique_ptr<delivery::Outbox>> open_outbox_for(api::Services& services,
                                                                const ServeOptions& told,
                                                                delivery::Options options);

// Sends every kDeliveryPeriod on a thread of its own, which it ends when destroyed.
class DeliveryThread {
 public:
  explicit DeliveryThread(delivery::Outbox& outbox);

 private:
  void round();

  delivery::Outbox& outbox_;
  std::chrono::steady_clock::time_point sweep_at_ = std::chrono::steady_clock::now();
  Rounds rounds_;
};

}  // namespace glasshouse::app
