#include "reports/vacquery.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "reports/json_time.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

/// Of texts that come from others; with it no message comes near kVacQueryBytesMax.
constexpr std::size_t kTextLengthMax = 255;
/// Nobody asked: the cookie of what is sent unasked, as Vcycle sends it.
constexpr std::string_view kNoCookie = "0";

json::string text(std::string_view value) {
  return json::string(printable(value, kTextLengthMax));
}

/// One message; keys come in the order of their adding.
class Message {
 public:
  Message(std::string_view type, const VacQuerySender& sender) {
    // VacMon tells the flavour of a service by the first word, and its version by the second.
    const std::string daemon = fmt::format("Vcycle {} vcycled", sender.version);
    add("message_type", type);
    add("daemon_version", "vac_version", daemon);
    add("vacquery_version", "VacQuery 01.03");
    add("cookie", kNoCookie);
    add("space", sender.space.text());
    add("site", text(sender.site));
    add("factory", text(sender.factory.text()));
    add("time_sent", to_unix(sender.time_sent));
  }

  template <class Value>
  void add(std::string_view key, const Value& value) {
    object_[key] = value;
  }
  template <class Value>
  void add(std::string_view key, std::string_view old_key, const Value& value) {
    object_[key] = value;
    object_[old_key] = value;
  }
  template <class Value>
  void add_known(std::string_view key, const std::optional<Value>& value) {
    if (value) object_[key] = *value;
  }
  void add_unless_empty(std::string_view key, const std::string& value) {
    if (!value.empty()) object_[key] = text(value);
  }
  void add(const RunningMachines& running) {
    add("running_machines", running.machines);
    add("running_processors", "running_cpus", running.processors);
    add_known("running_hs06", running.hs06);
  }
  [[nodiscard]] std::string take() { return json::serialize(object_); }

 private:
  json::object object_;
};

void add_health(Message& message, const HostHealth& health) {
  message.add("root_disk_avail_kb", health.root_disk.available_kb);
  message.add("root_disk_avail_inodes", health.root_disk.available_inodes);
  message.add("daemon_disk_avail_kb", "vac_disk_avail_kb", health.state_disk.available_kb);
  message.add("daemon_disk_avail_inodes", "vac_disk_avail_inodes", health.state_disk.available_inodes);
  message.add("load_average", health.load_average);
  message.add("kernel_version", text(health.kernel_version));
  message.add("os_issue", text(health.os_issue));
  message.add("boot_time", to_unix(health.boot_time));
  message.add("swap_used_kb", health.swap_used_kb);
  message.add("swap_free_kb", health.swap_free_kb);
  message.add("mem_used_kb", health.memory_used_kb);
  message.add("mem_total_kb", health.memory_total_kb);
}

/// A machine that runs uses all its processors, as far as anybody outside can tell.
std::int64_t cpu_seconds(const MachineMessage& machine) {
  if (!machine.started || !machine.stopped) return 0;
  return std::max<std::int64_t>((*machine.stopped - *machine.started).count(), 0);
}

}  // namespace

std::string factory_status(const VacQuerySender& sender, const FactoryStatus& factory) {
  Message message("factory_status", sender);
  message.add(factory.running);
  if (factory.processors_limit) {
    for (const char* key : {"max_processors", "max_cpus", "total_cpus", "max_machines", "total_machines"})
      message.add(key, *factory.processors_limit);
  }
  // What a space could have at the most is not known: VacMon is told what it has, as Vcycle did.
  message.add_known("max_hs06", factory.running.hs06);
  message.add_known("total_hs06", factory.running.hs06);
  // One process does the work of all four daemons: while it sends, they live.
  for (const char* key : {"factory_heartbeat_time", "responder_heartbeat_time", "mjf_heartbeat_time",
                          "metadata_heartbeat_time"})
    message.add(key, to_unix(sender.time_sent));
  add_health(message, factory.health);
  return message.take();
}

std::string machinetype_status(const VacQuerySender& sender, const MachinetypeMessage& type) {
  Message message("machinetype_status", sender);
  message.add("num_machinetypes", type.machinetypes);
  message.add("machinetype", text(type.machinetype.text()));
  message.add_unless_empty("fqan", type.fqan);
  message.add(type.running);
  message.add("num_before_fizzle", type.before_fizzle);
  message.add("bytes_per_processor", type.bytes_per_processor);
  message.add("max_wallclock_seconds", type.max_wallclock.count());
  message.add("min_processors", type.min_processors);
  message.add_known("max_processors", type.max_processors);
  const auto& end = type.last_end;
  message.add("shutdown_message", end ? json::value(text(end->message)) : json::value(nullptr));
  message.add("shutdown_time", end ? json::value(to_unix(end->time)) : json::value(nullptr));
  message.add("shutdown_machine", end ? json::value(text(end->machine.text())) : json::value(nullptr));
  return message.take();
}

std::string machine_status(const VacQuerySender& sender, const MachineMessage& machine) {
  Message message("machine_status", sender);
  message.add("num_machines", 1);
  message.add("machine", text(machine.machine.text()));
  message.add("machinetype", text(machine.machinetype.text()));
  message.add("state", to_string(machine.state));
  message.add("uuid", text(machine.server_id.text()));
  message.add_unless_empty("fqan", machine.fqan);
  message.add("created_time", to_unix(machine.created));
  message.add("started_time", time_or_null(machine.started));
  message.add("heartbeat_time", time_or_null(machine.heartbeat));
  message.add("num_processors", "num_cpus", machine.processors);
  message.add("cpu_seconds", cpu_seconds(machine));
  message.add("cpu_percentage", 100.0);
  message.add("hs06", machine.hs06.value_or(machine.processors));
  const bool told = !machine.shutdown_message.empty();
  message.add("shutdown_message", told ? json::value(text(machine.shutdown_message)) : json::value(nullptr));
  message.add("shutdown_time", told ? time_or_null(machine.stopped) : json::value(nullptr));
  return message.take();
}

}  // namespace vacuum
