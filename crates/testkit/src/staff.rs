//! Who works with the registry of the tests: two organisations, each with one
//! user of every role, and a caseworker who is limited to one governorate.
//!
//! Not here: passwords. The accounts of a [`World`](crate::World) cannot sign in;
//! tests of the API give them a hash of their own.

use crate::country;
use jiff::Timestamp;
use sanad_core::access::{Actor, Grant, Role};
use sanad_core::ids::{OrganisationId, UserId};
use sanad_store::rows::{AccountRow, OrganisationRow, RoleGrantRow};
use sanad_store::sql_types::{At, Key};
use uuid::Uuid;

/// The organisations: number and name.
pub const ORGANISATIONS: [(u32, &str); 2] = [(1, "Alef Relief"), (2, "Bayt Support")];

/// The id of an organisation, by its number.
pub const fn organisation(number: u32) -> OrganisationId {
    OrganisationId(Uuid::from_u128(
        0x0A00_0000_0000_4000_8000_0000_0000_0000 + number as u128,
    ))
}

/// The organisations as rows of a database.
pub fn organisation_rows(created_at: Timestamp) -> Vec<OrganisationRow> {
    let row = |(number, name): (u32, &str)| OrganisationRow {
        organisation_id: Key(organisation(number).0),
        name: name.to_owned(),
        created_at: At::from(created_at),
    };
    ORGANISATIONS.into_iter().map(row).collect()
}

/// A user with their roles.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Their id.
    pub user: UserId,
    /// Their login name.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub grants: Vec<Grant>,
}

impl Staff {
    /// The user who has a role in an organisation (1 or 2).
    pub fn of(role: Role, organisation_number: u32) -> Self {
        let place = Role::ALL
            .iter()
            .position(|known| *known == role)
            .expect("a known role");
        let place = u32::try_from(place).expect("there are few roles");
        Self::new(
            organisation_number * 100 + place,
            &format!("{role}{organisation_number}"),
            vec![Grant {
                role,
                organisation: organisation(organisation_number),
                areas: Vec::new(),
            }],
        )
    }

    /// A caseworker of organisation 1 for the north only.
    pub fn caseworker_in_the_north() -> Self {
        let areas = vec![country::place(country::NORTH)];
        let grant = Grant {
            role: Role::Caseworker,
            organisation: organisation(1),
            areas,
        };
        Self::new(190, "caseworker_north", vec![grant])
    }

    /// A user with any roles.
    pub fn new(number: u32, login: &str, grants: Vec<Grant>) -> Self {
        Self {
            user: UserId(Uuid::from_u128(
                0x0B00_0000_0000_4000_8000_0000_0000_0000 + u128::from(number),
            )),
            login: login.to_owned(),
            name: format!("Wazifa {login}"),
            grants,
        }
    }

    /// Everybody.
    pub fn everybody() -> Vec<Self> {
        let of_each = ORGANISATIONS
            .iter()
            .flat_map(|(number, _)| Role::ALL.into_iter().map(|role| Self::of(role, *number)));
        of_each.chain([Self::caseworker_in_the_north()]).collect()
    }

    /// The user as the policy knows them.
    pub fn actor(&self) -> Actor {
        Actor::from_verified_token(self.user, self.grants.clone())
    }

    /// The account and its roles as rows of a database.
    pub fn rows(&self, password_hash: &str, at: Timestamp) -> (AccountRow, Vec<RoleGrantRow>) {
        let user_id = Key(self.user.0);
        let account = AccountRow {
            user_id,
            login: self.login.clone(),
            display_name: self.name.clone(),
            password_hash: password_hash.to_owned(),
            disabled: false,
            created_at: At::from(at),
            one_time_until: None,
        };
        let row = |grant: &Grant, edition: &str, code: &str| RoleGrantRow {
            user_id,
            role: grant.role.as_str().to_owned(),
            organisation_id: Key(grant.organisation.0),
            place_edition: edition.to_owned(),
            place_code: code.to_owned(),
        };
        let rows_of = |grant: &Grant| -> Vec<RoleGrantRow> {
            if grant.areas.is_empty() {
                return vec![row(grant, "", "")];
            }
            let in_area = |area: &sanad_core::area::PlaceRef| {
                row(grant, area.edition.as_str(), area.code.as_str())
            };
            grant.areas.iter().map(in_area).collect()
        };
        (account, self.grants.iter().flat_map(rows_of).collect())
    }
}
