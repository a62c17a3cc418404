#include "config/pipe_document.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "config/pipe_entry.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

constexpr std::size_t kDepthMax = 16;

PipeProblem syntax_problem(std::string_view text, std::size_t position, const std::string& what) {
  const auto line = std::ranges::count(text.substr(0, position), '\n') + 1;
  return {static_cast<int>(line), fmt::format("is no JSON: {}", what), "let a JSON checker look at it"};
}

Result<json::value, PipeProblem> parse_json(std::string_view text) {
  if (text.size() > kPipeBytesMax) {
    return Failure{
        PipeProblem{0, fmt::format("has more than {} bytes", kPipeBytesMax), "divide it into several pipes"}};
  }
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::parser parser({}, options);
  boost::system::error_code error;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (error) return Failure{syntax_problem(text, used, error.message())};
  if (!trim(text.substr(used)).empty()) return Failure{syntax_problem(text, used, "text after its end")};
  return parser.release();
}

Seconds cache_of(const json::object& pipe, std::vector<PipeRemark>& remarks) {
  const json::value* given = pipe.if_contains("cache_seconds");
  if (given == nullptr) return PipeDocument{}.cache;
  const auto text = pipe_value_text(*given);
  const auto seconds = text ? parse_integer(*text) : std::nullopt;
  if (!seconds || *seconds < 0) {
    remarks.push_back({"cache_seconds", "is no number of seconds; 3600 is taken", "give a whole number"});
    return PipeDocument{}.cache;
  }
  const auto kept = std::clamp<std::int64_t>(*seconds, kPipeCacheMin.count(), kPipeCacheMax.count());
  if (kept != *seconds) {
    remarks.push_back(
        {"cache_seconds", fmt::format("{} is out of bounds; {} is taken", *seconds, kept),
         fmt::format("give a number from {} to {}", kPipeCacheMin.count(), kPipeCacheMax.count())});
  }
  return Seconds{kept};
}

/// The form before there were lists of machinetypes: the options of one, at the top.
PipeProblem no_list_problem(const json::object& pipe) {
  constexpr std::array<const char*, 4> kOptions = {"user_data", "root_image", "backoff_seconds",
                                                   "target_share"};
  const bool flat =
      std::ranges::any_of(kOptions, [&](const char* name) { return pipe.if_contains(name) != nullptr; });
  if (pipe.if_contains("machinetypes") != nullptr) {
    return {0, "has \"machinetypes\", but that is no list", "write {\"machinetypes\": [{\"suffix\": …}]}"};
  }
  return {
      0,
      flat
          ? "has no list \"machinetypes\": it is in the old form, with the options of one machinetype at the "
            "top"
          : "has no list \"machinetypes\"",
      "write {\"machinetypes\": [{\"suffix\": …}]}, with the options in the entries of the list"};
}

void remark_on_top_level(const json::object& pipe, PipeDocument& document) {
  for (const auto& member : pipe) {
    if (member.key() == "cache_seconds" || member.key() == "machinetypes") continue;
    document.remarks.push_back({printable(std::string_view(member.key()), 80),
                                "is no option of a pipe as a whole; it is ignored",
                                "put it into the entries of \"machinetypes\", or remove it"});
    if (document.remarks.size() >= kPipeRemarksMax) return;
  }
}

/// Of entries with the same suffix, the first one counts.
void omit_repeated_suffixes(std::vector<PipeEntry>& entries) {
  std::map<std::string, std::size_t> numbers;
  for (PipeEntry& entry : entries) {
    if (entry.omission) continue;
    const auto [first, is_new] = numbers.try_emplace(entry.suffix, entry.number);
    if (is_new) continue;
    entry.omission = PipeEntry::Omission{
        PipeEntry::Omission::Kind::broken,
        {"suffix", fmt::format("\"{}\" is that of entry {} too, which counts", entry.suffix, first->second),
         "give each entry a suffix of its own"}};
  }
}

}  // namespace

Result<PipeDocument, PipeProblem> parse_pipe(std::string_view text, std::string_view pipe_url) {
  const auto value = parse_json(text);
  if (!value) return Failure{value.error()};
  const json::object* pipe = value->if_object();
  if (pipe == nullptr)
    return Failure{PipeProblem{0, "is no JSON object", "write {\"machinetypes\": [{\"suffix\": …}]}"}};
  const json::value* list = pipe->if_contains("machinetypes");
  if (list == nullptr || !list->is_array()) return Failure{no_list_problem(*pipe)};
  const json::array& elements = list->get_array();
  if (elements.size() > kPipeEntriesMax) {
    return Failure{PipeProblem{0,
                               fmt::format("has {} entries, more than {}", elements.size(), kPipeEntriesMax),
                               "divide it into several pipes"}};
  }
  PipeDocument document;
  document.cache = cache_of(*pipe, document.remarks);
  remark_on_top_level(*pipe, document);
  if (elements.empty()) document.remarks.push_back({"machinetypes", "is empty: nothing is created", ""});
  for (const json::value& element : elements) {
    document.entries.push_back(read_pipe_entry(element, document.entries.size() + 1, pipe_url));
    document.total_share += document.entries.back().target_share;
  }
  omit_repeated_suffixes(document.entries);
  return document;
}

}  // namespace vacuum
