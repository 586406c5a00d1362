//! Coverage on the day of service, the order of payers, and what must be arranged beforehand.

use claim::{
    AccidentCause,
    Owner::FrontDesk,
    PayerKind, PayerSequence,
    Severity::{Error, Warning},
    age_on,
};

use crate::{
    edit::{Edit, Report, Subject, edit},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("COV1", "Coverage in force on the day of service", "835 CARC 26, 27; 271 EB01", Error, FrontDesk, in_force),
    edit("COV2", "Payer order", "837P 2000B SBR01; MSPM 1-3", Error, FrontDesk, order),
    edit("C8", "Medicare as second payer says why", "MSPM 3 §20; 837P 2000B SBR05", Error, FrontDesk, secondary_type),
    edit("C14", "Medicare secondary type fits the age", "MSPM 2; 837P 2000B SBR05", Error, FrontDesk, secondary_age),
    edit(
        "WC",
        "Work and automobile injuries name claim and accident",
        "837P REF*Y4, CLM11, DTP*439",
        Error,
        FrontDesk,
        injury_claim,
    ),
    edit("ACCIDENT", "An injury may be another payer's", "837P CLM11; MSPM 3", Warning, FrontDesk, accident),
    edit("AUTH", "Prior authorization", "835 CARC 197; 837P 2300 REF*G1", Error, FrontDesk, authorization),
];

fn in_force(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "1a coverage (2010BA)";
    let Some(coverage) = &s.context.coverage else { return };
    let day_outside = s
        .claim
        .lines
        .iter()
        .map(|line| line.from)
        .find(|day| *day < coverage.effective_on || coverage.terminated_on.is_some_and(|end| *day > end));
    if let Some(day) = day_outside {
        let until = coverage.terminated_on.map_or_else(String::new, |end| format!(" to {end}"));
        r.fail(
            FIELD,
            format!(
                "Not covered on {day}: the coverage runs from {}{until}. Find the coverage of that day.",
                coverage.effective_on
            ),
        );
    } else if coverage.is_active == Some(false) {
        r.fail(
            FIELD,
            format!(
                "The payer answered that the coverage is not active on {}. Ask the patient for the current card.",
                s.served_on
            ),
        );
    }
}

fn order(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "Payer order (SBR01)";
    if let Some(coverage) = &s.context.coverage
        && coverage.sequence != s.claim.sequence
    {
        r.fail(
            FIELD,
            format!(
                "The claim says {}, registration says {}. Correct the order of coverages.",
                s.claim.sequence.code(),
                coverage.sequence.code()
            ),
        );
    }
    let mut taken = vec![s.claim.sequence];
    for other in &s.claim.other_payers {
        if taken.contains(&other.sequence) {
            r.fail(FIELD, format!("Two payers claim place {}. Correct the order of coverages.", other.sequence.code()));
        }
        taken.push(other.sequence);
    }
    if s.payer == Some(PayerKind::MedicareSupplement) && s.claim.sequence == PayerSequence::Primary {
        r.fail(FIELD, "A Medicare supplement never pays first. Bill Medicare before it.");
    }
}

/// Why Medicare pays second: code, primary test (MSPM 3 §20).
const SECONDARY_TYPES: [&str; 9] = ["12", "13", "14", "15", "16", "41", "42", "43", "47"];

fn secondary_type(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "Medicare secondary type (SBR05)";
    let kind = s.claim.medicare_secondary_type.as_str();
    if s.is_medicare() && s.claim.sequence != PayerSequence::Primary && !SECONDARY_TYPES.contains(&kind) {
        r.fail(FIELD, format!("Medicare pays second and the reason is missing or unknown ({kind:?}). Ask the secondary-payer questions; 12 is working aged."));
    } else if s.claim.sequence == PayerSequence::Primary && !kind.is_empty() {
        r.fail(FIELD, "The payer is primary, yet a reason for Medicare paying second is given. Remove it.");
    }
}

/// Entitlement by age begins here (SSA 226).
const MEDICARE_AGE: u16 = 65;

fn secondary_age(s: &Subject<'_>, r: &mut Report<'_>) {
    let age = age_on(s.claim.patient.born_on, s.served_on);
    let is_wrong = match s.claim.medicare_secondary_type.as_str() {
        "43" => age >= MEDICARE_AGE,
        "12" => age < MEDICARE_AGE,
        _ => false,
    };
    if is_wrong {
        r.fail(
            "Medicare secondary type (SBR05)",
            format!("12 is for the working aged from {MEDICARE_AGE}, 43 for the disabled below; the patient is {age}. Correct the type."),
        );
    }
}

fn injury_claim(s: &Subject<'_>, r: &mut Report<'_>) {
    let (cause, what) = match s.payer {
        Some(PayerKind::WorkersCompensation) => (AccidentCause::Employment, "work injury"),
        Some(PayerKind::Auto) => (AccidentCause::Auto, "automobile accident"),
        _ => return,
    };
    if s.claim.property_casualty_claim.as_ref().is_none_or(|number| number.trim().is_empty()) {
        r.fail(
            "11b other claim ID (REF*Y4)",
            format!("A claim for a {what} needs the carrier's claim number. Ask the carrier or employer."),
        );
    }
    match &s.claim.accident {
        None => {
            r.fail(
                "10 accident (CLM11, DTP*439)",
                format!("A claim for a {what} needs the accident and its date. Enter them."),
            );
        }
        Some(accident) if accident.cause != cause => {
            r.fail(
                "10 accident (CLM11)",
                format!(
                    "This payer answers for a {what}; the claim names {}. Correct the cause or the payer.",
                    accident.cause.code()
                ),
            );
        }
        Some(_) => {}
    }
    state_of_auto(s, r);
}

fn state_of_auto(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some(accident) = &s.claim.accident
        && accident.cause == AccidentCause::Auto
        && accident.state.len() != 2
    {
        r.fail("10b accident state (CLM11-4)", "An automobile accident needs its state. Enter the two letters.");
    }
}

fn accident(s: &Subject<'_>, r: &mut Report<'_>) {
    let is_third_party = matches!(s.payer, Some(PayerKind::WorkersCompensation | PayerKind::Auto));
    match &s.claim.accident {
        Some(accident)
            if !is_third_party
                && s.claim.sequence == PayerSequence::Primary
                && accident.cause != AccidentCause::Other =>
        {
            let payer = if accident.cause == AccidentCause::Employment {
                "workers' compensation"
            } else {
                "automobile insurance"
            };
            r.fail(
                "10 accident (CLM11)",
                format!(
                    "The claim names an accident that {payer} may answer for first. Bill it there or note its denial."
                ),
            );
        }
        None if !is_third_party => initial_injury(s, r),
        _ => {}
    }
}

// A first treatment (seventh character A or B) for an injury makes payers ask who else answers for it.
fn initial_injury(s: &Subject<'_>, r: &mut Report<'_>) {
    let injury = s.diagnoses().find(|(_, code)| {
        table::diagnosis_is("injury", code.as_str(), s.served_on)
            && matches!(code.as_str().as_bytes().get(6), Some(b'A' | b'B'))
    });
    if let Some((_, code)) = injury {
        r.fail(
            "10 accident (CLM11)",
            format!(
                "{} is a fresh injury and no accident is given. Ask whether work, a car or another party is involved.",
                code.dotted()
            ),
        );
    }
}

fn authorization(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.prior_authorization.as_ref().is_some_and(|number| !number.trim().is_empty()) {
        return;
    }
    for line in s.claim.lines.iter().filter(|line| s.context.authorization_required.contains(&line.procedure)) {
        r.fail_line(
            line,
            "23 prior authorization (REF*G1)",
            format!(
                "The payer wants {} authorized beforehand and no number is on file. Get it before sending.",
                line.procedure
            ),
        );
    }
}
