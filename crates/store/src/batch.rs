//! Rows that wait to be written together at the end of a transaction.
//!
//! A write job adds its rows here only after the rules accepted it, so a refused
//! job leaves nothing behind and needs no savepoint; the whole batch then goes to
//! the database in a few statements, however many jobs it holds.

use crate::rows::{
    AreaEvidenceFileRow, BlockedAttemptRow, CaseDocumentRow, CaseHeadRow, EvidenceFileRow,
    FindingLostRow, FindingRow, IdempotencyRow, JournalRow, OpenFindingRow, ReturnRow,
};
use crate::sql_types::Key;

/// Rows of one transaction, in the order in which they were made.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Facts.
    pub journal: Vec<JournalRow>,
    /// Files of evidence about cases; each with the fact that names its hash.
    pub files: Vec<EvidenceFileRow>,
    /// The same about places.
    pub area_files: Vec<AreaEvidenceFileRow>,
    /// Answers given to commands.
    pub idempotency: Vec<IdempotencyRow>,
    /// Issued findings.
    pub findings: Vec<FindingRow>,
    /// Recorded returns.
    pub returns: Vec<ReturnRow>,
    /// Findings that no longer hold.
    pub lost: Vec<FindingLostRow>,
    /// Commands that a rule of four eyes or of roles refused.
    pub blocked: Vec<BlockedAttemptRow>,
    /// Cases of whose persons nothing is left.
    pub forgotten: Vec<Forgotten>,
    /// Heads and documents of cases: one each per changed case, the latest.
    pub cases: Vec<CaseRows>,
}

/// What is left of the facts of a case whose persons are forgotten: the only facts that
/// are ever written over (T23).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// The case.
    pub case_id: Key,
    /// The payload that stays, by revision.
    pub payloads: Vec<(i64, Vec<u8>)>,
    /// Findings as they stay in their register.
    pub findings: Vec<(Key, Vec<u8>)>,
}

/// The rows of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRows {
    /// What lists show.
    pub head: CaseHeadRow,
    /// What readers of one case see.
    pub document: CaseDocumentRow,
    /// Its open finding, if it has one.
    pub open: Option<OpenFindingRow>,
    /// The database holds an earlier version, which these rows replace.
    pub replaces: bool,
}

impl Batch {
    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.journal.is_empty()
            && self.idempotency.is_empty()
            && self.cases.is_empty()
            && self.blocked.is_empty()
    }

    /// How many facts wait.
    pub fn facts(&self) -> usize {
        self.journal.len()
    }

    /// Sets the rows of a case; a later version within the batch takes the place
    /// of an earlier one.
    pub fn put_case(&mut self, rows: CaseRows) {
        match self
            .cases
            .iter_mut()
            .find(|known| known.head.case_id == rows.head.case_id)
        {
            Some(known) => {
                let replaces = known.replaces;
                *known = CaseRows { replaces, ..rows };
            }
            None => self.cases.push(rows),
        }
    }

    /// Takes over the rows of one job.
    pub fn merge(&mut self, own: Self) {
        self.journal.extend(own.journal);
        self.files.extend(own.files);
        self.area_files.extend(own.area_files);
        self.idempotency.extend(own.idempotency);
        self.findings.extend(own.findings);
        self.returns.extend(own.returns);
        self.lost.extend(own.lost);
        self.blocked.extend(own.blocked);
        self.forgotten.extend(own.forgotten);
        for rows in own.cases {
            self.put_case(rows);
        }
    }

    /// The facts of one stream that wait in this batch.
    pub fn stream(&self, stream: Key) -> impl Iterator<Item = &JournalRow> {
        self.journal
            .iter()
            .filter(move |row| row.stream_id == stream)
    }

    /// The answer that waits for one command.
    pub fn answer(&self, command: Key) -> Option<&IdempotencyRow> {
        self.idempotency
            .iter()
            .find(|row| row.command_id == command)
    }

    /// The cases whose earlier rows must go first.
    pub fn replaced(&self) -> Vec<Key> {
        self.cases
            .iter()
            .filter(|rows| rows.replaces)
            .map(|rows| rows.head.case_id)
            .collect()
    }
}
