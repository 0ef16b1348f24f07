# SPDX-License-Identifier: Apache-2.0
"""A site of its own making for the tests of the agent: the agent's calls and the blobs of vaults, over TLS on a free
port of the loopback, in the test's own process. It keeps what it was told, and lies on command.

It is a stand-in that never grows into a server: no state machine, no selection, no sweep. What those do is tested with
the real one.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import re
import secrets
import ssl
import subprocess
import threading
import types
import urllib.parse

import http_store_server

EXTENSIONS = {"server": "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n",
              "client": "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n"}


def account_key(vault, vault_key, number):
    """docs/store-format.md: HKDF-SHA-256."""
    info = b"rehome account" + number.to_bytes(4, "little")
    prk = hmac.new(bytes.fromhex(vault), vault_key, hashlib.sha256).digest()
    return hmac.new(prk, info + b"\1", hashlib.sha256).digest()


class Authority:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                 "/CN=Rehome site TST", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem")
        self.certificate = (self.folder / "ca.pem").read_text()
        self.fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.certificate)).hexdigest()

    def run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def issue(self, request, name, use, days=30):
        (self.folder / "request.pem").write_text(request)
        (self.folder / "extensions").write_text(EXTENSIONS[use])
        self.run("x509", "-req", "-in", "request.pem", "-subj", f"/CN={name}", "-CA", "ca.pem", "-CAkey", "ca.key", "-days",
                 str(days), "-extfile", "extensions", "-out", "issued.pem")
        return (self.folder / "issued.pem").read_text()

    def make_server(self):
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=site", "-keyout",
                 "server.key", "-out", "server.csr")
        chain = self.issue((self.folder / "server.csr").read_text(), "site", "server") + self.certificate
        (self.folder / "server.pem").write_text(chain)
        return self.folder / "server.pem", self.folder / "server.key"


class Problem(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class FakeSite:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.authority = Authority(self.folder / "authority")
        self.lock = threading.RLock()
        self.has_smp = True
        self.recovery_key = secrets.token_bytes(32)
        self.tokens, self.computers, self.associations = {}, {}, []
        self.network_tokens = set()
        self.administrator_token = secrets.token_urlsafe(16)  # with the recovery right
        self.vaults, self.leases, self.work = {}, {}, {}
        self.calls = []       # (path, body) of every call
        self.cancel_before = None  # a step: when it is reported its order is cancelled
        self.cancelled = set()
        self.tamper = {}      # path → function of the answer, which gives the answer that is sent
        self.refuse = {}      # path → Problem
        self.heartbeat_seconds, self.lease_seconds = 1, 60
        self.poll_after_seconds = 1
        self.certificate_days = 30
        self.server = None
        self.port = 0
        self.start()

    # What a test does

    def start(self):
        site = self

        class Handler(SiteHandler):
            pass

        Handler.site = site
        self.server = http_store_server.Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, self.authority.make_server()))
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(str(self.authority.folder / "ca.pem"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def make_token(self, computer=None):
        token = secrets.token_urlsafe(16)
        self.tokens[token] = computer
        return token

    def associate(self, source, destination, behaviour="all", accounts=()):
        self.associations.append({"source": source, "destination": destination, "behaviour": behaviour,
                                  "accounts": list(accounts)})

    def order(self, computer, steps, variables=None):
        work = "w-" + secrets.token_hex(8)
        self.work.setdefault(computer, []).append({"id": work, "steps": steps, "variables": variables or {}})
        return work

    def bodies(self, ending):
        with self.lock:
            return [body for path, body in self.calls if path.endswith(ending)]

    def vault_folder(self, source):
        return self.folder / "vaults" / self.vaults[source]["vault"]

    def packs(self, source):
        return [file for file in self.vault_folder(source).glob("packs/*/*") if file.is_file()]

    def lose_leases(self):
        with self.lock:
            for lease in self.leases.values():
                lease["open"] = False

    # What an agent asks

    def enrol(self, body, _):
        if body["token"] not in self.tokens:
            raise Problem(403, "refused", "the token is unknown, used or expired")
        computer = self.tokens.pop(body["token"]) or "c-" + secrets.token_hex(8)
        self.computers[computer] = body["name"]
        return {"computer": computer, "authorities": self.authority.certificate, "site_code": "TST",
                "certificate": self.authority.issue(body["request"], computer, "client", self.certificate_days)}

    def hello(self, _, computer):
        return {"site_code": "TST", "authorities": self.authority.certificate,
                "poll_after_seconds": self.poll_after_seconds, "work": self.work.get(computer, [])[:1]}

    def report(self, body, computer, work):
        if body["step"] == self.cancel_before:
            self.cancelled.add(work)
        if body["state"] != "running":
            self.work[computer] = [order for order in self.work.get(computer, []) if order["id"] != work]
        return {"state": "cancelled" if work in self.cancelled else body["state"]}

    def renew(self, body, computer):
        return {"authorities": self.authority.certificate,
                "certificate": self.authority.issue(body["request"], computer, "client", self.certificate_days)}

    def return_token(self, _, computer):
        return {"token": self.make_token(computer), "expires_seconds": 3600}

    def state_store(self, body, computer):
        if not self.has_smp:
            raise Problem(404, "not_found", "there is no state migration point in this site")
        for lease, row in self.leases.items():
            if row["computer"] == computer and row["open"]:
                if row["purpose"] != body["purpose"]:
                    raise Problem(409, "busy", "this computer has an open lease of the other kind")
                return {**row["answer"], "lease": lease, "resume": True}
        answer = self.for_capture(computer) if body["purpose"] == "capture" else self.for_restore(computer)
        lease = "l-" + secrets.token_hex(8)
        self.leases[lease] = {"computer": computer, "purpose": body["purpose"], "open": True, "answer": answer,
                              "vault": answer["vault"]}
        return {**answer, "lease": lease, "resume": False}

    def grant(self, store, association):
        behaviour = association["behaviour"] if association else "all"
        return {"heartbeat_seconds": self.heartbeat_seconds, "lease_seconds": self.lease_seconds, "store": store["store"],
                "vault": store["vault"], "smp": "smp.example.org", "folder": "D:/stores",
                "blobs": "/api/v1/vaults/" + store["vault"], "behaviour": behaviour,
                "in_place": association is None or association["source"] == association["destination"],
                "accounts": association["accounts"] if association else []}

    def for_capture(self, computer):
        association = next((a for a in self.associations if a["source"] == computer), None)
        store = self.vaults.setdefault(computer, {"vault": secrets.token_hex(16), "store": "s-" + secrets.token_hex(8),
                                                  "key": secrets.token_bytes(32), "released": None})
        grant = self.grant(store, association)
        if grant["behaviour"] == "restore-specified":
            grant["accounts"] = []
        return {**grant, "vault_key": base64.b64encode(store["key"]).decode(),
                "recovery_key": base64.b64encode(self.recovery_key).decode()}

    def for_restore(self, computer):
        association = next((a for a in self.associations if a["destination"] == computer), None)
        source = association["source"] if association else computer
        store = self.vaults.get(source)
        if not store or not store["released"]:
            raise Problem(404, "not_found", "there is no released store for this destination")
        named = association["accounts"] if association else []
        known = [a for a in store["released"]["accounts"] if not named or a["name"] in named]
        keys = [{"number": a["number"],
                 "key": base64.b64encode(account_key(store["vault"], store["key"], a["number"])).decode()} for a in known]
        return {**self.grant(store, association), "capture": store["released"]["capture"], "keys": keys,
                "known_accounts": [{"number": a["number"], "name": a["name"]} for a in known]}

    def lease_of(self, lease, computer):
        row = self.leases.get(lease)
        if not row or row["computer"] != computer or not row["open"]:
            raise Problem(404, "not_found", "the lease has ended")
        return row

    def heartbeat(self, _, computer, lease):
        self.lease_of(lease, computer)
        return {"lease_seconds": self.lease_seconds}

    def release(self, body, computer, lease):
        row = self.lease_of(lease, computer)
        row["open"] = False
        if body["outcome"] == "captured":
            self.vaults[computer]["released"] = body
        return {"state": {"captured": "captured", "restored": "released"}.get(body["outcome"], "abandoned")}

    def recovery(self, association, query):
        if not query.get("why"):
            raise Problem(400, "invalid_argument", "say why")
        store = self.vaults[association]
        return {"store": store["store"], "vault": store["vault"], "capture": store["released"]["capture"],
                "smp": "smp.example.org", "folder": str(self.folder / "vaults"),
                "vault_key": base64.b64encode(store["key"]).decode()}

    def answer(self, path, body, computer):
        """`path` without /api/v1/."""
        routes = [(r"enrol", self.enrol), (r"agent/hello", self.hello), (r"agent/work/(w-\w+)", self.report),
                  (r"agent/certificate", self.renew), (r"agent/return-token", self.return_token),
                  (r"agent/state-store", self.state_store), (r"agent/leases/(l-\w+)/heartbeat", self.heartbeat),
                  (r"agent/leases/(l-\w+)/release", self.release), (r"agent/log", lambda *_: {})]
        with self.lock:
            self.calls.append((path, body))
            for pattern, problem in self.refuse.items():
                if re.fullmatch(pattern, path):
                    raise problem
            for pattern, route in routes:
                match = re.fullmatch(pattern, path)
                if not match:
                    continue
                if path != "enrol" and computer is None:
                    raise Problem(401, "permission_denied", "this computer is not known here")
                result = route(body, computer, *match.groups())
                for ending, change in self.tamper.items():
                    if path.endswith(ending):
                        result = change(result)
                return result
        raise Problem(404, "not_found", "there is nothing at " + path)


class SiteHandler(http_store_server.Handler):
    site = None

    def do_any(self):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        self.fault = {"kind": "none"}
        path = urllib.parse.unquote(url.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            blobs = re.fullmatch(r"/api/v1/vaults/([0-9a-f]{32})(/.*)", path)
            if blobs:
                return self.blobs(blobs[1], blobs[2], body)
            recovery = re.fullmatch(r"/api/v1/associations/(a-\w+)/recovery", path)
            if recovery:
                if not self.is_administrator():
                    raise Problem(403, "permission_denied", "this is for administrators with the recovery right")
                return self.send(200, json.dumps(self.site.recovery(recovery[1].replace("a-", "c-"), self.query)).encode())
            asked = json.loads(body) if body else {}
            answer = self.site.answer(path.removeprefix("/api/v1/"), asked, self.computer(asked))
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            return self.send(201 if path.endswith("enrol") else 200, content)
        except Problem as problem:
            return self.problem(problem.status, problem.code, str(problem))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any

    def is_administrator(self):
        return self.headers.get("Authorization", "") == "Bearer " + self.site.administrator_token

    def computer(self, asked):
        certificate = self.connection.getpeercert()
        if certificate:
            name = dict(field[0] for field in certificate["subject"])["commonName"]
            return name if name in self.site.computers else None
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in self.site.network_tokens:
            return next((c for c, name in self.site.computers.items() if name == asked.get("computer")), "by-token")
        return None

    def blobs(self, vault, path, body):
        lease = self.site.leases.get(self.headers.get("Rehome-Lease", ""))
        if self.is_administrator() and self.command != "PUT":
            lease = {"open": True, "vault": vault, "purpose": "restore"}
        if not lease or not lease["open"] or lease["vault"] != vault:
            return self.problem(404, "not_found", "there is no such blob")
        folder = self.site.folder / "vaults" / vault
        folder.mkdir(parents=True, exist_ok=True)
        self.state = types.SimpleNamespace(folder=folder)
        name = path.removeprefix("/blobs/")
        if path == "/blobs":
            return self.listing()
        if path == "/space":
            return self.send(200, b'{"free_bytes": null}')
        if lease["purpose"] == "restore" and self.command == "PUT":
            return self.problem(404, "not_found", "there is no such blob")
        if http_store_server.NAME.fullmatch(name):
            return self.blob(folder / name, body)
        return self.problem(404, "not_found", "there is nothing at " + path)
