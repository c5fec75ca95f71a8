"""Random changes to the stand-in's objects, with watches cut and versions expired in between; the
same seed makes the same changes."""

import random
import threading

import sample_objects

HOW_TO_CUT = ("clean", "abrupt", "torn")
POPULATION = 300  # objects of a resource, about


def random_object(rng, resource, number):
    name = f"o{number}"
    place = rng.choice(sample_objects.NAMESPACES)
    if resource == "namespaces":
        return sample_objects.namespace(name)
    if resource == "nodes":
        return sample_objects.node(name)
    if resource == "pods":
        return sample_objects.pod(place, name, rng.choice(sample_objects.NODES),
                                  rng.choice(("Pending", "Running", "Failed")), rng.randrange(9))
    if resource == "deployments":
        return sample_objects.deployment(place, name, rng.randrange(9))
    return sample_objects.service(place, name, rng.randrange(1, 65536))


class Churn:
    """Runs on a thread of its own until all is done."""

    def __init__(self, cluster, seed, changes, cuts, expiries):
        self._cluster, self._rng = cluster, random.Random(seed)
        self._changes, self._cuts, self._expiries = changes, cuts, expiries
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def running(self):
        return self._thread.is_alive()

    def _run(self):
        # Mostly pods, as in life.
        resources = ["pods"] * 6 + ["namespaces", "nodes", "deployments", "services"]
        for number in range(self._changes):
            resource = self._rng.choice(resources)
            self._change(resource)
            if self._due(number, self._expiries):
                self._cluster.cut(resource, self._rng.choice(HOW_TO_CUT), expires=True)
            elif self._due(number, self._cuts):
                self._cluster.cut(resource, self._rng.choice(HOW_TO_CUT))

    def _due(self, number, times):
        """Spreads `times` over all changes."""
        return times and (number + 1) * times // self._changes > number * times // self._changes

    def _change(self, resource):
        if self._rng.random() < 0.3:
            made = [key for key in self._cluster.keys(resource) if key[1].startswith("o")]
            if made:
                return self._cluster.delete(resource, self._rng.choice(made))
        return self._cluster.put(resource, random_object(
            self._rng, resource, self._rng.randrange(POPULATION)))
