//! Patient control numbers (CLM01): client code, sequence and a check character, never reused.

use store::{StoreError, Tx};

/// The next interchange control number of the installation (ISA13), used once whatever becomes of the file.
///
/// Scope: installation.
///
/// # Errors
/// When the store refuses, or after 999,999,999 interchanges.
pub fn next_interchange(tx: &mut Tx<'_>) -> Result<u32, StoreError> {
    let number = store::counter::next(tx, "interchange")?;
    u32::try_from(number)
        .ok()
        .filter(|number| *number <= 999_999_999)
        .ok_or_else(|| StoreError::Illegal("every interchange control number is used up".into()))
}

/// Letters that cannot be misread on paper; their count is prime, so every single-character error and
/// every swap of neighbours changes the check character.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ2345679";

fn check_character(body: &str) -> char {
    let modulus = ALPHABET.len() as u64;
    let sum = body.bytes().enumerate().fold(0u64, |sum, (i, b)| (sum + (i as u64 + 2) * u64::from(b)) % modulus);
    ALPHABET.get(usize::try_from(sum).unwrap_or_default()).map_or('A', |b| char::from(*b))
}

/// The control number of a client's `sequence`-th claim: `CH0000123K`; at most 14 characters for a
/// client code of at most four.
#[must_use]
pub fn claim_number(client_code: &str, sequence: u64) -> String {
    let body = format!("{client_code}{sequence:07}");
    let check = check_character(&body);
    format!("{body}{check}")
}

/// True when the check character of a claim number holds.
#[must_use]
pub fn is_claim_number(number: &str) -> bool {
    number.char_indices().next_back().is_some_and(|(at, last)| {
        number.get(..at).is_some_and(|body| !body.is_empty() && check_character(body) == last)
    })
}

/// The control number of a line (REF*6R): claim number, hyphen, line.
#[must_use]
pub fn line_number(claim_number: &str, line: u16) -> String {
    format!("{claim_number}-{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_character_is_noticed() {
        let number = claim_number("CH", 123);
        assert!(is_claim_number(&number) && number.len() <= 14, "{number}");
        for (i, c) in number.char_indices() {
            for other in "ABCDEFGH0123456789".chars().filter(|o| *o != c) {
                let mut wrong: Vec<char> = number.chars().collect();
                wrong[i] = other;
                let wrong: String = wrong.into_iter().collect();
                assert!(!is_claim_number(&wrong), "{wrong} passes for {number}");
            }
        }
        assert!(!is_claim_number("") && !is_claim_number("A"));
    }
}
