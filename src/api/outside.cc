#include "api/outside.h"

#include <nlohmann/json.hpp>

#include "api/json.h"
#include "base/file.h"
#include "records/outside_book.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using records::OutsideState;
using records::OutsideThing;

// Old: a round is missed three times over, or what is looked at says that nobody renewed it for a day.
constexpr int kMissedRounds = 3;
constexpr std::chrono::hours kOldExtract{24};

void put_time(Json& body, const char* name, const std::optional<base::Time>& at) {
  if (at) body[name] = base::format_rfc3339(*at);
}

Json outside_json(const OutsideThing& thing, const OutsideState& state) {
  Json body{{"id", thing.id}, {"name", thing.name}, {"place", thing.place}};
  if (thing.every.count() > 0)
    body["every_minutes"] = std::chrono::duration_cast<std::chrono::minutes>(thing.every).count();
  put_time(body, "tried_at", state.tried_at);
  put_time(body, "good_at", state.good_at);
  put_time(body, "brought_at", state.brought_at);
  put_time(body, "as_of", state.as_of);
  if (state.failing_since) {
    put_time(body, "failing_since", state.failing_since);
    body["why"] = state.why;
    body["next"] = state.next;
  }
  return body;
}

Json broker_json(const OutsideThing& thing, const OutsideState& state) {
  Json body = outside_json(thing, state);
  body["topics"] = thing.topics;
  if (!thing.source_id.empty()) body["source_id"] = thing.source_id;
  put_time(body, "connected_since", state.connected_since);
  return body;
}

// What became of the files that were put into its folder: of each list that takes them, the newest.
Json fetched_list_json(Services& services, const OutsideThing& thing, const OutsideState& state,
                       const std::vector<hotlist::Hotlist>& hotlists) {
  Json body = outside_json(thing, state);
  body["hotlists"] = Json::array();
  for (const hotlist::Hotlist& list : hotlists) {
    if (list.source.folder != thing.name) continue;
    Json one{{"id", list.id}, {"name", list.name}, {"age", hotlist::name_of(list.freshness.state)}};
    if (const auto pulls = services.hotlists->pulls(list.id, 1); pulls && !pulls->empty()) {
      const hotlist::Pull& pull = pulls->front();
      one["newest"] = {
          {"at", base::format_rfc3339(pull.at)}, {"outcome", pull.outcome}, {"sentence", pull.sentence}};
    }
    body["hotlists"].push_back(std::move(one));
  }
  return body;
}

// What the feed of cases wrote of a round of it; nothing where it wrote none.
Json round_json(const std::string& words) {
  Json round = Json::parse(words, nullptr, false);
  if (!round.is_object()) return nullptr;
  round.erase("digest");
  return round;
}

Json cases_json(const OutsideThing& thing, const OutsideState& state, base::Time now) {
  Json body = outside_json(thing, state);
  if (Json round = round_json(state.latest); !round.is_null()) body["latest"] = std::move(round);
  if (Json round = round_json(state.brought); !round.is_null()) body["changed"] = std::move(round);
  const bool missed = !state.good_at || now - *state.good_at > kMissedRounds * thing.every;
  const bool old = state.as_of && now - *state.as_of > kOldExtract;
  body["age"] = state.tried_at && missed ? "not-read" : old ? "old" : "fresh";
  return body;
}

net::Response list_outside(Context& ctx) {
  Services& services = ctx.services;
  base::FileSystem& disk = base::posix_files();
  const auto hotlists = services.hotlists->lists();
  if (!hotlists) return problem(hotlists.error());
  const records::OutsideFiles files = services.outside ? services.outside->files() : records::OutsideFiles{};
  const auto is_there = [&](const std::string& path) { return !path.empty() && disk.exists(path); };
  Json body{{"map", {{"path", files.map}, {"present", is_there(files.map)}, {"read", files.map_read}}},
            {"brokers", Json::array()},
            {"lists", Json::array()},
            {"cases", {{"path", files.feed}, {"present", is_there(files.feed)}}}};
  if (services.outside == nullptr) return json_response(200, body);
  for (const OutsideThing& thing : services.outside->things()) {
    const OutsideState state = services.outside->state(thing.id);
    if (thing.kind == "frigate") {
      body["brokers"].push_back(broker_json(thing, state));
    } else if (thing.kind == "list") {
      body["lists"].push_back(fetched_list_json(services, thing, state, *hotlists));
    } else {
      body["cases"]["feed"] = cases_json(thing, state, services.clock->now());
    }
  }
  return json_response(200, body);
}

constexpr Route kOutsideRoutes[] = {
    {net::Method::kGet, "/api/v1/outside", Caller::kSession, policy::Action::kManageCameras, 0, list_outside},
};

}  // namespace

std::span<const Route> outside_routes() {
  return kOutsideRoutes;
}

}  // namespace glasshouse::api
