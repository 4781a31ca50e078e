#include "app/read_output.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace glasshouse::app {
namespace {

using OrderedJson = nlohmann::ordered_json;

double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}
double share(double value) {
  return rounded(value, 10'000);
}

OrderedJson box_json(const vision::Box& box) {
  return OrderedJson::array({box.x, box.y, box.w, box.h});
}

OrderedJson plate_json(const vision::PlateReading& plate) {
  OrderedJson corners = OrderedJson::array(), candidates = OrderedJson::array(),
              characters = OrderedJson::array();
  for (const vision::Point& p : plate.corners_px) corners.push_back({rounded(p.x, 10), rounded(p.y, 10)});
  for (const vision::Candidate& c : plate.candidates)
    candidates.push_back({{"text", c.text}, {"confidence", share(c.confidence)}});
  for (const vision::Character& c : plate.characters) {
    OrderedJson others = OrderedJson::array();
    for (const vision::Alternative& a : c.alternatives)
      others.push_back({{"value", std::string(1, a.value)}, {"confidence", share(a.confidence)}});
    characters.push_back(
        {{"value", std::string(1, c.value)}, {"confidence", share(c.confidence)}, {"alternatives", others}});
  }
  return {{"text", plate.text},
          {"confidence", share(plate.confidence)},
          {"box", box_json(plate.box_px)},
          {"corners", corners},
          {"region", plate.region},
          {"region_confidence", share(plate.region_confidence)},
          {"raw_text", plate.raw_text},
          {"candidates", candidates},
          {"characters", characters}};
}

OrderedJson vehicle_json(const vision::VehicleLooks& looks) {
  OrderedJson vehicle = {{"body", looks.body},           {"body_confidence", share(looks.body_confidence)},
                         {"color", looks.color},         {"color_confidence", share(looks.color_confidence)},
                         {"make", looks.make},           {"make_confidence", share(looks.make_confidence)},
                         {"class", looks.vehicle_class}, {"class_confidence", share(looks.class_confidence)},
                         {"view", looks.view},           {"view_confidence", share(looks.view_confidence)}};
  if (!looks.features.empty()) vehicle["features"] = looks.features;
  if (looks.fingerprint)
    vehicle["fingerprint"] = {{"version", vision::kFingerprintVersion}, {"values", *looks.fingerprint}};
  if (looks.box_px.w > 0) vehicle["box"] = box_json(looks.box_px);
  return vehicle;
}

std::string jsonl(const std::string& source, const vision::PictureResult& result,
                  const std::optional<PassingTime>& time) {
  OrderedJson line = {{"source", source}, {"width", result.width}, {"height", result.height}};
  if (time)
    line.update({{"first_ms", time->first_ms},
                 {"last_ms", time->last_ms},
                 {"told_ms", time->told_ms},
                 {"best_ms", time->best_ms},
                 {"frames_seen", time->frames_seen}});
  OrderedJson reads = OrderedJson::array();
  for (const vision::PictureRead& read : result.reads) {
    OrderedJson item;
    item["plate"] = read.plate ? plate_json(*read.plate) : OrderedJson(nullptr);
    item["vehicle"] = vehicle_json(read.vehicle);
    reads.push_back(std::move(item));
  }
  line["reads"] = std::move(reads);
  if (!time) {
    const vision::StageTimings& ms = result.timings_ms;
    line["timing_ms"] = {{"decode", rounded(ms.decode, 10)}, {"vehicles", rounded(ms.vehicles, 10)},
                         {"plates", rounded(ms.plates, 10)}, {"text", rounded(ms.text, 10)},
                         {"looks", rounded(ms.looks, 10)},   {"nets", rounded(ms.nets, 10)},
                         {"total", rounded(ms.total, 10)}};
  }
  // A path need not be UTF-8; a broken byte becomes U+FFFD rather than an exception.
  return line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

// RFC 4180, and no cell that a spreadsheet would take for a formula.
std::string csv_cell(const std::string& text) {
  std::string cell = text;
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos)
    cell.insert(0, "'");
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string number(double value, const char* layout) {
  char text[32];
  std::snprintf(text, sizeof text, layout, value);
  return text;
}

std::string csv_row(const std::string& source, const vision::PictureRead* read,
                    const std::optional<PassingTime>& time) {
  std::string row = csv_cell(source);
  const auto add = [&](const std::string& cell) { row += "," + csv_cell(cell); };
  const vision::PlateReading* plate = read != nullptr && read->plate ? &*read->plate : nullptr;
  add(time ? std::to_string(time->first_ms) : "");
  add(time ? std::to_string(time->last_ms) : "");
  add(plate ? plate->text : "");
  add(plate ? number(plate->confidence, "%.4f") : "");
  add(plate ? plate->region : "");
  for (int side = 0; side < 4; ++side) {
    const vision::Box box = plate ? plate->box_px : vision::Box{};
    const int values[4] = {box.x, box.y, box.w, box.h};
    add(plate ? std::to_string(values[side]) : "");
  }
  add(read ? read->vehicle.vehicle_class : "");
  add(read ? read->vehicle.body : "");
  add(read ? read->vehicle.color : "");
  add(read ? read->vehicle.make : "");
  return row + "\r\n";
}

// A terminal must not be steered by a file's name.
std::string printable(const std::string& text) {
  std::string safe;
  for (char c : text) safe += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return safe;
}

std::string table_row(const std::string& source, const vision::PictureRead* read,
                      const std::optional<PassingTime>& time) {
  std::string plate = "no plate", confidence = "", region = "", looks = "";
  if (read != nullptr && read->plate) {
    plate = read->plate->text;
    confidence = number(read->plate->confidence * 100, "%.0f %%");
    region = read->plate->region;
  }
  if (read != nullptr) {
    looks = read->vehicle.color == "unknown" ? "" : read->vehicle.color + " ";
    looks += read->vehicle.body != "unknown" ? read->vehicle.body : read->vehicle.vehicle_class;
  } else {
    plate = "nothing";
  }
  char row[160];
  std::snprintf(row, sizeof row, "%-10s  %5s  %-8s  %-18s  ", plate.c_str(), confidence.c_str(),
                region.c_str(), looks.c_str());
  std::string place = printable(source);
  if (time) place += number(time->best_ms / 1000.0, " at %.1f s");
  return row + place + "\n";
}

}  // namespace

std::string read_heading(ReadFormat format) {
  switch (format) {
    case ReadFormat::kTable:
      return "PLATE       SURE   REGION    VEHICLE             SOURCE\n";
    case ReadFormat::kCsv:
      return "source,first_ms,last_ms,plate,confidence,region,x,y,w,h,class,body,color,make\r\n";
    case ReadFormat::kJsonl:
      break;
  }
  return "";
}

std::string read_lines(ReadFormat format, const std::string& source, const vision::PictureResult& result,
                       const std::optional<PassingTime>& time) {
  if (format == ReadFormat::kJsonl) return jsonl(source, result, time);
  const auto row = format == ReadFormat::kCsv ? csv_row : table_row;
  if (result.reads.empty()) return row(source, nullptr, time);
  std::string lines;
  for (const vision::PictureRead& read : result.reads) lines += row(source, &read, time);
  return lines;
}

}  // namespace glasshouse::app
