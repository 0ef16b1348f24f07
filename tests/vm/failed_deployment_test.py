# SPDX-License-Identifier: Apache-2.0
"""A refresh that fails after the wipe: what people then do by hand to get the users' files back
(rows S46 to S48), from a site and from the disk itself."""
import json
import re
import shutil

import refresh_support
import site_refresh_support
import vm_support

FAILED = "the command ended with 15"
RESTORE = "/exchange/rehome/run restore --with-passwords --unlock"


def with_failing_step(sequence):
    """Between the wipe and the image: a program of the site's that is not there."""
    changed = re.sub(r"^( *)- \{ step: apply-image", r"\1- { step: run-command, command: [/nothing] }\n\g<0>", sequence, flags=re.M)
    assert changed != sequence, sequence
    return changed


class FailedDeploymentTest(site_refresh_support.SiteRefreshCase):
    def cut_image(self):
        """For it nothing is wiped."""
        whole = vm_support.fresh_image()
        image = self.work / whole.name
        image.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        return image

    def wait_for_failure(self, machine):
        """After which no system is left on it."""
        machine.wait_for_console("this is the other root")
        self.say("captured; the other root has started")
        machine.wait_for_console(FAILED)
        machine.cut_power()
        self.assertRegex(machine.console, r"run-command failed: .*/nothing")
        self.say("wiped, and the site's own step failed")

    def test_recovery_from_the_site(self):
        machine, before = self.computer_with_users()
        machine.start()
        machine.wait_until_up()
        self.enrol_guest(machine, "old")
        deployment = self.deploy_refresh(machine)
        self.wait_for_failure(machine)
        shown = self.site("site deployment show", deployment, "--computer", "old")
        self.assertEqual(shown["state"], "running", shown)
        store, = self.site("site store list")["items"]
        self.assertEqual(store["state"], "captured")

        third = self.vm("third")
        self.recovery_information(third)
        third.start()
        third.wait_until_up()
        address = f"https://{vm_support.HOST_SEEN_BY_GUESTS}:{self.port}/api/v1/vaults/{store['vault']}"
        third.run(f"{RESTORE} --users ann --site-key-file /exchange/key --token-file /exchange/token --fingerprint "
                  f"{self.fingerprint} {address}")
        self.stop()
        third.run(f"{RESTORE} --users ben --site-key-file /exchange/key /exchange/{store['vault']}")
        self.say("restored by hand: one user from the site, one from a copy of its folder")
        self.assert_users_log_in(third)
        third.switch_off()
        self.assert_same_homes(third, before)
        self.say("nothing is lost, and the users log in")

    def deploy_refresh(self, machine):
        signer = self.rehome("sequence", "keygen", self.work / "signing-key", "--json").json["signer"]
        (machine.exchange / "config").write_text(json.dumps({"sequence_signers": [signer]}))
        machine.run("install -m 0600 /exchange/config /var/lib/rehome/agent/config.json && cp -a /exchange/rehome /opt/rehome")
        machine.run("systemd-run --unit rehome-agent /opt/rehome/run agent run")
        sequence = self.work / "it.yaml"
        self.rehome("sequence", "new", "--scenario", "refresh-smp", "--image", refresh_support.IMAGE, sequence)
        sequence.write_text(with_failing_step(sequence.read_text()))
        return self.site("site deploy", sequence, "--computer", "old", "--signing-key", self.work / "signing-key")["id"]

    def recovery_information(self, machine):
        """What somebody with the right to see it takes along."""
        self.site("recovery show", "old:old", "--why", "its refresh failed", "--key-to", machine.exchange / "key")
        self.site("site token add", "for the recovery", "--role", "operator", "--may-recover", "--to", machine.exchange / "token")
        for vault in (self.folder / "states").iterdir():
            if vault.is_dir():
                shutil.copytree(vault, machine.exchange / vault.name)

    def test_recovery_from_the_disk(self):
        machine, before = self.computer_with_users(self.cut_image())
        machine.start()
        machine.wait_until_up()
        self.make_sequence(machine, "refresh")
        self.assertIn("fresh.tar.zst", machine.run("/exchange/rehome/run sequence run /root/it.yaml 2>&1", expect=15))
        self.say("an image that is not whole was seen before the wipe")
        self.bring_image(machine)
        (machine.exchange / "it.yaml").write_text(with_failing_step(machine.run("cat /root/it.yaml")))
        machine.run("cp /exchange/it.yaml /root/it.yaml")
        self.begin(machine)
        self.wait_for_failure(machine)

        live = self.live_system(machine)
        live.copy_in(vm_support.fresh_image())
        live.run("mount /dev/vdb /mnt && /mnt/rehome/program/run volume apply /exchange/fresh.tar.zst /mnt && umount /mnt")
        live.switch_off()
        self.say("a system was applied by hand, from a live one")
        machine.start()
        machine.wait_until_up()
        machine.run(f"{RESTORE} /rehome/store")
        self.say("restored by hand, from the store on the disk")
        self.assert_users_log_in(machine)
        machine.switch_off()
        self.assert_same_homes(machine, before)
        self.say("nothing is lost, and the users log in")


if __name__ == "__main__":
    vm_support.main()
