"""The metrics API as clients of a cluster meet it: metrics-server's answers behind the API server's
aggregation layer, which answers for it when it is down, and knows nothing of it when it is absent."""

import datetime

import sample_objects

GROUP = "metrics.k8s.io"
VERSION = GROUP + "/v1beta1"
STATES = ("up", "down", "absent")
# What a real API server says, and not as a Status object.
NO_SERVICE, NO_PATH = "service unavailable\n", "404 page not found\n"
RESOURCES = [{"name": name, "singularName": "", "namespaced": namespaced, "kind": kind,
              "verbs": ["get", "list"]}
             for name, namespaced, kind in (("nodes", False, "NodeMetrics"),
                                            ("pods", True, "PodMetrics"))]


class MetricsApi:
    def __init__(self, cluster, state):
        self._cluster = cluster
        self._usage = {}  # name -> what it uses, where a test has said so
        self.state = state

    def set_state(self, state):
        if state not in STATES:
            raise ValueError(state)
        self.state = state

    def set_usage(self, name, usage):
        """As the API shall write it, right or wrong."""
        self._usage[name] = usage

    def groups(self):
        """Of it in /apis: it is registered there while it is down, too."""
        if self.state == "absent":
            return []
        version = {"groupVersion": VERSION, "version": VERSION.rpartition("/")[2]}
        return [{"name": GROUP, "versions": [version], "preferredVersion": version}]

    def answer(self, path):
        """(status, an object or text) for a path below /apis/, or None if it is another group's."""
        if path.split("/")[0] != GROUP:
            return None
        if self.state == "absent":
            return 404, NO_PATH
        if path == GROUP:
            return 200, {"kind": "APIGroup", "apiVersion": "v1", **self.groups()[0]}
        if self.state == "down":
            return 503, NO_SERVICE
        if path == VERSION:
            return 200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": VERSION,
                         "resources": RESOURCES}
        if path == VERSION + "/nodes":
            return 200, self._list("NodeMetricsList", "nodes", self._of_node)
        if path == VERSION + "/pods":
            return 200, self._list("PodMetricsList", "pods", self._of_pod)
        return 404, NO_PATH

    def _list(self, kind, resource, measured):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        items = []
        for each in self._cluster.objects(resource):
            found = {name: each["metadata"][name] for name in ("name", "namespace", "labels")
                     if name in each["metadata"]}
            items.append({"metadata": {**found, "creationTimestamp": now}, "timestamp": now,
                          "window": "20.013s", **measured(each)})
        return {"kind": kind, "apiVersion": VERSION, "metadata": {}, "items": items}

    def _usage_of(self, name):
        return self._usage.get(name, sample_objects.usage_of(name))

    def _of_node(self, node):
        return {"usage": self._usage_of(node["metadata"]["name"])}

    def _of_pod(self, pod):
        return {"containers": [{"name": c["name"], "usage": self._usage_of(pod["metadata"]["name"])}
                               for c in pod["spec"]["containers"]]}
