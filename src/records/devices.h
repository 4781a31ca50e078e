// Which device is a camera: one-time claim codes, and the key that the last certificate was issued for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

struct Device {
  std::string camera_id;
  std::string public_key;                   // 64 hexadecimal digits
  base::Time claimed_at, issued_at, until;  // of the last certificate
  std::optional<base::Time> ended_at;       // it was revoked, or another device took its place
  bool revoked = false;
};

// Thread-safe.
class Devices {
 public:
  Devices(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  // Only the code's SHA-256 is kept; an earlier one of this camera is good no more.
  base::Result<void> set_code(const std::string& camera_id, const std::string& code_sha256_hex,
                              base::Time until);
  base::Result<std::optional<base::Time>> code_until(const std::string& camera_id);
  // Whose code it is; kNotFound: never made, used, or over.
  base::Result<std::string> camera_of_code(const std::string& code_sha256_hex);

  // Uses the code up, once: the key is the camera's from now on, any other of it is ended, and its old token
  // is forgotten. kNotFound as above; kConflict: the key was some device's before.
  base::Result<void> claim(const std::string& code_sha256_hex, const std::string& public_key,
                           base::Time until);
  base::Result<void> renewed(const std::string& public_key, base::Time until);  // kNotFound: it was ended
  base::Result<bool> revoke(const std::string& camera_id);  // false: there was nothing to revoke

  base::Result<std::optional<Device>> by_key(const std::string& public_key);  // also one that was ended
  // The one that is good, or the last one that was.
  base::Result<std::optional<Device>> of_camera(const std::string& camera_id);
  // True once for each key: who asks again and again for what is refused fills no log.
  bool is_first_refusal(const std::string& public_key);

 private:
  base::Result<std::optional<Device>> first(const std::string& where, const db::Params& params);
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
