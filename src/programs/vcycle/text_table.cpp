#include "programs/vcycle/text_table.hpp"

#include <algorithm>

namespace vacuum {
namespace {

/// Characters on the terminal, for the UTF-8 that our own sentences hold.
std::size_t shown_width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string cut(const std::string& text, std::size_t width) {
  if (shown_width(text) <= width) return text;
  std::string kept;
  std::size_t shown = 0;
  for (const char c : text) {
    if ((c & 0xc0) != 0x80 && ++shown >= width) break;
    kept += c;
  }
  return kept + "…";
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::string spaces(width - std::min(width, shown_width(text)), ' ');
  return align == Align::left ? text + spaces : spaces + text;
}

std::string line(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                 const std::vector<std::size_t>& widths, std::size_t limit) {
  std::string text;
  std::size_t used = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i + 1 < columns.size() || columns[i].align == Align::right) {
      text += padded(cells[i], widths[i], columns[i].align);
    } else {
      text += limit > used + 1 ? cut(cells[i], limit - used) : cells[i];
    }
    if (i + 1 < columns.size()) text += "  ";
    used += widths[i] + 2;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

std::string text_table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows,
                       std::size_t width) {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns) {
    titles.push_back(column.title);
    widths.push_back(shown_width(column.title));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) widths[i] = std::max(widths[i], shown_width(row[i]));
  }
  std::string text = line(columns, titles, widths, width);
  for (const auto& row : rows) text += line(columns, row, widths, width);
  return text;
}

}  // namespace vacuum
