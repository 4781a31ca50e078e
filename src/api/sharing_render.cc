#include "api/sharing_render.h"

#include <nlohmann/json.hpp>

#include "api/live.h"
#include "base/log.h"
#include "base/words.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

std::string name_of_agency(const sharing::Book& book, std::string_view id) {
  const auto agency = book.agency(id);
  return agency ? agency->name : std::string(id);
}

Json render_cameras(const std::vector<sharing::GrantCamera>& cameras) {
  Json list = Json::array();
  for (const auto& camera : cameras) list.push_back({{"id", camera.id}, {"name", camera.name}});
  return list;
}

// What an act would do, in words.
std::string sentence_of(const sharing::Act& act, const sharing::Book& book) {
  switch (act.kind) {
    case sharing::ActKind::kBar:
      return "Shut " + name_of_agency(book, act.subject) + " out for good: its grants end.";
    case sharing::ActKind::kLetInAgain:
      return "Let " + name_of_agency(book, act.subject) + " in again. Its grants stay ended.";
    case sharing::ActKind::kRegionOn: {
      std::vector<std::string> names;
      for (const std::string& id : base::split_words(act.subject)) names.push_back(name_of_agency(book, id));
      return "Turn the region-wide list on with: " + base::join(names, ", ") + ".";
    }
    case sharing::ActKind::kTakePromiseBack:
      for (const sharing::Promise& promise : book.promises())
        if (promise.id == act.subject) return "Take back the promise: " + sharing::sentence_of(promise);
      return "Take back a promise.";
  }
  return {};
}

}  // namespace

Json render(const sharing::Agency& agency) {
  Json body{{"id", agency.id},         {"key", crypto::hex(agency.public_key)},
            {"name", agency.name},     {"kind", agency.kind},
            {"barred", agency.barred}, {"added_at", base::format_rfc3339(agency.added_at)}};
  if (!agency.state.empty()) body["state"] = agency.state;
  if (!agency.url.empty()) body["url"] = agency.url;
  if (!agency.declaration_sha256_hex.empty()) body["declaration"] = agency.declaration_sha256_hex;
  return body;
}

Json render(const sharing::GrantRow& row, const sharing::Book& book) {
  const sharing::Grant& g = row.grant;
  Json body{{"id", g.id},
            {"change", g.change},
            {"direction", row.given ? "given" : "received"},
            {"agency_id", row.agency_id},
            {"agency", name_of_agency(book, row.agency_id)},
            {"kind", g.recipient_kind},
            {"state", sharing::name_of(row.state)},
            {"cameras", render_cameras(g.cameras)},
            {"purposes", g.purposes},
            {"lists", g.lists},
            {"hours", sharing::words_of_hours(g.from_minute, g.until_minute, g.zone)},
            {"starts_at", base::format_rfc3339(g.starts_at)},
            {"ends_at", base::format_rfc3339(g.ends_at)},
            {"offered_at", base::format_rfc3339(row.offered_at)},
            {"text", row.text},
            {"sha256", row.sha256_hex}};
  if (row.accepted_at) body["accepted_at"] = base::format_rfc3339(*row.accepted_at);
  if (row.ended_at) body["ended_at"] = base::format_rfc3339(*row.ended_at);
  return body;
}

Json render(const sharing::Act& act, const sharing::Book& book, People& people) {
  return {{"id", act.id},
          {"kind", sharing::name_of(act.kind)},
          {"sentence", sentence_of(act, book)},
          {"proposed_by", people.name(act.proposed_by)},
          {"proposed_by_id", act.proposed_by},
          {"proposed_at", base::format_rfc3339(act.proposed_at)},
          {"ends_at", base::format_rfc3339(act.proposed_at + sharing::kActLife)}};
}

Json render(const sharing::Promise& promise, const std::vector<sharing::Book::Broken>& broken) {
  Json body{{"id", promise.id},
            {"kind", sharing::name_of(promise.kind)},
            {"sentence", sharing::sentence_of(promise)},
            {"holds", true}};
  if (!promise.value.empty()) body["value"] = promise.value;
  for (const auto& one : broken) {
    if (one.promise.id != promise.id) continue;
    body["holds"] = false;
    body["why"] = one.why;
  }
  return body;
}

Json render(const sharing::Reach& reach) {
  Json body{{"agency_id", reach.agency_id},
            {"agency", reach.name},
            {"kind", reach.kind},
            {"path", reach.regional ? "grant, also region-wide" : "grant"},
            {"grant_id", reach.grant_id},
            {"change", reach.change},
            {"cameras", render_cameras(reach.cameras)},
            {"purposes", reach.purposes},
            {"lists", reach.lists},
            {"hours", reach.hours},
            {"starts_at", base::format_rfc3339(reach.starts_at)},
            {"ends_at", base::format_rfc3339(reach.ends_at)}};
  if (!reach.state.empty()) body["state"] = reach.state;
  return body;
}

Json render_region(const sharing::Book& book) {
  const sharing::Region region = book.region();
  Json body{{"on", !region.agency_ids.empty()}, {"agencies", Json::array()}};
  for (const std::string& id : region.agency_ids)
    body["agencies"].push_back({{"id", id}, {"name", name_of_agency(book, id)}});
  if (region.on_since) body["on_since"] = base::format_rfc3339(*region.on_since);
  return body;
}

void watch_promises(Services& services) {
  const auto broken = services.sharing->look();
  if (!broken) return base::log(base::Level::kError, "sharing", broken.error().message());
  for (const auto& one : *broken) {
    base::log(base::Level::kError, "sharing",
              "sharing is stopped: a promise does not hold: " + sharing::sentence_of(one.promise));
    const auto noted = services.gate->record_event(
        "sharing.stopped",
        {{"setting", std::string(sharing::name_of(one.promise.kind)), ledger::Release::kAtOnce}});
    if (!noted) base::log(base::Level::kError, "sharing", noted.error().message());
    services.live->publish(
        "sharing",
        Json{{"stopped", true}, {"promise", sharing::sentence_of(one.promise)}, {"why", one.why}}.dump());
  }
}

}  // namespace glasshouse::api
