#include "app/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "app/records_copy.h"
#include "backup/archive.h"
#include "backup/list.h"
#include "backup/snapshot.h"
#include "base/file.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "reads/codec.h"
#include "reads/picture_packs.h"
#include "seal/day_keys.h"

namespace glasshouse::app {
namespace {

namespace fs = std::filesystem;
using backup::SealedArchive;
using backup::Snapshot;

constexpr std::uint64_t kMostSmallFile = 64 << 20;
constexpr const char* kHouse = "house.tar.age";
// Of the data folder's own files, those that a server needs again. The lock, the address and what is left to
// be taken in from watched folders are not among them.
constexpr const char* kHouseFiles[] = {"installation", "accounts.key", "sharing.key",    "ledger.key",
                                       "packs.key",    "pack-keys",    "places.geojson", "witness-policy",
                                       "map.geojson",  "demo-made",    "case-feed.toml", "outside.toml",
                                       "devices.key"};
// No session and no kept answer outlives a restore.
constexpr const char* kForgotten[] = {"idempotency_keys", "account_sessions", "account_links",
                                      "account_failures"};
// Rows that name a vehicle on a day.
constexpr const char* kOfDays[] = {"alert_reads", "alerts", "past_searches"};

std::string day_text(base::Day day) {
  return base::format_day(day);
}

std::string quoted_list(const std::set<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "'" : ", '") + id + "'";
  return "(" + list + ")";
}

// What a hold keeps, as it lies in the read store.
struct HeldPart {
  std::string name, recipient, meta;
  base::Day day;
  std::set<std::string> read_ids;
};

class Backup {
 public:
  Backup(std::string data, std::string out, std::string database, const base::Clock& clock)
      : data_(std::move(data)), out_(std::move(out)), database_(std::move(database)), clock_(clock) {}

  base::Result<BackupReport> make() {
    std::error_code error;
    if (fs::exists(out_, error))
      return base::failure(backup::Errc::kNotEmpty, out_ + " is there already",
                           "A backup is made into a folder of its own", "Name one that does not exist");
    for (const std::string& folder :
         {std::string(), std::string("/days"), std::string("/held"), std::string("/pictures")}) {
      if (auto made = files_.make_dirs(out_ + folder); !made) return tl::unexpected(made.error());
    }
    if (auto read = read_keys(); !read) return tl::unexpected(read.error());
    if (database_.empty() && !files_.exists(data_ + "/records.db")) {
      return base::failure(backup::Errc::kIo, "There are no records in " + data_,
                           "They lie in a PostgreSQL database, or this is no data folder",
                           "Name the database by --database, as the server does");
    }
    // The records first, so that nothing in them speaks of reads that are not in the backup's days.
    auto records = database_.empty() ? Snapshot::of(data_ + "/records.db") : records_at(database_);
    if (!records) return tl::unexpected(records.error());
    if (auto held = find_held(); !held) return tl::unexpected(held.error());
    for (const base::Day day : days_on_disk()) {
      if (auto done = day_part(*records, day); !done) return tl::unexpected(done.error());
    }
    for (const HeldPart& held : held_) {
      if (auto done = held_part(*records, held); !done) return tl::unexpected(done.error());
    }
    if (auto done = house_part(*records); !done) return tl::unexpected(done.error());
    return finish();
  }

 private:
  base::Result<void> read_keys() {
    auto text = files_.read(data_ + "/" + backup::kKeysName, backup::kMostListBytes);
    if (!text) {
      return base::failure(backup::Errc::kIo, "There is nothing to seal the backup to",
                           text.error().message(), "Start the server once: it writes DATA/sealing-keys");
    }
    auto keys = backup::SealingKeys::parse(*text);
    if (!keys) return tl::unexpected(keys.error());
    keys_ = std::move(keys->by_name);
    return {};
  }

  std::set<base::Day> days_on_disk() {
    std::set<base::Day> days;
    for (const char* folder : {"/reads/days", "/reads/pictures"}) {
      const auto names = files_.list(data_ + folder);
      for (const std::string& name : names ? *names : std::vector<std::string>{}) {
        const auto day = base::parse_day(std::string_view(name).substr(0, 10));
        if (!day) continue;
        if (keys_.contains(day_text(*day))) {
          days.insert(*day);
        } else if (std::ranges::find(report_.left_out, day_text(*day)) == report_.left_out.end()) {
          report_.left_out.push_back(day_text(*day));
        }
      }
    }
    return days;
  }

  base::Result<void> find_held() {
    const auto names = files_.list(data_ + "/reads/held");
    for (const std::string& name : names ? *names : std::vector<std::string>{}) {
      auto meta = files_.read(data_ + "/reads/held/" + name + "/hold", 4096);
      if (!meta) continue;  // told to nobody yet
      std::string_view line(*meta);
      const std::size_t key_at = line.rfind("age1");
      const auto recipient =
          key_at == std::string_view::npos
              ? base::failure(backup::Errc::kBadList, "A hold names no key")
              : crypto::age_recipient_from_text(line.substr(key_at, line.find('\n') - key_at));
      if (!recipient) return tl::unexpected(recipient.error());
      auto reads = Snapshot::of(data_ + "/reads/held/" + name + "/reads.db");
      if (!reads) return tl::unexpected(reads.error());
      auto ids = reads->column("SELECT hex(id) FROM reads");
      if (!ids) return tl::unexpected(ids.error());
      HeldPart held{name, *recipient, *meta, {}, {}};
      for (const std::string& hex : *ids) {
        const auto bytes = crypto::from_hex(hex);
        reads::IdBytes id{};
        if (!bytes || bytes->size() != id.size()) continue;
        std::copy(bytes->begin(), bytes->end(), id.begin());
        held.read_ids.insert(reads::id_text(id));
      }
      held_.push_back(std::move(held));
    }
    return {};
  }

  base::Result<void> add_database(SealedArchive& archive, const std::string& name, const std::string& path) {
    if (!files_.exists(path)) return {};
    auto copy = Snapshot::of(path);
    if (!copy) return tl::unexpected(copy.error());
    return archive.add(name, copy->bytes());
  }

  // Sealed pictures lie in the backup as they are; what came open goes into the sealed archive.
  base::Result<void> pictures(SealedArchive& archive, const std::string& from, const std::string& to,
                              const std::string& in_archive) {
    std::error_code error;
    fs::create_directories(to, error);
    const auto names = files_.list(from);
    for (const std::string& name : names ? *names : std::vector<std::string>{}) {
      const bool is_pack = reads::is_pack_name(name);
      if (is_pack || name.ends_with(".age") || name.ends_with(".manifest")) {
        fs::copy_file(from + "/" + name, to + "/" + name, error);
        if (error == std::errc::no_such_file_or_directory) continue;  // its day is being dropped
        if (error) return failed(to + "/" + name, error);
        report_.pictures += is_pack ? reads::pictures_in_pack(to + "/" + name) : name.ends_with(".age");
        continue;
      }
      if (auto added = archive.add_file(in_archive + "/" + name, from + "/" + name); !added) return added;
    }
    return {};
  }

  base::Result<void> day_part(Snapshot& records, base::Day day) {
    const std::string name = day_text(day);
    auto archive = SealedArchive::create(out_ + "/days/" + name + ".tar.age", keys_.at(name));
    if (!archive) return tl::unexpected(archive.error());
    const std::string db = "reads/days/" + name + ".db";
    if (auto added = add_database(*archive, db, data_ + "/" + db); !added) return added;
    auto rows = records.part(
        rows_between(base::to_ms(base::start_of(day)), base::to_ms(base::start_of({day.since_epoch + 1}))));
    if (!rows) return tl::unexpected(rows.error());
    if (auto added = archive->add("records.rows", *rows); !added) return added;
    const std::string folder = "pictures/" + name;
    if (auto added = pictures(*archive, data_ + "/reads/" + folder, out_ + "/" + folder, "reads/" + folder);
        !added)
      return added;
    return end_part(*archive, "days/" + name + ".tar.age", name);
  }

  static std::vector<Snapshot::Pick> rows_between(std::int64_t from, std::int64_t to) {
    const auto span = [&](const char* column) {
      return std::string(column) + " >= " + std::to_string(from) + " AND " + column + " < " +
             std::to_string(to);
    };
    return {{"alerts", span("created_at")},
            {"alert_reads", "alert_id IN (SELECT id FROM main.alerts WHERE " + span("created_at") + ")"},
            {"past_searches", span("at_ms")}};
  }

  base::Result<void> held_part(Snapshot& records, const HeldPart& held) {
    const std::string from = data_ + "/reads/held/" + held.name, in_data = "reads/held/" + held.name;
    auto archive = SealedArchive::create(out_ + "/held/" + held.name + ".tar.age", held.recipient);
    if (!archive) return tl::unexpected(archive.error());
    if (auto added = archive->add(in_data + "/hold", held.meta); !added) return added;
    if (auto added = add_database(*archive, in_data + "/reads.db", from + "/reads.db"); !added) return added;
    auto rows = records.part({{"alerts", "read_id IN " + quoted_list(held.read_ids)},
                              {"alert_reads", "read_id IN " + quoted_list(held.read_ids)}});
    if (!rows) return tl::unexpected(rows.error());
    if (auto added = archive->add("records.rows", *rows); !added) return added;
    const auto days = files_.list(from + "/pictures");
    for (const std::string& day : days ? *days : std::vector<std::string>{}) {
      if (auto added = pictures(*archive, from + "/pictures/" + day, out_ + "/held/" + held.name + "/" + day,
                                in_data + "/pictures/" + day);
          !added)
        return added;
    }
    return end_part(*archive, "held/" + held.name + ".tar.age", held.name);
  }

  base::Result<void> house_part(Snapshot& records) {
    const auto key = keys_.find(vault::kBackupKey);
    if (key == keys_.end())
      return base::failure(backup::Errc::kBadList, "There is no key for what is of no day");
    auto archive = SealedArchive::create(out_ + "/" + kHouse, key->second);
    if (!archive) return tl::unexpected(archive.error());
    for (const char* table : kOfDays) {
      if (auto gone = forget(records, table); !gone) return gone;
    }
    for (const char* table : kForgotten) {
      if (auto gone = forget(records, table); !gone) return gone;
    }
    if (auto vacuumed = records.exec("VACUUM"); !vacuumed) return vacuumed;
    if (auto added = archive->add("records.db", records.bytes()); !added) return added;
    for (const char* name : kHouseFiles) {
      if (!files_.exists(data_ + "/" + name)) continue;
      if (auto added = archive->add_file(name, data_ + "/" + name); !added) return added;
    }
    // checkpoints.db before ledger.db: an entry may be there that no checkpoint names yet, never the other
    // way.
    const std::string ledger = data_ + "/ledger";
    if (auto added = add_database(*archive, "ledger/checkpoints.db", ledger + "/checkpoints.db"); !added)
      return added;
    if (auto added = ledger_files(*archive, ledger, "ledger"); !added) return added;
    if (auto added = add_database(*archive, "ledger/ledger.db", ledger + "/ledger.db"); !added) return added;
    return end_part(*archive, kHouse, vault::kBackupKey, true);
  }

  static base::Result<void> forget(Snapshot& records, const std::string& table) {
    return records.has_table(table) ? records.exec("DELETE FROM " + table) : base::Result<void>{};
  }

  base::Result<void> ledger_files(SealedArchive& archive, const std::string& from, const std::string& name) {
    const auto names = files_.list(from);
    for (const std::string& one : names ? *names : std::vector<std::string>{}) {
      std::error_code error;
      const std::string path = from + "/" + one;
      if (fs::is_directory(path, error)) {
        if (auto added = ledger_files(archive, path, name + "/" + one); !added) return added;
      } else if (one.find(".db") == std::string::npos && one != "lock" &&
                 one.find(".tmp") == std::string::npos) {
        auto bytes = files_.read(path, kMostSmallFile);  // whole at once: it may be replaced meanwhile
        if (!bytes && bytes.error().is(base::FileErrc::kNotFound)) continue;
        if (!bytes) return tl::unexpected(bytes.error());
        if (auto added = archive.add(name + "/" + one, *bytes); !added) return added;
      }
    }
    return {};
  }

  base::Result<void> end_part(SealedArchive& archive, const std::string& name, const std::string& key,
                              bool first = false) {
    if (auto done = archive.finish(); !done) return done;
    std::error_code error;
    backup::Part part{name, key, fs::file_size(out_ + "/" + name, error)};
    report_.bytes += part.bytes;
    ++report_.parts;
    list_.parts.insert(first ? list_.parts.begin() : list_.parts.end(), std::move(part));
    return {};
  }

  base::Result<BackupReport> finish() {
    const int folder = ::open(out_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::syncfs(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (!synced) return base::failure(backup::Errc::kIo, "The backup could not be synced");
    list_.made = clock_.now();
    list_.version = GLASSHOUSE_VERSION;
    auto vkey = files_.read(data_ + "/ledger/log.vkey", 4096);
    list_.origin = vkey ? vkey->substr(0, vkey->find('+')) : "unknown";
    auto written = files_.write_atomic(out_ + "/" + backup::kListName, list_.text());
    if (!written) return tl::unexpected(written.error());
    return report_;
  }

  static tl::unexpected<base::Error> failed(const std::string& path, const std::error_code& error) {
    return base::failure(backup::Errc::kIo, "The backup could not be written: " + path, error.message(),
                         "Check the disk, then make it anew");
  }

  const std::string data_, out_, database_;
  const base::Clock& clock_;
  base::FileSystem& files_ = base::posix_files();
  std::map<std::string, std::string> keys_;
  std::vector<HeldPart> held_;
  backup::List list_;
  BackupReport report_;
};

}  // namespace

base::Result<void> write_sealing_keys(const vault::Vault& vault, const std::string& data) {
  const auto days = seal::read_day_keys(vault.public_keys({0}));
  if (!days) return tl::unexpected(days.error());
  backup::SealingKeys keys;
  for (const auto& [day, recipient] : days->by_day) keys.by_name[base::format_day(day)] = recipient;
  auto own = vault.recipient_of(vault::kBackupKey);
  if (!own) return tl::unexpected(own.error());
  keys.by_name[vault::kBackupKey] = *own;
  return base::posix_files().write_atomic(data + "/" + backup::kKeysName, keys.text());
}

base::Result<BackupReport> make_backup(const std::string& data, const std::string& out,
                                       const base::Clock& clock, const std::string& database) {
  return Backup(data, out, database, clock).make();
}

}  // namespace glasshouse::app
