// What `glasshouse serve` is told: flags, and a TOML file for those who prefer one. A flag beats the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace glasshouse::app {

enum class OptionErrc { kUsage = 1 };

struct ServeOptions {
  std::string data = "var/real";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string web_dir = "web/dist";
  std::string tls_certificate, tls_key;
  std::string public_url;       // as people type it; made from address and port when empty
  std::string database;         // postgresql://…; empty: SQLite in the data folder
  std::string demo_town;        // a path; makes this a demo
  std::string packs = "packs";  // folder of statute packs that may be adopted
  std::string drop;             // where hotlists' watched folders lie; empty: DATA/drop
  std::string witnesses;        // a witness policy; empty: DATA/witness-policy when it is there
  std::string peers;            // ADDRESS:PORT where other agencies' servers call; empty: none do
  std::string cameras;          // ADDRESS:PORT where cameras call with certificates; empty: none do
  std::string sign_on;          // about the identity provider; empty: DATA/sign-on.toml when it is there
  std::string vault;         // the keys of the days: a folder, or https://… of an agent; empty: DATA/vault
  std::string vault_key;     // of an agent: the key that it prints
  std::string reach;         // "ADDRESS:PORT,…": inner addresses that messages and pulls may still go to
  std::string trust_ca;      // PEM; authorities besides the system's, for what the server calls
  std::string push_service;  // "HOST:PORT,…": push services that browsers may name besides the known ones
  std::string map;           // GeoJSON of the town's outlines; empty: DATA/map.geojson when it is there
};

base::Result<ServeOptions> parse_serve_options(const std::vector<std::string>& args);
// A configuration file's text over `options`. Unknown names are errors: a typing mistake must not be silent.
base::Result<ServeOptions> apply_config(ServeOptions options, const std::string& toml);
const char* serve_usage();

}  // namespace glasshouse::app
