//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519, ten minutes long.
//!
//! The key is made at start and kept in memory only: a stolen disk signs nothing,
//! and a restart asks everybody to sign in again. `jsonwebtoken` brings no
//! cryptography here; the provider below is the only algorithm there is, so a token
//! cannot choose another (RFC 8725 §3.1). Its RustCrypto provider would bring `rsa`
//! with an open advisory (RUSTSEC-2023-0071).

use crate::clock;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use sanad_core::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

/// How long a token is good for.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const ISSUER: &str = "sanad";
const AUDIENCE: &str = "sanad-api";
/// RFC 9068: an access token says that it is one, so that no other kind passes.
const TYPE: &str = "at+jwt";

#[derive(Debug, Serialize, Deserialize)]
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

/// Signs and checks tokens.
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    key_id: String,
    rules: Validation,
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
    /// A signer with a fresh key.
    pub fn with_fresh_key() -> Result<Self, clock::NoEntropy> {
        // The second caller in a process finds the same provider installed.
        let _ = PROVIDER.install_default();
        let seed = clock::key()?;
        let public = SigningKey::from_bytes(&seed).verifying_key();
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.validate_nbf = true;
        rules.leeway = 5;
        Ok(Self {
            signing: EncodingKey::from_ed_der(&seed),
            checking: DecodingKey::from_ed_der(public.as_bytes()),
            key_id: hex(&public.as_bytes()[..8]),
            rules,
        })
    }

    /// A token for a user in a session, good from now for [`LIFETIME`].
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.key_id.clone());
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
        encode(&header, &claims, &self.signing).map_err(|_| TokenError)
    }

    /// Checks a token: signature, type, key, issuer, audience, times.
    pub fn verify(&self, token: &str) -> Result<Verified, TokenError> {
        let data = decode::<Claims>(token, &self.checking, &self.rules).map_err(|_| TokenError)?;
        let header = data.header;
        if header.typ.as_deref() != Some(TYPE) || header.kid.as_deref() != Some(&self.key_id) {
            return Err(TokenError);
        }
        let expires = Timestamp::from_second(data.claims.exp).map_err(|_| TokenError)?;
        Ok(Verified {
            user: data.claims.sub,
            session: data.claims.sid,
            expires,
        })
    }
}

/// The token is not one of ours, or no longer good. Which of the two is nobody's
/// business but the log's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct TokenError;

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Ed25519Signer(SigningKey);

impl signature::Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Ed25519Verifier(VerifyingKey);

impl signature::Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let signature = Signature::from_slice(signature).map_err(|_| signature::Error::new())?;
        self.0
            .verify(message, &signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is the library's"
)]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    let seed = key
        .as_bytes()
        .try_into()
        .map_err(|_| ErrorKind::InvalidEddsaKey)?;
    match algorithm {
        Algorithm::EdDSA => Ok(Box::new(Ed25519Signer(SigningKey::from_bytes(&seed)))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is the library's"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    let bytes = key
        .try_get_as_bytes()?
        .try_into()
        .map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let public = VerifyingKey::from_bytes(&bytes).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    match algorithm {
        Algorithm::EdDSA => Ok(Box::new(Ed25519Verifier(public))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone() -> UserId {
        UserId(uuid::Uuid::from_u128(7))
    }

    fn its() -> SessionId {
        SessionId(uuid::Uuid::from_u128(8))
    }

    #[test]
    fn a_token_is_good_for_ten_minutes_and_for_its_user() {
        let tokens = Tokens::with_fresh_key().unwrap();
        let token = tokens.issue(someone(), its(), clock::now()).unwrap();
        assert_eq!(tokens.verify(&token).unwrap().user, someone());
        let old = clock::now() - LIFETIME - SignedDuration::from_secs(6);
        assert_eq!(
            tokens.verify(&tokens.issue(someone(), its(), old).unwrap()),
            Err(TokenError)
        );
        let early = clock::now() + SignedDuration::from_secs(60);
        assert_eq!(
            tokens.verify(&tokens.issue(someone(), its(), early).unwrap()),
            Err(TokenError)
        );
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let (ours, theirs) = (
            Tokens::with_fresh_key().unwrap(),
            Tokens::with_fresh_key().unwrap(),
        );
        assert_eq!(
            ours.verify(&theirs.issue(someone(), its(), clock::now()).unwrap()),
            Err(TokenError)
        );
    }

    #[test]
    fn a_token_without_signature_or_with_another_type_is_refused() {
        let tokens = Tokens::with_fresh_key().unwrap();
        let token = tokens.issue(someone(), its(), clock::now()).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        // {"alg":"none","typ":"at+jwt"}
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
        assert_eq!(tokens.verify(&none), Err(TokenError));
        let altered = format!("{}.{}x.{}", parts[0], parts[1], parts[2]);
        assert_eq!(tokens.verify(&altered), Err(TokenError));
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(tokens.key_id.clone());
        let now = clock::now().as_second();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: someone(),
            sid: its(),
            iat: now,
            nbf: now,
            exp: now + 60,
            jti: String::new(),
        };
        let other_type = encode(&header, &claims, &tokens.signing).unwrap();
        assert_eq!(
            tokens.verify(&other_type),
            Err(TokenError),
            "typ must be at+jwt"
        );
    }
}
