#include "records/sources.h"

#include <algorithm>

#include "base/id.h"
#include "records/records.h"
#include "records/steps.h"

namespace glasshouse::records {
namespace {

tl::unexpected<base::Error> no_source() {
  return base::failure(Errc::kNotFound, "There is no such source", "", "Look at the list of sources.");
}

base::Result<void> check_source(const Source& source) {
  if (source.name.empty() || source.name.size() > 80) {
    return base::failure(Errc::kInvalid, "The source's name cannot be used",
                         "It must have 1 to 80 characters", "Name it after what sends.");
  }
  if (source.cameras.empty() || source.cameras.size() > kMostSourceCameras) {
    return base::failure(Errc::kInvalid, "The source names no cameras, or more than 100",
                         "What it sends is stored under a camera of this agency",
                         "Say which camera it is; * stands for whatever the sender calls it.");
  }
  for (std::size_t i = 0; i < source.cameras.size(); ++i) {
    const std::string& name = source.cameras[i].their_name;
    if (name.empty() || name.size() > 120) {
      return base::failure(Errc::kInvalid, "A camera's name at the sender cannot be used",
                           "It must have 1 to 120 characters", "Write it as the sender does, or *.");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (source.cameras[j].their_name == name)
        return base::failure(Errc::kInvalid, "Two cameras have the same name at the sender", "",
                             "Each name stands once.");
    }
  }
  return {};
}

base::Result<void> put_cameras(db::Transaction& tx, const std::string& id,
                               const std::vector<SourceCamera>& cameras) {
  auto cleared = run(tx, "DELETE FROM source_cameras WHERE source_id = :id", {{"id", id}});
  for (const SourceCamera& one : cameras) {
    if (!cleared) break;
    cleared =
        run(tx, "INSERT INTO source_cameras (source_id, their_name, camera_id) VALUES (:id, :name, :camera)",
            {{"id", id}, {"name", one.their_name}, {"camera", one.camera_id}});
  }
  return cleared;
}

tl::unexpected<base::Error> name_taken() {
  return base::failure(Errc::kConflict, "There is a source with this name already", "", "Choose another.");
}

}  // namespace

std::vector<db::Migration> Sources::migrations() {
  return {{"records/5-sources", R"sql(
CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  made_at_ms BIGINT NOT NULL
);
CREATE TABLE source_cameras (
  source_id TEXT NOT NULL REFERENCES sources(id),
  their_name TEXT NOT NULL,
  camera_id TEXT NOT NULL REFERENCES cameras(id),
  PRIMARY KEY (source_id, their_name)
);
CREATE TABLE ingress_receipts (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  stored BIGINT NOT NULL,
  already_known BIGINT NOT NULL,
  not_kept BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  sentence TEXT NOT NULL
);
CREATE INDEX ingress_receipts_by_source ON ingress_receipts (source_id, id);
)sql"}};
}

base::Result<std::vector<Source>> Sources::select(const std::string& where, const db::Params& params) {
  const auto rows = db_.query("SELECT * FROM sources " + where, params);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Source> sources;
  for (const db::Row& row : *rows) {
    Source source;
    source.id = row.text("id");
    source.name = row.text("name");
    source.kind = row.text("kind");
    source.enabled = row.integer("enabled") != 0;
    source.made_at = base::from_ms(row.integer("made_at_ms"));
    const auto cameras = db_.query(
        "SELECT their_name, camera_id FROM source_cameras WHERE source_id = :id ORDER BY their_name",
        {{"id", source.id}});
    if (!cameras) return tl::unexpected(cameras.error());
    for (const db::Row& camera : *cameras)
      source.cameras.push_back({camera.text("their_name"), camera.text("camera_id")});
    sources.push_back(std::move(source));
  }
  return sources;
}

base::Result<std::vector<Source>> Sources::list() {
  return select("ORDER BY name", {});
}

base::Result<Source> Sources::get(std::string_view id) {
  auto found = select("WHERE id = :id", {{"id", std::string(id)}});
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return no_source();
  return std::move(found->front());
}

std::optional<Source> Sources::by_key(std::string_view kind, const std::string& key_sha256_hex) {
  auto found = select("WHERE key_hash = :hash AND kind = :kind AND enabled = 1",
                      {{"hash", key_sha256_hex}, {"kind", std::string(kind)}});
  if (!found || found->empty()) return std::nullopt;
  return std::move(found->front());
}

base::Result<Source> Sources::create(const Source& draft, const std::string& key_sha256_hex) {
  if (auto good = check_source(draft); !good) return tl::unexpected(good.error());
  const auto known = list();
  if (!known) return tl::unexpected(known.error());
  if (known->size() >= kMostSources) {
    return base::failure(Errc::kInvalid, "There are 200 sources already", "", "Remove one that is not used.");
  }
  const base::Time now = clock_.now();
  const std::string id = base::new_id("src", now);
  const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    auto added =
        run(tx,
            "INSERT INTO sources (id, name, kind, enabled, key_hash, made_at_ms) VALUES (:id, :name, "
            ":kind, :enabled, :hash, :at)",
            {{"id", id},
             {"name", draft.name},
             {"kind", draft.kind},
             {"enabled", std::int64_t{draft.enabled}},
             {"hash", key_sha256_hex},
             {"at", base::to_ms(now)}});
    if (!added) return added;
    return put_cameras(tx, id, draft.cameras);
  });
  if (!made && made.error().is(db::Errc::kConflict)) return name_taken();
  if (!made) return tl::unexpected(made.error());
  return get(id);
}

base::Result<Source> Sources::change(const Source& source) {
  if (auto good = check_source(source); !good) return tl::unexpected(good.error());
  const auto changed = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto set =
        tx.exec("UPDATE sources SET name = :name, enabled = :enabled WHERE id = :id",
                {{"name", source.name}, {"enabled", std::int64_t{source.enabled}}, {"id", source.id}});
    if (!set) return tl::unexpected(set.error());
    if (*set == 0) return no_source();
    return put_cameras(tx, source.id, source.cameras);
  });
  if (!changed && changed.error().is(db::Errc::kConflict)) return name_taken();
  if (!changed) return tl::unexpected(changed.error());
  return get(source.id);
}

base::Result<void> Sources::set_key(std::string_view id, const std::string& key_sha256_hex) {
  const auto set = db_.exec("UPDATE sources SET key_hash = :hash WHERE id = :id",
                            {{"hash", key_sha256_hex}, {"id", std::string(id)}});
  if (!set) return tl::unexpected(set.error());
  if (*set == 0) return no_source();
  return {};
}

base::Result<void> Sources::remove(std::string_view id) {
  const std::string key(id);
  return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    for (const char* table : {"ingress_receipts", "source_cameras"}) {
      auto gone = run(tx, "DELETE FROM " + std::string(table) + " WHERE source_id = :id", {{"id", key}});
      if (!gone) return gone;
    }
    const auto gone = tx.exec("DELETE FROM sources WHERE id = :id", {{"id", key}});
    if (!gone) return tl::unexpected(gone.error());
    if (*gone == 0) return no_source();
    return {};
  });
}

base::Result<void> Sources::add_receipt(const Receipt& receipt) {
  const base::Time now = clock_.now();
  return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    auto done =
        run(tx,
            "INSERT INTO ingress_receipts (id, source_id, at_ms, bytes, outcome, stored, already_known, "
            "not_kept, "
            "left_out, sentence) VALUES (:id, :source, :at, :bytes, :outcome, :stored, :known, :not_kept, "
            ":left_out, :sentence)",
            {{"id", base::new_id("rcpt", now)},
             {"source", receipt.source_id},
             {"at", base::to_ms(now)},
             {"bytes", static_cast<std::int64_t>(receipt.bytes)},
             {"outcome", receipt.outcome},
             {"stored", static_cast<std::int64_t>(receipt.stored)},
             {"known", static_cast<std::int64_t>(receipt.already_known)},
             {"not_kept", static_cast<std::int64_t>(receipt.not_kept)},
             {"left_out", static_cast<std::int64_t>(receipt.left_out)},
             {"sentence", receipt.sentence}});
    if (!done) return done;
    done = run(tx, "DELETE FROM ingress_receipts WHERE source_id = :id AND at_ms < :before",
               {{"id", receipt.source_id}, {"before", base::to_ms(now - kReceiptsKept)}});
    if (!done) return done;
    return run(tx,
               "DELETE FROM ingress_receipts WHERE source_id = :id AND id <= COALESCE((SELECT id FROM "
               "ingress_receipts WHERE source_id = :id2 ORDER BY id DESC LIMIT 1 OFFSET :most), '')",
               {{"id", receipt.source_id},
                {"id2", receipt.source_id},
                {"most", static_cast<std::int64_t>(kMostReceipts)}});
  });
}

base::Result<std::vector<Receipt>> Sources::receipts(std::string_view source_id, base::Time since,
                                                     std::size_t limit) {
  const auto rows = db_.query(
      "SELECT * FROM ingress_receipts WHERE source_id = :id AND at_ms >= :since ORDER BY id DESC LIMIT :n",
      {{"id", std::string(source_id)},
       {"since", base::to_ms(since)},
       {"n", static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, kMostReceipts))}});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Receipt> receipts;
  const auto count = [](const db::Row& row, const char* name) {
    return static_cast<std::uint64_t>(row.integer(name));
  };
  for (const db::Row& row : *rows) {
    receipts.push_back({row.text("id"), row.text("source_id"), base::from_ms(row.integer("at_ms")),
                        count(row, "bytes"), row.text("outcome"), count(row, "stored"),
                        count(row, "already_known"), count(row, "not_kept"), count(row, "left_out"),
                        row.text("sentence")});
  }
  return receipts;
}

}  // namespace glasshouse::records
