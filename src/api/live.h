// Fans what happens out to the consoles that are open. Each subscriber belongs to a session; one that holds a live
// permit gets reads in full from cameras the permit covers until it expires, the others get them masked.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alerts.h"
#include "gate/gate.h"
#include "net/http.h"
#include "reads/read.h"

namespace glasshouse::api {

inline constexpr std::size_t kMaxSubscribers = 2000;

// What a session works on. The live permit lives here, in memory only: a restart ends it.
struct WorkingCase {
  std::string case_id;
  std::shared_ptr<const gate::Permit> permit;
};

// Thread-safe.
class LiveHub {
 public:
  explicit LiveHub(const base::Clock& clock) : clock_(clock) {}

  // Null when there are too many.
  std::shared_ptr<net::EventStream> subscribe(const std::string& session_id);

  void work_on(const std::string& session_id, WorkingCase work);
  void leave(const std::string& session_id);
  std::optional<WorkingCase> working(const std::string& session_id);  // nullopt when none or expired

  void publish_read(const reads::Read& read);
  void publish_alert(const alerts::Summary& alert, const std::string& camera_name);
  void publish(std::string type, std::string json);  // to everyone
  void close_session(const std::string& session_id);
  void close_all();

 private:
  struct Subscriber {
    std::string session_id;
    std::shared_ptr<net::EventStream> stream;
  };
  const base::Clock& clock_;
  std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
  std::vector<std::pair<std::string, WorkingCase>> working_;
};

}  // namespace glasshouse::api
