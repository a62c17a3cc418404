#include "adapters/openstack/nova_listing.hpp"

#include <cstring>

#include "adapters/openstack/faults.hpp"
#include "adapters/openstack/nova_server_reader.hpp"

namespace vacuum::openstack {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

error_code read_servers(ondemand::value& value, std::vector<ListedServer>& servers, std::string& complaint) {
  ondemand::array list;
  if (const auto error = value.get_array().get(list)) return error;
  for (auto item : list) {
    ondemand::object object;
    if (const auto error = item.get_object().get(object)) return error;
    ServerReader reader;
    if (const auto error = reader.read(object)) return error;
    complaint = reader.complaint();
    if (!complaint.empty()) return error_code::NO_SUCH_FIELD;
    servers.push_back(reader.take());
  }
  return error_code::SUCCESS;
}

error_code read_links(ondemand::value& value, std::string& next) {
  ondemand::array list;
  if (const auto error = value.get_array().get(list)) return error;
  for (auto item : list) {
    ondemand::object link;
    if (const auto error = item.get_object().get(link)) return error;
    std::string relation;
    std::string target;
    const auto error = for_each_member(link, [&](std::string_view key, ondemand::value& member) {
      if (key == "rel") relation = text_of(member);
      if (key == "href") target = text_of(member);
      return error_code::SUCCESS;
    });
    if (error) return error;
    if (relation == "next") next = std::move(target);
  }
  return error_code::SUCCESS;
}

}  // namespace

Result<std::string, std::string> NovaListing::read(std::string& page, std::vector<ListedServer>& servers) {
  page.reserve(page.size() + simdjson::SIMDJSON_PADDING);
  std::string next;
  std::string complaint;
  bool has_servers = false;
  const auto read_root = [&]() -> error_code {
    ondemand::document document;
    if (const auto error = parser_.iterate(page.data(), page.size(), page.capacity()).get(document))
      return error;
    ondemand::object root;
    if (const auto error = document.get_object().get(root)) return error;
    const auto error = for_each_member(root, [&](std::string_view key, ondemand::value& value) {
      if (key == "servers_links") return read_links(value, next);
      if (key != "servers") return error_code::SUCCESS;
      has_servers = true;
      return read_servers(value, servers, complaint);
    });
    if (error) return error;
    const bool has_more = !document.current_location().error();  // out of bounds is what should be
    return has_more ? error_code::TRAILING_CONTENT : error_code::SUCCESS;
  };
  const error_code error = read_root();
  if (!complaint.empty()) return Failure{std::move(complaint)};
  if (error) return Failure{std::string(simdjson::error_message(error))};
  if (!has_servers) return Failure{std::string("there is no list of servers")};
  return next;
}

}  // namespace vacuum::openstack
