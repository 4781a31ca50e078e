#include <algorithm>

#include "api/cameras.h"

namespace glasshouse::api {
namespace {

// The newest sign of life: a report or a read (after a restart of the server there are only reads).
std::optional<base::Time> last_sign(const CameraFacts& facts) {
  std::optional<base::Time> sign = facts.last_read_at;
  if (facts.contact && (!sign || facts.contact->at > *sign)) sign = facts.contact->at;
  return sign;
}

std::string counted(std::uint64_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

void find_source_trouble(const CameraFacts& facts, std::vector<Finding>& findings) {
  if (!facts.contact) return;
  const std::string said =
      facts.contact->message.empty() ? std::string() : " It says: " + facts.contact->message;
  if (facts.contact->source_state == "failed") {
    findings.push_back(
        {"problem", "The device is running, but it gets no picture from its camera." + said,
         "Check the camera's power, its network cable and the address that the device was given."});
  } else if (facts.contact->source_state == "waiting") {
    findings.push_back({"warn", "The device is running and waits for its source." + said,
                        "If it goes on for more than a minute, check the camera or the watched folder."});
  }
}

void find_backlog(const CameraFacts& facts, std::vector<Finding>& findings) {
  if (!facts.contact || facts.contact->spool_reads < kSpoolWorthSaying) return;
  findings.push_back(
      {"warn", counted(facts.contact->spool_reads, "read waits", "reads wait") + " on the device.",
       "They arrive by themselves, oldest first. If the number grows, the line to the server is too slow."});
}

// What the signatures of its pictures tell.
void find_chain_trouble(const CameraFacts& facts, std::vector<Finding>& findings) {
  const PictureHealth& pictures = facts.pictures;
  if (pictures.broken_at) {
    findings.push_back(
        {"problem",
         "Its pictures do not follow one another: one that came " + ago(*pictures.broken_at, facts.now) +
             " names another one before it than came.",
         "Two devices may sign with one key, or somebody changed what was sent. Set the device up "
         "anew with a new token."});
  }
  if (pictures.other_key_at) {
    findings.push_back(
        {"warn",
         "The device signs its pictures with another key than before; the first one came " +
             ago(*pictures.other_key_at, facts.now) + ".",
         "Set up anew it does so. If nobody did that, somebody else has its token: issue a new one."});
  }
  if (pictures.missing > 0) {
    findings.push_back(
        {"warn",
         counted(pictures.missing, "picture that it took", "pictures that it took") +
             " did not come, though later ones did.",
         "A full disk, a loss of power or a refused read does that. If it goes on, look at the "
         "device's disk and log: somebody may also keep them back."});
  }
}

void find_quiet(const CameraFacts& facts, std::vector<Finding>& findings) {
  constexpr double kEnoughToCompare = 5;
  const auto usual = static_cast<std::uint64_t>(facts.usual_reads_this_hour + 0.5);
  if (facts.usual_reads_this_hour >= kEnoughToCompare &&
      static_cast<double>(facts.reads_last_hour) < facts.usual_reads_this_hour / 5) {
    findings.push_back({"warn",
                        "Fewer vehicles than usual: " + counted(facts.reads_last_hour, "read", "reads") +
                            " in the last hour, usually " + std::to_string(usual) + " at this time of day.",
                        "Something may block its view, or it may have been turned: look at its latest "
                        "picture under a case. A closed "
                        "street does the same."});
  } else if (facts.last_read_at && facts.now - *facts.last_read_at > kQuietAfter) {
    findings.push_back(
        {"warn", "No vehicle was read for a while; the last one " + ago(*facts.last_read_at, facts.now) + ".",
         "At night or on a small street that is normal."});
  }
}

}  // namespace

std::string ago(base::Time then, base::Time now) {
  const auto minutes = std::max<std::int64_t>(0, (now - then).count() / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return counted(static_cast<std::uint64_t>(minutes), "minute ago", "minutes ago");
  if (minutes < 48 * 60) return counted(static_cast<std::uint64_t>(minutes / 60), "hour ago", "hours ago");
  return counted(static_cast<std::uint64_t>(minutes / (24 * 60)), "day ago", "days ago");
}

std::string_view camera_state(const CameraFacts& facts) {
  if (!facts.enabled) return "disabled";
  const auto sign = last_sign(facts);
  if (!sign) return "never-seen";
  if (facts.now - *sign > kAwayAfter) return "away";
  if (!facts.last_read_at || facts.now - *facts.last_read_at > kQuietAfter) return "quiet";
  return "ok";
}

std::vector<Finding> camera_findings(const CameraFacts& facts) {
  std::vector<Finding> findings;
  const auto sign = last_sign(facts);
  if (!facts.enabled) {
    findings.push_back({"problem",
                        "This camera is switched off in Glasshouse; what its device sends is refused.",
                        "Enable it."});
    return findings;
  }
  if (!facts.has_token) {
    findings.push_back({"problem", "No device has been connected to this camera yet.",
                        "Make a claim code, or issue a device token, and start the device with the command "
                        "that is shown with it."});
    return findings;
  }
  if (facts.certificate == "revoked") {
    findings.push_back({"problem",
                        "The certificate of its device was revoked: nothing that it sends is taken.",
                        "Make a claim code and claim the device that shall be this camera."});
    return findings;
  }
  if (facts.certificate == "expired") {
    findings.push_back(
        {"problem", "The certificate of its device ran out, and the device has not renewed it.",
         "It does so by itself once it reaches this server, within seven days. After that it is "
         "claimed anew."});
  }
  if (!sign) {
    findings.push_back({"problem", "Its device has never reported here.",
                        "Check that it was started with this server's address and with the newest token; an "
                        "older token stops "
                        "working when a new one is issued."});
    return findings;
  }
  if (facts.now - *sign > kAwayAfter) {
    findings.push_back({"problem",
                        "The device does not report; the last sign of it was " + ago(*sign, facts.now) + ".",
                        "Its power, its network or its program is down. What it still reads waits on its own "
                        "disk and arrives when it "
                        "is back."});
    return findings;
  }
  find_source_trouble(facts, findings);
  find_chain_trouble(facts, findings);
  find_backlog(facts, findings);
  if (!facts.vault_trouble.empty()) {
    findings.push_back({"warn", "Its reads arrive, but no picture can be opened now. " + facts.vault_trouble,
                        "Look at the agent's machine, its program and the line to it."});
  }
  if (findings.empty() || findings.front().level != "problem") find_quiet(facts, findings);
  if (findings.empty()) findings.push_back({"ok", "Reads are arriving as usual.", ""});
  return findings;
}

}  // namespace glasshouse::api
