"""dashboard2api as in a pod: the API server's address in the environment, and token and CA where the
kubelet mounts them, as it mounts them. The directory is there in a mount namespace of the process's
own, so that the real path is read; where that may not be made, it is skipped and says so. Needs
SPANHOUND_BUILD (build/release)."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kube"))

import sample_objects  # noqa: E402
from dashboard import Dashboard, free_port, json_lines, wait_until  # noqa: E402

MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# An empty /run has room for the path, and hides nothing that the program needs.
IN_POD = ["unshare", "--mount", "sh", "-e", "-c",
          f'mount -t tmpfs none /run; mkdir -p {MOUNT}; mount --bind "$0" {MOUNT}; exec "$@"']
HOST = "127.0.0.1"


def may_mount():
    with tempfile.TemporaryDirectory() as directory:
        command = [*IN_POD, directory, "test", "-d", MOUNT]
        return os.path.realpath("/var/run") == "/run" and subprocess.run(
            command, capture_output=True, check=False).returncode == 0


class ServiceAccount:
    """The files of a pod's service account as the kubelet writes them: links into a directory of
    which a new one takes the place, so that all files change at once."""

    def __init__(self, directory):
        self._directory, self._count = pathlib.Path(directory), 0
        self._files = {}
        for name in ("token", "ca.crt", "namespace"):
            (self._directory / name).symlink_to(pathlib.Path("..data", name))

    def write(self, **files):
        self._files.update(files)
        self._count += 1
        new = self._directory / f"..{self._count}"
        new.mkdir()
        for name, text in {**self._files, "namespace": "weiyun"}.items():
            (new / name.replace("ca_crt", "ca.crt")).write_text(text)
        link = self._directory / "..data_tmp"
        link.symlink_to(new.name)
        link.rename(self._directory / "..data")


def openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


def make_server_certificate(directory, ca):
    """server.pem, signed by a CA of this name, of which the certificate is returned."""
    openssl(directory, "req", "-x509", *NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj",
            f"/CN={ca}")
    openssl(directory, "req", *NEW_KEY[:-2], "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=kubernetes")
    (directory / "names").write_text(f"subjectAltName=DNS:kubernetes.default.svc,IP:{HOST}\n")
    openssl(directory, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names")
    return (directory / "ca.pem").read_text()


def in_pod(kube_port, **more):
    """A dashboard of which the back gets no flag and no file but what a pod has."""
    return Dashboard(kube_port=kube_port, back_flags={"--cache-seconds": "0"}, back_environment={
        "KUBERNETES_SERVICE_HOST": HOST, "KUBERNETES_SERVICE_PORT": str(kube_port)}, **more)


@unittest.skipUnless(may_mount(), "skipped: no mount namespace may be made here")
class InClusterTest(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory(prefix="in-cluster-")
        self.addCleanup(self._directory.cleanup)
        self.files = pathlib.Path(self._directory.name, "tls")
        mounted = pathlib.Path(self._directory.name, "mounted")
        self.files.mkdir()
        mounted.mkdir()
        self.account = ServiceAccount(mounted)
        self.account.write(token="first", ca_crt=make_server_certificate(self.files, "one"))
        tls = ["--tls-cert", str(self.files / "server.pem"), "--tls-key",
               str(self.files / "server.key")]
        self.pod = in_pod(free_port(), kube_flags=["--token", "first", *tls],
                          back_wrapper=[*IN_POD, str(mounted)])
        self.addCleanup(self.pod.__exit__)
        wait_until("an answer", self.pod.is_current)

    def last_token(self, path):
        return self.pod.kube_requests(path)[-1]["headers"].get("Authorization")

    def check_new_node(self, name):
        self.pod.put("nodes", sample_objects.node(name))
        wait_until("the new node", lambda: name in self.pod.get("/api/nodes").body.decode())
        wait_until("no warning", lambda: self.pod.is_current("/api/nodes"))

    def test_address_token_and_ca_are_those_of_the_pod(self):
        started = [l["msg"] for l in json_lines(self.pod.back) if "started, reads" in l["msg"]]
        self.assertEqual(len(started), 1)
        self.assertIn(f"reads https://{HOST}:{self.pod.kube_port} and", started[0])
        self.assertEqual(self.last_token("/api/v1/nodes"), "Bearer first")
        wait_until("usage", lambda: self.pod.get("/api/nodes").json()["nodes"][0]["usage"])

    def test_the_token_rotates(self):
        self.account.write(token="second")
        self.pod.control("token?token=second")
        self.pod.control("cut?resource=nodes&how=clean")
        self.check_new_node("after-rotation")
        self.assertEqual(self.last_token("/api/v1/nodes?watch"), "Bearer second")

    def test_a_token_that_rotates_too_late(self):
        self.pod.control("token?token=second")
        self.pod.control("cut?resource=nodes&how=clean")
        self.assertIn("answers 401", self.pod.error_logged("watch of nodes failed")["msg"])
        self.assertIn("answers 401", wait_until("a warning", lambda: self.pod.source(
            "/api/nodes").get("warning")))
        self.account.write(token="second")
        self.check_new_node("after-401")

    def test_the_ca_rotates(self):
        self.pod.kube.kill()
        ca = make_server_certificate(self.files, "two")
        self.pod.start_kube()
        self.assertIn("SSL", self.pod.error_logged("SSL")["msg"])
        self.account.write(ca_crt=ca)
        self.check_new_node("after-new-ca")


@unittest.skipIf(pathlib.Path(MOUNT).exists(), "skipped: this is a pod with a service account")
class NoServiceAccountTest(unittest.TestCase):
    def test_a_pod_without_one_is_told_which_file_is_missing(self):
        with tempfile.TemporaryDirectory() as directory:
            make_server_certificate(pathlib.Path(directory), "one")
            tls = ["--tls-cert", directory + "/server.pem", "--tls-key", directory + "/server.key"]
            with in_pod(free_port(), kube_flags=tls, redis_up=False) as dashboard:
                answer = dashboard.get("/api/namespaces")
                self.assertEqual(answer.status, 502)
                self.assertIn(f"no certificate can be read from {MOUNT}/ca.crt",
                              answer.json()["error"])


if __name__ == "__main__":
    unittest.main()
