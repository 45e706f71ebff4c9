//! How a person can be reached, and whether reaching them there is safe.
//!
//! A call to a shared telephone can expose a person, so every contact point
//! says whether it is safe; there is no default. An address is words, never
//! coordinates of a home (DP-07 –).
//!
//! Not here: the place of displacement, see [`displacement`](super::displacement).

use serde::{Deserialize, Serialize};

use crate::bounded_text;
use crate::value::ValueError;
use crate::wire::{checked_when_read, coded_enum};

coded_enum! {
    /// By what means a person is reached.
    ContactKind, refused as "CONTACT_KIND_UNKNOWN_CODE";
    /// A telephone number.
    Phone = "phone",
    /// An e-mail address.
    Email = "email",
    /// An address in words.
    Address = "address",
    /// Another person who passes a message on.
    ViaPerson = "via_person",
}

bounded_text! {
    /// A number, an address, or a person and how to reach them.
    ContactText, 200
}

bounded_text! {
    /// What a contact point is called, such as "sister's telephone".
    ContactLabel, 60
}

/// One way to reach a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct ContactPoint {
    /// By what means.
    kind: ContactKind,
    /// The number, the address, or the person and how to reach them.
    value: ContactText,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<ContactLabel>,
    /// The person said that contact there puts nobody at risk.
    safe_to_contact: bool,
}

checked_when_read!(ContactPoint);

impl ContactPoint {
    /// A contact point whose value fits its kind.
    pub fn new(
        kind: ContactKind,
        value: ContactText,
        label: Option<ContactLabel>,
        safe_to_contact: bool,
    ) -> Result<Self, ValueError> {
        Self {
            kind,
            value,
            label,
            safe_to_contact,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ValueError> {
        let text = self.value.as_str();
        match self.kind {
            ContactKind::Phone if !is_phone(text) => Err(ValueError::new(
                "CONTACT_PHONE",
                "a telephone number has 5 to 20 digits, and may have `+`, spaces, hyphens and brackets",
            )),
            ContactKind::Email if !is_email(text) => Err(ValueError::new(
                "CONTACT_EMAIL",
                "an e-mail address looks like `name@example.org`",
            )),
            ContactKind::Address | ContactKind::ViaPerson if has_coordinates(text) => {
                Err(ValueError::new(
                    "CONTACT_COORDINATES",
                    "the coordinates of a home are not recorded; describe the address in words",
                ))
            }
            ContactKind::Phone
            | ContactKind::Email
            | ContactKind::Address
            | ContactKind::ViaPerson => Ok(self),
        }
    }

    /// By what means.
    pub const fn kind(&self) -> ContactKind {
        self.kind
    }

    /// The number, the address, or the person and how to reach them.
    pub const fn value(&self) -> &ContactText {
        &self.value
    }

    /// What it is called.
    pub const fn label(&self) -> Option<&ContactLabel> {
        self.label.as_ref()
    }

    /// Whether contact there puts nobody at risk.
    pub const fn is_safe(&self) -> bool {
        self.safe_to_contact
    }
}

/// Digits of any script: people write Arabic numerals both ways.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    let rest = text.chars().filter(|c| !c.is_numeric());
    (5..=20).contains(&digits) && rest.into_iter().all(|c| "+-() .".contains(c))
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
            && host
                .split_once('.')
                .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
    })
}

/// Two numbers with three or more decimals are a position to about 100 metres.
fn has_coordinates(text: &str) -> bool {
    let is_precise = |word: &str| {
        word.split_once(['.', '٫'])
            .is_some_and(|(degrees, decimals)| {
                let digits = decimals.chars().take_while(|c| c.is_numeric()).count();
                degrees.chars().last().is_some_and(char::is_numeric) && digits >= 3
            })
    };
    let separators = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '،' | '/');
    text.split(separators)
        .filter(|word| is_precise(word))
        .count()
        >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contact(kind: ContactKind, value: &str) -> Result<ContactPoint, &'static str> {
        let value = ContactText::parse(value).map_err(|error| error.code)?;
        ContactPoint::new(kind, value, None, true).map_err(|error| error.code)
    }

    #[test]
    fn a_number_is_a_number_in_any_digits() {
        for number in ["+963 11 123-4567", "(011) 1234567", "٠١١١٢٣٤٥٦٧"] {
            assert!(contact(ContactKind::Phone, number).is_ok(), "{number}");
        }
        for number in ["1234", "ask Nour", "011 1234567 after six"] {
            assert_eq!(
                contact(ContactKind::Phone, number),
                Err("CONTACT_PHONE"),
                "{number}"
            );
        }
    }

    #[test]
    fn an_e_mail_address_has_a_name_and_a_host() {
        assert!(contact(ContactKind::Email, "nour@example.org").is_ok());
        for address in [
            "nour",
            "@example.org",
            "nour@example",
            "no ur@example.org",
            "a@b@c.org",
        ] {
            assert_eq!(
                contact(ContactKind::Email, address),
                Err("CONTACT_EMAIL"),
                "{address}"
            );
        }
    }

    #[test]
    fn the_coordinates_of_a_home_are_not_recorded() {
        for address in [
            "36.2021, 37.1343",
            "house at 36.20211/37.13435",
            "٣٦٫٢٠٢ ٣٧٫١٣٤",
        ] {
            assert_eq!(
                contact(ContactKind::Address, address),
                Err("CONTACT_COORDINATES"),
                "{address}"
            );
        }
        for address in ["Tent 12, row 3.5", "Street 36.2, floor 2", "road no. 1.234"] {
            assert!(contact(ContactKind::Address, address).is_ok(), "{address}");
        }
    }

    #[test]
    fn whether_contact_is_safe_must_be_said() {
        let error =
            serde_json::from_str::<ContactPoint>(r#"{"kind":"phone","value":"0111234567"}"#);
        assert!(error.unwrap_err().to_string().contains("safe_to_contact"));
    }

    proptest! {
        #[test]
        fn checking_never_panics_and_a_contact_survives_the_journey(value in "\\PC{0,60}", which in 0usize..4) {
            if let Ok(point) = contact(ContactKind::ALL[which], &value) {
                let json = serde_json::to_string(&point).unwrap();
                prop_assert_eq!(serde_json::from_str::<ContactPoint>(&json).unwrap(), point);
            }
        }
    }
}
