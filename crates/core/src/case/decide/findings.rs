//! T6: a named person issues the finding that the rule computes.

use super::Context;
use super::steps::wrong_state;
use crate::case::command::FindingRequest;
use crate::case::event::{Event, IssuedFinding};
use crate::case::facts::CaseFacts;
use crate::case::lifecycle::ISSUE_FINDING;
use crate::case::state::CaseState;
use crate::conditions::file::AssessmentReport;
use crate::conditions::{SelfAssessment, assess};
use crate::ids::{IdSource, UserId};
use crate::refusal::{Precondition, Refusal};
use sha2::{Digest as _, Sha256};

/// Issues a finding. Whoever recorded VOL-01, -02, -03 or -06 for anyone who is or
/// was in the case may not (`SELF_ASSESSMENT`, return conditions §2.7 –).
pub(super) fn issue(
    state: &CaseState,
    request: &FindingRequest,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let mut missing: Vec<Precondition> = wrong_state(state, ISSUE_FINDING).into_iter().collect();
    if recorded_consent(state, by, context) {
        missing.push(self_assessment());
    }
    let (Some((destination, _)), Some(areas)) = (&state.destination, context.areas) else {
        missing.push(Precondition::new(
            "DESTINATION_MISSING",
            "the destination is not fixed to a place code",
        ));
        return Err(Refusal::Missing(missing));
    };
    Refusal::unless_empty(missing)?;

    let profile = request.profile.unwrap_or(context.profile);
    let catalogue = context.catalogue;
    let gathered = CaseFacts::gather(state, areas, catalogue, context.today(), profile, Some(by));
    let assessment = match assess(catalogue, &gathered.facts) {
        Ok(assessment) => assessment,
        Err(SelfAssessment) => return Err(Refusal::Missing(vec![self_assessment()])),
    };
    let facts = serde_json::to_vec(&gathered.to_file(catalogue)).map_err(|_| {
        Refusal::missing(
            "FACTS_UNWRITABLE",
            "the facts of this case cannot be written as a file",
        )
    })?;
    let report = AssessmentReport::new(&assessment, catalogue, |subject| gathered.name_of(subject));
    Ok(vec![Event::FindingIssued(Box::new(IssuedFinding {
        id: ids.id(),
        assessor: by,
        destination: destination.clone(),
        facts_sha256: hex_of(&facts),
        assessment: report,
    }))])
}

fn self_assessment() -> Precondition {
    Precondition::new(
        SelfAssessment::CODE,
        "whoever recorded a person's consent may not issue the finding of that case",
    )
}

/// Whether somebody recorded the consent of anyone who is or was in the case, or the
/// interview or form behind it.
pub(super) fn recorded_consent(state: &CaseState, by: UserId, context: &Context<'_>) -> bool {
    let mut recorders = state.answers.consent_recorders(context.catalogue, u64::MAX);
    recorders.any(|user| user == by)
}

/// SHA-256 in hex.
pub(super) fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
