// Makes and opens sealed files for tests and benches that compare us with other programs.
//   age_tool make DIR COUNT    DIR/key.txt, DIR/recipient.txt, and COUNT times DIR/N.plain with DIR/N.age
//   age_tool open DIR          opens every DIR/N.age with DIR/key.txt; prints "opened N of M"
//   age_tool tamper DIR COUNT  changes files of DIR in COUNT ways; prints "accepted N of COUNT", writes none
//   age_tool spoil DIR COUNT   writes COUNT of them as DIR/bad-N.age for others to try
//   age_tool time BYTES        prints the milliseconds that sealing so many bytes takes: median of 201
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "crypto/age.h"
#include "crypto/crypto.h"

namespace {

using namespace glasshouse;
namespace fs = std::filesystem;

// Lengths about a chunk's, and then what pictures have.
constexpr std::size_t kEdges[] = {0, 1, 65'535, 65'536, 65'537, 131'072, 131'073};

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void spill(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

crypto::AgeIdentity identity_in(const fs::path& dir) {
  std::string text = slurp(dir / "key.txt");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return *crypto::AgeIdentity::from_text(text);
}

int make(const fs::path& dir, std::size_t count) {
  fs::create_directories(dir);
  const auto identity = crypto::AgeIdentity::generate(), other = crypto::AgeIdentity::generate();
  spill(dir / "key.txt", identity.text() + "\n");
  spill(dir / "recipient.txt", crypto::age_recipient_text(identity.recipient()) + "\n");
  std::mt19937 random(1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = i < std::size(kEdges) ? kEdges[i] : random() % 150'000;
    const std::string plain = crypto::random_bytes(size);
    std::vector<std::string> recipients = {identity.recipient()};
    if (i % 2 == 1) recipients.insert(recipients.begin(), other.recipient());
    spill(dir / (std::to_string(i) + ".plain"), plain);
    spill(dir / (std::to_string(i) + ".age"), *crypto::age_seal(plain, recipients));
  }
  return 0;
}

int open_all(const fs::path& dir) {
  const auto identity = identity_in(dir);
  std::size_t files = 0, opened = 0;
  for (; fs::exists(dir / (std::to_string(files) + ".age")); ++files) {
    const auto plain = crypto::age_open(slurp(dir / (std::to_string(files) + ".age")), identity);
    if (plain && *plain == slurp(dir / (std::to_string(files) + ".plain"))) ++opened;
  }
  std::cout << "opened " << opened << " of " << files << "\n";
  return 0;
}

// One change: a bit, a byte left out, doubled, two chunks or bytes exchanged, or the end cut off.
std::string spoiled(std::string file, std::mt19937& random) {
  const std::string before = file;
  while (file == before) {
    // Half of the changes hit the header, which is small.
    const std::size_t reach = random() % 2 == 0 ? std::min<std::size_t>(file.size(), 400) : file.size();
    const std::size_t at = random() % reach, to = random() % reach;
    switch (random() % 5) {
      case 0:
        file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
        break;
      case 1:
        file.erase(at, 1 + random() % 40);
        break;
      case 2:
        file.insert(at, file.substr(at, 1 + random() % 40));
        break;
      case 3:
        std::swap(file[at], file[to]);
        break;
      default:
        file.resize(at);
        break;
    }
  }
  return file;
}

int tamper(const fs::path& dir, std::size_t count, bool write) {
  const auto identity = identity_in(dir);
  std::vector<std::string> files;
  while (files.size() < 200 && fs::exists(dir / (std::to_string(files.size()) + ".age")))
    files.push_back(slurp(dir / (std::to_string(files.size()) + ".age")));
  std::mt19937 random(2);
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string bad = spoiled(files[i % files.size()], random);
    if (write) {
      spill(dir / ("bad-" + std::to_string(i) + ".age"), bad);
    } else if (crypto::age_open(bad, identity)) {
      ++accepted;
    }
  }
  if (!write) std::cout << "accepted " << accepted << " of " << count << "\n";
  return 0;
}

int time_it(std::size_t bytes) {
  using Clock = std::chrono::steady_clock;
  const auto identity = crypto::AgeIdentity::generate();
  const std::string plain = crypto::random_bytes(bytes);
  std::vector<double> ms;
  for (int i = 0; i < 201; ++i) {
    const auto began = Clock::now();
    const auto file = crypto::age_seal(plain, {identity.recipient()});
    ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    if (!file) return 1;
  }
  std::nth_element(ms.begin(), ms.begin() + 100, ms.end());
  std::printf("%.3f\n", ms[100]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 3 && args[0] == "make") return make(args[1], std::stoul(args[2]));
  if (args.size() == 2 && args[0] == "open") return open_all(args[1]);
  if (args.size() == 3 && args[0] == "tamper") return tamper(args[1], std::stoul(args[2]), false);
  if (args.size() == 3 && args[0] == "spoil") return tamper(args[1], std::stoul(args[2]), true);
  if (args.size() == 2 && args[0] == "time") return time_it(std::stoul(args[1]));
  std::cerr << "age_tool: see the head of age_tool.cc\n";
  return 2;
}
