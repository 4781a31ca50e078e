#include "api/picture_chains.h"

#include <algorithm>
#include <map>

#include "api/json.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "seal/chain.h"

namespace glasshouse::api {

std::vector<db::Migration> PictureChains::migrations() {
  return {
      {"api/3-picture-chains",
       "CREATE TABLE picture_chains (camera_id TEXT NOT NULL, camera_key TEXT NOT NULL, runs TEXT NOT NULL,\n"
       "  broken_at_ms BIGINT NOT NULL, first_at_ms BIGINT NOT NULL, last_at_ms BIGINT NOT NULL,\n"
       "  PRIMARY KEY (camera_id, camera_key));\n"}};
}

std::shared_ptr<PictureNotes> make_picture_notes() {
  constexpr std::size_t kMostWaiting = 256, kMostTogether = 10'000;  // uploads; pictures
  return std::make_shared<PictureNotes>(kMostWaiting, kMostTogether);
}

base::Result<void> PictureChains::note(PictureNotes& together, const std::string& camera_id,
                                       const std::vector<SignedPicture>& pictures) {
  if (pictures.empty()) return {};
  PictureNote mine{camera_id, pictures};
  const bool taken = together.run(mine, pictures.size(), [this](const std::vector<PictureNote*>& notes) {
    const auto all = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      for (const PictureNote* note : notes) {
        if (auto noted = note_of_camera(t, *note); !noted) return noted;
      }
      return {};
    });
    if (all) return;
    // One camera's damaged row is not the others' trouble.
    for (PictureNote* note : notes)
      note->noted = db_.transact([&](db::Transaction& t) { return note_of_camera(t, *note); });
  });
  if (!taken)
    return base::failure(Errc::kBusy, "Too many pictures wait to be noted", "The disk does not keep up");
  return mine.noted;
}

base::Result<void> PictureChains::note_of_camera(db::Transaction& t, const PictureNote& note) {
  std::map<std::string, std::vector<const SignedPicture*>> by_key;
  for (const SignedPicture& one : note.pictures) by_key[crypto::hex(one.manifest.key)].push_back(&one);
  for (const auto& [key, of_key] : by_key) {
    if (auto noted = note_key(t, note.camera_id, key, of_key); !noted) return noted;
  }
  return {};
}

base::Result<void> PictureChains::note_key(db::Transaction& t, const std::string& camera_id,
                                           const std::string& key,
                                           const std::vector<const SignedPicture*>& pictures) {
  const auto rows =
      t.query("SELECT runs, broken_at_ms FROM picture_chains WHERE camera_id = :camera AND camera_key = :key",
              {{"camera", camera_id}, {"key", key}});
  if (!rows) return tl::unexpected(rows.error());
  const base::Time now = clock_.now();
  seal::Chain chain;
  std::int64_t broken_at_ms = 0;
  if (!rows->empty()) {
    auto kept = seal::Chain::from_text(rows->front().text("runs"));
    if (!kept) return tl::unexpected(kept.error());
    chain = std::move(*kept);
    broken_at_ms = rows->front().integer("broken_at_ms");
  }
  for (const SignedPicture* one : pictures) {
    if (chain.add(one->manifest, one->hash, now) != seal::Chain::Link::kBroken) continue;
    base::log(base::Level::kWarn, "ingest",
              "camera " + camera_id + ": the picture of read " + one->manifest.read_id +
                  " does not follow the one before it, number " + std::to_string(one->manifest.sequence));
    broken_at_ms = base::to_ms(now);
  }
  const auto written = t.exec(
      "INSERT INTO picture_chains (camera_id, camera_key, runs, broken_at_ms, first_at_ms, last_at_ms) "
      "VALUES "
      "(:camera, :key, :runs, :broken, :now, :now) ON CONFLICT (camera_id, camera_key) DO UPDATE SET runs = "
      "excluded.runs, broken_at_ms = excluded.broken_at_ms, last_at_ms = excluded.last_at_ms",
      {{"camera", camera_id},
       {"key", key},
       {"runs", chain.text()},
       {"broken", broken_at_ms},
       {"now", base::to_ms(now)}});
  if (!written) return tl::unexpected(written.error());
  if (!rows->empty()) return {};
  const auto trimmed = t.exec(
      "DELETE FROM picture_chains WHERE camera_id = :camera AND camera_key NOT IN (SELECT camera_key FROM "
      "picture_chains WHERE camera_id = :camera ORDER BY last_at_ms DESC, camera_key LIMIT " +
          std::to_string(kMostCameraKeys) + ")",
      {{"camera", camera_id}});
  if (!trimmed) return tl::unexpected(trimmed.error());
  return {};
}

base::Result<PictureHealth> PictureChains::health(const std::string& camera_id) {
  const auto rows = db_.query(
      "SELECT runs, broken_at_ms, first_at_ms FROM picture_chains WHERE camera_id = :camera ORDER BY "
      "first_at_ms",
      {{"camera", camera_id}});
  if (!rows) return tl::unexpected(rows.error());
  const base::Time now = clock_.now();
  const auto is_news = [&](base::Time at) { return at > now - kTellChainFor; };
  PictureHealth health;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const db::Row& row = (*rows)[i];
    const auto chain = seal::Chain::from_text(row.text("runs"));
    if (!chain) return tl::unexpected(chain.error());
    for (const seal::Chain::Hole& hole : chain->holes()) {
      if (is_news(hole.since) && hole.since <= now - kMissingAfter)
        health.missing += hole.last - hole.first + 1;
    }
    const base::Time broken_at = base::from_ms(row.integer("broken_at_ms"));
    if (is_news(broken_at)) health.broken_at = std::max(broken_at, health.broken_at.value_or(broken_at));
    const base::Time first_at = base::from_ms(row.integer("first_at_ms"));
    if (i > 0 && is_news(first_at)) health.other_key_at = first_at;
  }
  return health;
}

base::Result<void> PictureChains::forget(const std::string& camera_id) {
  const auto done = db_.exec("DELETE FROM picture_chains WHERE camera_id = :camera", {{"camera", camera_id}});
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace glasshouse::api
