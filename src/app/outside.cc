#include "app/outside.h"

#include "base/file.h"

namespace glasshouse::app {

base::Result<std::unique_ptr<Outside>> Outside::start(const std::string& path, api::Services& services,
                                                      const net::Reach& reach, const std::string& drop_dir,
                                                      const net::Handler& answers) {
  auto outside = std::make_unique<Outside>();
  if (!base::posix_files().exists(path)) return outside;
  const auto text = base::posix_files().read(path, kMaxOutsideBytes);
  if (!text) return tl::unexpected(text.error());
  auto map = parse_outside_map(*text);
  if (!map) return tl::unexpected(map.error());
  for (FrigateBroker& broker : map->frigates)
    outside->frigates_.push_back(
        std::make_unique<FrigateFeed>(std::move(broker), reach.ca_file, services, answers));
  if (!map->lists.empty())
    outside->fetches_ =
        std::make_unique<ListFetchThread>(services, net::client_with(reach), drop_dir, std::move(map->lists));
  return outside;
}

}  // namespace glasshouse::app
