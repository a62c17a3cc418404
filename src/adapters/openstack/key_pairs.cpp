#include "adapters/openstack/key_pairs.hpp"

#include <boost/json/serialize.hpp>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/page_cursor.hpp"

namespace vacuum::openstack {
namespace {

constexpr Milliseconds kLifetime{3600000};
constexpr std::size_t kKeysMax = 1000;

CloudError refusal(std::string message) {
  Fault fault{FaultKind::refused, message};
  return {.decision = CloudDecision::refused, .message = std::move(message), .fault = std::move(fault)};
}

bool find_in_page(const boost::json::object& page, const PublicKey& key, std::string& name) {
  const auto* list = array_at(page, "keypairs");
  if (list == nullptr) return false;
  for (const auto& item : *list) {
    const auto* entry = item.if_object();
    const auto* pair = entry == nullptr ? nullptr : object_at(*entry, "keypair");
    if (pair == nullptr || !name.empty()) continue;
    if (parse_public_key(string_at(*pair, "public_key")) == key) name = string_at(*pair, "name");
  }
  return true;
}

}  // namespace

Async<CloudResult<std::string>> KeyPairs::find_or_import(std::string public_key, Deadline deadline) {
  const auto key = parse_public_key(public_key);
  if (!key) co_return Failure{refusal("root_public_key is no OpenSSH public key")};
  if (by_line_.size() >= kKeysMax && !by_line_.contains(key->line())) by_line_.clear();
  auto& place = by_line_[key->line()];
  if (!place) place = std::make_shared<Cached<std::string>>(api_.clock(), kLifetime);
  const auto cached = place;
  auto load = [this, wanted = *key, deadline] { return look_up(wanted, deadline); };
  co_return co_await cached->get(std::move(load));
}

void KeyPairs::forget(const std::string& public_key) {
  const auto key = parse_public_key(public_key);
  if (!key) return;
  if (const auto found = by_line_.find(key->line()); found != by_line_.end()) found->second->forget();
}

Async<CloudResult<std::string>> KeyPairs::look_up(PublicKey key, Deadline deadline) {
  CloudResult<std::string> found = co_await find(key, deadline);
  if (!found.ok() || !found->empty()) co_return found;
  CloudResult<int> imported = co_await import(key, deadline);
  if (!imported.ok()) co_return Failure{std::move(imported.error())};
  if (is_success(*imported)) co_return key_pair_name(key);
  // 409: another manager was quicker, or the name stands for another key.
  found = co_await find(key, deadline);
  if (!found.ok() || !found->empty()) co_return found;
  co_return Failure{refusal("the key pair " + key_pair_name(key) + " holds another key than its name says")};
}

Async<CloudResult<std::string>> KeyPairs::find(PublicKey key, Deadline deadline) {
  CloudResult<MicroversionRange> range = co_await versions_.get(deadline);
  if (!range.ok()) co_return Failure{std::move(range.error())};
  PagedRequest request;
  request.first.path = "/os-keypairs";
  request.first.microversion = range->at_least(kPagedKeyPairsVersion);
  request.links_member = "keypairs_links";
  auto name = std::make_shared<std::string>();
  PageReader reader = [name, key](const boost::json::object& page) { return find_in_page(page, key, *name); };
  CloudResult<Done> read = co_await read_pages(api_, std::move(request), std::move(reader), deadline);
  if (!read.ok()) co_return Failure{std::move(read.error())};
  co_return *name;
}

// Safe to repeat: a second import of the name is a 409, and what is there is then looked at.
Async<CloudResult<int>> KeyPairs::import(PublicKey key, Deadline deadline) {
  const boost::json::object pair{{"name", key_pair_name(key)}, {"public_key", key.line()}};
  ApiRequest request;
  request.method = "POST";
  request.path = "/os-keypairs";
  request.body = boost::json::serialize(boost::json::object{{"keypair", pair}});
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (is_success(answer->status) || answer->status == 409) co_return answer->status;
  co_return Failure{collection_error(what, *answer, api_.now())};
}

}  // namespace vacuum::openstack
