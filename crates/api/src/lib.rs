//! The registry over HTTP.
//!
//! The walk of a request: `routes` mounts the handler, `v1/` parses it into a
//! command, `service` carries it out in one transaction, `http::problem` turns what
//! went wrong into an answer. Rules are in `sanad-core`, SQL in `sanad-store`.

pub mod accounts;
mod actor;
pub mod app;
mod blocked;
pub mod clock;
pub mod document;
pub mod evidence_file;
mod examples;
mod health;
pub mod http;
pub mod limits;
mod observe;
pub mod place_table;
pub mod recompute;
mod references;
pub mod reports;
mod routes;
pub mod server;
mod service;
pub mod v1;
mod well_known;

pub use app::{App, StartError};
pub use http::body::BodyDeadline;
pub use server::{Running, ServerSettings, start};
