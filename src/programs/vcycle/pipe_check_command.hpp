#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "base/result.hpp"
#include "programs/vcycle/command_places.hpp"

namespace vacuum {

struct PipeCheckOptions {
  std::string source;             ///< a file, or an http or https URL
  std::string prefix = "PREFIX";  ///< the site's
  std::string url;                ///< where a file is to be published: the one inside host it may name
  Format format = Format::table;
};

/// Gets the text behind a URL, or says why it cannot.
using TextFetcher = std::function<Result<std::string, std::string>(const std::string& url)>;

/// `vcycle pipe check`: explains what a site would get from a pipe, and what is refused. Answers the exit
/// status: 0 where nothing is refused, 1 where something is or the pipe cannot be read.
int run_pipe_check(const PipeCheckOptions& options, const TextFetcher& fetch, std::ostream& out,
                   std::ostream& errors);

}  // namespace vacuum
