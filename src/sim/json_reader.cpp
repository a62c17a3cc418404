#include "sim/json_reader.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace vacuum::sim {

void JsonReader::read_object(const Readers& readers) const {
  each_member([&](const std::string& key, const JsonReader& member) {
    const auto reader = std::ranges::find(readers, key, &Readers::value_type::first);
    if (reader != readers.end()) return reader->second(member);
    std::vector<std::string> known;
    for (const auto& [name, read] : readers) known.emplace_back(name);
    const auto nearest = nearest_word(key, known);
    member.complain(nearest ? fmt::format("no such key; is {} meant?", *nearest)
                            : fmt::format("no such key; there are {}", join(known, ", ")));
  });
}

void JsonReader::each(const std::function<void(const JsonReader&)>& read) const {
  if (!value_.is_array()) complain("must be a list");
  std::size_t i = 0;
  for (const boost::json::value& element : value_.get_array())
    read({element, fmt::format("{}[{}]", where_, i++)});
}

void JsonReader::each_member(const std::function<void(const std::string&, const JsonReader&)>& read) const {
  if (!value_.is_object()) complain("must be an object");
  for (const auto& [key, value] : value_.get_object()) {
    const std::string name = printable(std::string_view(key), 100);
    read(name, {value, where_.empty() ? name : fmt::format("{}.{}", where_, name)});
  }
}

std::string JsonReader::text() const {
  if (!value_.is_string()) complain("must be a text");
  return std::string(value_.get_string());
}

std::string JsonReader::name() const {
  const std::string found = text();
  const bool good = !found.empty() && found.size() <= 100 && std::ranges::all_of(found, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("._-").find(c) != std::string_view::npos;
  });
  if (!good) complain("must be a name of 1 to 100 letters, digits and . _ -");
  return found;
}

bool JsonReader::truth() const {
  if (!value_.is_bool()) complain("must be true or false");
  return value_.get_bool();
}

double JsonReader::number(double least, double most) const {
  if (!value_.is_number()) complain("must be a number");
  const double found = value_.to_number<double>();
  if (!std::isfinite(found) || found < least || found > most)
    complain(fmt::format("must be between {} and {}", least, most));
  return found;
}

int JsonReader::integer(int least, int most) const {
  const double found = number(least, most);
  if (found != std::floor(found)) complain("must be a whole number");
  return static_cast<int>(found);
}

SecondsRange JsonReader::range(double most) const {
  if (!value_.is_array()) {
    const double one = number(0, most);
    return {one, one};
  }
  std::vector<double> ends;
  each([&](const JsonReader& end) { ends.push_back(end.number(0, most)); });
  if (ends.size() != 2 || ends[0] > ends[1]) complain("must be a number, or [from, to] with from <= to");
  return {ends[0], ends[1]};
}

}  // namespace vacuum::sim
