// What is listened to and fetched outside (docs/formats/outside.md, case-feed.md): when each last worked,
// what it last brought, and why it does not work now. Kept in the database, so that a restart does not forget
// since when nothing came. Sentences are for a person and never hold a plate.
//
//   book.set_up({.id = "list:state", .kind = "list", .name = "state", .place = "https://…"});
//   book.worked("list:state");
//   book.brought("list:state", "new file");
//   book.failed("list:state", error);
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

// What worked is written down at most this often, so that a busy sender costs no write a message.
inline constexpr base::Millis kOutsideSaved{60'000};

// As whoever runs the machine wrote it down.
struct OutsideThing {
  std::string id;    // "frigate:yard", "list:state", "cases"
  std::string kind;  // "frigate", "list", "cases"
  std::string name;
  std::string place;   // an address without user, query and fragment, or a path
  std::string topics;  // of a broker
  base::Millis every{0};
  std::string source_id;  // of a broker: the source whose key it has; empty: nobody has it
};

struct OutsideState {
  std::optional<base::Time> tried_at;    // the newest attempt
  std::optional<base::Time> good_at;     // … that worked
  std::optional<base::Time> brought_at;  // … that brought something: a message, a file that differs
  std::optional<base::Time> as_of;       // how old what came says that it is
  std::optional<base::Time> failing_since;
  std::optional<base::Time> connected_since;  // of a broker; nothing after a restart
  std::string why, next;                      // of the newest attempt, where it failed
  std::string latest, brought;                // of good_at, of brought_at; what they hold is their writer's
};

// The files that say what is outside; map_read: the map was there when the server started.
struct OutsideFiles {
  std::string map, feed;
  bool map_read = false;
};

// Thread-safe.
class OutsideBook {
 public:
  static std::vector<db::Migration> migrations();
  static base::Result<std::unique_ptr<OutsideBook>> open(db::Database& db, const base::Clock& clock);

  void set_files(OutsideFiles files);
  OutsideFiles files() const;
  void set_up(OutsideThing thing);  // again: as it is now
  void take_down(std::string_view id);
  std::vector<OutsideThing> things() const;  // by id

  void connected(std::string_view id, std::string source_id);
  void worked(std::string_view id, std::string latest = {}, std::optional<base::Time> as_of = {});
  void brought(std::string_view id, std::string what = {});
  void failed(std::string_view id, const base::Error& why);
  OutsideState state(std::string_view id) const;
  void forget(std::string_view id);

 private:
  struct Known {
    OutsideState state;
    base::Time saved_at{};
  };
  OutsideBook(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  void save(const std::string& id, bool at_once);  // mutex_ held

  db::Database& db_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  OutsideFiles files_;
  std::map<std::string, OutsideThing> things_;
  std::map<std::string, Known> known_;
};

// Without what may be secret in an address: user, query, fragment.
std::string shown_address(std::string_view url);

}  // namespace glasshouse::records
