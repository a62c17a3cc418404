#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ports/http_client.hpp"
#include "sim/guests.hpp"

namespace vacuum::cloudbox {

/// Who is told how the requests of guests ended.
struct GuestListener {
  std::function<void(std::uint64_t serial, std::string_view file)> sent;
  std::function<void(std::uint64_t serial, const sim::GuestFeatures& features)> learned;
};

/// Carries out over HTTP what guests ask of their manager's service, as VMs do: GET of features, PUT of
/// joboutputs with the machine's token, which goes nowhere but over TLS. A PUT that fails in passing is
/// repeated some times. A guest has one request of each kind under way at the most.
class GuestClient : public sim::GuestService {
 public:
  using Wait = std::function<Async<void>(Milliseconds)>;

  /// `http` outlives this, and this outlives the requests that are under way.
  GuestClient(boost::asio::any_io_executor executor, HttpClient& http, Wait wait)
      : executor_(std::move(executor)), http_(http), wait_(std::move(wait)) {}

  /// Before any guest asks.
  void tell(GuestListener listener) { listener_ = std::move(listener); }

  [[nodiscard]] sim::Sending put(const sim::CloudServer& server, std::string_view file,
                                 std::string_view content) override;
  void ask_features(const sim::CloudServer& server, sim::Look look) override;
  [[nodiscard]] const sim::GuestTraffic& traffic() const override { return traffic_; }

  /// Requests beyond this number fail at once.
  static constexpr std::size_t kMostUnderWay = 20'000;

 private:
  /// A guest and a file, or no file: its features.
  using Errand = std::pair<std::uint64_t, std::string>;

  Async<void> send(Errand errand, HttpRequest request);
  Async<void> read_features(Errand errand, sim::GuestContact contact, sim::Look look);
  using Keys = std::span<const char* const>;  ///< of constants
  Async<std::map<std::string, std::string>> read_keys(std::string url, Keys keys);
  void note(std::uint64_t& count, std::string failure);

  boost::asio::any_io_executor executor_;
  HttpClient& http_;
  Wait wait_;
  GuestListener listener_;
  std::set<Errand> under_way_;
  sim::GuestTraffic traffic_;
};

}  // namespace vacuum::cloudbox
