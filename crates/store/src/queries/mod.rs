//! The questions of [`Db`](crate::db::Db), in diesel's words. This folder is
//! compiled twice, by `sqlite.rs` and by `postgres.rs`; `super` is the backend.

use super::{Backend, Conn, Connection, MIGRATIONS};
use crate::StoreError;
use crate::batch::Batch;
use crate::db::{
    CaseCursor, CaseDocument, CaseEntry, CaseFilter, Db, FindingFilter, LostCursor, LostEntry,
    LostFilter, OpenAt, SeenCase, Side,
};
use crate::rows::{
    AccountRow, AreaEvidenceFileRow, BlockedAttemptRow, EvidenceFileRow, FindingLostRow,
    FindingRow, IdempotencyRow, JournalRow, KnownDeviceRow, OpenFindingRow, OrganisationRow,
    PastGrantRow, PlaceRow, RecoveryCodeRow, RefreshTokenRow, ReturnRow, RoleGrantRow,
    SecondFactorRow, ServiceAgreementRow, ServiceKeyRow, SessionRow, SettingRow,
};
use crate::sql_types::{At, Key};
use diesel::connection::SimpleConnection as _;
use diesel_migrations::MigrationHarness as _;
use sanad_core::access::Visibility;
use sanad_core::ids::UserId;
use std::collections::HashSet;

mod accounts;
mod blocked;
mod cases;
mod evidence;
mod journal;
mod lost;
mod places;
mod registers;
mod scope;
mod second_factor;
mod service_keys;
mod sessions;
mod writes;

use super::{delete_all, insert_all};

type Result<T> = std::result::Result<T, StoreError>;

impl Db for Connection {
    fn case_document(&mut self, who: &Visibility, id: Key) -> Result<Option<SeenCase>> {
        cases::document(&mut self.conn, who, id)
    }

    fn case_documents(&mut self, ids: &[Key]) -> Result<Vec<(Key, CaseDocument)>> {
        cases::documents(&mut self.conn, ids)
    }

    fn list_cases(
        &mut self,
        who: &Visibility,
        filter: &CaseFilter,
        after: Option<CaseCursor>,
        limit: i64,
    ) -> Result<Vec<CaseEntry>> {
        cases::list(&mut self.conn, who, filter, after, limit)
    }

    fn count_heading_for(&mut self, who: &Visibility, edition: &str, code: &str) -> Result<i64> {
        cases::count_heading_for(&mut self.conn, who, edition, code)
    }

    fn stream(&mut self, stream: Key, until: Option<At>) -> Result<Vec<JournalRow>> {
        journal::stream(&mut self.conn, stream, until)
    }

    fn area_events(&mut self, streams: &[Key], until: Option<At>) -> Result<Vec<JournalRow>> {
        journal::area_events(&mut self.conn, streams, until)
    }

    fn last_revision(&mut self, stream: Key) -> Result<i64> {
        journal::last_revision(&mut self.conn, stream)
    }

    fn bound_places(&mut self, side: Side, edition: &str, codes: &[String]) -> Result<Vec<String>> {
        lost::bound_places(&mut self.conn, side, edition, codes)
    }

    fn open_findings(
        &mut self,
        at: &OpenAt<'_>,
        after: Option<Key>,
        limit: i64,
    ) -> Result<Vec<OpenFindingRow>> {
        lost::open_findings(&mut self.conn, at, after, limit)
    }

    fn count_open_findings(
        &mut self,
        who: &Visibility,
        edition: &str,
        code: &str,
    ) -> Result<(i64, i64)> {
        lost::count_open(&mut self.conn, who, edition, code)
    }

    fn loss(&mut self, finding: Key, until: At) -> Result<Option<FindingLostRow>> {
        lost::loss(&mut self.conn, finding, until)
    }

    fn list_lost(
        &mut self,
        who: &Visibility,
        filter: &LostFilter,
        after: Option<LostCursor>,
        limit: i64,
    ) -> Result<Vec<LostEntry>> {
        lost::list(&mut self.conn, who, filter, after, limit)
    }

    fn count_lost_elsewhere(&mut self, who: &Visibility, filter: &LostFilter) -> Result<i64> {
        lost::count_elsewhere(&mut self.conn, who, filter)
    }

    fn seen_cases(&mut self, who: &Visibility, cases: &[Key]) -> Result<HashSet<Key>> {
        registers::seen_among(&mut self.conn, who, cases)
    }

    fn stream_ids(&mut self, kind: &str, after: Option<Key>, limit: i64) -> Result<Vec<Key>> {
        journal::stream_ids(&mut self.conn, kind, after, limit)
    }

    fn answers_to(&mut self, commands: &[Key]) -> Result<Vec<IdempotencyRow>> {
        journal::answers_to(&mut self.conn, commands)
    }

    fn idempotency(&mut self, command: Key) -> Result<Option<IdempotencyRow>> {
        journal::idempotency(&mut self.conn, command)
    }

    fn known_commands(&mut self, commands: &[Key]) -> Result<Vec<Key>> {
        journal::known_commands(&mut self.conn, commands)
    }

    fn last_position(&mut self) -> Result<i64> {
        journal::last_position(&mut self.conn)
    }

    fn findings_of(&mut self, case: Key) -> Result<Vec<FindingRow>> {
        registers::findings_of(&mut self.conn, case)
    }

    fn finding(&mut self, who: &Visibility, id: Key) -> Result<Option<FindingRow>> {
        registers::finding(&mut self.conn, who, id)
    }

    fn list_findings(
        &mut self,
        who: &Visibility,
        filter: &FindingFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<FindingRow>> {
        registers::list_findings(&mut self.conn, who, filter, after, limit)
    }

    fn evidence_file(&mut self, evidence: Key) -> Result<Option<EvidenceFileRow>> {
        evidence::file(&mut self.conn, evidence)
    }

    fn area_evidence_file(&mut self, evidence: Key) -> Result<Option<AreaEvidenceFileRow>> {
        evidence::area_file(&mut self.conn, evidence)
    }

    fn is_closed_to(&mut self, user: UserId, case: Key) -> Result<bool> {
        evidence::is_closed_to(&mut self.conn, user, case)
    }

    fn closed_to(&mut self, user: UserId) -> Result<Vec<Key>> {
        evidence::closed_to(&mut self.conn, user)
    }

    fn returns_of(&mut self, case: Key) -> Result<Vec<ReturnRow>> {
        registers::returns_of(&mut self.conn, case)
    }

    fn returns_without_case(&mut self, after: Option<Key>, limit: i64) -> Result<Vec<ReturnRow>> {
        registers::returns_without_case(&mut self.conn, after, limit)
    }

    fn blocked_attempts(
        &mut self,
        until: Option<At>,
        after: Option<(At, Key)>,
        limit: i64,
    ) -> Result<Vec<BlockedAttemptRow>> {
        blocked::page(&mut self.conn, until, after, limit)
    }

    fn places(&mut self) -> Result<Vec<PlaceRow>> {
        places::all(&mut self.conn)
    }

    fn put_places(&mut self, rows: &[PlaceRow]) -> Result<usize> {
        places::put(&mut self.conn, rows)
    }

    fn account_by_login(&mut self, login: &str) -> Result<Option<AccountRow>> {
        accounts::by_login(&mut self.conn, login)
    }

    fn account(&mut self, user: Key) -> Result<Option<(AccountRow, Vec<RoleGrantRow>)>> {
        accounts::by_id(&mut self.conn, user)
    }

    fn list_accounts(
        &mut self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<(AccountRow, Vec<RoleGrantRow>)>> {
        accounts::list(&mut self.conn, after, limit)
    }

    fn put_account(&mut self, account: &AccountRow, grants: &[RoleGrantRow]) -> Result<()> {
        accounts::put(&mut self.conn, account, grants)
    }

    fn set_disabled(&mut self, user: Key, disabled: bool) -> Result<bool> {
        accounts::set_disabled(&mut self.conn, user, disabled)
    }

    fn set_password(
        &mut self,
        user: Key,
        was: Option<&str>,
        hash: &str,
        one_time_until: Option<At>,
    ) -> Result<bool> {
        accounts::set_password(&mut self.conn, user, was, (hash, one_time_until))
    }

    fn set_grants(&mut self, user: Key, grants: &[RoleGrantRow], by: (Key, At)) -> Result<()> {
        accounts::set_grants(&mut self.conn, user, grants, by)
    }

    fn past_grants(&mut self, user: Key) -> Result<Vec<PastGrantRow>> {
        accounts::past_grants(&mut self.conn, user)
    }

    fn password_hashes(&mut self) -> Result<Vec<String>> {
        accounts::password_hashes(&mut self.conn)
    }

    fn begin_session(&mut self, session: &SessionRow, first: &RefreshTokenRow) -> Result<()> {
        sessions::begin(&mut self.conn, session, first)
    }

    fn session(&mut self, id: Key) -> Result<Option<SessionRow>> {
        sessions::by_id(&mut self.conn, id)
    }

    fn sessions_of(&mut self, user: Key, now: At) -> Result<Vec<SessionRow>> {
        sessions::of_user(&mut self.conn, user, now)
    }

    fn refresh_token(&mut self, hash: &[u8]) -> Result<Option<(RefreshTokenRow, SessionRow)>> {
        sessions::token(&mut self.conn, hash)
    }

    fn rotate(&mut self, hash: &[u8], next: &RefreshTokenRow) -> Result<bool> {
        sessions::rotate(&mut self.conn, hash, next)
    }

    fn end_session(&mut self, user: Key, session: Key, at: At) -> Result<bool> {
        sessions::end(&mut self.conn, user, session, at)
    }

    fn end_sessions_of(&mut self, user: Key, but: Option<Key>, at: At) -> Result<()> {
        sessions::end_all(&mut self.conn, user, but, at)
    }

    fn forget_sessions(&mut self, before: At) -> Result<()> {
        sessions::forget(&mut self.conn, before)
    }

    fn knows_device(&mut self, user: Key, hash: &[u8]) -> Result<bool> {
        sessions::knows_device(&mut self.conn, user, hash)
    }

    fn keep_device(&mut self, device: &KnownDeviceRow, most: i64) -> Result<()> {
        sessions::keep_device(&mut self.conn, device, most)
    }

    fn forget_devices(&mut self, user: Key) -> Result<()> {
        sessions::forget_devices(&mut self.conn, user)
    }

    fn second_factor(&mut self, user: Key) -> Result<Option<SecondFactorRow>> {
        second_factor::of_user(&mut self.conn, user)
    }

    fn second_factor_peppers(&mut self) -> Result<Vec<Vec<u8>>> {
        second_factor::peppers(&mut self.conn)
    }

    fn begin_second_factor(&mut self, row: &SecondFactorRow) -> Result<bool> {
        second_factor::begin(&mut self.conn, row)
    }

    fn confirm_second_factor(
        &mut self,
        user: Key,
        step: i64,
        at: At,
        codes: &[RecoveryCodeRow],
    ) -> Result<bool> {
        second_factor::confirm(&mut self.conn, user, step, at, codes)
    }

    fn use_step(&mut self, user: Key, step: i64) -> Result<bool> {
        second_factor::use_step(&mut self.conn, user, step)
    }

    fn use_recovery_code(&mut self, user: Key, hash: &[u8], at: At) -> Result<bool> {
        second_factor::use_code(&mut self.conn, user, hash, at)
    }

    fn recovery_codes_left(&mut self, user: Key) -> Result<i64> {
        second_factor::codes_left(&mut self.conn, user)
    }

    fn remove_second_factor(&mut self, user: Key) -> Result<bool> {
        second_factor::remove(&mut self.conn, user)
    }

    fn service_agreement(&mut self, user: Key) -> Result<Option<ServiceAgreementRow>> {
        service_keys::agreement(&mut self.conn, user)
    }

    fn service_agreements(&mut self) -> Result<Vec<ServiceAgreementRow>> {
        service_keys::agreements(&mut self.conn)
    }

    fn put_service_agreement(&mut self, row: &ServiceAgreementRow) -> Result<()> {
        service_keys::put_agreement(&mut self.conn, row)
    }

    fn service_key(&mut self, id: Key) -> Result<Option<(ServiceKeyRow, ServiceAgreementRow)>> {
        service_keys::by_id(&mut self.conn, id)
    }

    fn service_keys_of(&mut self, user: Key) -> Result<Vec<ServiceKeyRow>> {
        service_keys::of_user(&mut self.conn, user)
    }

    fn put_service_key(&mut self, row: &ServiceKeyRow) -> Result<()> {
        service_keys::put(&mut self.conn, row)
    }

    fn end_service_key(&mut self, user: Key, key: Key, at: At) -> Result<bool> {
        service_keys::end(&mut self.conn, user, key, at)
    }

    fn organisations(&mut self) -> Result<Vec<OrganisationRow>> {
        accounts::organisations(&mut self.conn)
    }

    fn put_organisation(&mut self, row: &OrganisationRow) -> Result<()> {
        accounts::put_organisation(&mut self.conn, row)
    }

    fn setting(&mut self, name: &str) -> Result<Option<SettingRow>> {
        accounts::setting(&mut self.conn, name)
    }

    fn put_setting(&mut self, row: &SettingRow) -> Result<()> {
        accounts::put_setting(&mut self.conn, row)
    }

    fn ask_by_key(&mut self) -> Result<()> {
        Self::ask_by_key(&mut self.conn)
    }

    fn begin(&mut self) -> Result<()> {
        Self::begin_write(&mut self.conn)
    }

    fn commit(&mut self) -> Result<()> {
        Ok(self.conn.batch_execute("COMMIT")?)
    }

    fn rollback(&mut self) -> Result<()> {
        Ok(self.conn.batch_execute("ROLLBACK")?)
    }

    fn flush(&mut self, batch: &Batch) -> Result<()> {
        writes::flush(&mut self.conn, batch)
    }

    fn clear_projections(&mut self) -> Result<()> {
        writes::clear_projections(&mut self.conn)
    }

    fn dump_projections(&mut self, each: &mut dyn FnMut(&str, String)) -> Result<()> {
        writes::dump_projections(&mut self.conn, each)
    }

    fn leave_nothing_behind(&mut self) -> Result<()> {
        Connection::leave_nothing_behind(&mut self.conn)
    }

    fn ping(&mut self) -> Result<()> {
        Ok(self.conn.batch_execute("SELECT 1")?)
    }

    fn migrate(&mut self) -> Result<Vec<String>> {
        let applied = self
            .conn
            .run_pending_migrations(MIGRATIONS)
            .map_err(migration_fault)?;
        Ok(applied.iter().map(ToString::to_string).collect())
    }

    fn migrate_down(&mut self) -> Result<()> {
        self.conn
            .revert_all_migrations(MIGRATIONS)
            .map(drop)
            .map_err(migration_fault)
    }

    fn pending_migrations(&mut self) -> Result<Vec<String>> {
        let pending = diesel_migrations::MigrationHarness::<Backend>::pending_migrations(
            &mut self.conn,
            MIGRATIONS,
        )
        .map_err(migration_fault)?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().to_string())
            .collect())
    }
}

fn migration_fault(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Database(format!("a migration could not be applied: {error}"))
}
