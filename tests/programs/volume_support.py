# SPDX-License-Identifier: Apache-2.0
"""A computer on a real ext4 of its own, which the tests of the wipe guard capture, change, check and wipe."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import support
from support import REFUSED, SUCCESS

PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
ann:x:1000:1000::/home/ann:/bin/bash
bob:x:1001:1001::/home/bob:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUP = "root:x:0:\nann:x:1000:\nbob:x:1001:\nnogroup:x:65534:\n"


class Volume:
    """The file system of a computer: where it is mounted, and the image it lies in."""

    def __init__(self, work, name="computer", megabytes=384):
        self.image, self.top = work / f"{name}.img", work / name
        self.top.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(self.image)], check=True)
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.top)], check=True)

    def unmount(self):
        subprocess.run(["umount", "-R", str(self.top)], check=True)

    def remount(self):
        """As after a restart: nothing is cached, and the device has another number."""
        self.unmount()
        self.mount()

    def write(self, path, content="content\n", owner=0, mode=0o644):
        file = self.top / path.lstrip("/")
        for folder in reversed(file.relative_to(self.top).parents):
            if not (self.top / folder).exists():
                (self.top / folder).mkdir()
                os.chown(self.top / folder, owner, owner)
        file.write_text(content) if isinstance(content, str) else file.write_bytes(content)
        os.chown(file, owner, owner)
        file.chmod(mode)
        return file

    def names(self):
        return sorted(entry.name for entry in self.top.iterdir())


class VolumeTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.volume = self.make_volume("computer")
        self.top = self.volume.top
        self.store = self.top / "rehome/store"
        self.proof = self.top / "rehome/proof"
        self.fill(self.volume)

    def make_volume(self, name, place=None):
        volume = Volume(place or self.work, name)
        self.addCleanup(subprocess.run, ["umount", "-R", "-l", str(volume.top)], check=False, capture_output=True)
        return volume

    def real_folder(self):
        """On a disk that outlasts a restart, which the tests' own place in memory does not."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rehome-test.", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, folder)
        kind = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=True).stdout
        if kind.strip() in ("tmpfs", "overlayfs", "fuseblk"):
            self.skipTest(f"/var/tmp lies on {kind.strip()}: nothing there counts as safe from a restart")
        return folder

    def fill(self, volume):
        volume.write("etc/passwd", PASSWD)
        volume.write("etc/group", GROUP)
        volume.write("etc/shadow", "ann:!:19000:0:99999:7:::\nbob:!:19000:0:99999:7:::\n", mode=0o600)
        volume.write("etc/login.defs", "UID_MIN 1000\nUID_MAX 60000\n")
        volume.write("etc/os-release", 'PRETTY_NAME="Old"\nID=old\n')
        volume.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        for name, uid in (("ann", 1000), ("bob", 1001)):
            volume.write(f"home/{name}/documents/letter", f"dear {name}\n" * 500, uid)
            volume.write(f"home/{name}/.bashrc", "alias ll='ls -l'\n", uid)
            os.symlink("documents/letter", volume.top / f"home/{name}/link")
            os.lchown(volume.top / f"home/{name}/link", uid, uid)
            os.chown(volume.top / f"home/{name}", uid, uid)
        (volume.top / "home").chmod(0o755)
        os.chown(volume.top / "home", 0, 0)
        (volume.top / "rehome").mkdir(mode=0o700, exist_ok=True)

    def capture_links(self, *more, expect=SUCCESS):
        return self.rehome("capture", "--json", "--root", self.top, "--kind", "hard-link", *more, self.store, expect=expect)

    def capture_copy(self, *more, store=None, expect=SUCCESS):
        return self.rehome("capture", "--json", "--root", self.top, *(more or ["--no-encryption"]), store or self.store,
                           expect=expect)

    def check(self, *more, expect=SUCCESS, store=None):
        return self.rehome("volume", "check", self.top, "--json", "--store", store or self.store, "--proof", self.proof,
                           *more, expect=expect)

    def wipe(self, *more, expect=SUCCESS, **options):
        return self.rehome("volume", "wipe", self.top, "--json", "--proof", self.proof, *more, expect=expect, **options)

    def assert_reason(self, result, clause, thing, cause=""):
        """That is the only one, and what it says."""
        reasons = result.json["reasons"]
        found = [reason for reason in reasons if reason["clause"] == clause and thing in reason["thing"]]
        self.assertEqual(len(found), 1, result)
        self.assertIn(cause, found[0]["cause"])
        self.assertNotEqual(found[0]["remedy"], "")
        self.assertEqual({reason["clause"] for reason in reasons}, {clause}, result)

    def assert_refused(self, clause, thing, cause="", check=(), store=None):
        """By the check, and nothing is proven."""
        self.assert_reason(self.check(*check, expect=REFUSED, store=store), clause, thing, cause)
        self.assertFalse(self.proof.exists())

    def assert_wipe_refused(self, clause, thing, cause=""):
        before = self.volume.names()
        self.assert_reason(self.wipe(expect=REFUSED), clause, thing, cause)
        self.assertEqual(self.volume.names(), before)
        self.assertFalse((self.top / "rehome/proof.wipe").exists())

    def assert_wiped(self):
        self.assertEqual(self.volume.names(), ["rehome"])
        self.assertFalse((self.top / "rehome/wiped").exists())

    def assert_restores(self, *more, store=None):
        """Everything is in the store: the state of both users comes back elsewhere."""
        other = Volume(self.work, "other")
        try:
            for name in ("group", "login.defs", "os-release", "machine-id", "shadow"):
                other.write(f"etc/{name}", "root:x:0:\n" if name == "group" else "")
            other.write("etc/passwd", PASSWD.splitlines()[0] + "\n")
            (other.top / "home").mkdir()
            self.rehome("restore", "--json", "--root", other.top, *more, store or self.store)
            for name in ("ann", "bob"):
                self.assertEqual((other.top / f"home/{name}/documents/letter").read_text(), f"dear {name}\n" * 500)
                self.assertEqual(os.readlink(other.top / f"home/{name}/link"), "documents/letter")
        finally:
            other.unmount()
            other.top.rmdir()
            other.image.unlink()


def change_quietly(file, content):
    """Other content of the same size, and the times put back: what only ctime tells."""
    before = file.stat()
    assert len(content) == before.st_size
    with open(file, "r+b") as opened:
        opened.write(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@contextlib.contextmanager
def mounted(*words):
    subprocess.run(["mount", *map(str, words)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(words[-1])], check=True)
