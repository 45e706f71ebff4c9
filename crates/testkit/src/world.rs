//! A registry in which the staff of the tests act through the same door as
//! everybody: the policy, the rules, the store.
//!
//! Its clock moves one second with every command and its random bits are a
//! counter, so two runs record the same facts. Not here: whole stories
//! (`journey`).

use crate::builders::TODAY;
use crate::{Staff, TestDatabase, country, staff};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sanad_core::access::{Denied, Permission, Policy, Resource, Visibility};
use sanad_core::area::{self, AreaCommand, AreaState, PlaceRef, PlaceTable};
use sanad_core::case::{self, CaseState, Command, Context};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::ids::{CaseId, OrganisationId};
use sanad_core::refusal::Refusal;
use sanad_store::sql_types::Key;
use sanad_store::{Envelope, LookedAgain, Lookout, Store, StoreError, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// By the policy.
    Denied(Denied),
    /// By the rules.
    Refused(Refusal),
    /// By the store.
    Store(StoreError),
    /// There is no such case.
    NoSuchCase,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// What a command brings along besides its content.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Its id.
    pub id: Key,
    /// When it arrives.
    pub now: Timestamp,
}

/// A registry with places, organisations and staff.
pub struct World {
    /// Its store.
    pub store: Store,
    rules: Arc<Rules>,
    node: u32,
    orders: AtomicU64,
    clock: AtomicI64,
}

struct Rules {
    policy: Policy,
    places: PlaceTable,
}

impl World {
    /// A registry in a fresh database: places, organisations and accounts are there.
    pub fn new(database: &TestDatabase) -> Self {
        let world = Self::beside(database, 1);
        let now = world.now();
        world
            .store
            .administer(|db| {
                db.put_places(&country::rows(now))?;
                for row in staff::organisation_rows(now) {
                    db.put_organisation(&row)?;
                }
                for user in Staff::everybody() {
                    let (account, grants) = user.rows("not a hash: nobody signs in", now);
                    db.put_account(&account, &grants)?;
                }
                Ok(())
            })
            .expect("a fresh database takes reference data");
        world
    }

    /// Another program on the same database: a store of its own, and command ids
    /// that no other `node` has.
    pub fn beside(database: &TestDatabase, node: u32) -> Self {
        let morning = TODAY
            .at(8, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .expect("an ordinary day")
            .timestamp();
        let policy = Policy::shipped().expect("the shipped policy loads");
        Self {
            store: database.store(),
            rules: Arc::new(Rules {
                policy,
                places: country::table(),
            }),
            node,
            orders: AtomicU64::new(0),
            clock: AtomicI64::new(morning.as_microsecond()),
        }
    }

    /// The time of the last command.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.load(Ordering::SeqCst)).expect("within our time")
    }

    /// Lets time pass.
    pub fn pass(&self, span: SignedDuration) {
        let micros = i64::try_from(span.as_micros()).expect("a short time");
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    /// A new command: one second later than the one before.
    pub fn order(&self) -> Order {
        self.pass(SignedDuration::from_secs(1));
        self.order_now()
    }

    /// A new command at the very time of the one before.
    pub fn order_now(&self) -> Order {
        let number = self.orders.fetch_add(1, Ordering::SeqCst);
        let id = (u128::from(self.node) << 96) | (0x4000_8000_u128 << 64) | u128::from(number);
        Order {
            id: Key(Uuid::from_u128(id)),
            now: self.now(),
        }
    }

    /// Sends a command about a case (none for a registration).
    pub fn send(
        &self,
        who: &Staff,
        case: Option<CaseId>,
        command: Command,
    ) -> Result<CaseState, Failure> {
        self.store
            .write_blocking(self.job(who, case, command, self.order()))
    }

    /// Sends a command that the policy and the rules let through.
    pub fn done(&self, who: &Staff, case: CaseId, command: Command) -> CaseState {
        let what = format!("{command:?}");
        self.send(who, Some(case), command)
            .unwrap_or_else(|failure| panic!("{what}: {failure:?}"))
    }

    /// The same as a job, for tests that send many at once.
    pub fn job(
        &self,
        who: &Staff,
        case: Option<CaseId>,
        command: Command,
        order: Order,
    ) -> impl FnMut(&mut Tx<'_>) -> Result<CaseState, Failure> + Send + 'static {
        let rules = Arc::clone(&self.rules);
        let actor = who.actor();
        move |tx| {
            let state = match case {
                Some(id) => Some(tx.case(id)?.ok_or(Failure::NoSuchCase)?),
                None => None,
            };
            let (organisation, places) = match (&state, &command) {
                (Some(state), _) => (state.organisation, state.places.clone()),
                (None, Command::Register(new)) => {
                    (new.organisation, rules.lineage(&new.place_of_displacement))
                }
                (None, _) => return Err(Failure::NoSuchCase),
            };
            let resource = Resource::Case {
                organisation,
                places: &places,
            };
            let permit = rules
                .policy
                .permit(&actor, command.permission(), &resource)?;
            let areas = match &state {
                Some(state) => Some(tx.knowledge(&rules.places, state)?),
                None => None,
            };
            let context = Context {
                areas: areas.as_ref(),
                ..rules.context(order)
            };
            let decided = case::decide(&permit, state.as_ref(), command.clone(), &context)?;
            let follows = state
                .as_ref()
                .map_or_else(Vec::new, |state| case::consequences(state, &decided));
            let envelope = rules.envelope(order);
            let state = tx.append_case(state, decided, &envelope)?;
            for (number, consequence) in (1_u128..).zip(&follows) {
                let entropy = (order.id.0.as_u128() ^ (number << 120)).to_be_bytes();
                let lookout = Lookout {
                    places: &rules.places,
                    catalogue: Catalogue::shipped(),
                    who: &rules.policy.visibility(&actor, Permission::FindingsRead),
                };
                tx.follow(consequence, entropy, &envelope, lookout)?;
            }
            Ok(state)
        }
    }

    /// Sends a command about a place.
    pub fn send_area(
        &self,
        who: &Staff,
        place: &PlaceRef,
        command: AreaCommand,
    ) -> Result<AreaState, Failure> {
        self.store
            .write_blocking(self.area_job(who, place, command, self.order()))
            .map(|(state, _)| state)
    }

    /// The same as a job, which also answers what it did to findings.
    pub fn area_job(
        &self,
        who: &Staff,
        place: &PlaceRef,
        command: AreaCommand,
        order: Order,
    ) -> impl FnMut(&mut Tx<'_>) -> Result<(AreaState, LookedAgain), Failure> + Send + use<> {
        let rules = Arc::clone(&self.rules);
        let (actor, place) = (who.actor(), place.clone());
        move |tx| {
            let lineage = rules.lineage(&place);
            let resource = Resource::Area { places: &lineage };
            let permit = rules
                .policy
                .permit(&actor, command.permission(), &resource)?;
            let state = tx.area(&place)?;
            let context = rules.context(order);
            let decided = area::decide(&permit, &place, &state, command.clone(), &context)?;
            let lookout = Lookout {
                places: &rules.places,
                catalogue: Catalogue::shipped(),
                who: &rules.policy.visibility(&actor, Permission::FindingsRead),
            };
            Ok(tx.append_area(&place, state, decided, &rules.envelope(order), lookout)?)
        }
    }

    /// Sends a command about a place that the policy and the rules let through.
    pub fn done_area(&self, who: &Staff, place: &PlaceRef, command: AreaCommand) -> AreaState {
        let what = format!("{command:?}");
        self.send_area(who, place, command)
            .unwrap_or_else(|failure| panic!("{what}: {failure:?}"))
    }

    /// What a user sees under a permission that reads.
    pub fn sees(&self, who: &Staff, permission: Permission) -> Visibility {
        self.rules.policy.visibility(&who.actor(), permission)
    }

    /// Whether a user may read a case, decided for this one case.
    pub fn may_read(&self, who: &Staff, organisation: OrganisationId, places: &[PlaceRef]) -> bool {
        let case = Resource::Case {
            organisation,
            places,
        };
        self.rules
            .policy
            .permit(&who.actor(), Permission::CasesRead, &case)
            .is_ok()
    }
}

impl Rules {
    /// A place and what it lies in.
    fn lineage(&self, place: &PlaceRef) -> Vec<PlaceRef> {
        self.places
            .lineage(place)
            .map(area::Place::reference)
            .collect()
    }

    fn context(&self, order: Order) -> Context<'_> {
        Context {
            now: order.now,
            entropy: *order.id.0.as_bytes(),
            catalogue: Catalogue::shipped(),
            places: &self.places,
            profile: AccessProfile::Standard,
            areas: None,
        }
    }

    fn envelope(&self, order: Order) -> Envelope {
        Envelope {
            command: order.id,
            recorded_at: order.now,
            policy: *self.policy.sha256(),
        }
    }
}
