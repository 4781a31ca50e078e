#include "api/peer_list_message.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/id.h"
#include "crypto/crypto.h"
#include "hotlist/entry_check.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kWhys[] = {"recovered", "ended", "removed", "expired"};
constexpr std::size_t kHashChars = 64;

void want_id(Fields& fields, const char* name, const char* prefix, const std::string& id) {
  if (!base::is_id(id, prefix)) fields.wrong(name, "This is no such id.");
}

std::uint64_t count_of(Fields& fields, const char* name) {
  return static_cast<std::uint64_t>(fields.optional_integer(name, 0, INT64_MAX).value_or(0));
}

net::Response too_many() {
  return problem(
      413, "too-large", "The list is too large.",
      "A list between agencies has at most " + std::to_string(hotlist::kMaxPeerEntries) + " entries.",
      "Send a list with fewer.");
}

// The items of a member, each an object; null: none or not a list, which is then said.
const Json* items_of(Fields& fields, const char* name) {
  const Json* items = fields.member(name);
  if (items == nullptr) return nullptr;
  const bool objects = items->is_array() && std::all_of(items->begin(), items->end(),
                                                        [](const Json& one) { return one.is_object(); });
  if (!objects) fields.wrong(name, "This is a list of objects.");
  return objects ? items : nullptr;
}

tl::expected<PeerListMessage::Put, net::Response> read_put(const Json& item) {
  Fields fields(item);
  PeerListMessage::Put put;
  put.entry.id = fields.text("id", 40);
  want_id(fields, "id", "ent", put.entry.id);
  hotlist::NewEntry& draft = put.entry.entry;
  draft.plate = fields.text("plate", 20);
  draft.reason = fields.text("reason", hotlist::kMaxReasonChars, false);
  draft.case_number = fields.text("case_number", hotlist::kMaxCaseChars, false);
  draft.region = fields.text("region", 10, false);
  draft.color = fields.text("color", 20, false);
  draft.body = fields.text("body", 20, false);
  draft.make = fields.text("make", hotlist::kMaxMakeChars, false);
  draft.expires_at = fields.time("expires_at");
  put.file = fields.text("file", 40, false);
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  return put;
}

}  // namespace

tl::expected<PeerListMessage, net::Response> read_peer_list(const Json& body) {
  static const Json kNone = Json::array();
  PeerListMessage m;
  Fields fields(body);
  m.query_id = fields.text("query_id", 40);
  m.grant_id = fields.text("grant_id", 40);
  if (const auto index = fields.optional_integer("ledger_index", 0, INT64_MAX))
    m.ledger_index = static_cast<std::uint64_t>(*index);
  m.officer = fields.text("officer", 40);
  m.role = fields.text("role", 20);
  m.purpose = fields.text("purpose", 40);
  m.list = fields.text("list", 40);
  m.name = fields.text("name", 80);
  const std::string rule = fields.text("zero_rule", 20);
  if (rule != "distinct" && rule != "o-is-zero") fields.wrong("zero_rule", "This is distinct or o-is-zero.");
  if (rule == "o-is-zero") m.zero_rule = hotlist::ZeroRule::kOIsZero;
  const auto number = fields.optional_integer("number", 0, INT64_MAX);
  if (!number) fields.wrong("number", "This is needed.");
  m.number = static_cast<std::uint64_t>(number.value_or(0));
  m.base = count_of(fields, "base");
  m.base_hash = fields.text("base_hash", kHashChars, false);
  m.withdrawn = fields.optional_bool("withdrawn").value_or(false);
  const Json* entries = items_of(fields, "entries");
  const Json* ended = items_of(fields, "ended");
  fields.no_others();
  want_id(fields, "query_id", "query", m.query_id);
  want_id(fields, "list", "hot", m.list);
  if (m.number < m.base) fields.wrong("number", "This is before the base.");
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  const std::size_t size =
      (entries != nullptr ? entries->size() : 0) + (ended != nullptr ? ended->size() : 0);
  if (size > 2 * hotlist::kMaxPeerEntries ||
      (entries != nullptr && entries->size() > hotlist::kMaxPeerEntries))
    return tl::unexpected(too_many());
  std::set<std::string> ids;
  for (const Json& item : entries != nullptr ? *entries : kNone) {
    auto put = read_put(item);
    if (!put) return tl::unexpected(std::move(put.error()));
    if (!ids.insert(put->entry.id).second) fields.wrong("entries", "An entry stands twice.");
    m.entries.push_back(std::move(*put));
  }
  for (const Json& item : ended != nullptr ? *ended : kNone) {
    Fields one(item);
    std::string id = one.text("id", 40), why = one.text("why", 20);
    want_id(one, "id", "ent", id);
    if (std::find(std::begin(kWhys), std::end(kWhys), why) == std::end(kWhys))
      one.wrong("why", "This is recovered, ended, removed or expired.");
    one.no_others();
    if (auto failed = one.failed()) return tl::unexpected(std::move(*failed));
    if (!ids.insert(id).second) fields.wrong("ended", "An entry stands twice.");
    m.ended.emplace_back(std::move(id), std::move(why));
  }
  if (!m.renews() && !m.ledger_index) fields.wrong("ledger_index", "This is needed.");
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  return m;
}

Json text_of_peer_list(const PeerListMessage& m) {
  Json body{{"query_id", m.query_id},
            {"grant_id", m.grant_id},
            {"officer", m.officer},
            {"role", m.role},
            {"purpose", m.purpose},
            {"list", m.list},
            {"name", m.name},
            {"zero_rule", m.zero_rule == hotlist::ZeroRule::kOIsZero ? "o-is-zero" : "distinct"},
            {"number", m.number},
            {"base", m.base},
            {"entries", Json::array()},
            {"ended", Json::array()}};
  if (m.ledger_index) body["ledger_index"] = *m.ledger_index;
  if (!m.base_hash.empty()) body["base_hash"] = m.base_hash;
  if (m.withdrawn) body["withdrawn"] = true;
  for (const PeerListMessage::Put& put : m.entries) {
    Json item = render(put.entry.entry);
    item.erase("note");  // stays at home
    item["id"] = put.entry.id;
    if (!put.file.empty()) item["file"] = put.file;
    body["entries"].push_back(std::move(item));
  }
  for (const auto& [id, why] : m.ended) body["ended"].push_back({{"id", id}, {"why", why}});
  return body;
}

std::optional<PeerListAnswer> read_peer_list_answer(const Json& body) {
  if (!body.is_object()) return std::nullopt;
  Fields fields(body);
  PeerListAnswer answer;
  answer.number = count_of(fields, "number");
  answer.ledger_index = count_of(fields, "ledger_index");
  answer.hash = fields.text("hash", kHashChars);
  answer.entries = static_cast<std::uint32_t>(count_of(fields, "entries"));
  answer.refused = static_cast<std::uint32_t>(count_of(fields, "refused_count"));
  answer.barred = static_cast<std::uint32_t>(count_of(fields, "barred"));
  answer.not_held = fields.texts("not_held", hotlist::kMaxPeerEntries, 40);
  if (fields.failed()) return std::nullopt;
  return answer;
}

std::string hash_of_held(const std::vector<hotlist::HeldEntry>& held) {
  std::string lines;
  for (const hotlist::HeldEntry& one : held) lines += hotlist::held_line(one);
  return crypto::sha256_hex(lines);
}

tl::expected<PeerOutcome, net::Response> read_peer_outcome(const Json& body) {
  Fields fields(body);
  PeerOutcome outcome;
  outcome.query_id = fields.text("query_id", 40);
  outcome.grant_id = fields.text("grant_id", 40);
  outcome.ledger_index = count_of(fields, "ledger_index");
  outcome.list = fields.text("list", 40);
  outcome.entry = fields.text("entry", 40);
  outcome.code = fields.text("code", 20);
  outcome.at = fields.time("at");
  fields.no_others();
  want_id(fields, "query_id", "query", outcome.query_id);
  if (outcome.code != "recovered" && outcome.code != "located")
    fields.wrong("code", "This is recovered or located.");
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  return outcome;
}

}  // namespace glasshouse::api
