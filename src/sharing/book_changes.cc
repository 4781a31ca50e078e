// Writing into the book: agencies, offers, acceptances, ends.
#include <algorithm>
#include <utility>

#include "base/id.h"
#include "policy/pack.h"
#include "sharing/book.h"

namespace glasshouse::sharing {
namespace {

tl::unexpected<base::Error> not_so(std::string why, std::string next = {}) {
  return base::failure(Errc::kInvalid, "This cannot be kept.", std::move(why), std::move(next));
}
tl::unexpected<base::Error> conflict(std::string what, std::string why = {}, std::string next = {}) {
  return base::failure(Errc::kConflict, std::move(what), std::move(why), std::move(next));
}

bool is_line(std::string_view text, std::size_t most) {
  return text.size() <= most &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

base::Result<void> Book::check_agency(const Agency& agency) const {
  if (agency.public_key.size() != 32) return not_so("The agency's key is 64 hexadecimal digits.");
  if (agency.public_key == public_key()) return not_so("This is our own key.", "Give the other agency's.");
  if (agency.name.empty() || !is_line(agency.name, kMaxNameBytes)) return not_so("The agency needs a name.");
  const auto kinds = policy::beneficiary_kinds();
  if (std::find(kinds.begin(), kinds.end(), agency.kind) == kinds.end())
    return not_so("The kind is in-state, out-of-state, federal or private.");
  if (!agency.url.empty() && (!agency.url.starts_with("https://") || !is_line(agency.url, 200)))
    return not_so("The address of its server begins with https://.");
  const std::lock_guard lock(mutex_);
  if (agencies_.size() >= kMostAgenciesKnown && !agencies_.contains(agency_id_of(agency.public_key)))
    return not_so("No more agencies can be listed.");
  return {};
}

base::Result<Agency> Book::keep_agency(Agency agency, Recorded recorded) {
  if (auto good = check_agency(agency); !good) return tl::unexpected(good.error());
  agency.id = agency_id_of(agency.public_key);
  agency.added_at = options_.clock->now();
  const std::lock_guard lock(mutex_);
  const auto kept = write(
      "INSERT INTO sharing_agencies (id, public_key, name, kind, state, url, declaration, added_at_ms) "
      "VALUES (:id, :key, :name, :kind, :state, :url, :declaration, :at) "
      "ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, state = excluded.state, "
      "url = excluded.url, declaration = excluded.declaration",
      {{"id", agency.id},
       {"key", crypto::hex(agency.public_key)},
       {"name", agency.name},
       {"kind", agency.kind},
       {"state", agency.state},
       {"url", agency.url},
       {"declaration", agency.declaration_sha256_hex},
       {"at", base::to_ms(agency.added_at)}},
      recorded);
  if (!kept) return tl::unexpected(kept.error());
  agencies_[agency.id] = agency;
  agency.barred = barred_locked(agency.id, agency.added_at);
  return agency;
}

base::Result<ReadGrant> Book::draft(Grant wanted, std::string_view agency_id, std::string_view replaces,
                                    std::string* text) const {
  const base::Time now = options_.clock->now();
  const std::lock_guard lock(mutex_);
  const Agency* agency = find_locked(agency_id);
  if (agency == nullptr) return base::failure(Errc::kNotFound, "There is no such agency.");
  if (barred_locked(agency_id, now))
    return conflict("This agency is shut out for good.", "Two people decided so.",
                    "Two people can let it in again.");
  wanted.id = base::new_id("grant", now);
  wanted.change = 1;
  if (!replaces.empty()) {
    const GrantRow* before = newest_locked(replaces);
    if (before == nullptr || !before->given || before->agency_id != agency_id)
      return base::failure(Errc::kNotFound, "There is no such grant to change.");
    if (before->ended_at) return conflict("This grant has ended.", {}, "Offer a new one.");
    wanted.id = before->grant.id;
    wanted.change = before->grant.change + 1;
  }
  wanted.owner_key = key_.public_key();
  wanted.recipient_key = agency->public_key;
  wanted.recipient_name = agency->name;
  wanted.recipient_kind = agency->kind;
  wanted.recipient_state = agency->state;
  wanted.declaration_sha256_hex = agency->declaration_sha256_hex;
  std::sort(wanted.cameras.begin(), wanted.cameras.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(wanted.purposes.begin(), wanted.purposes.end());
  if (wanted.ends_at <= now) return not_so("The grant would have ended already.", "Set a later end.");
  auto signed_text = sharing::offer(wanted, key_);
  if (!signed_text) return tl::unexpected(signed_text.error());
  // As it will stand when it holds, so that nobody offers what would stop all sharing.
  if (const auto broken = broken_locked(std::max(now, wanted.starts_at), &wanted); !broken.empty()) {
    return base::failure(
        Errc::kBreaksPromise, "This would break a promise: " + sentence_of(broken.front().promise),
        broken.front().why, "Offer something else, or take the promise back; that takes two people.");
  }
  auto read = read_grant(*signed_text);
  if (read) *text = std::move(*signed_text);
  return read;
}

base::Result<GrantRow> Book::insert_locked(const ReadGrant& read, std::string_view text, bool given,
                                           Recorded recorded) {
  GrantRow row;
  row.grant = read.grant;
  row.text = std::string(text);
  row.sha256_hex = read.sha256_hex;
  row.given = given;
  row.agency_id = agency_id_of(given ? read.grant.recipient_key : read.grant.owner_key);
  row.offered_at = options_.clock->now();
  const auto kept = write(
      "INSERT INTO sharing_grants (id, change_number, given, text, offered_at_ms) VALUES (:id, :change, "
      ":given, :text, :at)",
      {{"id", row.grant.id},
       {"change", std::int64_t{row.grant.change}},
       {"given", std::int64_t{given}},
       {"text", row.text},
       {"at", base::to_ms(row.offered_at)}},
      recorded);
  if (!kept && kept.error().is(db::Errc::kConflict)) return conflict("This offer is known already.");
  if (!kept) return tl::unexpected(kept.error());
  leases_[lease_name(row.grant)] = std::make_shared<gate::Lease>();
  rows_.push_back(row);
  return row;
}

base::Result<GrantRow> Book::keep_offer(std::string_view text, Recorded recorded) {
  const auto read = read_grant(text);
  if (!read) return tl::unexpected(read.error());
  const std::lock_guard lock(mutex_);
  return insert_locked(*read, text, true, recorded);
}

base::Result<ReadGrant> Book::check_incoming(std::string_view text) const {
  auto read = read_grant(text);
  if (!read) return read;
  if (read->grant.recipient_key != public_key())
    return not_so("It is for another agency.", "Send it to the agency that it names.");
  const std::lock_guard lock(mutex_);
  const std::string from = agency_id_of(read->grant.owner_key);
  if (find_locked(from) == nullptr)
    return base::failure(Errc::kNotFound, "The offer is from an agency that is not listed here.", {},
                         "List it under Sharing first, with the key that it told you.");
  if (barred_locked(from, options_.clock->now())) return conflict("That agency is shut out for good.");
  const GrantRow* before = newest_locked(read->grant.id);
  if (before != nullptr &&
      (before->grant.change >= read->grant.change || before->grant.owner_key != read->grant.owner_key))
    return conflict("This offer is known already.");
  return read;
}

base::Result<GrantRow> Book::keep_incoming(std::string_view text, Recorded recorded) {
  const auto read = check_incoming(text);
  if (!read) return tl::unexpected(read.error());
  const std::lock_guard lock(mutex_);
  return insert_locked(*read, text, false, recorded);
}

base::Result<std::string> Book::signed_acceptance(std::string_view grant_id) const {
  const auto row = newest(grant_id);
  if (!row) return tl::unexpected(row.error());
  if (row->given || row->state != GrantState::kOffered) return conflict("There is nothing to accept here.");
  return sharing::accept(row->text, key_);
}

base::Result<GrantRow> Book::keep_accepted(std::string_view text, std::string_view by, Recorded recorded) {
  const auto read = read_grant(text);
  if (!read) return tl::unexpected(read.error());
  if (!read->accepted) return not_so("The receiving agency has not signed it.");
  const base::Time now = options_.clock->now();
  const std::string name = lease_name(read->grant);
  {
    const std::lock_guard lock(mutex_);
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const GrantRow& one) {
      // The same bytes that were offered, under the second signature.
      return lease_name(one.grant) == name && text.starts_with(one.text);
    });
    if (row == rows_.end()) return base::failure(Errc::kNotFound, "This was never offered here.");
    if (row->ended_at) return conflict("This offer has ended.");
    if (row->accepted_at) return *row;
    if (barred_locked(row->agency_id, now)) return conflict("That agency is shut out for good.");
    if (row->given) {
      if (const auto broken = broken_locked(std::max(now, read->grant.starts_at), &read->grant);
          !broken.empty())
        return base::failure(Errc::kBreaksPromise,
                             "This would break a promise: " + sentence_of(broken.front().promise),
                             broken.front().why, "Withdraw the offer.");
    }
    const auto kept = write(
        "UPDATE sharing_grants SET text = :text, accepted_at_ms = :at, accepted_by = :by "
        "WHERE id = :id AND change_number = :change AND accepted_at_ms IS NULL AND ended_at_ms IS NULL",
        {{"text", std::string(text)},
         {"at", base::to_ms(now)},
         {"by", std::string(by)},
         {"id", read->grant.id},
         {"change", std::int64_t{read->grant.change}}},
        recorded);
    if (!kept) return tl::unexpected(kept.error());
    if (*kept != 1) return conflict("This offer has ended.");
    row->text = std::string(text);
    row->sha256_hex = read->sha256_hex;
    row->accepted_at = now;
  }
  const auto replaced = end_rows(
      [&](const GrantRow& one) {
        return one.grant.id == read->grant.id && one.grant.change < read->grant.change;
      },
      by, "replaced", recorded);
  if (!replaced) return tl::unexpected(replaced.error());
  return newest(read->grant.id);
}

// Durable first, then no new question, then nothing that leaves. True: nothing under them is on its way.
base::Result<bool> Book::end_rows(const std::function<bool(const GrantRow&)>& which, std::string_view by,
                                  std::string_view how, Recorded recorded) {
  std::vector<std::shared_ptr<gate::Lease>> ending;
  const base::Time now = options_.clock->now();
  {
    const std::lock_guard lock(mutex_);
    for (GrantRow& row : rows_) {
      if (row.ended_at || !which(row)) continue;
      const std::string ended = how == "revoked" && !row.accepted_at ? "declined" : std::string(how);
      const auto kept = write(
          "UPDATE sharing_grants SET ended_at_ms = :at, ended_by = :by, ended_how = :how "
          "WHERE id = :id AND change_number = :change",
          {{"at", base::to_ms(now)},
           {"by", std::string(by)},
           {"how", ended},
           {"id", row.grant.id},
           {"change", std::int64_t{row.grant.change}}},
          recorded);
      if (!kept) return tl::unexpected(kept.error());
      row.ended_at = now;
      row.state = ended_state(ended);
      if (const auto lease = leases_.find(lease_name(row.grant)); lease != leases_.end()) {
        ending.push_back(lease->second);
        leases_.erase(lease);
      }
    }
  }
  const auto until = std::chrono::steady_clock::now() + kRevokeWait;
  bool all_gone = true;
  for (const auto& lease : ending) {
    const auto left = std::chrono::duration_cast<base::Millis>(until - std::chrono::steady_clock::now());
    all_gone &= lease->end(std::max(left, base::Millis{0}));
  }
  return all_gone;
}

base::Result<Book::Ended> Book::end(std::string_view grant_id, std::string_view by, Recorded recorded) {
  if (const auto row = newest(grant_id); !row) return tl::unexpected(row.error());
  auto gone =
      end_rows([&](const GrantRow& row) { return row.grant.id == grant_id; }, by, "revoked", recorded);
  if (!gone) return tl::unexpected(gone.error());
  auto row = newest(grant_id);
  if (!row) return tl::unexpected(row.error());
  return Ended{std::move(*row), *gone};
}

}  // namespace glasshouse::sharing
