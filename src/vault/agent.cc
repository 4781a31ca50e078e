#include "vault/agent.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/log.h"
#include "ledger/cosignature.h"
#include "ledger/ledger.h"
#include "ledger/tree.h"
#include "ledger/witness_request.h"
#include "vault/key_files.h"
#include "vault/local_vault.h"
#include "vault/opening.h"

namespace glasshouse::vault {
namespace {

tl::unexpected<base::Error> bad_request(std::string why) {
  return base::failure(Errc::kBadRequest, "The vault's agent does not understand what it was asked",
                       std::move(why), "Let the server and the vault's agent be of one version");
}

base::Result<Message> done() {
  return Message{"ok", {}};
}

base::Result<Message> done_with(std::string name, std::string value) {
  return Message{"ok", {{std::move(name), std::move(value)}}};
}

std::optional<base::Day> day_in(const Message& request, std::string_view name) {
  const auto text = request.one(name);
  return text ? base::parse_day(*text) : std::nullopt;
}

std::optional<std::string> bytes_in(const Message& request, std::string_view name, std::size_t most) {
  const auto text = request.one(name);
  auto bytes = text ? crypto::from_base64(*text) : base::Result<std::string>(std::string());
  if (!text || !bytes || bytes->size() > most) return std::nullopt;
  return std::move(*bytes);
}

}  // namespace

Agent::Agent(AgentOptions options, std::unique_ptr<LocalVault> keys, std::unique_ptr<ledger::Witness> witness,
             Released released)
    : options_(std::move(options)),
      keys_(std::move(keys)),
      witness_(std::move(witness)),
      released_(std::move(released)) {}
Agent::~Agent() = default;

base::Result<std::unique_ptr<Agent>> Agent::open(AgentOptions options) {
  for (const ledger::VerifierKey& log : options.policy.logs) {
    if (log.name == options.policy.logs.front().name) continue;
    return base::failure(Errc::kBadName, "The vault's agent serves one log", "Its policy names two",
                         "Leave one origin in the policy; an agent for another log has a folder of its own");
  }
  auto keys = LocalVault::open_folder({.dir = options.dir, .clock = options.clock});
  if (!keys) return tl::unexpected(keys.error());
  auto witness = ledger::Witness::open({.dir = options.dir + "/" + kWitnessFolder,
                                        .name = options.witness_name,
                                        .logs = options.policy.logs,
                                        .clock = options.clock});
  if (!witness) return tl::unexpected(witness.error());
  auto released = Released::open(options.dir + "/" + kReleasedFolder);
  if (!released) return tl::unexpected(released.error());
  return std::unique_ptr<Agent>(
      new Agent(std::move(options), std::move(*keys), std::move(*witness), std::move(*released)));
}

std::string Agent::quorum() const {
  if (options_.policy.logs.empty()) return "no log is named: no picture is released";
  if (options_.policy.quorum.empty())
    return "no other witness is asked for: a checkpoint counts with the log's signature and this agent's own";
  return "besides this agent's own signature, the quorum " + options_.policy.quorum;
}

std::uint64_t Agent::released() const {
  const std::lock_guard lock(releasing_);
  return released_.count();
}

std::string Agent::answer(std::string_view request) {
  const auto message = parse_message(request, kMostRequestBytes);
  auto done = message ? act(*message) : base::Result<Message>(tl::unexpected(message.error()));
  if (done) return format_message(*done);
  if (!done.error().is(Errc::kElsewhere)) base::log(base::Level::kWarn, "vault", done.error().message());
  return format_message(refusal_of(done.error()));
}

base::Result<Message> Agent::act(const Message& request) {
  if (request.word == "standing") return standing();
  if (request.word == "keys") {
    const auto first = day_in(request, "first");
    if (!first) return bad_request("It names no day");
    return done_with("list", crypto::base64(keys_->public_keys(*first)));
  }
  if (request.word == "draft") return drafts(request);
  if (request.word == "keep") return keep(request);
  if (request.word == "check") return check(request);
  if (request.word == "hold-key" || request.word == "hold-shred") return hold(request);
  if (request.word == "hold-rehead") return rehead(request);
  if (request.word == "shred-before") return shred(request);
  if (request.word == "backup-key") {
    const auto recipient = keys_->recipient_of(kBackupKey);
    if (!recipient) return tl::unexpected(recipient.error());
    return done_with("recipient", crypto::age_recipient_text(*recipient));
  }
  if (request.word == "release") return release(request);
  return bad_request("There is no such request");
}

base::Result<Message> Agent::standing() const {
  Message message{"ok", {}};
  message.add("witness", witness_key());
  message.add("quorum", quorum());
  message.add("shredded-before", base::format_day(keys_->shredded_before()));
  for (const base::Day day : keys_->living_before({INT32_MAX})) message.add("day", base::format_day(day));
  for (std::string& name : keys_->living_holds()) message.add("hold", std::move(name));
  return message;
}

base::Result<Message> Agent::drafts(const Message& request) {
  const auto first = day_in(request, "first");
  if (!first) return bad_request("It names no day");
  Message message{"ok", {}};
  for (const auto& [day, recipient] : keys_->draft(*first)) {
    message.add("day", base::format_day(day));
    message.add("recipient", crypto::age_recipient_text(recipient));
  }
  return message;
}

base::Result<Message> Agent::keep(const Message& request) {
  const auto day = day_in(request, "day");
  const auto recipient = crypto::age_recipient_from_text(request.one("recipient").value_or(""));
  if (!day || !recipient) return bad_request("It names no day and key");
  if (auto kept = keys_->keep(*day, *recipient); !kept) return tl::unexpected(kept.error());
  return done();
}

base::Result<Message> Agent::check(const Message& request) const {
  const auto day = day_in(request, "day");
  const auto header = bytes_in(request, "header", crypto::kMostAgeHeaderBytes);
  if (!day || !header) return bad_request("It names no day and header");
  auto opens = keys_->check_sealed(*header, *day);
  if (!opens && !opens.error().is(Errc::kShredded))
    return base::failure(Errc::kCannotOpen, opens.error().what(), opens.error().why());
  if (!opens) return tl::unexpected(opens.error());
  return done();
}

base::Result<Message> Agent::hold(const Message& request) {
  const std::string name(request.one("hold").value_or(""));
  if (request.word == "hold-shred") {
    if (auto gone = keys_->shred_hold(name); !gone) return tl::unexpected(gone.error());
    return done();
  }
  const auto recipient = keys_->make_hold_key(name);
  if (!recipient) return tl::unexpected(recipient.error());
  return done_with("recipient", crypto::age_recipient_text(*recipient));
}

base::Result<Message> Agent::rehead(const Message& request) const {
  const std::string name(request.one("hold").value_or("")), under(request.one("under").value_or(""));
  const auto captured = base::parse_rfc3339(request.one("captured").value_or(""));
  const auto header = bytes_in(request, "header", crypto::kMostAgeHeaderBytes);
  if (!captured || !header) return bad_request("It names no moment and header");
  SealedRead read{.read_id = {}, .camera_id = {}, .captured_at = *captured, .file = *header};
  read.hold = under;
  auto held = keys_->rehead_for_hold(read, name);
  if (!held) return tl::unexpected(held.error());
  return done_with("header", crypto::base64(*held));
}

base::Result<Message> Agent::shred(const Message& request) {
  const auto day = day_in(request, "day");
  if (!day) return bad_request("It names no day");
  const auto count = keys_->shred_before(*day);
  if (!count) return tl::unexpected(count.error());
  return done_with("count", std::to_string(*count));
}

base::Result<void> Agent::witness_head(const ReleaseRequest& request, Opening& opening) {
  const std::pair head(opening.head.size, opening.head.root);
  if (std::find(heads_.begin(), heads_.end(), head) == heads_.end()) {
    const ledger::WitnessAnswer answer = witness_->add_checkpoint(
        ledger::format_witness_request({request.old_size, request.grown, opening.checkpoint}));
    if (answer.status == 409) {
      return base::failure(Errc::kElsewhere, "The agent saw another size of the log last",
                           answer.body.substr(0, answer.body.find('\n')));
    }
    if (answer.status != 200) return no_proof(answer.body.substr(0, answer.body.find('\n')));
    opening.checkpoint += answer.body;
    heads_.emplace_back(head);
    if (heads_.size() > kMostHeadsRemembered) heads_.pop_front();
  }
  if (options_.policy.quorum.empty()) return {};
  const auto note = ledger::parse_note(opening.checkpoint);
  if (!note) return no_proof(note.error().why());
  std::map<std::string, base::Time> signed_by;
  const std::string own = witness_key();
  for (const ledger::PolicyWitness& witness : options_.policy.witnesses) {
    // What this agent has just looked through itself needs no line in the note.
    if (ledger::format_witness_key(witness.key) == own) signed_by.emplace(witness.name, opening.time);
    if (const auto time = ledger::verify_cosignature(*note, witness.key))
      signed_by.emplace(witness.name, *time);
  }
  if (!options_.policy.satisfied(signed_by))
    return no_proof("the quorum of witnesses did not sign its checkpoint");
  return {};
}

base::Result<Message> Agent::release(const Message& message) {
  const auto request = read_release(message);
  if (!request) return tl::unexpected(request.error());
  const std::lock_guard lock(releasing_);
  const base::Time now = released_.now(*options_.clock);
  auto opening = check_opening(*request, options_.policy.logs, now);
  if (!opening) return tl::unexpected(opening.error());
  if (released_.used(opening->index)) return no_proof("the entry was used before");
  if (auto seen = witness_head(*request, *opening); !seen) return tl::unexpected(seen.error());
  SealedRead read{.read_id = request->read_id,
                  .camera_id = {},
                  .captured_at = request->captured_at,
                  .file = request->header};
  read.hold = request->hold;
  auto header = keys_->open_for(read, request->recipient);
  if (!header) return tl::unexpected(header.error());
  if (auto noted = released_.add(now, opening->index, ledger::leaf_hash(opening->leaf), opening->head.size,
                                 opening->head.root);
      !noted)
    return tl::unexpected(noted.error());
  return done_with("header", crypto::base64(*header));
}

}  // namespace glasshouse::vault
