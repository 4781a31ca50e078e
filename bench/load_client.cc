// A town's cameras and officers in one thread, for bench/load and bench/slow-clients: each camera posts its
// reads when they are due, whether or not the one before was answered, and each officer asks when it is time.
// How long an answer took counts from the moment the request was due, so a server that falls behind is not
// flattered.
//
//   load_client PLAN SECONDS [name=value…] < nothing > figures, "name<TAB>value" a line
//
// PLAN, a line each:   server PORT                     on 127.0.0.1
//                      keys FILE                       the agency's day keys, as cameras get them
//                      camera ID TOKEN
//                      officer COOKIE CASE
// rate=2               reads a second of each camera; 0: each camera posts again as soon as it was answered
// picture=16384        bytes of each read's picture; 0: none
// search=4             seconds between two questions of an officer
// acked=FILE           the ids of acknowledged reads, a line each
// times=FILE               every answer that counts, "ingest MS" or "search MS" a line
// warm=0               seconds at the start whose answers are not counted in the percentiles
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "net/multipart.h"
#include "seal/day_keys.h"
#include "seal/manifest.h"
#include "seal/picture.h"

namespace {

using namespace glasshouse;
using Steady = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;

constexpr std::size_t kMostQueued = 2000;  // of one connection; a server that far behind has failed anyway
constexpr int kMostTries = 5;              // a server that says 503 is asked again, as a camera does
constexpr auto kRetry = std::chrono::milliseconds(500);
constexpr std::string_view kBoundary = "0d2f6e9c4b7a81533e5fb0a6c8d94721";
constexpr auto kDrain = std::chrono::seconds(20);  // for what is unanswered at the end

struct Job {
  std::string request;
  std::string id;  // of the read; empty: a question
  Steady::time_point due;
  int tries = 0;
};

struct Line {  // one connection, kept open, one request at a time
  bool is_camera = false;
  std::string name, secret, case_id;
  int fd = -1;
  std::deque<Job> jobs;
  bool sent = false;  // the first job is on its way
  std::size_t written = 0;
  std::string answer;
  std::uint64_t count = 0;
  // A camera's own: the picture is sealed once, what is signed about it is new for each read.
  std::optional<crypto::SigningKey> key;
  seal::SealedPicture picture;
  base::Day key_day;
  std::uint64_t sequence = 0;
  std::string previous = std::string(32, '\0');
};

struct Due {
  Steady::time_point at;
  std::size_t line;
  bool again;  // the line's first job once more; else: a new one
  bool operator>(const Due& other) const { return at > other.at; }
};

class Load {
 public:
  Load(const char* plan, std::map<std::string, std::string> options) : options_(std::move(options)) {
    std::ifstream in(plan);
    std::string row, word, keys;
    while (std::getline(in, row)) {
      std::istringstream words(row);
      words >> word;
      if (word == "server") words >> port_;
      if (word == "keys") words >> keys;
      if (word != "camera" && word != "officer") continue;
      Line line;
      line.is_camera = word == "camera";
      if (line.is_camera) words >> line.name;
      words >> line.secret;
      if (!line.is_camera) words >> line.case_id;
      lines_.push_back(std::move(line));
    }
    const auto picture = static_cast<std::size_t>(number("picture", 16384));
    if (picture > 0) seal_pictures(keys, picture);
    const std::string acked = text("acked");
    if (!acked.empty()) acked_.open(acked);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
  }

  int run(double seconds) {
    const double rate = number("rate", 2), between = number("search", 4);
    const auto start = Steady::now();
    const auto end =
        start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
    counted_from_ = start + std::chrono::duration_cast<Steady::duration>(
                                std::chrono::duration<double>(number("warm", 0)));
    std::uniform_real_distribution<double> part(0, 1);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double period = lines_[i].is_camera ? (rate > 0 ? 1 / rate : 0.01) : between;
      plan_next(i, start, period * part(dice_));
    }
    std::array<epoll_event, 256> events{};
    while (Steady::now() < end + kDrain) {
      const auto now = Steady::now();
      if (now >= end && waiting_ == 0) break;
      while (!due_.empty() && due_.top().at <= now) {
        const Due due = due_.top();
        due_.pop();
        Line& line = lines_[due.line];
        if (!due.again && due.at >= end) continue;
        if (!due.again) {
          make_job(line, due.at);
          if (!line.is_camera)
            plan_next(due.line, due.at, between);
          else if (rate > 0)
            plan_next(due.line, due.at, 1 / rate);
        }
        push(due.line);
      }
      int wait_ms = 50;
      if (!due_.empty())
        wait_ms = std::clamp(static_cast<int>(Ms(due_.top().at - Steady::now()).count()), 0, 50);
      const int ready = epoll_wait(epoll_, events.data(), events.size(), wait_ms);
      for (int i = 0; i < ready; ++i) on_event(events[static_cast<std::size_t>(i)].data.u64, rate, end);
    }
    report(seconds);
    return 0;
  }

 private:
  double number(const char* name, double otherwise) const {
    const auto found = options_.find(name);
    return found == options_.end() ? otherwise : std::atof(found->second.c_str());
  }
  std::string text(const char* name) const {
    const auto found = options_.find(name);
    return found == options_.end() ? std::string() : found->second;
  }

  void seal_pictures(const std::string& keys_path, std::size_t bytes) {
    std::ifstream in(keys_path);
    const std::string list((std::istreambuf_iterator<char>(in)), {});
    const auto keys = seal::read_day_keys(list);
    if (!keys) throw std::runtime_error(keys.error().message());
    const auto day = keys->day_for(base::day_of(clock_.now()));
    if (!day) throw std::runtime_error(day.error().message());
    std::string jpeg = crypto::random_bytes(bytes);
    jpeg.replace(0, 4, "\xFF\xD8\xFF\xFE");
    for (Line& line : lines_) {
      if (!line.is_camera) continue;
      auto sealed = seal::seal_picture(jpeg, keys->by_day.at(*day));
      if (!sealed) throw std::runtime_error(sealed.error().message());
      line.picture = std::move(*sealed);
      line.key = crypto::SigningKey::generate();
      line.key_day = *day;
    }
  }

  void plan_next(std::size_t line, Steady::time_point from, double seconds) {
    due_.push({from + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds)),
               line, false});
  }

  void make_job(Line& line, Steady::time_point due) {
    if (line.jobs.size() >= kMostQueued) {
      ++dropped_;
      return;
    }
    Job job{{}, {}, due};
    std::string body = line.is_camera ? read_body(line, job.id) : question(line), type = "application/json";
    if (line.key) {  // as our cameras send pictures
      type = net::multipart_type(kBoundary);
      body = net::write_multipart(
          {{"reads", "application/json", body}, {"p1", "application/age", line.picture.file}}, kBoundary);
    }
    job.request = "POST " + std::string(line.is_camera ? "/api/v1/ingest/reads" : "/api/v1/search") +
                  " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\nContent-Type: " + type +
                  "\r\n";
    if (line.is_camera) {
      job.request += "Authorization: Bearer " + line.secret + "\r\n";
    } else {
      job.request += "Cookie: " + line.secret + "\r\nOrigin: http://127.0.0.1:" + std::to_string(port_) +
                     "\r\nIdempotency-Key: " + base::new_id("key", clock_.now()) + "\r\n";
    }
    job.request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    line.jobs.push_back(std::move(job));
    ++waiting_;
  }

  std::string plate() {
    char plate[8];
    std::snprintf(plate, sizeof plate, "T%06u", static_cast<unsigned>(dice_() % 50'000));
    return plate;
  }

  std::string read_body(Line& line, std::string& id) {
    static constexpr std::array kColors{"red", "white", "black", "silver", "blue"};
    static constexpr std::array kBodies{"sedan", "pickup", "suv", "van"};
    const base::Time now = clock_.now();
    id = base::new_id("read", now);
    const std::string plate = this->plate();
    std::string body =
        R"({"reads":[{"id":")" + id + R"(","captured_at":")" + base::format_rfc3339(now) +
        R"(","plate":{"text":")" + plate +
        R"(","confidence":0.95,"box":{"x":10,"y":10,"w":100,"h":30},"region":"us-va","region_confidence":0.9,"characters":[)";
    for (const char& c : plate) {
      if (&c != plate.data()) body += ',';
      body += R"({"value":")" + std::string(1, c) + R"(","confidence":0.97,"alternatives":[]})";
    }
    body += R"(],"candidates":[{"text":")" + plate + R"(","confidence":0.95}]},"vehicle":{"body":")" +
            kBodies[dice_() % kBodies.size()] + R"(","color":")" + kColors[dice_() % kColors.size()] +
            R"(","make":"unknown","body_confidence":0.9,"color_confidence":0.9})";
    if (line.key) {
      const std::string manifest = seal::write_manifest({.camera_id = line.name,
                                                         .read_id = id,
                                                         .captured_at = now,
                                                         .key_day = line.key_day,
                                                         .sequence = ++line.sequence,
                                                         .previous = line.previous,
                                                         .payload = line.picture.payload,
                                                         .commitment = line.picture.commitment,
                                                         .key = {}},
                                                        *line.key);
      line.previous = seal::manifest_hash(manifest);
      body += R"(,"picture_part":"p1","picture_manifest":")";
      for (const char c : manifest) body += c == '\n' ? std::string("\\n") : std::string(1, c);
      body += '"';
    }
    return body + "}]}";
  }

  // One plate, part of one, and looks, in turn, over the last hour.
  std::string question(Line& line) {
    const base::Time now = clock_.now();
    std::string ask = R"({"from":")" + base::format_rfc3339(now - std::chrono::hours(1)) + R"(","to":")" +
                      base::format_rfc3339(now + std::chrono::minutes(1)) + '"';
    switch (line.count++ % 3) {
      case 0:
        ask += R"(,"plate":{"mode":"exact","text":")" + plate() + "\"}";
        break;
      case 1:
        ask += R"(,"plate":{"mode":"wildcard","text":")" + plate().substr(0, 5) + "*\"}";
        break;
      default:
        ask += R"(,"colors":["red"],"bodies":["pickup"])";
    }
    return R"({"case_id":")" + line.case_id + R"(","limit":50,"question":)" + ask + "}}";
  }

  bool connect_line(std::size_t index) {
    Line& line = lines_[index];
    line.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port_));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(line.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(line.fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) {
      ::close(line.fd);
      line.fd = -1;
      return false;
    }
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, {.u64 = index}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, line.fd, &event);
    return true;
  }

  void push(std::size_t index) {
    Line& line = lines_[index];
    if (line.jobs.empty()) return;
    if (!line.sent) {
      line.sent = true;
      line.written = 0;
      line.answer.clear();
    }
    if (line.fd < 0 && !connect_line(index)) return later(index);
    const std::string& bytes = line.jobs.front().request;
    while (line.written < bytes.size()) {
      const ssize_t n = send(line.fd, bytes.data() + line.written, bytes.size() - line.written, MSG_NOSIGNAL);
      if (n > 0) {
        line.written += static_cast<std::size_t>(n);
      } else {
        if (errno == EAGAIN || errno == ENOTCONN || errno == EINPROGRESS) return;
        return broken(index);
      }
    }
  }

  void on_event(std::size_t index, double rate, Steady::time_point end) {
    Line& line = lines_[index];
    if (line.fd < 0) return;
    if (line.sent && !line.jobs.empty() && line.written < line.jobs.front().request.size()) push(index);
    if (line.fd < 0) return;
    char bytes[65536];
    for (;;) {
      const ssize_t n = recv(line.fd, bytes, sizeof bytes, 0);
      if (n > 0) {
        line.answer.append(bytes, static_cast<std::size_t>(n));
        continue;
      }
      if (n < 0 && errno == EAGAIN) break;
      return broken(index);
    }
    const std::size_t head = line.answer.find("\r\n\r\n");
    if (head == std::string::npos || !line.sent) return;
    const std::size_t length = line.answer.find("Content-Length: ");
    const std::size_t whole =
        head + 4 + (length < head ? std::strtoul(line.answer.c_str() + length + 16, nullptr, 10) : 0);
    if (line.answer.size() < whole) return;
    answered(index, std::atoi(line.answer.c_str() + 9));
    if (rate <= 0 && line.is_camera && line.jobs.empty() && Steady::now() < end)
      make_job(line, Steady::now());
    push(index);
  }

  void answered(std::size_t index, int status) {
    Line& line = lines_[index];
    Job& job = line.jobs.front();
    ++statuses_[status];
    line.sent = false;
    if ((status == 503 || status == 507) && ++job.tries < kMostTries) return later(index);
    const bool stored =
        line.is_camera && status == 200 && line.answer.find("\"refused\":[]") != std::string::npos;
    if (stored && acked_.is_open()) acked_ << job.id << '\n';
    if (status != 200 || (line.is_camera && !stored)) {
      ++failed_;
      if (first_failure_.empty()) first_failure_ = line.answer.substr(0, 600);
    } else if (line.is_camera) {
      ++acknowledged_;
    }
    if (job.due >= counted_from_)
      (line.is_camera ? ingest_ : search_).push_back(Ms(Steady::now() - job.due).count());
    line.jobs.pop_front();
    --waiting_;
  }

  void later(std::size_t index) {
    lines_[index].sent = false;
    due_.push({Steady::now() + kRetry, index, true});
  }

  // The server ended the connection: once more on a new one. Reads are stored once whatever happens.
  void broken(std::size_t index) {
    Line& line = lines_[index];
    ::close(line.fd);
    line.fd = -1;
    ++breaks_;
    if (!line.sent) return;
    if (++line.jobs.front().tries < kMostTries) return later(index);
    ++failed_;
    line.sent = false;
    line.jobs.pop_front();
    --waiting_;
  }

  void report(double seconds) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    // What was never answered took at least until now.
    for (const Line& line : lines_) {
      for (const Job& job : line.jobs) {
        if (job.due >= counted_from_)
          (line.is_camera ? ingest_ : search_).push_back(Ms(Steady::now() - job.due).count());
      }
    }
    if (const std::string path = text("times"); !path.empty()) {
      std::ofstream times(path);
      for (const double ms : ingest_) times << "ingest " << ms << '\n';
      for (const double ms : search_) times << "search " << ms << '\n';
    }
    percentiles("ingest", ingest_);
    percentiles("search", search_);
    std::cout << "acknowledged\t" << acknowledged_ << "\nfailed\t" << failed_ << "\nunanswered\t" << waiting_
              << "\ndropped\t" << dropped_ << "\nreconnected\t" << breaks_ << "\ncpu_share\t" << cpu / seconds
              << '\n';
    for (const auto& [status, count] : statuses_) std::cout << "status_" << status << '\t' << count << '\n';
    if (!first_failure_.empty())
      std::cerr << "the first answer that was no success: " << first_failure_ << '\n';
  }

  static void percentiles(const char* name, std::vector<double>& took) {
    std::sort(took.begin(), took.end());
    std::cout << name << "_count\t" << took.size() << '\n';
    if (took.empty()) return;
    for (const int of_100 : {50, 95, 99}) {
      const auto at = static_cast<std::size_t>(static_cast<double>(took.size() - 1) * of_100 / 100);
      std::cout << name << "_p" << of_100 << '\t' << took[at] << '\n';
    }
    std::cout << name << "_longest\t" << took.back() << '\n';
  }

  std::map<std::string, std::string> options_;
  int port_ = 0, epoll_ = -1;
  std::vector<Line> lines_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::mt19937_64 dice_{7};
  base::SystemClock clock_;
  std::ofstream acked_;
  Steady::time_point counted_from_;
  std::vector<double> ingest_, search_;  // ms
  std::map<int, std::uint64_t> statuses_;
  std::uint64_t acknowledged_ = 0, failed_ = 0, dropped_ = 0, breaks_ = 0, waiting_ = 0;
  std::string first_failure_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: load_client PLAN SECONDS [name=value…]\n";
    return 2;
  }
  std::map<std::string, std::string> options;
  for (int i = 3; i < argc; ++i) {
    const std::string option = argv[i];
    const std::size_t sign = option.find('=');
    if (sign != std::string::npos) options[option.substr(0, sign)] = option.substr(sign + 1);
  }
  try {
    return Load(argv[1], std::move(options)).run(std::atof(argv[2]));
  } catch (const std::exception& error) {
    std::cerr << "load_client: " << error.what() << '\n';
    return 1;
  }
}
