// Reads that outlive their day: copies under a hold, a folder each. docs/formats/read.md. For this module
// only.
//
// Thread-safe for finding; adding and ending is the store's: one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reads/day_file.h"
#include "reads/pictures.h"
#include "reads/store.h"

namespace glasshouse::reads {

// One hold. A copy found in it stays readable for who has it, also when the hold ends meanwhile.
struct HeldFolder {
  HeldFolder(Hold of, base::Day of_day, const std::string& dir)
      : name(std::move(of.name)),
        case_id(std::move(of.case_id)),
        recipient(std::move(of.recipient)),
        day(of_day),
        file(of_day, dir + "/reads.db"),
        pictures(dir + "/pictures") {}
  const std::string name, case_id, recipient;  // case_id is empty: what hit, for whoever may see the hit
  const base::Day day;
  DayFile file;
  Pictures pictures;
};

class HeldReads {
 public:
  explicit HeldReads(std::string dir) : dir_(std::move(dir)) {}

  // What a stop left behind is removed: a hold that was ended, or of which nothing was stored.
  base::Result<void> load();

  // The folder of a hold, made when it is missing. All of its reads are of one day.
  base::Result<std::shared_ptr<HeldFolder>> folder_for(const Hold& hold, base::Day day);
  // Pictures first, then the read with its corrections, both synced. What is there already gets the
  // corrections that it lacks.
  base::Result<void> add(HeldFolder& folder, const Read& read, const StoredPicture* picture);
  base::Result<void> end(const std::string& name);  // not an error when there is none

  std::vector<std::shared_ptr<HeldFolder>> find(const IdBytes& id) const;
  std::vector<std::string> names() const;
  // Ids of the reads of these days, with the folder of each.
  std::vector<std::pair<std::shared_ptr<HeldFolder>, std::string>> before(base::Day day) const;

 private:
  base::Result<void> load_one(const std::string& name);
  std::string path_of(const std::string& name) const { return dir_ + "/" + name; }

  const std::string dir_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<HeldFolder>> folders_;
  std::multimap<IdBytes, std::string> by_id_;  // to the hold's name
};

}  // namespace glasshouse::reads
