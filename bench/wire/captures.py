# SPDX-License-Identifier: Apache-2.0
"""What the network adds to a capture: the three steps of an agent against `rehome capture` into a folder, of the same
tree; and what a second capture of the unchanged computer sends."""
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time

from calm import wait_for_calm
from results import Results, row, table
from servers import Computer, Site, run

HERE = pathlib.Path(__file__).parent
NETWORK, LOCAL = "through a site", "into a folder"


def timed(options, function, *arguments):
    subprocess.run(["sync", "-f", options.on], check=True)
    wait_for_calm(options.patience)
    start, before = time.monotonic(), client_seconds()
    function(*arguments)
    return time.monotonic() - start, client_seconds() - before


def client_seconds():
    """Processor time of the clients, which end; the server does not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def capture_through(site, computer, root):
    for step in (["request-state-store", "capture", "--root", root], ["capture-user-state", "--root", root],
                 ["release-state-store"]):
        run(site.program, "step", *step, "--state", computer.state)


def capture_into(program, store, root, key):
    run(program, "capture", "--quiet", "--root", root, "--key-file", key, store)


def loopback_bytes():
    """Of both directions, with all that TLS and TCP add."""
    return int(re.search(r"lo:\s*(\d+)", pathlib.Path("/proc/net/dev").read_text())[1])


def measure(options, work):
    seconds, computing, shares = Results(), Results(), Results()

    def add(name, where, times):
        seconds.add(name, where, times[0])
        computing.add(name, where, times[1])

    key = work / "key"
    key.touch(mode=0o600)
    key.write_bytes(bytes(range(32)))
    site = Site(options.rehome, work / "site")
    try:
        for workload in ("S", "G"):
            root = work / workload
            run(sys.executable, HERE.parent / "make_workload.py", workload, root, "--scale", str(options.scale * 0.3))
            size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
            for number in range(options.rounds):
                computer = Computer(site, f"{workload}-{number}")
                for name, again in ((f"capture of {workload}", False), (f"capture of {workload} again", True)):
                    before = loopback_bytes(), site.received_bytes()
                    add(name, NETWORK, timed(options, capture_through, site, computer, root))
                    moved, sent = loopback_bytes() - before[0], site.received_bytes() - before[1]
                    add(name, LOCAL, timed(options, capture_into, options.rehome, work / "store", root, key))
                share = sent / size, moved / size
                shutil.rmtree(work / "store")
                for vault in (site.folder / "states").iterdir():
                    shutil.rmtree(vault)
            shares.add(workload, "bodies", share[0])
            shares.add(workload, "wire", share[1])
            shutil.rmtree(root)
    finally:
        site.close()
    table("Captures", "work", NETWORK, LOCAL, "ratio", "processor seconds of the client, of both", "ratio")
    for name in (name for name, where in seconds.by_name if where == NETWORK):
        network, local = seconds.median(name, NETWORK), seconds.median(name, LOCAL)
        used, used_locally = computing.median(name, NETWORK), computing.median(name, LOCAL)
        row(name, f"{network:.2f} s", f"{local:.2f} s", f"{network / local:.2f}", f"{used:.2f}, {used_locally:.2f}",
            f"{used / used_locally:.2f}")
    table("What the second capture sends, of the bytes that are captured", "workload", "in bodies of requests",
          "on the wire, both directions, with TLS and TCP")
    for workload in ("S", "G"):
        row(workload, *(f"{100 * shares.median(workload, what):.3f} %" for what in ("bodies", "wire")))
