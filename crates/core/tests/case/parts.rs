//! The document of a case as it is stored: whatever a reader may not see, they get
//! exactly what taking it out of the whole document leaves.

use crate::world::World;
use sanad_core::access::{Tier, Tiers};
use sanad_core::area::{AreaEventKind, LossCause};
use sanad_core::case::{CaseDocument, LostFlag, State, put_together, take_apart};
use sanad_core::ids::FindingId;

#[test]
fn closed_tiers_are_left_out_of_the_stored_document_to_the_byte() {
    let tiers = [Tier::A, Tier::B, Tier::C, Tier::D];
    for state in [State::Registered, State::Returned] {
        let world = World::with_family_in(state);
        let mut document = CaseDocument::of(world.case());
        let stored = take_apart(&document).unwrap();
        let flag = (state == State::Returned).then(|| LostFlag {
            finding: FindingId(uuid::Uuid::from_u128(1)),
            place: world.case().places[0].clone(),
            cause: LossCause::EventRecorded,
            event: Some(AreaEventKind::ArmedClash),
            on: world.today,
            since: world.case().updated_at,
        });
        document.finding_lost = flag.clone();
        for set in 0..16_u8 {
            let open: Tiers = (0..4)
                .filter(|bit| set & (1 << bit) != 0)
                .map(|bit| tiers[bit])
                .collect();
            let shown =
                String::from_utf8(put_together(&stored, open, flag.as_ref()).unwrap()).unwrap();
            let expected = serde_json::to_string(&document.clone().limited_to(open)).unwrap();
            assert_eq!(shown, expected, "{open:?}");
        }
    }
}
