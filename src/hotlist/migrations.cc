#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

std::vector<db::Migration> Hotlists::migrations() {
  return {
      {"hotlist/1-start",
       "CREATE TABLE hotlists (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL,"
       " zero_rule TEXT NOT NULL, updated_at BIGINT NOT NULL, revision BIGINT NOT NULL);\n"
       "CREATE TABLE hotlist_entries (id TEXT PRIMARY KEY, hotlist_id TEXT NOT NULL REFERENCES hotlists(id),"
       " plate TEXT NOT NULL, pattern BIGINT NOT NULL, reason TEXT NOT NULL, case_number TEXT NOT NULL,"
       " region TEXT NOT NULL, color TEXT NOT NULL, body TEXT NOT NULL, make TEXT NOT NULL, expires_at "
       "BIGINT NOT NULL,"
       " active BIGINT NOT NULL, added_by TEXT NOT NULL, added_at BIGINT NOT NULL, note TEXT NOT NULL);\n"
       "CREATE INDEX hotlist_entries_by_list ON hotlist_entries (hotlist_id, id);\n"
       "CREATE INDEX hotlist_entries_by_plate ON hotlist_entries (hotlist_id, plate);\n"},
      {"hotlist/2-sources",
       "CREATE TABLE hotlist_sources (hotlist_id TEXT PRIMARY KEY REFERENCES hotlists(id), kind TEXT NOT "
       "NULL,"
       " format_text TEXT NOT NULL, files TEXT NOT NULL, term_days BIGINT NOT NULL, whole BIGINT NOT "
       "NULL);\n"},
      {"hotlist/3-freshness",
       "ALTER TABLE hotlists ADD COLUMN as_of BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE hotlists ADD COLUMN told_state TEXT NOT NULL DEFAULT '';\n"
       "ALTER TABLE hotlist_sources ADD COLUMN warn_after_minutes BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE hotlist_sources ADD COLUMN stop_after_minutes BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE hotlist_sources ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE hotlist_sources ADD COLUMN folder TEXT NOT NULL DEFAULT '';\n"
       "CREATE TABLE hotlist_pulls (id TEXT PRIMARY KEY, hotlist_id TEXT NOT NULL REFERENCES hotlists(id), "
       "at "
       "BIGINT NOT NULL, file_name TEXT NOT NULL, bytes BIGINT NOT NULL, modified_at BIGINT NOT NULL, "
       "outcome "
       "TEXT NOT NULL, sentence TEXT NOT NULL, rows_read BIGINT NOT NULL, added BIGINT NOT NULL, changed "
       "BIGINT NOT "
       "NULL, removed BIGINT NOT NULL, unchanged BIGINT NOT NULL, refused BIGINT NOT NULL, barred BIGINT NOT "
       "NULL,"
       " ledger_index BIGINT NOT NULL);\n"
       "CREATE INDEX hotlist_pulls_by_list ON hotlist_pulls (hotlist_id, id);\n"},
      {"hotlist/4-audience", "ALTER TABLE hotlist_sources ADD COLUMN audience TEXT NOT NULL DEFAULT '';\n"},
      {"hotlist/5-other-agencies",
       "ALTER TABLE hotlist_entries ADD COLUMN ended_as TEXT NOT NULL DEFAULT '';\n"
       "CREATE TABLE hotlist_origins (hotlist_id TEXT PRIMARY KEY REFERENCES hotlists(id), agency_id TEXT "
       "NOT "
       "NULL, agency TEXT NOT NULL, grant_id TEXT NOT NULL, purpose TEXT NOT NULL, sent_by TEXT NOT NULL,"
       " sender_role TEXT NOT NULL, their_id TEXT NOT NULL, number BIGINT NOT NULL, query_id TEXT NOT NULL,"
       " digest TEXT NOT NULL, ledger_index BIGINT NOT NULL, refused BIGINT NOT NULL, barred BIGINT NOT NULL,"
       " UNIQUE (agency_id, their_id));\n"
       "CREATE TABLE hotlist_peer_entries (hotlist_id TEXT NOT NULL REFERENCES hotlists(id), their_id TEXT "
       "NOT "
       "NULL, entry_id TEXT NOT NULL UNIQUE REFERENCES hotlist_entries(id), PRIMARY KEY (hotlist_id, "
       "their_id));\n"
       // What of our own lists others hold. The list may be gone before they were told so.
       "CREATE TABLE hotlist_shares (hotlist_id TEXT NOT NULL, grant_id TEXT NOT NULL, agency_id TEXT NOT "
       "NULL,"
       " purpose TEXT NOT NULL, sent_by TEXT NOT NULL, sender_role TEXT NOT NULL, since BIGINT NOT NULL,"
       " ending BIGINT NOT NULL, number BIGINT NOT NULL, entries BIGINT NOT NULL, refused BIGINT NOT NULL,"
       " barred BIGINT NOT NULL, told_at BIGINT NOT NULL, query_id TEXT NOT NULL, query_entry BIGINT NOT "
       "NULL,"
       " problem TEXT NOT NULL, PRIMARY KEY (hotlist_id, grant_id));\n"
       // What came of entries: here (agency empty) or where another agency's cameras are.
       "CREATE TABLE hotlist_outcomes (entry_id TEXT NOT NULL, agency TEXT NOT NULL, code TEXT NOT NULL, at "
       "BIGINT NOT NULL, ledger_index BIGINT NOT NULL, PRIMARY KEY (entry_id, agency, code));\n"
       // What the owner of an entry is still to be told.
       "CREATE TABLE hotlist_outcomes_due (query_id TEXT PRIMARY KEY, agency_id TEXT NOT NULL, grant_id TEXT "
       "NOT NULL, list TEXT NOT NULL, entry TEXT NOT NULL, code TEXT NOT NULL, at BIGINT NOT NULL, "
       "query_entry "
       "BIGINT NOT NULL, tries BIGINT NOT NULL, next_at BIGINT NOT NULL);\n"},
      // Rows of an import that stands in hotlist_imports are not there yet; a removed list is there no more.
      {"hotlist/6-large-changes",
       "CREATE TABLE hotlist_imports (id TEXT PRIMARY KEY, hotlist_id TEXT NOT NULL REFERENCES hotlists(id),"
       " started_at BIGINT NOT NULL);\n"
       "ALTER TABLE hotlist_entries ADD COLUMN import_id TEXT NOT NULL DEFAULT '';\n"
       "CREATE INDEX hotlist_entries_by_import ON hotlist_entries (hotlist_id, import_id);\n"
       "ALTER TABLE hotlists ADD COLUMN removed_at BIGINT NOT NULL DEFAULT 0;\n"},
      {"hotlist/7-second-look",
       "ALTER TABLE hotlist_sources ADD COLUMN second_look BIGINT NOT NULL DEFAULT 0;\n"}};
}

}  // namespace glasshouse::hotlist
