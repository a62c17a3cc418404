// Answers of Keystone, Nova and Glance, one after the other, to all that we ask of a cloud. An input is a
// list of answers, parted by lines of "=": a status, a line break, the body.
#include "adapters/openstack/openstack_cloud.hpp"

#include <charconv>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "fuzz.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/run.hpp"

namespace vacuum::fuzz {
namespace {

constexpr std::string_view kSeparator = "\n=\n";
constexpr std::string_view kPassword = "hunter2-hidden";
constexpr std::string_view kUserData = "user-data-hidden";
constexpr std::string_view kToken = "token-hidden";

bool holds_secret(std::string_view text) {
  for (const std::string_view secret : {kPassword, kUserData, kToken})
    if (text.find(secret) != std::string_view::npos) return true;
  return false;
}

/// Gives the answers in turn, then says that the service is busy.
class Answers final : public HttpClient {
 public:
  explicit Answers(std::string_view data) : rest_(data) {}

  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest) override {
    if (rest_.empty()) co_return HttpResponse{.status = 503, .headers = {}, .body = {}};
    const std::string_view answer = rest_.substr(0, rest_.find(kSeparator));
    rest_.remove_prefix(std::min(rest_.size(), answer.size() + kSeparator.size()));
    const auto line_end = std::min(answer.find('\n'), answer.size());
    int status = 200;
    std::from_chars(answer.data(), answer.data() + line_end, status);
    if (status == 0) co_return Failure{HttpFailure{HttpFailureKind::answer_lost, "the connection ended"}};
    const std::string_view body = answer.substr(std::min(line_end + 1, answer.size()));
    HttpHeaders headers{{"Content-Type", "application/json"}, {"X-Subject-Token", std::string(kToken)}};
    co_return HttpResponse{.status = status, .headers = std::move(headers), .body = std::string(body)};
  }

 private:
  std::string_view rest_;
};

openstack::Account account() {
  openstack::PasswordLogin login;
  login.user_name = "demo";
  login.password = Secret(std::string(kPassword));
  login.project_name = "demo";
  openstack::Account account;
  account.label = "space";
  account.auth_url = "http://keystone/v3";
  account.login = login;
  return account;
}

ServerRequest server_request() {
  ServerRequest request;
  request.name = MachineName("vcycle-m-0123456789");
  request.flavor = {.name = FlavorName("m1"), .cloud_id = "1", .processors = 2};
  request.image = "img";
  request.user_data = kUserData;
  return request;
}

template <class T>
void check(const CloudResult<T>& result) {
  if (result) return;
  require(!result.error().message.empty(), "an error says something");
  require(is_one_line(result.error().message), "an error is one line");
  require(!holds_secret(result.error().message), "no error holds a secret");
}

ImageUpload image_upload() {
  ImageUpload upload;
  upload.name = "https://example.com/cernvm4.hdd";
  upload.file = "/nowhere/cernvm4.hdd";
  upload.bytes = 4096;
  upload.modified = from_unix(1'700'000'000);
  upload.space = SpaceName("space");
  upload.manager = ManagerName("manager");
  return upload;
}

/// What is asked for machines.
void ask_nova(boost::asio::io_context& loop, FakeClock& clock, Cloud& cloud) {
  for (const bool all : {true, false}) {
    PageReceiver receive = [](ServerPage page) {
      for (const Server& server : page.servers) require(!server.id.empty(), "each server has an id");
      for (const GoneServer& gone : page.gone) require(!gone.id.empty(), "what is gone has an id");
    };
    const auto since = all ? std::nullopt : std::optional(ListingMark{clock.now()});
    check(run(loop, clock, cloud.list(since, std::move(receive))));
  }
  check(run(loop, clock, cloud.flavors()));
  check(run(loop, clock, cloud.quota()));
  const ServerRequest request = server_request();
  check(run(loop, clock, cloud.create(request)));
  const MachineName name = request.name;
  check(run(loop, clock, cloud.find(name)));
  const ServerId id("1");
  check(run(loop, clock, cloud.remove(id)));
}

/// What is asked for images from elsewhere.
void ask_glance(boost::asio::io_context& loop, FakeClock& clock, Cloud& cloud) {
  const auto images = run(loop, clock, cloud.images());
  check(images);
  if (images)
    for (const CloudImage& image : *images) require(!image.id.empty(), "each image has an id");
  const auto made = run(loop, clock, cloud.upload_image(image_upload()));
  check(made);
  if (made) require(!made->empty(), "an image that was made has an id");
  check(run(loop, clock, cloud.remove_image(ImageId("1"))));
}

/// Each on a cloud that has not been asked before, which gives the same answers.
void ask(void (*questions)(boost::asio::io_context&, FakeClock&, Cloud&), std::string_view data) {
  boost::asio::io_context loop;
  FakeClock clock;
  FakeLog log;
  Answers answers(data);
  const auto cloud = openstack::make_openstack_cloud(account(), answers, clock, log);
  questions(loop, clock, *cloud);
  for (const auto& line : log.lines()) {
    require(is_one_line(line.text), "a line of the log is one line");
    require(!holds_secret(line.text), "no line of the log holds a secret");
  }
}

}  // namespace

void try_input(std::string_view data) {
  if (holds_secret(data)) return;
  ask(ask_nova, data);
  ask(ask_glance, data);
}

}  // namespace vacuum::fuzz
