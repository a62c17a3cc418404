#include "wire/upload_rates.hpp"

#include <algorithm>
#include <functional>

namespace vacuum::wire {
namespace {

constexpr double kMinuteMs = 60'000;

}  // namespace

double UploadRates::left_at(const Bucket& bucket, Milliseconds now) const {
  const double gained = static_cast<double>((now - bucket.at).count()) * per_minute_ / kMinuteMs;
  return std::min<double>(per_minute_, bucket.left + gained);
}

bool UploadRates::take(const std::string& machine, Milliseconds now) {
  Shard& shard = shards_[std::hash<std::string>{}(machine) % shards_.size()];
  const std::scoped_lock lock(shard.mutex);
  if (shard.buckets.size() >= shard.next_sweep) forget_full_ones(shard, now);
  const auto [place, is_new] =
      shard.buckets.try_emplace(machine, Bucket{static_cast<double>(per_minute_), now});
  Bucket& bucket = place->second;
  bucket = {left_at(bucket, now), now};
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

int UploadRates::seconds_for_one() const {
  return std::max(1, (59 + per_minute_) / std::max(1, per_minute_));
}

std::size_t UploadRates::remembered() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    count += shard.buckets.size();
  }
  return count;
}

void UploadRates::forget_full_ones(Shard& shard, Milliseconds now) const {
  std::erase_if(shard.buckets, [&](const auto& entry) { return left_at(entry.second, now) >= per_minute_; });
  // All that is left was used within a minute: sweeping again before it has doubled would be in vain.
  shard.next_sweep = std::max<std::size_t>(1024, 2 * shard.buckets.size());
}

}  // namespace vacuum::wire
