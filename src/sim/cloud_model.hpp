#pragma once

#include <compare>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "sim/cloud_server.hpp"
#include "sim/cloud_settings.hpp"
#include "sim/guests.hpp"
#include "sim/name_pattern.hpp"

namespace vacuum::sim {

struct CloudImage {
  std::string id;
  ImageSettings settings;
  Moment created;
  std::string owner;  ///< id of the project that made it; empty: was there from the beginning
  std::string disk_format = "raw";
  std::optional<std::size_t> bytes;  ///< nothing: none have come
  std::vector<std::string> tags;
  std::map<std::string, std::string> properties;
};

struct CloudKeyPair {
  std::string name;
  std::string public_key;
  std::string fingerprint;
  Moment created;
};

/// The order of listings: the newest first; of one second, by id.
struct ListingKey {
  TimePoint created;
  std::string_view id;  ///< of the server itself

  friend std::strong_ordering operator<=>(const ListingKey& a, const ListingKey& b) {
    if (a.created != b.created) return b.created <=> a.created;
    return a.id <=> b.id;
  }
  friend bool operator==(const ListingKey&, const ListingKey&) = default;
};

/// The order of changes: the oldest first.
struct ChangeKey {
  TimePoint updated;
  std::uint64_t serial = 0;  ///< of the server

  friend auto operator<=>(const ChangeKey&, const ChangeKey&) = default;
};

struct CloudProject {
  std::string id;
  std::string name;
  ProjectQuota quota;
  ProjectQuota used{0, 0, 0};
  std::map<std::string, CloudKeyPair> key_pairs;
  std::map<ListingKey, const CloudServer*> listing;
  std::map<std::uint64_t, const CloudServer*> unplaced;  ///< by serial: no host has been chosen for them yet
  std::map<ChangeKey, const CloudServer*> changes;       ///< the others, and those that are gone
  std::unordered_multimap<std::string_view, const CloudServer*>
      by_name;  ///< each key is its own server's name
};

/// One resource of which a request wants more than is left.
struct QuotaExcess {
  std::string_view resource;  ///< "cores", "instances" or "ram"
  int requested = 0;
  int used = 0;
  int limit = 0;
};

struct ServerQuery {
  std::optional<std::string> marker;  ///< the page starts behind this server
  std::size_t limit = 1000;
  std::optional<NamePattern> name;
  std::optional<std::vector<ServerStatus>> statuses;
  /// Between these, in whole seconds as the servers tell them, and both included. Where either is given those
  /// that are gone are listed too, for the hour that they are remembered; and those that no host has been
  /// chosen for, whenever they were made: they have no time of change yet.
  std::optional<TimePoint> changes_since, changes_before;
};

struct ServerPage {
  std::vector<const CloudServer*> servers;
  bool marker_found = true;
};

/// What happened so far, for those who watch the cloud rather than use it.
struct CloudCounters {
  std::uint64_t created = 0;
  std::uint64_t refused = 0;  ///< creations that the quota did not allow
  std::uint64_t deletes_asked = 0;
  std::uint64_t vanished = 0;
  int processors_in_use = 0;
  int most_processors_in_use = 0;
  std::vector<std::string> doubled_names;  ///< names that two servers had at once; the first 1,000 of them
  std::map<std::string, std::uint64_t> created_by_machinetype;
};

/// A cloud that exists in memory and in virtual time: no clock, no thread, every choice from the seed. It
/// speaks no API. Every call takes `now`, which never goes back; what was to happen until then happens first.
class CloudModel {
 public:
  /// `guests` outlives the model.
  CloudModel(const CloudSettings& settings, std::uint64_t seed, Guests& guests, Moment now);

  /// Lets everything happen that is due.
  void advance(Moment now);
  /// When something happens next, if anything will.
  [[nodiscard]] std::optional<Moment> next_event() const;

  [[nodiscard]] const std::string& region() const { return region_; }
  [[nodiscard]] const std::vector<Flavor>& flavors() const { return flavors_; }
  [[nodiscard]] const std::vector<CloudImage>& images() const { return images_; }
  [[nodiscard]] const std::vector<std::string>& zones() const { return zones_; }
  [[nodiscard]] const std::string& network_id() const { return network_id_; }
  [[nodiscard]] const std::vector<std::string>& hosts() const { return hosts_; }
  [[nodiscard]] std::vector<CloudProject>& projects() { return projects_; }
  [[nodiscard]] const std::vector<CloudProject>& projects() const { return projects_; }
  [[nodiscard]] std::optional<std::size_t> flavor_index(std::string_view id) const;
  [[nodiscard]] const CloudImage* find_image(std::string_view id) const;
  [[nodiscard]] CloudImage* find_image(std::string_view id);
  /// Gets an id and a time here. Valid until the next one is added or removed.
  CloudImage& add_image(CloudImage image, Moment now);
  void remove_image(std::string_view id);

  /// Asks for a server, which begins to be built; or tells which quotas stand against `count` of them.
  Result<const CloudServer*, std::vector<QuotaExcess>> create(const CreateOrder& order, Moment now);
  /// The quotas that stand against it.
  [[nodiscard]] std::vector<QuotaExcess> excess(const CreateOrder& order, int count) const;
  /// A server that runs already, whatever the quota says.
  const CloudServer* create_running(const CreateOrder& order, Moment created, Moment now);
  /// Asks for the end of a server; false where there is none of this id.
  bool remove(std::size_t project, std::string_view id, Moment now);
  /// Takes a server away without a trace; false where there is none of this id.
  bool vanish(std::string_view id, Moment now);

  /// A file that a guest sent has arrived, or has been given up. No effect where the guest runs no more.
  void guest_sent(std::uint64_t serial, std::string_view file, Moment now);
  /// What a guest asked for is here. No effect where the guest runs no more.
  void guest_learned(std::uint64_t serial, const GuestFeatures& features, Moment now);

  [[nodiscard]] const CloudServer* find(std::size_t project, std::string_view id) const;
  [[nodiscard]] ServerPage list(std::size_t project, const ServerQuery& query) const;
  /// The servers that exist, oldest first.
  [[nodiscard]] std::vector<const CloudServer*> all() const;
  [[nodiscard]] std::size_t size() const { return servers_.size(); }

  void set_faults(LifeFaults faults) { faults_ = std::move(faults); }
  [[nodiscard]] const LifeFaults& faults() const { return faults_; }
  void set_quota(std::size_t project, ProjectQuota quota) { projects_.at(project).quota = quota; }
  [[nodiscard]] const CloudCounters& counters() const { return counters_; }
  /// Called with each server that is made, changes or goes, while that is under way: what it tells is to be
  /// read later.
  std::function<void(const CloudServer&)> on_change;
  /// A random UUID from the stream of ids.
  [[nodiscard]] std::string make_uuid();

 private:
  enum class EventKind : std::uint8_t { host_chosen, build_done, guest, delete_done, vanish };
  struct Event {
    Moment at;
    std::uint64_t order;  ///< events of one moment happen in the order in which they were planned
    std::uint64_t server;
    EventKind kind;
    friend bool operator>(const Event& a, const Event& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  void happen(const Event& event);
  void schedule(Moment at, const CloudServer& server, EventKind kind);
  CloudServer& add(const CreateOrder& order, Moment created, Moment now);
  void choose_host(CloudServer& server, Moment now);
  void finish_build(CloudServer& server, Moment now);
  void fail_build(CloudServer& server, const BuildFailure& failure, Moment now);
  void begin_running(CloudServer& server, Moment now);
  void step_guest(CloudServer& server, const GuestStep& step, Moment now);
  /// The server of this number, if its guest runs.
  [[nodiscard]] CloudServer* find_guest(std::uint64_t serial);
  void begin_delete(CloudServer& server, Moment now);
  void take_away(CloudServer& server, Moment now, bool leave_trace);
  void count_use(const CloudServer& server, int sign);
  void note_name(const CloudServer& server);
  [[nodiscard]] bool strikes(std::uint64_t& next, double rate);
  [[nodiscard]] ServerPage list_changes(std::size_t project, const ServerQuery& query,
                                        std::optional<ListingKey> behind) const;
  /// One that exists or is remembered.
  [[nodiscard]] const CloudServer* find_remembered(std::size_t project, std::string_view id) const;
  /// Every change of what a server tells goes through this: its status, and when it changed.
  void change(CloudServer& server, ServerStatus status, Moment now);
  void note_change(const CloudServer& server);
  void drop_change(const CloudServer& server);
  void remember(std::unique_ptr<CloudServer> gone);
  void forget_oldest();

  std::string region_;
  std::vector<Flavor> flavors_;
  std::vector<CloudImage> images_;
  std::vector<std::string> zones_;
  std::string network_id_;
  std::vector<std::string> hosts_;
  std::vector<CloudProject> projects_;
  SecondsRange schedule_seconds_, build_seconds_, delete_seconds_;
  int processors_per_host_;
  int processors_capacity_;
  LifeFaults faults_;
  Guests& guests_;
  RandomStream ids_, times_, fault_draws_;
  std::unordered_map<std::uint64_t, std::unique_ptr<CloudServer>> servers_;
  std::unordered_map<std::string_view, CloudServer*> by_id_;
  std::deque<std::unique_ptr<CloudServer>> gone_;  ///< the last ones, for listings of changes
  std::unordered_map<std::string_view, const CloudServer*> gone_by_id_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t next_serial_ = 1;
  std::uint64_t next_order_ = 1;
  CloudCounters counters_;
};

}  // namespace vacuum::sim
