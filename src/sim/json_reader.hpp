#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "sim/moment.hpp"

namespace vacuum::sim {

/// Thrown and caught inside the readers of scenarios and faults: where the text is wrong, and how.
struct JsonMistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A value of a JSON document that knows where it stands, and complains by that name.
class JsonReader {
 public:
  JsonReader(const boost::json::value& value, std::string where) : value_(value), where_(std::move(where)) {}

  [[noreturn]] void complain(std::string_view what) const {
    throw JsonMistake(fmt::format("{}: {}", where_, what));
  }

  /// Calls the reader that is named after each key of this object; a key without one is a mistake.
  using Readers = std::vector<std::pair<std::string_view, std::function<void(const JsonReader&)>>>;
  void read_object(const Readers& readers) const;
  /// Calls `read` with each element of this array.
  void each(const std::function<void(const JsonReader&)>& read) const;
  /// Calls `read` with each member of this object.
  void each_member(const std::function<void(const std::string& key, const JsonReader&)>& read) const;

  [[nodiscard]] bool is_string() const { return value_.is_string(); }
  [[nodiscard]] std::string text() const;
  /// A text of 1 to 100 characters of [A-Za-z0-9._-].
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool truth() const;
  [[nodiscard]] double number(double least, double most) const;
  [[nodiscard]] int integer(int least, int most) const;
  [[nodiscard]] double probability() const { return number(0, 1); }
  /// One number, or [from, to].
  [[nodiscard]] SecondsRange range(double most = 1e7) const;

 private:
  const boost::json::value& value_;
  std::string where_;
};

}  // namespace vacuum::sim
