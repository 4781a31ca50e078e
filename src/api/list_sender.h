// Sends our lists to the agencies that a person chose, and tells the owners of lists what came of their
// entries (docs/formats/peers.md, sections 5 and 6).
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <utility>

#include "api/peer_list_message.h"
#include "api/route.h"
#include "hotlist/shares.h"

namespace glasshouse::api {

// A list is sent whole after a start, and what changed after that; an empty message renews it.
inline constexpr std::chrono::minutes kRenewEvery{5};
// After a failure twice as long each time, from the first to the second of these.
inline constexpr std::chrono::seconds kFirstRetry{5}, kLastRetry{300};
inline constexpr std::chrono::minutes kAfterRefusal{60};  // each try stands in two public logs
inline constexpr int kMostOutcomeTries = 500;             // over a day of them

// The grant as it holds now, when it was given to us and lists may be sent under it.
std::optional<sharing::GrantRow> grant_for_lists(const Services& services, std::string_view grant_id);

// Of one agency: its server may be slow, and that holds up nobody else's. Not thread-safe.
class ListSender {
 public:
  using Post = std::function<base::Result<net::ClientResponse>(
      const sharing::Agency& agency, const std::string& path, const nlohmann::json& body)>;
  ListSender(Services& services, std::string agency_id, Post post)
      : services_(services), agency_id_(std::move(agency_id)), post_(std::move(post)) {}

  void round();  // what is due now

 private:
  struct Held {         // by another agency, as far as we know
    bool whole = true;  // it is not known: the whole list is next
    std::uint64_t number = 0;
    std::string hash, purpose;
    std::map<std::string, std::string> lines;  // by entry
    std::set<std::string> refused;             // lines that it did not take: not tried again
    std::int64_t revision = -1;
    std::optional<base::Time> next_end;  // of an entry
    base::Time renew_at{}, try_at{};
    int failures = 0;
  };
  using Lines = std::map<std::string, std::string>;

  void send(hotlist::Share share, Held& held);
  bool fill(const hotlist::Share& share, Held& held, PeerListMessage& message, Lines& lines);
  base::Result<void> record(hotlist::Share& share, PeerListMessage& message);
  void answered(hotlist::Share share, Held& held, const PeerListMessage& message, Lines lines,
                const net::ClientResponse& response);
  void taken(hotlist::Share& share, Held& held, const PeerListMessage& message, Lines lines,
             const PeerListAnswer& answer);
  void failed(hotlist::Share& share, Held& held, std::string why, base::Millis wait);
  void note_sent(const hotlist::Share& share, const nlohmann::json& answer, const char* result);
  void end(const hotlist::Share& share);
  void tell_outcomes();

  Services& services_;
  const std::string agency_id_;
  Post post_;
  bool unreachable_ = false;  // in this round: it is not called again before the next
  std::map<std::pair<std::string, std::string>, Held> held_;  // by list and grant
};

}  // namespace glasshouse::api
