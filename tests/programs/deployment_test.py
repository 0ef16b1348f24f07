#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sequences that a site deploys: signed by an administrator, judged and run by agents, told live."""
import json
import os
import signal
import sqlite3
import subprocess
import time

import deployment_support
import support
from support import BUSY, NOT_FOUND, PERMISSION, REFUSED, USAGE


class Deploying(deployment_support.DeploymentTest):
    """What a person sees who deploys."""

    def test_keys_are_made_once_and_private(self):
        key = self.work / "key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.work / "key.pub").read_text(), self.signer + "\n")
        self.assertIn("SECRET", key.read_text())
        self.rehome("sequence", "keygen", key, expect=support.REFUSED)
        file = self.sequence(self.command("true"))
        key.chmod(0o640)
        result = self.deploy(file, "--signing-key", key, expect=REFUSED)
        self.assertIn("key", result.err)
        self.deploy(file, "--signing-key", self.work / "key.pub", expect=None)
        self.assertEqual(self.site("site deployments")["items"], [])

    def test_mistakes_have_their_places(self):
        file = self.work / "bad.yaml"
        file.write_text("sequence: Bad\nsteps:\n  - { step: capture-user-state }\n  - { step: format-disk }\n")
        result = self.deploy(file, expect=USAGE)
        self.assertIn(f"{file}:4:", result.err)
        needs = self.sequence(self.harmless(), needs=["SITE_PLACE"])
        result = self.deploy(needs, expect=USAGE)
        self.assertRegex(result.err, r"sequence.yaml:\d+:\d+: error: the variable SITE_PLACE has to be given")

    def test_what_does_more_than_the_state_steps_must_be_signed(self):
        for steps in ([self.command("true")], [self.command("true", disabled=True)],
                      [{"group": "G", "disabled": True, "steps": [{"step": "run-hook", "hook": "x"}]}]):
            result = self.deploy(self.sequence(*steps), expect=REFUSED)
            self.assertIn("--signing-key", result.err)

    def test_groups_are_resolved_and_stay_what_they_were(self):
        self.ids["two"] = self.enrol("two")
        self.site("site group add", "floor", "--computer", "one")
        self.site("site group put", "floor", "two", "one")
        made = self.site("site deploy", self.sequence(self.harmless()), "--group", "FLOOR", "--computer", "one")
        self.assertEqual({target["computer_name"] for target in made["computers"]}, {"one", "two"})
        self.site("site group take", "floor", "two")
        self.assertEqual(len(self.site("site group show", "floor")["computers"]), 1)
        self.assertEqual(self.site("site deployment show", made["id"])["waiting"], 2)
        self.rehome("site", "group", "remove", "floor", "--session", self.session)
        self.assertEqual(self.site("site group list")["items"], [])
        self.site("site deploy", self.sequence(self.harmless()), "--group", "floor", expect=NOT_FOUND)
        self.site("site deploy", self.sequence(self.harmless()), expect=USAGE)

    def test_who_may_do_what(self):
        deployment = self.deploy(self.sequence(self.harmless()))["id"]
        viewer = self.viewer()
        self.site("site deployments", session=viewer, expect=PERMISSION)
        password = self.secret_file("operator-password", "the password of olga")
        self.site("site user add", "olga", "--role", "operator", "--password-file", password)
        olga = self.work / "olga.json"
        self.login("olga", password, olga)
        self.assertEqual(len(self.site("site deployments", session=olga)["items"]), 1)
        self.site("site deployment show", deployment, "--computer", "one", session=olga)
        self.site("site deploy", self.sequence(self.harmless()), "--computer", "one", session=olga, expect=PERMISSION)
        self.site("site deployment cancel", deployment, session=olga, expect=PERMISSION)
        self.site("site group add", "mine", session=olga, expect=PERMISSION)

    def test_windows(self):
        file = self.sequence(self.harmless())
        self.deploy(file, "--from", "2h", "--until", "1h", expect=USAGE)
        self.deploy(file, "--until", "2001-01-01T00:00Z", expect=USAGE)
        self.deploy(file, "--until", "500d", expect=USAGE)
        later = self.deploy(file, "--from", "1h")["id"]
        self.run_agent()
        self.assert_is(later, "waiting")
        brief = self.deploy(file, "--until", "1s")["id"]
        time.sleep(2)
        self.run_agent()
        self.wait_until(brief, "expired")
        self.assertFalse(self.folder_of(brief).exists())

    def test_tables_for_people(self):
        deployment = self.deploy_signed(self.command("echo done"))
        self.configure(sequence_signers=[self.signer])
        self.run_agent()
        self.assertRegex(self.table("site deployments"), rf"{deployment}  Try +20\d\d-.* {self.signer}")
        self.assertRegex(self.table("site deployment show", deployment), r"(?m)^one +c-[0-9a-f]+  succeeded")
        table = self.table("site deployment show", deployment, "--computer", "one")
        self.assertRegex(table, r"(?m)^Command  done +0 +1 ")
        self.assertRegex(table, r"(?m)Z    done$")


class Running(deployment_support.DeploymentTest):
    """What an agent does with it."""

    def setUp(self):
        super().setUp()
        self.configure(sequence_signers=[self.signer])

    def test_each_step_is_told_as_it_goes(self):
        gate = self.work / "gate"
        deployment = self.deploy_signed(self.harmless(),
                                        self.command(f"echo waiting; while [ ! -e {gate} ]; do sleep 0.1; done",
                                                     name="Wait for the gate"),
                                        self.command('test "%SITE_COLOUR%" = "light blue"', name="Look"),
                                        more=("--set", "SITE_COLOUR=light blue"), needs=["SITE_COLOUR"])
        self.start_agent()
        self.wait_for(lambda: self.on(deployment)["step"] == "Wait for the gate")
        told = self.on(deployment)
        self.assertEqual([(step["name"], step["outcome"]) for step in told["steps"]], [("Note", "done")])
        self.wait_for(lambda: "  waiting" in [line["text"] for line in self.on(deployment)["log"]])
        gate.touch()
        self.wait_until(deployment, "succeeded")
        told = self.on(deployment)
        self.assertEqual([step["name"] for step in told["steps"]], ["Note", "Wait for the gate", "Look"])
        self.assertEqual([line["text"] for line in told["log"]][:5],
                         ["Note", "Wait for the gate", "  waiting", "Look", "Try: succeeded"])
        self.assertEqual(self.audit()[-2:], [f"sequence deployed {deployment}", f"deployment succeeded {deployment}"])
        folder = self.folder_of(deployment)
        self.assertFalse((folder / "variables.json").exists(), "there may be a password in it")
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertIn("Look", (folder / "output.log").read_text())

    def test_a_step_that_fails(self):
        deployment = self.deploy_signed(self.command("echo no; exit 7", name="Break"), self.command("true", name="After"))
        self.run_agent()
        told = self.assert_is(deployment, "failed", "Break: no")
        self.assertEqual([(step["name"], step["outcome"], step["code"]) for step in told["steps"]],
                         [("Break", "failed", 7), ("After", "passed-over", 0)])

    def test_runs_once_and_its_end_is_told_once(self):
        counter = self.work / "counter"
        deployment = self.deploy_signed(self.command(f"echo run >>{counter}"))
        for _ in range(3):
            self.run_agent()
        self.assertEqual(counter.read_text(), "run\n")
        self.assertEqual(self.audit().count(f"deployment succeeded {deployment}"), 1)

    def test_an_end_that_the_site_did_not_hear_is_told_later(self):
        gate = self.work / "gate"
        deployment = self.deploy_signed(self.command(f"while [ ! -e {gate} ]; do sleep 0.1; done"))
        agent = self.start_agent()
        self.wait_until(deployment, "running")
        self.stop()
        gate.touch()
        self.wait_for(lambda: "succeeded" in self.log())
        self.end_agent(agent)
        self.serve(self.port)
        self.assert_is(deployment, "running")
        self.run_agent()
        self.assert_is(deployment, "succeeded")
        self.run_agent()
        self.assertEqual(self.audit().count(f"deployment succeeded {deployment}"), 1)

    def test_one_that_an_agent_left_is_resumed(self):
        gate, counter = self.work / "gate", self.work / "counter"
        deployment = self.deploy_signed(self.command(f"echo first >>{counter}"),
                                        self.command(f"echo second >>{counter}; while [ ! -e {gate} ]; do sleep 0.1; done"))
        agent = self.start_agent()
        self.wait_for(lambda: counter.exists() and "second" in counter.read_text())
        agent.terminate()
        self.assertEqual(agent.wait(timeout=30), 0)
        gate.touch()
        self.assert_is(deployment, "running")
        self.run_agent()
        told = self.assert_is(deployment, "succeeded")
        self.assertEqual(len(told["steps"]), 2)
        self.assertEqual(counter.read_text(), "first\nsecond\nsecond\n", "only the step that was under way runs again")

    def test_its_program_outlives_an_agent_that_is_killed(self):
        gate, counter = self.work / "gate", self.work / "counter"
        deployment = self.deploy_signed(self.command(f"echo run >>{counter}; while [ ! -e {gate} ]; do sleep 0.1; done"))
        agent = self.start_agent()
        self.wait_for(counter.exists)
        agent.kill()
        agent.wait(timeout=30)
        self.start_agent()
        self.wait_for(lambda: "taken up" in self.log())
        time.sleep(2.5)  # it looks, and leaves it alone
        record = json.loads((self.state_of("one") / "deployments.json").read_text())
        self.assertEqual(record["current"]["starts"], 1)
        gate.touch()
        self.wait_until(deployment, "succeeded")
        self.assertEqual(counter.read_text(), "run\n")

    def test_an_agent_killed_before_it_could_start_the_program(self):
        deployment = self.deploy_signed(self.command(f"touch {self.work}/proof"))
        folder = self.folder_of(deployment)
        folder.parent.mkdir(mode=0o700)
        folder.mkdir(mode=0o700)
        current = {"id": deployment, "end": "", "step": "", "message": "", "starts": 0, "cancelled": False, "steps_done": 0,
                   "sent_bytes": 0}
        for file, text in ((folder / "sequence.yaml", (self.work / "sequence.yaml").read_text()),
                           (folder / "variables.json", "{}"),
                           (self.state_of("one") / "deployments.json",
                            json.dumps({"accepted": [{"id": deployment, "until": 0}], "current": current}))):
            file.write_text(text)
            file.chmod(0o600)
        self.run_agent()
        self.assert_is(deployment, "succeeded")
        self.assertTrue((self.work / "proof").exists())

    def test_another_waits_and_says_so(self):
        gate = self.work / "gate"
        first = self.deploy_signed(self.command(f"while [ ! -e {gate} ]; do sleep 0.1; done"))
        second = self.deploy_signed(self.command("true"))
        self.start_agent()
        self.wait_until(first, "running")
        self.wait_for(lambda: first in self.on(second)["message"])
        self.assert_is(second, "waiting", "waits until the deployment")
        gate.touch()
        self.wait_until(second, "succeeded")
        self.assert_is(first, "succeeded")

    def test_cancelled_before_and_while_it_runs(self):
        never = self.deploy_signed(self.command(f"touch {self.work}/never"))
        self.site("site deployment cancel", never)
        runs = self.deploy_signed(self.command("sleep 60"), self.command(f"touch {self.work}/never"))
        self.start_agent()
        self.wait_until(runs, "running")
        self.site("site deployment cancel", runs, "--computer", "one")
        self.wait_for(lambda: f"the deployment {runs} cancelled" in self.log())
        self.assert_is(runs, "cancelled")
        self.assertFalse((self.work / "never").exists())
        self.site("site deployment cancel", runs, expect=REFUSED)

    def test_steps_run_beside_the_agent_and_a_cancelled_one_gives_its_store_back(self):
        computer = self.computer("root")
        computer.add_user("ann")
        request = (f"{support.PROGRAM} step request-state-store capture --state {self.state_of('one')} "
                   f"--root {computer.root}")
        deployment = self.deploy_signed(self.command(request, name="Request"), self.command("sleep 60", name="Sleep"))
        self.start_agent()
        self.wait_for(lambda: self.on(deployment)["step"] == "Sleep")
        store = self.site("site store list")["items"][0]
        self.assertEqual(store["state"], "requested")
        self.site("site deployment cancel", deployment)
        self.wait_for(lambda: self.site("site store show", store["id"])["state"] != "requested")
        self.assertEqual(self.site("site store show", store["id"])["leases"], [])
        self.assert_is(deployment, "cancelled")

    def test_outside_its_hours_none_is_begun(self):
        hour = int(subprocess.run(["date", "+%H"], capture_output=True, text=True, check=True).stdout)
        self.configure(sequence_signers=[self.signer], window=f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00")
        deployment = self.deploy_signed(self.command("true"))
        self.run_agent()
        self.assert_is(deployment, "waiting", "the hours of this computer")

    def test_a_program_that_ends_in_the_middle(self):
        deployment = self.deploy_signed(self.command("kill -9 $PPID"))
        self.run_agent()
        self.assert_is(deployment, "failed", "ended 5 times")
        folder = self.state_of("one") / "deployments"
        deployment = self.deploy_signed(self.command(f"for at in {folder}/*/state.json; do echo garbage >$at; done; "
                                                     "kill -9 $PPID"))
        self.run_agent()
        self.assert_is(deployment, "failed", "state.json")

    def test_two_agents_and_a_step_beside_one(self):
        gate = self.work / "gate"
        deployment = self.deploy_signed(self.command(f"while [ ! -e {gate} ]; do sleep 0.1; done"))
        self.start_agent()
        self.wait_until(deployment, "running")
        result = self.rehome("agent", "run", "--once", "--state", self.state_of("one"), expect=BUSY)
        self.assertIn("another agent", result.err)
        self.rehome("step", "release-state-store", "--state", self.state_of("one"), expect=NOT_FOUND)
        gate.touch()

    def test_events_are_heard(self):
        process = subprocess.Popen([support.PROGRAM, "site", "events", "--session", str(self.session), "--for", "60s"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        time.sleep(1)
        deployment = self.deploy_signed(self.command("exit 3"))
        self.run_agent()
        lines = []
        for line in process.stdout:
            lines.append(line.split("  ", 1)[1].strip())
            if "failed" in line and line.split()[1] == "deployment":
                break
        told = "\n".join(line for line in lines if line.startswith("deployment"))
        for state in ("waiting", "running", r"failed( Command)? \(Command: it ended with code 3\)"):
            self.assertRegex(told, rf"deployment  one {deployment}: {state}")


class Distrust(deployment_support.DeploymentTest):
    """A site that is hostile, and settings that forbid. Nothing that is refused ever runs."""

    def setUp(self):
        super().setUp()
        self.configure(sequence_signers=[self.signer])
        self.proof = self.work / "proof"

    def change(self, deployment, statement, *values):
        """What a hostile server does to its own records."""
        self.stop()
        with sqlite3.connect(self.folder / "site.db") as database:
            database.execute(statement, (*values, deployment))
        database.close()
        self.serve(self.port)

    def assert_refused(self, deployment, message, which="one"):
        self.run_agent(which)
        self.assert_is(deployment, "refused", message, which)
        self.assertIn(f"the deployment {deployment} is refused", self.log(which))
        self.assertFalse(self.proof.exists())
        self.assertIn(f"deployment refused {deployment}", self.audit())

    def signed(self, **more):
        return self.deploy_signed(self.command(f"touch {self.proof}"), **more)

    def test_it_runs_where_nothing_is_changed(self):
        self.signed()
        self.run_agent()
        self.assertTrue(self.proof.exists())

    def test_changed_text(self):
        deployment = self.deploy_signed(self.command("true"))
        changed = json.dumps({"sequence": "Try", "steps": [self.command(f"touch {self.proof}")]})
        self.change(deployment, "UPDATE deployments SET text = ? WHERE id = ?", changed)
        self.assert_refused(deployment, "signature")

    def test_prolonged(self):
        deployment = self.signed(more=("--until", "1s"))
        time.sleep(1.5)
        self.change(deployment, "UPDATE deployments SET ends = ends + 1000 WHERE id = ?")
        self.change(deployment, "UPDATE deployment_computers SET state = 'waiting' WHERE deployment = ?")
        self.assert_refused(deployment, "signature")

    def test_given_to_another_computer(self):
        self.ids["two"] = self.enrol("two")
        self.configure("two", sequence_signers=[self.signer])
        deployment = self.signed()
        self.change(deployment, "UPDATE deployment_computers SET computer = ? WHERE deployment = ?", self.ids["two"])
        self.assert_refused(deployment, "signature", "two")

    def test_signature_left_away(self):
        deployment = self.signed()
        self.change(deployment, "UPDATE deployments SET signature = '' WHERE id = ?")
        self.assert_refused(deployment, "not signed")

    def test_given_again(self):
        deployment = self.signed()
        self.run_agent()
        self.proof.unlink()
        self.change(deployment, "UPDATE deployment_computers SET state = 'waiting' WHERE deployment = ?")
        self.assert_refused(deployment, "has run it already")
        copy = "1" * 32
        self.change(copy, "INSERT INTO deployments SELECT ?2, serial + 1, name, file, text, begins, ends, signature, "
                          "signer, who, ?1 FROM deployments", 0)
        self.change(copy, "INSERT INTO deployment_computers SELECT ?2, computer, serial + 1, 'waiting', '', '', ?1 FROM "
                          "deployment_computers", 0)
        self.assert_refused(copy, "signature")

    def test_a_running_one_is_not_begun_by_a_computer_that_forgot_it(self):
        deployment = self.signed()
        self.change(deployment, "UPDATE deployment_computers SET state = 'running' WHERE deployment = ?")
        self.assert_refused(deployment, "knows nothing of it")

    def test_of_a_signer_that_nobody_pinned(self):
        self.new_key("stranger")
        self.assert_refused(self.signed(key="stranger"), "none of the signers")
        self.configure()
        self.assert_refused(self.signed(), "sequence_signers")

    def test_local_policy(self):
        self.configure(sequence_signers=[self.signer], forbidden_steps=["run-command"])
        self.assert_refused(self.signed(), "forbid run-command")
        self.configure(sequence_signers=[self.signer], sequences="signed")
        self.assert_refused(self.deploy(self.sequence(self.harmless()))["id"], "not signed")
        self.configure(sequence_signers=[self.signer], sequences="none")
        self.assert_refused(self.signed(), "allow no sequences")
        self.configure(sequences="state-steps")
        harmless = self.deploy(self.sequence(self.harmless()))["id"]
        self.run_agent()
        self.assert_is(harmless, "succeeded")

    def test_the_secret_half_in_an_agents_settings(self):
        self.configure(sequence_signers=[(self.work / "key").read_text().strip()])
        result = self.run_agent(expect=REFUSED)
        self.assertIn("secret half", result.err)
        self.assertNotIn((self.work / "key").read_text().strip(), result.err)

    def test_a_file_of_accepted_ones_that_is_damaged_stops_the_agent(self):
        deployment = self.signed()
        file = self.state_of("one") / "deployments.json"
        file.write_text("{")
        file.chmod(0o600)
        result = self.run_agent(expect=USAGE)
        self.assertIn("deployments.json", result.err)
        self.assert_is(deployment, "waiting")


if __name__ == "__main__":
    support.main()
