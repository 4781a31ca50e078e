// Fetches hotlists over HTTPS into their watched folders, from where they are taken in as any file that lies
// there: held back, refused, applied, and as old as their server says (docs/formats/outside.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "app/outside_map.h"
#include "app/rounds.h"
#include "net/http.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kFetchPeriod{5};  // how often it is looked whose time has come

// Not thread-safe.
class ListFetches {
 public:
  ListFetches(api::Services& services, net::Client& client, std::string drop_dir,
              std::vector<ListAddress> lists);

  void look();  // fetches what is due

 private:
  struct Known {
    base::Time next_at;
    std::string etag, modified, digest, failure;
    std::optional<base::Time> made;  // of the file that came last
  };
  base::Result<void> fetch(const ListAddress& list, Known& known);
  void note_failure(const ListAddress& list, const std::string& why);

  api::Services& services_;
  net::Client& client_;
  std::string drop_dir_;
  std::vector<ListAddress> lists_;
  std::map<std::string, Known> known_;  // by folder
};

// Looks every kFetchPeriod on a thread of its own, which it ends when destroyed.
class ListFetchThread {
 public:
  ListFetchThread(api::Services& services, std::unique_ptr<net::Client> client, std::string drop_dir,
                  std::vector<ListAddress> lists);

 private:
  std::unique_ptr<net::Client> client_;
  ListFetches fetches_;
  Rounds rounds_;
};

}  // namespace glasshouse::app
