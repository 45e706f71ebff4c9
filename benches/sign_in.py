#!/usr/bin/env python3
"""Measures a rush of sign-ins: how long until everybody is in, and peak memory.

Limit: 100 parallel sign-ins stay under 512 MiB. Those for whom the queue is full get
503 with `Retry-After` and come again, as clients should. Peak memory is what the
kernel says of the server process (VmHWM), so this needs Linux.

Needs a release build and python3; PostgreSQL through scripts/with-postgres.

    cargo build --release
    ./benches/sign_in.py --backend sqlite
    ./scripts/with-postgres ./benches/sign_in.py --backend postgres
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANAD = os.environ.get("SANAD_BINARY", ROOT / "target/release/sanad")
PASSWORD = "a sentence of several words"
LIMIT = 512


def sanad(database, *words, text=""):
    command = [str(SANAD), *words, "--database", database]
    return subprocess.run(command, check=True, text=True, capture_output=True, input=text).stdout


def sign_in(address, login, tally):
    """Signs in, coming again when asked to."""
    body = json.dumps({"login": login, "password": PASSWORD}).encode()
    request = urllib.request.Request(address + "/v1/sign-in", body, {"content-type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                json.load(answer)["access_token"]
                tally["in"] += 1
                return
        except urllib.error.HTTPError as refused:
            if refused.code != 503:
                tally["refused"] += 1
                return
            tally["again"] += 1
            time.sleep(int(refused.headers["retry-after"]))


def memory(process, what):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--backend", choices=["sqlite", "postgres"], required=True)
    arguments.add_argument("--at-once", type=int, default=100)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = f"{folder}/bench.db"
        if asked.backend == "postgres":
            database = os.environ["SANAD_TEST_POSTGRES"]
        sanad(database, "migrate")
        logins = [f"user{number}" for number in range(asked.at_once)]
        for login in logins:
            words = ["user", "add", login, "--name", "N", "--role", "registrar", "--organisation", "Bench"]
            sanad(database, *words, "--create-organisation", "--password-stdin", text=PASSWORD + "\n")
        serve = [str(SANAD), "serve", "--listen", "127.0.0.1:0", "--log", "error", "--database", database]
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
        try:
            address = server.stdout.readline().split()[-1]
            at_rest = memory(server, "VmRSS")
            tally = {"in": 0, "again": 0, "refused": 0}
            threads = [threading.Thread(target=sign_in, args=(address, login, tally)) for login in logins]
            begun = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - begun
            peak = memory(server, "VmHWM")
        finally:
            server.terminate()
            server.wait()
    print(f"{asked.backend}: {tally['in']} of {len(logins)} signed in after {seconds:.1f} s, {tally['again']} came again")
    print(f"memory: {at_rest:.0f} MiB at rest, {peak:.0f} MiB at most, limit {LIMIT} MiB")
    if peak > LIMIT or tally["refused"] or tally["in"] != len(logins):
        sys.exit("the limit does not hold")


if __name__ == "__main__":
    main()
