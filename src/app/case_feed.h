// Cases from the agency's own records system, by DATA/case-feed.toml
// (docs/formats/case-feed.md): read from a file or over HTTPS, compared with
// ours, and what differs is recorded and done, case by case.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/route.h"
#include "app/rounds.h"
#include "base/time.h"
#include "casefeed/casefeed.h"

namespace glasshouse::app {

// An extract that would close more than this share of the fed cases, and more
// of them than this, is not taken: it may have been cut off.
inline constexpr double kMostClosedShare = 0.5;
inline constexpr std::size_t kAlwaysClosable = 20;

inline constexpr const char* kCaseFeed = "cases";  // in the book of what is outside
inline constexpr std::size_t kMostShownRefusals = 50;

struct FeedResult {
  std::size_t opened = 0, closed = 0, reopened = 0, changed = 0, refused = 0;
  std::size_t cases = 0, unknown_officers = 0;  // of the extract; logins that nobody here has
  std::vector<casefeed::RefusedRow> refusals;   // the first kMostShownRefusals
  bool is_set_up = false;
  std::size_t differences() const { return opened + closed + reopened + changed; }
};

// Not thread-safe.
class CaseFeed {
 public:
  CaseFeed(api::Services& services, std::string map_path, net::Client* client)
      : services_(services), map_path_(std::move(map_path)), client_(client) {}

  // Once: reads the map, fetches, compares, does. Nothing when there is no map. What came of it stands in the
  // services' book of what is outside, where there is one.
  base::Result<FeedResult> look();
  std::chrono::minutes every() const { return every_; }

 private:
  struct Fetched {
    std::string csv;
    std::optional<base::Time> as_of;  // what the file or its server says
  };
  base::Result<FeedResult> look_once();
  void set_up(const casefeed::Map* map);  // in the book; null: the map cannot be read
  std::string last_digest() const;
  void note(const base::Result<FeedResult>& done);
  base::Result<Fetched> fetch(const casefeed::Map& map) const;
  base::Result<FeedResult> take(const casefeed::Map& map, const std::string& csv);

  api::Services& services_;
  std::string map_path_;
  net::Client* client_;
  std::chrono::minutes every_{5};
  std::optional<base::Time> as_of_;  // of the newest extract
  std::string digest_;               // … by which one without a time is known again
};

// Looks as often as the map says, on a thread of its own.
class CaseFeedThread {
 public:
  CaseFeedThread(api::Services& services, std::string map_path);

 private:
  void round();

  std::unique_ptr<net::Client> client_;
  api::Services& services_;
  CaseFeed feed_;
  std::string told_;  // the failure that was told last
  Rounds rounds_;
};

}  // namespace glasshouse::app
