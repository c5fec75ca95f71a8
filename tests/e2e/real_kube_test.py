"""The dashboard against a real kube-apiserver and etcd, over TLS with a token. Needs
SPANHOUND_BUILD (build/release) and build/kube/kube-apiserver (tools/kube_apiserver.sh)."""

import base64
import json
import pathlib
import random
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from dashboard import ROOT, Dashboard, Process, free_port, request, wait_until  # noqa: E402

SEED, CHANGES, RESTARTS, COMPACTIONS = 20261125, 1200, 3, 2
TOKEN = "letmein"
PLACES = ("default", "one", "two")
PATHS = {"namespaces": "/api/v1/namespaces", "nodes": "/api/v1/nodes", "pods": "/api/v1/pods",
         "deployments": "/apis/apps/v1/deployments", "services": "/api/v1/services"}


class Cluster:
    """etcd and a kube-apiserver in a directory; use in a `with` statement."""

    def __init__(self, directory):
        self._directory = pathlib.Path(directory)
        self._etcd_url = f"http://127.0.0.1:{free_port()}"
        self._port = free_port()
        self.url = f"https://127.0.0.1:{self._port}"
        self._make_files()
        self._tls = ssl.create_default_context(cafile=self._directory / "ca.pem")
        self._etcd = Process("etcd", [
            "etcd", "--data-dir", str(self._directory / "etcd"), "--listen-client-urls",
            self._etcd_url, "--advertise-client-urls", self._etcd_url, "--listen-peer-urls",
            f"http://127.0.0.1:{free_port()}", "--unsafe-no-fsync"])
        self._etcd.wait_for("ready to serve client requests")
        self.start()

    def start(self):
        self._server = Process("kube-apiserver", [
            str(ROOT / "build/kube/kube-apiserver"), "--etcd-servers", self._etcd_url,
            "--bind-address", "127.0.0.1", "--secure-port", str(self._port),
            "--tls-cert-file", str(self._directory / "server.pem"),
            "--tls-private-key-file", str(self._directory / "server.key"),
            "--token-auth-file", str(self._directory / "tokens.csv"),
            "--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24",
            "--service-account-issuer", "https://kubernetes.example",
            "--service-account-key-file", str(self._directory / "server.key"),
            "--service-account-signing-key-file", str(self._directory / "server.key"),
            "--disable-admission-plugins", "ServiceAccount,NamespaceLifecycle",
            "--etcd-compaction-interval", "0", "--cert-dir", str(self._directory / "certs")])
        wait_until("the API server", self._is_ready, seconds=60)

    def stop(self):
        self._server.kill()

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
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": kind})
        with urllib.request.urlopen(outgoing, timeout=20, context=self._tls) as reply:
            return json.load(reply)

    def versions(self):
        """Resource -> namespace/name -> version, by a plain list."""
        found = {}
        for resource, path in PATHS.items():
            found[resource] = {
                f"{i['metadata'].get('namespace', '')}/{i['metadata']['name']}":
                    i["metadata"]["resourceVersion"] for i in self.ask("GET", path)["items"]}
        return found

    def kubeconfig(self):
        path = self._directory / "kubeconfig"
        ca = base64.b64encode((self._directory / "ca.pem").read_bytes()).decode()
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": self.url,
                                                   "certificate-authority-data": ca}}],
            "users": [{"name": "u", "user": {"token": TOKEN}}]}))
        return str(path)

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
        (self._directory / "tokens.csv").write_text(f'{TOKEN},admin,1,"system:masters"\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.__exit__()
        self._etcd.__exit__()


class Churn:
    """Random changes through the API, by its own rules."""

    def __init__(self, cluster, seed):
        self._cluster, self._random = cluster, random.Random(seed)
        self._made = {resource: set() for resource in PATHS}
        for name in PLACES[1:]:
            cluster.ask("POST", PATHS["namespaces"], {"metadata": {"name": name}})

    def change(self):
        resource = self._random.choice(["pods"] * 6 + ["namespaces", "nodes", "deployments",
                                                       "services"])
        made = sorted(self._made[resource])
        chance = self._random.random()
        if made and chance < 0.25:
            path = self._random.choice(made)
            self._made[resource].remove(path)
            return self._cluster.ask("DELETE", path + "?gracePeriodSeconds=0")
        if made and chance < 0.6:
            return self._cluster.ask("PATCH", self._random.choice(made), {"metadata": {"labels": {
                "l": str(self._random.randrange(10 ** 6))}}}, "application/merge-patch+json")
        return self._create(resource)

    def _create(self, resource):
        name = f"o{self._random.randrange(10 ** 9)}"
        body = {"metadata": {"name": name}}
        container = {"name": "c", "image": "example/c:1",
                     "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}
        if resource == "pods":
            body["spec"] = {"containers": [container], "nodeName": "n1"}
        elif resource == "deployments":
            labels = {"app": name}
            body["spec"] = {"replicas": 2, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels}, "spec": {"containers": [container]}}}
        elif resource == "services":
            body["spec"] = {"ports": [{"port": 80}]}
        path = PATHS[resource]
        if resource in ("pods", "deployments", "services"):
            head, _, tail = path.rpartition("/")
            path = f"{head}/namespaces/{self._random.choice(PLACES)}/{tail}"
        if resource == "services" and len(self._made[resource]) > 100:
            return None  # the range of addresses has an end
        self._cluster.ask("POST", path, body)
        self._made[resource].add(f"{path}/{name}")
        return None


class RealKubernetesTest(unittest.TestCase):
    def test_no_difference_after_changes_restarts_and_compactions(self):
        with tempfile.TemporaryDirectory(prefix="kube-") as directory, \
                Cluster(directory) as cluster:
            churn = Churn(cluster, SEED)
            cluster.ask("POST", PATHS["nodes"], {"metadata": {"name": "n1"}})
            flags = {"--kubeconfig": cluster.kubeconfig(), "--kube-page-size": "20",
                     "--cache-seconds": "0"}
            with Dashboard(back_flags=flags, kube_up=False) as dashboard:
                for number in range(1, CHANGES + 1):
                    churn.change()
                    if number % (CHANGES // RESTARTS) == 0:
                        cluster.stop()
                        if number // (CHANGES // RESTARTS) <= COMPACTIONS:
                            cluster.compact()
                        cluster.start()
                self.check_same(dashboard, cluster)
                self.check_fields(dashboard, cluster)
                self.check_traces(dashboard)

    def check_same(self, dashboard, cluster):
        expected = cluster.versions()
        try:
            wait_until("the last event", lambda: self.kept(dashboard, expected) == expected, 30)
        except RuntimeError:
            pass  # what follows tells the difference
        self.assertEqual(self.kept(dashboard, expected), expected)
        self.assertGreater(len(expected["pods"]), 50)

    @staticmethod
    def kept(dashboard, expected):
        found = {}
        for resource in ("namespaces", "nodes"):
            answer = dashboard.get(f"/api/{resource}").json()
            found[resource] = {f"/{each['name']}": each["resourceVersion"]
                               for each in answer.get(resource, [])}
        places = [key[1:] for key in expected["namespaces"]]
        for resource in ("pods", "deployments", "services"):
            found[resource] = {}
            for place in places:
                answer = dashboard.get(f"/api/{resource}?namespace={place}").json()
                found[resource].update({f"{place}/{each['name']}": each["resourceVersion"]
                                        for each in answer.get(resource, [])})
        return found

    def check_fields(self, dashboard, cluster):
        pods = {f"{i['metadata']['namespace']}/{i['metadata']['name']}": i
                for i in cluster.ask("GET", PATHS["pods"])["items"]}
        for shown in dashboard.get("/api/pods?namespace=one").json()["pods"]:
            real = pods[f"one/{shown['name']}"]
            self.assertEqual(shown["phase"], real["status"]["phase"])
            self.assertEqual(shown["created"], real["metadata"]["creationTimestamp"])
            self.assertEqual(shown["requested"], {"cpuMillis": 100, "memoryBytes": 64 << 20})
        node, = [n for n in dashboard.get("/api/nodes").json()["nodes"] if n["name"] == "n1"]
        self.assertEqual(node["pods"], len(pods))
        service = dashboard.get("/api/services?namespace=default").json()["services"][0]
        self.assertTrue(service["clusterIP"].startswith("10.0.0."))
        # This cluster has no metrics-server, and says so by 404.
        self.assertIn("no metrics API", dashboard.get("/api/nodes").json()["usageMissing"])

    def check_traces(self, dashboard):
        spans = dashboard.collector.all_spans()
        lists = [s for s in spans if s.name == "informer list pods"]
        # The first, and one after each compaction of which a watch told "Expired".
        self.assertGreaterEqual(len(lists), 1 + COMPACTIONS)
        expired = [s for s in spans if any("too old resource version" in str(e) or
                                           "Expired" in str(e) for e in s.events)]
        self.assertTrue(expired)
        answer = dashboard.get("/api/pods?namespace=two")
        dashboard.trace(answer, 8)
        self.assertEqual(request("GET", f"http://127.0.0.1:{dashboard.front.port}/").status, 200)


if __name__ == "__main__":
    unittest.main()
