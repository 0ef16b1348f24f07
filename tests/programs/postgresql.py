# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL of its own in a scratch folder, reached through a socket in it."""
import pathlib
import shutil
import subprocess
import tempfile

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


def is_installed():
    return (PROGRAMS / "postgres").exists()


class PostgresqlServer:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rehome-postgresql-"))
        shutil.chown(self.folder, "postgres")  # it refuses to run as root
        self.run("initdb", "-A", "trust", "-U", "site", "--no-sync")
        self.start()
        self.address = f"postgresql:///postgres?host={self.folder}&user=site"

    def run(self, program, *arguments):
        subprocess.run(["runuser", "-u", "postgres", "--", PROGRAMS / program, "-D", self.folder / "data", *arguments],
                       cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)

    def start(self):
        options = f"-k {self.folder} -c listen_addresses= -c shared_buffers=16MB"
        self.run("pg_ctl", "-l", self.folder / "log", "-w", "-o", options, "start")

    def crash_and_restart(self):
        """Nothing that is under way is finished."""
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")
        self.start()

    def close(self):
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)
