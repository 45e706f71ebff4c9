//! How each fact changes a case. No rules: what happened is kept as it happened.
//!
//! Not here: what may happen (`decide`), what a case is (`state`).

use super::anonymisation::{AnonymisationProposal, LegalHold};
use super::best_interests::BestInterestsOutcome;
use super::command::Transition;
use super::conflict::{ConflictEnd, DeclaredConflict};
use super::consent::{ConsentDecision, ConsentPurpose, ConsentWithdrawal, ConsentWord};
use super::event::{Event, Meta};
use super::incident::IncidentRecord;
use super::lifecycle::{
    ACHIEVE_SOLUTION, ANONYMISE, APPROVE, BEGIN_ASSESSMENT, BEGIN_MONITORING, CLOSE, DEPART,
    DISPLACED_AGAIN, HOLD, ISSUE_FINDING, RECORD_CONSENT, REOPEN, REVIEW_PROFILE,
    START_COUNSELLING, STEP_BACK, State,
};
use super::monitoring::Monitoring;
use super::state::{
    BEST_INTERESTS_OVERTAKEN, CONSENT_WITHDRAWN, CaseState, CaseVoid, DESTINATION_CHANGED,
    HOUSEHOLD_CHANGED,
};
use crate::ids::{IncidentId, PersonId};
use crate::person::Person;
use jiff::civil::Date;
use jiff::tz::TimeZone;

impl CaseState {
    pub(super) fn apply(&mut self, event: &Event, meta: Meta) {
        self.revision += 1;
        self.updated_at = meta.recorded_at;
        // Whoever proposed it did not know what was recorded since.
        self.anonymisation_proposed = None;
        match event {
            Event::CaseRegistered(_) | Event::Destroyed => {}
            Event::MemberJoined(_)
            | Event::MemberCorrected { .. }
            | Event::MemberLeft { .. }
            | Event::ContactPointAdded(_)
            | Event::DisplacementRecorded { .. }
            | Event::DestinationChosen { .. } => self.household_changed(event, meta),
            Event::AnswerRecorded(_)
            | Event::EvidenceRecorded(_)
            | Event::EvidenceFileAttached { .. }
            | Event::EvidenceVerified(_)
            | Event::AnswerConfirmed(_)
            | Event::AnswerRetracted { .. } => self.answers_changed(event, meta),
            Event::ReturnOrganisersNamed { organisations } => {
                self.return_organisers.clone_from(organisations);
            }
            Event::ConflictDeclared(conflict) => self.conflicts.push(DeclaredConflict {
                conflict: conflict.clone(),
                declared_by: meta.recorded_by,
                declared_at: meta.recorded_at,
                end_proposed: None,
                ended: None,
            }),
            Event::ConflictEndProposed { user, reason } => {
                let end = ConflictEnd::new(reason, meta);
                self.conflict_in_force(*user, |one| one.end_proposed = Some(end));
            }
            Event::ConflictEnded { user, reason } => {
                let end = ConflictEnd::new(reason, meta);
                self.conflict_in_force(*user, |one| one.ended = Some(end));
            }
            Event::Advanced(_)
            | Event::FindingIssued(_)
            | Event::Approved(_)
            | Event::Departed(_)
            | Event::Arrived { .. }
            | Event::ConsentWithdrawn(_)
            | Event::SteppedBack { .. }
            | Event::ReturnRecorded(_) => self.went_on(event, meta),
            Event::Held { .. }
            | Event::Resumed
            | Event::DisplacedAgain
            | Event::Closed { .. }
            | Event::Reopened { .. } => self.paused(event, meta),
            Event::LegalHoldPlaced { .. }
            | Event::LegalHoldLifted { .. }
            | Event::AnonymisationProposed { .. }
            | Event::Anonymised(_) => self.kept(event, meta),
            Event::ConsentStated(_)
            | Event::ConsentTakenBack { .. }
            | Event::BestInterestsRecorded(_)
            | Event::IncidentRecorded(_)
            | Event::IncidentConfirmed { .. }
            | Event::IncidentFollowed { .. } => self.protected(event, meta),
            Event::MonitoringBegan { .. }
            | Event::RoundRecorded(_)
            | Event::SolutionChosen(_)
            | Event::SolutionProposed
            | Event::SolutionAchieved(_) => self.looked_after(event, meta),
        }
    }

    fn household_changed(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::MemberJoined(person) => {
                self.make_void(HOUSEHOLD_CHANGED, person.joined_on, None, meta);
                self.members.push((**person).clone());
            }
            Event::MemberCorrected { person, profile } => {
                let alone = profile.unaccompanied_or_separated;
                let Some(member) = self.member(*person) else {
                    return;
                };
                let care_changed = member.profile.unaccompanied_or_separated != alone;
                member.profile.clone_from(profile);
                // What was decided about a child rests on who cares for it (§2.10).
                if care_changed {
                    self.make_void(BEST_INTERESTS_OVERTAKEN, Date::MIN, Some(*person), meta);
                }
            }
            Event::MemberLeft { person, leaving } => {
                self.make_void(HOUSEHOLD_CHANGED, leaving.on, None, meta);
                if let Some(member) = self.member(*person) {
                    member.left = Some(*leaving);
                }
            }
            Event::ContactPointAdded(point) => self.contact_points.push(point.clone()),
            Event::DisplacementRecorded {
                displacement,
                places,
            } => {
                self.displacements.push((**displacement).clone());
                self.places.clone_from(places);
            }
            Event::DestinationChosen { place, chosen_on } => {
                match &self.destination {
                    Some((old, _)) if old == place => {}
                    Some(_) => self.make_void(DESTINATION_CHANGED, *chosen_on, None, meta),
                    // What was said before any place was named was not said of this one.
                    None => self
                        .voids
                        .extend(chosen_on.yesterday().ok().map(|on| CaseVoid {
                            kind: DESTINATION_CHANGED,
                            on,
                            person: None,
                        })),
                }
                self.destination = Some((place.clone(), *chosen_on));
            }
            _ => {}
        }
    }

    fn answers_changed(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::AnswerRecorded(answer) => {
                self.answers.record((**answer).clone(), meta.position);
            }
            Event::EvidenceRecorded(item) => self.answers.record_item((**item).clone()),
            Event::EvidenceFileAttached { evidence, file } => self.answers.attach(*evidence, file),
            Event::EvidenceVerified(items) => self.answers.verify(items, meta.recorded_by),
            Event::AnswerConfirmed(answer) => self.answers.confirm(*answer, meta.recorded_by),
            Event::AnswerRetracted { answer, .. } => self.answers.retract(*answer),
            _ => {}
        }
    }

    fn went_on(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::Advanced(transition) => {
                self.state = match transition {
                    Transition::Profiled => REVIEW_PROFILE.to,
                    Transition::Counselling => START_COUNSELLING.to,
                    Transition::ConsentRecorded => RECORD_CONSENT.to,
                    Transition::UnderAssessment => BEGIN_ASSESSMENT.to,
                };
            }
            Event::FindingIssued(finding) => {
                self.state = ISSUE_FINDING.to;
                self.findings.push((**finding).clone());
            }
            Event::Approved(approval) => {
                self.state = APPROVE.to;
                self.approval = Some(approval.clone());
            }
            Event::Departed(departure) => {
                self.state = DEPART.to;
                self.departure = Some(departure.clone());
            }
            Event::ConsentWithdrawn(withdrawal) => {
                let (person, on) = (Some(withdrawal.person), withdrawal.withdrawn_on);
                self.make_void(CONSENT_WITHDRAWN, on, person, meta);
                // The others may go on only when they are asked anew (§2.8).
                self.make_void(HOUSEHOLD_CHANGED, on, None, meta);
                let last = self.consents.iter_mut().rfind(|record| {
                    record.person == withdrawal.person
                        && record.statement.purpose == ConsentPurpose::Return
                });
                if let Some(record) = last {
                    record.withdrawn = Some(ConsentWithdrawal {
                        withdrawn_on: on,
                        channel: withdrawal.channel,
                    });
                }
                self.withdrawals.push(*withdrawal);
            }
            Event::SteppedBack { .. } => {
                match &mut self.hold {
                    // It stays on hold, and goes on from there.
                    Some(hold) => hold.from = STEP_BACK.to,
                    None => self.state = STEP_BACK.to,
                }
                self.ends_the_journey();
            }
            Event::ReturnRecorded(record) => {
                self.state = State::Returned;
                self.hold = None;
                self.closure = None;
                self.closed_on = None;
                self.ends_the_journey();
                self.returns.push(record.clone());
            }
            // Of an arrival, the return that follows it says where the case stands.
            _ => {}
        }
    }

    fn paused(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::Held { hold, .. } => {
                self.state = HOLD.to;
                self.hold = Some(*hold);
            }
            Event::Resumed => {
                if let Some(hold) = self.hold.take() {
                    self.state = hold.from;
                }
            }
            Event::DisplacedAgain => {
                self.state = DISPLACED_AGAIN.to;
                self.hold = None;
            }
            Event::Closed { reason, .. } => {
                self.state = CLOSE.to;
                self.hold = None;
                self.closure = Some(*reason);
                self.closed_on = Some(day_of(meta));
                self.ends_the_journey();
            }
            Event::Reopened { .. } => {
                self.state = REOPEN.to;
                self.closure = None;
                self.closed_on = None;
            }
            _ => {}
        }
    }

    /// How long its data is kept, and that it is destroyed.
    fn kept(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::LegalHoldPlaced { reason, reference } => self.legal_holds.push(LegalHold {
                reason: *reason,
                reference: reference.clone(),
                placed_by: meta.recorded_by,
                placed_on: day_of(meta),
            }),
            Event::LegalHoldLifted { reason, .. } => {
                self.legal_holds.retain(|hold| hold.reason != *reason);
            }
            Event::AnonymisationProposed { .. } => {
                self.anonymisation_proposed = Some(AnonymisationProposal {
                    proposed_by: meta.recorded_by,
                    proposed_on: day_of(meta),
                });
            }
            Event::Anonymised(anonymisation) => {
                self.state = ANONYMISE.to;
                self.anonymised = Some((**anonymisation).clone());
                self.forget_persons();
            }
            _ => {}
        }
    }

    /// What people agreed to, what a panel decided, what happened to them.
    fn protected(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::ConsentStated(record) => {
                let said = &record.statement;
                let word = ConsentWord {
                    on: said.said_on,
                    agrees: said.decision == ConsentDecision::Given,
                };
                self.said(record.person, said.purpose, word);
                self.consents.push((**record).clone());
            }
            Event::ConsentTakenBack {
                person,
                purpose,
                withdrawal,
            } => {
                let last = self.consents.iter_mut().rfind(|record| {
                    record.person == *person && record.statement.purpose == *purpose
                });
                if let Some(record) = last {
                    record.withdrawn = Some(*withdrawal);
                }
                let word = ConsentWord {
                    on: withdrawal.withdrawn_on,
                    agrees: false,
                };
                self.said(*person, *purpose, word);
            }
            Event::BestInterestsRecorded(record) => {
                if record.report.outcome == BestInterestsOutcome::Overtaken {
                    let person = Some(record.person);
                    self.make_void(BEST_INTERESTS_OVERTAKEN, record.report.dated, person, meta);
                }
                self.best_interests.push((**record).clone());
            }
            Event::IncidentRecorded(record) => self.incidents.push((**record).clone()),
            Event::IncidentConfirmed { incident } => {
                if let Some(record) = self.incident(*incident) {
                    record.confirmed_by = Some(meta.recorded_by);
                }
            }
            Event::IncidentFollowed {
                incident, status, ..
            } => {
                if let Some(record) = self.incident(*incident) {
                    record.status = *status;
                }
            }
            _ => {}
        }
    }

    fn looked_after(&mut self, event: &Event, meta: Meta) {
        match event {
            Event::MonitoringBegan { solution, began_on } => {
                self.state = BEGIN_MONITORING.to;
                self.monitoring.push(Monitoring {
                    solution: *solution,
                    began_on: *began_on,
                    rounds: Vec::new(),
                    proposed_by: None,
                });
            }
            Event::RoundRecorded(round) => {
                if let Some(monitoring) = self.monitoring.last_mut() {
                    // Whoever proposed the end did not know this round.
                    monitoring.proposed_by = None;
                    monitoring.rounds.push((**round).clone());
                }
            }
            Event::SolutionChosen(chosen) => {
                if let Some(state) = chosen.solution.state() {
                    self.state = state;
                }
                self.chosen = Some((**chosen).clone());
            }
            Event::SolutionProposed => {
                if let Some(monitoring) = self.monitoring.last_mut() {
                    monitoring.proposed_by = Some(meta.recorded_by);
                }
            }
            Event::SolutionAchieved(achieved) => {
                self.state = ACHIEVE_SOLUTION.to;
                self.achieved.push(achieved.clone());
            }
            _ => {}
        }
    }

    fn incident(&mut self, id: IncidentId) -> Option<&mut IncidentRecord> {
        self.incidents.iter_mut().find(|record| record.id == id)
    }

    /// What was answered before the registry knew of it counts no more, however early
    /// it is said to have happened: nobody rescues an answer by dating a fact back.
    fn make_void(&mut self, kind: &'static str, on: Date, person: Option<PersonId>, meta: Meta) {
        let on = on.max(day_of(meta));
        self.voids.push(CaseVoid { kind, on, person });
    }

    fn member(&mut self, id: PersonId) -> Option<&mut Person> {
        self.members.iter_mut().find(|member| member.id == id)
    }

    /// An approval and a departure count for one journey only.
    fn ends_the_journey(&mut self) {
        self.approval = None;
        self.departure = None;
        self.chosen = None;
    }
}

/// The day on which something was recorded, in UTC.
fn day_of(meta: Meta) -> Date {
    meta.recorded_at.to_zoned(TimeZone::UTC).date()
}
