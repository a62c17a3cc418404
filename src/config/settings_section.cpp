#include "config/settings_section.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/host_port.hpp"

namespace vacuum {
namespace {

std::vector<HostPort> addresses(OptionReader& reader, std::string_view option) {
  const auto places = reader.words(option);
  if (places.size() == 1 && to_lower(places.front()) == "none") return {};
  std::vector<HostPort> read;
  for (const auto& place : places) {
    if (auto address = parse_host_port(place)) {
      read.push_back(std::move(*address));
    } else {
      reader.fail(option, fmt::format("\"{}\" is not ADDRESS:PORT", printable(place, 80)),
                  "write it like 0.0.0.0:443 or [::]:443, or none");
    }
  }
  return read;
}

/// An absolute path; empty where none is given.
std::string path_of(OptionReader& reader, std::string_view option) {
  std::string path = reader.text(option);
  if (path.empty() || path.starts_with('/')) return path;
  reader.fail(option, fmt::format("\"{}\" is no absolute path", printable(path, 80)),
              "write the path from / on");
  return {};
}

/// Empty where none is given.
std::string manager_name_of(OptionReader& reader) {
  std::string name = reader.text("manager_name");
  const IncarnationId incarnation = make_incarnation_id(ManagerName{name}, "");
  if (name.empty() || is_incarnation_id(incarnation.text())) return name;
  reader.fail("manager_name", fmt::format("\"{}\" is no name of a host", printable(name, 80)),
              "use letters, digits, dots and hyphens");
  return {};
}

template <class Number>
void read_number(OptionReader& reader, std::string_view option, Number& value) {
  if (const auto given = reader.integer(option)) value = static_cast<Number>(*given);
}

void review_https(OptionReader& reader, const DaemonSettings& settings) {
  if (settings.https_listen.empty()) return;
  for (const std::string_view option : {"https_certificate", "https_key"}) {
    if (reader.text(option).empty()) {
      reader.fail(option, "is missing: nothing can be served at https_listen without it",
                  fmt::format("add \"{} = /etc/vcycle/….pem\"", option));
    }
  }
}

}  // namespace

DaemonSettings read_settings(OptionReader& reader) {
  DaemonSettings settings;
  settings.https_listen = addresses(reader, "https_listen");
  settings.http_listen = addresses(reader, "http_listen");
  settings.status_listen = addresses(reader, "status_listen");
  settings.https_certificate = path_of(reader, "https_certificate");
  settings.https_key = path_of(reader, "https_key");
  settings.ca_directory = path_of(reader, "ca_directory");
  settings.apel_directory = path_of(reader, "apel_directory");
  review_https(reader, settings);
  settings.manager_name = manager_name_of(reader);
  if (const auto lease = reader.integer("lease_seconds")) settings.lease = Seconds{*lease};
  read_number(reader, "imagecache_mb", settings.imagecache_mb);
  read_number(reader, "joboutputs_file_kb", settings.joboutputs_file_kb);
  read_number(reader, "joboutputs_machine_mb", settings.joboutputs_machine_mb);
  read_number(reader, "joboutputs_files", settings.joboutputs_files);
  read_number(reader, "joboutputs_per_minute", settings.joboutputs_per_minute);
  read_number(reader, "events_mb", settings.events_mb);
  read_number(reader, "events_files", settings.events_files);
  reader.review_names();
  return settings;
}

}  // namespace vacuum
