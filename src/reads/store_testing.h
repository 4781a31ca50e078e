// For tests of this module: a folder of its own, a clock that stands still, permits from a real gate, and
// reads.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/id.h"
#include "gate/gate.h"
#include "reads/index.h"
#include "reads/store.h"

namespace glasshouse::reads::testing {

inline const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:00Z");

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "glasshouse-reads-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Permits can only come from a gate with a ledger: this has both.
class Door {
 public:
  explicit Door(const base::Clock& clock) {
    ledger::Options options;
    options.dir = folder_ / "log";
    options.key_path = folder_ / "log.key";
    options.origin = "test.example/reads";
    options.clock = &clock;
    auto opened = ledger::Ledger::open(options);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message());
    ledger_ = std::move(*opened);
    gate_.emplace(gate::GateOptions{ledger_.get(), &clock, 4000});
  }
  gate::Permit permit(policy::Action action, gate::Scope scope = {}) {
    policy::Question question;
    question.action = action;
    question.who = {"officer_test", "agency_own", policy::Role::kOfficer, true};
    question.on_case =
        policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
    question.beneficiary_kind = "own";
    auto answer = gate_->ask(question, std::move(scope));
    if (!answer) {
      std::string why = "ledger";
      if (const auto* denial = std::get_if<gate::Denial>(&answer.error())) {
        for (const auto& rule : denial->decision.rules) why += " " + rule.id;
      }
      ADD_FAILURE() << "no permit: " << why;
      std::abort();
    }
    return std::move(*answer);
  }

 private:
  Folder folder_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<gate::Gate> gate_;
};

inline Incoming passing(base::Time at, const std::string& camera, const std::string& plate,
                        const std::string& color = "white", const std::string& body = "sedan") {
  Incoming incoming;
  Read& read = incoming.read;
  read.id = base::new_id("read", at);
  read.camera_id = camera;
  read.captured_at = at;
  read.looks.color = color;
  read.looks.body = body;
  if (!plate.empty()) {
    PlateReading reading;
    reading.plate = *plate::Plate::parse(plate);
    reading.confidence = 0.9f;
    reading.region = "us-va";
    reading.box = {10, 20, 100, 30};
    for (char c : plate) reading.characters.push_back({c, 0.95f, {{'X', 0.03f}}});
    reading.candidates = {{plate, 0.9f}};
    read.plate = reading;
  }
  return incoming;
}

inline RowFacts facts_of(const std::string& plate, std::uint32_t at_ms, std::uint16_t camera = 1) {
  RowFacts facts;
  facts.at_ms = at_ms;
  facts.camera = camera;
  if (!plate.empty()) facts.plate = *plate::Plate::parse(plate);
  return facts;
}

inline std::unique_ptr<Store> open_store(const std::string& dir, const base::Clock& clock) {
  auto store = Store::open({dir, &clock});
  EXPECT_TRUE(store) << (store ? "" : store.error().message());
  return store ? std::move(*store) : nullptr;
}

}  // namespace glasshouse::reads::testing
