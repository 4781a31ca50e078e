#include "app/camera_command.h"

#include <sys/stat.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "app/options.h"
#include "app/stop_signal.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "edge/capture.h"
#include "edge/identity.h"
#include "edge/sealer.h"
#include "edge/spool.h"
#include "edge/uploader.h"
#include "net/http.h"
#include "vision/frame_source.h"

#ifndef GLASSHOUSE_VERSION
#define GLASSHOUSE_VERSION "0.1.0"
#endif

namespace glasshouse::app {
namespace {

constexpr std::uint64_t kMaxTokenFile = 4096;
constexpr const char* kTokenVariable = "GLASSHOUSE_DEVICE_TOKEN";

int camera_usage(const std::string& wrong, int status = kUsage) {
  std::ostream& out = status == kDone ? std::cout : std::cerr;
  if (!wrong.empty()) out << "glasshouse camera: " << wrong << "\n\n";
  out << "glasshouse camera --source SOURCE --identity DIR [options]\n"
         "glasshouse camera --source SOURCE --server URL --token-file FILE [options]\n"
         "\n"
         "  --source SOURCE     a video file, rtsp://host/path, or a folder that is watched for pictures;\n"
         "                      \"none\" only sends what the spool holds and what is put there\n"
         "  --identity DIR      the folder that glasshouse claim made: key, certificate, the server's "
         "address\n"
         "  --server URL        the address of the server, such as http://127.0.0.1:8080\n"
         "  --token-file FILE   the file with the camera's token (or the variable GLASSHOUSE_DEVICE_TOKEN)\n"
         "  --spool DIR         where reads wait for the server; one folder a camera\n"
         "  --seal DIR          where this camera's own key is kept, and the agency's (default: the "
         "identity's "
         "folder,\n"
         "                      or seal/ in the spool)\n"
         "  --spool-limit MB    how much may wait there (default 2048); the oldest give way\n"
         "  --loop              play the file or folder again and again\n"
         "  --interval SECONDS  with --loop: between the pictures of a folder (default 4), or between two\n"
         "                      rounds of a file (default: none)\n"
         "  --fps N             frames a second that are looked at (default 5)\n"
         "  --country CODE      us, eu, br, de … (default: any)\n"
         "  --models DIR        where the weights are\n";
  return status;
}

std::string trimmed(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  while (!text.empty() && is_space(text.front())) text.erase(text.begin());
  return text;
}

base::Result<std::string> read_token(const std::string& path) {
  std::string token;
  if (path.empty()) {
    const char* variable = std::getenv(kTokenVariable);
    if (variable != nullptr) token = trimmed(variable);
  } else {
    auto bytes = base::posix_files().read(path, kMaxTokenFile);
    if (!bytes) return bytes;
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRGRP | S_IROTH)) != 0) {
      base::log(base::Level::kWarn, "edge", "others may read the token file; chmod 600 it");
    }
    token = trimmed(std::move(*bytes));
  }
  const bool proper = !token.empty() && token.find_first_of(" \r\n\t") == std::string::npos;
  if (!proper) {
    return base::failure(edge::Errc::kBadServer, "There is no device token",
                         "The file or variable is empty or holds several",
                         "Make one on the console's Cameras page and put it alone into the file.");
  }
  return token;
}

base::Result<std::string> check_server(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return base::failure(edge::Errc::kBadServer, "The server's address must begin with http:// or https://");
  }
  const bool local = url.starts_with("http://127.") || url.starts_with("http://localhost") ||
                     url.starts_with("http://[::1]");
  if (url.starts_with("http://") && !local) {
    base::log(base::Level::kWarn, "edge",
              "the token and the reads go over the network unencrypted; use https://");
  }
  return url;
}

std::string default_spool(const std::string& server, const std::string& source) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  const std::string root = state != nullptr && *state != '\0'
                               ? state
                               : std::string(home != nullptr ? home : ".") + "/.local/state";
  return root + "/glasshouse/spool-" + crypto::sha256_hex(server + "\n" + source).substr(0, 12);
}

// At the very first start it has to hear from the server what it shall seal to. Later it knows.
void wait_for_keys(const edge::Sealer& sealer, edge::SourceState& state, const std::atomic<bool>& stop) {
  if (sealer.is_ready()) return;
  state.set("waiting", "It waits for the agency's keys, to which it seals its pictures.");
  while (!stop && !sealer.is_ready()) std::this_thread::sleep_for(base::Millis(100));
}

void wait_until_sent(const edge::Spool& spool, const std::atomic<bool>& stop) {
  while (!stop && spool.size() > 0) std::this_thread::sleep_for(base::Millis(200));
}

}  // namespace

int run_camera(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return camera_usage("", kDone);
  const Options options(args,
                        {"source", "identity", "server", "token-file", "spool", "seal", "spool-limit",
                         "interval", "fps", "country", "models"},
                        {"loop"});
  if (!options.wrong().empty()) return camera_usage(options.wrong());
  const bool claimed = options.has("identity");
  if (!options.has("source") || options.has("server") == claimed)
    return camera_usage("--source is needed, and either --identity or --server");
  if (claimed && options.has("token-file")) return camera_usage("with --identity there is no token");
  const double interval_s = options.number("interval").value_or(options.has("interval") ? 0 : 4);
  const double fps = options.number("fps").value_or(options.has("fps") ? 0 : 5);
  const double limit_mb = options.number("spool-limit").value_or(options.has("spool-limit") ? 0 : 2048);
  if (!(interval_s > 0 && interval_s < 86400)) return camera_usage("--interval is a number of seconds");
  if (!(fps > 0 && fps <= 60)) return camera_usage("--fps is a number up to 60");
  if (!(limit_mb >= 1 && limit_mb < 1e7)) return camera_usage("--spool-limit is a number of megabytes");
  std::unique_ptr<edge::Identity> identity;
  base::Result<std::string> server, token;
  if (claimed) {
    auto opened = edge::Identity::open(options.get("identity"));
    if (!opened) return complain("camera", opened.error().message());
    identity = std::move(*opened);
    server = identity->server();
  } else {
    server = check_server(options.get("server"));
    if (!server) return complain("camera", server.error().message());
    token = read_token(options.get("token-file"));
    if (!token) return complain("camera", token.error().message());
  }

  const base::Millis interval(static_cast<std::int64_t>(interval_s * 1000));
  const std::string source = options.get("source");
  edge::SpoolOptions spool_options;
  spool_options.dir = options.get("spool", default_spool(*server, source));
  spool_options.max_bytes = static_cast<std::uint64_t>(limit_mb) << 20;
  auto spool = edge::Spool::open(spool_options);
  if (!spool) return complain("camera", spool.error().message());
  auto sealer = edge::Sealer::open(
      options.get("seal", claimed ? options.get("identity") : spool_options.dir + "/seal"));
  if (!sealer) return complain("camera", sealer.error().message());

  const std::atomic<bool>& stop = stop_signal();
  const base::SystemClock clock;
  edge::SourceState state;
  std::unique_ptr<edge::Capture> capture;
  if (source != "none") {
    auto opened = edge::Capture::open({.source = source,
                                       .loop = options.has("loop"),
                                       .reads_per_second = fps,
                                       .between_pictures = interval,
                                       .between_rounds = options.has("interval") ? interval : base::Millis(0),
                                       .country = options.get("country"),
                                       .models_dir = options.get("models")},
                                      clock, **spool, **sealer, state);
    if (!opened) return complain("camera", opened.error().message());
    capture = std::move(*opened);
  }
  base::log(base::Level::kInfo, "edge",
            "camera runs: source " + vision::without_credentials(source) + ", " +
                std::to_string((*spool)->size()) + " reads wait in " + spool_options.dir);
  edge::Uploader uploader(
      {.server = *server, .token = *token, .version = GLASSHOUSE_VERSION, .identity = identity.get()},
      **spool, **sealer, state, net::Client::create());
  bool fine = true;
  if (capture) {
    wait_for_keys(**sealer, state, stop);
    fine = capture->run(stop);
    wait_until_sent(**spool, stop);
  } else {
    while (!stop) std::this_thread::sleep_for(base::Millis(100));
  }
  base::log(base::Level::kInfo, "edge",
            "camera stops: " + std::to_string(uploader.acknowledged()) + " reads acknowledged, " +
                std::to_string((*spool)->size()) + " wait, " + std::to_string((*spool)->dropped()) +
                " given up");
  return fine ? kDone : kFailed;
}

}  // namespace glasshouse::app
