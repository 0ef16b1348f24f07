# SPDX-License-Identifier: Apache-2.0
"""What was measured: medians of the rounds, and tables as docs/benchmarks.md has them."""
import statistics


class Results:
    def __init__(self):
        self.by_name = {}

    def add(self, work, server, value):
        self.by_name.setdefault((work, server), []).append(value)

    def median(self, work, server):
        return statistics.median(self.by_name[work, server])

    def servers(self, work):
        return [server for found, server in self.by_name if found == work]


def table(title, *columns):
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def row(*cells):
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)
