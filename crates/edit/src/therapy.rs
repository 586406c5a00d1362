//! Therapy: plan and assistant modifiers, the yearly threshold, who certified the plan.

use claim::{
    Fix, Modifier, Money,
    Owner::{Biller, Coder, Provider},
    ServiceLine,
    Severity::{Error, Warning},
};

use crate::{
    edit::{Edit, Report, Subject, edit, has_any},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("THER1", "Therapy names its plan", "CPM 5 §20.1", Error, Coder, plan),
    edit("THER2", "One therapy plan for each line", "CPM 5 §20.1", Error, Coder, one_plan),
    edit("CQ", "Assistant modifiers fit the plan", "CPM 5 §20.1; 42 CFR 410.60", Error, Coder, assistant),
    edit("T27", "KX above the therapy threshold", "CPM 5 §10.3; SSA 1833(g)", Error, Provider, threshold),
    edit("KXW", "KX only where the threshold is passed", "CPM 5 §10.3", Warning, Coder, early_attestation),
    edit(
        "THER3",
        "Medicare therapy names who certified the plan",
        "BPM 15 §220.1; CPM 5 §20; 837P 2310A DN",
        Error,
        Biller,
        certified,
    ),
];

const FIELD: &str = "24D modifier (SV101-3)";
/// The library's rate of the year.
const THRESHOLD: &str = "kx-threshold";
const PLANS: [&str; 3] = ["GP", "GO", "GN"];

/// The plan of a specialty: physical, occupational, speech (NUCC taxonomy 2251, 225X, 235Z).
fn plan_of_specialty(taxonomy: &str) -> Option<&'static str> {
    [("2251", "GP"), ("225X", "GO"), ("235Z", "GN")]
        .into_iter()
        .find(|(specialty, _)| taxonomy.starts_with(specialty))
        .map(|(_, plan)| plan)
}

fn plan(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        let Some(procedure) = s.procedure(line) else { continue };
        let specialty = plan_of_specialty(s.taxonomy().as_str());
        let is_therapy = procedure.always_therapy || (procedure.sometimes_therapy && specialty.is_some());
        if !is_therapy || has_any(line, &PLANS) {
            continue;
        }
        let message =
            format!("{} is therapy and no plan is named: GP physical, GO occupational, GN speech.", line.procedure);
        match specialty.and_then(|plan| Modifier::new(plan).ok()) {
            Some(modifier) => {
                let told = format!("{message} The therapist's specialty makes it {modifier}.");
                r.fail_line(line, FIELD, told).fix(Fix::AddModifier { line: line.number, modifier });
            }
            None => {
                r.fail_line(line, FIELD, format!("{message} Add the plan the service was given under."));
            }
        }
    }
}

fn one_plan(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        let plans: Vec<&str> = PLANS.into_iter().filter(|plan| has_any(line, &[plan])).collect();
        if plans.len() > 1 {
            r.fail_line(
                line,
                FIELD,
                format!("{} stand together; a line belongs to one plan. Keep one.", plans.join(" and ")),
            );
        }
    }
}

fn assistant(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        for (assistant, plan) in [("CQ", "GP"), ("CO", "GO")] {
            if !has_any(line, &[assistant]) {
                continue;
            }
            if !has_any(line, &[plan]) {
                r.fail_line(line, FIELD, format!("{assistant} goes with {plan}. Correct the pair."));
            }
            if table::procedure_is("therapy_evaluation", line.procedure.as_str(), line.from) {
                r.fail_line(
                    line,
                    FIELD,
                    format!("{} is an evaluation; only a therapist gives it. Remove {assistant}.", line.procedure),
                );
            }
        }
    }
}

/// Lines that count towards a threshold: physical and speech therapy share one, occupational has its own.
fn counted<'a>(s: &Subject<'a>) -> impl Iterator<Item = &'a ServiceLine> {
    s.claim.lines.iter().filter(|line| has_any(line, &PLANS))
}

/// The line's sum of the year after it, with the threshold; nothing when Medicare does not pay or no rate is loaded.
fn sums<'a>(s: &Subject<'a>) -> Option<(Money, Vec<(&'a ServiceLine, Money)>)> {
    if !s.is_medicare() {
        return None;
    }
    let threshold = s.library.rate(THRESHOLD, s.served_on)?.money()?;
    let mut sum = s.context.therapy_accrued;
    let lines = counted(s)
        .map(|line| {
            sum += s.context.expected_allowed.get(&line.number).copied().unwrap_or(line.charge);
            (line, sum)
        })
        .collect();
    Some((threshold, lines))
}

fn threshold(s: &Subject<'_>, r: &mut Report<'_>) {
    let is_current = s.library.rate(THRESHOLD, s.served_on).is_some_and(|rate| !rate.is_stale);
    if s.is_medicare() && counted(s).next().is_some() && !is_current {
        r.unchecked(FIELD, format!("No therapy threshold is loaded for {}.", s.served_on));
    }
    let Some((threshold, lines)) = sums(s) else { return };
    for (line, sum) in lines {
        if sum > threshold && !has_any(line, &["KX", "GA", "GZ"]) {
            r.fail_line(
                line,
                FIELD,
                format!("The year's therapy reaches {sum} with this line, above {threshold}. If the record shows it is still needed, attest with KX."),
            );
        }
    }
}

fn early_attestation(s: &Subject<'_>, r: &mut Report<'_>) {
    let Some((threshold, lines)) = sums(s) else { return };
    for (line, sum) in lines {
        if sum <= threshold && has_any(line, &["KX"]) {
            r.fail_line(
                line,
                FIELD,
                format!("KX is given at {sum}, below {threshold}. Remove it unless earlier therapy is missing here."),
            );
        }
    }
}

fn certified(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.is_medicare() && s.claim.referring.is_none() && counted(s).next().is_some() {
        r.fail(
            "17 referring provider (2310A DN)",
            "Medicare therapy needs the physician who certified the plan, with NPI. Enter the referring provider.",
        );
    }
}
