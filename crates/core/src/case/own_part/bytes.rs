//! The stored form of a case's own part: small, so that fifty thousand of them are
//! read in a moment, and the same bytes for the same case, so that a rebuild can be
//! compared.
//!
//! One byte of version, then numbers as LEB128 and texts with their length. A day is
//! one number: year, month and day side by side. Enumerations are numbered here and
//! nowhere else. Another form is another version: then all rows are made again from
//! the journal (`sanad_store::rebuild`); no old version needs to be read.

use super::{CasePart, OwnAnswer, OwnEvidence, OwnVoid, Someone};
use crate::conditions::{Flag, Flags, NaReason, Value};
use crate::ids::{OrganisationId, UserId};
use jiff::civil::Date;
use uuid::Uuid;

/// The version of the form.
const VERSION: u8 = 1;

/// Bytes that are not the own part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored facts of a case are damaged or of another version")]
pub struct PartDamaged;

const VALUES: [Value; 4] = [Value::Yes, Value::No, Value::Unknown, Value::NotApplicable];
const REASONS: [NaReason; 2] = [NaReason::BelowMaturity, NaReason::NoExposure];
const FLAGS: [Flag; 5] = [
    Flag::Uasc,
    Flag::NeedsDecisionSupport,
    Flag::NationalityDoubt,
    Flag::HasSpecificNeed,
    Flag::Refugee,
];

// The bits of an answer beside its value (two lowest) and its reason (two above).
const ADJUDICATION: u8 = 1 << 4;
const RETRACTED: u8 = 1 << 5;
const OF_A_PERSON: u8 = 1 << 6;
const CONFIRMED: u8 = 1 << 7;

impl<'a> CasePart<'a> {
    /// The part as it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(64 + 16 * self.answers.len()));
        out.byte(VERSION);
        out.day(self.registered_on);
        out.list(&self.words, |out, word| {
            out.number(word.len());
            out.0.extend_from_slice(word.as_bytes());
        });
        out.list(&self.actors, |out, user| {
            out.0.extend_from_slice(user.0.as_bytes());
        });
        out.list(&self.people, |out, person| {
            out.day(person.joined_on);
            out.maybe_day(person.left_on);
            out.maybe_day(person.born);
            let held = |flag: &Flag| person.flags.has(*flag);
            out.byte((0..).zip(FLAGS).fold(0, |bits, (at, flag): (u8, _)| {
                bits | (u8::from(held(&flag)) << at)
            }));
            out.list(&person.dated, |out, (flag, since, until)| {
                out.byte(number_in(&FLAGS, flag));
                out.day(*since);
                out.maybe_day(*until);
            });
        });
        out.list(&self.voids, |out, void| {
            out.number(void.kind);
            out.day(void.on);
            out.maybe(void.person);
        });
        out.list(&self.answers, |out, answer| {
            out.number(answer.indicator);
            let reason = answer
                .na_reason
                .map_or(0, |reason| number_in(&REASONS, &reason) + 1);
            let bit = |holds: bool, bit: u8| if holds { bit } else { 0 };
            out.byte(
                number_in(&VALUES, &answer.value)
                    | (reason << 2)
                    | bit(answer.adjudication, ADJUDICATION)
                    | bit(answer.retracted, RETRACTED)
                    | bit(answer.person.is_some(), OF_A_PERSON)
                    | bit(answer.confirmed_by.is_some(), CONFIRMED),
            );
            answer.person.iter().for_each(|person| out.number(*person));
            out.day(answer.observed_on);
            out.long(answer.sequence);
            out.number(answer.by);
            answer.confirmed_by.iter().for_each(|by| out.number(*by));
            out.maybe(answer.supersedes);
            out.number(answer.evidence);
        });
        out.list(&self.evidence, |out, item| {
            out.number(item.kind * 2 + usize::from(item.independent));
        });
        out.list(&self.return_organisers, |out, organisation| {
            out.0.extend_from_slice(organisation.0.as_bytes());
        });
        out.0
    }

    /// The part of stored bytes. Every number in it points into its lists.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, PartDamaged> {
        let input = &mut Reader(bytes);
        if input.byte()? != VERSION {
            return Err(PartDamaged);
        }
        let registered_on = input.day()?;
        let words = input.list(|input| {
            let length = input.number()?;
            std::str::from_utf8(input.bytes(length)?).map_err(|_| PartDamaged)
        })?;
        let actors = input.list(|input| {
            let id = Uuid::from_slice(input.bytes(16)?).map_err(|_| PartDamaged)?;
            Ok(UserId(id))
        })?;
        let people = input.list(someone)?;
        let voids = input.list(|input| {
            Ok(OwnVoid {
                kind: below(input.number()?, words.len())?,
                on: input.day()?,
                person: maybe_below(input.maybe()?, people.len())?,
            })
        })?;
        let count = &mut 0;
        let answers = input.list(|input| {
            let read = answer(input, words.len(), actors.len(), people.len())?;
            *count += read.evidence;
            Ok(read)
        })?;
        let known = answers.len();
        if answers.iter().any(|one| one.supersedes >= Some(known)) {
            return Err(PartDamaged);
        }
        let evidence = input.list(|input| {
            let number = input.number()?;
            Ok(OwnEvidence {
                kind: below(number / 2, words.len())?,
                independent: number % 2 == 1,
            })
        })?;
        let return_organisers = input.list(|input| {
            let id = Uuid::from_slice(input.bytes(16)?).map_err(|_| PartDamaged)?;
            Ok(OrganisationId(id))
        })?;
        if !input.0.is_empty() || evidence.len() != *count {
            return Err(PartDamaged);
        }
        Ok(Self {
            registered_on,
            people,
            actors,
            words,
            voids,
            answers,
            evidence,
            return_organisers,
        })
    }
}

fn someone(input: &mut Reader<'_>) -> Result<Someone, PartDamaged> {
    let joined_on = input.day()?;
    let left_on = input.maybe_day()?;
    let born = input.maybe_day()?;
    let bits = input.byte()?;
    let flags = (0..)
        .zip(FLAGS)
        .filter(|(at, _): &(u8, _)| bits & (1 << at) != 0);
    let flags = flags.map(|(_, flag)| flag).collect::<Flags>();
    let dated = input.list(|input| {
        let flag = nth(&FLAGS, input.byte()?)?;
        Ok((flag, input.day()?, input.maybe_day()?))
    })?;
    Ok(Someone {
        joined_on,
        left_on,
        born,
        flags,
        dated,
    })
}

fn answer(
    input: &mut Reader<'_>,
    words: usize,
    actors: usize,
    people: usize,
) -> Result<OwnAnswer, PartDamaged> {
    let indicator = below(input.number()?, words)?;
    let bits = input.byte()?;
    let has = |bit: u8| bits & bit != 0;
    let person = if has(OF_A_PERSON) {
        Some(below(input.number()?, people)?)
    } else {
        None
    };
    let observed_on = input.day()?;
    let sequence = input.long()?;
    let by = below(input.number()?, actors)?;
    let confirmed_by = if has(CONFIRMED) {
        Some(below(input.number()?, actors)?)
    } else {
        None
    };
    Ok(OwnAnswer {
        indicator,
        person,
        value: nth(&VALUES, bits & 3)?,
        na_reason: match (bits >> 2) & 3 {
            0 => None,
            number => Some(nth(&REASONS, number - 1)?),
        },
        observed_on,
        sequence,
        by,
        confirmed_by,
        supersedes: input.maybe()?,
        adjudication: has(ADJUDICATION),
        retracted: has(RETRACTED),
        evidence: input.number()?,
    })
}

/// The number of a value in a list of all of them.
fn number_in<T: PartialEq>(all: &[T], value: &T) -> u8 {
    // INVARIANT: the lists above hold every value; a test goes through all of them.
    let at = all.iter().position(|known| known == value).unwrap_or(0);
    u8::try_from(at).unwrap_or(0)
}

fn nth<T: Copy>(all: &[T], number: u8) -> Result<T, PartDamaged> {
    all.get(usize::from(number)).copied().ok_or(PartDamaged)
}

fn below(number: usize, end: usize) -> Result<usize, PartDamaged> {
    if number < end {
        Ok(number)
    } else {
        Err(PartDamaged)
    }
}

fn maybe_below(number: Option<usize>, end: usize) -> Result<Option<usize>, PartDamaged> {
    number.map(|number| below(number, end)).transpose()
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn long(&mut self, mut number: u64) {
        while let Some(low) = u8::try_from(number & 0x7f).ok().filter(|_| number > 0x7f) {
            self.0.push(low | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or(0x7f));
    }

    fn number(&mut self, number: usize) {
        self.long(u64::try_from(number).unwrap_or(u64::MAX));
    }

    /// Nothing is 0; a number is one more than itself.
    fn maybe(&mut self, number: Option<usize>) {
        self.number(number.map_or(0, |number| number.saturating_add(1)));
    }

    fn day(&mut self, day: Date) {
        self.long(packed(day));
    }

    fn maybe_day(&mut self, day: Option<Date>) {
        self.long(day.map_or(0, packed));
    }

    fn list<T>(&mut self, list: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(list.len());
        for item in list {
            each(self, item);
        }
    }
}

/// A day as a number that is never 0: jiff counts years from -9999 on.
fn packed(day: Date) -> u64 {
    let year = u64::from((i32::from(day.year()) + 9_999).unsigned_abs());
    year << 9 | u64::from(day.month().unsigned_abs()) << 5 | u64::from(day.day().unsigned_abs())
}

fn unpacked(number: u64) -> Result<Date, PartDamaged> {
    let year = i16::try_from(i64::try_from(number >> 9).map_err(|_| PartDamaged)? - 9_999);
    let month = i8::try_from((number >> 5) & 0xf);
    let day = i8::try_from(number & 0x1f);
    match (year, month, day) {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| PartDamaged),
        _ => Err(PartDamaged),
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, PartDamaged> {
        let (first, rest) = self.0.split_first().ok_or(PartDamaged)?;
        self.0 = rest;
        Ok(*first)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], PartDamaged> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(PartDamaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn long(&mut self) -> Result<u64, PartDamaged> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(PartDamaged)
    }

    fn number(&mut self) -> Result<usize, PartDamaged> {
        usize::try_from(self.long()?).map_err(|_| PartDamaged)
    }

    fn maybe(&mut self) -> Result<Option<usize>, PartDamaged> {
        Ok(self.number()?.checked_sub(1))
    }

    fn day(&mut self) -> Result<Date, PartDamaged> {
        unpacked(self.long()?)
    }

    fn maybe_day(&mut self) -> Result<Option<Date>, PartDamaged> {
        match self.long()? {
            0 => Ok(None),
            number => unpacked(number).map(Some),
        }
    }

    fn list<T>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<T, PartDamaged>,
    ) -> Result<Vec<T>, PartDamaged> {
        let length = self.number()?;
        // Everything listed takes a byte at least: a damaged length asks for no memory.
        let mut list = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            list.push(each(self)?);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_value_has_its_number() {
        assert_eq!(Value::ALL, VALUES);
        assert_eq!(NaReason::ALL, REASONS);
        assert_eq!(Flag::ALL, FLAGS);
    }

    /// What is stored today is read by the program of tomorrow, or has another version.
    #[test]
    fn the_form_does_not_change_without_a_new_version() {
        let part = CasePart {
            registered_on: date(2025, 5, 12),
            people: vec![Someone {
                joined_on: date(2025, 5, 1),
                left_on: None,
                born: Some(date(1990, 12, 31)),
                flags: Flags::default().with(Flag::HasSpecificNeed),
                dated: vec![(Flag::Refugee, date(2015, 1, 1), Some(date(2020, 2, 29)))],
            }],
            actors: vec![UserId(Uuid::from_u128(1))],
            words: vec!["VOL-01", "INT"],
            voids: Vec::new(),
            answers: vec![OwnAnswer {
                indicator: 0,
                person: Some(0),
                value: Value::No,
                na_reason: None,
                observed_on: date(2025, 5, 11),
                sequence: 300,
                by: 0,
                confirmed_by: None,
                supersedes: None,
                adjudication: false,
                retracted: true,
                evidence: 1,
            }],
            evidence: vec![OwnEvidence {
                kind: 1,
                independent: true,
            }],
            return_organisers: vec![OrganisationId(Uuid::from_u128(2))],
        };
        let hex: String = part.to_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "01ace1f7020206564f4c2d303103494e5401000000000000000000000000000000\
             0101a1e1f702009fd7f602080104a1b8f702ddccf7020001006100abe1f702ac02\
             00000101030100000000000000000000000000000002"
        );
        assert_eq!(CasePart::from_bytes(&part.to_bytes()), Ok(part.clone()));
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            let _ = CasePart::from_bytes(&bytes);
        }

        #[test]
        fn a_day_is_read_as_it_was_written(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=28) {
            let day = date(year, month, day);
            prop_assert_eq!(unpacked(packed(day)), Ok(day));
        }
    }
}
