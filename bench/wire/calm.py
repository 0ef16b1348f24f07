# SPDX-License-Identifier: Apache-2.0
"""Waits for a moment in which nobody else uses the processors."""
import pathlib
import time

LOOK_SECONDS = 0.3
BUSY_SHARE = 0.15


def busy_share(seconds):
    def ticks():
        fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    before = ticks()
    time.sleep(seconds)
    after = ticks()
    return 1 - (after[1] - before[1]) / max(1, after[0] - before[0])


def wait_for_calm(patience):
    """At most `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end and busy_share(LOOK_SECONDS) > BUSY_SHARE:
        pass
