#include "app/list_share_thread.h"

#include <nlohmann/json.hpp>

#include "api/peer_lists.h"
#include "api/peers.h"
#include "base/log.h"

namespace glasshouse::app {

ListShareThread::ListShareThread(api::Services& services)
    : services_(services),
      sender_(services,
              [&services](const sharing::Agency& agency, const std::string& path,
                          const nlohmann::json& body) { return services.peers->post(agency, path, body); }),
      thread_([this] { run(); }) {}

ListShareThread::~ListShareThread() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ListShareThread::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kListSharePeriod, [&] { return stopping_; })) {
    lock.unlock();
    try {
      api::drop_ended_lists(services_);
      sender_.round();
    } catch (const std::exception& error) {
      base::log(base::Level::kError, "list-share", error.what());
    }
    lock.lock();
  }
}

}  // namespace glasshouse::app
