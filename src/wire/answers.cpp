#include "wire/answers.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::wire {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";

}  // namespace

ServedResponse text_answer(std::string text) {
  return {.status = 200,
          .headers = {{"Content-Type", kPlainText}, {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(text)};
}

ServedResponse words(int status, std::string_view sentence) {
  return {.status = status, .headers = {{"Content-Type", kPlainText}}, .body = fmt::format("{}\n", sentence)};
}

ServedResponse nothing_there() {
  return {.status = 404, .headers = {{"Content-Type", kPlainText}}};
}

ServedResponse only(std::string_view methods) {
  ServedResponse answer = words(405, fmt::format("only {} here", methods));
  answer.headers.emplace_back("Allow", std::string(methods));
  return answer;
}

ServedResponse json_answer(std::string text) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(text)};
}

std::string_view header_of(const ServedRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key.size() == name.size() && to_lower(key) == to_lower(name)) return value;
  return {};
}

}  // namespace vacuum::wire
