#include "ports/testing/memory_machine_store.hpp"

#include <boost/asio/io_context.hpp>

#include "ports/testing/machine_store_contract.hpp"

namespace vacuum {
namespace {

struct MemoryDriver {
  MachineStore& store() { return memory; }
  MachineStore& another_store() { return memory; }
  void reopen() {}
  void vm_writes(const SpaceName& space, const MachineName& machine, const std::string& file,
                 const std::string& content, TimePoint time) {
    memory.spaces[space].current.at(machine).joboutputs[file] = {content, time};
  }

  boost::asio::io_context loop;
  MemoryMachineStore memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, MachineStoreContract, MemoryDriver);

}  // namespace
}  // namespace vacuum
