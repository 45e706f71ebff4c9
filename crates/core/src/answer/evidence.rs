//! What an answer rests on: kind, where it comes from, who saw it.
//!
//! Not here: which kinds an indicator accepts (the catalogue), whether an item counts
//! as independent (`independence`), what may be done with items (`items`).

use super::file::FileRecord;
use crate::bounded_text;
use crate::ids::{EvidenceId, OrganisationId, UserId};
use crate::language::LanguageTag;
use crate::person::PersonName;
use crate::privacy::free_text::words_of;
use crate::value::ValueError;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

bounded_text! {
    /// Who was in the room during an interview, by function, not by name.
    PersonsPresent, 200
}

bounded_text! {
    /// Where the item can be found: a file reference or a publication, not its text.
    EvidenceReference, 200
}

bounded_text! {
    /// The name of a source that is no organisation of this registry: a publisher, a
    /// court, a United Nations body, a newspaper. Never a person: it is shown with facts
    /// that name nobody.
    SourceName, 120, also: names_somebody
}

/// What people type where a form wants something and they have nothing.
const NOBODY: [&str; 9] = [
    "unknown",
    "not known",
    "none",
    "other",
    "anonymous",
    "source",
    "independent",
    "n a",
    "مجهول",
];

/// Refuses a name that names nobody.
fn names_somebody(text: &str) -> Result<(), ValueError> {
    let words = words_of(text).join(" ");
    let letters = text.chars().filter(|one| one.is_alphabetic()).count();
    if letters < 3 || NOBODY.contains(&words.as_str()) {
        return Err(ValueError::new(
            "SOURCE_NAMES_NOBODY",
            "name the publisher, court or organisation it comes from, so that somebody can ask there",
        ));
    }
    Ok(())
}

impl SourceName {
    /// Whether a person's name stands in it, however it is written.
    pub fn holds(&self, person: &PersonName) -> bool {
        let (own, theirs) = (words_of(&self.0), words_of(&person.full()));
        let said = theirs.iter().filter(|word| own.contains(word)).count();
        said > 1 || own == theirs
    }

    /// Whether this is the name, however it is written: in capitals, with hyphens, with
    /// vowel signs.
    pub fn is(&self, name: &str) -> bool {
        let words = words_of(name);
        !words.is_empty() && words == words_of(&self.0)
    }
}

/// Where evidence comes from. *Independent* is neither the authority in control of
/// either place, nor the body that organises or is paid for the return, nor the
/// case's own caseworker (return conditions §1.10 –).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceClass {
    /// The person concerned, or the case's own caseworker.
    #[serde(rename = "self")]
    OwnCase,
    /// The organisation that runs the return or is paid for it.
    ReturningOrganisation,
    /// The authority in control of the place of displacement or of return.
    AuthorityInControl,
    /// None of these.
    Independent,
}

/// Evidence as a caller sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEvidence {
    /// Kind, by its three-letter code in the catalogue (`INT`, `VRF`, `MAC`, …).
    #[cfg_attr(feature = "openapi", schema(example = "INT"))]
    pub kind: String,
    /// Where it comes from. Whether it counts as independent follows from this and from
    /// who runs the return.
    pub source_class: SourceClass,
    /// The organisation of this registry that it comes from. Where that organisation runs
    /// the return, the item does not count as independent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_organisation: Option<OrganisationId>,
    /// The name of a source that is no organisation of this registry; never a person.
    /// An item of source class `independent` whose source is named neither way does not
    /// count as independent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Supreme Court, official gazette")
    )]
    pub source_name: Option<SourceName>,
    /// Whether it is independent, in the words of whoever records it. `true` is refused
    /// for any source class but `independent`; `false` is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub independent: Option<bool>,
    /// The day of the interview, visit or document.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub dated: Date,
    /// Language of the interview or document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    /// Who was in the room; required for a confidential interview note (`INT`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons_present: Option<PersonsPresent>,
    /// Where the item can be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<EvidenceReference>,
}

/// Evidence as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// Its id.
    pub id: EvidenceId,
    /// What was sent.
    pub item: NewEvidence,
    /// Who recorded it.
    pub uploaded_by: UserId,
    /// Who verified it; never the one who recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<UserId>,
    /// Its file, where the deployment keeps files and one was attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRecord>,
}
