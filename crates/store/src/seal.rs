//! Sealed fields: AES-256-GCM with a key that lives outside the data folder.
//!
//! A sealed value is `1 | nonce (12) | ciphertext and tag`. Table, column and row are authenticated with
//! it, so a value moved to another row does not open.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};

use crate::{Result, StoreError};

const FORMAT: u8 = 1;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Seals and opens fields.
#[derive(Clone)]
pub struct Sealer {
    cipher: Aes256Gcm,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads the key file; creates it, readable by its owner only, when it is not there.
    ///
    /// # Errors
    /// When the file cannot be read or made, or does not hold 64 hexadecimal digits.
    pub fn open(path: &Path) -> Result<Self> {
        match fs::File::open(path) {
            Ok(file) => Self::read(file, path),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(cause) => Err(StoreError::File { action: "cannot open the key file", path: path.into(), cause }),
        }
    }

    /// A sealer with the given key.
    #[must_use]
    pub fn with_key(key: &[u8; KEY_BYTES]) -> Self {
        Self { cipher: Aes256Gcm::new(&(*key).into()) }
    }

    fn read(file: fs::File, path: &Path) -> Result<Self> {
        let bad = |cause| StoreError::File { action: "cannot read the key file", path: path.into(), cause };
        let mut text = String::new();
        // One line; a longer file is not a key file.
        file.take(1_000).read_to_string(&mut text).map_err(bad)?;
        let key = from_hex(text.trim())
            .ok_or_else(|| bad(io::Error::new(io::ErrorKind::InvalidData, "expected 64 hexadecimal digits")))?;
        Ok(Self::with_key(&key))
    }

    fn create(path: &Path) -> Result<Self> {
        let bad = |cause| StoreError::File { action: "cannot create the key file", path: path.into(), cause };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(bad)?;
        }
        let mut key = [0u8; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|e| bad(io::Error::other(e.to_string())))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(bad)?;
        writeln!(file, "{}", hex(&key)).and_then(|()| file.sync_all()).map_err(bad)?;
        Ok(Self::with_key(&key))
    }

    /// Seals bytes for one field of one row.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, field: &str, row: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0u8; NONCE_BYTES];
        let failed = || StoreError::Unsealable(field.to_owned());
        getrandom::fill(&mut nonce).map_err(|_| failed())?;
        let aad = place(field, row);
        let payload = Payload { msg: plain, aad: aad.as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| failed())?;
        Ok([&[FORMAT], nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same field and row.
    ///
    /// # Errors
    /// When it was changed, moved, or sealed with another key.
    pub fn unseal(&self, field: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let failed = || StoreError::Unsealable(format!("{field} of {row}"));
        let rest = sealed.strip_prefix(&[FORMAT]).ok_or_else(failed)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(failed)?;
        let aad = place(field, row);
        let payload = Payload { msg: text, aad: aad.as_bytes() };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| failed())
    }
}

fn place(field: &str, row: &str) -> String {
    format!("{field}/{row}")
}

/// Where the key file of an installation lives when nobody says otherwise: the platform's configuration
/// folder, never the data folder.
#[must_use]
pub fn default_key_path() -> PathBuf {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        var("APPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        var("XDG_CONFIG_HOME").or_else(|| var("HOME").map(|home| home.join(".config")))
    };
    folder.unwrap_or_else(|| PathBuf::from(".")).join("superbill").join("key")
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let mut key = [0u8; KEY_BYTES];
    if text.len() != KEY_BYTES * 2 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_field_opens_only_in_its_place() {
        let sealer = Sealer::with_key(&[7; 32]);
        let sealed = sealer.seal("note.text", "n1/1", b"knee pain").unwrap();
        assert!(!sealed.windows(4).any(|w| w == b"knee"));
        assert_eq!(sealer.unseal("note.text", "n1/1", &sealed).unwrap(), b"knee pain");
        assert!(sealer.unseal("note.text", "n2/1", &sealed).is_err());
        assert!(sealer.unseal("document.bytes", "n1/1", &sealed).is_err());
        assert!(Sealer::with_key(&[8; 32]).unseal("note.text", "n1/1", &sealed).is_err());
        for i in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[i] ^= 1;
            assert!(sealer.unseal("note.text", "n1/1", &bad).is_err(), "byte {i}");
            assert!(sealer.unseal("note.text", "n1/1", &sealed[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = std::env::temp_dir().join(format!("superbill-key-{}", std::process::id()));
        let path = folder.join("deep").join("key");
        let sealed = Sealer::open(&path).unwrap().seal("a.b", "1", b"x").unwrap();
        assert_eq!(Sealer::open(&path).unwrap().unseal("a.b", "1", &sealed).unwrap(), b"x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "short").unwrap();
        let message = Sealer::open(&path).unwrap_err().to_string();
        assert!(message.contains("64 hexadecimal digits") && message.contains("key"), "{message}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
