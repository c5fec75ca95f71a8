"""The dashboard against a real kube-apiserver and etcd, over TLS with a token. Needs
SPANHOUND_BUILD (build/release) and build/kube/kube-apiserver (tools/kube_apiserver.sh)."""

import os
import pathlib
import random
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kube"))

import sample_objects  # noqa: E402
from dashboard import Dashboard, request, start_kube, wait_until  # noqa: E402
from kube_cluster import PATHS, Cluster  # noqa: E402

SEED, CHANGES, RESTARTS, COMPACTIONS = 20261125, 1200, 3, 2
PLACES = ("default", "one", "two")
INFORMER_ANSWERS = {"--cache-seconds": "0"}
CONTAINER = {"name": "c", "image": "example/c:1",
             "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}
# The API server sends bookmarks about once a minute.
BOOKMARK_SECONDS_MAX = 100


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
            return self._cluster.patch(self._random.choice(made), {"metadata": {"labels": {
                "l": str(self._random.randrange(10 ** 6))}}})
        return self._create(resource)

    def _create(self, resource):
        name = f"o{self._random.randrange(10 ** 9)}"
        body = {"metadata": {"name": name}}
        if resource == "pods":
            body["spec"] = {"containers": [CONTAINER], "nodeName": "n1"}
        elif resource == "deployments":
            labels = {"app": name}
            body["spec"] = {"replicas": 2, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}}
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
    @classmethod
    def setUpClass(cls):
        cls._directory = tempfile.TemporaryDirectory(prefix="kube-")
        cls.addClassCleanup(cls._directory.cleanup)
        cls.cluster = Cluster(cls._directory.name)
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.ask("POST", PATHS["nodes"], {"metadata": {"name": "n1"}})

    def dashboard(self, **flags):
        named = {"--" + name.replace("_", "-"): value for name, value in flags.items()}
        if "--kube-url" not in named:
            named["--kubeconfig"] = self.cluster.kubeconfig()
        return Dashboard(back_flags={**INFORMER_ANSWERS, **named}, kube_up=False)

    def test_no_difference_after_changes_restarts_and_compactions(self):
        cluster, churn = self.cluster, Churn(self.cluster, SEED)
        with self.dashboard(kube_page_size="20") as dashboard:
            for number in range(1, CHANGES + 1):
                churn.change()
                if number % (CHANGES // RESTARTS) == 0:
                    cluster.stop()
                    if number // (CHANGES // RESTARTS) <= COMPACTIONS:
                        cluster.compact()
                    cluster.start()
            self.check_same(dashboard)
            self.check_fields(dashboard)
            self.check_traces(dashboard)

    def check_same(self, dashboard):
        expected = self.cluster.versions()
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

    def check_fields(self, dashboard):
        pods = {f"{i['metadata']['namespace']}/{i['metadata']['name']}": i
                for i in self.cluster.ask("GET", PATHS["pods"])["items"]}
        for shown in dashboard.get("/api/pods?namespace=one").json()["pods"]:
            real = pods[f"one/{shown['name']}"]
            self.assertEqual(shown["phase"], real["status"]["phase"])
            self.assertEqual(shown["created"], real["metadata"]["creationTimestamp"])
            self.assertEqual(shown["requested"], {"cpuMillis": 100, "memoryBytes": 64 << 20})
        node = self.one(dashboard, "/api/nodes", "n1")
        self.assertEqual(node["pods"], sum(p["status"]["phase"] != "Failed"
                                           for p in pods.values()))
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

    @staticmethod
    def one(dashboard, path, name):
        """Of the objects in an answer, or nothing."""
        answer = dashboard.get(path).json()
        kind = path.partition("?")[0].rpartition("/")[2]
        return next((each for each in answer.get(kind, []) if each["name"] == name), None)

    def shown(self, dashboard, path, name, wanted):
        """The object, once it has what is wanted of it."""
        try:
            return wait_until(f"{name} in {path}", lambda: (
                lambda each: each if each and wanted.items() <= each.items() else None)(
                    self.one(dashboard, path, name)), seconds=5)
        except RuntimeError:
            self.assertEqual(self.one(dashboard, path, name), wanted)

    def test_what_is_made_and_told_through_the_api_is_in_the_answers(self):
        ask, patch = self.cluster.ask, self.cluster.patch
        ask("POST", PATHS["namespaces"], {"metadata": {"name": "told", "labels": {"a": "b"}}})
        with self.dashboard() as dashboard:
            self.make_objects("told")
            self.tell_status("told")
            requested = self.requested_by_pod()
            self.shown(dashboard, "/api/namespaces", "told", {"phase": "Active"})
            self.shown(dashboard, "/api/nodes", "told-node", {
                "ready": True, "unschedulable": False, "kubeletVersion": "v1.2.3", "pods": 1,
                "allocatable": {"cpuMillis": 3920, "memoryBytes": 7 << 30},
                "requested": requested})
            self.shown(dashboard, "/api/pods?namespace=told", "p", {
                "node": "told-node", "phase": "Running", "reason": "CrashLoopBackOff",
                "podIP": "10.1.2.3", "containers": 1, "containersReady": 0, "restarts": 3,
                "requested": requested})
            self.shown(dashboard, "/api/deployments?namespace=told", "d", {
                "replicas": 2, "ready": 1, "updated": 2, "available": 1})
            self.shown(dashboard, "/api/services?namespace=told", "headless", {
                "type": "ClusterIP", "clusterIP": "None", "ports": ["53/UDP", "80/TCP"]})
            patch(PATHS["nodes"] + "/told-node", {"spec": {"unschedulable": True}})
            self.shown(dashboard, "/api/nodes", "told-node", {"unschedulable": True})
            ask("DELETE", "/api/v1/namespaces/told/pods/p?gracePeriodSeconds=0")
            wait_until("the pod to be gone", lambda: not self.one(
                dashboard, "/api/pods?namespace=told", "p"), seconds=5)
            # Nothing but the kube-controller-manager ends this; what is there is shown.
            ask("DELETE", PATHS["namespaces"] + "/told")
            self.shown(dashboard, "/api/namespaces", "told", {"phase": "Terminating"})

    def make_objects(self, place):
        def post(path, body):
            head, _, tail = path.rpartition("/")
            self.cluster.ask("POST", f"{head}/namespaces/{place}/{tail}", body)
        self.cluster.ask("POST", PATHS["nodes"], {"metadata": {"name": "told-node"}})
        self.cluster.ask("POST", "/apis/node.k8s.io/v1/runtimeclasses", {
            "metadata": {"name": "heavy"}, "handler": "heavy",
            "overhead": {"podFixed": {"cpu": "50m", "memory": "8Mi"}}})
        sidecar = {**CONTAINER, "name": "s", "restartPolicy": "Always",
                   "resources": {"requests": {"cpu": "200m", "memory": "32Mi"}}}
        post(PATHS["pods"], {"metadata": {"name": "p"}, "spec": {
            "nodeName": "told-node", "runtimeClassName": "heavy", "containers": [CONTAINER],
            "initContainers": [sidecar]}})
        labels = {"app": "d"}
        post(PATHS["deployments"], {"metadata": {"name": "d"}, "spec": {
            "replicas": 2, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}}})
        post(PATHS["services"], {"metadata": {"name": "headless"}, "spec": {
            "clusterIP": "None", "ports": [{"name": "dns", "port": 53, "protocol": "UDP"},
                                           {"name": "http", "port": 80}]}})

    def tell_status(self, place):
        """What a kubelet and the kube-controller-manager would tell."""
        def tell(path, status):
            self.cluster.patch(path + "/status", {"status": status})
        tell(PATHS["nodes"] + "/told-node", {
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"kubeletVersion": "v1.2.3"},
            "capacity": {"cpu": "4", "memory": "8Gi"},
            "allocatable": {"cpu": "3920m", "memory": "7Gi"}})
        tell(f"/api/v1/namespaces/{place}/pods/p", {
            "phase": "Running", "podIP": "10.1.2.3", "podIPs": [{"ip": "10.1.2.3"}],
            "containerStatuses": [{
                "name": "c", "ready": False, "restartCount": 3, "image": "example/c:1",
                "imageID": "", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]})
        tell(f"/apis/apps/v1/namespaces/{place}/deployments/d", {
            "replicas": 2, "readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1})

    def requested_by_pod(self):
        """Container, sidecar and overhead; before 1.29 the sidecar only runs first."""
        version = self.cluster.ask("GET", "/version")["gitVersion"]
        if int(version.split(".")[1]) >= 29:
            return {"cpuMillis": 100 + 200 + 50, "memoryBytes": (64 + 32 + 8) << 20}
        return {"cpuMillis": 200 + 50, "memoryBytes": (64 + 8) << 20}

    def test_a_service_account_is_let_in_and_its_token_rotates(self):
        cluster, path = self.cluster, pathlib.Path(self._directory.name) / "token"
        def rotate(account):
            new = path.with_suffix(".new")
            new.write_text(cluster.token_of(account))
            os.replace(new, path)
        rotate(cluster.make_account("viewer"))
        with self.dashboard(kube_url=cluster.url, kube_ca_file=cluster.ca_file,
                            kube_token_file=str(path), kube_retry_ms="1000") as dashboard:
            refused = dashboard.get("/api/nodes")
            self.assertEqual(refused.status, 502)
            self.assertIn('forbidden: User "system:serviceaccount:default:viewer" cannot list',
                          refused.json()["error"])
            cluster.let_read("viewer")
            self.wait_until_current(dashboard)

            account = cluster.make_account("viewer")  # which voids the token
            cluster.stop()
            cluster.start()
            wait_until("a refusal", lambda: "answers 401" in dashboard.source("/api/nodes").get(
                "warning", ""), seconds=30)
            self.assertTrue(self.one(dashboard, "/api/nodes", "n1"))
            rotate(account)
            self.wait_until_current(dashboard)
            cluster.patch(PATHS["nodes"] + "/n1", {"spec": {"unschedulable": True}})
            self.shown(dashboard, "/api/nodes", "n1", {"unschedulable": True})
            cluster.patch(PATHS["nodes"] + "/n1", {"spec": {"unschedulable": None}})

    def test_metrics_come_through_the_aggregation_layer_while_something_serves_them(self):
        cluster, files = self.cluster, pathlib.Path(self._directory.name)
        tls = ["--tls-cert", str(files / "server.pem"), "--tls-key", str(files / "server.key")]
        cluster.ask("POST", PATHS["nodes"], {"metadata": {"name": "k3s-master"}})
        def missing():
            return dashboard.get("/api/nodes").json()["usageMissing"]
        with self.dashboard() as dashboard:
            wait_until("404 to be told", lambda: "no metrics API" in missing())
            with start_kube(*tls) as metrics:
                port = int(metrics.url.rpartition(":")[2])
                cluster.register_metrics(port)
                self.addCleanup(cluster.unregister_metrics)
                wait_until("the API service", cluster.serves_metrics, seconds=60)
                usage = wait_until("usage", lambda: self.one(
                    dashboard, "/api/nodes", "k3s-master")["usage"])
                served = sample_objects.usage_of("k3s-master")  # nanocores, rounded up, and KiB
                self.assertEqual((usage["cpuMillis"], usage["memoryBytes"]),
                                 (-(-int(served["cpu"].removesuffix("n")) // 10 ** 6),
                                  int(served["memory"].removesuffix("Ki")) << 10))
                self.assertEqual(missing(), "")
            wait_until("503 to be told", lambda: "answers 503" in missing())
            self.assertTrue(self.one(dashboard, "/api/nodes", "k3s-master")["usage"])
            with start_kube(*tls, port=port):
                wait_until("usage again", lambda: not missing(), seconds=60)
        self.doCleanups()
        with self.dashboard() as dashboard:
            wait_until("404 to be told", lambda: "no metrics API" in missing(), seconds=30)

    @staticmethod
    def wait_until_current(dashboard):
        for path in ("namespaces", "nodes", "pods?namespace=default",
                     "deployments?namespace=default", "services?namespace=default"):
            wait_until(path, lambda p=path: dashboard.is_current(f"/api/{p}"), seconds=30)

    def test_an_api_server_that_goes_away_and_comes_back(self):
        cluster = self.cluster
        with self.dashboard(kube_retry_ms="1000") as dashboard:
            for stop in (cluster.stop, cluster.stop_gracefully):
                self.wait_until_current(dashboard)
                stop()
                wait_until("a warning", lambda: "does not answer" in dashboard.source().get(
                    "warning", ""))
                answer = dashboard.get("/api/namespaces").json()
                self.assertIn("default", [n["name"] for n in answer["namespaces"]])
                cluster.start()
            self.wait_until_current(dashboard)

    def test_a_compaction_between_two_pages_of_a_list(self):
        for number in range(60):
            self.cluster.ask("POST", PATHS["nodes"], {"metadata": {"name": f"page-{number}"}})
        compacting = threading.Event()
        compacting.set()
        def compact():
            while compacting.is_set():
                self.cluster.patch(PATHS["nodes"] + "/n1", {"metadata": {"labels": {
                    "l": str(time.monotonic_ns())}}})
                self.cluster.compact()
        thread = threading.Thread(target=compact)
        thread.start()
        try:
            with self.dashboard(kube_page_size="1") as dashboard:
                dashboard.wait_for_span("a page that is too late", lambda s: (
                    s.name == "GET /api/v1/nodes" and
                    s.tags.get("http.response.status_code") == 410))
                compacting.clear()
                thread.join()
                self.wait_until_current(dashboard)
                expected = self.cluster.versions()["nodes"]
                wait_until("all nodes", lambda: {
                    f"/{n['name']}": n["resourceVersion"]
                    for n in dashboard.get("/api/nodes").json()["nodes"]} == expected)
        finally:
            compacting.clear()
            thread.join()

    def test_bookmarks_move_a_watch_on_that_brings_nothing(self):
        with self.dashboard() as dashboard:
            before = int(dashboard.source("/api/services?namespace=default")["resourceVersion"])
            def moved_on():
                self.cluster.patch(PATHS["nodes"] + "/n1", {"metadata": {"labels": {
                    "b": str(time.monotonic_ns())}}})
                time.sleep(1)
                source = dashboard.source("/api/services?namespace=default")
                return int(source["resourceVersion"]) > before
            wait_until("a bookmark", moved_on, seconds=BOOKMARK_SECONDS_MAX)


if __name__ == "__main__":
    unittest.main()
