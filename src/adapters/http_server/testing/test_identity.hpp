#pragma once

#include <string>

namespace vacuum::http_server::testing {

/// PEM texts of a certificate and its key.
struct PemPair {
  std::string certificate;
  std::string key;
};

/// A certificate that signed itself, with the common name `name`, for the address 127.0.0.1.
[[nodiscard]] PemPair self_signed(const std::string& name);

/// A directory of its own for a test; removed at its end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  /// Writes the file anew, as another inode; answers its path.
  std::string write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace vacuum::http_server::testing
