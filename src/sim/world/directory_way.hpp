#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sim/world/directory.hpp"
#include "sim/world/process.hpp"

namespace vacuum::sim {

/// The way of one program to the shared directory and back. What is looked at is as it was half-way; a change
/// that has left the program is made whatever becomes of the program meanwhile, as a kernel does it.
class DirectoryWay {
 public:
  /// All outlive this. `cut_off`: the program's host does not reach the directory.
  DirectoryWay(Process& process, Directory& directory, const bool& cut_off)
      : process_(process), directory_(directory), cut_off_(cut_off) {}

  [[nodiscard]] Directory& directory() const { return directory_; }
  [[nodiscard]] VirtualTime& time() const { return process_.time(); }

  template <class Value>
  Async<StoreResult<Value>> look(std::string where, std::function<StoreResult<Value>()> what) {
    if (process_.ends_here()) co_await process_.never_again();
    const Times times = draw_times();
    co_await process_.wait(times.going);
    std::optional<StoreResult<Value>> answer;
    if (auto problem = problem_of_looking(directory_, cut_off_, where))
      answer.emplace(Failure{std::move(*problem)});
    else
      answer.emplace(what());
    co_await process_.wait(times.coming);
    co_return std::move(*answer);
  }

  /// `deed` may use nothing of the program: it may be dead when it is done.
  template <class Value>
  Async<StoreResult<Value>> change(std::string where, std::function<StoreResult<Value>()> deed) {
    if (process_.ends_here()) co_await process_.never_again();
    const Times times = draw_times();
    const Fate fate = draw_fate();
    const auto answer = std::make_shared<std::optional<StoreResult<Value>>>();
    auto arrive = [answer, where, deed = std::move(deed), fate, &directory = directory_,
                   &cut_off = cut_off_] {
      auto problem = problem_of_changing(directory, cut_off, where);
      if (!problem && fate == Fate::not_done) problem = single_failure(where);
      if (problem) return void(answer->emplace(Failure{std::move(*problem)}));
      answer->emplace(deed());
      if (fate == Fate::answer_lost && answer->value()) answer->emplace(Failure{single_failure(where)});
    };
    if (times.going > Milliseconds{0})
      time().at(time().now() + times.going, std::move(arrive));
    else
      arrive();
    co_await process_.wait(times.going + times.coming);
    if (process_.ends_here()) co_await process_.never_again();
    co_return std::move(**answer);
  }

 private:
  struct Times {
    Milliseconds going{0};
    Milliseconds coming{0};
  };
  enum class Fate : std::uint8_t { good, not_done, answer_lost };
  [[nodiscard]] Times draw_times();
  [[nodiscard]] Fate draw_fate();
  using Problem = std::optional<StoreError>;
  [[nodiscard]] static Problem problem_of_looking(const Directory& directory, bool cut_off,
                                                  const std::string& where);
  [[nodiscard]] static Problem problem_of_changing(const Directory& directory, bool cut_off,
                                                   const std::string& where);
  [[nodiscard]] static StoreError single_failure(const std::string& where);

  Process& process_;
  Directory& directory_;
  const bool& cut_off_;
};

}  // namespace vacuum::sim
