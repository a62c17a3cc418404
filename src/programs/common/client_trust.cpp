#include "programs/common/client_trust.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "adapters/system/ca_directory.hpp"
#include "platform/x509/client_identity.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 20'000;
constexpr std::size_t kProblemsTold = 5;

}  // namespace

ClientTrust::ClientTrust(std::string directory, Log& log) : directory_(std::move(directory)), log_(log) {
  seen_ = look();
  read();
}

std::map<std::string, ClientTrust::Mark> ClientTrust::look() const {
  std::map<std::string, Mark> marks;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    struct stat status {};
    if (!TrustAnchors::is_read(name) || ::stat(entry->path().c_str(), &status) != 0) continue;
    if (marks.size() >= kFilesMax) break;
    marks[name] = {status.st_size, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  }
  return marks;
}

void ClientTrust::read() {
  const auto directory = read_ca_directory(directory_, TrustAnchors::is_read);
  auto anchors = std::make_shared<const TrustAnchors>(
      TrustAnchors::from_files(directory ? directory->files : std::map<std::string, std::string>()));
  std::vector<std::string> problems = anchors->problems();
  if (directory) problems.insert(problems.end(), directory->problems.begin(), directory->problems.end());
  if (anchors->authorities() == 0) {
    log_.warning("{}: no client certificate is accepted, tokens are",
                 directory ? directory_ + " holds no certification authority" : directory.error().message);
  } else {
    log_.info("client certificates: {} authorities and {} revocation lists in {}", anchors->authorities(),
              anchors->revocation_lists(), directory_);
  }
  for (std::size_t i = 0; i < std::min(kProblemsTold, problems.size()); ++i)
    log_.warning("{}: {}", directory_, problems[i]);
  if (problems.size() > kProblemsTold)
    log_.warning("{}: {} more like these", directory_, problems.size() - kProblemsTold);
  const std::scoped_lock lock(mutex_);
  anchors_ = std::move(anchors);
}

void ClientTrust::refresh() {
  auto now = look();
  if (now == seen_) return;
  seen_ = std::move(now);
  read();
}

std::shared_ptr<const TrustAnchors> ClientTrust::current() const {
  const std::scoped_lock lock(mutex_);
  return anchors_;
}

ClientVerifier ClientTrust::verifier() const {
  return [this](const std::vector<std::string>& chain) -> Result<std::string, std::string> {
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    const auto anchors = current();
    auto identity = verify_client(chain, *anchors, now);
    if (!identity) return Failure{std::move(identity.error().message)};
    return std::move(identity->dn);
  };
}

}  // namespace vacuum
