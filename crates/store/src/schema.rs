//! The tables, once for both databases. A test compares this file with what the
//! migrations of each backend make.
//!
//! A new column goes here, into both folders under `migrations/`, and into
//! `docs/data-classes.toml`.

#![expect(
    missing_docs,
    reason = "diesel's macro makes hundreds of items; the columns are described in migrations/ and docs/data-classes.toml"
)]

use crate::sql_types::{Day, Id, Instant};

macro_rules! registry_table {
    ($($body:tt)*) => {
        diesel::table! {
            use diesel::sql_types::*;
            use super::{Day, Id, Instant};
            $($body)*
        }
    };
}

registry_table! {
    journal (position) {
        position -> BigInt,
        stream_kind -> Text,
        stream_id -> Id,
        revision -> BigInt,
        kind -> Text,
        version -> Integer,
        observed_on -> Nullable<Day>,
        recorded_at -> Instant,
        recorded_by -> Id,
        command_id -> Id,
        ordinal -> Integer,
        policy_hash -> Binary,
        payload -> Binary,
    }
}

registry_table! {
    idempotency (command_id) {
        command_id -> Id,
        request_hash -> Binary,
        status -> Integer,
        etag -> Nullable<Text>,
        location -> Nullable<Text>,
        body -> Binary,
        recorded_at -> Instant,
    }
}

registry_table! {
    case_head (case_id) {
        case_id -> Id,
        number -> Text,
        revision -> BigInt,
        organisation_id -> Id,
        state -> Text,
        registered_on -> Day,
        place_edition -> Text,
        place_code -> Text,
        place_path -> Text,
        destination_edition -> Nullable<Text>,
        destination_code -> Nullable<Text>,
        members -> Integer,
        finding_id -> Nullable<Id>,
        finding_outcome -> Nullable<Text>,
        finding_on -> Nullable<Day>,
        finding_expires_on -> Nullable<Day>,
        returned_on -> Nullable<Day>,
        opened_at -> Instant,
        updated_at -> Instant,
        summary -> Binary,
        due_on -> Nullable<Day>,
    }
}

registry_table! {
    case_document (case_id) {
        case_id -> Id,
        revision -> BigInt,
        body -> Binary,
        conflicted -> Text,
    }
}

registry_table! {
    evidence_file (evidence_id) {
        evidence_id -> Id,
        case_id -> Id,
        stored_at -> Instant,
        body -> Binary,
    }
}

registry_table! {
    area_evidence_file (evidence_id) {
        evidence_id -> Id,
        place_edition -> Text,
        place_code -> Text,
        stored_at -> Instant,
        body -> Binary,
    }
}

registry_table! {
    finding (finding_id) {
        finding_id -> Id,
        case_id -> Id,
        organisation_id -> Id,
        place_edition -> Text,
        place_code -> Text,
        place_path -> Text,
        destination_edition -> Text,
        destination_code -> Text,
        position -> BigInt,
        outcome -> Text,
        found_on -> Day,
        expires_on -> Day,
        catalogue -> Text,
        profile -> Text,
        assessor -> Id,
        issued_at -> Instant,
        body -> Binary,
    }
}

registry_table! {
    return_record (return_id) {
        return_id -> Id,
        case_id -> Id,
        organisation_id -> Id,
        place_edition -> Text,
        place_code -> Text,
        place_path -> Text,
        position -> BigInt,
        nature -> Text,
        departed_on -> Day,
        destination_edition -> Text,
        destination_code -> Text,
        finding_id -> Nullable<Id>,
        finding_outcome -> Nullable<Text>,
        finding_expires_on -> Nullable<Day>,
        assessed -> Text,
        compliant -> Bool,
        recorded_at -> Instant,
        recorded_by -> Id,
    }
}

registry_table! {
    open_finding (case_id) {
        case_id -> Id,
        finding_id -> Id,
        expires_on -> Day,
        on_the_way -> Bool,
        destination_edition -> Text,
        destination_code -> Text,
        place_edition -> Text,
        place_code -> Text,
        profile -> Text,
        facts -> Binary,
    }
}

registry_table! {
    finding_lost (finding_id) {
        finding_id -> Id,
        case_id -> Id,
        place_edition -> Text,
        place_code -> Text,
        position -> BigInt,
        cause -> Text,
        event -> Nullable<Text>,
        lost_on -> Day,
        recorded_at -> Instant,
    }
}

registry_table! {
    place (edition, code) {
        edition -> Text,
        code -> Text,
        level -> Integer,
        parent -> Nullable<Text>,
        valid_from -> Nullable<Day>,
        names -> Text,
        imported_at -> Instant,
    }
}

registry_table! {
    organisation (organisation_id) {
        organisation_id -> Id,
        name -> Text,
        created_at -> Instant,
    }
}

registry_table! {
    account (user_id) {
        user_id -> Id,
        login -> Text,
        display_name -> Text,
        password_hash -> Text,
        disabled -> Bool,
        created_at -> Instant,
        one_time_until -> Nullable<Instant>,
    }
}

registry_table! {
    role_grant (user_id, role, organisation_id, place_edition, place_code) {
        user_id -> Id,
        role -> Text,
        organisation_id -> Id,
        place_edition -> Text,
        place_code -> Text,
    }
}

registry_table! {
    past_grant (user_id, role, organisation_id, ended_at) {
        user_id -> Id,
        role -> Text,
        organisation_id -> Id,
        ended_at -> Instant,
        ended_by -> Id,
    }
}

registry_table! {
    setting (name) {
        name -> Text,
        value -> Text,
    }
}

registry_table! {
    session (session_id) {
        session_id -> Id,
        user_id -> Id,
        begun_at -> Instant,
        used_at -> Instant,
        ends_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

registry_table! {
    refresh_token (token_hash) {
        token_hash -> Binary,
        session_id -> Id,
        issued_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

registry_table! {
    second_factor (user_id) {
        user_id -> Id,
        seed -> Binary,
        pepper_id -> Binary,
        begun_at -> Instant,
        confirmed_at -> Nullable<Instant>,
        last_step -> BigInt,
    }
}

registry_table! {
    recovery_code (code_hash) {
        code_hash -> Binary,
        user_id -> Id,
        used_at -> Nullable<Instant>,
    }
}

registry_table! {
    service_agreement (user_id) {
        user_id -> Id,
        agreement -> Text,
        until -> Day,
    }
}

registry_table! {
    service_key (key_id) {
        key_id -> Id,
        user_id -> Id,
        secret_hash -> Binary,
        operations -> Text,
        made_at -> Instant,
        made_by -> Id,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

registry_table! {
    known_device (device_hash) {
        device_hash -> Binary,
        user_id -> Id,
        known_since -> Instant,
    }
}

registry_table! {
    blocked_attempt (attempt_id) {
        attempt_id -> Id,
        blocked_at -> Instant,
        user_id -> Id,
        case_id -> Nullable<Id>,
        code -> Text,
        command -> Text,
        place_edition -> Nullable<Text>,
        place_code -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    case_head,
    case_document,
    finding,
    journal,
    return_record,
    open_finding,
    finding_lost
);
diesel::allow_tables_to_appear_in_same_query!(session, refresh_token);
diesel::allow_tables_to_appear_in_same_query!(service_key, service_agreement);
