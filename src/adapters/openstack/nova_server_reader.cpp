#include "adapters/openstack/nova_server_reader.hpp"

#include "adapters/openstack/faults.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/nova_states.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

std::int64_t integer_of(ondemand::value& value) {
  std::int64_t number = 0;
  if (value.get_int64().get(number)) return 0;
  return number;
}

std::optional<TimePoint> time_of(ondemand::value& value) {
  const std::string_view text = text_of(value);
  return text.empty() ? std::nullopt : parse_iso8601(text);
}

bool is_object(ondemand::value& value) {
  ondemand::json_type type{};
  return !value.type().get(type) && type == ondemand::json_type::object;
}

bool is_array(ondemand::value& value) {
  ondemand::json_type type{};
  return !value.type().get(type) && type == ondemand::json_type::array;
}

/// For each member of a value that should be an object; any other kind has none.
template <class Each>
error_code for_each_in(ondemand::value& value, Each each) {
  if (!is_object(value)) return error_code::SUCCESS;
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  return for_each_member(object, each);
}

error_code read_address(ondemand::value& value, std::string& ip) {
  std::string_view address;
  std::string_view type;
  const auto error = for_each_in(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "addr") address = text_of(member);
    if (key == "OS-EXT-IPS:type") type = text_of(member);
    return error_code::SUCCESS;
  });
  if (ip.empty() && (type.empty() || type == "fixed")) ip = address;
  return error;
}

}  // namespace

std::string_view text_of(ondemand::value& value) {
  ondemand::json_type type{};
  std::string_view text;
  if (value.type().get(type) || type != ondemand::json_type::string || value.get_string().get(text))
    return {};
  return text;
}

error_code ServerReader::read(ondemand::object& server) {
  return for_each_member(server,
                         [this](std::string_view key, Value& value) { return read_member(key, value); });
}

// Most of a server's thirty members are of no interest: the first letter tells them apart quickly.
error_code ServerReader::read_member(std::string_view key, Value& value) {
  Server& server = listed_.server;
  switch (key.empty() ? '\0' : key.front()) {
    case 'O':
      return read_extension(key, value);
    case 'a':
      return key == "addresses" ? read_addresses(value) : error_code::SUCCESS;
    case 'c':
      if (key == "created") server.created = time_of(value).value_or(TimePoint{});
      break;
    case 'f':
      if (key == "flavor") return read_flavor(value);
      if (key == "fault") return read_fault(value);
      break;
    case 'i':
      if (key == "id") server.id = ServerId(std::string(text_of(value)));
      if (key == "image") return read_image(value);
      break;
    case 'm':
      return key == "metadata" ? read_metadata(value) : error_code::SUCCESS;
    case 'n':
      if (key == "name") server.name = MachineName(std::string(text_of(value)));
      break;
    case 's':
      if (key == "status") status_ = text_of(value);
      break;
    case 'u':
      if (key == "updated") server.updated = time_of(value);
      break;
    default:
      break;
  }
  return error_code::SUCCESS;
}

error_code ServerReader::read_extension(std::string_view key, Value& value) {
  if (key == "OS-EXT-STS:task_state") task_state_ = text_of(value);
  if (key == "OS-EXT-STS:power_state") power_state_ = bounded_int(integer_of(value));
  if (key == "OS-EXT-AZ:availability_zone") listed_.server.zone = ZoneName(std::string(text_of(value)));
  if (key == "OS-SRV-USG:launched_at") listed_.server.started = time_of(value);
  return error_code::SUCCESS;
}

error_code ServerReader::read_flavor(Value& value) {
  Server& server = listed_.server;
  return for_each_in(value, [&](std::string_view key, Value& member) {
    if (key == "id") listed_.flavor_id = text_of(member);
    if (key == "original_name") server.flavor = FlavorName(std::string(text_of(member)));
    if (key == "vcpus") server.processors = bounded_int(integer_of(member));
    if (key == "ram") server.memory_mb = bounded_int(integer_of(member));
    return error_code::SUCCESS;
  });
}

/// An empty string in place of the object: the server boots from a volume.
error_code ServerReader::read_image(Value& value) {
  return for_each_in(value, [this](std::string_view key, Value& member) {
    if (key == "id") listed_.server.image = ImageId(std::string(text_of(member)));
    return error_code::SUCCESS;
  });
}

error_code ServerReader::read_metadata(Value& value) {
  Server& server = listed_.server;
  return for_each_in(value, [&](std::string_view key, Value& member) {
    if (key == "machinetype") server.machinetype = MachinetypeName(std::string(text_of(member)));
    if (key == "space") server.space = SpaceName(std::string(text_of(member)));
    return error_code::SUCCESS;
  });
}

error_code ServerReader::read_addresses(Value& value) {
  std::string& ip = listed_.server.ip;
  return for_each_in(value, [&](std::string_view, Value& network) {
    if (!is_array(network)) return error_code::SUCCESS;
    ondemand::array addresses;
    if (const auto error = network.get_array().get(addresses)) return error;
    for (auto item : addresses) {
      Value address;
      if (const auto error = item.get(address)) return error;
      if (const auto error = read_address(address, ip)) return error;
    }
    return error_code::SUCCESS;
  });
}

error_code ServerReader::read_fault(Value& value) {
  return for_each_in(value, [&](std::string_view key, Value& member) {
    if (key == "code") fault_code_ = integer_of(member);
    if (key == "message") fault_message_ = text_of(member);
    return error_code::SUCCESS;
  });
}

std::string ServerReader::complaint() const {
  const Server& server = listed_.server;
  if (server.id.empty()) return "a server has no id";
  const std::string which = "the server " + printable(server.id.text(), 60);
  if (server.name.empty()) return which + " has no name (is a cell down?)";
  return status_.empty() ? which + " has no status" : "";
}

ListedServer ServerReader::take() {
  Server& server = listed_.server;
  server.state = machine_state(status_, task_state_, power_state_);
  listed_.gone = status_ == "DELETED" || status_ == "SOFT_DELETED";
  if (server.state == MachineState::failed) server.fault = build_fault(fault_code_, fault_message_);
  return std::move(listed_);
}

}  // namespace vacuum::openstack
