//! The shipped catalogue says what the specification says, and a file that says
//! something else under its name is refused.

use sanad_core::conditions::catalogue::CatalogueError;
use sanad_core::conditions::{Catalogue, Condition, Mark};

const TEXT: &str = include_str!("../../../../reference/catalogue/sanad-2025.toml");
/// The table of indicators of the specification.
const TABLE: &str = include_str!("indicators.csv");

fn refusal(text: &str) -> String {
    Catalogue::load(text).unwrap_err().to_string()
}

/// The shipped text with one passage replaced, under an id of its own.
fn variant(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from}");
    TEXT.replace("id = \"sanad-2025\"", "id = \"own\"")
        .replacen(from, to, 1)
}

#[test]
fn the_shipped_catalogue_equals_the_table_of_the_specification_in_every_field() {
    let catalogue = Catalogue::shipped();
    let mut rows = csv::Reader::from_reader(TABLE.as_bytes());
    let mut count = 0;
    for (row, indicator) in rows
        .records()
        .map(Result::unwrap)
        .zip(catalogue.indicators())
    {
        count += 1;
        let truth = |holds: bool| if holds { "True" } else { "False" };
        let mut evidence: Vec<_> = row[9].split('|').collect();
        let mut accepted: Vec<_> = indicator
            .evidence
            .iter()
            .map(|kind| catalogue.evidence_code(kind))
            .collect();
        evidence.sort_unstable();
        accepted.sort_unstable();
        let sources: Vec<_> = indicator.sources.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(indicator.id, row[0]);
        assert_eq!(indicator.condition.code(), &row[1], "{}", &row[0]);
        assert_eq!(
            indicator.level.code()[..1].to_uppercase(),
            row[2],
            "{}",
            &row[0]
        );
        assert_eq!(truth(indicator.mandatory), &row[3], "{}", &row[0]);
        assert_eq!(indicator.applies_to.code(), &row[4], "{}", &row[0]);
        assert_eq!(indicator.validity_days.to_string(), row[5], "{}", &row[0]);
        assert_eq!(truth(indicator.independent), &row[6], "{}", &row[0]);
        assert_eq!(truth(indicator.no_prevails), &row[7], "{}", &row[0]);
        assert_eq!(indicator.question("en"), &row[8], "{}", &row[0]);
        assert_eq!(accepted, evidence, "{}", &row[0]);
        assert_eq!(sources.join("; "), row[10], "{}", &row[0]);
    }
    assert_eq!((count, catalogue.indicators().len()), (56, 56));
    assert_eq!(
        catalogue
            .indicators()
            .iter()
            .filter(|i| i.mandatory)
            .count(),
        49
    );
}

#[test]
fn every_condition_has_a_mandatory_indicator_that_always_applies() {
    for condition in Condition::ALL {
        let always = |i: &&sanad_core::conditions::Indicator| {
            i.condition == *condition && i.mandatory && i.applies_to.code() == "always"
        };
        assert!(
            Catalogue::shipped().indicators().iter().any(|i| always(&i)),
            "{condition}"
        );
    }
}

#[test]
fn citations_carry_their_check_marks() {
    let catalogue = Catalogue::shipped();
    let sources = |id: &str| {
        let indicator = catalogue.get(catalogue.find(id).unwrap()).unwrap();
        indicator
            .sources
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(sources("VOL-11"), ["CRPD 12 ○", "GP 4(2) ✔", "HB96 ch.7 ◐"]);
    assert_eq!(sources("DEM-05")[0], "Product rule serving Statement ¶5 –");
    let counted = |mark| {
        let all = catalogue.indicators().iter().flat_map(|i| &i.sources);
        all.filter(|source| source.mark == mark).count()
    };
    // As many of each as in the tables of the specification.
    let counts = [
        Mark::Read,
        Mark::Quoted,
        Mark::Unconfirmed,
        Mark::ProductRule,
    ]
    .map(counted);
    assert_eq!(counts, [66, 61, 23, 1]);
}

#[test]
fn special_terms_are_where_the_rule_puts_them() {
    let having = |wanted: &dyn Fn(&sanad_core::conditions::Indicator) -> bool| {
        let all = Catalogue::shipped().indicators().iter();
        all.filter(|i| wanted(i))
            .map(|i| i.id.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        having(&|i| i.consent_recorder),
        ["VOL-01", "VOL-02", "VOL-03", "VOL-06"]
    );
    assert_eq!(
        having(&|i| i.not_applicable.is_some()),
        ["VOL-01", "VOL-02", "VOL-04", "LEG-01", "LEG-02"]
    );
    assert_eq!(
        having(&|i| i.scale.is_some()),
        ["PHY-07", "MAT-07", "DEM-05"]
    );
    assert_eq!(having(&|i| i.place.code() == "displacement"), ["VOL-12"]);
}

#[test]
fn events_void_what_the_specification_lists() {
    let catalogue = Catalogue::shipped();
    let kinds = catalogue.event_kinds().iter();
    let listed: Vec<_> = kinds
        .map(|kind| {
            let voids: Vec<_> = kind
                .voids
                .iter()
                .map(|v| catalogue.voids_code(*v))
                .collect();
            format!("{} {} {}", kind.code, kind.reach, voids.join(" "))
        })
        .collect();
    assert_eq!(
        listed,
        [
            "armed_clash any PHY",
            "change_of_control area PHY LEG DIG-04 DIG-05 MOV ACC DEM",
            "explosive_accident area PHY-02",
            "guarantee_repealed any LEG-01 LEG-02 LEG-03",
            "returnee_arrested any LEG-01 LEG-02 LEG-03",
            "returnee_not_safe area PHY",
            "guarantee_not_kept any LEG-01 LEG-02 LEG-03",
            "access_denied area ACC-02 ACC-03 ACC-04 ACC-05",
            "staff_attacked area ACC-02 ACC-03 ACC-04 ACC-05",
            "destination_changed any VOL-01 VOL-04 MOV-02 DEM-01 DEM-03 PHY-06",
            "household_changed any VOL-08 VOL-09 DIG-01",
            "consent_withdrawn person VOL-01 VOL-06",
            "best_interests_overtaken any VOL-10",
            "push_measure_announced any VOL-03 VOL-05 VOL-12 MOV-01",
        ]
    );
}

#[test]
fn a_withdrawal_without_a_person_voids_nobody_elses_consent() {
    use sanad_core::conditions::Subject;
    let kind = Catalogue::shipped()
        .event_kind("consent_withdrawn")
        .unwrap();
    let day = "2025-05-10".parse().unwrap();
    assert_eq!(kind.on(day, None).count(), 0);
    let subjects: Vec<_> = kind
        .on(day, Some(Subject::Member(1)))
        .map(|v| v.subject)
        .collect();
    assert_eq!(subjects, [Some(Subject::Member(1)); 2]);
}

#[test]
fn the_shipped_text_loads_and_names_itself() {
    let catalogue = Catalogue::load(TEXT).unwrap();
    assert_eq!(
        (catalogue.id(), catalogue.edition()),
        ("sanad-2025", "2025-05")
    );
    assert_eq!(catalogue.sha256(), Catalogue::shipped().sha256());
    assert_eq!(catalogue.sha256().len(), 64);
}

#[test]
fn a_mandatory_indicator_is_not_switched_off_under_the_shipped_name() {
    let changed = TEXT.replacen("mandatory = true", "mandatory = false", 1);
    assert!(matches!(
        Catalogue::load(&changed),
        Err(CatalogueError::ShippedId(_))
    ));
    let own = Catalogue::load(&variant("mandatory = true", "mandatory = false")).unwrap();
    assert_eq!(own.id(), "own");
    assert!(!own.indicators()[0].mandatory);
}

#[test]
fn what_a_catalogue_may_not_say_is_refused_with_its_place() {
    for (from, to, text) in [
        (
            "mandatory = true",
            "mandatory = true\nmandatry = true",
            "unknown field",
        ),
        (
            "applies_to = \"decider\"",
            "applies_to = \"everybody\"",
            "unknown variant",
        ),
        ("mark = \"✔\"", "mark = \"!\"", "unknown variant"),
        (
            "id = \"VOL-02\"",
            "id = \"VOL-01\"",
            "VOL-01: is there twice",
        ),
        (
            "id = \"VOL-02\"",
            "id = \"XYZ-02\"",
            "XYZ-02: an id is the code of a condition",
        ),
        (
            "id = \"VOL-02\"",
            "id = \"VOL-2\"",
            "VOL-2: an id is the code of a condition",
        ),
        (
            "evidence = [\"VRF\", \"CNS\"]",
            "evidence = [\"VRX\"]",
            "VOL-01: `VRX` is no kind",
        ),
        (
            "evidence = [\"VRF\", \"CNS\"]",
            "evidence = []",
            "VOL-01: at least one kind",
        ),
        (
            "validity_days = 90",
            "validity_days = 0",
            "VOL-01: an answer must hold",
        ),
        ("validity_days = 90", "validity_days = -1", "cannot be read"),
        (
            "level = \"person\"",
            "level = \"area\"",
            "VOL-01: `applies_to` asks about one person",
        ),
        (
            "place = \"displacement\"",
            "place = \"moon\"",
            "unknown variant",
        ),
        (
            "voids = [\"PHY\"]",
            "voids = [\"PHX\"]",
            "armed_clash: `PHX` is no indicator",
        ),
        ("code = \"VRF\"", "code = \"INT\"", "INT: is there twice"),
        (
            "code = \"change_of_control\"",
            "code = \"armed_clash\"",
            "armed_clash: is there twice",
        ),
        ("question.en", "question.fr", "VOL-01: the English text"),
        ("adult_age = 18", "adult_age = 0", "numbers: the adult age"),
        (
            "finding_max_days = 30",
            "finding_max_days = 0",
            "numbers: a finding must live",
        ),
        (
            "school_age_to = 17",
            "school_age_to = 3",
            "numbers: school age",
        ),
    ] {
        let refused = refusal(&variant(from, to));
        assert!(refused.contains(text), "{to}: {refused}");
    }
}

#[test]
fn a_question_is_shown_in_english_when_it_is_not_translated() {
    let own = variant(
        "level = \"person\"",
        "question.ar = \"سؤال\"\nlevel = \"person\"",
    );
    let own = Catalogue::load(&own).unwrap();
    assert_eq!(own.indicators()[0].question("ar"), "سؤال");
    assert!(
        own.indicators()[1]
            .question("ar")
            .starts_with("Was this person interviewed alone")
    );
}
