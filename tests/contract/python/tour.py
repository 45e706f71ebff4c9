"""The tour of a running demo, walked with the client that openapi-python-client made.

Not a test of the rule or of access: those live beside the code. It shows that a
client nobody touched by hand can do a day's work, and fails where it cannot.
Its twin is tests/contract/typescript/tour.ts; scripts/contract runs both.

    python tour.py FOLDER/demo.json
"""

import datetime
import json
import sys
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from sanad_client import AuthenticatedClient, Client
from sanad_client.api.accounts import sign_in
from sanad_client.api.cases import get_case, list_cases, register_case
from sanad_client.api.findings import get_assessment
from sanad_client.api.household import add_contact_point
from sanad_client.api.places import import_places
from sanad_client.models.assessment_view import AssessmentView
from sanad_client.models.birth_date import BirthDate
from sanad_client.models.birth_precision import BirthPrecision
from sanad_client.models.case_document import CaseDocument
from sanad_client.models.case_page import CasePage
from sanad_client.models.case_receipt import CaseReceipt
from sanad_client.models.case_summary import CaseSummary
from sanad_client.models.contact_kind import ContactKind
from sanad_client.models.contact_point import ContactPoint
from sanad_client.models.finding import Finding
from sanad_client.models.import_receipt import ImportReceipt
from sanad_client.models.lawful_basis import LawfulBasis
from sanad_client.models.notice import Notice
from sanad_client.models.person_name import PersonName
from sanad_client.models.person_profile import PersonProfile
from sanad_client.models.place_ref import PlaceRef
from sanad_client.models.problem import Problem
from sanad_client.models.processing_basis import ProcessingBasis
from sanad_client.models.registration import Registration
from sanad_client.models.relationship import Relationship
from sanad_client.models.sex import Sex
from sanad_client.models.sign_in import SignIn
from sanad_client.models.token_view import TokenView
from sanad_client.types import UNSET, File, Response

T = TypeVar("T")


def check(holds: bool, claim: str) -> None:
    """Ends the tour where a claim does not hold."""
    if not holds:
        raise SystemExit(f"tour: this should hold and does not: {claim}")


def answer(response: Response[Any], status: int, kind: type[T]) -> T:
    """What came back, if it is what the document promises for this status."""
    found = response.parsed
    if response.status_code != status or not isinstance(found, kind):
        raise SystemExit(f"tour: expected {status} and {kind.__name__}, got {response.status_code} and {found}")
    return found


def signed_in(demo: dict[str, Any], login: str) -> AuthenticatedClient:
    """A client for one of the demo's users."""
    password = next(user["password"] for user in demo["users"] if user["login"] == login)
    stranger = Client(base_url=demo["address"])
    with stranger:
        response = sign_in.sync_detailed(client=stranger, body=SignIn(login=login, password=password))
    token = answer(response, 200, TokenView)
    return AuthenticatedClient(base_url=demo["address"], token=token.access_token)


def every_case(client: AuthenticatedClient, limit: int) -> list[CaseSummary]:
    """All cases that the user may see, page by page."""
    cases: list[CaseSummary] = []
    cursor: str | None = None
    while True:
        page = answer(
            list_cases.sync_detailed(client=client, limit=limit, cursor=cursor or UNSET), 200, CasePage
        )
        check(len(page.items) <= limit, "a page holds no more than was asked for")
        cases.extend(page.items)
        if not page.next_:
            return cases
        cursor = page.next_


def household(organisation: str, place: PlaceRef) -> Registration:
    """An invented woman who lives alone."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    name = PersonName(script="Latn", given="Tour", father="Contract", family="Python")
    person = PersonProfile(
        names=[name],
        birth=BirthDate(precision=BirthPrecision.YEAR, date=datetime.date(1984, 1, 1)),
        sex=Sex.FEMALE,
        relationship=Relationship.SELF,
    )
    return Registration(
        organisation=uuid.UUID(organisation),
        place_of_displacement=place,
        processing=ProcessingBasis(
            basis=LawfulBasis.PUBLIC_INTEREST_MANDATE, purpose="protection and assistance", recorded_on=today
        ),
        notice=Notice(version="2025-1", language="en", given_on=today),
        members=[person],
    )


def read_the_three(client: AuthenticatedClient, cases: dict[str, str]) -> None:
    """The three cases of the demo come to what their names say."""
    for finding in Finding:
        case = uuid.UUID(cases[finding.value])
        view = answer(get_assessment.sync_detailed(id=case, client=client), 200, AssessmentView)
        check(view.finding is finding, f"the case {finding} is {finding}")
        reasons = len(view.assessment.reasons)
        check((reasons == 0) == (finding is Finding.COMPLIANT), "what is not compliant has reasons")
        print(f"{view.number}: {view.finding}, reasons: {reasons}, voluntary: {view.conditions.voluntary}")


def register_once(client: AuthenticatedClient, body: Registration) -> CaseReceipt:
    """The same command sent twice under one key makes one case."""
    key = str(uuid.uuid4())
    before = len(every_case(client, 200))
    first = answer(
        register_case.sync_detailed(client=client, body=body, idempotency_key=key), 201, CaseReceipt
    )
    again = register_case.sync_detailed(client=client, body=body, idempotency_key=key)
    check(answer(again, 201, CaseReceipt) == first, "a repeated command gets the same answer")
    check(again.headers.get("idempotency-replayed") == "true", "a repeated command is marked as such")
    check(len(every_case(client, 200)) == before + 1, "a command sent twice makes one case")
    print(f"{first.number}: registered once, sent twice")
    return first


def add_contact(client: AuthenticatedClient, case: uuid.UUID) -> None:
    """A write needs the revision that was read, and a stale one is refused."""
    point = ContactPoint(kind=ContactKind.PHONE, value="+000 000 000", safe_to_contact=True)
    read = get_case.sync_detailed(id=case, client=client)
    check(answer(read, 200, CaseDocument).id == case, "the case that was asked for is read")
    etag = read.headers["etag"]
    written = add_contact_point.sync_detailed(id=case, client=client, body=point, if_match=etag)
    receipt = answer(written, 201, CaseReceipt)
    check(written.headers["etag"] != etag, "a write changes the entity tag")
    stale = add_contact_point.sync_detailed(id=case, client=client, body=point, if_match=etag)
    check(answer(stale, 412, Problem).code == "CASE_CHANGED", "a stale revision is refused")
    reread = get_case.sync_detailed(id=case, client=client)
    document = answer(reread, 200, CaseDocument)
    check(document.contact_points == [point], "the contact point is read back, once")
    check(document.revision == receipt.revision, "the stale write left nothing behind")
    check(reread.headers["etag"] == written.headers["etag"], "the entity tag of the write is the one read")


def import_places_twice(client: AuthenticatedClient) -> None:
    """A list of places comes in as a file, and a second time changes nothing."""
    table = b"Admin Level,P-Code,Name,Parent P-Code\n0,XT,Tourland,\n1,XT01,Coast,XT\n"
    added = []
    for _ in range(2):
        sent = import_places.sync_detailed(
            client=client, body=File(payload=BytesIO(table)), edition="XT-TOUR"
        )
        added.append(answer(sent, 200, ImportReceipt).added)
    check(added == [2, 0], "a list of places sent twice is imported once")


def main(path: Path) -> None:
    """Walks the tour."""
    demo = json.loads(path.read_text(encoding="utf-8"))
    with signed_in(demo, "protection") as officer:
        seen = every_case(officer, 50)
        check({str(case.id) for case in seen} >= set(demo["cases"].values()), "the three cases are listed")
        read_the_three(officer, demo["cases"])

    with signed_in(demo, "administrator") as administrator:
        import_places_twice(administrator)

    with signed_in(demo, "registrar") as registrar:
        place = PlaceRef(edition=seen[0].place.edition, code=seen[0].place.code)
        receipt = register_once(registrar, household(demo["organisation"], place))
        add_contact(registrar, receipt.case_id)

        unknown = get_case.sync_detailed(id=uuid.uuid4(), client=registrar)
        problem = answer(unknown, 404, Problem)
        check(problem.code == "CASE_NOT_FOUND", "an unknown case is a problem with a stable code")

        paged = [case.id for case in every_case(registrar, 7)]
        whole = [case.id for case in every_case(registrar, 200)]
        check(len(paged) > 7 and paged == whole, "pages hold every case once, in one order")
        check(paged[0] == receipt.case_id, "the latest case comes first")
        print(f"{len(paged)} cases, page by page")


main(Path(sys.argv[1]))
