#include "app/pack_command.h"

#include <sys/stat.h>

#include <iostream>

#include "app/options.h"
#include "base/file.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "policy/stack.h"

namespace glasshouse::app {
namespace {

constexpr int kPackDone = 0, kPackWrong = 1, kPackUsage = 2;
constexpr std::uint64_t kMaxPackKeyBytes = 4096;

enum class PackCommandErrc { kKey = 1 };

int pack_usage() {
  std::cerr
      << "glasshouse pack check FILE…                      reads packs; says what is wrong, with the line\n"
         "glasshouse pack compare FILE FILE                what changes from the first to the second, in "
         "words\n"
         "glasshouse pack key NAME FILE                    makes a signing key; prints its verifier key\n"
         "glasshouse pack sign --key FILE --name NAME FILE…  writes FILE.sig\n"
         "glasshouse pack verify --vkey VKEY FILE…         checks FILE against FILE.sig\n"
         "\nThe format: docs/formats/statute-pack.md\n";
  return kPackUsage;
}

int pack_complaint(const std::string& file, const base::Error& error) {
  std::cerr << file << ": " << error.message() << "\n";
  return kPackWrong;
}

base::Result<std::string> pack_text(const std::string& path) {
  return base::posix_files().read(path, policy::kMaxPackBytes);
}

base::Result<policy::Pack> pack_in(const std::string& path) {
  const auto text = pack_text(path);
  if (!text) return tl::unexpected(text.error());
  return policy::parse_pack(*text);
}

int pack_check(const std::vector<std::string>& files) {
  int status = kPackDone;
  for (const std::string& file : files) {
    const auto pack = pack_in(file);
    if (!pack) {
      status = pack_complaint(file, pack.error());
      continue;
    }
    const policy::Rules rules({*pack});
    std::cout << file << ": " << pack->id << "@" << pack->version << ", " << pack->title << ", "
              << policy::name_of(pack->level) << ", from " << base::format_day(pack->effective) << ", "
              << rules.rules().size() << " rules, " << pack->duties.size() << " duties, " << pack->review
              << "\n";
  }
  return status;
}

int pack_compare(const std::string& before, const std::string& after) {
  const auto first = pack_in(before), second = pack_in(after);
  if (!first) return pack_complaint(before, first.error());
  if (!second) return pack_complaint(after, second.error());
  const auto rules = [](const policy::Pack& pack) {
    return policy::Stack({{pack, pack.effective, false}}).at(pack.effective);
  };
  for (const policy::Difference& difference : policy::differences(*rules(*first), *rules(*second))) {
    constexpr std::array kMarks{"- ", "+ ", "  "};  // allows less, allows more, neither
    std::cout << kMarks[static_cast<std::size_t>(difference.direction)] << difference.sentence;
    if (!difference.citation.empty()) std::cout << " [" << difference.citation << "]";
    std::cout << "\n";
  }
  return kPackDone;
}

base::Result<crypto::SigningKey> read_pack_key(const std::string& path) {
  auto text = base::posix_files().read(path, kMaxPackKeyBytes);
  if (!text) return tl::unexpected(text.error());
  auto seed = crypto::from_hex(std::string_view(*text).substr(0, text->find('\n')));
  crypto::wipe(*text);
  if (!seed)
    return base::failure(PackCommandErrc::kKey, "This is not a signing key",
                         "It is not 64 hexadecimal digits", "Make one with glasshouse pack key.");
  auto key = crypto::SigningKey::from_seed(*seed);
  crypto::wipe(*seed);
  return key;
}

int make_pack_key(const std::string& name, const std::string& path) {
  if (!ledger::is_key_name(name) || base::posix_files().exists(path)) {
    std::cerr << "glasshouse pack: the key's name has a space or a plus, or the file exists already\n";
    return kPackWrong;
  }
  const crypto::SigningKey key = crypto::SigningKey::generate();
  std::string seed = key.seed();
  auto written = base::posix_files().write_atomic(path, crypto::hex(seed) + "\n");
  crypto::wipe(seed);
  if (!written) return pack_complaint(path, written.error());
  ::chmod(path.c_str(), 0600);
  std::cout << ledger::format_verifier_key(ledger::verifier_key_for(name, key.public_key())) << "\n";
  return kPackDone;
}

int pack_sign(const Options& options, const std::vector<std::string>& files) {
  const std::string name = options.get("name");
  auto key = read_pack_key(options.get("key"));
  if (!key) return pack_complaint(options.get("key"), key.error());
  if (!ledger::is_key_name(name)) return pack_usage();
  for (const std::string& file : files) {
    const auto text = pack_text(file);
    if (!text) return pack_complaint(file, text.error());
    if (const auto pack = policy::parse_pack(*text); !pack) return pack_complaint(file, pack.error());
    const std::string note = ledger::sign_note(*text, name, *key);
    auto written = base::posix_files().write_atomic(file + ".sig", note.substr(text->size() + 1));
    if (!written) return pack_complaint(file, written.error());
  }
  return kPackDone;
}

int pack_verify(const std::string& vkey, const std::vector<std::string>& files) {
  const auto key = ledger::parse_verifier_key(vkey);
  if (!key) return pack_complaint("--vkey", key.error());
  int status = kPackDone;
  for (const std::string& file : files) {
    const auto text = pack_text(file), signature = base::posix_files().read(file + ".sig", kMaxPackKeyBytes);
    if (!text || !signature) {
      status = pack_complaint(file, text ? signature.error() : text.error());
      continue;
    }
    const auto note = ledger::parse_note(*text + "\n" + *signature);
    const auto good =
        note ? ledger::verify_note(*note, *key) : base::Result<void>(tl::unexpected(note.error()));
    if (!good || note->text != *text) {
      status = pack_complaint(
          file, good ? base::Error(PackCommandErrc::kKey, "The note's text is not the file") : good.error());
      continue;
    }
    std::cout << file << ": signed by " << key->name << "\n";
  }
  return status;
}

}  // namespace

int run_pack(const std::vector<std::string>& args) {
  if (args.empty()) return pack_usage();
  const std::string command = args[0];
  std::vector<std::string> named, files;  // "--name value" pairs stand before the files
  std::size_t at = 1;
  for (; at + 1 < args.size() && args[at].starts_with("--"); at += 2)
    named.insert(named.end(), {args[at], args[at + 1]});
  files.assign(args.begin() + static_cast<std::ptrdiff_t>(std::min(at, args.size())), args.end());
  const Options options(named, {"key", "name", "vkey"}, {});
  if (!options.wrong().empty() || files.empty()) return pack_usage();
  if (command == "check") return pack_check(files);
  if (command == "compare" && files.size() == 2) return pack_compare(files[0], files[1]);
  if (command == "key" && files.size() == 2) return make_pack_key(files[0], files[1]);
  if (command == "sign" && options.has("key") && options.has("name")) return pack_sign(options, files);
  if (command == "verify" && options.has("vkey")) return pack_verify(options.get("vkey"), files);
  return pack_usage();
}

}  // namespace glasshouse::app
