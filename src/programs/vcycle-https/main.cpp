#include <exception>
#include <iostream>

#include "programs/vcycle-https/options.hpp"
#include "programs/vcycle-https/service.hpp"

int main(int argc, char** argv) {
  try {
    const auto parsed = vacuum::vcycle_https::parse_options(argc, argv);
    return parsed.exit_status ? *parsed.exit_status : vacuum::vcycle_https::run_service(parsed.options);
  } catch (const std::exception& fault) {
    std::cerr << "vcycle-https: " << fault.what() << "\n";
    return 1;
  }
}
