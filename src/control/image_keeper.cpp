#include "control/image_keeper.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "control/concurrently.hpp"
#include "control/image_inspections.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kImagesAtOnce = 8;
constexpr Milliseconds kFirstPause{30'000};
constexpr Milliseconds kLongestPause{900'000};

ImageKey key_of(const MachinetypeSettings& type) {
  return {type.root_image.location, type.image_signing_dn};
}

std::string fault_source(const KeptImage& image) {
  return "image " + shown_location(image.source.location);
}

KeepError error_of(const ImageError& error) {
  return {.message = error.message, .is_fault = error.decision != ImageDecision::busy};
}

/// Marks an image as looked after as long as this lives.
class Busy {
 public:
  explicit Busy(std::shared_ptr<KeptImage> image) : image_(std::move(image)) { image_->busy = true; }
  ~Busy() {
    image_->busy = false;
    image_->upload.reset();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  std::shared_ptr<KeptImage> image_;
};

}  // namespace

void ImageKeeper::assign(const SpaceSettings& settings, std::shared_ptr<Cloud> cloud) {
  if (cloud_ != cloud) images_.clear();  // another project: nothing is known of what it has
  cloud_ = std::move(cloud);
  settings_ = settings;
  std::map<ImageKey, KeptImagePtr> images;
  std::set<std::string> urls;
  for (const MachinetypeSettings& type : settings_.machinetypes) {
    if (type.root_image.kind == ImageSource::Kind::in_cloud) continue;
    auto& place = images[key_of(type)];
    if (place) continue;
    if (const auto known = images_.find(key_of(type)); known != images_.end()) {
      place = known->second;
    } else {
      place = std::make_shared<KeptImage>();
      place->source = type.root_image;
      place->signing_dn = type.image_signing_dn;
    }
    if (place->is_url()) urls.insert(type.root_image.location);
  }
  for (const auto& [key, image] : images_) {
    if (!images.contains(key)) ports_.faults.clear(settings_.name, fault_source(*image));
  }
  images_ = std::move(images);
  ports_.images.keep(settings_.name, std::move(urls));
}

ImageKeeper::KeptImagePtr ImageKeeper::find(const MachinetypeSettings& type) const {
  const auto found = images_.find(key_of(type));
  return found == images_.end() ? nullptr : found->second;
}

ReadyImages ImageKeeper::ready() const {
  ReadyImages ready;
  for (std::size_t i = 0; i < settings_.machinetypes.size(); ++i) {
    const auto image = find(settings_.machinetypes[i]);
    if (image && image->ready) ready.emplace(static_cast<MachinetypeIndex>(i), *image->ready);
  }
  return ready;
}

void ImageKeeper::add_holds(Holds& holds) const {
  for (std::size_t i = 0; i < settings_.machinetypes.size(); ++i) {
    const MachinetypeSettings& type = settings_.machinetypes[i];
    const auto image = find(type);
    if (!image || image->ready || type.root_image.kind == ImageSource::Kind::in_cloud) continue;
    const auto fetch = image->is_url() ? ports_.images.progress(image->source.location) : std::nullopt;
    holds.hold(i, WaitReason::not_ready, state_sentence(*image, fetch));
  }
}

bool ImageKeeper::is_due(const KeptImage& image) const {
  return !image.busy && ports_.clock.monotonic() >= image.next_try;
}

Async<void> ImageKeeper::run(Milliseconds interval, std::stop_token stop) {
  const auto self = shared_from_this();
  const auto executor = co_await boost::asio::this_coro::executor;
  while (!stop.stop_requested()) {
    for (const auto& [key, image] : images_) {
      if (!is_due(*image)) continue;
      auto work = [](std::shared_ptr<ImageKeeper> keeper, KeptImagePtr one) -> Async<void> {
        co_await keeper->look_after(std::move(one));
      };
      boost::asio::co_spawn(executor, work(self, image), boost::asio::detached);
    }
    if (!images_.empty()) co_await sweep();
    co_await ports_.clock.sleep(interval, stop);
  }
  ports_.images.keep(settings_.name, {});
}

Async<void> ImageKeeper::refresh() {
  std::vector<KeptImagePtr> due;
  for (const auto& [key, image] : images_) {
    if (is_due(*image)) due.push_back(image);
  }
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) { return look_after(due[i]); };
  co_await for_each_concurrently(due.size(), kImagesAtOnce, body);
  if (!images_.empty()) co_await sweep();
}

Async<void> ImageKeeper::look_after(KeptImagePtr image) {
  const Busy busy(image);
  try {
    const auto outcome = co_await bring(*image);
    settle(*image, outcome);
  } catch (const std::exception& fault) {
    const Result<Done, KeepError> outcome =
        Failure{KeepError{.message = std::string("internal fault: ") + fault.what()}};
    settle(*image, outcome);
  }
}

void ImageKeeper::settle(KeptImage& image, const Result<Done, KeepError>& outcome) {
  const std::string source = fault_source(image);
  if (outcome && image.stale_because.empty()) {
    if (image.failures > 0) ports_.log.info("space {}: {} is well again", settings_.name, source);
    ports_.faults.clear(settings_.name, source);
    image.failures = 0;
    image.next_try = Milliseconds{0};
    image.state.clear();
    return;
  }
  const KeepError error = outcome ? KeepError{.message = image.stale_because} : outcome.error();
  image.state = error.message;
  if (error.use == KeepError::Use::ended) image.ready.reset();
  if (!error.is_fault) return;
  const bool first = image.failures == 0;
  const Milliseconds pause = std::min(kLongestPause, kFirstPause * (1 << std::min(image.failures, 10)));
  ++image.failures;
  image.next_try = ports_.clock.monotonic() + pause;
  std::string sentence = error.message;
  if (image.ready) sentence += "; the version that the cloud has is used";
  if (first) ports_.log.warning("space {}: {}", settings_.name, sentence);
  ports_.faults.tell(settings_.name, source, std::move(sentence), ports_.clock.now());
}

Async<Result<Done, KeepError>> ImageKeeper::bring(KeptImage& image) {
  auto local = co_await newest(image);
  if (!local) co_return Failure{std::move(local.error())};
  auto checked = co_await check(image, *local);
  if (!checked) co_return checked;
  co_return co_await place(image, std::move(*local));
}

/// Where the server of a URL fails, the version in the cache serves on.
Async<Result<LocalImage, KeepError>> ImageKeeper::newest(KeptImage& image) {
  image.stale_because.clear();
  if (!image.is_url()) {
    auto file = co_await ports_.images.find_file(image.source.location);
    if (!file) co_return Failure{error_of(file.error())};
    co_return std::move(*file);
  }
  auto inspection = format_inspection();
  auto fetched = co_await ports_.images.fetch(image.source.location, std::move(inspection));
  if (fetched) co_return std::move(*fetched);
  KeepError error = error_of(fetched.error());
  if (!error.is_fault) co_return Failure{std::move(error)};
  auto cached = co_await ports_.images.cached(image.source.location);
  if (!cached) co_return Failure{std::move(error)};
  image.stale_because = std::move(error.message);
  co_return std::move(*cached);
}

Async<Result<Done, KeepError>> ImageKeeper::check(KeptImage& image, LocalImage local) {
  if (image.checked == local) co_return Done{};
  const auto refused = [&](const std::string& message) {
    return Failure{KeepError{.message = message, .use = KeepError::Use::ended}};
  };
  auto inspection = format_inspection();
  auto format = co_await ports_.images.inspect(local.path, std::move(inspection));
  if (!format) co_return refused(format.error().message);
  auto good = co_await check_signature(image, local);
  if (!good) co_return good;
  image.format = parse_image_format(*format).value_or(ImageFormat::raw);
  image.checked = std::move(local);
  co_return Done{};
}

/// Spec 9: an image that does not verify is not used, whatever was used before.
Async<Result<Done, KeepError>> ImageKeeper::check_signature(KeptImage& image, const LocalImage& local) {
  if (image.signing_dn.empty()) co_return Done{};
  auto inspection = ports_.image_verifier.signed_by(image.signing_dn, ports_.clock.now());
  auto signer = co_await ports_.images.inspect(local.path, std::move(inspection));
  const std::string shown = shown_location(image.source.location);
  if (!signer) {
    co_return Failure{
        KeepError{.message = fmt::format("the image {} is not used: {}", shown, signer.error().message),
                  .use = KeepError::Use::ended}};
  }
  ports_.log.info("space {}: the image {} is signed by {}", settings_.name, shown, *signer);
  co_return Done{};
}

Async<Result<Done, KeepError>> ImageKeeper::place(KeptImage& image, LocalImage local) {
  const auto cloud = cloud_;  // may be replaced while we wait
  auto images = co_await cloud->images();
  if (!images) co_return Failure{KeepError{.message = images.error().message}};
  const std::string& name = image.source.location;
  if (const CloudImage* found = find_version(*images, name, local.modified)) {
    image.ready = found->id;
    image.left_to_others.reset();
    co_return Done{};
  }
  const CloudImage* arriving = find_arriving(*images, name, local.modified, ports_.clock.now());
  const std::string shown = shown_location(name);
  if (arriving != nullptr && is_under_way(*arriving)) {
    co_return Failure{
        KeepError{.message = fmt::format("the image {} is being uploaded by {}", shown, arriving->manager),
                  .is_fault = false}};
  }
  if (const auto why = why_others_upload(image)) {
    co_return Failure{KeepError{.message = fmt::format("the image {} is not uploaded yet: {}", shown, *why),
                                .is_fault = false}};
  }
  if (arriving != nullptr) {  // left by who is no more, or an earlier life of ours: it would go first
    const auto removed = co_await cloud->remove_image(arriving->id);
    if (!removed && removed.error().decision != CloudDecision::not_found)
      co_return Failure{KeepError{.message = removed.error().message}};
  }
  auto uploaded = co_await upload(image, local);
  if (!uploaded) co_return Failure{std::move(uploaded.error())};
  image.ready = std::move(*uploaded);
  image.left_to_others.reset();
  co_return Done{};
}

/// One manager brings an image for all. Where it does not, as it has another configuration, or a fault that
/// this one has not, the others do it in the end.
std::optional<std::string> ImageKeeper::why_others_upload(KeptImage& image) const {
  const auto standing = ports_.standings.standing();
  if (standing == nullptr) return ports_.standings.why_none();
  const std::string duty = fmt::format("images/{}", settings_.name);
  const Milliseconds now = ports_.clock.monotonic();
  if (standing->does(duty) || now - image.left_to_others.value_or(now) >= kLeftToOthers) return std::nullopt;
  if (!image.left_to_others) image.left_to_others = now;
  return fmt::format("that is left to {}", manager_of(standing->roster.doer_of(duty)));
}

/// Whether somebody is still at work on it. Of who is not among the managers it is not known; a short while
/// it is believed.
bool ImageKeeper::is_under_way(const CloudImage& arriving) const {
  if (arriving.manager == manager_.name) return is_uploading(arriving.name);
  const auto standing = ports_.standings.standing();
  if (standing == nullptr) return true;
  const bool is_member = std::ranges::any_of(
      standing->roster.live(), [&](const IncarnationId& one) { return manager_of(one) == arriving.manager; });
  return ports_.clock.now() - arriving.created < (is_member ? kLongestUpload : kStrangersUpload);
}

bool ImageKeeper::is_uploading(const std::string& name) const {
  return std::ranges::any_of(images_, [&](const auto& entry) {
    return entry.first.location == name && entry.second->upload != nullptr;
  });
}

Async<Result<ImageId, KeepError>> ImageKeeper::upload(KeptImage& image, LocalImage local) {
  const auto cloud = cloud_;
  const std::string shown = shown_location(image.source.location);
  image.upload = std::make_shared<TransferProgress>();
  image.upload->total_bytes = local.bytes;
  ImageUpload order{.name = image.source.location,
                    .file = local.path,
                    .bytes = local.bytes,
                    .format = image.format,
                    .modified = local.modified,
                    .space = settings_.name,
                    .manager = manager_.name,
                    .progress = image.upload};
  ports_.log.info("space {}: uploading the image {} ({} MB, {})", settings_.name, shown, local.bytes >> 20,
                  to_string(image.format));
  auto id = co_await cloud->upload_image(std::move(order));
  image.upload.reset();
  if (!id)
    co_return Failure{
        KeepError{.message = fmt::format("the image {} is not in the cloud: {}", shown, id.error().message)}};
  auto after = co_await ports_.images.find_file(local.path);
  const bool unchanged = image.is_url() || (after && *after == local);
  if (unchanged) {
    ports_.log.info("space {}: the image {} is in the cloud as {}", settings_.name, shown, *id);
    co_return std::move(*id);
  }
  const auto removed = co_await cloud->remove_image(*id);
  if (!removed) ports_.log.warning("space {}: {}", settings_.name, removed.error().message);
  co_return Failure{
      KeepError{.message = fmt::format("the image {} was changed while it was uploaded", shown)}};
}

}  // namespace vacuum
