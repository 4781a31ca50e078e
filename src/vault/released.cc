#include "vault/released.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "base/file.h"
#include "base/words.h"
#include "ledger/note.h"
#include "ledger/tree.h"
#include "vault/opening.h"
#include "vault/vault.h"

namespace glasshouse::vault {
namespace {

constexpr std::uint64_t kMostReleasedBytes = 256u << 20;  // of one day: about a million releases
constexpr base::Millis kRemembered = 2 * kMostProofAge;   // longer than any entry is fresh

tl::unexpected<base::Error> bad_list(const std::string& why) {
  return base::failure(Errc::kDamaged, "The list of what the vault's agent released does not hold together",
                       why, "Keep the folder as it is and look into who changed it");
}

tl::unexpected<base::Error> unwritten() {
  return base::failure(Errc::kIo, "The release could not be written down, and was not made",
                       std::strerror(errno), "Check the disk of the vault's agent, then start it again");
}

std::vector<std::string> days_in(const std::string& dir, base::Result<void>& read) {
  auto names = base::posix_files().list(dir);
  if (!names) {
    read = tl::unexpected(names.error());
    return {};
  }
  std::erase_if(*names, [](const std::string& name) { return !base::parse_day(name); });
  return *names;
}

}  // namespace

std::string format_release_line(const ReleaseLine& line) {
  return std::to_string(line.number) + " " + base::format_rfc3339(line.time) + " " +
         std::to_string(line.index) + " " + crypto::base64(line.leaf) + " " + std::to_string(line.size) +
         " " + crypto::base64(line.root) + " " + crypto::base64(line.before) + "\n";
}

base::Result<ReleaseLine> parse_release_line(std::string_view text) {
  const auto words = base::split_words(text);
  if (words.size() != 7) return bad_list("a line does not have seven words");
  const auto number = ledger::parse_size(words[0]), index = ledger::parse_size(words[2]),
             size = ledger::parse_size(words[4]);
  const auto time = base::parse_rfc3339(words[1]);
  const auto leaf = ledger::hash_from_base64(words[3]), root = ledger::hash_from_base64(words[5]),
             before = ledger::hash_from_base64(words[6]);
  if (!number || !index || !size || !time || !leaf || !root || !before)
    return bad_list("a line is not a release");
  ReleaseLine line{*number,
                   *time,
                   *index,
                   ledger::bytes_of(*leaf),
                   *size,
                   ledger::bytes_of(*root),
                   ledger::bytes_of(*before)};
  if (format_release_line(line) != std::string(text) + "\n") return bad_list("a line is spelled otherwise");
  return line;
}

base::Result<std::uint64_t> read_released(const std::string& dir,
                                          const std::function<base::Result<void>(const ReleaseLine&)>& each) {
  base::Result<void> listed;
  std::uint64_t count = 0;
  std::string before(32, '\0');
  base::Time last{};
  for (const std::string& name : days_in(dir, listed)) {
    const auto text = base::posix_files().read(dir + "/" + name, kMostReleasedBytes);
    if (!text) return tl::unexpected(text.error());
    std::string_view rest = *text, line;
    while (base::take_line(rest, line)) {
      const auto one = parse_release_line(line);
      if (!one) return tl::unexpected(one.error());
      if (one->number != count + 1 || one->before != before || one->time < last ||
          base::format_day(base::day_of(one->time)) != name)
        return bad_list("line " + std::to_string(one->number) + " does not follow the one before it");
      if (auto taken = each(*one); !taken) return tl::unexpected(taken.error());
      before = ledger::bytes_of(crypto::sha256(std::string(line) + "\n"));
      last = one->time;
      ++count;
    }
    if (!rest.empty()) return bad_list("the last line of " + name + " is cut off");
  }
  if (!listed) return tl::unexpected(listed.error());
  return count;
}

base::Result<void> Released::load(const std::string& name) {
  const std::string path = dir_ + "/" + name;
  const auto text = base::posix_files().read(path, kMostReleasedBytes);
  if (!text) return tl::unexpected(text.error());
  std::string_view rest = *text, line;
  while (base::take_line(rest, line)) {
    auto one = parse_release_line(line);
    if (!one) return tl::unexpected(one.error());
    if (last_.number > 0 && (one->number != last_.number + 1 || one->before != last_hash_))
      return bad_list("line " + std::to_string(one->number) + " does not follow the one before it");
    last_ = std::move(*one);
    last_hash_ = ledger::bytes_of(crypto::sha256(std::string(line) + "\n"));
    remember(last_.time, last_.index);
  }
  if (rest.empty()) return {};
  // A stop in the middle of writing: nobody was answered.
  if (::truncate(path.c_str(), static_cast<off_t>(text->size() - rest.size())) != 0) return unwritten();
  return {};
}

base::Result<Released> Released::open(std::string dir) {
  if (auto made = base::posix_files().make_dirs(dir); !made) return tl::unexpected(made.error());
  base::Result<void> listed;
  const auto names = days_in(dir, listed);
  if (!listed) return tl::unexpected(listed.error());
  Released released(std::move(dir));
  const std::size_t first = names.size() > 2 ? names.size() - 2 : 0;
  for (std::size_t i = first; i < names.size(); ++i) {
    if (auto loaded = released.load(names[i]); !loaded) return tl::unexpected(loaded.error());
  }
  return released;
}

base::Time Released::now(const base::Clock& clock) const {
  return std::max(clock.now(), last_.time);
}

void Released::remember(base::Time time, std::uint64_t index) {
  recent_.emplace_back(time, index);
  used_.insert(index);
  while (recent_.front().first < time - kRemembered) {
    used_.erase(recent_.front().second);
    recent_.pop_front();
  }
}

base::Result<void> Released::add(base::Time time, std::uint64_t index, const crypto::Hash& leaf,
                                 std::uint64_t size, const crypto::Hash& root) {
  if (broken_) return unwritten();
  ReleaseLine line{last_.number + 1,       time,      index, ledger::bytes_of(leaf), size,
                   ledger::bytes_of(root), last_hash_};
  const std::string text = format_release_line(line);
  const std::string name = base::format_day(base::day_of(time));
  const bool first_of_day = name != base::format_day(base::day_of(last_.time));
  const base::Fd file(::open((dir_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  broken_ = true;
  if (file.get() < 0 || !base::write_all(file.get(), text) || ::fsync(file.get()) != 0 ||
      (first_of_day && !base::sync_folder(dir_)))
    return unwritten();
  broken_ = false;
  last_ = std::move(line);
  last_hash_ = ledger::bytes_of(crypto::sha256(text));
  remember(time, index);
  return {};
}

}  // namespace glasshouse::vault
