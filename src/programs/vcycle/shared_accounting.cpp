#include "programs/vcycle/shared_accounting.hpp"

#include <set>

#include <fmt/format.h>

#include "adapters/shared_directory/manager_directory.hpp"
#include "base/text.hpp"
#include "programs/common/run_to_end.hpp"

namespace vacuum {

std::optional<Diagnostic> warn_of_own_accounting(const DaemonSettings& settings,
                                                 const RegisterView& managers) {
  std::set<IncarnationId> ended;
  std::set<std::string> names;
  for (const Succession& succession : managers.successions) ended.insert(succession.ended);
  for (const Lease& lease : managers.leases) {
    if (!ended.contains(lease.incarnation)) names.insert(manager_of(lease.incarnation).text());
  }
  if (names.size() < 2 || !settings.apel_directory.empty()) return std::nullopt;
  const std::vector<std::string> list(names.begin(), names.end());
  return Diagnostic{.severity = Severity::warning,
                    .location = {},
                    .section = "settings",
                    .option = "apel_directory",
                    .message = fmt::format("is not set, and {} managers share the machines ({}): one that "
                                           "passes between them might be accounted twice",
                                           names.size(), printable(join(list, " "))),
                    .remedy = "set it on all of them to one directory on the shared file system"};
}

std::optional<Diagnostic> warn_of_own_accounting(const DaemonSettings& settings, const DiskPlaces& places) {
  boost::asio::io_context loop;
  DiskWorker worker;
  ManagerDirectory managers(places.state_directory, worker);
  const auto view = run_to_end(loop, managers.read());
  // Where there is no register to be read there is nothing to warn of here.
  return view ? warn_of_own_accounting(settings, *view) : std::nullopt;
}

}  // namespace vacuum
