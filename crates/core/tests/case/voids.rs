//! Events that make earlier answers void at once (return conditions §1.9 –), as a
//! case meets them.

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use jiff::civil::Date;
use sanad_core::area::AreaEventKind;
use sanad_core::case::{Command, State};
use sanad_core::conditions::{Catalogue, Finding, Value};
use serde_json::json;

/// The indicators whose answers are void today, each once, in catalogue order.
fn void(world: &World) -> Vec<String> {
    let report = world.report(world.today);
    let advisory = report.warnings.iter().map(|warning| &warning.reason);
    let all: Vec<_> = report.reasons.iter().chain(advisory).collect();
    let is_void = |id: &str| {
        let mut of_it = all.iter().filter(|reason| reason.indicator == id);
        of_it.any(|reason| reason.reason.code() == "invalidated")
    };
    let ids = Catalogue::shipped().indicators().iter().map(|one| &one.id);
    ids.filter(|id| is_void(id)).cloned().collect()
}

/// Everything was answered on [`OBSERVED`], and nothing has happened since.
fn in_order() -> World {
    let world = World::with_family_in(State::UnderAssessment);
    assert_eq!(void(&world), [""; 0]);
    world
}

fn day_after() -> Date {
    OBSERVED.tomorrow().unwrap()
}

#[test]
fn shelling_in_the_place_or_anything_it_lies_in_voids_physical_safety() {
    for code in [HOME, HOME_UNITS[0], HOME_UNITS[1], HOME_UNITS[2], "XZ"] {
        let mut world = in_order();
        world.happens(AreaEventKind::ArmedClash, code, day_after());
        let void = void(&world);
        assert!(void.contains(&"PHY-01".to_owned()), "{code}: {void:?}");
        assert!(
            void.iter().all(|id| id.starts_with("PHY")),
            "{code}: {void:?}"
        );
    }
}

#[test]
fn shelling_elsewhere_voids_nothing_here() {
    for code in [CAMP, "XZ02"] {
        let mut world = in_order();
        world.happens(AreaEventKind::ArmedClash, code, day_after());
        assert_eq!(void(&world), [""; 0], "{code}");
    }
}

#[test]
fn each_event_in_the_place_of_return_voids_what_the_catalogue_says() {
    for (kind, expected) in [
        (AreaEventKind::ExplosiveAccident, &["PHY-02"][..]),
        (
            AreaEventKind::GuaranteeRepealed,
            &["LEG-01", "LEG-02", "LEG-03"],
        ),
        (
            AreaEventKind::ReturneeArrested,
            &["LEG-01", "LEG-02", "LEG-03"],
        ),
        (
            AreaEventKind::AccessDenied,
            &["ACC-02", "ACC-03", "ACC-04", "ACC-05"],
        ),
        (
            AreaEventKind::StaffAttacked,
            &["ACC-02", "ACC-03", "ACC-04", "ACC-05"],
        ),
    ] {
        let mut world = in_order();
        world.happens(kind, HOME, day_after());
        assert_eq!(void(&world), expected, "{kind}");
    }
}

#[test]
fn a_measure_that_pushes_people_out_counts_where_they_live_now() {
    let mut world = in_order();
    world.happens(AreaEventKind::PushMeasureAnnounced, HOME, day_after());
    assert_eq!(void(&world), [""; 0]);
    world.happens(AreaEventKind::PushMeasureAnnounced, "XZ02", day_after());
    assert_eq!(void(&world), ["VOL-03", "VOL-05", "VOL-12", "MOV-01"]);
}

#[test]
fn an_event_voids_what_was_observed_before_its_day_only() {
    for (on, is_void) in [
        (OBSERVED.yesterday().unwrap(), false),
        (OBSERVED, false),
        (day_after(), true),
    ] {
        let mut world = in_order();
        world.happens(AreaEventKind::ExplosiveAccident, HOME, on);
        assert_eq!(void(&world) == ["PHY-02"], is_void, "{on}");
    }
}

#[test]
fn after_an_event_a_new_answer_counts_again() {
    let mut world = in_order();
    world.happens(AreaEventKind::ExplosiveAccident, HOME, day_after());
    let again = observed(yes("PHY-02", None), TODAY);
    world.answers_at(OMAR, HOME, vec![again]);
    world.everything_is_verified();
    assert_eq!(world.value_of("PHY-02", "area"), "yes");
}

#[test]
fn an_event_never_heals_a_known_failure() {
    let mut world = in_order();
    world.answers_at(OMAR, HOME, vec![answer("PHY-01", None, Value::No)]);
    world.happens(AreaEventKind::ArmedClash, HOME, day_after());
    assert_eq!(world.value_of("PHY-01", "area"), "known_failure");
}

#[test]
fn another_destination_voids_the_six_and_brings_its_own_place() {
    let mut world = in_order();
    world.answers_at(
        OMAR,
        NEIGHBOUR,
        crate::words::yes_about_a_place(
            sanad_core::conditions::Level::Area,
            sanad_core::conditions::indicator::Place::Destination,
        ),
    );
    world.everything_is_verified();
    world.chooses(NEIGHBOUR, "2025-05-05");
    assert_eq!(
        void(&world),
        ["VOL-01", "VOL-04", "PHY-06", "MOV-02", "DEM-01", "DEM-03"]
    );
}

#[test]
fn naming_the_first_or_the_same_destination_voids_nothing() {
    let mut world = in_order();
    world.chooses(HOME, "2025-05-05");
    assert_eq!(void(&world), [""; 0]);
}

#[test]
fn going_back_to_the_first_destination_voids_as_well() {
    let mut world = in_order();
    world.chooses(NEIGHBOUR, "2025-04-25");
    world.chooses(HOME, "2025-05-05");
    assert_eq!(void(&world).len(), 6);
}

#[test]
fn who_joins_makes_the_household_decide_anew() {
    let mut world = in_order();
    let newborn = json!({
        "joined_on": "2025-05-05", "profile": person("Rima", "2025-05-05", "child"),
    });
    world.does(LEYLA, Command::AddMember(read(newborn)));
    assert_eq!(void(&world), ["VOL-08", "VOL-09", "DIG-01"]);
    // Of the newborn herself nothing is known yet.
    let rima = world.member(4).to_string();
    assert_eq!(world.value_of("VOL-09", &rima), "no_answer");
}

#[test]
fn who_leaves_or_dies_makes_the_household_decide_anew() {
    for reason in ["died", "married", "missing", "entered_in_error"] {
        let mut world = in_order();
        let leaving = read(json!({"on": "2025-05-05", "reason": reason}));
        world.does(LEYLA, Command::RecordLeaving(world.member(3), leaving));
        assert_eq!(void(&world), ["VOL-08", "VOL-09", "DIG-01"], "{reason}");
    }
}

/// The family in order, with a third child born on a day.
fn with_a_child_born(born: serde_json::Value) -> World {
    let mut json = family_json();
    let mut child = person("Karim", "2007-05-10", "child");
    child["birth"] = born;
    json["members"].as_array_mut().unwrap().push(child);
    let mut world = World::with(read(json));
    world.answers(LEYLA, yes_about_the_case(&world.people()));
    world.chooses(HOME, "2025-04-20");
    world.places_are_answered();
    world.everything_is_verified();
    world
}

#[test]
fn a_member_who_turns_eighteen_decides_and_the_household_anew() {
    let mut world = with_a_child_born(json!({"date": "2007-05-10", "precision": "day"}));
    world.today = day("2025-05-09");
    assert_eq!(void(&world), [""; 0], "the eve");
    world.today = day("2025-05-10");
    assert_eq!(void(&world), ["VOL-08", "VOL-09", "DIG-01"], "the birthday");
}

#[test]
fn whose_day_of_birth_is_uncertain_turns_eighteen_on_the_last_day_it_can_be() {
    for (born, eve) in [
        (
            json!({"date": "2007-05-01", "precision": "month"}),
            "2025-05-30",
        ),
        (
            json!({"date": "2008-02-29", "precision": "day"}),
            "2026-02-28",
        ),
    ] {
        let mut world = with_a_child_born(born);
        world.today = day(eve);
        assert!(!void(&world).contains(&"VOL-08".to_owned()), "{eve}");
        world.today = day(eve).tomorrow().unwrap();
        assert!(void(&world).contains(&"VOL-08".to_owned()), "{eve}");
    }
    let mut never = with_a_child_born(json!({"precision": "unknown"}));
    never.today = day("2025-05-31");
    assert!(!void(&never).contains(&"VOL-08".to_owned()));
}

#[test]
fn a_birthday_before_the_registration_voids_nothing() {
    let mut world = with_a_child_born(json!({"date": "2007-04-01", "precision": "day"}));
    world.today = TODAY;
    assert_eq!(void(&world), [""; 0]);
}

#[test]
fn a_corrected_birth_moves_the_birthday() {
    let mut world = with_a_child_born(json!({"date": "2007-05-10", "precision": "day"}));
    let karim = world.member(4);
    let older = profile("Karim", "2006-05-10", "child", json!({}));
    assert_eq!(void(&world).len(), 3);
    world.does(LEYLA, Command::CorrectMember(karim, Box::new(older)));
    assert_eq!(void(&world), [""; 0]);
}

#[test]
fn a_clash_anywhere_in_the_admin_3_unit_voids_what_is_known_of_the_place() {
    let world = World::with_family_in(State::UnderAssessment);
    assert_eq!(world.report(TODAY).finding, Finding::Compliant);
    let after = |kind, code: &str| {
        let mut world = world.clone();
        world.happens(kind, code, TODAY);
        world.value_of("PHY-01", "area")
    };
    assert_eq!(after(AreaEventKind::ArmedClash, NEIGHBOUR), "invalidated");
    assert_eq!(after(AreaEventKind::ArmedClash, CAMP), "yes");
    // Other events reach the place in which they happen, and what lies in it.
    assert_eq!(after(AreaEventKind::ChangeOfControl, NEIGHBOUR), "yes");
}

#[test]
fn a_birthday_to_come_is_among_the_facts_and_ends_the_finding() {
    let mut json = family_json();
    json["members"][2]["birth"]["date"] = json!("2007-05-20");
    let world = World::with(read(json));
    let facts = world.facts(TODAY);
    let birthday: Date = "2025-05-20".parse().unwrap();
    let file = facts.to_file(Catalogue::shipped());
    assert!(
        file.events.iter().any(|event| event.on == birthday),
        "an auditor who looks at a later day sees it"
    );
}

#[test]
fn what_was_said_before_a_place_was_named_was_not_said_of_it() {
    let mut world = World::with_family_in(State::Registered);
    assert_eq!(world.case().destination, None);
    let salma = world.member(0);
    let subject = salma.to_string();
    let before = TODAY.checked_sub(3.days()).unwrap();
    let mut said = yes("VOL-01", Some(salma));
    said.observed_on = before;
    for item in &mut said.evidence {
        item.dated = before;
    }
    world.answered(LEYLA, said);
    world.everything_is_verified();
    world.chooses(HOME, &TODAY.to_string());
    assert_eq!(world.value_of("VOL-01", &subject), "invalidated");
    // Named by the day on which they agreed, it is the place that they agreed to.
    let mut named = World::with_family_in(State::Registered);
    named.chooses(HOME, &OBSERVED.to_string());
    let salma = named.member(0);
    named.answered(LEYLA, yes("VOL-01", Some(salma)));
    named.everything_is_verified();
    assert_eq!(named.value_of("VOL-01", &salma.to_string()), "yes");
}
