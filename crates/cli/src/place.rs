//! Where the records are: the data folder or a PostgreSQL server, and the key that opens them.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use store::{Actor, Db, Location, Sealer, StoreError};

/// Who acts in the audit log when a command does.
pub const CLI: Actor = Actor::System("cli");

/// Which installation a command works on.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// The data folder; the platform's default when absent.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: postgres://user:password@host/database.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The key file, never inside the data folder; the platform's configuration folder when absent.
    #[arg(long, global = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Place {
    /// Opens the database, and makes it where it is not there yet; also gives the data folder, which holds the
    /// exchange folders whatever the database is.
    ///
    /// # Errors
    /// Says in plain words which folder, server or key cannot be used and what to do.
    pub fn open(&self) -> Result<(Db, PathBuf)> {
        let folder = self.folder()?;
        let key = self.key_file();
        let is_known = key.exists();
        let sealer = Sealer::open(&key)?;
        let location = match &self.database {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Sqlite(folder.clone()),
        };
        match Db::open(&location, sealer) {
            Ok(db) => Ok((db, folder)),
            Err(StoreError::WrongKey) if !is_known => {
                // Made a moment ago and of no use: it must not stand in the way of the right one.
                let _ = std::fs::remove_file(&key);
                Err(self.without_key(&key))
            }
            Err(error) => Err(self.explained(error, &key)),
        }
    }

    /// Opens the database to read in it, also while the application serves from its folder.
    ///
    /// # Errors
    /// As [`Place::open`]; a folder without a database is refused.
    pub fn open_to_read(&self) -> Result<Db> {
        if self.has_server() {
            return Ok(self.open()?.0);
        }
        let key = self.key_file();
        if !key.exists() {
            return Err(self.without_key(&key));
        }
        let location = Location::Sqlite(self.folder()?);
        Db::open_to_read(&location, Sealer::open(&key)?).map_err(|error| self.explained(error, &key))
    }

    /// The data folder.
    ///
    /// # Errors
    /// When none is given and the platform names none.
    pub fn folder(&self) -> Result<PathBuf> {
        let default =
            || default_folder().context("this account has no home folder: name the data folder with --data DIR");
        self.data.clone().map_or_else(default, Ok)
    }

    /// The same, but in a folder of this name beside the platform's default when no data folder is named.
    ///
    /// # Errors
    /// As [`Place::folder`].
    pub fn or_folder(self, name: &str) -> Result<Self> {
        let data = match self.data {
            Some(folder) => folder,
            None => self.folder()?.with_extension(name),
        };
        Ok(Self { data: Some(data), ..self })
    }

    /// True when the database is on a server.
    pub fn has_server(&self) -> bool {
        self.database.is_some()
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(store::default_key_path)
    }

    /// The database as messages show it, without a password.
    pub fn shown(&self) -> String {
        match &self.database {
            Some(url) => without_password(url),
            None => self.folder().unwrap_or_default().display().to_string(),
        }
    }

    fn without_key(&self, key: &std::path::Path) -> anyhow::Error {
        anyhow!(
            "{} was made with a key, and the key file {} is not there: put it back, or name it with --key FILE",
            self.shown(),
            key.display()
        )
    }

    fn explained(&self, error: StoreError, key: &std::path::Path) -> anyhow::Error {
        let text = match &error {
            // These name the folder themselves.
            StoreError::FolderInUse(_) | StoreError::File { .. } => return error.into(),
            StoreError::WrongKey => format!("{error}; {} was tried", key.display()),
            StoreError::Connect(cause) if self.database.is_some() => {
                format!("{cause}. Check that the server runs and that host, user and database in --database are right")
            }
            _ => error.to_string(),
        };
        // A server or a driver may repeat the address it was given.
        let text = self.database.as_deref().and_then(password).map_or(text.clone(), |p| text.replace(p, "\u{2026}"));
        anyhow!("{} cannot be opened: {text}", self.shown())
    }
}

/// `postgres://user:secret@host/db?options` without the secret and the options; any other form may hide one anywhere.
fn without_password(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = bare.split_once("://") else { return "the PostgreSQL database".to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

/// The password of a URL or of a `key=value` address.
fn password(url: &str) -> Option<&str> {
    let written = url.split_once("password=").map(|(_, rest)| rest.split([' ', '&']).next().unwrap_or_default());
    let of_user = || url.split_once("://")?.1.rsplit_once('@')?.0.split_once(':').map(|(_, secret)| secret);
    written.or_else(of_user).filter(|secret| !secret.is_empty())
}

/// The platform's folder for an application's data; never the one the key file is in.
fn default_folder() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return Some(var("LOCALAPPDATA")?.join("superbill"));
    }
    if cfg!(target_os = "macos") {
        return Some(var("HOME")?.join("Library/Application Support/superbill/data"));
    }
    let share = var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")))?;
    Some(share.join("superbill"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let cases = [
            ("postgres://ann:s3cret@db.example/bills", "postgres://ann@db.example/bills", Some("s3cret")),
            ("postgres://ann:p@ss:w@db/bills?sslmode=disable", "postgres://ann@db/bills", Some("p@ss:w")),
            ("postgres://db/bills?user=ann&password=s3cret", "postgres://db/bills", Some("s3cret")),
            ("host=db user=ann password=s3cret dbname=bills", "the PostgreSQL database", Some("s3cret")),
            ("postgres://ann@db/bills", "postgres://ann@db/bills", None),
        ];
        for (url, shown, secret) in cases {
            assert_eq!((without_password(url).as_str(), password(url)), (shown, secret), "{url}");
        }
    }
}
