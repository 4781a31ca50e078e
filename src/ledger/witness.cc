#include "ledger/witness.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "ledger/checkpoint_store.h"
#include "ledger/cosignature.h"
#include "ledger/ledger.h"
#include "ledger/signing_key_file.h"
#include "ledger/tree.h"
#include "ledger/witness_request.h"

namespace glasshouse::ledger {
namespace {

constexpr const char* kPlain = "text/plain; charset=utf-8";

WitnessAnswer refuse(int status, const std::string& why) {
  return {status, kPlain, why + "\n"};
}
WitnessAnswer stands_at(std::uint64_t size) {
  return {409, "text/x.tlog.size", std::to_string(size) + "\n"};
}
WitnessAnswer broken(const base::Error& error) {
  base::log(base::Level::kError, "witness", error.message());
  return refuse(500, "This witness cannot keep what it signs.");
}

// Only signatures that were checked are passed on.
std::string with_signatures(const Note& note, const VerifierKey& log, const NoteSignature& ours) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name == log.name && signature.key_id == log.key_id)
      text += format_signature_line(signature) + "\n";
  }
  return text + format_signature_line(ours) + "\n";
}

}  // namespace

struct Witness::Asked {
  const VerifierKey& log;
  WitnessRequest request;
  Note note;
  TreeHead head;
  Checkpoint last;  // what this witness signed last; the empty tree at first
  bool known = false;
};

Witness::Witness(Options options, crypto::SigningKey key, std::unique_ptr<CheckpointStore> store)
    : options_(std::move(options)), key_(std::move(key)), store_(std::move(store)) {}
Witness::~Witness() = default;

base::Result<std::unique_ptr<Witness>> Witness::open(Options options) {
  if (!is_key_name(options.name) || options.clock == nullptr) {
    return base::failure(Errc::kBadRecord, "The witness cannot be opened",
                         "its name is empty or holds a space or a +",
                         "Give a name such as witness.town.example.");
  }
  base::FileSystem& files = base::posix_files();
  if (auto made = files.make_dirs(options.dir); !made) return tl::unexpected(made.error());
  const std::string database = options.dir + "/witness.db";
  auto key = load_or_make_signing_key(files, options.dir + "/witness.key", files.exists(database));
  if (!key) return tl::unexpected(key.error());
  auto store = CheckpointStore::open(database, Sqlite::Mode::kCreate);
  if (!store) return tl::unexpected(store.error());
  const std::string line = format_witness_key(witness_key_for(options.name, key->public_key())) + "\n";
  if (auto written = files.write_atomic(options.dir + "/witness.vkey", line); !written)
    return tl::unexpected(written.error());
  return std::unique_ptr<Witness>(
      new Witness(std::move(options), std::move(*key), std::make_unique<CheckpointStore>(std::move(*store))));
}

std::string Witness::witness_key() const {
  return format_witness_key(witness_key_for(options_.name, key_.public_key()));
}

WitnessAnswer Witness::add_checkpoint(std::string_view body) {
  auto request = parse_witness_request(body);
  if (!request) return refuse(400, request.error().why());
  auto note = parse_note(request->checkpoint);
  if (!note) return refuse(400, note.error().why());
  const std::string origin = note->text.substr(0, note->text.find('\n'));
  const auto named = [&](const VerifierKey& log) { return log.name == origin; };
  auto log = std::find_if(options_.logs.begin(), options_.logs.end(), named);
  if (log == options_.logs.end()) return refuse(404, "This witness does not know the log.");
  // A log that changes its key stands there with both for a while.
  while (log != options_.logs.end() && !verify_note(*note, *log))
    log = std::find_if(log + 1, options_.logs.end(), named);
  if (log == options_.logs.end()) return refuse(403, "No key of the log that this witness knows signed it.");
  auto head = parse_tree_head(note->text);
  if (!head) return refuse(400, head.error().why());
  if (request->old_size > head->size) return refuse(400, "The old size is larger than the checkpoint's.");

  const std::lock_guard lock(mutex_);
  auto last = store_->latest(origin);
  if (!last) return broken(last.error());
  Asked asked{*log,
              std::move(*request),
              std::move(*note),
              std::move(*head),
              {0, empty_root(), {}},
              last->has_value()};
  if (*last) asked.last = std::move(**last);
  return judge(asked);
}

WitnessAnswer Witness::judge(const Asked& asked) {
  if (asked.request.old_size != asked.last.size) return stands_at(asked.last.size);
  const Proof& proof = asked.request.proof;
  if (asked.head.size == asked.last.size) {
    if (asked.head.root != asked.last.root)
      return refuse(422, "This witness signed another root for that size. Two histories: tell the public.");
    if (!proof.empty()) return refuse(422, "There is nothing to prove, but there is a proof.");
  } else if (asked.last.size == 0) {
    if (!proof.empty()) return refuse(422, "From the empty tree there is nothing to prove.");
  } else if (!verify_consistency(asked.last.size, asked.last.root, asked.head.size, asked.head.root, proof)) {
    return refuse(422, "The proof does not show that the log only grew.");
  }
  return keep_and_sign(asked);
}

WitnessAnswer Witness::keep_and_sign(const Asked& asked) {
  const base::Time now = options_.clock->now();
  const NoteSignature ours = cosign(asked.note.text, options_.name, key_, now);
  const std::string& origin = asked.head.origin;
  if (!asked.known) {
    if (auto begun = store_->begin(origin, {0, empty_root(), {}}); !begun) {
      const auto now_there = store_->latest(origin);
      if (!now_there || !*now_there || (*now_there)->size != 0) return lost_race(origin, begun.error());
      // Another process has begun it and gone no further: who swaps first decides.
    }
  }
  // Kept before it is signed away: after a crash the witness may forget an answer, never a promise.
  if (asked.head.size > asked.last.size) {
    const Checkpoint next{asked.head.size, asked.head.root, with_signatures(asked.note, asked.log, ours)};
    if (auto swapped = store_->swap(origin, asked.last, next, base::day_of(now)); !swapped)
      return lost_race(origin, swapped.error());
  }
  return {200, kPlain, format_signature_line(ours) + "\n"};
}

// Another process on this folder may have been quicker; if so, say where it got to.
WitnessAnswer Witness::lost_race(const std::string& origin, const base::Error& why) {
  auto now = store_->latest(origin);
  if (!now || !*now || (*now)->size == 0) return broken(why);
  return stands_at((*now)->size);
}

WitnessAnswer Witness::latest(std::string_view origin_sha256_hex) {
  for (const VerifierKey& log : options_.logs) {
    if (crypto::sha256_hex(log.name) != origin_sha256_hex) continue;
    const std::lock_guard lock(mutex_);
    auto last = store_->latest(log.name);
    if (!last) return broken(last.error());
    if (*last && !(*last)->note.empty()) return {200, kPlain, (*last)->note};
  }
  return refuse(404, "This witness has signed no such log.");
}

}  // namespace glasshouse::ledger
