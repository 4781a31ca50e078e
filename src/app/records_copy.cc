#include "app/records_copy.h"

#include <filesystem>

#include "accounts/accounts.h"
#include "alerts/alerts.h"
#include "api/route.h"
#include "app/admin_command.h"
#include "app/retention.h"
#include "db/tables.h"
#include "delivery/delivery.h"
#include "hotlist/hotlist.h"
#include "records/records.h"
#include "sharing/book.h"

namespace glasshouse::app {
namespace {

constexpr const char* kMarkPlain = "PRAGMA user_version = 1";  // docs/formats/backup.md

void remove_database(const std::string& path) {
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix, error);
}

}  // namespace

base::Result<void> migrate_records(db::Database& database) {
  for (const auto& part : {records::migrations(), accounts::migrations(), hotlist::Hotlists::migrations(),
                           alerts::Alerts::migrations(), delivery::Outbox::migrations(), api::migrations(),
                           admin_migrations(), retention_migrations(), sharing::Book::migrations()}) {
    if (auto migrated = database.migrate(part); !migrated) return migrated;
  }
  return {};
}

base::Result<backup::Snapshot> records_at(const std::string& url) {
  auto database = db::Database::open(url);
  if (!database) return tl::unexpected(database.error());
  auto copy = backup::Snapshot::from({});
  if (!copy) return copy;
  const auto take = [&](const db::Table& table, std::span<const db::TableRow> rows) -> base::Result<void> {
    if (!copy->has_table(table.name)) {
      std::vector<std::pair<std::string, std::string>> columns;
      for (const db::Column& column : table.columns) columns.emplace_back(column.name, column.type);
      if (auto made = copy->make_table(table.name, columns); !made) return made;
    }
    return copy->put(table.name, rows);
  };
  if (auto read = db::read_tables(**database, take); !read) return tl::unexpected(read.error());
  if (!copy->has_table("settings")) {
    return base::failure(
        backup::Errc::kDatabase, "There are no records in the database that --database names",
        "No server has made its tables there", "Name the database as the server's own --database does");
  }
  if (auto marked = copy->exec(kMarkPlain); !marked) return tl::unexpected(marked.error());
  return copy;
}

base::Result<void> complete_records(const std::string& path) {
  {
    auto records = db::Database::open(db::sqlite_url(path));
    if (!records) return tl::unexpected(records.error());
    const auto mark = (*records)->query("SELECT user_version AS mark FROM pragma_user_version");
    if (!mark) return tl::unexpected(mark.error());
    if (mark->front().integer("mark") == 0) return {};
  }
  const std::string plain = path + ".plain";
  std::error_code error;
  std::filesystem::rename(path, plain, error);
  if (error) return base::failure(backup::Errc::kIo, "The records could not be put back", error.message());
  auto from = db::Database::open(db::sqlite_url(plain)), to = db::Database::open(db::sqlite_url(path));
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  if (auto migrated = migrate_records(**to); !migrated) return migrated;
  if (auto copied = db::copy_tables(**from, **to); !copied) return copied;
  from->reset();
  remove_database(plain);
  return {};
}

base::Result<void> move_records(const std::string& path, const std::string& url) {
  auto to = db::Database::open(url);
  if (!to) return tl::unexpected(to.error());
  const auto empty = db::is_empty(**to);
  if (!empty) return tl::unexpected(empty.error());
  if (!*empty) {
    return base::failure(backup::Errc::kNotEmpty, "The database that --database names has tables already",
                         "Records are put back into an empty one only", "Make a new database and name that");
  }
  auto from = db::Database::open(db::sqlite_url(path));
  if (!from) return tl::unexpected(from.error());
  // What is restored may be of an older program: it is brought up to date where it lies first.
  if (auto migrated = migrate_records(**from); !migrated) return migrated;
  if (auto migrated = migrate_records(**to); !migrated) return migrated;
  if (auto copied = db::copy_tables(**from, **to); !copied) return copied;
  from->reset();
  remove_database(path);
  return {};
}

}  // namespace glasshouse::app
