// joboutputs/shutdown_message: whatever a VM has written into it.
#include "domain/shutdown_message.hpp"

#include "fuzz.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  const auto message = parse_shutdown_message(data);
  if (!message) return;
  require(message->code >= 100 && message->code <= 999, "a code has three digits");
  require(is_one_line(message->text), "a message is one printable line");
  require(message->text.size() <= 300, "a message is short");
  require(parse_shutdown_message(to_string(*message)) == message, "what is written is read as it was");
}

}  // namespace vacuum::fuzz
