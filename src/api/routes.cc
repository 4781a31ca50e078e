// The whole table: one line a resource.
#include <span>

#include "api/route.h"

// While the resources are being written, the table holds those that are there.
#define GLASSHOUSE_RESOURCE(name) \
  for (const Route& route : name##_routes()) routes.push_back(route)

#include "api/cases.h"
#if __has_include("api/session.h")
#include "api/session.h"
#endif
#if __has_include("api/accounts.h")
#include "api/accounts.h"
#endif
#if __has_include("api/cameras.h")
#include "api/cameras.h"
#endif
#if __has_include("api/settings.h")
#include "api/settings.h"
#endif
#if __has_include("api/live.h")
#include "api/live.h"
#endif
#if __has_include("api/reads.h")
#include "api/reads.h"
#endif
#if __has_include("api/search.h")
#include "api/search.h"
#endif
#if __has_include("api/hotlists.h")
#include "api/hotlists.h"
#endif
#if __has_include("api/alerts.h")
#include "api/alerts.h"
#endif
#if __has_include("api/ingest.h")
#include "api/ingest.h"
#endif
#if __has_include("api/ledger.h")
#include "api/ledger.h"
#endif
#if __has_include("api/try_picture.h")
#include "api/try_picture.h"
#endif

namespace glasshouse::api {

std::vector<Route> all_routes() {
  std::vector<Route> routes;
  GLASSHOUSE_RESOURCE(cases);
#if __has_include("api/session.h")
  GLASSHOUSE_RESOURCE(session);
#endif
#if __has_include("api/accounts.h")
  GLASSHOUSE_RESOURCE(accounts);
#endif
#if __has_include("api/cameras.h")
  GLASSHOUSE_RESOURCE(cameras);
#endif
#if __has_include("api/settings.h")
  GLASSHOUSE_RESOURCE(settings);
#endif
#if __has_include("api/live.h")
  GLASSHOUSE_RESOURCE(live);
#endif
#if __has_include("api/reads.h")
  GLASSHOUSE_RESOURCE(reads);
#endif
#if __has_include("api/search.h")
  GLASSHOUSE_RESOURCE(search);
#endif
#if __has_include("api/hotlists.h")
  GLASSHOUSE_RESOURCE(hotlists);
#endif
#if __has_include("api/alerts.h")
  GLASSHOUSE_RESOURCE(alerts);
#endif
#if __has_include("api/ingest.h")
  GLASSHOUSE_RESOURCE(ingest);
#endif
#if __has_include("api/ledger.h")
  GLASSHOUSE_RESOURCE(ledger);
#endif
#if __has_include("api/try_picture.h")
  GLASSHOUSE_RESOURCE(try_picture);
#endif
  return routes;
}

}  // namespace glasshouse::api
