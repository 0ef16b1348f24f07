# SPDX-License-Identifier: Apache-2.0
"""What the tests of the real program share: a real Debian root with real accounts, running rehome, comparing trees.

The root is made once per build folder with mmdebstrap (REHOME_SCRATCH) and copied for each computer. Tests that need
root, a loop device or a package mirror skip aloud without it.
"""
import atexit
import contextlib
import fcntl
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("REHOME_PROGRAM", str(SOURCE / "build/release/rehome"))
SCRATCH = pathlib.Path(os.environ.get("REHOME_SCRATCH", SOURCE / "build/scratch"))
PASSPHRASE = "correct horse battery staple"

# Exit codes, as the manual promises them.
SUCCESS, USAGE, LOSSES, CANCELLED, RULES, NOT_FOUND, DAMAGED, WRONG_KEY, NO_SPACE = 0, 2, 3, 4, 5, 6, 7, 8, 9
PERMISSION, REFUSED, BUSY, IO, UNSUPPORTED, STEP_FAILED, RESTARTING = 10, 11, 12, 13, 14, 15, 16

sys.path.insert(0, str(SOURCE / "tests"))
import tree_record  # noqa: E402


def debian_root():
    """The pristine root folder; made at the first call of a build folder. Tests that run side by side wait for it."""
    root = SCRATCH / "debian"
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with open(SCRATCH / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "usr/sbin/useradd").exists():
            shutil.rmtree(root, ignore_errors=True)
            made = subprocess.run([str(SOURCE / "demo/make-computer"), str(root)], capture_output=True, text=True, check=False)
            if made.returncode != 0:
                raise unittest.SkipTest(f"no Debian root could be made: {made.stdout}{made.stderr}")
    return root


class Workplace:
    """Where the tests of one process work: an ext4 of its own in memory, since a restore ends with a sync of its whole
    volume and would wait for everything else that this computer writes. Without a loop device, /var/tmp."""

    def __init__(self):
        self.image = pathlib.Path(tempfile.mkdtemp(prefix="rehome-test.", dir="/dev/shm")) / "image"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rehome-test.", dir="/var/tmp"))
        with open(self.image, "wb") as file:
            file.truncate(8 << 30)
        made = subprocess.run(["mkfs.ext4", "-q", str(self.image)], capture_output=True, check=False)
        self.mounted = made.returncode == 0 and subprocess.run(
            ["mount", "-o", "loop,discard", str(self.image), str(self.folder)], capture_output=True, check=False).returncode == 0
        atexit.register(self.close)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.image.parent, ignore_errors=True)


@functools.cache
def workplace():
    return Workplace().folder


class Computer:
    """A root folder with accounts of its own."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        subprocess.run(["cp", "-a", str(debian_root()), str(self.root)], check=True)

    def run(self, *command):
        subprocess.run(["chroot", str(self.root), *command], check=True, capture_output=True)

    def add_user(self, name, *options):
        self.run("useradd", "-m", "-s", "/bin/bash", *options, name)
        return self.root / "home" / name

    def own(self, name):
        self.run("chown", "-hR", f"{name}:{name}", f"/home/{name}")

    def account(self, name):
        for line in (self.root / "etc/passwd").read_text().splitlines():
            if line.startswith(name + ":"):
                return line.split(":")
        return None

    def uid(self, name):
        return int(self.account(name)[2])

    def gid(self, name):
        return int(self.account(name)[3])

    def remove_system(self, keep):
        for entry in self.root.iterdir():
            if entry.name != keep:
                subprocess.run(["rm", "-rf", "--one-file-system", str(entry)], check=True)


class Result:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}\n{self.out}\n{self.err}"


class ProgramTest(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("needs root: accounts and owners of other users")
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="test.", dir=self.workplace()))
        self.addCleanup(subprocess.run, ["rm", "-rf", "--one-file-system", str(self.work)], check=True)
        self.pass_file = self.secret_file("pass", PASSPHRASE)
        self.store = self.work / "store"

    @staticmethod
    def workplace():
        return workplace()

    def secret_file(self, name, text):
        path = self.work / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def rehome(self, *arguments, expect=SUCCESS, **options):
        process = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, errors="replace",
                                 stdin=subprocess.DEVNULL, timeout=300, check=False, **options)
        result = Result(process)
        if expect is not None:
            self.assertEqual(result.code, expect, f"{' '.join(map(str, arguments))}: {result}")
        return result

    def capture(self, root, *more, expect=SUCCESS, store=None, **options):
        return self.rehome("capture", "--json", "--root", root, "--passphrase-file", self.pass_file, *more,
                           store or self.store, expect=expect, **options)

    def restore(self, root, *more, expect=SUCCESS, store=None, **options):
        return self.rehome("restore", "--json", "--root", root, "--passphrase-file", self.pass_file, *more,
                           store or self.store, expect=expect, **options)

    def computer(self, name):
        return Computer(self.work / name)

    def assert_same_tree(self, before, after, users=None, groups=None, leave_out=()):
        """`before`: a folder or a record of one."""
        old = before if isinstance(before, dict) else tree_record.record(before)
        new = tree_record.record(after)
        for folder in (os.fsencode(path).hex() for path in leave_out):
            old = {path: entry for path, entry in old.items() if not tree_record.is_below(path, folder)}
            new = {path: entry for path, entry in new.items() if not tree_record.is_below(path, folder)}
        self.assertEqual(list(tree_record.compare(old, new, users or {}, groups or {})), [])

    @contextlib.contextmanager
    def small_volume(self, megabytes, name="volume"):
        """A mounted ext4 of that size."""
        image, mount = self.work / f"{name}.img", self.work / name
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        mount.mkdir()
        made = subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], capture_output=True, check=False)
        mounted = subprocess.run(["mount", "-o", "loop", str(image), str(mount)], capture_output=True, check=False)
        if made.returncode != 0 or mounted.returncode != 0:
            self.skipTest(f"no loop device: {made.stderr}{mounted.stderr}")
        try:
            yield mount
        finally:
            subprocess.run(["umount", str(mount)], check=True)


def main():
    unittest.main(verbosity=1)
