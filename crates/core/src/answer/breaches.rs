//! Four eyes, looked at afterwards: rules that answers already recorded contradict, and
//! who recorded consent (return conditions §2.7 –).
//!
//! The program refuses each of these before it is recorded (`book`, `items`), so that
//! only a journal written past the program holds one.

use super::{AnswerBook, AnswerRecord};
use crate::conditions::Catalogue;
use crate::ids::UserId;
use std::collections::BTreeSet;

impl AnswerBook {
    /// Codes of the rules that some of these answers, and their evidence, contradict.
    pub fn breaches(&self, some: impl Fn(&AnswerRecord) -> bool) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        let all = self.answers().iter().enumerate();
        for (at, answer) in all.filter(|(_, answer)| some(answer)) {
            let mut items = answer.evidence.iter();
            if items.any(|item| item.verified_by == Some(item.uploaded_by)) {
                found.insert("SELF_VERIFICATION");
            }
            if answer.confirmed_by == Some(answer.recorded_by) {
                found.insert("SECOND_OFFICER_REQUIRED");
            }
            let own = |earlier: &AnswerRecord| {
                earlier.indicator == answer.indicator
                    && earlier.person == answer.person
                    && earlier.recorded_by == answer.recorded_by
            };
            if answer.adjudication && self.answers().iter().take(at).any(own) {
                found.insert("SELF_ADJUDICATION");
            }
        }
        found
    }

    /// Who recorded a person's consent, or the interview or form behind it: an item of
    /// evidence may be recorded by one user and the answer that rests on it by another.
    /// Taking it back does not undo it. Only what was recorded before a position of the
    /// journal.
    pub fn consent_recorders<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        before: u64,
    ) -> impl Iterator<Item = UserId> + 'a {
        let asks_consent = move |answer: &&AnswerRecord| {
            catalogue
                .find(&answer.indicator)
                .and_then(|index| catalogue.get(index))
                .is_some_and(|indicator| indicator.consent_recorder)
        };
        self.answers()
            .iter()
            .filter(move |answer| answer.sequence < before)
            .filter(asks_consent)
            .flat_map(|answer| {
                let uploaders = answer.evidence.iter().map(|item| item.uploaded_by);
                uploaders.chain([answer.recorded_by])
            })
    }
}
