#include "app/admin_command.h"

#include <iostream>

#include "accounts/accounts.h"
#include "app/options.h"
#include "base/file.h"
#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::app {
namespace {

int admin_usage(std::ostream& out, int status) {
  out << "glasshouse admin --data DIR [--url URL] ACTION\n"
         "  link LOGIN      a new one-time sign-in link for this person (24 hours)\n"
         "  first-link      the link that makes the first administrator, while there is none\n"
         "  unlock LOGIN    release an account that failed sign-ins have locked\n";
  return status;
}

base::Result<accounts::Account> find(accounts::Accounts& accounts, const std::string& login) {
  auto all = accounts::every_account(accounts);
  if (!all) return tl::unexpected(all.error());
  for (auto& account : *all) {
    if (account.login == login) return std::move(account);
  }
  return base::failure(accounts::Errc::kNotFound, "There is no account with that sign-in name.");
}

base::Result<void> note(db::Database& db, const base::Clock& clock, const std::string& kind,
                        const std::string& subject) {
  auto noted = db.exec("INSERT INTO admin_acts (id, kind, subject, at_ms) VALUES (:id, :kind, :subject, :at)",
                       {{"id", base::new_id("act", clock.now())},
                        {"kind", kind},
                        {"subject", subject},
                        {"at", base::to_ms(clock.now())}});
  if (!noted) return tl::unexpected(noted.error());
  return {};
}

// The server's own address, when it has written it down.
std::string url_of(const std::string& dir) {
  auto text = base::posix_files().read(dir + "/url", 4096);
  if (!text) return "http://localhost:8080";
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

base::Result<void> act(db::Database& db, const base::Clock& clock, const std::vector<std::string>& words,
                       const std::string& url) {
  // No fallback is touched here, so that any key will do.
  auto accounts = accounts::Accounts::open(db, clock, crypto::random_bytes(32));
  if (!accounts) return tl::unexpected(accounts.error());
  if (words[0] == "first-link") {
    auto token = (*accounts)->issue_first_link();
    if (!token) return tl::unexpected(token.error());
    if (auto noted = note(db, clock, "account.link", "first-administrator"); !noted) return noted;
    std::cout << url << "/sign-in?link=" << *token << "\n";
    return {};
  }
  auto account = find(**accounts, words[1]);
  if (!account) return tl::unexpected(account.error());
  if (words[0] == "link") {
    if (auto noted = note(db, clock, "account.link", account->id); !noted) return noted;
    auto token = (*accounts)->issue_link(account->id);
    if (!token) return tl::unexpected(token.error());
    std::cout << url << "/sign-in?link=" << *token << "\n";
    return {};
  }
  if (auto noted = note(db, clock, "account.change", account->id); !noted) return noted;
  auto changed = (*accounts)->change(account->id, std::nullopt, std::nullopt, std::nullopt, true);
  if (!changed) return tl::unexpected(changed.error());
  std::cout << "released\n";
  return {};
}

}  // namespace

std::vector<db::Migration> admin_migrations() {
  return {{"app/1-admin-acts",
           "CREATE TABLE admin_acts (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL,\n"
           "  at_ms BIGINT NOT NULL);\n"}};
}

base::Result<void> record_admin_acts(db::Database& db, gate::Gate& gate) {
  auto rows = db.query("SELECT id, kind, subject, at_ms FROM admin_acts ORDER BY id LIMIT 100");
  if (!rows) return tl::unexpected(rows.error());
  for (const db::Row& row : *rows) {
    auto recorded = gate.record_event(
        row.text("kind"),
        {{"subject", row.text("subject"), ledger::Release::kRestricted},
         {"result", "from the server's console", ledger::Release::kAfterDay},
         {"span", base::format_rfc3339(base::from_ms(row.integer("at_ms"))), ledger::Release::kRestricted}});
    if (!recorded) return tl::unexpected(recorded.error());
    if (auto gone = db.exec("DELETE FROM admin_acts WHERE id = :id", {{"id", row.text("id")}}); !gone) {
      return tl::unexpected(gone.error());
    }
  }
  return {};
}

int run_admin(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return admin_usage(std::cout, kDone);
  std::string dir, url;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if ((args[i] == "--data" || args[i] == "--url") && i + 1 < args.size()) {
      (args[i] == "--data" ? dir : url) = args[i + 1];
      ++i;
    } else {
      words.push_back(args[i]);
    }
  }
  const bool first = words.size() == 1 && words[0] == "first-link";
  const bool named = words.size() == 2 && (words[0] == "link" || words[0] == "unlock");
  if (dir.empty() || (!first && !named)) {
    complain("admin", dir.empty() ? "--data DIR is needed: the installation's folder\n"
                                  : "there is no such action, or it needs other words\n");
    return admin_usage(std::cerr, kUsage);
  }
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  if (!base::posix_files().exists(dir + "/records.db")) {
    return complain("admin", "there is no installation in " + dir + ". Name its folder with --data.");
  }
  const base::SystemClock clock;
  auto db = db::Database::open(db::sqlite_url(dir + "/records.db"));
  if (!db) return complain("admin", db.error().message());
  if (auto migrated = (*db)->migrate(admin_migrations()); !migrated)
    return complain("admin", migrated.error().message());
  auto done = act(**db, clock, words, url.empty() ? url_of(dir) : url);
  return done ? kDone : complain("admin", done.error().message());
}

}  // namespace glasshouse::app
