#include "exports/report.h"

#include <hpdf.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <utility>

namespace glasshouse::exports {
namespace {

// US Letter, in points of 1/72 inch.
constexpr float kWidth = 612, kHeight = 792, kMargin = 48;
constexpr float kPictureWidth = 150, kPictureHeight = 100, kTextLeft = kMargin + kPictureWidth + 14;
constexpr float kRowHeight = kPictureHeight + 14;

// UTF-8 to Windows-1252, for the standard fonts.
std::string encoded(const std::string& text) {
  constexpr std::array<std::pair<std::uint32_t, unsigned char>, 9> kMarks{{{0x2013, 0x96},
                                                                           {0x2014, 0x97},
                                                                           {0x2018, 0x91},
                                                                           {0x2019, 0x92},
                                                                           {0x201C, 0x93},
                                                                           {0x201D, 0x94},
                                                                           {0x2022, 0x95},
                                                                           {0x2026, 0x85},
                                                                           {0x20AC, 0x80}}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      code = code << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    i += length;
    const auto mark =
        std::find_if(kMarks.begin(), kMarks.end(), [&](const auto& one) { return one.first == code; });
    if (mark != kMarks.end()) {
      out += static_cast<char>(mark->second);
    } else if ((code >= 0x20 && code < 0x7F) || (code >= 0xA0 && code <= 0xFF)) {
      out += static_cast<char>(code);
    } else {
      out += code < 0x20 ? ' ' : '?';
    }
  }
  return out;
}

// libharu calls this with what went wrong and then returns from the function that failed.
void on_error(HPDF_STATUS error, HPDF_STATUS /*detail*/, void* status) {
  *static_cast<HPDF_STATUS*>(status) = error;
}

class Report {
 public:
  explicit Report(const Sheet& sheet) : sheet_(sheet), pdf_(HPDF_New(on_error, &status_), HPDF_Free) {}

  base::Result<std::string> make() {
    if (pdf_ == nullptr) return failed();
    HPDF_SetCompressionMode(pdf_.get(), HPDF_COMP_TEXT);
    regular_ = HPDF_GetFont(pdf_.get(), "Helvetica", "WinAnsiEncoding");
    bold_ = HPDF_GetFont(pdf_.get(), "Helvetica-Bold", "WinAnsiEncoding");
    mono_ = HPDF_GetFont(pdf_.get(), "Courier-Bold", "WinAnsiEncoding");
    HPDF_SetInfoAttr(pdf_.get(), HPDF_INFO_TITLE, encoded("Case report " + sheet_.case_number).c_str());
    HPDF_SetInfoAttr(pdf_.get(), HPDF_INFO_CREATOR, "Glasshouse");
    HPDF_SetInfoAttr(pdf_.get(), HPDF_INFO_AUTHOR, encoded(sheet_.officer).c_str());
    head();
    vehicles();
    for (std::size_t i = 0; i < std::min(sheet_.rows.size(), kMostReportReads); ++i) add(sheet_.rows[i]);
    left_out(sheet_.rows.size(), kMostReportReads, "reads", "reads.csv");
    if (sheet_.rows.empty() && sheet_.vehicles.empty())
      paragraph("No read fits this question.", regular_, 11);
    feet();
    return bytes();
  }

 private:
  tl::unexpected<base::Error> failed() const {
    char code[32];
    std::snprintf(code, sizeof code, "0x%04lx", status_);
    return base::failure(Errc::kReport, "The report could not be made",
                         std::string("The PDF library says ") + code, "Export the reads as CSV instead");
  }

  void new_page() {
    page_ = HPDF_AddPage(pdf_.get());
    HPDF_Page_SetSize(page_, HPDF_PAGE_SIZE_LETTER, HPDF_PAGE_PORTRAIT);
    pages_.push_back(page_);
    y_ = kHeight - kMargin;
  }
  void text(float x, float y, HPDF_Font font, float size, const std::string& words) {
    HPDF_Page_BeginText(page_);
    HPDF_Page_SetFontAndSize(page_, font, size);
    HPDF_Page_TextOut(page_, x, y, words.c_str());
    HPDF_Page_EndText(page_);
  }

  // As much as fits into the width, at a space where there is one; the rest is drawn on the next lines.
  float lines(float x, float y, float width, HPDF_Font font, float size, const std::string& utf8, int most) {
    std::string rest = encoded(utf8);
    HPDF_Page_SetFontAndSize(page_, font, size);
    for (int line = 0; line < most && !rest.empty(); ++line) {
      auto fits =
          static_cast<std::size_t>(HPDF_Page_MeasureText(page_, rest.c_str(), width, HPDF_TRUE, nullptr));
      if (fits == 0) fits = HPDF_Page_MeasureText(page_, rest.c_str(), width, HPDF_FALSE, nullptr);
      if (fits == 0) break;  // not even one letter: status_ tells, or the width is nothing
      std::string now = rest.substr(0, fits);
      rest.erase(0, fits);
      if (line + 1 == most && !rest.empty() && now.size() > 3) now.replace(now.size() - 3, 3, "...");
      text(x, y, font, size, now);
      y -= size * 1.35F;
    }
    return y;
  }
  void paragraph(const std::string& words, HPDF_Font font, float size) {
    y_ = lines(kMargin, y_, kWidth - 2 * kMargin, font, size, words, 12) - size * 0.4F;
  }

  void head() {
    new_page();
    y_ -= 18;
    paragraph("Case report " + sheet_.case_number, bold_, 20);
    if (!sheet_.case_title.empty()) paragraph(sheet_.case_title, regular_, 12);
    paragraph(sheet_.agency + ". Made by " + sheet_.officer + " on " +
                  local_time_text(sheet_.made_at, sheet_.clock) + ".",
              regular_, 10);
    paragraph("Question: " + sheet_.sentence + ".", regular_, 10);
    paragraph("As written: " + sheet_.question, regular_, 10);
    std::string count;
    if (!sheet_.vehicles.empty()) {
      count = "Vehicles found: " + std::to_string(sheet_.vehicles_found);
      const std::size_t here = std::min(sheet_.vehicles.size(), kMostReportVehicles);
      if (sheet_.vehicles_found > here)
        count += ", of which the first " + std::to_string(here) + " stand here";
      count += ". ";
    }
    paragraph(count + "Reads: " + part_text(sheet_) + ". This export is entry " +
                  std::to_string(sheet_.ledger_index) + " of the agency's public log.",
              bold_, 10);
    paragraph(
        "Plates and looks were read by a machine and may be wrong. A read is no proof of who drove, and no "
        "ground for a stop by itself: compare plate, state and vehicle on the picture.",
        regular_, 9);
    if (!sheet_.vehicles.empty()) {
      paragraph(
          "To have passed the same places says nothing about who was in a vehicle, nor that people know each "
          "other.",
          regular_, 9);
    }
    if (sheet_.kind == "again")
      paragraph("These look alike to a machine. None is said to be the same vehicle.", regular_, 9);
    y_ -= 4;
  }

  void vehicles() {
    constexpr float kLine = 15;
    constexpr std::array<float, 5> kColumns{kMargin, kMargin + 110, kMargin + 170, kMargin + 220,
                                            kMargin + 370};
    const auto line = [&](const std::array<std::string, 5>& cells, HPDF_Font first, HPDF_Font others) {
      if (y_ - kLine < kMargin + 24) new_page();
      for (std::size_t i = 0; i < cells.size(); ++i)
        text(kColumns[i], y_ - 10, i == 0 ? first : others, i == 0 ? 11 : 9, encoded(cells[i]));
      y_ -= kLine;
    };
    if (sheet_.vehicles.empty()) return;
    line({"Plate", "Cameras", "Reads", "First seen", "Last seen"}, bold_, bold_);
    for (std::size_t i = 0; i < std::min(sheet_.vehicles.size(), kMostReportVehicles); ++i) {
      const Vehicle& one = sheet_.vehicles[i];
      line({one.plate, std::to_string(one.cameras), std::to_string(one.reads),
            local_time_text(one.first_seen, sheet_.clock), local_time_text(one.last_seen, sheet_.clock)},
           mono_, regular_);
    }
    y_ -= 8;
    left_out(sheet_.vehicles.size(), kMostReportVehicles, "vehicles", "vehicles.csv");
    paragraph("The reads that this rests on", bold_, 12);
  }

  void left_out(std::size_t all, std::size_t most, const char* what, const char* file) {
    if (all <= most) return;
    if (y_ - 40 < kMargin + 24) new_page();
    y_ -= 12;
    paragraph("A report holds at most " + std::to_string(most) + " " + what + ": the other " +
                  std::to_string(all - most) + " stand in " + file + " of the package.",
              bold_, 10);
  }

  // Damaged, or sealed, so that only its addressee can open it: the reason stands where it would be.
  bool picture(const std::string& bytes, float top) {
    if (picture_suffix(bytes) != "jpg" || drawn_ >= kMostReportPictures) return false;
    const HPDF_Image image = HPDF_LoadJpegImageFromMem(
        pdf_.get(), reinterpret_cast<const HPDF_BYTE*>(bytes.data()), static_cast<HPDF_UINT>(bytes.size()));
    if (image == nullptr) {
      HPDF_ResetError(pdf_.get());
      status_ = HPDF_OK;
      return false;
    }
    const auto w = static_cast<float>(HPDF_Image_GetWidth(image)),
               h = static_cast<float>(HPDF_Image_GetHeight(image));
    const float scale = std::min(kPictureWidth / w, kPictureHeight / h);
    HPDF_Page_DrawImage(page_, image, kMargin, top - h * scale, w * scale, h * scale);
    ++drawn_;
    return true;
  }

  void add(const Row& row) {
    if (row.gap_before_min > 0) {
      if (y_ - kRowHeight - 20 < kMargin + 24) new_page();
      y_ -= 4;
      paragraph("No read for " + std::to_string(row.gap_before_min / 60) + " h " +
                    std::to_string(row.gap_before_min % 60) + " min: where it was is not known.",
                bold_, 9);
    }
    if (y_ - kRowHeight < kMargin + 24) new_page();
    HPDF_Page_SetLineWidth(page_, 0.5F);
    HPDF_Page_MoveTo(page_, kMargin, y_);
    HPDF_Page_LineTo(page_, kWidth - kMargin, y_);
    HPDF_Page_Stroke(page_);
    const float top = y_ - 7;
    if (!picture(row.picture, top)) {
      const std::string why = !row.no_picture.empty() ? row.no_picture
                              : row.picture.empty()   ? "No picture."
                                                      : "The picture is not shown here; see the package.";
      lines(kMargin, top - 10, kPictureWidth, regular_, 8, why, 4);
    }
    const float width = kWidth - kMargin - kTextLeft;
    float y = top - 14;
    char confidence[32];
    std::snprintf(confidence, sizeof confidence, "%.0f %%", row.plate_confidence * 100);
    y = lines(kTextLeft, y, width, mono_, 16, row.plate.empty() ? "No plate read" : row.plate, 1);
    if (!row.plate.empty())
      y = lines(kTextLeft, y + 4, width, regular_, 9,
                "Region " + row.region + ", confidence of the reader " + confidence, 1);
    y = lines(kTextLeft, y, width, bold_, 10, local_time_text(row.captured_at, sheet_.clock), 1);
    y = lines(kTextLeft, y, width, regular_, 10, row.camera_name, 1);
    y = lines(kTextLeft, y, width, regular_, 9,
              "Color " + row.color + ", body " + row.body + ", make " + row.make +
                  (row.likeness.empty() ? "" : ", likeness: " + row.likeness),
              1);
    for (const std::string& correction : row.corrections) {
      if (y < y_ - kRowHeight + 20) break;
      y = lines(kTextLeft, y, width, regular_, 9, "Correction: " + correction, 1);
    }
    lines(kTextLeft, y_ - kRowHeight + 6, width, regular_, 7, row.read_id, 1);
    y_ -= kRowHeight;
  }

  void feet() {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      page_ = pages_[i];
      text(kMargin, kMargin - 14, regular_, 8,
           encoded(sheet_.agency + " · case " + sheet_.case_number + " · log entry " +
                   std::to_string(sheet_.ledger_index) + " · page " + std::to_string(i + 1) + " of " +
                   std::to_string(pages_.size())));
    }
  }

  base::Result<std::string> bytes() {
    HPDF_SaveToStream(pdf_.get());
    if (status_ != HPDF_OK) return failed();
    std::string out(HPDF_GetStreamSize(pdf_.get()), '\0');
    auto size = static_cast<HPDF_UINT32>(out.size());
    HPDF_ReadFromStream(pdf_.get(), reinterpret_cast<HPDF_BYTE*>(out.data()), &size);
    out.resize(size);
    if (!out.starts_with("%PDF-")) return failed();
    return out;
  }

  const Sheet& sheet_;
  HPDF_STATUS status_ = HPDF_OK;
  std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, void (*)(HPDF_Doc)> pdf_;
  HPDF_Font regular_ = nullptr, bold_ = nullptr, mono_ = nullptr;
  HPDF_Page page_ = nullptr;
  std::vector<HPDF_Page> pages_;
  std::size_t drawn_ = 0;
  float y_ = 0;
};

}  // namespace

base::Result<std::string> report_of(const Sheet& sheet) {
  return Report(sheet).make();
}

}  // namespace glasshouse::exports
