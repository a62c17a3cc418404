#include "adapters/http/curl_transfer.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "adapters/http/curl_failure.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr long kReceiveBufferBytes =
    512 * 1024;                            // the largest that libcurl takes: listings are megabytes long
constexpr std::size_t kPaddingBytes = 64;  // of capacity behind the body: what simdjson wants to read over
constexpr std::size_t kHeaderBytesMax = 64 * 1024;

}  // namespace

CurlTransfer::CurlTransfer(const boost::asio::any_io_executor& executor, HttpRequest request,
                           const CurlClientOptions& options)
    : request_(std::move(request)), ended_(executor, request_.timeout), easy_(curl_easy_init()) {
  if (easy_ == nullptr) throw std::bad_alloc();
  set_options(options);
  set_method_and_body();
  set_headers(options);
  if (request_.answer_file) answer_file_.emplace(*request_.answer_file, request_.progress);
  if (request_.has_file()) set_progress();
}

CurlTransfer::~CurlTransfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(header_list_);
}

CurlTransfer* CurlTransfer::from(CURL* easy) {
  void* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return static_cast<CurlTransfer*>(self);
}

void CurlTransfer::set_options(const CurlClientOptions& options) {
  const auto connect_timeout = std::min(options.connect_timeout, request_.timeout);
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // a slow name server must not block the loop at the end
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.ca_directory.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAPATH, options.ca_directory.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  if (!request_.answer_file) {
    curl_easy_setopt(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_answer_bytes));
  }
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::before_request);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::receive_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::receive_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

void CurlTransfer::set_method_and_body() {
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.body_file.empty()) return set_body_file();
  if (!request_.body.empty() || request_.method == "POST") {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::set_body_file() {
  body_file_.emplace(request_.body_file);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body_file_->size_bytes()));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &CurlTransfer::give_body);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  if (request_.progress) request_.progress->total_bytes = body_file_->size_bytes();
}

void CurlTransfer::set_progress() {
  const auto stall = std::chrono::duration_cast<Seconds>(request_.stall_timeout);
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, &CurlTransfer::move_on);
  curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(stall.count())));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
}

void CurlTransfer::set_headers(const CurlClientOptions& options) {
  const auto add = [this](const std::string& line) {
    header_list_ = curl_slist_append(header_list_, line.c_str());
  };
  for (const auto& [name, value] : request_.headers) {
    add(value.empty() ? name + ';' : fmt::format("{}: {}", name, value));
  }
  // Left to itself libcurl would announce a form, and wait for leave to send a longer body.
  if (header_value(request_.headers, "Content-Type").empty()) add("Content-Type:");
  add("Expect:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, header_list_);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, options.user_agent.c_str());
}

// libcurl sends a request again on its own when a reused connection is closed without an answer. A create
// would be carried out twice (spec 9): whatever the method, we let one request out.
int CurlTransfer::before_request(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (++transfer.requests_begun_ == 1) return CURL_PREREQFUNC_OK;
  transfer.own_reason_ = "the kept connection was closed without an answer";
  return CURL_PREREQFUNC_ABORT;
}

std::size_t CurlTransfer::receive_header(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<CurlTransfer*>(self)->take_header({data, size}) ? size : 0;
}

std::size_t CurlTransfer::receive_body(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<CurlTransfer*>(self)->take_body({data, size}) ? size : 0;
}

std::size_t CurlTransfer::give_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const auto read = transfer.body_file_->read({data, size * count});
  if (read) return *read;
  transfer.own_reason_ = transfer.body_file_->problem();
  transfer.own_kind_ = HttpFailureKind::local_file;
  return CURL_READFUNC_ABORT;
}

int CurlTransfer::move_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.body_file_ && transfer.request_.progress) transfer.request_.progress->done_bytes = sent;
  if (!transfer.stopped_) return 0;
  transfer.own_reason_ = "the client was stopped";
  return 1;
}

bool CurlTransfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderBytesMax) {
    own_reason_ = "the headers of the answer are too long";
    return false;
  }
  if (line.starts_with("HTTP/")) {  // the answer proper; what came before was 1xx
    response_.headers.clear();
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  return true;
}

int CurlTransfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

bool CurlTransfer::begin_answer_file() {
  if (!answer_file_ || !AnswerFileWriter::is_for(status()) || answer_file_->has_begun()) return true;
  curl_off_t announced = -1;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  auto begun = answer_file_->begin(status(), response_.headers, announced);
  if (begun) return true;
  own_kind_ = begun.error().kind;
  own_reason_ = std::move(begun.error().message);
  return false;
}

bool CurlTransfer::take_body(std::string_view part) {
  if (!answer_file_ || !AnswerFileWriter::is_for(status())) return take_into_memory(part);
  if (!begin_answer_file()) return false;
  auto taken = answer_file_->take(part);
  if (taken) return true;
  own_kind_ = taken.error().kind;
  own_reason_ = std::move(taken.error().message);
  return false;
}

bool CurlTransfer::take_into_memory(std::string_view part) {
  auto& body = response_.body;
  const std::size_t needed = body.size() + part.size() + kPaddingBytes;
  if (needed > request_.max_answer_bytes + kPaddingBytes) {
    own_reason_ = "the answer is longer than allowed";
    own_kind_ = HttpFailureKind::too_long;
    return false;
  }
  if (body.capacity() < needed) {
    curl_off_t announced = -1;
    curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    const bool first = body.empty() && announced > 0;
    const std::size_t wanted =
        first ? static_cast<std::size_t>(announced) + kPaddingBytes : body.capacity() * 2;
    body.reserve(std::max(needed, std::min(wanted, request_.max_answer_bytes + kPaddingBytes)));
  }
  body.append(part);
  return true;
}

void CurlTransfer::finish(CURLcode code) {
  if (outcome_) return;
  if (code == CURLE_OK && begin_answer_file()) {  // it may have had no body at all
    response_.status = status();
    response_.url = request_.url;
    response_.body.reserve(response_.body.size() + kPaddingBytes);
    outcome_.emplace(std::move(response_));
  } else {
    outcome_.emplace(Failure{failure_of(code)});
  }
  ended_.cancel();
}

void CurlTransfer::perform() {
  if (body_file_ && !body_file_->problem().empty()) {
    outcome_.emplace(Failure{failure(HttpFailureKind::local_file, body_file_->problem())});
  } else {
    finish(curl_easy_perform(easy_));
  }
}

void CurlTransfer::fail(std::string_view reason) {
  if (outcome_) return;
  const auto kind = requests_begun_ > 0 ? HttpFailureKind::answer_lost : HttpFailureKind::not_sent;
  outcome_.emplace(Failure{failure(kind, reason)});
  ended_.cancel();
}

HttpFailure CurlTransfer::failure_of(CURLcode code) const {
  if (!own_reason_.empty()) return failure(own_kind_, own_reason_);
  if (code == CURLE_FILESIZE_EXCEEDED) {
    return failure(HttpFailureKind::too_long, "the answer is longer than allowed");
  }
  const std::string_view text(error_text_.data());
  return failure(failure_kind(code, requests_begun_ > 0), text.empty() ? curl_easy_strerror(code) : text);
}

HttpFailure CurlTransfer::failure(HttpFailureKind kind, std::string_view reason) const {
  return {kind, fmt::format("{} {}: {}", request_.method, shown_url(request_.url), printable(trim(reason)))};
}

std::optional<HttpFailure> find_fault(const HttpRequest& request) {
  const auto refuse = [&](std::string_view reason) {
    return HttpFailure{HttpFailureKind::not_allowed, fmt::format("{}: {}", shown_url(request.url), reason)};
  };
  const std::string start = to_lower(std::string_view(request.url).substr(0, 8));
  if (!start.starts_with("http://") && start != "https://") return refuse("only http and https are spoken");
  const auto breaks_line = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(request.url, breaks_line)) return refuse("the URL holds a control character");
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (request.method.empty() || !std::ranges::all_of(request.method, is_upper)) return refuse("not a method");
  for (const auto& [name, value] : request.headers) {
    const bool odd_name = name.empty() || name.find_first_of(":; ") != std::string::npos;
    if (odd_name || std::ranges::any_of(name, breaks_line) || std::ranges::any_of(value, breaks_line)) {
      return refuse("a header holds a character that headers cannot hold");
    }
  }
  return std::nullopt;
}

}  // namespace vacuum
