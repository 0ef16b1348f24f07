#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real site and the real steps when something dies or fails on the way: the same step run again completes, and what
arrives is what was captured."""
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import postgresql
import site_support
import support
from support import BUSY, CANCELLED, IO, NO_SPACE, NOT_FOUND, PERMISSION, UNSUPPORTED

sys.path.insert(0, str(support.SOURCE / "tests/support"))
from cutting_proxy import CuttingProxy  # noqa: E402

REQUEST_CAPTURE, CAPTURE, RELEASE = "request-state-store capture", "capture-user-state", "release-state-store"
REQUEST_RESTORE, RESTORE = "request-state-store restore", "restore-user-state"


class FaultTest(site_support.MigrationTest):
    """Agents reach the site through a wire that can be hurt, and which leads to the server that runs at the time."""

    def setUp(self):
        self.proxy = None
        super().setUp()
        self.addCleanup(self.proxy.close)
        self.configure({"retries": 1, "retry_delay_seconds": 0})
        self.association = self.site("association add", "old", "new")["id"]
        self.random = random.Random(self.id())

    def serve(self, port=0):
        super().serve(port)
        if self.proxy is None:
            self.proxy = CuttingProxy(self.port)
        self.proxy.target = self.port
        self.direct, self.url = self.url, f"https://127.0.0.1:{self.proxy.port}"

    def restart(self):
        self.kill()
        self.serve()

    def grow(self, megabytes):
        for number in range(megabytes // 4):
            (self.old.root / f"home/ann/big-{number}").write_bytes(os.urandom(4 << 20))
        self.old.own("ann")

    def options(self, name):
        return {CAPTURE: ("--root", self.old.root), REQUEST_CAPTURE: ("--root", self.old.root),
                RESTORE: ("--root", self.new.root)}.get(name, ())

    def run_step(self, which, name, expect=support.SUCCESS):
        return self.step(which, name, *self.options(name), expect=expect)

    def wait_for(self, condition, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.002)
        self.assertTrue(condition())

    def hurt(self, which, name, moved, strike):
        """Starts the step and strikes when it has moved so many bytes over the wire, if it is not done by then."""
        end = self.proxy.sent + self.proxy.received + moved
        process = self.start_step(which, name, *self.options(name))
        self.wait_for(lambda: process.poll() is not None or self.proxy.sent + self.proxy.received >= end)
        strike(process)
        _, err = process.communicate(timeout=60)
        return process.returncode, err

    def finish_capture(self):
        self.run_step("old", CAPTURE)
        self.run_step("old", RELEASE)
        self.assertEqual(self.only_store()["state"], "captured")

    def finish_restore(self):
        self.run_step("new", RESTORE)
        self.run_step("new", RELEASE)
        self.assert_restored()
        self.assertEqual(self.only_store()["state"], "released")

    def only_store(self):
        stores = self.site("site store list")["items"]
        self.assertEqual(len(stores), 1)
        return stores[0]

    def vaults(self):
        return [entry for entry in (self.folder / "states").iterdir() if entry.is_dir()]

    def moments(self, most, count=3):
        return [self.random.randrange(most) for _ in range(count)]

    def strike_during(self, which, name, most, strike):
        """At any moment: the step fails or was done already; run again it completes."""
        for moment in self.moments(most):
            code, err = self.hurt(which, name, moment, lambda _: strike())
            self.assertIn(code, (support.SUCCESS, IO, CANCELLED), err)
        self.run_step(which, name)

    def strike_during_release(self, which, strike):
        code, _ = self.hurt(which, RELEASE, self.random.randrange(4000), lambda _: strike())
        if code != support.SUCCESS:
            self.run_step(which, RELEASE)

    def migrate_under(self, strike):
        self.grow(16)
        self.strike_during("old", REQUEST_CAPTURE, 3000, strike)
        self.strike_during("old", CAPTURE, 17 << 20, strike)
        self.strike_during_release("old", strike)
        self.assertEqual(self.only_store()["state"], "captured")
        self.strike_during("new", REQUEST_RESTORE, 3000, strike)
        self.strike_during("new", RESTORE, 17 << 20, strike)
        self.strike_during_release("new", strike)
        self.assert_restored()
        self.assertEqual(self.only_store()["state"], "released")
        self.site("association show", self.association)

    def fill(self, volume):
        with open(volume / "filler", "wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 65536)
                file.flush()

    def use_only(self, folder):
        point = self.site("site smp list")["items"][0]
        added = self.site("site folder add", point["id"], folder)["id"]
        self.site("site folder set", point["id"], added, "--minimum-free", "1MB")
        self.site("site folder remove", point["id"], point["folders"][0]["id"])


class Killed(FaultTest):
    def test_the_server_at_any_moment_of_a_migration(self):
        self.migrate_under(self.restart)

    def test_the_client_at_any_moment_of_a_migration(self):
        self.grow(16)
        self.run_step("old", REQUEST_CAPTURE)
        for moment in self.moments(17 << 20):
            self.hurt("old", CAPTURE, moment, lambda process: process.send_signal(signal.SIGKILL))
        self.finish_capture()
        self.run_step("new", REQUEST_RESTORE)
        for moment in self.moments(17 << 20):
            self.hurt("new", RESTORE, moment, lambda process: process.send_signal(signal.SIGKILL))
        self.finish_restore()

    def test_the_server_during_a_deletion_cycle(self):
        self.capture()
        vault = self.vaults()[0]
        packs = next((vault / "packs").iterdir())
        for number in range(4000):  # many blobs, so that the removal takes its time
            (packs / f"{number:032x}").write_bytes(b"x")
        self.site("site smp set", self.site("site smp list")["items"][0]["id"], "--deletion-delay", "0")
        self.restore("new")  # which begins the cycle
        for left in (3500, 2500, 1000):
            self.wait_for(lambda left=left: len(os.listdir(packs)) < left)
            self.kill()
            self.assertTrue(vault.exists())
            self.serve()
        self.wait_for(lambda: not self.vaults())
        self.run_step("new", REQUEST_RESTORE, expect=NOT_FOUND)
        self.capture()
        self.restore("new")


class BadWire(FaultTest):
    FAULTS = ("cut_after", "cut_answer_after", "flip_after", "flip_request_after")

    def setUp(self):
        super().setUp()
        self.grow(16)

    def strike(self, fault, most):
        moved = self.proxy.sent if fault in ("cut_after", "flip_request_after") else self.proxy.received
        setattr(self.proxy, fault, moved + self.random.randrange(most))

    def hurt_everywhere(self, which, name, most):
        """Each fault at a random place; the next run may find that nothing was left to do."""
        for fault in self.FAULTS:
            self.strike(fault, most)
            self.run_step(which, name, expect=None)
            setattr(self.proxy, fault, None)
        self.run_step(which, name)

    def test_cut_and_damaged_at_random_places(self):
        self.hurt_everywhere("old", REQUEST_CAPTURE, 2000)
        self.hurt_everywhere("old", CAPTURE, 8 << 20)
        self.finish_capture()
        self.hurt_everywhere("new", REQUEST_RESTORE, 2000)
        self.hurt_everywhere("new", RESTORE, 100_000)
        self.finish_restore()
        self.assertGreaterEqual(self.proxy.cuts, 8)

    def test_slow_in_both_directions(self):
        self.proxy.delay = 0.005  # before each 64 KiB at most
        self.run_step("old", REQUEST_CAPTURE)
        self.finish_capture()
        self.run_step("new", REQUEST_RESTORE)
        self.finish_restore()

    def test_nobody_answers_for_a_while(self):
        self.run_step("old", REQUEST_CAPTURE)
        self.proxy.closed = True
        result = self.run_step("old", CAPTURE, expect=None)
        self.assertIn(result.code, (IO, BUSY), result)
        self.proxy.closed = False
        self.finish_capture()
        self.run_step("new", REQUEST_RESTORE)
        self.finish_restore()


class BadFolder(FaultTest):
    """The folder of the migration point is a small volume of its own."""

    def setUp(self):
        super().setUp()
        self.volume = self.enterContext(self.small_volume(64))
        self.addCleanup(self.stop)  # before its volume goes
        self.states = self.volume / "states"
        self.states.mkdir()
        self.use_only(self.states)
        self.grow(16)
        self.run_step("old", REQUEST_CAPTURE)

    def remount(self, how):
        return subprocess.run(["mount", "-o", f"remount,{how}", str(self.volume)], capture_output=True,
                              check=False).returncode == 0

    def assert_nothing_partial(self):
        """Blobs have their whole content or are not there."""
        left = [path.name for path in self.states.rglob(".rehome-tmp-*")]
        self.assertEqual(left, [])
        self.assertEqual(self.only_store()["state"], "capturing")

    def test_full(self):
        self.fill(self.volume)
        result = self.run_step("old", CAPTURE, expect=NO_SPACE)
        self.assertIn("space", result.err)
        self.assert_nothing_partial()
        (self.volume / "filler").unlink()
        self.complete()

    def test_gone_and_back_as_a_copy_while_the_server_runs(self):
        self.hurt("old", CAPTURE, 6 << 20, lambda process: process.send_signal(signal.SIGKILL))
        away = self.volume / "away"
        self.states.rename(away)
        time.sleep(5)  # so long the server believes what it knows of a lease
        result = self.run_step("old", CAPTURE, expect=NOT_FOUND)
        self.assertRegex(result.err, "folder f-[0-9a-f]+ of the state migration point: No such file")
        self.assertNotIn(str(self.states), result.err)
        self.wait_for(lambda: any(str(self.states) in line for line in self.said))
        self.assertFalse(self.states.exists())
        shutil.copytree(away, self.states)
        shutil.rmtree(away)
        self.complete()

    def test_read_only(self):
        self.hurt("old", CAPTURE, 6 << 20, lambda process: process.send_signal(signal.SIGKILL))
        self.wait_for(lambda: self.remount("ro"))  # once the server has let go of the file it was writing
        result = self.run_step("old", CAPTURE, expect=PERMISSION)
        self.assertIn("Read-only file system", result.err)
        self.assertTrue(self.remount("rw"))
        self.complete()

    def complete(self):
        self.finish_capture()
        self.run_step("new", REQUEST_RESTORE)
        self.finish_restore()


class FullRecords(FaultTest):
    """The site's own folder, with its records, is a small volume of its own; captures go elsewhere."""

    def site_folder(self):
        self.volume = self.enterContext(self.small_volume(16))
        self.addCleanup(self.stop)  # before its volume goes
        return self.volume / "site"

    def test_no_room_for_records(self):
        states = self.work / "states"
        states.mkdir()
        self.use_only(states)
        self.fill(self.volume)
        result = self.run_step("old", REQUEST_CAPTURE, expect=NO_SPACE)
        self.assertIn("full", result.err)
        self.assertEqual(self.site("site store list")["items"], [])
        (self.volume / "filler").unlink()
        self.run_step("old", REQUEST_CAPTURE)
        self.fill(self.volume)
        self.try_step("old", CAPTURE)
        self.restart()
        self.try_step("old", RELEASE)
        (self.volume / "filler").unlink()
        if not self.site("site store list", "--state", "captured")["items"]:  # the release may have given it up
            for name in (REQUEST_CAPTURE, CAPTURE, RELEASE):
                self.run_step("old", name)
        for name in (REQUEST_RESTORE, RESTORE, RELEASE):
            self.run_step("new", name)
        self.assert_restored()

    def try_step(self, which, name):
        """The records may still have room for it."""
        result = self.run_step(which, name, expect=None)
        self.assertIn(result.code, (support.SUCCESS, NO_SPACE), result)


class RecordsInPostgresql(FaultTest):
    def setUp(self):
        if not postgresql.is_installed():
            self.skipTest("needs PostgreSQL 15")
        self.records = postgresql.PostgresqlServer()
        self.addCleanup(self.records.close)
        self.INIT_OPTIONS = ("--database", self.records.address)
        super().setUp()

    def test_postgresql_crashes_at_any_moment_of_a_migration(self):
        self.migrate_under(self.records.crash_and_restart)

    def test_the_server_is_killed_at_any_moment_of_a_migration(self):
        self.migrate_under(self.restart)


class Refusals(FaultTest):
    def test_two_servers_on_one_folder(self):
        result = self.rehome("site", "serve", self.folder, "--listen", "127.0.0.1:0", expect=BUSY)
        self.assertIn("another process serves the site", result.err)
        self.site("site show")

    def test_records_of_a_newer_version(self):
        self.stop()
        with contextlib.closing(sqlite3.connect(self.folder / "site.db")) as records:
            version = records.execute("SELECT version FROM schema_version").fetchone()[0]
            records.execute("UPDATE schema_version SET version = 99")
            records.commit()
        result = self.rehome("site", "serve", self.folder, "--listen", "127.0.0.1:0", expect=UNSUPPORTED)
        self.assertIn("the records are of version 99", result.err)
        self.assertIn("use the newer program", result.err)
        with contextlib.closing(sqlite3.connect(self.folder / "site.db")) as records:
            records.execute("UPDATE schema_version SET version = ?", (version,))
            records.commit()
        self.serve()
        self.site("site show")


if __name__ == "__main__":
    support.main()
