#include "ports/cloud.hpp"

namespace vacuum {

std::string_view to_string(CloudDecision decision) {
  switch (decision) {
    case CloudDecision::retry:
      return "retry";
    case CloudDecision::refused:
      return "refused";
    case CloudDecision::not_found:
      return "not found";
    case CloudDecision::unsure:
      return "unsure";
    case CloudDecision::give_up:
      return "give up";
  }
  return "";
}

}  // namespace vacuum
