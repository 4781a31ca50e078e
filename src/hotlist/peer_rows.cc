#include "hotlist/peer_rows.h"

#include <set>

#include "base/id.h"
#include "hotlist/entry_check.h"
#include "hotlist/entry_rows.h"
#include "hotlist/list_rows.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMostNames = 50;  // tried before a list is refused its name
constexpr std::size_t kNameBytes = 80;

tl::unexpected<base::Error> not_held() {
  return base::failure(Errc::kNotHeld, "The list here is not the one that this is a difference to", "",
                       "Send the whole list.");
}

base::Result<void> store_origin(db::Transaction& t, std::string_view list_id, const PeerChange& change) {
  const Origin& o = change.origin;
  const db::Params id{{"id", std::string(list_id)}};
  if (!change.whole) {
    auto rows = t.query("SELECT number FROM hotlist_origins WHERE hotlist_id = :id", id);
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty() || static_cast<std::uint64_t>(rows->front().integer("number")) != change.base)
      return not_held();
  }
  if (auto gone = t.exec("DELETE FROM hotlist_origins WHERE hotlist_id = :id", id); !gone)
    return tl::unexpected(store_error(gone.error()));
  auto kept = t.exec(
      "INSERT INTO hotlist_origins (hotlist_id, agency_id, agency, grant_id, purpose, sent_by, sender_role,"
      " their_id, number, query_id, digest, ledger_index, refused, barred) VALUES (:id, :agency_id, :agency,"
      " :grant, :purpose, :by, :role, :their, :number, :query, :digest, :ledger, :refused, :barred)",
      {{"id", std::string(list_id)},
       {"agency_id", o.agency_id},
       {"agency", o.agency},
       {"grant", o.grant_id},
       {"purpose", o.purpose},
       {"by", o.sent_by},
       {"role", o.sender_role},
       {"their", o.their_id},
       {"number", static_cast<std::int64_t>(o.number)},
       {"query", o.query_id},
       {"digest", o.digest},
       {"ledger", static_cast<std::int64_t>(o.ledger_index)},
       {"refused", std::int64_t{o.refused}},
       {"barred", std::int64_t{o.barred}}});
  if (!kept) return tl::unexpected(store_error(kept.error()));
  return {};
}

constexpr std::string_view kHeldFrom =
    " FROM hotlist_peer_entries p JOIN hotlist_entries e ON e.id = p.entry_id WHERE p.hotlist_id = :list";

std::string held_columns() {
  // The columns of entries are unambiguous but for the list's id.
  std::string columns = entry_columns();
  const std::string name = "hotlist_id";
  columns.replace(columns.find(name), name.size(), "e." + name + " AS " + name);
  return "p.their_id AS their_id, " + columns;
}

// One change, step by step.
class PeerWriter {
 public:
  PeerWriter(db::Transaction& t, std::string_view list_id, const PeerChange& change, base::Time now)
      : t_(t), list_id_(list_id), change_(change), now_(now) {}

  base::Result<PeerRows> run() {
    rows_.applied.list_id = list_id_;
    if (auto kept = store_origin(t_, list_id_, change_); !kept) return tl::unexpected(kept.error());
    for (const std::string& id : change_.ended) {
      if (auto done = end(id); !done) return tl::unexpected(done.error());
    }
    if (change_.whole) {
      if (auto done = end_what_is_missing(); !done) return tl::unexpected(done.error());
    }
    for (const PeerEntry& entry : change_.put) {
      if (auto done = put(entry); !done) return tl::unexpected(done.error());
    }
    return std::move(rows_);
  }

 private:
  base::Result<std::optional<Entry>> held(const std::string& their_id) {
    auto rows = t_.query("SELECT " + held_columns() + std::string(kHeldFrom) + " AND p.their_id = :their",
                         {{"list", list_id_}, {"their", their_id}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty()) return std::optional<Entry>();
    return std::optional<Entry>(entry_of(rows->front()));
  }

  base::Result<void> end(const std::string& their_id) {
    auto entry = held(their_id);
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) return {};
    const db::Params params{{"id", (*entry)->id}};
    for (const char* sql : {"DELETE FROM hotlist_peer_entries WHERE entry_id = :id",
                            "UPDATE hotlist_entries SET active = 0 WHERE id = :id"}) {
      if (auto done = t_.exec(sql, params); !done) return tl::unexpected(store_error(done.error()));
    }
    rows_.applied.ended.emplace_back((*entry)->id, their_id);
    rows_.gone.push_back(std::move(**entry));
    return {};
  }

  base::Result<void> end_what_is_missing() {
    std::set<std::string_view> wanted;
    for (const PeerEntry& entry : change_.put) wanted.insert(entry.id);
    auto rows =
        t_.query("SELECT their_id FROM hotlist_peer_entries WHERE hotlist_id = :list", {{"list", list_id_}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    for (const db::Row& row : *rows) {
      const std::string id = row.text("their_id");
      if (wanted.contains(id)) continue;
      if (auto done = end(id); !done) return done;
    }
    return {};
  }

  base::Result<void> put(const PeerEntry& entry) {
    auto before = held(entry.id);
    if (!before) return tl::unexpected(before.error());
    const NewEntry& draft = entry.entry;
    // An entry is found by its plate and region: with others it is another one.
    if (*before && ((*before)->plate != draft.plate || (*before)->region != draft.region)) {
      if (auto done = end(entry.id); !done) return done;
      before->reset();
    }
    if (*before) {
      if (held_line(entry.id, draft_of(**before)) == held_line(entry.id, draft)) return {};
      const std::pair changed_to{(*before)->id, draft};
      if (auto done = update(t_, {&changed_to, 1}); !done) return done;
      Entry changed = make_entry(list_id_, draft, (*before)->id, (*before)->added_by, (*before)->added_at);
      rows_.fresh.push_back(std::move(changed));
      ++rows_.applied.changed;
      return {};
    }
    Entry fresh = make_entry(list_id_, draft, base::new_id("ent", now_), change_.origin.agency, now_);
    if (auto done = insert(t_, {&fresh, 1}); !done) return done;
    auto noted = t_.exec(
        "INSERT INTO hotlist_peer_entries (hotlist_id, their_id, entry_id) VALUES (:list, :their, :entry)",
        {{"list", list_id_}, {"their", entry.id}, {"entry", fresh.id}});
    if (!noted) return tl::unexpected(store_error(noted.error()));
    rows_.fresh.push_back(std::move(fresh));
    ++rows_.applied.added;
    return {};
  }

  db::Transaction& t_;
  const std::string list_id_;
  const PeerChange& change_;
  const base::Time now_;
  PeerRows rows_;
};

}  // namespace

std::string held_line(std::string_view their_id, const NewEntry& entry) {
  std::string line(their_id);
  for (const std::string* field : {&entry.plate, &entry.region, &entry.color, &entry.body, &entry.make,
                                   &entry.reason, &entry.case_number}) {
    line += '\t';
    line += *field;
  }
  return line + '\t' + std::to_string(base::to_ms(entry.expires_at)) + '\n';
}

std::string held_line(const HeldEntry& held) {
  return held_line(held.their_id, draft_of(held.entry));
}

std::string file_of_reason(std::string_view reason) {
  for (const FileCode& file : file_codes()) {
    if (file.label == reason) return std::string(file.word);
  }
  return {};
}

std::string_view origin_columns() {
  return "COALESCE(o.agency_id, '') AS origin_agency_id, o.agency AS origin_agency, o.grant_id AS grant_id,"
         " o.purpose AS purpose, o.sent_by AS sent_by, o.sender_role AS sender_role, o.their_id AS their_id,"
         " o.number AS number, o.query_id AS query_id, o.digest AS digest, o.ledger_index AS ledger_index,"
         " o.refused AS refused, o.barred AS barred";
}

std::optional<Origin> origin_of(const db::Row& row) {
  Origin o;
  o.agency_id = row.text("origin_agency_id");
  if (o.agency_id.empty()) return std::nullopt;
  o.agency = row.text("origin_agency");
  o.grant_id = row.text("grant_id");
  o.purpose = row.text("purpose");
  o.sent_by = row.text("sent_by");
  o.sender_role = row.text("sender_role");
  o.their_id = row.text("their_id");
  o.number = static_cast<std::uint64_t>(row.integer("number"));
  o.query_id = row.text("query_id");
  o.digest = row.text("digest");
  o.ledger_index = static_cast<std::uint64_t>(row.integer("ledger_index"));
  o.refused = static_cast<std::uint32_t>(row.integer("refused"));
  o.barred = static_cast<std::uint32_t>(row.integer("barred"));
  return o;
}

base::Result<PeerRows> write_peer_change(db::Transaction& t, std::string_view list_id,
                                         const PeerChange& change, base::Time now) {
  return PeerWriter(t, list_id, change, now).run();
}

base::Result<void> drop_peer_rows(db::Transaction& t, std::string_view list_id) {
  for (const char* sql : {"DELETE FROM hotlist_peer_entries WHERE hotlist_id = :id",
                          "DELETE FROM hotlist_origins WHERE hotlist_id = :id"}) {
    if (auto gone = t.exec(sql, {{"id", std::string(list_id)}}); !gone)
      return tl::unexpected(store_error(gone.error()));
  }
  return {};
}

base::Result<std::vector<HeldEntry>> held_rows(db::Database& db, std::string_view list_id) {
  auto rows = db.query("SELECT " + held_columns() + std::string(kHeldFrom) + " ORDER BY p.their_id",
                       {{"list", std::string(list_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<HeldEntry> held;
  for (const db::Row& row : *rows) held.push_back({row.text("their_id"), entry_of(row)});
  return held;
}

base::Result<std::string> their_entry_of(db::Database& db, std::string_view entry_id) {
  auto rows = db.query("SELECT their_id FROM hotlist_peer_entries WHERE entry_id = :id",
                       {{"id", std::string(entry_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  if (rows->empty()) return no_such("entry");
  return rows->front().text("their_id");
}

base::Result<std::string> free_name(db::Database& db, const std::string& name, const std::string& agency) {
  for (std::size_t i = 0; i < kMostNames; ++i) {
    std::string tail = i == 0 ? "" : " (" + agency + (i == 1 ? "" : " " + std::to_string(i)) + ")";
    if (tail.size() > kNameBytes / 2) tail = " (" + std::to_string(i) + ")";
    std::string tried = name.substr(0, kNameBytes - tail.size()) + tail;
    auto rows = db.query("SELECT id FROM hotlists WHERE name = :name", {{"name", tried}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty()) return tried;
  }
  return base::failure(Errc::kDuplicate, "Too many hotlists have this name");
}

}  // namespace glasshouse::hotlist
