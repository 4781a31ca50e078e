#include "edge/uploader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "base/log.h"
#include "edge/upload.h"
#include "net/multipart.h"

namespace glasshouse::edge {
namespace {

using Json = nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr base::Millis kIdle{1000};  // between looks at a spool that is empty
constexpr int kOk = 200, kTooLarge = 413, kMediaType = 415, kFirstServerError = 500;

// Answers that mean "this batch", not "not now": the reads themselves are wrong.
bool refuses_the_batch(int status) {
  return status == 400 || status == kTooLarge || status == kMediaType || status == 422;
}

std::vector<std::string_view> texts_of(const std::vector<Spooled>& batch) {
  std::vector<std::string_view> texts;
  for (const Spooled& read : batch) texts.push_back(read.text);
  return texts;
}

}  // namespace

void SourceState::set(std::string state, std::string message) {
  std::lock_guard lock(mutex_);
  state_ = std::move(state);
  message_ = std::move(message);
}
std::string SourceState::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}
std::string SourceState::message() const {
  std::lock_guard lock(mutex_);
  return message_;
}

base::Millis backoff(int failures, double draw, base::Millis longest) {
  const int doublings = std::clamp(failures - 1, 0, 16);
  const std::int64_t half = std::min<std::int64_t>(longest.count(), kFirstBackoff.count() << doublings) / 2;
  return base::Millis(half +
                      static_cast<std::int64_t>(static_cast<double>(half) * std::clamp(draw, 0.0, 1.0)));
}

Uploader::Uploader(UploaderOptions options, Spool& spool, Sealer& sealer, SourceState& source,
                   std::unique_ptr<net::Client> client)
    : options_(std::move(options)),
      spool_(spool),
      sealer_(sealer),
      source_(source),
      client_(std::move(client)),
      thread_([this] { run(); }) {}

Uploader::~Uploader() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  spool_.wake();
  thread_.join();
}

void Uploader::pause(base::Millis most) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, most, [&] { return stop_.load(); });
}

void Uploader::run() {
  std::mt19937 random(std::random_device{}());
  std::uniform_real_distribution<double> draw(0, 1);
  Steady::time_point next_heartbeat = Steady::now(), next_keys = Steady::now();
  int failures = 0;
  while (!stop_) {
    bool fine = true;
    if (Steady::now() >= next_heartbeat) {
      renew_when_due();
      fine = send_heartbeat();
      next_heartbeat = Steady::now() + kHeartbeat;
      if (fine && Steady::now() >= next_keys && fetch_keys()) next_keys = Steady::now() + kBetweenKeys;
    }
    const Sent sent = fine ? send_batch() : Sent::kTryLater;
    if (sent == Sent::kTryLater) {
      ++failures;
      ++failed_;
      pause(backoff(failures, draw(random), options_.longest_backoff));
      next_heartbeat = std::min(next_heartbeat, Steady::now());  // tell the server as soon as it is back
      continue;
    }
    failures = 0;
    if (sent == Sent::kNothing) {
      spool_.wait(kIdle);
      spool_.rescan();
    }
  }
}

net::ClientRequest Uploader::request(const char* path, std::string body) const {
  net::ClientRequest request;
  request.method = body.empty() ? net::Method::kGet : net::Method::kPost;
  if (options_.identity != nullptr) {
    request.url = options_.identity->server() + path;
    options_.identity->sign(request);
  } else {
    request.url = options_.server + path;
    request.headers.set("Authorization", "Bearer " + options_.token);
  }
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  request.allow_private_addresses = true;  // the town's own server is often on the same wire
  return request;
}

// The same trouble is told once, not at every try.
void Uploader::say_once(const std::string& trouble) {
  if (trouble == last_trouble_) return;
  last_trouble_ = trouble;
  if (trouble.empty()) {
    base::log(base::Level::kInfo, "edge", "the server answers");
  } else {
    base::log(base::Level::kWarn, "edge",
              trouble + " Reads wait in the spool: " + std::to_string(spool_.size()) + ".");
  }
}

bool Uploader::send_heartbeat() {
  const Json body{{"source_state", source_.state()},
                  {"message", source_.message().substr(0, 300)},
                  {"spool_reads", spool_.size()},
                  {"version", options_.version}};
  const auto answer = client_->send(
      request("/api/v1/ingest/heartbeat", body.dump(-1, ' ', false, Json::error_handler_t::replace)));
  if (!answer) {
    say_once("The server cannot be reached: " + answer.error().message());
    return false;
  }
  if (answer->status == 401 || answer->status == 403) {
    say_refused(*answer);
    return false;
  }
  if (answer->status >= kFirstServerError) return false;
  return true;
}

// In the server's own words. A certificate that ran out is renewed at the next heartbeat.
void Uploader::say_refused(const net::ClientResponse& answer) {
  std::string code;
  const base::Error why = refusal_in(answer, "The server does not take what this camera sends", &code);
  renewal_asked_ = code == "certificate-expired";
  say_once("Refused: " + why.message());
}

void Uploader::renew_when_due() {
  if (options_.identity == nullptr) return;
  const bool due = options_.identity->is_due(base::SystemClock().now()) &&
                   (!renewal_tried_ || Steady::now() - *renewal_tried_ >= kBetweenRenewals);
  if (!due && !renewal_asked_) return;
  renewal_tried_ = Steady::now();
  renewal_asked_ = false;
  if (auto renewed = options_.identity->renew(*client_); !renewed) {
    say_once("The certificate was not renewed: " + renewed.error().message());
    return;
  }
  base::log(base::Level::kInfo, "edge",
            "the certificate was renewed, until " + base::format_rfc3339(options_.identity->until()));
}

// False: what was known stays good; the next heartbeat tries again.
bool Uploader::fetch_keys() {
  const auto answer = client_->send(request("/api/v1/ingest/day-keys", ""));
  if (!answer || answer->status != kOk) return false;
  const Json body = Json::parse(answer->body, nullptr, false);
  if (!body.is_object() || !body.value("camera_id", Json()).is_string() ||
      !body.value("day_keys", Json()).is_string())
    return false;
  const auto taken =
      sealer_.take_keys(body["day_keys"].get<std::string>(), body["camera_id"].get<std::string>());
  takes_parts_ = true;  // the server may be a newer one by now
  if (!taken) say_once(taken.error().message());
  return taken.has_value();
}

// What other programs, or this one before it sealed, put into the spool. False: it cannot be sealed now, and
// waits.
bool Uploader::seal_what_is_open(std::vector<Spooled>& batch) {
  for (Spooled& read : batch) {
    if (!holds_open_picture(read.text)) continue;
    auto sealed = with_picture_sealed(read.text, sealer_);
    if (!sealed) {
      say_once("A picture waits to be sealed: " + sealed.error().message());
      return false;
    }
    if (auto kept = spool_.put(read.id, *sealed); !kept) {
      say_once("A sealed picture could not be kept: " + kept.error().message());
      return false;
    }
    read.text = std::move(*sealed);
  }
  return true;
}

Uploader::Sent Uploader::send_batch() {
  auto batch = spool_.oldest(batch_reads_, kBatchBytes);
  if (batch.empty()) return Sent::kNothing;
  if (!seal_what_is_open(batch)) return Sent::kTryLater;
  const auto texts = texts_of(batch);
  BatchBody sent = takes_parts_ ? batch_in_parts(texts) : batch_as_json(texts);
  const bool in_parts = net::is_multipart(sent.type);
  auto upload = request("/api/v1/ingest/reads", std::move(sent.body));
  upload.headers.set("Content-Type", sent.type);
  const auto answer = client_->send(upload);
  if (!answer) {
    say_once("The server cannot be reached: " + answer.error().message());
    return Sent::kTryLater;
  }
  if (answer->status == kOk) {
    if (!take_answer(batch, answer->body)) {
      say_once("Something that is not the server answers at its address.");
      return Sent::kTryLater;
    }
    say_once("");
    batch_reads_ = std::min(batch_reads_ * 2, kBatchReads);
    return Sent::kAll;
  }
  if (in_parts && answer->status == kMediaType) {
    takes_parts_ =
        false;  // a server of the time before: everything in the JSON, until the keys are asked for
    return Sent::kAll;
  }
  if (!refuses_the_batch(answer->status)) {
    if (answer->status == 401 || answer->status == 403) {
      say_refused(*answer);
    } else {
      say_once(refusal_in(*answer, "The server did not take the reads").message());
    }
    return Sent::kTryLater;
  }
  if (batch.size() > 1) {  // find the one that it stumbles over
    batch_reads_ = std::max<std::size_t>(1, batch.size() / 4);
    return Sent::kAll;
  }
  base::log(base::Level::kError, "edge",
            "the server refuses read " + batch[0].id + " with status " + std::to_string(answer->status) +
                "; it was set aside");
  spool_.set_aside_refused(batch[0].id);
  return Sent::kAll;
}

// False when the answer is not the server's own (a proxy's page says 200 too): then nothing is acknowledged.
bool Uploader::take_answer(const std::vector<Spooled>& batch, const std::string& body) {
  std::set<std::string> refused;
  const Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object() || !answer.contains("stored") || !answer.contains("already_known") ||
      !answer.contains("refused") || !answer["refused"].is_array()) {
    return false;
  }
  for (const Json& item : answer["refused"]) {
    if (!item.is_object() || !item.contains("id") || !item["id"].is_string()) continue;
    const auto id = item["id"].get<std::string>();
    refused.insert(id);
    base::log(base::Level::kWarn, "edge",
              "the server refused read " + id + ": " + item.value("reason", std::string("no reason given")));
  }
  std::vector<std::string> taken;
  for (const Spooled& read : batch) {
    if (refused.contains(read.id)) {
      spool_.set_aside_refused(read.id);
    } else {
      taken.push_back(read.id);
    }
  }
  acknowledged_ += taken.size();  // first: who sees the spool empty sees all of them counted
  spool_.remove(taken);
  return true;
}

}  // namespace glasshouse::edge
