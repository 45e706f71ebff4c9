//! Organisations and users that a command names must be there: the registry keeps no
//! id that stands for nobody, and no organisation under a name beside its id.
//!
//! Asked within the transaction, after the permit: whoever may not do it learns nothing.
//! Not here: the rules (`sanad-core`).

use crate::http::{ApiError, ApiResult};
use sanad_core::access::Role;
use sanad_core::answer::{NewAnswer, NewEvidence, SourceName};
use sanad_core::area::AreaCommand;
use sanad_core::case::Command;
use sanad_core::ids::OrganisationId;
use sanad_store::Tx;
use sanad_store::sql_types::Key;

/// Somebody whom a command names, and the pointer to them.
struct Named {
    at: String,
    who: Who,
}

enum Who {
    /// One of the organisations, by id.
    Organisation(OrganisationId),
    /// Not one of the organisations, by name.
    Outsider(SourceName),
}

/// Refuses a command on a case that names somebody unknown.
pub(crate) fn of_case(tx: &mut Tx<'_>, command: &Command) -> ApiResult<()> {
    if let Command::DeclareConflict(declared) = command
        && let Some(user) = declared.user
    {
        may_be_kept_away(tx, Key(user.0))?;
    }
    let named = match command {
        Command::NameReturnOrganisers(named) => {
            let numbered = named.organisations.iter().enumerate();
            let named = numbered.map(|(i, organisation)| Named {
                at: format!("/organisations/{i}"),
                who: Who::Organisation(*organisation),
            });
            named.collect()
        }
        Command::RecordEvidence(item) => of_item("", item).into_iter().collect(),
        Command::RecordAnswers(new) => of_answers(&new.answers),
        Command::Adjudicate(answer) => of_answer("", answer).collect(),
        _ => Vec::new(),
    };
    check(tx, &named)
}

/// Whose conflict somebody else declares: of a user who is there, and who does not watch
/// over the others. A supervisor who could say it of an auditor could keep a case from
/// the report that would show what was done in it.
fn may_be_kept_away(tx: &mut Tx<'_>, user: Key) -> ApiResult<()> {
    let Some((_, grants)) = tx.reads().account(user)? else {
        return Err(ApiError::field(
            "/user",
            "USER_UNKNOWN",
            "the registry has no account of this id",
        ));
    };
    let watches = [Role::Auditor, Role::DataProtectionFocalPoint];
    if grants
        .iter()
        .any(|grant| watches.iter().any(|role| role.as_str() == grant.role))
    {
        return Err(ApiError::field(
            "/user",
            "DECLARED_BY_THEMSELVES",
            "auditors and data-protection focal points declare their conflicts themselves",
        ));
    }
    Ok(())
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

/// An item names its source in one of two ways; the rules refuse both at once.
fn of_item(at: &str, item: &NewEvidence) -> Option<Named> {
    if let Some(source) = item.source_organisation {
        return Some(Named {
            at: format!("{at}/source_organisation"),
            who: Who::Organisation(source),
        });
    }
    Some(Named {
        at: format!("{at}/source_name"),
        who: Who::Outsider(item.source_name.clone()?),
    })
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
    // Most commands name nobody.
    if named.is_empty() {
        return Ok(());
    }
    let known = tx.reads().organisations()?;
    for Named { at, who } in named {
        match who {
            Who::Organisation(id) if !known.iter().any(|row| row.organisation_id.0 == id.0) => {
                return Err(ApiError::field(
                    at,
                    "ORGANISATION_UNKNOWN",
                    "no such organisation works with this registry",
                ));
            }
            // By its id it is known when it runs the return; by a name it would not be.
            Who::Outsider(name) if known.iter().any(|row| name.is(&row.name)) => {
                return Err(ApiError::field(
                    at,
                    "SOURCE_IS_AN_ORGANISATION",
                    "this is an organisation of this registry; name it by its id in `source_organisation`",
                ));
            }
            Who::Organisation(_) | Who::Outsider(_) => {}
        }
    }
    Ok(())
}
