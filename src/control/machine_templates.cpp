#include "control/machine_templates.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kTemplateBytesMax = 1 << 20;
constexpr std::size_t kPublicKeyBytesMax = 16 << 10;
constexpr Milliseconds kFetchTimeout{5000};  // a cycle waits for it
constexpr Seconds kFirstPause{60};
constexpr Seconds kLongestPause{600};

Failure<TemplateError> with_option(std::string_view option, std::string_view message) {
  return Failure{TemplateError{fmt::format("{}: {}", option, message)}};
}

Async<Result<std::string, TemplateError>> fetch_user_data(ResourceFetcher& fetcher, std::string url) {
  FetchRequest request{.url = std::move(url), .max_bytes = kTemplateBytesMax, .timeout = kFetchTimeout};
  auto answer = co_await fetcher.fetch(std::move(request));
  if (!answer) co_return with_option("user_data", answer.error().message);
  auto* text = std::get_if<FetchedText>(&*answer);
  if (text == nullptr) co_return with_option("user_data", "the server answers that nothing changed");
  co_return std::move(text->text);
}

Async<Result<std::string, TemplateError>> read_user_data(FileReader& files, ResourceFetcher& fetcher,
                                                         TemplateSource source) {
  if (source.kind == TemplateSource::Kind::url) {
    co_return co_await fetch_user_data(fetcher, std::move(source.location));
  }
  auto text = co_await files.read(std::move(source.location), kTemplateBytesMax);
  if (!text) co_return with_option("user_data", text.error().message);
  co_return std::move(*text);
}

}  // namespace

Async<Result<MachineTemplates, TemplateError>> read_templates(FileReader& files, ResourceFetcher& fetcher,
                                                              const MachinetypeSettings& type) {
  MachineTemplates templates;
  auto user_data = co_await read_user_data(files, fetcher, type.user_data);
  if (!user_data) co_return Failure{std::move(user_data.error())};
  templates.user_data = std::move(*user_data);
  templates.user_data_options = type.user_data_options;
  for (const auto& [name, path] : type.user_data_files) {
    auto content = co_await files.read(path, kTemplateBytesMax);
    if (!content) co_return with_option("user_data_file_" + name, content.error().message);
    templates.user_data_files.emplace(name, std::move(*content));
  }
  if (!type.root_public_key.empty()) {
    const auto key = co_await files.read(type.root_public_key, kPublicKeyBytesMax);
    if (!key) co_return with_option("root_public_key", key.error().message);
    const std::string_view line = trim(*key);
    templates.public_key = std::string(trim(line.substr(0, line.find('\n'))));
  }
  co_return templates;
}

void TemplateRetries::failed(const MachinetypeSettings& type, std::string why, TimePoint now) {
  Failures& failures = failures_[type.name];
  failures.source = type.user_data;
  failures.why = std::move(why);
  const Seconds pause = kFirstPause * (1 << std::min(failures.times, 10));
  ++failures.times;
  failures.next_try = now + std::min(pause, kLongestPause);
}

std::vector<MachinetypeName> TemplateRetries::forget_removed(const SpaceSettings& settings) {
  std::vector<MachinetypeName> removed;
  for (const auto& [name, failures] : failures_) {
    const bool there =
        std::ranges::any_of(settings.machinetypes, [&](const auto& type) { return type.name == name; });
    if (!there) removed.push_back(name);
  }
  for (const MachinetypeName& name : removed) failures_.erase(name);
  return removed;
}

void TemplateRetries::add_holds(const SpaceSettings& settings, TimePoint now, Holds& holds) const {
  for (std::size_t i = 0; i < settings.machinetypes.size(); ++i) {
    const MachinetypeSettings& type = settings.machinetypes[i];
    const auto found = failures_.find(type.name);
    if (found == failures_.end()) continue;
    const Failures& failures = found->second;
    if (failures.source != type.user_data || now >= failures.next_try) continue;
    holds.hold(i, WaitReason::not_ready,
               fmt::format("{}; next try in {}", failures.why, format_duration(failures.next_try - now)));
  }
}

}  // namespace vacuum
