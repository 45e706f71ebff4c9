//! Lists show exactly what single reads show, page after page, also while cases
//! are being added.

use sanad_core::access::{Grant, Permission, Policy, Role, Visibility};
use sanad_core::case::{CaseState, ReturnNature};
use sanad_core::ids::CaseId;
use sanad_store::Store;
use sanad_store::db::{CaseCursor, CaseEntry, CaseFilter, FindingFilter};
use sanad_store::sql_types::{Key, On};
use sanad_testkit::country::{self, QALAT_NOUR};
use sanad_testkit::{Backend, Dice, Staff, World, builders, each_backend, staff, wait};
use std::collections::BTreeSet;

/// Cases of both organisations in every kind of place, two at a time at the very
/// same moment.
fn scattered(world: &World, dice: &mut Dice, count: usize) -> Vec<CaseState> {
    let codes: Vec<&str> = country::codes().collect();
    let mut cases = Vec::new();
    for number in 0..count {
        let organisation = if dice.once_in(3) { 2 } else { 1 };
        let new = builders::single_person(organisation, dice.pick::<&str>(&codes));
        let order = if number % 2 == 0 {
            world.order()
        } else {
            world.order_now()
        };
        let registrar = Staff::of(Role::Registrar, organisation);
        let command = sanad_core::case::Command::Register(Box::new(new));
        cases.push(
            world
                .store
                .write_blocking(world.job(&registrar, None, command, order))
                .unwrap(),
        );
    }
    cases
}

fn page(
    store: &Store,
    who: &Visibility,
    filter: &CaseFilter,
    after: Option<CaseCursor>,
    limit: i64,
) -> Vec<CaseEntry> {
    let (who, filter) = (who.clone(), filter.clone());
    wait(store.read(move |db| db.list_cases(&who, &filter, after, limit))).unwrap()
}

/// All pages of a list; `between` runs after each.
fn listed(
    store: &Store,
    who: &Visibility,
    filter: &CaseFilter,
    limit: i64,
    mut between: impl FnMut(),
) -> Vec<Key> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let rows = page(store, who, filter, after, limit);
        let Some(last) = rows.last() else { return ids };
        after = Some(CaseCursor {
            opened_at: last.opened_at,
            case_id: last.case_id,
        });
        assert!(
            rows.iter()
                .map(|row| (row.opened_at, row.case_id))
                .rev()
                .is_sorted()
        );
        ids.extend(rows.iter().map(|row| row.case_id));
        between();
    }
}

/// Grants at random: whatever one user may hold.
fn grants(policy: &Policy, dice: &mut Dice) -> Vec<Grant> {
    let codes: Vec<&str> = country::codes().collect();
    loop {
        let grants: Vec<Grant> = (0..=dice.below(3))
            .map(|_| Grant {
                role: *dice.pick(&Role::ALL),
                organisation: staff::organisation(1 + u32::from(dice.once_in(2))),
                areas: (0..dice.below(3))
                    .map(|_| country::place(dice.pick::<&str>(&codes)))
                    .collect(),
            })
            .collect();
        if policy.check_grants(&grants).is_ok() {
            return grants;
        }
    }
}

#[test]
fn a_list_shows_exactly_what_single_reads_show() {
    each_backend(|database| {
        let world = World::new(database);
        let dice = &mut Dice::new(4);
        let cases = scattered(&world, dice, 40);
        let policy = Policy::shipped().unwrap();
        let mut sizes = BTreeSet::new();
        for number in 0..60 {
            let user = Staff::new(500 + number, "anybody", grants(&policy, dice));
            let who = world.sees(&user, Permission::CasesRead);
            let list = listed(&world.store, &who, &CaseFilter::default(), 7, || {});
            let once: BTreeSet<_> = list.iter().copied().collect();
            assert_eq!(
                once.len(),
                list.len(),
                "a case stands twice in the list of {user:?}"
            );

            let (asking, ids): (_, Vec<Key>) =
                (who, cases.iter().map(|case| Key(case.id.0)).collect());
            let read: BTreeSet<Key> = wait(world.store.read(move |db| {
                let mut seen = BTreeSet::new();
                for id in ids {
                    seen.extend(db.case_document(&asking, id)?.map(|_| id));
                }
                Ok(seen)
            }))
            .unwrap();
            assert_eq!(once, read, "{user:?}");

            let decided: BTreeSet<Key> = cases
                .iter()
                .filter(|case| world.may_read(&user, case.organisation, &case.places))
                .map(|case| Key(case.id.0))
                .collect();
            assert_eq!(read, decided, "{user:?}");
            sizes.insert(list.len());
        }
        assert!(
            sizes.len() > 8 && sizes.contains(&0),
            "the worlds are too much alike: {sizes:?}"
        );
    });
}

#[test]
fn every_case_stands_once_in_the_pages_while_others_are_added() {
    each_backend(|database| {
        let world = World::new(database);
        let dice = &mut Dice::new(5);
        let before: BTreeSet<Key> = scattered(&world, dice, 31)
            .iter()
            .map(|case| Key(case.id.0))
            .collect();
        let auditor = world.sees(&Staff::of(Role::Auditor, 1), Permission::CasesRead);
        let list = listed(&world.store, &auditor, &CaseFilter::default(), 4, || {
            scattered(&world, dice, 2);
        });
        let once: BTreeSet<Key> = list.iter().copied().collect();
        assert_eq!(once.len(), list.len(), "a case stands on two pages");
        assert_eq!(once, before, "a case is on no page");
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "one paragraph a filter")]
fn every_filter_shows_the_cases_that_fit_and_no_other() {
    each_backend(|database| {
        let world = World::new(database);
        let compliant = world.compliant_case();
        let here = world.registered(1, builders::registration_at(1, "XZ0199"));
        let there = world.registered(2, builders::registration_at(2, "XZ0101"));
        let gone = world.returned(
            world.registered(1, builders::registration(1)).id,
            ReturnNature::Forced,
        );
        let auditor = world.sees(&Staff::of(Role::Auditor, 1), Permission::CasesRead);
        let everything = [&compliant, &here, &there, &gone];
        let shows = |filter: CaseFilter, expected: &[&CaseState]| {
            let shown: BTreeSet<Key> = listed(&world.store, &auditor, &filter, 2, || {})
                .into_iter()
                .collect();
            let expected: BTreeSet<Key> = expected.iter().map(|case| Key(case.id.0)).collect();
            assert_eq!(shown, expected, "{filter:?}");
        };
        let text = |text: &str| Some(text.to_owned());
        let none = CaseFilter::default;
        shows(none(), &everything);
        shows(
            CaseFilter {
                state: text("returned"),
                ..none()
            },
            &[&gone],
        );
        shows(
            CaseFilter {
                finding: text("compliant"),
                ..none()
            },
            &[&compliant],
        );
        shows(
            CaseFilter {
                finding: text("not_compliant"),
                ..none()
            },
            &[],
        );
        // XZ0199 begins like the north and lies in the south.
        shows(
            CaseFilter {
                place: text("XZ-2025/XZ01"),
                ..none()
            },
            &[&there],
        );
        shows(
            CaseFilter {
                place: text("XZ-2025/XZ02"),
                ..none()
            },
            &[&compliant, &here, &gone],
        );
        shows(
            CaseFilter {
                place: text("XZ-2025/XZ"),
                ..none()
            },
            &everything,
        );
        shows(
            CaseFilter {
                place: text("XZ-2014/XZ"),
                ..none()
            },
            &[],
        );
        let destination = Some(("XZ-2025".to_owned(), QALAT_NOUR.to_owned()));
        shows(
            CaseFilter {
                destination,
                ..none()
            },
            &[&compliant],
        );
        shows(
            CaseFilter {
                number: text(here.number.as_str()),
                ..none()
            },
            &[&here],
        );
        shows(
            CaseFilter {
                organisation: Some(Key(staff::organisation(2).0)),
                ..none()
            },
            &[&there],
        );
        let (day, later) = (here.registered_on, builders::TODAY);
        shows(
            CaseFilter {
                registered_from: Some(On(day)),
                ..none()
            },
            &everything,
        );
        shows(
            CaseFilter {
                registered_from: Some(On(later)),
                ..none()
            },
            &[],
        );
        shows(
            CaseFilter {
                registered_to: Some(On(day)),
                ..none()
            },
            &everything,
        );
        shows(
            CaseFilter {
                registered_to: Some(On(day.yesterday().unwrap())),
                ..none()
            },
            &[],
        );
    });
}

#[test]
fn the_register_of_findings_shows_each_reader_what_is_theirs() {
    each_backend(|database| {
        let world = World::new(database);
        let case = world.compliant_case();
        world.finding_issued(case.id);
        let shown = |user: &Staff, filter: &FindingFilter| {
            let (who, filter) = (world.sees(user, Permission::FindingsRead), filter.clone());
            let rows = wait(
                world
                    .store
                    .read(move |db| db.list_findings(&who, &filter, 0, 50)),
            );
            rows.unwrap().len()
        };
        let any = FindingFilter::default();
        assert_eq!(shown(&Staff::of(Role::Auditor, 2), &any), 2);
        assert_eq!(shown(&Staff::of(Role::Supervisor, 1), &any), 2);
        assert_eq!(shown(&Staff::of(Role::Supervisor, 2), &any), 0);
        assert_eq!(shown(&Staff::of(Role::Registrar, 1), &any), 0);
        assert_eq!(shown(&Staff::caseworker_in_the_north(), &any), 0);
        let not_compliant = FindingFilter {
            outcome: Some("not_compliant".to_owned()),
            ..any
        };
        assert_eq!(shown(&Staff::of(Role::Auditor, 2), &not_compliant), 0);
        let id = Key(case.findings[0].id.0);
        let one = |user: &Staff| {
            let who = world.sees(user, Permission::FindingsRead);
            wait(world.store.read(move |db| db.finding(&who, id)))
                .unwrap()
                .is_some()
        };
        assert!(one(&Staff::of(Role::Auditor, 2)));
        assert!(!one(&Staff::of(Role::Supervisor, 2)));
    });
}

/// The findings of another office's case are there between those of one's own.
#[test]
fn pages_of_the_register_of_findings_leave_no_finding_out_and_show_none_twice() {
    each_backend(|database| {
        let world = World::new(database);
        let (own, other) = (world.compliant_case(), world.under_assessment());
        for _ in 0..4 {
            world.finding_issued(other.id);
            world.finding_issued(other.id);
            world.finding_issued(own.id);
        }
        // As if the other office kept it from the beginning.
        let (id, office) = (other.id.to_string(), staff::organisation(2).to_string());
        let plain = |id: &str| id.replace('-', "");
        let mut raw = database.raw();
        raw.execute(&match database.backend() {
            Backend::Sqlite => format!(
                "UPDATE case_head SET organisation_id = unhex('{}') WHERE case_id = unhex('{}')",
                plain(&office),
                plain(&id)
            ),
            Backend::Postgres => {
                format!("UPDATE case_head SET organisation_id = '{office}' WHERE case_id = '{id}'")
            }
        })
        .unwrap();
        let mut db = database.connect();
        let mut paged = |user: &Staff, limit| {
            let who = world.sees(user, Permission::FindingsRead);
            let (mut cases, mut after) = (Vec::new(), 0);
            loop {
                let filter = FindingFilter::default();
                let rows = db.list_findings(&who, &filter, after, limit).unwrap();
                let Some(last) = rows.last() else {
                    return cases;
                };
                assert!(rows.is_sorted_by_key(|row| row.position));
                assert!(rows[0].position > after);
                after = last.position;
                cases.extend(rows.iter().map(|row| CaseId(row.case_id.0)));
            }
        };
        for limit in [1, 2, 3, 50] {
            let all = paged(&Staff::of(Role::Auditor, 1), limit);
            assert_eq!(all.len(), 13, "{limit}");
            let [mine, theirs] =
                [1, 2].map(|office| paged(&Staff::of(Role::Supervisor, office), limit));
            assert_eq!(mine, [own.id; 5], "{limit}");
            assert_eq!(theirs, [other.id; 8], "{limit}");
        }
    });
}
