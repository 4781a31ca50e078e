#include "net/mail.h"

#include <algorithm>
#include <cstring>

#include "net/curl_rules.h"

namespace glasshouse::net {
namespace {

std::size_t give_mail(char* into, std::size_t, std::size_t room, void* user) {
  auto* left = static_cast<std::string_view*>(user);
  const std::size_t count = std::min(room, left->size());
  std::memcpy(into, left->data(), count);
  left->remove_prefix(count);
  return count;
}

std::size_t drop_answer(char*, std::size_t, std::size_t count, void*) {
  return count;
}

}  // namespace

base::Result<MailAnswer> send_mail(const Mail& mail, const Reach& reach) {
  const bool six = mail.server.host.find(':') != std::string::npos;
  const std::string url = mail.server.scheme + "://" +
                          (six ? "[" + mail.server.host + "]" : mail.server.host) + ":" +
                          std::to_string(mail.server.port);
  std::string_view left = mail.text;
  AddressRule rule{&reach};
  curl_slist* recipients = nullptr;
  for (const std::string& one : mail.to)
    recipients = curl_slist_append(recipients, ("<" + one + ">").c_str());
  CURL* easy = new_curl();
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_USE_SSL, static_cast<long>(mail.server.is_loopback() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(mail.timeout_ms));
  if (!mail.user.empty()) {
    set(CURLOPT_USERNAME, mail.user.c_str());
    set(CURLOPT_PASSWORD, mail.password.c_str());
  }
  const std::string from = "<" + mail.from + ">";
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, give_mail);
  set(CURLOPT_READDATA, &left);
  set(CURLOPT_WRITEFUNCTION, drop_answer);
  keep_to(easy, rule);
  const CURLcode code = curl_easy_perform(easy);
  long said = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &said);
  curl_easy_cleanup(easy);
  curl_slist_free_all(recipients);
  MailAnswer answer{static_cast<int>(said), code == CURLE_OK};
  if (code == CURLE_OK) return answer;
  if (code == CURLE_USE_SSL_FAILED)
    return base::failure(Errc::kTls, "The mail server offers no TLS, so nothing was sent.");
  if (said >= 400) return answer;
  return tl::unexpected(explain_curl(code, rule.refused));
}

}  // namespace glasshouse::net
