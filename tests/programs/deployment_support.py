# SPDX-License-Identifier: Apache-2.0
"""What the tests of deployed sequences share: a real site over TLS, real agents, an administrator's signing key, and the
program that runs sequences."""
import json
import pathlib
import subprocess
import time

import site_support
import support


class DeploymentTest(site_support.SiteTest):
    def setUp(self):
        super().setUp()
        self.ids = {"one": self.enrol("one")}
        self.signer = self.new_key("key")
        self.agents = {}

    def new_key(self, name):
        return self.rehome("sequence", "keygen", self.work / name, "--json").json["signer"]

    def state_of(self, which):
        return self.work / f"state-{which}"

    def configure(self, which="one", **settings):
        config = self.state_of(which) / "config.json"
        config.write_text(json.dumps({"sequence_folder": str(self.state_of(which))} | settings))
        config.chmod(0o600)

    def sequence(self, *steps, name="Try", **more):
        """Written as JSON, which is YAML too."""
        file = self.work / "sequence.yaml"
        file.write_text(json.dumps({"sequence": name, **more, "steps": list(steps)}, indent=1))
        return file

    @staticmethod
    def command(text, name="Command", **more):
        return {"step": "run-command", "name": name, "command": ["/bin/sh", "-c", text], **more}

    @staticmethod
    def harmless():
        return {"step": "set-variables", "name": "Note", "variables": {"SITE_NOTE": "x"}}

    def deploy(self, file, *more, computers=("one",), expect=support.SUCCESS):
        named = [word for computer in computers for word in ("--computer", computer)]
        return self.site("site deploy", file, *named, *more, expect=expect)

    def deploy_signed(self, *steps, more=(), key="key", computers=("one",), needs=()):
        return self.deploy(self.sequence(*steps, needs=list(needs)), "--signing-key", self.work / key, *more, computers=computers)["id"]

    def enrol(self, which, *more):
        computer = super().enrol(which, *more)
        self.configure(which)
        return computer

    def run_agent(self, which="one", expect=support.SUCCESS, **options):
        return self.rehome("agent", "run", "--once", "--state", self.state_of(which), expect=expect, **options)

    def start_agent(self, which="one"):
        agent = subprocess.Popen([support.PROGRAM, "agent", "run", "--state", str(self.state_of(which))],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.agents[which] = agent
        self.addCleanup(self.end_agent, agent)
        return agent

    @staticmethod
    def end_agent(agent):
        if agent.poll() is None:
            agent.terminate()
        try:
            agent.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            agent.kill()
            agent.communicate()

    def on(self, deployment, which="one"):
        """How it is on that computer."""
        return self.site("site deployment show", deployment, "--computer", which)

    def assert_is(self, deployment, state, message="", which="one"):
        told = self.on(deployment, which)
        self.assertEqual(told["state"], state, told)
        self.assertIn(message, told["message"])
        return told

    def wait_for(self, condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(condition())

    def wait_until(self, deployment, state, which="one"):
        self.wait_for(lambda: self.on(deployment, which)["state"] == state)

    def audit(self):
        return [f"{entry['what']} {entry['subject']}" for entry in self.site("site audit")["items"]]

    def log(self, which="one"):
        return (self.state_of(which) / "agent.log").read_text()

    def folder_of(self, deployment, which="one"):
        return pathlib.Path(self.state_of(which)) / "deployments" / deployment
