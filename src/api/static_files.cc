#include "api/static_files.h"

#include <array>
#include <filesystem>
#include <system_error>

#include "api/json.h"
#include "base/file.h"
#include "base/log.h"

namespace glasshouse::api {
namespace {

namespace fs = std::filesystem;

std::string type_of(const fs::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".geojson", "application/geo+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".go", "text/plain; charset=utf-8"},
      {".pbf", "application/x-protobuf"},
  }};
  const std::string extension = path.extension().string();
  for (const auto& [known, type] : kTypes) {
    if (extension == known) return std::string(type);
  }
  return "application/octet-stream";
}

bool accepts_gzip(const net::Request& request) {
  const auto accept = request.headers.get("accept-encoding");
  return accept && accept->find("gzip") != std::string_view::npos;
}

long long changed_at(const fs::path& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? -1 : static_cast<long long>(time.time_since_epoch().count());
}

}  // namespace

StaticFiles::StaticFiles(std::string dir) : dir_(std::move(dir)) {}

StaticFiles::Index StaticFiles::read(const std::string& dir) {
  Index index;
  std::error_code error;
  const fs::path root(dir);
  for (auto it = fs::recursive_directory_iterator(root, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->is_symlink() || !it->is_regular_file() || it->file_size() > kMaxStaticBytes) continue;
    if (it->path().extension() == ".gz" || it->path().extension() == ".map") continue;
    const std::string name = "/" + it->path().lexically_relative(root).generic_string();
    File file;
    file.path = it->path().string();
    file.type = type_of(it->path());
    file.etag = "\"" + std::to_string(it->file_size()) + "-" + std::to_string(changed_at(it->path())) + "\"";
    file.has_gzip = fs::is_regular_file(it->path().string() + ".gz", error);
    file.hashed_name = name.starts_with("/assets/");
    index[name] = std::move(file);
    if (index.size() >= kMaxStaticFiles) {
      base::log(base::Level::kWarn, "api", "the web folder holds more files than are served");
      break;
    }
  }
  return index;
}

std::shared_ptr<const StaticFiles::Index> StaticFiles::index() {
  const long long changed = changed_at(fs::path(dir_) / "index.html");
  std::lock_guard lock(mutex_);
  if (!index_ || changed != read_at_) {
    index_ = std::make_shared<const Index>(read(dir_));
    read_at_ = changed;
    kept_.clear();
    kept_bytes_ = 0;
  }
  return index_;
}

void StaticFiles::give(const std::string& path, net::Response& response) {
  long long read_at = 0;
  {
    std::lock_guard lock(mutex_);
    read_at = read_at_;
    if (const auto found = kept_.find(path); found != kept_.end()) {
      response.shared = found->second;
      return;
    }
  }
  auto content = base::posix_files().read(path, kMaxStaticBytes);
  if (!content) {
    response = problem(503, "unreadable", "This file of the console cannot be read.",
                       content.error().message(), "Try again; then tell whoever runs the server.");
    return;
  }
  auto shared = std::make_shared<const std::string>(std::move(*content));
  response.shared = shared;
  std::lock_guard lock(mutex_);
  if (read_at != read_at_ || kept_bytes_ + shared->size() > kMaxKeptStaticBytes) return;
  if (kept_.emplace(path, shared).second) kept_bytes_ += shared->size();
}

net::Response StaticFiles::get(const net::Request& request) {
  const auto files = index();
  auto it = files->find(request.path);
  if (it == files->end()) {
    const std::size_t slash = request.path.rfind('/');
    const bool is_page = request.path.find('.', slash) == std::string::npos;
    if (is_page) it = files->find("/index.html");
    if (it == files->end()) {
      return is_page ? problem(503, "no-console", "The console's files are not here.",
                               "The server was started without a built web folder.",
                               "Build it with `npm run build` in web/, or start with --web.")
                     : problem(404, "not-found", "There is no such page.");
    }
  }
  const File& file = it->second;
  const bool gzip = file.has_gzip && accepts_gzip(request);
  net::Response response;
  response.headers.set("Content-Type", file.type);
  response.headers.set("ETag", file.etag);
  if (file.has_gzip) response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("Cache-Control",
                       file.hashed_name ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.headers.get("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  if (gzip) response.headers.set("Content-Encoding", "gzip");
  give(gzip ? file.path + ".gz" : file.path, response);
  return response;
}

}  // namespace glasshouse::api
