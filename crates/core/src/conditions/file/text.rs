//! A report for people: the finding first, then the conditions by name, then
//! what is missing and who says that it matters.
//!
//! Not here: the report itself (`report`).

use super::report::{AssessmentReport, Citation, ReasonEntry, Report};
use crate::conditions::assessment::{SelfAssessment, WarningKind};
use crate::conditions::effective::Standing;
use crate::conditions::facts::AccessProfile;
use crate::conditions::outcome::{Finding, Outcome};
use std::fmt::{self, Display, Formatter};

/// A report as plain text.
pub fn explain_text(report: &Report) -> String {
    match report {
        Report::Assessed(report) => Explained(report).to_string(),
        Report::Breach { error } => format!("No finding: {SelfAssessment} ({error}).\n"),
    }
}

struct Explained<'a>(&'a AssessmentReport);

impl Display for Explained<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let report = self.0;
        let finding = match report.finding {
            Finding::Compliant => "COMPLIANT: every condition of the standard is met.",
            Finding::Undetermined => {
                "UNDETERMINED: nothing is known to fail, but not everything is known."
            }
            Finding::NotCompliant => "NOT COMPLIANT: at least one condition is not met.",
        };
        writeln!(f, "{finding}\n")?;
        self.conditions(f)?;
        if !report.reasons.is_empty() {
            writeln!(f, "\nWhat stands in the way:")?;
            for reason in &report.reasons {
                self.reason(f, reason)?;
            }
        }
        if !report.warnings.is_empty() {
            writeln!(f, "\nWarnings, which change no outcome:")?;
            for warning in &report.warnings {
                self.reason(f, &warning.reason)?;
                if warning.kind == WarningKind::AnswerInWriting {
                    writeln!(f, "      The supervisor must answer this in writing.")?;
                }
            }
        }
        let profile = match report.profile {
            AccessProfile::Standard => "standard: the place of return, its admin-3 unit, the route",
            AccessProfile::Strict => "strict: every admin-3 unit of the governorate",
        };
        writeln!(
            f,
            "\nAssessed for {}; holds until {} at the latest.",
            report.on, report.expires_on
        )?;
        writeln!(f, "Access profile {profile}.")?;
        let catalogue = &report.catalogue;
        writeln!(
            f,
            "Catalogue {} edition {}.",
            catalogue.id, catalogue.edition
        )?;
        let marks =
            "✔ read in the source, ◐ seen quoted, ○ still to be confirmed, – a product rule";
        if report.citations.is_empty() {
            Ok(())
        } else {
            writeln!(f, "Marks of sources: {marks}.")
        }
    }
}

impl Explained<'_> {
    fn conditions(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let named = &self.0.named_conditions;
        let lines = [
            ("safe", named.safe.outcome),
            ("  physically", named.safe.physical),
            ("  legally", named.safe.legal),
            ("  materially", named.safe.material),
            ("voluntary", named.voluntary),
            ("dignified", named.dignified),
            ("freedom of movement", named.freedom_of_movement),
            ("humanitarian access", named.humanitarian_access),
            ("no demographic engineering", named.demographic_integrity),
        ];
        for (name, outcome) in lines {
            let outcome = match outcome {
                Outcome::Met => "met",
                Outcome::Undetermined => "undetermined",
                Outcome::NotMet => "NOT MET",
            };
            writeln!(f, "  {name:<28}{outcome}")?;
        }
        Ok(())
    }

    fn reason(&self, f: &mut Formatter<'_>, entry: &ReasonEntry) -> fmt::Result {
        let ReasonEntry {
            indicator,
            subject,
            value,
            reason,
        } = entry;
        let answer = if *value == Standing::No {
            "no"
        } else {
            "not known"
        };
        writeln!(
            f,
            "  {indicator} ({subject}): {answer} – {} ({reason})",
            reason.label()
        )?;
        if let Some(Citation { question, sources }) = self.0.citations.get(indicator) {
            let sources: Vec<_> = sources.iter().map(ToString::to_string).collect();
            writeln!(f, "      {question}\n      {}", sources.join("; "))?;
        }
        Ok(())
    }
}
