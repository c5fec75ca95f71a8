"""Objects as a Kubernetes API server has them, with the fields that clients look at."""

import zlib

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "weiyun")
NODES = ("k3s-master", "k3s-worker-1", "k3s-worker-2")
CREATED = "2023-11-04T14:11:37Z"


def metadata(name, namespace=None, labels=None):
    found = {"name": name, "uid": f"0b5a6c1e-7f2d-4c4e-9c0b-{zlib.crc32(name.encode()):012x}",
             "creationTimestamp": CREATED, "labels": labels or {}}
    if namespace:
        found["namespace"] = namespace
    return found


def namespace(name):
    return {"metadata": metadata(name, labels={"kubernetes.io/metadata.name": name}),
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Terminating" if name == "terminating" else "Active"}}


def node(name):
    return {"metadata": metadata(name), "spec": {},
            "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
                       "nodeInfo": {"kubeletVersion": "v1.27.6+k3s1"},
                       "conditions": [{"type": "MemoryPressure", "status": "False"},
                                      {"type": "Ready", "status": "True"}]}}


def pod(namespace_name, name, node_name, phase="Running", restarts=0, reason=None):
    container = {"name": "main", "image": "example/main:1", "resources": {
        "requests": {"cpu": "100m", "memory": "64Mi"}}}
    state = {"waiting": {"reason": reason}} if reason else {"running": {"startedAt": CREATED}}
    return {"metadata": metadata(name, namespace_name),
            "spec": {"nodeName": node_name, "containers": [container]},
            "status": {"phase": phase, "podIP": "10.42.0.7", "containerStatuses": [
                {"name": "main", "ready": reason is None, "restartCount": restarts,
                 "state": state}]}}


def deployment(namespace_name, name, replicas):
    return {"metadata": metadata(name, namespace_name), "spec": {"replicas": replicas},
            "status": {"replicas": replicas, "readyReplicas": replicas,
                       "updatedReplicas": replicas, "availableReplicas": replicas}}


def service(namespace_name, name, port):
    return {"metadata": metadata(name, namespace_name),
            "spec": {"type": "ClusterIP", "clusterIP": "10.43.0.10",
                     "ports": [{"port": port, "protocol": "TCP"}]}}


def sample_cluster(names):
    """(resource, object) of a small k3s cluster."""
    yield from (("namespaces", namespace(name)) for name in names)
    yield from (("nodes", node(name)) for name in NODES)
    for place, (name, app, port) in enumerate((
            ("kube-system", "coredns", 53), ("kube-system", "metrics-server", 443),
            ("monitoring", "prometheus", 9090), ("weiyun", "dashboard2api", 6337),
            ("weiyun", "dashboard2ui", 9090))):
        if name in names:
            yield "deployments", deployment(name, app, 2)
            yield "services", service(name, app, port)
            for copy in range(2):
                yield "pods", pod(name, f"{app}-{copy}", NODES[(place + copy) % len(NODES)])
    if "weiyun" in names:
        yield "pods", pod("weiyun", "dashboard2ui-broken", NODES[0], "Pending", 7,
                          "CrashLoopBackOff")


def usage_of(name):
    """Some usage, the same at each call."""
    number = zlib.crc32(name.encode())
    return {"cpu": f"{number % 500_000_000}n", "memory": f"{number % 200_000 + 1000}Ki"}
