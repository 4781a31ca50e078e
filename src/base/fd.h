// A file descriptor that is closed with its owner, and what is done with one in several modules. Each of
// these says only whether it went well; errno has the reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace glasshouse::base {

// Holds -1 where opening failed.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&&) = delete;
  ~Fd();
  int get() const { return fd_; }
  bool close();  // now, for who must know that it went well

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes);
// All of them, from that place. False with errno 0 where the file ends before, else as the disk said.
bool read_at(int fd, std::uint64_t at, char* into, std::size_t bytes);
bool sync_folder(const std::string& dir);  // empty: the working folder

}  // namespace glasshouse::base
