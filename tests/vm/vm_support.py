# SPDX-License-Identifier: Apache-2.0
"""What the tests of whole computers share: a disk with an installed Debian, made once per build folder, and a computer
in QEMU that starts from it, is worked in, loses its power at any moment, and starts again.

Where KVM is present it is tried first, with a time limit: a device that is there may still hang its guest. Else QEMU
emulates. Tests skip aloud where QEMU, root or the package mirror is missing.
"""
import base64
import contextlib
import fcntl
import functools
import inspect
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("REHOME_PROGRAM", str(SOURCE / "build/release/rehome"))
SCRATCH = pathlib.Path(os.environ.get("REHOME_SCRATCH", SOURCE / "build/scratch")).resolve()

sys.path.insert(0, str(SOURCE / "tests"))
import tree_record  # noqa: E402,F401

QEMU = "qemu-system-x86_64"
DISK_UUID = "6f1b6c9e-3a0e-4e0c-9d57-0d1c7e1a5b10"
DISK_BYTES = 4 << 30
PACKAGES = "linux-image-amd64,systemd-sysv,udev,dbus,kmod,initramfs-tools,zstd,passwd,acl,attr"
KVM_SECONDS = 12  # a guest that KVM really runs has long said something
# Long, for other tests may have the processors: nothing waits for a time to pass.
BOOT_SECONDS = 900
COMMAND_SECONDS = 600

# An emulated timer that gets no processor for a while is no reason for a kernel to panic.
CONSOLE = "console=ttyS0 no_timer_check"
MODULES_OF_THE_GUEST = "virtio_pci\nvirtio_blk\next4\n"
HOST_SEEN_BY_GUESTS = "10.0.2.2"  # what listens on the host's loopback is there
NETWORK = "[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"
ONLINE = ("[Service]\nExecStart=\n"  # else it waits two minutes for a link that emulation shows too late
          "ExecStart=/lib/systemd/systemd-networkd-wait-online --any --timeout=20\n")
# What no guest needs, so that emulation has less to read, remove and write.
SPARED = ("usr/share/man", "usr/share/doc", "usr/share/locale", "usr/share/lintian", "usr/lib/modules/*/kernel/sound")
KEPT_DRIVERS = ("block", "char", "net", "virtio")
KEPT_NET_DRIVERS = ("net_failover.ko", "virtio_net.ko")
AGENT_UNIT = """[Unit]
Description=Agent of the tests
[Service]
ExecStart=/usr/local/sbin/guest_agent
[Install]
WantedBy=multi-user.target
"""


def skip_unless_possible():
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root: a disk image is mounted")
    if shutil.which(QEMU) is None:
        raise unittest.SkipTest(f"{QEMU} is not installed (tools/packages-vm.txt)")
    if not pathlib.Path(PROGRAM).exists():
        raise unittest.SkipTest(f"{PROGRAM} is not built")


@contextlib.contextmanager
def mounted(image):
    """The volume in an image, as a folder of the host."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rehome-vm.", dir="/var/tmp"))
    mount = subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True, text=True, check=False)
    if mount.returncode != 0:
        folder.rmdir()
        raise unittest.SkipTest(f"no loop device: {mount.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def run(*command):
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {made.stdout}{made.stderr}")


def spare(root):
    drivers = next((root / "usr/lib/modules").iterdir()) / "kernel/drivers"
    left_out = [path for pattern in SPARED for path in root.glob(pattern)]
    left_out += [path for path in drivers.iterdir() if path.name not in KEPT_DRIVERS]
    left_out += [path for path in (drivers / "net").iterdir() if path.name not in KEPT_NET_DRIVERS]
    run("rm", "-rf", *left_out)
    run("chroot", root, "depmod", drivers.parents[1].name)


def configure(root):
    """What the package manager leaves open: names, the network, the agent of the tests, few modules in the initramfs."""
    spare(root)
    (root / "etc/hostname").write_text("old\n")
    (root / "etc/fstab").write_text(f"UUID={DISK_UUID} / ext4 errors=remount-ro 0 1\n")
    shutil.copy(SOURCE / "tests/vm/guest_agent", root / "usr/local/sbin/guest_agent")
    (root / "etc/systemd/system/guest-agent.service").write_text(AGENT_UNIT)
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "guest-agent.service").symlink_to("/etc/systemd/system/guest-agent.service")
    (root / "etc/systemd/network/user.network").write_text(NETWORK)
    online = root / "etc/systemd/system/systemd-networkd-wait-online.service.d/timeout.conf"
    online.parent.mkdir()
    online.write_text(ONLINE)
    run("chroot", root, "systemctl", "--quiet", "enable", "systemd-networkd")
    for unit in ("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_reap.service", "systemd-timesyncd.service"):
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    (root / "etc/initramfs-tools/modules").write_text(MODULES_OF_THE_GUEST)
    (root / "etc/initramfs-tools/conf.d/rehome").write_text("MODULES=list\nCOMPRESS=zstd\n")
    run("chroot", root, "update-initramfs", "-u")


def fill(disk, root_tar):
    with open(disk, "wb") as file:
        file.truncate(DISK_BYTES)
    run("mkfs.ext4", "-q", "-U", DISK_UUID, disk)
    with mounted(disk) as root:
        run("tar", "-C", root, "--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner", "-xf", root_tar)
        configure(root)
        for name, pattern in (("vmlinuz", "vmlinuz-*"), ("initrd", "initrd.img-*")):
            shutil.copy(next((root / "boot").glob(pattern)), disk.parent / f"{name}.new")
            (disk.parent / f"{name}.new").rename(disk.parent / name)  # computers that run have the old one open


def debian_disk():
    """The folder with `disk`, `vmlinuz` and `initrd`, and `root.tar`, the system as it was installed; made at the first
    call. Tests that run side by side wait for it."""
    skip_unless_possible()
    folder = SCRATCH / "vm"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "root.tar").exists():
            made = subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--include={PACKAGES}", "bookworm",
                                   str(folder / "root.new.tar")], capture_output=True, text=True, check=False)
            if made.returncode != 0:
                raise unittest.SkipTest(f"no Debian could be installed: {made.stderr[-2000:]}")
            (folder / "root.new.tar").rename(folder / "root.tar")
        recipe = "".join(map(inspect.getsource, (fill, configure, spare))) + (SOURCE / "tests/vm/guest_agent").read_text()
        recipe += repr((AGENT_UNIT, DISK_BYTES, KEPT_DRIVERS, KEPT_NET_DRIVERS, MODULES_OF_THE_GUEST, NETWORK, ONLINE, SPARED))
        stamp = folder / "recipe"
        if not (folder / "disk").exists() or not stamp.exists() or stamp.read_text() != recipe:
            fill(folder / "disk.new", folder / "root.tar")
            (folder / "disk.new").rename(folder / "disk")
            stamp.write_text(recipe)
    return folder


def fresh_image():
    """The installed system as an image, as somebody would keep one for many computers: made at the first call."""
    folder = debian_disk()
    image = folder / "fresh.tar.zst"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not image.exists() or image.stat().st_mtime < (folder / "disk").stat().st_mtime:
            with mounted(folder / "disk") as root:
                run("tar", "-C", root, "--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner", "--one-file-system",
                    "--exclude=./lost+found", "--zstd", "-cf", folder / "fresh.new", ".")
            (folder / "fresh.new").rename(image)
            image.touch()  # the disk was written to when it was unmounted
    return image


@functools.cache
def acceleration():
    """Options of QEMU: KVM where a guest really runs under it, else emulation."""
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        command = [QEMU, "-accel", "kvm", "-cpu", "max", "-m", "256", "-display", "none", "-nodefaults", "-serial", "stdio",
                   "-no-reboot", "-kernel", str(debian_disk() / "vmlinuz"), "-append", "console=ttyS0 panic=-1"]
        try:
            tried = subprocess.run(command, capture_output=True, timeout=KVM_SECONDS, stdin=subprocess.DEVNULL, check=False)
            if tried.returncode == 0 and b"Linux version" in tried.stdout:
                return ("-accel", "kvm", "-cpu", "max")
            reason = "does not start a guest"
        except subprocess.TimeoutExpired:
            reason = f"hangs its guest (nothing in {KVM_SECONDS} s)"
        print(f"KVM is present and {reason}: QEMU emulates", file=sys.stderr)
    return ("-accel", "tcg,thread=multi", "-cpu", "max")


class GuestError(AssertionError):
    pass


class Restarted(GuestError):
    """And does not know what it was told before."""


class Vm:
    """A computer with a disk of its own. Switch it on with start(); `console` is all that it ever said."""

    def __init__(self, folder, memory_mb=1024):
        self.folder = pathlib.Path(folder)
        self.memory_mb = memory_mb
        self.disk = self.folder / "disk"
        self.exchange = self.folder / "exchange"  # seen by both: /exchange in the guest
        self.exchange.mkdir()
        made = debian_disk()
        self.kernel, self.initrd = made / "vmlinuz", made / "initrd"
        run("cp", "--sparse=always", "--reflink=auto", made / "disk", self.disk)
        self.console_file = self.folder / "console"
        self.console_file.touch()
        self.process = self.port = None
        self.pending = b""

    @property
    def console(self):
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", self.console_file.read_text(errors="replace"))

    def start(self):
        """Switches it on; it starts from its disk, again after each restart of its own."""
        self.start_with("-kernel", self.kernel, "-initrd", self.initrd, "-append",
                        f"root=UUID={DISK_UUID} ro {CONSOLE} panic=-1 systemd.show_status=false quiet")

    def start_other_root(self, folder):
        """As a boot server or a stick does that has the two files of the protected folder; it is off after that."""
        self.start_with("-kernel", folder / "other-root.kernel", "-initrd", folder / "other-root.img", "-append",
                        f"rdinit=/init {CONSOLE} panic=30", "-no-reboot")

    def start_with(self, *more):
        channel = self.folder / "agent"
        channel.unlink(missing_ok=True)
        with open(self.folder / "qemu.log", "ab") as log:
            self.process = subprocess.Popen(self.command(channel, more), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.connect(channel)

    def disk_format(self):
        return "raw" if self.disk.name == "disk" else "qcow2"

    def begin_at(self, point, name="now"):
        """Goes on with the disk as it was then, which stays so: what is written goes into a layer over it. A layer
        keeps where it has put something in QEMU's memory until the guest flushes, so that a power cut loses what a
        disk's own cache would lose."""
        self.cut_power()
        self.disk = point
        layer = self.folder / name
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", self.disk_format(), "-b", point, layer)
        self.disk = layer

    def command(self, channel, more):
        return [
            QEMU, *acceleration(), "-m", str(self.memory_mb), "-smp", "2", "-display", "none", "-nodefaults", "-no-user-config",
            "-chardev", f"file,id=console,path={self.console_file},append=on", "-serial", "chardev:console",
            "-drive", f"file={self.disk},format={self.disk_format()},if=virtio,cache=writeback",
            "-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={channel},server=on,wait=off",
            "-device", "virtserialport,chardev=agent,name=rehome",
            "-virtfs", f"local,path={self.exchange},mount_tag=exchange,security_model=none",
            "-nic", "user,model=virtio-net-pci", "-device", "virtio-rng-pci", *map(str, more)]

    def connect(self, channel):
        for _ in range(100):
            port = socket.socket(socket.AF_UNIX)
            try:
                port.connect(str(channel))
            except OSError:
                port.close()
                time.sleep(0.1)
            else:
                self.port = port
                return
        raise GuestError(f"QEMU did not start: {(self.folder / 'qemu.log').read_text(errors='replace')}")

    def read_answer(self, seconds):
        end = time.monotonic() + seconds
        while b"\n" not in self.pending:
            left = end - time.monotonic()
            if left <= 0 or self.process.poll() is not None:
                raise GuestError(f"the guest did not answer in {seconds} s:\n{self.console[-6000:]}")
            self.port.settimeout(min(left, 1))
            with contextlib.suppress(TimeoutError):
                got = self.port.recv(65536)
                if not got:
                    raise GuestError(f"the guest is gone:\n{self.console[-6000:]}")
                self.pending += got
        line, self.pending = self.pending.split(b"\n", 1)
        return line.decode()

    def wait_until_up(self, seconds=BOOT_SECONDS):
        """Until the installed system has started and can be worked in."""
        while self.read_answer(seconds).strip() != "ready":
            pass
        self.mount_exchange()

    def mount_exchange(self):
        self.run("mkdir -p /exchange; mountpoint -q /exchange || mount -t 9p -o trans=virtio,msize=262144 exchange /exchange")

    def run(self, command, expect=0, seconds=COMMAND_SECONDS):
        """A line of bash as root; what it said."""
        self.send(command)
        code, said = (self.read_answer(seconds) + " ").split(" ", 1)
        if code == "ready":
            raise Restarted(f"{command}: the guest has started again")
        output = base64.b64decode(said).decode(errors="replace")
        if expect is not None and int(code) != expect:
            raise GuestError(f"{command}: exit {code}\n{output}")
        return output

    def forget_what_was_asked(self):
        """Whatever the system before was asked may be answered by the next one, or by none."""
        said = "ready"
        while said == "ready" or token not in said:
            if said == "ready":  # of one that started since, perhaps without having heard it
                word = base64.b64encode(os.urandom(12))
                token = base64.b64encode(word).decode()
                self.port.sendall(base64.b64encode(b"echo -n " + word) + b"\n")
            said = self.read_answer(BOOT_SECONDS).strip()

    def send(self, command):
        """Starts it without waiting for an answer: for what ends the system."""
        self.port.sendall(base64.b64encode(command.encode()) + b"\n")

    def wait_for_console(self, *texts, seconds=BOOT_SECONDS, after=0):
        """Until the console says one of them; where it does."""
        end = time.monotonic() + seconds
        while (at := max(self.console.find(text, after) for text in texts)) < 0:
            if time.monotonic() > end or self.process.poll() is not None:
                raise GuestError(f"the console said none of {texts} in {seconds} s:\n{self.console[-6000:]}")
            time.sleep(0.2)
        return at

    def cut_power(self):
        """Now, whatever it does. What the guest had written to its disk is there, what it had only in memory is not."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait()
        if self.port is not None:
            self.port.close()
        self.process = self.port = None
        self.pending = b""

    def wait_until_off(self, seconds=BOOT_SECONDS):
        self.process.wait(timeout=seconds)
        self.cut_power()

    def switch_off(self):
        self.send("systemctl poweroff")
        self.wait_until_off()

    def wait_until(self, question, answer, seconds=BOOT_SECONDS):
        """Until the command says something with `answer` in it, over any number of restarts."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if answer in (said := self.run(question, expect=None)):
                    return said
            except Restarted:
                self.forget_what_was_asked()
            time.sleep(1)
        raise GuestError(f"{question} did not say {answer} in {seconds} s:\n{self.console[-6000:]}")

    def copy_in(self, path):
        """A file or folder of the host, for the guest as /exchange/NAME."""
        run("cp", "-a", path, self.exchange)

    def volume(self):
        """Its disk as a folder of the host, while it is switched off."""
        if self.process is not None:
            raise GuestError("the computer is switched on: its disk is its own")
        return mounted(self.disk) if self.disk_format() == "raw" else self.copied_volume()

    @contextlib.contextmanager
    def copied_volume(self):
        copy = self.folder / "copy"
        run("qemu-img", "convert", "-O", "raw", self.disk, copy)
        try:
            with mounted(copy) as root:
                yield root
        finally:
            copy.unlink()


class VmTest(unittest.TestCase):
    def setUp(self):
        debian_disk()
        SCRATCH.mkdir(parents=True, exist_ok=True)
        self.machines = pathlib.Path(tempfile.mkdtemp(prefix="vm-test.", dir=SCRATCH))
        self.addCleanup(shutil.rmtree, self.machines, ignore_errors=True)

    def live_system(self, machine):
        """A system that somebody starts for help, from a disk of its own, with that of `machine` as /dev/vdb."""
        live = self.vm("live")
        with live.volume() as root:
            (root / "etc/fstab").write_text("/dev/vda / ext4 errors=remount-ro 0 1\n")
        run("e2fsck", "-fp", live.disk)  # or tune2fs refuses
        run("tune2fs", "-U", "random", live.disk)
        live.start_with("-kernel", live.kernel, "-initrd", live.initrd, "-append", f"root=/dev/vda ro {CONSOLE} quiet",
                        "-drive", f"file={machine.disk},format={machine.disk_format()},if=virtio,cache=writeback")
        live.wait_until_up()
        return live

    def vm(self, name="old", **options):
        folder = self.machines / name
        folder.mkdir()
        machine = Vm(folder, **options)
        self.addCleanup(machine.cut_power)
        # The program's copy brings its own libraries: the guest has none of them.
        subprocess.run([PROGRAM, "other-root", "copy", "--quiet", str(machine.exchange / "rehome")], check=True)
        return machine


def main():
    unittest.main(verbosity=2)
