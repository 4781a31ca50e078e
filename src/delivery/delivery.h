// Telling others of alerts: channels, the outbox, and the log of what was sent. Kinds of channels: a signed
// webhook (docs/formats/webhook.md), the same with a CAP 1.2 message (docs/formats/cap.md), an MQTT broker
// (docs/formats/mqtt.md), mail (docs/formats/mail.md), and a person's own browser by web push
// (docs/formats/web-push.md).
//
//   delivery->enqueue(notice);          // on the thread that raised the alert: one row a channel, no network
//   delivery->send_due();               // on a thread of its own: sends, retries, gives up
//
// What leaves the house is what the channel's parts say; a plate, a case or a vehicle's looks are no part,
// because they leave a store only through the gate, for a person. Private, loopback and other special
// addresses are never called (net::Client looks at the address that is connected to, so that a name which
// changes its address between two looks gains nothing).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "net/http.h"
#include "net/reach.h"

namespace glasshouse::delivery {

enum class Errc { kNotFound = 1, kBadField, kTooMany, kWrongState, kStore };

inline constexpr std::size_t kMaxChannels = 50;
inline constexpr std::size_t kMaxOutbox = 10'000;  // waiting messages of all channels; more are not taken
inline constexpr int kMaxAttempts = 10;            // with the pauses between them about a day
inline constexpr int kKeptDays = 7;                // what was sent or given up on

// What of an alert a message may say. Always in it: the alert's id, state, kind of hit and time.
inline constexpr std::array<std::string_view, 4> kPartNames{"hotlist", "reason", "camera", "place"};

inline constexpr std::array<std::string_view, 5> kKindNames{"webhook", "cap", "mqtt", "mail", "push"};
inline constexpr std::size_t kMaxRecipients = 20;
inline constexpr std::size_t kMaxBrowsers = 200, kMaxBrowsersOfOne = 10;  // besides kMaxChannels

// Said in every message, so that no receiver takes a reading for a fact.
inline constexpr std::string_view kVerifyNotice =
    "A machine reading. A person must verify it before anybody acts.";

// When a channel is told. Minutes of the day are the agency's local time.
struct Schedule {
  int quiet_from_min = 0, quiet_until_min = 0;  // equal: never quiet; may span midnight
  std::uint8_t days = 0x7F;                     // bit 0 is Monday
  int cooldown_s = 0;  // after a message, other alerts of the same list and camera are not told for so long
  std::vector<std::string> camera_ids;  // empty: all
  std::vector<std::string> states = {"pending"};
  bool operator==(const Schedule&) const = default;
};

struct Channel {
  std::string id, name, url;
  std::string kind = "webhook";      // one of kKindNames; stays as it was made
  std::string user;                  // mqtt, mail: who we are there; empty: nobody in particular
  std::string topic = "glasshouse";  // mqtt: before every topic
  std::string mail_from;             // mail
  std::vector<std::string> mail_to;
  std::string owner;                   // push: the account whose browser it is; else nobody's own
  std::optional<base::Time> ended_at;  // push: the browser or its owner ended it; it is kept for its log
  bool enabled = true;
  std::vector<std::string> parts = {"hotlist", "camera"};
  Schedule schedule;
  std::string made_by;
  base::Time made_at;
};

struct Notice {  // an alert that was raised or changed
  std::string alert_id, state, kind, camera_id;
  base::Time at;
  std::string hotlist, reason, camera_name, agency;
  double lat = 0, lon = 0;
  bool list_stale = false;
};

struct Delivery {
  std::string id, channel_id, alert_id;  // alert_id empty: a test
  std::string state;                     // "waiting", "delivered", "dead", "quiet"
  base::Time made_at;
  std::optional<base::Time> next_at, done_at;
  int attempts = 0, status = 0;  // status: the last HTTP answer; 0 when there was none
  std::string sentence;          // what came of the last attempt
};

// Local minutes and weekday (0 is Monday) of a time in the agency's zone.
struct LocalTime {
  int minute = 0, weekday = 0;
};
using ToLocal = std::function<LocalTime(base::Time)>;

struct Options {
  db::Database* db = nullptr;
  const base::Clock* clock = nullptr;
  net::Client* client = nullptr;  // all outlive the object
  net::Reach reach;               // for what is no HTTP
  ToLocal to_local;               // empty: UTC
  std::string sealing_secret;     // 32 bytes: what channels' secrets are sealed to in the database
  std::string sender;             // the installation's name in the world, for messages that carry one
  // Whether an account may be told of alerts now. Empty: none may.
  std::function<bool(const std::string& account_id)> may_be_told;
  std::string contact;  // https://… or mailto:…: whom push services ask about us
  std::vector<std::string>
      push_services;  // "host:port" that browsers' subscriptions may name besides the known
};

// Thread-safe.
class Outbox {
 public:
  static base::Result<std::unique_ptr<Outbox>> open(Options options);
  static std::vector<db::Migration> migrations();
  virtual ~Outbox() = default;

  virtual base::Result<std::vector<Channel>> channels() = 0;  // the house's: of no person's own
  virtual base::Result<std::vector<Channel>> browsers_of(std::string_view owner) = 0;
  virtual base::Result<Channel> channel(std::string_view id) = 0;
  virtual base::Result<void> check(const Channel& draft) = 0;
  struct Made {
    Channel channel;
    std::string secret;  // webhook, cap: for the receiver; shown once
  };
  // `password` is the user's, where a channel names one; of a browser, what receiver_text made. A browser
  // that is known already is made anew, whosever it was.
  virtual base::Result<Made> create(Channel draft, const std::string& password = {}) = 0;
  // Without a password the one before stays.
  virtual base::Result<Channel> change(const Channel& channel, const std::string& password = {}) = 0;
  virtual base::Result<void> remove(std::string_view id) = 0;
  virtual base::Result<void> remove_browsers_of(std::string_view owner) = 0;
  // What browsers subscribe with (65 bytes, base64url): made at the first call, and anew, without the
  // browsers that knew the old one, when its secret cannot be opened any more.
  virtual base::Result<std::string> push_key() = 0;

  // One message for each channel that wants to be told now. Nothing is sent here.
  virtual base::Result<std::size_t> enqueue(const Notice& notice) = 0;
  virtual base::Result<Delivery> enqueue_test(std::string_view channel_id) = 0;
  virtual base::Result<std::vector<Delivery>> deliveries(std::string_view channel_id, std::size_t limit) = 0;
  // Of a message that was given up on; else kWrongState.
  virtual base::Result<Delivery> again(std::string_view channel_id, std::string_view delivery_id) = 0;

  virtual std::size_t send_due() = 0;  // how many attempts were made
  virtual void drop_old() = 0;
};

// The body of a message, and the header that signs it: "t=<seconds>,v1=<hex of HMAC-SHA-256(secret,
// t.body)>".
std::string body_of(const Channel& channel, const Notice& notice, std::string_view delivery_id);
std::string signature_of(std::string_view secret, base::Time at, std::string_view body);

// After so many failed attempts: 30 s, doubled each time, at most 6 hours.
base::Millis pause_after(int attempts);

bool is_quiet(const Schedule& schedule, const LocalTime& local);

}  // namespace glasshouse::delivery
