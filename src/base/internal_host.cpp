#include "base/internal_host.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text.hpp"

namespace vacuum {
namespace {

/// A part of an IPv4 address as resolvers take it: decimal, 0x hexadecimal or 0 octal.
std::optional<std::uint64_t> address_part(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// An IPv4 address in any notation of inet_aton: 127.0.0.1, 127.1, 0x7f000001, …; nothing for a name.
std::optional<std::uint32_t> ipv4_address(std::string_view host) {
  const auto parts = split(host, '.');
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = address_part(parts[i]);
    const bool last = i + 1 == parts.size();
    const std::size_t bits = last ? 8 * (5 - parts.size()) : 8;
    if (!value || *value >= (std::uint64_t{1} << bits)) return std::nullopt;
    address = (address << bits) | *value;
  }
  return static_cast<std::uint32_t>(address);
}

struct Network {
  std::uint32_t address;
  int prefix_bits;
};

/// RFC 6890: this host, private use, shared, loopback, link-local.
constexpr std::array kInternalNetworks = {
    Network{0x00000000, 8},  Network{0x0a000000, 8},  Network{0x64400000, 10}, Network{0x7f000000, 8},
    Network{0xa9fe0000, 16}, Network{0xac100000, 12}, Network{0xc0a80000, 16}};

/// RFC 6761, RFC 6762, and the domain that ICANN keeps for private use.
constexpr std::array<std::string_view, 4> kInternalDomains = {".localhost", ".localdomain", ".local",
                                                              ".internal"};

bool is_internal_ipv4(std::uint32_t address) {
  return std::ranges::any_of(kInternalNetworks, [&](const Network& network) {
    const int shift = 32 - network.prefix_bits;
    return (address >> shift) == (network.address >> shift);
  });
}

/// Global unicast addresses are 2000::/3. What maps IPv4 addresses into it (6to4, 2002::/16) is not used for
/// services: all else counts as internal.
bool is_internal_ipv6(std::string_view host) {
  const bool global = host.size() > 4 && (host[0] == '2' || host[0] == '3') && host.find(':') == 4;
  return !global || host.starts_with("2002:");
}

}  // namespace

bool is_internal_host(std::string_view host) {
  std::string name = to_lower(host);
  if (name.ends_with('.')) name.pop_back();
  if (name.find(':') != std::string::npos) return is_internal_ipv6(name);
  if (const auto address = ipv4_address(name)) return is_internal_ipv4(*address);
  return name == "localhost" || std::ranges::any_of(kInternalDomains, [&](std::string_view domain) {
           return name.ends_with(domain);
         });
}

}  // namespace vacuum
