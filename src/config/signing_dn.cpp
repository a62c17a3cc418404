#include "config/signing_dn.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxLength = 1000;

}  // namespace

std::optional<ValueProblem> signing_dn_problem(std::string_view expression) {
  if (trim(expression).empty()) {
    return ValueProblem{"names nobody who may sign the image",
                        "write a regular expression for the signer's DN, or remove the option"};
  }
  if (expression.size() > kMaxLength) return ValueProblem{"is too long for a DN", "shorten it"};
  const RE2 compiled(re2::StringPiece(expression.data(), expression.size()), RE2::Quiet);
  if (compiled.ok()) return std::nullopt;
  return ValueProblem{fmt::format("is no regular expression: {}", printable(compiled.error(), 200)),
                      "use RE2 syntax, without look-around and back-references"};
}

}  // namespace vacuum
