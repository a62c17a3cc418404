#include <boost/asio/io_context.hpp>

#include "ports/testing/creation_turns_contract.hpp"
#include "ports/testing/manager_register_contract.hpp"
#include "ports/testing/memory_creation_turns.hpp"
#include "ports/testing/memory_manager_register.hpp"

namespace vacuum {
namespace {

struct MemoryManagers {
  ManagerRegister& managers() { return memory; }
  ManagerRegister& of_another_host() { return memory; }

  boost::asio::io_context loop;
  MemoryManagerRegister memory;
};

struct MemoryTurns {
  CreationTurns& turns() { return memory; }
  CreationTurns& of_another_host() { return memory; }
  void make_space(const SpaceName&) {}

  boost::asio::io_context loop;
  MemoryCreationTurns memory;
};

INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, ManagerRegisterContract, MemoryManagers);
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, CreationTurnsContract, MemoryTurns);

}  // namespace
}  // namespace vacuum
