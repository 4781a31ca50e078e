#include "app/simulate_command.h"

#include <algorithm>
#include <deque>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "app/options.h"
#include "app/simulated_read.h"
#include "app/stop_signal.h"
#include "app/town.h"
#include "app/traffic.h"
#include "base/file.h"
#include "base/log.h"
#include "edge/sealer.h"
#include "edge/upload.h"
#include "edge/uploader.h"
#include "net/http.h"

namespace glasshouse::app {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kSimulatedHourMs = 3'600'000;
constexpr double kLiveReadsPerSecond = 0.5;
constexpr std::size_t kPastBatchReads = 900;
constexpr std::size_t kPastBatchBytes = 12u << 20;
constexpr std::size_t kMaxWaiting = 2000;  // live reads while the server is away; older ones are let go
constexpr base::Millis kFirstWanted{30'000}, kBetweenWanted{12 * 60'000};
constexpr std::chrono::hours kPicturesFor{6};  // the newest past reads have pictures, and all wanted ones
constexpr int kMaxPastDays = 60;

int simulate_usage(const std::string& wrong, int status = kUsage) {
  std::ostream& out = status == kDone ? std::cout : std::cerr;
  if (!wrong.empty()) out << "glasshouse simulate: " << wrong << "\n\n";
  out << "glasshouse simulate --town FILE --server URL --tokens DIR [options]\n"
         "\n"
         "  --town FILE     the invented town, demo/town.json\n"
         "  --tokens DIR    holds CAMERA.token for every camera of the town; its keys are made in "
         "seal/CAMERA there\n"
         "  --past DAYSd    send the reads of so many past days (14d) and end\n"
         "  --rate N        live reads a second on average (default 0.5)\n"
         "  --seed N        another seed is another town life (default 1)\n";
  return status;
}

// One camera's way to the server.
class Sender {
 public:
  Sender(std::string server, std::vector<std::string> tokens)
      : server_(std::move(server)), tokens_(std::move(tokens)), client_(net::Client::create()) {}

  bool has_token(std::size_t camera) const { return !tokens_[camera].empty(); }

  // False: not taken; say why with trouble().
  bool send(std::size_t camera, const std::vector<std::string>& uploads) {
    std::string body = "{\"reads\":[";
    for (std::size_t i = 0; i < uploads.size(); ++i) body += (i > 0 ? "," : "") + uploads[i];
    return post(camera, "/api/v1/ingest/reads", body + "]}", 200);
  }
  // The agency's keys for that camera's sealer.
  bool take_keys(std::size_t camera, edge::Sealer& sealer) {
    const auto answer = client_->send(request(camera, "/api/v1/ingest/day-keys", net::Method::kGet));
    const Json body = answer ? Json::parse(answer->body, nullptr, false) : Json();
    if (!body.is_object() || !body.value("day_keys", Json()).is_string()) {
      trouble_ = "the server gives no keys to seal to";
      return false;
    }
    const auto taken =
        sealer.take_keys(body["day_keys"].get<std::string>(), body["camera_id"].get<std::string>());
    if (!taken) trouble_ = taken.error().message();
    return taken.has_value();
  }
  bool heartbeat(std::size_t camera) {
    return post(camera, "/api/v1/ingest/heartbeat",
                R"({"source_state":"reading","spool_reads":0,"version":"simulator"})", 204);
  }
  const std::string& trouble() const { return trouble_; }
  bool refused() const { return refused_; }

 private:
  bool post(std::size_t camera, const char* path, std::string body, int wanted) {
    net::ClientRequest asked = request(camera, path, net::Method::kPost);
    asked.headers.set("Content-Type", "application/json");
    asked.body = std::move(body);
    const auto answer = client_->send(asked);
    refused_ = answer && answer->status >= 400 && answer->status < 500;
    if (answer && answer->status == wanted) return true;
    trouble_ = answer ? "the server answers with status " + std::to_string(answer->status)
                      : answer.error().message();
    return false;
  }
  net::ClientRequest request(std::size_t camera, const char* path, net::Method method) const {
    net::ClientRequest request;
    request.method = method;
    request.url = server_ + path;
    request.headers.set("Authorization", "Bearer " + tokens_[camera]);
    request.timeout_ms = 120'000;
    request.allow_private_addresses = true;
    return request;
  }

  std::string server_;
  std::vector<std::string> tokens_;
  std::unique_ptr<net::Client> client_;
  std::string trouble_;
  bool refused_ = false;
};

// Each camera has a key of its own, as a real one has: DIR/seal/CAMERA. Null: it has no token.
using Sealers = std::vector<std::unique_ptr<edge::Sealer>>;

base::Result<Sealers> open_sealers(const Town& town, const std::string& dir, Sender& sender) {
  Sealers sealers;
  for (std::size_t camera = 0; camera < town.cameras.size(); ++camera) {
    sealers.emplace_back();
    if (!sender.has_token(camera)) continue;
    auto sealer = edge::Sealer::open(dir + "/seal/" + town.cameras[camera].id);
    if (!sealer) return tl::unexpected(sealer.error());
    sealers.back() = std::move(*sealer);
    if (!sender.take_keys(camera, *sealers.back()) && !sealers.back()->is_ready())
      return base::failure(edge::SealErrc::kNotReady, sender.trouble());
  }
  return sealers;
}

std::vector<std::string> read_tokens(const Town& town, const std::string& dir) {
  std::vector<std::string> tokens;
  for (const TownCamera& camera : town.cameras) {
    auto bytes = base::posix_files().read(dir + "/" + camera.id + ".token", 4096);
    std::string token = bytes ? *bytes : "";
    while (!token.empty() && (token.back() == '\n' || token.back() == ' ' || token.back() == '\r'))
      token.pop_back();
    tokens.push_back(std::move(token));
  }
  return tokens;
}

bool send_patiently(Sender& sender, std::size_t camera, const std::vector<std::string>& uploads,
                    const std::atomic<bool>& stop) {
  for (int tries = 1; tries <= 20 && !stop; ++tries) {
    if (sender.send(camera, uploads)) return true;
    if (sender.refused()) return false;
    std::this_thread::sleep_for(edge::backoff(tries, 1, base::Millis(5000)));
  }
  return false;
}

// The past, a day at a time and within it a camera at a time, so that the server writes one day file after
// another.
int simulate_past(const Traffic& traffic, Sender& sender, const Sealers& sealers, std::uint64_t seed,
                  int days, const std::atomic<bool>& stop) {
  const base::SystemClock clock;
  const base::Time now = clock.now();
  const std::int64_t last_hour = base::to_ms(now) / kSimulatedHourMs, first_hour = last_hour - days * 24;
  const std::size_t cameras = traffic.town().cameras.size();
  std::uint64_t sent = 0;
  std::vector<std::vector<std::string>> batches(cameras);
  std::vector<std::size_t> bytes(cameras, 0);
  const auto flush = [&](std::size_t camera) {
    if (batches[camera].empty()) return true;
    const bool fine = send_patiently(sender, camera, batches[camera], stop);
    if (fine) sent += batches[camera].size();
    batches[camera].clear();
    bytes[camera] = 0;
    return fine;
  };
  for (std::int64_t hour = first_hour; hour <= last_hour && !stop; ++hour) {
    for (const SimulatedPassing& passing : traffic.hour(hour, 1)) {
      if (passing.at >= now || !sender.has_token(passing.camera)) continue;
      const auto seen =
          simulate_read(traffic.town(), passing, seed, passing.wanted || passing.at > now - kPicturesFor);
      auto text = edge::upload_text(seen, *sealers[passing.camera]);
      if (!text) return complain("simulate", text.error().message());
      const std::size_t camera = passing.camera;
      if (bytes[camera] + text->size() > kPastBatchBytes && !flush(camera))
        return complain("simulate", sender.trouble());
      bytes[camera] += text->size();
      batches[camera].push_back(std::move(*text));
      if (batches[camera].size() >= kPastBatchReads && !flush(camera))
        return complain("simulate", sender.trouble());
    }
    if ((hour - first_hour) % 24 == 23)
      std::cerr << "\rsimulate: day " << (hour - first_hour + 1) / 24 << " of " << days << std::flush;
  }
  for (std::size_t camera = 0; camera < cameras && !stop; ++camera) {
    if (!flush(camera)) return complain("simulate", sender.trouble());
  }
  std::cerr << "\rsimulate: " << sent << " reads of " << days << " past days\n";
  return kDone;
}

class Live {
 public:
  Live(const Traffic& traffic, Sender& sender, const Sealers& sealers, std::uint64_t seed, double rate)
      : traffic_(traffic),
        sender_(sender),
        sealers_(sealers),
        seed_(seed),
        rate_(rate),
        random_(std::random_device{}()) {
    next_keys_ = clock_.now() + edge::kBetweenKeys;
    next_wanted_ = clock_.now() + kFirstWanted;
    which_wanted_ = std::uniform_int_distribution<std::size_t>(0, 1000)(random_);
  }

  void run(const std::atomic<bool>& stop) {
    while (!stop) {
      const base::Time now = clock_.now();
      plan(now);
      beat(now);
      while (!waiting_.empty() && waiting_.begin()->first <= now && !stop) {
        if (!send_first()) break;
      }
      std::this_thread::sleep_for(base::Millis(100));
    }
  }

 private:
  // Trips of this hour and, shortly before it, of the next. The day's rhythm stays, but never less than a
  // third of the average, so that there is something to see at night too.
  void plan(base::Time now) {
    const std::int64_t hour = base::to_ms(now) / kSimulatedHourMs;
    for (std::int64_t wanted = std::max(planned_to_ + 1, hour - 1);
         wanted <= hour + (base::to_ms(now) % kSimulatedHourMs > kSimulatedHourMs - 60'000); ++wanted) {
      const double own = std::max(traffic_.reads_in(wanted) / 3600, 1e-6);
      const double average = traffic_.town().reads_per_day / 86'400;
      const double target = rate_ * std::max(own / average, 0.34) / 1.2;
      for (auto& passing : traffic_.hour(wanted, target / own)) {
        if (!passing.wanted) add(std::move(passing), now);
      }
      planned_to_ = wanted;
    }
    if (now >= next_wanted_ - kFirstWanted && !traffic_.town().wanted.empty()) {
      for (auto& passing : traffic_.wanted_trip(which_wanted_++, next_wanted_)) add(std::move(passing), now);
      next_wanted_ += kBetweenWanted;
    }
  }
  void add(SimulatedPassing passing, base::Time now) {
    const bool ours =
        sender_.has_token(passing.camera) && !traffic_.town().cameras[passing.camera].plays_clip;
    if (!ours || passing.at <= now) return;
    const base::Time at = passing.at;
    waiting_.emplace(at, Waiting{std::move(passing), {}});
  }

  void beat(base::Time now) {
    if (now < next_beat_) return;
    next_beat_ = now + edge::kHeartbeat;
    const auto& cameras = traffic_.town().cameras;
    for (std::size_t camera = 0; camera < cameras.size(); ++camera) {
      if (!sender_.has_token(camera) || cameras[camera].plays_clip) continue;
      if (!sender_.heartbeat(camera)) break;
      if (now >= next_keys_ && !sender_.take_keys(camera, *sealers_[camera]))
        base::log(base::Level::kWarn, "simulate", sender_.trouble());
    }
    if (now >= next_keys_) next_keys_ = now + edge::kBetweenKeys;
  }

  bool send_first() {
    Waiting& first = waiting_.begin()->second;
    const std::size_t camera = first.passing.camera;
    if (first.text.empty()) {  // once: the camera counts what it seals
      auto text =
          edge::upload_text(simulate_read(traffic_.town(), first.passing, seed_, true), *sealers_[camera]);
      if (!text) {
        waiting_.erase(waiting_.begin());
        return false;
      }
      first.text = std::move(*text);
    }
    const bool sent = sender_.send(camera, {first.text});
    if (sent || sender_.refused()) waiting_.erase(waiting_.begin());
    if (sent) {
      failures_ = 0;
      return true;
    }
    if (failures_++ == 0)
      base::log(base::Level::kWarn, "simulate", "a read was not taken: " + sender_.trouble());
    while (waiting_.size() > kMaxWaiting && waiting_.begin()->first < clock_.now())
      waiting_.erase(waiting_.begin());
    std::this_thread::sleep_for(edge::backoff(failures_, 1, base::Millis(5000)));
    return false;
  }

  struct Waiting {
    SimulatedPassing passing;
    std::string text;  // made at the first try
  };

  const Traffic& traffic_;
  Sender& sender_;
  const Sealers& sealers_;
  std::uint64_t seed_;
  double rate_;
  std::mt19937_64 random_;
  base::SystemClock clock_;
  std::multimap<base::Time, Waiting> waiting_;
  std::int64_t planned_to_ = 0;
  base::Time next_wanted_{}, next_beat_{}, next_keys_{};
  std::size_t which_wanted_ = 0;
  int failures_ = 0;
};

}  // namespace

int run_simulate(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return simulate_usage("", kDone);
  const Options options(args, {"town", "server", "tokens", "past", "rate", "seed"}, {});
  if (!options.wrong().empty()) return simulate_usage(options.wrong());
  if (!options.has("town") || !options.has("server") || !options.has("tokens"))
    return simulate_usage("--town, --server and --tokens are needed");
  int days = 0;
  if (options.has("past")) {
    std::string text = options.get("past");
    if (text.ends_with('d')) text.pop_back();
    const auto parsed = Options({"--n", text}, {"n"}, {}).number("n");
    if (!parsed || *parsed < 1 || *parsed > kMaxPastDays)
      return simulate_usage("--past is a number of days, such as 14d");
    days = static_cast<int>(*parsed);
  }
  const double rate = options.number("rate").value_or(options.has("rate") ? 0 : kLiveReadsPerSecond);
  const double seed = options.number("seed").value_or(options.has("seed") ? -1 : 1);
  if (!(rate > 0 && rate <= 100)) return simulate_usage("--rate is a number up to 100");
  if (!(seed >= 0 && seed < 1e15)) return simulate_usage("--seed is a whole number");
  auto town = read_town(options.get("town"));
  if (!town) return complain("simulate", town.error().message());

  std::vector<std::string> tokens = read_tokens(*town, options.get("tokens"));
  const auto missing = std::count(tokens.begin(), tokens.end(), "");
  if (missing == static_cast<std::ptrdiff_t>(tokens.size()))
    return complain("simulate", "no camera of the town has a token in " + options.get("tokens"));
  std::string server = options.get("server");
  while (server.ends_with('/')) server.pop_back();
  Sender sender(server, std::move(tokens));
  const auto whole_seed = static_cast<std::uint64_t>(seed);
  const Traffic traffic(std::move(*town), whole_seed);
  const std::atomic<bool>& stop = stop_signal();
  const auto sealers = open_sealers(traffic.town(), options.get("tokens"), sender);
  if (!sealers) return complain("simulate", sealers.error().message());
  if (days > 0) return simulate_past(traffic, sender, *sealers, whole_seed, days, stop);
  base::log(base::Level::kInfo, "simulate", "invented traffic runs in " + traffic.town().name);
  Live(traffic, sender, *sealers, whole_seed, rate).run(stop);
  return kDone;
}

}  // namespace glasshouse::app
