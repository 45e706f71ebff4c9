//! How many requests a second one account, one service key and one network may send, in
//! the long run; after a pause ten seconds' worth at once.
//!
//! Kept in memory in shards (GCRA: one time stamp each), so that a request waits for no
//! other one. Several servers on one database count each for themselves. Not here:
//! guesses at passwords (`accounts::guesses`).

use crate::accounts::guesses::network;
use crate::app::App;
use crate::http::{ApiError, ApiResult};
use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use uuid::Uuid;

/// Seconds' worth of requests that may come at once after a pause.
const AT_ONCE: u32 = 10;

/// Requests a second, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(Option<NonZeroU32>);

impl Rate {
    /// No limit.
    pub const OFF: Self = Self(None);

    /// So many a second; none at all is no limit.
    pub const fn per_second(requests: u32) -> Self {
        Self(NonZeroU32::new(requests))
    }
}

/// Not a number of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a number of requests a second, 1 to 100000, or `off`")]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let rate = text.parse().map_err(|_| RateError)?;
        (1..=100_000)
            .contains(&rate)
            .then(|| Self::per_second(rate))
            .ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => write!(f, "{rate}"),
            None => f.write_str("off"),
        }
    }
}

/// How much of each is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Of one account: ten times what a busy screen asks for.
    pub account: Rate,
    /// Of one service key.
    pub key: Rate,
    /// Of one network: an office has one address, and so has a proxy.
    pub address: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            account: Rate::per_second(100),
            key: Rate::per_second(50),
            address: Rate::per_second(1000),
        }
    }
}

impl Rates {
    /// No limits, for measuring.
    pub const OFF: Self = Self {
        account: Rate::OFF,
        key: Rate::OFF,
        address: Rate::OFF,
    };
}

/// The requests of one kind of caller.
struct Counted<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

impl<K: Hash + Eq + Clone> Counted<K> {
    fn new(rate: Rate) -> Self {
        let quota = |rate: NonZeroU32| {
            Quota::per_second(rate)
                .allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(AT_ONCE - 1)))
        };
        Self(rate.0.map(|rate| RateLimiter::keyed(quota(rate))))
    }

    fn count(&self, key: &K, kind: &'static str) -> ApiResult<()> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        limiter.check_key(key).map_err(|until| {
            metrics::counter!("sanad_requests_throttled_total", "by" => kind).increment(1);
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            ApiError::too_many(
                "TOO_MANY_REQUESTS",
                "more requests than this registry takes from one caller; slow down",
                seconds.saturating_add(1),
            )
        })
    }

    fn forget_the_quiet(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// What everybody sent lately.
pub struct Limits {
    accounts: Counted<Uuid>,
    keys: Counted<Uuid>,
    networks: Counted<[u8; 8]>,
}

impl Limits {
    /// At these rates.
    pub fn new(rates: Rates) -> Self {
        Self {
            accounts: Counted::new(rates.account),
            keys: Counted::new(rates.key),
            networks: Counted::new(rates.address),
        }
    }

    /// Counts a request of an account.
    pub(crate) fn account(&self, user: Uuid) -> ApiResult<()> {
        self.accounts.count(&user, "account")
    }

    /// Counts a request with a service key.
    pub fn key(&self, key: Uuid) -> ApiResult<()> {
        self.keys.count(&key, "key")
    }

    fn address(&self, address: IpAddr) -> ApiResult<()> {
        self.networks.count(&network(address), "address")
    }

    /// Forgets those who sent nothing lately.
    pub(crate) fn forget_the_quiet(&self) {
        self.accounts.forget_the_quiet();
        self.keys.forget_the_quiet();
        self.networks.forget_the_quiet();
    }
}

/// Counts every request to the API by where it comes from, before anything is done for
/// it. Questions whether the program is up are not counted.
pub(crate) async fn by_address<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let counted = match (request.app_data::<web::Data<App>>(), request.peer_addr()) {
        (Some(app), Some(peer)) if request.path().starts_with("/v1/") => {
            app.limits.address(peer.ip())
        }
        _ => Ok(()),
    };
    match counted {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(refused) => {
            let response = refused.error_response();
            Ok(request.into_response(response).map_into_right_body())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_or_off() {
        for good in ["1", "100", "100000", "off"] {
            assert_eq!(good.parse::<Rate>().unwrap().to_string(), good);
        }
        for bad in ["", "0", "-1", "1.5", "100001", "OFF", "ten"] {
            assert_eq!(bad.parse::<Rate>(), Err(RateError), "{bad}");
        }
    }

    #[test]
    fn ten_seconds_worth_comes_at_once_and_others_are_not_in_the_way() {
        let counted = Counted::<u8>::new(Rate::per_second(2));
        let passed = |key| {
            (0..30)
                .filter(|_| counted.count(&key, "account").is_ok())
                .count()
        };
        assert_eq!((passed(1), passed(2)), (20, 20));
        counted.forget_the_quiet();
        assert_eq!(passed(1), 0, "who sent much is not forgotten");
        let off = Counted::<u8>::new(Rate::OFF);
        assert!((0..10_000).all(|_| off.count(&1, "account").is_ok()));
    }
}
