"""The dashboard with parts failing: Redis and the Kubernetes API killed, hanging, refusing and
lying, tokens and certificates, and the informer under thousands of changes. What fails is told in
trace and log, and everything heals without a hand. Needs SPANHOUND_BUILD (build/release)."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kube"))

import sample_objects  # noqa: E402
from dashboard import (BACK, BACK_FLAGS, FRONT, NAMESPACES, Dashboard, json_lines, request,  # noqa: E402
                       wait_until)

SEED = int(os.environ.get("SPANHOUND_CHURN_SEED", "20261125"))
CHANGES, CUTS, EXPIRIES = 10_000, 200, 50
INFORMER_ANSWERS = {"--cache-seconds": "0"}
REDIS_REST_SECONDS = 1  # kRestAfterFailure of cache/redis_client.h


class RedisFaultsTest(unittest.TestCase):
    def test_killed_and_started_again(self):
        with Dashboard() as dashboard:
            dashboard.get("/api/namespaces")
            wait_until("Redis to be used", lambda: dashboard.source().get("name") == "redis")
            dashboard.redis.kill()
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.status, 200)
            self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
            self.assertEqual(answer.json()["source"]["name"], "informer")

            trace = dashboard.trace(answer, 6)
            self.assertLessEqual({"cache read"}, {s.name for s in trace.spans
                                                  if s.tags.get("error")})
            self.assertFalse(trace.one(BACK, "server").tags.get("error"))
            read = trace.one(BACK, "internal", "cache read")
            self.assertIn("Redis at 127.0.0.1:", read.events[-1]["exception.message"])
            dashboard.back_logged("warn", "goes on without Redis", trace.root.trace_id)

            run = dashboard.wait_for_span("a failing cron run", lambda s: (
                s.name == "cron measure usage" and s.tags.get("error")))
            dashboard.error_logged("measurements are not in Redis", run.trace_id)
            usage = dashboard.get("/api/nodes").json()["nodes"][0]["usage"]
            self.assertGreater(usage["memoryBytes"], 0)  # from the board

            dashboard.start_redis()
            wait_until("Redis to be used again",
                       lambda: dashboard.source().get("name") == "redis")
            wait_until("the cron job to write again", lambda: dashboard.redis.command(
                "EXISTS", dashboard.key("usage:nodes")) == ":1")

    def test_a_restart_between_two_requests_is_not_noticed(self):
        # The cron job runs once: while Redis is down it would notice, and requests go on without.
        with Dashboard(back_flags={"--cron-seconds": "3600"}) as dashboard:
            dashboard.wait_for_span("the cron run", lambda s: s.name == "cron measure usage")
            dashboard.get("/api/namespaces")
            dashboard.redis.kill()
            dashboard.start_redis()
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.json()["source"]["name"], "informer")
            trace = dashboard.trace(answer, 8)
            # The connection that was kept is dead, the next is good.
            self.assertLessEqual({s.name for s in trace.spans if s.tags.get("error")}, {"GET"})
            trace.one(BACK, "client", "SET")

    def test_a_hanging_redis_delays_a_request_once(self):
        with Dashboard(back_flags={"--redis-timeout-ms": "300"}) as dashboard:
            dashboard.get("/api/namespaces")
            dashboard.redis.popen.send_signal(signal.SIGSTOP)
            started = time.monotonic()
            answers = [dashboard.get("/api/namespaces") for _ in range(20)]
            rests = int((time.monotonic() - started) / REDIS_REST_SECONDS)
            self.assertEqual({a.json()["source"]["name"] for a in answers}, {"informer"})
            asked = [s for a in answers for s in dashboard.trace(a, 6).spans if s.name == "GET"]
            self.assertLessEqual(len(asked), 1 + rests)  # once, and once more after each rest
            dashboard.redis.popen.send_signal(signal.SIGCONT)
            wait_until("Redis to be used again",
                       lambda: dashboard.source().get("name") == "redis")

    def test_values_that_are_none_of_ours(self):
        with Dashboard() as dashboard:
            key = dashboard.key("namespaces")
            for poison in (b"", b"\xff" * 100, b"\x1a\xff\xff\xff\xff\x0f", b"\x08\x01\x1a\x02\x0a\x05"):
                dashboard.redis.command("SET", key, poison)
                answer = dashboard.get("/api/namespaces")
                self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
            dashboard.redis.command("DEL", key)
            dashboard.redis.command("LPUSH", key, "x")
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.json()["source"]["name"], "informer")
            get = dashboard.trace(answer, 6).one(BACK, "client", "GET")
            self.assertEqual(get.tags["db.response.status_code"], "WRONGTYPE")


class KubernetesFaultsTest(unittest.TestCase):
    def test_killed_and_started_again(self):
        with Dashboard(back_flags=INFORMER_ANSWERS) as dashboard:
            # The next server starts from scratch, with versions below these.
            for number in range(20):
                dashboard.put("pods", sample_objects.pod("weiyun", f"old-{number}", "k3s-master"))
            wait_until("the last pod", lambda: "old-19" in dashboard.get(
                "/api/pods?namespace=weiyun").body.decode())
            dashboard.kube.kill()
            failed = dashboard.wait_for_span("a failing watch", lambda s: (
                s.name == "informer watch pods" and s.tags.get("error")))
            dashboard.error_logged("watch of pods failed", failed.trace_id)
            wait_until("a warning", lambda: "does not answer" in dashboard.source().get(
                "warning", ""))
            answer = dashboard.get("/api/namespaces")
            self.assertEqual([n["name"] for n in answer.json()["namespaces"]], NAMESPACES)
            trace = dashboard.trace(answer, 6)
            self.assertTrue([e for e in trace.one(BACK, "server").events if "reason" in e])
            dashboard.back_logged("warn", "the answer may be old", trace.root.trace_id)
            dashboard.failing_cron_run()

            dashboard.start_kube()
            dashboard.put("namespaces", sample_objects.namespace("new"))
            wait_until("the new namespace", lambda: "new" in [
                n["name"] for n in dashboard.get("/api/namespaces").json()["namespaces"]])
            wait_until("no warning", dashboard.is_current)
            wait_until("the old pods to be gone", lambda: dashboard.get(
                "/api/pods?namespace=weiyun").json()["total"] == 5)

    def test_away_for_some_attempts_and_nothing_is_listed_again(self):
        flags = {**INFORMER_ANSWERS, "--kube-retry-ms": "50"}
        with Dashboard(back_flags=flags) as dashboard:
            dashboard.wait_for_watches()
            lists = dashboard.kube_state()["counts"]["lists"]
            dashboard.control("fail?hang_up=1&count=8&path=/api/v1/pods")
            dashboard.control("cut?resource=pods&how=abrupt")
            dashboard.put("pods", sample_objects.pod("weiyun", "meanwhile", "k3s-master"))
            wait_until("the pod that came meanwhile", lambda: "meanwhile" in dashboard.get(
                "/api/pods?namespace=weiyun").body.decode())
            dashboard.error_logged("watch of pods failed")
            self.assertEqual(dashboard.kube_state()["counts"]["lists"], lists)

    def test_everything_is_down_at_the_start(self):
        with Dashboard(kube_up=False, redis_up=False) as dashboard:
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.status, 502)
            self.assertIn("list of namespaces failed", answer.json()["error"])
            self.assertEqual(answer.json()["trace_id"], answer.headers["X-Trace-Id"])
            trace = dashboard.trace(answer, 5)
            self.assertEqual([s for s in trace.spans if not s.tags.get("error")], [])
            back = trace.one(BACK, "server")
            self.assertEqual(back.tags["rpc.response.status_code"], "UNAVAILABLE")
            self.assertIn("does not answer", back.events[-1]["exception.message"])
            dashboard.error_logged("no answer: list of namespaces failed", trace.root.trace_id)
            dashboard.start_kube()
            dashboard.start_redis()
            wait_until("an answer", lambda: dashboard.source().get("name") == "redis")

    def test_redis_answers_for_a_back_that_started_without_kubernetes(self):
        with Dashboard(back_flags={"--cache-seconds": "1"}) as dashboard:
            self.assertEqual(dashboard.get("/api/namespaces").status, 200)
            dashboard.kube.kill()
            dashboard.back.stop()
            time.sleep(1)  # what is in Redis is no longer fresh
            dashboard.start_back()
            wait_until("the front to find it", lambda: dashboard.source())
            answer = dashboard.get("/api/namespaces").json()
            self.assertEqual([n["name"] for n in answer["namespaces"]], NAMESPACES)
            self.assertEqual(answer["source"]["name"], "redis")
            self.assertIn("does not answer", answer["source"]["warning"])
            dashboard.start_kube()
            wait_until("the informer", dashboard.is_current)

    def test_refusals_and_what_the_server_asks_for(self):
        with Dashboard(back_flags=INFORMER_ANSWERS) as dashboard:
            dashboard.control("fail?status=403&count=1000&path=/nodes")
            dashboard.control("cut?resource=nodes&how=clean")
            dashboard.error_logged("answers 403: the stand-in was told to fail")
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.status, 200, answer.body)
            self.assertIn("answers 403", wait_until(
                "a warning", lambda: dashboard.source("/api/nodes").get("warning")))
            dashboard.control("heal")
            wait_until("nodes", lambda: dashboard.is_current("/api/nodes"))

            for status in (429, 500):
                dashboard.wait_for_watches()
                before = len(dashboard.kube_requests("/api/v1/services"))
                dashboard.control(f"fail?status={status}&count=1&retry_after=1&path=/services")
                dashboard.control("cut?resource=services&how=abrupt")
                dashboard.error_logged(f"answers {status}")
                refused, again, *_ = wait_until("the next attempt", lambda b=before: (
                    lambda asked: asked if len(asked) >= 2 else None)(
                        [r["seconds"] for r in dashboard.kube_requests("/api/v1/services")[b:]]))
                self.assertGreater(again - refused, 0.95)  # the second that was asked for
                wait_until("services", lambda: dashboard.is_current(
                    "/api/services?namespace=weiyun"))


class MetricsServerTest(unittest.TestCase):
    def test_a_cluster_without_it_is_no_failure(self):
        with Dashboard(kube_flags=["--no-metrics"]) as dashboard:
            answer = wait_until("the cron job to find out", lambda: (
                lambda found: found if found["usageMissing"] else None)(
                    dashboard.get("/api/nodes").json()))
            self.assertIn("no metrics API", answer["usageMissing"])
            self.assertEqual({n["usage"] for n in answer["nodes"]}, {None})
            self.assertGreater(answer["nodes"][0]["requested"]["cpuMillis"], 0)
            pods = dashboard.get("/api/pods?namespace=weiyun").json()
            self.assertIn("no metrics API", pods["usageMissing"])
            run = dashboard.wait_for_span("a second run", lambda s: (
                s.name == "cron measure usage" and s.links))
            self.assertFalse(run.tags.get("error"))
            told = [l for l in json_lines(dashboard.back) if "no metrics API" in l["msg"]]
            self.assertEqual(len(told), 1)
            dashboard.control("metrics?state=up")  # somebody installs it
            wait_until("nothing to be missing", lambda: self.measured(
                dashboard)["usageMissing"] == "")

    def test_it_goes_down_and_what_was_measured_is_shown_with_the_reason(self):
        with Dashboard() as dashboard:
            before = self.measured(dashboard)
            dashboard.control("metrics?state=down")
            dashboard.failing_cron_run()
            answer = wait_until("the reason", lambda: (
                lambda found: found if found["usageMissing"] else None)(
                    dashboard.get("/api/nodes").json()))
            self.assertIn("answers 503", answer["usageMissing"])
            self.assertEqual([n["usage"]["cpuMillis"] for n in answer["nodes"]],
                             [n["usage"]["cpuMillis"] for n in before["nodes"]])
            pods = dashboard.get("/api/pods?namespace=weiyun").json()
            self.assertIn("answers 503", pods["usageMissing"])
            self.assertGreater(pods["pods"][0]["usage"]["memoryBytes"], 0)
            dashboard.control("metrics?state=up")
            wait_until("usage to be measured again", lambda: dashboard.get(
                "/api/nodes").json()["usageMissing"] == "")

    def test_it_is_down_at_the_start_or_not_for_us(self):
        for failure, reason in (("metrics?state=down", "answers 503"),
                                ("fail?status=403&count=1000&path=/apis/metrics", "answers 403")):
            with self.subTest(reason), Dashboard(back_flags=INFORMER_ANSWERS,
                                                 redis_up=False) as dashboard:
                dashboard.control(failure)
                dashboard.back.stop()
                dashboard.start_back()
                answer = wait_until("the reason", lambda: (
                    lambda reply: reply.status == 200 and reply.json()["usageMissing"] and
                    reply.json())(dashboard.get("/api/nodes")))
                self.assertIn(reason, answer["usageMissing"])
                self.assertEqual({n["usage"] for n in answer["nodes"]}, {None})
                dashboard.control("heal")
                dashboard.control("metrics?state=up")
                self.measured(dashboard)

    def test_amounts_in_every_notation(self):
        with Dashboard() as dashboard:
            for name, cpu, memory in (("k3s-master", "123456789n", "1Ki"),
                                      ("k3s-worker-1", "250m", "129e6"),
                                      ("k3s-worker-2", "a lot", "1Gi"),
                                      ("dashboard2ui-0", "1u", "1536Mi"),
                                      ("dashboard2ui-1", "2", "0"),
                                      ("dashboard2api-0", "-5m", "1Ki")):
                dashboard.control(f"usage?name={name}",
                                  json.dumps({"cpu": cpu, "memory": memory}).encode())
            # A run that began before the last of these saw some of them only.
            begun = len(dashboard.kube_requests("/apis/metrics.k8s.io/v1beta1/nodes"))
            wait_until("two more runs to begin", lambda: len(dashboard.kube_requests(
                "/apis/metrics.k8s.io/v1beta1/nodes")) >= begun + 2)
            dashboard.redis.command("FLUSHALL")
            self.assertEqual(self.amounts(dashboard, "nodes"), {
                "k3s-master": (124, 1024), "k3s-worker-1": (250, 129_000_000),
                "k3s-worker-2": None})
            pods = self.amounts(dashboard, "pods?namespace=weiyun")
            self.assertEqual([pods[name] for name in ("dashboard2ui-0", "dashboard2ui-1",
                                                      "dashboard2api-0")],
                             [(1, 1536 << 20), (2000, 0), None])

    @staticmethod
    def measured(dashboard):
        return wait_until("a measurement", lambda: (
            lambda found: found if all(n["usage"] for n in found["nodes"]) else None)(
                dashboard.get("/api/nodes").json()))

    @staticmethod
    def amounts(dashboard, path):
        """Name -> (thousandths of a CPU, bytes), or None where nothing was measured."""
        answer = dashboard.get("/api/" + path).json()
        return {each["name"]: each["usage"] and (each["usage"]["cpuMillis"],
                                                 each["usage"]["memoryBytes"])
                for each in answer[path.partition("?")[0]]}


class AccessTest(unittest.TestCase):
    def test_a_token_is_read_anew_and_rotates(self):
        with tempfile.NamedTemporaryFile("w") as token:
            def write(text):
                token.seek(0)
                token.truncate()
                token.write(text + "\n")
                token.flush()
            flags = {"--kube-token-file": token.name, **INFORMER_ANSWERS}
            with Dashboard(back_flags=flags, kube_flags=["--token", "secret"]) as dashboard:
                refused = dashboard.get("/api/namespaces")
                self.assertEqual(refused.status, 502)
                self.assertIn("401", refused.json()["error"])
                write("secret")
                wait_until("an answer", lambda: dashboard.get("/api/namespaces").status == 200)
                sent = dashboard.kube_requests("/api/v1/namespaces")[-1]
                self.assertEqual(sent["headers"]["Authorization"], "Bearer secret")
                self.assertIn("traceparent", sent["headers"])

                dashboard.control("token?token=another")
                dashboard.control("cut?resource=namespaces&how=clean")
                dashboard.error_logged("watch of namespaces failed")
                write("another")
                dashboard.put("namespaces", sample_objects.namespace("new"))
                wait_until("the new namespace", lambda: "new" in [
                    n["name"] for n in dashboard.get("/api/namespaces").json()["namespaces"]])

    def test_a_watch_whose_token_is_void_goes_on_with_the_next_one(self):
        with tempfile.NamedTemporaryFile("w") as token:
            def write(text):
                pathlib.Path(token.name).write_text(text)
            write("secret")
            flags = {"--kube-token-file": token.name, **INFORMER_ANSWERS}
            with Dashboard(back_flags=flags, kube_flags=["--token", "secret"]) as dashboard:
                dashboard.wait_for_watches()
                lists = dashboard.kube_state()["counts"]["lists"]
                asked_before = len(dashboard.kube_requests("/api/v1/pods"))
                dashboard.control("token?token=another")
                dashboard.control("cut?resource=pods&how=clean")
                failed = dashboard.wait_for_span("a failing watch", lambda s: (
                    s.name == "informer watch pods" and s.tags.get("error")))
                self.assertIn("answers 401", dashboard.error_logged(
                    "watch of pods failed", failed.trace_id)["msg"])
                refused = wait_until("some refusals", lambda: (
                    lambda asked: asked if len(asked) >= 7 else None)(
                        dashboard.kube_requests("/api/v1/pods")[asked_before:]))
                self.check_paced(refused)
                dashboard.put("pods", sample_objects.pod("weiyun", "meanwhile", "k3s-master"))
                write("another")
                wait_until("the pod that came meanwhile", lambda: "meanwhile" in dashboard.get(
                    "/api/pods?namespace=weiyun").body.decode())
                wait_until("no warning", lambda: dashboard.is_current(
                    "/api/pods?namespace=weiyun"))
                self.assertEqual(dashboard.kube_state()["counts"]["lists"], lists)

    def test_who_may_list_but_not_watch_is_shown_what_lists_bring(self):
        with Dashboard(back_flags=INFORMER_ANSWERS) as dashboard:
            dashboard.wait_for_watches()
            asked_before = len(dashboard.kube_requests("/api/v1/nodes"))
            dashboard.control("fail?status=403&count=1000&path=/api/v1/nodes%3Fwatch")
            dashboard.control("cut?resource=nodes&how=clean")
            self.assertIn("answers 403", dashboard.error_logged("watch of nodes failed")["msg"])
            for number in range(2):
                dashboard.put("nodes", sample_objects.node(f"new-{number}"))
                wait_until("the new node", lambda n=number: f"new-{n}" in dashboard.get(
                    "/api/nodes").body.decode())
            self.assertIn("answers 403", wait_until(
                "a warning", lambda: dashboard.source("/api/nodes").get("warning")))
            asked = dashboard.kube_requests("/api/v1/nodes")[asked_before:]
            # A list may be followed by a watch at once; a refused watch is followed by nothing.
            self.check_paced([each for each in asked if "watch=1" in each["path"]])
            dashboard.control("heal")
            wait_until("no warning", lambda: dashboard.is_current("/api/nodes"))

    def test_a_server_that_ends_every_watch_as_expired_is_not_asked_without_a_pause(self):
        with Dashboard(back_flags=INFORMER_ANSWERS) as dashboard:
            dashboard.wait_for_watches()
            asked_before = len(dashboard.kube_requests("/api/v1/services"))
            dashboard.control("fail?event=410&count=1000&path=/api/v1/services%3Fwatch")
            dashboard.control("cut?resource=services&how=clean")
            asked = wait_until("some watches", lambda: (
                lambda found: found if len(found) >= 5 else None)(
                    [r for r in dashboard.kube_requests("/api/v1/services")[asked_before:]
                     if "watch=1" in r["path"]]))
            self.check_paced(asked)
            dashboard.control("heal")
            dashboard.put("services", sample_objects.service("weiyun", "new", 80))
            wait_until("the new service", lambda: "new" in [
                each["name"] for each in dashboard.get(
                    "/api/services?namespace=weiyun").json()["services"]])

    def check_paced(self, requests):
        """Refused again and again, it waits in between: at least half of --kube-retry-ms."""
        seconds = [each["seconds"] for each in requests]
        waits = [later - earlier for earlier, later in zip(seconds, seconds[1:])]
        self.assertGreaterEqual(min(waits), int(BACK_FLAGS["--kube-retry-ms"]) / 1000 / 2, waits)

    def test_certificates_of_a_kubeconfig(self):
        with tempfile.TemporaryDirectory() as directory:
            self.make_certificates(directory)
            kube_flags = ["--tls-cert", f"{directory}/server.pem", "--tls-key",
                          f"{directory}/server.key", "--client-ca", f"{directory}/ca.pem"]
            kubeconfig = pathlib.Path(directory) / "config"
            self.write_kubeconfig(kubeconfig, "ca.pem", port=1)
            with Dashboard(back_flags={"--kubeconfig": str(kubeconfig)}, kube_up=False,
                           kube_flags=kube_flags) as dashboard:
                self.write_kubeconfig(kubeconfig, "ca.pem", dashboard.kube_port)
                dashboard.start_kube()
                dashboard.back.stop()
                dashboard.start_back()
                wait_until("an answer over TLS", dashboard.is_current)
                # A certificate that somebody else has signed is refused.
                self.write_kubeconfig(kubeconfig, "other.pem", dashboard.kube_port)
                dashboard.back.stop()
                dashboard.start_back()
                self.assertIn("SSL", dashboard.error_logged("list of pods failed")["msg"])

    @staticmethod
    def write_kubeconfig(path, ca, port):
        path.write_text(f"""
apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: c, user: u}}}}]
clusters:
- name: c
  cluster: {{server: "https://127.0.0.1:{port}", certificate-authority: {ca},
             tls-server-name: kube.example}}
users:
- name: u
  user: {{client-certificate: client.pem, client-key: client.key}}
""")

    @staticmethod
    def make_certificates(directory):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=directory, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        for ca in ("ca", "other"):
            openssl("req", "-x509", *new_key, "-keyout", f"{ca}.key", "-out", f"{ca}.pem",
                    "-days", "2", "-subj", f"/CN={ca}")
        (pathlib.Path(directory) / "names").write_text("subjectAltName=DNS:kube.example\n")
        for name in ("server", "client"):
            openssl("req", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                    f"/CN={name}")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile", "names")


class FrontFaultsTest(unittest.TestCase):
    def test_front_heals_when_the_back_comes_back(self):
        with Dashboard() as dashboard:
            dashboard.back.stop()
            answer = dashboard.get("/api/namespaces")
            self.assertEqual(answer.status, 502)
            span, call = sorted(dashboard.collector.wait_for_spans(
                answer.headers["X-Trace-Id"], 2), key=lambda s: s.kind, reverse=True)
            self.assertEqual((span.service, call.kind), (FRONT, "client"))
            self.assertTrue(span.tags["error"] and call.tags["error"])
            dashboard.start_back()
            wait_until("the front to find the new back", lambda: dashboard.get(
                "/api/namespaces").status == 200)


class InformerTest(unittest.TestCase):
    def test_pages_are_joined_and_an_expired_one_restarts_the_list(self):
        flags = {"--kube-page-size": "2", **INFORMER_ANSWERS}
        with Dashboard(back_flags=flags) as dashboard:
            answer = dashboard.get("/api/namespaces").json()
            self.assertEqual([n["name"] for n in answer["namespaces"]], NAMESPACES)
            listed = dashboard.wait_for_span("the list", lambda s: (
                s.name == "informer list namespaces"))
            self.assertEqual(len(dashboard.collector.wait_for_spans(listed.trace_id, 4)), 4)
            dashboard.control("fail?status=410&count=1&after=1&path=/namespaces")
            dashboard.control("expire")
            dashboard.put("namespaces", sample_objects.namespace("new"))
            dashboard.control("cut?resource=namespaces&how=clean")
            wait_until("the new namespace", lambda: "new" in [
                n["name"] for n in dashboard.get("/api/namespaces").json()["namespaces"]])

    def test_no_difference_after_thousands_of_changes_with_cuts_and_relists(self):
        kube_flags = ["--split", "0.3", "--bookmark-seconds", "0.2", "--seed", str(SEED)]
        back_flags = {"--kube-page-size": "50", "--kube-retry-ms": "10", **INFORMER_ANSWERS}
        with Dashboard(back_flags=back_flags, kube_flags=kube_flags) as dashboard:
            before = dashboard.kube_state()["counts"]
            dashboard.control(f"churn?seed={SEED}&changes={CHANGES}&cuts={CUTS}"
                              f"&expiries={EXPIRIES}")
            wait_until("the last change", lambda: not dashboard.kube_state()["churning"],
                       seconds=600)  # each cut waits until it is watched again
            expected = self.on_the_server(dashboard)
            try:
                wait_until("the last event", lambda: self.kept(dashboard) == expected)
            except RuntimeError:
                pass  # what follows tells the difference
            self.assertEqual(self.kept(dashboard), expected, f"SPANHOUND_CHURN_SEED={SEED}")
            # The last change expires the versions, too; what follows from it takes a moment.
            wait_until("a list after each expiry", lambda: (
                dashboard.kube_state()["counts"]["lists"] - before["lists"] >= EXPIRIES))
            counts = dashboard.kube_state()["counts"]
            self.assertGreaterEqual(counts["cuts"] - before["cuts"], CUTS)
            # One span per list and per watch, none per event.
            spans = [s for s in dashboard.collector.all_spans() if s.name.startswith("informer ")]
            self.assertLess(len(spans), 2 * (counts["lists"] + counts["watches"]))

    @staticmethod
    def kept(dashboard):
        """Resource -> namespace/name -> version, as the dashboard has it."""
        found = {}
        for resource in ("namespaces", "nodes"):
            answer = dashboard.get(f"/api/{resource}").json()
            found[resource] = {f"/{each['name']}": each["resourceVersion"]
                               for each in answer[resource]}
        for resource in ("pods", "deployments", "services"):
            found[resource] = {
                f"{name}/{each['name']}": each["resourceVersion"] for name in NAMESPACES
                for each in dashboard.get(f"/api/{resource}?namespace={name}").json()[resource]}
        return found

    @staticmethod
    def on_the_server(dashboard):
        return dashboard.kube_state()["objects"]


def run_all_at_once():
    """Every class in a process of its own, since most of the time is waiting. The exit code."""
    classes = [name for name, found in globals().items()
               if isinstance(found, type) and issubclass(found, unittest.TestCase)]
    running = {name: subprocess.Popen([sys.executable, __file__, "-v", name], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
               for name in classes}
    for name, process in running.items():
        print(f"== {name}\n{process.communicate()[0]}", flush=True)
    return max(process.returncode for process in running.values())


if __name__ == "__main__":
    sys.exit(unittest.main() if len(sys.argv) > 1 else run_all_at_once())
