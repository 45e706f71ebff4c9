//! A synthetic registry made by the program, and a look into it past the program.

use crate::program::{address, sanad};
use sanad_core::access::{Actor, Grant, Permission, Policy, Role, Visibility};
use sanad_core::ids::{OrganisationId, UserId};
use sanad_store::db::{Db, FindingFilter};
use sanad_store::rows::{FindingRow, ReturnRow};
use sanad_store::{Database, journal};
use sha2::{Digest as _, Sha256};

/// Fills a database with so many persons; answers what was said.
pub(crate) fn fill(database: &Database, persons: &str, seed: &str) -> String {
    sanad(&[
        "bench-data",
        persons,
        "--seed",
        seed,
        "--database",
        &address(database),
    ])
    .done()
}

/// A hash over every fact of the journal, to the byte.
pub(crate) fn fingerprint(db: &mut dyn Db) -> String {
    let mut digest = Sha256::new();
    for kind in [journal::CASE, journal::AREA] {
        let mut after = None;
        loop {
            let streams = db.stream_ids(kind, after, 100).unwrap();
            let Some(last) = streams.last() else { break };
            after = Some(*last);
            for stream in streams {
                for row in db.stream(stream, None).unwrap() {
                    digest.update(format!("{row:?}\n"));
                }
            }
        }
    }
    format!("{:x?}", digest.finalize())
}

/// What an auditor sees under a permission.
pub(crate) fn auditor(permission: Permission) -> Visibility {
    let organisation = OrganisationId(uuid::Uuid::from_u128(1));
    let grant = Grant {
        role: Role::Auditor,
        organisation,
        areas: Vec::new(),
    };
    let actor = Actor::from_verified_token(UserId(uuid::Uuid::from_u128(2)), vec![grant]);
    Policy::shipped().unwrap().visibility(&actor, permission)
}

/// Every issued finding.
pub(crate) fn findings(db: &mut dyn Db) -> Vec<FindingRow> {
    db.list_findings(
        &auditor(Permission::ReportsRead),
        &FindingFilter::default(),
        0,
        10_000,
    )
    .unwrap()
}

/// Every recorded return.
pub(crate) fn returns(db: &mut dyn Db) -> Vec<ReturnRow> {
    let cases = db.stream_ids(journal::CASE, None, 10_000).unwrap();
    cases
        .into_iter()
        .flat_map(|case| db.returns_of(case).unwrap())
        .collect()
}
