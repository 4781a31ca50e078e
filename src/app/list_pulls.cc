#include "app/list_pulls.h"

#include <algorithm>

#include "api/hotlist_sources.h"
#include "base/id.h"
#include "base/log.h"
#include "hotlist/csv.h"

namespace glasshouse::app {
namespace {

using ledger::Release;

constexpr const char* kPuller = "server";  // who added an entry that came from a watched folder

void log_of(const base::Error& error) {
  base::log(base::Level::kError, "list-pulls", error.message());
}

std::string counts_of(const hotlist::ImportPreview& preview) {
  return std::to_string(preview.to_add) + " added, " + std::to_string(preview.to_change) + " changed, " +
         std::to_string(preview.to_remove) + " ended, " + std::to_string(preview.refused_count) +
         " refused, " + std::to_string(preview.barred_count) + " barred";
}

// Why a file is not applied without a person; empty: nothing speaks against it.
std::string why_held(const hotlist::Hotlist& list, const hotlist::ImportPreview& preview) {
  if (preview.to_remove > 0 && preview.rows == preview.refused_count + preview.barred_count)
    return "The file holds no row that this list takes, so it would end the whole list; it waits for a "
           "person.";
  if (preview.to_remove > kAlwaysEndable &&
      static_cast<double>(preview.to_remove) > kMostEndedShare * static_cast<double>(list.active_entries)) {
    return "The file would end " + std::to_string(preview.to_remove) + " of " +
           std::to_string(list.active_entries) +
           " entries, so it waits for a person: it may have been cut off. Import it by hand if it is right.";
  }
  return {};
}

}  // namespace

ListPulls::ListPulls(api::Services& services, std::string drop_dir)
    : services_(services), drop_dir_(std::move(drop_dir)) {}

void ListPulls::look() {
  if (auto swept = services_.hotlists->sweep(); !swept) log_of(swept.error());
  const auto lists = services_.hotlists->lists();
  if (!lists) return log_of(lists.error());
  for (const hotlist::Hotlist& list : *lists) {
    tell_of_age(list);
    look_at(list);
  }
  std::erase_if(folders_, [&](const auto& known) {
    return std::none_of(lists->begin(), lists->end(),
                        [&](const hotlist::Hotlist& list) { return list.id == known.first; });
  });
}

void ListPulls::look_at(const hotlist::Hotlist& list) {
  if (list.source.folder.empty()) {
    folders_.erase(list.id);
    return;
  }
  const std::string dir = drop_dir_ + "/" + list.source.folder;
  auto folder = folders_.find(list.id);
  if (folder == folders_.end() || folder->second.dir() != dir)
    folder = folders_.insert_or_assign(list.id, hotlist::WatchedFolder(dir)).first;
  const auto files = folder->second.whole_files(services_.clock->now());
  if (!files) return log_of(files.error());
  for (const hotlist::FoundFile& file : *files) {
    const auto known = services_.hotlists->knows_file(list.id, file);
    if (!known) return log_of(known.error());
    if (!*known) return take(list, folder->second, file);
  }
}

void ListPulls::take(const hotlist::Hotlist& list, hotlist::WatchedFolder& folder,
                     const hotlist::FoundFile& file) {
  hotlist::Pull pull;
  pull.id = base::new_id("pull", services_.clock->now());
  pull.hotlist_id = list.id;
  pull.at = services_.clock->now();
  pull.file = file;
  const auto text = folder.read(file, hotlist::kMaxCsvBytes);
  if (text) {
    apply(list, *text, pull);
  } else if (text.error().is(hotlist::FolderErrc::kChanged)) {
    return;
  } else {
    pull.outcome = "failed";
    pull.sentence = text.error().message();
  }
  const bool done = pull.outcome == "applied" || pull.outcome == "as-before";
  if (done) {  // it holds plates, and perhaps rows that no list may hold: it does not stay
    if (auto removed = folder.remove(file); !removed)
      pull.sentence += " But the file could not be deleted: delete it. " + removed.error().why();
  } else {
    const auto noted =
        services_.gate->record_event("hotlist.pull", {{"hotlist", list.id, Release::kRestricted},
                                                      {"count", "0", Release::kAtOnce},
                                                      {"result", pull.outcome, Release::kAfterDay}});
    if (noted) pull.ledger_index = *noted;
    base::log(base::Level::kError, "list-pulls", "a file for the list " + list.id + " was " + pull.outcome);
  }
  if (auto kept = services_.hotlists->add_pull(pull); !kept) log_of(kept.error());
}

void ListPulls::apply(const hotlist::Hotlist& list, const std::string& text, hotlist::Pull& pull) {
  const auto preview = services_.hotlists->preview_import(
      list.id, {text, list.source.kind, list.source.whole, api::barred_by_packs(services_)}, kPuller);
  if (!preview && preview.error().is(hotlist::Errc::kStore)) {
    pull.outcome = "failed";
    pull.sentence = preview.error().what() + ".";
    return;
  }
  if (!preview) {
    pull.outcome = "refused";
    // The error may quote the file, and of what file that is nobody knows yet.
    pull.sentence = "The file is not in the list's layout (" +
                    std::string(hotlist::name_of(list.source.kind)) + "). Preview it by hand to see where.";
    return;
  }
  judge(list, *preview, pull);
  services_.hotlists->forget_preview(preview->id);
}

void ListPulls::judge(const hotlist::Hotlist& list, const hotlist::ImportPreview& preview,
                      hotlist::Pull& pull) {
  pull.rows = preview.rows;
  pull.refused = preview.refused_count;
  pull.barred = preview.barred_count;
  pull.unchanged = preview.unchanged;
  if (preview.rows == 0 || preview.refused_count * 2 > preview.rows - preview.barred_count) {
    pull.outcome = "refused";
    pull.sentence = preview.rows == 0
                        ? "The file holds no rows."
                        : "More than half of its rows are refused, so it is probably not this list's. "
                          "Preview it by hand to see why.";
    return;
  }
  pull.sentence = why_held(list, preview);
  if (!pull.sentence.empty()) {
    pull.outcome = "held";
    return;
  }
  commit(list, preview, pull);
}

void ListPulls::commit(const hotlist::Hotlist& list, const hotlist::ImportPreview& preview,
                       hotlist::Pull& pull) {
  const std::uint32_t touched = preview.to_add + preview.to_change + preview.to_remove;
  // The ledger first: what it cannot hold does not happen.
  const auto noted =
      services_.gate->record_event("hotlist.pull", {{"hotlist", list.id, Release::kRestricted},
                                                    {"count", std::to_string(touched), Release::kAtOnce},
                                                    {"result", counts_of(preview), Release::kAfterDay}});
  const auto failed = [&](const base::Error& error) {
    pull.outcome = "failed";
    pull.sentence = error.what() + ".";
  };
  if (!noted) return failed(noted.error());
  const auto imported = services_.hotlists->commit_import(preview.id, pull.file.modified_at);
  if (!imported) return failed(imported.error());
  pull.ledger_index = *noted;
  pull.outcome = touched == 0 ? "as-before" : "applied";
  pull.sentence = touched == 0 ? "The list is as the file says." : "Applied: " + counts_of(preview) + ".";
  pull.added = imported->added;
  pull.changed = imported->changed;
  pull.removed = imported->removed;
}

void ListPulls::tell_of_age(const hotlist::Hotlist& list) {
  const auto told = services_.hotlists->told_state(list.id);
  if (!told) return log_of(told.error());
  const std::string state(hotlist::name_of(list.freshness.state));
  const bool ordinary = state == "fresh" || state == "unlimited";
  if (*told == state || (ordinary && (told->empty() || *told == "fresh" || *told == "unlimited"))) return;
  const auto noted = services_.gate->record_event(
      "hotlist.age", {{"hotlist", list.id, Release::kRestricted}, {"result", state, Release::kAfterDay}});
  if (!noted) return log_of(noted.error());
  if (!ordinary)
    base::log(base::Level::kWarn, "list-pulls",
              "the list " + list.id + " is " + state + ": no new file came in time");
  if (auto set = services_.hotlists->set_told_state(list.id, list.freshness.state); !set) log_of(set.error());
}

ListPullThread::ListPullThread(api::Services& services, std::string drop_dir)
    : pulls_(services, std::move(drop_dir)),
      rounds_({.name = "list-pulls", .pause = [] { return kPullPeriod; }}, [this] { pulls_.look(); }) {}

}  // namespace glasshouse::app
