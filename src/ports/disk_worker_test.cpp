#include "ports/disk_worker.hpp"

#include <future>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

TEST(DiskWorkerTest, AJobRunsOnAnotherThreadAndItsCallerGoesOnOnTheLoop) {
  boost::asio::io_context loop;
  DiskWorker worker;
  std::thread::id resumed_on;
  const auto caller = [](DiskWorker& disk, std::thread::id& resumed) -> Async<std::thread::id> {
    auto ran_on = co_await disk.run([] { return std::this_thread::get_id(); });
    resumed = std::this_thread::get_id();
    co_return ran_on.value();
  };
  const auto ran_on = run(loop, caller(worker, resumed_on));
  EXPECT_NE(ran_on, std::this_thread::get_id());
  EXPECT_EQ(resumed_on, std::this_thread::get_id());
}

TEST(DiskWorkerTest, ACallerWaitsForAHangingDiskNoLongerThanTheDeadline) {
  std::promise<void> disk_is_back;
  boost::asio::io_context loop;
  DiskWorker worker(1, Milliseconds{20});
  auto waits = disk_is_back.get_future().share();
  const auto answer = run(loop, worker.run([waits] {
    waits.wait();
    return 1;
  }));
  EXPECT_FALSE(answer.has_value());
  disk_is_back.set_value();
}

TEST(DiskWorkerTest, WhatAJobThrowsReachesItsCaller) {
  boost::asio::io_context loop;
  DiskWorker worker;
  EXPECT_THROW(run(loop, worker.run([]() -> int { throw std::runtime_error("no"); })), std::runtime_error);
}

}  // namespace
}  // namespace vacuum
