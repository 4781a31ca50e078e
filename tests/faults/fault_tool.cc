// One piece of work on a data folder, to be run with fault_shim preloaded, and the check of what it left.
//   fault_tool make DIR              a house with entries, reads of three days, and their keys
//   fault_tool append|checkpoint|ingest|ask|hold|shred DIR     prints a line for each thing that was
//   acknowledged:
//       "entry INDEX ID", "read ID", "answer INDEX", "held", "shredded"
//   fault_tool careless DIR          says that it kept something before it synced it
//   fault_tool check DIR ACKED SEEN      what ACKED holds must stand, nothing may be broken, no size may have
//   two roots
//                                    (SEEN: a folder of checkpoints that the world may have fetched)
// Ends with 0; 3: the work was refused with an error, as it should be when the disk fails.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "../ledger_crash/log_checks.h"
#include "app/retention.h"
#include "base/id.h"
#include "gate/gate.h"
#include "ledger/fsck.h"
#include "reads/store.h"
#include "vault/vault.h"

namespace {

using namespace glasshouse;
using tests::fail;

constexpr int kRefused = 3;
constexpr int kRetainedDays = 2;
const base::ManualClock kClock{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
const base::Day kFirstKept = base::day_of(kClock.now() - std::chrono::hours(24 * (kRetainedDays - 1)));

int refused(const base::Error& error) {
  std::cerr << error.message() << "\n";
  return kRefused;
}

void acknowledge(const std::string& line) {
  const std::string whole = line + "\n";  // one write: a line is there whole or not at all
  if (::write(STDOUT_FILENO, whole.data(), whole.size()) < 0) std::_Exit(1);
}

struct House {
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<gate::Gate> gate;
  std::unique_ptr<db::Database> db;
  std::unique_ptr<reads::Store> reads;
  std::unique_ptr<vault::Vault> vault;

  base::Result<void> open(const std::string& dir) {
    auto log =
        ledger::Ledger::open({.dir = dir + "/log",
                              .origin = "ledger.example/faults",
                              .key_path = dir + "/log.key",
                              .checkpoint_period = base::Millis(3'600'000),  // only when it is asked for
                              .clock = &kClock});
    if (!log) return tl::unexpected(log.error());
    ledger = std::move(*log);
    gate = std::make_unique<gate::Gate>(gate::GateOptions{ledger.get(), &kClock, 400});
    auto records = db::Database::open("sqlite://" + dir + "/records.db");
    if (!records) return tl::unexpected(records.error());
    db = std::move(*records);
    if (auto migrated = db->migrate(app::retention_migrations()); !migrated) return migrated;
    auto store = reads::Store::open({.dir = dir + "/reads", .clock = &kClock});
    if (!store) return tl::unexpected(store.error());
    reads = std::move(*store);
    auto keys = vault::Vault::open({.dir = dir + "/vault", .clock = &kClock});
    if (!keys) return tl::unexpected(keys.error());
    vault = std::move(*keys);
    return {};
  }
};

// The ids are the same in every run, so that sending again is sending the same.
std::vector<reads::Incoming> passings(base::Time from, const std::string& tag, int count) {
  std::vector<reads::Incoming> batch;
  for (int i = 0; i < count; ++i) {
    reads::Incoming in;
    in.read.captured_at = from + std::chrono::seconds(i);
    const std::string stamp = base::new_id("read", in.read.captured_at).substr(5, 10);  // the time's part
    in.read.id = "read_" + stamp + std::string(13, '0') + tag + std::to_string(i) + "0";
    in.read.camera_id = "cam_" + std::string(26, '1');
    reads::PlateReading plate;
    plate.plate = *plate::Plate::parse("FLT" + std::to_string(100 + i));
    in.read.plate = plate;
    // Two in a pack, two as files of their own.
    (i % 2 == 0 ? in.picture_sealed : in.picture_jpeg) =
        "\xFF\xD8" + tag + std::to_string(i) + std::string(3000, 'p');
    if (i % 2 == 0) in.manifest = "signed " + tag + std::to_string(i);
    in.preview_jpeg = "\xFF\xD8" + std::string(300, 'v');
    batch.push_back(std::move(in));
  }
  return batch;
}
std::vector<reads::Incoming> old_passings(int days_ago) {
  return passings(kClock.now() - std::chrono::hours(24 * days_ago + 1),
                  std::string(1, static_cast<char>('a' + days_ago)), 4);
}
std::vector<reads::Incoming> new_passings() {
  return passings(kClock.now() - std::chrono::minutes(5), "n", 4);
}

gate::Answer<gate::Permit> permit(gate::Gate& gate, policy::Action action, const std::string& read_id = {}) {
  policy::Question question;
  question.action = action;
  question.who = {"officer_test", "agency_own", policy::Role::kOfficer, true};
  question.on_case = policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
  question.beneficiary_kind = "own";
  gate::Scope scope;
  if (!read_id.empty()) scope.read_ids = {read_id};
  scope.question = "a test";
  return gate.ask(question, std::move(scope));
}

ledger::Record record(const std::string& id) {
  return {"search-reads",
          {{"subject", id, ledger::Release::kRestricted}, {"count", "1", ledger::Release::kAtOnce}}};
}

int make(House& house) {
  const base::Day first = base::day_of(kClock.now() - std::chrono::hours(24 * 3));
  if (auto keys = house.vault->prepare(first); !keys) return refused(keys.error());
  for (const int days : {3, 2, 0}) {
    if (auto stored = house.reads->ingest(old_passings(days)); !stored) return refused(stored.error());
  }
  for (int i = 0; i < 250; ++i) {  // the next few fill a tile
    if (auto index = house.ledger->append(record("made" + std::to_string(i))); !index)
      return refused(index.error());
  }
  if (auto published = house.ledger->publish_now(); !published) return refused(published.error());
  return 0;
}

int append(House& house, bool publish) {
  for (int i = 0; i < 6; ++i) {
    const std::string id = "faulty" + std::to_string(i);
    auto index = house.ledger->append(record(id));
    if (!index) return refused(index.error());
    acknowledge("entry " + std::to_string(*index) + " " + id);
    if (publish && i % 3 == 2) {
      if (auto published = house.ledger->publish_now(); !published) return refused(published.error());
    }
  }
  return 0;
}

int ingest(House& house) {
  const auto batch = new_passings();
  for (std::size_t half = 0; half < 2; ++half) {
    std::vector<reads::Incoming> part(batch.begin() + static_cast<std::ptrdiff_t>(half * 2),
                                      batch.begin() + static_cast<std::ptrdiff_t>(half * 2 + 2));
    auto stored = house.reads->ingest(part);
    if (!stored) return refused(stored.error());
    if (!stored->refused.empty()) return fail("refused: " + stored->refused[0].second);
    for (const auto& in : part) acknowledge("read " + in.read.id);
  }
  return 0;
}

int ask(House& house) {
  for (int i = 0; i < 3; ++i) {
    auto given = permit(*house.gate, policy::Action::kSearchReads);
    if (!given) return kRefused;
    reads::Query query;
    query.plate = reads::PlateQuery{reads::PlateQuery::Mode::kPrefix, "FLT"};
    query.from = kClock.now() - std::chrono::hours(12);
    query.to = kClock.now();
    const auto page = house.reads->search(*given, query);
    if (!page) return refused(page.error());
    if (!page->missing_days.empty()) return kRefused;  // the answer says itself that a day is missing from it
    if (page->reads.size() < 4)
      return fail("the search found " + std::to_string(page->reads.size()) + " reads of 4");
    acknowledge("answer " + std::to_string(given->ledger_index()));
  }
  return 0;
}

// One read of a day that will be shredded, kept for the case that permit() asks under.
constexpr const char* kHold = "hold_01jd0000000000000000000000";

int hold(House& house) {
  const auto key = house.vault->make_hold_key(kHold);
  if (!key) return refused(key.error());
  const auto held = house.reads->hold(
      {kHold, "case_1", crypto::age_recipient_text(*key)}, old_passings(3)[0].read.id,
      [](const reads::Picture& picture) { return base::Result<std::string>(picture.file.bytes); });
  if (!held) return refused(held.error());
  acknowledge("held");
  return 0;
}

int shred(House& house) {
  auto dropped = app::drop_days({*house.reads, *house.gate, *house.ledger, *house.db, *house.vault},
                                kFirstKept, kRetainedDays);
  if (!dropped) return refused(dropped.error());
  acknowledge("shredded");
  return 0;
}

// What the house never does: says that something is kept before it is synced. The check must find that out.
int careless(const std::string& dir) {
  const std::string path = dir + "/careless";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::write(fd, "kept", 4) != 4) return kRefused;
  acknowledge("careless");
  for (int i = 0; i < 3; ++i) {
    if (::write(fd, "more", 4) != 4) return kRefused;
  }
  return ::fsync(fd) == 0 ? 0 : kRefused;
}

// Every read of the batch is there whole, with its picture.
int check_reads(House& house, const std::vector<reads::Incoming>& batch, const std::set<std::string>& only) {
  for (const auto& in : batch) {
    if (!only.empty() && !only.contains(in.read.id)) continue;
    auto given = permit(*house.gate, policy::Action::kViewPicture, in.read.id);
    if (!given) return fail("no permit after the fault");
    const auto picture = house.reads->picture(*given, in.read.id);
    if (!picture) return fail("a read's picture is lost: " + in.read.id + ": " + picture.error().message());
    if (picture->file.bytes != in.picture_sealed + in.picture_jpeg || picture->file.manifest != in.manifest)
      return fail("a picture changed: " + in.read.id);
  }
  return 0;
}

int check_acknowledged(House& house, const std::string& dir, const std::string& acked,
                       std::set<std::string>& read_ids, bool& held, bool& shredded) {
  std::ifstream lines(acked);
  for (std::string what; lines >> what;) {
    std::uint64_t index = 0;
    std::string id;
    if (what == "read") {
      lines >> id;
      read_ids.insert(id);
    } else if (what == "held") {
      held = true;
    } else if (what == "shredded") {
      shredded = true;
    } else if (what == "careless") {
      std::ifstream file(dir + "/careless");
      std::string text;
      if (!(file >> text) || !text.starts_with("kept")) return fail("said to be kept, and lost");
    } else {
      lines >> index;
      if (what == "entry") lines >> id;
      auto entry = house.ledger->entry(ledger::Reader::kAuditor, index);
      if (!entry) return fail(what + " without its entry " + std::to_string(index));
      if (what == "entry" && tests::subject_of(*entry) != id)
        return fail("entry " + std::to_string(index) + " is another's");
      if (what == "answer" && entry->kind != "search-reads")
        return fail("an answer's entry is of kind " + entry->kind);
    }
  }
  return 0;
}

std::size_t reads_before(House& house, base::Day first_kept) {
  std::size_t count = 0;
  for (const int days : {3, 2}) {
    const base::Day day = base::day_of(kClock.now() - std::chrono::hours(24 * days));
    if (day < first_kept) count += house.reads->reads_on(day);
  }
  return count;
}

std::size_t purges_recorded(House& house) {
  std::set<std::string> days;
  std::optional<std::uint64_t> before;
  for (;;) {
    const auto page = house.ledger->entries(ledger::Reader::kAuditor, before, 200);
    if (!page || page->empty()) return days.size();
    for (const auto& entry : *page) {
      if (entry.kind != "retention.purge") continue;
      for (const auto& field : entry.disclosures) {
        if (field.name == "day" && !days.insert(field.value).second) return 1000;  // twice
      }
    }
    before = page->back().index;
  }
}

int check(const std::string& dir, const std::string& acked, const std::string& seen) {
  {
    House house;
    if (auto opened = house.open(dir); !opened)
      return fail("does not open again: " + opened.error().message());
    if (const auto problems = house.reads->problems(); !problems.empty()) return fail(problems[0].message);
    std::set<std::string> read_ids;
    bool held = false, shredded = false;
    if (const int bad = check_acknowledged(house, dir, acked, read_ids, held, shredded)) return bad;
    if (!read_ids.empty()) {
      if (const int bad = check_reads(house, new_passings(), read_ids)) return bad;
    }
    if (const int bad = check_reads(house, old_passings(0), {})) return bad;
    if (shredded && (reads_before(house, kFirstKept) != 0 || !house.vault->living_before(kFirstKept).empty()))
      return fail("said to be shredded, and here again");
    // Sent again, everything is there once.
    const auto again = house.reads->ingest(new_passings());
    if (!again) return fail("cannot ingest any more: " + again.error().message());
    if (again->stored + again->already_known != 4) return fail("a read is neither new nor known");
    if (again->already_known < read_ids.size()) return fail("an acknowledged read was stored again");
    if (const int bad = check_reads(house, new_passings(), {})) return bad;
    // What was begun is finished, and stands in the log once a day.
    if (const int bad = shred(house)) return fail("the shredding cannot be finished: " + std::to_string(bad));
    if (reads_before(house, kFirstKept) != 0 || !house.vault->living_before(kFirstKept).empty())
      return fail("a day that was to be shredded lives");
    if (held) {
      if (const int bad = check_reads(house, old_passings(3), {old_passings(3)[0].read.id})) return bad;
      if (house.vault->living_holds().size() != 1) return fail("a hold's key is lost");
    }
    if (purges_recorded(house) != 2) return fail("the two dropped days do not stand in the log once each");
    if (auto index = house.ledger->append(record("after")); !index) return fail(index.error().message());
    if (auto published = house.ledger->publish_now(); !published) return fail(published.error().message());
    if (const int bad = tests::check_seen(*house.ledger, dir + "/log", seen)) return bad;
  }
  auto report = ledger::fsck(dir + "/log");
  if (!report) return fail(report.error().message());
  for (const std::string& problem : report->problems) return fail("fsck: " + problem);
  return 0;
}

int work(const std::string& what, const std::string& dir) {
  if (what == "careless") return careless(dir);
  House house;
  if (auto opened = house.open(dir); !opened) return refused(opened.error());
  if (what == "make") return make(house);
  if (what == "append" || what == "checkpoint") return append(house, what == "checkpoint");
  if (what == "ingest") return ingest(house);
  if (what == "ask") return ask(house);
  if (what == "hold") return hold(house);
  if (what == "shred") return shred(house);
  return fail("fault_tool: make|append|checkpoint|ingest|ask|hold|shred DIR, or check DIR ACKED SEEN");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 4 && args[0] == "check") return check(args[1], args[2], args[3]);
  if (args.size() == 2) return work(args[0], args[1]);
  return work("", "");
}
