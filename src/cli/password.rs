//! Passwords on the command line: how they are hashed, and those that the program makes
//! up.

use super::output::Failure;
use sanad_api::accounts::costs::Costs;
use sanad_api::accounts::one_time;
use sanad_api::accounts::password::Passwords;
use sanad_api::accounts::pepper::Pepper;
use secrecy::SecretString;
use std::path::PathBuf;

/// How passwords are hashed.
#[derive(Debug, clap::Args)]
pub(super) struct PasswordArguments {
    /// What a password hash costs: memory in KiB, passes, lanes of argon2id.
    #[arg(
        long,
        value_name = "m=KIB,t=PASSES,p=LANES",
        env = "SANAD_ARGON2",
        default_value_t
    )]
    argon2: Costs,
    /// A secret kept outside the database, without which its password hashes are of no
    /// use; give earlier ones after the one of today.
    #[arg(
        long = "pepper-file",
        value_name = "FILE",
        env = "SANAD_PEPPER_FILE",
        value_delimiter = ','
    )]
    peppers: Vec<PathBuf>,
}

impl PasswordArguments {
    pub(super) fn passwords(&self) -> Result<Passwords, Failure> {
        let read = |path: &PathBuf| {
            Pepper::read(path).map_err(|error| Failure::Refused(error.to_string()))
        };
        let peppers = self.peppers.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Passwords::new(self.argon2, peppers))
    }
}

/// A password such as `kuda-ziru-femi-hali-zune`.
pub(super) fn readable_password() -> Result<SecretString, Failure> {
    one_time::readable().map_err(|error| Failure::Failed(error.to_string()))
}

/// The hash that an account of invented people keeps of it.
pub(super) fn hash_of(password: &SecretString) -> Result<String, Failure> {
    Passwords::default()
        .hash(password, &[])
        .map_err(|error| Failure::Failed(error.to_string()))
}
