//! Items of evidence that stand by themselves, their files, and whether they count as
//! independent (return conditions §1.10 –).

use crate::words::*;
use crate::world::{World, fault};
use sanad_core::answer::{
    EVIDENCE_AT_MOST, IndependenceReason, NewAnswer, NewEvidence, SourceClass, SourceName,
};
use sanad_core::area::AreaCommand;
use sanad_core::case::{Command, NewAnswers};
use sanad_core::ids::{EvidenceId, OrganisationId, UserId};
use serde_json::json;
use uuid::Uuid;

fn recording(item: NewEvidence) -> Command {
    Command::RecordEvidence(Box::new(item))
}

fn verifying(item: EvidenceId) -> Command {
    Command::VerifyEvidence(items(&[item]))
}

fn recorded(world: &mut World, by: UserId, item: NewEvidence) -> EvidenceId {
    world.does(by, recording(item));
    world.case().answers.items().last().unwrap().id
}

/// The answer, resting on these items and nothing else.
fn resting_on(answer: NewAnswer, items: &[EvidenceId]) -> NewAnswer {
    NewAnswer {
        evidence: vec![],
        evidence_ids: items.to_vec(),
        ..answer
    }
}

fn answering(answers: Vec<NewAnswer>) -> Command {
    Command::RecordAnswers(NewAnswers { answers })
}

// --- One item, many answers -----------------------------------------------------

#[test]
fn one_item_serves_many_answers_and_is_verified_once() {
    let mut world = World::with_family();
    let note = recorded(&mut world, LEYLA, evidence("INT"));
    let salma = Some(world.member(0));
    world.answers(
        NADIA,
        vec![
            resting_on(yes("MAT-05", None), &[note]),
            resting_on(yes("DIG-01", None), &[note]),
            resting_on(yes("PHY-05", salma), &[note]),
        ],
    );
    assert_eq!(
        world.value_of("MAT-05", "household"),
        "insufficient_evidence"
    );
    assert_eq!(world.refused(LEYLA, verifying(note)), ["SELF_VERIFICATION"]);
    world.does(HANA, verifying(note));
    for indicator in ["MAT-05", "DIG-01"] {
        assert_eq!(world.value_of(indicator, "household"), "yes", "{indicator}");
    }
    let person = world.member(0).to_string();
    assert_eq!(world.value_of("PHY-05", &person), "yes");
    assert_eq!(world.case().answers.resting_on(note).count(), 3);
    assert_eq!(world.refused(HANA, verifying(note)), ["ALREADY_VERIFIED"]);
}

#[test]
fn an_item_recorded_inside_an_answer_can_be_named_by_another() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("MAT-05", None));
    let note = world.last().evidence[0].id;
    world.does(HANA, verifying(note));
    world.answered(NADIA, resting_on(yes("DIG-07", None), &[note]));
    assert_eq!(world.value_of("DIG-07", "household"), "yes");
    assert_eq!(world.case().answers.items().len(), 1);
}

#[test]
fn an_answer_names_only_items_of_its_own_case_and_each_once() {
    let mut world = World::with_family();
    let mut other = World::with_family();
    let elsewhere = recorded(&mut other, NADIA, evidence("TPM"));
    let note = recorded(&mut world, LEYLA, evidence("INT"));
    // The two worlds draw the same random bits.
    assert_eq!(note, elsewhere);
    let unknown = EvidenceId(Uuid::nil());
    for (named, code, pointer) in [
        (vec![note, unknown], "EVIDENCE_UNKNOWN", "/evidence_ids/1"),
        (vec![note, note], "EVIDENCE_TWICE", "/evidence_ids/1"),
        (
            vec![note; EVIDENCE_AT_MOST + 1],
            "LIST_TOO_LONG",
            "/evidence_ids",
        ),
    ] {
        let told = answering(vec![resting_on(yes("MAT-05", None), &named)]);
        assert_eq!(
            world.invalid(LEYLA, told),
            (code, format!("/answers/0{pointer}"))
        );
    }
    // New and named ones together.
    let mut many = resting_on(yes("MAT-05", None), &[note]);
    many.evidence = vec![evidence("TPM"); EVIDENCE_AT_MOST];
    assert_eq!(
        world.invalid(LEYLA, answering(vec![many])).0,
        "LIST_TOO_LONG"
    );
}

#[test]
fn the_form_of_one_person_is_no_consent_of_another() {
    let mut world = World::with_family();
    let (salma, adam) = (Some(world.member(0)), Some(world.member(1)));
    let form = recorded(&mut world, LEYLA, evidence("VRF"));
    let together = answering(vec![
        resting_on(yes("VOL-01", salma), &[form]),
        resting_on(yes("VOL-01", adam), &[form]),
    ]);
    assert_eq!(
        world.refused(LEYLA, together),
        ["EVIDENCE_OF_ANOTHER_PERSON"]
    );
    world.answers(
        LEYLA,
        vec![
            resting_on(yes("VOL-01", salma), &[form]),
            resting_on(yes("VOL-06", salma), &[form]),
        ],
    );
    let later = answering(vec![resting_on(yes("VOL-06", adam), &[form])]);
    assert_eq!(world.refused(LEYLA, later), ["EVIDENCE_OF_ANOTHER_PERSON"]);
    // Taken back, because it was typed for the wrong person.
    let typed: Vec<_> = world
        .case()
        .answers
        .answers()
        .iter()
        .map(|one| one.id)
        .collect();
    for answer in typed {
        world.does(LEYLA, Command::RetractAnswer(answer, taking_back()));
    }
    world.answered(LEYLA, resting_on(yes("VOL-01", adam), &[form]));
}

#[test]
fn an_item_follows_the_rules_of_items_inside_answers() {
    let mut world = World::with_family();
    let kind = NewEvidence {
        kind: "XYZ".to_owned(),
        ..evidence("TPM")
    };
    let tomorrow = NewEvidence {
        dated: TODAY.tomorrow().unwrap(),
        ..evidence("TPM")
    };
    let silent = NewEvidence {
        persons_present: None,
        ..evidence("INT")
    };
    for (item, code, pointer) in [
        (kind, "EVIDENCE_KIND_UNKNOWN", "/kind"),
        (tomorrow, "DATE_IN_FUTURE", "/dated"),
        (silent, "PERSONS_PRESENT_NEEDED", "/persons_present"),
    ] {
        assert_eq!(
            world.invalid(LEYLA, recording(item)),
            (code, pointer.to_owned())
        );
    }
}

#[test]
fn an_item_about_a_place_serves_answers_about_that_place_only() {
    let mut world = World::with_family();
    let unit = HOME_UNITS[0];
    let record = AreaCommand::RecordEvidence(Box::new(evidence("TPM")));
    world.does_at(OMAR, unit, record);
    let report = world.areas[&place(unit)].answers.items()[0].id;
    let told = resting_on(yes("DIG-04", None), &[report]);
    let elsewhere = AreaCommand::RecordAnswers(NewAnswers {
        answers: vec![told.clone()],
    });
    let refusal = world.tries_at(OMAR, HOME, elsewhere).unwrap_err();
    assert_eq!(
        fault(&refusal),
        ("EVIDENCE_UNKNOWN", "/answers/0/evidence_ids/0".to_owned())
    );
    world.answers_at(OMAR, unit, vec![told]);
    let verifying = || AreaCommand::VerifyEvidence(items(&[report]));
    let own = world.tries_at(OMAR, unit, verifying()).unwrap_err();
    assert_eq!(own.codes(), ["SELF_VERIFICATION"]);
    world.does_at(HANA, unit, verifying());
    assert_eq!(world.last_at(unit).evidence[0].verified_by, Some(HANA));
}

// --- Independence ------------------------------------------------------------------

#[test]
fn only_an_independent_source_is_called_independent() {
    let mut world = World::with_family();
    let claimed = |class| NewEvidence {
        source_class: class,
        independent: Some(true),
        ..evidence("TPM")
    };
    for class in [
        SourceClass::OwnCase,
        SourceClass::ReturningOrganisation,
        SourceClass::AuthorityInControl,
    ] {
        assert_eq!(
            world.invalid(LEYLA, recording(claimed(class))),
            ("NOT_INDEPENDENT", "/independent".to_owned())
        );
        let inside = NewAnswer {
            evidence: vec![evidence("INT"), claimed(class)],
            ..yes("MAT-05", None)
        };
        assert_eq!(
            world.invalid(LEYLA, answering(vec![inside])),
            (
                "NOT_INDEPENDENT",
                "/answers/0/evidence/1/independent".to_owned()
            )
        );
    }
    world.does(LEYLA, recording(claimed(SourceClass::Independent)));
}

#[test]
fn whether_an_item_is_independent_is_computed_and_explained() {
    let [alef, bayt] = [1, 2].map(|number| OrganisationId(Uuid::from_u128(number)));
    let from = |source| NewEvidence {
        source_organisation: source,
        source_name: None,
        ..evidence("TPM")
    };
    let modest = NewEvidence {
        independent: Some(false),
        ..evidence("TPM")
    };
    let party = NewEvidence {
        source_class: SourceClass::ReturningOrganisation,
        ..from(Some(alef))
    };
    for (item, reason) in [
        (evidence("TPM"), IndependenceReason::IndependentSource),
        (from(None), IndependenceReason::SourceNotNamed),
        (from(Some(alef)), IndependenceReason::IndependentSource),
        (from(Some(bayt)), IndependenceReason::SourceRunsTheReturn),
        (modest, IndependenceReason::SaidNotIndependent),
        (party, IndependenceReason::SourceClass),
    ] {
        let computed = item.independence(&[bayt]);
        assert_eq!(computed.reason, reason);
        assert_eq!(
            computed.counts,
            reason == IndependenceReason::IndependentSource
        );
    }
}

#[test]
fn what_was_recorded_without_its_source_is_read_and_does_not_count() {
    let written = json!({"kind": "SIT", "source_class": "independent", "dated": "2025-05-02"});
    let item: NewEvidence = serde_json::from_value(written).unwrap();
    assert_eq!(
        item.independence(&[]).reason,
        IndependenceReason::SourceNotNamed
    );
    let mut world = World::with_family();
    world.chooses(HOME, "2025-04-20");
    let asked = |source_name| NewAnswer {
        evidence: vec![NewEvidence {
            source_name,
            ..evidence("TPM")
        }],
        ..yes("DIG-04", None)
    };
    world.answers_at(OMAR, HOME, vec![asked(None)]);
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-04", "area"), "not_independent");
    world.answers_at(OMAR, HOME, vec![asked(evidence("TPM").source_name)]);
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-04", "area"), "yes");
}

#[test]
fn a_source_is_named_once_and_is_nobody_of_the_case() {
    let mut world = World::with_family();
    let both = NewEvidence {
        source_organisation: Some(OrganisationId(Uuid::from_u128(1))),
        ..evidence("TPM")
    };
    let person = NewEvidence {
        source_class: SourceClass::OwnCase,
        ..evidence("INT")
    };
    for (item, code) in [(both, "SOURCE_NAMED_TWICE"), (person, "SOURCE_IS_A_PERSON")] {
        assert_eq!(
            world.invalid(LEYLA, recording(item.clone())),
            (code, "/source_name".to_owned())
        );
        let inside = NewAnswer {
            evidence: vec![item],
            ..yes("MAT-05", None)
        };
        assert_eq!(
            world.invalid(LEYLA, answering(vec![inside])),
            (code, "/answers/0/evidence/0/source_name".to_owned())
        );
    }
}

#[test]
fn a_name_is_known_again_however_it_is_written() {
    let source = SourceName::parse("Alef  Relief").unwrap();
    for name in [
        "Alef Relief",
        " alef RELIEF ",
        "Alef-Relief",
        "Al\u{200D}ef Relief",
    ] {
        assert!(source.is(name), "{name}");
    }
    for name in ["Alef", "Alef Relief Fund", "Relief Alef", "--", ""] {
        assert!(!source.is(name), "{name}");
    }
    assert!(SourceName::parse("§§").is_err());
}

#[test]
fn evidence_from_whoever_runs_the_return_is_not_independent_in_this_case() {
    let mut world = World::with_family();
    world.chooses(HOME, "2025-04-20");
    let carrier = OrganisationId(Uuid::from_u128(0xCA));
    let told = NewAnswer {
        evidence: vec![NewEvidence {
            source_organisation: Some(carrier),
            source_name: None,
            ..evidence("TPM")
        }],
        ..yes("DIG-04", None)
    };
    world.answers_at(OMAR, HOME, vec![told]);
    world.everything_is_verified();
    assert_eq!(world.value_of("DIG-04", "area"), "yes");
    world.does(LEYLA, run_by(&[carrier]));
    assert_eq!(world.value_of("DIG-04", "area"), "not_independent");
    world.does(LEYLA, run_by(&[]));
    assert_eq!(world.value_of("DIG-04", "area"), "yes");
}

#[test]
fn few_organisations_run_a_return_and_each_is_named_once() {
    let mut world = World::with_family();
    let carrier = OrganisationId(Uuid::from_u128(0xCA));
    assert_eq!(
        world.invalid(LEYLA, run_by(&[carrier, carrier])),
        ("ORGANISATION_TWICE", "/organisations/1".to_owned())
    );
    let many: Vec<_> = (0..11)
        .map(|n| OrganisationId(Uuid::from_u128(n)))
        .collect();
    assert_eq!(
        world.invalid(LEYLA, run_by(&many)),
        ("LIST_TOO_LONG", "/organisations".to_owned())
    );
}

// --- Files -------------------------------------------------------------------------

#[test]
fn a_file_is_attached_once_by_the_uploader_and_before_anybody_verified_it() {
    let mut world = World::with_family();
    let paper = recorded(&mut world, LEYLA, evidence("DOC"));
    let attaching = |item| Command::AttachEvidenceFile(item, a_file());
    assert!(!format!("{:?}", attaching(paper)).contains("bytes: ["));
    assert_eq!(world.refused(NADIA, attaching(paper)), ["NOT_THE_UPLOADER"]);
    world.does(LEYLA, attaching(paper));
    assert_eq!(
        world.refused(LEYLA, attaching(paper)),
        ["FILE_ATTACHED_ALREADY"]
    );
    let seen = recorded(&mut world, LEYLA, evidence("DOC"));
    world.does(HANA, verifying(seen));
    assert_eq!(world.refused(LEYLA, attaching(seen)), ["ALREADY_VERIFIED"]);
    let unknown = EvidenceId(Uuid::nil());
    assert_eq!(
        world.refused(LEYLA, attaching(unknown)),
        ["EVIDENCE_UNKNOWN"]
    );
}

#[test]
fn every_answer_shows_the_file_of_an_item_it_rests_on() {
    let mut world = World::with_family();
    let salma = Some(world.member(0));
    let paper = recorded(&mut world, LEYLA, evidence("DOC"));
    world.answered(LEYLA, resting_on(yes("LEG-04", salma), &[paper]));
    world.does(LEYLA, Command::AttachEvidenceFile(paper, a_file()));
    assert_eq!(world.last().evidence[0].file, Some(a_file().record));
    assert_eq!(
        world.case().answers.item(paper).unwrap().file,
        Some(a_file().record)
    );
}

#[test]
fn a_source_is_somebody_who_can_be_asked_and_nobody_of_the_household() {
    let named = |name: &str| {
        let item = with(
            serde_json::to_value(evidence("TPM")).unwrap(),
            json!({"source_class": "independent", "source_name": name}),
        );
        serde_json::from_value::<NewEvidence>(item)
    };
    for nobody in ["-", "n/a", "Unknown", "NONE", "..", "مجهول"] {
        let refused = named(nobody).unwrap_err().to_string();
        assert!(
            refused.contains("name the publisher"),
            "{nobody}: {refused}"
        );
    }
    let mut world = World::with_family();
    let name = world.case().members[0].profile.names.preferred().full();
    let by_a_member = named(&name.to_uppercase()).unwrap();
    assert_eq!(
        world.invalid(
            LEYLA,
            Command::RecordEvidence(Box::new(by_a_member.clone()))
        ),
        ("SOURCE_IS_A_PERSON", "/source_name".to_owned())
    );
    let mut answer = yes("DIG-06", None);
    answer.evidence = vec![by_a_member];
    let answers = NewAnswers {
        answers: vec![answer],
    };
    assert_eq!(
        world.invalid(LEYLA, Command::RecordAnswers(answers)),
        (
            "SOURCE_IS_A_PERSON",
            "/answers/0/evidence/0/source_name".to_owned()
        )
    );
    let court = named("Court of Appeal, file 14").unwrap();
    world.does(LEYLA, Command::RecordEvidence(Box::new(court)));
}
