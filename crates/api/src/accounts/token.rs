//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519, ten minutes long.
//!
//! Before anything else the first part of a token is compared: it must be, letter by
//! letter, the one that a key of ours writes. So a token cannot choose an algorithm, a
//! key or another type (RFC 8725 §3.1, §3.11 ✔), and what this program does not know
//! cannot be in it (RFC 7515 §4.1.11 ✔). Then `jsonwebtoken` checks the signature and
//! for whom the token is; then the times and the claims, each of them once and no others.
//! Not here: the keys (`keys`), whether the session lasts (`directory`).

use super::keys::{KeysError, PublicKey, Ring, hex};
use crate::clock;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Validation};
use moka::sync::Cache;
use sanad_core::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How long a token is good for.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// By how much the clocks of two processes may differ.
const SKEW: i64 = 5;
const ISSUER: &str = "sanad";
const AUDIENCE: &str = "sanad-api";
/// RFC 9068: an access token says that it is one, so that no other kind passes.
pub(super) const TYPE: &str = "at+jwt";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

impl Claims {
    fn hold(&self, now: i64) -> bool {
        let whole = self.exp.checked_sub(self.iat);
        !self.jti.is_empty()
            && self.exp > now
            && self.nbf <= now + SKEW
            && self.iat <= now + SKEW
            && whole.is_some_and(|whole| (0..=LIFETIME.as_secs()).contains(&whole))
    }
}

/// What the library checks of a token. Times are checked by [`Claims::hold`], by the
/// clock of this program; what is missing of the claims is no claim at all.
fn rules() -> Validation {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.validate_exp = false;
    rules
}

/// Signs and checks tokens.
pub struct Tokens {
    folder: Option<PathBuf>,
    ring: RwLock<Arc<Ring>>,
    rules: Validation,
    /// Tokens checked a moment ago: a signature costs more than the rest of a read.
    checked: Cache<String, Verified>,
}

/// A checked token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whose token it is.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// Until when it is good.
    pub expires: Timestamp,
}

impl Tokens {
    /// With a fresh key that ends with the process.
    pub fn in_memory() -> Result<Self, clock::NoEntropy> {
        Ok(Self::of(Ring::fresh()?, None))
    }

    /// With the keys of a folder; the first is made where there is none.
    pub fn in_folder(folder: PathBuf) -> Result<Self, KeysError> {
        Ok(Self::of(Ring::open(&folder)?, Some(folder)))
    }

    fn of(ring: Ring, folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            ring: RwLock::new(Arc::new(ring)),
            rules: rules(),
            checked: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(Duration::from_secs(600))
                .build(),
        }
    }

    fn ring(&self) -> Arc<Ring> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }

    /// Reads the folder again, for keys that came and went. Keeps those it has when it
    /// cannot: nobody is signed out because a disk is slow.
    pub fn look_again(&self) -> Result<(), KeysError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        if let Some(ring) = Ring::read(folder)?
            && !ring.same_as(&self.ring())
        {
            *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
            self.checked.invalidate_all();
            tracing::info!("the keys of access tokens have changed");
        }
        Ok(())
    }

    /// What anybody may know of the keys.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.ring().public(clock::now())
    }

    /// A token for a user in a session, good from now for [`LIFETIME`].
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        let from = now.as_second();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            iat: from,
            nbf: from,
            exp: from + LIFETIME.as_secs(),
            jti: hex(&clock::entropy().map_err(|_| TokenError)?),
        };
        let ring = self.ring();
        let key = ring.signing(now).ok_or(TokenError)?;
        key.sign(&claims).map_err(|_| TokenError)
    }

    /// Checks a token, or remembers that it was checked.
    pub fn check(&self, token: &str) -> Result<Verified, TokenError> {
        let now = clock::now();
        if let Some(known) = self.checked.get(token) {
            return Some(known).filter(|it| it.expires > now).ok_or(TokenError);
        }
        let verified = self.verify(token, now).ok_or(TokenError)?;
        self.checked.insert(token.to_owned(), verified);
        Ok(verified)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Option<Verified> {
        let (head, _) = token.split_once('.')?;
        let ring = self.ring();
        let claims: Claims = ring.of_head(head, now)?.check(token, &self.rules).ok()?;
        let expires = Timestamp::from_second(claims.exp).ok()?;
        claims.hold(now.as_second()).then_some(Verified {
            user: claims.sub,
            session: claims.sid,
            expires,
        })
    }
}

/// The token is not one of ours, or no longer good. Which of the two is nobody's
/// business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct TokenError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_ten_minutes_and_for_its_user() {
        let user = UserId(uuid::Uuid::from_u128(7));
        let session = SessionId(uuid::Uuid::from_u128(8));
        let tokens = Tokens::in_memory().unwrap();
        let issue = |at| tokens.issue(user, session, at).unwrap();
        let (now, second) = (clock::now(), SignedDuration::from_secs(1));
        let verified = tokens.verify(&issue(now), now).unwrap();
        assert_eq!((verified.user, verified.session), (user, session));
        let at = |at| tokens.verify(&issue(now), at).is_some();
        assert!(at(now + LIFETIME - second) && !at(now + LIFETIME));
        assert!(at(now - second * 5) && !at(now - second * 7));
        let theirs = Tokens::in_memory().unwrap();
        assert_eq!(theirs.check(&issue(now)), Err(TokenError));
        assert!(tokens.check(&issue(now)).is_ok());
    }
}
