#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The four steps when things go wrong: killed, cut, damaged, slow, lied to. The same step run again completes."""
import os
import signal

import agent_support
import support
from support import CANCELLED, DAMAGED, IO, NOT_FOUND, REFUSED, WRONG_KEY

from cutting_proxy import CuttingProxy


class Faults(agent_support.AgentTest):
    def setUp(self):
        super().setUp()
        self.proxy = CuttingProxy(self.site.port)
        self.addCleanup(self.proxy.close)
        self.port = self.proxy.port
        self.source = self.enrol("old")
        self.destination = self.enrol("new")
        self.site.associate(self.source, self.destination)
        for which in self.state:
            config = self.state[which] / "config.json"
            config.write_text('{"retries": 2, "retry_delay_seconds": 0}')
            config.chmod(0o600)

    def grow(self, megabytes):
        for number in range(megabytes // 20):
            (self.old.root / f"home/ann/big-{number}").write_bytes(os.urandom(20_000_000))
        self.old.own("ann")

    def request(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)

    def capture(self, **options):
        return self.step("old", "capture-user-state", "--root", self.old.root, **options)

    def finish_and_check(self):
        self.capture()
        self.step("old", "release-state-store")
        self.restore_remotely()
        self.assert_restored("ann", "ben")

    def test_a_killed_capture_goes_on(self):
        self.grow(400)
        self.request()
        process = self.start_step("old", "capture-user-state", "--root", self.old.root)
        self.wait_for(lambda: self.site.packs(self.source))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        status = self.rehome("agent", "status", "--state", self.state["old"], "--json").json
        self.assertEqual(status["step"]["outcome"], "working")
        self.finish_and_check()
        self.assertEqual(len(self.site.leases), 2)

    def test_a_stopped_capture_goes_on(self):
        self.grow(400)
        self.request()
        process = self.start_step("old", "capture-user-state", "--root", self.old.root)
        self.wait_for(lambda: self.site.packs(self.source))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, CANCELLED)
        self.finish_and_check()

    def test_a_lost_lease_stops_the_capture(self):
        self.grow(200)
        self.request()
        self.proxy.delay = 0.002
        process = self.start_step("old", "capture-user-state", "--root", self.old.root)
        self.wait_for(lambda: self.site.bodies("heartbeat"))
        self.site.refuse = {r"agent/leases/.*/heartbeat": agent_support.fake_site.Problem(404, "not_found", "it expired")}
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, CANCELLED, err)
        self.assertIn("lease", err)
        self.site.refuse = {}
        self.proxy.delay = 0
        self.site.lose_leases()
        self.finish_and_check()
        self.assertIn("gave a new one", self.log("old"))

    def test_heartbeats_say_how_far_it_is(self):
        self.grow(200)
        self.request()
        self.proxy.delay = 0.002
        self.capture()
        beats = self.site.bodies("heartbeat")
        self.assertTrue(beats)
        self.assertEqual(beats[-1]["phase"], "capturing")
        self.assertGreater(beats[-1]["bytes"], 0)
        self.assertIn(beats[-1]["user"], ("ann", "ben", ""))

    def test_a_cut_connection_is_made_again(self):
        self.grow(60)
        self.request()
        for after in (100_000, 5_000_000, 20_000_000):
            self.proxy.cut_after = self.proxy.sent + after
        self.finish_and_check()
        self.assertGreaterEqual(self.proxy.cuts, 1)

    def test_a_damaged_wire_damages_nothing(self):
        self.capture_remotely()
        for after in (3_000, 40_000, 900_000):
            self.proxy.flip_after = self.proxy.received + after
            self.step("new", "request-state-store restore", expect=None)
            self.step("new", "restore-user-state", "--root", self.new.root, expect=None)
        self.proxy.flip_after = None
        self.restore_remotely()
        self.assertGreaterEqual(self.proxy.cuts, 1)
        self.assert_restored("ann", "ben")

    def test_a_site_that_is_away(self):
        self.request()
        self.proxy.closed = True
        result = self.capture(expect=IO)
        self.assertIn("127.0.0.1", result.err)
        self.step("old", "release-state-store", expect=IO)
        self.proxy.closed = False
        self.finish_and_check()

    def test_hostile_grants(self):
        other = "f" * 32
        changes = [{"lease": "../../x"}, {"lease": 5}, {"vault": other}, {"vault": "F" * 32}, {"blobs": "/etc"},
                   {"blobs": "/api/v1/vaults/" + other}, {"vault_key": "AAAA"}, {"vault_key": "!" * 44}, {"vault_key": 7},
                   {"recovery_key": ""}, {"heartbeat_seconds": 0}, {"lease_seconds": 10 ** 12}, {"behaviour": "none"},
                   {"accounts": "ann"}, {"accounts": ["a" * 5000]}, {"behaviour": "specified", "accounts": []},
                   {"in_place": "yes"}, {"smp": None}]
        for change in changes:
            self.site.tamper = {"state-store": lambda answer, change=change: {**answer, **change}}
            result = self.step("old", "request-state-store capture", "--root", self.old.root, expect=None)
            self.assertIn(result.code, (DAMAGED, support.UNSUPPORTED), (change, str(result)))
            self.assertFalse((self.state["old"] / "step.json").exists())
        self.site.tamper = {"state-store": lambda answer: b"{" + b'"a":' * 100_000}
        self.step("old", "request-state-store capture", "--root", self.old.root, expect=DAMAGED)
        self.site.tamper = {"state-store": lambda answer: b" " * (16 << 20)}
        self.step("old", "request-state-store capture", "--root", self.old.root, expect=DAMAGED)

    def test_a_vault_of_another_gets_nothing(self):
        self.capture_remotely()
        vault = self.site.vaults[self.source]
        real, vault["vault"] = vault["vault"], "e" * 32
        (self.site.folder / "vaults" / real).rename(self.site.folder / "vaults" / vault["vault"])
        self.request()
        packs = self.site.packs(self.source)
        result = self.capture(expect=DAMAGED)
        self.assertIn("not the encrypted vault", result.err)
        self.assertEqual(self.site.packs(self.source), packs)

    def test_wrong_keys(self):
        self.capture_remotely()
        self.step("new", "request-state-store restore")
        wrong = {"number": 1, "key": "A" * 43 + "="}
        self.site.tamper = {"state-store": lambda answer: {**answer, "keys": [wrong]}}
        self.step("new", "restore-user-state", "--root", self.new.root, expect=WRONG_KEY)
        for keys, code in (([], REFUSED), ([wrong, wrong], DAMAGED), ([{"number": 1, "key": "AAAA"}], DAMAGED),
                           ([{"number": -1, "key": wrong["key"]}], DAMAGED), ([{**wrong, "number": 99}], None)):
            self.site.tamper = {"state-store": lambda answer, keys=keys: {**answer, "keys": keys}}
            result = self.step("new", "restore-user-state", "--root", self.new.root, expect=code)
            self.assertIn(result.code, (REFUSED, DAMAGED, NOT_FOUND, WRONG_KEY))
        self.assertEqual(list((self.new.root / "home").iterdir()), [])


if __name__ == "__main__":
    support.main()
