//! Pointers, charges, units, frequency and the money of other payers: the arithmetic of the claim.

use claim::{
    AdjustmentGroup, Frequency, Money, OtherPayer,
    Owner::{Biller, Coder},
    PayerSequence, ServiceLine,
    Severity::{Error, Warning},
    UnitBasis,
};

use crate::{
    edit::{Edit, Report, Subject, edit},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("C3", "Diagnosis pointers", "837P 2400 SV107", Error, Coder, pointers),
    edit("C4", "Charges and units", "837P 2300 CLM02, 2400 SV102, SV104", Error, Biller, charges),
    edit("C17", "At most 50 lines", "837P 2400 repeat", Error, Biller, line_count),
    edit("C19", "Anesthesia in minutes", "CPM 12 §50; 837P 2400 SV103", Warning, Biller, minutes),
    edit("C5", "Payer takes corrected claims", "CPM 1 §80.3.2; CPM 34 §10", Error, Biller, replacement),
    edit("C6", "Original reference of a corrected claim", "837P 2300 REF*F8", Error, Biller, reference),
    edit("C10", "Other payers' lines balance", "837P 2430 SVD, CAS", Error, Biller, lines_balance),
    edit("C10T", "Other payers' totals balance", "837P 2320 AMT*D, CAS", Error, Biller, totals_balance),
    edit("C18", "Amount paid is the patient's money", "837P 2300 AMT*F5", Error, Biller, patient_paid),
    edit("COB", "Earlier payers have decided", "837P 2320 SBR01, AMT*D", Error, Biller, earlier_payers),
];

const LINES_MAX: usize = 50;
const POINTERS_MAX: usize = 4;

fn pointers(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "24E diagnosis pointer (SV107)";
    for line in &s.claim.lines {
        if line.pointers.is_empty() || line.pointers.len() > POINTERS_MAX {
            r.fail_line(
                line,
                FIELD,
                format!(
                    "The line has {} pointers; it needs 1 to {POINTERS_MAX}. Link the diagnoses it treats.",
                    line.pointers.len()
                ),
            );
        }
        for pointer in &line.pointers {
            let exists = usize::from(*pointer).checked_sub(1).is_some_and(|i| i < s.claim.diagnoses.len());
            if !exists {
                r.fail_line(
                    line,
                    FIELD,
                    format!(
                        "Pointer {pointer} leads to no diagnosis; the claim has {}. Link another.",
                        s.claim.diagnoses.len()
                    ),
                );
            }
        }
    }
}

// The total (CLM02) is the sum of the lines by construction, so only the parts can be wrong.
fn charges(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        if line.charge.is_negative() || (line.charge.is_zero() && !line.procedure.as_str().ends_with('F')) {
            r.fail_line(
                line,
                "24F charge (SV102)",
                format!("The charge is {}. Set the practice's price for {}.", line.charge, line.procedure),
            );
        }
        if line.units.is_zero() {
            r.fail_line(line, "24G units (SV104)", "The line has no units. Enter at least one.");
        }
    }
}

fn line_count(s: &Subject<'_>, r: &mut Report<'_>) {
    let count = s.claim.lines.len();
    if count == 0 {
        r.fail("24 service lines (2400)", "The claim has no service lines.");
    } else if count > LINES_MAX {
        r.fail("24 service lines (2400)", format!("The claim has {count} lines, at most {LINES_MAX} fit. Split it; an add-on stays with its primary service."));
    }
}

fn minutes(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        let is_anesthesia = table::procedure_is("anesthesia", line.procedure.as_str(), line.from);
        if is_anesthesia && line.basis != UnitBasis::Minutes {
            r.fail_line(line, "24G units (SV103)", "Anesthesia is billed in minutes (MJ). Enter the minutes.");
        } else if !is_anesthesia && line.basis == UnitBasis::Minutes {
            r.fail_line(line, "24G units (SV103)", "Only anesthesia is billed in minutes. Enter units (UN).");
        }
    }
}

fn replacement(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.frequency != Frequency::Original && (s.is_medicare() || !s.context.accepts_replacement) {
        r.fail(
            "22 resubmission code (CLM05-3)",
            format!(
                "This payer does not take frequency {}. After a denial ask for a reopening or appeal; after a rejection send a new claim (1).",
                s.claim.frequency.code()
            ),
        );
    }
}

fn reference(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "22 original reference (REF*F8)";
    let has_reference = s.claim.original_reference.as_ref().is_some_and(|number| !number.trim().is_empty());
    match (s.claim.frequency, has_reference) {
        (Frequency::Replacement | Frequency::Void, false) => {
            r.fail(FIELD, "A corrected or void claim needs the payer's number of the claim it replaces. Take it from the remittance.");
        }
        (Frequency::Original, true) => {
            r.fail(FIELD, "An original claim carries no original reference. Remove it or set the frequency to 7 or 8.")
                .warning();
        }
        _ => {}
    }
}

fn lines_balance(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        for decided in &line.adjudications {
            let adjusted: Money = decided.adjustments.iter().map(|a| a.amount).sum();
            if decided.paid + adjusted != line.charge {
                r.fail_line(
                    line,
                    "2430 SVD and CAS",
                    format!(
                        "Payer {} paid {} and adjusted {}, together not the charge of {}. Copy its remittance again.",
                        decided.payer_number, decided.paid, adjusted, line.charge
                    ),
                );
            }
        }
    }
}

fn paid_on_lines(lines: &[ServiceLine], payer: &OtherPayer) -> Option<Money> {
    let mut decisions =
        lines.iter().flat_map(|l| &l.adjudications).filter(|d| d.payer_number == payer.payer.payer_number).peekable();
    decisions.peek()?;
    Some(decisions.map(|d| d.paid).sum())
}

// 2320 AMT*D is the sum of the line payments less what was adjusted on the claim as a whole; without lines
// the payment and the claim's adjustments make up the charge.
fn totals_balance(s: &Subject<'_>, r: &mut Report<'_>) {
    for other in &s.claim.other_payers {
        let Some(paid) = other.paid else { continue };
        let adjusted: Money = other.adjustments.iter().map(|a| a.amount).sum();
        let expected = match paid_on_lines(&s.claim.lines, other) {
            Some(lines) => lines - adjusted,
            None if other.adjustments.is_empty() => continue,
            None => s.claim.charge() - adjusted,
        };
        if paid != expected {
            r.fail(
                "2320 AMT*D",
                format!(
                    "{} is said to have paid {paid}; lines and adjustments give {expected}. Copy its remittance again.",
                    other.payer.name
                ),
            );
        }
        if other.adjustments.iter().any(|a| a.group == AdjustmentGroup::Cr) {
            r.fail("2320 CAS01", "Group CR is not used in 5010. Take the group from the payer's remittance.");
        }
    }
}

fn patient_paid(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "29 amount paid (AMT*F5)";
    let paid = s.claim.patient_paid;
    let of_others: Money = s.claim.other_payers.iter().filter_map(|other| other.paid).sum();
    if paid.is_negative() || paid > s.claim.charge() {
        r.fail(
            FIELD,
            format!("The patient is said to have paid {paid} of a charge of {}. Correct the amount.", s.claim.charge()),
        );
    } else if paid.is_positive() && paid == of_others {
        r.fail(
            FIELD,
            format!(
                "{paid} looks like another payer's payment ({of_others}). Only the patient's own payments belong here."
            ),
        );
    }
}

fn earlier_payers(s: &Subject<'_>, r: &mut Report<'_>) {
    let rank = s.claim.sequence;
    if rank == PayerSequence::Primary {
        return;
    }
    let earlier: Vec<&OtherPayer> = s.claim.other_payers.iter().filter(|other| other.sequence < rank).collect();
    if earlier.is_empty() {
        r.fail(
            "11d other plan (2320)",
            "The payer is not the first to pay, and no earlier payer stands on the claim. Add it with its decision.",
        );
    }
    for other in earlier.into_iter().filter(|other| other.paid.is_none()) {
        r.fail(
            "2320 AMT*D",
            format!(
                "{} pays before and its decision is missing. Post its remittance first; nothing paid is 0.",
                other.payer.name
            ),
        );
    }
}
