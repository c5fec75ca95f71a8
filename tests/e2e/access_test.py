"""Who gets in: TLS and client certificates on every listener, tokens and users with scopes and
tenants at every door, all of it replaced while the server runs. Needs SPANHOUND_BUILD
(build/release)."""

import base64
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import otlp_payloads as otlp  # noqa: E402
from doors_test import msgpack  # noqa: E402
from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
JSON = {"Content-Type": "application/json"}
HTTP_DOORS = ("otlp_http", "jaeger", "zipkin", "elasticsearch", "admin", "query")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """A certificate authority in a directory."""

    def __init__(self, directory, name):
        self.directory, self.name = pathlib.Path(directory), name
        self.certificate = self.directory / f"{name}.pem"
        self.key = self.directory / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", f"/CN={name}", "-keyout", self.key, "-out",
                self.certificate)

    def issue(self, name, serial):
        """(certificate, key) for 127.0.0.1 and localhost."""
        key, request_file = self.directory / f"{name}.key", self.directory / f"{name}.csr"
        certificate, names = self.directory / f"{name}.pem", self.directory / "names"
        names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={name}", "-keyout", key, "-out", request_file)
        openssl("x509", "-req", "-in", request_file, "-CA", self.certificate, "-CAkey", self.key,
                "-set_serial", str(serial), "-days", "2", "-extfile", names, "-out", certificate)
        return certificate, key


def context(authority, certificate=None, alpn=None, maximum=None):
    made = ssl.create_default_context(cafile=authority.certificate)
    if certificate:
        made.load_cert_chain(*certificate)
    if alpn:
        made.set_alpn_protocols([alpn])
    if maximum:
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old versions, asked for here
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = maximum
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
    return made


def handshake(port, tls):
    """The serial number of the certificate the listener shows, after one byte of an answer or a
    refusal was read: with TLS 1.3 a refused client certificate is only seen then."""
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        with tls.wrap_socket(plain, server_hostname="127.0.0.1") as stream:
            stream.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
                           if stream.selected_alpn_protocol() == "h2" else b"GET / HTTP/1.0\r\n\r\n")
            if not stream.recv(1):
                raise ConnectionError("closed without a word")
            return int(stream.getpeercert()["serialNumber"], 16)


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.directory = pathlib.Path(cls.scratch.name)
        cls.ours, cls.others = (Authority(cls.directory, name) for name in ("ours", "others"))
        cls.first, cls.second = cls.ours.issue("first", 101), cls.ours.issue("second", 102)
        cls.client, cls.stranger = cls.ours.issue("client", 103), cls.others.issue("stranger", 104)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def serve(self, name, *flags):
        # Kubernetes' way to replace both files at once: a link to a directory.
        link = self.directory / f"{name}-current"
        for number, (certificate, key) in enumerate((self.first, self.second)):
            version = self.directory / f"{name}-{number}"
            version.mkdir()
            (version / "tls.crt").write_bytes(certificate.read_bytes())
            (version / "tls.key").write_bytes(key.read_bytes())
        link.symlink_to(f"{name}-0")
        server = Spanhound(BUILD, self.directory / f"{name}-data", flags=(
            "--tls-cert", link / "tls.crt", "--tls-key", link / "tls.key",
            "--reload-seconds", "1", "--elasticsearch-port", "0", "--fluent-port", "0", *flags))
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        return server

    def rotate(self, name):
        fresh = self.directory / f"{name}-fresh"
        fresh.symlink_to(f"{name}-1")
        fresh.rename(self.directory / f"{name}-current")

    def listeners(self, server):
        return [(port, None) for door, port in server.ports.items() if door in HTTP_DOORS] + \
               [(server.ports[door], "h2") for door in ("otlp_grpc", "query_grpc")]

    def test_every_listener_speaks_tls_only_and_takes_rotated_files(self):
        server = self.serve("tls")
        for port, alpn in self.listeners(server):
            with self.subTest(port=port, alpn=alpn):
                self.assertEqual(handshake(port, context(self.ours, alpn=alpn)), 101)
                with self.assertRaises((ssl.SSLError, OSError)):
                    handshake(port, context(self.ours, alpn=alpn,
                                            maximum=ssl.TLSVersion.TLSv1_1))
                with self.assertRaises(ssl.SSLCertVerificationError):
                    handshake(port, context(self.others, alpn=alpn))
                self.assertEqual(handshake(port, context(self.ours, alpn=alpn)), 101)
        with self.assertRaises(Exception):
            request("GET", server.url("query"), seconds=5)
        self.rotate("tls")
        for port, alpn in self.listeners(server):
            wait_until(f"the second certificate on {port}",
                       lambda: handshake(port, context(self.ours, alpn=alpn)) == 102)

    def test_the_forward_protocol_speaks_tls_only(self):
        port = self.serve("forward").ports["fluent"]
        message = msgpack(["app", 1_700_000_000, {"log": "x"}, {"chunk": "c"}])
        with socket.create_connection(("127.0.0.1", port), 20) as plain:
            with context(self.ours).wrap_socket(plain, server_hostname="127.0.0.1") as stream:
                stream.sendall(message)
                self.assertEqual(stream.recv(100), b"\x81\xa3ack\xda\x00\x01c")
        with socket.create_connection(("127.0.0.1", port), 20) as plain:
            plain.sendall(message)
            self.assertNotIn(b"ack", plain.recv(100))

    def test_clients_need_a_certificate_of_ours(self):
        server = self.serve("mtls", "--tls-client-ca", self.ours.certificate)
        for port, alpn in self.listeners(server):
            with self.subTest(port=port, alpn=alpn):
                self.assertEqual(handshake(port, context(self.ours, self.client, alpn)), 101)
                for certificate in (None, self.stranger):
                    with self.assertRaises((ssl.SSLError, OSError)):
                        handshake(port, context(self.ours, certificate, alpn))

    def test_a_whole_trace_and_our_own_programs_get_through(self):
        server = self.serve("whole")
        trace_id = otlp.new_trace_id()
        connection = http.client.HTTPSConnection("127.0.0.1", server.ports["otlp_http"], timeout=20,
                                                 context=context(self.ours))
        for _ in range(2):  # on one connection
            connection.request("POST", "/v1/traces", otlp.trace_json(trace_id), JSON)
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (200, b"{}"))
        connection.close()
        run = lambda *words: subprocess.run([pathlib.Path(BUILD) / "spanhound", *words],
                                            capture_output=True, text=True, timeout=60)
        url = f"https://127.0.0.1:{server.ports['query']}"
        found = run("trace", trace_id, "--url", url, "--ca-file", self.ours.certificate)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertNotEqual(run("trace", trace_id, "--url", url).returncode, 0)
        for target, door in (("grpcs", "otlp_grpc"), ("https", "otlp_http")):
            loaded = run("load", "--target", f"{target}://127.0.0.1:{server.ports[door]}",
                         "--ca-file", self.ours.certificate, "--spans", "2000")
            self.assertEqual(loaded.returncode, 0, loaded.stdout + loaded.stderr)


class CredentialsTest(unittest.TestCase):
    LINES = ("writer bearer plain:write-token write tenant=team-a\n"
             "reader bearer plain:read-token read tenant=team-a\n"
             "other bearer plain:other-token read,write tenant=team-b\n"
             "any bearer plain:any-token read,write tenant=*\n"
             "alice basic plain:pass:word read tenant=team-a\n"
             "ops bearer plain:ops-token admin\n")

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.file = pathlib.Path(cls.scratch.name) / "credentials"
        cls.file.write_text(cls.LINES)
        cls.file.chmod(0o600)
        cls.server = Spanhound(BUILD, cls.scratch.name + "/data", flags=(
            "--tenancy", "--credentials", cls.file, "--reload-seconds", "1",
            "--elasticsearch-port", "0"))

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.scratch.cleanup()
        assert code == 0, code

    @staticmethod
    def bearer(token, **more):
        return {"Authorization": f"Bearer {token}", **more}

    def post(self, headers):
        return request("POST", self.server.url("otlp_http", "/v1/traces"),
                       otlp.trace_json(otlp.new_trace_id()), {**JSON, **headers})

    def services(self, headers):
        return request("GET", self.server.url("query", "/api/services"), headers=headers)

    def grpc_status(self, door, method, token):
        """Of a call with an empty message. curl may lose a status that comes before its message left."""
        empty = base64.b64encode(bytes(5)).decode()
        calls = {"port": self.server.ports[door], "calls": [
            {"path": method, "body": empty, "headers": {"authorization": f"Bearer {token}"}}]}
        done = subprocess.run(["node", ROOT / "tests/e2e/grpc_calls.mjs"], input=json.dumps(calls),
                              text=True, capture_output=True, timeout=60, check=True)
        return int(json.loads(done.stdout)[0]["trailers"]["grpc-status"])

    def test_30_auth_failures_have_the_codes_and_no_hint_to_retry(self):
        for headers, status, code in (({}, 401, 16), (self.bearer("wrong"), 401, 16),
                                      (self.bearer("read-token"), 403, 7)):
            answer = self.post(headers)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.json()["code"], code)
            self.assertIsNone(answer.headers.get("Retry-After"))
            self.assertEqual(status == 401, "WWW-Authenticate" in answer.headers)

    def test_each_listener_wants_its_scope(self):
        wants = {"otlp_http": "write-token", "jaeger": "write-token", "zipkin": "write-token",
                 "elasticsearch": "write-token", "query": "read-token", "admin": "ops-token"}
        for door, token in wants.items():
            for candidate in ("write-token", "read-token", "ops-token"):
                status = request("GET", self.server.url(door, "/version"),
                                 headers=self.bearer(candidate)).status
                self.assertEqual(status == 403, candidate != token, (door, candidate, status))
        self.assertEqual(request("GET", self.server.url("admin", "/")).status, 200)
        self.assertEqual(request("GET", self.server.url("admin", "/metrics")).status, 401)
        self.assertEqual(request("GET", self.server.url("query", "/")).status, 401)
        for token, code in (("read-token", 0), ("write-token", 7), ("ops-token", 7), ("wrong", 16)):
            self.assertEqual(self.grpc_status(
                "query_grpc", "/jaeger.api_v2.QueryService/GetServices", token), code, token)
        run = lambda token: subprocess.run(
            [pathlib.Path(BUILD) / "spanhound", "load", "--target",
             f"grpc://127.0.0.1:{self.server.ports['otlp_grpc']}", "--spans", "100",
             "--header", f"authorization=Bearer {token}"], capture_output=True, timeout=60)
        self.assertEqual(run("write-token").returncode, 0)
        self.assertNotEqual(run("read-token").returncode, 0)
        self.assertNotEqual(run("wrong").returncode, 0)

    def test_the_forward_protocol_wants_its_key(self):
        with self.assertRaisesRegex(RuntimeError, "needs a fluent-shared-key-file"):
            Spanhound(BUILD, self.scratch.name + "/keyless", flags=(
                "--tenancy", "--credentials", self.file, "--fluent-port", "0"))

    def test_a_tenant_belongs_to_its_credential(self):
        trace_id = otlp.new_trace_id()
        answer = request("POST", self.server.url("otlp_http", "/v1/traces"),
                         otlp.trace_json(trace_id), {**JSON, **self.bearer("write-token")})
        self.assertEqual(answer.status, 200)
        find = lambda headers: request("GET", self.server.url("query", f"/api/traces/{trace_id}"),
                                       headers=headers).status
        basic = "Basic " + base64.b64encode(b"alice:pass:word").decode()
        self.assertEqual(find(self.bearer("read-token")), 200)
        self.assertEqual(find({"Authorization": basic}), 200)
        self.assertEqual(find(self.bearer("any-token", **{"X-Scope-OrgID": "team-a"})), 200)
        self.assertEqual(find(self.bearer("any-token")), 404)
        self.assertEqual(find(self.bearer("other-token")), 404)
        self.assertEqual(find(self.bearer("other-token", **{"X-Scope-OrgID": "team-a"})), 403)
        self.assertEqual(find({"X-Scope-OrgID": "team-a"}), 401)

    def test_a_refused_body_is_not_taken_in(self):
        """The answer comes from the head alone, before a byte of the body was sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.ports["otlp_http"],
                                                timeout=20)
        connection.putrequest("POST", "/v1/traces")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "60000000")
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()

    def test_changed_credentials_are_in_force_without_a_restart(self):
        self.assertEqual(self.services(self.bearer("new-token")).status, 401)
        fresh = self.file.with_name("fresh")
        fresh.write_text(self.LINES + "new bearer plain:new-token read tenant=team-a\n")
        fresh.chmod(0o600)
        fresh.rename(self.file)
        wait_until("the new token",
                   lambda: self.services(self.bearer("new-token")).status == 200)
        self.assertEqual(self.services(self.bearer("read-token")).status, 200)


class OpenDoorsTest(unittest.TestCase):
    def test_an_open_door_without_authentication_is_told_once(self):
        with tempfile.TemporaryDirectory() as directory:
            credentials = pathlib.Path(directory) / "credentials"
            credentials.write_text("a bearer plain:b write\n")
            credentials.chmod(0o600)
            for flags, words in (((), "no authentication on 0.0.0.0:"),
                                 (("--credentials", credentials), "no TLS on 0.0.0.0:")):
                server = Spanhound(BUILD, directory + "/data", flags=("--listen", "0.0.0.0", *flags))
                warnings = [line for line in server.lines if " warning " in line]
                self.assertEqual(server.stop(), 0)
                self.assertEqual(len(warnings), 1, warnings)
                self.assertIn(words, warnings[0])


if __name__ == "__main__":
    unittest.main()
