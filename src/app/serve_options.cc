#include "app/serve_options.h"

#include <toml++/toml.h>

#include <map>
#include <sstream>

#include "app/options.h"
#include "base/file.h"

namespace glasshouse::app {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 256 * 1024;

std::map<std::string, std::string*> texts_of(ServeOptions& options) {
  return {{"data", &options.data},           {"address", &options.address},
          {"web", &options.web_dir},         {"tls-cert", &options.tls_certificate},
          {"tls-key", &options.tls_key},     {"public-url", &options.public_url},
          {"database", &options.database},   {"demo", &options.demo_town},
          {"packs", &options.packs},         {"map", &options.map},
          {"witnesses", &options.witnesses}, {"peers", &options.peers},
          {"vault", &options.vault},         {"drop", &options.drop},
          {"reach", &options.reach},         {"trust-ca", &options.trust_ca},
          {"vault-key", &options.vault_key}, {"cameras", &options.cameras},
          {"sign-on", &options.sign_on},     {"push-service", &options.push_service}};
}

tl::unexpected<base::Error> wrong(std::string what) {
  return base::failure(OptionErrc::kUsage, std::move(what), {}, "glasshouse serve --help lists the options.");
}

bool take_port(double number, ServeOptions& options) {
  if (!(number >= 0 && number <= 65535) || number != static_cast<double>(static_cast<int>(number)))
    return false;
  options.port = static_cast<std::uint16_t>(number);
  return true;
}

}  // namespace

const char* serve_usage() {
  return "glasshouse serve [options]\n"
         "  --data DIR          the installation's data folder (var/real)\n"
         "  --address ADDRESS   where to listen (127.0.0.1); outside this machine only with TLS or behind a "
         "TLS proxy\n"
         "  --port N            the port (8080; 0 takes a free one)\n"
         "  --web DIR           the built console (web/dist)\n"
         "  --tls-cert FILE --tls-key FILE   PEM files; serves HTTPS\n"
         "  --public-url URL    the address as people type it, for the links that are shown\n"
         "  --database URL      postgresql://… for the records; SQLite in the data folder without it\n"
         "  --packs DIR         statute packs that may be adopted (packs)\n"
         "  --witnesses FILE    whose cosignatures the log needs (docs/formats/ledger.md); "
         "DATA/witness-policy\n"
         "  --drop DIR          where the watched folders of hotlists lie (DATA/drop)\n"
         "  --vault DIR         the keys that open pictures (DATA/vault); on a disk of its own they are in "
         "no copy of DATA\n"
         "  --vault https://HOST:PORT --vault-key KEY   the keys are with an agent, glasshouse vault serve, "
         "best on "
         "another machine\n"
         "  --peers ADDRESS:PORT  where servers of other agencies call, by mutual TLS "
         "(docs/formats/peers.md)\n"
         "  --reach ADDRESS:PORT,…   addresses of the own network that channels may still call: a broker, a "
         "mail server\n"
         "  --push-service HOST:PORT,…   push services that people's browsers may be at besides those of the "
         "browsers' makers\n"
         "  --trust-ca FILE     PEM; authorities whose certificates the server takes besides the system's\n"
         "  --cameras ADDRESS:PORT  where cameras call with their certificates, by mutual TLS "
         "(docs/formats/device-certificate.md)\n"
         "  --sign-on FILE      the agency's identity provider (docs/formats/sign-on.md); DATA/sign-on.toml\n"
         "  --map FILE          outlines of the town as GeoJSON\n"
         "  --demo TOWN         an invented town (demo/town.json) in a data folder of its own\n"
         "  --config FILE       the same names in TOML; a flag beats the file\n";
}

base::Result<ServeOptions> apply_config(ServeOptions options, const std::string& text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    std::ostringstream why;
    why << error.description() << " in line " << error.source().begin.line;
    return base::failure(OptionErrc::kUsage, "The configuration file is not TOML.", why.str());
  }
  auto texts = texts_of(options);
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    if (name == "port" && value.is_integer() &&
        take_port(static_cast<double>(*value.value<std::int64_t>()), options))
      continue;
    const auto it = texts.find(name);
    if (it == texts.end() && name != "port")
      return wrong("The configuration file names '" + name + "', which does not exist.");
    const auto string = value.value_exact<std::string>();
    if (it == texts.end() || !string)
      return wrong("The value of '" + name + "' in the configuration file is not right.");
    *it->second = *string;
  }
  return options;
}

base::Result<ServeOptions> parse_serve_options(const std::vector<std::string>& args) {
  ServeOptions options;
  std::vector<std::string> names{"port", "config"};
  for (const auto& [name, target] : texts_of(options)) names.push_back(name);
  const Options given(args, names, {});
  if (!given.wrong().empty()) return wrong("serve: " + given.wrong() + ".");
  if (given.has("config")) {
    const auto text = base::posix_files().read(given.get("config"), kMaxConfigBytes);
    if (!text)
      return base::failure(OptionErrc::kUsage, "The configuration file cannot be read.",
                           text.error().message());
    auto applied = apply_config(options, *text);
    if (!applied) return applied;
    options = std::move(*applied);
  }
  for (auto& [name, target] : texts_of(options)) {
    if (given.has(name)) *target = given.get(name);
  }
  if (given.has("port")) {
    const auto number = given.number("port");
    if (!number || !take_port(*number, options)) return wrong("--port takes a number from 0 to 65535.");
  }
  if (options.data.empty()) return wrong("--data must name a folder.");
  return options;
}

}  // namespace glasshouse::app
