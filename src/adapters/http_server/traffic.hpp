#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace vacuum::http_server {

/// What a server did since it started; for all threads of a service.
struct Traffic {
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};  ///< too many from one address
  std::atomic<std::uint64_t> connections_evicted{0};  ///< idle ones that made room
  std::atomic<std::uint64_t> handshakes_failed{0};
  std::atomic<std::uint64_t> timed_out{
      0};  ///< connections that were too slow; not those that were merely idle
  std::atomic<std::uint64_t> bytes_received{0};         ///< of bodies
  std::atomic<std::uint64_t> bytes_sent{0};             ///< of bodies
  std::array<std::atomic<std::uint64_t>, 6> answers{};  ///< by the first digit of their status

  void count_answer(int status) {
    const auto digit = static_cast<std::size_t>(status / 100);
    if (digit < answers.size()) answers[digit].fetch_add(1, std::memory_order_relaxed);
  }
};

}  // namespace vacuum::http_server
