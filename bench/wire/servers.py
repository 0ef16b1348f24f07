# SPDX-License-Identifier: Apache-2.0
"""The servers that bench/wire/run measures: a site of ours, restic's rest-server, nginx. Each lies in a folder of its own,
listens on a free port of loopback and is ended by close()."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import time

HERTZ = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} {command[1]} failed: {done.stderr or done.stdout}")
    return done.stdout


def make_certificate(folder):
    """For the peers: as large a key as the site's own."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate)
    return key, certificate


class Server:
    """A process that listens, and what it costs."""
    plain = False

    def __init__(self, command, port=None, **more):
        self.process = subprocess.Popen([str(word) for word in command], **more)
        self.port = port

    def wait_until_it_listens(self):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not listen")

    def processor_seconds(self):
        total = 0
        for pid in [self.process.pid, *children_of(self.process.pid)]:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / HERTZ

    def memory_megabytes(self, which="VmHWM"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{which}:\s+(\d+)", status)[1]) / 1024

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    # What bench/wire/blobs.py asks of each kind, as words for wire-load.
    send = ("POST",)
    fetch = ("GET",)


class RestServer(Server):
    def __init__(self, program, folder, tls):
        self.name = "rest-server, TLS" if tls else "rest-server, no TLS"
        self.plain = not tls
        folder.mkdir()
        port = free_port()
        command = [program, "--path", folder / "data", "--no-auth", "--listen", f"127.0.0.1:{port}"]
        if tls:
            key, certificate = make_certificate(folder)
            command += ["--tls", "--tls-key", key, "--tls-cert", certificate]
        super().__init__(command, port, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_it_listens()
        run("curl", "-sfk", "-X", "POST", f"http{'s' if tls else ''}://127.0.0.1:{port}/?create=true")
        self.blobs = ["--path", "/data/", *(["--plain"] if self.plain else [])]
        self.data = folder / "data/data"


NGINX = """
daemon off; user root; pid {folder}/pid; error_log {folder}/error.log; worker_processes auto;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; keepalive_requests 1000000000;
  client_body_temp_path {folder}/temporary; client_body_buffer_size 256k;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
    root {folder}/data;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


class Nginx(Server):
    """Looks at no content and syncs nothing: the distance to the bottom."""
    name = "nginx, TLS"
    send = ("PUT",)

    def __init__(self, folder):
        folder.mkdir()
        (folder / "data").mkdir()
        folder.chmod(0o755)
        key, certificate = make_certificate(folder)
        port = free_port()
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, key=key, certificate=certificate))
        super().__init__(["nginx", "-c", folder / "nginx.conf"], port, stderr=subprocess.DEVNULL)
        self.wait_until_it_listens()
        self.blobs = ["--path", "/blobs/"]
        self.data = folder / "data/blobs"


class Connection:
    """JSON over one kept connection to a site, as a person or as a computer."""

    def __init__(self, port, token="", certificate=None, key=None):
        context = ssl._create_unverified_context()  # the site is our own, on loopback
        if certificate:
            context.load_cert_chain(certificate, key)
        self.line = http.client.HTTPSConnection("127.0.0.1", port, context=context)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method, path, body=None, **headers):
        text = None if body is None else json.dumps(body)
        self.line.request(method, path, text, self.headers | headers)
        answer = self.line.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]}")
        return json.loads(content) if content.startswith((b"{", b"[")) else content.decode()


class Computer:
    """One that is enrolled; with_lease() lets it capture."""

    def __init__(self, site, name):
        self.site, self.state = site, site.folder.parent / f"state-{name}"
        token = site.admin.call("POST", "/api/v1/enrolment-tokens", {})["token"]
        token_file = site.folder.parent / f"token-{name}"
        token_file.touch(mode=0o600)
        token_file.write_text(token)
        run(site.program, "agent", "enrol", site.url, "--state", self.state, "--token-file", token_file, "--fingerprint",
            site.fingerprint, "--name", name, "--quiet")
        identity = json.loads((self.state / "identity.json").read_text())
        self.id, self.name = identity["computer"], name
        self.certificate, self.key = self.state / "certificate.pem", self.state / "key.pem"
        self.certificate.write_text(identity["certificate"])
        self.key.write_text(identity["private_key"])

    def connect(self):
        return Connection(self.site.port, certificate=self.certificate, key=self.key)

    def with_lease(self):
        lease = self.connect().call("POST", "/api/v1/agent/state-store", {"purpose": "capture", "estimated_bytes": 1})
        self.lease = lease["lease"]
        self.blobs = ["--path", f"{lease['blobs']}/blobs/packs/1/", "--name-length", "32", "--certificate", self.certificate,
                      "--key", self.key, "--header", f"Rehome-Lease: {self.lease}"]
        self.data = self.site.folder / "states" / lease["vault"] / "packs"
        return self


class Site(Server):
    """`rehome site serve` in a new folder, with an administrator who is logged in."""
    name = "rehome, TLS"
    send = ("PUT",)

    def __init__(self, program, folder, fill=None):
        folder.mkdir()
        self.program, self.folder = program, folder / "site"
        made = json.loads(run(program, "site", "init", self.folder, "--code", "BEN", "--new-recovery-key",
                              folder / "recovery", "--json"))
        self.fingerprint = made["fingerprint"]
        if fill:
            fill(self.folder)
        super().__init__([program, "site", "serve", self.folder, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"at port (\d+)", self.process.stderr.readline())[1])
        self.url = f"https://127.0.0.1:{self.port}"
        login = Connection(self.port).call("POST", "/api/v1/login", {"user": made["user"], "password": made["password"]})
        self.admin = Connection(self.port, login["token"])

    def received_bytes(self):
        return float(re.search(r"rehome_http_received_bytes_total ([\d.e+]+)", self.admin.call("GET", "/metrics"))[1])

    def close(self):
        super().close()
        self.process.stderr.close()
