//! Where the rows of a report come from: the journal up to the day of the report, as
//! far as the reader may see, one case or place at a time.
//!
//! Reports read the journal and not its projections, so that a row altered by hand
//! cannot hide anything; only the finding register and the comparison in
//! `returns_without_finding` look at projected rows.

use super::{Filter, ReportError};
use crate::recompute::{self, Behind};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::access::{Resource, Tier, Visibility};
use sanad_core::area::{AreaFact, AreaState, Place, PlaceRef, PlaceTable};
use sanad_core::case::{AreaKnowledge, CaseState, Event};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::ids::{CaseId, FindingId, OrganisationId, UserId};
use sanad_store::StoreError;
use sanad_store::db::Db;
use sanad_store::journal::{CASE, Recorded, area_stream, case_stream, decode};
use sanad_store::knowledge::{self, Until};
use sanad_store::rows::JournalRow;
use sanad_store::sql_types::{At, Key};
use std::collections::HashMap;
use std::sync::Arc;

/// What a report looks at, fixed when it begins.
#[derive(Debug)]
pub struct View {
    /// The cases that its reader may see.
    pub who: Visibility,
    /// The places that its reader may see.
    pub areas: Visibility,
    /// The catalogue in force.
    pub catalogue: Catalogue,
    /// The imported places.
    pub places: Arc<PlaceTable>,
    /// How this deployment reads access to the region.
    pub profile: AccessProfile,
    /// The day of the report.
    pub as_of: Date,
    /// Up to where the journal is read.
    pub until: Until,
    /// When the report began.
    pub began: At,
    /// Which rows were asked for.
    pub filter: Filter,
}

/// The last moment of a day in UTC, to the microsecond that databases keep.
pub fn last_moment(day: Date) -> Option<At> {
    let next = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(At::from_micros(At::from(next.timestamp()).micros() - 1))
}

impl View {
    /// Up to which moment tables with times are read; `None` for now.
    pub fn moment(&self) -> Option<At> {
        match self.until {
            Until::Moment(moment) => Some(moment),
            Until::Now | Until::Position(_) => None,
        }
    }

    /// Whether a fact at this position belongs to the report, where facts may be
    /// recorded while it is written.
    pub fn holds(&self, position: i64) -> bool {
        match self.until {
            Until::Position(end) => position < end,
            Until::Now | Until::Moment(_) => true,
        }
    }

    /// Whether a day lies within the days asked for.
    pub fn within(&self, day: Date) -> bool {
        self.filter.from.is_none_or(|from| from <= day) && self.filter.to.is_none_or(|to| day <= to)
    }

    /// Whether a place is, or lies in, the place asked for.
    pub fn covers(&self, place: &PlaceRef) -> bool {
        let Some(wanted) = &self.filter.place else {
            return true;
        };
        wanted == place || self.places.lies_in(place, wanted)
    }

    /// How deep a place lies, where it is known.
    pub fn level(&self, place: &PlaceRef) -> Option<u8> {
        self.places.find(place).map(|known| known.level)
    }

    /// The name of a place.
    pub fn place_name(&self, place: &PlaceRef) -> Option<String> {
        let known = self.places.find(place)?;
        Some(known.name("en")?.as_str().to_owned())
    }
}

/// A case as it was on the day of the report.
#[derive(Debug)]
pub struct CaseFile {
    /// What its facts come to.
    pub state: CaseState,
    /// Its facts.
    pub facts: Vec<Recorded<Event>>,
    /// Whether what it said of persons is still there.
    pub persons: Persons,
}

/// What became of what a case said of its persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persons {
    /// It is there.
    There,
    /// It was destroyed when its time was over, by two people (T23).
    Destroyed,
    /// It is gone, and no such decision stands behind that.
    Missing,
}

impl Persons {
    /// From all the facts of a case, whatever the day of the report.
    fn of(facts: &[Recorded<Event>]) -> Result<Self, StoreError> {
        let ended = facts.last().and_then(|fact| match &fact.event {
            Event::Anonymised(end) => Some((end, fact.meta.recorded_by)),
            _ => None,
        });
        if let Some((end, by)) = ended {
            let before = fold(&facts[..facts.len() - 1])?;
            let rightly = before.is_some_and(|before| before.ends_rightly(end, by));
            return Ok(if rightly {
                Self::Destroyed
            } else {
                Self::Missing
            });
        }
        let gone = |fact: &Recorded<Event>| match &fact.event {
            Event::CaseRegistered(registered) => registered.members.is_empty(),
            Event::Destroyed | Event::Anonymised(_) => true,
            _ => false,
        };
        Ok(if facts.iter().any(gone) {
            Self::Missing
        } else {
            Self::There
        })
    }
}

impl CaseFile {
    /// How a person is called in a report: by number, never by name.
    pub fn label(&self, person: &str) -> String {
        let known = self
            .state
            .members
            .iter()
            .position(|member| member.id.to_string() == person);
        known.map_or_else(
            || person.to_owned(),
            |number| format!("person {}", number + 1),
        )
    }

    /// Who recorded consent, in a case of which nothing else of it is left.
    pub fn recorders_left(&self) -> impl Iterator<Item = UserId> {
        let end = self.state.anonymised.iter();
        end.flat_map(|end| end.consent_recorders.iter().copied())
    }

    /// Where the household lived.
    pub fn place(&self) -> Option<&PlaceRef> {
        self.state.place_of_displacement()
    }
}

/// What the journal says of a place on the day of the report.
#[derive(Debug)]
pub struct AreaFile {
    /// What its facts come to.
    pub state: AreaState,
    /// Its facts.
    pub facts: Vec<Recorded<AreaFact>>,
}

/// The database as a report asks it.
pub struct Source<'a> {
    /// The connection.
    pub db: &'a mut dyn Db,
    /// What the report looks at.
    pub view: &'a View,
    /// Login names known so far: as many as there are users.
    pub logins: &'a mut HashMap<UserId, String>,
}

impl Source<'_> {
    /// The login name of a user; their id where there is no account any more.
    pub fn login(&mut self, user: UserId) -> Result<String, StoreError> {
        if let Some(login) = self.logins.get(&user) {
            return Ok(login.clone());
        }
        let account = self.db.account(Key(user.0))?;
        let login = account.map_or_else(|| user.to_string(), |(account, _)| account.login);
        self.logins.insert(user, login.clone());
        Ok(login)
    }

    /// The names of the organisations that work with this registry.
    pub fn organisations(&mut self) -> Result<HashMap<OrganisationId, String>, StoreError> {
        let rows = self.db.organisations()?.into_iter();
        let named = rows.map(|row| (OrganisationId(row.organisation_id.0), row.name));
        Ok(named.collect())
    }

    /// A case, if its reader may see it both as it was and as it is now: what was
    /// taken out of their reach stays out.
    pub fn case(&mut self, id: Key) -> Result<Option<CaseFile>, StoreError> {
        let now = self.db.stream(id, None)?;
        if now.first().is_none_or(|row| row.stream_kind != CASE) {
            return Ok(None);
        }
        let all = self.cut(now);
        let facts = decode::<Event>(&all)?;
        let Some(state) = fold(&facts)? else {
            return Ok(None);
        };
        if !self.sees(&state) {
            return Ok(None);
        }
        let persons = Persons::of(&facts)?;
        let Some(moment) = self.view.moment() else {
            return Ok(Some(CaseFile {
                state,
                facts,
                persons,
            }));
        };
        let then: Vec<_> = facts
            .into_iter()
            .filter(|fact| fact.meta.recorded_at <= moment.timestamp())
            .collect();
        let Some(state) = fold(&then)? else {
            return Ok(None);
        };
        let seen = self.sees(&state);
        Ok(seen.then_some(CaseFile {
            state,
            facts: then,
            persons,
        }))
    }

    fn cut(&self, mut rows: Vec<JournalRow>) -> Vec<JournalRow> {
        rows.retain(|row| self.view.holds(row.position));
        rows
    }

    /// Reports are tier D throughout: without it a case does not exist for them, nor does
    /// one of the reader's own family.
    fn sees(&self, case: &CaseState) -> bool {
        let resource = Resource::Case {
            organisation: case.organisation,
            places: &case.places,
        };
        self.opens_tier_d(&resource) && !case.in_conflict(self.view.who.user())
    }

    /// Whether the reader may see a row that no case stands behind: what the row says
    /// of itself decides, and nothing else opens it.
    pub fn sees_row(&self, organisation: OrganisationId, places: &[PlaceRef]) -> bool {
        let resource = Resource::Case {
            organisation,
            places,
        };
        self.opens_tier_d(&resource)
    }

    fn opens_tier_d(&self, resource: &Resource<'_>) -> bool {
        let open = self.view.who.tiers_for(resource);
        open.is_some_and(|tiers| tiers.contains(Tier::D))
    }

    /// Whether the reader may see a place.
    pub fn sees_place(&self, place: &PlaceRef) -> bool {
        let lineage: Vec<PlaceRef> = self
            .view
            .places
            .lineage(place)
            .map(Place::reference)
            .collect();
        let resource = Resource::Area { places: &lineage };
        self.view
            .areas
            .tiers_for(&resource)
            .is_some_and(|tiers| tiers.contains(Tier::D))
    }

    /// Ids of cases after one, in their order.
    pub fn case_ids(&mut self, after: Option<Key>, limit: i64) -> Result<Vec<Key>, StoreError> {
        self.db.stream_ids(CASE, after, limit)
    }

    /// What is known of a place.
    pub fn area(&mut self, place: &PlaceRef) -> Result<AreaFile, StoreError> {
        self.area_of_stream(area_stream(place))
    }

    /// What is known of the place with this journal.
    pub fn area_of_stream(&mut self, stream: Key) -> Result<AreaFile, StoreError> {
        let rows = knowledge::stream(self.db, stream, self.view.until)?;
        let facts = decode::<AreaFact>(&rows)?;
        let state = AreaState::fold(facts.iter().map(|fact| (&fact.event, fact.meta)));
        Ok(AreaFile { state, facts })
    }

    /// What is known of the places of a case.
    pub fn knowledge(&mut self, case: &CaseState) -> Result<AreaKnowledge, StoreError> {
        knowledge::of_case(self.db, &self.view.places, case, self.view.until)
    }

    /// The facts behind a finding and what they come to now.
    pub fn behind(
        &mut self,
        case: CaseId,
        finding: FindingId,
    ) -> Result<Option<Behind>, StoreError> {
        let rows = self.db.stream(case_stream(case), None)?;
        let view = self.view;
        recompute::behind(self.db, &view.places, &view.catalogue, &rows, finding)
    }
}

fn fold(facts: &[Recorded<Event>]) -> Result<Option<CaseState>, StoreError> {
    CaseState::fold(facts.iter().map(|fact| (&fact.event, fact.meta)))
        .map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// A case that must be there.
pub fn required(source: &mut Source<'_>) -> Result<CaseFile, ReportError> {
    let Some(id) = source.view.filter.case_id else {
        return Err(ReportError::NeedsCase);
    };
    let case = source.case(case_stream(id))?.ok_or(ReportError::NoCase)?;
    if case.state.is_forgotten() && case.state.anonymised.is_none() {
        return Err(StoreError::Forgotten.into());
    }
    Ok(case)
}
