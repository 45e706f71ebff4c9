//! Over random worlds: the rows a list selects are the rows a single read shows.
//!
//! The list is selected the way a database does it: from [`Visibility::scopes`]
//! alone, by plain comparison of columns and a table of ancestors, without any
//! of the code that decides about a single row.
//!
//! Not here: the same over a real database (see the tests of `sanad-store`).

use proptest::prelude::*;
use uuid::Uuid;

use super::{
    Actor, Effect, Grant, Permission, Policy, Resource, Role, Subject, Tiers, VisibleScope,
};
use crate::area::PlaceRef;
use crate::ids::{OrganisationId, UserId};

const PLACES: usize = 9;
const ORGANISATIONS: u128 = 3;

/// A row as a projection keeps it: plain columns.
#[derive(Debug, Clone)]
struct Row {
    organisation: OrganisationId,
    place: usize,
}

#[derive(Debug)]
struct World {
    /// The parent of every place, always one with a lower number.
    parents: Vec<Option<usize>>,
    rows: Vec<Row>,
    grants: Vec<Grant>,
}

/// Codes of which many begin like others without lying inside them.
fn place(number: usize) -> PlaceRef {
    let code = format!("XZ{}", "1".repeat(number + 1));
    PlaceRef::parse("XZ-1", &code).unwrap()
}

impl World {
    /// The place and its ancestors: what a caller hands to the point decision,
    /// and what a database keeps as (place, ancestor).
    fn with_ancestors(&self, place_number: usize) -> Vec<PlaceRef> {
        let next = |&number: &usize| self.parents[number];
        std::iter::successors(Some(place_number), next)
            .map(place)
            .collect()
    }

    /// `WHERE (organisation = ?) AND EXISTS (SELECT … ancestor IN (…))`.
    fn selects(&self, scope: &VisibleScope, row: &Row, subject: Subject) -> bool {
        let organisation = match (subject, scope.organisation) {
            (Subject::Case, Some(own)) => row.organisation == own,
            (Subject::Case, None) | (Subject::Area | Subject::Registry, _) => true,
        };
        let closure = self.with_ancestors(row.place);
        let inside = scope.areas.is_empty()
            || scope
                .areas
                .iter()
                .any(|area| closure.iter().any(|ancestor| ancestor == area));
        organisation && inside
    }
}

fn organisations() -> impl Strategy<Value = OrganisationId> {
    (0..ORGANISATIONS).prop_map(|number| OrganisationId(Uuid::from_u128(number)))
}

fn grants() -> impl Strategy<Value = Grant> {
    let areas = prop::collection::vec((0..PLACES).prop_map(place), 0..3);
    (
        prop::sample::select(Role::ALL.to_vec()),
        organisations(),
        areas,
    )
        .prop_map(|(role, organisation, areas)| Grant {
            role,
            organisation,
            areas,
        })
}

fn worlds() -> impl Strategy<Value = World> {
    let parents: Vec<_> = (0..PLACES)
        .map(|number| prop::option::weighted(0.8, 0..number.max(1)))
        .collect();
    let row = (organisations(), 0..PLACES).prop_map(|(organisation, place)| Row {
        organisation,
        place,
    });
    (
        parents,
        prop::collection::vec(row, 1..12),
        prop::collection::vec(grants(), 0..4),
    )
        .prop_map(|(mut parents, rows, grants)| {
            parents[0] = None;
            World {
                parents,
                rows,
                grants,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_list_shows_exactly_what_single_reads_show(world in worlds()) {
        let policy = Policy::shipped().unwrap();
        let actor = Actor::from_verified_token(UserId(Uuid::nil()), world.grants.clone());
        let reading = Permission::ALL.iter().filter(|permission| {
            permission.effect() == Effect::Read && permission.subject() != Subject::Registry
        });
        for &permission in reading {
            let visibility = policy.visibility(&actor, permission);
            for row in &world.rows {
                let listed = visibility
                    .scopes()
                    .iter()
                    .filter(|scope| world.selects(scope, row, permission.subject()))
                    .map(|scope| scope.tiers)
                    .reduce(Tiers::union);
                let places = world.with_ancestors(row.place);
                let resource = match permission.subject() {
                    Subject::Area => Resource::Area { places: &places },
                    Subject::Case | Subject::Registry => {
                        Resource::Case { organisation: row.organisation, places: &places }
                    }
                };
                prop_assert_eq!(listed, visibility.tiers_for(&resource));
                let point = policy.permit(&actor, permission, &resource);
                prop_assert_eq!(listed, point.ok().map(|permit| permit.tiers()));
            }
        }
    }
}
