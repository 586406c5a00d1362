//! How words resemble each other: roots, letters in a row, abbreviations.
#![allow(clippy::float_arithmetic, reason = "weights rank codes, they are no money")]

/// Endings that words of one root differ by, longest first.
const ENDINGS: [&str; 40] = [
    "izations", "ization", "itides", "ations", "ation", "ating", "ated", "ities", "osis", "oses", "otic", "itis",
    "itic", "isms", "emia", "emic", "uria", "uric", "tion", "ical", "ism", "ity", "ial", "ian", "ous", "ing", "oma",
    "ary", "ium", "ia", "ic", "al", "ed", "es", "um", "us", "is", "y", "e", "a",
];
/// A shorter root means too many things.
const ROOT_LENGTH_MIN: usize = 4;

/// What is left of a word without its ending; the word itself when too little would be left.
pub(super) fn root(word: &str) -> &str {
    let cut = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|b| b.len() >= ROOT_LENGTH_MIN));
    let base = cut.unwrap_or(word);
    base.strip_suffix('s').filter(|b| b.len() >= ROOT_LENGTH_MIN && cut.is_none()).unwrap_or(base)
}

/// Three letters in a row, the beginning and the end marked.
pub(super) fn grams(word: &str) -> impl Iterator<Item = [u8; 3]> {
    let bytes = word.as_bytes();
    let marked = std::iter::once(b' ').chain(bytes.iter().copied()).chain(std::iter::once(b' '));
    let (first, second, third) = (marked.clone(), marked.clone().skip(1), marked.skip(2));
    first.zip(second).zip(third).map(|((a, b), c)| [a, b, c])
}

/// True when `short` may abbreviate `long`: the same first letter, its letters in order, its first two close together,
/// and not merely a few letters of a much longer word.
pub(super) fn is_abbreviation(short: &str, long: &str) -> bool {
    let (short, long) = (short.as_bytes(), long.as_bytes());
    if short.len() < 2 || long.len() <= short.len() || short.first() != long.first() {
        return false;
    }
    let mut rest = long.iter();
    let mut reached = 0_usize;
    for (i, letter) in short.iter().enumerate() {
        let Some(skipped) = rest.position(|other| other == letter) else { return false };
        if i == 1 && skipped > 2 {
            return false;
        }
        reached += skipped + 1;
    }
    // The abbreviation reaches into the second half of what it stands for, or is simply its beginning.
    reached == short.len() || reached * 2 >= long.len()
}

/// True when one letter was added, dropped, changed or two neighbours were swapped.
pub(super) fn is_one_slip(typed: &str, known: &str) -> bool {
    let (mut a, mut b) = (typed.as_bytes(), known.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    while let ([rest_a @ .., x], [rest_b @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    match (a, b) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([w, x], [y, z]) => w == z && x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip() {
        for typed in ["diabtes", "diabettes", "diabetas", "daibetes"] {
            assert!(is_one_slip(typed, "diabetes"), "{typed}");
        }
        for typed in ["dabts", "diabetesxx", "hypertension"] {
            assert!(!is_one_slip(typed, "diabetes"), "{typed}");
        }
    }

    #[test]
    fn words_of_one_root() {
        for (a, b) in [("metabolic", "metabolism"), ("stenosis", "stenotic"), ("fibroses", "fibrosis")] {
            assert_eq!(root(a), root(b), "{a} {b}");
        }
        assert_eq!(root("acne"), "acne");
    }

    #[test]
    fn abbreviations_keep_letters_in_order() {
        for (short, long) in [("hdache", "headache"), ("dsrdr", "disorder"), ("inf", "infection")] {
            assert!(is_abbreviation(short, long), "{short} {long}");
        }
        for (short, long) in [("dh", "headache"), ("disorder", "disorder"), ("dd", "disorder")] {
            assert!(!is_abbreviation(short, long), "{short} {long}");
        }
    }
}
