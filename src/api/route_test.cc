// The route table and api/openapi.yaml say the same, both ways.
#include "api/route.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "api/router.h"

namespace glasshouse::api {
namespace {

struct Operation {
  std::string action, security;
};
using Operations = std::map<std::string, Operation>;  // "GET /api/v1/cases"

// Reads our own layout of the file: paths at two spaces, methods at four, their keys at six.
Operations contract() {
  const std::filesystem::path path = GLASSHOUSE_CONTRACT;
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  Operations operations;
  bool in_paths = false;
  std::string at, operation;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != ' ') in_paths = line == "paths:";
    if (!in_paths) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    const std::string text = line.substr(indent);
    if (indent == 2 && text.front() == '/') at = text.substr(0, text.size() - 1);
    if (indent == 4 && text.back() == ':') {
      std::string method = text.substr(0, text.size() - 1);
      std::transform(method.begin(), method.end(), method.begin(),
                     [](unsigned char c) { return std::toupper(c); });
      operation = method + " " + at;
      operations[operation] = {};
    }
    if (indent == 6 && text.starts_with("x-action: ")) operations[operation].action = text.substr(10);
    if (indent == 6 && text.starts_with("security: ")) operations[operation].security = text.substr(10);
  }
  return operations;
}

std::string key_of(const Route& route) {
  std::string pattern(route.pattern);
  if (const auto dots = pattern.find("...}"); dots != std::string::npos) pattern.erase(dots, 3);
  return std::string(net::name_of(route.method)) + " " + pattern;
}

bool fits(Caller caller, const std::string& security) {
  switch (caller) {
    case Caller::kAnyone:
      return security == "[{}]";
    case Caller::kDevice:
      return security == "[{device: []}]";
    case Caller::kPeer:
      return security == "[{peer: []}]";
    case Caller::kSource:
      return security == "[{source: []}]";
    case Caller::kSession:
    case Caller::kLockedSession:
      return security == "[{session: []}]";
  }
  return false;
}

TEST(Routes, AndTheContractSayTheSame) {
  const Operations operations = contract();
  ASSERT_GT(operations.size(), 50u);
  std::set<std::string> seen;
  for (const Route& route : all_routes()) {
    const std::string key = key_of(route);
    EXPECT_TRUE(seen.insert(key).second) << key << " stands twice in the table";
    const auto it = operations.find(key);
    if (it == operations.end()) {
      ADD_FAILURE() << key << " is not in api/openapi.yaml";
      continue;
    }
    EXPECT_EQ(it->second.action, policy::name_of(route.action)) << key;
    EXPECT_TRUE(fits(route.caller, it->second.security)) << key << " " << it->second.security;
  }
  for (const auto& [key, operation] : operations) {
    EXPECT_TRUE(seen.contains(key)) << key << " of api/openapi.yaml is not in the table";
  }
}

TEST(Routes, EachHasAHandlerAPolicyRowAndALimit) {
  for (const Route& route : all_routes()) {
    const std::string key = key_of(route);
    EXPECT_NE(route.handler, nullptr) << key;
    EXPECT_LE(route.body_limit_bytes, std::size_t{100} << 20)
        << key << ": a national extract is the largest there is";
    // No question is asked only where nobody is signed in, or about the own session, or about what is public.
    if (route.action == policy::Action::kNone) {
      EXPECT_TRUE(route.pattern.starts_with("/api/v1/about") || route.pattern.starts_with("/api/v1/sign-") ||
                  route.pattern.starts_with("/api/v1/me") || route.pattern.starts_with("/log/") ||
                  route.pattern.starts_with("/api/v1/public/") || route.pattern == "/api/v1/claim" ||
                  route.caller == Caller::kPeer)
          << key;
    }
    if (route.caller == Caller::kAnyone) {
      EXPECT_EQ(route.action, policy::Action::kNone) << key;
    }
    if (route.caller == Caller::kDevice || route.caller == Caller::kSource) {
      EXPECT_EQ(route.action, policy::Action::kUploadReads) << key;
    }
    if (route.method == net::Method::kGet) {
      EXPECT_EQ(route.body_limit_bytes, 0u) << key << ": a GET takes no body";
    }
  }
}

net::Response nothing(Context&) {
  return {};
}

TEST(Router, PrefersLiteralsTakesRestsAndNamesMethods) {
  using net::Method;
  const Router router({{Method::kGet, "/a/{id}", Caller::kAnyone, policy::Action::kNone, 0, nothing},
                       {Method::kGet, "/a/new", Caller::kAnyone, policy::Action::kNone, 0, nothing},
                       {Method::kPost, "/a/{id}", Caller::kAnyone, policy::Action::kNone, 7, nothing},
                       {Method::kGet, "/t/{path...}", Caller::kAnyone, policy::Action::kNone, 0, nothing}});
  EXPECT_EQ(router.find(Method::kGet, "/a/new").route->pattern, "/a/new");
  auto match = router.find(Method::kHead, "/a/x1");
  EXPECT_EQ(match.route->pattern, "/a/{id}");
  EXPECT_EQ(match.params.at("id"), "x1");
  EXPECT_EQ(router.find(Method::kGet, "/t/tile/0/x001/067").params.at("path"), "tile/0/x001/067");
  match = router.find(Method::kDelete, "/a/x1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed.size(), 2u);
  for (const char* none : {"/", "/a", "/a/", "/a/x/y", "/b", "/t", "/t/", ""}) {
    EXPECT_EQ(router.find(Method::kGet, none).route, nullptr) << none;
    EXPECT_TRUE(router.find(Method::kGet, none).allowed.empty()) << none;
  }
  EXPECT_EQ(router.find(Method::kGet, "/a/" + std::string(kMaxParamChars + 1, 'x')).route, nullptr);
  for (const char* no_name : {"/a/\xff\xfe", "/a/x y", "/a/x\n", "/a/x\x7f"})
    EXPECT_EQ(router.find(Method::kGet, no_name).route, nullptr) << no_name;
}

}  // namespace
}  // namespace glasshouse::api
