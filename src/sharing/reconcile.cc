#include "sharing/reconcile.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "base/log.h"

namespace glasshouse::sharing {
namespace {

constexpr const char* kAccepted = "sharing.accept";
constexpr const char* kRevoked = "sharing.revoke";
constexpr const char* kTheMachine = "reconcile";  // who ended a grant
// Kinds of acts that change the book, but for revocations.
constexpr std::array kActs{"sharing.agency",  "sharing.offer",   "sharing.change",    "sharing.offered-to-us",
                           kAccepted,         "sharing.propose", "sharing.confirm",   "sharing.withdraw",
                           "sharing.promise", "sharing.resumed", "sharing.region-off"};

std::string value_of(const ledger::Entry& entry, std::string_view name) {
  for (const ledger::Disclosure& field : entry.disclosures)
    if (field.name == name) return field.value;
  return {};
}

// What was refused is an entry too, and no act.
base::Result<void> each_act(const ledger::Ledger& ledger, const std::string& kind, std::uint64_t from,
                            const std::function<base::Result<void>(const ledger::Entry&)>& take) {
  for (;;) {
    const auto page = ledger.entries_of_kind(ledger::Reader::kAuditor, kind, from, ledger::kMaxPage);
    if (!page) return tl::unexpected(page.error());
    for (const ledger::Entry& entry : *page) {
      if (value_of(entry, "decision") == "denied") continue;
      if (auto taken = take(entry); !taken) return taken;
    }
    if (page->size() < ledger::kMaxPage) return {};
    from = page->back().index + 1;
  }
}

std::string name_in_entry(const Grant& grant) {
  return grant.id + "@" + std::to_string(grant.change);
}

class Reconciling {
 public:
  Reconciling(Book& book, const ledger::Ledger& ledger, gate::Gate& gate)
      : book_(book), ledger_(ledger), gate_(gate) {}

  base::Result<Reconciled> run() {
    const std::uint64_t end = ledger_.size();
    for (auto step : {&Reconciling::end_revoked, &Reconciling::end_unrecorded}) {
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    }
    const auto since = book_.reconciled_to();
    if (!since) return tl::unexpected(since.error());
    // A book that no entry was ever noted in: what is older than this program is taken as it is.
    if (*since) {
      if (auto done = say_not_done(**since); !done) return tl::unexpected(done.error());
    }
    if (auto kept = book_.set_reconciled_to(end); !kept) return tl::unexpected(kept.error());
    return done_;
  }

 private:
  // The grant's id is never given again, so that one entry ends it for good.
  base::Result<void> end_revoked() {
    return each_act(ledger_, kRevoked, 0, [&](const ledger::Entry& entry) -> base::Result<void> {
      std::string id = value_of(entry, "grant");
      id.resize(std::min(id.find('@'), id.size()));
      const auto rows = book_.grants();
      if (std::none_of(rows.begin(), rows.end(),
                       [&](const GrantRow& row) { return row.grant.id == id && !row.ended_at; }))
        return {};
      const auto ended = book_.end(id, kTheMachine, {entry.index});
      if (!ended) return tl::unexpected(ended.error());
      ++done_.revoked;
      return {};
    });
  }

  base::Result<void> end_unrecorded() {
    std::set<std::pair<std::string, std::string>> recorded;  // grant and change, hash of what both signed
    const auto read = each_act(ledger_, kAccepted, 0, [&](const ledger::Entry& entry) -> base::Result<void> {
      recorded.emplace(value_of(entry, "grant"), value_of(entry, "hash"));
      return {};
    });
    if (!read) return read;
    for (const GrantRow& row : book_.grants()) {
      if (!row.accepted_at || row.ended_at || recorded.contains({name_in_entry(row.grant), row.sha256_hex}))
        continue;
      const auto entry = gate_.record_event(kRevoked, grant_fields(row.grant, row.agency_id, row.sha256_hex));
      if (!entry) return tl::unexpected(entry.error());
      const auto ended = book_.end(row.grant.id, kTheMachine, {*entry});
      if (!ended) return tl::unexpected(ended.error());
      ++done_.unrecorded;
    }
    return {};
  }

  base::Result<void> say_not_done(std::uint64_t since) {
    const auto known = book_.recorded_since(since);
    if (!known) return tl::unexpected(known.error());
    for (const char* kind : kActs) {
      const auto read = each_act(ledger_, kind, since, [&](const ledger::Entry& entry) -> base::Result<void> {
        if (known->contains(entry.index)) return {};
        const auto said = gate_.record_event("sharing.not-done",
                                             {{"setting", kind}, {"undone", std::to_string(entry.index)}});
        if (!said) return tl::unexpected(said.error());
        ++done_.not_done;
        return book_.settle({entry.index});
      });
      if (!read) return read;
    }
    return {};
  }

  Book& book_;
  const ledger::Ledger& ledger_;
  gate::Gate& gate_;
  Reconciled done_;
};

}  // namespace

base::Result<Reconciled> reconcile(Book& book, const ledger::Ledger& ledger, gate::Gate& gate) {
  auto done = Reconciling(book, ledger, gate).run();
  if (done && done->revoked + done->unrecorded + done->not_done > 0) {
    base::log(base::Level::kWarn, "sharing",
              "the book of grants and the ledger differed after the last stop: " +
                  std::to_string(done->revoked) + " grants were ended because the ledger says so, " +
                  std::to_string(done->unrecorded) + " because no entry says that they hold; " +
                  std::to_string(done->not_done) + " acts were not done, which the ledger now says");
  }
  return done;
}

std::vector<ledger::Field> grant_fields(const Grant& grant, const std::string& other_agency,
                                        const std::string& sha256_hex) {
  return {{"grant", name_in_entry(grant)}, {"other_agency", other_agency}, {"hash", sha256_hex}};
}

}  // namespace glasshouse::sharing
