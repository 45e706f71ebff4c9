//! Organisations and users that a command names must be there: the registry keeps no
//! id that stands for nobody.
//!
//! Asked within the transaction, after the permit: whoever may not do it learns nothing.
//! Not here: the rules (`sanad-core`).

use crate::http::{ApiError, ApiResult};
use sanad_core::answer::{NewAnswer, NewEvidence};
use sanad_core::area::AreaCommand;
use sanad_core::case::Command;
use sanad_core::ids::OrganisationId;
use sanad_store::Tx;
use sanad_store::sql_types::Key;

/// An organisation and the pointer to it.
type Named = (String, OrganisationId);

/// Refuses a command on a case that names somebody unknown.
pub(crate) fn of_case(tx: &mut Tx<'_>, command: &Command) -> ApiResult<()> {
    if let Command::DeclareConflict(declared) = command
        && let Some(user) = declared.user
        && tx.reads().account(Key(user.0))?.is_none()
    {
        return Err(ApiError::field(
            "/user",
            "USER_UNKNOWN",
            "the registry has no account of this id",
        ));
    }
    let named = match command {
        Command::NameReturnOrganisers(named) => {
            let pointers = (0..).map(|i: usize| format!("/organisations/{i}"));
            pointers.zip(named.organisations.iter().copied()).collect()
        }
        Command::RecordEvidence(item) => of_item("", item).into_iter().collect(),
        Command::RecordAnswers(new) => of_answers(&new.answers),
        Command::Adjudicate(answer) => of_answer("", answer).collect(),
        _ => Vec::new(),
    };
    check(tx, &named)
}

/// Refuses a command on a place that names somebody unknown.
pub(crate) fn of_area(tx: &mut Tx<'_>, command: &AreaCommand) -> ApiResult<()> {
    let named = match command {
        AreaCommand::RecordEvidence(item) => of_item("", item).into_iter().collect(),
        AreaCommand::RecordAnswers(new) => of_answers(&new.answers),
        AreaCommand::Adjudicate(answer) => of_answer("", answer).collect(),
        _ => Vec::new(),
    };
    check(tx, &named)
}

fn of_item(at: &str, item: &NewEvidence) -> Option<Named> {
    let source = item.source_organisation?;
    Some((format!("{at}/source_organisation"), source))
}

fn of_answer<'a>(at: &'a str, answer: &'a NewAnswer) -> impl Iterator<Item = Named> + 'a {
    let items = answer.evidence.iter().enumerate();
    items.filter_map(move |(i, item)| of_item(&format!("{at}/evidence/{i}"), item))
}

fn of_answers(answers: &[NewAnswer]) -> Vec<Named> {
    let mut named = Vec::new();
    for (i, answer) in answers.iter().enumerate() {
        named.extend(of_answer(&format!("/answers/{i}"), answer));
    }
    named
}

fn check(tx: &mut Tx<'_>, named: &[Named]) -> ApiResult<()> {
    // Hardly any command names one.
    if named.is_empty() {
        return Ok(());
    }
    let known = tx.reads().organisations()?;
    for (pointer, organisation) in named {
        if !known
            .iter()
            .any(|row| row.organisation_id.0 == organisation.0)
        {
            return Err(ApiError::field(
                pointer,
                "ORGANISATION_UNKNOWN",
                "no such organisation works with this registry",
            ));
        }
    }
    Ok(())
}
