// A list of wanted vehicles as one agency's server sends it to another's, and what is answered
// (docs/formats/peers.md, section 5). No state here.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/json.h"
#include "hotlist/peer_lists.h"

namespace glasshouse::api {

inline constexpr std::size_t kPeerListBody = 8 << 20;

struct PeerListMessage {
  struct Put {
    hotlist::PeerEntry entry;
    std::string file;  // of a national extract; may be empty
  };
  std::string query_id, grant_id;
  std::optional<std::uint64_t> ledger_index;  // absent on a renewal
  std::string officer, role, purpose;
  std::string list, name;
  hotlist::ZeroRule zero_rule = hotlist::ZeroRule::kDistinct;
  std::uint64_t number = 0, base = 0;
  std::string base_hash;
  std::vector<Put> entries;
  std::vector<std::pair<std::string, std::string>> ended;  // id, why
  bool withdrawn = false;

  bool renews() const {
    return base != 0 && number == base && entries.empty() && ended.empty() && !withdrawn;
  }
};

// The form alone: whether an entry is one that a list may hold is for whoever takes it.
tl::expected<PeerListMessage, net::Response> read_peer_list(const nlohmann::json& body);
nlohmann::json text_of_peer_list(const PeerListMessage& message);

struct PeerListAnswer {
  std::uint64_t number = 0, ledger_index = 0;
  std::string hash;
  std::uint32_t entries = 0, refused = 0, barred = 0;
  std::vector<std::string> not_held;  // ids of entries that were refused or barred
};
std::optional<PeerListAnswer> read_peer_list_answer(const nlohmann::json& body);

// Of what is held, in ascending order of their ids.
std::string hash_of_held(const std::vector<hotlist::HeldEntry>& held);

struct PeerOutcome {
  std::string query_id, grant_id, list, entry, code;
  std::uint64_t ledger_index = 0;
  base::Time at;
};
tl::expected<PeerOutcome, net::Response> read_peer_outcome(const nlohmann::json& body);

}  // namespace glasshouse::api
