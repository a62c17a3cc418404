#include <exception>
#include <iostream>

#include "programs/vcycled/daemon.hpp"
#include "programs/vcycled/options.hpp"

int main(int argc, char** argv) {
  try {
    const vacuum::ParsedOptions parsed = vacuum::parse_options(argc, argv);
    return parsed.exit_status ? *parsed.exit_status : vacuum::run_daemon(parsed.options);
  } catch (const std::exception& fault) {
    std::cerr << "vcycled: " << fault.what() << "\n";
    return 1;
  }
}
