// Inside delivery: what a channel must hold, and its rows.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "delivery/delivery.h"

namespace glasshouse::delivery {

// push_services: "host:port" besides the browsers' own.
base::Result<void> check_channel(const Channel& channel, const std::vector<std::string>& push_services);

inline constexpr std::string_view kChannelColumns =
    "id, name, kind, url, user_name, topic, mail_from, mail_to, enabled, parts, quiet_from_min, "
    "quiet_until_min, days, cooldown_s, camera_ids, "
    "states, made_by, made_at, owner, ended_at";
Channel channel_of(const db::Row& row);
void bind_channel(const Channel& channel, db::Params& params);

inline constexpr std::string_view kDeliveryColumns =
    "id, channel_id, alert_id, state, made_at, next_at, done_at, attempts, status, sentence";
Delivery delivery_of(const db::Row& row);

base::Error delivery_store_error(const base::Error& cause);

}  // namespace glasshouse::delivery
