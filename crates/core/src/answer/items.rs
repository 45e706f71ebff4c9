//! Items of evidence about one case or one place, recorded with an answer or by
//! themselves: what may be done with them.
//!
//! The check of verification (`SELF_VERIFICATION`) stands here once, for cases and for
//! areas (return conditions §2.7 –). Not here: what an item is (`evidence`), whether it
//! counts as independent (`independence`).

use super::book::{AnswerBook, AnswerContext};
use super::evidence::{EvidenceRecord, NewEvidence, SourceClass};
use super::file::FileRecord;
use super::record::AnswerRecord;
use crate::ids::{EvidenceId, IdSource, UserId};
use crate::refusal::{Precondition, Refusal};

/// Items of evidence that one answer may rest on, new ones and named ones together.
pub const EVIDENCE_AT_MOST: usize = 20;
/// Items of evidence that can be verified together.
pub const VERIFIED_AT_MOST: usize = 500;

impl AnswerBook {
    /// Every item of evidence, in the order of recording.
    pub fn items(&self) -> &[EvidenceRecord] {
        &self.items
    }

    /// One item of evidence.
    pub fn item(&self, id: EvidenceId) -> Option<&EvidenceRecord> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The answers that rest on an item, in the order of recording.
    pub fn resting_on(&self, id: EvidenceId) -> impl Iterator<Item = &AnswerRecord> {
        self.answers()
            .iter()
            .filter(move |answer| answer.evidence.iter().any(|item| item.id == id))
    }

    /// Checks a new item of evidence and gives it its id; nothing is changed.
    ///
    /// `at` is the JSON pointer of the item within the command.
    pub fn accept_item(
        item: NewEvidence,
        at: &str,
        context: &AnswerContext<'_>,
        ids: &mut IdSource,
    ) -> Result<EvidenceRecord, Refusal> {
        let refuse = |name: &str, code, text: &str| {
            Err(Refusal::invalid(format!("{at}/{name}"), code, text))
        };
        if context.catalogue.find_evidence_kind(&item.kind).is_none() {
            return refuse(
                "kind",
                "EVIDENCE_KIND_UNKNOWN",
                "the catalogue has no kind of evidence of this code",
            );
        }
        if item.dated > context.today {
            return refuse(
                "dated",
                "DATE_IN_FUTURE",
                "evidence can only be of today or earlier",
            );
        }
        if item.kind == "INT" && item.persons_present.is_none() {
            return refuse(
                "persons_present",
                "PERSONS_PRESENT_NEEDED",
                "an interview note says who was in the room",
            );
        }
        if item.independent == Some(true) && item.source_class != SourceClass::Independent {
            return refuse(
                "independent",
                "NOT_INDEPENDENT",
                "only evidence of the source class `independent` can be independent",
            );
        }
        if item.source_name.is_some() && item.source_organisation.is_some() {
            return refuse(
                "source_name",
                "SOURCE_NAMED_TWICE",
                "the source is an organisation of this registry, or has a name here; not both",
            );
        }
        if item.source_name.is_some() && item.source_class == SourceClass::OwnCase {
            return refuse(
                "source_name",
                "SOURCE_IS_A_PERSON",
                "evidence of the source class `self` comes from a person of the case; nobody is named here",
            );
        }
        Ok(EvidenceRecord {
            id: ids.id(),
            item,
            uploaded_by: context.by,
            verified_by: None,
            file: None,
        })
    }

    /// Checks what a new answer rests on: the items sent with it, which get their ids,
    /// and those it names.
    pub(super) fn accept_evidence(
        &self,
        items: Vec<NewEvidence>,
        named: &[EvidenceId],
        at: &str,
        context: &AnswerContext<'_>,
        ids: &mut IdSource,
    ) -> Result<Vec<EvidenceRecord>, Refusal> {
        let list = if items.len() > EVIDENCE_AT_MOST {
            "evidence"
        } else {
            "evidence_ids"
        };
        if items.len() + named.len() > EVIDENCE_AT_MOST {
            return Err(Refusal::invalid(
                format!("{at}/{list}"),
                "LIST_TOO_LONG",
                format!("at most {EVIDENCE_AT_MOST} items of evidence"),
            ));
        }
        for (i, id) in named.iter().enumerate() {
            let pointer = format!("{at}/evidence_ids/{i}");
            if self.item(*id).is_none() {
                return Err(Refusal::invalid(
                    pointer,
                    "EVIDENCE_UNKNOWN",
                    "there is no such item of evidence here; record it first",
                ));
            }
            if named[..i].contains(id) {
                return Err(Refusal::invalid(
                    pointer,
                    "EVIDENCE_TWICE",
                    "this item of evidence is named twice",
                ));
            }
        }
        items
            .into_iter()
            .enumerate()
            .map(|(i, item)| Self::accept_item(item, &format!("{at}/evidence/{i}"), context, ids))
            .collect()
    }

    /// Checks that `by` may verify these items of evidence.
    pub fn check_verification(&self, items: &[EvidenceId], by: UserId) -> Result<(), Refusal> {
        if items.is_empty() {
            return Err(Refusal::invalid(
                "/evidence",
                "LIST_EMPTY",
                "name at least one item of evidence",
            ));
        }
        if items.len() > VERIFIED_AT_MOST {
            return Err(Refusal::invalid(
                "/evidence",
                "LIST_TOO_LONG",
                format!("verify at most {VERIFIED_AT_MOST} items of evidence together"),
            ));
        }
        for (i, id) in items.iter().enumerate() {
            let Some(item) = self.item(*id) else {
                return Err(Refusal::invalid(
                    format!("/evidence/{i}"),
                    "EVIDENCE_UNKNOWN",
                    "there is no such item of evidence here",
                ));
            };
            let refuse = |code, text: &str| {
                Err(Refusal::Missing(vec![
                    Precondition::new(code, text).at(format!("/evidence/{i}")),
                ]))
            };
            if item.uploaded_by == by {
                return refuse(
                    "SELF_VERIFICATION",
                    "evidence is verified by someone other than whoever recorded it",
                );
            }
            if item.verified_by.is_some() || items[..i].contains(id) {
                return refuse(
                    "ALREADY_VERIFIED",
                    "this item of evidence is verified already",
                );
            }
        }
        Ok(())
    }

    /// Checks that `by` may attach a file to an item: whoever recorded it, once, and
    /// before a second person has seen it. What is verified is what was seen.
    pub fn check_file(&self, id: EvidenceId, by: UserId) -> Result<(), Refusal> {
        let Some(item) = self.item(id) else {
            return Err(Refusal::invalid(
                "",
                "EVIDENCE_UNKNOWN",
                "there is no such item of evidence here",
            ));
        };
        if item.uploaded_by != by {
            return Err(Refusal::missing(
                "NOT_THE_UPLOADER",
                "a file is attached only by whoever recorded the item of evidence",
            ));
        }
        if item.file.is_some() {
            return Err(Refusal::missing(
                "FILE_ATTACHED_ALREADY",
                "this item has its file; record another item for another file",
            ));
        }
        if item.verified_by.is_some() {
            return Err(Refusal::missing(
                "ALREADY_VERIFIED",
                "this item was verified without a file; record another item for the file",
            ));
        }
        Ok(())
    }

    /// Adds an accepted item that stands by itself.
    pub fn record_item(&mut self, item: EvidenceRecord) {
        self.items.push(item);
    }

    /// Marks items of evidence as verified, for every answer that rests on them.
    pub fn verify(&mut self, items: &[EvidenceId], by: UserId) {
        for id in items {
            self.change(*id, |item| item.verified_by = Some(by));
        }
    }

    /// Keeps what the file of an item is.
    pub fn attach(&mut self, id: EvidenceId, file: &FileRecord) {
        self.change(id, |item| item.file = Some(file.clone()));
    }

    /// Changes an item wherever it stands.
    fn change(&mut self, id: EvidenceId, change: impl Fn(&mut EvidenceRecord)) {
        self.items
            .iter_mut()
            .filter(|item| item.id == id)
            .for_each(&change);
        let copies = self
            .answers_mut()
            .iter_mut()
            .flat_map(|one| &mut one.evidence);
        copies.filter(|item| item.id == id).for_each(&change);
    }
}
