// Files from the watched folders of hotlists, and the word to the ledger when a list grows too old.
#pragma once

#include <map>
#include <string>

#include "api/route.h"
#include "app/rounds.h"
#include "hotlist/hotlist.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kPullPeriod{5};

// A file that would end more than this share of a list, and more entries than this, waits for a person: it
// may have been cut off on its way.
inline constexpr double kMostEndedShare = 0.5;
inline constexpr std::uint32_t kAlwaysEndable = 20;

// What is looked at in one round: a file a list, so that none waits for the others of another.
class ListPulls {
 public:
  ListPulls(api::Services& services, std::string drop_dir);

  void look();  // at every list once

 private:
  void look_at(const hotlist::Hotlist& list);
  void take(const hotlist::Hotlist& list, hotlist::WatchedFolder& folder, const hotlist::FoundFile& file);
  void apply(const hotlist::Hotlist& list, const std::string& text, hotlist::Pull& pull);
  void judge(const hotlist::Hotlist& list, const hotlist::ImportPreview& preview, hotlist::Pull& pull);
  void commit(const hotlist::Hotlist& list, const hotlist::ImportPreview& preview, hotlist::Pull& pull);
  void tell_of_age(const hotlist::Hotlist& list);

  api::Services& services_;
  std::string drop_dir_;
  std::map<std::string, hotlist::WatchedFolder> folders_;  // by the list's id
};

// Looks every kPullPeriod on a thread of its own, which it ends when destroyed.
class ListPullThread {
 public:
  ListPullThread(api::Services& services, std::string drop_dir);

 private:
  ListPulls pulls_;
  Rounds rounds_;
};

}  // namespace glasshouse::app
