//! Time around other services: global surgery, visits beside procedures, new patients.

use claim::{Owner::Coder, ServiceLine, Severity::Error};
use codes::GlobalPeriod;
use jiff::{Span, civil::Date};

use crate::{
    PriorLine,
    edit::{Edit, Report, Subject, edit, has_any},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("T20", "Visit in a global period", "CPM 12 §40.2, §40.4", Error, Coder, visit_in_global),
    edit("GLOBAL", "Procedure in a global period", "CPM 12 §40.2.A", Error, Coder, procedure_in_global),
    edit(
        "T21",
        "Visit beside a minor procedure",
        "CPM 12 §40.1; NCCI Policy Manual I.D",
        Error,
        Coder,
        visit_beside_minor,
    ),
    edit("T22", "Visit before a major procedure", "CPM 12 §40.2.A.4", Error, Coder, visit_before_major),
    edit("T26", "New patient", "CPM 12 §30.6.7; CPT evaluation and management", Error, Coder, new_patient),
];

const MODIFIER: &str = "24D modifier (SV101-3)";
/// Days a major procedure pays care for; it also covers the day before (CPM 12 §40.1).
const MAJOR_DAYS: u16 = 90;

/// Earlier services of the same group and specialty, who count as one physician (CPM 12 §30.6.5).
fn same_physician<'a>(s: &Subject<'a>) -> impl Iterator<Item = &'a PriorLine> {
    let (billing, taxonomy, number) = (&s.claim.billing.npi, s.taxonomy().clone(), &s.claim.control_number);
    s.context.history.iter().filter(move |prior| {
        prior.billing_npi == *billing && prior.taxonomy == taxonomy && prior.control_number != *number
    })
}

/// The surgery on file whose period a day lies in, with its last day. Assistants and care taken over have none.
fn running_global<'a>(s: &Subject<'a>, day: Date) -> Option<(&'a PriorLine, Date)> {
    same_physician(s).find_map(|prior| {
        let days = s.library.procedure(&prior.procedure, prior.from)?.global_days.days()?;
        let has_period = !prior.modifiers.iter().any(|m| matches!(m.as_str(), "80" | "81" | "82" | "AS" | "54" | "78"));
        let end = prior.from.checked_add(Span::new().days(days)).ok()?;
        (has_period && prior.from < day && day <= end).then_some((prior, end))
    })
}

fn visit_in_global(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in s.claim.lines.iter().filter(|line| s.is_visit(line) && !has_any(line, &["24"])) {
        if let Some((prior, end)) = running_global(s, line.from) {
            r.fail_line(
                line,
                MODIFIER,
                format!("The visit lies in the global period of {} of {} (to {end}). If it is unrelated, say so with 24; else it is included.", prior.procedure, prior.from),
            );
        }
    }
}

/// Days of care a line's own service includes; nothing for services without such a period.
fn global_days(s: &Subject<'_>, line: &ServiceLine) -> Option<u16> {
    s.procedure(line)?.global_days.days()
}

fn procedure_in_global(s: &Subject<'_>, r: &mut Report<'_>) {
    let procedures = s.claim.lines.iter().filter(|line| !s.is_visit(line) && global_days(s, line).is_some());
    for line in procedures.filter(|line| !has_any(line, &["58", "78", "79"])) {
        if let Some((prior, end)) = running_global(s, line.from) {
            r.fail_line(
                line,
                MODIFIER,
                format!(
                    "{} lies in the global period of {} of {} (to {end}). Say which it is: 58 staged, 78 return to the operating room, 79 unrelated.",
                    line.procedure, prior.procedure, prior.from
                ),
            );
        }
    }
}

fn visit_beside_minor(s: &Subject<'_>, r: &mut Report<'_>) {
    for visit in s.claim.lines.iter().filter(|line| s.is_visit(line) && !has_any(line, &["25", "57"])) {
        let minor = s.claim.lines.iter().find(|line| {
            line.from == visit.from && !s.is_visit(line) && global_days(s, line).is_some_and(|days| days < MAJOR_DAYS)
        });
        if let Some(procedure) = minor {
            r.fail_line(
                visit,
                MODIFIER,
                format!("{} of the same day includes the visit. If the record shows separate work beyond it, say so with 25; else remove the visit.", procedure.procedure),
            );
        }
    }
}

fn visit_before_major(s: &Subject<'_>, r: &mut Report<'_>) {
    let is_major = |days: Option<GlobalPeriod>| days.and_then(GlobalPeriod::days) == Some(MAJOR_DAYS);
    for visit in s.claim.lines.iter().filter(|line| s.is_visit(line) && !has_any(line, &["57", "24"])) {
        let is_near = |day: Date| day == visit.from || visit.from.tomorrow().is_ok_and(|next| next == day);
        let here = s
            .claim
            .lines
            .iter()
            .filter(|line| is_near(line.from) && is_major(s.procedure(line).map(|p| p.global_days)));
        let on_file = same_physician(s).filter(|prior| {
            is_near(prior.from) && is_major(s.library.procedure(&prior.procedure, prior.from).map(|p| p.global_days))
        });
        let surgery = here
            .map(|line| (&line.procedure, line.from))
            .chain(on_file.map(|prior| (&prior.procedure, prior.from)))
            .next();
        if let Some((procedure, day)) = surgery {
            r.fail_line(
                visit,
                MODIFIER,
                format!("{procedure} of {day} includes the visit. If the decision to operate was made in it, say so with 57; else remove the visit."),
            );
        }
    }
}

/// A patient seen within this time by the same group and specialty is established.
const ESTABLISHED_YEARS: i16 = 3;

fn new_patient(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in
        s.claim.lines.iter().filter(|line| table::procedure_is("new_patient", line.procedure.as_str(), line.from))
    {
        let since = line.from.checked_sub(Span::new().years(ESTABLISHED_YEARS));
        let is_seen = |prior: &&PriorLine| {
            prior.from < line.from
                && since.as_ref().is_ok_and(|since| prior.from >= *since)
                && !table::procedure_is("laboratory", prior.procedure.as_str(), prior.from)
        };
        if let Some(prior) = same_physician(s).filter(is_seen).max_by_key(|prior| prior.from) {
            r.fail_line(
                line,
                "24D procedure (SV101-2)",
                format!("{} is for new patients; this one was seen on {} by the same group and specialty. Code an established visit.", line.procedure, prior.from),
            );
        }
    }
}
