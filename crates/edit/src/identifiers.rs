//! Numbers and addresses that identify the parties. An NPI's check digit is proved by its type.

use claim::{
    Owner::{Biller, FrontDesk},
    Severity::Error,
};

use crate::edit::{Edit, Report, Subject, edit};

pub(crate) const EDITS: &[Edit] = &[
    edit("CLM01", "Patient control number", "837P 2300 CLM01", Error, Biller, control_number),
    edit("MEMBER", "Member identifier present", "837P 2010BA NM109", Error, FrontDesk, member_id),
    edit("C2", "Medicare beneficiary identifier", "CMS MBI format; 837P 2010BA NM109", Error, FrontDesk, mbi),
    edit("TAXID", "Tax identification number", "837P 2010AA REF*EI", Error, Biller, tax_id),
    edit("ZIP9", "Nine-digit ZIP of billing provider and facility", "837P 2010AA N403, 2310C N403", Error, Biller, zip),
    edit("C7", "Billing address is a street", "837P 2010AA N301", Error, Biller, street),
    edit("PAYERID", "Payer identifier present", "837P 2010BB NM109", Error, FrontDesk, payer_id),
];

/// CLM01 carries at most 20 characters.
const CONTROL_NUMBER_MAX: usize = 20;

fn control_number(s: &Subject<'_>, r: &mut Report<'_>) {
    let length = s.claim.control_number.trim().len();
    if length == 0 || length > CONTROL_NUMBER_MAX {
        r.fail(
            "26 patient account number (CLM01)",
            format!("The patient control number has {length} characters; it needs 1 to {CONTROL_NUMBER_MAX}. Renumber the claim."),
        );
    }
}

fn member_id(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.member.member_id.trim().is_empty() {
        r.fail("1a insured ID (2010BA NM109)", "The member identifier is missing. Copy it from the card.");
    }
}

fn mbi(s: &Subject<'_>, r: &mut Report<'_>) {
    let id = s.claim.member.member_id.trim();
    if s.is_medicare() && !id.is_empty() && !is_mbi(id) {
        r.fail(
            "1a insured ID (2010BA NM109)",
            format!(
                "\u{201c}{id}\u{201d} is not a Medicare beneficiary identifier: 11 characters such as 1EG4TE5MK73, \
                 never with S, L, O, I, B or Z. Copy it from the red, white and blue card."
            ),
        );
    }
}

/// 11 characters: digit 1–9; letters at 2, 5, 8, 9; letter or digit at 3, 6; digits at 4, 7, 10, 11;
/// letters never S, L, O, I, B, Z.
pub(crate) fn is_mbi(id: &str) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase() && !b"SLOIBZ".contains(&b);
    id.len() == 11
        && id.bytes().zip(1..).all(|(b, position)| match position {
            1 => matches!(b, b'1'..=b'9'),
            2 | 5 | 8 | 9 => letter(b),
            3 | 6 => letter(b) || b.is_ascii_digit(),
            _ => b.is_ascii_digit(),
        })
}

fn tax_id(s: &Subject<'_>, r: &mut Report<'_>) {
    let id = &s.claim.billing.tax_id;
    let is_nine_digits = id.len() == 9 && id.bytes().all(|b| b.is_ascii_digit());
    let is_one_digit = id.bytes().min() == id.bytes().max();
    if !is_nine_digits || is_one_digit {
        r.fail(
            "25 tax ID (2010AA REF*EI)",
            "The billing provider's tax identification number must be nine digits, without hyphen. Correct it in the practice's record.",
        );
    }
}

fn zip(s: &Subject<'_>, r: &mut Report<'_>) {
    let is_nine_digits =
        |zip: &str| zip.len() == 9 && zip.bytes().all(|b| b.is_ascii_digit()) && !zip.ends_with("0000");
    if !is_nine_digits(&s.claim.billing.address.zip) {
        r.fail(
            "33 billing provider ZIP (2010AA N403)",
            "The billing address needs a nine-digit ZIP code (not 0000 at the end). Complete it in the practice's record.",
        );
    }
    if let Some(facility) = &s.claim.facility
        && !is_nine_digits(&facility.address.zip)
    {
        r.fail(
            "32 service facility ZIP (2310C N403)",
            "The service facility needs a nine-digit ZIP code; it decides the fee locality. Complete it.",
        );
    }
}

fn street(s: &Subject<'_>, r: &mut Report<'_>) {
    let address = &s.claim.billing.address;
    let is_box = [&address.line1, &address.line2].into_iter().any(|line| is_post_office_box(line));
    if is_box {
        r.fail(
            "33 billing provider address (2010AA N301)",
            "The billing address is a post office box; it must be a street. Move the box to the pay-to address (2010AB).",
        );
    } else if address.line1.trim().is_empty() {
        r.fail("33 billing provider address (2010AA N301)", "The billing address is missing. Enter the street.");
    }
}

/// `PO BOX 12`, `P.O. Box 12`, `POBOX 12`, `Post Office Box 12`, `LOCKBOX 12`.
fn is_post_office_box(line: &str) -> bool {
    let letters: String = line.to_ascii_uppercase().chars().filter(|c| !matches!(c, '.' | ' ' | ',' | '#')).collect();
    let after_word = |word: &str| {
        letters.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty())
    };
    ["POBOX", "POSTOFFICEBOX", "LOCKBOX", "POB"].into_iter().any(after_word)
        || letters.contains("POBOX")
        || letters.contains("POSTOFFICEBOX")
}

fn payer_id(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.payer.payer_number.trim().is_empty() {
        r.fail("Payer (2010BB NM109)", "The payer has no identifier for electronic claims. Choose the payer again.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mbi_grammar() {
        assert!(is_mbi("1EG4TE5MK73"));
        for bad in ["1SG4TE5MK73", "0EG4TE5MK73", "1EG4TE5MK7", "1EG4TE5MK733", "1eg4te5mk73", "1E44TE5MKA3"] {
            assert!(!is_mbi(bad), "{bad}");
        }
    }

    #[test]
    fn boxes_and_streets() {
        for line in ["PO BOX 12", "P.O. Box 12", "Post Office Box 9", "POB 4", "Suite 4, PO Box 77", "LOCKBOX 881"] {
            assert!(is_post_office_box(line), "{line}");
        }
        for line in ["12 Oak Street", "4 Boxwood Lane", "1 Pobbel Way", "200 Postal Road"] {
            assert!(!is_post_office_box(line), "{line}");
        }
    }
}
