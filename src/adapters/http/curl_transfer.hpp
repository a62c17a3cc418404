#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>
#include <boost/asio/steady_timer.hpp>

#include "adapters/http/answer_file_writer.hpp"
#include "adapters/http/body_file_reader.hpp"
#include "adapters/http/curl_client.hpp"

namespace vacuum {

using HttpOutcome = Result<HttpResponse, HttpFailure>;

/// One exchange: an easy handle, what it received, and the moment when it ended. Stays in place while libcurl
/// knows it.
class CurlTransfer {
 public:
  CurlTransfer(const boost::asio::any_io_executor& executor, HttpRequest request,
               const CurlClientOptions& options);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_; }
  [[nodiscard]] static CurlTransfer* from(CURL* easy);

  /// Cancelled when the exchange ended; expires with the request's timeout.
  boost::asio::steady_timer& ended() { return ended_; }
  [[nodiscard]] bool has_outcome() const { return outcome_.has_value(); }
  /// Precondition: has_outcome().
  HttpOutcome take_outcome() { return std::move(*outcome_); }

  /// libcurl is done with it.
  void finish(CURLcode code);
  /// We end it for a reason of our own.
  void fail(std::string_view reason);
  /// Carries out an exchange with files on this thread.
  void perform();
  /// Ends an exchange with files soon. May be called from any thread.
  void stop() { stopped_ = true; }

 private:
  void set_options(const CurlClientOptions& options);
  void set_method_and_body();
  void set_body_file();
  void set_progress();
  void set_headers(const CurlClientOptions& options);
  [[nodiscard]] HttpFailure failure(HttpFailureKind kind, std::string_view reason) const;
  [[nodiscard]] HttpFailure failure_of(CURLcode code) const;

  static int before_request(void* self, char*, char*, int, int);
  static std::size_t receive_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t receive_body(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t give_body(char* data, std::size_t size, std::size_t count, void* self);
  static int move_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent);
  bool take_header(std::string_view line);
  bool take_body(std::string_view part);
  bool take_into_memory(std::string_view part);
  [[nodiscard]] int status() const;
  bool begin_answer_file();

  HttpRequest request_;
  boost::asio::steady_timer ended_;
  CURL* easy_;
  curl_slist* header_list_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  int requests_begun_ = 0;  ///< how often libcurl was about to send; it may do so once
  std::string own_reason_;  ///< why a callback of ours ended it
  HttpFailureKind own_kind_ = HttpFailureKind::answer_lost;
  std::optional<AnswerFileWriter> answer_file_;
  std::optional<BodyFileReader> body_file_;
  std::atomic<bool> stopped_{false};
  std::optional<HttpOutcome> outcome_;
};

/// Why a request cannot be sent as it is: another scheme than http(s), a line break in a header.
[[nodiscard]] std::optional<HttpFailure> find_fault(const HttpRequest& request);

}  // namespace vacuum
