//! How many passwords are worked on at a time: as many as there are cores, sixteen more
//! wait, and who comes after is asked to come back. A rush of sign-ins can then neither
//! take the memory of the machine nor keep everybody waiting.
//!
//! Not here: the work itself (`password`).

use super::password::Passwords;
use crate::http::{ApiError, ApiResult};
use actix_web::http::StatusCode;
use actix_web::web;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Sign-ins that wait for their turn, beside those under way.
const WAITING: usize = 16;

/// Where passwords are worked on.
pub struct Hashing {
    passwords: Arc<Passwords>,
    working: Semaphore,
    /// Those under way and those who wait.
    admitted: Semaphore,
}

impl Hashing {
    /// With these settings.
    pub fn new(passwords: Passwords) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            passwords: Arc::new(passwords),
            working: Semaphore::new(cores),
            admitted: Semaphore::new(cores + WAITING),
        }
    }

    /// How passwords are hashed here.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Does work on passwords on a thread that may block, when its turn comes.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords) -> T + Send + 'static,
    ) -> ApiResult<T> {
        let Ok(_admitted) = self.admitted.try_acquire() else {
            metrics::counter!("sanad_sign_in_queue_full_total").increment(1);
            return Err(ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "BUSY",
                "many people are signing in; try again in a moment",
            ));
        };
        let Ok(_slot) = self.working.acquire().await else {
            return Err(ApiError::fault());
        };
        let passwords = self.passwords.clone();
        web::block(move || work(&passwords))
            .await
            .map_err(|_| ApiError::fault())
    }
}
