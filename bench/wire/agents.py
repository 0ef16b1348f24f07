# SPDX-License-Identifier: Apache-2.0
"""A site on a busy day: 2,000 idle agents, each with its connection open until its next hello, and 200 computers that
stream, half of them in and half of them out, all at once."""
import json
import subprocess

from results import row, table
from servers import Computer, Site, run

BLOB = 16 << 20
SECONDS = 60
RATE = 1 << 20  # of each stream: in and out together 200 MiB/s


def give_room(site, clients):
    """A folder takes 100 clients where nobody says otherwise."""
    point = site.admin.call("GET", "/api/v1/smps")["items"][0]
    site.admin.call("PATCH", f"/api/v1/smps/{point['id']}/folders/{point['folders'][0]['id']}", {"most_clients": clients})


def start(options, site, words):
    return subprocess.Popen([str(word) for word in (options.load, *words, "--port", site.port)], stdout=subprocess.PIPE, text=True)


def idle(options, site, computer):
    hello = json.dumps({"name": computer.name, "agent_version": "0.1.0", "logged_in": []})
    return start(options, site, ["greet", "POST", "--path", "/api/v1/agent/hello", "--body", hello, "--certificate",
                                 computer.certificate, "--key", computer.key, "--connections", 10, "--seconds", SECONDS])


def stream(options, site, computer, number):
    words = ["--blob-bytes", BLOB, "--rate", RATE, *computer.blobs]
    if number % 2 == 0:
        return start(options, site, ["send", "PUT", "--requests", 2, "--first", 1, *words])
    return start(options, site, ["fetch", "GET", "--requests", 3, *words])


def measure(options, work):
    site = Site(options.rehome, work / "site")
    try:
        at_rest = site.memory_megabytes()
        give_room(site, 400)
        computers = [Computer(site, f"pc-{number}").with_lease() for number in range(200)]
        for computer in computers[1::2]:
            run(options.load, "send", "PUT", "--blob-bytes", BLOB, "--port", site.port, *computer.blobs)
        before = site.processor_seconds()
        running = [idle(options, site, computer) for computer in computers]
        running += [stream(options, site, computer, number) for number, computer in enumerate(computers)]
        answers = [json.loads(process.communicate()[0]) for process in running]
        table("2,000 idle agents and 200 streaming clients", "", "errors", "requests", "p50", "p99")
        for name, found in (("hellos, each on a new connection", answers[:200]), ("blobs of 16 MiB", answers[200:])):
            row(name, sum(answer["errors"] for answer in found), sum(answer["requests"] for answer in found),
                f"{sorted(answer['p50_ms'] for answer in found)[len(found) // 2]:.0f} ms",
                f"{max(answer['p99_ms'] for answer in found):.0f} ms")
        print(f"\nmemory of the server at its peak {site.memory_megabytes():.0f} MB, {at_rest:.0f} MB before, processor "
              f"{100 * (site.processor_seconds() - before) / SECONDS:.0f} % of one")
        for answer in answers:
            if answer["errors"]:
                print(answer["first_error"])
    finally:
        site.close()
