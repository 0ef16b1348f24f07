# SPDX-License-Identifier: Apache-2.0
"""A computer from inside: the program runs in a real Debian root that is its "/", with processes, mounts and users of
its own, and without --root."""
import pathlib
import shutil
import subprocess
import uuid

import support
from support import SUCCESS

BOOT_ID = "/proc/sys/kernel/random/boot_id"
STARTED = "opt/rehome/boot-id"  # what a computer says there, once start_again() was called
SYSTEMCTL = """#!/bin/sh
echo "$*" >>/opt/rehome/asked
"""


def libraries_of(program):
    """The files that the loader takes for `program`, itself included."""
    for line in subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.splitlines():
        for word in line.split():
            if word.startswith("/"):
                yield pathlib.Path(word)


class InsideTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False).returncode != 0:
            self.skipTest("no namespaces can be made here")

    def install(self, computer):
        """The program with its libraries and a passphrase, as on a stick."""
        stick = computer.root / "opt/rehome"
        stick.mkdir(parents=True)
        shutil.copy(support.PROGRAM, stick / "rehome")
        for library in libraries_of(support.PROGRAM):
            shutil.copy(library, stick / library.name)
        shutil.copy(self.pass_file, stick / "passphrase")
        (stick / "passphrase").chmod(0o600)
        return computer

    def inside(self, computer, *arguments, expect=SUCCESS):
        """Runs rehome with `computer` as its whole world: its own mounts, processes and root."""
        start = 'chroot "$0" /opt/rehome/ld-linux-x86-64.so.2 --library-path /opt/rehome /opt/rehome/rehome "$@"'
        mounts = f'mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount -t tmpfs none "$0/tmp"'
        started = f'if [ -e "$0/{STARTED}" ]; then mount --bind "$0/{STARTED}" "$0{BOOT_ID}"; fi'
        script = f"{mounts} && {started} && exec {start}"
        process = subprocess.run(["unshare", "--mount", "--pid", "--fork", "sh", "-c", script, str(computer.root),
                                  *arguments], capture_output=True, text=True, check=False, timeout=300)
        result = support.Result(process)
        self.assertEqual(result.code, expect, f"{arguments}: {result}")
        return result

    @staticmethod
    def with_service_manager(computer):
        """A service manager that only notes what it is asked for: nothing in a namespace can start again."""
        for folder in ("run/systemd/system", "etc/systemd/system"):
            (computer.root / folder).mkdir(parents=True, exist_ok=True)
        systemctl = computer.root / "usr/bin/systemctl"
        systemctl.write_text(SYSTEMCTL)
        systemctl.chmod(0o755)
        return computer

    @staticmethod
    def start_again(computer):
        """The next program inside runs after another start of the computer."""
        (computer.root / STARTED).write_text(f"{uuid.uuid4()}\n")

    @staticmethod
    def asked(computer):
        file = computer.root / "opt/rehome/asked"
        return file.read_text().split("\n")[:-1] if file.exists() else []
