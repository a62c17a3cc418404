#include "control/new_machine.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/machine_features.hpp"
#include "platform/machine_urls.hpp"
#include "platform/user_data.hpp"

namespace vacuum {
namespace {

/// Of a template or image that has one; else empty.
template <class Source>
std::string url_of(const Source& source) {
  return source.kind == Source::Kind::url ? source.location : std::string();
}

template <class Value>
RecordFile line_file(std::string path, const Value& value) {
  return {std::move(path), fmt::format("{}\n", value)};
}

void add_features(std::vector<RecordFile>& files, std::vector<FeatureFile> features) {
  for (FeatureFile& feature : features)
    files.push_back({std::move(feature.path), std::move(feature.content)});
}

MachineFeatures features_of(const MachineRecord& record, const MachinetypeSettings* type) {
  MachineFeatures features{.processors = record.processors,
                           .hs06 = record.hs06,
                           .max_wallclock = record.max_wallclock.value_or(Seconds{86400}),
                           .created = record.created.value_or(TimePoint{}),
                           .job_id = record.server_id.text(),
                           .shutdown_time = record.shutdown_time,
                           .grace = record.promised_grace.value_or(Seconds{0})};
  std::int64_t memory_mb = record.memory_mb;
  if (memory_mb == 0 && type != nullptr) memory_mb = std::int64_t{type->mb_per_processor} * record.processors;
  if (memory_mb > 0) features.max_rss_bytes = memory_mb * 1024 * 1024;
  return features;
}

std::string user_data_for(const CreateMachine& creation, const SpaceSettings& settings,
                          const MachinetypeSettings& type, const MachineTemplates& templates,
                          const MachineSecrets& secrets, const ManagerIdentity& manager) {
  UserDataValues values{.space = settings.name,
                        .machinetype = type.name,
                        .machine = creation.name,
                        .manager_version = manager.version,
                        .manager_hostname = manager.name.text(),
                        .site = settings.gocdb_sitename,
                        .template_url = url_of(type.user_data),
                        .root_image_url = url_of(type.root_image),
                        .urls = machine_urls(settings, creation.name),
                        .options = templates.user_data_options,
                        .files = templates.user_data_files};
  if (secrets.x509_proxy) values.options[std::string(kProxyOption)] = secrets.x509_proxy->reveal();
  if (secrets.joboutputs_token) {
    values.options[std::string(kTokenOption)] = secrets.joboutputs_token->reveal();
  }
  return fill_user_data(templates.user_data, values);
}

}  // namespace

NewMachine make_new_machine(const CreateMachine& creation, const SpaceSettings& settings,
                            const MachineTemplates& templates, const MachineSecrets& secrets,
                            const ManagerIdentity& manager, MachineRecord intent) {
  const MachinetypeSettings& type = settings.machinetypes[position(creation.machinetype)];
  NewMachine made;
  made.record = std::move(intent);
  made.files = record_files(made.record, settings, creation.machinetype);
  made.request = {.name = creation.name,
                  .flavor = creation.flavor,
                  .zone = creation.zone,
                  .image = type.root_image.location,
                  .user_data = user_data_for(creation, settings, type, templates, secrets, manager),
                  .public_key = templates.public_key,
                  .volume_gb = settings.volume_gb_per_processor * creation.flavor.processors,
                  .metadata = machine_metadata(settings, creation.name, type.name)};
  made.files.push_back({"user_data", made.request.user_data, RecordFile::Readers::owner_only});
  return made;
}

MachineRecord record_of(const Machine& machine, const ManagerName& manager) {
  MachineRecord record;
  record.name = machine.name;
  record.machinetype = machine.machinetype_name;
  record.server_id = machine.server_id;
  record.flavor = machine.flavor;
  record.zone = machine.zone.value_or(ZoneName{});
  record.manager = manager;
  record.incarnation = machine.incarnation;
  record.created = machine.created;
  record.started = machine.started;
  record.stopped = machine.stopped;
  record.deleted = machine.deleted;
  record.accounted = machine.accounted;
  record.processors = machine.processors;
  record.memory_mb = machine.memory_mb;
  record.hs06 = machine.hs06;
  record.accounting_fqan = machine.accounting_fqan;
  record.max_wallclock = machine.max_wallclock;
  record.shutdown_time = machine.shutdown_time;
  record.promised_grace = machine.promised_grace;
  return record;
}

std::vector<RecordFile> record_files(const MachineRecord& record, const SpaceSettings& settings,
                                     std::optional<MachinetypeIndex> machinetype) {
  const MachinetypeSettings* type = machinetype ? &settings.machinetypes[position(*machinetype)] : nullptr;
  std::vector<RecordFile> files;
  if (record.created) files.push_back(line_file("updated", to_unix(*record.created)));
  files.push_back(line_file("space_name", settings.name));
  if (type != nullptr && !type->https_x509dn.empty())
    files.push_back(line_file("https_x509dn", type->https_x509dn));
  add_features(files, feature_files(features_of(record, type)));
  return files;
}

std::vector<RecordFile> identity_files(const MachineRecord& record) {
  std::vector<RecordFile> files;
  add_features(files, identity_feature_files(record.server_id.text()));
  return files;
}

}  // namespace vacuum
