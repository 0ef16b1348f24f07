# SPDX-License-Identifier: Apache-2.0
"""What the tests of whole computers with a site share: the site on the host, and agents in the guests that reach it."""
import pathlib
import sys

import refresh_support
import vm_support

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "programs"))
import site_support  # noqa: E402


class SiteRefreshCase(site_support.SiteTest, refresh_support.RefreshCase):
    INIT_OPTIONS = ("--name", vm_support.HOST_SEEN_BY_GUESTS, "--name", "127.0.0.1")

    def setUp(self):
        refresh_support.RefreshCase.setUp(self)
        site_support.SiteTest.setUp(self)

    def workplace(self):
        return self.machines  # the memory is the guests'

    def enrol_guest(self, machine, name):
        """Its agent, of the system that runs; the id of the computer."""
        token = machine.exchange / f"token-{name}"
        self.site("computer token", "--life", "1h", "--to", token)
        machine.run(f"/exchange/rehome/run agent enrol https://{vm_support.HOST_SEEN_BY_GUESTS}:{self.port} --name {name} "
                    f"--token-file /exchange/{token.name} --fingerprint {self.fingerprint}")
        return next(each["id"] for each in self.site("computer list")["items"] if each["name"] == name)

    def assert_released(self, store, destination):
        """Who waited for it has it, and it is the only one."""
        shown = self.site("site store show", store)
        self.assertEqual((shown["state"], shown["leases"], shown["errors"], shown["losses"]), ("released", [], 0, 0))
        self.assertEqual([(claim["destination_name"], claim["state"]) for claim in shown["claims"]], [(destination, "restored")])
        self.assertEqual([account["name"] for account in shown["accounts"]], list(refresh_support.NAMES))
        self.assertEqual([each["id"] for each in self.site("site store list")["items"]], [store])
