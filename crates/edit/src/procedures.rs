//! Services: numbers valid on the day, where they were given, and what each kind must bring along.

use claim::{
    Owner::{Biller, Coder},
    Severity::{Error, Warning},
};

use crate::{
    edit::{Edit, Report, Subject, edit, has_any},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("PROC", "Service valid on the day", "837P 2400 SV101-2; 45 CFR 162.1002", Error, Coder, known),
    edit("POS", "Place of service", "CPM 26 §10.5; 837P CLM05-1, SV105", Error, Biller, place),
    edit("C12", "Laboratory certificate", "42 CFR 493; CPM 16 §70; 837P REF*X4", Error, Biller, certificate),
    edit("QW", "Waived test says so", "CPM 16 §70.8", Warning, Coder, waived),
    edit("UNLISTED", "Unlisted service is described", "837P 2400 SV101-7; CPM 23 §20.3", Error, Coder, unlisted),
    edit("CONSULT", "Consultations are not for Medicare", "CPM 12 §30.6.10", Error, Coder, consultation),
    edit("LCD", "Diagnosis supports the service", "SSA 1862(a)(1)(A); PIM 13", Error, Coder, necessity),
];

fn known(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in s.claim.lines.iter().filter(|line| s.procedure(line).is_none()) {
        r.unchecked_line(
            line,
            "24D procedure (SV101-2)",
            format!(
                "{} is not in the procedure tables loaded for {}; import the official edition to judge it.",
                line.procedure, line.from
            ),
        );
    }
}

fn place(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "24B place of service (CLM05-1, SV105)";
    if s.library.place_of_service(&s.claim.place_of_service).is_none() {
        r.fail(
            FIELD,
            format!(
                "{} is not a place of service. Choose one of the CMS list; 11 is the office.",
                s.claim.place_of_service
            ),
        );
    }
    for line in &s.claim.lines {
        if let Some(place) = &line.place_of_service
            && s.library.place_of_service(place).is_none()
        {
            r.fail_line(
                line,
                FIELD,
                format!("{place} is not a place of service. Choose one of the CMS list; 11 is the office."),
            );
        }
    }
}

fn certificate(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "23 CLIA number (REF*X4)";
    let needs = |line: &&claim::ServiceLine| match s.procedure(line) {
        Some(procedure) => procedure.needs_clia,
        None => table::procedure_is("laboratory", line.procedure.as_str(), line.from),
    };
    let number = s.claim.clia.as_deref().unwrap_or_default().trim();
    for line in s.claim.lines.iter().filter(needs) {
        if number.is_empty() {
            r.fail_line(line, FIELD, format!("{} is a laboratory test and the certificate number is missing. Enter the laboratory's CLIA number.", line.procedure));
        } else if !is_certificate(number) {
            r.fail_line(line, FIELD, format!("\u{201c}{number}\u{201d} is not a CLIA number: two digits, D, seven digits. Copy it from the certificate."));
        }
    }
}

/// `ddDddddddd`.
fn is_certificate(number: &str) -> bool {
    number.len() == 10 && number.bytes().enumerate().all(|(i, b)| if i == 2 { b == b'D' } else { b.is_ascii_digit() })
}

fn waived(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        if s.procedure(line).is_some_and(|p| p.needs_qw) && !has_any(line, &["QW"]) {
            r.fail_line(line, "24D modifier (SV101-3)", format!("{} is a waived test; under a certificate of waiver it carries QW. Add it if the laboratory has that certificate.", line.procedure));
        }
    }
}

fn unlisted(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in s.claim.lines.iter().filter(|line| table::procedure_is("unlisted", line.procedure.as_str(), line.from))
    {
        if line.description.trim().is_empty() {
            r.fail_line(
                line,
                "24D description (SV101-7)",
                format!("{} is an unlisted service. Describe it in a few words and attach the report.", line.procedure),
            );
        }
    }
}

fn consultation(s: &Subject<'_>, r: &mut Report<'_>) {
    if !s.is_medicare() {
        return;
    }
    for line in
        s.claim.lines.iter().filter(|line| table::procedure_is("consultation", line.procedure.as_str(), line.from))
    {
        r.fail_line(
            line,
            "24D procedure (SV101-2)",
            format!(
                "Medicare does not pay {} as a consultation. Code the visit at its place and level.",
                line.procedure
            ),
        );
    }
}

fn necessity(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "24E diagnosis pointer (SV107)";
    for line in &s.claim.lines {
        let Some(policy) = s.library.coverage_policy(&line.procedure, line.from) else { continue };
        if policy.supports(&s.claim.pointed(line)) {
            continue;
        }
        let message = format!(
            "No diagnosis of the line supports {} under policy {} ({}).",
            line.procedure, policy.id, policy.title
        );
        if has_any(line, &["GA", "GZ", "GY"]) {
            r.bypass_line(line, FIELD, format!("{message} The notice modifier says so."));
        } else if s.is_medicare() {
            r.fail_line(
                line,
                FIELD,
                format!("{message} Link a documented diagnosis that does, or bill with the notice modifier (GA, GZ)."),
            );
        } else {
            r.fail_line(line, FIELD, format!("{message} Link a documented diagnosis that does.")).warning();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_numbers() {
        assert!(is_certificate("36D0123456"));
        for bad in ["36D012345", "36X0123456", "D360123456", "36D01234567"] {
            assert!(!is_certificate(bad), "{bad}");
        }
    }
}
