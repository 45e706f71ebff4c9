//! A case of another organisation, or of another area, does not exist: in status,
//! headers and body, through every path, filter and cursor.

use crate::client::{Client, Reply};
use crate::contract::{Operation, operations};
use crate::steps::{Case, the};
use crate::world::World;
use sanad_core::access::Role;
use sanad_testkit::{Staff, builders, each_backend, staff};

fn strangers() -> Vec<Staff> {
    let roles = [
        Role::Registrar,
        Role::Caseworker,
        Role::ProtectionOfficer,
        Role::Supervisor,
    ];
    let others = roles.into_iter().map(|role| Staff::of(role, 2));
    others
        .chain([Staff::caseworker_in_the_north(), the(Role::Administrator)])
        .collect()
}

fn call(client: &Client, operation: &Operation, case: &Case<'_>, id: &str, query: &str) -> Reply {
    let answer = uuid::Uuid::from_u128(9).to_string();
    let ids = [
        ("id", id),
        ("person_id", &case.persons[0]),
        ("answer_id", &answer),
        ("incident_id", &answer),
        ("evidence_id", &answer),
        ("user_id", &answer),
        ("reason", "audit"),
        ("key_id", &answer),
    ];
    let path = operation.path_with(&ids) + query;
    let call = client
        .call(operation.method, &path)
        .if_match("\"1\"")
        .key("0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a78");
    match operation.json_example() {
        Some(example) => call.json(example).send(),
        None => call.send(),
    }
}

#[test]
fn a_foreign_case_is_answered_exactly_as_one_that_does_not_exist() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let unknown = uuid::Uuid::from_u128(0x0196_a5c2_7d10_7c3a_9f00_2b6f_6b1c_0a99).to_string();
        let mut compared = 0;
        for user in strangers() {
            let client = world.as_(&user);
            for operation in operations().into_iter().filter(Operation::on_case) {
                let day = format!("?as_of={}", crate::world::today());
                let dated = operation.described["parameters"]
                    .to_string()
                    .contains("\"as_of\"");
                for query in ["", day.as_str()].into_iter().take(1 + usize::from(dated)) {
                    let foreign = call(&client, &operation, &case, &case.id, query);
                    let nothing = call(&client, &operation, &case, &unknown, query);
                    let named = format!("{} as {}", operation.id(), user.login);
                    assert_eq!(foreign.status, 404, "{named}: {}", foreign.text());
                    assert!(
                        foreign.same_as(&nothing),
                        "{named}: {} and {}",
                        foreign.text(),
                        nothing.text()
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 6 * 20, "{compared}");
        assert_eq!(
            case.get(&the(Role::Auditor), "/history").json()["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|fact| fact["kind"] == "finding_issued")
                .count(),
            1
        );
    });
}

#[test]
fn no_filter_cursor_or_finding_shows_a_foreign_case() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let own = world.registered(2, &builders::registration(2));
        let auditor = world.as_(&the(Role::Auditor));
        let finding = case.get(&the(Role::Auditor), "/findings").json()["items"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let cursor = auditor.get("/v1/cases?limit=1").expect(200).json()["next"]
            .as_str()
            .unwrap()
            .to_owned();
        for user in strangers() {
            if user.grants[0].role == Role::Administrator {
                continue;
            }
            let client = world.as_(&user);
            let mine = user.grants[0].organisation == staff::organisation(2);
            let filters = [
                String::new(),
                format!("number={}", case.number),
                format!("organisation={}", staff::organisation(1)),
                "finding=compliant".to_owned(),
                "state=assessed".to_owned(),
                "destination=XZ-2025/C1007".to_owned(),
                "place=XZ-2025/C2044".to_owned(),
                format!("cursor={cursor}"),
            ];
            for filter in filters {
                let shown = client.get(&format!("/v1/cases?{filter}"));
                // Whoever sees no findings cannot ask for them either.
                let asked = if filter.starts_with("finding") {
                    [200, 403]
                } else {
                    [200, 200]
                };
                assert!(asked.contains(&shown.status), "{filter}: {}", shown.status);
                assert!(
                    !shown.text().contains(&case.id),
                    "{filter} as {}",
                    user.login
                );
            }
            assert_eq!(client.get("/v1/cases").text().contains(&own.id), mine);
            let foreign = client
                .get(&format!("/v1/findings/{finding}"))
                .refused(404, "FINDING_NOT_FOUND");
            let nothing = client.get(&format!("/v1/findings/{}", uuid::Uuid::from_u128(9)));
            assert!(foreign.same_as(&nothing), "{}", user.login);
            if user.grants[0].role == Role::Supervisor {
                assert!(
                    !client
                        .get("/v1/findings")
                        .expect(200)
                        .text()
                        .contains(&case.id)
                );
            }
        }
    });
}
