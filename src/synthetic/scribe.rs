//! Records synthetic commands the way real ones are recorded: permit, rules,
//! journal. The clock moves forward by itself and ids come from the seed.

use super::Fault;
use super::country::Country;
use super::dice::Dice;
use super::staff::Staff;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sanad_core::access::{Actor, Permission, Policy, Resource};
use sanad_core::area::{self, AreaCommand, AreaState, Place, PlaceRef};
use sanad_core::case::{self, AreaKnowledge, CaseState, Command, Context};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_store::sql_types::Key;
use sanad_store::{Envelope, LookedAgain, Lookout, Tx, knowledge};
use std::collections::HashMap;

/// The number of the dice that ids are drawn from.
const IDS: u64 = 1;

/// Who writes a synthetic registry.
#[derive(Debug)]
pub struct Scribe {
    /// The country.
    pub country: Country,
    /// Its staff.
    pub staff: Staff,
    policy: Policy,
    /// Every place that anything is known of, so that no journal is read again.
    known: HashMap<PlaceRef, AreaState>,
    ids: Dice,
    seed: u64,
    now: Timestamp,
    step: SignedDuration,
    commands: u64,
}

impl Scribe {
    /// A scribe whose clock begins at a moment and moves by `step` at each command.
    pub fn new(seed: u64, from: Timestamp, step: SignedDuration) -> Result<Self, Fault> {
        Ok(Self {
            country: Country::new()?,
            staff: Staff::new(),
            policy: Policy::shipped()?,
            known: HashMap::new(),
            ids: Dice::of(seed, IDS, 0),
            seed,
            now: from,
            step: step.max(SignedDuration::from_micros(1)),
            commands: 0,
        })
    }

    /// The numbers of one thing of this registry.
    pub fn dice(&self, kind: u64, number: u64) -> Dice {
        Dice::of(self.seed, kind, number)
    }

    /// The day, in UTC.
    pub fn today(&self) -> Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Lets the clock go on to a moment; it never goes back.
    pub fn wait_until(&mut self, moment: Timestamp) {
        self.now = self.now.max(moment);
    }

    /// Goes on from a moment with another step between commands.
    pub fn go_on(&mut self, from: Timestamp, step: SignedDuration) {
        self.wait_until(from);
        self.step = step.max(SignedDuration::from_micros(1));
    }

    /// How many commands were recorded.
    pub const fn commands(&self) -> u64 {
        self.commands
    }

    fn tick(&mut self) -> Result<(Envelope, [u8; 16]), Fault> {
        let after = self
            .now
            .checked_add(self.step)
            .map_err(|error| Fault::Made(error.to_string()))?;
        self.now = Timestamp::from_microsecond(after.as_microsecond())
            .map_err(|error| Fault::Made(error.to_string()))?;
        self.commands += 1;
        let envelope = Envelope {
            command: Key(self.ids.id()),
            recorded_at: self.now,
            policy: *self.policy.sha256(),
        };
        Ok((envelope, self.ids.entropy()))
    }

    /// Records a command on a case; `None` for a registration.
    pub fn case(
        &mut self,
        tx: &mut Tx<'_>,
        by: &Actor,
        state: Option<CaseState>,
        command: Command,
    ) -> Result<CaseState, Fault> {
        let areas = match &state {
            Some(state) if command.looks_at_places() => Some(self.knowledge(state)?),
            _ => None,
        };
        let (envelope, entropy) = self.tick()?;
        let permit = match (&state, &command) {
            (None, Command::Register(new)) => {
                let places = self.lineage(&new.place_of_displacement);
                let resource = Resource::Case {
                    organisation: new.organisation,
                    places: &places,
                };
                self.policy.permit(by, command.permission(), &resource)?
            }
            (Some(state), _) => {
                let resource = Resource::Case {
                    organisation: state.organisation,
                    places: &state.places,
                };
                self.policy.permit(by, command.permission(), &resource)?
            }
            (None, _) => {
                return Err(Fault::Made(
                    "a case begins with its registration".to_owned(),
                ));
            }
        };
        let context = self.context(entropy, areas.as_ref());
        let decided = case::decide(&permit, state.as_ref(), command, &context)?;
        Ok(tx.append_case(state, decided, &envelope)?)
    }

    /// Records a command on a place; answers what is known of it then.
    pub fn area(
        &mut self,
        tx: &mut Tx<'_>,
        by: &Actor,
        place: &PlaceRef,
        command: AreaCommand,
    ) -> Result<&AreaState, Fault> {
        let (after, _) = self.recorded(tx, by, place, command)?;
        self.known.insert(place.clone(), after);
        self.known
            .get(place)
            .ok_or_else(|| Fault::Made("a place was forgotten".to_owned()))
    }

    /// The same for what is going to be taken back: this scribe does not know of it
    /// afterwards. Answers what it did to findings.
    pub fn tried(
        &mut self,
        tx: &mut Tx<'_>,
        by: &Actor,
        place: &PlaceRef,
        command: AreaCommand,
    ) -> Result<LookedAgain, Fault> {
        let (_, again) = self.recorded(tx, by, place, command)?;
        Ok(again)
    }

    fn recorded(
        &mut self,
        tx: &mut Tx<'_>,
        by: &Actor,
        place: &PlaceRef,
        command: AreaCommand,
    ) -> Result<(AreaState, LookedAgain), Fault> {
        let (envelope, entropy) = self.tick()?;
        let places = self.lineage(place);
        let permit = self.policy.permit(
            by,
            command.permission(),
            &Resource::Area { places: &places },
        )?;
        let before = self.known.get(place).cloned().unwrap_or_default();
        let decided = area::decide(
            &permit,
            place,
            &before,
            command,
            &self.context(entropy, None),
        )?;
        let lookout = Lookout {
            places: &self.country.places,
            catalogue: Catalogue::shipped(),
            who: &self.policy.visibility(by, Permission::FindingsRead),
        };
        Ok(tx.append_area(place, before, decided, &envelope, lookout)?)
    }

    fn context<'a>(&'a self, entropy: [u8; 16], areas: Option<&'a AreaKnowledge>) -> Context<'a> {
        Context {
            now: self.now,
            entropy,
            catalogue: Catalogue::shipped(),
            places: &self.country.places,
            profile: AccessProfile::Standard,
            areas,
        }
    }

    fn lineage(&self, place: &PlaceRef) -> Vec<PlaceRef> {
        self.country
            .places
            .lineage(place)
            .map(Place::reference)
            .collect()
    }

    /// What is known of the places of a case, from what this scribe wrote itself:
    /// reading the journals of every place for every case took most of the time.
    fn knowledge(&self, case: &CaseState) -> Result<AreaKnowledge, Fault> {
        let known = |place: &PlaceRef| Ok(self.known.get(place).cloned().unwrap_or_default());
        let around = knowledge::places_around(&self.country.places, case);
        let around = around.iter().filter_map(|place| self.known.get(place));
        Ok(AreaKnowledge {
            around: around.flat_map(|state| state.events.clone()).collect(),
            ..knowledge::gather(&self.country.places, case, &mut { known })?
        })
    }
}
