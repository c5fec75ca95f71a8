"""A real kube-apiserver and its etcd, over TLS with a token, for real_kube_test.py."""

import base64
import json
import pathlib
import ssl
import subprocess
import urllib.error
import urllib.request

from dashboard import ROOT, Process, free_port, wait_until

BINARY = ROOT / "build/kube/kube-apiserver"
ADMIN_TOKEN = "letmein"
PATHS = {"namespaces": "/api/v1/namespaces", "nodes": "/api/v1/nodes", "pods": "/api/v1/pods",
         "deployments": "/apis/apps/v1/deployments", "services": "/api/v1/services"}
RBAC = "/apis/rbac.authorization.k8s.io/v1"
API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
METRICS_VERSION = "v1beta1.metrics.k8s.io"
# What docs/user/dashboard.md asks for.
READER = [{"apiGroups": [""], "resources": ["namespaces", "nodes", "pods", "services"],
           "verbs": ["list", "watch"]},
          {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list", "watch"]},
          {"apiGroups": ["metrics.k8s.io"], "resources": ["nodes", "pods"], "verbs": ["list"]}]


class Cluster:
    """etcd and a kube-apiserver in a directory; use in a `with` statement."""

    def __init__(self, directory):
        self._directory = pathlib.Path(directory)
        self._etcd_url = f"http://127.0.0.1:{free_port()}"
        self._port = free_port()
        self.url = f"https://127.0.0.1:{self._port}"
        self._make_files()
        self.ca_file = str(self._directory / "ca.pem")
        self._tls = ssl.create_default_context(cafile=self.ca_file)
        self._etcd = Process("etcd", [
            "etcd", "--data-dir", str(self._directory / "etcd"), "--listen-client-urls",
            self._etcd_url, "--advertise-client-urls", self._etcd_url, "--listen-peer-urls",
            f"http://127.0.0.1:{free_port()}", "--unsafe-no-fsync",
            # What a bookmark tells of a resource that nobody changes.
            "--experimental-watch-progress-notify-interval", "2s"])
        self._etcd.wait_for("ready to serve client requests")
        self.start()

    def start(self):
        self._server = Process("kube-apiserver", [
            str(BINARY), "--etcd-servers", self._etcd_url,
            "--bind-address", "127.0.0.1", "--secure-port", str(self._port),
            "--tls-cert-file", str(self._directory / "server.pem"),
            "--tls-private-key-file", str(self._directory / "server.key"),
            "--token-auth-file", str(self._directory / "tokens.csv"),
            "--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24",
            "--service-account-issuer", "https://kubernetes.example",
            "--service-account-key-file", str(self._directory / "server.key"),
            "--service-account-signing-key-file", str(self._directory / "server.key"),
            "--disable-admission-plugins", "ServiceAccount,NamespaceLifecycle",
            "--etcd-compaction-interval", "0", *self._gates(), "--cert-dir", str(self._directory / "certs")])
        wait_until("the API server", self._is_ready, seconds=90)

    def stop(self):
        self._server.kill()

    def stop_gracefully(self):
        self._server.stop(seconds=60)

    def compact(self):
        """etcd forgets everything but the present."""
        def etcd(path, question):
            with urllib.request.urlopen(self._etcd_url + path, json.dumps(question).encode()) as r:
                return json.load(r)
        revision = etcd("/v3/kv/range", {"key": "AA=="})["header"]["revision"]
        etcd("/v3/kv/compaction", {"revision": revision})

    def ask(self, method, path, body=None, kind="application/json"):
        outgoing = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}", "Content-Type": kind})
        with urllib.request.urlopen(outgoing, timeout=20, context=self._tls) as reply:
            return json.load(reply)

    def patch(self, path, change):
        return self.ask("PATCH", path, change, "application/merge-patch+json")

    def versions(self):
        """Resource -> namespace/name -> version, by a plain list."""
        found = {}
        for resource, path in PATHS.items():
            found[resource] = {
                f"{i['metadata'].get('namespace', '')}/{i['metadata']['name']}":
                    i["metadata"]["resourceVersion"] for i in self.ask("GET", path)["items"]}
        return found

    def make_account(self, name):
        """A service account anew; the path of it. Tokens of one of the same name are void."""
        accounts = "/api/v1/namespaces/default/serviceaccounts"
        if name in [i["metadata"]["name"] for i in self.ask("GET", accounts)["items"]]:
            self.ask("DELETE", f"{accounts}/{name}")
        self.ask("POST", accounts, {"metadata": {"name": name}})
        return f"{accounts}/{name}"

    def token_of(self, account):
        return self.ask("POST", account + "/token", {"spec": {"expirationSeconds": 600}})[
            "status"]["token"]

    def let_read(self, name):
        """The service account may read what the dashboard shows, and nothing else."""
        self.ask("POST", RBAC + "/clusterroles", {"metadata": {"name": name}, "rules": READER})
        self.ask("POST", RBAC + "/clusterrolebindings", {
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                        "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}]})

    def register_metrics(self, port):
        """The API server asks what listens there, over TLS, for all of metrics.k8s.io."""
        self.ask("POST", "/api/v1/namespaces/default/services", {
            "metadata": {"name": "metrics-server"},
            "spec": {"type": "ExternalName", "externalName": "localhost"}})
        self.ask("POST", API_SERVICES, {
            "metadata": {"name": METRICS_VERSION}, "spec": {
                "service": {"name": "metrics-server", "namespace": "default", "port": port},
                "group": "metrics.k8s.io", "version": "v1beta1", "insecureSkipTLSVerify": True,
                "groupPriorityMinimum": 100, "versionPriority": 100}})

    def unregister_metrics(self):
        self.ask("DELETE", f"{API_SERVICES}/{METRICS_VERSION}")
        self.ask("DELETE", "/api/v1/namespaces/default/services/metrics-server")

    def serves_metrics(self):
        """Whether the API server has found what is registered."""
        status = self.ask("GET", f"{API_SERVICES}/{METRICS_VERSION}").get("status", {})
        return {"Available": "True"}.items() <= {
            each["type"]: each["status"] for each in status.get("conditions", [])}.items()

    def kubeconfig(self):
        path = self._directory / "kubeconfig"
        ca = base64.b64encode(pathlib.Path(self.ca_file).read_bytes()).decode()
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": self.url,
                                                   "certificate-authority-data": ca}}],
            "users": [{"name": "u", "user": {"token": ADMIN_TOKEN}}]}))
        return str(path)

    def _gates(self):
        """1.20 takes etcd's notifications only when asked to; later ones remember what was
        compacted away, for a minute, unless asked not to."""
        version = subprocess.run([BINARY, "--version"], capture_output=True, text=True,
                                 check=True).stdout
        gate = "EfficientWatchResumption=true" if "v1.20." in version else \
            "ListFromCacheSnapshot=false"
        return ["--feature-gates", gate]

    def _is_ready(self):
        try:
            # The namespace appears when everything that the server sets up is there.
            return self.ask("GET", "/api/v1/namespaces/default")
        except (urllib.error.URLError, OSError):
            return None

    def _make_files(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self._directory, check=True,
                           capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem", "-days", "2", "-subj", "/CN=ca")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out",
                "server.csr", "-subj", "/CN=server")
        (self._directory / "names").write_text("subjectAltName=IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names")
        (self._directory / "tokens.csv").write_text(f'{ADMIN_TOKEN},admin,1,"system:masters"\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.__exit__()
        self._etcd.__exit__()
