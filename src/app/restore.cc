// The way back of a backup: what is over is shredded first, then what still opens is put back.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "app/backup.h"
#include "app/records_copy.h"
#include "backup/archive.h"
#include "backup/list.h"
#include "backup/snapshot.h"
#include "base/file.h"
#include "policy/policy.h"
#include "reads/picture_packs.h"
#include "records/records.h"

namespace glasshouse::app {
namespace {

namespace fs = std::filesystem;
using backup::Snapshot;

constexpr const char* kRows = "records.rows";

class Restore {
 public:
  Restore(const RestoreOptions& options, vault::Vault& vault, const base::Clock& clock)
      : from_(options.backup),
        data_(options.data),
        log_(options.log),
        database_(options.database),
        vault_(vault),
        clock_(clock) {}

  base::Result<RestoreReport> run() {
    std::error_code error;
    if (fs::exists(data_, error) && !fs::is_empty(data_, error)) {
      return base::failure(backup::Errc::kNotEmpty, data_ + " is not empty",
                           "A backup is restored into a folder of its own", "Name one that does not exist");
    }
    auto text = files_.read(from_ + "/" + backup::kListName, backup::kMostListBytes);
    if (!text) {
      return base::failure(backup::Errc::kBadList, from_ + " is no whole backup",
                           "Its file 'backup', which is written last, cannot be read", "Take another backup");
    }
    auto list = backup::List::parse(*text);
    if (!list) return tl::unexpected(list.error());
    if (auto made = files_.make_dirs(data_ + "/reads"); !made) return tl::unexpected(made.error());
    for (const backup::Part& part : list->parts) {
      if (part.key != vault::kBackupKey) continue;
      if (auto done = unpack(part); !done) return tl::unexpected(done.error());
    }
    if (!files_.exists(data_ + "/records.db"))
      return base::failure(backup::Errc::kBadList, "The backup has no records", "Its list names none");
    if (auto completed = complete_records(data_ + "/records.db"); !completed)
      return tl::unexpected(completed.error());
    // Before anything else is opened.
    if (auto shredded = shred(); !shredded) return tl::unexpected(shredded.error());
    for (const backup::Part& part : list->parts) {
      if (part.key == vault::kBackupKey) continue;
      if (auto done = unpack(part); !done) return tl::unexpected(done.error());
    }
    if (!database_.empty()) {
      if (auto moved = move_records(data_ + "/records.db", database_); !moved)
        return tl::unexpected(moved.error());
    }
    auto kept =
        files_.write_atomic(data_ + "/reads/kept_from", base::format_day(vault_.shredded_before()) + "\n");
    if (!kept) return tl::unexpected(kept.error());
    return report_;
  }

 private:
  base::Result<void> shred() {
    const std::size_t before = vault_.living() + vault_.living_holds().size();
    if (!log_.empty()) {
      if (auto taken = take_newer_log(); !taken) return taken;
    }
    if (auto done = shred_what_the_log_says(data_ + "/ledger", vault_); !done)
      return tl::unexpected(done.error());
    if (auto done = shred_what_the_clock_says(); !done) return done;
    report_.keys_shredded = before - vault_.living() - vault_.living_holds().size();
    return {};
  }

  // The copy must be of the same log and go on where the backup's ends.
  base::Result<void> take_newer_log() {
    const auto old_key = files_.read(data_ + "/ledger/log.vkey", 4096),
               key = files_.read(log_ + "/log.vkey", 4096);
    if (!old_key || !key || *old_key != *key) {
      return base::failure(backup::Errc::kBadList, log_ + " is not this installation's log",
                           "Its verifier key is missing or another one",
                           "Name the folder 'ledger' of the same house");
    }
    auto newer = Snapshot::of(log_ + "/ledger.db"), older = Snapshot::of(data_ + "/ledger/ledger.db");
    auto points = Snapshot::of(log_ + "/checkpoints.db");
    if (!newer) return tl::unexpected(newer.error());
    if (!older) return tl::unexpected(older.error());
    if (!points) return tl::unexpected(points.error());
    const auto newest = older->column("SELECT hex(leaf) FROM entry ORDER BY idx DESC LIMIT 1");
    const auto count = older->column("SELECT count(*) FROM entry");
    if (!newest || !count) return tl::unexpected((newest ? count : newest).error());
    if (!newest->empty()) {
      const auto same = newer->column("SELECT hex(leaf) FROM entry WHERE idx = " + count->front() + " - 1");
      if (!same || *same != *newest) {
        return base::failure(backup::Errc::kBadList, log_ + " does not go on where the backup's log ends",
                             "It is older, or another history", "Name a newer copy of the folder 'ledger'");
      }
    }
    std::error_code error;
    fs::remove_all(data_ + "/ledger", error);
    fs::copy(log_, data_ + "/ledger", fs::copy_options::recursive, error);
    for (const char* name : {"ledger.db", "checkpoints.db"}) {
      for (const char* suffix : {"-wal", "-shm"}) fs::remove(data_ + "/ledger/" + name + suffix, error);
    }
    if (auto put = files_.write_atomic(data_ + "/ledger/checkpoints.db", points->bytes()); !put) return put;
    return files_.write_atomic(data_ + "/ledger/ledger.db", newer->bytes());
  }

  // The setting that the backup holds; packs that allow less are asked when the server starts, before it
  // serves.
  base::Result<void> shred_what_the_clock_says() {
    auto records = Snapshot::of(data_ + "/records.db");
    if (!records) return tl::unexpected(records.error());
    const auto setting = [&](const char* name, int otherwise) {
      const auto value =
          records->column(std::string("SELECT value FROM settings WHERE name = '") + name + "'");
      return value && !value->empty() ? std::atoi(value->front().c_str()) : otherwise;
    };
    const records::Settings defaults;  // a setting that nobody ever changed is not written down
    const int days = setting("retained_days", defaults.retained_days);
    const int hit_days = setting("hit_days", defaults.hit_days);
    const base::Time now = clock_.now();
    const base::Day first_kept = policy::oldest_kept_day(now, days);
    if (auto gone = vault_.shred_before(first_kept); !gone) return tl::unexpected(gone.error());
    const base::Day first_hit =
        hit_days > 0 ? std::min(first_kept, policy::oldest_kept_day(now, hit_days)) : first_kept;
    const auto over = records->column("SELECT id FROM holds WHERE ended_at_ms IS NOT NULL OR until_ms <= " +
                                      std::to_string(base::to_ms(now)));
    if (!over) return tl::unexpected(over.error());
    std::vector<std::string> names = *over;
    for (const std::string& name : vault_.living_holds()) {
      if (const auto day = vault::day_of_hits(name); day && *day < first_hit) names.push_back(name);
    }
    for (const std::string& name : names) {
      if (auto gone = vault_.shred_hold(name); !gone) return gone;
    }
    return {};
  }

  base::Result<void> unpack(const backup::Part& part) {
    std::map<std::string, std::string> rows{{kRows, {}}};
    const auto files = backup::unpack_sealed_archive(
        from_ + "/" + part.name, [&](std::string_view header) { return vault_.part_key(part.key, header); },
        data_, &rows);
    if (!files && files.error().is(vault::Errc::kShredded) && part.key != vault::kBackupKey) {
      report_.dead.push_back(part.key);
      return {};
    }
    if (!files) return tl::unexpected(files.error());
    ++report_.parts;
    if (!rows[kRows].empty()) {
      if (auto merged = backup::merge_part(data_ + "/records.db", std::move(rows[kRows])); !merged)
        return merged;
    }
    if (part.name.starts_with("days/"))
      return pictures(from_ + "/pictures/" + part.key, data_ + "/reads/pictures/" + part.key);
    if (!part.name.starts_with("held/")) return {};
    const auto days = files_.list(from_ + "/held/" + part.key);
    for (const std::string& day : days ? *days : std::vector<std::string>{}) {
      auto done = pictures(from_ + "/held/" + part.key + "/" + day,
                           data_ + "/reads/held/" + part.key + "/pictures/" + day);
      if (!done) return done;
    }
    return {};
  }

  base::Result<void> pictures(const std::string& from, const std::string& to) {
    const auto names = files_.list(from);
    if (!names) return {};  // a day without pictures
    if (auto made = files_.make_dirs(to); !made) return made;
    for (const std::string& name : *names) {
      if (!backup::is_tar_name(name)) continue;
      std::error_code error;
      fs::copy_file(from + "/" + name, to + "/" + name, error);
      if (error)
        return base::failure(backup::Errc::kIo, "A picture could not be restored: " + name, error.message());
      report_.pictures +=
          reads::is_pack_name(name) ? reads::pictures_in_pack(to + "/" + name) : name.ends_with(".age");
    }
    return {};
  }

  const std::string from_, data_, log_, database_;
  vault::Vault& vault_;
  const base::Clock& clock_;
  base::FileSystem& files_ = base::posix_files();
  RestoreReport report_;
};

}  // namespace

base::Result<std::uint64_t> shred_what_the_log_says(const std::string& ledger_dir, vault::Vault& vault) {
  auto log = Snapshot::of(ledger_dir + "/ledger.db");
  if (!log) return tl::unexpected(log.error());
  const auto entries = log->column(
      "SELECT fields FROM entry WHERE kind IN ('retention.purge', 'hold.lift', 'hold.expire') ORDER BY idx");
  if (!entries) return tl::unexpected(entries.error());
  const std::size_t before = vault.living() + vault.living_holds().size();
  base::Day newest{INT32_MIN};
  for (const std::string& text : *entries) {
    const auto fields = nlohmann::json::parse(text, nullptr, false);
    if (!fields.is_array())
      return base::failure(backup::Errc::kBadList, "An entry of the log cannot be understood");
    bool denied = false;
    for (const auto& field : fields)
      denied |= field.is_array() && field.size() > 1 && field[0] == "decision" && field[1] == "denied";
    if (denied) continue;  // asked for, and nothing was done
    for (const auto& field : fields) {
      if (!field.is_array() || field.size() < 2 || !field[0].is_string() || !field[1].is_string()) continue;
      const std::string name = field[0], value = field[1];
      if (const auto day = base::parse_day(value); name == "day" && day) newest = std::max(newest, *day);
      if (name != "hold" || !vault::is_hold_name(value)) continue;
      if (auto gone = vault.shred_hold(value); !gone) return tl::unexpected(gone.error());
    }
  }
  // Whole days go, oldest first: where one went, all before it went.
  if (newest.since_epoch != INT32_MIN) {
    if (auto gone = vault.shred_before({newest.since_epoch + 1}); !gone) return tl::unexpected(gone.error());
  }
  return before - vault.living() - vault.living_holds().size();
}

base::Result<RestoreReport> restore_backup(const RestoreOptions& options, vault::Vault& vault,
                                           const base::Clock& clock) {
  return Restore(options, vault, clock).run();
}

}  // namespace glasshouse::app
