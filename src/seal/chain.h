// Which of a camera's manifests came, told from their numbers and hashes, in whatever order they come.
//
//   auto chain = Chain::from_text(kept);
//   chain->add(manifest, manifest_hash(text), now);   // kBroken: it does not follow the one before it
//   chain->holes()                                    // numbers that did not come though later ones did
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "seal/manifest.h"

namespace glasshouse::seal {

// Of manifests that came without a gap. When there are more, the oldest two are taken for one: the gap
// between them is forgotten.
inline constexpr std::size_t kMostRuns = 64;
inline constexpr std::size_t kMostChainBytes = kMostRuns * 200;

class Chain {
 public:
  struct Hole {
    std::uint64_t first = 0, last = 0;
    base::Time since;  // when the one after it came
  };
  enum class Link { kNew, kKnown, kBroken };

  // Text of lines "first last previous-of-first hash-of-last milliseconds"; kBadManifest else.
  static base::Result<Chain> from_text(std::string_view text);
  std::string text() const;

  // kBroken: the number before or after it came, and one of the two does not name the other's hash.
  Link add(const Manifest& manifest, const std::string& hash, base::Time now);
  std::vector<Hole> holes() const;  // in order; also what is missing before the first one that came

 private:
  struct Run {
    std::uint64_t first = 0, last = 0;
    std::string previous, hash;  // what the first one names before it; of the last one
    base::Time since;            // when the first one came
  };
  std::vector<Run> runs_;  // in order, with gaps between
};

}  // namespace glasshouse::seal
