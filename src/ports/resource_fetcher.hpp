#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// By what a server tells whether a text changed. Empty: not known.
struct Validators {
  std::string etag;
  std::string last_modified;  ///< as the server wrote it

  friend bool operator==(const Validators&, const Validators&) = default;
};

struct FetchRequest {
  std::string url;  ///< http or https
  std::size_t max_bytes = 1u << 20;
  Milliseconds timeout{10'000};  ///< for the whole of it, redirects included
  Validators known;              ///< of the copy that the caller has
};

struct FetchedText {
  std::string text;
  std::string url;  ///< that answered, after redirects
  Validators validators;
};

/// The caller's copy is still good.
struct NotModified {};

using FetchAnswer = std::variant<FetchedText, NotModified>;

enum class FetchDecision : std::uint8_t {
  retry,    ///< passing: no connection, no answer in time, status 5xx or 429
  give_up,  ///< will not work before a human changes something: 404, TLS, too large, an error page
};

struct FetchError {
  FetchDecision decision = FetchDecision::retry;
  std::string message;  ///< names the URL without user and query, and what happened
};

/// Texts that experiments publish: templates, pipes. Follows redirects, verifies servers, is bounded in size
/// and time. An error page is never an answer (spec 9).
class ResourceFetcher {
 public:
  virtual ~ResourceFetcher() = default;
  virtual Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) = 0;
};

}  // namespace vacuum
