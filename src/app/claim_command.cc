#include "app/claim_command.h"

#include <iostream>

#include "app/options.h"
#include "edge/identity.h"

namespace glasshouse::app {
namespace {

int claim_usage(const std::string& wrong, int status = kUsage) {
  std::ostream& out = status == kDone ? std::cout : std::cerr;
  if (!wrong.empty()) out << "glasshouse claim: " << wrong << "\n\n";
  out << "glasshouse claim URL CODE --identity DIR [--new-key]\n"
         "\n"
         "  URL             the console's address; https, or http on the server's own machine\n"
         "  CODE            the one-time code from the camera's page\n"
         "  --identity DIR  where this camera's key is made and its certificate kept; one folder a camera\n"
         "  --new-key       make a new key instead of the one in DIR: after the old one was revoked\n"
         "\n"
         "Then: glasshouse camera --identity DIR --source SOURCE\n";
  return status;
}

}  // namespace

int run_claim(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return claim_usage("", kDone);
  if (args.size() < 2 || args[0].starts_with("-") || args[1].starts_with("-"))
    return claim_usage("an address and a code are needed");
  const Options options({args.begin() + 2, args.end()}, {"identity"}, {"new-key"});
  if (!options.wrong().empty()) return claim_usage(options.wrong());
  if (!options.has("identity")) return claim_usage("--identity is needed");
  const auto client = net::Client::create();
  const auto identity = edge::Identity::claim(
      {.url = args[0], .code = args[1], .dir = options.get("identity"), .new_key = options.has("new-key")},
      *client);
  if (!identity) return complain("claim", identity.error().message());
  std::cout << "This device is camera " << (*identity)->camera_id() << " now. Its certificate holds until "
            << base::format_rfc3339((*identity)->until())
            << " and is renewed while the camera program runs:\n\n  glasshouse camera --identity "
            << options.get("identity") << " --source SOURCE\n";
  return kDone;
}

}  // namespace glasshouse::app
