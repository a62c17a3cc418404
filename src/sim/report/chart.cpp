#include "sim/report/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

constexpr double kLeft = 56;
constexpr double kWidth = 900;
constexpr double kRight = 28;
constexpr double kTop = 10;
constexpr double kHeight = 220;
constexpr double kAxisHeight = 24;
constexpr double kStripHeight = 16;
constexpr std::size_t kColours = 8;
/// Of a power of ten, with the number of steps that divides it well.
constexpr std::array<std::pair<double, int>, 7> kRoundFactors{
    {{1, 5}, {2, 4}, {2.5, 5}, {4, 4}, {5, 5}, {8, 4}, {10, 5}}};

double y(double value, double top) {
  return kTop + kHeight * (1 - value / top);
}

/// A line through points from left to right, or back. Of several in a row at one height the first and the
/// last are enough.
class Trace {
 public:
  void go_to(double x, double y) {
    std::string height = fmt::format("{:.1f}", y);
    if (height != height_) {
      path_ += std::exchange(held_, {});
      path_ += fmt::format("{:.1f} {} ", x, height);
      height_ = std::move(height);
    } else {
      held_ = fmt::format("{:.1f} {} ", x, height_);
    }
  }
  [[nodiscard]] std::string path() const { return "M" + path_ + held_; }

 private:
  std::string path_;
  std::string height_;  ///< of the latest point
  std::string held_;    ///< that point, while it is not needed
};

/// Hours between two marks of the axis of time.
double hours_between_marks(double hours) {
  for (const double candidate : {0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0})
    if (hours / candidate <= 12) return candidate;
  return 24 * std::ceil(hours / 24 / 12);
}

std::string time_text(double hours, double between) {
  if (between >= 24) return fmt::format("{:g} d", hours / 24);
  const auto days = static_cast<int>(hours / 24);
  const double rest = hours - 24.0 * days;
  return days > 0 ? fmt::format("{} d {:g} h", days, rest) : fmt::format("{:g} h", rest);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '&')
      escaped += "&amp;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

RoundScale round_scale(double value) {
  if (!(value > 0)) return {1, 4};
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const auto& [factor, steps] : kRoundFactors)
    if (value <= factor * decade * (1 + 1e-9)) return {factor * decade, steps};
  return {10 * decade, 5};
}

ChartMaker::ChartMaker(Milliseconds step, std::size_t samples) : step_(step), samples_(samples) {}

double ChartMaker::x(std::size_t sample) const {
  const double span = samples_ > 1 ? static_cast<double>(samples_ - 1) : 1;
  return kLeft + kWidth * static_cast<double>(sample) / span;
}

std::string ChartMaker::open(std::string_view label, double height) const {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kLeft + kWidth + kRight,
                     kTop + height + kAxisHeight, escape_html(label));
}

std::string ChartMaker::time_axis(double bottom) const {
  const double span = samples_ > 1 ? static_cast<double>(samples_ - 1) : 1;
  const double hours = span * static_cast<double>(step_.count()) / 3'600'000;
  const double between = hours_between_marks(hours);
  std::string svg = fmt::format("<path class=\"axis\" d=\"M{} {}H{}\"/>\n", kLeft, bottom, kLeft + kWidth);
  for (double mark = 0; mark <= hours * 1.0001; mark += between) {
    const double at = kLeft + kWidth * mark / hours;
    svg += fmt::format(
        "<path class=\"axis\" d=\"M{0:.1f} {1}v4\"/><text x=\"{0:.1f}\" y=\"{2}\" "
        "text-anchor=\"middle\">{3}</text>\n",
        at, bottom, bottom + 17, time_text(mark, between));
  }
  return svg;
}

std::string ChartMaker::value_axis(double top, double height) const {
  const RoundScale scale = round_scale(top);
  std::string svg;
  for (int i = 0; i <= scale.steps; ++i) {
    const double value = scale.top * i / scale.steps;
    const double at = kTop + height * (1 - value / scale.top);
    svg += fmt::format(
        "<path class=\"grid\" d=\"M{0} {1:.1f}H{2}\"/><text x=\"{3}\" y=\"{4:.1f}\" "
        "text-anchor=\"end\">{5:g}</text>\n",
        kLeft, at, kLeft + kWidth, kLeft - 6, at + 4, value);
  }
  return svg;
}

std::string ChartMaker::stacked(std::string_view label, const std::vector<Series>& series) const {
  std::vector<double> sums(samples_);
  for (const Series& one : series)
    for (std::size_t i = 0; i < samples_; ++i) sums[i] += one.values[i];
  const double most = samples_ ? *std::ranges::max_element(sums) : 0;
  const double top = round_scale(most).top;
  std::string svg = open(label, kHeight) + value_axis(most, kHeight);
  std::vector<double> below(samples_);
  for (const Series& one : series) {
    Trace trace;
    for (std::size_t i = 0; i < samples_; ++i) trace.go_to(x(i), y(below[i] + one.values[i], top));
    for (std::size_t i = samples_; i-- > 0;) trace.go_to(x(i), y(below[i], top));
    for (std::size_t i = 0; i < samples_; ++i) below[i] += one.values[i];
    svg += fmt::format("<path class=\"area f{}\" d=\"{}Z\"><title>{}</title></path>\n", one.colour % kColours,
                       trace.path(), escape_html(one.name));
  }
  return svg + time_axis(kTop + kHeight) + "</svg>\n";
}

std::string ChartMaker::lines(std::string_view label, const std::vector<Series>& series,
                              double least_top) const {
  double most = least_top;
  for (const Series& one : series)
    for (const double value : one.values) most = std::max(most, value);
  const double top = round_scale(most).top;
  std::string svg = open(label, kHeight) + value_axis(most, kHeight);
  for (const Series& one : series) {
    Trace trace;
    for (std::size_t i = 0; i < std::min(samples_, one.values.size()); ++i)
      trace.go_to(x(i), y(one.values[i], top));
    svg +=
        fmt::format("<path class=\"line s{}{}\" d=\"{}\"><title>{}</title></path>\n", one.colour % kColours,
                    one.dashed ? " dashed" : "", trace.path(), escape_html(one.name));
  }
  return svg + time_axis(kTop + kHeight) + "</svg>\n";
}

std::string ChartMaker::strips(std::string_view label, const std::vector<Strip>& strips) const {
  const double height = kStripHeight * static_cast<double>(strips.size());
  std::string svg = open(label, height);
  double at = kTop;
  for (const Strip& strip : strips) {
    svg += fmt::format(
        "<path class=\"grid\" d=\"M{} {}h{}\"/><rect class=\"f{}\" x=\"{}\" y=\"{}\" width=\"10\" "
        "height=\"10\"><title>{}</title></rect>\n",
        kLeft, at + kStripHeight - 2, kWidth, strip.colour % kColours, kLeft - 18, at + 2,
        escape_html(strip.name));
    for (const Band& band : strip.bands) {
      const double from = x(band.first);
      const double until = band.last + 1 < samples_ ? x(band.last + 1) : x(band.last);
      svg += fmt::format("<rect class=\"{} f{}\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"/>\n",
                         band.kind, strip.colour % kColours, from, at + 2, std::max(until - from, 0.6),
                         kStripHeight - 6);
    }
    at += kStripHeight;
  }
  return svg + time_axis(kTop + height) + "</svg>\n";
}

}  // namespace vacuum::sim
