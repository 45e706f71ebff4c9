//! T1: a household or a single person is registered.

use super::{Context, lineage, not_after_today, not_too_early};
use crate::area::PlaceRef;
use crate::case::command::{MEMBERS_AT_MOST, Registration};
use crate::case::event::{Event, Registered};
use crate::case::number::CaseNumber;
use crate::ids::IdSource;
use crate::person::{Displacement, Person, PersonProfile, Relationship};
use crate::refusal::Refusal;
use jiff::civil::Date;

/// Episodes of displacement at registration, at most.
const DISPLACEMENTS_AT_MOST: usize = 30;
/// Contact points, at most.
const CONTACTS_AT_MOST: usize = 10;

pub(super) fn register(
    new: Registration,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let today = context.today();
    let registered_on = new.registered_on.unwrap_or(today);
    for (day, pointer) in [
        (registered_on, "/registered_on"),
        (new.notice.given_on, "/notice/given_on"),
        (new.processing.recorded_on(), "/processing/recorded_on"),
    ] {
        not_after_today(context, day, pointer)?;
        not_too_early(day, pointer)?;
    }
    if let Some(consent) = new.processing.consent() {
        let pointer = "/processing/consent/given_on";
        not_after_today(context, consent.given_on, pointer)?;
        not_too_early(consent.given_on, pointer)?;
    }
    let places = lineage(
        context,
        &new.place_of_displacement,
        "/place_of_displacement",
    )?;
    if let Some(origin) = &new.place_of_origin {
        lineage(context, origin, "/place_of_origin")?;
    }
    at_most("/members", new.members.len(), MEMBERS_AT_MOST)?;
    at_most(
        "/displacements",
        new.displacements.len(),
        DISPLACEMENTS_AT_MOST,
    )?;
    at_most(
        "/contact_points",
        new.contact_points.len(),
        CONTACTS_AT_MOST,
    )?;
    if new.members.is_empty() {
        return Err(Refusal::invalid(
            "/members",
            "NO_PERSON",
            "a case has at least one person",
        ));
    }
    for (i, profile) in new.members.iter().enumerate() {
        check_profile(profile, None, today, &format!("/members/{i}"), context)?;
    }
    let focal = new
        .members
        .iter()
        .filter(|one| one.relationship == Relationship::FocalPerson)
        .count();
    if focal != 1 {
        return Err(Refusal::invalid(
            "/members",
            "FOCAL_PERSON_NOT_ONE",
            "exactly one person of a case is the focal person (relationship `self`)",
        ));
    }
    for (i, displacement) in new.displacements.iter().enumerate() {
        check_episode(context, displacement, &format!("/displacements/{i}"))?;
    }
    let members = new
        .members
        .into_iter()
        .map(|profile| Person {
            id: ids.id(),
            // Lists keep the day on which the household was registered and add
            // children born since: nobody belongs to it before birth.
            joined_on: profile
                .birth
                .earliest()
                .map_or(registered_on, |born| born.max(registered_on)),
            profile,
            left: None,
        })
        .collect();
    Ok(vec![Event::CaseRegistered(Box::new(Registered {
        id: ids.id(),
        number: CaseNumber::from_random(ids.bits()),
        organisation: new.organisation,
        registered_on,
        places,
        place_of_origin: new.place_of_origin,
        processing: new.processing,
        notice: new.notice,
        members,
        displacements: new.displacements,
        contact_points: new.contact_points,
    }))])
}

/// What only today's date and the list in use can tell of a person's record: a
/// birth after `day`, a paper seen in the future, a need that is recorded no more
/// (DP-10 –). A need that the person's record holds already may stay.
pub(super) fn check_profile(
    profile: &PersonProfile,
    recorded: Option<&PersonProfile>,
    day: Date,
    at: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let born = profile.birth.earliest();
    if born.is_some_and(|earliest| earliest > day) {
        let text = if born.is_some_and(|earliest| earliest > context.today()) {
            "this birth date is still to come"
        } else {
            "this birth date is after the day of joining"
        };
        return Err(Refusal::invalid(
            format!("{at}/birth"),
            "BIRTH_IN_FUTURE",
            text,
        ));
    }
    for (i, document) in profile.documents.iter().enumerate() {
        if let Some(seen_on) = document.seen_on {
            not_after_today(context, seen_on, &format!("{at}/documents/{i}/seen_on"))?;
        }
    }
    let held = |need| recorded.is_some_and(|record| record.specific_needs.contains(need));
    for need in profile.specific_needs.iter().filter(|need| !held(need)) {
        need.check_in_use().map_err(|error| Refusal::Invalid {
            pointer: format!("{at}/specific_needs"),
            error,
        })?;
    }
    Ok(())
}

/// Refuses an episode of displacement with a place that no list has or a day that
/// is still to come; gives its end with everything that it lies in.
pub(super) fn check_episode(
    context: &Context<'_>,
    episode: &Displacement,
    at: &str,
) -> Result<Vec<PlaceRef>, Refusal> {
    lineage(context, episode.from(), &format!("{at}/from"))?;
    let places = lineage(context, episode.to(), &format!("{at}/to"))?;
    for (day, field) in [
        (episode.left_on(), "left_on"),
        (episode.arrived_on(), "arrived_on"),
    ] {
        if let Some(day) = day {
            not_after_today(context, day, &format!("{at}/{field}"))?;
        }
    }
    Ok(places)
}

/// Refuses a list that is too long.
pub(super) fn at_most(pointer: &str, have: usize, most: usize) -> Result<(), Refusal> {
    if have > most {
        return Err(Refusal::invalid(
            pointer,
            "LIST_TOO_LONG",
            format!("at most {most} entries"),
        ));
    }
    Ok(())
}
