#include "api/hotlist_sources.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/list_shares.h"
#include "crypto/crypto.h"
#include "hotlist/hotlist.h"
#include "hotlist/ncic_codes.h"
#include "policy/stack.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

constexpr std::size_t kSourceBody = 4 * hotlist::kMaxFormatBytes;  // a column map as JSON text
constexpr std::size_t kMaxFiles = 20;

Json render_source(const hotlist::Source& source) {
  Json body = render_source_summary(source);
  if (!source.format_text.empty()) body["format_text"] = source.format_text;
  return body;
}

Json render_pull(const hotlist::Pull& pull) {
  Json body{{"id", pull.id},
            {"at", base::format_rfc3339(pull.at)},
            {"file_name", pull.file.name},
            {"file_bytes", pull.file.bytes},
            {"file_modified_at", base::format_rfc3339(pull.file.modified_at)},
            {"outcome", pull.outcome},
            {"sentence", pull.sentence},
            {"rows", pull.rows},
            {"added", pull.added},
            {"changed", pull.changed},
            {"removed", pull.removed},
            {"unchanged", pull.unchanged},
            {"refused", pull.refused},
            {"barred", pull.barred}};
  if (pull.ledger_index) body["ledger_index"] = *pull.ledger_index;
  return body;
}

std::string words_of(const hotlist::Source& source) {
  std::string words = "layout " + std::string(hotlist::name_of(source.kind)) + ", term " +
                      std::to_string(source.term_days) + " days";
  if (source.whole) words += ", whole list";
  if (source.warn_after_minutes > 0)
    words += ", warns after " + std::to_string(source.warn_after_minutes) + " min";
  if (source.stop_after_minutes > 0)
    words += ", stops after " + std::to_string(source.stop_after_minutes) + " min";
  if (source.ends_at) words += ", ends " + base::format_rfc3339(*source.ends_at);
  if (!source.folder.empty()) words += ", watched folder";
  if (source.second_look) words += ", two people confirm";
  if (!source.audience.empty()) words += ", for " + std::to_string(source.audience.size()) + " accounts";
  for (const std::string& file : source.files)
    words += (&file == &source.files.front() ? ", files " : " ") + file;
  return words;
}

net::Response get_source(Context& ctx) {
  if (is_hidden_list(ctx, ctx.request.params.at("id"))) return no_such_list();
  const auto list = ctx.services.hotlists->list(ctx.request.params.at("id"));
  return list ? json_response(200, render_source(list->source)) : problem(list.error());
}

net::Response set_source(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  hotlist::Source source;
  const std::string kind = fields.text("kind", 20);
  if (const auto known = hotlist::import_kind_named(kind)) {
    source.kind = *known;
  } else if (!kind.empty()) {
    fields.wrong("kind", "This is no layout of a list.");
  }
  source.format_text = fields.text("format_text", hotlist::kMaxFormatBytes - 1, false);
  if (!source.format_text.empty() && !source.format_text.ends_with('\n')) source.format_text += '\n';
  source.files = fields.texts("files", kMaxFiles, 40);
  source.term_days = static_cast<int>(
      fields.optional_integer("term_days", 1, hotlist::kMaxTermDays).value_or(source.term_days));
  source.whole = fields.optional_bool("whole").value_or(false);
  const auto minutes = [&](const char* name) {
    return static_cast<int>(fields.optional_integer(name, 0, hotlist::kMaxFreshMinutes).value_or(0));
  };
  source.warn_after_minutes = minutes("warn_after_minutes");
  source.stop_after_minutes = minutes("stop_after_minutes");
  source.ends_at = fields.optional_time("ends_at");
  source.folder = fields.text("folder", 40, false);
  source.audience = fields.texts("audience", hotlist::kMaxAudience, 40);
  source.second_look = fields.optional_bool("second_look").value_or(false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto good = ctx.services.hotlists->check_source(source); !good) return problem(good.error());
  const std::string& id = ctx.request.params.at("id");
  if (auto known = ctx.services.hotlists->name_of(id); !known) return problem(known.error());
  if (auto refused = refuse_others_list(ctx, id)) return *refused;
  std::vector<ledger::Field> recorded{{"hotlist", id, Release::kRestricted},
                                      {"count", "1", Release::kAtOnce},
                                      {"result", words_of(source), Release::kAfterDay}};
  if (!source.format_text.empty())
    recorded.push_back({"hash", crypto::sha256_hex(source.format_text), Release::kAtOnce});
  if (auto answer = record_act(ctx, Action::kManageHotlists, "hotlist.source", std::move(recorded)))
    return *answer;
  const auto changed = ctx.services.hotlists->set_source(id, source);
  return changed ? json_response(200, render_source(changed->source)) : problem(changed.error());
}

std::string_view name_of(hotlist::FileStanding standing) {
  switch (standing) {
    case hotlist::FileStanding::kTaken:
      return "taken";
    case hotlist::FileStanding::kOnRequest:
      return "on-request";
    case hotlist::FileStanding::kNever:
      break;
  }
  return "never";
}

net::Response list_files(Context& ctx) {
  const auto barred = barred_by_packs(ctx.services);
  Json items = Json::array();
  for (const auto& file : hotlist::file_codes()) {
    Json item{{"letter", std::string(1, file.letter)},
              {"file", file.word},
              {"label", file.label},
              {"standing", name_of(file.standing)}};
    if (const auto pack = barred.find(std::string(file.word)); pack != barred.end()) {
      item["standing"] = "never";
      item["reason"] = pack->second;
    }
    items.push_back(std::move(item));
  }
  return json_response(200, {{"items", std::move(items)}});
}

constexpr std::size_t kPullsShown = 100;

net::Response list_pulls(Context& ctx) {
  if (is_hidden_list(ctx, ctx.request.params.at("id"))) return no_such_list();
  const auto pulls = ctx.services.hotlists->pulls(ctx.request.params.at("id"), kPullsShown);
  if (!pulls) return problem(pulls.error());
  Json items = Json::array();
  for (const auto& pull : *pulls) items.push_back(render_pull(pull));
  return json_response(200, {{"items", std::move(items)}});
}

constexpr Route kHotlistSourceRoutes[] = {
    {Method::kGet, "/api/v1/hotlist-files", Caller::kSession, Action::kViewHotlists, 0, list_files},
    {Method::kGet, "/api/v1/hotlists/{id}/source", Caller::kSession, Action::kViewHotlists, 0, get_source},
    {Method::kPut, "/api/v1/hotlists/{id}/source", Caller::kSession, Action::kManageHotlists, kSourceBody,
     set_source},
    {Method::kGet, "/api/v1/hotlists/{id}/pulls", Caller::kSession, Action::kViewHotlists, 0, list_pulls},
};

}  // namespace

Json render_source_summary(const hotlist::Source& source) {
  Json body{{"kind", hotlist::name_of(source.kind)},
            {"files", source.files},
            {"term_days", source.term_days},
            {"whole", source.whole},
            {"warn_after_minutes", source.warn_after_minutes},
            {"stop_after_minutes", source.stop_after_minutes},
            {"folder", source.folder},
            {"audience", source.audience},
            {"second_look", source.second_look}};
  if (source.ends_at) body["ends_at"] = base::format_rfc3339(*source.ends_at);
  return body;
}

Json render_freshness(const hotlist::Freshness& freshness) {
  Json body{{"state", hotlist::name_of(freshness.state)}};
  const std::pair<const char*, const std::optional<base::Time>&> times[] = {
      {"as_of", freshness.as_of}, {"warns_at", freshness.warns_at}, {"stops_at", freshness.stops_at}};
  for (const auto& [name, time] : times) {
    if (time) body[name] = base::format_rfc3339(*time);
  }
  return body;
}

std::vector<std::string> lists_hidden_from(const Context& ctx) {
  const policy::Officer who = ctx.identity.officer();
  if (policy::role_carries(who.role, Action::kManageHotlists)) return {};
  return ctx.services.hotlists->lists_hidden_from(who.id);
}

bool is_hidden_list(const Context& ctx, std::string_view hotlist_id) {
  const auto hidden = lists_hidden_from(ctx);
  return std::find(hidden.begin(), hidden.end(), hotlist_id) != hidden.end();
}

net::Response no_such_list() {
  return problem(404, "not-found", "There is no such hotlist.", "It may have been removed.",
                 "Go back to the hotlists.");
}

std::map<std::string, std::string> barred_by_packs(const Services& services) {
  std::map<std::string, std::string> barred;
  const auto standing = services.gate->standing();
  for (const std::string_view file : policy::hotlist_files()) {
    if (const auto rule = standing.rules->bars_file(file))
      barred.emplace(file, "The rule " + rule->rule_id + " bars it (" + rule->citation + ").");
  }
  return barred;
}

std::span<const Route> hotlist_sources_routes() {
  return kHotlistSourceRoutes;
}

}  // namespace glasshouse::api
