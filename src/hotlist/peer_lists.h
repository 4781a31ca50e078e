// Lists that another agency's server sends, as they stand here, and what of our own lists stands elsewhere
// (docs/formats/peers.md, section 5). Whether they may come, and when an entry may hit, is judged outside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxPeerEntries = 10'000;  // of one list
inline constexpr std::size_t kMaxPeerLists = 20;        // of one agency
// Since the last word of its owner. A list that is renewed every few minutes and was not for so long may hold
// what is over.
inline constexpr int kPeerWarnMinutes = 30, kPeerStopMinutes = 240;

struct PeerEntry {
  std::string id;  // the owner's
  NewEntry entry;
};

struct PeerChange {
  std::string list_id;  // empty: a list that is not here yet
  std::string name;
  ZeroRule zero_rule = ZeroRule::kDistinct;
  Origin origin;           // as it stands after this
  std::uint64_t base = 0;  // the number that it is a difference to; of no meaning for a whole list
  bool whole = false;
  std::vector<PeerEntry> put;      // checked
  std::vector<std::string> ended;  // the owner's ids
};

struct PeerApplied {
  std::string list_id;
  std::uint32_t added = 0, changed = 0;
  std::vector<std::pair<std::string, std::string>> ended;  // ours, the owner's id
};

struct HeldEntry {
  std::string their_id;
  Entry entry;
};

// What two servers compare by its hash: a line an entry, ascending by the owner's ids.
std::string held_line(std::string_view their_id, const NewEntry& entry);
std::string held_line(const HeldEntry& held);

// The file of a national extract that a reason names ("Stolen vehicle"); empty: none.
std::string file_of_reason(std::string_view reason);

}  // namespace glasshouse::hotlist
