#include "exports/package.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "crypto/crypto.h"
#include "exports/csv.h"
#include "exports/report.h"
#include "exports/zip.h"

namespace glasshouse::exports {
namespace {

using Json = nlohmann::json;

// The way of RFC 6962, section 2.1.3.2, in the words of a shell that every Debian has.
constexpr std::string_view kCheck = R"sh(#!/bin/sh
# Checks this package: that no file was changed since it was made, that the log's entry for it stands in the log, and that
# each sealed picture is the one that its camera signed.
# Needs coreutils, grep, sed and openssl (Debian package "openssl"). Nothing is fetched.
set -eu
cd "$(dirname "$0")"
sha256sum --quiet -c SHA256SUMS
echo "files: as they were made"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hash() { openssl dgst -sha256 -binary; }
proof=log/entry.tlog-proof
index=$(sed -n 's/^index //p' "$proof")
sed '1,/^$/d' "$proof" > "$work/note"                        # the signed checkpoint
size=$(sed -n 2p "$work/note")
sed -n 3p "$work/note" | base64 -d > "$work/root"

# 1. The checkpoint bears the log's signature.
key=$(cut -d+ -f3- log/log.vkey)
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; printf %s "$key" | base64 -d | tail -c 32; } > "$work/key"
sed '/^$/,$d' "$work/note" > "$work/text"
name=$(head -n 1 "$work/note")
grep -F -- "— $name " "$work/note" | head -n 1 | sed 's/.* //' | base64 -d | tail -c 64 > "$work/signature"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" -sigfile "$work/signature" > /dev/null
echo "checkpoint: signed by $name, $size entries"

# 2. The entry is in the tree that the checkpoint speaks of.
{ printf '\000'; cat log/entry.leaf; } | hash > "$work/here"
at=$index last=$((size - 1))
sed -n '/^index /,/^$/p' "$proof" | sed '1d;/^$/d' > "$work/path"
while read -r beside; do
  [ "$last" -gt 0 ] || { echo "the proof is too long" >&2; exit 1; }
  printf %s "$beside" | base64 -d > "$work/beside"
  if [ $((at % 2)) = 1 ] || [ "$at" = "$last" ]; then
    { printf '\001'; cat "$work/beside" "$work/here"; } | hash > "$work/next"
    while [ $((at % 2)) = 0 ] && [ "$at" != 0 ]; do at=$((at / 2)) last=$((last / 2)); done
  else
    { printf '\001'; cat "$work/here" "$work/beside"; } | hash > "$work/next"
  fi
  mv "$work/next" "$work/here"
  at=$((at / 2)) last=$((last / 2))
done < "$work/path"
[ "$last" = 0 ] && cmp -s "$work/here" "$work/root" || { echo "entry $index is not in the log" >&2; exit 1; }
echo "entry $index: in the log"

# 3. What is said of the entry here is what it commits to.
while read -r opened; do
  digest=$(printf %s "$opened" | hash | base64 | tr '+/' '-_' | tr -d '=\n')
  grep -qF -- "$digest" log/entry.leaf || { echo "a field is not the one that was recorded" >&2; exit 1; }
done < log/disclosures
echo "fields: as they were recorded"

# 4. Each sealed picture is the one that its camera signed. The signature is by the key in the manifest: the same camera has
#    the same key in every package.
signed=0
for manifest in pictures/*.manifest; do
  [ -e "$manifest" ] || continue
  sealed=${manifest%.manifest}.age
  lines=$(grep -a -n -m 1 '^--- ' "$sealed" | cut -d: -f1)
  payload=$(tail -n "+$((lines + 1))" "$sealed" | sha256sum | cut -d' ' -f1)
  grep -qx "payload $payload" "$manifest" || { echo "$sealed is not the one that was signed" >&2; exit 1; }
  bytes() { sed -n "s/^$1 //p" "$manifest" | tr -d '\n' | tr a-f A-F | basenc --base16 -d; }
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; bytes key; } > "$work/key"
  bytes signature > "$work/signature"
  sed '$d' "$manifest" > "$work/text"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" -sigfile "$work/signature" > /dev/null
  signed=$((signed + 1))
done
echo "sealed pictures: $signed, each as its camera signed it"
echo "sound"
)sh";

// Opening needs the key, which never was on the server: docs/formats/export.md.
constexpr std::string_view kOpen = R"sh(#!/bin/sh
# Opens the sealed pictures into the folder "opened", and holds each against what its camera signed.
#   sh ./open KEYFILE      the file that was saved beside the package, or your own age identity
# Needs coreutils, sed, openssl and age (Debian packages "openssl" and "age").
set -eu
key=$(realpath "${1:?say which key: sh ./open KEYFILE}")
cd "$(dirname "$0")"
mkdir -p opened
count=0
for sealed in pictures/*.age; do
  [ -e "$sealed" ] || { echo "no picture of this package is sealed"; exit 0; }
  name=$(basename "$sealed" .age)
  age -d -i "$key" -o "opened/$name.jpg" "$sealed"
  # What stands after the picture's end is its padding and, at the very end, the 32 bytes that the signature is made with.
  number=$(tail -c 32 "opened/$name.jpg" | od -An -v -tx1 | tr -d ' \n')
  commitment=$(head -c -32 "opened/$name.jpg" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$number" | sed 's/.* //')
  grep -qx "commitment $commitment" "pictures/$name.manifest" || { echo "$name is not what its camera signed" >&2; exit 1; }
  count=$((count + 1))
done
echo "opened: $count, each as its camera signed it"
)sh";

std::string readme(const Sheet& sheet, const LogEvidence& evidence) {
  return "Reads exported under case " + sheet.case_number + "\n" + sheet.agency + ", made by " +
         sheet.officer + " at " + base::format_rfc3339(sheet.made_at) + "\n\nQuestion: " + sheet.sentence +
         "\nHere: " + part_text(sheet) + " reads" +
         (sheet.vehicles.empty() ? ""
                                 : " that the answer rests on, and " + vehicles_text(sheet) + " vehicles") +
         "\n\nreads.csv        the reads, for a spreadsheet\n" +
         (sheet.vehicles.empty() ? "" : "vehicles.csv     the vehicles, for a spreadsheet\n") +
         "report.pdf       the same, to print\n"
         "pictures/        the pictures, named by the read's id; .age: sealed, with what its camera signed "
         "in .manifest\n"
         "manifest.json    all of it for programs, with the SHA-256 of each picture\n"
         "log/             the entry of the agency's public log under which this was exported, and its "
         "proof\n"
         "SHA256SUMS       of every file but itself\n"
         "check            does all of the checks below\n"
         "open             opens the sealed pictures with the key that was saved beside this package, or "
         "your own:\n"
         "                 sh ./open KEYFILE (Debian packages age and openssl)\n"
         "\nTo check it on Debian\n\n"
         "  sh ./check\n\n"
         "or by hand, the files alone:\n\n"
         "  sha256sum -c SHA256SUMS\n\n"
         "The check says that this package is unchanged, and that its making is entry " +
         std::to_string(sheet.ledger_index) + " of the log\nwhose key is in log/log.vkey:\n\n  " +
         evidence.verifier_key +
         "\n\nCompare that key with the one that the agency publishes; a key that came with the package "
         "proves "
         "nothing by\nitself. What the entry says is in log/disclosures, a field a line; to read them:\n\n"
         "  while read -r line; do printf '%s==' \"$line\" | tr '_-' '/+' | base64 -di 2> /dev/null; echo; "
         "done < "
         "log/disclosures\n\n"
         "The entry after it of kind \"export.made\" holds the SHA-256 of the whole archive.\n";
}

Json row_json(const Row& row, const std::string& picture_name) {
  Json item{{"read_id", row.read_id},
            {"captured_at", base::format_rfc3339(row.captured_at)},
            {"camera",
             {{"id", row.camera_id}, {"name", row.camera_name}, {"lat", row.lat_deg}, {"lon", row.lon_deg}}},
            {"color", row.color},
            {"body", row.body},
            {"make", row.make},
            {"corrections", row.corrections}};
  if (!row.plate.empty())
    item["plate"] = {{"text", row.plate}, {"region", row.region}, {"confidence", row.plate_confidence}};
  if (row.gap_before_min > 0) item["gap_before_minutes"] = row.gap_before_min;
  if (!row.likeness.empty()) item["likeness"] = row.likeness;
  if (!picture_name.empty())
    item["picture"] = {{"file", picture_name}, {"sha256", crypto::sha256_hex(row.picture)}};
  else
    item["no_picture"] = row.no_picture.empty() ? "The read came without one." : row.no_picture;
  return item;
}

class Package {
 public:
  explicit Package(base::Time made_at) : zip_(made_at) {}
  void add(const std::string& name, std::string_view bytes, bool executable = false) {
    if (!failed_) {
      if (auto added = zip_.add(name, bytes, executable); !added) failed_ = added.error();
    }
    sums_ += crypto::sha256_hex(bytes) + "  " + name + "\n";
  }
  base::Result<std::string> finish() && {
    if (!failed_) {
      if (auto added = zip_.add("SHA256SUMS", sums_); !added) failed_ = added.error();
    }
    if (failed_) return tl::unexpected(*failed_);
    return std::move(zip_).finish();
  }

 private:
  Zip zip_;
  std::string sums_;
  std::optional<base::Error> failed_;
};

}  // namespace

base::Result<std::string> package_of(const Sheet& sheet, const LogEvidence& evidence) {
  const auto report = report_of(sheet);
  if (!report) return tl::unexpected(report.error());
  Package package(sheet.made_at);
  package.add("README.txt", readme(sheet, evidence));
  package.add("check", kCheck, true);
  package.add("open", kOpen, true);
  package.add("reads.csv", csv_of(sheet));
  if (!sheet.vehicles.empty()) package.add("vehicles.csv", vehicles_csv_of(sheet));
  package.add("report.pdf", *report);
  Json manifest{{"format", "glasshouse-export 1"},
                {"agency", sheet.agency},
                {"case", sheet.case_number},
                {"officer", sheet.officer},
                {"made_at", base::format_rfc3339(sheet.made_at)},
                {"question", sheet.question},
                {"sentence", sheet.sentence},
                {"ledger_index", sheet.ledger_index},
                {"kind", sheet.kind},
                {"reads_found", sheet.total},
                {"first_read", sheet.first_row},
                {"reads", Json::array()}};
  if (!sheet.vehicles.empty()) manifest["vehicles_found"] = sheet.vehicles_found;
  for (const Vehicle& one : sheet.vehicles) {
    manifest["vehicles"].push_back({{"plate", one.plate},
                                    {"cameras", one.cameras},
                                    {"reads", one.reads},
                                    {"first_seen", base::format_rfc3339(one.first_seen)},
                                    {"last_seen", base::format_rfc3339(one.last_seen)}});
  }
  for (const Row& row : sheet.rows) {
    std::string name;
    if (!row.picture.empty()) {
      name = "pictures/" + row.read_id + "." + picture_suffix(row.picture);
      package.add(name, row.picture);
      if (!row.picture_manifest.empty())
        package.add("pictures/" + row.read_id + ".manifest", row.picture_manifest);
    }
    manifest["reads"].push_back(row_json(row, name));
  }
  package.add("manifest.json", manifest.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  package.add("log/entry.leaf", evidence.leaf);
  package.add("log/entry.tlog-proof", evidence.tlog_proof);
  package.add("log/log.vkey", evidence.verifier_key + "\n");
  std::string opened;
  for (const std::string& one : evidence.disclosures) opened += one + "\n";
  package.add("log/disclosures", opened);
  return std::move(package).finish();
}

}  // namespace glasshouse::exports
