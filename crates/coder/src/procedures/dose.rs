//! Doses of drugs as they are written, and their units.

/// Thousandths of the unit asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dose {
    pub thousandths: u64,
    /// From the first to past the last word of it, in the text.
    pub start: usize,
    pub end: usize,
    /// What a vial or syringe holds, which may be more than was given.
    pub is_container: bool,
}

impl Dose {
    /// Units of a code by what one unit holds, in thousandths; a begun unit is one.
    pub(super) fn units(self, per_unit: u64) -> u32 {
        u32::try_from(self.thousandths.div_ceil(per_unit.max(1))).unwrap_or(u32::MAX).max(1)
    }
}

/// A decimal number in thousandths: `0.25` is 250.
pub(super) fn thousandths(number: &str) -> Option<u64> {
    let clean = number.replace(',', "");
    let clean = clean.trim_end_matches('.');
    let (whole, fraction) = clean.split_once('.').unwrap_or((clean, ""));
    let whole = if whole.is_empty() { "0" } else { whole };
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(padded.parse().ok()?)
}

/// The dose nearest to the drug's name: `40 mg`, `2 mL of 40 mg/mL`, `kenalog-40 1 cc`. A dose for each kilogram or
/// square metre is none of the patient's.
pub(super) fn dose(lower: &str, name: (usize, usize), unit: &str) -> Option<Dose> {
    const NEAR: usize = 45;
    let amounts = amounts(lower);
    let distance = |a: &Amount<'_>| {
        if a.start >= name.1 { a.start - name.1 } else { name.0.saturating_sub(a.end) }
    };
    // Of the words of waste the amount is the waste, of a drug's name it is not.
    let is_of_waste = WASTE.contains(&lower.get(name.0..name.1).unwrap_or_default());
    let volume = amounts.iter().filter(|a| a.unit == "ml").min_by_key(|a| distance(a)).filter(|a| distance(a) < NEAR);
    let fitting = amounts.iter().filter_map(|a| Some((a, a.in_units_of(unit)?)));
    let fitting = fitting.filter(|(a, _)| is_of_waste || !is_wasted(lower, a));
    let nearest =
        fitting.min_by_key(|(a, _)| (is_container(lower, a), distance(a))).filter(|(a, _)| distance(a) < NEAR);
    if let Some((amount, value)) = nearest {
        let is_container = is_container(lower, amount);
        let value = value.checked_mul(u64::from(times(lower.get(amount.end..).unwrap_or_default())))?;
        let is_strength = ["/ml", "/cc", "per ml"]
            .iter()
            .any(|per| lower.get(amount.end..).is_some_and(|rest| rest.trim_start().starts_with(per)));
        return Some(match volume.filter(|_| is_strength) {
            Some(v) => Dose {
                thousandths: value.checked_mul(v.thousandths)? / 1000,
                start: amount.start.min(v.start),
                end: amount.end.max(v.end),
                is_container: false,
            },
            None => Dose { thousandths: value, start: amount.start, end: amount.end, is_container },
        });
    }
    // "kenalog-40, 1 cc": the number after the name is the strength per millilitre.
    let after = lower.get(name.1..)?.strip_prefix(['-', ' '])?;
    let strength: u64 = after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
    let volume = volume.filter(|_| [10, 20, 40, 80].contains(&strength))?;
    Some(Dose {
        thousandths: strength.checked_mul(volume.thousandths)?,
        start: name.0,
        end: volume.end.max(name.1),
        is_container: false,
    })
}

const WASTE: &[&str] = &["wasted", "discarded", "waste", "wastage", "discard"];

/// "Wasted 90 mg", "45 units discarded".
fn is_wasted(lower: &str, amount: &Amount<'_>) -> bool {
    let before = lower.get(..amount.start).unwrap_or_default().trim_end_matches([' ', ':', '=']);
    let after = lower.get(amount.end..).unwrap_or_default().trim_start();
    WASTE.iter().any(|word| before.ends_with(word) || after.starts_with(word))
}

/// "100 mg vial", "200-unit single-dose vial": what it holds.
fn is_container(lower: &str, amount: &Amount<'_>) -> bool {
    const BETWEEN_MAX: usize = 3;
    let after = lower.get(amount.end..).unwrap_or_default();
    let mut words = after.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(BETWEEN_MAX);
    let clause = after.find([',', ';', '(', ')']).unwrap_or(after.len());
    words.any(|word| matches!(word, "vial" | "vials")) && after.find("vial").is_some_and(|at| at < clause)
}

/// "x2", "x 3": how often; not for how many days.
pub(super) fn times(after: &str) -> u32 {
    let Some(rest) = after.trim_start().strip_prefix('x') else { return 1 };
    let rest = rest.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let unit = rest.get(digits..).unwrap_or_default().trim_start_matches([' ', '-']);
    let is_time = ["d", "w", "mo", "h", "min"].iter().any(|word| unit.starts_with(word));
    let number = rest.get(..digits).and_then(|number| number.parse().ok());
    number.filter(|number| (1..=9).contains(number) && !is_time).unwrap_or(1)
}

/// A number with a unit of measure.
struct Amount<'t> {
    thousandths: u64,
    unit: &'t str,
    start: usize,
    end: usize,
}

impl Amount<'_> {
    /// The same amount in thousandths of another unit of its kind.
    fn in_units_of(&self, unit: &str) -> Option<u64> {
        let micrograms = |unit: &str| match unit {
            "mcg" => Some(1_u64),
            "mg" => Some(1_000),
            "g" => Some(1_000_000),
            _ => None,
        };
        if self.unit == unit {
            return Some(self.thousandths);
        }
        self.thousandths.checked_mul(micrograms(self.unit)?)?.checked_div(micrograms(unit)?)
    }
}

/// Numbers with a unit of measure, in order.
fn amounts(text: &str) -> Vec<Amount<'_>> {
    const UNITS: &[(&str, &str, u64)] = &[
        ("mg", "mg", 1),
        ("mcg", "mcg", 1),
        ("ug", "mcg", 1),
        ("ml", "ml", 1),
        ("cc", "ml", 1),
        ("l", "ml", 1000),
        ("liter", "ml", 1000),
        ("liters", "ml", 1000),
        ("g", "g", 1),
        ("gm", "g", 1),
        ("gram", "g", 1),
        ("grams", "g", 1),
        ("units", "units", 1),
        ("u", "units", 1),
        ("iu", "units", 1),
        ("unit", "units", 1),
        ("micrograms", "mcg", 1),
        ("milligrams", "mg", 1),
        ("milliliters", "ml", 1),
        ("milliliter", "ml", 1),
        ("mls", "ml", 1),
        ("meq", "meq", 1),
        ("million", "units", 1_000_000),
    ];
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|t| t.find(|c: char| c.is_ascii_digit())) {
        let start = from + at;
        let digits = |c: &u8| c.is_ascii_digit() || matches!(c, b'.' | b',');
        let length = text.bytes().skip(start).take_while(digits).count();
        let number = text.get(start..start + length).unwrap_or_default();
        let end = start + length;
        from = end;
        let rest = text.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '-']);
        let unit_start = end + rest.len() - trimmed.len();
        let letters = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = trimmed.get(..letters).unwrap_or_default();
        let after = trimmed.get(letters..).unwrap_or_default();
        // "22G needle": a gauge is no weight.
        let is_gauge = word == "g"
            && (14..=34).contains(&number.parse::<u32>().unwrap_or(0))
            && (trimmed.len() == rest.len()
                || ["needle", "x", "spinal", ","].iter().any(|w| after.trim_start().starts_with(w)));
        let is_rate = ["/m2", "/m\u{b2}", "/kg", "/h", "/min", "/day"].iter().any(|per| after.starts_with(per));
        let Some((_, unit, times)) = UNITS.iter().find(|(name, _, _)| *name == word && !is_rate) else { continue };
        if is_gauge {
            continue;
        }
        if let Some(value) = thousandths(number).and_then(|value| value.checked_mul(*times)) {
            found.push(Amount { thousandths: value, unit, start, end: unit_start + letters });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, name: &str, unit: &str) -> Option<u64> {
        let at = text.find(name).unwrap();
        dose(text, (at, at + name.len()), unit).map(|dose| dose.thousandths)
    }

    #[test]
    fn doses_as_written() {
        assert_eq!(of("triamcinolone 40 mg injected", "triamcinolone", "mg"), Some(40_000));
        assert_eq!(of("2 ml of kenalog 40 mg/ml", "kenalog", "mg"), Some(80_000));
        assert_eq!(of("1 cc kenalog-40 and 4 cc lidocaine", "kenalog", "mg"), Some(40_000));
        assert_eq!(of("ceftriaxone 1 g im", "ceftriaxone", "mg"), Some(1_000_000));
        assert_eq!(of("ceftriaxone im", "ceftriaxone", "mg"), None);
        assert_eq!(of("palonosetron 0.25 mg iv push", "palonosetron", "mcg"), Some(250_000));
        assert_eq!(of("bicillin la 2.4 million units im", "bicillin", "units"), Some(2_400_000_000));
    }

    #[test]
    fn a_dose_for_each_square_metre_is_none_of_the_patient() {
        assert_eq!(of("docetaxel 75 mg/m2 = 130 mg iv", "docetaxel", "mg"), Some(130_000));
    }

    #[test]
    fn a_begun_unit_is_one() {
        let dose = Dose { thousandths: 560_000, start: 0, end: 0, is_container: false };
        assert_eq!((dose.units(50_000), dose.units(560_000)), (12, 1));
    }
}
