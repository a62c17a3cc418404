#include "base/rendezvous.hpp"

namespace vacuum {
namespace {

constexpr std::uint64_t kOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kPrime = 0x100000001b3;

/// FNV-1a.
std::uint64_t add(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

/// The finalizer of splitmix64: names that differ little get weights that differ much.
std::uint64_t spread(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::uint64_t stable_hash(std::string_view first, std::string_view second) {
  return spread(add(add(add(kOffset, first), std::string_view("\0", 1)), second));
}

}  // namespace vacuum
