#pragma once

#include <map>

#include "domain/plan.hpp"

namespace vacuum {

/// What became of a machinetype's machines since the daemon started.
struct MachinetypeTally {
  int created = 0;
  int finished_success = 0;
  int finished_abort = 0;
  int finished_no_verdict = 0;

  void count(Verdict verdict) {
    switch (verdict) {
      case Verdict::success:
        ++finished_success;
        return;
      case Verdict::abort:
        ++finished_abort;
        return;
      case Verdict::no_verdict:
        ++finished_no_verdict;
        return;
    }
  }
};

/// Survives changes of the configuration, hence by name.
using Tally = std::map<MachinetypeName, MachinetypeTally>;

}  // namespace vacuum
