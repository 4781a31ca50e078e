#include "api/list_sender.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "hotlist/entry_check.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;

constexpr int kTaken = 200, kForbidden = 403, kNotFound = 404, kConflict = 409;
constexpr std::size_t kProblemChars = 600;

void log_send(const base::Error& error) {
  base::log(base::Level::kError, "list-sender", error.message());
}

base::Millis retry_after(int failures) {
  const auto wait = kFirstRetry * (1 << std::min(failures, 10));
  return std::min<base::Millis>(wait, kLastRetry);
}

// The counterpart in their log, where the answer names it.
void add_other_entry(std::vector<ledger::Field>& fields, const Json& answer) {
  if (answer.is_object() && answer.contains("ledger_index") && answer["ledger_index"].is_number_unsigned())
    fields.push_back({"other_entry", answer["ledger_index"].dump(), Release::kAtOnce});
}

std::string hash_of_lines(const std::map<std::string, std::string>& lines) {
  std::string all;
  for (const auto& [id, line] : lines) all += line;
  return crypto::sha256_hex(all);
}

// What their server says: what happened, why, and what to do.
std::string why_of(const net::ClientResponse& response, const Json& body) {
  std::string why;
  for (const char* part : {"title", "detail", "next"}) {
    if (!body.is_object() || !body.contains(part) || !body[part].is_string()) continue;
    why += (why.empty() ? "" : " ") + body[part].get<std::string>();
    if (!why.ends_with('.')) why += '.';
  }
  if (why.empty()) return "Their server answered " + std::to_string(response.status) + ".";
  return why.substr(0, kProblemChars);
}

}  // namespace

std::optional<sharing::GrantRow> grant_for_lists(const Services& services, std::string_view grant_id) {
  for (auto& row : services.sharing->grants()) {
    if (row.grant.id == grant_id && !row.given && row.grant.lists &&
        row.state == sharing::GrantState::kInForce)
      return row;
  }
  return std::nullopt;
}

void ListSender::round() {
  const auto shares = hotlist::Shares(*services_.db).all();
  if (!shares) return log_send(shares.error());
  const base::Time now = services_.clock->now();
  unreachable_ = false;
  for (const hotlist::Share& share : *shares) {
    if (share.agency_id != agency_id_ || unreachable_) continue;
    Held& held = held_[{share.list_id, share.grant_id}];
    if (now >= held.try_at) send(share, held);
  }
  std::erase_if(held_, [&](const auto& known) {
    return std::none_of(shares->begin(), shares->end(), [&](const hotlist::Share& share) {
      return known.first == std::pair(share.list_id, share.grant_id);
    });
  });
  tell_outcomes();
}

void ListSender::send(hotlist::Share share, Held& held) {
  // Nothing stands there any more under a grant that has ended: their server saw to that.
  const auto row = grant_for_lists(services_, share.grant_id);
  if (!row) return end(share);
  const auto agency = services_.sharing->agency(share.agency_id);
  if (!agency || agency->url.empty())
    return failed(share, held, "The agency's server is not known here. Give its address under Sharing.",
                  kLastRetry);
  PeerListMessage message;
  Lines lines;
  if (!fill(share, held, message, lines)) return;
  const auto recorded = record(share, message);
  if (!recorded) return log_send(recorded.error());
  const auto sent = post_(*agency, "/peer/v1/hotlists", text_of_peer_list(message));
  unreachable_ = !sent;
  if (!sent)
    return failed(share, held, "Their server could not be reached; it is tried again.",
                  retry_after(held.failures));
  answered(std::move(share), held, message, std::move(lines), *sent);
}

// False: there is nothing to send now.
bool ListSender::fill(const hotlist::Share& share, Held& held, PeerListMessage& message, Lines& lines) {
  const base::Time now = services_.clock->now();
  message.grant_id = share.grant_id;
  message.list = share.list_id;
  message.officer = share.sent_by;
  message.role = share.sender_role;
  message.purpose = share.purpose;
  message.name = "A list that is taken back";
  message.number = share.number + 1;
  if (held.purpose != share.purpose) held.whole = true;  // a person chose another
  held.purpose = share.purpose;
  message.withdrawn = share.ending;
  if (share.ending) return true;
  const auto revision = services_.hotlists->revision(share.list_id);
  if (!revision && revision.error().is(hotlist::Errc::kNotFound)) {
    message.withdrawn = true;
    return true;
  }
  if (!revision) {
    log_send(revision.error());
    return false;
  }
  const bool ends_one = held.next_end && now >= *held.next_end;
  if (!held.whole && *revision == held.revision && !ends_one && now < held.renew_at) return false;
  const auto list = services_.hotlists->list(share.list_id);
  if (!list) {
    log_send(list.error());
    return false;
  }
  message.name = list->name;
  message.zero_rule = list->zero_rule;
  held.next_end.reset();
  std::size_t count = 0;
  const auto read = services_.hotlists->each_running(share.list_id, [&](const hotlist::Entry& entry) {
    if (++count > hotlist::kMaxPeerEntries) return;
    if (!held.next_end || entry.expires_at < *held.next_end) held.next_end = entry.expires_at;
    const hotlist::NewEntry draft = hotlist::draft_of(entry);
    std::string line = hotlist::held_line(entry.id, draft);
    const auto known = held.lines.find(entry.id);
    const bool same =
        !held.whole && ((known != held.lines.end() && known->second == line) || held.refused.contains(line));
    if (!same) message.entries.push_back({{entry.id, draft}, hotlist::file_of_reason(draft.reason)});
    if (!held.refused.contains(line) || held.whole) lines.emplace(entry.id, std::move(line));
  });
  if (!read) {
    log_send(read.error());
    return false;
  }
  if (count > hotlist::kMaxPeerEntries) {
    hotlist::Share mine = share;
    failed(mine, held,
           "The list has more than " + std::to_string(hotlist::kMaxPeerEntries) +
               " entries that run, more than another agency takes.",
           kLastRetry);
    return false;
  }
  for (const auto& [id, line] : held.lines) {
    if (lines.contains(id)) continue;
    const auto entry = services_.hotlists->entry(id);
    std::string why = "removed";
    if (entry) why = entry->ended_as == "recovered" ? "recovered" : "ended";
    if (entry && entry->ended_as.empty() && now >= entry->expires_at) why = "expired";
    message.ended.emplace_back(id, why);
  }
  held.revision = *revision;
  if (held.whole) {
    message.ended.clear();
    const auto ended = services_.hotlists->ended_as_recovered(share.list_id);
    if (!ended) log_send(ended.error());
    for (const std::string& id : ended ? *ended : std::vector<std::string>()) {
      if (!lines.contains(id)) message.ended.emplace_back(id, "recovered");
    }
    return true;
  }
  message.base = held.number;
  message.base_hash = held.hash;
  if (message.entries.empty() && message.ended.empty()) {
    message.number = held.number;
    return now >= held.renew_at;
  }
  message.number = held.number + 1;
  return true;
}

// The entry in the ledger comes first, once for a message however often it is sent.
base::Result<void> ListSender::record(hotlist::Share& share, PeerListMessage& message) {
  if (message.renews()) {
    message.query_id = base::new_id("query", services_.clock->now());
    return {};
  }
  if (share.query_id.empty()) {
    share.query_id = base::new_id("query", services_.clock->now());
    const auto noted = services_.gate->record_event(
        "hotlist.send",
        {{"query", share.query_id, Release::kAtOnce},
         {"grant", share.grant_id, Release::kAtOnce},
         {"other_agency", share.agency_id, Release::kAtOnce},
         {"count", std::to_string(message.entries.size() + message.ended.size()), Release::kAtOnce},
         {"hotlist", share.list_id, Release::kRestricted},
         {"officer", share.sent_by, Release::kRestricted},
         {"purpose", share.purpose, Release::kAfterDay}});
    if (!noted) return tl::unexpected(noted.error());
    share.query_entry = *noted;
    if (auto kept = hotlist::Shares(*services_.db).note(share); !kept) return tl::unexpected(kept.error());
  }
  message.query_id = share.query_id;
  message.ledger_index = share.query_entry;
  return {};
}

void ListSender::answered(hotlist::Share share, Held& held, const PeerListMessage& message, Lines lines,
                          const net::ClientResponse& response) {
  const Json body = Json::parse(response.body, nullptr, false);
  if (response.status == kTaken) {
    const auto answer = read_peer_list_answer(body);
    if (!answer) return failed(share, held, "What their server answered is not understood.", kLastRetry);
    if (!message.renews()) note_sent(share, body, "taken");
    if (message.withdrawn) {
      if (auto gone = hotlist::Shares(*services_.db).drop(share); !gone) log_send(gone.error());
      return;
    }
    return taken(share, held, message, std::move(lines), *answer);
  }
  if (response.status == kConflict && message.base != 0) {
    held.whole = true;
    held.try_at = {};
    return;
  }
  held.whole = true;
  if (response.status == kForbidden) {
    if (!message.renews()) note_sent(share, body, "refused");
    share.query_id.clear();
  }
  failed(share, held, why_of(response, body),
         response.status == kForbidden ? base::Millis(kAfterRefusal) : retry_after(held.failures));
}

void ListSender::taken(hotlist::Share& share, Held& held, const PeerListMessage& message, Lines lines,
                       const PeerListAnswer& answer) {
  if (held.whole) held.refused.clear();
  for (const std::string& id : answer.not_held) {
    const auto line = lines.find(id);
    if (line == lines.end()) continue;
    held.refused.insert(line->second);
    lines.erase(line);
  }
  const bool same = answer.hash == hash_of_lines(lines) && answer.number == message.number;
  const base::Time now = services_.clock->now();
  if (message.base == 0) share.refused = share.barred = 0;
  share.refused += answer.refused;
  share.barred += answer.barred;
  share.number = message.number;
  share.entries = answer.entries;
  share.told_at = now;
  share.query_id.clear();
  share.problem.clear();
  held.number = message.number;
  held.hash = answer.hash;
  held.lines = std::move(lines);
  held.renew_at = now + kRenewEvery;
  held.whole = !same;
  if (!same)
    return failed(share, held, "They hold something else than was sent; the whole list is sent again.",
                  retry_after(held.failures));
  held.failures = 0;
  if (auto kept = hotlist::Shares(*services_.db).note(share); !kept) log_send(kept.error());
}

void ListSender::failed(hotlist::Share& share, Held& held, std::string why, base::Millis wait) {
  ++held.failures;
  held.revision = -1;  // so that it is filled again
  held.try_at = services_.clock->now() + wait;
  share.problem = std::move(why);
  if (auto kept = hotlist::Shares(*services_.db).note(share); !kept) log_send(kept.error());
}

void ListSender::note_sent(const hotlist::Share& share, const Json& answer, const char* result) {
  std::vector<ledger::Field> fields{{"query", share.query_id, Release::kAtOnce},
                                    {"other_agency", share.agency_id, Release::kAtOnce},
                                    {"result", result, Release::kAfterDay}};
  add_other_entry(fields, answer);
  if (auto noted = services_.gate->record_event("hotlist.sent", std::move(fields)); !noted)
    log_send(noted.error());
}

void ListSender::end(const hotlist::Share& share) {
  const auto noted = services_.gate->record_event("hotlist.share-ended",
                                                  {{"grant", share.grant_id, Release::kAtOnce},
                                                   {"other_agency", share.agency_id, Release::kAtOnce},
                                                   {"hotlist", share.list_id, Release::kRestricted}});
  if (!noted) return log_send(noted.error());
  if (auto gone = hotlist::Shares(*services_.db).drop(share); !gone) log_send(gone.error());
}

void ListSender::tell_outcomes() {
  hotlist::Shares shares(*services_.db);
  const auto due = shares.due(services_.clock->now(), agency_id_);
  if (!due) return log_send(due.error());
  for (hotlist::OutcomeDue one : *due) {
    if (unreachable_) return;
    const auto agency = services_.sharing->agency(one.agency_id);
    const Json message{{"query_id", one.query_id},
                       {"grant_id", one.grant_id},
                       {"ledger_index", one.query_entry},
                       {"list", one.list},
                       {"entry", one.entry},
                       {"code", one.code},
                       {"at", base::format_rfc3339(one.at)}};
    base::Result<net::ClientResponse> sent = base::failure(Errc::kNotFound, "no address");
    if (agency && !agency->url.empty()) {
      sent = post_(*agency, "/peer/v1/hotlist-outcomes", message);
      unreachable_ = !sent;
    }
    const bool taken = sent && sent->status == kTaken;
    const bool refused = sent && (sent->status == kNotFound || sent->status == kForbidden);
    if (taken) {
      std::vector<ledger::Field> fields{{"query", one.query_id, Release::kAtOnce},
                                        {"other_agency", one.agency_id, Release::kAtOnce}};
      add_other_entry(fields, Json::parse(sent->body, nullptr, false));
      if (auto noted = services_.gate->record_event("hotlist.outcome-sent", std::move(fields)); !noted)
        return log_send(noted.error());
    }
    if (taken || refused || one.tries >= kMostOutcomeTries) {
      if (auto gone = shares.drop_due(one.query_id); !gone) log_send(gone.error());
      continue;
    }
    one.next_at = services_.clock->now() + retry_after(one.tries++);
    if (auto kept = shares.put_due(one); !kept) log_send(kept.error());
  }
}

}  // namespace glasshouse::api
