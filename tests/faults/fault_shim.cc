// Preloaded into a process, makes one of its file system calls go wrong, or ends the process there. Calls on
// files under FAULT_UNDER are counted; the FAULT_AT-th of those that FAULT_KIND applies to
//   eio, enospc, eintr   fails with that error
//   short                reads or writes half of what was asked
//   kill                 is not made: the process ends there, as by kill -9
//   torn                 writes half, then the process ends
//   lose                 is not made, everything that was not synced is taken back (what files held, names
//   that were
//                        made, moved or removed without a sync of their folder), then the process ends: a
//                        power cut
// FAULT_FREE names a file that, while it is there, says how many bytes are free on every disk; with none free
// every write under FAULT_UNDER fails as on a full disk. FAULT_CLOCK names one that says by how many ms the
// clock is off. FAULT_AT=0 only counts. FAULT_COUNT names a file that receives the counts, a line a kind,
// when the process ends well. FAULT_SAVED is a folder of the same file system for what must be kept to be
// taken back; FAULT_WATCH a file that is copied there as "watched" before the process ends, for the world may
// have seen it. A sync of a file syncs its content only, never its name: stricter than most file systems are.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace {

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define REAL(name) static const auto real_##name = real<decltype(&::name)>(#name)

enum class Kind { kCount, kEio, kEnospc, kEintr, kShort, kKill, kTorn, kLose };
constexpr const char* kKindNames[] = {"count", "eio", "enospc", "eintr", "short", "kill", "torn", "lose"};
constexpr int kKinds = 8;
enum class Call {
  kOpen,
  kCreate,
  kRead,
  kWrite,
  kSync,
  kTruncate,
  kName
};  // kName: rename, unlink, mkdir, link

struct Node {
  dev_t device;
  ino_t inode;
  bool operator<(const Node& other) const {
    return device != other.device ? device < other.device : inode < other.inode;
  }
};
struct Overwritten {
  off_t at;
  std::string bytes;  // what stood there
  off_t size_before;
};
struct Content {
  int own_fd = -1;  // of the inode, whatever becomes of its names
  std::vector<Overwritten> unsynced;
};
struct NameChange {
  enum { kMade, kMoved, kRemoved } what;
  Node folder;
  std::string path, from, saved;  // saved: a second name of what stood at path, or empty
  bool is_folder = false;         // kRemoved: an empty folder was
};

struct State {
  std::string under, saved, watch, count_path, free_path, clock_path;
  Kind kind = Kind::kCount;
  long at = 0, counts[kKinds] = {}, saves = 0;  // counts: of the calls that a kind applies to
  std::mutex mutex;
  std::map<int, std::string> paths;  // of open descriptors under `under`
  std::map<Node, Content> contents;
  std::vector<NameChange> names;  // not synced, in order
};

State& state() {
  static State* const s = [] {
    auto* made = new State;
    const auto text = [](const char* name) { return std::string(getenv(name) ? getenv(name) : ""); };
    made->under = text("FAULT_UNDER");
    made->saved = text("FAULT_SAVED");
    made->watch = text("FAULT_WATCH");
    made->count_path = text("FAULT_COUNT");
    made->free_path = text("FAULT_FREE");
    made->clock_path = text("FAULT_CLOCK");
    made->at = atol(text("FAULT_AT").c_str());
    const std::string kind = text("FAULT_KIND");
    for (int i = 0; i < kKinds; ++i) {
      if (kind == kKindNames[i]) made->kind = static_cast<Kind>(i);
    }
    return made;
  }();
  return *s;
}

thread_local bool g_inside = false;  // our own calls are not ours to count
struct Inside {
  const bool was = g_inside;
  Inside() { g_inside = true; }
  ~Inside() { g_inside = was; }
};

// The number in a file that a test writes while the process runs; nothing when there is no such file.
std::optional<long long> told_in(const std::string& path) {
  if (path.empty()) return std::nullopt;
  const Inside inside;
  FILE* in = fopen(path.c_str(), "r");
  if (in == nullptr) return std::nullopt;
  long long number = 0;
  const bool whole = fscanf(in, "%lld", &number) == 1;
  fclose(in);
  return whole ? std::optional(number) : std::nullopt;
}

std::string whole_path(int folder, const char* path) {
  if (path[0] == '/') return path;
  char base[PATH_MAX] = "";
  if (folder == AT_FDCWD) {
    if (getcwd(base, sizeof base) == nullptr) return path;
  } else {
    const std::string link = "/proc/self/fd/" + std::to_string(folder);
    const ssize_t n = readlink(link.c_str(), base, sizeof base - 1);
    if (n > 0) base[n] = 0;
  }
  return std::string(base) + "/" + path;
}
bool is_under(const std::string& path) {
  const std::string& under = state().under;
  return !under.empty() && path.compare(0, under.size(), under) == 0;
}

bool applies(Kind kind, Call call, size_t bytes) {
  switch (kind) {
    case Kind::kEnospc:
      return call == Call::kCreate || call == Call::kWrite || call == Call::kSync ||
             call == Call::kTruncate || call == Call::kName;
    case Kind::kEintr:
      return call != Call::kName;
    case Kind::kShort:
      return (call == Call::kRead || call == Call::kWrite) && bytes > 1;
    case Kind::kTorn:
      return call == Call::kWrite && bytes > 1;
    case Kind::kKill:
    case Kind::kLose:
      return call != Call::kRead &&
             call != Call::kOpen;  // ending before a look is ending after the change before it
    default:
      return true;
  }
}

void copy_watched() {
  State& s = state();
  if (s.watch.empty()) return;
  REAL(open);
  REAL(read);
  REAL(write);
  const int in = real_open(s.watch.c_str(), O_RDONLY);
  if (in < 0) return;
  const int out = real_open((s.saved + "/watched").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  char bytes[65536];
  for (ssize_t n; (n = real_read(in, bytes, sizeof bytes)) > 0;) {
    if (real_write(out, bytes, static_cast<size_t>(n)) != n) abort();
  }
}

// Where its folder is gone for good (that was synced), so is what stood in it.
void put_back(const std::string& saved, const std::string& path) {
  if (link(saved.c_str(), path.c_str()) != 0 && errno != ENOENT) abort();
}

void take_back_unsynced() {
  State& s = state();
  REAL(pwrite);
  REAL(ftruncate);
  REAL(rename);
  REAL(mkdir);
  for (auto& [node, content] : s.contents) {
    for (auto it = content.unsynced.rbegin(); it != content.unsynced.rend(); ++it) {
      if (!it->bytes.empty() && real_pwrite(content.own_fd, it->bytes.data(), it->bytes.size(), it->at) < 0)
        abort();
      if (real_ftruncate(content.own_fd, it->size_before) != 0) abort();
    }
  }
  for (auto it = s.names.rbegin(); it != s.names.rend(); ++it) {
    if (it->what == NameChange::kMade) {
      const std::string away = s.saved + "/gone-" + std::to_string(s.saves++);
      real_rename(it->path.c_str(), away.c_str());
    } else if (it->what == NameChange::kMoved) {
      real_rename(it->path.c_str(), it->from.c_str());
      if (!it->saved.empty()) put_back(it->saved, it->path);
    } else if (it->is_folder) {
      if (real_mkdir(it->path.c_str(), 0700) != 0) abort();
    } else if (!it->saved.empty()) {
      put_back(it->saved, it->path);
    }
  }
}

// A child takes back once the process is gone: its other threads still look into files that it has mapped,
// and would end with another signal, half-way, where one of those becomes shorter.
[[noreturn]] void end_here(bool lose) {
  copy_watched();
  const pid_t whole = getpid();
  if (lose && fork() == 0) {
    ::kill(whole, SIGKILL);
    while (getppid() == whole) usleep(200);
    take_back_unsynced();
    _exit(0);
  }
  if (!lose) ::kill(whole, SIGKILL);
  for (;;) pause();
}

enum class Verdict { kGoOn, kFail, kHalf, kHalfThenEnd };
// Called with the mutex held.
Verdict judge(Call call, size_t bytes = 0) {
  State& s = state();
  if ((call == Call::kCreate || call == Call::kWrite || call == Call::kTruncate) &&
      told_in(s.free_path) == 0) {
    errno = ENOSPC;
    return Verdict::kFail;
  }
  for (int i = 0; i < kKinds; ++i) s.counts[i] += applies(static_cast<Kind>(i), call, bytes);
  if (!applies(s.kind, call, bytes) || s.counts[static_cast<int>(s.kind)] != s.at) return Verdict::kGoOn;
  switch (s.kind) {
    case Kind::kEio:
      errno = EIO;
      return Verdict::kFail;
    case Kind::kEnospc:
      errno = ENOSPC;
      return Verdict::kFail;
    case Kind::kEintr:
      errno = EINTR;
      return Verdict::kFail;
    case Kind::kShort:
      return Verdict::kHalf;
    case Kind::kTorn:
      return Verdict::kHalfThenEnd;
    case Kind::kKill:
      end_here(false);
    case Kind::kLose:
      end_here(true);
    case Kind::kCount:
      break;
  }
  return Verdict::kGoOn;
}

bool node_of(int fd, Node& node, off_t* size = nullptr) {
  struct stat info;
  if (fstat(fd, &info) != 0) return false;
  node = {info.st_dev, info.st_ino};
  if (size != nullptr) *size = info.st_size;
  return true;
}
Node folder_of(const std::string& path) {
  struct stat info = {};
  stat(path.substr(0, path.rfind('/')).c_str(), &info);
  return {info.st_dev, info.st_ino};
}

// Keeps what the next bytes at `at` would overwrite.
void remember(int fd, off_t at, size_t bytes) {
  State& s = state();
  if (s.kind != Kind::kLose) return;
  Node node;
  off_t size = 0;
  if (!node_of(fd, node, &size)) return;
  Content& content = s.contents[node];
  if (content.own_fd < 0) {
    REAL(open);
    content.own_fd = real_open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR | O_CLOEXEC);
    if (content.own_fd < 0) abort();
  }
  Overwritten kept{at, std::string(at < size ? std::min(bytes, static_cast<size_t>(size - at)) : 0, '\0'),
                   size};
  REAL(pread);
  if (!kept.bytes.empty() && real_pread(content.own_fd, kept.bytes.data(), kept.bytes.size(), at) < 0)
    abort();
  content.unsynced.push_back(std::move(kept));
}

std::string second_name(const std::string& path) {
  State& s = state();
  if (s.kind != Kind::kLose) return {};
  const std::string saved = s.saved + "/was-" + std::to_string(s.saves++);
  return link(path.c_str(), saved.c_str()) == 0 ? saved : std::string();
}

void synced(int fd) {
  State& s = state();
  Node node;
  if (!node_of(fd, node)) return;
  if (const auto found = s.contents.find(node); found != s.contents.end()) found->second.unsynced.clear();
  std::erase_if(s.names, [&](const NameChange& change) {
    return change.folder.device == node.device && change.folder.inode == node.inode;
  });
}

bool is_ours(int fd) {
  State& s = state();
  const std::lock_guard lock(s.mutex);  // other threads open and close
  return s.paths.contains(fd);
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  REAL(openat);
  if (g_inside) return real_openat(folder, path, flags, mode);
  const Inside inside;
  const std::string whole = whole_path(folder, path);
  if (!is_under(whole)) return real_openat(folder, path, flags, mode);
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const bool makes = (flags & O_CREAT) != 0 && access(whole.c_str(), F_OK) != 0;
  if (judge(makes ? Call::kCreate : Call::kOpen) == Verdict::kFail) return -1;
  if ((flags & O_TRUNC) != 0 && !makes) {
    REAL(open);
    const int before = real_open(whole.c_str(), O_RDWR | O_CLOEXEC);
    if (before >= 0) {
      Node node;
      off_t size = 0;
      node_of(before, node, &size);
      remember(before, 0, static_cast<size_t>(size));
      close(before);
    }
  }
  const int fd = real_openat(folder, path, flags, mode);
  if (fd < 0) return fd;
  s.paths[fd] = whole;
  if (makes) s.names.push_back({NameChange::kMade, folder_of(whole), whole, {}, {}, false});
  return fd;
}

int rename_at(const std::string& from, const std::string& to) {
  REAL(rename);
  if (g_inside || !is_under(to)) return real_rename(from.c_str(), to.c_str());
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (judge(Call::kName) == Verdict::kFail) return -1;
  std::string saved = access(to.c_str(), F_OK) == 0 ? second_name(to) : std::string();
  const int done = real_rename(from.c_str(), to.c_str());
  if (done == 0) s.names.push_back({NameChange::kMoved, folder_of(to), to, from, std::move(saved), false});
  return done;
}

template <class Act>
int remove_at(const std::string& path, Act act) {
  if (g_inside || !is_under(path)) return act();
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (judge(Call::kName) == Verdict::kFail) return -1;
  struct stat info = {};
  const bool is_folder = lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  std::string saved = is_folder ? std::string() : second_name(path);
  const int done = act();
  if (done == 0)
    s.names.push_back({NameChange::kRemoved, folder_of(path), path, {}, std::move(saved), is_folder});
  return done;
}

template <class Act>
ssize_t transfer(int fd, Call call, size_t bytes, off_t at, Act act) {
  if (g_inside || !is_ours(fd)) return act(bytes);
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const Verdict verdict = judge(call, bytes);
  if (verdict == Verdict::kFail) return -1;
  if (call == Call::kWrite) remember(fd, at >= 0 ? at : lseek(fd, 0, SEEK_CUR), bytes);
  const ssize_t done = act(verdict == Verdict::kGoOn ? bytes : bytes / 2);
  if (verdict == Verdict::kHalfThenEnd) end_here(false);
  return done;
}

template <class Act>
int sync_of(int fd, Act act) {
  if (g_inside || !is_ours(fd)) return act();
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (judge(Call::kSync) == Verdict::kFail) return -1;
  const int done = act();
  if (done == 0) synced(fd);
  return done;
}

int truncate_of(int fd, off_t size) {
  REAL(ftruncate);
  if (g_inside || !is_ours(fd)) return real_ftruncate(fd, size);
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (judge(Call::kTruncate) == Verdict::kFail) return -1;
  Node node;
  off_t before = 0;
  if (node_of(fd, node, &before)) remember(fd, size, static_cast<size_t>(std::max<off_t>(before - size, 0)));
  return real_ftruncate(fd, size);
}

__attribute__((destructor)) void write_count() {
  State& s = state();
  if (s.count_path.empty()) return;
  const Inside inside;
  FILE* out = fopen(s.count_path.c_str(), "w");
  if (out == nullptr) return;
  for (int i = 0; i < kKinds; ++i) fprintf(out, "%s %ld\n", kKindNames[i], s.counts[i]);
  fclose(out);
}

mode_t mode_of(int flags, va_list args) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(args, int)) : 0;
}

}  // namespace

extern "C" {

#define OPEN(name)                               \
  int name(const char* path, int flags, ...) {   \
    va_list args;                                \
    va_start(args, flags);                       \
    const mode_t mode = mode_of(flags, args);    \
    va_end(args);                                \
    return open_at(AT_FDCWD, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                       \
  int name(int folder, const char* path, int flags, ...) { \
    va_list args;                                          \
    va_start(args, flags);                                 \
    const mode_t mode = mode_of(flags, args);              \
    va_end(args);                                          \
    return open_at(folder, path, flags, mode);             \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  REAL(close);
  if (!g_inside && is_ours(fd)) {
    const std::lock_guard lock(state().mutex);
    state().paths.erase(fd);
  }
  return real_close(fd);
}

ssize_t read(int fd, void* bytes, size_t count) {
  REAL(read);
  return transfer(fd, Call::kRead, count, -1, [&](size_t n) { return real_read(fd, bytes, n); });
}
#define PREAD(name)                                                                                       \
  ssize_t name(int fd, void* bytes, size_t count, off_t at) {                                             \
    REAL(name);                                                                                           \
    return transfer(fd, Call::kRead, count, at, [&](size_t n) { return real_##name(fd, bytes, n, at); }); \
  }
PREAD(pread)
PREAD(pread64)
ssize_t write(int fd, const void* bytes, size_t count) {
  REAL(write);
  return transfer(fd, Call::kWrite, count, -1, [&](size_t n) { return real_write(fd, bytes, n); });
}
#define PWRITE(name)                                                                                       \
  ssize_t name(int fd, const void* bytes, size_t count, off_t at) {                                        \
    REAL(name);                                                                                            \
    return transfer(fd, Call::kWrite, count, at, [&](size_t n) { return real_##name(fd, bytes, n, at); }); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

int fsync(int fd) {
  REAL(fsync);
  return sync_of(fd, [&] { return real_fsync(fd); });
}
int fdatasync(int fd) {
  REAL(fdatasync);
  return sync_of(fd, [&] { return real_fdatasync(fd); });
}
int ftruncate(int fd, off_t size) noexcept {
  return truncate_of(fd, size);
}
int ftruncate64(int fd, off_t size) noexcept {
  return truncate_of(fd, size);
}

int rename(const char* from, const char* to) noexcept {
  return rename_at(whole_path(AT_FDCWD, from), whole_path(AT_FDCWD, to));
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return rename_at(whole_path(from_folder, from), whole_path(to_folder, to));
}
int unlink(const char* path) noexcept {
  REAL(unlink);
  return remove_at(whole_path(AT_FDCWD, path), [&] { return real_unlink(path); });
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  REAL(unlinkat);
  return remove_at(whole_path(folder, path), [&] { return real_unlinkat(folder, path, flags); });
}
int remove(const char* path) noexcept {
  REAL(remove);
  return remove_at(whole_path(AT_FDCWD, path), [&] { return real_remove(path); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  const std::string whole = whole_path(AT_FDCWD, path);
  if (g_inside || !is_under(whole)) return real_mkdir(path, mode);
  const Inside inside;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (judge(Call::kName) == Verdict::kFail) return -1;
  const int done = real_mkdir(path, mode);
  if (done == 0) s.names.push_back({NameChange::kMade, folder_of(whole), whole, {}, {}, false});
  return done;
}

#define STATVFS(name, Info)                                                                                \
  int name(const char* path, struct Info* info) noexcept {                                                 \
    static const auto real_one = real<int (*)(const char*, struct Info*)>(#name);                          \
    const int done = real_one(path, info);                                                                 \
    const auto free = g_inside ? std::nullopt : told_in(state().free_path);                                \
    if (done == 0 && free) info->f_bavail = static_cast<decltype(info->f_bavail)>(*free) / info->f_frsize; \
    return done;                                                                                           \
  }
STATVFS(statvfs, statvfs)
STATVFS(statvfs64, statvfs64)

int clock_gettime(clockid_t which, struct timespec* now) noexcept {
  static const auto real_one = real<int (*)(clockid_t, struct timespec*)>("clock_gettime");
  const int done = real_one(which, now);
  if (done != 0 || which != CLOCK_REALTIME || g_inside) return done;
  const long long off_ms = told_in(state().clock_path).value_or(0);
  long long ns = now->tv_nsec + off_ms % 1000 * 1'000'000;
  now->tv_sec += off_ms / 1000 + (ns < 0 ? -1 : ns / 1'000'000'000);
  now->tv_nsec = ns < 0 ? ns + 1'000'000'000 : ns % 1'000'000'000;
  return done;
}

}  // extern "C"
