//! How often a password may be guessed: ten evaluated guesses of one account in a
//! quarter of an hour, two hundred from one network (an office has one address),
//! whoever asks and whether or not the account exists.
//!
//! A device from which the user signed in before has ten guesses of its own, so that
//! nobody locks a colleague out by guessing wrong (ASVS 5.0 6.3.1 ◐). Kept in memory:
//! a restart forgets, and several servers on one database count each for themselves.

use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// For how long a guess counts.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Who or what is guessed at, or guesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account, by the hash of what was typed as its login name.
    Account([u8; 32]),
    /// A device from which its user signed in before, by the hash of its secret.
    Device([u8; 32]),
    /// A network: an IPv4 address, or the first 64 bits of an IPv6 address.
    Network([u8; 8]),
}

impl Subject {
    /// The network of an address.
    pub fn network(address: IpAddr) -> Self {
        Self::Network(network(address))
    }

    /// Guesses in a window.
    const fn most(&self) -> usize {
        match self {
            Self::Account(_) | Self::Device(_) => 10,
            Self::Network(_) => 200,
        }
    }
}

/// What is one network: an IPv4 address, or the first 64 bits of an IPv6 address.
pub fn network(address: IpAddr) -> [u8; 8] {
    let mut bytes = [0; 8];
    match address.to_canonical() {
        IpAddr::V4(four) => {
            for (to, from) in bytes.iter_mut().zip(four.octets()) {
                *to = from;
            }
        }
        IpAddr::V6(six) => {
            for (to, from) in bytes.iter_mut().zip(six.octets()) {
                *to = from;
            }
        }
    }
    bytes
}

type Recent = Arc<Mutex<VecDeque<Timestamp>>>;

/// The guesses of the last quarter of an hour.
pub struct Guesses {
    recent: Cache<Subject, Recent>,
}

impl Default for Guesses {
    fn default() -> Self {
        let kept = u64::try_from(WINDOW.as_secs()).unwrap_or(0);
        Self {
            recent: Cache::builder()
                .max_capacity(100_000)
                .time_to_idle(Duration::from_secs(kept))
                .build(),
        }
    }
}

/// A guess that may be evaluated. It counts, unless it is taken back.
#[derive(Debug)]
pub struct Guess {
    at: Timestamp,
    counted: Vec<Recent>,
}

impl Guess {
    /// It was no guess: the password was right, or was not looked at.
    pub fn take_back(self) {
        for recent in &self.counted {
            let mut recent = recent.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = recent.iter().position(|at| *at == self.at) {
                recent.remove(place);
            }
        }
    }
}

/// Too many guesses; after so many seconds one may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// Seconds, at least 1.
    pub retry_after: u32,
}

impl Guesses {
    /// Counts a guess before it is evaluated, so that many at once are not more.
    pub fn count(&self, subjects: &[Subject], at: Timestamp) -> Result<Guess, TooMany> {
        let mut guess = Guess {
            at,
            counted: Vec::with_capacity(subjects.len()),
        };
        for subject in subjects {
            let recent = self.recent.get_with(subject.clone(), Recent::default);
            let waits = {
                let mut times = recent.lock().unwrap_or_else(PoisonError::into_inner);
                times.retain(|time| *time + WINDOW > at);
                if times.len() < subject.most() {
                    times.push_back(at);
                    None
                } else {
                    times.front().copied()
                }
            };
            if let Some(oldest) = waits {
                guess.take_back();
                let left = (oldest + WINDOW).duration_since(at).as_secs().max(1);
                return Err(TooMany {
                    retry_after: u32::try_from(left).unwrap_or(u32::MAX),
                });
            }
            guess.counted.push(recent);
        }
        Ok(guess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(login: &str) -> [Subject; 1] {
        [Subject::Account(crate::accounts::sessions::hash_of(login))]
    }

    fn minutes(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn the_eleventh_guess_in_a_quarter_of_an_hour_is_not_evaluated() {
        let guesses = Guesses::default();
        for minute in 0..10 {
            guesses.count(&account("salma"), minutes(minute)).unwrap();
        }
        let refused = guesses.count(&account("salma"), minutes(10)).unwrap_err();
        assert_eq!(refused.retry_after, 5 * 60);
        guesses.count(&account("adam"), minutes(10)).unwrap();
        // The first is forgotten, then the second.
        guesses.count(&account("salma"), minutes(15)).unwrap();
        guesses.count(&account("salma"), minutes(15)).unwrap_err();
    }

    #[test]
    fn a_right_password_is_no_guess_and_a_refused_one_counts_nowhere() {
        let guesses = Guesses::default();
        let here = Subject::network("192.0.2.7".parse().unwrap());
        let both = |login: &str| [here.clone(), account(login)[0].clone()];
        for _ in 0..1000 {
            let right = guesses.count(&both("salma"), minutes(0)).unwrap();
            right.take_back();
        }
        for _ in 0..10 {
            guesses.count(&both("salma"), minutes(1)).unwrap();
        }
        for _ in 0..1000 {
            guesses.count(&both("salma"), minutes(1)).unwrap_err();
        }
        for number in 0..190 {
            guesses
                .count(&both(&format!("user{number}")), minutes(1))
                .unwrap();
        }
        guesses.count(&both("another"), minutes(1)).unwrap_err();
    }

    #[test]
    fn an_attacker_in_a_network_of_many_addresses_is_one() {
        let network = |text: &str| Subject::network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }

    #[test]
    fn many_at_once_are_not_more() {
        let guesses = Guesses::default();
        let evaluated: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..100)
                            .filter(|_| guesses.count(&account("salma"), minutes(0)).is_ok())
                            .count()
                    })
                })
                .collect();
            threads.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(evaluated, 10);
    }
}
