//! A case as its readers see it, in parts by data tier, so that what a reader may
//! not see is taken out whole and named in `withheld`.
//!
//! Not here: who sees which tier (`access`).

use super::anonymisation::{Anonymisation, AnonymisationProposal, LegalHold};
use super::best_interests::BestInterestsRecord;
use super::consent::ConsentRecord;
use super::departure::{Approval, Departure};
use super::flag::LostFlag;
use super::incident::IncidentRecord;
use super::lifecycle::State;
use super::monitoring::Monitoring;
use super::number::CaseNumber;
use super::pause::{ClosureReason, Hold};
use super::solution::{AchievedSolution, ChosenSolution};
use super::state::CaseState;
use super::withdrawal::WithdrawalRecord;
use crate::access::{Tier, Tiers};
use crate::area::PlaceRef;
use crate::ids::{CaseId, FindingId, OrganisationId, PersonId, ReturnId};
use crate::person::{
    BirthDate, ContactPoint, Displacement, Document, Leaving, LegalStatus, Names, Nationality,
    NeedCode, Relationship, Sex,
};
use crate::privacy::{Notice, ProcessingBasis};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A case as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseDocument {
    /// Its id.
    pub id: CaseId,
    /// Its number, without meaning.
    pub number: CaseNumber,
    /// Who keeps it.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub state: State,
    /// Facts in its journal; also its `ETag`.
    pub revision: u64,
    /// Day of registration.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub registered_on: Date,
    /// When the registry recorded it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub opened_at: Timestamp,
    /// When the last fact was recorded.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// Where the household lives now, and what that place lies in.
    pub places: Vec<PlaceRef>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_of_origin: Option<PlaceRef>,
    /// Where it wants to return to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<PlaceRef>,
    /// Episodes of displacement.
    pub displacements: Vec<Displacement>,
    /// Lawful basis of processing.
    pub processing: ProcessingBasis,
    /// Notice given.
    pub notice: Notice,
    /// Everyone who is or was in the case.
    pub members: Vec<MemberView>,
    /// How the household can be reached (tier B).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_points: Option<Vec<ContactPoint>>,
    /// Issued findings, the earliest first (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<FindingId>>,
    /// Recorded returns, the earliest recorded first (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<Vec<ReturnId>>,
    /// Withdrawals of consent to return, the earliest recorded first (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawals: Option<Vec<WithdrawalRecord>>,
    /// The approval in force (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// The departure in force (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure: Option<Departure>,
    /// Statements of consent, the earliest recorded first (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents: Option<Vec<ConsentRecord>>,
    /// Persons whose data may be shared with the country of origin: they agreed, and no
    /// forced return or danger of refoulement bars it (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_be_shared: Option<Vec<PersonId>>,
    /// The solution other than return that was chosen last (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_solution: Option<ChosenSolution>,
    /// Solutions that were achieved (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achieved_solutions: Option<Vec<AchievedSolution>>,
    /// Monitoring after each arrival, the last one at the end (tier D).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Vec<Monitoring>>,
    /// Best interests of its children, the earliest recorded first (tier C).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_interests: Option<Vec<BestInterestsRecord>>,
    /// Protection incidents, the earliest recorded first (tier C).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<IncidentRecord>>,
    /// From where, why and until when the case is on hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Why the case is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closure: Option<ClosureReason>,
    /// The last day on which a closed case has to be kept (DP-16 –).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub kept_until: Option<Date>,
    /// Why it must be kept for longer, where it must.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_holds: Vec<LegalHold>,
    /// It was proposed to destroy the data of its persons, and nothing was recorded since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymisation_proposed: Option<AnonymisationProposal>,
    /// The data of its persons was destroyed (T23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymised: Option<Anonymisation>,
    /// The processing of the household's data rests on consent, and somebody withdrew
    /// it: only what protects people, or ends the processing, is still recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub processing_stopped: bool,
    /// The open finding no longer holds (tier D); left out on a past day, and where it
    /// holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding_lost: Option<LostFlag>,
    /// Data tiers taken out because the reader may not see them. A part that is
    /// missing and not named here was never recorded.
    pub withheld: Vec<Tier>,
}

/// A person of a case as its readers see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// Their id.
    pub id: PersonId,
    /// Relationship to the focal person.
    pub relationship: Relationship,
    /// First day in the case.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub joined_on: Date,
    /// When and why they left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Leaving>,
    /// Legal situation, as registration keeps it.
    pub legal: LegalView,
    /// Who they are (tier A).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityView>,
    /// What protects them (tier C).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<ProtectionView>,
}

/// Legal situation of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegalView {
    /// Population and legal status over time.
    pub statuses: Vec<LegalStatus>,
    /// Somebody doubts the nationality.
    pub nationality_doubt: bool,
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityView {
    /// Names, the preferred one first.
    pub names: Names,
    /// Birth date with its precision.
    pub birth: BirthDate,
    /// Sex as the person states it.
    pub sex: Sex,
    /// Nationality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<Nationality>,
    /// Documents.
    pub documents: Vec<Document>,
}

/// What protects a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProtectionView {
    /// Specific needs.
    pub specific_needs: BTreeSet<NeedCode>,
    /// Needs support to decide.
    pub needs_decision_support: bool,
    /// Here without parents or the customary caregiver.
    pub unaccompanied_or_separated: bool,
}

impl CaseDocument {
    /// The whole document.
    pub fn of(state: &CaseState) -> Self {
        let members = state.members.iter().map(|person| {
            let profile = person.profile.clone();
            MemberView {
                id: person.id,
                relationship: profile.relationship,
                joined_on: person.joined_on,
                left: person.left,
                legal: LegalView {
                    statuses: profile.legal_statuses,
                    nationality_doubt: profile.nationality_doubt,
                },
                identity: Some(IdentityView {
                    names: profile.names,
                    birth: profile.birth,
                    sex: profile.sex,
                    nationality: profile.nationality,
                    documents: profile.documents,
                }),
                protection: Some(ProtectionView {
                    specific_needs: profile.specific_needs,
                    needs_decision_support: profile.needs_decision_support,
                    unaccompanied_or_separated: profile.unaccompanied_or_separated,
                }),
            }
        });
        Self {
            id: state.id,
            number: state.number.clone(),
            organisation: state.organisation,
            state: state.state,
            revision: state.revision,
            registered_on: state.registered_on,
            opened_at: state.opened_at,
            updated_at: state.updated_at,
            places: state.places.clone(),
            place_of_origin: state.place_of_origin.clone(),
            destination: state.destination.as_ref().map(|(place, _)| place.clone()),
            displacements: state.displacements.clone(),
            processing: state.processing.clone(),
            notice: state.notice.clone(),
            members: members.collect(),
            contact_points: Some(state.contact_points.clone()),
            findings: Some(state.findings.iter().map(|finding| finding.id).collect()),
            returns: Some(state.returns.iter().map(|record| record.id).collect()),
            withdrawals: Some(state.withdrawals.clone()),
            approval: state.approval.clone(),
            departure: state.departure.clone(),
            consents: recorded(&state.consents),
            may_be_shared: recorded(&state.may_be_shared()),
            chosen_solution: state.chosen.clone(),
            achieved_solutions: recorded(&state.achieved),
            monitoring: recorded(&state.monitoring),
            best_interests: recorded(&state.best_interests),
            incidents: recorded(&state.incidents),
            hold: state.hold,
            closure: state.closure,
            kept_until: state.kept_until(),
            legal_holds: state.legal_holds.clone(),
            anonymisation_proposed: state.anonymisation_proposed,
            anonymised: state.anonymised.clone(),
            processing_stopped: state.is_processing_stopped(),
            finding_lost: None,
            withheld: Vec::new(),
        }
    }

    /// The tiers that a reader needs to see the whole document.
    pub fn every_tier() -> Tiers {
        [Tier::A, Tier::B, Tier::C, Tier::D].into_iter().collect()
    }

    /// The tiers that are kept from whoever sees only these.
    pub fn withheld_from(tiers: Tiers) -> Vec<Tier> {
        Self::every_tier().without(tiers)
    }

    /// The document without the tiers that the reader may not see.
    #[must_use]
    pub fn limited_to(mut self, tiers: Tiers) -> Self {
        self.withheld = Self::withheld_from(tiers);
        for tier in &self.withheld {
            match tier {
                Tier::A => self
                    .members
                    .iter_mut()
                    .for_each(|member| member.identity = None),
                Tier::B => self.contact_points = None,
                Tier::D => {
                    self.findings = None;
                    self.returns = None;
                    self.withdrawals = None;
                    self.approval = None;
                    self.departure = None;
                    self.finding_lost = None;
                    self.consents = None;
                    self.may_be_shared = None;
                    self.chosen_solution = None;
                    self.achieved_solutions = None;
                    self.monitoring = None;
                }
                _ => {
                    self.best_interests = None;
                    self.incidents = None;
                    self.members
                        .iter_mut()
                        .for_each(|member| member.protection = None);
                }
            }
        }
        self
    }
}

/// A list, or nothing when nothing was recorded.
fn recorded<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
