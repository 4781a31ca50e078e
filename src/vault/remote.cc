#include "vault/remote.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/file.h"
#include "base/log.h"
#include "crypto/age.h"
#include "ledger/proof_file.h"
#include "seal/day_keys.h"
#include "vault/local_vault.h"
#include "vault/opening.h"
#include "vault/wire.h"

namespace glasshouse::vault {
namespace {

using base::Day;
using ledger::Release;

// After a failure nobody waits for the agent again for so long: a batch of reads must not wait for each.
constexpr std::chrono::seconds kLeftAlone{2};
constexpr int kMostAttempts = 4;  // of one release: others may move the agent's checkpoint meanwhile

tl::unexpected<base::Error> strange_answer() {
  return base::failure(Errc::kBadRequest, "The vault's agent answered something else",
                       "A line that was asked for is not in it",
                       "Let the server and the agent be of one version");
}

class RemoteVault final : public Vault {
 public:
  explicit RemoteVault(RemoteOptions options) : options_(std::move(options)) {}
  base::Result<void> begin();

  base::Result<std::vector<Day>> prepare(Day first, const BeforeUse& tell) override;
  std::string public_keys(Day first) const override;
  std::string agency_key() const override;
  base::Result<std::string> release(const gate::Permit& permit, const SealedRead& read,
                                    const std::string& recipient) const override;
  base::Result<void> check_sealed(std::string_view file, Day day) const override;
  base::Result<std::string> make_hold_key(const std::string& name) override;
  base::Result<std::string> rehead_for_hold(const SealedRead& read, const std::string& name) const override;
  base::Result<void> shred_hold(const std::string& name) override;
  std::vector<std::string> living_holds() const override;
  base::Result<std::size_t> shred_before(Day first_kept) override;
  Day shredded_before() const override { return standing().shredded_before; }
  std::size_t living() const override { return standing().days.size(); }
  std::vector<Day> living_before(Day day) const override;
  std::string trouble() const override;
  base::Result<std::string> recipient_of(const std::string& name) const override;
  base::Result<crypto::AgeFileKey> part_key(const std::string& name, std::string_view header) const override;

 private:
  struct Standing {
    Day shredded_before{};
    std::set<Day> days;
    std::vector<std::string> holds;
  };

  base::Result<Message> ask(const Message& request) const;
  base::Result<std::string> ask_key(const Message& request) const;  // its answer's `recipient`
  base::Result<void> fetch_keys() const;
  Standing standing() const;  // as it was told last, when the agent is away
  base::Result<std::vector<std::string>> write_entry(const gate::Permit& permit, const SealedRead& read,
                                                     std::string_view header, const std::string& recipient,
                                                     std::uint64_t& index, std::string& leaf) const;
  base::Result<void> wait_for_checkpoint(std::uint64_t index) const;
  base::Result<std::string> show(ReleaseRequest& request, std::uint64_t index, const std::string& leaf) const;
  void note_contact(const base::Result<std::string>& answer) const;

  const RemoteOptions options_;
  mutable std::mutex mutex_;  // of what follows
  mutable std::string list_;
  mutable seal::DayKeys keys_;
  mutable Standing standing_;
  mutable std::optional<base::Time> away_since_;
  mutable std::chrono::steady_clock::time_point left_alone_until_{};
  mutable std::string backup_recipient_;
  // One release is shown at a time: each moves the checkpoint that the agent holds the next one against.
  mutable std::mutex showing_;
  mutable std::uint64_t agent_size_ = 0;
};

void RemoteVault::note_contact(const base::Result<std::string>& answer) const {
  const std::lock_guard lock(mutex_);
  left_alone_until_ = {};
  if (answer) {
    if (away_since_) base::log(base::Level::kInfo, "vault", "the vault's agent answers again");
    away_since_.reset();
    return;
  }
  left_alone_until_ = std::chrono::steady_clock::now() + kLeftAlone;
  if (away_since_) return;
  away_since_ = options_.clock->now();
  base::log(base::Level::kError, "vault", answer.error().message());
}

std::string RemoteVault::trouble() const {
  const std::lock_guard lock(mutex_);
  if (!away_since_) return {};
  return "The vault's agent has not answered since " + base::format_rfc3339(*away_since_) + ".";
}

base::Result<Message> RemoteVault::ask(const Message& request) const {
  {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < left_alone_until_)
      return base::failure(
          Errc::kAway, "The vault's agent does not answer", "It did not a moment ago",
          "Try again shortly. If it persists, an administrator looks at the agent's machine");
  }
  const auto answer = options_.send(format_message(request));
  note_contact(answer);
  if (!answer) return tl::unexpected(answer.error());
  auto message = parse_message(*answer, kMostAnswerBytes);
  if (!message) return message;
  if (message->word != "ok") return tl::unexpected(error_of(*message));
  return message;
}

base::Result<std::string> RemoteVault::ask_key(const Message& request) const {
  const auto answer = ask(request);
  if (!answer) return tl::unexpected(answer.error());
  return crypto::age_recipient_from_text(answer->one("recipient").value_or(""));
}

base::Result<void> RemoteVault::fetch_keys() const {
  const auto answer = ask({"keys", {{"first", base::format_day({0})}}});
  if (!answer) return tl::unexpected(answer.error());
  auto list = crypto::from_base64(answer->one("list").value_or(""));
  if (!list) return strange_answer();
  auto keys = seal::read_day_keys(*list);
  if (!keys) return tl::unexpected(keys.error());
  const std::lock_guard lock(mutex_);
  if (!list_.empty() && keys->agency_key != keys_.agency_key) {
    return base::failure(Errc::kDamaged, "The vault's agent has the keys of another agency",
                         "Its agency's key is not the one that it had before",
                         "Start it on the vault's own folder, or on a restored copy of that");
  }
  if (*list != list_) {
    if (auto kept = base::posix_files().write_atomic(options_.cache_path, *list); !kept) return kept;
  }
  list_ = std::move(*list);
  keys_ = std::move(*keys);
  return {};
}

base::Result<void> RemoteVault::begin() {
  if (base::posix_files().exists(options_.cache_path)) {
    auto list = base::posix_files().read(options_.cache_path, seal::kMostDayKeysBytes);
    if (!list) return tl::unexpected(list.error());
    auto keys = seal::read_day_keys(*list);
    if (!keys) return tl::unexpected(keys.error());
    list_ = std::move(*list);
    keys_ = std::move(*keys);
  }
  auto fetched = fetch_keys();
  if (fetched || list_.empty() || !fetched.error().is(Errc::kAway)) return fetched;
  return {};
}

base::Result<std::vector<Day>> RemoteVault::prepare(Day first, const BeforeUse& tell) {
  const auto answer = ask({"draft", {{"first", base::format_day(first)}}});
  if (!answer) return tl::unexpected(answer.error());
  const auto days = answer->all("day"), recipients = answer->all("recipient");
  if (days.size() != recipients.size()) return strange_answer();
  std::vector<Day> made;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto day = base::parse_day(days[i]);
    const auto recipient = crypto::age_recipient_from_text(recipients[i]);
    if (!day || !recipient) return strange_answer();
    if (tell) {
      if (auto told = tell(*day, *recipient); !told) return tl::unexpected(told.error());
    }
    const auto kept =
        ask({"keep", {{"day", std::string(days[i])}, {"recipient", std::string(recipients[i])}}});
    if (!kept) return tl::unexpected(kept.error());
    made.push_back(*day);
  }
  if (auto fetched = fetch_keys(); !fetched) return tl::unexpected(fetched.error());
  return made;
}

// The list is signed by the agency as a whole, from its first day on: later ones are not cut out of it here.
std::string RemoteVault::public_keys(Day first) const {
  {
    const std::lock_guard lock(mutex_);
    if (first.since_epoch <= 0) return list_;
  }
  const auto answer = ask({"keys", {{"first", base::format_day(first)}}});
  if (answer) {
    if (auto list = crypto::from_base64(answer->one("list").value_or(""))) return *list;
  }
  const std::lock_guard lock(mutex_);
  return list_;
}

std::string RemoteVault::agency_key() const {
  const std::lock_guard lock(mutex_);
  return keys_.agency_key;
}

RemoteVault::Standing RemoteVault::standing() const {
  const auto answer = ask({"standing", {}});
  const std::lock_guard lock(mutex_);
  if (!answer) return standing_;
  Standing now;
  now.shredded_before = base::parse_day(answer->one("shredded-before").value_or("")).value_or(Day{});
  for (const std::string_view day : answer->all("day")) {
    if (const auto living = base::parse_day(day)) now.days.insert(*living);
  }
  for (const std::string_view hold : answer->all("hold")) now.holds.emplace_back(hold);
  standing_ = now;
  return now;
}

std::vector<std::string> RemoteVault::living_holds() const {
  return standing().holds;
}

std::vector<Day> RemoteVault::living_before(Day day) const {
  const Standing now = standing();
  return {now.days.begin(), now.days.lower_bound(day)};
}

// While the agent is away a read is taken when its day's key is one that cameras were given: whether the seal
// opens is seen when somebody asks for the picture.
base::Result<void> RemoteVault::check_sealed(std::string_view file, Day day) const {
  const auto header = crypto::age_header_bytes(file);
  if (!header) return tl::unexpected(header.error());
  const auto answer =
      ask({"check", {{"day", base::format_day(day)}, {"header", crypto::base64(file.substr(0, *header))}}});
  if (answer) return {};
  if (!answer.error().is(Errc::kAway)) return tl::unexpected(answer.error());
  const std::lock_guard lock(mutex_);
  if (keys_.by_day.contains(day)) return {};
  return tl::unexpected(answer.error());
}

base::Result<std::string> RemoteVault::make_hold_key(const std::string& name) {
  if (!is_hold_name(name)) return base::failure(Errc::kBadName, "This is no name of a hold", name);
  return ask_key({"hold-key", {{"hold", name}}});
}

base::Result<std::string> RemoteVault::rehead_for_hold(const SealedRead& read,
                                                       const std::string& name) const {
  const auto header = crypto::age_header_bytes(read.file);
  if (!header) return tl::unexpected(header.error());
  Message request{"hold-rehead", {{"hold", name}}};
  request.add("captured", base::format_rfc3339(read.captured_at));
  if (!read.hold.empty()) request.add("under", std::string(read.hold));
  request.add("header", crypto::base64(read.file.substr(0, *header)));
  const auto answer = ask(request);
  if (!answer) return tl::unexpected(answer.error());
  auto held = crypto::from_base64(answer->one("header").value_or(""));
  if (!held || held->empty()) return strange_answer();
  return held->append(read.file.substr(*header));
}

base::Result<void> RemoteVault::shred_hold(const std::string& name) {
  if (!is_hold_name(name)) return base::failure(Errc::kBadName, "This is no name of a hold", name);
  const auto answer = ask({"hold-shred", {{"hold", name}}});
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

base::Result<std::size_t> RemoteVault::shred_before(Day first_kept) {
  const auto answer = ask({"shred-before", {{"day", base::format_day(first_kept)}}});
  if (!answer) return tl::unexpected(answer.error());
  const auto count = ledger::parse_size(answer->one("count").value_or(""));
  if (!count) return strange_answer();
  if (auto fetched = fetch_keys(); !fetched) return tl::unexpected(fetched.error());
  return static_cast<std::size_t>(*count);
}

// Only the backup's own key is asked for while a server runs; those of days and holds are for a restore,
// which has the vault's folder.
base::Result<std::string> RemoteVault::recipient_of(const std::string& name) const {
  if (name != kBackupKey) return base::failure(Errc::kShredded, "The vault's agent does not tell of " + name);
  auto recipient = ask_key({"backup-key", {}});
  const std::lock_guard lock(mutex_);
  if (recipient) backup_recipient_ = *recipient;
  if (!recipient && recipient.error().is(Errc::kAway) && !backup_recipient_.empty()) return backup_recipient_;
  return recipient;
}

base::Result<crypto::AgeFileKey> RemoteVault::part_key(const std::string& name, std::string_view) const {
  return base::failure(Errc::kShredded, "The vault's agent opens no part of a backup", "Asked for " + name,
                       "Restore on the agent's machine, with its folder as --vault");
}

base::Result<std::vector<std::string>> RemoteVault::write_entry(
    const gate::Permit& permit, const SealedRead& read, std::string_view header, const std::string& recipient,
    std::uint64_t& index, std::string& leaf) const {
  std::vector<ledger::Field> fields{{"agency", permit.agency_id(), Release::kAfterDay},
                                    {"officer", permit.officer_id(), Release::kRestricted},
                                    {"subject", std::string(read.read_id), Release::kRestricted},
                                    {"camera", std::string(read.camera_id), Release::kRestricted},
                                    {"picture", picture_of(header), Release::kRestricted},
                                    {"recipient", crypto::age_recipient_text(recipient), Release::kNever},
                                    {"permit", std::to_string(permit.ledger_index()), Release::kAtOnce}};
  if (!permit.case_id().empty()) fields.push_back({"case_id", permit.case_id(), Release::kRestricted});
  const auto recorded = options_.record(kReleaseKind, std::move(fields));
  if (!recorded) return tl::unexpected(recorded.error());
  index = *recorded;
  auto entry = options_.ledger->entry(ledger::Reader::kMachine, index);
  if (!entry) return tl::unexpected(entry.error());
  leaf = std::move(entry->leaf);
  std::vector<std::string> disclosures;
  for (ledger::Disclosure& disclosure : entry->disclosures) disclosures.push_back(std::move(disclosure.text));
  return disclosures;
}

// Where the log has witnesses, what their quorum signed is what may be shown.
base::Result<void> RemoteVault::wait_for_checkpoint(std::uint64_t index) const {
  if (options_.ledger->checkpoint().size <= index) {
    if (auto published = options_.ledger->publish_now(); !published) return tl::unexpected(published.error());
  }
  if (!options_.has_witnesses) return {};
  const auto until = std::chrono::steady_clock::now() + kMostWaitForQuorum;
  for (;;) {
    const auto witnessed = options_.ledger->witnessed();
    if (witnessed && witnessed->size > index) return {};
    if (std::chrono::steady_clock::now() > until) {
      return base::failure(Errc::kNoProof, "The picture is not opened now",
                           "The log's witnesses did not sign the entry that opens it",
                           "Try again shortly. If it persists, an administrator looks at the witnesses");
    }
    std::this_thread::sleep_for(base::Millis(5));
  }
}

base::Result<std::string> RemoteVault::show(ReleaseRequest& request, std::uint64_t index,
                                            const std::string& leaf) const {
  const std::lock_guard lock(showing_);
  base::Error last(Errc::kElsewhere, "The picture is not opened now",
                   "The vault's agent saw a larger log than this server has",
                   "An older copy of the log may have been put back: an administrator looks at it");
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const auto proof = options_.ledger->inclusion_proof(index);
    if (!proof) return tl::unexpected(proof.error());
    const std::uint64_t size = proof->checkpoint.size;
    request.old_size = std::min(agent_size_, size);
    auto grown = options_.ledger->consistency_proof(request.old_size, size);
    if (!grown) return tl::unexpected(grown.error());
    request.grown = std::move(*grown);
    request.proof = ledger::format_proof_file({leaf, index, proof->hashes, proof->checkpoint.note});
    const auto answer = ask(message_of(request));
    if (answer) {
      agent_size_ = std::max(agent_size_, size);
      auto header = crypto::from_base64(answer->one("header").value_or(""));
      if (!header || header->empty()) return strange_answer();
      return std::move(*header);
    }
    if (!answer.error().is(Errc::kElsewhere)) return tl::unexpected(answer.error());
    const auto stands_at = ledger::parse_size(answer.error().why());
    if (!stands_at) return strange_answer();
    agent_size_ = *stands_at;
    if (agent_size_ > size) {
      if (auto newer = wait_for_checkpoint(agent_size_ - 1); !newer) return tl::unexpected(last);
    }
  }
  return tl::unexpected(last);
}

base::Result<std::string> RemoteVault::release(const gate::Permit& permit, const SealedRead& read,
                                               const std::string& recipient) const {
  if (auto covered = check_permit(permit, read, options_.clock->now()); !covered)
    return tl::unexpected(covered.error());
  const auto header = crypto::age_header_bytes(read.file);
  if (!header) return tl::unexpected(header.error());
  ReleaseRequest request;
  request.read_id = read.read_id;
  request.captured_at = read.captured_at;
  request.hold = read.hold;
  request.header = read.file.substr(0, *header);
  request.recipient = recipient;
  std::uint64_t index = 0;
  std::string leaf;
  auto disclosures = write_entry(permit, read, request.header, recipient, index, leaf);
  if (!disclosures) return tl::unexpected(disclosures.error());
  request.disclosures = std::move(*disclosures);
  if (auto covered = wait_for_checkpoint(index); !covered) return tl::unexpected(covered.error());
  auto opened = show(request, index, leaf);
  if (!opened) return opened;
  return opened->append(read.file.substr(*header));
}

}  // namespace

base::Result<std::unique_ptr<Vault>> open_remote(RemoteOptions options) {
  auto vault = std::make_unique<RemoteVault>(std::move(options));
  if (auto begun = vault->begin(); !begun) return tl::unexpected(begun.error());
  return vault;
}

}  // namespace glasshouse::vault
