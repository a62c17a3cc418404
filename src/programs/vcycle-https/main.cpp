#include <exception>
#include <iostream>

#include "programs/vcycle-https/service.hpp"

int main(int argc, char** argv) {
  try {
    vacuum::ServiceOptions options;
    vacuum::ServiceCommandLine line(
        "vcycle-https",
        "Serves VMs their features and takes their outputs, from a shared directory that "
        "vcycled on another host works on.",
        options);
    const auto exit_status = line.parse(argc, argv);
    return exit_status ? *exit_status : vacuum::vcycle_https::run_service(options);
  } catch (const std::exception& fault) {
    std::cerr << "vcycle-https: " << fault.what() << "\n";
    return 1;
  }
}
