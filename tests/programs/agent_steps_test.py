#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The four steps with the real program, one by one, and the rows of the reference they stand for."""
import base64
import contextlib
import json
import os
import random
import threading

import agent_support
import support
from support import LOSSES, NOT_FOUND, PERMISSION, REFUSED, UNSUPPORTED, USAGE, WRONG_KEY


@contextlib.contextmanager
def changing_file(path):
    """A file that is never the same twice."""
    ended = threading.Event()

    def change():
        while not ended.is_set():
            with open(path, "r+b") as file:
                file.seek(random.randrange(20) << 20)
                file.write(os.urandom(64))

    path.write_bytes(os.urandom(20 << 20))
    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Remote(agent_support.AgentTest):
    """The route over a state migration point."""

    def setUp(self):
        super().setUp()
        self.source = self.enrol("old")
        self.destination = self.enrol("new")

    def test_s2_s11_s17_s18_s19_s20_c_t1_c_t4_c_t17_capture_here_restore_there(self):
        self.site.associate(self.source, self.destination)
        requested = self.step("old", "request-state-store capture", "--root", self.old.root).json
        self.assertEqual(requested["outcome"], "none")
        self.assertIn("/api/v1/vaults/", requested["store_path"])
        self.assertGreater(self.site.bodies("state-store")[0]["estimated_bytes"], 3_000_000)
        before = support.tree_record.record(self.old.root / "home")
        captured = self.step("old", "capture-user-state", "--root", self.old.root).json
        self.assertEqual([account["name"] for account in captured["accounts"]], ["ann", "ben"])
        self.assertTrue(self.site.packs(self.source))
        self.assertIsNone(self.site.vaults[self.source]["released"], "S20: not before the release")
        self.step("old", "release-state-store")
        release = self.site.bodies("release")[0]
        self.assertEqual((release["outcome"], release["capture"]), ("captured", captured["capture"]))
        self.restore_remotely()
        self.assertEqual(self.site.bodies("release")[1]["outcome"], "restored")
        self.assert_restored("ann", "ben")
        self.assertIn("restart this computer", self.log("new"))
        self.assert_same_tree(before, self.old.root / "home")

    def test_no_secret_lies_on_the_disk_or_in_a_log(self):
        self.site.associate(self.source, self.destination)
        self.capture_remotely()
        self.restore_remotely()
        key = self.site.vaults[self.source]["key"]
        for folder in self.state.values():
            for file in folder.iterdir():
                content = file.read_bytes()
                self.assertEqual(file.stat().st_mode & 0o077, 0, file)
                self.assertNotIn(key, content)
                self.assertNotIn(base64.b64encode(key), content)

    def test_s3_s26_in_place_and_s4_not_before_the_new_system(self):
        self.capture_remotely()
        self.assertIn("capture-user-state: engine rehome 0.1.0", self.log("old"))
        self.step("old", "request-state-store restore")
        result = self.step("old", "restore-user-state", "--root", self.old.root, expect=REFUSED)
        self.assertIn("still the one that runs", result.err)
        self.assertEqual(self.site.bodies("release")[1:], [])
        self.step("old", "restore-user-state", "--root", self.new.root)
        self.step("old", "release-state-store")
        self.assertEqual(self.site.bodies("release")[1]["outcome"], "restored")
        self.assertIn("restore-user-state: engine rehome 0.1.0", self.log("old"))
        self.assert_restored("ann", "ben")

    def test_s6_s14_without_a_state_migration_point(self):
        self.site.has_smp = False
        result = self.step("old", "request-state-store capture", "--root", self.old.root, expect=NOT_FOUND)
        self.assertIn("no state migration point", result.err)
        self.step("old", "capture-user-state", "--root", self.old.root, expect=NOT_FOUND)
        self.assertFalse((self.site.folder / "vaults").exists())

    def test_s10_hard_links_and_a_state_migration_point(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        for more in (["--kind", "hard-link"], ["--set", "_OSDMigrateUseHardlinks=true"]):
            result = self.step("old", "capture-user-state", "--root", self.old.root, *more, expect=REFUSED)
            self.assertIn("hard links", result.err)
        self.assertFalse((self.site.folder / "vaults").exists())

    def test_s10_hard_links_are_refused_before_anything_is_reserved(self):
        result = self.step("old", "request-state-store capture", "--root", self.old.root, "--set",
                           "_OSDMigrateUseHardlinks=true", expect=REFUSED)
        self.assertIn("hard links", result.err)
        self.assertEqual(self.site.bodies("state-store"), [])
        self.assertFalse((self.work / "state-old/step.json").exists())

    def test_s16_capture_and_restore_without_request(self):
        for name in ("capture-user-state", "restore-user-state"):
            result = self.step("old", name, "--root", self.old.root, expect=NOT_FOUND)
            self.assertIn("request-state-store", result.err)
        self.step("old", "release-state-store", expect=NOT_FOUND)

    def test_s44_only_the_named_accounts_arrive(self):
        self.site.associate(self.source, self.destination, "restore-specified", ["ben"])
        self.capture_remotely()
        self.assertEqual(len(self.site.vaults[self.source]["released"]["accounts"]), 2)
        self.restore_remotely()
        self.assert_restored("ben")
        self.assertIsNone(self.new.account("ann"))

    def test_s45_c_a12_only_the_named_accounts_are_captured(self):
        self.site.associate(self.source, self.destination, "specified", [str(self.old.uid("ben")), "nobody-here"])
        self.capture_remotely()
        accounts = self.site.vaults[self.source]["released"]["accounts"]
        self.assertEqual([account["name"] for account in accounts], ["ben"])
        self.assertIn("nobody-here", self.log("old"))
        self.step("old", "request-state-store capture", "--root", self.old.root)
        result = self.step("old", "capture-user-state", "--root", self.old.root, "--users", "ann", expect=USAGE)
        self.assertIn("association", result.err)

    def test_c_f5_retries_are_counted_and_bounded(self):
        self.site.has_smp = False
        result = self.step("old", "request-state-store restore", "--retry-count", 2, "--retry-delay", 0, expect=NOT_FOUND)
        self.assertEqual([body.get("retry", 0) for body in self.site.bodies("state-store")], [0, 1, 2], result)
        for more in (["--retry-count", 31], ["--retry-delay", 601], ["--set", "OSDStateSMPRetryCount=-1"]):
            self.step("old", "request-state-store restore", *more, expect=USAGE)

    def test_c_f6_c_f7_the_weaker_credential(self):
        self.state["bare"] = self.work / "state-bare"
        token = self.secret_file("network-token", "a-network-access-token")
        self.rehome("agent", "enrol", self.site.url, "--state", self.state["bare"], "--network-access", "--fingerprint",
                    self.site.authority.fingerprint)
        self.step("bare", "request-state-store capture", "--root", self.old.root, expect=NOT_FOUND)
        more = ["--root", self.old.root, "--network-access-token-file", token]
        result = self.step("bare", "request-state-store capture", *more, expect=PERMISSION)
        self.assertIn("not known", result.err)
        self.site.network_tokens.add("a-network-access-token")
        self.step("bare", "request-state-store capture", *more)
        self.assertTrue(self.site.bodies("state-store")[-1]["computer"])
        self.step("bare", "capture-user-state", "--root", self.old.root)
        self.step("bare", "release-state-store")
        self.assertEqual(self.site.bodies("release")[0]["outcome"], "captured")
        self.step("old", "request-state-store restore", "--set", "OSDStateFallbackToNAA=true", expect=USAGE)

    def test_c_t16_every_request_has_its_release(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        result = self.step("old", "request-state-store restore", expect=support.BUSY)
        self.assertIn("release-state-store", result.err)
        self.step("old", "release-state-store")
        self.assertEqual(self.site.bodies("release")[0]["outcome"], "abandoned")

    def test_a_lease_that_has_ended_is_forgotten_at_the_release(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.site.lose_leases()
        result = self.step("old", "release-state-store", expect=NOT_FOUND)
        self.assertIn("no longer knows the lease", result.err)
        self.step("old", "request-state-store capture", "--root", self.old.root)

    def test_a_failed_restore_is_released_as_failed(self):
        self.site.associate(self.source, self.destination)
        self.capture_remotely()
        self.step("new", "request-state-store restore")
        self.step("new", "restore-user-state", "--root", self.new.root, "--map-user", "carl:dora", expect=NOT_FOUND)
        self.step("new", "release-state-store")
        release = self.site.bodies("release")[1]
        self.assertEqual(release["outcome"], "failed")
        self.assertIn("--map-user", release["message"])

    def test_c_t2_files_that_cannot_be_read_can_be_a_failure(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        with changing_file(self.old.root / "home/ann/log"):
            self.step("old", "capture-user-state", "--root", self.old.root, "--continue-on-locked-files", "false",
                      expect=REFUSED)
            self.assertEqual(self.step("old", "capture-user-state", "--root", self.old.root, expect=LOSSES).json["errors"], 1)
        self.step("old", "release-state-store")
        self.assertEqual(self.site.bodies("release")[0]["outcome"], "captured")

    def test_require_logged_out_stops_at_open_files(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        with open(self.old.root / "home/ann/letter", "a"):
            result = self.step("old", "capture-user-state", "--root", self.old.root, "--require-logged-out", expect=REFUSED)
            self.assertIn("/home/ann/letter", result.err)
            self.step("old", "capture-user-state", "--root", self.old.root)
        self.assertIn("open for writing", self.log("old"))


class Recovery(agent_support.AgentTest):
    """By hand, on a third computer, with what the site knows (C-C2)."""

    def setUp(self):
        super().setUp()
        self.source = self.enrol("old")
        self.capture_remotely()
        self.token = self.secret_file("administrator", self.site.administrator_token)
        self.key = self.work / "site-key"
        self.known = ["--token-file", self.token, "--fingerprint", self.site.authority.fingerprint]

    def show(self, *more, **options):
        association = self.source.replace("c-", "a-")
        return self.rehome("recovery", "show", association, "--url", self.site.url, *self.known, *more, **options)

    def test_s46_s47_from_the_state_migration_point(self):
        shown = self.show("--why", "the deployment failed", "--key-to", self.key, "--json").json
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        self.rehome("restore", "--root", self.new.root, "--site-key-file", self.key, *self.known, shown["address"])
        self.assert_restored("ann", "ben")

    def test_s47_from_a_copied_folder_with_the_server_down(self):
        self.show("--why", "the server burns", "--key-to", self.key)
        self.site.stop()
        self.addCleanup(self.site.start)
        self.rehome("restore", "--root", self.new.root, "--site-key-file", self.key, self.site.vault_folder(self.source))
        self.assert_restored("ann", "ben")

    def test_s48_from_a_local_store(self):
        store = self.work / "local"
        self.step("old", "capture-user-state", "--root", self.old.root, "--local", store)
        self.rehome("restore", "--root", self.new.root, store)
        self.assert_restored("ann", "ben")

    def test_the_key_is_shown_only_to_who_insists(self):
        self.assertNotIn("vault_key", self.show("--why", "looking").out)
        self.assertIn("vault_key", self.show("--why", "looking", "--show-key").out)
        self.show(expect=USAGE)
        self.token.write_text("forged\n")
        self.show("--why", "curiosity", expect=PERMISSION)

    def test_a_key_file_that_is_none(self):
        for content in ("", "{}", '{"vault_key": "AAAA"}', '{"vault_key": 7}', '{"keys": [{"number": 1, "key": ""}]}',
                        json.dumps({"keys": [{"number": 1, "key": base64.b64encode(bytes(32)).decode()}] * 2})):
            file = self.secret_file("bad-key", content)
            self.rehome("restore", "--root", self.new.root, "--site-key-file", file, self.site.vault_folder(self.source),
                        expect=USAGE)


class Local(agent_support.AgentTest):
    """The route over a folder of the computer itself; no site is reachable."""

    def setUp(self):
        super().setUp()
        self.site.stop()
        self.addCleanup(self.site.start)
        self.store = self.old.root / "rehome-store"

    def test_s1_s9_s12_s13_s21_s22_s23_c_t22_c_t26_hard_links(self):
        before = support.tree_record.record(self.old.root / "home/ann")
        captured = self.step("old", "capture-user-state", "--root", self.old.root, "--local", self.store, "--kind",
                             "hard-link").json
        self.assertTrue(captured["hard_links"])
        self.assertIn("do not format", self.log("old"))
        result = self.step("old", "restore-user-state", "--root", self.old.root, "--local", self.store, expect=REFUSED)
        self.assertIn("still the one that runs", result.err)
        inode = (self.old.root / "home/ann/letter").stat().st_ino
        self.old.remove_system(keep="rehome-store")
        for entry in support.debian_root().iterdir():
            support.subprocess.run(["cp", "-a", str(entry), str(self.old.root)], check=True)
        self.step("old", "restore-user-state", "--root", self.old.root, "--local", self.store)
        self.assertEqual((self.old.root / "home/ann/letter").stat().st_ino, inode)
        self.assert_same_tree(before, self.old.root / "home/ann")
        self.step("old", "release-state-store")

    def test_s5_s7_s25_without_links_it_is_a_copied_store(self):
        self.step("old", "capture-user-state", "--root", self.old.root, "--set", f"OSDStateStorePath={self.work}/copy")
        info = self.rehome("store", "info", "--json", self.work / "copy").json
        self.assertEqual(info["kind"], "compressed")
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.work / "copy")
        self.assert_restored("ann", "ben")

    def test_s7_links_without_a_folder_are_refused(self):
        self.step("old", "capture-user-state", "--root", self.old.root, "--kind", "hard-link", expect=REFUSED)

    def test_c_t15_never_the_root_of_a_volume(self):
        for path in ("/", support.workplace()):
            result = self.step("old", "capture-user-state", "--root", self.old.root, "--local", path, expect=REFUSED)
            self.assertIn("root of a volume", result.err)

    def test_c_t2_c_t3_c_t5_c_t6_c_t7_variables(self):
        local = ["--root", self.old.root, "--local", self.store]
        self.step("old", "capture-user-state", *local, "--set", "OSDMigrateMode=Advanced", expect=USAGE)
        self.step("old", "capture-user-state", *local, "--set", "OSDMigrateFileAccess=VSS",
                  "_OSDMigrateUseHardlinks=true", expect=USAGE)
        self.step("old", "capture-user-state", *local, "--set", "OSDMigrateFileAccess=VSS", expect=UNSUPPORTED)
        self.step("old", "capture-user-state", "--local", self.store, "--set", "_OSDMigrateOfflineUserState=true",
                  expect=USAGE)
        result = self.step("old", "capture-user-state", *local, "--set", "OSDMigrateUseHardLinks=1", expect=USAGE)
        self.assertIn("_OSDMigrateUseHardlinks", result.err)
        self.step("old", "capture-user-state", *local, "--set", "OSDMigrateAdditionalCaptureOptions=--no-such", expect=USAGE)
        self.step("old", "capture-user-state", *local, "--set", "OSDMigrateAdditionalCaptureOptions=--users 'ben'",
                  "OSDMigrateSkipEncryptedFiles=true")
        self.assertIn("OSDMigrateSkipEncryptedFiles has no effect", self.log("old"))
        users = self.rehome("users", "--json", "--store", self.store, expect=None)
        self.assertNotIn("ann", users.out)

    def test_c_t3_local_accounts_get_the_one_password(self):
        self.step("old", "capture-user-state", "--root", self.old.root, "--local", self.store)
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.store, "--set",
                  "OSDMigrateLocalAccounts=true", expect=USAGE)
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.store, "--set",
                  "OSDMigrateLocalAccountPassword=x", expect=REFUSED)
        variables = self.secret_file("variables", json.dumps({"OSDMigrateLocalAccounts": "true",
                                                              "OSDMigrateLocalAccountPassword": "first-login"}))
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.store, "--variables", variables)
        self.assertRegex((self.new.root / "etc/shadow").read_text(), r"(?m)^ann:\$y\$")
        self.assertNotIn("first-login", self.log("new"))

    def test_a_carried_away_store_wants_a_key(self):
        key = self.secret_file("key", "0123456789abcdef")
        self.step("old", "capture-user-state", "--root", self.old.root, "--local", self.store, "--key-file", key)
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.store, expect=WRONG_KEY)
        self.step("new", "restore-user-state", "--root", self.new.root, "--local", self.store, "--key-file", key)
        self.assert_restored("ann", "ben")


if __name__ == "__main__":
    support.main()
