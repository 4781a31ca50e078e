// The route table: beside every route stands the policy action it needs. A route without a row does not
// exist, and route_test compares the table with api/openapi.yaml both ways.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts.h"
#include "alerts/alerts.h"
#include "db/database.h"
#include "delivery/delivery.h"
#include "gate/gate.h"
#include "hotlist/hotlist.h"
#include "ledger/cosigning.h"
#include "ledger/ledger.h"
#include "net/http.h"
#include "policy/policy.h"
#include "reads/store.h"
#include "records/records.h"
#include "sharing/book.h"
#include "vault/vault.h"

namespace glasshouse::records {
class OutsideBook;  // outside_book.h: the state of what is listened to and fetched outside
}

namespace glasshouse::api {

class DeviceDesk;       // devices.h: issues certificates to cameras
class Peers;            // peers.h: asks the servers of other agencies
class PackShelf;        // pack_shelf.h: statute packs that are offered and adopted
class SensitivePlaces;  // places.h
class LiveHub;          // live.h: fans reads and alerts out to event streams, masked or in full
class SignOn;           // sign_on.h: signing in through the agency's identity provider
class TryPictures;      // try_picture.h
class PermitCache;      // permit_cache.h: permits for their short life: pages and pictures are recorded once
std::shared_ptr<PermitCache> make_permit_cache();
class Alarms;         // alarms.h: what whoever runs the server must know at once
struct PictureNotes;  // picture_chains.h: what uploads have to note of their pictures, noted together
std::shared_ptr<PictureNotes> make_picture_notes();

// Everything a handler may reach; owned by app::serve. Pointers outlive every request.
struct Services {
  const base::Clock* clock = nullptr;
  db::Database* db = nullptr;
  ledger::Ledger* ledger = nullptr;
  gate::Gate* gate = nullptr;
  vault::Vault* vault = nullptr;
  reads::Store* reads = nullptr;
  records::Records* records = nullptr;
  hotlist::Hotlists* hotlists = nullptr;
  alerts::Alerts* alerts = nullptr;
  delivery::Outbox* outbox = nullptr;
  accounts::Accounts* accounts = nullptr;
  LiveHub* live = nullptr;
  TryPictures* try_pictures = nullptr;
  PackShelf* packs = nullptr;
  sharing::Book* sharing = nullptr;
  Peers* peers = nullptr;                        // null: this server asks no others
  Alarms* alarms = nullptr;                      // null: nothing is watched
  SignOn* sign_on = nullptr;                     // null: no identity provider is configured
  const DeviceDesk* devices = nullptr;           // null: cameras come with tokens only
  const ledger::Cosigning* cosigning = nullptr;  // null: the log has no witnesses
  const SensitivePlaces* places = nullptr;       // null: none are known
  records::OutsideBook* outside = nullptr;       // null: nothing outside is noted
  std::shared_ptr<PermitCache> permits = make_permit_cache();
  std::shared_ptr<PictureNotes> picture_notes = make_picture_notes();
  std::string version;
  std::string map_geojson;  // the town's outlines; an empty FeatureCollection when there are none
  std::string public_url;   // "http://127.0.0.1:8080", for links that are shown
  std::string agency_id = "agency_own";
};

// kLockedSession: also while locked. kPeer: another agency's server, known by the key of its certificate.
// kSource: another maker's camera; the handler knows its key.
enum class Caller { kAnyone, kSession, kLockedSession, kDevice, kPeer, kSource };

// Who calls, as the router established it.
struct Identity {
  std::optional<accounts::Session> session;
  std::string session_token;
  std::string agency_id;                  // the server's own agency
  std::optional<records::Camera> camera;  // kDevice
  std::optional<sharing::Agency> peer;    // kPeer
  policy::Officer officer() const;        // from the session
};

struct Context {
  Services& services;
  const net::Request& request;
  Identity identity;
};

using RouteHandler = net::Response (*)(Context&);

struct Route {
  net::Method method;
  std::string_view pattern;  // "/api/v1/cases/{id}"; a last "{path...}" takes the rest
  Caller caller;
  policy::Action action;  // its policy row; kNone only for public and own-session routes
  std::size_t body_limit_bytes;
  RouteHandler handler;
};

// All routes. Each resource file contributes its own span (cases.h: std::span<const Route> cases_routes()).
std::vector<Route> all_routes();

std::vector<db::Migration> migrations();  // of what the api itself keeps (idempotency keys)

// What net asks before it reads a body: the limit of the route that the path belongs to.
std::function<std::size_t(net::Method, std::string_view path)> body_limits();

// Answers every request: static console files, /log, the API. Establishes identity, checks Origin on writes,
// Idempotency-Key, body limits, the role's standing permission for the row's action, and turns errors into
// problem+json.
net::Handler make_handler(Services& services, std::string web_dir);

}  // namespace glasshouse::api
