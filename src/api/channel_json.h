// What the house's channels and people's browsers have in common on the wire.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/json.h"
#include "delivery/delivery.h"

namespace glasshouse::api {

inline constexpr std::size_t kChannelBody = 64 * 1024;  // 500 cameras

// enabled, parts, when, and which cameras; then what a kind has besides is added by its resource.
nlohmann::json render_wishes(const delivery::Channel& channel);
void read_wishes(Fields& fields, delivery::Channel& channel);  // what is not given stays
nlohmann::json render_delivery(const delivery::Delivery& delivery);
net::Response deliveries_response(Context& ctx, const std::string& channel_id);

// What leaves the house by the channel, for the ledger: everybody may know that much after a day.
std::string words_of(const delivery::Channel& channel);

tl::unexpected<base::Error> no_channel();  // as the outbox says it of one that is absent

}  // namespace glasshouse::api
