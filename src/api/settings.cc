#include "api/settings.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/cameras.h"
#include "api/json.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

Json render_settings(const records::Settings& settings) {
  return {{"agency_name", settings.agency_name},
          {"town_name", settings.town_name},
          {"timezone", settings.timezone},
          {"retained_days", settings.retained_days},
          {"zero_rule", settings.o_is_zero ? "o-is-zero" : "distinct"}};
}

// The names of what changed, for the ledger.
std::string changed_names(const records::Settings& before, const records::Settings& after) {
  std::string names;
  const auto note = [&](bool changed, const char* name) {
    if (changed) names += (names.empty() ? "" : " ") + std::string(name);
  };
  note(before.agency_name != after.agency_name, "agency_name");
  note(before.town_name != after.town_name, "town_name");
  note(before.timezone != after.timezone, "timezone");
  note(before.retained_days != after.retained_days, "retained_days");
  note(before.o_is_zero != after.o_is_zero, "zero_rule");
  return names;
}

net::Response get_settings(Context& ctx) {
  return json_response(200, render_settings(ctx.services.records->settings()));
}

net::Response change_settings(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  const records::Settings before = ctx.services.records->settings();
  records::Settings settings = before;
  Fields fields(*body);
  settings.agency_name = fields.text("agency_name", 120);
  settings.town_name = fields.text("town_name", 120);
  settings.timezone = fields.text("timezone", 60);
  const auto days = fields.optional_integer("retained_days", 1, 365);
  if (fields.member("retained_days") == nullptr) fields.wrong("retained_days", "This is needed.");
  const std::string rule = fields.text("zero_rule", 20);
  if (!rule.empty() && rule != "distinct" && rule != "o-is-zero") {
    fields.wrong("zero_rule", "This must be distinct or o-is-zero.");
  }
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  settings.retained_days = static_cast<int>(*days);
  settings.o_is_zero = rule == "o-is-zero";
  const std::string what = changed_names(before, settings);
  if (what.empty()) return json_response(200, render_settings(before));
  if (auto refused =
          record_act(ctx, Action::kManageSettings, "settings.change",
                     {{"setting", what, ledger::Release::kAtOnce},
                      {"retained_days", std::to_string(settings.retained_days), ledger::Release::kAtOnce}})) {
    return *refused;
  }
  if (auto saved = ctx.services.records->save(settings); !saved) return problem(saved.error());
  ctx.services.gate->set_retained_days(settings.retained_days);
  return json_response(200, render_settings(settings));
}

net::Response overview(Context& ctx) {
  Services& services = ctx.services;
  const auto cameras = services.records->cameras();
  if (!cameras) return problem(cameras.error());
  int ok = 0;
  for (const auto& camera : *cameras) ok += camera_state(services, camera) == "ok" ? 1 : 0;
  Json body{{"reads_today", services.reads->reads_on(base::day_of(services.clock->now()))},
            {"reads_kept", services.reads->total_reads()},
            {"alerts_pending", services.alerts->pending()},
            {"cameras_total", cameras->size()},
            {"cameras_ok", ok},
            {"ledger_size", services.ledger->size()},
            {"retained_days", services.records->settings().retained_days}};
  if (const auto day = services.reads->oldest_day()) body["oldest_read_day"] = base::format_day(*day);
  return json_response(200, body);
}

using net::Method;

constexpr Route kRoutes[] = {
    {Method::kGet, "/api/v1/settings", Caller::kSession, Action::kViewCameras, 0, get_settings},
    {Method::kPut, "/api/v1/settings", Caller::kSession, Action::kManageSettings, kSmallBody,
     change_settings},
    {Method::kGet, "/api/v1/overview", Caller::kSession, Action::kViewMasked, 0, overview},
};

}  // namespace

std::span<const Route> settings_routes() {
  return kRoutes;
}

}  // namespace glasshouse::api
