#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vacuum {

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

/// Columns as wide as their widest cell, two spaces apart. The last column is cut where a line would pass
/// `width`; 0: never.
[[nodiscard]] std::string text_table(const std::vector<Column>& columns,
                                     const std::vector<std::vector<std::string>>& rows,
                                     std::size_t width = 0);

}  // namespace vacuum
