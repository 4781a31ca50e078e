// Pictures as files of their own: previews, what a hold keeps, and of the time before sealed pictures lay in
// packs (picture_packs.h). pictures/2026-11-22/<read id>.age with what the camera signed about it in
// <read id>.manifest, <read id>.preview.jpg, and of the time before pictures were sealed <read id>.jpg.
// Thread-safe except that one thread writes at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::reads {

// What the name of a day's file or folder begins with while it is being dropped.
inline constexpr std::string_view kDropping = ".dropping-";

enum class PictureFile { kOpen, kSealed, kManifest, kPreview };

struct NewPicture {
  std::string_view read_id;
  std::string_view bytes;
  PictureFile kind = PictureFile::kOpen;
};

// As it lies on the disk; nothing is opened here.
struct StoredPicture {
  std::string bytes;  // an age file when sealed, else a JPEG
  bool is_sealed = false;
  std::string manifest;  // of a sealed one: what its camera signed
};

class Pictures {
 public:
  explicit Pictures(std::string dir) : dir_(std::move(dir)) {}

  // Returns when all of them are synced, folder included.
  base::Result<void> make_folder(base::Day day) const;
  base::Result<void> write(base::Day day, const std::vector<NewPicture>& pictures);
  base::Result<StoredPicture> read(base::Day day, std::string_view read_id) const;
  base::Result<std::string> preview(base::Day day, std::string_view read_id) const;

  // Removes pictures whose read was never stored: the machine stopped between picture and row.
  std::size_t remove_orphans(base::Day day,
                             const std::function<bool(std::string_view read_id)>& is_stored) const;

  std::vector<base::Day> days() const;
  std::uint64_t count(base::Day day) const;  // without previews
  // Out of sight at once; the deletion is finished by finish_drops, now or at the next start.
  void begin_drop(base::Day day) const;
  void finish_drops() const;

 private:
  std::string folder(base::Day day) const;
  base::Result<std::string> read_file(base::Day day, std::string_view read_id, PictureFile kind) const;
  std::string dir_;
};

// Syncs a folder, so that names made or removed in it survive a crash.
base::Result<void> sync_folder(const std::string& dir);

}  // namespace glasshouse::reads
