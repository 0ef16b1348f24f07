# SPDX-License-Identifier: Apache-2.0
"""`rehome site events`: what happens at a site, as it happens, and when the connection is lost."""
import json
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

import site_support
import support
from support import NOT_FOUND, USAGE

sys.path.insert(0, str(support.SOURCE / "tests/support"))
from cutting_proxy import CuttingProxy  # noqa: E402


class Events(site_support.SiteTest):
    """`rehome site events` follows what happens."""

    def follow(self, *more):
        before = self.listeners()
        process = subprocess.Popen([support.PROGRAM, "site", "events", "--session", str(self.session), *map(str, more)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        self.addCleanup(lambda: (watchdog.cancel(), process.kill(), process.communicate()))
        self.wait_for(lambda: self.listeners() > before)
        return process

    def line_with(self, stream, text):
        """The next line that holds the text; the stream ends with its process after a while."""
        for line in stream:
            if text in line:
                return line
        self.fail(f"no line with {text}")

    def listeners(self):
        return int(re.search(r"(?m)^rehome_event_listeners (\d+)", self.metrics())[1])

    def metrics(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with urllib.request.urlopen(f"https://127.0.0.1:{self.port}/metrics", context=context, timeout=20) as answer:
            return answer.read().decode()

    def wait_for(self, condition, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(condition())

    def interrupt(self, process, sign=signal.SIGINT):
        process.send_signal(sign)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, support.SUCCESS, err)
        return out, err

    def test_lines_for_people_and_documents_for_programs(self):
        people, programs = self.follow(), self.follow("--json", "--seen")
        self.site("computer add", "brand-new")
        self.enrol("pc")
        line = self.line_with(people.stdout, "imported")
        self.assertRegex(line, "Z  audit +admin: computer imported c-[0-9a-f]+ .brand-new.")
        document = json.loads(self.line_with(programs.stdout, "imported"))
        self.assertEqual((document["event"], document["data"]["what"]), ("audit", "computer imported"))
        self.rehome("agent", "run", "--once", "--state", self.work / "state-pc")
        self.assertNotIn("  seen  ", self.interrupt(people)[0])
        events = [json.loads(each) for each in self.interrupt(programs)[0].splitlines()]
        self.assertIn("pc", [event["data"].get("computer_name") for event in events if event["event"] == "seen"])

    def test_of_one_computer(self):
        pc = self.enrol("pc")
        process = self.follow("--computer", "PC", "--json")
        self.site("computer add", "other")
        self.site("computer set", "pc", "--note", "x")
        self.assertEqual(json.loads(self.line_with(process.stdout, "changed"))["data"]["subject"], pc)
        self.assertNotIn("other", self.interrupt(process, signal.SIGTERM)[0])
        self.site("site events", "--computer", "nobody", expect=NOT_FOUND)
        self.site("site events", "--computer", "../users", expect=USAGE)

    def test_it_ends_by_itself_and_where_nobody_reads(self):
        self.rehome("site", "events", "--for", "1s", "--session", self.session)
        self.site("site events", "--for", "soon", expect=USAGE)
        process = self.follow()
        process.stdout.close()
        for name in ("one", "two"):
            self.site("computer add", name)
        self.assertNotEqual(process.wait(timeout=20), support.SUCCESS)

    def test_a_site_that_is_away_comes_back(self):
        process = self.follow("--json")
        self.site("computer add", "first")
        self.line_with(process.stdout, "first")
        self.stop()
        self.line_with(process.stderr, "lost")
        self.serve(self.port)
        missed = json.loads(self.line_with(process.stdout, "missed"))
        self.assertEqual((missed["event"], missed["data"]), ("missed", {}))
        self.site("computer add", "second")
        self.line_with(process.stdout, "second")
        self.assertIn("connected again", self.interrupt(process)[1])

    def test_what_happens_while_the_connection_is_lost(self):
        proxy = CuttingProxy(self.port)
        self.addCleanup(proxy.close)
        self.url = f"https://127.0.0.1:{proxy.port}"
        self.login()
        process = self.follow("--json")
        self.site("computer add", "first")
        self.line_with(process.stdout, "first")
        proxy.closed = True
        proxy.cut_answer_after = proxy.received
        self.url = f"https://127.0.0.1:{self.port}"
        self.login()  # by another way
        self.site("computer add", "second")
        self.line_with(process.stderr, "lost")
        self.site("computer add", "third")
        proxy.closed, proxy.cut_answer_after = False, None
        names = []
        while "third" not in names:
            names.append(json.loads(self.line_with(process.stdout, "audit"))["data"]["why"])
        self.assertEqual([name for name in names if name in ("first", "second", "third")], ["second", "third"])
        self.interrupt(process)

    def test_who_is_not_logged_in_hears_nothing(self):
        self.rehome("site", "logout", "--session", self.session)
        self.rehome("site", "events", "--session", self.session, expect=NOT_FOUND)


if __name__ == "__main__":
    support.main()
