#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a hostile computer or stranger may try with the real site. Nothing of it gets anything or keeps others waiting."""
import base64
import concurrent.futures
import contextlib
import hashlib
import http.client
import json
import pathlib
import resource
import socket
import sqlite3
import ssl
import sys
import time

import site_support
import support
from support import REFUSED

sys.path.insert(0, str(support.SOURCE / "tests"))
import tree_record  # noqa: E402

ID = "0" * 32


class AbuseTest(site_support.MigrationTest):
    def tls(self, which=None):
        """An attacker checks no certificate; with the one of a computer, or without any."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if which is not None:
            identity = json.loads((self.work / f"state-{which}/identity.json").read_text())
            pem = self.secret_file(f"pem-{which}", identity["certificate"] + identity["private_key"])
            context.load_cert_chain(pem)
        return context

    def connect(self, which=None, source=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.tls(which),
                                                 source_address=source)
        self.addCleanup(connection.close)
        return connection

    def wire(self, which=None):
        wire = self.tls(which).wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=30))
        self.addCleanup(wire.close)
        return wire

    def ask(self, connection, method, path, body=None, **headers):
        """Status and content. A body that is no text is sent as JSON."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def request_capture(self, which):
        status, answer = self.ask(self.connect(which), "POST", "/api/v1/agent/state-store",
                                  {"purpose": "capture", "estimated_bytes": 1000})
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def assert_serves(self):
        """Others, and without waiting."""
        start = time.monotonic()
        self.site("site show")
        self.assertLess(time.monotonic() - start, 5)

    def memory(self):
        """Megabytes of the server."""
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024


def digest(content):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


class Thieves(AbuseTest):
    """A computer with its own valid certificate, and what is another's."""

    def setUp(self):
        super().setUp()
        self.association = self.site("association add", "old", "new")["id"]
        self.enrol("thief")
        self.thief = self.connect("thief")

    def refused(self, method, path, body=None, **headers):
        status, answer = self.ask(self.thief, method, path, body, **headers)
        self.assertIn(status, (401, 403, 404), (method, path, answer))
        return answer

    def beat(self, lease):
        return "POST", f"/api/v1/agent/leases/{lease}/heartbeat", {"phase": "capturing", "objects": 1, "bytes": 1,
                                                                  "expected_bytes": 1}

    def give_back(self, lease):
        return "POST", f"/api/v1/agent/leases/{lease}/release", {"outcome": "abandoned", "objects": 0, "bytes": 0,
                                                                "errors": 0, "losses": 0, "accounts": []}

    def test_an_open_lease(self):
        grant = self.request_capture("old")
        self.refused(*self.beat(grant["lease"]))
        self.refused(*self.give_back(grant["lease"]))
        self.refused("POST", "/api/v1/agent/state-store", {"purpose": "restore"})
        mine = self.request_capture("thief")
        self.assertNotIn(mine["vault_key"], (grant["vault_key"], ""))
        self.assertNotEqual(mine["vault"], grant["vault"])
        self.assertEqual(self.request_capture("old"), {**grant, "resume": self.request_capture("old")["resume"]})

    def test_a_captured_store(self):
        store = self.capture()
        vault = next((self.folder / "states").iterdir())
        names = [str(path.relative_to(vault)) for path in vault.rglob("*") if path.is_file()]
        lease = self.request_capture("thief")["lease"]
        base = f"/api/v1/vaults/{vault.name}"
        for path in (f"{base}/blobs", f"{base}/space", *(f"{base}/blobs/{name}" for name in names)):
            self.refused("GET", path, rehome_lease=lease)
        self.refused("PUT", f"{base}/blobs/captures/{ID}/started", b"x", rehome_lease=lease, content_digest=digest(b"x"))
        self.assertEqual(self.ask(self.thief, *self.give_back(lease))[0], 200)
        self.refused("POST", "/api/v1/agent/state-store", {"purpose": "restore"})
        for path in (f"stores/{store}", f"stores/{vault.name}", f"associations/{self.association}",
                     f"associations/{self.association}/recovery?why=mine", "computers", "stores", "audit"):
            self.refused("GET", "/api/v1/" + path)
        for action in ("discard", "give-up", "retarget", "release", "keep"):
            self.refused("POST", f"/api/v1/stores/{store}/{action}", {})
        self.restore("new")


class Strangers(AbuseTest):
    def enrol_with(self, name, file):
        result = self.rehome("agent", "enrol", self.url, "--state", self.work / f"state-{name}", "--token-file", file,
                             "--fingerprint", self.fingerprint, "--name", name, expect=REFUSED)
        self.assertIn("token", result.err)
        self.assertFalse((self.work / f"state-{name}/identity.json").exists())

    def test_tokens(self):
        self.enrol_with("reused", self.work / "token-old")
        self.enrol_with("forged", self.secret_file("forged", "A" * 43))
        token = self.work / "token-late"
        self.site("computer token", "--life", "1h", "--to", token)
        with contextlib.closing(sqlite3.connect(self.folder / "site.db", timeout=10)) as records:
            records.execute("UPDATE enrolment_tokens SET expires = created - 1 WHERE used IS NULL")
            records.commit()
        self.enrol_with("late", token)
        self.assertEqual(len(self.site("computer list")["items"]), 2)

    def test_ten_thousand_wrong_passwords(self):
        """From few addresses. After the first, the site looks at a known user's passwords once in a while; of unknown
        users, at one at a time."""

        def attack(address):
            connection = self.connect(source=(address, 0))
            statuses = set()
            for number in range(2500):
                name = "admin" if number % 50 else f"nobody-{number}"
                status, _ = self.ask(connection, "POST", "/api/v1/login", {"user": name, "password": f"wrong {number}"})
                statuses.add(status)
            return statuses

        before = self.memory()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            attacks = [pool.submit(attack, f"127.0.0.{last}") for last in range(2, 6)]
            while not all(one.done() for one in attacks):
                self.assert_serves()
                time.sleep(0.5)
            for one in attacks:
                self.assertLessEqual(one.result(), {401, 429})
        self.assertLess(self.memory() - before, 150)

    def test_half_requests_keep_nobody_waiting(self):
        self.site("association add", "old", "new")
        before = self.memory()
        heads = [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
                 b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n{",
                 b"POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"]
        wires = [self.wire() for _ in range(400)]
        for number, wire in enumerate(wires):
            wire.sendall(heads[number % len(heads)])
        bare = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(200)]  # not even a handshake
        for wire in bare:
            self.addCleanup(wire.close)
        self.assert_serves()
        self.capture()
        self.restore("new")
        self.assertLess(self.memory() - before, 300)


class Content(AbuseTest):
    """A computer with a lease of its own that sends what is not right."""

    def setUp(self):
        super().setUp()
        grant = self.request_capture("old")
        self.lease = grant["lease"]
        self.blobs = grant["blobs"] + "/blobs/"
        self.vault = self.folder / "states" / grant["vault"]

    def put(self, name, content, **headers):
        return self.ask(self.connect("old"), "PUT", self.blobs + name, content,
                        **{"rehome_lease": self.lease, "content_digest": digest(content), **headers})

    def names(self):
        return sorted(str(path.relative_to(self.vault)) for path in self.vault.rglob("*") if path.is_file())

    def test_names_that_lead_elsewhere(self):
        self.assertEqual(self.put("header", b"mine")[0], 201)
        before = tree_record.record(self.folder / "states")
        ups = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "..%5c", "%2e%2e%2f"]
        targets = [f"{up}/{rest}" for up in ups for rest in ("x", "../site.key", "../../../etc/passwd", f"{ID}/header")]
        targets += ["/etc/passwd", "%2fetc%2fpasswd", "captures/../header.2", f"packs/1/{ID}/../../../header.2", "",
                    "header%00.2", "header%0d%0aX: y", ".lock", "%2elock", ".rehome-tmp-1", "header.2/", "./header.2",
                    "captures//started", "packs/01/" + ID, "packs/1/" + "a" * 5000, "x" * 300]
        connection = self.connect("old")
        for target in targets:
            target = target.replace(" ", "%20")
            for method, body in (("PUT", b"evil"), ("GET", None)):
                status, answer = self.ask(connection, method, self.blobs + target, body, rehome_lease=self.lease,
                                          content_digest=digest(b"evil"))
                self.assertIn(status, (400, 404, 405), (method, target, answer))
            if connection.sock is None:
                connection = self.connect("old")
        self.assert_same_tree(before, self.folder / "states")

    def test_lists_of_prefixes_that_lead_elsewhere(self):
        for prefix in ("..", "../..", "%2e%2e", "/", "captures/../..", "%00", "x" * 4000):
            status, answer = self.ask(self.connect("old"), "GET", f"{self.blobs[:-1]}?prefix={prefix}",
                                      rehome_lease=self.lease)
            self.assertTrue(status == 400 or json.loads(answer)["blobs"] == [], (prefix, answer))

    def send_raw(self, announced, sent, content=b"0123456789"):
        wire = self.wire("old")
        wire.sendall(f"PUT {self.blobs}header HTTP/1.1\r\nHost: x\r\nRehome-Lease: {self.lease}\r\nContent-Length: "
                     f"{announced}\r\nContent-Digest: {digest(content)}\r\n\r\n".encode() + sent)
        return wire

    def test_bodies_shorter_than_announced(self):
        for end in (lambda wire: wire.unwrap(), lambda wire: wire.shutdown(socket.SHUT_RDWR)):
            wire = self.send_raw(10, b"01234")
            with contextlib.suppress(OSError):
                end(wire)
            wire.close()
        self.assert_serves()
        self.assertEqual([name for name in self.names() if name != ".lock"], [])
        self.assertEqual(self.put("header", b"0123456789")[0], 201)

    def test_bodies_longer_than_announced(self):
        wire = self.send_raw(10, b"0123456789ABCDEF GET /")
        self.assertIn(b" 201 ", wire.recv(4096))
        self.assertEqual((self.vault / "header").read_bytes(), b"0123456789")
        rest = b""
        with contextlib.suppress(OSError):
            while piece := wire.recv(4096):
                rest += piece
                if b"400" in rest:
                    break
        self.assertNotIn(b" 200 ", rest)
        self.assertEqual(self.names(), ["header"])

    def test_bodies_of_impossible_sizes(self):
        for announced in ("-1", "1e3", "0x10", "18446744073709551616", "99999999999999999999999", str(1 << 40)):
            wire = self.send_raw(announced, b"0123456789")
            self.assertRegex(wire.recv(4096), rb"^HTTP/1\.1 4(00|13) ")
        self.assertEqual([name for name in self.names() if name != ".lock"], [])

    ROUTES = (("POST", "login"), ("POST", "enrol"), ("POST", "agent/hello"), ("POST", "agent/state-store"),
              ("POST", "agent/log"), ("POST", "agent/leases/l-0/release"))

    def test_json_too_large_or_too_deep(self):
        before = self.memory()
        deep = [b"[" * 60_000, b'{"a":' * 10_000, b"[" * 4_000 + b"]" * 4_000]
        large = [b'{"user":"' + b"x" * (5 << 20) + b'"}', b"[" * (5 << 20)]
        for method, route in self.ROUTES:
            for body in deep + large:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    status, answer = self.ask(self.connect("old"), method, "/api/v1/" + route, body)
                    self.assertIn(status, (400, 413), (route, answer[:200]))
                    self.assertLess(len(answer), 4096)
        self.assert_serves()
        self.assertLess(self.memory() - before, 100)


class Floods(AbuseTest):
    """More connections than the server takes, which never get so far as a request."""

    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.open = []
        self.addCleanup(lambda: [wire.close() for wire in self.open])

    def flood(self, first_bytes):
        """All at once, and then more and more, while others are served."""
        agent = self.connect("old")
        self.ask(agent, "GET", "/healthz")
        end = time.monotonic() + 8
        served = 0
        while time.monotonic() < end:
            for _ in range(4300 if served == 0 else 100):
                wire = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                wire.sendall(first_bytes)
                self.open.append(wire)
            status, _ = self.ask(self.connect(), "GET", "/healthz")
            self.assertEqual(status, 200)
            served += 1
        self.assertGreater(served, 10)
        self.assertEqual(self.ask(agent, "GET", "/healthz")[0], 200, "who was connected before is not put out")
        self.assertLess(self.memory(), 300)

    def test_connections_that_say_nothing(self):
        self.flood(b"")

    def test_connections_that_begin_a_handshake(self):
        self.flood(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")


if __name__ == "__main__":
    support.main()
