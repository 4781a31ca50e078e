// What the machine's owner wrote down in DATA/outside.toml, at work: lists that are fetched, brokers that are
// listened to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/frigate_feed.h"
#include "app/list_fetches.h"

namespace glasshouse::app {

// Reads the file, which need not be there, and starts; ends what it started when destroyed.
class Outside {
 public:
  static base::Result<std::unique_ptr<Outside>> start(const std::string& path, api::Services& services,
                                                      const net::Reach& reach, const std::string& drop_dir,
                                                      const net::Handler& answers);

 private:
  std::vector<std::unique_ptr<FrigateFeed>> frigates_;
  std::unique_ptr<ListFetchThread> fetches_;
};

}  // namespace glasshouse::app
