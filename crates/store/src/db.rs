//! Every question the registry asks its database, as one trait that both
//! backends implement from the same source (`queries/`, compiled twice).
//!
//! What a caller may see is part of the question: reads of cases take a
//! [`Visibility`]. Not here: threads and transactions (`engine/`), what rows
//! mean (`projections`, `journal`).

use crate::StoreError;
use crate::batch::Batch;
use crate::rows::{
    AccountRow, AreaEvidenceFileRow, BlockedAttemptRow, EvidenceFileRow, FindingLostRow,
    FindingRow, IdempotencyRow, JournalRow, KnownDeviceRow, OpenFindingRow, OrganisationRow,
    PastGrantRow, PlaceRow, RecoveryCodeRow, RefreshTokenRow, ReturnRow, RoleGrantRow,
    SecondFactorRow, ServiceAgreementRow, ServiceKeyRow, SessionRow, SettingRow,
};
use crate::sql_types::{At, Key, On};
use sanad_core::access::{Resource, Tiers, Visibility};
use sanad_core::ids::{OrganisationId, UserId};
use std::collections::HashSet;

/// A case as read by id, before it is decided who sees it.
#[derive(Debug, Clone)]
pub struct CaseDocument {
    /// Organisation that holds the case.
    pub organisation: Key,
    /// Place of displacement and its ancestors, as in [`place_path`](crate::place_path).
    pub place_path: String,
    /// Number of facts in the case's journal.
    pub revision: i64,
    /// The case in parts by tier, as [`sanad_core::case::put_together`] takes them.
    pub body: Vec<u8>,
    /// Users with a declared conflict of interest, as the store keeps them.
    pub conflicted: String,
    /// Its open finding no longer holds.
    pub lost: Option<FindingLostRow>,
}

/// A case as one reader may see it.
#[derive(Debug, Clone)]
pub struct SeenCase {
    /// The tiers that are open to them.
    pub tiers: Tiers,
    /// Number of facts in the case's journal.
    pub revision: i64,
    /// The case in parts by tier, also the closed ones.
    pub body: Vec<u8>,
    /// The reader has a declared conflict of interest: nothing of it may be shown.
    pub conflicted: bool,
    /// Its open finding no longer holds.
    pub lost: Option<FindingLostRow>,
}

impl CaseDocument {
    /// For a reader; none when they may not know of it.
    pub fn seen_by(self, who: &Visibility) -> Option<SeenCase> {
        let places = crate::place_path::decode_for(who, &self.place_path);
        let organisation = OrganisationId(self.organisation.0);
        let tiers = who.tiers_for(&Resource::Case {
            organisation,
            places: &places,
        })?;
        Some(SeenCase {
            tiers,
            revision: self.revision,
            body: self.body,
            conflicted: crate::conflicts::names(&self.conflicted, who.user()),
            lost: self.lost,
        })
    }
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEntry {
    /// Its id.
    pub case_id: Key,
    /// When it was opened; lists are in this order.
    pub opened_at: At,
    /// The tiers that are open to the reader.
    pub tiers: Tiers,
    /// The case as lists show it, in parts by tier, as
    /// [`put_summary_together`](sanad_core::case::put_summary_together) takes them.
    pub summary: Vec<u8>,
    /// Its open finding no longer holds.
    pub lost: Option<FindingLostRow>,
}

/// Which cases a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Life-cycle state.
    pub state: Option<String>,
    /// Outcome of the latest issued finding.
    pub finding: Option<String>,
    /// Place of displacement or any of its ancestors, as `edition/code`.
    pub place: Option<String>,
    /// Intended destination: edition and code.
    pub destination: Option<(String, String)>,
    /// Case number.
    pub number: Option<String>,
    /// Organisation.
    pub organisation: Option<Key>,
    /// Its open finding no longer holds, or that it is not so.
    pub flagged: Option<bool>,
    /// Registered on this day or later.
    pub registered_from: Option<On>,
    /// Registered on this day or earlier.
    pub registered_to: Option<On>,
    /// Something is due on this day or earlier.
    pub due_by: Option<On>,
}

/// Where a list of cases goes on: after this moment of opening and this id.
#[derive(Debug, Clone, Copy)]
pub struct CaseCursor {
    /// When the last case shown was opened.
    pub opened_at: At,
    /// Its id.
    pub case_id: Key,
}

/// Which findings the register shows.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// Outcome.
    pub outcome: Option<String>,
    /// Place of displacement or an ancestor, as `edition/code`.
    pub place: Option<String>,
    /// First day.
    pub from: Option<On>,
    /// Last day.
    pub to: Option<On>,
    /// Only what was issued at or before this moment.
    pub until: Option<At>,
}

/// On which side a case is bound to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It goes there.
    Destination,
    /// It is displaced there.
    Displacement,
}

/// Which open findings are looked at again.
#[derive(Debug, Clone, Copy)]
pub struct OpenAt<'a> {
    /// On which side they are bound to the place.
    pub side: Side,
    /// Edition of the place.
    pub edition: &'a str,
    /// Code of the place.
    pub code: &'a str,
    /// Only findings that may be relied on up to this day or later; on the way all.
    pub on: On,
}

/// Which lost findings a list shows.
#[derive(Debug, Clone)]
pub struct LostFilter {
    /// Edition of the place.
    pub edition: String,
    /// Code of the place.
    pub code: String,
    /// Only those of cases that are still flagged: the finding is their open one.
    pub flagged: bool,
}

/// Where a list of lost findings goes on.
#[derive(Debug, Clone, Copy)]
pub struct LostCursor {
    /// Position of the fact that named the last one shown.
    pub position: i64,
    /// The finding.
    pub finding_id: Key,
}

/// A finding that no longer holds, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostEntry {
    /// The finding, its case, and what made it so.
    pub row: FindingLostRow,
    /// The case is still flagged.
    pub flagged: bool,
}

/// The setting that changes whenever places are imported, so that other processes
/// notice.
pub const PLACES_STAMP: &str = "places_stamp";

/// The database, as the registry uses it.
pub trait Db: Send {
    /// One case, if the caller may see it.
    fn case_document(&mut self, who: &Visibility, id: Key) -> Result<Option<SeenCase>, StoreError>;
    /// Several cases by id, in no order; ids that do not exist are left out. The
    /// caller decides on each row what may be shown.
    fn case_documents(&mut self, ids: &[Key]) -> Result<Vec<(Key, CaseDocument)>, StoreError>;
    /// A page of cases, the latest opened first.
    fn list_cases(
        &mut self,
        who: &Visibility,
        filter: &CaseFilter,
        after: Option<CaseCursor>,
        limit: i64,
    ) -> Result<Vec<CaseEntry>, StoreError>;
    /// The facts of one stream up to a moment, in order.
    fn stream(&mut self, stream: Key, until: Option<At>) -> Result<Vec<JournalRow>, StoreError>;
    /// What happened in these places up to a moment, in order of recording.
    fn area_events(
        &mut self,
        streams: &[Key],
        until: Option<At>,
    ) -> Result<Vec<JournalRow>, StoreError>;
    /// How many facts a stream has.
    fn last_revision(&mut self, stream: Key) -> Result<i64, StoreError>;
    /// Streams of one kind after an id, for rebuilding.
    fn stream_ids(
        &mut self,
        kind: &str,
        after: Option<Key>,
        limit: i64,
    ) -> Result<Vec<Key>, StoreError>;
    /// What these commands were answered, as far as they are known.
    fn answers_to(&mut self, commands: &[Key]) -> Result<Vec<IdempotencyRow>, StoreError>;
    /// What a command was answered.
    fn idempotency(&mut self, command: Key) -> Result<Option<IdempotencyRow>, StoreError>;
    /// Which of these commands the journal already holds.
    fn known_commands(&mut self, commands: &[Key]) -> Result<Vec<Key>, StoreError>;
    /// The last position of the journal, 0 when it is empty.
    fn last_position(&mut self) -> Result<i64, StoreError>;
    /// Findings of one case, the earliest first.
    fn findings_of(&mut self, case: Key) -> Result<Vec<FindingRow>, StoreError>;
    /// One finding, if the caller may see its case.
    fn finding(&mut self, who: &Visibility, id: Key) -> Result<Option<FindingRow>, StoreError>;
    /// A page of the finding register, in order of recording.
    fn list_findings(
        &mut self,
        who: &Visibility,
        filter: &FindingFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<FindingRow>, StoreError>;
    /// Every recorded return of one case as the register has it, the earliest first.
    fn returns_of(&mut self, case: Key) -> Result<Vec<ReturnRow>, StoreError>;
    /// A page of recorded returns whose case has no journal, in order of id: somebody
    /// wrote the row, or removed the case. The caller decides on each row what may be
    /// shown.
    fn returns_without_case(
        &mut self,
        after: Option<Key>,
        limit: i64,
    ) -> Result<Vec<ReturnRow>, StoreError>;
    /// A page of the commands on cases and places that a rule refused, in order of time.
    /// The caller decides on each case and place what may be shown.
    fn blocked_attempts(
        &mut self,
        until: Option<At>,
        after: Option<(At, Key)>,
        limit: i64,
    ) -> Result<Vec<BlockedAttemptRow>, StoreError>;
    /// A page of cases heading for a place, for the place's dossier: how many.
    fn count_heading_for(
        &mut self,
        who: &Visibility,
        edition: &str,
        code: &str,
    ) -> Result<i64, StoreError>;

    /// The file of an item of evidence about a case.
    fn evidence_file(&mut self, evidence: Key) -> Result<Option<EvidenceFileRow>, StoreError>;
    /// The file of an item of evidence about a place.
    fn area_evidence_file(
        &mut self,
        evidence: Key,
    ) -> Result<Option<AreaEvidenceFileRow>, StoreError>;
    /// Whether a case is closed to a user by a declared conflict of interest. Lists
    /// leave such cases out by themselves.
    fn is_closed_to(&mut self, user: UserId, case: Key) -> Result<bool, StoreError>;
    /// The cases that are closed to a user in this way; almost always none.
    fn closed_to(&mut self, user: UserId) -> Result<Vec<Key>, StoreError>;
    /// Those of these codes of one edition to which the cases of open findings are
    /// bound on one side.
    fn bound_places(
        &mut self,
        side: Side,
        edition: &str,
        codes: &[String],
    ) -> Result<Vec<String>, StoreError>;
    /// A page of open findings that are not known to be lost, bound to one place on
    /// one side, after a case, in the order of cases.
    fn open_findings(
        &mut self,
        at: &OpenAt<'_>,
        after: Option<Key>,
        limit: i64,
    ) -> Result<Vec<OpenFindingRow>, StoreError>;
    /// How many visible cases with an open finding go to a place; and of how many of
    /// them the finding no longer holds.
    fn count_open_findings(
        &mut self,
        who: &Visibility,
        edition: &str,
        code: &str,
    ) -> Result<(i64, i64), StoreError>;
    /// Which of these cases the caller may see.
    fn seen_cases(&mut self, who: &Visibility, cases: &[Key]) -> Result<HashSet<Key>, StoreError>;
    /// What made a finding no longer hold, if that was recorded up to a moment.
    fn loss(&mut self, finding: Key, until: At) -> Result<Option<FindingLostRow>, StoreError>;
    /// A page of the findings that a place made no longer hold, as far as the caller
    /// may see their cases; the latest first.
    fn list_lost(
        &mut self,
        who: &Visibility,
        filter: &LostFilter,
        after: Option<LostCursor>,
        limit: i64,
    ) -> Result<Vec<LostEntry>, StoreError>;
    /// How many such findings the same question has in cases that the caller may not
    /// see. Cases that are closed to the caller by a declared conflict of interest are in
    /// neither answer: where there is nothing else to count, one would be known by it.
    fn count_lost_elsewhere(
        &mut self,
        who: &Visibility,
        filter: &LostFilter,
    ) -> Result<i64, StoreError>;

    /// All places, by edition and code.
    fn places(&mut self) -> Result<Vec<PlaceRow>, StoreError>;
    /// Adds places or brings known ones up to date; answers how many were new.
    fn put_places(&mut self, rows: &[PlaceRow]) -> Result<usize, StoreError>;

    /// The account of a login name.
    fn account_by_login(&mut self, login: &str) -> Result<Option<AccountRow>, StoreError>;
    /// An account with its roles.
    fn account(&mut self, user: Key)
    -> Result<Option<(AccountRow, Vec<RoleGrantRow>)>, StoreError>;
    /// A page of accounts, by login name.
    fn list_accounts(
        &mut self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<(AccountRow, Vec<RoleGrantRow>)>, StoreError>;
    /// Adds an account with its roles.
    fn put_account(
        &mut self,
        account: &AccountRow,
        grants: &[RoleGrantRow],
    ) -> Result<(), StoreError>;
    /// Disables or enables an account; false when there is none.
    fn set_disabled(&mut self, user: Key, disabled: bool) -> Result<bool, StoreError>;
    /// Replaces a password hash, unless it is another than `was` by now; false then. A
    /// moment until which it may be used makes it one that was handed out.
    fn set_password(
        &mut self,
        user: Key,
        was: Option<&str>,
        hash: &str,
        one_time_until: Option<At>,
    ) -> Result<bool, StoreError>;
    /// Replaces what a user was granted; what is taken away is kept as past, with who took
    /// it and when.
    fn set_grants(
        &mut self,
        user: Key,
        grants: &[RoleGrantRow],
        by: (Key, At),
    ) -> Result<(), StoreError>;
    /// The roles that were taken away from a user.
    fn past_grants(&mut self, user: Key) -> Result<Vec<PastGrantRow>, StoreError>;
    /// The password hashes of all accounts, in no order.
    fn password_hashes(&mut self) -> Result<Vec<String>, StoreError>;
    /// Keeps a session that began, with its first refresh token.
    fn begin_session(
        &mut self,
        session: &SessionRow,
        first: &RefreshTokenRow,
    ) -> Result<(), StoreError>;
    /// A session by id.
    fn session(&mut self, id: Key) -> Result<Option<SessionRow>, StoreError>;
    /// The sessions of a user that have not ended at this moment, the latest first.
    fn sessions_of(&mut self, user: Key, now: At) -> Result<Vec<SessionRow>, StoreError>;
    /// The refresh token with this hash, and its session.
    fn refresh_token(
        &mut self,
        hash: &[u8],
    ) -> Result<Option<(RefreshTokenRow, SessionRow)>, StoreError>;
    /// Replaces a refresh token that was not used yet by the next one; false when
    /// somebody was first.
    fn rotate(&mut self, hash: &[u8], next: &RefreshTokenRow) -> Result<bool, StoreError>;
    /// Ends a session; false when it has ended, or there is none of this user.
    fn end_session(&mut self, user: Key, session: Key, at: At) -> Result<bool, StoreError>;
    /// Ends every session of a user, but one where that is said.
    fn end_sessions_of(&mut self, user: Key, but: Option<Key>, at: At) -> Result<(), StoreError>;
    /// Forgets sessions that ended or could have been prolonged last before a moment,
    /// with their tokens.
    fn forget_sessions(&mut self, before: At) -> Result<(), StoreError>;
    /// Whether a user signed in before from the device with this hash.
    fn knows_device(&mut self, user: Key, hash: &[u8]) -> Result<bool, StoreError>;
    /// Keeps a device, and of its user at most so many, the latest.
    fn keep_device(&mut self, device: &KnownDeviceRow, most: i64) -> Result<(), StoreError>;
    /// The second factor of a user, in force or waiting for its first code.
    fn second_factor(&mut self, user: Key) -> Result<Option<SecondFactorRow>, StoreError>;
    /// The peppers that secrets of second factors were made with.
    fn second_factor_peppers(&mut self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// Keeps a second factor that waits, in place of one that waited; false when the
    /// user has one in force.
    fn begin_second_factor(&mut self, row: &SecondFactorRow) -> Result<bool, StoreError>;
    /// Puts the waiting second factor in force, with codes on paper; false when none waits.
    fn confirm_second_factor(
        &mut self,
        user: Key,
        step: i64,
        at: At,
        codes: &[RecoveryCodeRow],
    ) -> Result<bool, StoreError>;
    /// Uses a time step of a second factor; false when it or a later one was used.
    fn use_step(&mut self, user: Key, step: i64) -> Result<bool, StoreError>;
    /// Uses a code on paper; false when there is none, or somebody was first.
    fn use_recovery_code(&mut self, user: Key, hash: &[u8], at: At) -> Result<bool, StoreError>;
    /// How many codes on paper a user has left.
    fn recovery_codes_left(&mut self, user: Key) -> Result<i64, StoreError>;
    /// Takes the second factor of a user away, with its codes; false when there is none.
    fn remove_second_factor(&mut self, user: Key) -> Result<bool, StoreError>;
    /// Forgets the devices of a user.
    fn forget_devices(&mut self, user: Key) -> Result<(), StoreError>;
    /// The agreement of a program, if the account is one.
    fn service_agreement(&mut self, user: Key) -> Result<Option<ServiceAgreementRow>, StoreError>;
    /// The agreements of all programs.
    fn service_agreements(&mut self) -> Result<Vec<ServiceAgreementRow>, StoreError>;
    /// Keeps the agreement of a program, in place of the one of before.
    fn put_service_agreement(&mut self, row: &ServiceAgreementRow) -> Result<(), StoreError>;
    /// A key of a program, with the agreement behind it.
    fn service_key(
        &mut self,
        id: Key,
    ) -> Result<Option<(ServiceKeyRow, ServiceAgreementRow)>, StoreError>;
    /// The keys of a program, the latest first.
    fn service_keys_of(&mut self, user: Key) -> Result<Vec<ServiceKeyRow>, StoreError>;
    /// Keeps a key of a program.
    fn put_service_key(&mut self, row: &ServiceKeyRow) -> Result<(), StoreError>;
    /// Ends a key of a program; false when it has ended, or there is none.
    fn end_service_key(&mut self, user: Key, key: Key, at: At) -> Result<bool, StoreError>;
    /// All organisations, by name.
    fn organisations(&mut self) -> Result<Vec<OrganisationRow>, StoreError>;
    /// Adds an organisation.
    fn put_organisation(&mut self, row: &OrganisationRow) -> Result<(), StoreError>;
    /// A setting.
    fn setting(&mut self, name: &str) -> Result<Option<SettingRow>, StoreError>;
    /// Sets a setting.
    fn put_setting(&mut self, row: &SettingRow) -> Result<(), StoreError>;

    /// Says that this connection will ask by key only, as the writer and the reads of
    /// one case do.
    fn ask_by_key(&mut self) -> Result<(), StoreError>;
    /// Opens a transaction that writes; other writers wait.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Ends a transaction durably.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Ends a transaction without effect.
    fn rollback(&mut self) -> Result<(), StoreError>;
    /// Writes the rows of a batch.
    fn flush(&mut self, batch: &Batch) -> Result<(), StoreError>;
    /// Removes every projected row, before a rebuild.
    fn clear_projections(&mut self) -> Result<(), StoreError>;
    /// Every projected row as text, table by table in key order, for comparing.
    fn dump_projections(&mut self, each: &mut dyn FnMut(&str, String)) -> Result<(), StoreError>;
    /// After a commit that wrote over what was said of persons (T23): leaves no earlier
    /// page behind, as far as that is quick. PostgreSQL has its `VACUUM`.
    fn leave_nothing_behind(&mut self) -> Result<(), StoreError>;
    /// The database answers.
    fn ping(&mut self) -> Result<(), StoreError>;
    /// Applies the migrations that are not applied yet; answers their names.
    fn migrate(&mut self) -> Result<Vec<String>, StoreError>;
    /// Takes back every migration, the last first (tests only).
    fn migrate_down(&mut self) -> Result<(), StoreError>;
    /// Names of the migrations that are not applied yet.
    fn pending_migrations(&mut self) -> Result<Vec<String>, StoreError>;
}
