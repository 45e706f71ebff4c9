//! Events in a place that make earlier answers void at once.
//!
//! An answer observed before such an event says nothing about the place as it
//! is now, however fresh its date (return-conditions §1.9 –, a product rule).
//!
//! Not here: which answers each kind makes void (the catalogue), events of a case,
//! such as a changed destination (`case`), and how a void answer is judged
//! ([`conditions`](crate::conditions)).

use crate::wire::coded_enum;

coded_enum! {
    /// A kind of event in a place (return-conditions §1.9).
    AreaEventKind, refused as "AREA_EVENT_KIND_UNKNOWN";
    /// Armed clash, air strike or shelling that affects civilians, in the admin-3 unit or on the route.
    ArmedClash = "armed_clash",
    /// Another authority took control of the area.
    ChangeOfControl = "change_of_control",
    /// Explosive accident in or near land that was released as safe.
    ExplosiveAccident = "explosive_accident",
    /// A guarantee or an amnesty was repealed.
    GuaranteeRepealed = "guarantee_repealed",
    /// The arrest of a person who returned was reported.
    ReturneeArrested = "returnee_arrested",
    /// A person who returned said that they are not safe.
    ReturneeNotSafe = "returnee_not_safe",
    /// A guarantee given to people who returned is not kept.
    GuaranteeNotKept = "guarantee_not_kept",
    /// A humanitarian mission was refused access.
    AccessDenied = "access_denied",
    /// Humanitarian staff were attacked.
    StaffAttacked = "staff_attacked",
    /// A measure that pushes people out was announced at the place of displacement.
    PushMeasureAnnounced = "push_measure_announced",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::Catalogue;
    use crate::conditions::event::HappensIn;

    #[test]
    fn the_catalogue_says_of_every_kind_what_it_voids() {
        for kind in AreaEventKind::ALL {
            let known = Catalogue::shipped().event_kind(kind.code());
            assert!(known.is_some_and(|known| !known.voids.is_empty()), "{kind}");
        }
    }

    #[test]
    fn only_a_push_measure_speaks_of_the_place_of_displacement() {
        for kind in AreaEventKind::ALL {
            let place = Catalogue::shipped()
                .event_kind(kind.code())
                .map(|known| known.happens_in);
            let at_displacement = *kind == AreaEventKind::PushMeasureAnnounced;
            assert_eq!(
                place == Some(HappensIn::Displacement),
                at_displacement,
                "{kind}"
            );
        }
    }
}
