# SPDX-License-Identifier: Apache-2.0
"""What the network adds to a capture: the three steps of an agent against `rehome capture` into a folder, of the same
tree; and what a second capture of the unchanged computer sends."""
import pathlib
import shutil
import subprocess
import sys
import time

from results import Results, row, table
from servers import Computer, Site, run

HERE = pathlib.Path(__file__).parent
NETWORK, LOCAL = "through a site", "into a folder"


def timed(function, *arguments):
    subprocess.run(["sync", "-f", "/dev/shm"], check=True)
    start = time.monotonic()
    function(*arguments)
    return time.monotonic() - start


def capture_through(site, computer, root):
    for step in (["request-state-store", "capture", "--root", root], ["capture-user-state", "--root", root],
                 ["release-state-store"]):
        run(site.program, "step", *step, "--state", computer.state)


def capture_into(program, store, root, key):
    run(program, "capture", "--quiet", "--root", root, "--key-file", key, store)


def loopback_bytes():
    """Of both directions, with all that TLS and TCP add."""
    return int(pathlib.Path("/sys/class/net/lo/statistics/rx_bytes").read_text())


def measure(options, work):
    seconds = Results()
    key = work / "key"
    key.touch(mode=0o600)
    key.write_bytes(bytes(range(32)))
    site = Site(options.rehome, work / "site")
    try:
        for workload in ("S", "G"):
            root = work / workload
            run(sys.executable, HERE.parent / "make_workload.py", workload, root, "--scale", str(options.scale * 0.3))
            for number in range(options.rounds):
                computer = Computer(site, f"{workload}-{number}")
                for name, again in ((f"capture of {workload}", False), (f"capture of {workload} again", True)):
                    before = loopback_bytes(), site.received_bytes()
                    seconds.add(name, NETWORK, timed(capture_through, site, computer, root))
                    moved, sent = loopback_bytes() - before[0], site.received_bytes() - before[1]
                    seconds.add(name, LOCAL, timed(capture_into, options.rehome, work / "store", root, key))
                    if again:
                        share = sent / first_sent, moved / first_moved
                    else:
                        first_sent, first_moved = sent, moved
                shutil.rmtree(work / "store")
                for vault in (site.folder / "states").iterdir():
                    shutil.rmtree(vault)
            seconds.add(f"share {workload}", "bodies", share[0])
            seconds.add(f"share {workload}", "wire", share[1])
            shutil.rmtree(root)
    finally:
        site.close()
    table("Captures, seconds", "work", NETWORK, LOCAL, "ratio")
    for name in (name for name, server in seconds.by_name if server == NETWORK):
        network, local = seconds.median(name, NETWORK), seconds.median(name, LOCAL)
        row(name, f"{network:.2f} s", f"{local:.2f} s", f"{network / local:.2f}")
    table("What the second capture sends, of what the first sent", "workload", "in bodies of requests",
          "on the wire, both directions")
    for workload in ("S", "G"):
        row(workload, *(f"{100 * seconds.median(f'share {workload}', what):.3f} %" for what in ("bodies", "wire")))
