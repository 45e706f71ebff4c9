#!/usr/bin/env python3
"""Measures the API beside two limits in the same run.

Limits: a constant answer, as long as a case, to the same requests (`sanad
bench-constant`); the shortest constant answer of the server itself (GET /live);
and the same statements without HTTP: pgbench on PostgreSQL, a bare loop (`sanad bench-store`) on SQLite.
Each figure is taken beside its limit, in rounds; ratios of the same round are
stated (median, lowest, highest), since machines are noisy.

What pgbench is made to do, so that nobody reads more into a ratio than it says:

GET case    The statement of the API with an id written into it, in 64 scripts of which
            pgbench takes one at random; it has no way to draw an id from a list, and a
            subselect would have slowed the limit down. The API reads up to 5,000 cases
            from the whole list, pgbench 64 of these, which are always in memory: the
            limit is rather too high than too low.
list of 50  The statement of the API, as it is.
POST case   The inserts of one case in one transaction, with a sequence for positions.
            The limit contains more than these inserts: a round trip for every statement,
            one of them to make the id of the case (\\gset, since pgbench cannot make a
            uuid itself), and the reading of the template rows, since pgbench cannot send
            a document as a parameter. It also commits every case by itself, where the
            API commits several together and sends rows by COPY. So this limit is what a
            plain client comes to and not what PostgreSQL could do; a ratio of 1 or more
            says that grouping pays for the rest of the API, not that the API is free.
            Nor does the limit read anything: no permission, places or earlier command.

Needs a release build, wrk, python3 and, for PostgreSQL, psql and pgbench.

    cargo build --release
    ./benches/api.py --backend sqlite
    ./scripts/with-postgres ./benches/api.py --backend postgres
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANAD = pathlib.Path(os.environ.get("SANAD_BINARY", ROOT / "target/release/sanad"))


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], check=True, text=True, capture_output=True, **options)
    return done.stdout


def wrk(address, path, connections, seconds, script):
    out = run("wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, address + path)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    p99 = re.search(r"99%\s+(\S+)", out)[1]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    broken = re.search(r"Socket errors: (.*)", out)
    if bad or broken:
        print("   ", out)
    return rate, p99


class Api:
    """A signed-in client of the server."""

    def __init__(self, address, login, password):
        self.address = address
        token = self.call("/v1/sign-in", {"login": login, "password": password})
        self.token = token["access_token"]

    def call(self, path, body=None):
        headers = {"content-type": "application/json"}
        if hasattr(self, "token"):
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers)) as answer:
            return json.load(answer)


def four_persons(organisation, place):
    def person(given, relationship, born):
        return {
            "names": [
                {"script": "Arab", "language": "ar", "given": given, "father": "خالد", "family": "النوري"},
                {"script": "Latn", "transliterated": True, "given": "Salma", "father": "Khaled", "family": "al-Nouri"},
            ],
            "birth": {"date": born, "precision": "day", "estimated": False},
            "sex": "female", "relationship": relationship,
        }

    return {
        "organisation": organisation, "place_of_displacement": place,
        "processing": {"basis": "public_interest_mandate", "purpose": "protection", "recorded_on": "2025-05-02"},
        "notice": {"version": "2025-1", "language": "ar", "given_on": "2025-05-02"},
        "members": [
            person("سلمى", "self", "1987-03-01"), person("هدى", "spouse", "1991-07-09"),
            person("ليلى", "child", "2016-01-05"), person("نور", "child", "2019-02-02"),
        ],
    }


GET = """
local ids = {}
for line in io.lines("%(ids)s") do ids[#ids + 1] = line end
math.randomseed(%(seed)s)
request = function()
  return wrk.format("GET", "/v1/cases/" .. ids[math.random(#ids)], {["Authorization"] = "Bearer %(token)s"})
end
"""
SAME = """
wrk.headers["Authorization"] = "Bearer %(token)s"
"""
POST = """
local file = io.open("%(body)s"); local body = file:read("*a"); file:close()
local threads = 0
setup = function(thread) threads = threads + 1; thread:set("id", threads) end
local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", "/v1/cases", {["Authorization"] = "Bearer %(token)s", ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = "bench-%(seed)s-" .. id .. "-" .. n}, body)
end
"""

READ = """SELECT h.organisation_id, h.place_path, d.revision, d.body, d.conflicted, h.finding_id, EXISTS (SELECT 1 FROM finding_lost l WHERE l.finding_id = h.finding_id) FROM case_head h INNER JOIN case_document d ON d.case_id = h.case_id WHERE h.case_id = '{id}';
"""
# pgbench takes 128 at most; each is prepared once on every connection.
READ_SCRIPTS = 64
LIST = """SELECT case_id, opened_at, organisation_id, place_path, (SELECT l.finding_id FROM finding_lost l WHERE l.finding_id = h.finding_id LIMIT 1), summary FROM case_head h WHERE organisation_id = '{organisation}' ORDER BY opened_at DESC, case_id DESC LIMIT 51;
"""
CREATE = """BEGIN;
WITH fresh AS (SELECT gen_random_uuid() AS id) SELECT id AS case_id FROM fresh \\gset
INSERT INTO journal SELECT nextval('bench_position'), stream_kind, (:case_id)::uuid, revision, kind, version, observed_on, recorded_at, recorded_by, gen_random_uuid(), ordinal, policy_hash, payload FROM bench_journal;
INSERT INTO idempotency SELECT gen_random_uuid(), request_hash, status, etag, location, body, recorded_at FROM bench_idempotency;
INSERT INTO case_head SELECT (:case_id)::uuid, number, revision, organisation_id, state, registered_on, place_edition, place_code, place_path, destination_edition, destination_code, members, finding_id, finding_outcome, finding_on, finding_expires_on, returned_on, opened_at, updated_at, summary, due_on FROM bench_head;
INSERT INTO case_document SELECT (:case_id)::uuid, revision, body, conflicted FROM bench_document;
COMMIT;
"""


def all_ids(api):
    """The ids of all cases, page by page."""
    ids, cursor = [], ""
    while True:
        page = api.call(f"/v1/cases?limit=200{cursor}")
        ids += [case["id"] for case in page["items"]]
        if "next" not in page:
            return ids
        cursor = f"&cursor={page['next']}"


def spread(ids, most):
    """At most so many ids, from the whole list: the newest cases stand together on disk."""
    return ids[:: max(1, -(-len(ids) // most))]


def measure(backend, database, folder, arguments):
    print(f"{backend}: {arguments.persons} persons, {arguments.connections} connections, {arguments.seconds} s each")
    users = folder / "users.json"
    run(SANAD, "migrate", "--database", database)
    print("   ", run(SANAD, "bench-data", arguments.persons, "--database", database, "--users", users).strip().splitlines()[-1])
    registrar = next(user for user in json.loads(users.read_text()) if user["login"] == "registrar")
    readers = "4" if backend == "postgres" else "2"
    server = subprocess.Popen(
        [SANAD, "serve", "--database", database, "--listen", "127.0.0.1:0", "--log", "error", "--readers", readers,
         "--requests-per-account", "off", "--requests-per-address", "off"],
        stdout=subprocess.PIPE, text=True)
    constant_server = None
    try:
        address = server.stdout.readline().split()[-1]
        api = Api(address, "registrar", registrar["password"])
        ids = spread(all_ids(api), 5000)
        case = api.call(f"/v1/cases/{ids[0]}")
        organisation = case["organisation"]
        length = len(json.dumps(case, ensure_ascii=False, separators=(",", ":")).encode())
        constant_server = subprocess.Popen([SANAD, "bench-constant", "--bytes", str(length)], stdout=subprocess.PIPE, text=True)
        constant_address = constant_server.stdout.readline().split()[-1]
        files = {name: folder / name for name in ("ids", "body", "get.lua", "same.lua", "post.lua")}
        files["ids"].write_text("\n".join(ids))
        files["body"].write_text(json.dumps(four_persons(organisation, case["places"][0]), ensure_ascii=False))
        values = {"ids": files["ids"], "body": files["body"], "token": api.token, "seed": os.getpid()}
        files["get.lua"].write_text(GET % values)
        files["same.lua"].write_text(SAME % values)
        files["post.lua"].write_text(POST % values)

        if backend == "postgres":
            made = api.call("/v1/cases", json.loads(files["body"].read_text()))
            limit_of = pgbench(database, folder, ids, organisation, made["case_id"], arguments)
        else:
            limit_of = bare_loop(database, arguments)
        go = lambda path, script, to=address: wrk(to, path, arguments.connections, arguments.seconds, files[script])
        name = "pgbench" if backend == "postgres" else "bare loop"
        for what, path, script, limit in (
            ("GET case", "/v1/cases", "get.lua", "get"),
            ("list of 50", "/v1/cases?limit=50", "same.lua", "list"),
            ("POST case of four", "/v1/cases", "post.lua", "post"),
        ):
            rounds = []
            for number in range(arguments.rounds):
                if script == "post.lua":
                    # Keys of a round are new: a key sent again is answered, not carried out.
                    files[script].write_text(POST % {**values, "seed": f"{os.getpid()}-{number}"})
                bound = {name: limit_of(limit)}
                if limit == "get":
                    bound["a constant answer of the same length"] = go(path, script, constant_address)[0]
                    bound["GET /live"] = go("/live", "same.lua")[0]
                rounds.append((*go(path, script), bound))
            rate, p99, _ = sorted(rounds, key=lambda round: round[0])[len(rounds) // 2]
            print(f"    {what}: {rate:,.0f}/s (p99 {p99})")
            for limit in [limit for limit, value in rounds[0][2].items() if value]:
                ratios = sorted(rate / bound[limit] for rate, _, bound in rounds)
                print(f"        {ratios[len(ratios) // 2]:.2f} [{ratios[0]:.2f} to {ratios[-1]:.2f}] of {limit} ({rounds[-1][2][limit]:,.0f}/s)")
    finally:
        for process in filter(None, (server, constant_server)):
            process.terminate()
            process.wait()


def bare_loop(database, arguments):
    """The questions of the API in a bare loop; there is none for writes."""
    def limit_of(name):
        if name == "post":
            return None
        out = run(SANAD, "bench-store", "--database", database, "--as", "registrar", "--seconds", max(1, arguments.seconds // 2))
        return float(re.search({"get": r"by id: (\d+)", "list": r"of 50: (\d+)"}[name], out)[1])
    return limit_of


def pgbench(database, folder, ids, organisation, case, arguments):
    sql = lambda text: run("psql", database, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text)
    # Both sides plan with what the tables hold now.
    sql("ANALYZE")
    # The rows of one case of four persons, as templates for the same inserts.
    sql(f"CREATE TABLE bench_journal AS SELECT * FROM journal WHERE stream_id = '{case}'")
    sql("CREATE TABLE bench_idempotency AS SELECT gen_random_uuid() command_id, decode(repeat('00', 32), 'hex') request_hash, 201 status, '\"1\"' etag, repeat('x', 46) location, decode(repeat('00', 330), 'hex') body, now() recorded_at")
    sql(f"CREATE TABLE bench_head AS SELECT * FROM case_head WHERE case_id = '{case}'")
    sql(f"CREATE TABLE bench_document AS SELECT * FROM case_document WHERE case_id = '{case}'")
    # Writes go into a copy: positions of the registry's own journal are not to be disturbed.
    other = lambda name: re.sub(r"/[^/?]+($|\?)", rf"/{name}\1", database)
    run("psql", other("postgres"), "-qc", "CREATE DATABASE sanad_bench_copy")
    subprocess.run(f"pg_dump '{database}' | psql -q '{other('sanad_bench_copy')}' >/dev/null", shell=True, check=True)
    run("psql", other("sanad_bench_copy"), "-q", "-c", "CREATE SEQUENCE bench_position START 100000000", "-c", "ANALYZE")
    scripts = {
        "get": [READ.format(id=id) for id in spread(ids, READ_SCRIPTS)],
        "list": [LIST.format(organisation=organisation)],
        "post": [CREATE],
    }
    files = {}
    for name, texts in scripts.items():
        files[name] = [folder / f"{name}{number}.sql" for number in range(len(texts))]
        for file, text in zip(files[name], texts):
            file.write_text(text)

    def limit_of(name):
        target = other("sanad_bench_copy") if name == "post" else database
        # What one round left to write is not to be paid for by the next.
        sql("CHECKPOINT")
        chosen = [word for file in files[name] for word in ("-f", file)]
        out = run("pgbench", "-n", "-M", "prepared", "-c", arguments.connections, "-j", 2, "-T", arguments.seconds,
                  *chosen, target)
        sql("CHECKPOINT")
        # The first figure is that of all scripts together; each has its own below it.
        return float(re.search(r"^tps = ([\d.]+)", out, re.MULTILINE)[1])

    return limit_of


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=("sqlite", "postgres"), required=True)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    for tool in ("wrk",) + (("psql", "pgbench") if arguments.backend == "postgres" else ()):
        if not shutil.which(tool):
            raise SystemExit(f"benches/api.py needs `{tool}`; install it from your system's packages")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if arguments.backend == "sqlite":
            measure("sqlite", folder / "bench.db", folder, arguments)
            return
        server = os.environ.get("SANAD_TEST_POSTGRES")
        if not server:
            raise SystemExit("start it as `./scripts/with-postgres ./benches/api.py --backend postgres`")
        name = f"sanad_bench_{os.getpid()}"
        run("psql", server, "-qc", f"CREATE DATABASE {name}")
        measure("postgres", re.sub(r"/[^/?]+($|\?)", rf"/{name}\1", server), folder, arguments)


if __name__ == "__main__":
    main()
