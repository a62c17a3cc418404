#include "programs/vcycle/pipe_check_command.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/text.hpp"
#include "config/pipe_document.hpp"
#include "config/web_url.hpp"
#include "programs/vcycle/pipe_report.hpp"

namespace vacuum {
namespace {

/// The start of a file, one byte more than a pipe may have.
Result<std::string, std::string> read_start(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kPipeBytesMax + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    const int error = errno;
    return Failure{path + ": " + std::generic_category().message(error == 0 ? EIO : error)};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

int run_pipe_check(const PipeCheckOptions& options, const TextFetcher& fetch, std::ostream& out,
                   std::ostream& errors) {
  const bool from_web = is_url(options.source);
  const auto text = from_web ? fetch(options.source) : read_start(options.source);
  if (!text) {
    errors << "vcycle: " << printable(text.error(), 1000) << "\n";
    return 1;
  }
  const std::string& url = from_web && options.url.empty() ? options.source : options.url;
  const PipeReport report = report_on_pipe(options.source, url, *text, options.prefix);
  out << (options.format == Format::json ? pipe_report_json(report) : pipe_report_text(report));
  return report.is_good() ? 0 : 1;
}

}  // namespace vacuum
