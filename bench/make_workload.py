#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a computer's root folder with one user whose home is a workload. The same seed gives the same bytes.

  make_workload.py S FOLDER   100,000 small files, log-normal sizes, 1.2 GB, 60 % of them text
  make_workload.py G FOLDER   400 incompressible files of 1-5 MB and one mailbox of 600 MB
  make_workload.py U FOLDER   the user of S later: 60 % of the files unchanged, the rest new
  ... --scale 0.1             a tenth of it
"""
import argparse
import pathlib
import random

UID = 1000
FILES_PER_FOLDER = 50


def make_computer(root):
    etc = root / "etc"
    etc.mkdir(parents=True)
    (etc / "passwd").write_text(f"root:x:0:0::/root:/bin/sh\nbench:x:{UID}:{UID}::/home/bench:/bin/sh\n")
    (etc / "group").write_text(f"root:x:0:\nbench:x:{UID}:\n")
    (etc / "shadow").write_text("root:*:19000::::::\nbench:!:19000::::::\n")
    (etc / "hostname").write_text("bench\n")
    home = root / "home" / "bench"
    home.mkdir(parents=True)
    return home


def text_pool(generator, size):
    """Text of words with the frequencies of a language: about as compressible as people's documents."""
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = ["".join(generator.choices(letters, weights=range(26, 0, -1), k=generator.randint(2, 11)))
             for _ in range(20000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return " ".join(generator.choices(words, weights=weights, k=size // 5)).encode()[:size]


def small_files(home, generator, count, keep=1.0):
    pool = text_pool(generator, 8 << 20)
    noise = generator.randbytes(8 << 20)
    fresh = random.Random(99)
    for number in range(count):
        size = min(int(generator.lognormvariate(8.2, 1.55)), 4 << 20)
        is_text = generator.random() < 0.6
        source = pool if is_text else noise
        start = generator.randrange(len(source) - size)
        content = source[start:start + size]
        if fresh.random() >= keep:
            content = fresh.randbytes(size) if not is_text else bytes(reversed(content))
        else:
            content = number.to_bytes(4, "little") + content  # no two files are equal
        folder = home / f"d{number // FILES_PER_FOLDER // 40:03}" / f"e{number // FILES_PER_FOLDER % 40:03}"
        if number % FILES_PER_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file-{number:06}.{'txt' if is_text else 'bin'}").write_bytes(content)


def large_files(home, generator, scale):
    for number in range(int(400 * scale)):
        (home / f"photo-{number:03}.jpg").write_bytes(generator.randbytes(generator.randint(1 << 20, 5 << 20)))
    pool = text_pool(generator, 16 << 20)
    with open(home / "mailbox", "wb") as mailbox:
        for _ in range(int(600 * scale)):
            start = generator.randrange(len(pool) - (1 << 19))
            mailbox.write(pool[start:start + (1 << 19)] + generator.randbytes(1 << 19).hex().encode()[:1 << 19])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workload", choices=["S", "G", "U"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    home = make_computer(arguments.folder)
    generator = random.Random(42)
    if arguments.workload == "G":
        large_files(home, generator, arguments.scale)
    else:
        small_files(home, generator, int(100_000 * arguments.scale), keep=0.6 if arguments.workload == "U" else 1.0)


if __name__ == "__main__":
    main()
