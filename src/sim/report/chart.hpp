#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vacuum::sim {

/// A line or an area of a chart: one value for each sample.
struct Series {
  std::string name;
  std::size_t colour = 0;  ///< one of the page's; counted round
  bool dashed = false;
  std::vector<double> values;
};

/// A time during which something was so, on a strip.
struct Band {
  std::size_t first = 0;  ///< sample
  std::size_t last = 0;   ///< in it
  std::string_view kind;  ///< class of the page's styles
};

struct Strip {
  std::string name;
  std::size_t colour = 0;
  std::vector<Band> bands;
};

/// Charts of one recording share their axis of time. All text is SVG, to stand in an HTML page; its colours
/// are the page's.
class ChartMaker {
 public:
  ChartMaker(Milliseconds step, std::size_t samples);

  /// Areas on top of each other, the first at the bottom.
  [[nodiscard]] std::string stacked(std::string_view label, const std::vector<Series>& series) const;
  [[nodiscard]] std::string lines(std::string_view label, const std::vector<Series>& series,
                                  double least_top = 1) const;
  [[nodiscard]] std::string strips(std::string_view label, const std::vector<Strip>& strips) const;

 private:
  [[nodiscard]] double x(std::size_t sample) const;
  [[nodiscard]] std::string open(std::string_view label, double height) const;
  [[nodiscard]] std::string time_axis(double bottom) const;
  [[nodiscard]] std::string value_axis(double top, double height) const;

  Milliseconds step_;
  std::size_t samples_;
};

/// A round number that is not less than `value`, and how many steps to draw up to it.
struct RoundScale {
  double top = 1;
  int steps = 4;
};
[[nodiscard]] RoundScale round_scale(double value);

/// For text in HTML and SVG.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace vacuum::sim
