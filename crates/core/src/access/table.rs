//! The policy as one Markdown table for people who read no code.
//!
//! Not here: the policy (`reference/roles.toml`) and the decision
//! ([`policy`](super::policy)). The table is checked in as `docs/access-table.md`;
//! the test below compares it and prints the command that writes it anew.

use std::fmt::{Error, Write as _};

use super::{Effect, Permission, Policy, Role, Tier};

impl Policy {
    /// The policy as Markdown: what every role may do, how far it reaches and
    /// which data it opens.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _: Result<(), Error> = self.write_table(&mut text);
        text
    }

    fn write_table(&self, out: &mut String) -> Result<(), Error> {
        writeln!(out, "# Who may see and do what\n")?;
        writeln!(
            out,
            "Generated from `reference/roles.toml`, edition {}; do not edit.\n",
            self.edition
        )?;
        writeln!(out, "Source: {}\n", self.source)?;
        self.write_roles(out)?;
        self.write_permissions(out)?;
        self.write_pairs(out)
    }

    fn write_roles(&self, out: &mut String) -> Result<(), Error> {
        writeln!(
            out,
            "## Roles\n\n| role | title | what it is for |\n|---|---|---|"
        )?;
        for (role, text) in &self.roles {
            writeln!(out, "| `{role}` | {} | {} |", text.title, text.description)?;
        }
        Ok(())
    }

    fn write_permissions(&self, out: &mut String) -> Result<(), Error> {
        writeln!(
            out,
            "\n## Permissions\n\n\
             A cell says how far the permission reaches and which data it opens; `–` is denied.\n\n\
             - **organisation**: the cases of the organisation the role was granted for and, where \
             the grant names areas, only those displaced in one of these areas. Places belong to \
             no organisation: there only the areas count.\n\
             - **all**: every organisation, or the registry as a whole. Areas named in the grant \
             still limit it.\n\
             - Data: **A** identity, **B** contact and exact place, **C** protection-sensitive, \
             **D** facts and answers without identity, **E** aggregate.\n"
        )?;
        write!(out, "| permission | what it allows | |")?;
        for role in Role::ALL {
            write!(out, " {role} |")?;
        }
        writeln!(out, "\n|---|---|---{}|", "|---".repeat(Role::ALL.len()))?;
        for &permission in Permission::ALL {
            let effect = match permission.effect() {
                Effect::Read => "reads",
                Effect::Write => "writes",
            };
            write!(
                out,
                "| `{permission}` | {} | {effect} |",
                permission.description()
            )?;
            for role in Role::ALL {
                write!(out, " {} |", self.cell(role, permission))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn cell(&self, role: Role, permission: Permission) -> String {
        let Some(held) = self.rule(role, permission) else {
            return "–".to_owned();
        };
        let scope = held.scope.as_str();
        if held.tiers.is_empty() {
            return scope.to_owned();
        }
        let tiers: Vec<_> = held.tiers.iter().map(Tier::as_str).collect();
        format!("{scope}: {}", tiers.join(" "))
    }

    fn write_pairs(&self, out: &mut String) -> Result<(), Error> {
        writeln!(
            out,
            "\n## Roles that one user may not hold together\n\n\
             In whatever organisations.\n\n| role | and role | because |\n|---|---|---|"
        )?;
        for pair in &self.pairs {
            writeln!(out, "| `{}` | `{}` | {} |", pair.a, pair.b, pair.reason)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a test has no command line to read this from"
    )]
    fn the_checked_in_table_is_the_policy() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-table.md");
        let table = Policy::shipped().unwrap().table();
        if std::env::var("SANAD_BLESS").is_ok() {
            std::fs::write(path, &table).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            checked_in.replace("\r\n", "\n") == table,
            "docs/access-table.md is not what reference/roles.toml says; look at the change and run\n\
             SANAD_BLESS=1 cargo test -p sanad-core the_checked_in_table_is_the_policy"
        );
    }

    #[test]
    fn the_table_shows_every_permission_for_every_role() {
        let table = Policy::shipped().unwrap().table();
        for permission in Permission::ALL {
            let row = table
                .lines()
                .find(|line| line.starts_with(&format!("| `{permission}` |")));
            assert_eq!(
                row.unwrap().matches('|').count(),
                4 + Role::ALL.len(),
                "{permission}"
            );
        }
    }
}
