# SPDX-License-Identifier: Apache-2.0
"""What an administrator does with a site, by the real commands against the real server."""
import os

import site_support
import support
from support import NOT_FOUND, PERMISSION, REFUSED, USAGE


class Sessions(site_support.SiteTest):
    def test_the_session_is_its_owners_alone_and_holds_no_password(self):
        self.assertEqual(self.session.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(self.password.read_text().strip(), self.session.read_text())
        self.session.chmod(0o644)
        self.assertIn("chmod 600", self.site("site show", expect=REFUSED).err)

    def test_without_an_option_it_lies_in_the_home_folder(self):
        home = {**os.environ, "HOME": str(self.work), "XDG_CONFIG_HOME": ""}
        self.assertIn("site login", self.rehome("computer", "list", env=home, expect=NOT_FOUND).err)
        self.rehome("site", "login", self.url, "--fingerprint", self.fingerprint, "--password-file", self.password, env=home)
        self.rehome("computer", "list", env=home)
        self.assertTrue((self.work / ".config/rehome/session.json").exists())

    def test_logging_out_ends_it_at_the_site_too(self):
        copy = self.work / "copy.json"
        copy.write_bytes(self.session.read_bytes())
        copy.chmod(0o600)
        self.rehome("site", "logout", "--session", self.session)
        self.assertFalse(self.session.exists())
        self.site("site show", session=copy, expect=PERMISSION)

    def test_wrong_passwords_and_wrong_sites(self):
        wrong = self.secret_file("wrong", "not the password")
        login = ["site", "login", self.url, "--session", self.work / "other.json", "--password-file"]
        self.rehome(*login, wrong, "--fingerprint", self.fingerprint, expect=PERMISSION)
        self.rehome(*login, self.password, "--fingerprint", "0" * 64, expect=REFUSED)
        self.rehome(*login, self.password, expect=USAGE)
        self.rehome("site", "login", self.url, "--fingerprint", self.fingerprint, expect=support.WRONG_KEY)
        self.assertFalse((self.work / "other.json").exists())
        self.site("site show", "--url", "https://127.0.0.1:1", expect=REFUSED)


class People(site_support.SiteTest):
    def test_roles(self):
        password = self.secret_file("eve", "the password of eve")
        self.site("site user add", "eve", "--password-file", password)
        self.assertIn("eve    viewer", self.table("site user list"))
        eve = self.work / "eve.json"
        self.login("eve", password, eve)
        self.site("computer list", session=eve)
        self.site("computer add", "pc", session=eve, expect=PERMISSION)
        self.site("site user list", session=eve, expect=PERMISSION)
        changed = self.secret_file("eve2", "another password")
        self.site("site user password", "eve", "--password-file", changed, session=eve)
        self.site("computer list", session=eve, expect=PERMISSION)
        self.login("eve", changed, eve)
        self.site("site user remove", "eve")
        self.site("computer list", session=eve, expect=PERMISSION)
        self.site("site user remove", "admin", expect=REFUSED)

    def test_programs_have_tokens(self):
        file = self.work / "token"
        made = self.site("site token add", "nightly report", "--role", "viewer", "--life", "1d", "--to", file)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertNotIn("token", made)
        self.assertEqual(made["expires"] - made["created"], 86400)
        known = ["--url", self.url, "--token-file", file, "--fingerprint", self.fingerprint]
        self.rehome("computer", "list", *known)
        self.rehome("computer", "add", "pc", *known, expect=PERMISSION)
        self.rehome("computer", "list", *known[:4], expect=USAGE)
        self.assertIn("nightly report", self.table("site token list"))
        self.assertRegex(self.table("site token add", "for a script", "--role", "viewer", "--quiet"), r"^\S{20,}\n$")
        self.site("site token remove", made["id"])
        self.rehome("computer", "list", *known, expect=PERMISSION)


class Records(site_support.SiteTest):
    def test_s27_s28_s29_to_s34_state_migration_points(self):
        first = self.site("site smp list")["items"][0]
        self.site("site add-smp", "--new-server", "nas", "--server", "nas", expect=USAGE)
        self.site("site add-smp", "--server", "nas", expect=NOT_FOUND)
        (self.work / "states").mkdir()
        nas = self.site("site add-smp", "--new-server", "nas", "--folder", self.work / "states")
        self.assertEqual(nas["folders"][0]["path"], str(self.work / "states"))
        changed = self.site("site smp set", nas["id"], "--restore-only", "true", "--deletion-delay", "2d",
                            "--deletion-cycle", "90m", "--network", "10.1.0.0/16", "--fallback", "false")
        self.assertEqual((changed["restore_only"], changed["deletion_delay_minutes"], changed["deletion_cycle_minutes"],
                          changed["networks"], changed["fallback"]), (True, 2880, 90, ["10.1.0.0/16"], False))
        self.site("site smp set", nas["id"], "--deletion-delay", "soon", expect=USAGE)
        folder = nas["folders"][0]["id"]
        self.site("site folder set", nas["id"], folder, "--most-clients", "7", "--minimum-free", "5%")
        self.assertRegex(self.table("site folder list"), rf"{folder} +{nas['id']} .*states +0 +7 +amount=5 unit=percent")
        self.site("site folder remove", nas["id"], folder)
        self.site("site smp remove", nas["id"])
        self.assertEqual([smp["id"] for smp in self.site("site smp list")["items"]], [first["id"]])
        self.site("site smp remove", first["id"])
        self.site("site add-smp", expect=USAGE)  # which of the two servers?
        self.assertEqual(self.site("site add-smp", "--server", "localhost")["server"], "localhost")

    def test_c_a11_c_a14_computers_and_associations(self):
        old = self.site("computer show", self.enrol("old-pc"))
        new = self.site("computer add", "new-pc", "--source", "old-pc")
        limited = self.site("computer set", old["id"], "--note", "second floor", "--quota", "20GB")
        self.assertEqual((limited["note"], limited["quota_bytes"]), ("second floor", 20_000_000_000))
        self.assertEqual(self.site("computer set", old["id"], "--name", "old", "--quota", "0")["quota_bytes"], None)
        made = self.site("association list", "--destination", new["id"])["items"][0]
        self.assertRegex(self.table("association list"), f"{made['id']}  side-by-side  old +new-pc  all +not-started  -")
        edited = self.site("association edit", made["id"], "--behaviour", "restore-specified", "--account", "ann", "ben")
        self.assertEqual(edited["accounts"], ["ann", "ben"])
        self.site("computer remove", old["id"], expect=REFUSED)
        self.site("association remove", made["id"])
        self.assertEqual(self.site("association list")["items"], [])
        self.assertEqual(len(self.site("association list", "--deleted")["items"]), 1)
        self.site("association undelete", made["id"])
        self.site("association remove", made["id"])
        self.site("association show", "../users", expect=USAGE)

    def test_names_do_as_well_as_ids(self):
        self.enrol("old-pc")
        self.site("computer add", "new-pc", "--source", "OLD-PC")
        self.assertEqual(self.site("computer set", "new-pc", "--note", "desk 5")["note"], "desk 5")
        pair = self.site("association show", "old-pc:new-pc")
        self.assertEqual(self.site("association list", "--source", "old-pc")["items"], [pair])
        self.assertEqual(self.site("association list", "--destination", "old-pc")["items"], [])
        self.site("association edit", "old-pc:new-pc", "--behaviour", "restore-specified", "--account", "ann")
        self.site("association remove", "old-pc:new-pc")
        self.assertEqual(self.site("association undelete", "old-pc:new-pc")["id"], pair["id"])
        order = self.site("computer order add", "old-pc", "capture-user-state", "release-state-store")
        self.assertEqual(self.site("computer order cancel", "old-pc", "release-state-store")["id"], order["id"])
        self.assertEqual(self.site("site store list", "--source", "new-pc")["items"], [])
        states = self.folder / "states"
        for folder in (states, "states"):
            self.assertEqual(self.site("site folder set", "localhost", folder, "--most-clients", "9")["path"], str(states))
        self.site("site smp set", "LOCALHOST", "--deletion-delay", "2d")
        self.site("computer return-token", "old-pc", "--to", self.work / "return")
        self.site("computer remove", "new-pc", expect=REFUSED)

    def test_names_that_mean_nothing_or_too_much(self):
        self.site("computer add", "twin")
        self.site("computer add", "Twin")
        said = self.site("computer set", "twin", "--note", "x", expect=REFUSED).err
        self.assertRegex(said, "several computers are called .*twin.* c-")
        for command, name, remedy in (("computer show", "nobody", "computer list"), ("site smp show", "nas", "smp list"),
                                      ("association show", "a", "SOURCE:DESTINATION"),
                                      ("association show", "nobody:twin", "computer list")):
            said = self.site(command, name, expect=NOT_FOUND).err
            self.assertIn(name.split(":")[0], said)
            self.assertIn(remedy, said)
        for path in ("/elsewhere", "elsewhere"):
            self.assertIn("folder list", self.site("site folder remove", "localhost", path, expect=NOT_FOUND).err)
        for path in ("../x", "/srv/../x", "a/b"):
            self.site("site folder remove", "localhost", path, expect=USAGE)

    def test_c_a13_hundreds_of_associations_at_once(self):
        file = self.work / "plan.csv"
        names = [f"pc{number:03}" for number in range(240)]
        self.enrol("pc000")
        for name in names[1:3]:
            self.site("computer add", name)
        file.write_text("source,destination,behaviour\npc000,pc001,all\nnobody,pc002,all\n")
        refused = self.rehome("association", "import", file, "--session", self.session, expect=USAGE)
        self.assertIn(f"{file}:3: ", refused.err)
        self.assertEqual(self.site("association list")["items"], [])
        file.write_text("source,destination,behaviour\npc000,pc001,all\npc000,pc002,all\n")
        self.assertEqual(len(self.site("association import", file, "--dry-run")["associations"]), 2)
        self.assertEqual(self.site("association list")["items"], [])
        self.assertIn("2 associations made", self.table("association import", file))
        for name in names[3:]:
            self.site("computer add", name)
        self.assertEqual(len(self.site("computer list")["items"]), 240)

    def test_orders_of_work(self):
        computer = self.enrol("pc")
        made = self.site("computer order add", computer, "request-state-store capture", "release-state-store", "--variable",
                         "OSDStateStorePath=/x=y")
        self.assertEqual((made["steps"], made["variables"]),
                         (["request-state-store capture", "release-state-store"], {"OSDStateStorePath": "/x=y"}))
        self.assertEqual([work["id"] for work in self.site("computer order list", computer)["items"]], [made["id"]])
        self.site("computer order add", computer, "release-state-store", "--variable", "x", expect=USAGE)

    def test_orders_are_cancelled_until_they_have_ended(self):
        computer = self.enrol("pc")
        order = self.site("computer order add", computer, "release-state-store")["id"]
        viewer = self.viewer()
        self.site("computer order cancel", computer, order, session=viewer, expect=PERMISSION)
        self.assertEqual(self.site("computer order cancel", computer, order)["state"], "cancelled")
        self.assertEqual(self.site("computer order list", computer)["items"], [])
        self.assertRegex(self.table("site audit"), f"admin +work cancelled +{order} +{computer}")
        agent = ["agent", "run", "--once", "--state", self.work / "state-pc"]
        self.rehome(*agent)
        done = self.site("computer order add", computer, "release-state-store")["id"]  # which fails: nothing is there
        self.rehome(*agent)
        self.assertIn("failed", self.site("computer order cancel", computer, done, expect=REFUSED).err)
        self.site("computer order cancel", computer, "w-0123456789abcdef", expect=NOT_FOUND)

    def test_the_audit_log_whole(self):
        for number in range(120):
            self.site("computer add", f"pc{number}")
        entries = self.site("site audit")["items"]
        self.assertEqual([entry["number"] for entry in entries], list(range(1, len(entries) + 1)))
        self.assertGreater(len(entries), 120)
        self.assertIn("site created", self.table("site audit"))

    def test_authorities(self):
        self.enrol("pc")
        self.assertEqual(self.site("site authority new")["authorities"].count("BEGIN CERT"), 2)
        self.assertEqual(self.rehome("site", "fingerprint", self.folder).out.strip(), self.fingerprint)
        newest, first = self.site("site authority list", session=self.viewer())["items"]
        self.assertEqual((newest["number"], newest["signs"], newest["computers"], newest["trusted"]), (2, True, 0, True))
        self.assertEqual((first["number"], first["signs"], first["fingerprint"]), (1, False, self.fingerprint))
        self.assertGreater(first["expires"], first["created"] + 365 * 86400)
        self.assertRegex(self.table("site authority list"), f"1 +yes +no +20.* 1 +{self.fingerprint}")
        self.site("site authority retire", "--force")
        self.fingerprint = self.rehome("site", "fingerprint", self.folder).out.strip()
        self.assertEqual(self.fingerprint, newest["fingerprint"])
        self.login()  # the session knew the one before
        self.assertEqual([one["number"] for one in self.site("site authority list")["items"]], [2])

    def test_settings(self):
        self.assertEqual(self.site("site set", "--retry-count", "3", "--retry-delay", "2m")["settings"]["retry_delay_seconds"],
                         120)
        self.assertIn("retry_count=3", self.table("site show"))
        self.site("site set", "--retry-count", "31", expect=USAGE)


class Migration(site_support.MigrationTest):
    """The main job with the real agent and the real site."""

    def setUp(self):
        super().setUp()
        self.enrol("spare")

    def test_from_one_computer_to_another(self):
        association = self.site("association add", "old", "new")["id"]
        store = self.capture()
        self.assertEqual(self.site("association show", association)["status"], "in-progress")
        self.site("association remove", association, expect=REFUSED)
        self.restore("new")
        self.assertEqual(self.site("site store show", store)["state"], "released")
        self.assertEqual(self.site("association show", association)["status"], "completed")
        smp = self.site("site smp list")["items"][0]["id"]
        self.site("site smp set", smp, "--deletion-delay", "0")
        self.site("site delete-due")
        self.assertIn(self.site("site store show", store)["state"], ("due", "deleted", "released"))
        cycles = self.site("site deletions", "--smp", "localhost")["items"]
        self.assertIn(store, [deleted for cycle in cycles for deleted in cycle["deleted"]])
        self.assertRegex(self.table("site deletions"), rf"20\S+Z +localhost +{store} +no +-")

    def test_p26_a_store_for_another_computer(self):
        self.site("association add", "old", "new")
        store = self.capture()
        self.site("store retarget", store, "spare")
        self.step("new", "request-state-store restore", expect=NOT_FOUND)
        self.restore("spare")

    def test_only_who_may_recover_gives_what_is_captured_to_somebody_new(self):
        association = self.site("association add", "old", "new", "--behaviour", "restore-specified", "--account", "ann")["id"]
        store = self.capture()
        sessions = {}
        for user, role in (("oscar", "operator"), ("bob", "administrator")):
            password = self.secret_file(user, f"the password of {user}")
            self.site("site user add", user, "--role", role, "--password-file", password)
            sessions[user] = self.work / f"{user}.json"
            self.login(user, password, sessions[user])
        another = self.secret_file("another", "another password")
        self.site("store retarget", store, "spare", session=sessions["oscar"], expect=PERMISSION)
        for user, session in sessions.items():
            self.site("computer return-token", "new", session=session, expect=REFUSED)
            self.site("association edit", association, "--account", "ben", session=session, expect=REFUSED)
        for command in (["store retarget", store, "spare"],
                        ["site user add", "eve", "--may-recover", "--password-file", another],
                        ["site user password", "admin", "--password-file", another],
                        ["site user remove", "admin"]):
            self.site(*command, session=sessions["bob"], expect=REFUSED)
        self.site("store retarget", store, "spare")
        self.site("site user add", "carol", "--may-recover", "--password-file", another)
        self.assertRegex(self.table("site audit"), r"user added +carol +viewer, may see recovery information")

    def test_who_gives_up_and_discards(self):
        association = self.site("association add", "old", "new")["id"]
        store = self.capture()
        self.site("site store discard", store, expect=REFUSED)
        self.site("site store give-up", store, "old:new")
        self.site("site store discard", store, "--force")

    def test_s46_by_hand_with_the_session_alone(self):
        association = self.site("association add", "old", "new")["id"]
        self.capture()
        key = self.work / "site-key"
        self.site("recovery show", association, "--key-to", key, expect=USAGE)
        shown = self.site("recovery show", "old:new", "--why", "new-pc burnt", "--key-to", key)
        self.rehome("restore", "--root", self.new.root, "--site-key-file", key, "--session", self.session, shown["address"])
        for name in ("ann", "ben"):
            self.assert_same_tree(self.old.root / "home" / name, self.new.root / "home" / name)

    def test_the_sites_recovery_key_opens_a_copied_folder(self):
        self.site("association add", "old", "new")
        self.capture()
        vault = next(path for path in (self.folder / "states").iterdir() if path.is_dir())
        self.stop()
        self.rehome("restore", "--root", self.new.root, "--recovery-secret", self.work / "recovery", vault)
        for name in ("ann", "ben"):
            self.assert_same_tree(self.old.root / "home" / name, self.new.root / "home" / name)


if __name__ == "__main__":
    support.main()
