"""A certification authority, people, their proxies and a host, made with openssl: what a grid's clients and servers have."""
import subprocess
from pathlib import Path

AUTHORITY = "/DC=org/DC=example/CN=Test CA"
EXTENSIONS = """
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[person]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = clientAuth
[host]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
[rfc_proxy]
keyUsage = critical, digitalSignature, keyEncipherment, keyAgreement
proxyCertInfo = critical, language:1.3.6.1.4.1.3536.1.1.1.9
[legacy_proxy]
keyUsage = critical, digitalSignature, keyEncipherment, keyAgreement
"""


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True, **more).stdout


class Authority:
    """Makes all below one folder; trusts/ is a directory as IGTF's."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.trusts = self.folder / "trusts"
        self.trusts.mkdir(parents=True)
        (self.folder / "extensions").write_text(EXTENSIONS)
        self.serial = 1
        self._request("authority", AUTHORITY)
        self._sign("authority", "authority", own=True)
        name = openssl("x509", "-in", self.path("authority.crt"), "-noout", "-subject_hash").strip()
        (self.trusts / f"{name}.0").write_text(self.path("authority.crt").read_text())

    def path(self, name):
        return self.folder / name

    def person(self, name, subject, days=30):
        """Certificate and key in one file, as curl takes it."""
        self._request(name, subject)
        self._sign(name, "person", days=days)
        return self._join(name, name)

    def host(self, name="host"):
        self._request(name, f"/DC=org/DC=example/CN={name}")
        self._sign(name, "host")
        return self.path(f"{name}.crt"), self.path(f"{name}.key")

    def rfc_proxy(self, name, of, subject):
        self._request(name, f"{subject}/CN=12345")
        self._sign(name, "rfc_proxy", by=of)
        return self._join(name, name, of)

    def legacy_proxy(self, name, of, subject):
        self._request(name, f"{subject}/CN=limited proxy")
        self._sign(name, "legacy_proxy", by=of)
        return self._join(name, name, of)

    def _request(self, name, subject):
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", self.path(f"{name}.key"),
                "-out", self.path(f"{name}.req"))

    def _sign(self, name, section, by="authority", own=False, days=30):
        self.serial += 1
        signer = ["-signkey", self.path(f"{name}.key")] if own else [
            "-CA", self.path(f"{by}.crt"), "-CAkey", self.path(f"{by}.key")]
        openssl("x509", "-req", "-sha256", "-days", days, "-set_serial", self.serial, "-in", self.path(f"{name}.req"),
                *signer, "-extfile", self.path("extensions"), "-extensions", section, "-out", self.path(f"{name}.crt"))

    def _join(self, name, *chain):
        joined = self.path(f"{name}.pem")
        own, *others = chain
        joined.write_text(self.path(f"{own}.crt").read_text() + self.path(f"{own}.key").read_text() +
                          "".join(self.path(f"{other}.crt").read_text() for other in others))
        return joined
