// How fast listings of Nova become Server records, in bytes of JSON a second.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "adapters/openstack/nova_listing.hpp"

namespace vacuum::openstack {
namespace {

/// A server as Nova lists it at 2.69, with the metadata and the URLs that ours have: about 2 KB.
std::string server_json(int number) {
  const std::string id = fmt::format("{:08x}-e2b5-452f-90ea-f51bd2088795", number);
  const std::string host = "https://openstack.example.org:8774";
  return fmt::format(
      R"({{"id": "{0}", "name": "vcycle-atlas-production-{1:010}", "status": "ACTIVE",)"
      R"( "tenant_id": "cf8433e1ca6c48879b7ad0a0af90659b", "user_id": "02e547c02c9748c4a0597ac91161bc14",)"
      R"( "metadata": {{"machinetype": "atlas-production", "name": "vcycle-atlas-production-{1:010}",)"
      R"( "space": "grid.cloud.example.org",)"
      R"( "machinefeatures": "https://vcycle.example.org:443/machines/grid.cloud.example.org/vcycle-atlas-production-{1:010}/machinefeatures",)"
      R"( "jobfeatures": "https://vcycle.example.org:443/machines/grid.cloud.example.org/vcycle-atlas-production-{1:010}/jobfeatures",)"
      R"( "joboutputs": "https://vcycle.example.org:443/machines/grid.cloud.example.org/vcycle-atlas-production-{1:010}/joboutputs"}},)"
      R"( "hostId": "1a7b5b1fd05b70598ccf5293367ef8f0b15b575847f392216952f051",)"
      R"( "image": {{"id": "259c4c2d-ed40-4fae-867b-7f3d064980fa", "links": [{{"rel": "bookmark",)"
      R"( "href": "{2}/images/259c4c2d-ed40-4fae-867b-7f3d064980fa"}}]}},)"
      R"( "flavor": {{"vcpus": 8, "ram": 16384, "disk": 160, "ephemeral": 0, "swap": 0,)"
      R"( "original_name": "m1.xlarge", "extra_specs": {{}}}},)"
      R"( "created": "2026-11-22T11:04:28Z", "updated": "2026-11-22T11:04:44Z",)"
      R"( "addresses": {{"private": [{{"version": 4, "addr": "10.64.3.83", "OS-EXT-IPS:type": "fixed",)"
      R"( "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:78:66:3c"}}]}},)"
      R"( "accessIPv4": "", "accessIPv6": "", "links": [{{"rel": "self", "href": "{2}/v2.1/servers/{0}"}},)"
      R"( {{"rel": "bookmark", "href": "{2}/servers/{0}"}}], "OS-DCF:diskConfig": "MANUAL", "progress": 0,)"
      R"( "OS-EXT-AZ:availability_zone": "nova", "config_drive": "", "key_name": "vcycle-2f1b",)"
      R"( "OS-SRV-USG:launched_at": "2026-11-22T11:04:44.000000", "OS-SRV-USG:terminated_at": null,)"
      R"( "OS-EXT-STS:task_state": null, "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1,)"
      R"( "os-extended-volumes:volumes_attached": [], "locked": false, "description": null, "tags": [],)"
      R"( "trusted_image_certificates": null, "security_groups": [{{"name": "default"}}]}})",
      id, number, host);
}

/// Nova's pages hold 1000 servers.
std::vector<std::string> make_pages(int servers) {
  constexpr int kPageSize = 1000;
  std::vector<std::string> pages;
  for (int first = 0; first < servers; first += kPageSize) {
    std::string page = R"({"servers": [)";
    for (int i = 0; i < kPageSize; ++i) page += (i == 0 ? "" : ", ") + server_json(first + i);
    page += R"(], "servers_links": [{"rel": "next", "href": "https://h/v2.1/servers/detail?marker=x"}]})";
    page.reserve(page.size() + simdjson::SIMDJSON_PADDING);
    pages.push_back(std::move(page));
  }
  return pages;
}

void read_listing(benchmark::State& state) {
  auto pages = make_pages(static_cast<int>(state.range(0)));
  std::size_t bytes = 0;
  for (const auto& page : pages) bytes += page.size();
  for (auto _ : state) {
    NovaListing listing;
    std::vector<ListedServer> servers;
    for (auto& page : pages) {
      if (!listing.read(page, servers).ok()) state.SkipWithError("a page could not be read");
    }
    if (servers.size() != static_cast<std::size_t>(state.range(0)))
      state.SkipWithError("servers are missing");
    benchmark::DoNotOptimize(servers.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.counters["bytes_per_server"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}
BENCHMARK(read_listing)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vacuum::openstack

BENCHMARK_MAIN();
