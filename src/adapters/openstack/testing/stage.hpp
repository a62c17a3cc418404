#pragma once

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "adapters/openstack/openstack_cloud.hpp"
#include "adapters/openstack/testing/fake_http_client.hpp"
#include "base/testing/files.hpp"
#include "base/testing/source_directory.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/run.hpp"

namespace vacuum::openstack {

inline constexpr char kKeystone[] = "http://keystone/v3/auth/tokens";
inline const std::string kNova = "http://nova/v2.1";
inline const std::string kGlance = "http://glance";
inline constexpr char kPassword[] = "hunter2-hidden";
inline constexpr char kToken[] = "token-hidden-1";

/// The body of a token that lives an hour, of a project with compute and image in RegionOne.
inline std::string token_body() {
  return R"({"token": {"issued_at": "2026-11-22T10:00:00.000000Z", "expires_at": "2026-11-22T11:00:00.000000Z",
    "catalog": [
      {"type": "compute", "endpoints": [{"interface": "public", "region_id": "RegionOne", "url": "http://nova/v2.1"}]},
      {"type": "image", "endpoints": [{"interface": "public", "region_id": "RegionOne", "url": "http://glance"}]}]}})";
}

/// Nova's version document up to a microversion "2.N".
inline std::string version_body(int minor) {
  return R"({"version": {"id": "v2.1", "version": "2.)" + std::to_string(minor) +
         R"(", "min_version": "2.1"}})";
}

/// A server as Nova lists it at 2.69.
inline std::string server_json(std::string_view name, std::string_view status = "ACTIVE",
                               std::string_view more = "") {
  return R"({"id": "id-)" + std::string(name) + R"(", "name": ")" + std::string(name) + R"(", "status": ")" +
         std::string(status) + R"(", "created": "2026-11-22T10:35:26Z", "OS-EXT-STS:power_state": 1,
         "OS-EXT-STS:task_state": null, "flavor": {"vcpus": 2, "ram": 4096, "original_name": "m1"})" +
         std::string(more) + "}";
}

inline std::string error_body(std::string_view kind, int code, std::string_view message) {
  return R"({")" + std::string(kind) + R"(": {"code": )" + std::to_string(code) + R"(, "message": ")" +
         std::string(message) + R"("}})";
}

/// A cloud on scripted services that are well: a login, a Nova of 2.93, an image and no servers.
class Stage : public testing::Test {
 protected:
  Stage() {
    http_.answer("POST", kKeystone, 201, token_body(), {{"X-Subject-Token", kToken}});
    http_.answer("GET", kNova + "/", 200, version_body(93));
  }

  /// A lone way to have a healthy create: the image exists.
  void add_image() {
    http_.answer(
        "GET", kGlance + "/v2/images?status=active&name=img", 200,
        R"({"images": [{"id": "image-1", "name": "img", "status": "active", "created_at": "2026-01-01"}]})");
  }

  static Account password_account() {
    PasswordLogin login;
    login.user_name = "demo";
    login.password = Secret(kPassword);
    login.project_name = "demo";
    Account account;
    account.label = "space";
    account.auth_url = "http://keystone/v3";
    account.login = login;
    return account;
  }

  static ServerRequest server_request(std::string name = "vcycle-m-0123456789") {
    ServerRequest request;
    request.name = MachineName(std::move(name));
    request.flavor = {.name = FlavorName("m1"), .cloud_id = "flavor-1", .processors = 2};
    request.image = "img";
    request.user_data = "#!/bin/sh secret-hidden-data\n";
    return request;
  }

  Cloud& cloud() {
    if (!cloud_) cloud_ = make_openstack_cloud(account_, http_, clock_, log_);
    return *cloud_;
  }
  template <class T>
  T await(Async<T> task) {
    return run(loop_, clock_, std::move(task));
  }
  auto create() { return await(cloud().create(server_request())); }
  /// All servers that a listing shows.
  CloudResult<std::vector<Server>> list() {
    std::vector<Server> servers;
    const auto done = list_pages(
        {}, [&](ServerPage page) { std::ranges::move(page.servers, std::back_inserter(servers)); });
    if (!done.ok()) return Failure{done.error()};
    return servers;
  }
  CloudResult<std::optional<ListingMark>> list_pages(std::optional<ListingMark> since, PageReceiver receive) {
    return await(cloud().list(since, std::move(receive)));
  }
  void script_create(int status, std::string body, HttpHeaders headers = {}) {
    http_.answer("POST", kNova + "/servers", status, std::move(body), std::move(headers));
  }
  /// The body of the latest request of this method and URL.
  std::string sent(std::string_view method, std::string_view url) const {
    for (auto request = http_.seen().rbegin(); request != http_.seen().rend(); ++request) {
      if (request->method == method && request->url == url) return request->body;
    }
    return "";
  }

  boost::asio::io_context loop_;
  FakeClock clock_;
  FakeLog log_;
  FakeHttpClient http_;
  Account account_ = password_account();
  std::unique_ptr<Cloud> cloud_;
};

inline std::filesystem::path recorded_folder() {
  return source_directory() / "../shared/openstack/responses";
}

/// The answer of a real OpenStack whose file starts with this number.
inline HttpResponse recorded(std::string_view number) {
  for (const auto& file : std::filesystem::directory_iterator(recorded_folder())) {
    if (!file.path().filename().string().starts_with(std::string(number) + "-")) continue;
    const auto response = boost::json::parse(content_of(file.path())).at("response").as_object();
    HttpResponse read{.status = static_cast<int>(response.at("status").as_int64())};
    for (const auto& header : response.at("headers").as_array()) {
      read.headers.emplace_back(header.at(0).as_string().c_str(), header.at(1).as_string().c_str());
    }
    const auto& body = response.at("body");
    read.body = body.is_string() ? std::string(body.as_string()) : boost::json::serialize(body);
    return read;
  }
  ADD_FAILURE() << "no recorded answer " << number;
  return {};
}

}  // namespace vacuum::openstack
