// Messages as rows; sending them.
#include <algorithm>
#include <mutex>
#include <set>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/sealed_text.h"
#include "delivery/channel_book.h"
#include "delivery/channel_check.h"
#include "delivery/delivery.h"
#include "delivery/formats.h"
#include "delivery/push.h"

namespace glasshouse::delivery {
namespace {

constexpr std::int64_t kAttemptsARound = 50;

LocalTime utc(base::Time at) {
  const std::int64_t minutes = base::to_ms(at) / 60'000;
  return {static_cast<int>(minutes % (24 * 60)),
          (base::day_of(at).since_epoch + 3) % 7};  // 1970-01-01: Thursday
}

tl::unexpected<base::Error> no_such_message() {
  return base::failure(Errc::kNotFound, "There is no such message", "", "Look at the log again.");
}

// Browsers share few push services, and one that is silent is silent for all.
std::string receiver_of(const Channel& channel) {
  if (channel.kind != "push") return channel.id;
  const std::size_t host = channel.url.find("://");
  return channel.url.substr(0, channel.url.find('/', host == std::string::npos ? 0 : host + 3));
}

class StoredOutbox final : public Outbox {
 public:
  StoredOutbox(Options options, crypto::TextSealer sealer)
      : options_(std::move(options)),
        book_(*options_.db, *options_.clock, std::move(sealer), options_.push_services),
        brokers_(*options_.clock, options_.reach) {}

  ChannelBook& book() { return book_; }

  base::Result<std::vector<Channel>> channels() override { return of_owner(""); }
  base::Result<std::vector<Channel>> browsers_of(std::string_view owner) override { return of_owner(owner); }
  base::Result<Channel> channel(std::string_view id) override { return book_.channel(id); }
  base::Result<void> check(const Channel& draft) override { return book_.check(draft); }
  base::Result<Made> create(Channel draft, const std::string& password) override {
    return book_.create(std::move(draft), password);
  }
  base::Result<Channel> change(const Channel& draft, const std::string& password) override {
    return book_.change(draft, password);
  }
  base::Result<void> remove(std::string_view id) override { return book_.remove(id); }
  base::Result<void> remove_browsers_of(std::string_view owner) override {
    return book_.remove_browsers_of(owner);
  }
  base::Result<std::string> push_key() override { return book_.push_key(); }

  base::Result<std::size_t> enqueue(const Notice& notice) override {
    std::vector<Channel> wanting;
    for (Channel& channel : book_.all()) {
      const Schedule& schedule = channel.schedule;
      const auto wants = [](const std::vector<std::string>& list, const std::string& word) {
        return std::find(list.begin(), list.end(), word) != list.end();
      };
      if (channel.enabled && wants(schedule.states, notice.state) &&
          (schedule.camera_ids.empty() || wants(schedule.camera_ids, notice.camera_id)) &&
          owner_may_be_told(channel))
        wanting.push_back(std::move(channel));
    }
    if (wanting.empty()) return 0;
    // One transaction for all: each is written through to the disk before the next.
    std::size_t queued = 0;
    std::lock_guard turn(queue_mutex_);
    auto done = db().transact([&](db::Transaction& t) -> base::Result<void> {
      for (const Channel& channel : wanting) {
        auto told = queue_for(t, channel, notice);
        if (!told) return tl::unexpected(told.error());
        queued += *told;
      }
      return {};
    });
    if (!done) return tl::unexpected(done.error());
    return queued;
  }

  base::Result<Delivery> enqueue_test(std::string_view channel_id) override {
    auto to = channel(channel_id);
    if (!to) return tl::unexpected(to.error());
    const std::string id = base::new_id("dlv", now());
    Notice notice;
    notice.at = now();
    auto added = db().transact(
        [&](db::Transaction& t) { return insert(t, *to, notice, id, "waiting", "Waits to be sent."); });
    if (!added) return tl::unexpected(added.error());
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
        "SELECT d.id AS id, d.channel_id AS channel_id, d.alert_id AS alert_id, d.alert_state AS "
        "alert_state, "
        "d.made_at AS made_at, d.body AS body, d.attempts AS attempts FROM deliveries d JOIN "
        "delivery_channels c ON c.id = d.channel_id WHERE d.state = 'waiting' "
        "AND d.next_at <= :now AND c.enabled = 1 ORDER BY d.next_at, d.id LIMIT :limit",
        {{"now", base::to_ms(now())}, {"limit", kAttemptsARound}});
    if (!due) {
      base::log(base::Level::kError, "delivery", due.error().what());
      return 0;
    }
    std::size_t attempts = 0;
    std::set<std::string> failing;  // a receiver that does not answer holds up nobody else
    for (const db::Row& row : *due) {
      const auto to = channel(row.text("channel_id"));
      if (!to || !to->enabled || failing.contains(receiver_of(*to))) continue;
      ++attempts;
      const Outcome outcome = send(*to, row);
      note_attempt(row, outcome);
      if (outcome.gone) {
        if (auto ended = book_.end_browser(to->id); !ended)
          base::log(base::Level::kError, "delivery", ended.error().what());
      } else if (!outcome.delivered && !outcome.refused) {
        failing.insert(receiver_of(*to));
      }
    }
    return attempts;
  }

  void drop_old() override {
    const base::Time until = now() - std::chrono::hours(24) * kKeptDays;
    auto done = db().exec("DELETE FROM deliveries WHERE state <> 'waiting' AND made_at < :until",
                          {{"until", base::to_ms(until)}});
    if (!done) base::log(base::Level::kError, "delivery", done.error().what());
    if (auto dropped = book_.drop_ended(until); !dropped)
      base::log(base::Level::kError, "delivery", dropped.error().what());
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

  std::vector<Channel> of_owner(std::string_view owner) const {
    std::vector<Channel> found = book_.all();
    std::erase_if(found, [&](const Channel& one) { return one.owner != owner; });
    return found;
  }

  bool owner_may_be_told(const Channel& channel) const {
    return channel.owner.empty() || (options_.may_be_told && options_.may_be_told(channel.owner));
  }

  static base::Result<std::int64_t> count(db::Transaction& t, const std::string& where,
                                          const db::Params& params) {
    auto rows = t.query("SELECT COUNT(*) AS n FROM deliveries WHERE " + where, params);
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    return rows->front().integer("n");
  }

  // Whether a message was made for the channel; the same alert in the same state is told once.
  base::Result<bool> queue_for(db::Transaction& t, const Channel& channel, const Notice& notice) {
    const auto told = count(t, "channel_id = :channel AND alert_id = :alert AND alert_state = :state",
                            {{"channel", channel.id}, {"alert", notice.alert_id}, {"state", notice.state}});
    if (!told) return tl::unexpected(told.error());
    if (*told > 0) return false;
    const auto waiting = count(t, "state = 'waiting'", {});
    if (!waiting) return tl::unexpected(waiting.error());
    if (static_cast<std::size_t>(*waiting) >= kMaxOutbox)
      return base::failure(Errc::kTooMany, "10,000 messages wait already", "",
                           "See which receiver does not answer.");
    std::string why_not;
    if (is_quiet(channel.schedule, options_.to_local ? options_.to_local(now()) : utc(now())))
      why_not = "Not sent: the channel was quiet at that time.";
    if (why_not.empty() && channel.schedule.cooldown_s > 0) {
      const auto recent = count(
          t,
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
    auto added = insert(t, channel, notice, base::new_id("dlv", now()), why_not.empty() ? "waiting" : "quiet",
                        why_not.empty() ? "Waits to be sent." : why_not);
    if (!added) return tl::unexpected(added.error());
    return why_not.empty();
  }

  // What the channel was told of the alert before, for kinds whose messages refer to it.
  static base::Result<std::vector<Earlier>> earlier(db::Transaction& t, const Channel& channel,
                                                    const Notice& notice) {
    std::vector<Earlier> found;
    if (channel.kind != "cap" || notice.alert_id.empty()) return found;
    auto rows = t.query(
        "SELECT id, made_at FROM deliveries WHERE channel_id = :channel AND alert_id = :alert AND state <> "
        "'quiet' ORDER BY id",
        {{"channel", channel.id}, {"alert", notice.alert_id}});
    if (!rows) return tl::unexpected(delivery_store_error(rows.error()));
    for (const db::Row& row : *rows) found.push_back({row.text("id"), base::from_ms(row.integer("made_at"))});
    return found;
  }

  base::Result<void> insert(db::Transaction& t, const Channel& channel, const Notice& notice,
                            const std::string& id, const std::string& state, const std::string& sentence) {
    const base::Time made_at = now();
    auto before = earlier(t, channel, notice);
    if (!before) return tl::unexpected(before.error());
    auto added = t.exec(
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

  void tend_brokers() {
    std::vector<std::pair<Channel, std::string>> wanted;
    for (const Channel& one : book_.all()) {
      if (one.kind != "mqtt" || !one.enabled) continue;
      if (const auto password = book_.secret_of(one.id)) wanted.emplace_back(one, *password);
    }
    brokers_.tend(wanted);
  }

  Outcome send(const Channel& to, const db::Row& row) {
    auto secret = book_.secret_of(to.id);
    if (!secret) {
      base::log(base::Level::kError, "delivery", "a channel's secret cannot be opened: " + to.id);
      return {.refused = true, .sentence = "The channel's secret cannot be opened: make the channel anew."};
    }
    const Outgoing message{.id = row.text("id"),
                           .secret = std::move(*secret),
                           .body = row.text("body"),
                           .alert_id = row.text("alert_id"),
                           .alert_state = row.text("alert_state"),
                           .made_at = base::from_ms(row.integer("made_at"))};
    if (to.kind == "mqtt") return brokers_.send(to, message);
    if (to.kind == "mail") return send_by_mail(options_.reach, to, message);
    if (to.kind == "push") return push(to, message);
    return send_by_http(*options_.client, to, message, now());
  }

  Outcome push(const Channel& to, const Outgoing& message) {
    if (!owner_may_be_told(to))
      return {.refused = true, .sentence = "Whose browser it is may not be told of alerts now."};
    auto secret = book_.push_secret();
    if (!secret) return {.refused = true, .sentence = "The server's key for browsers cannot be opened."};
    PushSender sender{std::move(*secret), options_.contact};
    Outcome outcome = send_by_push(*options_.client, sender, to, message, now());
    crypto::wipe(sender.secret);
    return outcome;
  }

  void note_attempt(const db::Row& row, const Outcome& outcome) {
    std::string sentence = outcome.sentence;
    const int attempts = static_cast<int>(row.integer("attempts")) + 1;
    const bool dead = !outcome.delivered && (outcome.refused || attempts >= kMaxAttempts);
    if (dead) {
      sentence += outcome.refused ? " It is not tried again."
                                  : " Given up after " + std::to_string(attempts) + " attempts.";
      base::log(base::Level::kError, "delivery", "gave up on message " + row.text("id"));
    }
    const base::Time next = now() + pause_after(attempts);
    const bool done = outcome.delivered || dead;
    auto noted = db().exec(
        "UPDATE deliveries SET state = :state, attempts = :attempts, status = :status, sentence = :sentence, "
        "next_at = "
        ":next, done_at = :done WHERE id = :id AND state = 'waiting'",
        {{"id", row.text("id")},
         {"state", std::string(outcome.delivered ? "delivered"
                               : dead            ? "dead"
                                                 : "waiting")},
         {"attempts", std::int64_t{attempts}},
         {"status", std::int64_t{outcome.status}},
         {"sentence", sentence},
         {"next", base::to_ms(next)},
         {"done", done ? base::to_ms(now()) : 0}});
    if (!noted) base::log(base::Level::kError, "delivery", noted.error().what());
  }

  Options options_;
  ChannelBook book_;
  Brokers brokers_;
  std::mutex send_mutex_;   // of brokers_; no message is sent twice at once
  std::mutex queue_mutex_;  // the same alert from two requests is told once
};

}  // namespace

base::Result<std::unique_ptr<Outbox>> Outbox::open(Options options) {
  auto sealer = crypto::TextSealer::from_secret(options.sealing_secret);
  if (!sealer) return tl::unexpected(delivery_store_error(sealer.error()));
  auto outbox = std::make_unique<StoredOutbox>(std::move(options), std::move(*sealer));
  if (auto sealed = outbox->book().seal_open_secrets(); !sealed) return tl::unexpected(sealed.error());
  if (auto loaded = outbox->book().load(); !loaded) return tl::unexpected(loaded.error());
  return outbox;
}

}  // namespace glasshouse::delivery
