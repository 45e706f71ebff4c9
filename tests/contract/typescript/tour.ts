// The tour of a running demo, walked with openapi-fetch and the types that
// openapi-typescript made. Not a test of the rule or of access: those live beside the
// code. It shows that a client nobody touched by hand can do a day's work, and fails
// where it cannot. Its twin is tests/contract/python/tour.py; scripts/contract runs both.
//
//     node tour.js FOLDER/demo.json

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Api = Client<paths>;

interface Demo {
  address: string;
  users: { login: string; password: string }[];
  organisation: string;
  cases: Record<Schemas["Finding"], string>;
}

/** What openapi-fetch gives back: the answer or the problem, and the response around it. */
interface Outcome<T> {
  data?: T;
  error?: Schemas["Problem"];
  response: Response;
}

function check(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(`this should hold and does not: ${claim}`);
}

/** The answer, if it came with this status. */
function answer<T>({ data, error, response }: Outcome<T>, status: number): T {
  if (response.status !== status || data === undefined) {
    throw new Error(`${response.url}: expected ${status}, got ${response.status} ${error?.code ?? ""}`);
  }
  return data;
}

/** The problem, if it came with this status. */
function problem<T>({ error, response }: Outcome<T>, status: number): Schemas["Problem"] {
  if (response.status !== status || error === undefined) {
    throw new Error(`${response.url}: expected the problem ${status}, got ${response.status}`);
  }
  const kind = response.headers.get("content-type");
  check(kind === "application/problem+json", "a problem has the media type of problems");
  return error;
}

/** A client for one of the demo's users. */
async function signedIn(demo: Demo, login: string): Promise<Api> {
  const user = demo.users.find((one) => one.login === login);
  check(user !== undefined, `the demo has a user ${login}`);
  const stranger = createClient<paths>({ baseUrl: demo.address });
  const body = { login, password: user.password };
  const token = answer(await stranger.POST("/v1/sign-in", { body }), 200);
  const headers = { Authorization: `${token.token_type} ${token.access_token}` };
  return createClient<paths>({ baseUrl: demo.address, headers });
}

/** All cases that the user may see, page by page. */
async function everyCase(api: Api, limit: number): Promise<Schemas["CaseSummary"][]> {
  const cases: Schemas["CaseSummary"][] = [];
  let cursor: string | undefined;
  do {
    const page = answer(await api.GET("/v1/cases", { params: { query: { limit, cursor } } }), 200);
    check(page.items.length <= limit, "a page holds no more than was asked for");
    cases.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return cases;
}

/** An invented man who lives alone. */
function household(organisation: string, place: Schemas["PlaceRef"]): Schemas["Registration"] {
  const today = new Date().toISOString().slice(0, 10);
  return {
    organisation,
    place_of_displacement: place,
    processing: { basis: "public_interest_mandate", purpose: "protection and assistance", recorded_on: today },
    notice: { version: "2025-1", language: "en", given_on: today },
    members: [
      {
        names: [{ script: "Latn", given: "Tour", father: "Contract", family: "TypeScript" }],
        birth: { date: "1984-01-01", precision: "year" },
        sex: "male",
        relationship: "self",
      },
    ],
  };
}

/** The three cases of the demo come to what their names say. */
async function readTheThree(api: Api, cases: Demo["cases"]): Promise<void> {
  for (const finding of ["compliant", "undetermined", "not_compliant"] as const) {
    const path = { id: cases[finding] };
    const view = answer(await api.GET("/v1/cases/{id}/assessment", { params: { path } }), 200);
    check(view.finding === finding, `the case ${finding} is ${finding}`);
    const reasons = view.assessment.reasons.length;
    check((reasons === 0) === (finding === "compliant"), "what is not compliant has reasons");
    console.log(`${view.number}: ${view.finding}, reasons: ${reasons}, voluntary: ${view.conditions.voluntary}`);
  }
}

/** The same command sent twice under one key makes one case. */
async function registerOnce(api: Api, body: Schemas["Registration"]): Promise<Schemas["CaseReceipt"]> {
  const params = { header: { "Idempotency-Key": randomUUID() } };
  const before = (await everyCase(api, 200)).length;
  const first = answer(await api.POST("/v1/cases", { params, body }), 201);
  const again = await api.POST("/v1/cases", { params, body });
  check(answer(again, 201).case_id === first.case_id, "a repeated command gets the same answer");
  check(again.response.headers.get("idempotency-replayed") === "true", "a repeated command is marked as such");
  check((await everyCase(api, 200)).length === before + 1, "a command sent twice makes one case");
  console.log(`${first.number}: registered once, sent twice`);
  return first;
}

/** A write needs the revision that was read, and a stale one is refused. */
async function addContact(api: Api, id: string): Promise<void> {
  const body: Schemas["ContactPoint"] = { kind: "phone", value: "+000 000 000", safe_to_contact: true };
  const read = await api.GET("/v1/cases/{id}", { params: { path: { id } } });
  check(answer(read, 200).id === id, "the case that was asked for is read");
  const etag = read.response.headers.get("etag");
  check(etag !== null, "a case is read with its entity tag");
  const params = { path: { id }, header: { "If-Match": etag } };
  const written = await api.POST("/v1/cases/{id}/contact-points", { params, body });
  const receipt = answer(written, 201);
  const stale = await api.POST("/v1/cases/{id}/contact-points", { params, body });
  check(problem(stale, 412).code === "CASE_CHANGED", "a stale revision is refused");
  const reread = await api.GET("/v1/cases/{id}", { params: { path: { id } } });
  const points = answer(reread, 200).contact_points ?? [];
  check(points.length === 1 && points[0]?.value === body.value, "the contact point is read back, once");
  check(answer(reread, 200).revision === receipt.revision, "the stale write left nothing behind");
  check(
    reread.response.headers.get("etag") === written.response.headers.get("etag"),
    "the entity tag of the write is the one read",
  );
}

async function main(file: string): Promise<void> {
  const demo = JSON.parse(readFileSync(file, "utf8")) as Demo;
  const officer = await signedIn(demo, "protection");
  const seen = await everyCase(officer, 50);
  const ids = seen.map((one) => one.id);
  check(Object.values(demo.cases).every((id) => ids.includes(id)), "the three cases are listed");
  await readTheThree(officer, demo.cases);

  const registrar = await signedIn(demo, "registrar");
  const place = seen[0]?.place;
  check(place !== undefined, "a case has a place");
  const receipt = await registerOnce(registrar, household(demo.organisation, place));
  await addContact(registrar, receipt.case_id);

  const unknown = await registrar.GET("/v1/cases/{id}", { params: { path: { id: randomUUID() } } });
  check(problem(unknown, 404).code === "CASE_NOT_FOUND", "an unknown case is a problem with a stable code");

  const paged = (await everyCase(registrar, 7)).map((one) => one.id);
  const whole = (await everyCase(registrar, 200)).map((one) => one.id);
  check(paged.length > 7 && paged.join() === whole.join(), "pages hold every case once, in one order");
  check(paged[0] === receipt.case_id, "the latest case comes first");
  console.log(`${paged.length} cases, page by page`);
}

const file = process.argv[2];
if (file === undefined) throw new Error("usage: node tour.js FOLDER/demo.json");
await main(file);
