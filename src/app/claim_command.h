// glasshouse claim: makes a camera's key on its device and gets it a certificate.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_claim(const std::vector<std::string>& args);

}  // namespace glasshouse::app
