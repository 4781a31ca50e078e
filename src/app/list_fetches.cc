#include "app/list_fetches.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "hotlist/csv.h"
#include "records/outside_book.h"

namespace glasshouse::app {
namespace {

constexpr int kOk = 200, kNotModified = 304;
constexpr std::chrono::minutes kAfterFailure{15};
constexpr const char* kFetched = "fetched-";
constexpr std::size_t kMaxShownAddress = 100;
constexpr std::uint32_t kFetchTimeoutMs = 120'000;  // 100 MB at 7 Mbit/s

std::string id_of(const ListAddress& list) {
  return "list:" + list.folder;
}

std::string field_of(const net::ClientResponse& answer, std::string_view name) {
  return std::string(answer.headers.get(name).value_or(""));
}

// Each fetch is a file of a name of its own, so that one that was dealt with is never taken for another; what
// was held back or refused gives way to what is newer.
base::Result<void> drop_earlier(const std::string& dir) {
  base::FileSystem& files = base::posix_files();
  if (auto made = files.make_dirs(dir); !made) return made;
  const auto names = files.list(dir);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.starts_with(kFetched)) continue;
    if (auto gone = files.remove(dir + "/" + name); !gone) return gone;
  }
  return {};
}

base::Result<void> set_time(const std::string& path, base::Time at) {
  const timespec time{static_cast<time_t>(base::to_ms(at) / 1000), 0};
  const timespec both[2] = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), both, 0) == 0) return {};
  return base::failure(OutsideErrc::kFetch, "The fetched file's time could not be set", path);
}

}  // namespace

ListFetches::ListFetches(api::Services& services, net::Client& client, std::string drop_dir,
                         std::vector<ListAddress> lists)
    : services_(services), client_(client), drop_dir_(std::move(drop_dir)), lists_(std::move(lists)) {
  if (services_.outside == nullptr) return;
  for (const ListAddress& list : lists_) {
    services_.outside->set_up({.id = id_of(list),
                               .kind = "list",
                               .name = list.folder,
                               .place = records::shown_address(list.url),
                               .topics = {},
                               .every = list.every,
                               .source_id = {}});
  }
}

void ListFetches::look() {
  for (const ListAddress& list : lists_) {
    Known& known = known_[list.folder];
    const base::Time now = services_.clock->now();
    if (now < known.next_at) continue;
    const auto done = fetch(list, known);
    known.next_at = now + (done ? list.every : std::min<std::chrono::minutes>(list.every, kAfterFailure));
    if (services_.outside != nullptr) {
      if (done)
        services_.outside->worked(id_of(list), {}, known.made);
      else
        services_.outside->failed(id_of(list), done.error());
    }
    const std::string why = done ? std::string() : done.error().message();
    if (!why.empty() && why != known.failure) note_failure(list, why);
    known.failure = why;
  }
}

base::Result<void> ListFetches::fetch(const ListAddress& list, Known& known) {
  net::ClientRequest request;
  request.url = list.url;
  request.max_answer_bytes = hotlist::kMaxCsvBytes;
  request.timeout_ms = kFetchTimeoutMs;
  request.headers.set("Accept", "text/csv, text/plain");
  request.headers.set("User-Agent", "Glasshouse");
  if (!known.etag.empty()) request.headers.set("If-None-Match", known.etag);
  if (!known.modified.empty()) request.headers.set("If-Modified-Since", known.modified);
  if (!list.token_file.empty()) {
    const auto token = secret_in(list.token_file);
    if (!token) return tl::unexpected(token.error());
    request.headers.set("Authorization", "Bearer " + *token);
  }
  const auto answer = client_.send(request);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status == kNotModified) return {};
  if (answer->status != kOk)
    return base::failure(OutsideErrc::kFetch, "The list's server gave no file",
                         "It answered " + std::to_string(answer->status), "Check the address and the token.");
  known.etag = field_of(*answer, "ETag");
  known.modified = field_of(*answer, "Last-Modified");
  const std::string digest = crypto::sha256_hex(answer->body + "\n" + known.modified);
  if (digest == known.digest) return {};  // a server that knows no conditions sends it again and again
  // Without a word of its age a file is as old as the moment it was first seen.
  const base::Time now = services_.clock->now();
  const base::Time made = std::min(http_time(known.modified).value_or(now), now);
  const std::string dir = drop_dir_ + "/" + list.folder;
  if (auto dropped = drop_earlier(dir); !dropped) return dropped;
  const std::string path = dir + "/" + kFetched + std::to_string(base::to_ms(now)) + ".csv";
  if (auto written = base::posix_files().write_atomic(path, answer->body); !written) return written;
  known.digest = digest;
  known.made = made;
  if (services_.outside != nullptr) services_.outside->brought(id_of(list), "new file");
  return set_time(path, made);
}

void ListFetches::note_failure(const ListAddress& list, const std::string& why) {
  base::log(base::Level::kError, "list-fetches", "the list for the folder " + list.folder + ": " + why);
  const auto lists = services_.hotlists->lists();
  if (!lists) return;
  for (const hotlist::Hotlist& one : *lists) {
    if (one.source.folder != list.folder) continue;
    hotlist::Pull pull;
    pull.id = base::new_id("pull", services_.clock->now());
    pull.hotlist_id = one.id;
    pull.at = services_.clock->now();
    pull.file = {list.url.substr(0, kMaxShownAddress), 0, pull.at};
    pull.outcome = "failed";
    pull.sentence = "It could not be fetched. " + why;
    if (auto kept = services_.hotlists->add_pull(pull); !kept)
      base::log(base::Level::kError, "list-fetches", kept.error().message());
  }
}

ListFetchThread::ListFetchThread(api::Services& services, std::unique_ptr<net::Client> client,
                                 std::string drop_dir, std::vector<ListAddress> lists)
    : client_(std::move(client)),
      fetches_(services, *client_, std::move(drop_dir), std::move(lists)),
      rounds_({.name = "list-fetches", .pause = [] { return kFetchPeriod; }, .at_once = true},
              [this] { fetches_.look(); }) {}

}  // namespace glasshouse::app
