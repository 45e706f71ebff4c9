//! The two things that the rules may not do themselves: read the clock and draw
//! random bits. Nothing else in the program does either.

use jiff::Timestamp;

/// Now, in UTC, to the microsecond (what both databases keep).
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where the clock is read"
)]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// 128 random bits from the operating system.
pub fn entropy() -> Result<[u8; 16], NoEntropy> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| NoEntropy)?;
    Ok(bytes)
}

/// 256 random bits from the operating system, for keys.
pub fn key() -> Result<[u8; 32], NoEntropy> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoEntropy)?;
    Ok(bytes)
}

/// The operating system gives no random bits.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system gives no random bits")]
pub struct NoEntropy;
