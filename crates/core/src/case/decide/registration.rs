//! T1: a household or a single person is registered.

use super::{Context, lineage, not_after_today};
use crate::case::command::{MEMBERS_AT_MOST, Registration};
use crate::case::event::{Event, Registered};
use crate::case::number::CaseNumber;
use crate::ids::IdSource;
use crate::person::{Person, PersonProfile, Relationship};
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
    not_after_today(context, registered_on, "/registered_on")?;
    not_after_today(context, new.notice.given_on, "/notice/given_on")?;
    not_after_today(
        context,
        new.processing.recorded_on(),
        "/processing/recorded_on",
    )?;
    if let Some(consent) = new.processing.consent() {
        not_after_today(context, consent.given_on, "/processing/consent/given_on")?;
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
        born_by(profile, today, &format!("/members/{i}/birth"))?;
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
        lineage(
            context,
            displacement.from(),
            &format!("/displacements/{i}/from"),
        )?;
        lineage(
            context,
            displacement.to(),
            &format!("/displacements/{i}/to"),
        )?;
    }
    let members = new
        .members
        .into_iter()
        .map(|profile| Person {
            id: ids.id(),
            profile,
            joined_on: registered_on,
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

/// Refuses a birth that cannot have happened by a day.
pub(super) fn born_by(profile: &PersonProfile, day: Date, pointer: &str) -> Result<(), Refusal> {
    if profile
        .birth
        .earliest()
        .is_some_and(|earliest| earliest > day)
    {
        return Err(Refusal::invalid(
            pointer,
            "BIRTH_IN_FUTURE",
            "this birth date is still to come",
        ));
    }
    Ok(())
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
