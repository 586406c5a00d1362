//! The adjustment and remark codes this payer writes, as literals of the program.

use std::str::FromStr;

use claim::{Carc, Rarc};

/// Every reason code written anywhere in this crate or named by the plan format.
const CARCS: [&str; 38] = [
    "1", "2", "3", "4", "16", "18", "19", "20", "22", "23", "24", "26", "27", "29", "45", "49", "50", "54", "59", "94",
    "96", "97", "107", "119", "151", "172", "197", "204", "236", "252", "253", "275", "284", "302", "303", "B7", "B16",
    "P12",
];

/// Every remark code written anywhere in this crate.
const RARCS: [&str; 20] = [
    "M15", "M62", "M80", "M144", "MA04", "MA91", "N115", "N122", "N130", "N362", "N525", "N570", "N625", "N706",
    "N781", "N782", "N783", "N822", "N823", "N851",
];

/// A reason code of the list above.
pub(crate) fn carc(code: &'static str) -> Carc {
    debug_assert!(CARCS.contains(&code), "{code} is not in the list that is proved to read");
    literal(code)
}

/// A remark code of the list above.
pub(crate) fn rarc(code: &'static str) -> Rarc {
    debug_assert!(RARCS.contains(&code), "{code} is not in the list that is proved to read");
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
        for code in RARCS {
            assert_eq!(rarc(code).as_str(), code);
        }
    }

    #[test]
    fn every_reason_and_remark_is_in_the_library() {
        let library = codes::Library::shipped();
        let unknown: Vec<&str> = CARCS.into_iter().filter(|code| library.carc(&carc(code)).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
        let unknown: Vec<&str> = RARCS.into_iter().filter(|code| library.rarc(&rarc(code)).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
