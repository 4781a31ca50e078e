// Lists of wanted vehicles that other agencies' servers send us, and what comes of their entries
// (docs/formats/peers.md, sections 5 and 6). The other direction is list_sender.h.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> peer_lists_routes();

// From now on each match of another agency's list is judged: its grant, the camera, the hours, the packs.
void judge_peer_lists(Services& services);

// Deletes the lists whose grants hold no more, and closes what nobody has decided of them.
void drop_ended_lists(Services& services);

// Closes what is open of the entry, in the ledger and in the queue. why: "recovered", "ended" …; by: who said
// so.
void close_alerts_of_entry(Services& services, std::string_view entry_id, const std::string& by,
                           const std::string& why, const std::string& sentence);
// What hit while its entry was being ended.
void close_if_ended(Services& services, std::string_view entry_id);

// A recorded outcome that the entry's owner wants to know of: kept at the entry, or told to its agency.
void note_outcome(Services& services, const std::string& alert_id, const alerts::Refs& refs,
                  const std::string& code);

}  // namespace glasshouse::api
