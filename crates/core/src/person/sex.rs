//! Sex, used only for reports by sex and for the choice of an interviewer.
//!
//! The decision rule never sees it (return-conditions §2.11 –).

use crate::wire::coded_enum;

coded_enum! {
    /// Sex as the person states it.
    Sex, refused as "SEX_UNKNOWN_CODE";
    /// Female.
    Female = "female",
    /// Male.
    Male = "male",
    /// Neither of the two.
    Other = "other",
    /// Not asked or not answered.
    NotStated = "not_stated",
}
