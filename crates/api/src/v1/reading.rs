//! What a read goes through before it answers: who asks, for which record, as of which
//! day, and whether they may see it. Reads take these as writes take `OnCase` and
//! `OnArea`; who asks comes first, so that a stranger learns nothing from other answers.
//!
//! Not here: what a reader is shown (the handlers), the fast path of one case as it is
//! now (`cases::get_case`), reports (`reports`).

use super::areas::place_of;
use super::cases::{AsOf, case_id, visible_case};
use super::conflicts::in_conflict;
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, ApiResult, NoParameters, Parameters};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use sanad_core::access::{Denied, Permission, Permit, Resource, Tier, Tiers, Visibility};
use sanad_core::area::{Place, PlaceRef, PlaceTable};
use sanad_core::case::CaseState;
use sanad_core::ids::FindingId;
use sanad_store::StoreError;
use sanad_store::db::Db;
use sanad_store::rows::FindingRow;
use sanad_store::sql_types::{At, Key};
use serde::de::DeserializeOwned;
use std::pin::Pin;
use std::sync::Arc;

/// A request on its way to becoming what a handler takes.
pub(super) type Coming<T> = Pin<Box<dyn Future<Output = ApiResult<T>>>>;

/// Who asks, and the parameters of the operation.
pub(super) async fn asked<Q: DeserializeOwned + 'static>(
    http: HttpRequest,
) -> ApiResult<(web::Data<App>, Caller, Q)> {
    let caller = Caller::extract(&http).await?;
    let Parameters(query) = Parameters::<Q>::extract(&http).await?;
    let app = http.app_data::<web::Data<App>>().cloned();
    Ok((app.ok_or_else(ApiError::fault)?, caller, query))
}

/// A case that the caller may see, as the registry knew it then.
pub(crate) struct ReadCase {
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    /// The day that was asked for.
    pub(crate) as_of: AsOf,
    /// The end of that day.
    pub(crate) until: Option<At>,
    pub(crate) state: CaseState,
    /// The tiers that are open to the caller.
    pub(crate) tiers: Tiers,
}

impl ReadCase {
    /// Refuses, for want of a permission, whoever sees nothing of what was found out about
    /// a case (tier D).
    pub(crate) fn needs_tier_d(&self, permission: Permission) -> ApiResult<()> {
        if self.tiers.contains(Tier::D) {
            return Ok(());
        }
        Err(Denied::Forbidden { permission }.into())
    }

    /// Refuses whoever may not do this: the roles that show the case need not be those
    /// that show all that belongs to it.
    pub(crate) fn needs(&self, permission: Permission) -> ApiResult<()> {
        let resource = Resource::Case {
            organisation: self.state.organisation,
            places: &self.state.places,
        };
        self.app
            .policy
            .permit(&self.caller.0, permission, &resource)?;
        Ok(())
    }
}

impl FromRequest for ReadCase {
    type Error = ApiError;
    type Future = Coming<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let (app, caller, as_of) = asked::<AsOf>(http.clone()).await?;
            let id = case_id(http.match_info().query("id"))?;
            let until = as_of.until()?;
            let who = app.policy.visibility(&caller.0, Permission::CasesRead);
            let (state, tiers) = visible_case(&app, who, id, until).await?;
            Ok(Self {
                app,
                caller,
                as_of,
                until,
                state,
                tiers,
            })
        })
    }
}

/// A place that the caller may read about, with the parameters of the operation.
pub(crate) struct ReadArea<Q> {
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    pub(crate) query: Q,
    pub(crate) place: PlaceRef,
    pub(crate) places: Arc<PlaceTable>,
    /// The place and what it lies in, the place first; never empty.
    pub(crate) lineage: Vec<PlaceRef>,
    pub(crate) permit: Permit,
}

impl<Q: DeserializeOwned + 'static> FromRequest for ReadArea<Q> {
    type Error = ApiError;
    type Future = Coming<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let (app, caller, query) = asked(http.clone()).await?;
            let place = place_of(&http)?;
            let (places, lineage, permit) =
                permitted_at(&app, &caller, &place, Permission::AreasRead).await?;
            Ok(Self {
                app,
                caller,
                query,
                place,
                places,
                lineage,
                permit,
            })
        })
    }
}

/// Refuses whoever may not do this in a place, and a place that is in no list. Answers the
/// places, the place with what it lies in, and the permit.
pub(crate) async fn permitted_at(
    app: &App,
    caller: &Caller,
    place: &PlaceRef,
    permission: Permission,
) -> ApiResult<(Arc<PlaceTable>, Vec<PlaceRef>, Permit)> {
    let places = app.places().await?;
    let lineage: Vec<PlaceRef> = places.lineage(place).map(Place::reference).collect();
    let resource = Resource::Area { places: &lineage };
    let permit = app.policy.permit(&caller.0, permission, &resource)?;
    if lineage.is_empty() {
        return Err(ApiError::not_found("PLACE_NOT_FOUND"));
    }
    Ok((places, lineage, permit))
}

/// A finding that is asked for by its id.
pub(crate) struct ReadFinding {
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    id: FindingId,
}

impl ReadFinding {
    /// What `make` makes of the finding, for a caller whose case it may be under each of
    /// these permissions.
    pub(crate) async fn seen<T: Send + 'static>(
        &self,
        who: Vec<Visibility>,
        make: impl Fn(&mut dyn Db, FindingRow) -> T + Send + 'static,
    ) -> ApiResult<T> {
        let id = Key(self.id.0);
        let user = self.caller.0.user();
        let read = move |db: &mut dyn Db| -> Result<ApiResult<T>, StoreError> {
            let mut found = None;
            for who in &who {
                found = db.finding(who, id)?;
                if found.is_none() {
                    break;
                }
            }
            Ok(match found {
                None => Err(not_found()),
                Some(row) if db.is_closed_to(user, row.case_id)? => Err(in_conflict()),
                Some(row) => Ok(make(db, row)),
            })
        };
        self.app.store.read(read).await?
    }
}

fn not_found() -> ApiError {
    ApiError::not_found("FINDING_NOT_FOUND")
}

impl FromRequest for ReadFinding {
    type Error = ApiError;
    type Future = Coming<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let (app, caller, _) = asked::<NoParameters>(http.clone()).await?;
            let id = http.match_info().query("id");
            let id = id.parse().map_err(|_| not_found())?;
            Ok(Self { app, caller, id })
        })
    }
}

/// Which tier a reader was not shown, if it is closed to them.
pub(crate) fn withheld(tiers: Tiers, tier: Tier) -> Vec<Tier> {
    if tiers.contains(tier) {
        Vec::new()
    } else {
        vec![tier]
    }
}
