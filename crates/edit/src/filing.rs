//! Filing in time and not filing twice.

use claim::{
    Frequency,
    Owner::Biller,
    PayerSequence,
    Severity::{Error, Warning},
};
use jiff::{Span, civil::Date};

use crate::{
    PriorLine,
    edit::{Edit, Report, Subject, edit, has_any},
};

pub(crate) const EDITS: &[Edit] = &[
    edit("DUP", "Not billed before", "835 CARC 18; CPM 1 §120", Error, Biller, duplicate),
    edit("C16", "Filed within the limit", "CPM 1 §70; 42 CFR 424.44; payer contract", Error, Biller, late),
    edit("C16W", "Filing limit is near", "CPM 1 §70; payer contract", Warning, Biller, nearly_late),
];

/// Days before the last filing day when the warning begins: time for one rejection and one more try.
const WARNING_DAYS: i32 = 14;

/// Modifiers that say why the same service stands twice on a day.
const REPEATS: [&str; 8] = ["76", "77", "59", "91", "XE", "XP", "XS", "XU"];

fn duplicate(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.frequency != Frequency::Original {
        return;
    }
    for line in &s.claim.lines {
        if has_any(line, &REPEATS) {
            continue;
        }
        let same = |prior: &&PriorLine| {
            let (mut theirs, mut ours) = (prior.modifiers.clone(), line.modifiers.clone());
            theirs.sort();
            ours.sort();
            prior.control_number != s.claim.control_number
                && prior.procedure == line.procedure
                && prior.from == line.from
                && prior.units == line.units
                && prior.rendering_npi == *s.rendering_npi()
                && theirs == ours
        };
        if let Some(prior) = s.context.history.iter().find(same) {
            r.fail_line(
                line,
                "24D procedure (SV101)",
                format!(
                    "{} of {} stands already on claim {}. Correct that claim, or say why it was done again (76, 77, 91).",
                    line.procedure, line.from, prior.control_number
                ),
            );
        }
    }
}

// Professional claims count from the line's first day (CPM 1 §70.4); the earliest line decides.
fn last_filing_day(s: &Subject<'_>) -> Option<Date> {
    let first = s.claim.first_day()?;
    if s.is_medicare() {
        return first.checked_add(Span::new().years(1)).ok();
    }
    first.checked_add(Span::new().days(i64::from(s.context.filing_limit_days?))).ok()
}

// A later payer's clock starts with the earlier payer's decision, and a correction's with the original.
fn days_left(s: &Subject<'_>) -> Option<(Date, i32)> {
    if s.claim.sequence != PayerSequence::Primary || s.claim.frequency != Frequency::Original {
        return None;
    }
    let last = last_filing_day(s)?;
    Some((last, s.context.on.until(last).ok()?.get_days()))
}

fn late(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some((last, days)) = days_left(s)
        && days < 0
        && s.claim.delay_reason.is_empty()
    {
        r.fail(
            "24A dates of service (DTP*472)",
            format!("The last filing day was {last}, {} days ago. Send proof of an earlier filing or a delay reason (CLM20), or write it off.", -days),
        );
    }
}

fn nearly_late(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some((last, days)) = days_left(s)
        && (0..=WARNING_DAYS).contains(&days)
    {
        r.fail(
            "24A dates of service (DTP*472)",
            format!("The last filing day is {last}, in {days} days. Send it now."),
        );
    }
}
