# SPDX-License-Identifier: Apache-2.0
"""The power fails in the middle of a refresh, at random moments of each of its phases. The refresh goes on by itself when
the power is back, or after one command of docs/task-sequences.md, and nothing is lost.

A first refresh leaves the disk as it was when each phase began, and says how long they take; every cut begins at such a
point. What a person has to do is done as the page says, and only where the computer does not go on by itself.

  REHOME_POWER_CUTS    cuts in each phase (10)       REHOME_SEED    moments as in the run that printed it
  REHOME_PHASES        some of the phases, with commas between them
"""
import contextlib
import os
import random
import shutil
import time

import refresh_support
import vm_support

CUTS = int(os.environ.get("REHOME_POWER_CUTS", "10"))
SEED = int(os.environ.get("REHOME_SEED", random.randrange(1 << 32)))

OTHER_ROOT, WIPE, APPLY = "this is the other root", "wipe-volume", "apply-image"
RESTARTED, RESTORE = "the computer is restarted", "restore-user-state"
NO_SYSTEM = ("No init found", "No working init found", "Kernel panic", "can't execute '/sbin/init'")

# Phase: the phase in whose beginning the disk is kept, and after what on the console it begins.
PHASES = {"capture": ("capture", None), "other-root": ("other-root", OTHER_ROOT), "wipe": ("other-root", WIPE),
          "apply": ("apply", APPLY), "first-boot": ("first-boot", None), "restore": ("first-boot", RESTORE)}
CHOSEN = os.environ.get("REHOME_PHASES", ",".join(PHASES)).split(",")
STARTS = 5  # as long as so many of a whole system take, something must show: what is half there may start half


class PowerCutTest(refresh_support.RefreshCase):
    def test_power_cuts(self):
        self.say(f"REHOME_SEED={SEED}, {CUTS} cuts in each phase")
        self.machine, self.before = self.computer_with_users()
        self.points, self.seconds = {"capture": self.machine.disk}, {}
        self.patience = vm_support.BOOT_SECONDS  # until a start is measured
        self.refresh_in_parts()
        for phase in CHOSEN:
            moments = random.Random(f"{SEED} {phase}")
            for number in range(CUTS):
                moment = moments.random()
                with self.subTest(phase=phase, cut=number, moment=moment):
                    self.cut(phase, moment)
                    how = self.go_on(by_live_system=number == CUTS - 1)
                    self.assert_all_is_there(self.machine, self.before)
                    self.say(f"{phase}, cut {number + 1} at {moment:.3f}: {how}, and nothing is lost")

    # The first refresh.

    def refresh_in_parts(self):
        machine = self.machine
        machine.begin_at(self.points["capture"], "other-root")
        self.start_phase("capture")
        self.reach("capture", OTHER_ROOT)
        self.keep_point("other-root", "apply")
        self.files = self.copied_other_root()
        self.start_phase("other-root")
        self.reach("other-root", WIPE)
        self.reach("wipe", APPLY)
        self.keep_point("apply", "first-boot")
        self.start_phase("apply")
        self.reach("apply", RESTARTED)
        machine.wait_until_off()
        self.keep_point("first-boot", "now")
        self.start_phase("first-boot")
        self.reach("first-boot", RESTORE)
        self.wait_for_the_end(self.machine)
        self.note("restore")
        self.assert_all_is_there(machine, self.before)

    def keep_point(self, phase, layer_after):
        self.machine.cut_power()
        self.points[phase] = self.machine.disk
        self.machine.begin_at(self.points[phase], layer_after)

    def copied_other_root(self):
        """The two files that a boot server would have, or a stick."""
        with self.machine.volume() as root:
            for name in ("other-root.kernel", "other-root.img"):
                vm_support.run("cp", root / "rehome" / name, self.machines)
        return self.machines

    def note(self, phase):
        self.seconds[phase] = time.monotonic() - self.phase_began
        self.phase_began = time.monotonic()
        self.say(f"{phase}: {self.seconds[phase]:.0f} s")

    def reach(self, phase, text):
        self.machine.wait_for_console(text, after=self.seen)
        self.note(phase)

    # What begins, is cut, and goes on.

    def start_phase(self, point):
        """And from now on the console counts."""
        machine = self.machine
        self.seen = len(machine.console)
        if point in ("other-root", "apply"):
            machine.start_other_root(self.files)
            machine.wait_for_console(OTHER_ROOT if point == "other-root" else APPLY, after=self.seen)
        else:
            machine.start()
        began = time.monotonic()
        if point == "capture":
            machine.wait_until_up()
            self.patience = STARTS * (time.monotonic() - began)
            self.make_sequence(machine, "refresh")
            self.begin(machine)
        self.phase_began = time.monotonic()

    def cut(self, phase, moment):
        point, begins_with = PHASES[phase]
        self.machine.begin_at(self.points[point])
        self.start_phase(point)
        if begins_with:
            self.machine.wait_for_console(begins_with, after=self.seen)
        time.sleep(moment * self.seconds[phase])
        self.machine.cut_power()
        self.seen = len(self.machine.console)

    def go_on(self, by_live_system):
        """The power is back; what it took."""
        self.machine.start()
        sign = self.first_sign()
        if sign == "nothing":
            self.machine.cut_power()
            how = self.go_on_from_live_system() if by_live_system else self.go_on_in_other_root()
            self.machine.start()
        elif sign == "other root" or self.goes_on_by_itself():
            how = "it went on by itself"
        else:
            how = self.go_on_by_hand()
        self.wait_for_the_end(self.machine)
        return how

    def first_sign(self):
        """Of what has started: the installed system, the other root, or nothing that a person could work with."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            said = self.machine.console[self.seen:]
            if OTHER_ROOT in said:
                return "other root"
            if any(text in said for text in NO_SYSTEM):
                return "nothing"
            with contextlib.suppress(vm_support.GuestError):
                if self.machine.read_answer(1).strip() == "ready":
                    return "system"
        return "nothing"

    def goes_on_by_itself(self):
        try:
            return "enabled\n" == self.machine.run("systemctl is-enabled rehome-sequence", expect=None)
        except vm_support.Restarted:
            self.machine.forget_what_was_asked()
            return True

    def go_on_by_hand(self):
        machine = self.machine
        machine.mount_exchange()
        if machine.run("test -e /rehome/state.json; echo $?") == "0\n":
            machine.send("/exchange/rehome/run sequence resume >/root/begin.log 2>&1")
            return "resumed by hand"
        machine.run("rm -f /root/it.yaml")
        self.make_sequence(machine, "refresh")
        self.begin(machine)
        return "begun anew, for it had not begun"

    def go_on_in_other_root(self):
        after = len(self.machine.console)
        self.machine.start_other_root(self.files)
        self.machine.wait_for_console(RESTARTED, after=after)
        self.machine.wait_until_off()
        return "the other root was started by hand"

    def go_on_from_live_system(self):
        live = self.live_system(self.machine)
        live.run("mount /dev/vdb /mnt")
        live.send("/mnt/rehome/program/run sequence resume --folder /mnt/rehome")
        live.wait_for_console(OTHER_ROOT)
        live.wait_for_console(RESTARTED)
        live.cut_power()
        shutil.rmtree(live.folder)
        return "resumed by hand from a live system"


if __name__ == "__main__":
    vm_support.main()
