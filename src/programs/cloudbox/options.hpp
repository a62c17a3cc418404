#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "sim/scenario.hpp"

namespace vacuum::cloudbox {

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any that is free
  std::string scenario;    ///< a file, the name of a built-in one, or empty
  std::string joboutputs_root;
  std::string guest_ca_file;  ///< empty: guests reach no service
  std::string www;            ///< folder of the documents below /www/; empty: none
  std::string port_file;
  std::optional<std::uint64_t> seed;
  std::optional<double> latency_ms;
  std::optional<int> quota_cores, quota_instances, quota_ram_mb;
};

/// The options, or the status to exit with at once (help, version, a mistake).
[[nodiscard]] Result<Options, int> read_options(int argc, char** argv);

/// The scenario that the options name, with what they set besides; or what is wrong with it.
[[nodiscard]] Result<sim::Scenario, std::string> load_scenario(const Options& options);

}  // namespace vacuum::cloudbox
