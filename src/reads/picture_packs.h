// Sealed pictures with their manifests, one behind the other in a few files a day: a file of its own for each
// costs the disk more than the picture does. docs/formats/read.md has the bytes.
// Reading is thread-safe; one thread at a time appends.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"
#include "reads/codec.h"

namespace glasshouse::reads {

// Where one begins: what the read's row remembers.
struct PicturePlace {
  std::uint32_t pack = 0;  // 1, 2, 3 …
  std::uint64_t at = 0;
};

struct PackedPicture {
  IdBytes id{};
  std::string_view manifest, sealed;
};

class PicturePacks {
 public:
  // dir/2026-11-22/sealed-000001.pack …
  explicit PicturePacks(std::string dir, std::uint64_t most_pack_bytes = 1ull << 30)
      : dir_(std::move(dir)), most_pack_bytes_(most_pack_bytes) {}

  // Synced when it returns; places in the order of the pictures. The day's folder is there.
  base::Result<std::vector<PicturePlace>> append(base::Day day, const std::vector<PackedPicture>& pictures);
  // Takes back what the last append brought: their rows could not be stored.
  void undo(base::Day day);
  void close(base::Day day);  // the next append makes a new pack

  // kNotFound: no picture of this read begins there. kIo: the disk does not say.
  base::Result<std::pair<std::string, std::string>> read(base::Day day, PicturePlace place,
                                                         const IdBytes& id) const;  // sealed, manifest
  // After a crash: what lies behind the last picture that a row speaks of (none: pack 0) was never stored.
  void cut_after(base::Day day, PicturePlace last) const;

 private:
  struct Open {
    base::Fd fd{-1};
    std::uint32_t number = 0;
    std::uint64_t bytes = 0, bytes_before = 0;  // now, and before the last append
  };
  std::string path(base::Day day, std::uint32_t number) const;
  base::Result<Open*> open_pack(base::Day day);

  std::string dir_;
  std::uint64_t most_pack_bytes_;
  std::map<base::Day, Open> open_;
};

bool is_pack_name(std::string_view name);
// Of whole pictures in the pack; 0 when it is none.
std::uint64_t pictures_in_pack(const std::string& path);

}  // namespace glasshouse::reads
