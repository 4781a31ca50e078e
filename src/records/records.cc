#include "records/records.h"

#include <cmath>
#include <map>
#include <mutex>

#include "base/id.h"
#include "records/case_records.h"

namespace glasshouse::records {
namespace {

Camera camera_from(const db::Row& row) {
  Camera camera;
  camera.id = row.text("id");
  camera.name = row.text("name");
  camera.description = row.text("description");
  camera.place = {row.real("lat_deg"), row.real("lon_deg")};
  camera.bearing_deg = row.real("bearing_deg");
  camera.view_angle_deg = row.real("view_angle_deg");
  camera.enabled = row.integer("enabled") != 0;
  camera.added_at = base::from_ms(row.integer("added_at_ms"));
  camera.has_token = !row.is_null("token_hash");
  return camera;
}

tl::unexpected<base::Error> no_camera() {
  return base::failure(Errc::kNotFound, "There is no such camera", "", "Look at the list of cameras.");
}

base::Result<void> check_camera(const Camera& camera) {
  if (camera.name.empty() || camera.name.size() > 80) {
    return base::failure(Errc::kInvalid, "The camera's name cannot be used",
                         "It must have 1 to 80 characters", "Name it after its street corner.");
  }
  if (!base::is_valid(camera.place)) {
    return base::failure(Errc::kInvalid, "The camera's place is not on the earth",
                         "Latitude is -90 to 90, longitude -180 to 180", "Choose the place on the map.");
  }
  if (!(camera.bearing_deg >= 0 && camera.bearing_deg < 360 && camera.view_angle_deg > 0 &&
        camera.view_angle_deg <= 360)) {
    return base::failure(Errc::kInvalid, "The camera's direction cannot be used",
                         "The bearing is 0 to below 360 degrees, the view above 0 to 360",
                         "Turn the camera on the map.");
  }
  return {};
}

base::Result<void> check_settings(const Settings& settings) {
  if (settings.retained_days < 1 || settings.retained_days > 365) {
    return base::failure(Errc::kInvalid, "The days of retention cannot be used", "They are 1 to 365",
                         "Choose fewer days.");
  }
  if (settings.hit_days < 0 || settings.hit_days > 3 * 365) {
    return base::failure(Errc::kInvalid, "The days for hits cannot be used", "They are 0 to 1095",
                         "Choose fewer days.");
  }
  if (settings.agency_name.size() > 120 || settings.town_name.size() > 120 || settings.timezone.empty() ||
      settings.timezone.size() > 60 || !base::is_valid(settings.center)) {
    return base::failure(Errc::kInvalid, "The settings cannot be used",
                         "A name is too long or the time zone is missing", "Check each field.");
  }
  return {};
}

class SqlRecords final : public Records {
 public:
  SqlRecords(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock), cases_(db, clock) {}

  base::Result<void> load() {
    const auto rows = db_.query("SELECT name, value FROM settings");
    if (!rows) return tl::unexpected(rows.error());
    std::map<std::string, std::string> values;
    for (const db::Row& row : *rows) values[row.text("name")] = row.text("value");
    const auto text = [&](const char* name, std::string& into) {
      if (const auto it = values.find(name); it != values.end()) into = it->second;
    };
    text("agency_id", settings_.agency_id);
    text("agency_name", settings_.agency_name);
    text("town_name", settings_.town_name);
    text("timezone", settings_.timezone);
    if (values.contains("retained_days")) settings_.retained_days = std::stoi(values["retained_days"]);
    if (values.contains("hit_days")) settings_.hit_days = std::stoi(values["hit_days"]);
    if (values.contains("center_lat"))
      settings_.center = {std::stod(values["center_lat"]), std::stod(values["center_lon"])};
    settings_.o_is_zero = values["o_is_zero"] == "1";
    settings_.demo = values["demo"] == "1";
    if (auto good = check_settings(settings_); !good) return good;
    return {};
  }

  Settings settings() override {
    std::lock_guard lock(mutex_);
    return settings_;
  }

  base::Result<void> save(const Settings& settings) override {
    if (auto good = check_settings(settings); !good) return good;
    const std::map<std::string, std::string> values = {
        {"agency_id", settings.agency_id},
        {"agency_name", settings.agency_name},
        {"town_name", settings.town_name},
        {"timezone", settings.timezone},
        {"retained_days", std::to_string(settings.retained_days)},
        {"hit_days", std::to_string(settings.hit_days)},
        {"center_lat", std::to_string(settings.center.lat_deg)},
        {"center_lon", std::to_string(settings.center.lon_deg)},
        {"o_is_zero", settings.o_is_zero ? "1" : "0"},
        {"demo", settings.demo ? "1" : "0"}};
    std::lock_guard lock(mutex_);
    const auto stored = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      for (const auto& [name, value] : values) {
        const auto done = tx.exec(
            "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET "
            "value = excluded.value",
            {{"name", name}, {"value", value}});
        if (!done) return tl::unexpected(done.error());
      }
      return {};
    });
    if (!stored) return stored;
    settings_ = settings;
    return {};
  }

  base::Result<CasePage> cases(std::string_view filter, std::optional<bool> open,
                               std::string_view assigned_to, std::string_view cursor,
                               std::size_t limit) override {
    return cases_.page(filter, open, assigned_to, cursor, limit);
  }
  base::Result<Case> get_case(std::string_view id) override { return cases_.get(id); }
  base::Result<void> check_case(const Case& draft) override { return cases_.check(draft); }
  base::Result<Case> create_case(const Case& draft) override { return cases_.create(draft); }
  base::Result<Case> change_case(std::string_view id, std::optional<std::string> title,
                                 std::optional<bool> open,
                                 std::optional<std::vector<std::string>> officer_ids) override {
    return cases_.change(id, std::move(title), open, std::move(officer_ids));
  }
  base::Result<Case> add_plate(std::string_view id, const CasePlate& plate) override {
    return cases_.add_plate(id, plate);
  }
  base::Result<Case> remove_plate(std::string_view id, std::string_view item) override {
    return cases_.remove(id, "case_plates", item);
  }
  base::Result<Case> add_description(std::string_view id, const CaseDescription& description) override {
    return cases_.add_description(id, description);
  }
  base::Result<Case> remove_description(std::string_view id, std::string_view item) override {
    return cases_.remove(id, "case_descriptions", item);
  }
  base::Result<policy::CaseFacts> facts(std::string_view case_id, std::string_view officer_id) override {
    return cases_.facts(case_id, officer_id);
  }

  base::Result<std::vector<Camera>> cameras() override {
    const auto rows = db_.query("SELECT * FROM cameras ORDER BY name");
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Camera> cameras;
    for (const db::Row& row : *rows) cameras.push_back(camera_from(row));
    return cameras;
  }

  base::Result<Camera> camera(std::string_view id) override {
    const auto rows = db_.query("SELECT * FROM cameras WHERE id = :id", {{"id", std::string(id)}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return no_camera();
    return camera_from(rows->front());
  }

  base::Result<Camera> create_camera(const Camera& draft) override {
    if (auto good = check_camera(draft); !good) return tl::unexpected(good.error());
    const base::Time now = clock_.now();
    const std::string id = draft.id.empty() ? base::new_id("cam", now) : draft.id;
    db::Params params = params_of(draft, id);
    params["at"] = base::to_ms(now);
    const auto added = db_.exec(
        "INSERT INTO cameras (id, name, description, lat_deg, lon_deg, bearing_deg, view_angle_deg, enabled, "
        "added_at_ms, token_hash) "
        "VALUES (:id, :name, :description, :lat, :lon, :bearing, :angle, :enabled, :at, NULL)",
        params);
    if (!added) return tl::unexpected(explain(added.error()));
    return camera(id);
  }

  base::Result<Camera> change_camera(const Camera& changed) override {
    if (auto good = check_camera(changed); !good) return tl::unexpected(good.error());
    const auto done = db_.exec(
        "UPDATE cameras SET name = :name, description = :description, lat_deg = :lat, lon_deg = :lon, "
        "bearing_deg = :bearing, "
        "view_angle_deg = :angle, enabled = :enabled WHERE id = :id",
        params_of(changed, changed.id));
    if (!done) return tl::unexpected(explain(done.error()));
    if (*done == 0) return no_camera();
    return camera(changed.id);
  }

  base::Result<void> set_device_token(std::string_view camera_id,
                                      std::string_view token_sha256_hex) override {
    const auto done = db_.exec("UPDATE cameras SET token_hash = :hash WHERE id = :id",
                               {{"hash", std::string(token_sha256_hex)}, {"id", std::string(camera_id)}});
    if (!done) return tl::unexpected(explain(done.error()));
    if (*done == 0) return no_camera();
    return {};
  }

  std::optional<Camera> camera_by_token(std::string_view token_sha256_hex) override {
    const auto rows = db_.query("SELECT * FROM cameras WHERE token_hash = :hash AND enabled = 1",
                                {{"hash", std::string(token_sha256_hex)}});
    if (!rows || rows->empty()) return std::nullopt;
    return camera_from(rows->front());
  }

  void note_contact(std::string_view camera_id, Contact contact) override {
    std::lock_guard lock(mutex_);
    contacts_[std::string(camera_id)] = std::move(contact);
  }

  std::optional<Contact> last_contact(std::string_view camera_id) override {
    std::lock_guard lock(mutex_);
    const auto found = contacts_.find(std::string(camera_id));
    if (found == contacts_.end()) return std::nullopt;
    return found->second;
  }

 private:
  static db::Params params_of(const Camera& camera, const std::string& id) {
    return {{"id", id},
            {"name", camera.name},
            {"description", camera.description},
            {"lat", camera.place.lat_deg},
            {"lon", camera.place.lon_deg},
            {"bearing", camera.bearing_deg},
            {"angle", camera.view_angle_deg},
            {"enabled", std::int64_t{camera.enabled}}};
  }

  static base::Error explain(const base::Error& error) {
    if (!error.is(db::Errc::kConflict)) return error;
    return base::Error(Errc::kConflict, "There is a camera with this name already", "",
                       "Give each camera a name of its own.");
  }

  db::Database& db_;
  const base::Clock& clock_;
  CaseRecords cases_;
  std::mutex mutex_;  // settings_ and contacts_
  Settings settings_;
  std::map<std::string, Contact> contacts_;  // one a camera: bounded by the cameras that have a token
};

}  // namespace

base::Result<std::unique_ptr<Records>> Records::open(db::Database& db, const base::Clock& clock) {
  const auto steps = migrations();
  if (auto done = db.migrate(steps); !done) return tl::unexpected(done.error());
  auto records = std::make_unique<SqlRecords>(db, clock);
  if (auto loaded = records->load(); !loaded) return tl::unexpected(loaded.error());
  return records;
}

}  // namespace glasshouse::records
