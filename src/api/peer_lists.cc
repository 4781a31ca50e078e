#include "api/peer_lists.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "api/alerts.h"
#include "api/hotlist_sources.h"
#include "api/peer_list_message.h"
#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "hotlist/entry_check.h"
#include "hotlist/importer.h"
#include "hotlist/shares.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

constexpr const char* kGrantEnded = "grant-ended";

void log_lists(const base::Error& error) {
  base::log(base::Level::kError, "peer-lists", error.message());
}

// One message at a time, so that what is compared is what is changed.
std::mutex& lists_turn() {
  static std::mutex mutex;
  return mutex;
}

// What policy is asked of another agency's list: the sender as its server names it, the purpose of the list;
// the case stands on each entry.
policy::Question list_question(const hotlist::Origin& origin, std::vector<std::string> camera_ids) {
  policy::Question question;
  question.action = Action::kManageHotlists;
  question.who = {.id = origin.sent_by,
                  .agency_id = origin.agency_id,
                  .role = policy::role_named(origin.sender_role).value_or(policy::Role::kAuditor),
                  .active = true,
                  .of_other_agency = true};
  policy::CaseFacts on_case;
  on_case.purpose = origin.purpose;
  on_case.open = on_case.assigned = true;
  question.on_case = std::move(on_case);
  question.beneficiary_kind = "own";
  question.grant_id = origin.grant_id;
  question.cameras = camera_ids.size();
  question.camera_ids = std::move(camera_ids);
  return question;
}

bool may_hit(const Services& services, const hotlist::Origin& origin, const hotlist::Wanted& wanted) {
  // The hours are those in which the vehicle passed, by the clocks of the grant's zone.
  const auto standing = services.sharing->standing(origin.agency_id, origin.grant_id, wanted.at);
  if (!standing.grant || standing.grant->minute_now < 0 ||
      !policy::in_hours(*standing.grant, standing.grant->minute_now))
    return false;
  return services.gate->judge(list_question(origin, {wanted.camera_id})).allowed;
}

bool holds(const Services& services, const hotlist::Origin& origin, base::Time now) {
  const auto standing = services.sharing->standing(origin.agency_id, origin.grant_id, now);
  return standing.grant && standing.grant->lists && !standing.grant->revoked && !standing.barred &&
         now < standing.grant->ends_at;
}

void close_alerts(Services& services, const std::vector<std::string>& ids, const alerts::Step& as) {
  const std::lock_guard turn(decision_turn());
  for (const std::string& id : ids) {
    const auto noted = services.gate->record_event(
        "alert.withdraw", {{"alert", id, Release::kRestricted}, {"code", as.code, Release::kAfterDay}});
    if (!noted) return log_lists(noted.error());
    alerts::Step step = as;
    step.at = services.clock->now();
    step.ledger_index = *noted;
    const auto closed = services.alerts->withdraw(id, std::move(step));
    if (!closed && !closed.error().is(alerts::Errc::kWrongState)) log_lists(closed.error());
  }
}

void close_alerts_of_list(Services& services, const std::string& list_id, bool confirmed_too,
                          const alerts::Step& as) {
  const auto open = services.alerts->open_of("", list_id, confirmed_too);
  if (!open) return log_lists(open.error());
  close_alerts(services, *open, as);
}

std::string sentence_of(const std::string& agency, const std::string& why) {
  if (why == "recovered") return agency + " says that it was recovered.";
  if (why == "removed") return agency + " took it off its list.";
  if (why == "expired") return "The entry's time at " + agency + " is over.";
  return agency + " ended the entry.";
}

// Takes one message, step by step; nothing is changed before the ledger holds it.
class ListTaker {
 public:
  ListTaker(Services& services, const sharing::Agency& peer, const net::Request& request,
            PeerListMessage message)
      : services_(services), peer_(peer), message_(std::move(message)) {
    origin_.agency_id = peer_.id;
    origin_.agency = peer_.name;
    origin_.grant_id = message_.grant_id;
    origin_.purpose = message_.purpose;
    origin_.sent_by = message_.officer;
    origin_.sender_role = message_.role;
    origin_.their_id = message_.list;
    origin_.number = message_.number;
    origin_.query_id = message_.query_id;
    origin_.digest = crypto::sha256_hex(request.body);
  }

  net::Response take() {
    std::size_t lists = 0;
    for (auto& [id, origin] : services_.hotlists->origins()) {
      if (origin.agency_id != peer_.id) continue;
      ++lists;
      if (origin.their_id == message_.list) {
        list_id_ = id;
        before_ = std::move(origin);
      }
    }
    if (list_id_.empty() && lists >= hotlist::kMaxPeerLists && !message_.withdrawn)
      return problem(413, "too-large", "This agency has sent as many lists as may stand here.",
                     "At most " + std::to_string(hotlist::kMaxPeerLists) + ".", "Take one back first.");
    if (auto read = read_held(); !read) return problem(read.error());
    // What came and whose answer was lost is answered again.
    if (before_ && before_->query_id == message_.query_id && before_->digest == origin_.digest) {
      change();  // what of it is not held
      return answer(before_->ledger_index);
    }
    if (message_.withdrawn) return take_back();
    if (message_.base != 0 && !is_base()) return send_whole();
    policy::Question question = list_question(origin_, cameras());
    if (message_.renews() && before_->grant_id == message_.grant_id &&
        services_.gate->judge(question).allowed) {
      if (auto renewed = services_.hotlists->renew_peer(list_id_); !renewed) return problem(renewed.error());
      return answer(before_->ledger_index);
    }
    return apply(question);
  }

 private:
  base::Result<void> read_held() {
    if (list_id_.empty()) return {};
    auto held = services_.hotlists->held_of_peer(list_id_);
    if (!held) return tl::unexpected(held.error());
    held_ = std::move(*held);
    return {};
  }

  bool is_base() const {
    return before_ && before_->number == message_.base && hash_of_held(held_) == message_.base_hash;
  }

  static net::Response send_whole() {
    return problem(409, "send-whole", "The list here is not the one that this is a difference to.",
                   "Nothing was changed.", "Send the whole list.");
  }

  // A list is for all cameras of its grant that are there.
  std::vector<std::string> cameras() const {
    std::vector<std::string> ids;
    const auto standing = services_.sharing->standing(peer_.id, message_.grant_id, services_.clock->now());
    return standing.grant ? standing.grant->cameras : ids;
  }

  hotlist::PeerChange change() {
    const base::Time now = services_.clock->now();
    hotlist::ImportRules rules;
    rules.barred = barred_by_packs(services_);
    hotlist::PeerChange change;
    change.list_id = list_id_;
    change.name = message_.name;
    change.zero_rule = message_.zero_rule;
    change.whole = message_.base == 0;
    change.base = message_.base;
    for (PeerListMessage::Put& put : message_.entries) {
      const std::string word = put.file.empty() ? hotlist::file_of_reason(put.entry.entry.reason) : put.file;
      const hotlist::FileCode* file = hotlist::file_named(word);
      if (!word.empty() && (file == nullptr || !hotlist::takes_file(*file, rules))) {
        ++barred_;
        not_held_.push_back(put.entry.id);
        continue;
      }
      auto checked = hotlist::check_entry(put.entry.entry, now);
      if (!checked) {
        ++refused_;
        not_held_.push_back(put.entry.id);
        continue;
      }
      change.put.push_back({put.entry.id, std::move(*checked)});
    }
    for (const auto& [id, why] : message_.ended) {
      change.ended.push_back(id);
      whys_.emplace(id, why);
    }
    // What changed into something that is not taken does not stay as it was.
    if (!change.whole) change.ended.insert(change.ended.end(), not_held_.begin(), not_held_.end());
    return change;
  }

  net::Response apply(const policy::Question& question) {
    hotlist::PeerChange wanted = change();
    // Near the limit only the whole list tells whether it is one too many.
    if (!wanted.whole && held_.size() + wanted.put.size() > hotlist::kMaxPeerEntries) return send_whole();
    const std::size_t touched = message_.entries.size() + message_.ended.size();
    const auto recorded = record(question, touched);
    if (!recorded) return problem(recorded.error());
    origin_.ledger_index = *recorded;
    const bool adds = !wanted.whole && before_;
    origin_.refused = refused_ + (adds ? before_->refused : 0);
    origin_.barred = barred_ + (adds ? before_->barred : 0);
    wanted.origin = origin_;
    const auto applied = services_.hotlists->apply_peer(wanted);
    if (!applied && applied.error().is(hotlist::Errc::kNotHeld)) return send_whole();
    if (!applied) return problem(applied.error());
    list_id_ = applied->list_id;
    for (const auto& [ours, theirs] : applied->ended) {
      const auto why = whys_.find(theirs);
      const std::string word = why == whys_.end() ? "ended" : why->second;
      close_alerts_of_entry(services_, ours, peer_.name, word, sentence_of(peer_.name, word));
    }
    if (auto read = read_held(); !read) return problem(read.error());
    return answer(*recorded);
  }

  // count: of the entries that are put and ended.
  std::vector<ledger::Field> fields_of(std::size_t count) const {
    std::vector<ledger::Field> fields{{"query", message_.query_id, Release::kAtOnce},
                                      {"grant", message_.grant_id, Release::kAtOnce},
                                      {"count", std::to_string(count), Release::kAtOnce},
                                      {"hotlist", message_.list, Release::kRestricted}};
    if (message_.ledger_index)
      fields.push_back({"other_entry", std::to_string(*message_.ledger_index), Release::kAtOnce});
    return fields;
  }

  gate::Answer<std::uint64_t> record(const policy::Question& question, std::size_t count) {
    std::vector<ledger::Field> fields = fields_of(count);
    if (refused_ + barred_ > 0)
      fields.push_back({"result",
                        "refused " + std::to_string(refused_) + ", barred " + std::to_string(barred_),
                        Release::kAfterDay});
    return services_.gate->record_act(question, "hotlist.receive", std::move(fields));
  }

  // Always taken: it only takes away.
  net::Response take_back() {
    std::vector<ledger::Field> fields = fields_of(held_.size());
    fields.push_back({"agency", peer_.id, Release::kAfterDay});
    const auto noted = services_.gate->record_event("hotlist.receive", std::move(fields));
    if (!noted) return problem(noted.error());
    if (!list_id_.empty()) {
      if (auto gone = services_.hotlists->remove(list_id_); !gone) return problem(gone.error());
      close_alerts_of_list(
          services_, list_id_, true,
          {.officer_id = peer_.name, .code = "removed", .note = sentence_of(peer_.name, "removed")});
      list_id_.clear();
      held_.clear();
    }
    return answer(*noted);
  }

  net::Response answer(std::uint64_t ledger_index) const {
    const std::uint64_t number = message_.number;
    return json_response(200, {{"number", number},
                               {"hash", hash_of_held(held_)},
                               {"entries", held_.size()},
                               {"refused_count", refused_},
                               {"barred", barred_},
                               {"not_held", not_held_},
                               {"ledger_index", ledger_index}});
  }

  Services& services_;
  const sharing::Agency& peer_;
  PeerListMessage message_;
  hotlist::Origin origin_;
  std::string list_id_;  // ours; empty: it is not here
  std::optional<hotlist::Origin> before_;
  std::vector<hotlist::HeldEntry> held_;
  std::map<std::string, std::string> whys_;
  std::vector<std::string> not_held_;
  std::uint32_t refused_ = 0, barred_ = 0;
};

net::Response take_list(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  auto message = read_peer_list(*parsed);
  if (!message) return std::move(message.error());
  const std::lock_guard turn(lists_turn());
  return ListTaker(ctx.services, *ctx.identity.peer, ctx.request, std::move(*message)).take();
}

net::Response take_outcome(Context& ctx) {
  Services& services = ctx.services;
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  auto told = read_peer_outcome(*parsed);
  if (!told) return std::move(told.error());
  const sharing::Agency& peer = *ctx.identity.peer;
  hotlist::Shares shares(*services.db);
  const auto held = shares.of(told->list);
  if (!held) return problem(held.error());
  const bool is_theirs = std::any_of(held->begin(), held->end(), [&](const hotlist::Share& share) {
    return share.grant_id == told->grant_id && share.agency_id == peer.id;
  });
  const auto entry = services.hotlists->entry(told->entry);
  if (!is_theirs || !entry || entry->hotlist_id != told->list)
    return problem(404, "not-found", "There is no such entry on a list that you hold.");
  const auto noted = services.gate->record_event(
      "hotlist.outcome-receive", {{"agency", peer.id, Release::kAfterDay},
                                  {"query", told->query_id, Release::kAtOnce},
                                  {"grant", told->grant_id, Release::kAtOnce},
                                  {"other_entry", std::to_string(told->ledger_index), Release::kAtOnce},
                                  {"code", told->code, Release::kAfterDay},
                                  {"subject", told->entry, Release::kRestricted}});
  if (!noted) return problem(noted.error());
  const base::Time at = std::min(told->at, services.clock->now());
  if (auto kept = shares.note_outcome({told->entry, peer.name, told->code, at, *noted}); !kept)
    return problem(kept.error());
  return json_response(200, {{"ledger_index", *noted}});
}

constexpr Route kPeerListRoutes[] = {
    {Method::kPost, "/peer/v1/hotlists", Caller::kPeer, Action::kNone, kPeerListBody, take_list},
    {Method::kPost, "/peer/v1/hotlist-outcomes", Caller::kPeer, Action::kNone, kSmallBody, take_outcome},
};

}  // namespace

std::span<const Route> peer_lists_routes() {
  return kPeerListRoutes;
}

void judge_peer_lists(Services& services) {
  if (services.sharing == nullptr) return;
  services.hotlists->judge_peers([&services](const hotlist::Origin& origin, const hotlist::Wanted& wanted) {
    return may_hit(services, origin, wanted);
  });
}

void drop_ended_lists(Services& services) {
  const std::lock_guard turn(lists_turn());
  for (const auto& [id, origin] : services.hotlists->origins()) {
    if (holds(services, origin, services.clock->now())) continue;
    const auto noted =
        services.gate->record_event("hotlist.forget", {{"grant", origin.grant_id, Release::kAtOnce},
                                                       {"other_agency", origin.agency_id, Release::kAtOnce},
                                                       {"hotlist", id, Release::kRestricted}});
    if (!noted) return log_lists(noted.error());
    if (auto gone = services.hotlists->remove(id); !gone) return log_lists(gone.error());
    close_alerts_of_list(services, id, false,
                         {.officer_id = origin.agency,
                          .code = kGrantEnded,
                          .note = "The grant under which " + origin.agency + " sent its list has ended."});
  }
}

void close_alerts_of_entry(Services& services, std::string_view entry_id, const std::string& by,
                           const std::string& why, const std::string& sentence) {
  const auto open = services.alerts->open_of(entry_id, "", true);
  if (!open) return log_lists(open.error());
  close_alerts(services, *open, {.officer_id = by, .code = why, .note = sentence});
}

void close_if_ended(Services& services, std::string_view entry_id) {
  const auto entry = services.hotlists->entry(entry_id);
  if ((entry && entry->active) || (!entry && !entry.error().is(hotlist::Errc::kNotFound))) return;
  close_alerts_of_entry(services, entry_id, entry ? entry->added_by : "the list's agency", "ended",
                        "The entry was ended while the vehicle passed.");
}

void note_outcome(Services& services, const std::string& alert_id, const alerts::Refs& refs,
                  const std::string& code) {
  if (code != "recovered" && code != "located") return;
  const base::Time now = services.clock->now();
  hotlist::Shares shares(*services.db);
  const auto origins = services.hotlists->origins();
  const auto from = std::find_if(origins.begin(), origins.end(),
                                 [&](const auto& one) { return one.first == refs.hotlist_id; });
  if (from == origins.end()) {
    if (auto kept = shares.note_outcome({refs.entry_id, "", code, now, 0}); !kept) log_lists(kept.error());
    return;
  }
  const auto theirs = services.hotlists->their_entry(refs.entry_id);
  if (!theirs) return;  // its agency ended it, and knows
  hotlist::OutcomeDue due;
  due.query_id = base::new_id("query", now);
  due.agency_id = from->second.agency_id;
  due.grant_id = from->second.grant_id;
  due.list = from->second.their_id;
  due.entry = *theirs;
  due.code = code;
  due.at = due.next_at = now;
  const auto noted =
      services.gate->record_event("hotlist.outcome-send", {{"query", due.query_id, Release::kAtOnce},
                                                           {"grant", due.grant_id, Release::kAtOnce},
                                                           {"other_agency", due.agency_id, Release::kAtOnce},
                                                           {"count", "1", Release::kAtOnce},
                                                           {"alert", alert_id, Release::kRestricted},
                                                           {"code", code, Release::kAfterDay}});
  if (!noted) return log_lists(noted.error());
  due.query_entry = *noted;
  if (auto kept = shares.put_due(due); !kept) log_lists(kept.error());
}

}  // namespace glasshouse::api
