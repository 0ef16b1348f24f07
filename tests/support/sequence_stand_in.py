#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for `rehome sequence run` and `rehome sequence resume` until they are there: takes the lock of its folder,
runs what it can of the sequence, and leaves in state.json what the real one does. Sequences for it are written as JSON,
which is YAML too. Conditions, groups and retries it does not know."""
import argparse
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

SUCCEEDED, FAILED, STOPPED, BUSY, WAITS = 0, 3, 4, 12, 15
BOOT = os.environ.get("STAND_IN_BOOT", pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip())


class Stopped(Exception):
    pass


class Run:
    def __init__(self, folder, state):
        self.folder, self.state = folder, state
        self.steps = json.loads(state["text"])["steps"]

    def save(self):
        file = self.folder / "state.json.new"
        file.touch(mode=0o600)
        file.write_text(json.dumps(self.state))
        os.replace(file, self.folder / "state.json")

    def go(self):
        if self.state["phase"] == "restarting":
            if self.state["boot"] == BOOT:
                return WAITS
            self.state["phase"] = "between"
        while self.state["next"] < len(self.steps):
            if self.perform(self.steps[self.state["next"]]):
                return WAITS
            if self.state["has_failed"]:
                break
        self.state["phase"] = "ended"
        self.save()
        return FAILED if self.state["has_failed"] else SUCCEEDED

    def expanded(self, word):
        for name, value in self.state["values"].items():
            word = word.replace(f"%{name}%", value)
        return word

    def perform(self, step):
        name = step.get("name", step["step"])
        self.state.update(phase="running", started=int(time.time()), attempts=1)
        self.state["values"]["_SMSTSCurrentActionName"] = name
        self.save()
        print(f"step {name}", flush=True)
        code = 0
        if step["step"] == "run-command":
            code = subprocess.run([self.expanded(word) for word in step["command"]], check=False).returncode
        message = f"the command ended with {code}" if code else ""
        self.state["records"].append({"step": self.state["next"], "name": name, "outcome": "failed" if code else "done",
                                      "code": code, "attempts": 1, "started": self.state["started"],
                                      "ended": int(time.time()), "message": message})
        self.state.update(phase="between", next=self.state["next"] + 1, attempts=0)
        if code:
            self.state.update(has_failed=True, message=message)
        waits = step["step"] == "restart"
        if waits:
            self.state.update(phase="restarting", boot=BOOT)
        self.save()
        return waits


def new_state(file, variables):
    return {"file": file, "text": pathlib.Path(file).read_text(), "values": variables, "phase": "between", "next": 0,
            "attempts": 0, "interruptions": 0, "started": 0, "boot": "", "skip_until": 0, "skips_after_failure": False,
            "has_requested": False, "has_failed": False, "message": "", "records": []}


def stop(*_):
    raise Stopped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group", choices=["sequence"])
    parser.add_argument("command", choices=["run", "resume"])
    parser.add_argument("file", nargs="?")
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("--variables", type=pathlib.Path)
    line = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    lock = open(line.folder / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return BUSY
    if line.command == "run":
        state = new_state(line.file, json.loads(line.variables.read_text()))
    else:
        state = json.loads((line.folder / "state.json").read_text())
    try:
        return Run(line.folder, state).go()
    except Stopped:
        return STOPPED


sys.exit(main())
