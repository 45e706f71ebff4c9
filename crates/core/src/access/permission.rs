//! The things a user can be allowed to do, each named once.
//!
//! Not here: who may do them (`reference/roles.toml`), nor the preconditions of
//! a step in the life of a case (see `case::decide`).
//!
//! A new permission is one line in the list below and one word in the policy file.

use serde::{Deserialize, Serialize};

/// What a permission is about, and so which [`Resource`](super::Resource) it is
/// asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One case.
    Case,
    /// One place and what is recorded about it.
    Area,
    /// The registry as a whole.
    Registry,
}

/// Whether a permission leaves a trace in what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Shows what is recorded.
    Read,
    /// Adds to what is recorded.
    Write,
}

// `$word` is a `tt`: as a `literal` it reaches utoipa wrapped, which then shows
// the name of the variant instead.
macro_rules! permissions {
    ($($variant:ident = $word:tt, $subject:ident, $effect:ident, $text:literal;)+) => {
        /// One thing a user can be allowed to do.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Permission {
            $(
                #[doc = $text]
                #[serde(rename = $word)]
                $variant,
            )+
        }

        impl Permission {
            /// Every permission, in the order in which tables show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in the policy file and over HTTP.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What it allows, for people.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What it is about.
            pub const fn subject(self) -> Subject {
                match self { $(Self::$variant => Subject::$subject,)+ }
            }

            /// Whether it reads or writes.
            pub const fn effect(self) -> Effect {
                match self { $(Self::$variant => Effect::$effect,)+ }
            }
        }
    };
}

// T1 to T23 are the transitions of the life of a case (see `case::lifecycle`).
permissions! {
    CasesCreate = "cases.create", Case, Write, "register a case (T1)";
    CasesRead = "cases.read", Case, Read, "read cases: one, or a list";
    CasesCompose = "cases.compose", Case, Write, "record who joins or leaves, person records and contact points";
    CasesDisplacement = "cases.displacement", Case, Write, "record an episode of displacement";
    CasesDestination = "cases.destination", Case, Write, "record the intended destination";
    CasesTransition = "cases.transition", Case, Write, "move a case up to recorded consent (T2, T3, T4)";
    CasesBeginAssessment = "cases.begin_assessment", Case, Write, "begin the assessment (T5)";
    CasesAnswer = "cases.answer", Case, Write, "answer an indicator about a case, with evidence";
    CasesRetractAnswer = "cases.retract_answer", Case, Write, "retract one's own answer";
    CasesReturnOrganisers = "cases.return_organisers", Case, Write, "name who organises the return or is paid for it";
    ConflictsDeclare = "conflicts.declare", Case, Write, "declare a conflict of interest of one's own";
    ConflictsDeclareForOthers = "conflicts.declare_for_others", Case, Write, "declare a conflict of interest of somebody else";
    ConflictsEnd = "conflicts.end", Case, Write, "end a conflict of interest that was declared by mistake";
    EvidenceVerify = "evidence.verify", Case, Write, "verify evidence that someone else uploaded";
    AnswersConfirm = "answers.confirm", Case, Write, "confirm an answer as the second officer";
    AnswersAdjudicate = "answers.adjudicate", Case, Write, "adjudicate answers that contradict each other";
    AssessmentsRead = "assessments.read", Case, Read, "read the computed assessment of a case";
    FindingsIssue = "findings.issue", Case, Write, "issue a finding (T6)";
    FindingsRead = "findings.read", Case, Read, "read findings";
    CasesApprove = "cases.approve", Case, Write, "approve a facilitated return on a compliant finding (T7)";
    DeparturesRecord = "departures.record", Case, Write, "record the departure and the arrival of an approved return (T8, T9)";
    ConsentsWithdraw = "consents.withdraw", Case, Write, "record that somebody withdrew consent to return, or that a case goes back (T12)";
    CasesHold = "cases.hold", Case, Write, "put a case on hold and let it go on (T13)";
    CasesClose = "cases.close", Case, Write, "close a case and open it again (T21, T22)";
    ReturnsRecord = "returns.record", Case, Write, "record a return as a fact, compliant or not";
    ConsentsRecord = "consents.record", Case, Write, "record what a person agrees to: return, data processing, sharing";
    BestInterestsRecord = "best_interests.record", Case, Write, "record assessments and panel determinations of a child's best interests";
    IncidentsRecord = "incidents.record", Case, Write, "report a protection incident";
    IncidentsFollow = "incidents.follow", Case, Write, "confirm a protection incident and record what was done (T11)";
    MonitoringRecord = "monitoring.record", Case, Write, "record a round of monitoring (T15)";
    SolutionsRecord = "solutions.record", Case, Write, "record another solution than return, and propose that a solution is achieved (T16, T19)";
    SolutionsConfirm = "solutions.confirm", Case, Write, "confirm that a solution is achieved (T16)";
    LegalHoldsKeep = "legal_holds.keep", Case, Write, "place a legal hold on the data of a case and lift it";
    AnonymisationsPropose = "anonymisations.propose", Case, Write, "propose that the data of a case whose time is over is destroyed (T23)";
    AnonymisationsConfirm = "anonymisations.confirm", Case, Write, "confirm that it is destroyed (T23)";
    FactsExport = "facts.export", Case, Read, "export the facts from which an assessment is recomputed";
    ReportsRead = "reports.read", Case, Read, "read reports over many cases";
    AreasRead = "areas.read", Area, Read, "read what is recorded about an area";
    AreasAnswer = "areas.answer", Area, Write, "answer an indicator about an area, with evidence";
    AreasEvent = "areas.event", Area, Write, "record an event in an area";
    AreasVerify = "areas.verify", Area, Write, "verify evidence about an area";
    PlacesRead = "places.read", Registry, Read, "read the tables of places";
    PlacesImport = "places.import", Registry, Write, "import a table of places";
    CatalogueRead = "catalogue.read", Registry, Read, "read the catalogue of indicators and the code lists";
    AccountsRead = "accounts.read", Registry, Read, "read accounts and their roles";
    AccountsManage = "accounts.manage", Registry, Write, "create accounts with their roles, disable and enable them";
    MeRead = "me.read", Registry, Read, "read one's own account";
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_reads_and_writes_the_same_word_everywhere() {
        for &permission in Permission::ALL {
            let json = serde_json::to_string(&permission).unwrap();
            assert_eq!(json, format!("\"{permission}\""));
            assert_eq!(
                serde_json::from_str::<Permission>(&json).unwrap(),
                permission
            );
        }
    }

    #[cfg(feature = "openapi")]
    #[test]
    fn the_schema_has_the_words_that_are_written() {
        use utoipa::PartialSchema as _;
        let schema = serde_json::to_value(Permission::schema()).unwrap();
        assert_eq!(
            schema["enum"],
            serde_json::to_value(Permission::ALL).unwrap()
        );
    }

    #[test]
    fn a_permission_named_read_reads_and_one_named_for_an_act_writes() {
        let reading = |word: &str| {
            word == "facts.export" || word.split_once('.').is_some_and(|(_, act)| act == "read")
        };
        for permission in Permission::ALL {
            assert_eq!(
                permission.effect() == Effect::Read,
                reading(permission.as_str()),
                "{permission}"
            );
        }
    }
}
