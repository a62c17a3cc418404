#include "control/pipe_keeper.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/pipe_document.hpp"
#include "control/concurrently.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kFetchesAtOnce = 8;
constexpr Milliseconds kFetchTimeout{30'000};
constexpr Milliseconds kShortestSleep{1'000};
/// Who took another manager's copy leaves it so much time to fetch the next one.
constexpr Milliseconds kAfterAnother{60'000};
constexpr Milliseconds kLongestSleep{3'600'000};

/// How long until a pipe that failed is asked for again: what passes by itself sooner than what needs a
/// human. Doubles with each failure.
struct RetryDelays {
  Milliseconds first;
  Milliseconds longest;
};
constexpr RetryDelays kRetryDelays{Milliseconds{30'000}, Milliseconds{900'000}};
constexpr RetryDelays kGiveUpDelays{Milliseconds{300'000}, Milliseconds{3'600'000}};

Milliseconds retry_delay(FetchDecision decision, int failures) {
  const RetryDelays& delays = decision == FetchDecision::retry ? kRetryDelays : kGiveUpDelays;
  Milliseconds delay = delays.first;
  for (int i = 1; i < failures && delay < delays.longest; ++i) delay *= 2;
  return std::min(delay, delays.longest);
}

std::string source_of(const std::string& prefix) {
  return fmt::format("vacuum pipe {}", prefix);
}

}  // namespace

PipeKeeper::PipeKeeper(PipeKeeperPorts ports, std::string state_directory, std::function<void()> changed)
    : ports_(ports),
      state_directory_(std::move(state_directory)),
      shared_(ports.reader, ports.writer, ports.clock, ports.log, state_directory_ + "/shared"),
      changed_(std::move(changed)) {}

void PipeKeeper::follow(const Configuration& configuration) {
  if (!configuration.parsed) return;
  std::map<Key, PipePointer> next;
  for (const SpaceConfiguration& space : configuration.spaces) {
    for (const FollowedPipe& followed : space.pipes) {
      const Key key{space.settings.name, followed.prefix};
      const auto known = pipes_.find(key);
      if (known == pipes_.end() || known->second->followed.url != followed.url) {
        next[key] = begin_to_follow(followed);
        continue;
      }
      const bool copy_is_gone = known->second->followed.copy && !followed.copy;
      known->second->followed = followed;
      if (copy_is_gone) known->second->due = ports_.clock.monotonic();
      next[key] = known->second;
    }
  }
  for (const auto& [key, pipe] : pipes_) {
    const auto kept = next.find(key);
    if (kept == next.end() || kept->second != pipe) ports_.faults.clear(key.space, source_of(key.prefix));
  }
  pipes_ = std::move(next);
  wake_.request_stop();
}

PipeKeeper::PipePointer PipeKeeper::begin_to_follow(const FollowedPipe& followed) const {
  auto pipe = std::make_shared<Pipe>();
  pipe->followed = followed;
  pipe->due = ports_.clock.monotonic();
  if (followed.copy) {
    // A copy from the future tells that a clock was set: its age is not known.
    const Seconds age = ports_.clock.now() - followed.copy->fetched;
    if (age >= Seconds{0} && age < followed.cache) pipe->due += followed.cache - age;
  }
  return pipe;
}

bool PipeKeeper::is_followed(const Key& key, const PipePointer& pipe) const {
  const auto found = pipes_.find(key);
  return found != pipes_.end() && found->second == pipe;
}

Milliseconds PipeKeeper::until_next_due() const {
  Milliseconds rest = kLongestSleep;
  const Milliseconds now = ports_.clock.monotonic();
  for (const auto& [key, pipe] : pipes_) rest = std::min(rest, pipe->due - now);
  return std::max(rest, kShortestSleep);
}

Async<bool> PipeKeeper::refresh() {
  std::vector<std::pair<Key, PipePointer>> due;
  const Milliseconds now = ports_.clock.monotonic();
  for (const auto& [key, pipe] : pipes_) {
    if (pipe->due <= now) due.emplace_back(key, pipe);
  }
  bool any_changed = false;
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) -> Async<void> {
    const bool changed = co_await refresh_one(due[i].first, due[i].second);
    any_changed = any_changed || changed;
  };
  co_await for_each_concurrently(due.size(), kFetchesAtOnce, body);
  co_return any_changed;
}

/// A fault of ours must not end the keeping of pipes.
Async<bool> PipeKeeper::refresh_guarded() {
  try {
    const bool changed = co_await refresh();
    co_return changed;
  } catch (const std::exception& fault) {
    ports_.log.error("vacuum pipes: internal fault: {}", fault.what());
  }
  co_return false;
}

Async<void> PipeKeeper::run(std::stop_token stop) {
  const std::stop_callback wake_at_stop(stop, [this] { wake_.request_stop(); });
  while (!stop.stop_requested()) {
    wake_ = std::stop_source();
    const bool changed = co_await refresh_guarded();
    if (stop.stop_requested()) break;
    if (changed) changed_();
    const Milliseconds rest = until_next_due();
    const std::stop_token woken = wake_.get_token();
    co_await ports_.clock.sleep(rest, woken);
  }
}

Async<bool> PipeKeeper::refresh_one(Key key, PipePointer pipe) {
  auto shared = co_await shared_.find(key.space, key.prefix, pipe->followed.url);
  if (!is_followed(key, pipe)) co_return false;
  if (!shared) {
    const bool changed = co_await fetch(key, pipe);
    co_return changed;
  }
  const Seconds age = ports_.clock.now() - shared->fetched;
  const auto changed = co_await take(key, pipe, std::move(*shared));
  if (changed) succeed(key, *pipe, pipe->followed.cache - age + kAfterAnother);
  co_return changed.value_or(false);
}

Async<bool> PipeKeeper::fetch(Key key, PipePointer pipe) {
  FetchRequest request{
      .url = pipe->followed.url, .max_bytes = kPipeBytesMax, .timeout = kFetchTimeout, .known = {}};
  if (const auto& copy = pipe->followed.copy) request.known = {copy->etag, copy->last_modified};
  auto answer = co_await ports_.fetcher.fetch(std::move(request));
  if (!is_followed(key, pipe)) co_return false;
  if (!answer) {
    fail(key, *pipe, answer.error().decision, answer.error().message);
    co_return false;
  }
  auto* fetched = std::get_if<FetchedText>(&*answer);
  std::optional<bool> changed = false;
  if (fetched != nullptr) {
    PipeCopy copy{.url = pipe->followed.url,
                  .fetched = ports_.clock.now(),
                  .etag = std::move(fetched->validators.etag),
                  .last_modified = std::move(fetched->validators.last_modified),
                  .content = std::move(fetched->text)};
    changed = co_await take(key, pipe, std::move(copy));
    if (!changed) co_return false;
  } else if (pipe->followed.copy) {
    pipe->followed.copy->fetched = ports_.clock.now();
  }
  succeed(key, *pipe, pipe->followed.cache);
  if (pipe->followed.copy) {
    PipeCopy copy = *pipe->followed.copy;
    co_await shared_.leave(key.space, key.prefix, std::move(copy));
  }
  co_return *changed;
}

Async<std::optional<bool>> PipeKeeper::take(Key key, PipePointer pipe, PipeCopy copy) {
  const auto document = parse_pipe(copy.content, copy.url);
  if (!document) {
    const PipeProblem& problem = document.error();
    const std::string line = problem.line > 0 ? fmt::format("line {}: ", problem.line) : "";
    fail(key, *pipe, FetchDecision::give_up,
         fmt::format("{}: {}{}", printable(copy.url), line, problem.message));
    co_return std::nullopt;
  }
  const bool is_same = pipe->followed.copy && pipe->followed.copy->content == copy.content;
  if (!is_same) {
    std::string path = pipe_copy_path(state_directory_, key.space, key.prefix);
    std::string text = write_pipe_copy(copy);
    const auto written = co_await ports_.writer.replace(std::move(path), std::move(text));
    if (!is_followed(key, pipe)) co_return std::nullopt;
    if (!written) {
      fail(key, *pipe, FetchDecision::retry, written.error().message);
      co_return std::nullopt;
    }
    ports_.log.info("space {}: vacuum pipe {} has new content", key.space, key.prefix);
  }
  // Only now: a configuration that was followed meanwhile knows nothing of this copy.
  pipe->followed.cache = document->cache;
  pipe->followed.copy = std::move(copy);
  co_return !is_same;
}

void PipeKeeper::succeed(const Key& key, Pipe& pipe, Milliseconds good_for) {
  if (!pipe.fault.empty()) ports_.log.info("space {}: vacuum pipe {} works again", key.space, key.prefix);
  pipe.fault.clear();
  pipe.failures = 0;
  pipe.due = ports_.clock.monotonic() + good_for;
  ports_.faults.clear(key.space, source_of(key.prefix));
}

void PipeKeeper::fail(const Key& key, Pipe& pipe, FetchDecision decision, const std::string& what) {
  ++pipe.failures;
  pipe.due = ports_.clock.monotonic() + retry_delay(decision, pipe.failures);
  const auto& copy = pipe.followed.copy;
  std::string sentence = printable(what, 500) +
                         (copy ? fmt::format("; the copy of {} stays in use", format_iso8601(copy->fetched))
                               : "; its machinetypes wait for it");
  if (pipe.fault != sentence) {
    ports_.log.warning("space {}: vacuum pipe {}: {}", key.space, key.prefix, sentence);
    pipe.fault = sentence;
  }
  ports_.faults.tell(key.space, source_of(key.prefix), std::move(sentence), ports_.clock.now());
}

}  // namespace vacuum
