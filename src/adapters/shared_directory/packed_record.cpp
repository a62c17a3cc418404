#include "adapters/shared_directory/packed_record.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace vacuum::shared_directory {
namespace {

/// Appends values to bytes. What is read by these bytes is written by the same process: they have no version.
class Packer {
 public:
  template <class T>
  void operator()(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void operator()(const std::string& text) {
    operator()(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  template <class Tag>
  void operator()(const StrongId<Tag>& id) {
    operator()(id.text());
  }
  template <class T>
  void operator()(const std::optional<T>& value) {
    operator()(value.has_value());
    if (value) operator()(*value);
  }

  [[nodiscard]] std::string take() {
    bytes_.shrink_to_fit();
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// Takes them off again, in the same order.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  void operator()(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
  }
  void operator()(std::string& text) {
    std::uint32_t size = 0;
    operator()(size);
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  template <class Tag>
  void operator()(StrongId<Tag>& id) {
    std::string text;
    operator()(text);
    id = StrongId<Tag>(std::move(text));
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool is_there = false;
    operator()(is_there);
    value.reset();
    if (is_there) operator()(value.emplace());
  }

 private:
  std::string_view rest_;
};

/// The one list of what a record holds.
template <class Record, class Each>
void for_each_value(Record& record, Each each) {
  each(record.machinetype);
  each(record.server_id);
  each(record.flavor);
  each(record.zone);
  each(record.manager);
  each(record.incarnation);
  each(record.created);
  each(record.started);
  each(record.stopped);
  each(record.deleted);
  each(record.accounted);
  each(record.processors);
  each(record.memory_mb);
  each(record.hs06);
  each(record.accounting_fqan);
  each(record.max_wallclock);
  each(record.shutdown_time);
  each(record.promised_grace);
}

}  // namespace

PackedRecord::PackedRecord(const MachineRecord& record) {
  Packer pack;
  for_each_value(record, [&pack](const auto& value) { pack(value); });
  bytes_ = pack.take();
}

MachineRecord PackedRecord::unpack(const MachineName& name) const {
  MachineRecord record;
  record.name = name;
  if (bytes_.empty()) return record;
  Unpacker unpack(bytes_);
  for_each_value(record, [&unpack](auto& value) { unpack(value); });
  return record;
}

}  // namespace vacuum::shared_directory
