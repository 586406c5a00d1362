//! Numbers in words, as dictation writes them.

/// `three` is 3, `nineteen` 19, `forty` 40; tens and units of "forty-five" are two words.
pub(crate) fn cardinal(word: &str) -> Option<u32> {
    const UNITS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let unit = UNITS.iter().zip(0..).find(|(name, _)| **name == word);
    let ten = TENS.iter().zip(2..).find(|(name, _)| **name == word);
    unit.map(|(_, value)| value).or(ten.map(|(_, value)| value * 10))
}
