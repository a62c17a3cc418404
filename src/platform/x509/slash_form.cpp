#include "platform/x509/slash_form.hpp"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <string_view>

#include <fmt/format.h>

#include "platform/distinguished_name.hpp"

namespace vacuum::x509 {
namespace {

std::string type_of(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
  const int known = OBJ_obj2nid(object);
  const std::string name = known == NID_undef ? "" : OBJ_nid2sn(known);
  if (begins_attribute(name + "=")) return name;  // some names of OpenSSL hold spaces
  char text[128] = {};
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  return length > 0 && length < static_cast<int>(sizeof text) ? text : "0.0";
}

std::string value_of(const X509_NAME_ENTRY* entry) {
  const ASN1_STRING* string = X509_NAME_ENTRY_get_data(entry);
  unsigned char* bytes = nullptr;
  const int length = ASN1_STRING_to_UTF8(&bytes, string);
  if (length >= 0) {
    std::string value(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return value;
  }
  ERR_clear_error();  // not in the encoding that it claims: its bytes as they are
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void append_escaped(std::string& text, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool separates = (c == '/' || c == '+') && begins_attribute(value.substr(i + 1));
    if (c < ' ' || c > '~' || c == '\\' || separates) {
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
}

}  // namespace

std::string slash_form(const X509_NAME* name) {
  std::string text;
  int previous_set = -1;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const int set = X509_NAME_ENTRY_set(entry);
    text += i > 0 && set == previous_set ? '+' : '/';
    previous_set = set;
    text += type_of(entry);
    text += '=';
    append_escaped(text, value_of(entry));
  }
  return text;
}

}  // namespace vacuum::x509
