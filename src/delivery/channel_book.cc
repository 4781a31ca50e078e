// Channels as rows (docs/formats/webhook.md says how their secrets lie there).
#include "delivery/channel_book.h"

#include <algorithm>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/p256.h"
#include "delivery/channel_check.h"

namespace glasshouse::delivery {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kSealed =
    "age:";  // before a secret that is sealed; earlier versions kept them open

// Signed with a secret that is made here; the others hold what somebody else gave.
bool is_signed(const Channel& channel) {
  return channel.kind == "webhook" || channel.kind == "cap";
}

}  // namespace

tl::unexpected<base::Error> no_such_channel() {
  return base::failure(Errc::kNotFound, "There is no such channel", "It may have been removed",
                       "Go back to the channels.");
}

base::Result<void> ChannelBook::load() {
  auto rows =
      db_.query("SELECT " + std::string(kChannelColumns) + " FROM delivery_channels ORDER BY name, id");
  if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
  std::vector<Channel> known;
  for (const db::Row& row : *rows) known.push_back(channel_of(row));
  std::lock_guard lock(mutex_);
  channels_ = std::move(known);
  return {};
}

base::Result<void> ChannelBook::seal_open_secrets() {
  auto rows = db_.query("SELECT id, secret FROM delivery_channels");
  if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
  for (const db::Row& row : *rows) {
    if (row.text("secret").starts_with(kSealed)) continue;
    const auto sealed = seal(row.text("secret"));
    if (!sealed) return tl::unexpected(sealed.error());
    auto done = db_.exec("UPDATE delivery_channels SET secret = :secret WHERE id = :id",
                         {{"secret", *sealed}, {"id", row.text("id")}});
    if (!done) return tl::unexpected(delivery_store_error(done.error()));
  }
  return {};
}

std::vector<Channel> ChannelBook::all() const {
  std::lock_guard lock(mutex_);
  return channels_;
}

base::Result<Channel> ChannelBook::channel(std::string_view id) const {
  std::lock_guard lock(mutex_);
  for (const Channel& channel : channels_) {
    if (channel.id == id) return channel;
  }
  return no_such_channel();
}

base::Result<void> ChannelBook::check(const Channel& draft) const {
  if (auto good = check_channel(draft, push_services_); !good) return good;
  if (!draft.id.empty()) return {};
  std::lock_guard lock(mutex_);
  const auto count = [&](auto which) {
    return static_cast<std::size_t>(std::count_if(channels_.begin(), channels_.end(), which));
  };
  if (draft.owner.empty()) {
    if (count([](const Channel& one) { return one.owner.empty(); }) < kMaxChannels) return {};
    return base::failure(Errc::kTooMany, "There are 50 channels already", "",
                         "Remove one that nobody needs.");
  }
  // One that is made anew takes its own place.
  const auto other = [&](const Channel& one) { return !one.owner.empty() && one.url != draft.url; };
  if (count([&](const Channel& one) { return other(one) && one.owner == draft.owner; }) >= kMaxBrowsersOfOne)
    return base::failure(Errc::kTooMany, "You have 10 browsers already", "",
                         "Remove one that you do not use.");
  if (count(other) >= kMaxBrowsers)
    return base::failure(Errc::kTooMany, "200 browsers are told of alerts already", "",
                         "Somebody must remove one first.");
  return {};
}

base::Result<Outbox::Made> ChannelBook::create(Channel draft, const std::string& password) {
  draft.id.clear();
  if (auto good = check(draft); !good) return tl::unexpected(good.error());
  draft.id = base::new_id("chn", clock_.now());
  draft.made_at = clock_.now();
  draft.ended_at.reset();
  const std::string made = is_signed(draft) ? crypto::base64url(crypto::random_bytes(kSecretBytes)) : "";
  const auto sealed = seal(is_signed(draft) ? made : password);
  if (!sealed) return tl::unexpected(sealed.error());
  if (draft.kind == "push") {
    auto removed = remove_where("kind = 'push' AND url = :url", {{"url", draft.url}}, false);
    if (!removed) return tl::unexpected(removed.error());
  }
  db::Params params;
  bind_channel(draft, params);
  params["kind"] = draft.kind;
  params["owner"] = draft.owner;
  params["made_by"] = draft.made_by;
  params["made_at"] = base::to_ms(draft.made_at);
  params["secret"] = *sealed;
  auto done = db_.exec(
      "INSERT INTO delivery_channels (id, name, kind, url, user_name, topic, mail_from, mail_to, enabled, "
      "parts, quiet_from_min, quiet_until_min, days, cooldown_s, camera_ids, states, made_by, made_at, "
      "owner, secret) VALUES (:id, :name, :kind, :url, :user_name, :topic, :mail_from, :mail_to, :enabled, "
      ":parts, :quiet_from_min, :quiet_until_min, :days, :cooldown_s, :camera_ids, :states, :made_by, "
      ":made_at, :owner, :secret)",
      params);
  if (!done) return tl::unexpected(delivery_store_error(done.error()));
  if (auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
  return Outbox::Made{std::move(draft), made};
}

base::Result<Channel> ChannelBook::change(const Channel& draft, const std::string& password) {
  if (auto good = check(draft); !good) return tl::unexpected(good.error());
  db::Params params;
  bind_channel(draft, params);
  std::string secret;  // stays, but for a new password or a user who needs none any more
  if (!is_signed(draft) && draft.kind != "push" && (!password.empty() || draft.user.empty())) {
    const auto sealed = seal(draft.user.empty() ? "" : password);
    if (!sealed) return tl::unexpected(sealed.error());
    secret = ", secret = :secret";
    params["secret"] = *sealed;
  }
  auto done = db_.exec(
      "UPDATE delivery_channels SET name = :name, url = :url, user_name = :user_name, topic = :topic, "
      "mail_from = :mail_from, mail_to = :mail_to, enabled = :enabled, parts = :parts, quiet_from_min = "
      ":quiet_from_min, quiet_until_min = :quiet_until_min, days = :days, cooldown_s = :cooldown_s, "
      "camera_ids = :camera_ids, states = :states" +
          secret + " WHERE id = :id AND ended_at = 0",
      params);
  if (!done) return tl::unexpected(delivery_store_error(done.error()));
  if (*done == 0) return no_such_channel();
  if (auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
  return channel(draft.id);
}

base::Result<void> ChannelBook::remove_where(const std::string& where, const db::Params& params,
                                             bool must_exist) {
  auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
    auto messages = t.exec(
        "DELETE FROM deliveries WHERE channel_id IN (SELECT id FROM delivery_channels WHERE " + where + ")",
        params);
    if (!messages) return tl::unexpected(delivery_store_error(messages.error()));
    auto channels = t.exec("DELETE FROM delivery_channels WHERE " + where, params);
    if (!channels) return tl::unexpected(delivery_store_error(channels.error()));
    if (must_exist && *channels == 0) return no_such_channel();
    return {};
  });
  if (!done) return done;
  return load();
}

base::Result<void> ChannelBook::remove(std::string_view id) {
  return remove_where("id = :id", {{"id", std::string(id)}}, true);
}

base::Result<void> ChannelBook::remove_browsers_of(std::string_view owner) {
  return remove_where("kind = 'push' AND owner = :owner", {{"owner", std::string(owner)}}, false);
}

base::Result<void> ChannelBook::drop_ended(base::Time until) {
  return remove_where("ended_at > 0 AND ended_at < :until", {{"until", base::to_ms(until)}}, false);
}

base::Result<void> ChannelBook::end_browser(std::string_view id) {
  const auto nothing = seal("");
  if (!nothing) return tl::unexpected(nothing.error());
  auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
    auto ended = t.exec(
        "UPDATE delivery_channels SET enabled = 0, ended_at = :now, secret = :secret WHERE id = :id AND kind "
        "= 'push'",
        {{"now", base::to_ms(clock_.now())}, {"secret", *nothing}, {"id", std::string(id)}});
    if (!ended) return tl::unexpected(delivery_store_error(ended.error()));
    auto dropped = t.exec(
        "UPDATE deliveries SET state = 'dead', done_at = :now, sentence = 'The browser ended its "
        "subscription.' WHERE channel_id = :id AND state = 'waiting'",
        {{"now", base::to_ms(clock_.now())}, {"id", std::string(id)}});
    if (!dropped) return tl::unexpected(delivery_store_error(dropped.error()));
    return {};
  });
  if (!done) return done;
  return load();
}

base::Result<std::string> ChannelBook::seal(std::string_view secret) const {
  auto sealed = sealer_.seal(secret);
  if (!sealed) return tl::unexpected(delivery_store_error(sealed.error()));
  return std::string(kSealed) + *sealed;
}

base::Result<std::string> ChannelBook::open(const std::string& sealed) const {
  return sealer_.open(std::string_view(sealed).substr(std::min(kSealed.size(), sealed.size())));
}

base::Result<std::string> ChannelBook::secret_of(std::string_view id) const {
  const auto rows =
      db_.query("SELECT secret FROM delivery_channels WHERE id = :id", {{"id", std::string(id)}});
  if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
  if (rows->empty()) return no_such_channel();
  return open(rows->front().text("secret"));
}

base::Result<std::string> ChannelBook::push_secret() const {
  const auto rows = db_.query("SELECT secret FROM delivery_push_key");
  if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
  if (rows->empty()) return no_such_channel();
  return open(rows->front().text("secret"));
}

base::Result<std::string> ChannelBook::push_key() {
  std::lock_guard turn(key_mutex_);
  const auto rows = db_.query("SELECT public_key, secret FROM delivery_push_key");
  if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
  if (!rows->empty() && open(rows->front().text("secret"))) return rows->front().text("public_key");
  if (!rows->empty())
    base::log(base::Level::kError, "delivery",
              "the key for browsers cannot be opened; a new one is made, and they must subscribe anew");
  const crypto::P256Key key = crypto::P256Key::generate();
  const std::string public_key = crypto::base64url(key.public_key());
  const auto sealed = seal(key.secret());
  if (!sealed) return tl::unexpected(sealed.error());
  // Browsers that subscribed with the old key take nothing that another signed.
  if (auto removed = remove_where("kind = 'push'", {}, false); !removed)
    return tl::unexpected(removed.error());
  auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
    if (auto gone = t.exec("DELETE FROM delivery_push_key"); !gone)
      return tl::unexpected(delivery_store_error(gone.error()));
    auto kept = t.exec("INSERT INTO delivery_push_key (id, public_key, secret) VALUES (1, :key, :secret)",
                       {{"key", public_key}, {"secret", *sealed}});
    if (!kept) return tl::unexpected(delivery_store_error(kept.error()));
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return public_key;
}

}  // namespace glasshouse::delivery
