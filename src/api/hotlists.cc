#include "api/hotlists.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/hotlist_sources.h"
#include "api/json.h"
#include "api/list_shares.h"
#include "api/peer_lists.h"
#include "hotlist/csv.h"
#include "hotlist/hotlist.h"
#include "hotlist/shares.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

std::string_view name_of(hotlist::ZeroRule rule) {
  return rule == hotlist::ZeroRule::kOIsZero ? "o-is-zero" : "distinct";
}

Json render_list(const hotlist::Hotlist& list) {
  Json body{{"id", list.id},
            {"name", list.name},
            {"zero_rule", name_of(list.zero_rule)},
            {"entries", list.entries},
            {"active_entries", list.active_entries},
            {"updated_at", base::format_rfc3339(list.updated_at)},
            {"source", render_source_summary(list.source)},
            {"freshness", render_freshness(list.freshness)}};
  if (!list.description.empty()) body["description"] = list.description;
  if (list.origin) body["origin"] = render_origin(*list.origin);
  return body;
}

Json render_drafts(const std::vector<hotlist::NewEntry>& entries) {
  Json items = Json::array();
  for (const auto& entry : entries) items.push_back(render(entry));
  return items;
}

Json render_preview(const hotlist::ImportPreview& preview) {
  Json refused = Json::array(), barred = Json::array(), changed = Json::array();
  for (const auto& row : preview.refused) {
    refused.push_back({{"line", row.line}, {"text", row.text}, {"reason", row.reason}});
  }
  for (const auto& rows : preview.barred) {
    barred.push_back(
        {{"file", rows.file}, {"label", rows.label}, {"reason", rows.reason}, {"count", rows.count}});
  }
  for (const auto& entry : preview.to_change_sample)
    changed.push_back({{"before", render(entry.before)}, {"after", render(entry.after)}});
  return {{"id", preview.id},
          {"kind", hotlist::name_of(preview.kind)},
          {"expires_at", base::format_rfc3339(preview.expires_at)},
          {"rows", preview.rows},
          {"to_add", preview.to_add},
          {"to_change", preview.to_change},
          {"to_remove", preview.to_remove},
          {"unchanged", preview.unchanged},
          {"to_renew", preview.to_renew},
          {"refused_count", preview.refused_count},
          {"refused", std::move(refused)},
          {"barred_count", preview.barred_count},
          {"barred", std::move(barred)},
          {"sample", render_drafts(preview.sample)},
          {"to_change_sample", std::move(changed)},
          {"to_remove_sample", render_drafts(preview.to_remove_sample)}};
}

// What every change of a list says in the ledger: how much at once, which list only to those who may know.
std::vector<ledger::Field> change_fields(std::string_view list_id, std::uint64_t count) {
  return {{"hotlist", std::string(list_id), Release::kRestricted},
          {"count", std::to_string(count), Release::kAtOnce}};
}

struct ListDraft {
  std::string name, description;
  hotlist::ZeroRule rule = hotlist::ZeroRule::kDistinct;
};

// The fields of a NewHotlist; rule is what stands when none is given.
base::Result<Json> read_list(Context& ctx, ListDraft& draft, std::optional<net::Response>& refused) {
  auto body = parse_body(ctx.request);
  if (!body) return body;
  Fields fields(*body);
  draft.name = fields.text("name", 80);
  draft.description = fields.text("description", 300, false);
  if (const auto rule = fields.optional_text("zero_rule", 20)) {
    if (*rule != "distinct" && *rule != "o-is-zero")
      fields.wrong("zero_rule", "This is distinct or o-is-zero.");
    draft.rule = *rule == "o-is-zero" ? hotlist::ZeroRule::kOIsZero : hotlist::ZeroRule::kDistinct;
  }
  fields.no_others();
  refused = fields.failed();
  return body;
}

bool name_is_taken(const std::vector<hotlist::Hotlist>& lists, const std::string& name,
                   std::string_view except_id) {
  for (const auto& list : lists) {
    if (list.name == name && list.id != except_id) return true;
  }
  return false;
}

net::Response name_taken() {
  return problem(409, "conflict", "A hotlist of this name exists.", "", "Choose another name.");
}

net::Response list_hotlists(Context& ctx) {
  const auto lists = ctx.services.hotlists->lists();
  if (!lists) return problem(lists.error());
  Json items = Json::array();
  const auto hidden = lists_hidden_from(ctx);
  for (const auto& list : *lists) {
    if (std::find(hidden.begin(), hidden.end(), list.id) == hidden.end()) items.push_back(render_list(list));
  }
  return json_response(200, {{"items", std::move(items)}});
}

net::Response create_hotlist(Context& ctx) {
  ListDraft draft;
  if (ctx.services.records->settings().o_is_zero) draft.rule = hotlist::ZeroRule::kOIsZero;
  std::optional<net::Response> refused;
  if (auto body = read_list(ctx, draft, refused); !body) return problem(body.error());
  if (refused) return *refused;
  const auto lists = ctx.services.hotlists->lists();
  if (!lists) return problem(lists.error());
  if (name_is_taken(*lists, draft.name, "")) return name_taken();
  if (auto answer =
          record_act(ctx, Action::kManageHotlists, "hotlist.create",
                     {{"subject", draft.name, Release::kRestricted}, {"count", "1", Release::kAtOnce}})) {
    return *answer;
  }
  const auto made = ctx.services.hotlists->create(draft.name, draft.description, draft.rule);
  return made ? json_response(201, render_list(*made)) : problem(made.error());
}

net::Response change_hotlist(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  const auto before = ctx.services.hotlists->list(id);
  if (!before) return problem(before.error());
  ListDraft draft;
  draft.rule = before->zero_rule;
  std::optional<net::Response> refused;
  if (auto body = read_list(ctx, draft, refused); !body) return problem(body.error());
  if (refused) return *refused;
  const auto lists = ctx.services.hotlists->lists();
  if (!lists) return problem(lists.error());
  if (name_is_taken(*lists, draft.name, id)) return name_taken();
  auto fields = change_fields(id, before->entries);
  if (draft.rule != before->zero_rule) {
    fields.push_back({"result", "zero rule: " + std::string(name_of(draft.rule)), Release::kAfterDay});
  }
  if (auto answer = record_act(ctx, Action::kManageHotlists, "hotlist.change", std::move(fields)))
    return *answer;
  const auto changed = ctx.services.hotlists->change(id, draft.name, draft.description, draft.rule);
  return changed ? json_response(200, render_list(*changed)) : problem(changed.error());
}

net::Response delete_hotlist(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  const auto before = ctx.services.hotlists->list(id);
  if (!before) return problem(before.error());
  if (auto answer =
          record_act(ctx, Action::kManageHotlists, "hotlist.remove", change_fields(id, before->entries))) {
    return *answer;
  }
  const auto removed = ctx.services.hotlists->remove(id);
  if (removed) {
    if (auto ending = hotlist::Shares(*ctx.services.db).end_of_list(id); !ending)
      return problem(ending.error());
  }
  return removed ? done() : problem(removed.error());
}

net::Response list_hotlist_entries(Context& ctx) {
  if (is_hidden_list(ctx, ctx.request.params.at("id"))) return no_such_list();
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  const auto active = bool_query(ctx.request, "active");
  if (!active) return problem(active.error());
  const auto entries = ctx.services.hotlists->entries(
      ctx.request.params.at("id"), text_query(ctx.request, "q", 40), *active, page->cursor, page->limit);
  if (!entries) return problem(entries.error());
  Json body{{"items", Json::array()}};
  People people(ctx.services.accounts);
  for (const auto& entry : entries->entries) body["items"].push_back(render(entry, people));
  if (!entries->next_cursor.empty()) body["next_cursor"] = entries->next_cursor;
  return json_response(200, body);
}

net::Response add_entry(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  hotlist::NewEntry draft;
  draft.plate = fields.text("plate", 20);
  draft.reason = fields.text("reason", 200);
  draft.case_number = fields.text("case_number", 40);
  draft.region = fields.text("region", 10, false);
  draft.color = fields.text("color", 20, false);
  draft.body = fields.text("body", 20, false);
  draft.make = fields.text("make", 30, false);
  draft.note = fields.text("note", 300, false);
  draft.expires_at = fields.time("expires_at");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  if (auto good = ctx.services.hotlists->check_add(id, draft); !good) return problem(good.error());
  auto recorded = change_fields(id, 1);
  recorded.push_back({"plate", draft.plate, Release::kRestricted});
  recorded.push_back({"case", draft.case_number, Release::kRestricted});
  if (auto answer = record_act(ctx, Action::kManageHotlists, "hotlist.add", std::move(recorded)))
    return *answer;
  const auto added = ctx.services.hotlists->add(id, draft, ctx.identity.officer().id);
  People people(ctx.services.accounts);
  return added ? json_response(201, render(*added, people)) : problem(added.error());
}

net::Response change_entry(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto expires_at = fields.optional_time("expires_at");
  const auto note = fields.optional_text("note", 300);
  const auto active = fields.optional_bool("active");
  const std::string ended_as = fields.text("ended_as", 20, false);
  fields.no_others();
  if (!ended_as.empty() && (ended_as != "recovered" || active.value_or(true)))
    fields.wrong("ended_as", "This is recovered, of an entry that is being ended.");
  if (expires_at && *expires_at <= ctx.services.clock->now())
    fields.wrong("expires_at", "This is in the past.");
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  const std::string& item = ctx.request.params.at("item");
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  const auto before = ctx.services.hotlists->entry(item);
  if (!before) return problem(before.error());
  if (before->hotlist_id != id) return problem(404, "not-found", "There is no such entry.");
  const bool ends = active && !*active;
  auto recorded = change_fields(id, 1);
  recorded.push_back({"subject", item, Release::kRestricted});
  recorded.push_back({"plate", before->plate, Release::kRestricted});
  if (!ended_as.empty()) recorded.push_back({"code", ended_as, Release::kAfterDay});
  if (auto answer = record_act(ctx, Action::kManageHotlists, ends ? "hotlist.end" : "hotlist.change",
                               std::move(recorded))) {
    return *answer;
  }
  const auto changed = ctx.services.hotlists->change_entry(item, expires_at, note, active, ended_as);
  // Nobody goes after a vehicle that is back.
  if (changed && !ended_as.empty())
    close_alerts_of_entry(ctx.services, item, ctx.identity.officer().id, ended_as,
                          "The entry was ended: it was recovered.");
  People people(ctx.services.accounts);
  return changed ? json_response(200, render(*changed, people)) : problem(changed.error());
}

net::Response preview_import(Context& ctx) {
  const auto type = ctx.request.headers.get("Content-Type");
  if (!type || (!type->starts_with("text/csv") && !type->starts_with("text/plain"))) {
    return problem(415, "media-type", "The body is not declared as a list.",
                   "Lists are sent as text/csv or text/plain.", "Send it with Content-Type: text/csv.");
  }
  const auto replace = bool_query(ctx.request, "replace");
  if (!replace) return problem(replace.error());
  const std::string& id = ctx.request.params.at("id");
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  const auto list = ctx.services.hotlists->list(id);
  if (!list) return problem(list.error());
  hotlist::ImportFile file{ctx.request.body, list->source.kind, replace->value_or(list->source.whole),
                           barred_by_packs(ctx.services)};
  if (const std::string name = text_query(ctx.request, "kind", 20); !name.empty()) {
    const auto kind = hotlist::import_kind_named(name);
    if (!kind)
      return problem(422, "bad-field", "This is no layout of a list.", "", "Use one of those offered.");
    file.kind = *kind;
  }
  const auto preview = ctx.services.hotlists->preview_import(id, file, ctx.identity.officer().id);
  return preview ? json_response(201, render_preview(*preview)) : problem(preview.error());
}

net::Response commit_import(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const std::string& preview_id = ctx.request.params.at("preview");
  const auto preview = ctx.services.hotlists->preview(preview_id);
  if (!preview) return problem(preview.error());
  if (preview->hotlist_id != id) return problem(404, "not-found", "There is no such import on this list.");
  auto recorded = change_fields(id, std::uint64_t{preview->to_add} + preview->to_change + preview->to_remove);
  recorded.push_back(
      {"result",
       "added " + std::to_string(preview->to_add) + ", changed " + std::to_string(preview->to_change) +
           ", ended " + std::to_string(preview->to_remove) + ", refused " +
           std::to_string(preview->refused_count) + ", barred " + std::to_string(preview->barred_count),
       Release::kAfterDay});
  std::uint64_t ledger_index = 0;
  if (auto answer =
          record_act(ctx, Action::kManageHotlists, "hotlist.import", std::move(recorded), &ledger_index)) {
    return *answer;
  }
  const auto imported = ctx.services.hotlists->commit_import(preview_id);
  if (!imported) return problem(imported.error());
  return json_response(200, {{"added", imported->added},
                             {"changed", imported->changed},
                             {"removed", imported->removed},
                             {"ledger_index", ledger_index}});
}

constexpr Route kHotlistRoutes[] = {
    {Method::kGet, "/api/v1/hotlists", Caller::kSession, Action::kViewHotlists, 0, list_hotlists},
    {Method::kPost, "/api/v1/hotlists", Caller::kSession, Action::kManageHotlists, kSmallBody,
     create_hotlist},
    {Method::kPatch, "/api/v1/hotlists/{id}", Caller::kSession, Action::kManageHotlists, kSmallBody,
     change_hotlist},
    {Method::kDelete, "/api/v1/hotlists/{id}", Caller::kSession, Action::kManageHotlists, 0, delete_hotlist},
    {Method::kGet, "/api/v1/hotlists/{id}/entries", Caller::kSession, Action::kViewHotlists, 0,
     list_hotlist_entries},
    {Method::kPost, "/api/v1/hotlists/{id}/entries", Caller::kSession, Action::kManageHotlists, kSmallBody,
     add_entry},
    {Method::kPatch, "/api/v1/hotlists/{id}/entries/{item}", Caller::kSession, Action::kManageHotlists,
     kSmallBody, change_entry},
    {Method::kPost, "/api/v1/hotlists/{id}/import", Caller::kSession, Action::kManageHotlists,
     hotlist::kMaxCsvBytes, preview_import},
    {Method::kPost, "/api/v1/hotlists/{id}/import/{preview}/commit", Caller::kSession,
     Action::kManageHotlists, kSmallBody, commit_import},
};

}  // namespace

std::span<const Route> hotlists_routes() {
  return kHotlistRoutes;
}

}  // namespace glasshouse::api
