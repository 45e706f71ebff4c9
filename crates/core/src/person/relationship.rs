//! How a person is related to the focal person of the registration group.
//!
//! "Focal person" and not "head": rights do not follow from it. Who registers
//! together, who shares food and shelter, and who is kin are three separate
//! ideas (code list 6.5 ○); this is the first.

use crate::wire::coded_enum;

coded_enum! {
    /// Relationship to the focal person (code list 6.5, informed by UNICEF HOPE ✔).
    Relationship, refused as "RELATIONSHIP_UNKNOWN_CODE";
    /// The focal person.
    FocalPerson = "self",
    /// Wife or husband; there may be several.
    Spouse = "spouse",
    /// Partner, of any sex, without a marriage.
    Partner = "partner",
    /// Daughter or son.
    Child = "child",
    /// Child of a spouse or partner.
    StepChild = "step_child",
    /// Child taken into care.
    FosterChild = "foster_child",
    /// Mother or father.
    Parent = "parent",
    /// Sister or brother.
    Sibling = "sibling",
    /// Grandmother or grandfather.
    Grandparent = "grandparent",
    /// Grandchild.
    Grandchild = "grandchild",
    /// Parent of a spouse.
    ParentInLaw = "parent_in_law",
    /// Spouse of a child.
    ChildInLaw = "child_in_law",
    /// Sibling of a spouse, or spouse of a sibling.
    SiblingInLaw = "sibling_in_law",
    /// Aunt or uncle.
    AuntUncle = "aunt_uncle",
    /// Niece or nephew.
    NieceNephew = "niece_nephew",
    /// Cousin.
    Cousin = "cousin",
    /// Guardian of the focal person.
    Guardian = "guardian",
    /// Person under the guardianship of the focal person.
    Ward = "ward",
    /// Related in another way.
    OtherRelative = "other_relative",
    /// Not related.
    NotRelated = "not_related",
    /// Not known.
    Unknown = "unknown",
}
