#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders for user state that are not there, cannot be written or fill up, and computers that write more than they may."""
import json
import os
import sqlite3
import subprocess
import time
import unittest

import site_abuse_test as abuse
import support

MIB = 1 << 20


class RoomTest(abuse.AbuseTest):
    def put(self, lease, blob, content):
        """The status. What is refused is not sent."""
        wire = self.wire("old")
        wire.sendall((f"PUT /api/v1/vaults/{lease['vault']}/blobs/{blob} HTTP/1.1\r\nHost: site\r\n"
                      f"Rehome-Lease: {lease['lease']}\r\nContent-Digest: {abuse.digest(content)}\r\n"
                      f"Content-Length: {len(content)}\r\nExpect: 100-continue\r\n\r\n").encode())
        status = int(wire.recv(4096).split()[1])
        if status == 100:
            wire.sendall(content)
            status = int(wire.recv(4096).split()[1])
        return status

    def release(self, lease, outcome, capture=""):
        status, answer = self.ask(self.connect("old"), "POST", f"/api/v1/agent/leases/{lease['lease']}/release",
                                  {"outcome": outcome, "capture": capture, "objects": 1, "bytes": 1, "errors": 0,
                                   "losses": 0, "message": "", "accounts": []})
        self.assertEqual(status, 200, answer)
        return json.loads(answer)["state"]

    def states(self):
        return self.folder / "states"

    def bytes_there(self):
        return sum(path.stat().st_size for path in self.states().rglob("*") if path.is_file())

    def run_cycle(self):
        return list(self.site("site delete-due").values())[0]


class Quotas(RoomTest):
    def test_a_quota_holds_while_blobs_are_written_and_for_what_failed(self):
        self.site("computer set", "old", "--quota", "8MB")
        lease = self.request_capture("old")
        taken = [self.put(lease, f"packs/1/{number:032x}", os.urandom(3 * MIB)) for number in range(6)]
        self.assertEqual(taken, [201, 201, 507, 507, 507, 507])
        self.assertEqual(self.release(lease, "failed"), "abandoned")
        again = self.request_capture("old")
        self.assertEqual(self.put(again, f"packs/1/{9:032x}", os.urandom(3 * MIB)), 507)
        self.assertLess(self.bytes_there(), 8_000_000)


class Pinning(RoomTest):
    """Nothing stays that no store needs, whatever its blobs are called."""

    def settle(self):
        self.site("site smp set", "localhost", "--deletion-delay", "0")

    def discard(self, store):
        self.site("site store discard", store, "--force")
        return self.run_cycle()

    def test_blobs_that_claim_to_be_captures_pin_nothing(self):
        self.settle()
        lease = self.request_capture("old")
        capture = "c" * 32
        self.assertEqual(self.put(lease, f"captures/{capture}/started", b"x"), 201)
        self.assertEqual(self.put(lease, f"captures/{'0' * 32}/complete", b"x"), 201)
        self.assertEqual(self.put(lease, f"packs/1/{1:032x}", os.urandom(3 * MIB)), 201)
        self.assertEqual(self.release(lease, "captured", capture), "abandoned")
        report = self.discard(lease["store"])
        self.assertEqual((report["removed"], report["left_over"]), ([lease["vault"]], []))
        self.assertFalse((self.states() / lease["vault"]).exists())

    def test_a_manifest_that_nobody_could_read_is_not_taken(self):
        lease = self.request_capture("old")
        capture = "c" * 32
        self.assertEqual(self.put(lease, f"captures/{capture}/started", b"x"), 201)
        self.assertEqual(self.put(lease, f"captures/{capture}/complete", bytes(65 * MIB)), 413)
        self.assertEqual(self.release(lease, "captured", capture), "abandoned")

    def test_a_complete_capture_that_was_never_released_goes_with_its_store(self):
        """The agent died between the capture and the release."""
        self.settle()
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.step("old", "capture-user-state", "--root", self.old.root)
        self.stop()
        with sqlite3.connect(self.folder / "site.db") as records:  # the lease is not kept
            records.execute("UPDATE leases SET expires = 1")
        (self.work / "state-old/step.json").unlink()
        self.serve(self.port)
        store = self.capture()
        vault = self.site("site store show", store)["vault"]
        self.assertEqual(len(list((self.states() / vault / "captures").iterdir())), 2)
        self.assertEqual(self.discard(store)["removed"], [vault])
        self.assertFalse((self.states() / vault).exists())


class LeftOver(RoomTest):
    def test_captures_made_after_the_backup_are_kept_for_a_time(self):
        first = self.capture()
        self.rehome("site", "backup", self.folder, self.work / "backup")
        self.capture()
        self.stop()
        shown = self.folder
        self.folder = self.work / "restored"
        self.folder.mkdir(mode=0o700)
        (shown / "states").rename(self.folder / "states")
        self.rehome("site", "restore", self.work / "backup", self.folder, "--recovery-secret", self.work / "recovery")
        self.serve(self.port)
        self.assertEqual([store["id"] for store in self.site("site store list")["items"]], [first])
        vault = self.site("site store show", first)["vault"]
        self.site("site store discard", first, "--force")
        report = self.run_cycle()
        self.assertEqual((report["deleted"], report["removed"]), ([first], []))
        self.assertEqual([(left["vault"], len(left["captures"])) for left in report["left_over"]], [(vault, 1)])
        self.assertRegex(self.table("site deletions"), rf"vault={vault} captures=[0-9a-f]{{32}} until=20\S+Z")
        self.rehome("restore", self.folder / "states" / vault, "--recovery-secret", self.work / "recovery", "--root",
                    self.new.root)
        self.assert_restored()
        self.site("site discard-left-over", vault)
        self.assertFalse((self.states() / vault).exists())


class Volumes(RoomTest):
    """The folder of the migration point is a volume of its own."""

    def setUp(self):
        super().setUp()
        self.volume = self.work / "volume"
        image = self.work / "volume.img"
        image.write_bytes(b"")
        os.truncate(image, 256 * MIB)
        self.volume.mkdir()
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True)
        loop = subprocess.run(["losetup", "--show", "-f", image], capture_output=True, text=True, check=False)
        if loop.returncode != 0:
            raise unittest.SkipTest("SKIPPED: this system mounts no volumes")
        self.device = loop.stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "-d", self.device], check=True)
        self.mount()
        self.addCleanup(subprocess.run, ["umount", "-q", "-l", self.volume], stderr=subprocess.DEVNULL, check=False)
        self.site("site folder remove", "localhost", "states")
        self.folder_id = self.site("site folder add", "localhost", str(self.volume), "--minimum-free", "1MB")["id"]

    def mount(self):
        subprocess.run(["mount", self.device, self.volume], check=True)

    def unmount(self):
        subprocess.run(["umount", "-l", self.volume], check=True)  # the server may hold folders of it open

    def test_what_is_not_mounted_is_neither_written_nor_deleted_from(self):
        store = self.capture()
        vault = self.site("site store show", store)["vault"]
        self.site("site store discard", store, "--force")
        self.unmount()
        report = self.run_cycle()
        self.assertEqual((report["deleted"], len(report["skipped"])), ([], 1))
        self.assertIn("not mounted", self.table("site folder list"))
        self.assertIn(self.folder_id, self.table("site smp list"))
        self.step("old", "request-state-store capture", "--root", self.old.root, "--set", "OSDStateSMPRetryCount=0",
                  expect=support.NO_SPACE)
        self.assertEqual(list(self.volume.iterdir()), [])
        self.stop()
        self.serve(self.port)  # a start makes nothing of it either
        time.sleep(0.5)
        self.assertEqual(list(self.volume.iterdir()), [])
        self.assertIn(f"folder {self.folder_id} is not used", "".join(self.said))
        self.mount()
        self.assertTrue((self.volume / vault).exists())
        self.assertEqual(self.run_cycle()["deleted"], [store])
        self.assertFalse((self.volume / vault).exists())

    def test_a_restore_says_which_folder_is_missing(self):
        self.site("association add", "old", "new")
        self.capture()
        self.unmount()
        result = self.rehome("step", "request-state-store", "restore", "--state", self.work / "state-new", "--set",
                             "OSDStateSMPRetryCount=0", expect=None)
        self.assertNotEqual(result.code, support.SUCCESS)
        self.assertIn(self.folder_id, result.err)
        self.mount()
        self.restore("new")

    def test_a_read_only_folder_is_passed_over(self):
        self.capture()
        other = self.work / "other"
        other.mkdir()
        self.site("site folder add", "localhost", str(other))
        subprocess.run(["mount", "-o", "remount,ro", self.volume], check=True)
        self.assertIn("Read-only", self.table("site folder list"))
        self.assertEqual(self.site("site store show", self.capture_again())["folder_path"], str(other))

    def capture_again(self):
        before = {store["id"] for store in self.site("site store list")["items"]}
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.step("old", "capture-user-state", "--root", self.old.root)
        self.step("old", "release-state-store")
        return ({store["id"] for store in self.site("site store list")["items"]} - before).pop()

    def test_a_lease_leaves_the_minimum_free_and_what_others_reserved(self):
        lease = self.request_capture("old")
        free = os.statvfs(self.volume)
        reserve = free.f_bfree * free.f_frsize - 60 * MIB
        status, _ = self.ask(self.connect("new"), "POST", "/api/v1/agent/state-store",
                             {"purpose": "capture", "estimated_bytes": reserve})
        self.assertEqual(status, 200)
        taken = [self.put(lease, f"packs/1/{number:032x}", os.urandom(20 * MIB)) for number in range(4)]
        self.assertEqual(taken, [201, 201, 507, 507])

    def test_a_folder_of_an_earlier_version_proves_itself(self):
        vault = self.site("site store show", self.capture())["vault"]
        self.stop()
        mark = self.volume / ".rehome-folder"
        self.assertEqual(mark.read_text(), self.folder_id + "\n")
        mark.unlink()
        with sqlite3.connect(self.folder / "site.db") as records:
            records.execute("UPDATE audit SET what = 'x' WHERE what = 'folder marked'")
        self.unmount()
        self.serve(self.port)
        self.stop()
        self.assertEqual(list(self.volume.iterdir()), [])
        self.mount()
        self.serve(self.port)
        self.assertEqual(mark.read_text(), self.folder_id + "\n")
        self.assertTrue((self.volume / vault).exists())


class Beginnings(support.ProgramTest):
    """`site init` that fails leaves nothing in the way of the next try."""

    def init(self, *more, expect=support.SUCCESS):
        return self.rehome("site", "init", self.work / "site", "--code", "TST", "--new-recovery-key",
                           self.work / "recovery", *more, expect=expect)

    def test_the_next_try_is_not_in_the_way_of_itself(self):
        result = self.init("--database", "postgresql://site@127.0.0.1:1/site", expect=None)
        self.assertNotEqual(result.code, support.SUCCESS)
        left = sorted(path.name for path in self.work.iterdir() if path.name.startswith(("recovery", "site")))
        self.assertEqual(left, [])
        self.init()
        self.assertTrue((self.work / "recovery.pub").exists())

    def test_a_key_that_was_there_is_left_alone(self):
        (self.work / "recovery.pub").write_text("mine")
        self.init(expect=None)
        self.assertEqual((self.work / "recovery.pub").read_text(), "mine")
        self.assertFalse((self.work / "recovery").exists())


if __name__ == "__main__":
    support.main()
