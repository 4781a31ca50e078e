#include "app/list_share_thread.h"

#include <nlohmann/json.hpp>

#include "api/peer_lists.h"
#include "api/peers.h"

namespace glasshouse::app {

ListShareThread::ListShareThread(api::Services& services)
    : services_(services),
      sender_(services,
              [&services](const sharing::Agency& agency, const std::string& path,
                          const nlohmann::json& body) { return services.peers->post(agency, path, body); }),
      rounds_({.name = "list-share", .pause = [] { return kListSharePeriod; }}, [this] {
        api::drop_ended_lists(services_);
        sender_.round();
      }) {}

}  // namespace glasshouse::app
