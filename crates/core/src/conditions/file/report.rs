//! The result of assessing a facts file, as JSON.
//!
//! `finding`, `conditions` and `reasons` (or `error` alone) are what the format
//! promises; the other keys stand beside them.
//!
//! Not here: the same for people (`text`).

use super::write::subject_name;
use super::{FactsError, FactsFile};
use crate::conditions::answer::Subject;
use crate::conditions::assessment::{self, Assessment, SelfAssessment, WarningKind};
use crate::conditions::catalogue::Catalogue;
use crate::conditions::condition::{Condition, NamedConditions};
use crate::conditions::effective::{ReasonCode, Standing};
use crate::conditions::facts::AccessProfile;
use crate::conditions::indicator::Source;
use crate::conditions::outcome::{Finding, Outcome};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The result of an assessment, or the four-eyes breach that forbids one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// The case was assessed.
    Assessed(Box<AssessmentReport>),
    /// `{"error": "SELF_ASSESSMENT"}` and nothing else.
    Breach {
        /// The code of the breach.
        error: &'static str,
    },
}

/// An assessment with codes, questions and citations instead of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssessmentReport {
    /// The finding.
    pub finding: Finding,
    /// The eight outcomes by code.
    pub conditions: BTreeMap<Condition, Outcome>,
    /// Why not every condition is met.
    pub reasons: Vec<ReasonEntry>,
    /// The outcomes under the statement's own words.
    pub named_conditions: NamedConditions,
    /// Advisory indicators that are not a yes.
    pub warnings: Vec<WarningEntry>,
    /// The last day on which the finding may be relied on.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub expires_on: Date,
    /// The day of evaluation.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
    /// How access to the region was read.
    pub profile: AccessProfile,
    /// The catalogue that was applied.
    pub catalogue: CatalogueEntry,
    /// Question and sources of every indicator named above, by its code.
    pub citations: BTreeMap<String, Citation>,
}

/// Why a condition is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonEntry {
    /// Code of the indicator.
    pub indicator: String,
    /// A member's id, `household` or `area`.
    pub subject: String,
    /// *No* or *unknown*.
    pub value: Standing,
    /// Why it is not yes.
    pub reason: ReasonCode,
}

/// An advisory indicator that is not a yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WarningEntry {
    /// Which one, about whom, and why.
    #[serde(flatten)]
    pub reason: ReasonEntry,
    /// What is to be done about it.
    pub kind: WarningKind,
}

/// Which catalogue was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueEntry {
    /// Its id.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// SHA-256 of its file.
    pub sha256: String,
}

/// The question of an indicator and where the standard says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citation {
    /// The question, in English.
    pub question: String,
    /// Sources, each with its check mark.
    pub sources: Vec<Source>,
}

impl Report {
    /// Assesses a facts file.
    pub fn of_file(file: &FactsFile, catalogue: &Catalogue) -> Result<Self, FactsError> {
        let facts = file.to_facts(catalogue)?;
        Ok(Self::new(
            &assessment::assess(catalogue, &facts),
            catalogue,
            |subject| match subject {
                Subject::Member(number) => usize::try_from(number)
                    .ok()
                    .and_then(|number| file.members.get(number))
                    .map_or_else(String::new, |member| member.id.clone()),
                other => subject_name(other),
            },
        ))
    }

    /// Reports what an assessment gave. `name_of` names its subjects: by the ids
    /// of a file, or whatever the reader of the report knows them by.
    pub fn new(
        result: &Result<Assessment, SelfAssessment>,
        catalogue: &Catalogue,
        name_of: impl Fn(Subject) -> String,
    ) -> Self {
        match result {
            Ok(assessment) => Self::Assessed(Box::new(AssessmentReport::new(
                assessment, catalogue, name_of,
            ))),
            Err(SelfAssessment) => Self::Breach {
                error: SelfAssessment::CODE,
            },
        }
    }
}

impl AssessmentReport {
    /// The same without which person of the household each reason is about.
    #[must_use]
    pub fn without_persons(&self) -> Self {
        let mut report = self.clone();
        let of_warnings = report
            .warnings
            .iter_mut()
            .map(|warning| &mut warning.reason);
        for entry in report.reasons.iter_mut().chain(of_warnings) {
            if !matches!(entry.subject.as_str(), "household" | "area") {
                "person".clone_into(&mut entry.subject);
            }
        }
        report
    }

    /// The report of an assessment made with `catalogue`.
    pub fn new(
        assessment: &Assessment,
        catalogue: &Catalogue,
        name_of: impl Fn(Subject) -> String,
    ) -> Self {
        let entry = |reason: &assessment::Reason| ReasonEntry {
            indicator: catalogue.code(reason.indicator).to_owned(),
            subject: name_of(reason.subject),
            value: reason.value,
            reason: reason.reason,
        };
        let advisory = assessment.warnings.iter().map(|warning| &warning.reason);
        let citations = assessment
            .reasons
            .iter()
            .chain(advisory)
            .filter_map(|reason| catalogue.get(reason.indicator))
            .map(|indicator| {
                let question = indicator.question("en").to_owned();
                (
                    indicator.id.clone(),
                    Citation {
                        question,
                        sources: indicator.sources.clone(),
                    },
                )
            })
            .collect();
        let conditions = Condition::ALL
            .iter()
            .copied()
            .zip(assessment.conditions)
            .collect();
        Self {
            finding: assessment.finding,
            conditions,
            reasons: assessment.reasons.iter().map(entry).collect(),
            named_conditions: assessment.named(),
            warnings: assessment
                .warnings
                .iter()
                .map(|warning| WarningEntry {
                    reason: entry(&warning.reason),
                    kind: warning.kind,
                })
                .collect(),
            expires_on: assessment.expires_on,
            on: assessment.on,
            profile: assessment.profile,
            catalogue: CatalogueEntry {
                id: catalogue.id().to_owned(),
                edition: catalogue.edition().to_owned(),
                sha256: catalogue.sha256().to_owned(),
            },
            citations,
        }
    }
}
