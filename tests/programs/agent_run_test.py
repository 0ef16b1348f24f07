#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`agent enrol`, `agent run` and `agent status` with the real program: who this computer is to a site, and work that the
site gives it."""
import fcntl
import json
import os
import shutil
import signal
import subprocess

import agent_support
import support
from support import BUSY, DAMAGED, IO, NOT_FOUND, PERMISSION, REFUSED, USAGE

CAPTURE = ["request-state-store capture", "capture-user-state", "release-state-store"]


class Enrolment(agent_support.AgentTest):
    def test_identity_is_this_computers_alone(self):
        computer = self.enrol("old")
        self.assertEqual(self.state["old"].stat().st_mode & 0o777, 0o700)
        self.assertEqual((self.state["old"] / "identity.json").stat().st_mode & 0o777, 0o600)
        status = self.rehome("agent", "status", "--state", self.state["old"], "--json").json
        self.assertEqual(status["identity"]["computer"], computer)
        self.assertNotIn("private", json.dumps(status))
        self.enrol("old", expect=REFUSED)
        self.assertNotEqual(self.enrol("old", "--replace"), computer)

    def test_wrong_fingerprint(self):
        wrong = "0" * 64
        file = self.secret_file("token", self.site.make_token())
        result = self.rehome("agent", "enrol", self.site.url, "--state", self.state["old"], "--token-file", file,
                             "--fingerprint", wrong, expect=REFUSED)
        self.assertIn("fingerprint", result.err)
        self.assertEqual(self.site.calls, [])
        self.assertFalse((self.state["old"] / "identity.json").exists())

    def test_expired_token(self):
        result = self.enrol("old", token="used-or-expired", expect=REFUSED)
        self.assertIn("expired", result.err)
        self.assertFalse((self.state["old"] / "identity.json").exists())

    def test_hostile_enrolment_answers(self):
        answers = [{"computer": "../../etc"}, {"computer": 7}, {"certificate": "no certificate"},
                   {"authorities": "no bundle"}, {"authorities": self.site.authority.certificate * 40}, {"certificate": self.site.authority.certificate}]
        for change in answers:
            self.site.tamper = {"enrol": lambda answer, change=change: {**answer, **change}}
            self.enrol("old", expect=DAMAGED)
            self.assertFalse((self.state["old"] / "identity.json").exists())
        self.site.tamper = {"enrol": lambda answer: b"[" * 200_000}
        self.enrol("old", expect=DAMAGED)
        self.site.tamper = {"enrol": lambda answer: b" " * (8 << 20)}
        self.enrol("old", expect=DAMAGED)

    def test_folder_of_others_is_refused(self):
        self.enrol("old")
        self.state["old"].chmod(0o750)
        result = self.rehome("agent", "status", "--state", self.state["old"], expect=REFUSED)
        self.assertIn("0750", result.err)
        self.state["old"].chmod(0o700)
        (self.state["old"] / "identity.json").chmod(0o640)
        self.rehome("agent", "status", "--state", self.state["old"], expect=REFUSED)

    def test_the_name_that_was_given_stays(self):
        self.enrol("old")
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertEqual({body["name"] for body in self.site.bodies("agent/hello")}, {"old"})

    def test_a_refresh_takes_its_identity_along(self):
        computer = self.enrol("old")
        protected = self.work / "protected"
        shutil.copytree(self.state["old"], protected)
        self.rehome("agent", "enrol", "--from", protected, "--state", self.state["new"])
        status = self.rehome("agent", "status", "--state", self.state["new"], "--json").json
        self.assertEqual(status["identity"]["computer"], computer)

    def test_a_return_token_gives_the_same_computer(self):
        computer = self.enrol("old")
        token = self.work / "return-token"
        self.rehome("agent", "return-token", token, "--state", self.state["old"])
        self.assertEqual(token.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.enrol("new", token=token.read_text().strip()), computer)

    def test_the_site_must_be_given_in_one_way(self):
        self.rehome("agent", "enrol", self.site.url, "--state", self.state["old"], expect=USAGE)
        self.rehome("agent", "enrol", "--from", self.work, self.site.url, "--state", self.state["old"], expect=USAGE)


class Run(agent_support.AgentTest):
    """The work itself is the running system's; it is never done here: these orders end before they read a home."""

    def setUp(self):
        super().setUp()
        self.computer_id = self.enrol("old")

    def start(self, *more):
        process = subprocess.Popen([support.PROGRAM, "agent", "run", "--state", self.state["old"], *map(str, more)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def start_and_wait(self):
        """Until the agent itself said hello: enrolling did too."""
        before = len(self.site.bodies("hello"))
        process = self.start()
        self.wait_for(lambda: len(self.site.bodies("hello")) > before)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0, err)
        return err

    def reports(self):
        return [(body["state"], body["step"]) for body in self.site.bodies(self.order)]

    def run_once(self, steps, variables=None, *more):
        self.order = self.site.order(self.computer_id, steps, variables)
        self.rehome("agent", "run", "--once", "--state", self.state["old"], *more)
        return self.reports()

    def test_each_step_is_reported_and_the_release_runs_after_a_failure(self):
        self.site.has_smp = False
        reports = self.run_once(["request-state-store restore", "restore-user-state", "release-state-store"])
        self.assertEqual(reports, [("running", "request-state-store restore"), ("running", "release-state-store"),
                                   ("failed", "request-state-store restore")])
        self.assertIn("no state migration point", self.site.bodies(self.order)[-1]["message"])

    def test_c_t26_steps_and_variables_of_an_order(self):
        self.assertEqual(self.run_once(["format the disk"]), [("running", "format the disk"), ("failed", "format the disk")])
        self.run_once(CAPTURE, {"OSDStateSMPRetryCounts": "3"})
        self.assertIn("OSDStateSMPRetryCount", self.site.bodies(self.order)[-1]["message"])
        self.run_once(["capture-user-state"], {"OSDStateStorePath": "/"})
        self.assertIn("root of a volume", self.site.bodies(self.order)[-1]["message"])
        store = self.work / "store-of-an-order"
        self.run_once(["capture-user-state"], {"OSDStateStorePath": str(store), "_OSDMigrateOfflineUserState": "true"})
        self.assertEqual(self.reports()[-1][0], "failed")

    def test_finished_work_whose_report_was_lost_is_not_done_again(self):
        self.site.has_smp = False
        order = self.site.order(self.computer_id, CAPTURE[-1:])
        self.site.refuse = {r"agent/work/w-\w+": agent_support.fake_site.Problem(503, "io", "not now")}
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.site.refuse = {}
        before = len(self.site.calls)
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertEqual([body["state"] for path, body in self.site.calls[before:] if path.endswith(order)], ["failed"])

    def test_a_cancelled_order_ends_before_its_next_step(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.site.cancel_before = "format the disk"
        reports = self.run_once(["release-state-store", "format the disk", "capture-user-state", "release-state-store"])
        self.assertEqual(reports, [("running", "release-state-store"), ("running", "format the disk"),
                                   ("running", "release-state-store"), ("cancelled", "release-state-store")])
        self.assertIn("cancelled before format the disk", self.log("old"))
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertEqual(len(self.reports()), 4)

    def test_an_order_cancelled_before_its_first_step_does_nothing(self):
        self.site.cancel_before = "request-state-store capture"
        self.assertEqual(self.run_once(CAPTURE), [("running", "request-state-store capture"), ("cancelled", "")])
        self.assertEqual(self.site.bodies("agent/state-store"), [])

    def test_a_lease_left_behind_is_not_in_the_way(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.run_once(["request-state-store restore", "release-state-store"])
        self.assertEqual(self.site.bodies("release")[0]["outcome"], "abandoned")
        self.assertNotIn("first", self.site.bodies(self.order)[-1]["message"])

    def test_outside_its_window_no_work_is_begun(self):
        hour = int(subprocess.run(["date", "+%H"], capture_output=True, text=True, check=True).stdout)
        window = f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00"
        self.assertEqual(self.run_once(["format the disk"], None, "--window", window), [])
        self.rehome("agent", "run", "--once", "--state", self.state["old"], "--window", "late", expect=USAGE)

    def test_survives_a_site_that_is_away_and_ends_cleanly(self):
        process = self.start_and_wait()
        self.site.stop()
        self.wait_for(lambda: "asking again" in self.log("old"), 60)
        self.assertIsNone(process.poll())
        self.site.start()
        self.assertIn("the agent ends", self.stop(process))

    def test_a_second_agent_on_the_same_folder(self):
        process = self.start_and_wait()
        result = self.rehome("agent", "run", "--once", "--state", self.state["old"], expect=BUSY)
        self.assertIn("another agent", result.err)
        self.enrol("old", "--replace", expect=BUSY)
        self.rehome("step", "release-state-store", "--state", self.state["old"], expect=NOT_FOUND)
        self.rehome("agent", "status", "--state", self.state["old"])
        self.stop(process)

    def test_an_order_waits_for_a_step_that_somebody_runs_by_hand(self):
        with open(self.state["old"] / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertEqual(self.run_once(["format the disk"]), [])
            self.assertIn("another step works", self.log("old"))
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertEqual(self.reports()[-1], ("failed", "format the disk"))

    def test_a_young_certificate_is_not_renewed(self):
        before = (self.state["old"] / "identity.json").read_text()
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertEqual((self.state["old"] / "identity.json").read_text(), before)

    def test_local_policy(self):
        config = self.state["old"] / "config.json"
        for bad in ('{"windw": "22:00-06:00"}', '{"nice": 20}', '{"proxy": "somewhere"}', "no JSON", '{"ionice": "high"}'):
            config.write_text(bad)
            config.chmod(0o600)
            self.rehome("agent", "run", "--once", "--state", self.state["old"], expect=USAGE)
        config.write_text('{"window": "00:00-23:59", "bytes_per_second": 1000000, "nice": 19, "ionice": "lowest", '
                          '"proxy": "none", "require_logged_out": true, "retries": 0}')
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        config.write_text('{"proxy": "http://127.0.0.1:9", "retries": 0}')
        self.rehome("agent", "run", "--once", "--state", self.state["old"], expect=IO)
        config.chmod(0o644)
        self.rehome("agent", "run", "--once", "--state", self.state["old"], expect=REFUSED)

    def test_it_says_who_is_logged_in_and_ships_its_log(self):
        self.rehome("agent", "run", "--once", "--state", self.state["old"])
        self.assertIsInstance(self.site.bodies("hello")[-1]["logged_in"], list)
        lines = [line["text"] for body in self.site.bodies("agent/log") for line in body["lines"]]
        self.assertIn("the agent starts: rehome 0.1.0", lines)

    def test_a_revoked_computer_is_told_so(self):
        self.site.computers.clear()
        result = self.rehome("agent", "run", "--once", "--state", self.state["old"], expect=PERMISSION)
        self.assertIn("not known", result.err)
        self.rehome("agent", "run", "--once", "--state", self.state["new"], expect=NOT_FOUND)

    def test_the_unit_starts_this_program(self):
        unit = (support.SOURCE / "packaging/rehome-agent.service").read_text()
        self.assertRegex(unit, r"(?m)^ExecStart=/usr/bin/rehome agent run$")
        self.assertEqual(os.path.basename(support.PROGRAM), "rehome")


if __name__ == "__main__":
    support.main()
