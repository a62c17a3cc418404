#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vacuum {

/// Distinguished names are written in the slash form of grids: "/DC=ch/DC=cern/CN=host/vm1.cern.ch". A '/'
/// begins a component only where "TYPE=" follows, so a value may hold one. Where a value of a certificate
/// holds "/TYPE=" or "+TYPE=" itself, we write its '/' as "\x2F" and its '+' as "\x2B" (and each '\' as
/// "\x5C"): a name never reads as another one.

/// Whether an attribute, "TYPE=", begins `text`: a name such as "CN", or an OID such as "1.2.840".
[[nodiscard]] bool begins_attribute(std::string_view text);

/// "CN=host/a" and so on, in order. Empty where `dn` is no name in slash form.
[[nodiscard]] std::vector<std::string> dn_components(std::string_view dn);

/// Whether `client_dn` begins with all components of `configured`, each as a whole (spec 9): "/DC=a/CN=b"
/// admits "/DC=a/CN=b" and "/DC=a/CN=b/CN=c", not "/DC=a/CN=bc". The spellings emailAddress, Email and E, UID
/// and USERID, ST and S are the same, and types are compared without regard to case. A last slash of
/// `configured` is of no account. A `configured` that is no name in slash form admits nobody.
[[nodiscard]] bool dn_matches(std::string_view configured, std::string_view client_dn);

}  // namespace vacuum
