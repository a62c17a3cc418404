#include "control/proxy_issuers.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace vacuum {
namespace {

constexpr std::size_t kPemFileBytesMax = 256 << 10;

ProxyForm form_of(ProxyKind kind) {
  return kind == ProxyKind::legacy ? ProxyForm::legacy : ProxyForm::rfc3820;
}

Async<Result<ProxyIssuer, X509Error>> read_issuer(FileReader& files, const MachinetypeSettings& type) {
  auto certificate = co_await files.read(type.proxy_certificate_file, kPemFileBytesMax);
  if (!certificate) co_return Failure{X509Error{certificate.error().message}};
  auto key = co_await files.read(type.proxy_key_file, kPemFileBytesMax);
  if (!key) co_return Failure{X509Error{key.error().message}};
  const ProxyInputs inputs{.certificate_path = type.proxy_certificate_file,
                           .certificate_pem = std::move(*certificate),
                           .key_path = type.proxy_key_file,
                           .key_pem = Secret(std::move(*key))};
  co_return ProxyIssuer::read(inputs);
}

}  // namespace

TimePoint proxy_end(const MachinetypeSettings& type, TimePoint now, std::optional<TimePoint> shutdown_time) {
  return std::min(now + type.max_wallclock, shutdown_time.value_or(TimePoint::max()));
}

ProxyRequest proxy_request(const MachinetypeSettings& type, TimePoint now,
                           std::optional<TimePoint> shutdown_time) {
  return {.form = form_of(type.user_data_proxy),
          .common_name = type.name.text(),
          .now = now,
          .not_after = proxy_end(type, now, shutdown_time)};
}

Async<void> ProxyIssuers::read(FileReader& files, const SpaceSettings& settings, TimePoint now,
                               Holds& holds) {
  issuers_.clear();
  for (std::size_t i = 0; i < settings.machinetypes.size(); ++i) {
    const MachinetypeSettings& type = settings.machinetypes[i];
    if (type.user_data_proxy == ProxyKind::none || type.target_share <= 0) continue;
    auto issuer = co_await read_issuer(files, type);
    std::optional<X509Error> problem;
    if (issuer) {
      problem = proxy_refusal(*issuer, proxy_request(type, now, settings.shutdown_time));
    } else {
      problem = issuer.error();
    }
    if (problem) {
      holds.hold(i, WaitReason::not_ready, "its machines cannot be given a proxy: " + problem->message);
    } else {
      issuers_.emplace(static_cast<MachinetypeIndex>(i), std::move(*issuer));
    }
  }
}

const ProxyIssuer* ProxyIssuers::of(MachinetypeIndex machinetype) const {
  const auto found = issuers_.find(machinetype);
  return found == issuers_.end() ? nullptr : &found->second;
}

Async<Result<Secret, X509Error>> make_machine_proxy(ProxyIssuer issuer, ProxyRequest request,
                                                    SideWork& side) {
  // Shared: work that was not done in time may still be carried out.
  const auto made = std::make_shared<std::optional<Result<Secret, X509Error>>>();
  auto work = [made, issuer = std::move(issuer), request = std::move(request)] {
    made->emplace(make_proxy(issuer, ProxyKey::make(), request));
  };
  const bool done = co_await side.run(std::move(work));
  if (!done) co_return Failure{X509Error{"the key of a proxy was not made in time; this host is overloaded"}};
  co_return std::move(**made);
}

}  // namespace vacuum
