#include "app/sign_on_config.h"

#include <algorithm>

#include "base/file.h"
#include "net/reach.h"

namespace glasshouse::app {

base::Result<std::unique_ptr<api::SignOn>> sign_on_from(const std::string& path, const std::string& data_path,
                                                        const std::string& public_url,
                                                        const std::string& trust_ca,
                                                        const base::Clock& clock) {
  base::FileSystem& files = base::posix_files();
  if (path.empty() && !files.exists(data_path)) return nullptr;
  const auto text = files.read(path.empty() ? data_path : path, oidc::kMostConfigBytes);
  if (!text) return tl::unexpected(text.error());
  auto config = oidc::read_config(*text);
  if (!config) return tl::unexpected(config.error());
  auto secret = files.read(config->secret_file, oidc::kMostConfigBytes);
  if (!secret) return tl::unexpected(secret.error());
  secret->resize(std::min(secret->find_first_of("\r\n"), secret->size()));
  return std::make_unique<api::SignOn>(std::move(*config), std::move(*secret),
                                       public_url + std::string(api::kReturnPath),
                                       net::client_with({.ca_file = trust_ca}), clock);
}

}  // namespace glasshouse::app
