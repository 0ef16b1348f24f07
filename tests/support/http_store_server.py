#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A state migration point of its own making for the tests of the client: the wire of http_blob_store.h on a folder, over
TLS on a free port of the loopback, and faults on command.

Usage: http_store_server.py FOLDER CERTIFICATE KEY [CLIENT_AUTHORITY [TLS_1_2]]

Prints {"port": n}. Then reads one JSON command a line from its input and answers each with one line; ends with its input.
  {"fault": {...}}   the next request that fits is answered wrong; see Fault
  {"log": true}      gives and forgets what was asked: [{"method", "path", "headers", "client"}]
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import re
import socket
import ssl
import sys
import threading
import urllib.parse

NAME = re.compile(r"[0-9a-z_-][0-9a-z._-]*(/[0-9a-z_-][0-9a-z._-]*){0,3}")
PAGE = 7  # small, so that every listing has pages


class State:
    """What the threads share."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.lock = threading.Lock()
        self.faults = []
        self.log = []
        self.ended = threading.Event()

    def take_fault(self, method):
        """The next fault for such a request: kind, method (any without one), times (1), and what the kind needs."""
        with self.lock:
            for fault in self.faults:
                if fault.get("method", method) != method:
                    continue
                fault["times"] = fault.get("times", 1) - 1
                if fault["times"] == 0:
                    self.faults.remove(fault)
                return fault
        return {"kind": "none"}


def digest_field(content):
    return "sha-256=:" + base64.b64encode(hashlib.sha256(content).digest()).decode() + ":"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    state = None

    def log_message(self, *_):
        pass

    def do_any(self):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path = urllib.parse.unquote(url.path)
        with self.state.lock:
            self.state.log.append({"method": self.command, "path": self.path, "headers": dict(self.headers.items()),
                                   "client": self.client_address[1]})
        self.fault = self.state.take_fault(self.command)
        if self.fault["kind"] == "close_early":  # before the body was read
            self.connection.close()
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.fault["kind"] == "answer":
            content = self.fault.get("body", "").encode() * self.fault.get("repeat", 1)
            self.send(self.fault["status"], content, self.fault.get("headers", {}))
        elif self.fault["kind"] == "hang":
            self.state.ended.wait(30)
            self.close_connection = True
        elif path.startswith("/blobs/") and NAME.fullmatch(path[len("/blobs/"):]):
            self.blob(self.state.folder / path[len("/blobs/"):], body)
        elif path == "/blobs":
            self.listing()
        elif path == "/space":
            self.send(200, b'{"free_bytes": 123456789}')
        elif path == "/echo":
            self.send(200, body)
        else:
            self.problem(404, "not_found", "there is nothing at " + path)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_any

    def send(self, status, content, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        cut = self.fault.get("bytes") if self.fault["kind"] == "cut" else None
        if self.command != "HEAD":
            self.wfile.write(content[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def problem(self, status, code, message, headers=None):
        self.send(status, json.dumps({"error": code, "message": message}).encode(), headers)

    def blob(self, file, body):
        if self.command == "PUT":
            return self.put(file, body)
        if not file.is_file():
            return self.problem(404, "not_found", "there is no such blob")
        content = file.read_bytes()
        headers = {"Content-Digest": digest_field(content + b"?" * (self.fault["kind"] == "wrong_digest"))}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not asked or self.fault["kind"] == "ignore_range":
            return self.send(200, content, headers)
        first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
        if first >= len(content):
            return self.problem(416, "corrupt", "the blob has no such range")
        shift = 1 if self.fault["kind"] == "wrong_range" else 0
        return self.send(206, content[first:last + 1],
                         {"Content-Range": f"bytes {first + shift}-{last + shift}/{len(content)}"})

    def put(self, file, body):
        if self.headers.get("If-None-Match") != "*" or self.headers.get("Content-Digest") != digest_field(body):
            return self.problem(400, "invalid_argument", "a header of the put is wrong")
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.state.folder / f".put-{threading.get_ident()}"
        temporary.write_bytes(body)
        try:
            os.link(temporary, file)
        except FileExistsError:
            return self.problem(412, "already_exists", "the name is taken",
                                {"Content-Digest": digest_field(file.read_bytes())})
        finally:
            temporary.unlink()
        if self.fault["kind"] == "lose_answer":
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        return self.send(201, b"")

    def listing(self):
        root, prefix = self.state.folder, self.query["prefix"]
        files = (f for f in root.rglob("*") if f.is_file())
        names = sorted(n for n in (f.relative_to(root).as_posix() for f in files) if NAME.fullmatch(n))
        names = [n for n in names if n > self.query["after"] and (not prefix or n.startswith(prefix + "/"))]
        page = [{"name": n, "size": (root / n).stat().st_size} for n in names[:PAGE]]
        self.send(200, json.dumps({"blobs": page, "more": len(names) > PAGE}).encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass  # clients that hang up are what is tested


def main():
    state = Handler.state = State(sys.argv[1])
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    if len(sys.argv) > 4:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(sys.argv[4])
    if len(sys.argv) > 5:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    # The handshake is made by the connection's own thread, with its first read.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    for line in sys.stdin:
        command, answer = json.loads(line), {}
        with state.lock:
            if "fault" in command:
                state.faults.append(command["fault"])
            if "log" in command:
                answer, state.log = state.log, []
        print(json.dumps(answer), flush=True)
    state.ended.set()


if __name__ == "__main__":
    main()
