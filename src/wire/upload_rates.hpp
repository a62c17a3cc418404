#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace vacuum::wire {

/// How many uploads a machine may make: so many a minute, and as many at once as a minute has. For all
/// threads of a service. Remembers only machines that used up some of it lately.
class UploadRates {
 public:
  explicit UploadRates(int per_minute) : per_minute_(per_minute) {}

  /// Takes one upload of `machine`; false where it has none left at `now`, a time that never goes back.
  [[nodiscard]] bool take(const std::string& machine, Milliseconds now);
  /// How long until there is one again at the latest, in whole seconds.
  [[nodiscard]] int seconds_for_one() const;
  [[nodiscard]] std::size_t remembered() const;

 private:
  struct Bucket {
    double left = 0;
    Milliseconds at{0};
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
    std::size_t next_sweep = 1024;
  };
  [[nodiscard]] double left_at(const Bucket& bucket, Milliseconds now) const;
  void forget_full_ones(Shard& shard, Milliseconds now) const;

  int per_minute_;
  std::array<Shard, 16> shards_;
};

}  // namespace vacuum::wire
