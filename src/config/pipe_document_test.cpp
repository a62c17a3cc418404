#include "config/pipe_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace vacuum {
namespace {

using testing::HasSubstr;

constexpr const char* kUrl = "https://vo.example.org/a.pipe";

/// A pipe with one entry that has these members beside its suffix.
std::string with(const std::string& members) {
  return R"({"machinetypes": [{"suffix": "x", )" + members + "}]}";
}

PipeDocument parsed(const std::string& text) {
  auto document = parse_pipe(text, kUrl);
  EXPECT_TRUE(document) << text << ": " << (document ? "" : document.error().message);
  return document ? *document : PipeDocument{};
}

std::string problem_of(std::string_view text) {
  const auto document = parse_pipe(text, kUrl);
  if (document) return "none";
  return fmt::format("{}: {}", document.error().line, document.error().message);
}

/// What became of one option: its text, or "refused: …", or "none".
std::string option_of(const std::string& members, const std::string& name,
                      const std::string& pipe_url = kUrl) {
  const auto document = parse_pipe(with(members), pipe_url);
  if (!document) return "no pipe: " + document.error().message;
  const auto& options = document->entries.at(0).options;
  const auto found = options.find(name);
  if (found == options.end()) return "none";
  return found->second.refusal ? "refused: " + found->second.refusal->message : found->second.text;
}

TEST(PipeDocumentTest, ValuesAreTakenInEveryFormThatRealPipesHave) {
  EXPECT_EQ(option_of(R"("backoff_seconds": 600)", "backoff_seconds"), "600");
  EXPECT_EQ(option_of(R"("backoff_seconds": 600.0)", "backoff_seconds"), "600");
  EXPECT_EQ(option_of(R"("backoff_seconds": "600")", "backoff_seconds"), "600");
  EXPECT_EQ(option_of(R"("user_data_proxy": "true")", "user_data_proxy"), "true");
  EXPECT_EQ(option_of(R"("user_data_proxy": true)", "user_data_proxy"), "True");
  EXPECT_EQ(option_of(R"("user_data_proxy": 0)", "user_data_proxy"), "0");
  EXPECT_EQ(option_of(R"("user_data_option_x": " -o a=b ")", "user_data_option_x"), " -o a=b ");
  EXPECT_EQ(option_of(R"("user_data_option_x": 1.0)", "user_data_option_x"), "1.0");
  EXPECT_EQ(option_of(R"("user_data_option_X": "y")", "user_data_option_x"), "y");
  EXPECT_EQ(option_of(R"("target_share": "0.5")", "target_share"), "0.5");
}

TEST(PipeDocumentTest, ValuesThatAreNoneOfTheirKindAreRefused) {
  EXPECT_EQ(option_of(R"("backoff_seconds": "soon")", "backoff_seconds"),
            "refused: \"soon\" is not a whole number");
  EXPECT_EQ(option_of(R"("backoff_seconds": -1)", "backoff_seconds"), "refused: -1 is out of bounds");
  EXPECT_EQ(option_of(R"("backoff_seconds": 1e400)", "backoff_seconds").substr(0, 8), "refused:");
  EXPECT_EQ(
      option_of(R"("max_wallclock_seconds": 99999999999999999999)", "max_wallclock_seconds").substr(0, 8),
      "refused:");
  EXPECT_EQ(option_of(R"("max_processors": 2.5)", "max_processors"),
            "refused: \"2.5\" is not a whole number");
  EXPECT_EQ(option_of(R"("target_share": -1)", "target_share"), "refused: -1 is out of bounds");
  EXPECT_EQ(option_of(R"("target_share": "nan")", "target_share"), "refused: \"nan\" is not a number");
  EXPECT_EQ(option_of(R"("user_data_proxy": "perhaps")", "user_data_proxy"),
            "refused: \"perhaps\" is neither True nor False");
  for (const auto* value : {"null", "[]", "{}"}) {
    EXPECT_EQ(option_of(fmt::format(R"("user_data": {})", value), "user_data"),
              "refused: is neither text nor a number");
  }
}

// Spec 2.3, safety.
TEST(PipeDocumentTest, APipeNamesNoFileBeyondTheDirectoryMadeForIt) {
  for (const auto* option : {"user_data", "root_image", "user_data_file_x"}) {
    EXPECT_EQ(option_of(fmt::format(R"("{}": "name.pem")", option), option), "name.pem");
    for (const auto* value : {"/etc/shadow", "../x509key.pem", "a/b", "..", ".", "./a"}) {
      EXPECT_EQ(option_of(fmt::format(R"("{}": "{}")", option, value), option).substr(0, 8), "refused:")
          << option << " " << value;
    }
  }
  EXPECT_EQ(option_of(R"("user_data_file_x": "https://vo.example.org/f")", "user_data_file_x").substr(0, 8),
            "refused:");
  for (const auto* value : {"a/b", "../hb", ".hidden", "", "a b"}) {
    EXPECT_EQ(option_of(fmt::format(R"("heartbeat_file": "{}")", value), "heartbeat_file"),
              "refused: is no plain file name")
        << value;
  }
}

TEST(PipeDocumentTest, AnImageOrTemplateIsAUrlOfTheOutsideWorld) {
  EXPECT_EQ(option_of(R"("user_data": "https://repo.example.org/u?v=1")", "user_data"),
            "https://repo.example.org/u?v=1");
  EXPECT_EQ(option_of(R"("root_image": "http://repo.example.org/i.iso")", "root_image"),
            "http://repo.example.org/i.iso");
  for (const auto* value :
       {"file:///etc/passwd", "ftp://a.example.org/x", "https://a.example.org/../x",
        "https://u:p@a.example.org/x", "https://a.example.org/x y", "https:///x", "gopher://a"}) {
    EXPECT_EQ(option_of(fmt::format(R"("user_data": "{}")", value), "user_data").substr(0, 8), "refused:")
        << value;
  }
  EXPECT_EQ(option_of(R"("root_image": "image:of-somebody-else")", "root_image"),
            "refused: names an image of the site's own cloud, which a pipe cannot know");
  EXPECT_EQ(option_of(R"("root_image": "Image:x")", "root_image").substr(0, 8), "refused:");
}

TEST(PipeDocumentTest, APipeSendsTheManagerToNoServerInsideTheSite) {
  const std::string metadata = R"("user_data": "http://169.254.169.254/latest/meta-data/")";
  EXPECT_EQ(option_of(metadata, "user_data"),
            "refused: names the host 169.254.169.254, which is inside the site that reads the pipe");
  for (const auto* host :
       {"localhost:9780", "127.1", "[::1]:80", "0x7f000001", "192.168.0.1", "db.internal"}) {
    EXPECT_EQ(option_of(fmt::format(R"("root_image": "http://{}/x")", host), "root_image").substr(0, 8),
              "refused:")
        << host;
  }
  // A site's own pipe, on a server inside, may name that server.
  EXPECT_EQ(option_of(R"("user_data": "http://127.0.0.1:8080/u")", "user_data", "http://127.0.0.1:8000/p"),
            "http://127.0.0.1:8080/u");
  EXPECT_EQ(option_of(R"("user_data": "http://127.0.0.2:8080/u")", "user_data", "http://127.0.0.1:8000/p")
                .substr(0, 8),
            "refused:");
}

TEST(PipeDocumentTest, NoValueBreaksOutOfItsLine) {
  for (const auto* value : {R"(a\nb)", R"(a\rb)", R"(a\u0000b)", R"(\u001b[31m)", R"(a\u007f)"}) {
    for (const auto* option : {"user_data_option_x", "accounting_fqan", "user_data"}) {
      EXPECT_EQ(option_of(fmt::format(R"("{}": "{}")", option, value), option),
                "refused: holds a line break or another control character");
    }
  }
  EXPECT_THAT(option_of(R"("user_data_option_x": ")" + std::string(20'000, 'x') + "\"", "user_data_option_x"),
              HasSubstr("refused: has 20000 bytes, more than"));
}

// Spec 9: image_signing_dn was accepted, never read, and images were not verified.
TEST(PipeDocumentTest, TheSignersExpressionIsAcceptedByBothNamesAndFailsClosed) {
  EXPECT_EQ(option_of(R"("image_signing_dn": "^/CN=x$")", "cernvm_signing_dn"), "^/CN=x$");
  EXPECT_EQ(option_of(R"("cernvm_signing_dn": "^/CN=x$")", "cernvm_signing_dn"), "^/CN=x$");
  EXPECT_THAT(option_of(R"("image_signing_dn": "(")", "cernvm_signing_dn"),
              HasSubstr("refused: is no regular"));
  EXPECT_THAT(option_of(R"("image_signing_dn": "")", "cernvm_signing_dn"),
              HasSubstr("refused: names nobody"));
  EXPECT_THAT(option_of(R"("image_signing_dn": null)", "cernvm_signing_dn"), HasSubstr("refused:"));
  EXPECT_THAT(option_of(R"("image_signing_dn": "a", "cernvm_signing_dn": "b")", "cernvm_signing_dn"),
              HasSubstr("refused: is given twice"));
}

TEST(PipeDocumentTest, OptionsThatAreTheSitesOwnAreIgnoredWithARemark) {
  const auto entry = parsed(with(R"("processors_limit": 9, "https_x509dn": "/", "fizle_seconds": 1,
                                    "flavor_name": "x", "user_data_option_A-B": "x", "cvmfs_repositories": ["a"],
                                    "min_wallclock_seconds": "x", "root_device": "vda", "cache_seconds": 1)"))
                         .entries.at(0);
  std::vector<std::string> ignored;
  for (const auto& remark : entry.ignored) ignored.push_back(remark.option + ": " + remark.remedy);
  EXPECT_THAT(ignored,
              testing::UnorderedElementsAre(
                  "processors_limit: a site that wants it sets it in its own [vacuum_pipe …] section",
                  "https_x509dn: a site that wants it sets it in its own [vacuum_pipe …] section",
                  "flavor_name: a site that wants it sets it in its own [vacuum_pipe …] section",
                  "fizle_seconds: did you mean fizzle_seconds?", "user_data_option_a-b: rename it"));
  EXPECT_TRUE(entry.options.empty());
  EXPECT_FALSE(entry.omission);
}

TEST(PipeDocumentTest, AContainersEntryIsPassedOverInWordsAndItsShareCounts) {
  const auto document = parsed(R"({"machinetypes": [
    {"suffix": "vm", "target_share": 1, "machine_model": "cernvm4"},
    {"suffix": "raw", "target_share": 1, "machine_model": "vm-raw"},
    {"suffix": "box", "target_share": 2, "machine_model": "docker", "container_command": ["x"]},
    {"suffix": "odd", "machine_model": {"a": 1}}]})");
  EXPECT_FALSE(document.entries[0].omission);
  EXPECT_FALSE(document.entries[1].omission);
  ASSERT_TRUE(document.entries[2].omission);
  EXPECT_EQ(document.entries[2].omission->kind, PipeEntry::Omission::Kind::not_for_clouds);
  EXPECT_EQ(document.entries[2].omission->remark.message,
            "\"docker\" is no virtual machine for a cloud; the entry is passed over");
  EXPECT_TRUE(document.entries[2].ignored.empty());
  EXPECT_TRUE(document.entries[3].omission);
  EXPECT_EQ(document.total_share, 4);
}

TEST(PipeDocumentTest, AnEntryWithoutAUsableSuffixHarmsNoOther) {
  const auto document =
      parsed(R"({"machinetypes": [{"target_share": 1}, {"suffix": "UPPER"}, {"suffix": "a b"},
    {"suffix": ""}, {"suffix": null}, 7, [], {"suffix": "ok"}, {"suffix": "ok"}, {"suffix": 8}]})");
  ASSERT_EQ(document.entries.size(), 10u);
  for (std::size_t i : {0, 1, 2, 3, 4, 5, 6, 8}) EXPECT_TRUE(document.entries[i].omission) << i;
  EXPECT_FALSE(document.entries[7].omission);
  EXPECT_EQ(document.entries[8].omission->remark.message, "\"ok\" is that of entry 8 too, which counts");
  EXPECT_EQ(document.entries[9].suffix, "8");
  EXPECT_EQ(document.entries[0].omission->remark.message, "has no suffix: its machinetype has no name");
}

TEST(PipeDocumentTest, WhatIsNoPipeIsToldWithItsLine) {
  EXPECT_THAT(problem_of(""), HasSubstr("1: is no JSON"));
  EXPECT_THAT(problem_of("<html>"), HasSubstr("1: is no JSON"));
  EXPECT_THAT(problem_of("{\n\"machinetypes\": [\n{\"suffix\": x}]}"), HasSubstr("3: is no JSON"));
  EXPECT_THAT(problem_of("{\"machinetypes\": []} x"), HasSubstr("1: is no JSON"));
  EXPECT_THAT(problem_of("{\"machinetypes\": [\"\xff\"]}"), HasSubstr("is no JSON"));
  EXPECT_THAT(problem_of(std::string(100, '[')), HasSubstr("is no JSON"));
  EXPECT_EQ(problem_of("[]"), "0: is no JSON object");
  EXPECT_EQ(problem_of("{}"), "0: has no list \"machinetypes\"");
  EXPECT_EQ(problem_of(R"({"machinetypes": {}})"), "0: has \"machinetypes\", but that is no list");
  EXPECT_THAT(problem_of(R"({"user_data": "x", "root_image": "y"})"), HasSubstr("it is in the old form"));
}

TEST(PipeDocumentTest, EverythingHasABound) {
  EXPECT_THAT(problem_of(std::string(kPipeBytesMax + 1, ' ')), HasSubstr("has more than 1048576 bytes"));
  std::string entries = "{}";
  for (std::size_t i = 0; i < kPipeEntriesMax; ++i) entries += ",{}";
  EXPECT_THAT(problem_of("{\"machinetypes\": [" + entries + "]}"),
              HasSubstr("has 1001 entries, more than 1000"));
  std::string members = R"("a0": 1)";
  for (int i = 1; i < 300; ++i) members += fmt::format(R"(,"a{}": 1)", i);
  const auto crowded = parsed(with(members)).entries.at(0);
  ASSERT_TRUE(crowded.omission);
  EXPECT_EQ(crowded.omission->remark.message, "has 301 options, more than 200");
}

TEST(PipeDocumentTest, TheTimeACopyIsGoodIsKeptWithinSenseAndSaid) {
  const auto cache = [](const std::string& value) {
    return parsed(fmt::format(R"({{"cache_seconds": {}, "machinetypes": []}})", value)).cache;
  };
  EXPECT_EQ(cache("600"), Seconds{600});
  EXPECT_EQ(cache("\"600\""), Seconds{600});
  EXPECT_EQ(cache("0"), kPipeCacheMin);
  EXPECT_EQ(cache("99999999999"), kPipeCacheMax);
  EXPECT_EQ(cache("-1"), Seconds{3600});
  EXPECT_EQ(cache("null"), Seconds{3600});
  EXPECT_EQ(parsed(R"({"machinetypes": []})").cache, Seconds{3600});
  EXPECT_EQ(parsed(R"({"cache_seconds": 1, "machinetypes": [], "x": 1})").remarks.size(), 3u);
}

RC_GTEST_PROP(PipeDocumentPropertyTest, AnyBytesGiveADocumentOrAProblem, (const std::string& bytes)) {
  const auto document = parse_pipe(bytes, kUrl);
  if (!document) RC_ASSERT(!document.error().message.empty());
}

RC_GTEST_PROP(PipeDocumentPropertyTest, NoValueOfAnyKindGetsPastTheRules, ()) {
  const auto name = rc::gen::elementOf(std::vector<std::string>{"user_data", "root_image", "user_data_file_a",
                                                                "heartbeat_file", "accounting_fqan"});
  const auto piece = rc::gen::elementOf(
      std::vector<std::string>{"/", "..", "a", "http://", "https://", "image:", "localhost", "h.example.org",
                               "127.0.0.1", "\\n", "file://", "@", ":", "%2e%2e", " "});
  const std::string option = *name;
  std::string value;
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) value += part;
  const auto document = parse_pipe(with(fmt::format(R"("{}": "{}")", option, value)), kUrl);
  RC_ASSERT(document.ok());
  const PipeOption& read = document->entries.at(0).options.at(option);
  if (read.refusal || option == "accounting_fqan") return;
  const bool is_web = read.text.starts_with("http://") || read.text.starts_with("https://");
  RC_ASSERT(is_web || read.text.find('/') == std::string::npos);
  RC_ASSERT(read.text.find("/../") == std::string::npos);
  RC_ASSERT(read.text.find('\n') == std::string::npos);
  RC_ASSERT(option != "root_image" || !read.text.starts_with("image:"));  // elsewhere it is a file's name
  RC_ASSERT(read.text != "..");
}

}  // namespace
}  // namespace vacuum
