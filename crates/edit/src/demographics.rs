//! The people on the claim and its dates.

use claim::{
    Owner::{Biller, Coder, FrontDesk},
    Relationship,
    Severity::{Error, Warning},
    Sex, age_on,
};

use crate::{
    edit::{Edit, Report, Subject, edit, has_any},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("NAME", "Patient's name and address", "837P 2010BA/2010CA NM1, N3, N4", Error, FrontDesk, name),
    edit("DOB", "Date of birth", "837P 2010BA/2010CA DMG02", Error, FrontDesk, birth),
    edit("SEX", "Sex on file", "837P 2010BA/2010CA DMG03", Warning, FrontDesk, sex),
    edit(
        "SUBSCRIBER",
        "Subscriber and relationship agree",
        "837P 2000B SBR02, 2000C PAT01",
        Error,
        FrontDesk,
        subscriber,
    ),
    edit("C24", "Dates of service", "837P 2400 DTP*472; NUCC 24A", Error, Biller, dates),
    edit("DX27", "Pregnancy codes fit the patient", "ICD-10-CM Guidelines I.C.15.a; MCE 4, 5", Error, Coder, pregnancy),
    edit("DX37", "Diagnosis fits age and sex", "MCE 4, 5; CPM 32 §240", Warning, Coder, age_and_sex),
];

/// MCE takes ages up to 124.
const AGE_MAX: u16 = 124;

fn name(s: &Subject<'_>, r: &mut Report<'_>) {
    let patient = &s.claim.patient;
    if patient.name.last.trim().is_empty() || patient.name.first.trim().is_empty() {
        r.fail("2 patient name (NM103, NM104)", "The patient needs a last and a first name, as on the card.");
    }
    let address = &patient.address;
    let is_zip = matches!(address.zip.len(), 5 | 9) && address.zip.bytes().all(|b| b.is_ascii_digit());
    if address.line1.trim().is_empty() || address.city.trim().is_empty() || address.state.len() != 2 || !is_zip {
        r.fail(
            "5 patient address (N3, N4)",
            "The patient's address needs street, city, two-letter state and ZIP code.",
        );
    }
}

fn birth(s: &Subject<'_>, r: &mut Report<'_>) {
    let born = s.claim.patient.born_on;
    if born > s.served_on {
        r.fail(
            "3 date of birth (DMG02)",
            format!("Born on {born}, after the service of {}. Correct one of them.", s.served_on),
        );
    } else if age_on(born, s.served_on) > AGE_MAX {
        r.fail(
            "3 date of birth (DMG02)",
            format!("Born on {born}: older than {AGE_MAX} years. Correct the date of birth."),
        );
    }
}

fn sex(s: &Subject<'_>, r: &mut Report<'_>) {
    if s.claim.patient.sex == Sex::Unknown {
        r.fail("3 sex (DMG03)", "Sex is unknown; many payers match members by it. Enter what the payer has on file.");
    }
}

fn subscriber(s: &Subject<'_>, r: &mut Report<'_>) {
    let member = &s.claim.member;
    let field = "6 relationship (SBR02, PAT01)";
    match (member.relationship, &member.subscriber) {
        (Relationship::Subscriber, Some(_)) => {
            r.fail(field, "The patient is the subscriber, yet another subscriber is given. Remove it or correct the relationship.");
        }
        (Relationship::Subscriber, None) => {}
        (_, None) => {
            r.fail(
                field,
                "The patient is not the subscriber, and the subscriber is missing. Enter name, birth date and address.",
            );
        }
        (_, Some(_)) if s.is_medicare() => {
            r.fail(field, "A Medicare beneficiary is always the subscriber. Set the relationship to self.");
        }
        (_, Some(_)) => {}
    }
}

fn dates(s: &Subject<'_>, r: &mut Report<'_>) {
    const FIELD: &str = "24A dates of service (DTP*472)";
    for line in &s.claim.lines {
        if line.through < line.from {
            r.fail_line(
                line,
                FIELD,
                format!("The last day {} lies before the first {}. Correct them.", line.through, line.from),
            );
        } else if line.through > s.context.on {
            r.fail_line(line, FIELD, format!("{} lies in the future. Bill after the service.", line.through));
        }
    }
    if let Some(accident) = &s.claim.accident
        && accident.on > s.served_on
    {
        r.fail(
            "10 accident date (DTP*439)",
            format!("The accident of {} lies after the service. Correct the date.", accident.on),
        );
    }
}

// Modifier KX on a line says that the difference is known and right (CPM 32 §240).
fn is_attested(s: &Subject<'_>, position: u8) -> bool {
    s.claim.lines.iter().filter(|line| line.pointers.contains(&position)).all(|line| has_any(line, &["KX"]))
        && s.claim.lines.iter().any(|line| line.pointers.contains(&position))
}

fn misfits(s: &Subject<'_>, r: &mut Report<'_>, is_pregnancy: bool) {
    let patient = &s.claim.patient;
    let age = age_on(patient.born_on, s.served_on);
    for (position, code) in s.diagnoses() {
        for demand in table::demands(code.as_str(), s.served_on).filter(|d| (d.group == "pregnancy") == is_pregnancy) {
            let sex_differs = patient.sex != Sex::Unknown
                && demand.sex.is_some_and(|sex| sex != patient.sex)
                && !is_attested(s, position);
            if sex_differs || !demand.ages.contains(&age) {
                let sex = demand.sex.map_or("", |sex| if sex == Sex::Female { "female, " } else { "male, " });
                r.fail(
                    "21 diagnosis (HI)",
                    format!(
                        "{} is for a patient {sex}aged {} to {}; this patient is {}, aged {age}. Correct the code or the patient's record.",
                        code.dotted(),
                        demand.ages.start(),
                        demand.ages.end(),
                        patient.sex.code(),
                    ),
                );
                break;
            }
        }
    }
}

fn pregnancy(s: &Subject<'_>, r: &mut Report<'_>) {
    misfits(s, r, true);
    let first_other = s.diagnoses().find(|(_, code)| !code.as_str().starts_with('O'));
    let late = s.diagnoses().find(|(position, code)| {
        code.as_str().starts_with('O') && first_other.is_some_and(|(other, _)| other < *position)
    });
    if let (Some((_, code)), Some((_, other))) = (late, first_other) {
        r.fail(
            "21 diagnosis order (HI)",
            format!("{} stands behind {}; chapter 15 codes come first. Reorder.", code.dotted(), other.dotted()),
        );
    }
}

fn age_and_sex(s: &Subject<'_>, r: &mut Report<'_>) {
    misfits(s, r, false);
}
