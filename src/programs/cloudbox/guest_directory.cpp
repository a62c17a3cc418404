#include "programs/cloudbox/guest_directory.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>

namespace vacuum::cloudbox {
namespace {

/// Names come from metadata, that is, from anybody: nothing may lead out of the root.
bool is_path_component(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

sim::Sending GuestDirectory::put(const sim::CloudServer& server, std::string_view file,
                                 std::string_view content) {
  write(server, file, content);
  return sim::Sending::ended;
}

void GuestDirectory::write(const sim::CloudServer& server, std::string_view file, std::string_view content) {
  const std::string* space = server.metadata_value("space");
  if (root_.empty() || !space || !is_path_component(*space) || !is_path_component(server.name) ||
      !is_path_component(file))
    return;
  const auto directory = root_ / *space / "current" / server.name / "joboutputs";
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) return;
  const auto target = directory / file;
  const auto temporary = directory / ("." + std::string(file) + ".cloudbox");
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (out) std::filesystem::rename(temporary, target, error);
  if (!out || error) {
    std::filesystem::remove(temporary, error);
    ++traffic_.files_failed;
    traffic_.last_failure = "cannot write " + target.string();
    return;
  }
  ++traffic_.files_sent;
}

}  // namespace vacuum::cloudbox
