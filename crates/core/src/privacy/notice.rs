//! What a person was told about the processing of their data (DP-03 –).
//!
//! A notice is given in a language the person understands, and which text it
//! was is kept; nobody is registered without one.
//!
//! Not here: the texts of the notices, which each office writes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bounded_text;
use crate::language::LanguageTag;

bounded_text! {
    /// Which text of the notice, as the office numbers its texts.
    NoticeVersion, 40
}

/// A data-processing notice as it was given to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Which text.
    pub version: NoticeVersion,
    /// In which language, written or read out.
    pub language: LanguageTag,
    /// The day on which it was given.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub given_on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_which_text_in_which_language_on_which_day() {
        let whole = r#"{"version":"2025-1","language":"ckb","given_on":"2025-02-01"}"#;
        assert!(serde_json::from_str::<Notice>(whole).is_ok());
        for part in [
            r#""version":"2025-1","#,
            r#""language":"ckb","#,
            r#","given_on":"2025-02-01""#,
        ] {
            let less = whole.replace(part, "");
            let error = serde_json::from_str::<Notice>(&less)
                .unwrap_err()
                .to_string();
            assert!(error.contains("missing field"), "{error}");
        }
    }
}
