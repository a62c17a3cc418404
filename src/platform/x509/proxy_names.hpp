#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace vacuum {

/// Policy languages of RFC 3820, section 3.8, and of Globus.
inline constexpr std::string_view kLimitedPolicy = "1.3.6.1.4.1.3536.1.1.1.9";
inline constexpr std::string_view kInheritAllPolicy = "1.3.6.1.5.5.7.21.1";
/// The last CN of a proxy of Globus 2.
inline constexpr std::string_view kLegacyFullName = "proxy";
inline constexpr std::string_view kLegacyLimitedName = "limited proxy";
/// For OBJ_obj2txt() and OBJ_txt2obj(): numbers, not names.
inline constexpr int kNumericForm = 1;

namespace x509 {

/// The value of the last component, where that is a CN of its own; else empty.
[[nodiscard]] std::string last_common_name(const X509_NAME* name);

/// Whether `name` is `start` and one more component, a CN of its own (RFC 3820, section 3.4).
[[nodiscard]] bool extends_by_common_name(const X509_NAME* name, const X509_NAME* start);

}  // namespace x509
}  // namespace vacuum
