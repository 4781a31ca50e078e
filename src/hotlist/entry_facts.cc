#include "hotlist/entry_facts.h"

namespace glasshouse::hotlist {

void bind_facts(const Entry& entry, db::Params& params) {
  params["hotlist_id"] = entry.hotlist_id;
  params["plate"] = entry.plate;
  params["pattern"] = std::int64_t{entry.pattern};
  params["reason"] = entry.reason;
  params["case_number"] = entry.case_number;
  params["region"] = entry.region;
  params["color"] = entry.color;
  params["body"] = entry.body;
  params["make"] = entry.make;
  params["expires_at"] = base::to_ms(entry.expires_at);
  params["added_by"] = entry.added_by;
  params["added_at"] = base::to_ms(entry.added_at);
  params["note"] = entry.note;
}

void read_facts(const db::Row& row, Entry& entry) {
  entry.hotlist_id = row.text("hotlist_id");
  entry.plate = row.text("plate");
  entry.pattern = row.integer("pattern") != 0;
  entry.reason = row.text("reason");
  entry.case_number = row.text("case_number");
  entry.region = row.text("region");
  entry.color = row.text("color");
  entry.body = row.text("body");
  entry.make = row.text("make");
  entry.expires_at = base::from_ms(row.integer("expires_at"));
  entry.added_by = row.text("added_by");
  entry.added_at = base::from_ms(row.integer("added_at"));
  entry.note = row.text("note");
}

}  // namespace glasshouse::hotlist
