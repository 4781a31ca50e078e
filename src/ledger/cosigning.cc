#include "ledger/cosigning.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "ledger/witness_request.h"

namespace glasshouse::ledger {
namespace {

tl::unexpected<base::Error> no_answer(std::string why) {
  return base::failure(Errc::kBadNote, "The witness did not sign", std::move(why),
                       "It is asked again by itself; if it stays so, ask whoever runs it.");
}

}  // namespace

Cosigning::Cosigning(Options options) : options_(std::move(options)) {
  // What was signed before this start is where to go on; a witness that knows better answers 409.
  const auto before = options_.ledger->witnessed();
  const auto note = before ? parse_note(before->note) : base::Result<Note>(no_answer("nothing was signed"));
  for (const PolicyWitness& witness : options_.policy.witnesses) {
    Seat seat;
    seat.standing = {witness.name, format_witness_key(witness.key), 0, std::nullopt, {}};
    if (note) {
      if (auto time = verify_cosignature(*note, witness.key); time) {
        seat.at = seat.standing.size = before->size;
        seat.standing.time = *time;
      }
    }
    seats_.push_back(std::move(seat));
  }
  threads_.emplace_back([this] { look(); });
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (!options_.policy.witnesses[i].url.empty()) threads_.emplace_back([this, i] { sit(i); });
  }
}

Cosigning::~Cosigning() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::vector<WitnessStanding> Cosigning::witnesses() const {
  const std::lock_guard lock(mutex_);
  std::vector<WitnessStanding> standings;
  for (const Seat& seat : seats_) standings.push_back(seat.standing);
  return standings;
}

void Cosigning::look() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    const Checkpoint latest = options_.ledger->checkpoint();
    lock.lock();
    take_target(latest);
  } while (!changed_.wait_for(lock, options_.look_every, [&] { return stopping_; }));
}

// One target at a time, so that signatures of one checkpoint come together; but a quorum that does not come
// must not hold up the next.
void Cosigning::take_target(const Checkpoint& latest) {
  const auto now = std::chrono::steady_clock::now();
  const bool first = target_.note.empty();
  if (!first && (latest.size <= target_.size || (!reached_ && now - target_since_ < options_.round))) return;
  target_ = latest;
  target_since_ = now;
  reached_ = false;
  for (Seat& seat : seats_) seat.line.clear();
  changed_.notify_all();
}

void Cosigning::sit(std::size_t index) {
  const PolicyWitness& witness = options_.policy.witnesses[index];
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    Seat& seat = seats_[index];
    if (target_.note.empty() || !seat.line.empty()) {
      changed_.wait(lock, [&] { return stopping_ || (!target_.note.empty() && seat.line.empty()); });
      continue;
    }
    if (std::chrono::steady_clock::now() < seat.not_before) {
      changed_.wait_until(lock, seat.not_before, [&] { return stopping_; });
      continue;
    }
    const Checkpoint target = target_;
    std::uint64_t at = seat.at;
    lock.unlock();
    const auto answer = ask(witness, target, at);
    note_answer(index, target, at, answer);
    lock.lock();
  }
}

base::Result<NoteSignature> Cosigning::ask(const PolicyWitness& witness, const Checkpoint& target,
                                           std::uint64_t& at) {
  auto note = parse_note(target.note);
  if (!note) return tl::unexpected(note.error());
  // Twice: the first answer may be that the witness stands elsewhere.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (at > target.size)
      return no_answer("it has signed a larger checkpoint of this log than this server is at");
    auto proof = options_.ledger->consistency_proof(at, target.size);
    if (!proof) return tl::unexpected(proof.error());
    auto answer = options_.ask(witness.url + "/add-checkpoint",
                               format_witness_request({at, std::move(*proof), target.note}));
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status == 409) {
      std::string_view digits = answer->body;
      if (digits.ends_with('\n')) digits.remove_suffix(1);
      auto size = parse_size(digits);
      if (!size) return no_answer("it says that it stands elsewhere, but not where");
      at = *size;
      continue;
    }
    if (answer->status != 200) return no_answer("it answered " + std::to_string(answer->status));
    auto lines = parse_cosignatures(answer->body);
    if (!lines) return tl::unexpected(lines.error());
    note->signatures = *lines;
    if (auto time = verify_cosignature(*note, witness.key); !time) return tl::unexpected(time.error());
    at = target.size;
    for (NoteSignature& line : *lines) {
      if (line.name == witness.key.name && line.key_id == witness.key.key_id) return std::move(line);
    }
  }
  return no_answer("it changes faster than it can be asked");
}

void Cosigning::note_answer(std::size_t index, const Checkpoint& target, std::uint64_t at,
                            const base::Result<NoteSignature>& answer) {
  bool enough = false;
  {
    const std::lock_guard lock(mutex_);
    Seat& seat = seats_[index];
    if (at <= options_.ledger->checkpoint().size) seat.at = at;
    if (answer) {
      seat.failures = 0;
      seat.standing.trouble.clear();
      seat.standing.size = std::max(seat.standing.size, target.size);
      const Note note{parse_note(target.note)->text, {*answer}};
      if (auto time = verify_cosignature(note, options_.policy.witnesses[index].key); time)
        seat.standing.time = *time;
      if (target.size == target_.size) seat.line = format_signature_line(*answer) + "\n";
    } else {
      const std::string trouble = answer.error().message();
      if (seat.standing.trouble != trouble)  // told once, not with every attempt
        base::log(base::Level::kWarn, "witness", seat.standing.name + ": " + trouble);
      seat.standing.trouble = trouble;
      const auto wait = std::min<base::Millis>(options_.first_wait * (1U << std::min(seat.failures, 16U)),
                                               options_.longest_wait);
      seat.failures++;
      seat.not_before = std::chrono::steady_clock::now() + wait;
    }
    std::map<std::string, base::Time> signed_by;
    for (const Seat& one : seats_) {
      if (!one.line.empty()) signed_by.emplace(one.standing.name, base::Time{});
    }
    enough = answer.has_value() && target.size == target_.size && options_.policy.satisfied(signed_by);
  }
  if (enough) publish();
}

void Cosigning::publish() {
  const std::lock_guard one_at_a_time(publishing_);
  Checkpoint cosigned;
  {
    const std::lock_guard lock(mutex_);
    cosigned = target_;
    std::map<std::string, base::Time> signed_by;
    for (const Seat& seat : seats_) {
      cosigned.note += seat.line;
      if (!seat.line.empty()) signed_by.emplace(seat.standing.name, base::Time{});
    }
    if (!options_.policy.satisfied(signed_by)) return;  // the target changed meanwhile
    reached_ = true;
  }
  if (auto kept = options_.ledger->keep_witnessed(cosigned); !kept)
    base::log(base::Level::kError, "witness", kept.error().message());
}

}  // namespace glasshouse::ledger
