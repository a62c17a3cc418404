#include "programs/vcycle/proxy_init_command.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/system/local_file_reader.hpp"
#include "programs/common/private_file.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kPemFileBytesMax = 256 << 10;

/// A machinetype as configured, and where its files lie.
struct Subject {
  MachinetypeSettings type;
  std::string certificate_file;
  std::string key_file;
};

Result<Subject, std::string> find_subject(const ProxyInitOptions& options) {
  const Configuration configuration = DiskConfiguration(options.places).load();
  for (const SpaceConfiguration& space : configuration.spaces) {
    if (space.settings.name != options.space) continue;
    const auto& types = space.settings.machinetypes;
    const auto found = std::ranges::find(types, options.machinetype, &MachinetypeSettings::name);
    if (found == types.end()) continue;
    const std::string directory = fmt::format("{}/spaces/{}/machinetypes/{}", options.places.state_directory,
                                              options.space, options.machinetype);
    Subject subject{*found, found->proxy_certificate_file, found->proxy_key_file};
    if (subject.certificate_file.empty()) subject.certificate_file = directory + "/x509cert.pem";
    if (subject.key_file.empty()) subject.key_file = directory + "/x509key.pem";
    return subject;
  }
  return Failure{fmt::format("no machinetype {} is configured in space {}; see 'vcycle check'",
                             options.machinetype, options.space)};
}

Result<ProxyInputs, std::string> read_inputs(const ProxyInitOptions& options, const Subject& subject) {
  ProxyInputs inputs;
  inputs.certificate_path =
      options.certificate_file.empty() ? subject.certificate_file : options.certificate_file;
  inputs.key_path = !options.key_file.empty()          ? options.key_file
                    : options.certificate_file.empty() ? subject.key_file
                                                       : options.certificate_file;
  auto certificate = read_file(inputs.certificate_path, kPemFileBytesMax);
  if (!certificate) return Failure{certificate.error().message};
  auto key = read_file(inputs.key_path, kPemFileBytesMax);
  if (!key) return Failure{key.error().message};
  inputs.certificate_pem = std::move(*certificate);
  inputs.key_pem = Secret(std::move(*key));
  return inputs;
}

ProxyRequest request_for(const ProxyInitOptions& options, const Subject& subject, TimePoint now) {
  const bool legacy = subject.type.user_data_proxy == ProxyKind::legacy;
  const Seconds life = options.hours ? Seconds{*options.hours * 3600LL} : subject.type.max_wallclock;
  return {.form = options.form.value_or(legacy ? ProxyForm::legacy : ProxyForm::rfc3820),
          .common_name = subject.type.name.text(),
          .now = now,
          .not_after = now + life};
}

void describe(const ProxyIssuer& issuer, const ProxyRequest& request, const Subject& subject,
              std::ostream& out) {
  const Certificate& certificate = issuer.certificate();
  const Certificate& first = issuer.first_to_end();
  const Seconds life = request.not_after - request.now;
  out << fmt::format("certificate  {}\n", certificate.subject());
  out << fmt::format("issued by    {}\n", certificate.issuer());
  out << fmt::format("valid until  {} ({})\n", format_iso8601(certificate.not_after()),
                     format_duration(std::max(certificate.not_after() - request.now, Seconds{0})));
  if (first.not_after() < certificate.not_after()) {
    out << fmt::format("but          {} of its chain ends at {}\n", first.subject(),
                       format_iso8601(first.not_after()));
  }
  out << fmt::format("proxies      {}/CN={}\n", certificate.subject(),
                     request.form == ProxyForm::legacy ? "limited proxy" : request.common_name);
  out << fmt::format("             {}, limited, RSA of {} bits, for {}\n",
                     request.form == ProxyForm::legacy ? "legacy Globus form" : "RFC 3820", kProxyKeyBits,
                     format_duration(life));
  out << fmt::format("machines     get one until {}; renew the certificate before\n",
                     format_iso8601(first.not_after() - life));
  if (subject.type.user_data_proxy == ProxyKind::none) {
    out << "             but user_data_proxy is not set for them: they get none\n";
  }
}

/// Checked already: what is put into place is of use.
Result<Done, std::string> install(const ProxyInputs& inputs, const Subject& subject, std::ostream& out) {
  // The key first: until the certificate follows, the two do not belong together, and no machine is made.
  if (auto done = write_private_file(subject.key_file, inputs.key_pem.reveal(), FileOwner::of_directory);
      !done)
    return done;
  if (auto done =
          write_private_file(subject.certificate_file, inputs.certificate_pem, FileOwner::of_directory);
      !done)
    return done;
  out << fmt::format("installed    {}\n             {}\n", subject.certificate_file, subject.key_file);
  return Done{};
}

Result<Done, std::string> write_proxy(const ProxyInitOptions& options, const ProxyIssuer& issuer,
                                      const ProxyRequest& request, std::ostream& out) {
  const auto proxy = make_proxy(issuer, ProxyKey::make(), request);
  if (!proxy) return Failure{proxy.error().message};
  if (options.out_file == "-") {
    out << proxy->reveal();
    return Done{};
  }
  if (auto done = write_private_file(options.out_file, proxy->reveal(), FileOwner::caller); !done)
    return done;
  out << fmt::format("written      {}\n", options.out_file);
  return Done{};
}

Result<Done, std::string> carry_out(const ProxyInitOptions& options, TimePoint now, std::ostream& out) {
  const auto subject = find_subject(options);
  if (!subject) return Failure{subject.error()};
  const auto inputs = read_inputs(options, *subject);
  if (!inputs) return Failure{inputs.error()};
  const auto issuer = ProxyIssuer::read(*inputs);
  if (!issuer) return Failure{issuer.error().message};
  const ProxyRequest request = request_for(options, *subject, now);
  const bool only_proxy = options.out_file == "-";  // which is to be piped into another program
  if (!only_proxy) describe(*issuer, request, *subject, out);
  if (const auto refusal = proxy_refusal(*issuer, request)) return Failure{refusal->message};
  if (options.install) {
    if (auto done = install(*inputs, *subject, out); !done) return done;
  }
  if (!options.out_file.empty()) return write_proxy(options, *issuer, request, out);
  return Done{};
}

}  // namespace

int run_proxy_init(const ProxyInitOptions& options, TimePoint now, std::ostream& out, std::ostream& errors) {
  if (options.install && options.certificate_file.empty()) {
    errors << "vcycle: --install puts a new certificate into place: name it with --cert and --key\n";
    return 2;
  }
  const auto done = carry_out(options, now, out);
  if (done) return 0;
  errors << fmt::format("vcycle: {}\n", done.error());
  return 1;
}

}  // namespace vacuum
