#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace vacuum::http_server {

/// How much memory the bodies of requests may take that are being read, together; for all threads of a
/// service. Bodies that came with their headers are too small to count.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : left_(bytes) {}

  /// Gives back at its end what it was given.
  class Share {
   public:
    Share() = default;
    Share(std::shared_ptr<BodyBudget> budget, std::size_t bytes)
        : budget_(std::move(budget)), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_) budget_->left_.fetch_add(bytes_);
    }

   private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t bytes_ = 0;
  };

  /// False where there is not so much left.
  static bool take(const std::shared_ptr<BodyBudget>& budget, std::size_t bytes, Share& share) {
    std::size_t left = budget->left_.load();
    do {
      if (left < bytes) return false;
    } while (!budget->left_.compare_exchange_weak(left, left - bytes));
    share = Share(budget, bytes);
    return true;
  }

 private:
  std::atomic<std::size_t> left_;
};

}  // namespace vacuum::http_server
