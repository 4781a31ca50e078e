// Channels and messages as rows; sending them.
#include <algorithm>
#include <mutex>
#include <set>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/sealed_text.h"
#include "delivery/channel_check.h"
#include "delivery/delivery.h"
#include "delivery/formats.h"
#include "delivery/sending.h"

namespace glasshouse::delivery {
namespace {

constexpr std::int64_t kAttemptsARound = 50;
constexpr std::size_t kSecretBytes = 32;

constexpr std::string_view kDeliveryColumns =
    "id, channel_id, alert_id, state, made_at, next_at, done_at, attempts, status, sentence";

LocalTime utc(base::Time at) {
  const std::int64_t minutes = base::to_ms(at) / 60'000;
  return {static_cast<int>(minutes % (24 * 60)),
          (base::day_of(at).since_epoch + 3) % 7};  // 1970-01-01: Thursday
}

Delivery delivery_of(const db::Row& row) {
  Delivery delivery;
  delivery.id = row.text("id");
  delivery.channel_id = row.text("channel_id");
  delivery.alert_id = row.text("alert_id");
  delivery.state = row.text("state");
  delivery.made_at = base::from_ms(row.integer("made_at"));
  if (delivery.state == "waiting") delivery.next_at = base::from_ms(row.integer("next_at"));
  if (row.integer("done_at") != 0) delivery.done_at = base::from_ms(row.integer("done_at"));
  delivery.attempts = static_cast<int>(row.integer("attempts"));
  delivery.status = static_cast<int>(row.integer("status"));
  delivery.sentence = row.text("sentence");
  return delivery;
}

tl::unexpected<base::Error> no_such_channel() {
  return base::failure(Errc::kNotFound, "There is no such channel", "It may have been removed",
                       "Go back to the channels.");
}

tl::unexpected<base::Error> no_such_message() {
  return base::failure(Errc::kNotFound, "There is no such message", "", "Look at the log again.");
}

constexpr std::string_view kSealed =
    "age:";  // before a secret that is sealed; earlier versions kept them open

// Signed with a secret that is made here; the others hold a password that somebody else gave.
bool is_signed(const Channel& channel) {
  return channel.kind == "webhook" || channel.kind == "cap";
}

class StoredOutbox final : public Outbox {
 public:
  StoredOutbox(Options options, crypto::TextSealer sealer)
      : options_(std::move(options)), sealer_(std::move(sealer)), brokers_(*options_.clock, options_.reach) {}

  base::Result<void> load() {
    auto rows =
        db().query("SELECT " + std::string(kChannelColumns) + " FROM delivery_channels ORDER BY name, id");
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    std::vector<Channel> known;
    for (const db::Row& row : *rows) known.push_back(channel_of(row));
    std::lock_guard lock(mutex_);
    channels_ = std::move(known);
    return {};
  }

  base::Result<void> seal_open_secrets() {
    auto rows = db().query("SELECT id, secret FROM delivery_channels");
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    for (const db::Row& row : *rows) {
      if (row.text("secret").starts_with(kSealed)) continue;
      const auto sealed = seal(row.text("secret"));
      if (!sealed) return tl::unexpected(sealed.error());
      auto done = db().exec("UPDATE delivery_channels SET secret = :secret WHERE id = :id",
                            {{"secret", *sealed}, {"id", row.text("id")}});
      if (!done) return tl::unexpected(delivery_store_error(done.error()));
    }
    return {};
  }

  base::Result<std::vector<Channel>> channels() override {
    std::lock_guard lock(mutex_);
    return channels_;
  }

  base::Result<Channel> channel(std::string_view id) override {
    std::lock_guard lock(mutex_);
    for (const Channel& channel : channels_) {
      if (channel.id == id) return channel;
    }
    return no_such_channel();
  }

  base::Result<void> check(const Channel& draft) override {
    if (auto good = check_channel(draft); !good) return good;
    std::lock_guard lock(mutex_);
    if (!draft.id.empty() || channels_.size() < kMaxChannels) return {};
    return base::failure(Errc::kTooMany, "There are 50 channels already", "",
                         "Remove one that nobody needs.");
  }

  base::Result<Made> create(Channel draft, const std::string& password) override {
    draft.id.clear();
    if (auto good = check(draft); !good) return tl::unexpected(good.error());
    draft.id = base::new_id("chn", now());
    draft.made_at = now();
    const std::string made = is_signed(draft) ? crypto::base64url(crypto::random_bytes(kSecretBytes)) : "";
    const auto sealed = seal(is_signed(draft) ? made : password);
    if (!sealed) return tl::unexpected(sealed.error());
    db::Params params;
    bind_channel(draft, params);
    params["kind"] = draft.kind;
    params["made_by"] = draft.made_by;
    params["made_at"] = base::to_ms(draft.made_at);
    params["secret"] = *sealed;
    auto done = db().exec(
        "INSERT INTO delivery_channels (id, name, kind, url, user_name, topic, mail_from, mail_to, enabled, "
        "parts, quiet_from_min, quiet_until_min, days, cooldown_s, camera_ids, states, made_by, made_at, "
        "secret) VALUES (:id, :name, :kind, :url, :user_name, :topic, :mail_from, :mail_to, :enabled, "
        ":parts, "
        ":quiet_from_min, :quiet_until_min, :days, :cooldown_s, :camera_ids, :states, :made_by, :made_at, "
        ":secret)",
        params);
    if (!done) return tl::unexpected(delivery_store_error(done.error()));
    if (auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
    return Made{std::move(draft), made};
  }

  base::Result<Channel> change(const Channel& draft, const std::string& password) override {
    if (auto good = check(draft); !good) return tl::unexpected(good.error());
    db::Params params;
    bind_channel(draft, params);
    std::string secret;  // stays, but for a new password or a user who needs none any more
    if (!is_signed(draft) && (!password.empty() || draft.user.empty())) {
      const auto sealed = seal(draft.user.empty() ? "" : password);
      if (!sealed) return tl::unexpected(sealed.error());
      secret = ", secret = :secret";
      params["secret"] = *sealed;
    }
    auto done = db().exec(
        "UPDATE delivery_channels SET name = :name, url = :url, user_name = :user_name, topic = :topic, "
        "mail_from = :mail_from, mail_to = :mail_to, enabled = :enabled, parts = :parts, quiet_from_min = "
        ":quiet_from_min, quiet_until_min = :quiet_until_min, days = :days, cooldown_s = :cooldown_s, "
        "camera_ids = :camera_ids, states = :states" +
            secret + " WHERE id = :id",
        params);
    if (!done) return tl::unexpected(delivery_store_error(done.error()));
    if (*done == 0) return no_such_channel();
    if (auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
    return channel(draft.id);
  }

  base::Result<void> remove(std::string_view id) override {
    const db::Params params{{"id", std::string(id)}};
    auto done = db().transact([&](db::Transaction& t) -> base::Result<void> {
      auto messages = t.exec("DELETE FROM deliveries WHERE channel_id = :id", params);
      if (!messages) return tl::unexpected(delivery_store_error(messages.error()));
      auto channels = t.exec("DELETE FROM delivery_channels WHERE id = :id", params);
      if (!channels) return tl::unexpected(delivery_store_error(channels.error()));
      if (*channels == 0) return no_such_channel();
      return {};
    });
    if (!done) return done;
    return load();
  }

  base::Result<std::size_t> enqueue(const Notice& notice) override {
    std::size_t queued = 0;
    const auto known = channels();
    if (!known) return tl::unexpected(known.error());
    for (const Channel& channel : *known) {
      const Schedule& schedule = channel.schedule;
      const auto wants = [](const std::vector<std::string>& list, const std::string& word) {
        return std::find(list.begin(), list.end(), word) != list.end();
      };
      if (!channel.enabled || !wants(schedule.states, notice.state) ||
          (!schedule.camera_ids.empty() && !wants(schedule.camera_ids, notice.camera_id)))
        continue;
      auto done = queue_for(channel, notice);
      if (!done) return tl::unexpected(done.error());
      queued += *done;
    }
    return queued;
  }

  base::Result<Delivery> enqueue_test(std::string_view channel_id) override {
    auto to = channel(channel_id);
    if (!to) return tl::unexpected(to.error());
    const std::string id = base::new_id("dlv", now());
    Notice notice;
    notice.at = now();
    if (auto added = insert(*to, notice, id, "waiting", "Waits to be sent."); !added)
      return tl::unexpected(added.error());
    return delivery(id);
  }

  base::Result<std::vector<Delivery>> deliveries(std::string_view channel_id, std::size_t limit) override {
    if (auto known = channel(channel_id); !known) return tl::unexpected(known.error());
    auto rows = db().query("SELECT " + std::string(kDeliveryColumns) +
                               " FROM deliveries WHERE channel_id = :id ORDER BY id DESC LIMIT :limit",
                           {{"id", std::string(channel_id)}, {"limit", static_cast<std::int64_t>(limit)}});
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    std::vector<Delivery> found;
    for (const db::Row& row : *rows) found.push_back(delivery_of(row));
    return found;
  }

  base::Result<Delivery> again(std::string_view channel_id, std::string_view id) override {
    auto done = db().exec(
        "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = :now, done_at = 0, sentence = "
        "'Waits to be "
        "sent again.' WHERE id = :id AND channel_id = :channel AND state = 'dead'",
        {{"id", std::string(id)}, {"channel", std::string(channel_id)}, {"now", base::to_ms(now())}});
    if (!done) return tl::unexpected(delivery_store_error(done.error()));
    auto found = delivery(id);
    if (found && found->channel_id != channel_id) return no_such_message();
    if (found && *done == 0)
      return base::failure(Errc::kWrongState, "The message is " + found->state,
                           "Only what was given up on is sent again", "Look at the log again.");
    return found;
  }

  std::size_t send_due() override {
    std::lock_guard turn(send_mutex_);
    tend_brokers();
    auto due = db().query(
        "SELECT d.id AS id, d.channel_id AS channel_id, d.body AS body, d.attempts AS attempts, c.secret AS "
        "secret FROM deliveries d JOIN delivery_channels c ON c.id = d.channel_id WHERE d.state = 'waiting' "
        "AND d.next_at <= :now AND c.enabled = 1 ORDER BY d.next_at, d.id LIMIT :limit",
        {{"now", base::to_ms(now())}, {"limit", kAttemptsARound}});
    if (!due) {
      base::log(base::Level::kError, "delivery", due.error().what());
      return 0;
    }
    std::size_t attempts = 0;
    std::set<std::string> failing;  // a receiver that does not answer holds up nobody else
    for (const db::Row& row : *due) {
      if (failing.contains(row.text("channel_id"))) continue;
      ++attempts;
      if (!attempt(row)) failing.insert(row.text("channel_id"));
    }
    return attempts;
  }

  void drop_old() override {
    const base::Time until = now() - std::chrono::hours(24) * kKeptDays;
    auto done = db().exec("DELETE FROM deliveries WHERE state <> 'waiting' AND made_at < :until",
                          {{"until", base::to_ms(until)}});
    if (!done) base::log(base::Level::kError, "delivery", done.error().what());
  }

 private:
  db::Database& db() { return *options_.db; }
  base::Time now() const { return options_.clock->now(); }

  base::Result<Delivery> delivery(std::string_view id) {
    auto rows = db().query("SELECT " + std::string(kDeliveryColumns) + " FROM deliveries WHERE id = :id",
                           {{"id", std::string(id)}});
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    if (rows->empty()) return no_such_message();
    return delivery_of(rows->front());
  }

  base::Result<std::int64_t> count(const std::string& where, const db::Params& params) {
    auto rows = db().query("SELECT COUNT(*) AS n FROM deliveries WHERE " + where, params);
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    return rows->front().integer("n");
  }

  // Whether a message was made for the channel; the same alert in the same state is told once.
  base::Result<bool> queue_for(const Channel& channel, const Notice& notice) {
    std::lock_guard turn(queue_mutex_);
    const auto told = count("channel_id = :channel AND alert_id = :alert AND alert_state = :state",
                            {{"channel", channel.id}, {"alert", notice.alert_id}, {"state", notice.state}});
    if (!told) return tl::unexpected(told.error());
    if (*told > 0) return false;
    const auto waiting = count("state = 'waiting'", {});
    if (!waiting) return tl::unexpected(waiting.error());
    if (static_cast<std::size_t>(*waiting) >= kMaxOutbox)
      return base::failure(Errc::kTooMany, "10,000 messages wait already", "",
                           "See which receiver does not answer.");
    std::string why_not;
    if (is_quiet(channel.schedule, options_.to_local ? options_.to_local(now()) : utc(now())))
      why_not = "Not sent: the channel was quiet at that time.";
    if (why_not.empty() && channel.schedule.cooldown_s > 0) {
      const auto recent = count(
          "channel_id = :channel AND camera_id = :camera AND hotlist = :hotlist AND alert_id <> :alert AND "
          "state <> "
          "'quiet' AND made_at > :since",
          {{"channel", channel.id},
           {"camera", notice.camera_id},
           {"hotlist", notice.hotlist},
           {"alert", notice.alert_id},
           {"since", base::to_ms(now() - std::chrono::seconds(channel.schedule.cooldown_s))}});
      if (!recent) return tl::unexpected(recent.error());
      if (*recent > 0) why_not = "Not sent: the camera and list were told of a moment before.";
    }
    auto added = insert(channel, notice, base::new_id("dlv", now()), why_not.empty() ? "waiting" : "quiet",
                        why_not.empty() ? "Waits to be sent." : why_not);
    if (!added) return tl::unexpected(added.error());
    return why_not.empty();
  }

  // What the channel was told of the alert before, for kinds whose messages refer to it.
  base::Result<std::vector<Earlier>> earlier(const Channel& channel, const Notice& notice) {
    std::vector<Earlier> found;
    if (channel.kind != "cap" || notice.alert_id.empty()) return found;
    auto rows = db().query(
        "SELECT id, made_at FROM deliveries WHERE channel_id = :channel AND alert_id = :alert AND state <> "
        "'quiet' ORDER BY id",
        {{"channel", channel.id}, {"alert", notice.alert_id}});
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    for (const db::Row& row : *rows) found.push_back({row.text("id"), base::from_ms(row.integer("made_at"))});
    return found;
  }

  base::Result<void> insert(const Channel& channel, const Notice& notice, const std::string& id,
                            const std::string& state, const std::string& sentence) {
    const base::Time made_at = now();
    auto before = earlier(channel, notice);
    if (!before) return tl::unexpected(before.error());
    auto added = db().exec(
        "INSERT INTO deliveries (id, channel_id, alert_id, alert_state, camera_id, hotlist, body, state, "
        "made_at, "
        "next_at, done_at, attempts, status, sentence) VALUES (:id, :channel, :alert, :alert_state, :camera, "
        ":hotlist, "
        ":body, :state, :now, :now, 0, 0, 0, :sentence)",
        {{"id", id},
         {"channel", channel.id},
         {"alert", notice.alert_id},
         {"alert_state", notice.state},
         {"camera", notice.camera_id},
         {"hotlist", notice.hotlist},
         {"body", body_for(channel, notice, {id, made_at, options_.sender, std::move(*before)})},
         {"state", state},
         {"now", base::to_ms(made_at)},
         {"sentence", sentence}});
    if (!added) return tl::unexpected(delivery_store_error(added.error()));
    return {};
  }

  base::Result<std::string> seal(std::string_view secret) const {
    auto sealed = sealer_.seal(secret);
    if (!sealed) return tl::unexpected(delivery_store_error(sealed.error()));
    return std::string(kSealed) + *sealed;
  }

  bool attempt(const db::Row& row) {
    const Outcome outcome = send(row);
    note_attempt(row, outcome.status, outcome.delivered, outcome.refused, outcome.sentence);
    return outcome.delivered;
  }

  base::Result<std::string> opened(const db::Row& row) const {
    const std::string sealed = row.text("secret");
    return sealer_.open(std::string_view(sealed).substr(std::min(kSealed.size(), sealed.size())));
  }

  void tend_brokers() {
    std::vector<std::pair<Channel, std::string>> wanted;
    const auto known = channels();
    if (!known) return;
    for (const Channel& one : *known) {
      if (one.kind != "mqtt" || !one.enabled) continue;
      const auto rows = db().query("SELECT secret FROM delivery_channels WHERE id = :id", {{"id", one.id}});
      if (!rows || rows->empty()) continue;
      if (const auto password = opened(rows->front())) wanted.emplace_back(one, *password);
    }
    brokers_.tend(wanted);
  }

  Outcome send(const db::Row& row) {
    auto secret = opened(row);
    if (!secret) {
      base::log(base::Level::kError, "delivery",
                "a channel's secret cannot be opened: " + row.text("channel_id"));
      return {.refused = true, .sentence = "The channel's secret cannot be opened: make the channel anew."};
    }
    const auto to = channel(row.text("channel_id"));
    if (!to) return {.refused = true, .sentence = to.error().message()};
    const Outgoing message{row.text("id"), std::move(*secret), row.text("body")};
    if (to->kind == "mqtt") return brokers_.send(*to, message);
    if (to->kind == "mail") return send_by_mail(options_.reach, *to, message);
    return send_by_http(*options_.client, *to, message, now());
  }

  void note_attempt(const db::Row& row, int status, bool delivered, bool refused, std::string sentence) {
    const int attempts = static_cast<int>(row.integer("attempts")) + 1;
    const bool dead = !delivered && (refused || attempts >= kMaxAttempts);
    if (dead) {
      sentence +=
          refused ? " It is not tried again." : " Given up after " + std::to_string(attempts) + " attempts.";
      base::log(base::Level::kError, "delivery", "gave up on message " + row.text("id"));
    }
    const base::Time next = now() + pause_after(attempts);
    const bool done = delivered || dead;
    auto noted = db().exec(
        "UPDATE deliveries SET state = :state, attempts = :attempts, status = :status, sentence = :sentence, "
        "next_at = "
        ":next, done_at = :done WHERE id = :id AND state = 'waiting'",
        {{"id", row.text("id")},
         {"state", std::string(delivered ? "delivered"
                               : dead    ? "dead"
                                         : "waiting")},
         {"attempts", std::int64_t{attempts}},
         {"status", std::int64_t{status}},
         {"sentence", sentence},
         {"next", base::to_ms(next)},
         {"done", done ? base::to_ms(now()) : 0}});
    if (!noted) base::log(base::Level::kError, "delivery", noted.error().what());
  }

  Options options_;
  crypto::TextSealer sealer_;
  Brokers brokers_;
  std::mutex send_mutex_;  // of brokers_; no message is sent twice at once
  std::mutex mutex_;       // of channels_
  std::vector<Channel> channels_;
  std::mutex queue_mutex_;  // the same alert from two requests is told once
};

}  // namespace

std::vector<db::Migration> Outbox::migrations() {
  return {{"delivery/1-start",
           "CREATE TABLE delivery_channels (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, "
           "enabled BIGINT "
           "NOT NULL, parts TEXT NOT NULL, quiet_from_min BIGINT NOT NULL, quiet_until_min BIGINT NOT NULL, "
           "days BIGINT "
           "NOT NULL, cooldown_s BIGINT NOT NULL, camera_ids TEXT NOT NULL, states TEXT NOT NULL, made_by "
           "TEXT NOT NULL,"
           " made_at BIGINT NOT NULL, secret TEXT NOT NULL);\n"
           "CREATE TABLE deliveries (id TEXT PRIMARY KEY, channel_id TEXT NOT NULL REFERENCES "
           "delivery_channels(id), "
           "alert_id TEXT NOT NULL, alert_state TEXT NOT NULL, camera_id TEXT NOT NULL, hotlist TEXT NOT "
           "NULL, body TEXT "
           "NOT NULL, state TEXT NOT NULL, made_at BIGINT NOT NULL, next_at BIGINT NOT NULL, done_at BIGINT "
           "NOT NULL, "
           "attempts BIGINT NOT NULL, status BIGINT NOT NULL, sentence TEXT NOT NULL,"
           " CHECK (state IN ('waiting', 'delivered', 'dead', 'quiet')));\n"
           "CREATE INDEX deliveries_due ON deliveries (state, next_at);\n"
           "CREATE INDEX deliveries_by_channel ON deliveries (channel_id, id);\n"
           "CREATE INDEX deliveries_by_alert ON deliveries (channel_id, alert_id);\n"},
          {"delivery/2-kinds",
           "ALTER TABLE delivery_channels ADD COLUMN kind TEXT NOT NULL DEFAULT 'webhook';\n"},
          {"delivery/3-ways",
           "ALTER TABLE delivery_channels ADD COLUMN user_name TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN topic TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN mail_from TEXT NOT NULL DEFAULT '';\n"
           "ALTER TABLE delivery_channels ADD COLUMN mail_to TEXT NOT NULL DEFAULT '';\n"}};
}

base::Result<std::unique_ptr<Outbox>> Outbox::open(Options options) {
  auto sealer = crypto::TextSealer::from_secret(options.sealing_secret);
  if (!sealer) return tl::unexpected(delivery_store_error(sealer.error()));
  auto outbox = std::make_unique<StoredOutbox>(std::move(options), std::move(*sealer));
  if (auto sealed = outbox->seal_open_secrets(); !sealed) return tl::unexpected(sealed.error());
  if (auto loaded = outbox->load(); !loaded) return tl::unexpected(loaded.error());
  return outbox;
}

}  // namespace glasshouse::delivery
