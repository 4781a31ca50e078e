// Fans what happens out to the consoles that are open. Each subscriber belongs to a session; one that holds a
// live permit gets reads in full from cameras the permit covers until it expires, the others get them masked.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alerts.h"
#include "api/route.h"
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

  // Null when there are too many. The token is kept so that sweep() can ask whether the session still stands.
  // sees_all_lists: alerts of every hotlist, whomever it is for.
  std::shared_ptr<net::EventStream> subscribe(const std::string& session_id, const std::string& session_token,
                                              const std::string& account_id, bool sees_all_lists);

  void work_on(const std::string& session_id, WorkingCase work);
  void leave(const std::string& session_id);
  std::optional<WorkingCase> working(const std::string& session_id);  // nullopt when none or expired

  void publish_read(const reads::Read& read);
  // audience: accounts that the alert's hotlist is for; empty: everybody.
  void publish_alert(const alerts::Summary& alert, const std::string& camera_name,
                     const std::vector<std::string>& audience);
  void publish(std::string type, std::string json);  // to everyone
  void publish_to(const std::string& session_id, std::string type, std::string json);
  bool has_subscribers();
  // Ends the streams and permits of sessions that ended or fell asleep meanwhile; called every few seconds,
  // for a stream that is open shows reads without asking again.
  void sweep(accounts::Accounts& accounts);
  void close_session(const std::string& session_id);
  void close_all();

 private:
  struct Subscriber {
    std::string session_id, session_token, account_id;
    bool sees_all_lists = false;
    std::shared_ptr<net::EventStream> stream;
  };
  std::vector<Subscriber> open_subscribers();  // those that are gone are dropped
  const base::Clock& clock_;
  std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
  std::vector<std::pair<std::string, WorkingCase>> working_;
};

std::span<const Route> live_routes();  // /api/v1/live and /api/v1/events

}  // namespace glasshouse::api
