//! The document of a case as it is stored: its JSON in parts by data tier, so that
//! a closed tier is left out by not copying it, and nothing is read again.
//!
//! Each part is one byte for its tier (`-` for what every reader of the case sees),
//! its length in four bytes (big endian), and its text. The open parts in their
//! order, and a list of the closed tiers, are the document.
//!
//! Not here: what the document holds (`document`), who sees which tier (`access`).

use super::document::CaseDocument;
use super::flag::LostFlag;
use super::summary::CaseSummary;
use crate::access::{Tier, Tiers};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Why a document cannot be taken apart or put together.
#[derive(Debug, thiserror::Error)]
pub enum PartsError {
    /// It cannot be written as JSON, or its JSON cannot be read.
    #[error("the document of a case is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The stored bytes are not what [`take_apart`] made.
    #[error("the stored document of a case is damaged")]
    Damaged,
}

/// Where the parts of closed tiers stand in the text of a document.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    members: Vec<MemberOutline<'a>>,
    #[serde(borrow, default)]
    contact_points: Option<&'a RawValue>,
    #[serde(borrow, default)]
    findings: Option<&'a RawValue>,
    #[serde(borrow, default)]
    returns: Option<&'a RawValue>,
    #[serde(borrow, default)]
    withdrawals: Option<&'a RawValue>,
    #[serde(borrow, default)]
    approval: Option<&'a RawValue>,
    #[serde(borrow, default)]
    departure: Option<&'a RawValue>,
    #[serde(borrow, default)]
    consents: Option<&'a RawValue>,
    #[serde(borrow, default)]
    may_be_shared: Option<&'a RawValue>,
    #[serde(borrow, default)]
    chosen_solution: Option<&'a RawValue>,
    #[serde(borrow, default)]
    achieved_solutions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    monitoring: Option<&'a RawValue>,
    #[serde(borrow, default)]
    best_interests: Option<&'a RawValue>,
    #[serde(borrow, default)]
    incidents: Option<&'a RawValue>,
    #[serde(borrow)]
    withheld: &'a RawValue,
}

/// The same for a summary.
#[derive(Deserialize)]
struct SummaryOutline<'a> {
    #[serde(borrow, default)]
    finding: Option<&'a RawValue>,
    #[serde(borrow, default)]
    returned_on: Option<&'a RawValue>,
    #[serde(borrow)]
    withheld: &'a RawValue,
}

#[derive(Deserialize)]
struct MemberOutline<'a> {
    #[serde(borrow, default)]
    identity: Option<&'a RawValue>,
    #[serde(borrow, default)]
    protection: Option<&'a RawValue>,
}

/// The whole document in parts.
pub fn take_apart(document: &CaseDocument) -> Result<Vec<u8>, PartsError> {
    let text = serde_json::to_string(document)?;
    let outline: Outline<'_> = serde_json::from_str(&text)?;
    let mut closed = Vec::new();
    for member in &outline.members {
        closed.extend(entry(&text, Tier::A, "identity", member.identity)?);
        closed.extend(entry(&text, Tier::C, "protection", member.protection)?);
    }
    closed.extend(entry(
        &text,
        Tier::B,
        "contact_points",
        outline.contact_points,
    )?);
    let of_the_journey = [
        (Tier::D, "findings", outline.findings),
        (Tier::D, "returns", outline.returns),
        (Tier::D, "withdrawals", outline.withdrawals),
        (Tier::D, "approval", outline.approval),
        (Tier::D, "departure", outline.departure),
        (Tier::D, "consents", outline.consents),
        (Tier::D, "may_be_shared", outline.may_be_shared),
        (Tier::D, "chosen_solution", outline.chosen_solution),
        (Tier::D, "achieved_solutions", outline.achieved_solutions),
        (Tier::D, "monitoring", outline.monitoring),
        (Tier::C, "best_interests", outline.best_interests),
        (Tier::C, "incidents", outline.incidents),
    ];
    for (tier, name, value) in of_the_journey {
        closed.extend(entry(&text, tier, name, value)?);
    }
    cut(&text, closed, outline.withheld)
}

/// A summary in parts.
pub fn take_summary_apart(summary: &CaseSummary) -> Result<Vec<u8>, PartsError> {
    let text = serde_json::to_string(summary)?;
    let outline: SummaryOutline<'_> = serde_json::from_str(&text)?;
    let mut closed = Vec::new();
    closed.extend(entry(&text, Tier::D, "finding", outline.finding)?);
    closed.extend(entry(&text, Tier::D, "returned_on", outline.returned_on)?);
    cut(&text, closed, outline.withheld)
}

/// Cuts a text at the parts of closed tiers, which come in its order, and before the
/// list of withheld tiers, which is its last field.
fn cut(
    text: &str,
    closed: Vec<(Tier, usize, usize)>,
    withheld: &RawValue,
) -> Result<Vec<u8>, PartsError> {
    let (end, _) = span(text, "withheld", withheld)?;
    let mut parts = Vec::with_capacity(text.len() + 5 * (2 * closed.len() + 1));
    let mut from = 0;
    for (tier, start, stop) in closed {
        let open = text.get(from..start).ok_or(PartsError::Damaged)?;
        let shut = text.get(start..stop).ok_or(PartsError::Damaged)?;
        push(&mut parts, None, open)?;
        push(&mut parts, Some(tier), shut)?;
        from = stop;
    }
    push(
        &mut parts,
        None,
        text.get(from..end).ok_or(PartsError::Damaged)?,
    )?;
    Ok(parts)
}

/// The document without the tiers that its reader may not see: the JSON of
/// [`CaseDocument::limited_to`], to the byte. The flag is not among the parts, because
/// it comes with the places and not with the case; it is tier D.
pub fn put_together(
    parts: &[u8],
    tiers: Tiers,
    flag: Option<&LostFlag>,
) -> Result<Vec<u8>, PartsError> {
    joined(parts, tiers, flag, &CaseDocument::withheld_from(tiers))
}

/// The summary without what its reader may not see, and with the flag.
pub fn put_summary_together(
    parts: &[u8],
    tiers: Tiers,
    flag: Option<&LostFlag>,
) -> Result<Vec<u8>, PartsError> {
    joined(parts, tiers, flag, &CaseSummary::withheld_from(tiers))
}

fn joined(
    mut parts: &[u8],
    tiers: Tiers,
    flag: Option<&LostFlag>,
    withheld: &[Tier],
) -> Result<Vec<u8>, PartsError> {
    let mut text = Vec::with_capacity(parts.len() + 32);
    while let Some((&tier, rest)) = parts.split_first() {
        let tier = tier_of(tier).ok_or(PartsError::Damaged)?;
        let (length, rest) = rest.split_first_chunk().ok_or(PartsError::Damaged)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (part, rest) = rest.split_at_checked(length).ok_or(PartsError::Damaged)?;
        if tier.is_none_or(|tier| tiers.contains(tier)) {
            text.extend_from_slice(part);
        }
        parts = rest;
    }
    if let Some(flag) = flag.filter(|_| tiers.contains(Tier::D)) {
        text.extend_from_slice(b",\"finding_lost\":");
        serde_json::to_writer(&mut text, flag)?;
    }
    text.extend_from_slice(b",\"withheld\":");
    serde_json::to_writer(&mut text, withheld)?;
    text.push(b'}');
    Ok(text)
}

/// A field that may be closed: its tier and where `,"name":value` stands.
fn entry(
    text: &str,
    tier: Tier,
    name: &str,
    value: Option<&RawValue>,
) -> Result<Option<(Tier, usize, usize)>, PartsError> {
    value
        .map(|value| span(text, name, value).map(|(start, stop)| (tier, start, stop)))
        .transpose()
}

/// Where `,"name":value` stands. The value was borrowed from the text, so its
/// address tells; a field that came first in its object would have no comma and
/// is refused.
fn span(text: &str, name: &str, value: &RawValue) -> Result<(usize, usize), PartsError> {
    let head = format!(",\"{name}\":");
    let value_at = (value.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let start = value_at.and_then(|at| at.checked_sub(head.len()));
    let start = start.ok_or(PartsError::Damaged)?;
    let rest = text.get(start..).ok_or(PartsError::Damaged)?;
    if rest.starts_with(&head) {
        Ok((start, start + head.len() + value.get().len()))
    } else {
        Err(PartsError::Damaged)
    }
}

fn push(parts: &mut Vec<u8>, tier: Option<Tier>, text: &str) -> Result<(), PartsError> {
    let length = u32::try_from(text.len()).map_err(|_| PartsError::Damaged)?;
    parts.push(letter(tier));
    parts.extend_from_slice(&length.to_be_bytes());
    parts.extend_from_slice(text.as_bytes());
    Ok(())
}

const fn letter(tier: Option<Tier>) -> u8 {
    match tier {
        None | Some(Tier::E) => b'-',
        Some(Tier::A) => b'A',
        Some(Tier::B) => b'B',
        Some(Tier::C) => b'C',
        Some(Tier::D) => b'D',
    }
}

/// The tier of a letter; `Some(None)` for what every reader sees.
const fn tier_of(letter: u8) -> Option<Option<Tier>> {
    match letter {
        b'-' => Some(None),
        b'A' => Some(Some(Tier::A)),
        b'B' => Some(Some(Tier::B)),
        b'C' => Some(Some(Tier::C)),
        b'D' => Some(Some(Tier::D)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_parts_are_refused_and_never_shown_in_part() {
        let all = CaseDocument::every_tier();
        for damaged in [
            &b"D"[..],
            b"D\0\0\0\x05abc",
            b"X\0\0\0\0",
            b"D\xff\xff\xff\xff",
        ] {
            assert!(put_together(damaged, all, None).is_err(), "{damaged:?}");
        }
    }
}
