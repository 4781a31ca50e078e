#include <algorithm>

#include "base/toml_subset.h"
#include "oidc/provider.h"

namespace glasshouse::oidc {
namespace {

tl::unexpected<base::Error> bad_config(std::string why) {
  return base::failure(Errc::kConfig, "The file about the identity provider cannot be used", std::move(why),
                       "docs/formats/sign-on.md shows one.");
}

// "http://127.0.0.1:3000": for tests and for a provider behind a proxy on the same machine.
bool is_loopback(std::string_view url) {
  for (const std::string_view start : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!url.starts_with(start)) continue;
    const std::string_view rest = url.substr(start.size());
    return rest.empty() || rest.front() == ':' || rest.front() == '/';
  }
  return false;
}

}  // namespace

base::Result<Config> read_config(std::string_view toml) {
  if (toml.size() > kMostConfigBytes) return bad_config("It is too long");
  const auto table = base::parse_toml_subset(toml);
  if (!table) return bad_config("Line " + std::to_string(table.error().line) + ": " + table.error().why);
  if (!table->tables.empty()) return bad_config("It has no tables");
  Config config;
  for (const auto& [name, value] : table->values) {
    const auto* text = std::get_if<std::string>(&value.value);
    const auto* list = std::get_if<base::TomlList>(&value.value);
    std::string* into = name == "name"                 ? &config.name
                        : name == "issuer"             ? &config.issuer
                        : name == "client_id"          ? &config.client_id
                        : name == "client_secret_file" ? &config.secret_file
                                                       : nullptr;
    if (into != nullptr && text != nullptr) {
      *into = *text;
    } else if (name == "multi_factor_acr" && list != nullptr) {
      config.multi_factor_acr = *list;
    } else if (name == "multi_factor_amr" && list != nullptr) {
      config.multi_factor_amr = *list;
    } else {
      return bad_config("Line " + std::to_string(value.line) + ": " + name +
                        " is not known, or not written as it must be");
    }
  }
  if (config.name.empty() || config.name.size() > 60) return bad_config("name must have 1 to 60 characters");
  if (config.client_id.empty() || config.secret_file.empty())
    return bad_config("client_id and client_secret_file are needed");
  const bool named = config.issuer.starts_with("https://") && config.issuer.size() > 8;
  if ((!named && !is_loopback(config.issuer)) || config.issuer.find_first_of("?#@") != std::string::npos)
    return bad_config("issuer must be an address that begins with https://");
  const auto empty = [](const std::string& text) { return text.empty(); };
  if (std::any_of(config.multi_factor_acr.begin(), config.multi_factor_acr.end(), empty) ||
      std::any_of(config.multi_factor_amr.begin(), config.multi_factor_amr.end(), empty) ||
      (config.multi_factor_acr.empty() && config.multi_factor_amr.empty()))
    return bad_config(
        "one of multi_factor_acr and multi_factor_amr must name what says more than a password");
  return config;
}

// What the provider's own description names is called by the same rule as the issuer.
bool Provider::may_call(std::string_view url) const {
  if (url.find_first_of("#@ \r\n") != std::string_view::npos) return false;
  return (url.starts_with("https://") && url.size() > 8) || (is_loopback(config_.issuer) && is_loopback(url));
}

}  // namespace glasshouse::oidc
