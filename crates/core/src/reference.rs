//! The code lists that the registry ships, each with its edition, sources and
//! licence, as the files under `reference/codes/` have them.
//!
//! Codes are meant for programs and stay; labels are our own short words for
//! people and may be translated and improved. A code that should no longer be
//! used is marked `deprecated`, never removed, because records still hold it.
//!
//! Not here: places (imported by the operator, see [`area`](crate::area)) and the
//! catalogue of indicators ([`conditions`](crate::conditions)).

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::access::Tier;
use crate::conditions::Source;
use crate::wire::coded_enum;

coded_enum! {
    /// A shipped code list. The next one goes here, in `text` below, and into its file.
    ListId, refused as "CODE_LIST_UNKNOWN";
    /// Kinds of restriction on humanitarian access (code list 6.8).
    AccessConstraints = "access-constraints",
    /// Age bands of reports (6.5).
    AgeBands = "age-bands",
    /// Why a case was closed (6.6).
    ClosureReasons = "closure-reasons",
    /// Countries by ISO 3166-1 (6.8).
    Countries = "countries",
    /// Why people had to leave (6.3).
    DisplacementCauses = "displacement-causes",
    /// What became of a document (6.4).
    DocumentStates = "document-states",
    /// Kinds of documents (6.4).
    DocumentTypes = "document-types",
    /// Languages that people of the region speak (6.8).
    Languages = "languages",
    /// Legal and population status (6.2).
    PopulationTypes = "population-types",
    /// Relationship to the focal person (6.5).
    Relationships = "relationships",
    /// How a return came about (lifecycle).
    ReturnNatures = "return-natures",
    /// Scripts by ISO 15924 (6.8).
    Scripts = "scripts",
    /// Specific needs (6.1).
    SpecificNeeds = "specific-needs",
}

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../reference/codes/", $name, ".toml"))
    };
}

impl ListId {
    /// The file as shipped.
    const fn text(self) -> &'static str {
        match self {
            Self::AccessConstraints => file!("access-constraints"),
            Self::AgeBands => file!("age-bands"),
            Self::ClosureReasons => file!("closure-reasons"),
            Self::Countries => file!("countries"),
            Self::DisplacementCauses => file!("displacement-causes"),
            Self::DocumentStates => file!("document-states"),
            Self::DocumentTypes => file!("document-types"),
            Self::Languages => file!("languages"),
            Self::PopulationTypes => file!("population-types"),
            Self::Relationships => file!("relationships"),
            Self::ReturnNatures => file!("return-natures"),
            Self::Scripts => file!("scripts"),
            Self::SpecificNeeds => file!("specific-needs"),
        }
    }

    /// The list itself, read once per program.
    pub fn list(self) -> &'static CodeList {
        static LISTS: LazyLock<Vec<CodeList>> = LazyLock::new(|| {
            #[expect(
                clippy::expect_used,
                reason = "the files are part of the program and a test reads every one"
            )]
            let load = |id: &ListId| CodeList::load(id.text()).expect("a shipped code list");
            ListId::ALL.iter().map(load).collect()
        });
        &LISTS[self as usize]
    }
}

/// A list of codes with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// The name of the list, as in its file name.
    pub id: String,
    /// The edition of the list, a date or a version.
    pub edition: String,
    /// The document each part of the list follows, with its check mark.
    pub sources: Vec<Source>,
    /// Under which terms the list may be passed on.
    pub licence: String,
    /// The entries, in the order in which people should see them.
    pub codes: Vec<Code>,
    #[serde(skip)]
    index: HashMap<String, usize>,
}

/// An entry of a code list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Another code for the same entry, which is accepted when read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
    /// Our own short words by language; `en` is always there.
    pub label: BTreeMap<String, String>,
    /// Only for records that hold it already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// What to use in the place of a deprecated code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_instead: Option<String>,
    /// Not accepted unless a deployment decides otherwise (DP-10).
    #[serde(default, skip_serializing_if = "is_false")]
    pub off_by_default: bool,
    /// The data tier of a record that holds this code, if the code decides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// Why a code list was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CodeListError {
    /// The file is not of the form of a code list.
    #[error("the code list cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// The file contradicts itself or lacks something.
    #[error("the code list `{list}` cannot be used: {text}")]
    Content {
        /// The name of the list.
        list: String,
        /// What is wrong.
        text: String,
    },
}

impl CodeList {
    /// Reads a list in the form of the files under `reference/codes/`.
    pub fn load(text: &str) -> Result<Self, CodeListError> {
        let mut list: Self = toml::from_str(text)?;
        let wrong = |list: &Self, text: String| {
            Err(CodeListError::Content {
                list: list.id.clone(),
                text,
            })
        };
        if list.sources.is_empty() || list.codes.is_empty() {
            return wrong(&list, "it needs a source and at least one code".to_owned());
        }
        let mut index = HashMap::new();
        for (at, entry) in list.codes.iter().enumerate() {
            for code in std::iter::once(&entry.code).chain(&entry.also) {
                if index.insert(code.clone(), at).is_some() {
                    return wrong(&list, format!("the code `{code}` stands twice"));
                }
            }
            if !entry.label.contains_key("en") {
                return wrong(
                    &list,
                    format!("the code `{}` has no English label", entry.code),
                );
            }
        }
        for entry in &list.codes {
            let known = entry
                .use_instead
                .as_ref()
                .is_none_or(|code| index.contains_key(code));
            if !known {
                return wrong(
                    &list,
                    format!("what to use instead of `{}` is no code", entry.code),
                );
            }
        }
        list.index = index;
        Ok(list)
    }

    /// The entry with this code.
    pub fn find(&self, code: &str) -> Option<&Code> {
        self.index.get(code).and_then(|at| self.codes.get(*at))
    }
}

impl Code {
    /// The label in `language`, or in English.
    pub fn label(&self, language: &str) -> &str {
        let label = self.label.get(language).or_else(|| self.label.get("en"));
        label.map_or(self.code.as_str(), String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::Mark;

    fn codes(id: ListId) -> Vec<&'static str> {
        id.list()
            .codes
            .iter()
            .map(|entry| entry.code.as_str())
            .collect()
    }

    #[test]
    fn every_shipped_list_loads_under_its_own_name() {
        for id in ListId::ALL {
            let list = CodeList::load(id.text()).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(list.id, id.code());
            assert_eq!(*id.list(), list);
        }
    }

    #[test]
    fn the_lists_that_are_enums_agree_with_them() {
        use crate::person::{Cause, DocumentKind, DocumentState, PopulationType, Relationship};
        fn of<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().copied().map(code).collect()
        }
        for (id, of_enum) in [
            (ListId::DisplacementCauses, of(Cause::ALL, Cause::code)),
            (
                ListId::DocumentTypes,
                of(DocumentKind::ALL, DocumentKind::code),
            ),
            (
                ListId::DocumentStates,
                of(DocumentState::ALL, DocumentState::code),
            ),
            (
                ListId::PopulationTypes,
                of(PopulationType::ALL, PopulationType::code),
            ),
            (
                ListId::Relationships,
                of(Relationship::ALL, Relationship::code),
            ),
        ] {
            assert_eq!(codes(id), of_enum, "{id}");
        }
    }

    #[test]
    fn codes_that_imply_accusation_or_affiliation_are_off_by_default() {
        // DP-10 names these seven; code list 6.1 marks no other.
        let off: Vec<_> = ListId::SpecificNeeds
            .list()
            .codes
            .iter()
            .filter(|entry| entry.off_by_default)
            .map(|entry| (entry.code.as_str(), entry.tier))
            .collect();
        let expected = [
            "CR-AF", "CR-CL", "LP-MM", "LP-AP", "LP-CR", "LP-ST", "LP-AF",
        ];
        assert_eq!(off, expected.map(|code| (code, Some(Tier::C))));
    }

    #[test]
    fn torture_violence_illness_and_hiding_are_protection_sensitive() {
        for entry in &ListId::SpecificNeeds.list().codes {
            let code = entry.code.as_str();
            let by_group = ["TR-", "SV-", "SM-"]
                .iter()
                .any(|group| code.starts_with(group));
            let by_code = ["LP-RR", "LP-RP", "LP-IH", "LP-WP"].contains(&code);
            let expected = by_group || by_code || entry.off_by_default;
            assert_eq!(entry.tier == Some(Tier::C), expected, "{code}");
        }
    }

    #[test]
    fn the_disability_codes_of_2009_are_deprecated_and_name_what_replaces_them() {
        for entry in &ListId::SpecificNeeds.list().codes {
            assert_eq!(
                entry.deprecated,
                entry.code.starts_with("DS-"),
                "{}",
                entry.code
            );
            if let Some(code) = &entry.use_instead {
                assert!(code.starts_with("WG-"), "{code}");
            }
        }
    }

    #[test]
    fn a_country_is_found_by_two_or_three_letters() {
        let countries = ListId::Countries.list();
        assert_eq!(countries.codes.len(), 249 + 1);
        assert_eq!(countries.find("SY"), countries.find("SYR"));
        assert_eq!(countries.find("XZ").unwrap().code, "XXZ");
        assert!(countries.codes.iter().all(|entry| entry.code.len() == 3));
    }

    #[test]
    fn a_military_booklet_is_no_document_to_collect() {
        assert!(
            !codes(ListId::DocumentTypes)
                .iter()
                .any(|code| code.contains("military"))
        );
    }

    #[test]
    fn labels_fall_back_to_english() {
        let self_ = ListId::Relationships.list().find("self").unwrap();
        assert_eq!(self_.label("xx"), self_.label("en"));
        assert_ne!(self_.label("ar"), self_.label("en"));
    }

    #[test]
    fn a_list_that_contradicts_itself_is_refused() {
        let head = "id='l'\nedition='1'\nlicence='free'\nsources=[{text='t',mark='–'}]\n";
        let load = |codes: &str| CodeList::load(&format!("{head}codes=[{codes}]"));
        assert_eq!(
            load("{code='a',label={en='A'}}").unwrap().sources[0].mark,
            Mark::ProductRule
        );
        for wrong in [
            "",
            "{code='a',label={ar='أ'}}",
            "{code='a',label={en='A'}},{code='a',label={en='B'}}",
            "{code='a',label={en='A'}},{code='b',also='a',label={en='B'}}",
            "{code='a',label={en='A'},use_instead='z'}",
            "{code='a',label={en='A'},colour='red'}",
        ] {
            assert!(load(wrong).is_err(), "{wrong}");
        }
    }
}
