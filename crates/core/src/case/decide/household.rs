//! Who belongs to the case, where it lives and where it wants to go.
//!
//! These are facts about people's lives: no state refuses them.

use super::registration::{at_most, check_episode, check_profile};
use super::{Context, lineage, not_after_today};
use crate::case::command::{DestinationChoice, MEMBERS_AT_MOST, MemberJoining};
use crate::case::event::Event;
use crate::case::lifecycle::DISPLACED_AGAIN;
use crate::case::state::CaseState;
use crate::ids::{IdSource, PersonId};
use crate::person::{ContactPoint, Displacement, Leaving, Person, PersonProfile, Relationship};
use crate::refusal::Refusal;

pub(super) fn join(
    state: &CaseState,
    joining: MemberJoining,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, joining.joined_on, "/joined_on")?;
    check_profile(
        &joining.profile,
        None,
        joining.joined_on,
        "/profile",
        context,
    )?;
    at_most("/profile", state.members.len() + 1, MEMBERS_AT_MOST)?;
    let focal = Relationship::FocalPerson;
    if joining.profile.relationship == focal
        && state
            .members_on(context.today())
            .any(|person| person.profile.relationship == focal)
    {
        return Err(Refusal::invalid(
            "/profile/relationship",
            "FOCAL_PERSON_NOT_ONE",
            "the case has a focal person already",
        ));
    }
    let person = Person {
        id: ids.id(),
        profile: joining.profile,
        joined_on: joining.joined_on,
        left: None,
    };
    Ok(vec![Event::MemberJoined(Box::new(person))])
}

pub(super) fn correct(
    state: &CaseState,
    person: PersonId,
    profile: Box<PersonProfile>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let recorded = &known(state, person)?.profile;
    check_profile(&profile, Some(recorded), context.today(), "", context)?;
    let focal = Relationship::FocalPerson;
    let other_focal = state
        .members_on(context.today())
        .any(|other| other.id != person && other.profile.relationship == focal);
    if profile.relationship == focal && other_focal {
        return Err(Refusal::invalid(
            "/relationship",
            "FOCAL_PERSON_NOT_ONE",
            "the case has another focal person; correct that record first",
        ));
    }
    Ok(vec![Event::MemberCorrected { person, profile }])
}

pub(super) fn leave(
    state: &CaseState,
    person: PersonId,
    leaving: Leaving,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let member = known(state, person)?;
    not_after_today(context, leaving.on, "/on")?;
    if member.left.is_some() {
        return Err(Refusal::missing(
            "ALREADY_LEFT",
            "this person has left the case already",
        ));
    }
    if leaving.on < member.joined_on {
        return Err(Refusal::invalid(
            "/on",
            "LEFT_BEFORE_JOINING",
            "this person joined the case after that day",
        ));
    }
    Ok(vec![Event::MemberLeft { person, leaving }])
}

pub(super) fn contact(state: &CaseState, point: ContactPoint) -> Result<Vec<Event>, Refusal> {
    at_most("", state.contact_points.len() + 1, 30)?;
    Ok(vec![Event::ContactPointAdded(point)])
}

pub(super) fn displace(
    state: &CaseState,
    displacement: Displacement,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    at_most("/displacement", state.displacements.len() + 1, 100)?;
    let to = check_episode(context, &displacement, "/displacement")?;
    // An episode of earlier years that is told late does not move the household: it
    // lives where the latest one took it, or where it was registered since.
    let day_of = |episode: &Displacement| episode.arrived_on().or(episode.left_on());
    let latest = state.displacements.iter().filter_map(day_of).max();
    let latest = latest.max(Some(state.registered_on));
    let day = day_of(&displacement);
    let earlier = day.is_some_and(|day| Some(day) < latest);
    // T17: a displacement after the return.
    let departed_on = state.returns.last().map(|record| record.departed_on);
    let again = DISPLACED_AGAIN.from.contains(&state.stands_at())
        && day
            .zip(departed_on)
            .is_some_and(|(day, departed)| day >= departed);
    let mut events = vec![Event::DisplacementRecorded {
        displacement: Box::new(displacement),
        places: if earlier { state.places.clone() } else { to },
    }];
    events.extend(again.then_some(Event::DisplacedAgain));
    Ok(events)
}

pub(super) fn choose_destination(
    state: &CaseState,
    choice: DestinationChoice,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    lineage(context, &choice.place, "/place")?;
    not_after_today(context, choice.chosen_on, "/chosen_on")?;
    if state
        .destination
        .as_ref()
        .is_some_and(|(_, since)| choice.chosen_on < *since)
    {
        return Err(Refusal::invalid(
            "/chosen_on",
            "CHOSEN_BEFORE_THE_LAST",
            "the household named its present destination after that day",
        ));
    }
    Ok(vec![Event::DestinationChosen {
        place: choice.place,
        chosen_on: choice.chosen_on,
    }])
}

fn known(state: &CaseState, person: PersonId) -> Result<&Person, Refusal> {
    state
        .person(person)
        .ok_or_else(|| Refusal::invalid("", "PERSON_UNKNOWN", "this person is not in this case"))
}
