#!/usr/bin/env python3
"""Measures `sanad import households`: rows a second and peak memory, for two sizes.

Needs a release build and python3; PostgreSQL through scripts/with-postgres.

    cargo build --release
    ./benches/import.py --backend sqlite
    ./scripts/with-postgres ./benches/import.py --backend postgres
"""

import argparse
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANAD = os.environ.get("SANAD_BINARY", ROOT / "target/release/sanad")
PLACES = "Location,Admin Level,P-Code,Name,Parent P-Code\nExampleland,0,XZ,Exampleland,\n,1,XZ01,North,XZ\n,2,XZ0101,Ashjar,XZ01\n"
NAMES = [("سلمى", "Salma", "F"), ("حسن", "Hasan", "M"), ("نور", "Nour", "F"), ("آزاد", "Azad", "M"), ("مريم", "Maryam", "F")]
RELATIONS = ["self", "spouse", "child", "child", "sibling"]
DATES = ["{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}", "{m:02}/{y}", "{y}"]
MAPPING = """
source = "bench"
organisation = "Bench"
date_formats = ["%d/%m/%Y", "%m/%Y", "%Y"]
place_edition = "XZ-bench"
[columns]
household = "HH"
relationship = "Relation"
sex = { header = "Sex", values = { "F" = "female", "M" = "male" } }
birth_date = "Born"
[[names]]
script = "Arab"
given = "الاسم"
family = "الكنية"
[[names]]
script = "Latn"
given = "Given"
family = "Family"
[constants]
place_of_displacement = "XZ0101"
processing_basis = "public_interest_mandate"
processing_purpose = "protection"
notice_version = "1"
notice_language = "ar"
notice_given_on = 2025-05-02
registered_on = 2025-05-02
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, capture_output=True, **options).stdout


def write_list(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("HH,Relation,Sex,Born,الاسم,الكنية,Given,Family\n")
        for n in range(rows):
            arabic, latin, sex = NAMES[n % 5]
            born = DATES[n % 4].format(d=n % 28 + 1, m=n % 12 + 1, y=1950 + n % 70)
            file.write(f"H-{n // 5},{RELATIONS[n % 5]},{sex},{born},{arabic},الخطيب,{latin},al-Khatib\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=("sqlite", "postgres"), required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    arguments = parser.parse_args()
    for rows in arguments.rows:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            database = folder / "bench.db"
            if arguments.backend == "postgres":
                server = os.environ["SANAD_TEST_POSTGRES"]
                name = f"sanad_import_{os.getpid()}_{rows}"
                run("psql", server, "-qc", f"CREATE DATABASE {name}")
                database = re.sub(r"/[^/?]+($|\?)", rf"/{name}\1", server)
            (folder / "mapping.toml").write_text(MAPPING)
            (folder / "places.csv").write_text(PLACES)
            write_list(folder / "list.csv", rows)
            run(SANAD, "migrate", "--database", database)
            for login, role in (("registrar", "registrar"), ("administrator", "administrator")):
                run(SANAD, "user", "add", login, "--name", login, "--role", role, "--organisation", "Bench",
                    "--create-organisation", "--password-stdin", "--database", database, input="a sentence for the bench\n")
            run(SANAD, "import", "areas", folder / "places.csv", "--edition", "XZ-bench", "--as", "administrator", "--database", database)
            begun = time.monotonic()
            report = json.loads(run(SANAD, "import", "households", folder / "list.csv", "--mapping", folder / "mapping.toml",
                                    "--as", "registrar", "--format", "json", "--database", database))
            seconds = time.monotonic() - begun
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{arguments.backend}: {rows:,} rows in {seconds:.2f} s: {rows / seconds:,.0f} rows a second; "
                  f"peak memory of any step so far {peak:.0f} MiB; {report['registered']:,} households")


if __name__ == "__main__":
    main()
