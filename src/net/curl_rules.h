// What every outbound connection keeps to, whatever it speaks. Internal to net.
#pragma once

#include <curl/curl.h>

#include <string>

#include "base/result.h"
#include "net/reach.h"

namespace glasshouse::net {

// Starts libcurl once and makes a handle; the caller cleans it up.
CURL* new_curl();

// The rule of addresses, asked of the address that is really connected to.
struct AddressRule {
  const Reach* reach = nullptr;
  bool all = false;  // also private ones
  bool refused = false;
};
// Sets the rule, no proxy, no signals, and whose certificates are taken. `rule` outlives the transfer.
void keep_to(CURL* easy, AddressRule& rule);

base::Error explain_curl(CURLcode code, bool refused_address);

}  // namespace glasshouse::net
