// The whole table: one line a resource.
#include <span>

#include "api/accounts.h"
#include "api/alerts.h"
#include "api/cameras.h"
#include "api/cases.h"
#include "api/channels.h"
#include "api/devices.h"
#include "api/exigent.h"
#include "api/export.h"
#include "api/holds.h"
#include "api/hotlist_sources.h"
#include "api/hotlists.h"
#include "api/ingest.h"
#include "api/ledger.h"
#include "api/list_shares.h"
#include "api/live.h"
#include "api/orders.h"
#include "api/outside.h"
#include "api/packs.h"
#include "api/passkeys.h"
#include "api/peer_lists.h"
#include "api/peers.h"
#include "api/public_log.h"
#include "api/push.h"
#include "api/questions.h"
#include "api/reads.h"
#include "api/route.h"
#include "api/search.h"
#include "api/searches.h"
#include "api/session.h"
#include "api/settings.h"
#include "api/sharing.h"
#include "api/sign_on.h"
#include "api/sources.h"
#include "api/try_picture.h"

namespace glasshouse::api {

std::vector<Route> all_routes() {
  const std::span<const Route> resources[] = {
      session_routes(),   passkeys_routes(),        accounts_routes(),   cases_routes(),
      cameras_routes(),   ingest_routes(),          live_routes(),       reads_routes(),
      search_routes(),    questions_routes(),       searches_routes(),   export_routes(),
      hotlists_routes(),  hotlist_sources_routes(), alerts_routes(),     ledger_routes(),
      settings_routes(),  try_picture_routes(),     packs_routes(),      public_log_routes(),
      channels_routes(),  orders_routes(),          exigent_routes(),    sources_routes(),
      sharing_routes(),   sharing_acts_routes(),    access_routes(),     peers_routes(),
      peers_ask_routes(), holds_routes(),           devices_routes(),    sign_on_routes(),
      push_routes(),      outside_routes(),         peer_lists_routes(), list_shares_routes(),
  };
  std::vector<Route> routes;
  for (const auto& resource : resources) routes.insert(routes.end(), resource.begin(), resource.end());
  return routes;
}

}  // namespace glasshouse::api
