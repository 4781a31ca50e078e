#include "app/delivery_thread.h"

#include "api/push.h"
#include "base/zone.h"
#include "delivery/push.h"

namespace glasshouse::app {

delivery::Notice notice_of(const alerts::Summary& alert, records::Records& records) {
  delivery::Notice notice;
  notice.alert_id = alert.id;
  notice.state = alerts::name_of(alert.state);
  notice.kind = hotlist::name_of(alert.kind);
  notice.camera_id = alert.camera_id;
  notice.at = alert.last_read_at;
  notice.hotlist = alert.agency.empty() ? alert.hotlist_name : alert.hotlist_name + " (" + alert.agency + ")";
  notice.reason = alert.reason;
  notice.list_stale = alert.list_stale;
  notice.agency = records.settings().agency_name;
  if (const auto camera = records.camera(alert.camera_id)) {
    notice.camera_name = camera->name;
    notice.lat = camera->place.lat_deg;
    notice.lon = camera->place.lon_deg;
  }
  return notice;
}

delivery::LocalTime local_time(base::Time at, std::string_view zone) {
  const std::int64_t minutes =
      base::to_ms(at + base::zone_offset(zone, at).value_or(base::Millis{})) / 60'000;
  constexpr std::int64_t kDay = 24 * 60;
  return {static_cast<int>(minutes % kDay),
          static_cast<int>((minutes / kDay + 3) % 7)};  // 1970-01-01: Thursday
}

base::Result<std::unique_ptr<delivery::Outbox>> open_outbox_for(api::Services& services,
                                                                const ServeOptions& told,
                                                                delivery::Options options) {
  options.to_local = [&services](base::Time at) {
    return local_time(at, services.records->settings().timezone);
  };
  options.may_be_told = [&services](const std::string& account_id) {
    return api::may_be_told_of_alerts(services, account_id);
  };
  options.contact = told.public_url.starts_with("https://")
                        ? told.public_url
                        : "https://" + options.sender.substr(0, options.sender.find('/'));
  auto push_services = delivery::push_services_in(told.push_service);
  if (!push_services) return tl::unexpected(push_services.error());
  options.push_services = std::move(*push_services);
  return delivery::Outbox::open(std::move(options));
}

DeliveryThread::DeliveryThread(delivery::Outbox& outbox)
    : outbox_(outbox),
      rounds_({.name = "delivery", .pause = [] { return kDeliveryPeriod; }}, [this] { round(); }) {}

void DeliveryThread::round() {
  outbox_.send_due();
  if (std::chrono::steady_clock::now() < sweep_at_) return;
  outbox_.drop_old();
  sweep_at_ = std::chrono::steady_clock::now() + kDeliverySweepPeriod;
}

}  // namespace glasshouse::app
