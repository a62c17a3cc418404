#include "programs/cloudbox/options.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include "base/version.hpp"

namespace vacuum::cloudbox {
namespace {

constexpr std::size_t kScenarioBytes = 1 << 20;

Result<std::string, std::string> read_scenario_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{fmt::format("cannot read {}; the built-in scenario is named demo", path)};
  std::string text(kScenarioBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kScenarioBytes)
    return Failure{fmt::format("{} is longer than {} bytes", path, kScenarioBytes)};
  return text;
}

Result<sim::Scenario, std::string> named_scenario(const std::string& name) {
  if (name.empty()) return sim::default_scenario();
  if (const auto text = sim::builtin_scenario(name); !text.empty()) return sim::parse_scenario(text);
  auto text = read_scenario_file(name);
  if (!text) return Failure{std::move(text).error()};
  auto scenario = sim::parse_scenario(*text);
  if (!scenario) return Failure{fmt::format("{}: {}", name, scenario.error())};
  return scenario;
}

}  // namespace

Result<Options, int> read_options(int argc, char** argv) {
  Options options;
  CLI::App app{
      "cloudbox: an embedded cloud for trying out and for tests. It speaks the OpenStack APIs; everything in "
      "it is simulated, no VM runs."};
  app.set_version_flag("--version", fmt::format("cloudbox {} (simulated cloud)", version()));
  app.add_option("--address", options.address, "numeric address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "port to listen on; 0: any that is free")->capture_default_str();
  app.add_option("--port-file", options.port_file, "file to write the port into, once it listens");
  app.add_option("--scenario", options.scenario, "scenario file, or the built-in one: demo");
  CLI::Option* root = app.add_option(
      "--joboutputs-root", options.joboutputs_root,
      "the spaces folder of a manager's shared directory, where VMs leave heartbeats and messages");
  app.add_option("--guest-ca-file", options.guest_ca_file,
                 "VMs use their manager's HTTPS service by what their user_data tells; the PEM file of "
                 "authorities that they trust")
      ->check(CLI::ExistingFile)
      ->excludes(root);
  app.add_option("--www", options.www, "folder of documents to serve below /www/: pipes, templates, images")
      ->check(CLI::ExistingDirectory);
  app.add_option("--seed", options.seed, "seed of every random choice; drawn and told where it is not given");
  app.add_option("--latency-ms", options.latency_ms, "time that each request takes")
      ->check(CLI::Range(0.0, 600000.0));
  app.add_option("--quota-cores", options.quota_cores, "quota of the first project; -1: none");
  app.add_option("--quota-instances", options.quota_instances, "quota of the first project; -1: none");
  app.add_option("--quota-ram-mb", options.quota_ram_mb, "quota of the first project; -1: none");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Failure{app.exit(error) == 0 ? 0 : 2};
  }
  return options;
}

Result<sim::Scenario, std::string> load_scenario(const Options& options) {
  auto scenario = named_scenario(options.scenario);
  if (!scenario) return scenario;
  sim::ProjectQuota& quota = scenario->cloud.projects.front().quota;
  quota.processors = options.quota_cores.value_or(quota.processors);
  quota.machines = options.quota_instances.value_or(quota.machines);
  quota.memory_mb = options.quota_ram_mb.value_or(quota.memory_mb);
  if (options.latency_ms)
    scenario->requests.latency = {*options.latency_ms / 1000, *options.latency_ms / 1000};
  return scenario;
}

}  // namespace vacuum::cloudbox
