// Inside delivery: the bodies of messages, by the kind of channel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delivery/delivery.h"

namespace glasshouse::delivery {

struct Earlier {  // a message about the same alert
  std::string id;
  base::Time made_at;
};

// What a message is told about itself.
struct Frame {
  std::string id;
  base::Time made_at;
  std::string sender;            // the installation's name in the world: its log's origin
  std::vector<Earlier> earlier;  // oldest first
};

bool says(const Channel& channel, std::string_view part);

std::string body_for(const Channel& channel, const Notice& notice, const Frame& frame);
// docs/formats/cap.md.
std::string cap_of(const Channel& channel, const Notice& notice, const Frame& frame);
// docs/formats/mqtt.md: an event, and what tells Home Assistant of the topics.
std::string event_of(const Channel& channel, const Notice& notice, const Frame& frame);
std::string discovery_of(std::string_view topic);
std::string discovery_topic_of(std::string_view topic);
// docs/formats/mail.md: the message from its Date on; who it is from and to is known when it is sent.
std::string mail_of(const Channel& channel, const Notice& notice, const Frame& frame);

}  // namespace glasshouse::delivery
