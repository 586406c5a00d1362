//! National Correct Coding Initiative: pairs, units, add-ons.

use claim::{
    Modifier,
    Owner::{Biller, Coder},
    PayerKind, ProcedureCode, ServiceLine,
    Severity::Error,
    Units,
};
use jiff::civil::Date;

use crate::{
    PriorLine,
    edit::{Edit, Report, Subject, edit},
};

pub(crate) const EDITS: &[Edit] = &[
    edit("PTP", "Services that are not paid together", "NCCI Policy Manual I; CPM 23 §20.9", Error, Coder, pairs),
    edit("MUE", "Units within the daily limit", "NCCI Policy Manual I.V; CPM 23 §20.9.3", Error, Biller, units),
    edit("ADDON", "Add-on with its primary service", "NCCI Policy Manual I.R; CPM 23 §20.9.1", Error, Coder, add_on),
];

/// A service of the day: of this claim or on file.
struct Service<'a> {
    procedure: &'a ProcedureCode,
    modifiers: &'a [Modifier],
    on: Date,
    units: Units,
    line: Option<&'a ServiceLine>,
}

/// Services of one provider: the claim's lines first, then what is on file under other claims.
fn services<'a>(s: &Subject<'a>) -> Vec<Service<'a>> {
    let npi = s.rendering_npi().clone();
    let ours = s.claim.lines.iter().map(|line| Service {
        procedure: &line.procedure,
        modifiers: &line.modifiers,
        on: line.from,
        units: line.units,
        line: Some(line),
    });
    let is_other = |prior: &&PriorLine| prior.control_number != s.claim.control_number && prior.rendering_npi == npi;
    let theirs = s.context.history.iter().filter(is_other).map(|prior| Service {
        procedure: &prior.procedure,
        modifiers: &prior.modifiers,
        on: prior.from,
        units: prior.units,
        line: None,
    });
    ours.chain(theirs).collect()
}

fn pairs(s: &Subject<'_>, r: &mut Report<'_>) {
    let services = services(s);
    for first in &services {
        for second in services.iter().filter(|second| second.on == first.on && second.procedure != first.procedure) {
            let Some(ptp) = s.library.ptp(first.procedure, second.procedure, first.on) else { continue };
            if let Some(line) = second.line.or(first.line)
                && !is_visit_beside_procedure(s, first, second)
            {
                judge_pair(s, r, line, first, second, ptp.modifier_indicator);
            }
        }
    }
}

fn judge_pair(
    s: &Subject<'_>,
    r: &mut Report<'_>,
    line: &ServiceLine,
    first: &Service<'_>,
    second: &Service<'_>,
    indicator: u8,
) {
    const FIELD: &str = "24D procedure (SV101)";
    let (paid, denied) = (first.procedure, second.procedure);
    match (indicator, bypass(s, first, second)) {
        (1, Some(modifier)) => {
            r.bypass_line(line, FIELD, format!("{denied} is part of {paid} unless distinct; {modifier} says it is."));
        }
        (0 | 1, _) => {
            let way = if indicator == 0 {
                "No modifier changes that; remove it."
            } else {
                "If the record shows a separate site, session or visit, say so with the modifier that fits; else remove it."
            };
            let entry = r.fail_line(line, FIELD, format!("{denied} is part of {paid} on {}. {way}", first.on));
            if matches!(s.payer, Some(PayerKind::WorkersCompensation | PayerKind::Auto)) {
                entry.warning();
            }
        }
        _ => {}
    }
}

/// A visit in the global period of the same claim's procedure is judged by T21 and T22, once.
fn is_visit_beside_procedure(s: &Subject<'_>, first: &Service<'_>, second: &Service<'_>) -> bool {
    let has_global = |line| s.procedure(line).is_some_and(|procedure| procedure.global_days.days().is_some());
    first.line.is_some_and(has_global) && second.line.is_some_and(|line| s.is_visit(line))
}

/// The modifier that sets the pair apart: a listed one on either service that the other does not carry, because the
/// same side on both means the same site.
fn bypass<'a>(s: &Subject<'_>, first: &Service<'a>, second: &Service<'a>) -> Option<&'a Modifier> {
    let one_sided = |mine: &Service<'a>, other: &Service<'a>| {
        mine.modifiers.iter().find(|m| s.library.bypasses_ptp(m) && (!is_anatomic(m) || !other.modifiers.contains(m)))
    };
    one_sided(first, second).or_else(|| one_sided(second, first))
}

/// Sides, eyelids, fingers, toes, coronary arteries (NCCI Policy Manual I.E).
fn is_anatomic(modifier: &Modifier) -> bool {
    matches!(
        modifier.as_str().as_bytes(),
        b"RT" | b"LT" | b"LC" | b"LD" | b"LM" | b"RC" | b"RI" | [b'E', b'1'..=b'4'] | [b'F' | b'T', b'1'..=b'9' | b'A']
    )
}

fn units(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "24G units (SV104)";
    let services = services(s);
    for line in s.claim.lines.iter().filter(|line| line.basis == claim::UnitBasis::Units) {
        let Some(mue) = s.library.mue(&line.procedure, line.from) else { continue };
        let same = |service: &&Service<'_>| *service.procedure == line.procedure && service.on == line.from;
        let of_day: Units = services.iter().filter(same).map(|service| service.units).sum();
        let most = Units::from(mue.units);
        let is_first = services
            .iter()
            .find(same)
            .and_then(|service| service.line)
            .is_some_and(|first| first.number == line.number);
        match mue.mai {
            1 if line.units > most => {
                r.fail_line(line, FIELD, format!("{} units of {}, at most {} on a line. Correct them, or split with a modifier the record supports.", line.units, line.procedure, most));
            }
            2 | 3 if of_day > most && is_first => {
                let way =
                    if mue.mai == 2 { "The limit is absolute." } else { "Above it only on appeal with the record." };
                r.fail_line(
                    line,
                    FIELD,
                    format!(
                        "{of_day} units of {} on {}, at most {} in a day. {way} The payer denies the whole line.",
                        line.procedure, line.from, most
                    ),
                );
            }
            _ => {}
        }
    }
}

fn add_on(s: &Subject<'_>, r: &mut Report<'_>) {
    let services = services(s);
    for line in &s.claim.lines {
        let Some(procedure) = s.procedure(line) else { continue };
        let has_primary =
            services.iter().any(|service| service.on == line.from && procedure.add_on_to.contains(service.procedure));
        if !procedure.add_on_to.is_empty() && !has_primary {
            r.fail_line(
                line,
                "24D procedure (SV101-2)",
                format!(
                    "{} is an add-on and its primary service is not billed that day. Bill them together.",
                    line.procedure
                ),
            );
        }
    }
}
