// The status document of a space, from a directory that managers of other versions write into.
#include "reports/status_document.hpp"

#include "fuzz.hpp"
#include "reports/metrics.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  const auto status = read_status(data);
  if (!status) {
    require(!status.error().empty(), "a complaint says something");
    return;
  }
  const std::string text = write_status(*status);
  const auto again = read_status(text);
  require(again.ok(), "what is written can be read");
  require(write_status(*again) == text, "what is written is read as it was");
  require(metrics_text({&*status, 1}).find("vacuum_") != std::string::npos, "it has metrics");
}

}  // namespace vacuum::fuzz
