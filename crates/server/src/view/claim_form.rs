//! The CMS-1500 boxes of a claim with the findings at their box (NUBC field numbers, our own names).

use claim::{Claim, Finding, Relationship, ServiceLine, Units};

use super::part::{Amount, Tag};

/// One numbered box.
#[derive(Clone, Debug, Default)]
pub struct FormBox {
    /// `1a`; the anchor is `box-1a`.
    pub number: &'static str,
    /// Its name.
    pub label: &'static str,
    /// What stands in it.
    pub value: String,
    /// `wide`, `full` or empty.
    pub size: &'static str,
    /// What is wrong with it.
    pub findings: Vec<FindingView>,
}

/// A service line, boxes 24A to 24J.
#[derive(Clone, Debug, Default)]
pub struct FormLine {
    /// From 1.
    pub number: u16,
    /// 24A.
    pub dates: String,
    /// 24B.
    pub place: String,
    /// 24D.
    pub procedure: String,
    /// 24D.
    pub modifiers: String,
    /// 24E as letters.
    pub pointers: String,
    /// 24F.
    pub charge: Amount,
    /// 24G.
    pub units: Units,
    /// 24J.
    pub rendering: String,
    /// What is wrong with it.
    pub findings: Vec<FindingView>,
}

/// A finding ready to show.
#[derive(Clone, Debug, Default)]
pub struct FindingView {
    /// Rule id.
    pub id: String,
    /// Held, warning, bypassed or unchecked.
    pub severity: Tag,
    /// Where it is, `24D modifier (SV101-3), line 2`.
    pub place: String,
    /// Anchor of that place.
    pub anchor: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Where the rule is written.
    pub citation: String,
    /// Whose work it is.
    pub owner: &'static str,
    /// Software may correct it.
    pub has_fix: bool,
}

/// A claim as the form shows it.
#[derive(Clone, Debug, Default)]
pub struct FormView {
    /// Boxes before the service lines.
    pub upper: Vec<FormBox>,
    /// Service lines.
    pub lines: Vec<FormLine>,
    /// Boxes after them.
    pub lower: Vec<FormBox>,
}

impl FindingView {
    /// A finding, with the anchor of its box or line.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        use claim::{Severity, Verdict};
        let severity = match (finding.verdict, finding.severity) {
            (Verdict::Fail, Severity::Error) => Tag::bad("Holds"),
            (Verdict::Fail, Severity::Warning) => Tag::warn("Warning"),
            (Verdict::Bypassed, _) => Tag::good("Bypassed"),
            (Verdict::Unchecked, _) => Tag::open("Not checked"),
            (Verdict::Pass, _) => Tag::good("Passed"),
        };
        let (place, anchor) = match finding.line {
            Some(line) => (format!("{}, line {line}", finding.field), format!("line-{line}")),
            None => (finding.field.clone(), format!("box-{}", box_number(finding))),
        };
        Self {
            id: finding.id.clone(),
            severity,
            place,
            anchor,
            message: finding.message.clone(),
            citation: finding.citation.clone(),
            owner: finding.owner.label(),
            has_fix: finding.fix.is_some(),
        }
    }
}

/// The box a finding names: the field starts with its number. Parts of box 10, and of 24 without a
/// line, are shown at the whole box.
fn box_number(finding: &Finding) -> &str {
    let number = finding.field.split(' ').next().unwrap_or_default();
    if number.starts_with("10") || number.starts_with("24") { number.get(..2).unwrap_or(number) } else { number }
}

impl FormView {
    /// Lays a claim out by box, each finding at its box or line.
    #[must_use]
    pub fn of(claim: &Claim, findings: &[Finding]) -> Self {
        let boxes = |all: Vec<(&'static str, &'static str, String, &'static str)>| {
            all.into_iter()
                .map(|(number, label, value, size)| FormBox {
                    number,
                    label,
                    value,
                    size,
                    findings: at_box(findings, number),
                })
                .collect()
        };
        Self {
            upper: boxes(upper(claim)),
            lines: claim.lines.iter().map(|line| form_line(claim, line, findings)).collect(),
            lower: boxes(lower(claim)),
        }
    }
}

fn at_box(findings: &[Finding], number: &str) -> Vec<FindingView> {
    findings.iter().filter(|f| f.line.is_none() && box_number(f) == number).map(FindingView::of).collect()
}

type Row = (&'static str, &'static str, String, &'static str);

fn upper(claim: &Claim) -> Vec<Row> {
    let subscriber = claim.member.subscriber.as_ref();
    let address = |a: &claim::Address| {
        let street = [a.line1.as_str(), a.line2.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>();
        format!("{}, {} {} {}", street.join(", "), a.city, a.state, a.zip)
    };
    let relation = match claim.member.relationship {
        Relationship::Subscriber => "Self",
        Relationship::Spouse => "Spouse",
        Relationship::Child => "Child",
        Relationship::Employee => "Employee",
        Relationship::Other => "Other",
    };
    let accident = claim.accident.as_ref().map_or("No".to_owned(), |a| {
        let cause = match a.cause {
            claim::AccidentCause::Auto => "Auto accident",
            claim::AccidentCause::Employment => "Employment",
            claim::AccidentCause::Other => "Other accident",
        };
        format!("{cause} {} {}", a.state, a.on)
    });
    let others: Vec<&str> = claim.other_payers.iter().map(|o| o.payer.name.as_str()).collect();
    let diagnoses: Vec<String> =
        claim.diagnoses.iter().zip('A'..='L').map(|(code, letter)| format!("{letter} {}", code.dotted())).collect();
    let insured = subscriber.map_or_else(|| claim.patient.name.sorted(), |s| s.name.sorted());
    let resubmission =
        format!("{} {}", claim.frequency.code(), claim.original_reference.as_deref().unwrap_or_default());
    let referring = claim.referring.as_ref().map(|p| format!("{} {}", p.name.full(), p.npi)).unwrap_or_default();
    let authorization = claim.prior_authorization.clone().or_else(|| claim.clia.clone()).unwrap_or_default();
    vec![
        ("1", "Payer", format!("{} ({})", claim.payer.name, claim.payer.filing_code), "wide"),
        ("1a", "Insured ID", claim.member.member_id.clone(), ""),
        ("11", "Group number", claim.member.group_number.clone(), ""),
        ("2", "Patient", claim.patient.name.sorted(), "wide"),
        ("3", "Born, sex", format!("{} {}", claim.patient.born_on, claim.patient.sex.code()), ""),
        ("6", "Relation to insured", relation.to_owned(), ""),
        ("5", "Patient address", address(&claim.patient.address), "wide"),
        ("4", "Insured", insured, "wide"),
        ("10", "Accident", accident, ""),
        ("11b", "Other claim ID", claim.property_casualty_claim.clone().unwrap_or_default(), ""),
        ("11c", "Plan", claim.member.plan_name.clone(), ""),
        ("11d", "Other plan", if others.is_empty() { "None".to_owned() } else { others.join(", ") }, ""),
        ("17", "Referring provider", referring, "wide"),
        ("22", "Resubmission, original reference", resubmission, ""),
        ("23", "Authorization or CLIA", authorization, ""),
        ("19", "Note to payer", claim.note.clone(), "full"),
        ("21", "Diagnoses", diagnoses.join("   "), "full"),
        ("24", "Service lines", format!("{} below", claim.lines.len()), "full"),
    ]
}

fn lower(claim: &Claim) -> Vec<Row> {
    let billing = &claim.billing;
    let rendering = claim.rendering.as_ref().map_or_else(|| billing.name.clone(), |p| p.name.full());
    let place = |a: &claim::Address| format!("{}, {} {} {}", a.line1, a.city, a.state, a.zip);
    let facility = claim.facility.as_ref().map_or("Billing address".to_owned(), |f| f.name.clone());
    let assigned = if claim.assignment == 'A' { "Yes" } else { "No" };
    vec![
        ("25", "Tax ID", billing.tax_id.clone(), ""),
        ("26", "Patient account number", claim.control_number.clone(), ""),
        ("27", "Accepts assignment", assigned.to_owned(), ""),
        ("28", "Total charge, USD", Amount::balance(claim.charge()).to_string(), ""),
        ("31", "Rendering provider", format!("{rendering} {}", claim.rendering_npi()), "wide"),
        ("32", "Service facility", facility, ""),
        ("29", "Patient paid, USD", Amount::payment(claim.patient_paid).to_string(), ""),
        ("33", "Billing provider", format!("{} {}, {}", billing.name, billing.npi, place(&billing.address)), "full"),
    ]
}

fn form_line(claim: &Claim, line: &ServiceLine, findings: &[Finding]) -> FormLine {
    let letter = |pointer: &u8| ('A'..='L').nth(usize::from(*pointer).saturating_sub(1));
    let dates =
        if line.from == line.through { line.from.to_string() } else { format!("{} to {}", line.from, line.through) };
    FormLine {
        number: line.number,
        dates,
        place: claim.place_of(line).to_string(),
        procedure: line.procedure.to_string(),
        modifiers: line.modifiers.iter().map(claim::Modifier::as_str).collect::<Vec<_>>().join(" "),
        pointers: line.pointers.iter().filter_map(letter).collect(),
        charge: Amount::balance(line.charge),
        units: line.units,
        rendering: claim.rendering_npi().to_string(),
        findings: findings.iter().filter(|f| f.line == Some(line.number)).map(FindingView::of).collect(),
    }
}
