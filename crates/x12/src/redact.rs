//! A file without people in it: names, identifiers, addresses, days of birth and free text are masked, the structure and
//! the money stay. Equal values stay equal within a file, so that claims and payments still match.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::edit::Editor;
use crate::envelope::ReadError;
use crate::segment::Segment;

/// What becomes of an element.
#[derive(Clone, Copy)]
enum Mask {
    /// Letters and digits change, the shape stays.
    Shape,
    /// A day keeps its year, as a person's age may be known to the year.
    Year,
    /// A ZIP code keeps its first three digits.
    Area,
}

/// Who is no person: payers, submitters and receivers, billing organisations.
const ORGANISATIONS: [&str; 8] = ["PR", "41", "40", "AY", "PE", "IN", "P5", "X3"];

/// Masks the file. `salt` keeps masks of different files apart; the same salt gives the same masks.
///
/// # Errors
/// [`ReadError`] at the first place that cannot be read.
pub fn redact(bytes: &[u8], salt: &str) -> Result<Vec<u8>, ReadError> {
    let mut editor = Editor::new(bytes)?;
    let mut is_person = false;
    let segments = editor.segments().to_vec();
    for (index, segment) in segments.iter().enumerate() {
        if matches!(segment.id(), "NM1" | "N1") {
            is_person = !ORGANISATIONS.contains(&segment.el(1)) && segment.id() == "NM1";
        }
        for (element, mask) in masks(segment, is_person) {
            let value = segment.el(element);
            if value.is_empty() {
                continue;
            }
            let masked = match mask {
                Mask::Shape => shape(value, salt, segment),
                Mask::Year => value.get(..4).map_or_else(String::new, |year| format!("{year}0101")),
                Mask::Area => {
                    let kept = value.get(..3).unwrap_or_default();
                    format!("{kept}{}", "0".repeat(value.len().saturating_sub(kept.len())))
                }
            };
            // A value made of letters and digits is never refused.
            let _ = editor.set(index, element, &masked);
        }
    }
    Ok(editor.finish())
}

fn masks(segment: &Segment<'_>, is_person: bool) -> Vec<(usize, Mask)> {
    let all = |elements: &[usize]| elements.iter().map(|element| (*element, Mask::Shape)).collect();
    match segment.id() {
        "NM1" if is_person && segment.el(8) == "XX" => all(&[3, 4, 5]),
        "NM1" if is_person => all(&[3, 4, 5, 9]),
        "N3" if is_person => all(&[1, 2]),
        "N4" if is_person => vec![(1, Mask::Shape), (3, Mask::Area)],
        "DMG" => vec![(2, Mask::Year)],
        "PER" if is_person => all(&[2, 4, 6, 8]),
        "CLM" | "CLP" => all(if segment.id() == "CLP" { &[1, 7] } else { &[1] }),
        "REF" if !matches!(segment.el(1), "EI" | "SY" | "F5" | "4N" | "T4") || is_person => all(&[2]),
        "TRN" if segment.el(1) == "2" => all(&[2]),
        "SBR" => all(&[3]),
        "NTE" => all(&[2]),
        "K3" | "MSG" => all(&[1]),
        "PWK" => all(&[6]),
        _ => Vec::new(),
    }
}

/// Letters for letters and digits for digits, chosen by the value itself; anything else stays.
fn shape(value: &str, salt: &str, segment: &Segment<'_>) -> String {
    let marks = segment.delimiters();
    let mut hasher = DefaultHasher::new();
    (salt, value).hash(&mut hasher);
    let mut state = hasher.finish();
    let mut next = |range: u64| {
        // The generator of Knuth's MMIX.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((state >> 33) % range).unwrap_or_default()
    };
    let is_mark = |c: char| [Some(marks.component), marks.repetition].contains(&u8::try_from(c).ok());
    let mask = |c: char| match c {
        c if is_mark(c) || c.is_ascii_punctuation() || c == ' ' => c,
        c if c.is_ascii_digit() => char::from(b'0'.saturating_add(next(10))),
        _ => char::from(b'A'.saturating_add(next(26))),
    };
    value.chars().map(mask).collect()
}
