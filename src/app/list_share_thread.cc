#include "app/list_share_thread.h"

#include <nlohmann/json.hpp>

#include "api/peer_lists.h"
#include "api/peers.h"
#include "base/log.h"

namespace glasshouse::app {
namespace {

Rounds::Plan list_share_plan() {
  return {.name = "list-share", .pause = [] { return kListSharePeriod; }};
}

std::function<void()> sender_round(api::Services& services, const std::string& agency_id) {
  const auto post = [&services](const sharing::Agency& agency, const std::string& path,
                                const nlohmann::json& body) {
    return services.peers->post(agency, path, body);
  };
  return [sender = std::make_shared<api::ListSender>(services, agency_id, post)] { sender->round(); };
}

}  // namespace

ListShareThread::ListShareThread(api::Services& services)
    : services_(services),
      senders_(list_share_plan(),
               [&services](const std::string& agency_id) { return sender_round(services, agency_id); }),
      rounds_(list_share_plan(), [this] { round(); }) {}

void ListShareThread::round() {
  api::drop_ended_lists(services_);
  const auto agencies = hotlist::Shares(*services_.db).agencies();
  if (!agencies) return base::log(base::Level::kError, "list-share", agencies.error().message());
  senders_.know(*agencies);
}

}  // namespace glasshouse::app
