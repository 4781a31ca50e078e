// From what a question found to the file that leaves: its rows, its pictures, and the entries that say so.
#pragma once

#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/route.h"
#include "exports/sheet.h"
#include "records/orders.h"

namespace glasshouse::api {

inline constexpr std::size_t kMostExportReads = 500;  // of one file; and as many pictures of any file
inline constexpr int kMostExportsAtOnce = 2;  // each may hold kMostPictureBytes, twice over, in memory

enum class FileForm { kPackage, kCsv, kReport };
struct FileAsked {
  FileForm form;
  std::string recipient;  // the key that sealed pictures are passed on for, 32 bytes; empty: none
};

// A place among the exports that are being made; none is free: tell the caller to come back.
class ExportTurn {
 public:
  ExportTurn() : mine_(running_.fetch_add(1) < kMostExportsAtOnce) {}
  ~ExportTurn() { running_.fetch_sub(1); }
  ExportTurn(const ExportTurn&) = delete;
  ExportTurn& operator=(const ExportTurn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  static inline std::atomic<int> running_{0};
  bool mine_;
};

// Takes "as" and "to" out of the body.
tl::expected<FileAsked, net::Response> read_file_asked(nlohmann::json& body);

// Who made it, when, under what: what stands on every sheet.
exports::Sheet empty_sheet(Context& ctx, const std::string& case_id, const records::Order* order,
                           std::uint64_t ledger_index, base::Millis local_offset);
void put_rows(Context& ctx, const std::vector<records::Camera>& cameras,
              const std::vector<reads::Read>& reads, exports::Sheet& sheet);

// Asks for the pictures by themselves, makes the file, records its hash, and only then answers. `reads` are
// those of sheet.rows, in their order; next: where a further part goes on, empty at the end.
net::Response give_out(Context& ctx, const FileAsked& asked, const policy::Question& question,
                       const std::vector<reads::Read>& reads, exports::Sheet& sheet, const std::string& next);

}  // namespace glasshouse::api
