//! How a catalogue is written (TOML), and what a catalogue file may not say.
//!
//! Strict on purpose: a misspelt field in this file would quietly change what a
//! safe return is. Unknown fields, unknown codes and doubled ids are refused.
//!
//! Not here: the use of a catalogue (`catalogue`).

use super::{Catalogue, CatalogueError, Numbers, sha256_hex};
use crate::conditions::answer::NaReason;
use crate::conditions::condition::Condition;
use crate::conditions::event::{EventKind, HappensIn, Reach};
use crate::conditions::evidence::{EvidenceKind, EvidenceKinds};
use crate::conditions::indicator::{
    AppliesTo, Indicator, Level, NaRule, Place, Scale, Source, Texts,
};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    edition: String,
    numbers: Numbers,
    evidence_kind: Vec<EvidenceKindText>,
    event_kind: Vec<EventKindText>,
    indicator: Vec<IndicatorText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceKindText {
    code: String,
    label: Texts,
    #[serde(default)]
    note: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventKindText {
    code: String,
    label: Texts,
    happens_in: HappensIn,
    #[serde(default)]
    whole_unit: bool,
    subject: Reach,
    voids: Vec<String>,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one yes/no column of the published table"
)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorText {
    id: String,
    question: Texts,
    level: Level,
    #[serde(default = "destination")]
    place: Place,
    applies_to: AppliesTo,
    mandatory: bool,
    validity_days: u16,
    evidence: Vec<String>,
    independent: bool,
    no_prevails: bool,
    scale: Option<Scale>,
    #[serde(default)]
    consent_recorder: bool,
    not_applicable: Option<NaText>,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NaText {
    reason: NaReason,
    evidence: Vec<String>,
}

const fn destination() -> Place {
    Place::Destination
}

/// Reads and checks a catalogue, whatever its id.
pub(super) fn read(text: &str) -> Result<Catalogue, CatalogueError> {
    let file: File = toml::from_str(text).map_err(|e| CatalogueError::Form(e.to_string()))?;
    require(
        !file.id.is_empty() && !file.edition.is_empty(),
        "head",
        "id and edition are needed",
    )?;
    check_numbers(&file.numbers)?;
    let mut catalogue = Catalogue {
        id: file.id,
        edition: file.edition,
        sha256: sha256_hex(text),
        numbers: file.numbers,
        indicators: Vec::new(),
        evidence_kinds: evidence_kinds(file.evidence_kind)?,
        event_kinds: Vec::new(),
    };
    let mut ids = BTreeSet::new();
    for indicator in file.indicator {
        unique(&mut ids, &indicator.id)?;
        let indicator = self::indicator(indicator, &catalogue)?;
        catalogue.indicators.push(indicator);
    }
    require(
        !catalogue.indicators.is_empty() && catalogue.indicators.len() < usize::from(u16::MAX),
        "indicator",
        "a catalogue holds at least one indicator and fewer than 65535",
    )?;
    let mut codes = BTreeSet::new();
    for kind in file.event_kind {
        unique(&mut codes, &kind.code)?;
        let kind = event_kind(kind, &catalogue)?;
        catalogue.event_kinds.push(kind);
    }
    Ok(catalogue)
}

fn check_numbers(numbers: &Numbers) -> Result<(), CatalogueError> {
    let ages = 0 <= numbers.school_age_from && numbers.school_age_from <= numbers.school_age_to;
    require(
        ages,
        "numbers",
        "school age must run from a younger to an older age",
    )?;
    require(
        numbers.adult_age > 0,
        "numbers",
        "the adult age must be above zero",
    )?;
    require(
        numbers.finding_max_days > 0,
        "numbers",
        "a finding must live at least one day",
    )
}

fn evidence_kinds(texts: Vec<EvidenceKindText>) -> Result<Vec<EvidenceKind>, CatalogueError> {
    let max = EvidenceKinds::MAX;
    require(
        texts.len() <= max,
        "evidence_kind",
        &format!("a catalogue holds at most {max} kinds of evidence"),
    )?;
    let mut codes = BTreeSet::new();
    texts
        .into_iter()
        .map(|EvidenceKindText { code, label, note }| {
            unique(&mut codes, &code)?;
            require_english(&label, &code)?;
            Ok(EvidenceKind { code, label, note })
        })
        .collect()
}

fn event_kind(text: EventKindText, catalogue: &Catalogue) -> Result<EventKind, CatalogueError> {
    let EventKindText {
        code,
        label,
        happens_in,
        whole_unit,
        subject: reach,
        voids,
    } = text;
    require_english(&label, &code)?;
    let voids = voids
        .iter()
        .map(|voided| {
            catalogue
                .find_voids(voided)
                .ok_or_else(|| refuse(&code, &format!("`{voided}` is no indicator or condition")))
        })
        .collect::<Result<_, _>>()?;
    Ok(EventKind {
        code,
        label,
        happens_in,
        whole_unit,
        reach,
        voids,
    })
}

fn indicator(text: IndicatorText, catalogue: &Catalogue) -> Result<Indicator, CatalogueError> {
    let IndicatorText {
        id,
        question,
        level,
        place,
        applies_to,
        ..
    } = text;
    let condition = condition_of(&id).ok_or_else(|| {
        refuse(
            &id,
            "an id is the code of a condition, a hyphen and two digits, such as VOL-01",
        )
    })?;
    require_english(&question, &id)?;
    require(
        level == Level::Person || !applies_to.is_about_one_person(),
        &id,
        "`applies_to` asks about one person, so the level must be `person`",
    )?;
    require(
        matches!(level, Level::Area | Level::Region) || place == Place::Destination,
        &id,
        "`place` is for questions about a place",
    )?;
    require(
        !text.mandatory || text.scale.is_none(),
        &id,
        "a scale is advisory, never mandatory",
    )?;
    require(
        text.validity_days > 0,
        &id,
        "an answer must hold at least one day",
    )?;
    require(
        !text.sources.is_empty(),
        &id,
        "a source is needed, were it a product rule (–)",
    )?;
    let evidence = kinds(&text.evidence, &id, catalogue)?;
    let not_applicable = text
        .not_applicable
        .map(|na| {
            Ok(NaRule {
                reason: na.reason,
                evidence: kinds(&na.evidence, &id, catalogue)?,
            })
        })
        .transpose()?;
    Ok(Indicator {
        id,
        condition,
        level,
        place,
        applies_to,
        mandatory: text.mandatory,
        validity_days: text.validity_days,
        evidence,
        independent: text.independent,
        no_prevails: text.no_prevails,
        scale: text.scale,
        consent_recorder: text.consent_recorder,
        not_applicable,
        question,
        sources: text.sources,
    })
}

fn condition_of(id: &str) -> Option<Condition> {
    let (condition, number) = id.split_once('-')?;
    let two_digits = number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
    Condition::from_code(condition).filter(|_| two_digits)
}

fn kinds(
    codes: &[String],
    id: &str,
    catalogue: &Catalogue,
) -> Result<EvidenceKinds, CatalogueError> {
    require(
        !codes.is_empty(),
        id,
        "at least one kind of evidence must be accepted",
    )?;
    let mut kinds = EvidenceKinds::default();
    for code in codes {
        kinds.insert(
            catalogue
                .find_evidence_kind(code)
                .ok_or_else(|| refuse(id, &format!("`{code}` is no kind of evidence")))?,
        );
    }
    Ok(kinds)
}

fn unique(seen: &mut BTreeSet<String>, code: &str) -> Result<(), CatalogueError> {
    require(seen.insert(code.to_owned()), code, "is there twice")
}

fn require_english(texts: &Texts, place: &str) -> Result<(), CatalogueError> {
    require(
        texts.contains_key("en"),
        place,
        "the English text (`en`) is needed",
    )
}

fn require(holds: bool, place: &str, text: &str) -> Result<(), CatalogueError> {
    if holds {
        Ok(())
    } else {
        Err(refuse(place, text))
    }
}

fn refuse(place: &str, text: &str) -> CatalogueError {
    CatalogueError::Content {
        place: place.to_owned(),
        text: text.to_owned(),
    }
}
