//! Lists of places, imported over HTTP.

use crate::client::Reply;
use crate::steps::{the, value_of};
use crate::world::World;
use sanad_core::access::Role;
use sanad_testkit::{builders, each_backend};
use serde_json::{Value, json};

const LIST: &str = "Admin Level,P-Code,Name,Name (ar),Parent P-Code\n0,YY,Wyeland,واي,\n1,YY01,East,الشرق,YY\n1,YY02,West,,YY\n2,YY0101,Harbour,,YY01\n";

fn import(world: &World, who: Role, edition: &str, list: &str) -> Reply {
    let call = world
        .as_(&the(who))
        .call("POST", &format!("/v1/places/imports?edition={edition}"));
    call.raw("text/csv; charset=utf-8", list).send()
}

#[test]
fn an_imported_list_can_be_read_and_used_at_once() {
    each_backend(|database| {
        let world = World::start(database);
        import(&world, Role::Registrar, "YY-1", LIST).refused(403, "ROLE_FORBIDDEN");
        let registrar = world.as_(&the(Role::Registrar));
        let mut there = value_of(&builders::registration(1));
        there["place_of_displacement"] = json!({"edition": "YY-1", "code": "YY0101"});
        registrar
            .post("/v1/cases", &there)
            .refused(422, "PLACE_UNKNOWN");

        let first = import(&world, Role::Administrator, "YY-1", LIST)
            .expect(200)
            .json();
        assert_eq!(first, json!({"edition": "YY-1", "rows": 4, "added": 4}));
        let again = import(&world, Role::Administrator, "YY-1", LIST)
            .expect(200)
            .json();
        assert_eq!(again["added"], 0, "the same list adds nothing");
        registrar.post("/v1/cases", &there).expect(201);

        let place = registrar.get("/v1/places/YY-1/YY01").expect(200).json();
        assert_eq!(
            (&place["names"]["ar"], &place["parent"]),
            (&json!("الشرق"), &json!("YY"))
        );
        let codes = |query: &str| -> Vec<Value> {
            registrar
                .pages(&format!("/v1/places?{query}"), 1)
                .into_iter()
                .map(|place| place["code"].clone())
                .collect()
        };
        assert_eq!(codes("edition=YY-1"), ["YY", "YY01", "YY0101", "YY02"]);
        assert_eq!(codes("parent=YY-1/YY"), ["YY01", "YY02"]);
        assert_eq!(codes("level=0"), ["XZ", "YY"]);
    });
}

#[test]
fn a_list_with_faults_is_refused_whole_and_every_fault_has_its_row() {
    each_backend(|database| {
        let world = World::start(database);
        for (rows, at) in [
            ("9,YY03,Deep,,YY\n2,,Lost,,YY01\n", vec!["/6/", "/7/"]),
            ("2,YY0201,Lost,,YY77\n", vec!["/6/"]),
        ] {
            let refused = import(
                &world,
                Role::Administrator,
                "YY-1",
                &format!("{LIST}{rows}"),
            )
            .refused(422, "ROWS_INVALID");
            let faults = refused.faults();
            assert_eq!(faults.len(), at.len(), "{}", refused.text());
            assert!(
                faults
                    .iter()
                    .zip(at)
                    .all(|((_, found), row)| found.starts_with(row)),
                "{}",
                refused.text()
            );
        }
        let admin = world.as_(&the(Role::Administrator));
        assert_eq!(admin.pages("/v1/places?edition=YY-1", 50), [] as [Value; 0]);
        import(&world, Role::Administrator, "%20", LIST).refused(400, "PARAMETER_INVALID");
        let json = admin
            .call("POST", "/v1/places/imports?edition=YY-1")
            .json(&json!({}))
            .send();
        json.refused(415, "MEDIA_TYPE_UNSUPPORTED");
        let large = vec![b'x'; 16 * 1024 * 1024 + 1];
        let large = admin
            .call("POST", "/v1/places/imports?edition=YY-1")
            .raw("text/csv", large)
            .send();
        large.refused(413, "BODY_TOO_LARGE");
    });
}
