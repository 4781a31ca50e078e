#include "records/devices.h"

#include "records/records.h"
#include "records/steps.h"

namespace glasshouse::records {
namespace {

tl::unexpected<base::Error> no_code() {
  return base::failure(Errc::kNotFound, "This claim code is not good",
                       "It was used, is over, or never was one", "Make a new one on the camera's page.");
}

}  // namespace

std::vector<db::Migration> Devices::migrations() {
  return {{"records/9-devices", R"sql(
CREATE TABLE device_codes (
  camera_id TEXT PRIMARY KEY REFERENCES cameras(id),
  code_hash TEXT NOT NULL UNIQUE,
  until_ms BIGINT NOT NULL
);
CREATE TABLE devices (
  public_key TEXT PRIMARY KEY,
  camera_id TEXT NOT NULL REFERENCES cameras(id),
  claimed_at_ms BIGINT NOT NULL,
  issued_at_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  revoked BIGINT NOT NULL,
  refusal_noted BIGINT NOT NULL
);
CREATE INDEX devices_by_camera ON devices (camera_id);
)sql"}};
}

base::Result<void> Devices::set_code(const std::string& camera_id, const std::string& code_sha256_hex,
                                     base::Time until) {
  return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    if (auto gone = run(tx, "DELETE FROM device_codes WHERE camera_id = :id", {{"id", camera_id}}); !gone)
      return gone;
    return run(tx, "INSERT INTO device_codes (camera_id, code_hash, until_ms) VALUES (:id, :hash, :until)",
               {{"id", camera_id}, {"hash", code_sha256_hex}, {"until", base::to_ms(until)}});
  });
}

base::Result<std::optional<base::Time>> Devices::code_until(const std::string& camera_id) {
  const auto rows = db_.query("SELECT until_ms FROM device_codes WHERE camera_id = :id AND until_ms > :now",
                              {{"id", camera_id}, {"now", base::to_ms(clock_.now())}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<base::Time>();
  return std::optional(base::from_ms(rows->front().integer("until_ms")));
}

base::Result<std::string> Devices::camera_of_code(const std::string& code_sha256_hex) {
  const auto rows =
      db_.query("SELECT camera_id FROM device_codes WHERE code_hash = :hash AND until_ms > :now",
                {{"hash", code_sha256_hex}, {"now", base::to_ms(clock_.now())}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return no_code();
  return rows->front().text("camera_id");
}

base::Result<void> Devices::claim(const std::string& code_sha256_hex, const std::string& public_key,
                                  base::Time until) {
  const auto camera = camera_of_code(code_sha256_hex);
  if (!camera) return tl::unexpected(camera.error());
  const std::int64_t now = base::to_ms(clock_.now());
  const auto done = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto used =
        tx.exec("DELETE FROM device_codes WHERE code_hash = :hash", {{"hash", code_sha256_hex}});
    if (!used) return tl::unexpected(used.error());
    if (*used == 0) return no_code();
    const std::vector<std::pair<std::string, db::Params>> steps = {
        {"UPDATE devices SET ended_at_ms = :now WHERE camera_id = :id AND ended_at_ms IS NULL",
         {{"now", now}, {"id", *camera}}},
        {"UPDATE cameras SET token_hash = NULL WHERE id = :id", {{"id", *camera}}},
        {"INSERT INTO devices (public_key, camera_id, claimed_at_ms, issued_at_ms, until_ms, ended_at_ms, "
         "revoked, refusal_noted) VALUES (:key, :id, :now, :now2, :until, NULL, 0, 0)",
         {{"key", public_key}, {"id", *camera}, {"now", now}, {"now2", now}, {"until", base::to_ms(until)}}}};
    for (const auto& [sql, params] : steps)
      if (auto step = run(tx, sql, params); !step) return step;
    return {};
  });
  if (!done && done.error().is(db::Errc::kConflict))
    return base::failure(Errc::kConflict, "The key was a device's before",
                         "A key that was revoked or replaced is good for nothing any more",
                         "Claim with --new-key; the code is still good.");
  return done;
}

base::Result<void> Devices::renewed(const std::string& public_key, base::Time until) {
  const auto done = db_.exec(
      "UPDATE devices SET issued_at_ms = :now, until_ms = :until WHERE public_key = :key AND ended_at_ms IS "
      "NULL",
      {{"now", base::to_ms(clock_.now())}, {"until", base::to_ms(until)}, {"key", public_key}});
  if (!done) return tl::unexpected(done.error());
  if (*done == 0)
    return base::failure(Errc::kNotFound, "This device's certificate was ended",
                         "It was revoked, or another device took the camera's place",
                         "Make a claim code on the camera's page and claim it anew.");
  return {};
}

base::Result<bool> Devices::revoke(const std::string& camera_id) {
  bool had = false;
  const auto done = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto ended = tx.exec(
        "UPDATE devices SET ended_at_ms = :now, revoked = 1 WHERE camera_id = :id AND ended_at_ms IS NULL",
        {{"now", base::to_ms(clock_.now())}, {"id", camera_id}});
    if (!ended) return tl::unexpected(ended.error());
    const auto codes = tx.exec("DELETE FROM device_codes WHERE camera_id = :id", {{"id", camera_id}});
    if (!codes) return tl::unexpected(codes.error());
    had = *ended + *codes > 0;
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return had;
}

base::Result<std::optional<Device>> Devices::first(const std::string& where, const db::Params& params) {
  const auto rows = db_.query("SELECT * FROM devices WHERE " + where, params);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<Device>();
  const db::Row& row = rows->front();
  Device device{.camera_id = row.text("camera_id"),
                .public_key = row.text("public_key"),
                .claimed_at = base::from_ms(row.integer("claimed_at_ms")),
                .issued_at = base::from_ms(row.integer("issued_at_ms")),
                .until = base::from_ms(row.integer("until_ms")),
                .ended_at = {},
                .revoked = row.integer("revoked") != 0};
  if (!row.is_null("ended_at_ms")) device.ended_at = base::from_ms(row.integer("ended_at_ms"));
  return std::optional(std::move(device));
}

base::Result<std::optional<Device>> Devices::by_key(const std::string& public_key) {
  return first("public_key = :key", {{"key", public_key}});
}

base::Result<std::optional<Device>> Devices::of_camera(const std::string& camera_id) {
  return first(
      "camera_id = :id ORDER BY CASE WHEN ended_at_ms IS NULL THEN 0 ELSE 1 END, ended_at_ms DESC, "
      "claimed_at_ms DESC LIMIT 1",
      {{"id", camera_id}});
}

bool Devices::is_first_refusal(const std::string& public_key) {
  const auto noted =
      db_.exec("UPDATE devices SET refusal_noted = 1 WHERE public_key = :key AND refusal_noted = 0",
               {{"key", public_key}});
  return noted && *noted == 1;
}

}  // namespace glasshouse::records
