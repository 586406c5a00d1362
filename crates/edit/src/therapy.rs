//! Therapy: plan and assistant modifiers, the yearly threshold, who certified the plan.

use claim::{
    Fix, Modifier, Money,
    Owner::{Biller, Coder, Provider},
    ServiceLine,
    Severity::{Error, Warning},
};

use crate::{
    Context,
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

/// A threshold of the year: physical and speech therapy share one, occupational has its own (CPM 5 §10.3).
struct Bucket {
    plans: &'static [&'static str],
    rate: &'static str,
    accrued: fn(&Context) -> Money,
}

const BUCKETS: [Bucket; 2] = [
    Bucket { plans: &["GP", "GN"], rate: "therapy-threshold-pt-slp", accrued: |context| context.therapy_accrued },
    Bucket { plans: &["GO"], rate: "therapy-threshold-ot", accrued: |context| context.occupational_accrued },
];

/// Medicare's lines in a bucket, each with the year's sum after it.
fn sums<'a>(s: &Subject<'a>, bucket: &Bucket) -> Vec<(&'a ServiceLine, Money)> {
    let mut sum = (bucket.accrued)(s.context);
    let counted = s.claim.lines.iter().filter(|line| s.is_medicare() && has_any(line, bucket.plans));
    counted
        .map(|line| {
            sum += s.context.expected_allowed.get(&line.number).copied().unwrap_or(line.charge);
            (line, sum)
        })
        .collect()
}

fn threshold(s: &Subject<'_>, r: &mut Report<'_>) {
    for bucket in &BUCKETS {
        let lines = sums(s, bucket);
        let rate = s.library.rate(bucket.rate, s.served_on);
        if !lines.is_empty() && rate.as_ref().is_none_or(|rate| rate.is_stale) {
            r.unchecked(FIELD, format!("No therapy threshold is loaded for {}.", s.served_on));
        }
        let Some(threshold) = rate.and_then(|rate| rate.money()) else { continue };
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
}

fn early_attestation(s: &Subject<'_>, r: &mut Report<'_>) {
    for bucket in &BUCKETS {
        let Some(threshold) = s.library.rate(bucket.rate, s.served_on).and_then(|rate| rate.money()) else { continue };
        for (line, sum) in sums(s, bucket) {
            if sum <= threshold && has_any(line, &["KX"]) {
                r.fail_line(
                    line,
                    FIELD,
                    format!(
                        "KX is given at {sum}, below {threshold}. Remove it unless earlier therapy is missing here."
                    ),
                );
            }
        }
    }
}

fn certified(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.is_medicare() && s.claim.referring.is_none() && s.claim.lines.iter().any(|line| has_any(line, &PLANS)) {
        r.fail(
            "17 referring provider (2310A DN)",
            "Medicare therapy needs the physician who certified the plan, with NPI. Enter the referring provider.",
        );
    }
}
