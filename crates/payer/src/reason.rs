//! The adjustment and remark codes this payer writes, as literals of the program.

use std::str::FromStr;

use claim::{Carc, Rarc};

/// Every reason code written anywhere in this crate.
const CARCS: [&str; 39] = [
    "1", "2", "3", "4", "16", "18", "19", "20", "22", "23", "26", "27", "29", "45", "50", "59", "94", "96", "97",
    "107", "119", "151", "172", "197", "198", "204", "236", "252", "253", "275", "284", "302", "303", "A1", "B7",
    "B16", "P12", "31", "24",
];

/// A reason code of the list above.
pub(crate) fn carc(code: &'static str) -> Carc {
    debug_assert!(CARCS.contains(&code), "{code} is not in the list that is proved to read");
    literal(code)
}

/// A remark code written in the program.
pub(crate) fn rarc(code: &'static str) -> Rarc {
    literal(code)
}

// The texts are literals of one to five letters and digits, the whole shape these types ask for.
#[expect(clippy::expect_used, reason = "literals whose shape the tests prove")]
fn literal<T: FromStr<Err = claim::CodeError>>(code: &'static str) -> T {
    code.parse().expect("a literal of the right shape")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads() {
        for code in CARCS {
            assert_eq!(carc(code).as_str(), code);
        }
    }
}
