# SPDX-License-Identifier: Apache-2.0
"""Blobs over the wire: large ones in and out, small ones out, many connections. The same clients for all servers, one
server at a time, in turns."""
import json

from calm import wait_for_calm
from results import Results, row, table
from servers import Computer, Nginx, RestServer, Site, run

LARGE, SMALL = 16 << 20, 4096
OURS = Site.name


class Measuring:
    def __init__(self, options, work):
        self.options = options
        self.site = Site(options.rehome, work / "site")
        computer = Computer(self.site, "sender").with_lease()
        self.site.blobs, self.site.data = computer.blobs, computer.data
        self.servers = [self.site, RestServer(options.rest_server, work / "rest-tls", tls=True),
                        RestServer(options.rest_server, work / "rest", tls=False), Nginx(work / "nginx")]
        self.speed, self.cost, self.wait = Results(), Results(), Results()

    def close(self):
        for server in self.servers:
            server.close()

    def load(self, server, mode, *words):
        """What wire-load says, with the processor seconds of the server."""
        wait_for_calm(self.options.patience)
        before = server.processor_seconds()
        words = [mode, *getattr(server, mode), "--port", server.port, *server.blobs, *words]
        answer = json.loads(run(self.options.load, *words))
        if answer["errors"]:
            raise RuntimeError(f"{server.name}: {answer['errors']} errors, the first: {answer['first_error']}")
        return answer | {"processor_seconds": server.processor_seconds() - before}

    def large_round(self, server, connections, first):
        count = max(8, int(256 * self.options.scale))
        words = ["--connections", connections, "--blob-bytes", LARGE, "--first", first, "--requests", count]
        for mode, work, more in (("send", "upload", []), ("fetch", "download", ["--blobs", count])):
            answer = self.load(server, mode, *words, *more)
            name = f"{work}, {connections} connection{'s' if connections > 1 else ''}"
            self.speed.add(name, server.name, answer["bytes"] / answer["seconds"] / (1 << 20))
            self.cost.add(name, server.name, answer["processor_seconds"] * (1 << 30) / answer["bytes"])
        for blob in server.data.rglob("*"):
            if blob.is_file():
                blob.unlink()

    def small_round(self, server, connections):
        count = int(200_000 * self.options.scale)
        answer = self.load(server, "fetch", "--connections", connections, "--blob-bytes", SMALL, "--first", 1 << 40,
                           "--blobs", 1000, "--requests", count)
        name = f"{connections} connections"
        self.speed.add(name, server.name, answer["requests"] / answer["seconds"])
        self.cost.add(name, server.name, answer["processor_seconds"] * 1e6 / answer["requests"])
        self.wait.add(name, server.name, answer["p99_ms"])

    def put_small_blobs(self):
        for server in self.servers:
            self.load(server, "send", "--connections", 8, "--blob-bytes", SMALL, "--first", 1 << 40, "--requests", 1000)

    def show_large(self):
        table(f"{max(8, int(256 * self.options.scale))} blobs of 16 MiB, MiB/s", "work", "rehome, TLS", "against", "theirs",
              "ratio", "processor seconds of the server per GiB, ours and theirs")
        for work in dict.fromkeys(work for work, _ in self.speed.by_name if "load" in work):
            for peer in self.speed.servers(work)[1:]:
                ours, theirs = self.speed.median(work, OURS), self.speed.median(work, peer)
                row(work, f"{ours:.0f}", peer, f"{theirs:.0f}", f"{ours / theirs:.2f}",
                    f"{self.cost.median(work, OURS):.2f}, {self.cost.median(work, peer):.2f}")

    def show_small(self):
        table("Blobs of 4 KiB, GET/s", "open connections, all asking", "rehome, TLS", "p99", "against", "theirs", "p99",
              "ratio", "processor time of the server per GET, ours and theirs")
        for work in dict.fromkeys(work for work, _ in self.wait.by_name):
            for peer in self.wait.servers(work)[1:]:
                ours, theirs = self.speed.median(work, OURS), self.speed.median(work, peer)
                row(work, f"{ours:.0f}", f"{self.wait.median(work, OURS):.1f} ms", peer, f"{theirs:.0f}",
                    f"{self.wait.median(work, peer):.1f} ms", f"{ours / theirs:.2f}",
                    f"{self.cost.median(work, OURS):.0f} µs, {self.cost.median(work, peer):.0f} µs")


def measure_large(options, work):
    measuring = Measuring(options, work)
    try:
        for number in range(options.rounds):
            for connections in (1, 8):
                for server in measuring.servers:
                    measuring.large_round(server, connections, (2 * number + connections // 8) << 20)
    finally:
        measuring.close()
    measuring.show_large()


def measure_small(options, work):
    measuring = Measuring(options, work)
    try:
        measuring.put_small_blobs()
        for _ in range(options.rounds):
            for connections in (64, 1000):
                for server in measuring.servers:
                    measuring.small_round(server, connections)
    finally:
        measuring.close()
    measuring.show_small()
