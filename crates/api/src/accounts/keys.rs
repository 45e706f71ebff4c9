//! The keys that sign access tokens: in memory, or in a folder that several processes
//! and the next start share.
//!
//! A new key is known to everybody two minutes before it signs, and an old one is good
//! for as long as the tokens it signed. Files are `<second from which>-<id>.key`, each for
//! its owner alone. Not here: what stands in a token (`token`).

use super::eddsa;
use super::secret_file::{self, SecretFileError};
use super::token::{LIFETIME, TYPE};
use crate::clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::SigningKey;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::Error as JwtError;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use utoipa::ToSchema;

/// How long before it signs a new key is published: programs look again within seconds,
/// others may keep the published set for a minute.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);
/// For how long an old key is good after the next one signs.
const AFTER: SignedDuration = SignedDuration::from_secs(LIFETIME.as_secs() + 60);
/// The ending of the names of key files.
const ENDING: &str = ".key";

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file or the folder.
    #[error("--keys: {0}")]
    File(#[from] SecretFileError),
    /// A file is no key, or not the one that its name says.
    #[error("--keys: {0} is not a key of this program; `sanad keys rotate` makes one")]
    NoKey(String),
    /// A stolen key is not in this folder.
    #[error("--keys: there are no keys in {0}; name the folder that `sanad serve` has")]
    NoneThere(String),
    /// No random bits.
    #[error("{0}")]
    Entropy(#[from] clock::NoEntropy),
}

/// One key.
pub(super) struct Key {
    id: String,
    since: Timestamp,
    seed: [u8; 32],
    public: [u8; 32],
    /// What its tokens begin with, and the same as it is written.
    header: Header,
    head: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Key {
    fn of(seed: &[u8; 32], since: Timestamp) -> Self {
        eddsa::install();
        let public = SigningKey::from_bytes(seed).verifying_key().to_bytes();
        let id = hex(&public[..8]);
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(id.clone());
        let written = serde_json::to_vec(&header).unwrap_or_default();
        Self {
            id,
            since,
            seed: *seed,
            public,
            header,
            head: BASE64.encode(written),
            signing: EncodingKey::from_ed_der(seed),
            checking: DecodingKey::from_ed_der(&public),
        }
    }

    fn file_name(&self) -> String {
        format!("{}-{}{ENDING}", self.since.as_second(), self.id)
    }

    /// A token with these claims.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, JwtError> {
        jsonwebtoken::encode(&self.header, claims, &self.signing)
    }

    /// The claims of a token, if this key signed it and they are for whom the rules say.
    pub(super) fn check<C: DeserializeOwned + Clone>(
        &self,
        token: &str,
        rules: &Validation,
    ) -> Result<C, JwtError> {
        jsonwebtoken::decode::<C>(token, &self.checking, rules).map(|data| data.claims)
    }
}

/// The public part of a key (RFC 8037 §2).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicKey {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Always `sig`: it checks signatures.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: String,
    /// The `kid` of the tokens that it signed.
    pub kid: String,
    /// The key, in base64url.
    pub x: String,
}

/// Keys in the order in which they sign, never empty.
pub(super) struct Ring(Vec<Key>);

impl Ring {
    /// One key that nobody else has.
    pub(super) fn fresh() -> Result<Self, clock::NoEntropy> {
        Ok(Self(vec![Key::of(&clock::key()?, clock::now())]))
    }

    /// The keys of a folder; makes it, and a first key, where there is none.
    pub(super) fn open(folder: &Path) -> Result<Self, KeysError> {
        if let Some(ring) = Self::read(folder)? {
            return Ok(ring);
        }
        secret_file::create_folder(folder)?;
        keep(folder, &Key::of(&clock::key()?, clock::now()))?;
        Self::read(folder)?.ok_or_else(|| KeysError::NoKey(folder.display().to_string()))
    }

    /// The keys of a folder, if there are any.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, KeysError> {
        let mut keys = Vec::new();
        for (name, bytes) in secret_file::read_all(folder, ENDING)? {
            let key = seed_of(&bytes)
                .zip(
                    name.split_once('-')
                        .and_then(|(since, _)| since.parse().ok()),
                )
                .and_then(|(seed, since)| {
                    Some(Key::of(&seed, Timestamp::from_second(since).ok()?))
                });
            match key {
                Some(key) if key.file_name() == name => keys.push(key),
                _ => return Err(KeysError::NoKey(name)),
            }
        }
        keys.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        Ok((!keys.is_empty()).then_some(Self(keys)))
    }

    /// The key that signs at a moment.
    pub(super) fn signing(&self, at: Timestamp) -> Option<&Key> {
        let begun = self.0.iter().rfind(|key| key.since <= at);
        begun.or(self.0.first())
    }

    /// The keys whose tokens are good at a moment, and those that will sign soon.
    pub(super) fn live(&self, at: Timestamp) -> impl Iterator<Item = &Key> {
        let next = self.0.iter().skip(1).map(|key| Some(key.since));
        let with_next = self.0.iter().zip(next.chain([None]));
        with_next
            .filter(move |(_, next)| next.is_none_or(|next| at < next + AFTER))
            .map(|(key, _)| key)
    }

    /// The key that made the first part of a token.
    pub(super) fn of_head(&self, head: &str, at: Timestamp) -> Option<&Key> {
        self.live(at).find(|key| key.head == head)
    }

    /// What anybody may know of the keys.
    pub(super) fn public(&self, at: Timestamp) -> Vec<PublicKey> {
        let shown = |key: &Key| PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            alg: "EdDSA".to_owned(),
            usage: "sig".to_owned(),
            kid: key.id.clone(),
            x: BASE64.encode(key.public),
        };
        self.live(at).map(shown).collect()
    }

    /// Whether these are the same keys.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let ids = |ring: &Self| ring.0.iter().map(Key::file_name).collect::<Vec<_>>();
        ids(self) == ids(other)
    }
}

/// What a rotation came to.
#[derive(Debug)]
pub struct Rotated {
    /// The id of the new key.
    pub id: String,
    /// From when on it signs.
    pub since: Timestamp,
    /// How many keys were removed.
    pub removed: usize,
}

/// Makes the next key of a folder and removes those whose tokens have all expired; or,
/// when one was stolen, all others at once.
pub fn rotate(folder: &Path, stolen: bool) -> Result<Rotated, KeysError> {
    let now = clock::now();
    let known = Ring::read(folder)?;
    if known.is_none() && stolen {
        return Err(KeysError::NoneThere(folder.display().to_string()));
    }
    let ahead = known.is_some() && !stolen;
    let since = if ahead { now + AHEAD } else { now };
    let next = Key::of(&clock::key()?, since);
    secret_file::create_folder(folder)?;
    keep(folder, &next)?;
    let Some(known) = known else {
        return Ok(rotated(&next, 0));
    };
    let kept: Vec<&str> = if stolen {
        Vec::new()
    } else {
        known.live(now).map(|key| key.id.as_str()).collect()
    };
    let gone = known
        .0
        .iter()
        .filter(|key| !kept.contains(&key.id.as_str()));
    let mut removed = 0;
    for key in gone {
        secret_file::remove(&folder.join(key.file_name()))?;
        removed += 1;
    }
    Ok(rotated(&next, removed))
}

fn rotated(key: &Key, removed: usize) -> Rotated {
    Rotated {
        id: key.id.clone(),
        since: key.since,
        removed,
    }
}

fn keep(folder: &Path, key: &Key) -> Result<(), SecretFileError> {
    let text = format!("{}\n", hex(&key.seed));
    secret_file::create(&folder.join(key.file_name()), text.as_bytes())
}

fn seed_of(bytes: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(bytes).ok()?.trim_ascii();
    let mut seed = [0; 32];
    if text.len() != 2 * seed.len() || !text.is_ascii() {
        return None;
    }
    for (i, byte) in seed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(seed)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn a_key_follows_another_and_both_are_good_while_tokens_last() {
        let ring = Ring(vec![
            Key::of(&[1; 32], minutes(0)),
            Key::of(&[2; 32], minutes(100)),
        ]);
        let signing = |at| ring.signing(minutes(at)).unwrap().id.clone();
        let (first, second) = (ring.0[0].id.clone(), ring.0[1].id.clone());
        assert_eq!((signing(99), signing(100)), (first.clone(), second.clone()));
        let live = |at| {
            ring.live(minutes(at))
                .map(|key| &key.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(live(98), [&first, &second]);
        assert_eq!(live(110), [&first, &second]);
        assert_eq!(live(111), [&second]);
        // A clock that was set back leaves a key to sign with.
        assert_eq!(signing(-5), first);
    }
}
