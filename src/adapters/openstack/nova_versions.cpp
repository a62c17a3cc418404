#include "adapters/openstack/nova_versions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/json.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

std::optional<Microversion> parse_microversion(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = parse_integer(text.substr(0, dot));
  const auto minor = parse_integer(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return Microversion{bounded_int(*major), bounded_int(*minor)};
}

std::optional<MicroversionRange> read_entry(const boost::json::object& entry) {
  const auto highest = parse_microversion(string_at(entry, "version"));
  const auto lowest = parse_microversion(string_at(entry, "min_version"));
  if (!highest || !lowest) return std::nullopt;
  return MicroversionRange{.lowest = *lowest, .highest = *highest};
}

}  // namespace

std::string MicroversionRange::at_least(Microversion wanted) const {
  if (highest < wanted) return {};
  const Microversion chosen = std::max(wanted, lowest);
  return fmt::format("{}.{}", chosen.major, chosen.minor);
}

std::optional<MicroversionRange> read_versions(std::string_view body) {
  const auto document = parse_json(body);
  const auto* root = document ? document->if_object() : nullptr;
  if (root == nullptr) return std::nullopt;
  if (const auto* version = object_at(*root, "version")) {
    return read_entry(*version).value_or(MicroversionRange{});
  }
  const auto* versions = array_at(*root, "versions");  // the endpoint names no version
  if (versions == nullptr) return std::nullopt;
  for (const auto& item : *versions) {
    const auto* entry = item.if_object();
    if (entry == nullptr) continue;
    if (auto range = read_entry(*entry)) return range;
  }
  return MicroversionRange{};
}

Async<CloudResult<MicroversionRange>> NovaVersions::get(Deadline deadline) {
  return range_.get([this, deadline] { return ask(deadline); });
}

Async<CloudResult<MicroversionRange>> NovaVersions::ask(Deadline deadline) {
  ApiRequest request;
  request.service = Service::nova_version;
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (is_passing(answer->status) || answer->status == 401) {
    co_return Failure{status_error("Nova: GET of its version", *answer, api_.now())};
  }
  if (auto range = read_versions(answer->body)) co_return *range;
  if (is_success(answer->status)) co_return Failure{unreadable_error("Nova: GET of its version", *answer)};
  api_.log().warning("{}: Nova does not tell its microversions (answered {}): 2.1 is assumed", api_.label(),
                     answer->status);
  co_return MicroversionRange{};
}

}  // namespace vacuum::openstack
