//! Specific needs, recorded as codes of the list under `reference/codes/`.
//!
//! The list follows UNHCR's guidance IOM 030/FOM 030/2009, Annex 2 (◐). Its
//! disability codes are deprecated (UNHCR Emergency Handbook ✔); the six
//! functions of the Washington Group (○) stand in their place. Codes that imply
//! an accusation or an affiliation are off (DP-10 –).
//!
//! Reading takes every code of the list, because old records hold codes that a
//! later edition deprecates; what may still be recorded is asked when a person is
//! registered, joins or is corrected ([`NeedCode::check_in_use`]).
//!
//! Not here: what a need changes in an assessment
//! ([`conditions`](crate::conditions), applicability `specific_need`).

use std::fmt;

use crate::access::Tier;
use crate::reference::{Code, ListId};
use crate::value::ValueError;
use crate::wire::text_on_the_wire;

/// The code of a specific need, as in `SC-UC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NeedCode(&'static str);

text_on_the_wire!(NeedCode, read: parse_recorded, chars: 6, pattern: "^[A-Z]{2}-[A-Z]{2,3}$", example: "WG-WLK");

impl NeedCode {
    /// Separated child.
    pub const SEPARATED_CHILD: Self = Self("SC-SC");
    /// Unaccompanied child.
    pub const UNACCOMPANIED_CHILD: Self = Self("SC-UC");

    /// Parses a code of the list that is neither off nor deprecated.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let need = Self::parse_recorded(raw)?;
        need.check_in_use()?;
        Ok(need)
    }

    /// Parses any code of the list: what records may hold.
    pub fn parse_recorded(raw: &str) -> Result<Self, ValueError> {
        match ListId::SpecificNeeds.list().find(raw) {
            Some(entry) => Ok(Self(&entry.code)),
            None => Err(ValueError::new(
                "NEED_CODE_UNKNOWN",
                "a specific need is a code of the list `specific-needs`, such as `SC-UC`",
            )),
        }
    }

    /// Refuses a code that is off or deprecated: it is not recorded anew.
    pub fn check_in_use(self) -> Result<(), ValueError> {
        let Some(entry) = self.entry() else {
            return Ok(());
        };
        if entry.off_by_default {
            return Err(ValueError::new(
                "NEED_CODE_OFF",
                "this code implies an accusation or an affiliation and is not recorded here",
            ));
        }
        if entry.deprecated {
            let instead = entry
                .use_instead
                .as_deref()
                .map_or_else(String::new, |code| {
                    format!("; `{code}` is the nearest code in use")
                });
            return Err(ValueError::new(
                "NEED_CODE_DEPRECATED",
                format!("this code is no longer used{instead}"),
            ));
        }
        Ok(())
    }

    /// The code.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The entry of the list, with its labels.
    pub fn entry(self) -> Option<&'static Code> {
        ListId::SpecificNeeds.list().find(self.0)
    }

    /// The data tier of a record that holds this code: C where the code itself
    /// tells of violence, illness or hiding, else D (code list 6.1).
    pub fn tier(self) -> Tier {
        self.entry().and_then(|entry| entry.tier).unwrap_or(Tier::D)
    }
}

impl fmt::Display for NeedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_that_implies_an_accusation_is_off() {
        for raw in [
            "LP-AF", "LP-AP", "LP-CR", "LP-ST", "CR-AF", "CR-CL", "LP-MM",
        ] {
            assert_eq!(
                NeedCode::parse(raw).unwrap_err().code,
                "NEED_CODE_OFF",
                "{raw}"
            );
        }
    }

    #[test]
    fn a_deprecated_disability_code_is_refused_with_what_to_use_instead() {
        let error = NeedCode::parse("DS-BD").unwrap_err();
        assert_eq!(error.code, "NEED_CODE_DEPRECATED");
        assert!(error.text.contains("WG-SEE"), "{}", error.text);
        assert!(NeedCode::parse("WG-SEE").is_ok());
    }

    #[test]
    fn a_record_that_holds_a_code_no_longer_used_can_still_be_read() {
        for raw in ["DS-BD", "LP-AF"] {
            let json = format!("\"{raw}\"");
            let need: NeedCode = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&need).unwrap(), json);
        }
        assert!(serde_json::from_str::<NeedCode>("\"XX-YY\"").is_err());
    }

    #[test]
    fn a_code_that_is_not_in_the_list_is_refused() {
        for raw in ["", "sc-uc", "XX-YY", "SC"] {
            assert_eq!(
                NeedCode::parse(raw).unwrap_err().code,
                "NEED_CODE_UNKNOWN",
                "{raw}"
            );
        }
    }

    #[test]
    fn needs_that_tell_of_violence_or_illness_are_protection_sensitive() {
        for (raw, tier) in [
            ("TR-PI", Tier::C),
            ("SV-VO", Tier::C),
            ("SM-CI", Tier::C),
            ("SC-UC", Tier::D),
        ] {
            assert_eq!(NeedCode::parse(raw).unwrap().tier(), tier, "{raw}");
        }
    }

    #[test]
    fn the_codes_named_here_are_in_the_list() {
        for need in [NeedCode::SEPARATED_CHILD, NeedCode::UNACCOMPANIED_CHILD] {
            assert_eq!(NeedCode::parse(need.as_str()), Ok(need));
        }
    }
}
