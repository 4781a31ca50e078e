#include <mutex>
#include <utility>

#include "net/curl_rules.h"
#include "net/http.h"

namespace glasshouse::net {
namespace {

constexpr std::size_t kMaxAnswerHeaderBytes = 64 * 1024;
constexpr long kConnectTimeoutMs = 10000;

// What the callbacks of one request need.
struct Exchange {
  const ClientRequest* request = nullptr;
  ClientResponse response;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* user) {
  auto* exchange = static_cast<Exchange*>(user);
  if (exchange->response.body.size() + count > exchange->request->max_answer_bytes) {
    exchange->too_large = true;
    return 0;
  }
  exchange->response.body.append(bytes, count);
  return count;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* user) {
  auto* exchange = static_cast<Exchange*>(user);
  exchange->header_bytes += count;
  if (exchange->header_bytes > kMaxAnswerHeaderBytes) {
    exchange->too_large = true;
    return 0;
  }
  std::string_view line(bytes, count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    if (line.starts_with("HTTP/")) exchange->response.headers = {};  // of 100 Continue nothing is kept
    return count;
  }
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  exchange->response.headers.add(std::string(line.substr(0, colon)), std::string(value));
  return count;
}

// "http://user@host/" is refused: it is only ever used to mislead.
bool has_user_info(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return false;
  const std::size_t end = url.find_first_of("/?#", start + 3);
  return url.substr(start + 3, end == std::string::npos ? end : end - start - 3).find('@') !=
         std::string::npos;
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(Reach reach) : reach_(std::move(reach)) {
    for (CURL*& easy : easy_) easy = new_curl();
  }
  ~CurlClient() override {
    for (CURL* easy : easy_) curl_easy_cleanup(easy);
  }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  base::Result<ClientResponse> send(const ClientRequest& request) override {
    std::lock_guard lock(mutex_);
    if (has_user_info(request.url)) {
      return base::failure(Errc::kProtocol, "The address cannot be called.", "It holds a user name.");
    }
    Exchange exchange{.request = &request};
    curl_slist* fields = nullptr;
    for (const auto& [name, value] : request.headers.all())
      fields = curl_slist_append(fields, (name + ": " + value).c_str());
    fields = curl_slist_append(fields, "Expect:");  // one round trip less
    CURL* easy = easy_[request.keep_connection ? 2 : request.allow_private_addresses ? 1 : 0];
    AddressRule rule{&reach_, request.allow_private_addresses};
    prepare(easy, request, exchange, fields);
    keep_to(easy, rule);
    if (!request.pin.empty()) prepare_for_peer(easy, request);
    const CURLcode code = curl_easy_perform(easy);
    curl_slist_free_all(fields);
    if (exchange.too_large && !rule.refused)
      return base::failure(Errc::kTooLarge, "The answer was too large.");
    if (code != CURLE_OK) return tl::unexpected(explain_curl(code, rule.refused));
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }

 private:
  void prepare(CURL* easy, const ClientRequest& request, Exchange& exchange, curl_slist* fields) {
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    curl_easy_reset(easy);  // options only; the connection stays
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
    set(CURLOPT_CONNECTTIMEOUT_MS, std::min(kConnectTimeoutMs, static_cast<long>(request.timeout_ms)));
    set(CURLOPT_HTTPHEADER, fields);
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &exchange);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_CUSTOMREQUEST, std::string(name_of(request.method)).c_str());
    if (request.method == Method::kHead) set(CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == Method::kPost || request.method == Method::kPut ||
        request.method == Method::kPatch) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
  }

  // Both sides show a certificate; which key theirs has is all that counts.
  static void prepare_for_peer(CURL* easy, const ClientRequest& request) {
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    const auto blob = [](const std::string& bytes) {
      return curl_blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
    };
    curl_blob certificate = blob(request.certificate_pem), key = blob(request.key_pem);
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_PINNEDPUBLICKEY, request.pin.c_str());
    set(CURLOPT_SSLCERT_BLOB, &certificate);
    set(CURLOPT_SSLKEY_BLOB, &key);
    set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (request.keep_connection) return;
    set(CURLOPT_FORBID_REUSE, 1L);  // one handle serves others as well: no connection goes from peer to peer
    set(CURLOPT_FRESH_CONNECT, 1L);
  }

  const Reach reach_;
  std::mutex mutex_;
  // A kept connection was checked when it was opened, by the rule of whoever opened it: one handle, and so
  // one set of connections, for each rule.
  CURL* easy_[3] = {};
};

}  // namespace

std::unique_ptr<Client> Client::create() {
  return std::make_unique<CurlClient>(Reach{});
}

std::unique_ptr<Client> client_with(Reach reach) {
  return std::make_unique<CurlClient>(std::move(reach));
}

}  // namespace glasshouse::net
