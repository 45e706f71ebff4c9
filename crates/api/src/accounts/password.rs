//! Passwords: which are taken, how they are hashed with argon2id, and whether one is
//! right. Costs and pepper stand in each hash by name, so that both can change: a hash
//! of other costs or of an earlier pepper is made anew at the next sign-in.
//!
//! Not here: how many at a time (`hashing`), how often one may guess (`guesses`).

use super::costs::Costs;
use super::pepper::Pepper;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sanad_store::StoreError;
use sanad_store::db::Db;
use secrecy::{ExposeSecret as _, SecretString};

/// The shortest password that a person may choose, in characters (ASVS 6.2.1
/// requires 8 and advises 15).
pub const SHORTEST: usize = 12;
/// The longest, in characters: room for a sentence, none for an attack on the hash.
pub const LONGEST: usize = 256;

/// Harder to guess than 10^8 tries, on a scale that counts common passwords, names,
/// dates, rows of keys and their usual changes.
const LEAST: zxcvbn::Score = zxcvbn::Score::Three;

/// Why a password was not accepted or could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error(
        "a password has {SHORTEST} to {LONGEST} characters; a sentence of several words is easy to keep in mind"
    )]
    Length,
    /// A common one, or near to the user's own name.
    #[error(
        "this password is easy to guess: it is a common one, a pattern, or made of the user's own name; a sentence of several words that only you would say is hard to guess"
    )]
    Guessable,
    /// The hash cannot be computed.
    #[error("the password could not be processed")]
    Hash,
}

/// What came of looking at a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is not the one.
    Wrong,
    /// It is.
    Right,
    /// It is, and its hash was made at other costs or with an earlier pepper.
    RightAndOutdated,
    /// Its hash was made with a pepper that this program was not given.
    PepperMissing,
}

/// Why the program cannot work with the passwords of a database.
#[derive(Debug, thiserror::Error)]
pub enum PeppersError {
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Hashes name a pepper that was not given.
    #[error(
        "{0} password(s) and second factor(s) of this registry cannot be checked without a pepper that was not given: start with `--pepper-file` and the file with which they were set, beside a newer one if there is one"
    )]
    Missing(usize),
}

/// How passwords are hashed and checked.
#[derive(Default)]
pub struct Passwords {
    costs: Costs,
    /// The first is that of new hashes; the others are of earlier ones.
    peppers: Vec<Pepper>,
}

impl Passwords {
    /// Hashes at these costs, with the first of these peppers; the others are known
    /// from earlier.
    pub fn new(costs: Costs, peppers: Vec<Pepper>) -> Self {
        Self { costs, peppers }
    }

    /// Hashes a new password; the result is a PHC string with salt and parameters. `own`
    /// are words that guessers try first: the login name, the name of the user.
    ///
    /// There are no rules on kinds of characters, which make passwords worse; a list of
    /// common ones and their patterns decides (ASVS 5.0 6.2.4, 6.2.5 ◐).
    pub fn hash(&self, password: &SecretString, own: &[&str]) -> Result<String, PasswordError> {
        let length = password.expose_secret().chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(PasswordError::Length);
        }
        if zxcvbn::zxcvbn(password.expose_secret(), own).score() < LEAST {
            return Err(PasswordError::Guessable);
        }
        self.hash_again(password)
    }

    /// Hashes a password that was found right, as it stands.
    pub fn hash_again(&self, password: &SecretString) -> Result<String, PasswordError> {
        let pepper = self.peppers.first();
        let params = self.costs.params(pepper.map(Pepper::id));
        let hash = params
            .and_then(|params| argon2id(params, pepper))
            .and_then(|argon| {
                argon
                    .hash_password(password.expose_secret().as_bytes())
                    .ok()
            });
        Ok(hash.ok_or(PasswordError::Hash)?.to_string())
    }

    /// Whether a password is the one behind a hash. `None` stands for an unknown
    /// user: the same work is done, so that the time tells nothing.
    pub fn check(&self, password: &SecretString, hash: Option<&str>) -> Checked {
        if password.expose_secret().chars().count() > LONGEST {
            return Checked::Wrong;
        }
        let nobody = self.costs.nobody();
        // An account of a program has a hash that is none.
        let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
        let is_known = known.is_some();
        let Some(parsed) = known.or_else(|| PasswordHash::new(&nobody).ok()) else {
            return Checked::Wrong;
        };
        let Ok(params) = Params::try_from(&parsed) else {
            return Checked::Wrong;
        };
        let Ok(pepper) = self.pepper(params.keyid()) else {
            return Checked::PepperMissing;
        };
        let current = self.costs.params(self.peppers.first().map(Pepper::id));
        let same = |now: &Params| {
            let of = |p: &Params| (p.m_cost(), p.t_cost(), p.p_cost(), p.keyid().to_vec());
            of(now) == of(&params)
        };
        let up_to_date = current.as_ref().is_some_and(same);
        let right = argon2id(params.clone(), pepper).is_some_and(|argon| {
            let password = password.expose_secret().as_bytes();
            argon.verify_password(password, &parsed).is_ok()
        });
        match (right && is_known, up_to_date) {
            (false, _) => Checked::Wrong,
            (true, true) => Checked::Right,
            (true, false) => Checked::RightAndOutdated,
        }
    }

    /// Refuses to work on a database some of whose hashes name a pepper that is missing.
    pub fn fit(&self, db: &mut dyn Db) -> Result<(), PeppersError> {
        let hashes = db.password_hashes()?;
        let factors = db.second_factor_peppers()?;
        let lacks = |hash: &&String| {
            let parsed = PasswordHash::new(hash.as_str()).ok();
            let params = parsed.and_then(|hash| Params::try_from(&hash).ok());
            params.is_some_and(|params| self.pepper(params.keyid()).is_err())
        };
        let factors = factors.iter().filter(|id| self.pepper(id).is_err());
        match hashes.iter().filter(lacks).count() + factors.count() {
            0 => Ok(()),
            missing => Err(PeppersError::Missing(missing)),
        }
    }

    /// The id of the pepper of today, empty for none.
    pub(super) fn pepper_of_today(&self) -> &[u8] {
        self.peppers.first().map_or(&[], Pepper::id)
    }

    /// The pepper of an id; none for the empty id.
    pub(super) fn pepper(&self, id: &[u8]) -> Result<Option<&Pepper>, ()> {
        if id.is_empty() {
            return Ok(None);
        }
        let known = self.peppers.iter().find(|pepper| pepper.id() == id);
        known.map(Some).ok_or(())
    }
}

fn argon2id(params: Params, pepper: Option<&Pepper>) -> Option<Argon2<'_>> {
    let (id, version) = (Algorithm::Argon2id, Version::V0x13);
    match pepper {
        Some(pepper) => Argon2::new_with_secret(pepper.key(), id, version, params).ok(),
        None => Some(Argon2::new(id, version, params)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn pepper(letter: &str) -> Pepper {
        Pepper::of(letter.repeat(40).as_bytes()).unwrap()
    }

    #[test]
    fn only_the_right_password_of_a_known_user_is_accepted() {
        let passwords = Passwords::default();
        let hash = passwords
            .hash(&secret("ئەم ڕستەیە وشەی نهێنییە"), &[])
            .unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
            "{hash}"
        );
        let check = |text: &str, hash| passwords.check(&secret(text), hash);
        assert_eq!(
            check("ئەم ڕستەیە وشەی نهێنییە", Some(&hash)),
            Checked::Right
        );
        assert_eq!(check("another sentence", Some(&hash)), Checked::Wrong);
        assert_eq!(check("nobody has this password", None), Checked::Wrong);
        assert_eq!(check("", Some("")), Checked::Wrong);
        assert_eq!(check(&"long".repeat(65), Some(&hash)), Checked::Wrong);
    }

    #[test]
    fn a_hash_of_other_costs_is_right_and_outdated() {
        let earlier = Passwords::new("m=12288,t=3,p=1".parse().unwrap(), Vec::new());
        let password = secret("a sentence of several words");
        let hash = earlier.hash(&password, &[]).unwrap();
        let now = Passwords::default();
        assert_eq!(now.check(&password, Some(&hash)), Checked::RightAndOutdated);
        let renewed = now.hash_again(&password).unwrap();
        assert_eq!(now.check(&password, Some(&renewed)), Checked::Right);
    }

    #[test]
    fn a_hash_names_its_pepper_and_is_nothing_without_it() {
        let password = secret("a sentence of several words");
        let costs = Costs::default;
        let plain = Passwords::default();
        let old = Passwords::new(costs(), vec![pepper("o")]);
        let both = Passwords::new(costs(), vec![pepper("n"), pepper("o")]);
        let hash = old.hash(&password, &[]).unwrap();
        assert_eq!(old.check(&password, Some(&hash)), Checked::Right);
        assert_eq!(
            both.check(&password, Some(&hash)),
            Checked::RightAndOutdated
        );
        assert_eq!(plain.check(&password, Some(&hash)), Checked::PepperMissing);
        let without = plain.hash(&password, &[]).unwrap();
        assert_eq!(
            old.check(&password, Some(&without)),
            Checked::RightAndOutdated
        );
        // The id is not all there is to it: the same id with another secret is no use.
        let named = hash.split("keyid=").nth(1).unwrap();
        let stolen = hash.replace(&format!(",keyid={}", named.split('$').next().unwrap()), "");
        assert_eq!(plain.check(&password, Some(&stolen)), Checked::Wrong);
        assert!(Pepper::of(b"too short for a pepper").is_err());
    }

    #[test]
    fn a_short_password_is_refused() {
        let short = Passwords::default().hash(&secret("short"), &[]);
        assert_eq!(short, Err(PasswordError::Length));
    }

    #[test]
    fn a_password_that_is_guessed_early_is_refused_however_long_it_is() {
        let passwords = Passwords::default();
        for guessable in [
            "password1234",
            "123456789012",
            "qwertyuiop[]",
            "iloveyouiloveyou",
            "aaaaaaaaaaaaaaaa",
            "P@ssw0rd1234",
        ] {
            let refused = passwords.hash(&secret(guessable), &[]);
            assert_eq!(refused, Err(PasswordError::Guessable), "{guessable}");
        }
        let own = ["salma.nouri", "Salma al-Nouri"];
        let refused = passwords.hash(&secret("salma.nouri1"), &own);
        assert_eq!(refused, Err(PasswordError::Guessable));
        for good in ["kuda-ziru-femi-hali-zune", "دارستان و باران و نان"] {
            assert!(passwords.hash(&secret(good), &own).is_ok(), "{good}");
        }
    }
}
