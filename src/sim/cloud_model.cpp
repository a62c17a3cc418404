#include "sim/cloud_model.hpp"

#include <algorithm>

namespace vacuum::sim {
namespace {

constexpr std::size_t kBytesOfGivenImages = 65'536;
constexpr std::size_t kHosts = 50;
constexpr std::size_t kDoubledNamesKept = 1000;

std::string hex_digits(RandomStream& random, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += "0123456789abcdef"[random.below(16)];
  return text;
}

}  // namespace

CloudModel::CloudModel(const CloudSettings& settings, std::uint64_t seed, Guests& guests, Moment now)
    : region_(settings.region),
      flavors_(settings.flavors),
      zones_(settings.zones),
      schedule_seconds_(settings.schedule_seconds),
      build_seconds_(settings.build_seconds),
      delete_seconds_(settings.delete_seconds),
      processors_per_host_(settings.processors_per_host),
      processors_capacity_(settings.processors_capacity),
      faults_(settings.faults),
      guests_(guests),
      ids_(seed),
      times_(seed + 1),
      fault_draws_(seed + 2) {
  for (Flavor& flavor : flavors_)
    if (flavor.cloud_id.empty()) flavor.cloud_id = make_uuid();
  for (const ImageSettings& image : settings.images) {
    CloudImage& added = add_image({.settings = image}, now);
    added.bytes = kBytesOfGivenImages;
  }
  network_id_ = make_uuid();
  for (std::size_t i = 0; i < kHosts; ++i) hosts_.push_back(hex_digits(ids_, 56));
  for (const ProjectSettings& project : settings.projects) {
    projects_.emplace_back();
    projects_.back().id = hex_digits(ids_, 32);
    projects_.back().name = project.name;
    projects_.back().quota = project.quota;
  }
}

std::string CloudModel::make_uuid() {
  std::string text = hex_digits(ids_, 32);
  text[12] = '4';
  text[16] = "89ab"[ids_.below(4)];
  for (const std::size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
  return text;
}

std::optional<Moment> CloudModel::next_event() const {
  if (events_.empty()) return std::nullopt;
  return events_.top().at;
}

std::optional<std::size_t> CloudModel::flavor_index(std::string_view id) const {
  const auto found = std::ranges::find(flavors_, id, &Flavor::cloud_id);
  if (found == flavors_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - flavors_.begin());
}

const CloudImage* CloudModel::find_image(std::string_view id) const {
  const auto found = std::ranges::find(images_, id, &CloudImage::id);
  return found == images_.end() ? nullptr : &*found;
}

CloudImage* CloudModel::find_image(std::string_view id) {
  const auto found = std::ranges::find(images_, id, &CloudImage::id);
  return found == images_.end() ? nullptr : &*found;
}

CloudImage& CloudModel::add_image(CloudImage image, Moment now) {
  image.id = make_uuid();
  image.created = now;
  images_.push_back(std::move(image));
  return images_.back();
}

void CloudModel::remove_image(std::string_view id) {
  std::erase_if(images_, [&](const CloudImage& image) { return image.id == id; });
}

std::vector<QuotaExcess> CloudModel::excess(const CreateOrder& order, int count) const {
  const CloudProject& project = projects_.at(order.project);
  const Flavor& flavor = flavors_.at(order.flavor);
  std::vector<QuotaExcess> found;
  const auto check = [&](std::string_view resource, int wanted, int used, int limit) {
    if (limit >= 0 && used + wanted > limit) found.push_back({resource, wanted, used, limit});
  };
  check("cores", flavor.processors * count, project.used.processors, project.quota.processors);
  check("instances", count, project.used.machines, project.quota.machines);
  check("ram", flavor.memory_mb * count, project.used.memory_mb, project.quota.memory_mb);
  return found;
}

Result<const CloudServer*, std::vector<QuotaExcess>> CloudModel::create(const CreateOrder& order,
                                                                        Moment now) {
  advance(now);
  if (auto over = excess(order, 1); !over.empty()) {
    ++counters_.refused;
    return Failure{std::move(over)};
  }
  CloudServer& server = add(order, now, now);
  if (!strikes(faults_.stuck_builds_next, faults_.stuck_build_rate))
    schedule(now + draw(schedule_seconds_, times_), server, EventKind::host_chosen);
  return &server;
}

const CloudServer* CloudModel::create_running(const CreateOrder& order, Moment created, Moment now) {
  advance(now);
  CloudServer& server = add(order, created, now);
  server.host = server.serial % hosts_.size();
  if (server.zone.empty()) server.zone = zones_.front();
  begin_running(server, now);
  server.launched = created;
  return &server;
}

CloudServer& CloudModel::add(const CreateOrder& order, Moment created, Moment now) {
  auto owned = std::make_unique<CloudServer>();
  CloudServer& server = *owned;
  server.serial = next_serial_++;
  server.id = make_uuid();
  server.name = order.name;
  server.project = order.project;
  server.user_id = order.user_id;
  server.flavor = order.flavor;
  server.image_id = order.image_id;
  if (order.volume_gb > 0) server.volume_id = make_uuid();
  server.key_name = order.key_name;
  server.description = order.description;
  server.zone = order.zone;
  server.security_groups = order.security_groups;
  server.metadata = order.metadata;
  server.networking = order.networking;
  server.has_guest = order.has_guest;
  server.user_data = order.user_data;
  server.contact = read_contact(server.user_data, server.metadata);
  server.created = created;
  server.updated = now;
  note_change(server);
  servers_.emplace(server.serial, std::move(owned));
  by_id_.emplace(server.id, &server);
  CloudProject& project = projects_[server.project];
  project.listing.emplace(ListingKey{in_seconds(server.created), server.id}, &server);
  note_name(server);
  project.by_name.emplace(server.name, &server);
  count_use(server, +1);
  ++counters_.created;
  if (const std::string* machinetype = server.metadata_value("machinetype"))
    ++counters_.created_by_machinetype[*machinetype];
  return server;
}

void CloudModel::change(CloudServer& server, ServerStatus status, Moment now) {
  drop_change(server);
  server.status = status;
  server.updated = now;
  note_change(server);
}

void CloudModel::note_change(const CloudServer& server) {
  CloudProject& project = projects_[server.project];
  if (server.status == ServerStatus::scheduling)
    project.unplaced.emplace(server.serial, &server);
  else
    project.changes.emplace(ChangeKey{in_seconds(server.updated), server.serial}, &server);
  if (on_change) on_change(server);
}

void CloudModel::drop_change(const CloudServer& server) {
  CloudProject& project = projects_[server.project];
  project.unplaced.erase(server.serial);
  project.changes.erase({in_seconds(server.updated), server.serial});
}

void CloudModel::note_name(const CloudServer& server) {
  auto& doubled = counters_.doubled_names;
  if (!projects_[server.project].by_name.contains(server.name) || doubled.size() >= kDoubledNamesKept) return;
  if (std::ranges::find(doubled, server.name) == doubled.end()) doubled.push_back(server.name);
}

void CloudModel::count_use(const CloudServer& server, int sign) {
  const Flavor& flavor = flavors_[server.flavor];
  ProjectQuota& used = projects_[server.project].used;
  used.machines += sign;
  used.processors += sign * flavor.processors;
  used.memory_mb += sign * flavor.memory_mb;
  counters_.processors_in_use += sign * flavor.processors;
  counters_.most_processors_in_use = std::max(counters_.most_processors_in_use, counters_.processors_in_use);
}

}  // namespace vacuum::sim
