//! Passwords and tokens: Argon2id hashes, random secrets, comparison in constant time.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};

/// Memory in KiB, passes and lanes: 64 MiB, three passes (OWASP asks for at least 19 MiB, two).
const COST: (u32, u32, u32) = (65_536, 3, 1);
/// Shortest password when it is the only factor (NIST SP 800-63B-4).
pub const LENGTH_MIN: usize = 15;
/// Longest accepted, so that hashing stays bounded.
pub const LENGTH_MAX: usize = 128;

/// Why a password was not taken or could not be hashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password needs {LENGTH_MIN} to {LENGTH_MAX} characters; this one has {0}")]
    Length(usize),
    /// The operating system gave no randomness, or the parameters are refused.
    #[error("the password could not be hashed")]
    Hash,
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a new password.
///
/// # Errors
/// [`PasswordError::Length`] for one outside the limits.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let length = password.chars().count();
    if !(LENGTH_MIN..=LENGTH_MAX).contains(&length) {
        return Err(PasswordError::Length(length));
    }
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Hash)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| PasswordError::Hash)?;
    let hash = hasher()?.hash_password(password.as_bytes(), &salt).map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// True when the password belongs to the hash. An unknown user is verified against
/// [`decoy`], so that both answers take the same time.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    if password.chars().count() > LENGTH_MAX {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    hasher().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

/// A hash that no password has.
#[must_use]
pub fn decoy() -> &'static str {
    "$argon2id$v=19$m=65536,t=3,p=1$c3VwZXJiaWxsLWRlY295IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}

/// A random token of 256 bits in hexadecimal, for sessions and forms.
///
/// # Errors
/// [`PasswordError::Hash`] when the operating system gives no randomness.
pub fn token() -> Result<String, PasswordError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| PasswordError::Hash)?;
    Ok(hex(&bytes))
}

/// A random password of five groups, for first sign-in.
///
/// # Errors
/// [`PasswordError::Hash`] when the operating system gives no randomness.
pub fn generated() -> Result<String, PasswordError> {
    const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).map_err(|_| PasswordError::Hash)?;
    let letters: Vec<char> =
        bytes.iter().filter_map(|b| ALPHABET.get(usize::from(*b) % ALPHABET.len())).map(|b| char::from(*b)).collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// SHA-256 of a token: what the database keeps instead of the token.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// SHA-256 of bytes, for telling two uploads apart.
#[must_use]
pub fn bytes_fingerprint(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Equal, in constant time.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let words = "correct horse battery staple";
        let hashed = hash(words).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{hashed}");
        assert!(verify(words, &hashed));
        assert!(!verify("correct horse battery stapl", &hashed));
        assert!(!verify(words, decoy()));
        assert_eq!(hash("short"), Err(PasswordError::Length(5)));
    }

    #[test]
    fn a_long_password_is_not_cut() {
        let (a, b) =
            (format!("{}x{}", "a".repeat(99), "b".repeat(28)), format!("{}y{}", "a".repeat(99), "b".repeat(28)));
        assert!(!verify(&b, &hash(&a).unwrap()));
    }
}
