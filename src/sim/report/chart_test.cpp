#include "sim/report/chart.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

constexpr Milliseconds kHour{3'600'000};

std::string path_of(std::string_view svg, std::string_view kind) {
  const auto shape = svg.find(kind);
  if (shape == std::string_view::npos) return {};
  const auto begin = svg.find(" d=\"", shape) + 4;
  return std::string(svg.substr(begin, svg.find('"', begin) - begin));
}

TEST(ChartTest, ALineThatStaysAtItsHeightHasTwoPoints) {
  const ChartMaker charts(kHour, 4);
  const std::string svg = charts.lines("shares", {{"one", 0, false, {5, 5, 5, 5}}}, 10);
  EXPECT_EQ(path_of(svg, "class=\"line"), "M56.0 120.0 956.0 120.0 ");
}

TEST(ChartTest, ALineLeavesAHeightWhereItsValuesDo) {
  const ChartMaker charts(kHour, 7);
  const std::string svg = charts.lines("shares", {{"one", 0, false, {0, 0, 0, 10, 10, 0, 0}}}, 10);
  EXPECT_EQ(path_of(svg, "class=\"line"),
            "M56.0 230.0 356.0 230.0 506.0 10.0 656.0 10.0 806.0 230.0 956.0 230.0 ");
}

TEST(ChartTest, AnAreaGoesBackAlongTheOneBelow) {
  const ChartMaker charts(kHour, 3);
  const std::string svg =
      charts.stacked("machines", {{"low", 0, false, {2, 2, 2}}, {"high", 1, false, {8, 4, 8}}});
  EXPECT_EQ(path_of(svg, "class=\"area f0"), "M56.0 186.0 956.0 186.0 956.0 230.0 56.0 230.0 Z");
  EXPECT_EQ(path_of(svg, "class=\"area f1"), "M56.0 10.0 506.0 98.0 956.0 10.0 956.0 186.0 56.0 186.0 Z");
}

}  // namespace
}  // namespace vacuum::sim
