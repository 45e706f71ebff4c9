//! Every route of the API. Nothing else mounts handlers, and what is mounted here is
//! in the API document by the same call.
//!
//! A new operation: a handler with its `utoipa::path` in `v1/`, a line here, an
//! example in `examples`, then `SANAD_BLESS=1 cargo test --test contract openapi`.

use crate::v1;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations under `/v1`.
pub fn v1(config: &mut ServiceConfig<'_>) {
    config
        .service(v1::sign_in::sign_in)
        .service(v1::sign_in::get_me)
        .service(v1::cases::register_case)
        .service(v1::case_list::list_cases)
        .service(v1::cases::get_case)
        .service(v1::history::get_history)
        .service(v1::household::add_member)
        .service(v1::household::correct_member)
        .service(v1::household::record_leaving)
        .service(v1::household::add_contact_point)
        .service(v1::household::record_displacement)
        .service(v1::household::choose_destination)
        .service(v1::household::advance_case)
        .service(v1::answers::record_answers)
        .service(v1::answers::list_answers)
        .service(v1::answers::adjudicate_answers)
        .service(v1::answers::verify_evidence)
        .service(v1::answers::confirm_answer)
        .service(v1::answers::retract_answer)
        .service(v1::assessments::get_assessment)
        .service(v1::assessments::export_facts)
        .service(v1::findings::issue_finding)
        .service(v1::findings::list_case_findings)
        .service(v1::findings::get_finding)
        .service(v1::findings::get_finding_facts)
        .service(v1::findings::recompute_finding)
        .service(v1::findings::list_findings)
        .service(v1::journey::approve_return)
        .service(v1::journey::record_departure)
        .service(v1::journey::confirm_arrival)
        .service(v1::journey::step_back)
        .service(v1::journey::hold_case)
        .service(v1::journey::close_case)
        .service(v1::journey::reopen_case)
        .service(v1::journey::resume_case)
        .service(v1::journey::withdraw_consent)
        .service(v1::returns::record_return)
        .service(v1::returns::list_case_returns)
        .service(v1::reports::get_report)
        .service(v1::areas::record_area_answers)
        .service(v1::areas::adjudicate_area_answers)
        .service(v1::areas::verify_area_evidence)
        .service(v1::areas::confirm_area_answer)
        .service(v1::areas::retract_area_answer)
        .service(v1::areas::record_area_event)
        .service(v1::areas::get_dossier)
        .service(v1::places::import_places)
        .service(v1::places::list_places)
        .service(v1::places::get_place)
        .service(v1::catalogue::get_catalogue)
        .service(v1::catalogue::get_indicator)
        .service(v1::accounts::list_accounts)
        .service(v1::accounts::add_account)
        .service(v1::accounts::set_account_use)
        .service(v1::accounts::list_organisations)
        .service(v1::accounts::add_organisation);
}
