# SPDX-License-Identifier: Apache-2.0
"""100,000 computers, 100,000 associations and 20,000 stores in SQLite: how long every list and request takes, as a client
on one kept connection sees it. Nobody else asks meanwhile."""
import sqlite3
import time

from results import row, table
from servers import Computer, Site

COMPUTERS, STORES, ROUNDS = 100_000, 20_000, 15
TARGET_MS = 50


def fill(folder):
    """Rows of the usual kind, straight into the tables: source n has an association to destination n + 1."""
    database = sqlite3.connect(folder / "site.db")
    home = database.execute("SELECT id FROM folders").fetchone()[0]
    name = [f"pc-{number:06}" for number in range(COMPUTERS)]
    computer = [f"c-{number:016x}" for number in range(COMPUTERS)]
    with database:
        database.executemany(
            "INSERT INTO computers (id, name, folded_name, note, site_code, operating_system, agent_version, enrolled, last_seen, "
            "created) VALUES (?, ?, ?, '', 'BEN', 'Debian 12', '0.1.0', 1, 1, 1)",
            ((computer[n], name[n], name[n]) for n in range(COMPUTERS)))
        database.executemany(
            "INSERT INTO associations (id, source, destination, behaviour, automatic, created) VALUES (?, ?, ?, 'all', 0, 1)",
            ((f"a-{n:016x}", computer[n], computer[(n + 1) % COMPUTERS]) for n in range(COMPUTERS)))
        database.executemany(
            "INSERT INTO vaults (id, computer, folder, epoch, used_bytes, created) VALUES (?, ?, ?, 1, 0, 1)",
            ((f"{n:032x}", computer[n], home) for n in range(STORES)))
        database.executemany(
            "INSERT INTO stores (id, serial, state, source, vault, folder, capture, estimated_bytes, objects, bytes, errors, "
            "losses, message, requested, captured) VALUES (?, ?, 'captured', ?, ?, ?, ?, 0, 0, 0, 0, 0, '', 1, 1)",
            ((f"s-{n:016x}", n + 1, computer[n], f"{n:032x}", home, f"{n:032x}") for n in range(STORES)))
        database.executemany(
            "INSERT INTO claims (store, association, destination, state, changed) VALUES (?, ?, ?, 'waiting', 1)",
            ((f"s-{n:016x}", f"a-{n:016x}", computer[n + 1]) for n in range(STORES)))
        database.execute("UPDATE folders SET most_clients = 99999")
    database.close()


LISTS = [f"{path}{query}" for path, queries in {
    "/api/v1/computers": ("", "?limit=1000", f"?after=c-{50_000:016x}", "?search=PC-099999", "?search=9999&limit=1000",
                          "?search=zzz", f"/c-{77_777:016x}", f"/c-{77_777:016x}/work"),
    "/api/v1/associations": ("", "?limit=1000", f"?after=a-{99_000:016x}", f"?source=c-{77_777:016x}",
                             f"?destination=c-{77_777:016x}", "?search=pc-099999", "?search=9999&limit=1000", "?search=zzz",
                             f"/a-{77_777:016x}"),
    "/api/v1/stores": ("", "?limit=1000", f"?after=s-{10_000:016x}", "?state=captured", "?state=abandoned", "?state=deleted",
                       f"?source=c-{7_777:016x}", "?search=pc-019999", "?search=zzz", f"/s-{7_777:016x}"),
    "/api/v1/smps": ("",), "/api/v1/audit": ("", "?limit=1000"), "/api/v1/site": ("",), "/api/v1/users": ("",),
    "/api/v1/tokens": ("",), "/metrics": ("",), "/healthz": ("",)}.items() for query in queries]


class Clock:
    """Milliseconds of each request, by what was asked."""

    def __init__(self):
        self.times = {}

    def call(self, name, connection, method, path, body=None, **headers):
        start = time.perf_counter()
        answer = connection.call(method, path, body, **headers)
        self.times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        return answer


def ask_as_person(clock, site):
    for path in LISTS:
        clock.call(f"GET {path.removeprefix('/api/v1')}", site.admin, "GET", path)


def administer(clock, site, number):
    source, destination = (f"c-{90_000 + 10 * number + which:016x}" for which in (0, 5))
    made = clock.call("add an association", site.admin, "POST", "/api/v1/associations", {"source": source, "destination": destination})
    clock.call("remove an association", site.admin, "DELETE", f"/api/v1/associations/{made['id']}", {})
    clock.call("add a computer", site.admin, "POST", "/api/v1/computers", {"name": f"new-{number}"})
    clock.call("make an enrolment token", site.admin, "POST", "/api/v1/enrolment-tokens", {})
    clock.call("give work", site.admin, "POST", f"/api/v1/computers/{source}/work", {"steps": ["request-state-store capture"]})


def work_as_agent(clock, computer, connection):
    agent = "/api/v1/agent"
    clock.call("hello", connection, "POST", f"{agent}/hello", {"name": computer.name, "agent_version": "0.1.0", "logged_in": []})
    lease = clock.call("request a capture", connection, "POST", f"{agent}/state-store", {"purpose": "capture", "estimated_bytes": 1})
    own = {"Rehome-Lease": lease["lease"]}
    clock.call("list of blobs", connection, "GET", f"{lease['blobs']}/blobs", **own)
    clock.call("free space", connection, "GET", f"{lease['blobs']}/space", **own)
    clock.call("heartbeat", connection, "POST", f"{agent}/leases/{lease['lease']}/heartbeat",
               {"phase": "files", "objects": 1, "bytes": 1, "expected_bytes": 2})
    clock.call("release a capture that failed", connection, "POST", f"{agent}/leases/{lease['lease']}/release",
               {"outcome": "failed", "accounts": [], "objects": 0, "bytes": 0, "errors": 0, "losses": 0})


def measure(options, work):
    site = Site(options.rehome, work / "site", fill)
    clock = Clock()
    try:
        computer = Computer(site, "bench-pc")
        for number in range(ROUNDS):
            ask_as_person(clock, site)
            administer(clock, site, number)
            work_as_agent(clock, computer, computer.connect())
    finally:
        site.close()
    table("100,000 computers, 100,000 associations, 20,000 stores in SQLite", "request", "median", "worst of 15")
    for name, times in sorted(clock.times.items(), key=lambda item: -sorted(item[1])[ROUNDS // 2]):
        row(name, f"{sorted(times)[ROUNDS // 2]:.1f} ms", f"{max(times):.1f} ms")
    missed = [name for name, times in clock.times.items() if sorted(times)[ROUNDS // 2] > TARGET_MS]
    print(f"\n{len(clock.times) - len(missed)} of {len(clock.times)} under {TARGET_MS} ms")
