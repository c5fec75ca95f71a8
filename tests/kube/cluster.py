"""The state behind the stand-in API server: objects, their versions and the history that watches
are served from. Behaves as etcd and the API server do: one version counter for everything, lists
in chunks of one version, 410 for versions that were compacted away."""

import base64
import binascii
import json
import threading
import time

import sample_objects

# resource -> (path, kind of an object, kind of a list)
RESOURCES = {
    "namespaces": ("/api/v1/namespaces", "Namespace", "NamespaceList"),
    "nodes": ("/api/v1/nodes", "Node", "NodeList"),
    "pods": ("/api/v1/pods", "Pod", "PodList"),
    "deployments": ("/apis/apps/v1/deployments", "Deployment", "DeploymentList"),
    "services": ("/api/v1/services", "Service", "ServiceList"),
}
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound",
           405: "MethodNotAllowed", 410: "Expired", 429: "TooManyRequests", 500: "InternalError",
           503: "ServiceUnavailable", 504: "Timeout"}
REQUESTS_KEPT_MAX = 1000
WATCH_SECONDS_MAX = 30  # until somebody watches what is to be cut
FIRST_VERSION = 196


class ApiError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def status_object(code, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": REASONS.get(code, "Unknown"), "code": code}


class Watch:
    """One open watch: what has been sent, and whether it is to be cut."""

    def __init__(self, resource, version):
        self.resource, self.version = resource, version
        self.cut = None  # "clean", "abrupt" or "torn" (in the middle of an event)


class Cluster:
    """All of it behind one condition, which is notified of every change."""

    def __init__(self, names, token):
        self.changed = threading.Condition()
        self._version = FIRST_VERSION
        self._oldest = FIRST_VERSION
        self._objects = {resource: {} for resource in RESOURCES}
        self._history = []  # (version, type, resource, object)
        self._chunks = {}   # version -> resource -> what the lists of that version go on with
        self._watches = set()
        self._token = token
        self._failures = []
        self._requests = []
        self.counts = {"lists": 0, "watches": 0, "cuts": 0, "expired": 0}
        for resource, each in sample_objects.sample_cluster(names):
            self.put(resource, each)

    # What is asked for.

    def list(self, resource, limit, token):
        with self.changed:
            version, start = self._continued(token)
            if token:
                items = self._chunks.get(version, {}).get(resource)
                if items is None:
                    raise ApiError(410, "The provided continue parameter is too old to display a "
                                        "consistent list result.")
            else:
                self.counts["lists"] += 1
                version = self._version
                items = [self._objects[resource][key] for key in sorted(self._objects[resource])]
            end = start + limit if limit > 0 else len(items)
            found = {"resourceVersion": str(version)}
            if end < len(items):
                self._chunks.setdefault(version, {})[resource] = items
                text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": end})
                found["continue"] = base64.urlsafe_b64encode(text.encode()).decode()
                found["remainingItemCount"] = len(items) - end
            path, _, kind = RESOURCES[resource]
            api = "apps/v1" if path.startswith("/apis/apps") else "v1"
            return {"kind": kind, "apiVersion": api, "metadata": found, "items": items[start:end]}

    @staticmethod
    def _continued(token):
        if not token:
            return None, 0
        try:
            found = json.loads(base64.urlsafe_b64decode(token))
            return int(found["rv"]), int(found["start"])
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise ApiError(400, "continue key is not valid") from None

    def open_watch(self, resource, version):
        with self.changed:
            if version < self._oldest:
                self.counts["expired"] += 1
                raise ApiError(410, f"too old resource version: {version} ({self._oldest})")
            if version > self._version:
                raise ApiError(504, f"Too large resource version: {version}, current: "
                                    f"{self._version}")
            watch = Watch(resource, version)
            self._watches.add(watch)
            self.counts["watches"] += 1
            self.changed.notify_all()
            return watch

    def watched(self):
        """Resources with a watch that is open."""
        with self.changed:
            return sorted({watch.resource for watch in self._watches if not watch.cut})

    def close_watch(self, watch):
        with self.changed:
            self._watches.discard(watch)
            self.changed.notify_all()

    def next_events(self, watch, seconds):
        """What has happened since, after at most `seconds`. All of it is of this version."""
        with self.changed:
            self.changed.wait_for(
                lambda: watch.cut or self._version > watch.version, timeout=seconds)
            events = [(kind, each) for version, kind, resource, each in self._since(watch.version)
                      if resource == watch.resource]
            watch.version = self._version
            return events, self._version

    def _since(self, version):
        start = len(self._history)
        while start > 0 and self._history[start - 1][0] > version:
            start -= 1
        return self._history[start:]

    def objects(self, resource):
        with self.changed:
            return list(self._objects[resource].values())

    # What changes.

    def put(self, resource, each):
        with self.changed:
            key = (each["metadata"].get("namespace", ""), each["metadata"]["name"])
            known = key in self._objects[resource]
            self._version += 1
            each = {**each, "metadata": {**each["metadata"], "resourceVersion": str(self._version)}}
            self._objects[resource][key] = each
            self._note("MODIFIED" if known else "ADDED", resource, each)

    def delete(self, resource, key):
        with self.changed:
            each = self._objects[resource].pop(key)
            self._version += 1
            each = {**each, "metadata": {**each["metadata"], "resourceVersion": str(self._version)}}
            self._note("DELETED", resource, each)

    def _note(self, kind, resource, each):
        _, object_kind, _ = RESOURCES[resource]
        self._history.append((self._version, kind, resource,
                              {"kind": object_kind, "apiVersion": "v1", **each}))
        self.changed.notify_all()

    def keys(self, resource):
        with self.changed:
            return sorted(self._objects[resource])

    def expire(self):
        """Compaction: nobody can go on from a version of the past."""
        with self.changed:
            self._version += 1
            self._oldest = self._version
            # An open watch has all its events in memory; only new ones are refused.
            start = min((watch.version for watch in self._watches), default=self._version)
            self._history = self._since(start)
            self._chunks.clear()

    def cut(self, resource, how, expires=False):
        """Cuts the open watches of a resource, waiting for one if there is none; False if none comes.
        With `expires` whoever watched has to list: nobody can go on from what they have brought."""
        with self.changed:
            def open_ones():
                return [w for w in self._watches if w.resource == resource and not w.cut]
            if not self.changed.wait_for(open_ones, timeout=WATCH_SECONDS_MAX):
                return False
            if expires:
                self.expire()
            for watch in open_ones():
                watch.cut = how
                self.counts["cuts"] += 1
            self.changed.notify_all()
            return True

    def state(self):
        with self.changed:
            return {resource: {"/".join(key): each["metadata"]["resourceVersion"]
                               for key, each in objects.items()}
                    for resource, objects in self._objects.items()}

    # What goes wrong, and who asked.

    def set_token(self, token):
        with self.changed:
            self._token = token

    def may(self, authorization):
        with self.changed:
            return not self._token or authorization == "Bearer " + self._token

    def plan_failure(self, query):
        with self.changed:
            self._failures.append({
                "left": int(query.get("count", 1)), "after": int(query.get("after", 0)),
                "status": int(query.get("status", 0)), "event": int(query.get("event", 0)),
                "delay_ms": int(query.get("delay_ms", 0)),
                "hang_up": "hang_up" in query,
                "path": query.get("path", ""), "retry_after": query.get("retry_after")})

    def plan_no_failure(self):
        with self.changed:
            self._failures.clear()

    def take_failure(self, target):
        with self.changed:
            for failure in self._failures:
                if failure["left"] <= 0 or failure["path"] not in target:
                    continue
                if failure["after"] > 0:
                    failure["after"] -= 1
                    continue
                failure["left"] -= 1
                return dict(failure)
            return None

    def note_request(self, path, headers):
        with self.changed:
            self._requests.append({"path": path, "headers": headers, "seconds": time.time()})
            del self._requests[:-REQUESTS_KEPT_MAX]

    def requests(self):
        with self.changed:
            return list(self._requests)
