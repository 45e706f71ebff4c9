//! Each decides alone (return conditions §2.9 –, on the individual character of
//! consent, ExCom 40(b) ✔): the interview or form under one person's consent is no
//! evidence of another person's consent, although one item may serve many answers.
//!
//! Not here: every other rule about items (`items`).

use super::book::AnswerBook;
use super::record::NewAnswer;
use crate::conditions::Catalogue;
use crate::ids::{EvidenceId, PersonId};
use crate::refusal::{Precondition, Refusal};

/// Refuses new answers about consent that rest on an item under another person's
/// consent: in the record, or among these answers. Each comes with its pointer.
pub(crate) fn check_each_alone(
    book: &AnswerBook,
    catalogue: &Catalogue,
    answers: &[(String, NewAnswer)],
) -> Result<(), Refusal> {
    let about_consent = |indicator: &str| {
        catalogue
            .find(indicator)
            .and_then(|index| catalogue.get(index))
            .is_some_and(|indicator| indicator.consent_recorder)
    };
    let mut held: Vec<(EvidenceId, PersonId)> = Vec::new();
    for answer in book.answers() {
        // What was taken back was recorded of the wrong person, as often as not.
        if let Some(person) = answer.person
            && !answer.retracted
            && about_consent(&answer.indicator)
        {
            held.extend(answer.evidence.iter().map(|item| (item.id, person)));
        }
    }
    for (at, answer) in answers {
        let Some(person) = answer.person.filter(|_| about_consent(&answer.indicator)) else {
            continue;
        };
        for (i, named) in answer.evidence_ids.iter().enumerate() {
            if held.iter().any(|(id, of)| id == named && *of != person) {
                return Err(Refusal::Missing(vec![
                    Precondition::new(
                        "EVIDENCE_OF_ANOTHER_PERSON",
                        "this item is evidence of another person's consent; each is interviewed and decides alone",
                    )
                    .at(format!("{at}/evidence_ids/{i}")),
                ]));
            }
            held.push((*named, person));
        }
    }
    Ok(())
}
