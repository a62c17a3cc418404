#include "sim/play/recorder.hpp"

#include <algorithm>

namespace vacuum::sim {
namespace {

using Tracks = std::map<std::string, TypeSample, std::less<>>;

void count(const Server& server, Tracks& samples) {
  const auto found = samples.find(server.machinetype.text());
  if (found == samples.end()) return;
  TypeSample& sample = found->second;
  sample.processors += server.processors;
  switch (server.state) {
    case MachineState::starting:
      ++sample.starting;
      return;
    case MachineState::running:
      ++sample.running;
      return;
    default:
      ++sample.ending;
  }
}

void take_tally(const World::Site& site, const std::string& type, TypeSample& sample) {
  sample.busy = static_cast<int>(site.guests->busy(type));
  const auto& created = site.model->counters().created_by_machinetype;
  if (const auto found = created.find(type); found != created.end()) sample.created = found->second;
  const auto& tallies = site.guests->tallies();
  const auto found = tallies.find(type);
  if (found == tallies.end()) return;
  const GuestTally& tally = found->second;
  sample.jobs_done = tally.jobs_done;
  sample.jobs_lost = tally.jobs_lost;
  sample.no_work = tally.found_no_work;
  sample.failed = tally.failed + tally.crashed;
}

}  // namespace

std::size_t Recording::size() const {
  return spaces.empty() || spaces.front().types.empty() ? 0 : spaces.front().types.front().samples.size();
}

const SpaceTrack* Recording::find(const SpaceName& space) const {
  const auto found = std::ranges::find(spaces, space, &SpaceTrack::name);
  return found == spaces.end() ? nullptr : &*found;
}

Recorder::Recorder(World& world, Milliseconds step) : world_(world) {
  recording_.start = in_seconds(world.start());
  recording_.step = step;
  for (const auto& [name, site] : world.sites()) {
    const SpaceSettings& settings = site.settings.configuration.settings;
    SpaceTrack space{.name = name, .processors_limit = settings.processors_limit, .types = {}};
    const int quota = site.settings.cloud.projects.front().quota.processors;
    if (!space.processors_limit && quota >= 0) space.processors_limit = quota;
    for (const MachinetypeSettings& type : settings.machinetypes)
      space.types.push_back({.name = type.name, .target_share = type.target_share, .samples = {}});
    recording_.spaces.push_back(std::move(space));
  }
  for (const auto& [name, queue] : world.queues())
    recording_.queues.push_back({name, queue.settings().endless, {}});
}

void Recorder::begin() {
  sample();
  world_.time().at(world_.time().now() + recording_.step, [this] { begin(); });
}

Phase Recorder::phase_of(const SpaceName& space, const MachinetypeSettings& type) const {
  const auto& kept = world_.directory().spaces[space].last_aborts;
  const auto found = kept.find(type.name);
  if (found == kept.end()) return Phase::normal;
  const Seconds age = in_seconds(world_.time().now()) - found->second.time;
  if (age < type.backoff) return Phase::backing_off;
  return age < type.backoff + type.fizzle ? Phase::probing : Phase::normal;
}

void Recorder::sample_space(SpaceTrack& track, const World::Site& site) {
  Tracks samples;
  for (const TypeTrack& type : track.types) samples.emplace(type.name.text(), TypeSample{});
  for (const ListedPage& page : site.cloud->list(std::nullopt))
    for (const Server& server : page->servers) count(server, samples);
  const double hours = static_cast<double>(recording_.step.count()) / 3'600'000;
  const auto& types = site.settings.configuration.settings.machinetypes;
  for (std::size_t i = 0; i < track.types.size(); ++i) {
    TypeTrack& type = track.types[i];
    TypeSample& sample = samples.at(type.name.text());
    take_tally(site, type.name.text(), sample);
    sample.phase = phase_of(track.name, types[i]);
    type.processor_hours += sample.processors * hours;
    const auto tally = site.guests->tallies().find(type.name.text());
    if (tally != site.guests->tallies().end())
      type.busy_processor_hours = tally->second.busy_processor_seconds / 3600;
    type.samples.push_back(sample);
  }
}

void Recorder::sample() {
  for (SpaceTrack& track : recording_.spaces) sample_space(track, world_.sites().at(track.name));
  for (QueueTrack& track : recording_.queues)
    track.waiting.push_back(world_.queues().at(track.name).waiting(world_.time().now()));
}

}  // namespace vacuum::sim
