// The agency's identity provider, from the file about it and the file with our secret there.
#pragma once

#include <memory>
#include <string>

#include "api/sign_on.h"

namespace glasshouse::app {

// The provider is asked nothing before somebody signs in. Null: `path` is empty and there is no such file in
// the data folder. trust_ca as of net::Reach. The clock outlives it.
base::Result<std::unique_ptr<api::SignOn>> sign_on_from(const std::string& path, const std::string& data_path,
                                                        const std::string& public_url,
                                                        const std::string& trust_ca,
                                                        const base::Clock& clock);

}  // namespace glasshouse::app
