#include "adapters/shared_directory/packed_record.hpp"

#include <gtest/gtest.h>

#include "adapters/shared_directory/record_values.hpp"

namespace vacuum::shared_directory {
namespace {

const MachineName kName{"vcycle-prod-0123456789"};

/// Every value is set, and no two are the same.
MachineRecord full_record() {
  MachineRecord record;
  record.name = kName;
  record.machinetype = MachinetypeName{"prod"};
  record.server_id = ServerId{"8d1f0f6e-0000-4000-8000-0123456789ab"};
  record.flavor = FlavorName{"m1.small"};
  record.zone = ZoneName{"nova"};
  record.manager = ManagerName{"one.example.com"};
  record.incarnation = IncarnationId{"one.example.com~0123456789"};
  record.created = from_unix(1);
  record.started = from_unix(2);
  record.stopped = from_unix(3);
  record.deleted = from_unix(4);
  record.accounted = from_unix(5);
  record.processors = 6;
  record.memory_mb = 7;
  record.hs06 = 8.5;
  record.accounting_fqan = "/vo.example.com/Role=NULL";
  record.max_wallclock = Seconds{9};
  record.shutdown_time = from_unix(10);
  record.promised_grace = Seconds{11};
  return record;
}

/// What the files of a record would hold: each value that differs is a file.
std::size_t differences(const MachineRecord& a, const MachineRecord& b) {
  return changed_values(a, &b).size();
}

TEST(PackedRecordTest, GivesBackEveryValue) {
  const MachineRecord record = full_record();
  const MachineRecord unpacked = PackedRecord(record).unpack(kName);
  EXPECT_EQ(unpacked.name, kName);
  EXPECT_EQ(differences(record, unpacked), 0u);
  EXPECT_EQ(unpacked.incarnation, record.incarnation);
  EXPECT_EQ(unpacked.promised_grace, record.promised_grace);
  MachineRecord nothing;
  nothing.name = kName;
  EXPECT_EQ(differences(unpacked, nothing), changed_values(record, nullptr).size())
      << "each value is one that a record can have";
}

TEST(PackedRecordTest, GivesBackWhatIsNotThereAsNotThere) {
  MachineRecord record;
  record.name = kName;
  record.stopped = from_unix(3);
  const MachineRecord unpacked = PackedRecord(record).unpack(kName);
  EXPECT_EQ(unpacked.stopped, from_unix(3));
  EXPECT_FALSE(unpacked.started);
  EXPECT_FALSE(unpacked.hs06);
  EXPECT_TRUE(unpacked.server_id.empty());
  EXPECT_EQ(unpacked.processors, 0);
  EXPECT_EQ(PackedRecord().unpack(kName).name, kName);
}

}  // namespace
}  // namespace vacuum::shared_directory
