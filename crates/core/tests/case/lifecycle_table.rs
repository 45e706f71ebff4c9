//! `docs/lifecycle-table.md`: every state and every command, tried one by one.
//! The test compares; `SANAD_BLESS=1` writes the table anew.

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use sanad_core::access::{Policy, Role};
use sanad_core::answer::NewAnswer;
use sanad_core::case::{
    ApprovalRequest, CaseState, Command, DepartureReport, DisplacementReport, FindingRequest, Hold,
    HoldReason, LegalHoldReason, NewAnswers, ReopeningRequest, Round, STEPS, Solution, State,
    StepBack, StepBackReason, Transition,
};
use sanad_core::ids::{AnswerId, EvidenceId, FindingId, IncidentId, PersonId};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// What is asked of the case, and who asks.
struct Row {
    verb: &'static str,
    by: sanad_core::ids::UserId,
    command: Command,
}

/// How long the data of the case is kept.
fn of_the_end() -> Vec<Row> {
    vec![
        row(
            "place a legal hold",
            DINA,
            keeping(LegalHoldReason::LegalClaim),
        ),
        row(
            "lift a legal hold",
            DINA,
            not_keeping(LegalHoldReason::Audit),
        ),
        row("propose to anonymise (T23)", DINA, proposing_the_end(true)),
        row(
            "confirm to anonymise (T23)",
            HANA,
            Command::ConfirmAnonymisation,
        ),
    ]
}

/// Evidence by itself, who runs the return, and who may not handle the case.
fn of_the_evidence(world: &World) -> Vec<Row> {
    let item = last_item(world);
    let declared = read(json!({"kind": "relative"}));
    vec![
        row(
            "record evidence",
            LEYLA,
            Command::RecordEvidence(Box::new(evidence("TPM"))),
        ),
        row(
            "attach a file to evidence",
            NADIA,
            Command::AttachEvidenceFile(item, a_file()),
        ),
        row("name who runs the return", LEYLA, run_by(&[ORGANISATION])),
        row(
            "declare a conflict of interest",
            NADIA,
            Command::DeclareConflict(declared),
        ),
        row(
            "end a conflict of interest",
            HANA,
            Command::EndConflict(NADIA, read(json!({"reason": "another family"}))),
        ),
    ]
}

/// The last answer; of a case without any, one that nobody gave.
fn last_answer(world: &World) -> AnswerId {
    let last = world.case().answers.answers().last();
    last.map_or(AnswerId(uuid::Uuid::nil()), |answer| answer.id)
}

/// Its evidence.
fn last_item(world: &World) -> EvidenceId {
    let last = world.case().answers.answers().last();
    last.map_or(EvidenceId(uuid::Uuid::nil()), |answer| {
        answer.evidence[0].id
    })
}

/// A member by number; of a case without any, nobody.
fn somebody(world: &World, number: usize) -> PersonId {
    let member = world.case().members.get(number);
    member.map_or(PersonId(uuid::Uuid::nil()), |member| member.id)
}

/// Every command, each well formed and meant for the case as it stands.
fn rows(world: &World) -> Vec<Row> {
    let mut rows = of_the_household(world);
    rows.extend(of_the_assessment(world));
    rows.extend(of_the_journey(world));
    rows.extend(of_the_evidence(world));
    rows.extend(of_the_end());
    rows
}

fn row(verb: &'static str, by: sanad_core::ids::UserId, command: Command) -> Row {
    Row { verb, by, command }
}

fn of_the_household(world: &World) -> Vec<Row> {
    let (salma, adam) = (somebody(world, 0), somebody(world, 1));
    let contact = family_json()["contact_points"][0].clone();
    let joining =
        json!({"joined_on": "2025-05-10", "profile": person("Amina", "1955-01-01", "parent")});
    let moving = json!({"displacement": recent_episode_json(CAMP, NEIGHBOUR)});
    let report: DisplacementReport = read(moving);
    let corrected = profile("Selma", "1987-03-01", "self", json!({}));
    let leaving = read(json!({"on": "2025-05-10", "reason": "married"}));
    vec![
        row(
            "register (T1)",
            LEYLA,
            Command::Register(Box::new(family())),
        ),
        row("add a member", LEYLA, Command::AddMember(read(joining))),
        row(
            "correct a member",
            LEYLA,
            Command::CorrectMember(salma, Box::new(corrected)),
        ),
        row(
            "record that a member left",
            LEYLA,
            Command::RecordLeaving(adam, leaving),
        ),
        row(
            "add a contact point",
            LEYLA,
            Command::AddContactPoint(read(contact)),
        ),
        row(
            "record a displacement",
            LEYLA,
            Command::RecordDisplacement(Box::new(report)),
        ),
        row(
            "choose the destination",
            LEYLA,
            destination(HOME, "2025-05-11"),
        ),
    ]
}

fn of_the_assessment(world: &World) -> Vec<Row> {
    let step = |transition| Command::Advance(transition);
    let decision = NewAnswer {
        remark: Some(remark("asked both of them again")),
        ..no("DIG-07", None)
    };
    let (open, item) = (last_answer(world), last_item(world));
    vec![
        row(
            "advance to `profiled` (T2)",
            LEYLA,
            step(Transition::Profiled),
        ),
        row(
            "advance to `counselling` (T3)",
            LEYLA,
            step(Transition::Counselling),
        ),
        row(
            "advance to `consent_recorded` (T4)",
            LEYLA,
            step(Transition::ConsentRecorded),
        ),
        row(
            "advance to `under_assessment` (T5)",
            LEYLA,
            step(Transition::UnderAssessment),
        ),
        row(
            "record answers",
            LEYLA,
            Command::RecordAnswers(NewAnswers {
                answers: vec![yes("DIG-06", None)],
            }),
        ),
        row(
            "adjudicate answers in conflict",
            HANA,
            Command::Adjudicate(Box::new(decision)),
        ),
        row(
            "verify evidence",
            HANA,
            Command::VerifyEvidence(items(&[item])),
        ),
        row("confirm an answer", HANA, Command::ConfirmAnswer(open)),
        row(
            "take an answer back",
            NADIA,
            Command::RetractAnswer(open, taking_back()),
        ),
        row(
            "issue a finding (T6)",
            OMAR,
            Command::IssueFinding(FindingRequest { profile: None }),
        ),
    ]
}

fn of_the_journey(world: &World) -> Vec<Row> {
    let (salma, child) = (somebody(world, 0), somebody(world, 2));
    let incident = world.case().incidents.last();
    let incident = incident.map_or(IncidentId(uuid::Uuid::nil()), |one| one.id);
    let everyone = world.people();
    vec![
        row(
            "approve the return (T7)",
            HANA,
            Command::Approve(ApprovalRequest::of(
                world
                    .case()
                    .findings
                    .last()
                    .map_or(FindingId(uuid::Uuid::nil()), |finding| finding.id),
            )),
        ),
        row(
            "record the departure (T8)",
            LEYLA,
            Command::RecordDeparture(DepartureReport { departed_on: TODAY }),
        ),
        row("confirm the arrival (T9)", LEYLA, arriving(HOME, TODAY)),
        row(
            "withdraw consent to return (T12)",
            LEYLA,
            withdrawing(salma),
        ),
        row(
            "go back to `profiled` (T12)",
            LEYLA,
            Command::StepBack(StepBack {
                reason: StepBackReason::ChangeOfMind,
                remark: None,
            }),
        ),
        row(
            "put on hold (T13)",
            LEYLA,
            holding(&world.today.saturating_add(30.days()).to_string()),
        ),
        row("let go on (T13)", LEYLA, Command::Resume),
        row("close (T21)", HANA, closing()),
        row(
            "open again (T22)",
            HANA,
            Command::Reopen(ReopeningRequest {
                remark: remark("they came back"),
            }),
        ),
        row("record a return (T10, T11)", LEYLA, returned(HOME, TODAY)),
        row(
            "record consent of one purpose",
            LEYLA,
            stating(salma, "data_processing", "given", TODAY),
        ),
        row(
            "record a child's best interests",
            OMAR,
            determining(child, "parents_disagree", "opened", 0, TODAY),
        ),
        row(
            "report an incident",
            LEYLA,
            reporting("return_prevented", TODAY),
        ),
        row(
            "confirm an incident (T11)",
            OMAR,
            Command::ConfirmIncident(incident),
        ),
        row(
            "record what was done about an incident",
            OMAR,
            following(incident, "action_taken"),
        ),
        row(
            "record a round of monitoring (T15)",
            OMAR,
            asking(&everyone, Round::Month12, "yes", world.today),
        ),
        row(
            "choose another solution (T19)",
            OMAR,
            choosing(Solution::LocalIntegration, TODAY),
        ),
        row(
            "propose that the solution is achieved (T16)",
            OMAR,
            Command::ProposeSolution,
        ),
        row(
            "confirm that the solution is achieved (T16)",
            HANA,
            Command::ConfirmSolution,
        ),
    ]
}

/// The case in a state with everything in order, and two answers in conflict; with the
/// data of the case kept for an audit, unless its time is over.
fn in_order(state: State) -> World {
    let mut world = World::with_family_in(state);
    if state == State::Anonymised {
        return world;
    }
    if state == State::Profiled {
        world.answers(LEYLA, yes_about_the_case(&world.people()));
    }
    if state == State::Redisplaced {
        world.does(LEYLA, reporting("return_prevented", TODAY));
    }
    world.answered(LEYLA, yes("DIG-07", None));
    world.answered(NADIA, no("DIG-07", None));
    world.everything_is_verified();
    // One more, which nobody has verified yet.
    world.answered(NADIA, yes("DIG-06", None));
    if state == State::Closed {
        world.today = YEARS_LATER;
        world.does(DINA, proposing_the_end(true));
    } else {
        world.does(DINA, keeping(LegalHoldReason::Audit));
    }
    world
}

/// What comes of a command: the state it leads to, or the codes of what is missing.
fn outcome(world: &World, by: sanad_core::ids::UserId, command: Command) -> String {
    let mut world = world.clone();
    match world.tries(by, command) {
        Ok(()) => format!("→ `{}`", world.case().state),
        Err(refusal) => codes(&refusal.codes()),
    }
}

fn codes(codes: &[&str]) -> String {
    let mut unique: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    unique.dedup();
    unique.join(", ")
}

/// A case in a state of which nothing but its registration is known: as it would be if no
/// rule stood against it.
fn bare(state: State) -> World {
    let mut json: Json = family_json();
    json["displacements"] = json!([]);
    json.as_object_mut().unwrap().remove("place_of_origin");
    let world = World::with(read(json));
    let (_, meta) = &world.journal[0];
    let mut case: CaseState = world.case().clone();
    case.state = state;
    case.hold = (state == State::OnHold).then_some(Hold {
        from: State::Profiled,
        reason: HoldReason::Other,
        review_on: TODAY,
    });
    case.closed_on = (state == State::Closed).then_some(TODAY);
    World::of(case, *meta)
}

/// Who may send a command, by the policy that comes with the program.
fn who(command: &Command) -> String {
    let policy = Policy::shipped().unwrap();
    let may = |role: &Role| policy.rule(*role, command.permission()).is_some();
    let roles: Vec<String> = Role::ALL
        .into_iter()
        .filter(may)
        .map(|role| format!("`{role}`"))
        .collect();
    roles.join(", ")
}

fn table() -> String {
    let mut out = String::from(
        "# What can be done in which state\n\n\
         Generated from the rules in `crates/core/src/case/`; do not edit.\n\n\
         Source: the product's life-cycle of a case (–), on UNHCR practice of voluntary return. \
         Facts about people's lives and answers are never refused because of the state a case \
         is in, nor is a return that was not recorded yet. Who may do each of these is in `docs/access-table.md`.\n\n\
         ## Every state and every command\n\n\
         A household of which everything is in order: everyone was asked, evidence is verified, \
         the destination is chosen and answered about where the state calls for it, and two \
         answers contradict each other. `→` names the state that the case is in afterwards; \
         otherwise the codes say what stands against the command. The closed case is older than \
         the time for which it is kept; the others are kept for an audit. The household that is \
         displaced again reported an incident.\n\n| command | no case |",
    );
    for state in State::ALL {
        write!(out, " `{state}` |").unwrap();
    }
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(State::ALL.len()));
    out.push('\n');
    let worlds = State::ALL.map(in_order);
    let columns: Vec<Vec<Row>> = worlds.iter().map(rows).collect();
    for (number, first) in columns[0].iter().enumerate() {
        let unregistered = outcome(&World::empty(), first.by, first.command.clone());
        write!(out, "| {} | {unregistered} |", first.verb).unwrap();
        for (world, column) in worlds.iter().zip(&columns) {
            let row = &column[number];
            let outcome = outcome(world, row.by, row.command.clone());
            write!(out, " {outcome} |").unwrap();
        }
        out.push('\n');
    }
    out.push_str(&steps());
    out
}

/// Every step with who takes it and what it needs.
fn steps() -> String {
    let mut out = String::from(
        "\n## What each step needs\n\n\
         The same steps for a household of which nothing is known but its registration, from the \
         first state in which each step starts: the codes of all that is missing, named at once. \
         A return that is not facilitated (T10, T11) is recorded from any state before the last, \
         by any case role; after a return and another displacement (T17) the profile is reviewed \
         again (T18). Whoever arrives by another solution is monitored like a returnee (T20).\n\n\
         | step | who | from | to | missing |\n|---|---|---|---|---|\n",
    );
    let nobody = PersonId(uuid::Uuid::nil());
    let again = json!({"displacement": recent_episode_json(CAMP, NEIGHBOUR)});
    let commands = [
        Command::Advance(Transition::Profiled),
        Command::Advance(Transition::Counselling),
        Command::Advance(Transition::ConsentRecorded),
        Command::Advance(Transition::UnderAssessment),
        Command::IssueFinding(FindingRequest { profile: None }),
        Command::Approve(ApprovalRequest::of(FindingId(uuid::Uuid::nil()))),
        Command::RecordDeparture(DepartureReport { departed_on: TODAY }),
        arriving(HOME, TODAY),
        Command::StepBack(StepBack {
            reason: StepBackReason::ChangeOfMind,
            remark: None,
        }),
        holding("2025-06-30"),
        Command::Resume,
        arriving(HOME, TODAY),
        asking(&[nobody], Round::Month12, "yes", TODAY),
        Command::ConfirmSolution,
        Command::RecordDisplacement(read(again)),
        choosing(Solution::SettledElsewhere, TODAY),
        closing(),
        Command::Reopen(ReopeningRequest {
            remark: remark("they came back"),
        }),
        Command::ConfirmAnonymisation,
    ];
    assert_eq!(commands.len(), STEPS.len());
    for (step, command) in STEPS.iter().zip(commands) {
        let from: Vec<String> = step.from.iter().map(|state| format!("`{state}`")).collect();
        let who = who(&command);
        let missing = match bare(step.from[0]).tries(OMAR, command) {
            Ok(()) => "nothing".to_owned(),
            Err(refusal) => codes(&refusal.codes()),
        };
        let (id, from, to) = (step.id, from.join(", "), step.to);
        writeln!(out, "| {id} | {who} | {from} | `{to}` | {missing} |").unwrap();
    }
    out
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no command line to read this from"
)]
fn the_checked_in_table_is_what_the_rules_do() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lifecycle-table.md");
    let table = table();
    if std::env::var("SANAD_BLESS").is_ok_and(|wish| wish == "1") {
        std::fs::write(path, &table).unwrap();
    }
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        checked_in.replace("\r\n", "\n") == table,
        "docs/lifecycle-table.md is not what the rules do; look at the change and run\n\
         SANAD_BLESS=1 cargo test -p sanad-core --test case the_checked_in_table"
    );
}

#[test]
fn the_table_tries_every_command() {
    // A new command does not compile here until it has a number, and fails until
    // it has a row.
    let number = |command: &Command| match command {
        Command::Register(_) => 0,
        Command::AddMember(_) => 1,
        Command::CorrectMember(..) => 2,
        Command::RecordLeaving(..) => 3,
        Command::AddContactPoint(_) => 4,
        Command::RecordDisplacement(_) => 5,
        Command::ChooseDestination(_) => 6,
        Command::Advance(Transition::Profiled) => 7,
        Command::Advance(Transition::Counselling) => 8,
        Command::Advance(Transition::ConsentRecorded) => 9,
        Command::Advance(Transition::UnderAssessment) => 10,
        Command::RecordAnswers(_) => 11,
        Command::Adjudicate(_) => 12,
        Command::VerifyEvidence(_) => 13,
        Command::ConfirmAnswer(_) => 14,
        Command::RetractAnswer(..) => 15,
        Command::IssueFinding(_) => 16,
        Command::Approve(_) => 17,
        Command::RecordDeparture(_) => 18,
        Command::ConfirmArrival(_) => 19,
        Command::WithdrawConsent(..) => 20,
        Command::StepBack(_) => 21,
        Command::Hold(_) => 22,
        Command::Resume => 23,
        Command::Close(_) => 24,
        Command::Reopen(_) => 25,
        Command::RecordReturn(_) => 26,
        Command::StateConsent(..) => 27,
        Command::RecordBestInterests(..) => 28,
        Command::RecordIncident(_) => 29,
        Command::ConfirmIncident(_) => 30,
        Command::FollowIncident(..) => 31,
        Command::RecordRound(_) => 32,
        Command::ChooseSolution(_) => 33,
        Command::ProposeSolution => 34,
        Command::ConfirmSolution => 35,
        Command::RecordEvidence(_) => 36,
        Command::AttachEvidenceFile(..) => 37,
        Command::NameReturnOrganisers(_) => 38,
        Command::DeclareConflict(_) => 39,
        Command::EndConflict(..) => 40,
        Command::PlaceLegalHold(_) => 41,
        Command::LiftLegalHold(..) => 42,
        Command::ProposeAnonymisation(_) => 43,
        Command::ConfirmAnonymisation => 44,
    };
    let rows = rows(&in_order(State::Registered));
    let numbers: Vec<usize> = rows.iter().map(|row| number(&row.command)).collect();
    assert_eq!(numbers, (0..45).collect::<Vec<_>>());
}
