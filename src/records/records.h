// The agency's own records: settings, cases and cameras, in the records database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "db/database.h"
#include "policy/policy.h"

namespace glasshouse::records {

enum class Errc { kNotFound = 1, kConflict, kInvalid, kStore };

std::vector<db::Migration> migrations();

struct Settings {
  std::string agency_id = "agency_own", agency_name, town_name, timezone = "UTC";
  int retained_days = 21;  // what the strict default allows
  int hit_days = 0;        // so long what hit a hotlist is kept; 0: no longer than other reads
  bool o_is_zero = false;  // default for new hotlists
  bool demo = false;
  base::LatLon center;
};

struct CasePlate {
  std::string id, plate, region, note, added_by;
  base::Time added_at;
};
struct CaseDescription {
  std::string id, text, color, body, make, added_by;
  base::Time added_at;
};
struct Case {
  std::string id, number, purpose, offence, title, opened_by;
  bool open = true;
  base::Time opened_at;
  std::optional<base::Time> closed_at;
  std::vector<std::string> officer_ids;
  std::vector<CasePlate> plates;
  std::vector<CaseDescription> descriptions;
};
struct CasePage {
  std::vector<Case> cases;  // without plates and descriptions
  std::string next_cursor;
};

struct Camera {
  std::string id, name, description;
  base::LatLon place;
  double bearing_deg = 0, view_angle_deg = 60;
  bool enabled = true;
  bool has_token = false;
  base::Time added_at;
};
// What a camera last said; kept in memory only.
struct Contact {
  base::Time at;
  std::string source_state, message, version;
  std::uint64_t spool_reads = 0;
};

// Thread-safe.
class Records {
 public:
  static base::Result<std::unique_ptr<Records>> open(db::Database& db, const base::Clock& clock);
  virtual ~Records() = default;

  virtual Settings settings() = 0;
  virtual base::Result<void> save(const Settings& settings) = 0;

  virtual base::Result<CasePage> cases(std::string_view filter, std::optional<bool> open,
                                       std::string_view assigned_to, std::string_view cursor,
                                       std::size_t limit) = 0;
  virtual base::Result<Case> get_case(std::string_view id) = 0;
  // What create_case would refuse: number taken (kConflict), purpose or offence unknown or forbidden
  // (kInvalid).
  virtual base::Result<void> check_case(const Case& draft) = 0;
  virtual base::Result<Case> create_case(const Case& draft) = 0;  // draft.id may be empty: one is made
  virtual base::Result<Case> change_case(std::string_view id, std::optional<std::string> title,
                                         std::optional<bool> open,
                                         std::optional<std::vector<std::string>> officer_ids) = 0;
  virtual base::Result<Case> add_plate(std::string_view id, const CasePlate& plate) = 0;
  virtual base::Result<Case> remove_plate(std::string_view id, std::string_view item) = 0;
  virtual base::Result<Case> add_description(std::string_view id, const CaseDescription& description) = 0;
  virtual base::Result<Case> remove_description(std::string_view id, std::string_view item) = 0;
  // The facts that policy judges by.
  virtual base::Result<policy::CaseFacts> facts(std::string_view case_id, std::string_view officer_id) = 0;

  virtual base::Result<std::vector<Camera>> cameras() = 0;
  virtual base::Result<Camera> camera(std::string_view id) = 0;
  virtual base::Result<Camera> create_camera(const Camera& draft) = 0;
  virtual base::Result<Camera> change_camera(const Camera& camera) = 0;
  // Only the token's SHA-256 is kept. Returns the token once.
  virtual base::Result<void> set_device_token(std::string_view camera_id,
                                              std::string_view token_sha256_hex) = 0;
  virtual std::optional<Camera> camera_by_token(std::string_view token_sha256_hex) = 0;
  virtual void note_contact(std::string_view camera_id, Contact contact) = 0;
  virtual std::optional<Contact> last_contact(std::string_view camera_id) = 0;
};

}  // namespace glasshouse::records
