//! Evidence that stands by itself, its file, and who runs the return.

use super::{Context, answering};
use crate::answer::{AnswerBook, FileRecord, NewEvidence};
use crate::case::event::Event;
use crate::case::organisers::{ORGANISERS_AT_MOST, ReturnOrganisers};
use crate::case::state::CaseState;
use crate::ids::{EvidenceId, IdSource, UserId};
use crate::refusal::Refusal;

pub(super) fn record(
    state: &CaseState,
    item: NewEvidence,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    names_no_member(state, &item, "")?;
    let persons = state.person_ids();
    let item = AnswerBook::accept_item(item, "", &answering(context, by, &persons), ids)?;
    Ok(vec![Event::EvidenceRecorded(Box::new(item))])
}

/// Refuses a source by the name of somebody of the household: a source is no person, and
/// its name is shown with facts that name nobody.
pub(super) fn names_no_member(
    state: &CaseState,
    item: &NewEvidence,
    at: &str,
) -> Result<(), Refusal> {
    let Some(source) = &item.source_name else {
        return Ok(());
    };
    let mut names = state
        .members
        .iter()
        .flat_map(|one| one.profile.names.iter());
    if names.any(|name| source.holds(name)) {
        return Err(Refusal::invalid(
            format!("{at}/source_name"),
            "SOURCE_IS_A_PERSON",
            "this is the name of somebody of the household; evidence of theirs has the source class `self`",
        ));
    }
    Ok(())
}

pub(super) fn attach_file(
    state: &CaseState,
    evidence: EvidenceId,
    file: FileRecord,
    by: UserId,
) -> Result<Vec<Event>, Refusal> {
    state.answers.check_file(evidence, by)?;
    Ok(vec![Event::EvidenceFileAttached { evidence, file }])
}

/// Evidence is judged anew with every assessment, so it counts from now on, also under
/// answers that are there.
pub(super) fn name_organisers(named: ReturnOrganisers) -> Result<Vec<Event>, Refusal> {
    let organisations = named.organisations;
    if organisations.len() > ORGANISERS_AT_MOST {
        return Err(Refusal::invalid(
            "/organisations",
            "LIST_TOO_LONG",
            format!("name at most {ORGANISERS_AT_MOST} organisations"),
        ));
    }
    for (i, organisation) in organisations.iter().enumerate() {
        if organisations[..i].contains(organisation) {
            return Err(Refusal::invalid(
                format!("/organisations/{i}"),
                "ORGANISATION_TWICE",
                "this organisation is named twice",
            ));
        }
    }
    Ok(vec![Event::ReturnOrganisersNamed { organisations }])
}
