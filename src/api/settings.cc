#include "api/settings.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/alarms.h"
#include "api/cameras.h"
#include "api/hotlist_sources.h"
#include "api/json.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

Json render_settings(const records::Settings& settings) {
  return {
      {"agency_name", settings.agency_name}, {"town_name", settings.town_name},
      {"timezone", settings.timezone},       {"retained_days", settings.retained_days},
      {"hit_days", settings.hit_days},       {"zero_rule", settings.o_is_zero ? "o-is-zero" : "distinct"}};
}

net::Response get_settings(Context& ctx) {
  return json_response(200, render_settings(ctx.services.records->settings()));
}

net::Response change_settings(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::Settings settings = ctx.services.records->settings();
  const int days_before = settings.retained_days;
  settings.agency_name = fields.text("agency_name", 120);
  settings.town_name = fields.text("town_name", 120);
  settings.timezone = fields.text("timezone", 60);
  settings.retained_days = static_cast<int>(fields.number("retained_days", 1, 365));
  if (const auto days = fields.optional_integer("hit_days", 0, 1095))
    settings.hit_days = static_cast<int>(*days);
  const auto hits = ctx.services.gate->standing().rules->kept(policy::ReadState::kHit);
  if (hits && settings.hit_days > hits->minutes / policy::kMinutesADay) {
    fields.wrong("hit_days", "The rules in force (" + hits->rule_id + ") keep hits at most " +
                                 policy::words_of_minutes(hits->minutes) + ".");
  }
  const std::string zero_rule = fields.text("zero_rule", 20);
  if (zero_rule != "distinct" && zero_rule != "o-is-zero")
    fields.wrong("zero_rule", "This is distinct or o-is-zero.");
  settings.o_is_zero = zero_rule == "o-is-zero";
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  // How long reads are kept is everybody's business: released at once, also the figure before. A pack may
  // allow less than was asked.
  policy::Question question = question_of(ctx, Action::kManageSettings);
  question.keep_days = settings.retained_days;
  auto recorded = ctx.services.gate->record_act(
      question, "settings.change",
      {{"retained_days", std::to_string(settings.retained_days), ledger::Release::kAtOnce},
       {"retained_days_before", std::to_string(days_before), ledger::Release::kAtOnce},
       {"hit_days", std::to_string(settings.hit_days), ledger::Release::kAtOnce}});
  if (!recorded) return problem(recorded.error());
  if (auto saved = ctx.services.records->save(settings); !saved) return problem(saved.error());
  ctx.services.gate->set_retained_days(settings.retained_days);
  return json_response(200, render_settings(settings));
}

net::Response overview(Context& ctx) {
  Services& services = ctx.services;
  const auto cameras = services.records->cameras();
  if (!cameras) return problem(cameras.error());
  int working = 0;
  for (const records::Camera& camera : *cameras) {
    const std::string state = render_camera(services, camera)["state"];
    working += state == "ok" || state == "quiet";
  }
  Json body{{"reads_today", services.reads->reads_on(base::day_of(services.clock->now()))},
            {"reads_kept", services.reads->total_reads()},
            {"alerts_pending", services.alerts->pending(lists_hidden_from(ctx))},
            {"cameras_total", cameras->size()},
            {"cameras_ok", working},
            {"ledger_size", services.ledger->size()},
            {"retained_days", services.gate->retained_days()}};
  Json alarms = Json::array();
  if (services.alarms != nullptr) {
    for (const Alarm& alarm : services.alarms->now())
      alarms.push_back(
          {{"code", alarm.code}, {"title", alarm.title}, {"why", alarm.why}, {"next", alarm.next}});
  }
  body["alarms"] = std::move(alarms);
  if (const auto oldest = services.reads->oldest_day()) body["oldest_read_day"] = base::format_day(*oldest);
  return json_response(200, body);
}

using net::Method;

constexpr Route kSettingRoutes[] = {
    {Method::kGet, "/api/v1/settings", Caller::kSession, Action::kViewCameras, 0, get_settings},
    {Method::kPut, "/api/v1/settings", Caller::kSession, Action::kManageSettings, kSmallBody,
     change_settings},
    {Method::kGet, "/api/v1/overview", Caller::kSession, Action::kViewMasked, 0, overview},
};

}  // namespace

std::span<const Route> settings_routes() {
  return kSettingRoutes;
}

}  // namespace glasshouse::api
