#include "base/internal_host.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

TEST(InternalHostTest, AddressesOfTheInsideAreKnownInEveryNotation) {
  for (const auto* host : {"127.0.0.1",
                           "127.1",
                           "2130706433",
                           "0x7f000001",
                           "0177.0.0.1",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "::1",
                           "::",
                           "fe80::1",
                           "fd00::1",
                           "fc00::1",
                           "::ffff:127.0.0.1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "localhost",
                           "LOCALHOST.",
                           "a.localhost",
                           "localhost.localdomain"}) {
    EXPECT_TRUE(is_internal_host(host)) << host;
  }
  for (const auto* host : {"repo.gridpp.ac.uk", "8.8.8.8", "172.32.0.1", "192.169.1.1", "2001:630::1",
                           "10.example.com", "256.1.1.1", "1.2.3.4.5", "0x7g"}) {
    EXPECT_FALSE(is_internal_host(host)) << host;
  }
}

}  // namespace
}  // namespace vacuum
