#include "control/pipe_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "config/pipe_document.hpp"
#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_file_writer.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using testing::HasSubstr;

constexpr const char* kUrl = "https://vo.example.org/a.pipe";
constexpr const char* kPath = "/state/pipescache/s/vo";
constexpr const char* kSharedPath = "/state/shared/pipescache/s/vo";
constexpr const char* kOne = R"({"cache_seconds": 600, "machinetypes": [{"suffix": "one"}]})";
constexpr const char* kTwo = R"({"cache_seconds": 600, "machinetypes": [{"suffix": "two"}]})";

/// Reads what was written.
class WrittenFiles final : public FileReader {
 public:
  explicit WrittenFiles(FakeFileWriter& writer) : writer_(writer) {}
  Async<Result<std::string, FileError>> read(std::string path, std::size_t) override {
    const auto found = writer_.files.find(path);
    if (found == writer_.files.end()) co_return Failure{FileError{path + ": No such file or directory"}};
    co_return found->second;
  }

 private:
  FakeFileWriter& writer_;
};

class PipeKeeperTest : public testing::Test {
 protected:
  /// What the configuration says: one space with these pipes, and the copies that the writer has of them.
  void follow(const std::vector<std::pair<std::string, std::string>>& pipes) {
    Configuration configuration;
    configuration.parsed = true;
    SpaceConfiguration space;
    space.settings.name = SpaceName("s");
    for (const auto& [prefix, url] : pipes) {
      FollowedPipe followed{.prefix = prefix, .url = url, .cache = Seconds{600}, .copy = {}};
      const auto file = writer_.files.find(pipe_copy_path("/state", space.settings.name, prefix));
      if (file != writer_.files.end()) followed.copy = read_pipe_copy(file->second);
      space.pipes.push_back(std::move(followed));
    }
    configuration.spaces.push_back(std::move(space));
    keeper_.follow(configuration);
  }

  bool refresh() { return run(loop_, keeper_.refresh()); }

  std::string copied() {
    const auto copy = read_pipe_copy(writer_.files[kPath]);
    return copy ? copy->content : "";
  }

  std::string fault() {
    const auto faults = fakes_.faults.of(SpaceName("s"));
    return faults.empty() ? "" : faults.front().source + ": " + faults.front().sentence;
  }

  boost::asio::io_context loop_;
  FakePorts fakes_;
  FakeFileWriter writer_;
  WrittenFiles reader_{writer_};
  int changes_ = 0;
  PipeKeeper keeper_{{fakes_.fetcher, reader_, writer_, fakes_.clock, fakes_.log, fakes_.faults},
                     "/state",
                     [this] { ++changes_; }};
};

TEST_F(PipeKeeperTest, AFirstCopyIsFetchedAndKept) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {"\"e1\"", "yesterday"}};
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  const auto copy = read_pipe_copy(writer_.files[kPath]);
  ASSERT_TRUE(copy);
  EXPECT_EQ(*copy, (PipeCopy{kUrl, fakes_.clock.now(), "\"e1\"", "yesterday", kOne}));
  EXPECT_EQ(fakes_.fetcher.requests.at(0).max_bytes, kPipeBytesMax);
  EXPECT_FALSE(refresh()) << "it is fresh";
  EXPECT_EQ(fakes_.fetcher.requests.size(), 1u);
}

TEST_F(PipeKeeperTest, AConfigurationThatIsReadWhileACopyIsWrittenDoesNotChangeHowLongThatIsGood) {
  fakes_.fetcher.texts[kUrl] = {R"({"cache_seconds": 60, "machinetypes": [{"suffix": "one"}]})", kUrl, {}};
  follow({{"vo", kUrl}});
  writer_.while_writing = [this] { follow({{"vo", kUrl}}); };  // says 600 s, knowing nothing of the copy
  EXPECT_TRUE(refresh());
  fakes_.clock.advance(Seconds{61});
  refresh();
  EXPECT_EQ(fakes_.fetcher.requests.size(), 2u);
}

TEST_F(PipeKeeperTest, AnOldCopyIsAskedForByItsValidatorsWhenItsTimeIsOver) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {"\"e1\"", ""}};
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  fakes_.clock.advance(Seconds{599});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fakes_.fetcher.requests.size(), 1u);
  fakes_.clock.advance(Seconds{1});
  EXPECT_FALSE(refresh()) << "not modified";
  ASSERT_EQ(fakes_.fetcher.requests.size(), 2u);
  EXPECT_EQ(fakes_.fetcher.requests[1].known.etag, "\"e1\"");
  fakes_.fetcher.texts[kUrl] = {kTwo, kUrl, {"\"e2\"", ""}};
  fakes_.clock.advance(Seconds{600});
  EXPECT_TRUE(refresh());
  EXPECT_EQ(copied(), kTwo);
}

TEST_F(PipeKeeperTest, TheSameContentIsNoChangeAndNotWrittenAgain) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  const std::string written = writer_.files[kPath];
  fakes_.clock.advance(Seconds{600});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(writer_.files[kPath], written);
}

TEST_F(PipeKeeperTest, AfterARestartTheCopysAgeCounts) {
  const TimePoint fetched = fakes_.clock.now() - Seconds{500};
  writer_.files[kPath] = write_pipe_copy({kUrl, fetched, "", "", kOne});
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  follow({{"vo", kUrl}});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fakes_.fetcher.requests.size(), 0u);
  fakes_.clock.advance(Seconds{100});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fakes_.fetcher.requests.size(), 1u);
}

TEST_F(PipeKeeperTest, ACopyFromTheFutureIsFetchedAnew) {
  writer_.files[kPath] = write_pipe_copy({kUrl, fakes_.clock.now() + Seconds{86400}, "", "", kOne});
  follow({{"vo", kUrl}});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fakes_.fetcher.requests.size(), 1u);
}

// Spec 9: a pipe that could not be fetched stopped all spaces once its cache expired.
TEST_F(PipeKeeperTest, AFailedFetchKeepsTheCopyAndSaysSo) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  fakes_.clock.advance(Seconds{600});
  fakes_.fetcher.errors[kUrl] = {FetchDecision::retry, "vo.example.org: no answer in 30 s"};
  EXPECT_FALSE(refresh());
  EXPECT_EQ(copied(), kOne);
  EXPECT_EQ(
      fault(),
      "vacuum pipe vo: vo.example.org: no answer in 30 s; the copy of 2027-01-15T08:00:00Z stays in use");
  fakes_.fetcher.errors.clear();
  fakes_.clock.advance(Seconds{30});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fault(), "");
}

// Spec 9: nor may one that is no JSON, or has no list of machinetypes.
TEST_F(PipeKeeperTest, WhatIsNoPipeKeepsTheCopyAndSaysSo) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  for (const auto* text : {"<html>\nnot now</html>", "{\"user_data\": \"x\"}", "", "[]"}) {
    fakes_.clock.advance(Seconds{7200});
    fakes_.fetcher.texts[kUrl] = {text, kUrl, {}};
    EXPECT_FALSE(refresh());
    EXPECT_EQ(copied(), kOne);
    EXPECT_THAT(fault(), HasSubstr("stays in use")) << text;
  }
}

TEST_F(PipeKeeperTest, WithoutACopyItsMachinetypesWait) {
  fakes_.fetcher.errors[kUrl] = {FetchDecision::retry, "no such host"};
  follow({{"vo", kUrl}});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fault(), "vacuum pipe vo: no such host; its machinetypes wait for it");
}

TEST_F(PipeKeeperTest, FailuresAreRepeatedEverMoreSeldom) {
  fakes_.fetcher.errors[kUrl] = {FetchDecision::retry, "no such host"};
  follow({{"vo", kUrl}});
  for (int second = 0; second < 3600; ++second) {
    refresh();
    fakes_.clock.advance(Seconds{1});
  }
  // At 0, 30, 90, 210, 450, 930, and each 900 s from then on.
  EXPECT_EQ(fakes_.fetcher.requests.size(), 8u);
  EXPECT_EQ(fakes_.log.count(LogLevel::warning), 1u) << "the same sentence is logged once";
}

TEST_F(PipeKeeperTest, ADiskThatIsFullIsToldAndTriedAgain) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  writer_.problem = "No space left on device";
  follow({{"vo", kUrl}});
  EXPECT_FALSE(refresh());
  EXPECT_THAT(fault(), HasSubstr("/state/pipescache/s/vo: No space left on device; its machinetypes wait"));
  writer_.problem.reset();
  fakes_.clock.advance(Seconds{30});
  EXPECT_TRUE(refresh());
  EXPECT_EQ(fault(), "");
}

TEST_F(PipeKeeperTest, OnePipesFaultHarmsNoOther) {
  fakes_.fetcher.errors[kUrl] = {FetchDecision::give_up, "status 404"};
  fakes_.fetcher.texts["https://other.example.org/p"] = {kTwo, "", {}};
  follow({{"vo", kUrl}, {"other", "https://other.example.org/p"}});
  EXPECT_TRUE(refresh());
  EXPECT_TRUE(writer_.files.contains("/state/pipescache/s/other"));
  EXPECT_FALSE(writer_.files.contains(kPath));
}

TEST_F(PipeKeeperTest, AnotherUrlIsFetchedAtOnceAndARemovedPipesFaultIsForgotten) {
  fakes_.fetcher.errors[kUrl] = {FetchDecision::give_up, "status 404"};
  follow({{"vo", kUrl}});
  refresh();
  EXPECT_NE(fault(), "");
  fakes_.fetcher.texts["https://vo.example.org/b.pipe"] = {kTwo, "", {}};
  follow({{"vo", "https://vo.example.org/b.pipe"}});
  EXPECT_TRUE(refresh());
  EXPECT_EQ(fault(), "");
  follow({});
  fakes_.clock.advance(Seconds{86400});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(fakes_.fetcher.requests.size(), 2u);
}

// --- several managers

TEST_F(PipeKeeperTest, WhatAnotherManagerFetchedIsTakenWithoutAFetch) {
  const TimePoint fetched = fakes_.clock.now() - Seconds{100};
  writer_.files[kSharedPath] = write_pipe_copy({kUrl, fetched, "\"e1\"", "", kOne});
  follow({{"vo", kUrl}});
  EXPECT_TRUE(refresh());
  EXPECT_EQ(copied(), kOne);
  fakes_.clock.advance(Seconds{500});
  EXPECT_FALSE(refresh()) << "the other may fetch the next one first";
  EXPECT_EQ(fakes_.fetcher.requests.size(), 0u);
  fakes_.clock.advance(Seconds{60});
  refresh();
  ASSERT_EQ(fakes_.fetcher.requests.size(), 1u) << "it did not";
  EXPECT_EQ(fakes_.fetcher.requests[0].known.etag, "\"e1\"");
}

TEST_F(PipeKeeperTest, WhatIsFetchedOrFoundUnchangedIsLeftForTheOthers) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {"\"e1\"", ""}};
  follow({{"vo", kUrl}});
  refresh();
  EXPECT_EQ(writer_.files[kSharedPath], writer_.files[kPath]);
  fakes_.clock.advance(Seconds{600});
  EXPECT_FALSE(refresh());
  EXPECT_EQ(read_pipe_copy(writer_.files[kSharedPath])->fetched, fakes_.clock.now());
}

TEST_F(PipeKeeperTest, ASharedCopyThatIsTornOldOrOfAnotherUrlIsNotTaken) {
  fakes_.fetcher.texts[kUrl] = {kTwo, kUrl, {}};
  const TimePoint now = fakes_.clock.now();
  int fetches = 0;
  for (const std::string& text :
       {std::string("Vacuum"), write_pipe_copy({kUrl, now - Seconds{600}, "", "", kOne}),
        write_pipe_copy({kUrl, now + Seconds{60}, "", "", kOne}), write_pipe_copy({kUrl, now, "", "", "{"}),
        write_pipe_copy({"https://vo.example.org/b.pipe", now, "", "", kOne})}) {
    writer_.files.clear();
    writer_.files[kSharedPath] = text;
    follow({});
    follow({{"vo", kUrl}});
    refresh();
    EXPECT_EQ(fakes_.fetcher.requests.size(), static_cast<std::size_t>(++fetches)) << text;
    EXPECT_EQ(copied(), kTwo);
  }
}

TEST_F(PipeKeeperTest, AConfigurationThatDoesNotParseChangesNothing) {
  follow({{"vo", kUrl}});
  keeper_.follow(Configuration{});
  refresh();
  EXPECT_EQ(fakes_.fetcher.requests.size(), 1u);
}

TEST_F(PipeKeeperTest, RunFetchesWhatIsDueAndTellsOfChangesUntilItIsStopped) {
  fakes_.fetcher.texts[kUrl] = {kOne, kUrl, {}};
  std::stop_source stop;
  bool ended = false;
  boost::asio::co_spawn(loop_, keeper_.run(stop.get_token()), [&](std::exception_ptr) { ended = true; });
  settle(loop_);
  EXPECT_EQ(changes_, 0);
  follow({{"vo", kUrl}});
  settle(loop_);
  EXPECT_EQ(changes_, 1);
  fakes_.fetcher.texts[kUrl] = {kTwo, kUrl, {}};
  fakes_.clock.advance(Seconds{600});
  settle(loop_);
  EXPECT_EQ(changes_, 2);
  stop.request_stop();
  settle(loop_);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace vacuum
