//! One struct for each table, as written and as read. No meaning lives here:
//! what a column says is decided in `projections`, what is shown in `sanad-api`.

use crate::schema::{
    account, area_evidence_file, blocked_attempt, case_document, case_head, evidence_file, finding,
    finding_lost, idempotency, journal, known_device, open_finding, organisation, past_grant,
    place, recovery_code, refresh_token, return_record, role_grant, second_factor,
    service_agreement, service_key, session, setting,
};
use crate::sql_types::{At, Key, On};
use diesel::prelude::{Identifiable, Insertable, Queryable, Selectable};

macro_rules! row {
    ($(#[$doc:meta])* $table:ident ($($key:ident),+) $name:ident { $($field:ident : $ty:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, Identifiable)]
        #[diesel(table_name = $table, primary_key($($key),+), treat_none_as_default_value = false)]
        #[expect(missing_docs, reason = "each column is described in docs/data-classes.toml")]
        pub struct $name {
            $(pub $field: $ty,)+
        }
    };
}

row! {
    /// One fact of the journal.
    journal(position) JournalRow {
        position: i64, stream_kind: String, stream_id: Key, revision: i64, kind: String,
        version: i32, observed_on: Option<On>, recorded_at: At, recorded_by: Key,
        command_id: Key, ordinal: i32, policy_hash: Vec<u8>, payload: Vec<u8>,
    }
}

row! {
    /// What a caller was answered for one command.
    idempotency(command_id) IdempotencyRow {
        command_id: Key, request_hash: Vec<u8>, status: i32, etag: Option<String>,
        location: Option<String>, body: Vec<u8>, recorded_at: At,
    }
}

row! {
    /// What lists of cases show and what scopes are decided on.
    case_head(case_id) CaseHeadRow {
        case_id: Key, number: String, revision: i64, organisation_id: Key, state: String,
        registered_on: On, place_edition: String, place_code: String, place_path: String,
        destination_edition: Option<String>, destination_code: Option<String>, members: i32,
        finding_id: Option<Key>, finding_outcome: Option<String>, finding_on: Option<On>,
        finding_expires_on: Option<On>, returned_on: Option<On>, opened_at: At, updated_at: At,
        summary: Vec<u8>, due_on: Option<On>,
    }
}

row! {
    /// The case as its readers see it.
    case_document(case_id) CaseDocumentRow {
        case_id: Key, revision: i64, body: Vec<u8>, conflicted: String,
    }
}

row! {
    /// The file of one item of evidence about a case.
    evidence_file(evidence_id) EvidenceFileRow {
        evidence_id: Key, case_id: Key, stored_at: At, body: Vec<u8>,
    }
}

row! {
    /// The file of one item of evidence about a place.
    area_evidence_file(evidence_id) AreaEvidenceFileRow {
        evidence_id: Key, place_edition: String, place_code: String, stored_at: At, body: Vec<u8>,
    }
}

row! {
    /// One issued finding.
    finding(finding_id) FindingRow {
        finding_id: Key, case_id: Key, organisation_id: Key, place_edition: String,
        place_code: String, place_path: String, destination_edition: String,
        destination_code: String, position: i64, outcome: String, found_on: On,
        expires_on: On, catalogue: String, profile: String, assessor: Key, issued_at: At,
        body: Vec<u8>,
    }
}

row! {
    /// One return, as the fact it was.
    return_record(return_id) ReturnRow {
        return_id: Key, case_id: Key, organisation_id: Key, place_edition: String,
        place_code: String, place_path: String, position: i64, nature: String,
        departed_on: On, destination_edition: String, destination_code: String,
        finding_id: Option<Key>, finding_outcome: Option<String>, finding_expires_on: Option<On>,
        assessed: String, compliant: bool, recorded_at: At, recorded_by: Key,
    }
}

row! {
    /// One finding that somebody may still act on, with its case's own part of the facts.
    open_finding(case_id) OpenFindingRow {
        case_id: Key, finding_id: Key, expires_on: On, on_the_way: bool,
        destination_edition: String, destination_code: String, place_edition: String,
        place_code: String, profile: String, facts: Vec<u8>,
    }
}

row! {
    /// One finding that no longer held when it was looked at again.
    finding_lost(finding_id) FindingLostRow {
        finding_id: Key, case_id: Key, place_edition: String, place_code: String, position: i64,
        cause: String, event: Option<String>, lost_on: On, recorded_at: At,
    }
}

row! {
    /// One place of an imported table of P-codes.
    place(edition, code) PlaceRow {
        edition: String, code: String, level: i32, parent: Option<String>,
        valid_from: Option<On>, names: String, imported_at: At,
    }
}

row! {
    /// An organisation that works with the registry.
    organisation(organisation_id) OrganisationRow {
        organisation_id: Key, name: String, created_at: At,
    }
}

row! {
    /// A user's account.
    account(user_id) AccountRow {
        user_id: Key, login: String, display_name: String, password_hash: String,
        disabled: bool, created_at: At, one_time_until: Option<At>,
    }
}

row! {
    /// One role of one user; an empty place means the whole organisation.
    role_grant(user_id, role, organisation_id, place_edition, place_code) RoleGrantRow {
        user_id: Key, role: String, organisation_id: Key, place_edition: String,
        place_code: String,
    }
}

row! {
    /// A role that was taken away from a user, and by whom.
    past_grant(user_id, role, organisation_id, ended_at) PastGrantRow {
        user_id: Key, role: String, organisation_id: Key, ended_at: At, ended_by: Key,
    }
}

row! {
    /// A time for which a user is signed in.
    session(session_id) SessionRow {
        session_id: Key, user_id: Key, begun_at: At, used_at: At, ends_at: At,
        ended_at: Option<At>,
    }
}

row! {
    /// What a session is prolonged with, once.
    refresh_token(token_hash) RefreshTokenRow {
        token_hash: Vec<u8>, session_id: Key, issued_at: At, used_at: Option<At>,
    }
}

row! {
    /// A device from which a user signed in before.
    known_device(device_hash) KnownDeviceRow {
        device_hash: Vec<u8>, user_id: Key, known_since: At,
    }
}

row! {
    /// The app with which a user shows who they are; waits until its first code came.
    second_factor(user_id) SecondFactorRow {
        user_id: Key, seed: Vec<u8>, pepper_id: Vec<u8>, begun_at: At, confirmed_at: Option<At>,
        last_step: i64,
    }
}

row! {
    /// A code on paper, for whoever lost their device.
    recovery_code(code_hash) RecoveryCodeRow {
        code_hash: Vec<u8>, user_id: Key, used_at: Option<At>,
    }
}

row! {
    /// The agreement under which a program works.
    service_agreement(user_id) ServiceAgreementRow {
        user_id: Key, agreement: String, until: On,
    }
}

row! {
    /// A key of a program; its operations stand with a space between.
    service_key(key_id) ServiceKeyRow {
        key_id: Key, user_id: Key, secret_hash: Vec<u8>, operations: String, made_at: At,
        made_by: Key, expires_at: At, ended_at: Option<At>,
    }
}

row! {
    /// A command on a case or on a place that a rule of four eyes or of roles refused.
    blocked_attempt(attempt_id) BlockedAttemptRow {
        attempt_id: Key, blocked_at: At, user_id: Key, case_id: Option<Key>, code: String,
        command: String, place_edition: Option<String>, place_code: Option<String>,
    }
}

row! {
    /// A setting of this registry.
    setting(name) SettingRow {
        name: String, value: String,
    }
}
