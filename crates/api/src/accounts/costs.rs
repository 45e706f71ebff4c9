//! What one password hash costs: memory, passes, lanes of argon2id.
//!
//! Floor: the table of ASVS 5.0 App. C ✔ (46 MiB for one pass, 19 MiB for two, 12 MiB for
//! three or more), which stands below both choices of RFC 9106 §4 and is what small
//! machines of offices can pay. Not here: hashing (`password`), how many at a time
//! (`hashing`).

use argon2::Params;
use std::fmt;
use std::str::FromStr;

/// One hash takes at most so much memory, in KiB: a mistyped figure must not take the machine.
const MOST_MEMORY: u32 = 4 << 20;
/// Passes at most.
const MOST_PASSES: u32 = 64;
/// Lanes at most.
const MOST_LANES: u32 = 64;

/// What one hash costs; never less than the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            memory_kib: 47_104,
            passes: 1,
            lanes: 1,
        }
    }
}

/// Why costs were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CostsError {
    /// Not the three figures.
    #[error("write the costs as `m=47104,t=1,p=1`: memory in KiB, passes, lanes")]
    Form,
    /// Too little work for whoever stole the hashes.
    #[error(
        "too cheap to guess at: `t=1` needs `m=47104` or more, `t=2` `m=19456`, `t=3` or more `m=12288` (ASVS 5.0 App. C)"
    )]
    TooCheap,
    /// More than any sign-in should take.
    #[error("too dear: at most m={MOST_MEMORY}, t={MOST_PASSES}, p={MOST_LANES}")]
    TooDear,
}

impl FromStr for Costs {
    type Err = CostsError;

    fn from_str(text: &str) -> Result<Self, CostsError> {
        let mut figures = text.split(',');
        let mut figure = |name: &str| {
            let (word, value) = figures.next()?.split_once('=')?;
            value.parse::<u32>().ok().filter(|_| word == name)
        };
        let (memory, passes, lanes) = (figure("m"), figure("t"), figure("p"));
        let (Some(memory_kib), Some(passes), Some(lanes), None) =
            (memory, passes, lanes, figures.next())
        else {
            return Err(CostsError::Form);
        };
        let least = match passes {
            0 => return Err(CostsError::TooCheap),
            1 => 47_104,
            2 => 19_456,
            _ => 12_288,
        };
        if memory_kib < least || lanes == 0 {
            return Err(CostsError::TooCheap);
        }
        if memory_kib > MOST_MEMORY || passes > MOST_PASSES || lanes > MOST_LANES {
            return Err(CostsError::TooDear);
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            memory_kib,
            passes,
            lanes,
        } = self;
        write!(f, "m={memory_kib},t={passes},p={lanes}")
    }
}

impl Costs {
    /// The parameters of a hash with the pepper of this id, or without one.
    pub(super) fn params(self, pepper: Option<&[u8]>) -> Option<Params> {
        let mut params = argon2::ParamsBuilder::new();
        params.m_cost(self.memory_kib);
        params.t_cost(self.passes).p_cost(self.lanes);
        if let Some(id) = pepper {
            params.keyid(argon2::KeyId::new(id).ok()?);
        }
        params.build().ok()
    }

    /// A hash that no password has, at the same costs: for names that nobody has.
    pub(super) fn nobody(self) -> String {
        // A salt and a result of zeros.
        format!(
            "$argon2id$v=19${self}${}${}",
            "A".repeat(22),
            "A".repeat(43)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_below_the_floor_are_refused() {
        for (text, refused) in [
            ("m=47103,t=1,p=1", CostsError::TooCheap),
            ("m=19455,t=2,p=1", CostsError::TooCheap),
            ("m=12287,t=9,p=1", CostsError::TooCheap),
            ("m=47104,t=0,p=1", CostsError::TooCheap),
            ("m=47104,t=1,p=0", CostsError::TooCheap),
            ("m=4294967295,t=1,p=1", CostsError::TooDear),
            ("m=47104,t=65,p=1", CostsError::TooDear),
            ("", CostsError::Form),
            ("47104,1,1", CostsError::Form),
            ("t=1,m=47104,p=1", CostsError::Form),
            ("m=47104,t=1,p=1,x=1", CostsError::Form),
            ("m=47104,t=1", CostsError::Form),
            ("m=-1,t=1,p=1", CostsError::Form),
        ] {
            assert_eq!(text.parse::<Costs>(), Err(refused), "{text}");
        }
        for good in ["m=47104,t=1,p=1", "m=65536,t=3,p=4", "m=12288,t=3,p=1"] {
            assert_eq!(good.parse::<Costs>().unwrap().to_string(), good);
        }
        assert_eq!(Costs::default().to_string(), "m=47104,t=1,p=1");
    }
}
