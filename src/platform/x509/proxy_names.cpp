#include "platform/x509/proxy_names.hpp"

#include "platform/x509/handles.hpp"

namespace vacuum::x509 {
namespace {

/// The last component where it is a CN and nothing is joined to it.
const X509_NAME_ENTRY* lone_last_common_name(const X509_NAME* name) {
  const int count = X509_NAME_entry_count(name);
  if (count == 0) return nullptr;
  const X509_NAME_ENTRY* last = X509_NAME_get_entry(name, count - 1);
  if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(last)) != NID_commonName) return nullptr;
  const X509_NAME_ENTRY* before = count > 1 ? X509_NAME_get_entry(name, count - 2) : nullptr;
  if (before != nullptr && X509_NAME_ENTRY_set(before) == X509_NAME_ENTRY_set(last)) return nullptr;
  return last;
}

}  // namespace

std::string last_common_name(const X509_NAME* name) {
  const X509_NAME_ENTRY* last = lone_last_common_name(name);
  if (last == nullptr) return {};
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(last);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

bool extends_by_common_name(const X509_NAME* name, const X509_NAME* start) {
  const int count = X509_NAME_entry_count(name);
  if (count != X509_NAME_entry_count(start) + 1 || lone_last_common_name(name) == nullptr) return false;
  const Name shorter(X509_NAME_dup(name));
  if (!shorter) return false;
  X509_NAME_ENTRY_free(X509_NAME_delete_entry(shorter.get(), count - 1));
  return X509_NAME_cmp(shorter.get(), start) == 0;
}

}  // namespace vacuum::x509
