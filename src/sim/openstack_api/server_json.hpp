#pragma once

#include <string>

#include "sim/cloud_model.hpp"

namespace vacuum::sim {

/// What a server's text depends on besides the server.
struct ServerTextContext {
  const CloudModel& model;
  const std::string& compute_url;  ///< "http://host:port/compute"
  int microversion = 1;
};

/// The status of a server as Nova names it.
[[nodiscard]] std::string_view nova_status(const CloudServer& server);

/// {"id": ..., "name": ..., "links": [...]}.
void append_server_brief(std::string& out, const CloudServer& server, const ServerTextContext& context);
/// All that a member of the project sees of a server. Text is appended directly: pages hold a thousand of
/// these.
void append_server_detail(std::string& out, const CloudServer& server, const ServerTextContext& context);

/// "links": [self, bookmark] of a thing of a kind ("servers", "flavors").
void append_links(std::string& out, std::string_view compute_url, std::string_view kind, std::string_view id);

}  // namespace vacuum::sim
