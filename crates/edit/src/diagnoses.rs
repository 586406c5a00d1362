//! The diagnosis list: codes valid on the day, their order and their company.

use claim::{
    DiagnosisCode, Fix,
    Owner::{Coder, FrontDesk},
    Severity::{Error, Warning},
};

use crate::{
    edit::{Edit, Report, Subject, edit},
    table,
};

pub(crate) const EDITS: &[Edit] = &[
    edit("DX38", "One to twelve diagnoses", "837P 2300 HI", Error, Coder, count),
    edit("DX26", "Each diagnosis once", "ICD-10-CM Guidelines I.B.12; MCE 3", Error, Coder, duplicates),
    edit("DX02", "Diagnosis valid and complete on the day", "ICD-10-CM Guidelines I.B.2, I.A.4-5", Error, Coder, valid),
    edit(
        "DX13",
        "A manifestation never stands first",
        "ICD-10-CM Guidelines I.A.13; MCE 6",
        Error,
        Coder,
        manifestation,
    ),
    edit(
        "DX11",
        "Etiology before what is coded after it",
        "ICD-10-CM Guidelines I.A.13, I.A.17",
        Error,
        Coder,
        code_first,
    ),
    edit("DX09", "Diagnoses that exclude each other", "ICD-10-CM Guidelines I.A.12.a", Error, Coder, excludes),
    edit("DX20", "Encounter codes that only stand first", "ICD-10-CM Guidelines I.C.21.c.16", Error, Coder, first_only),
    edit(
        "DX21",
        "Status codes stand behind the reason for the visit",
        "ICD-10-CM Guidelines I.C.21, I.B.14",
        Warning,
        Coder,
        usually_second,
    ),
    edit(
        "DX23",
        "External causes stand behind the injury",
        "ICD-10-CM Guidelines I.C.20; MCE 2",
        Error,
        Coder,
        external_cause,
    ),
    edit("DX30", "Severe sepsis never stands first", "ICD-10-CM Guidelines I.C.1.d, I.C.18.g", Error, Coder, sepsis),
    edit("DX33", "Underdosing never stands first", "ICD-10-CM Guidelines I.C.19.e", Error, Coder, underdosing),
    edit("DX28", "Birth record fits the patient", "ICD-10-CM Guidelines I.C.16", Error, FrontDesk, birth_record),
];

const FIELD: &str = "21 diagnosis (HI)";
const ORDER: &str = "21 diagnosis order (HI)";
const DIAGNOSES_MAX: usize = 12;

fn count(s: &Subject<'_>, r: &mut Report<'_>) {
    match s.claim.diagnoses.len() {
        0 => drop(r.fail(FIELD, "The claim has no diagnosis. Code the reason for the visit.")),
        1..=DIAGNOSES_MAX => {}
        n => drop(r.fail(
            FIELD,
            format!("The claim has {n} diagnoses, at most {DIAGNOSES_MAX} fit. Keep those the lines point to."),
        )),
    }
}

fn duplicates(s: &Subject<'_>, r: &mut Report<'_>) {
    for (position, code) in s.diagnoses() {
        if s.diagnoses().any(|(earlier, other)| earlier < position && other == code) {
            r.fail(FIELD, format!("{} stands twice. The second is dropped.", code.dotted()))
                .fix(Fix::DropDiagnosis { position });
        }
    }
}

fn valid(s: &Subject<'_>, r: &mut Report<'_>) {
    let tabular = s.library.icd10cm(s.served_on);
    let edition = format!("icd10cm@{}", tabular.edition());
    for (_, code) in s.diagnoses().filter(|(_, code)| !tabular.is_billable(code.as_str())) {
        let sevenths = tabular.seventh_characters(code.as_str());
        let message = if tabular.get(code.as_str()).is_none() {
            format!("{} does not exist on {}. Code again.", code.dotted(), s.served_on)
        } else if sevenths.is_empty() {
            format!("{} is not complete; more specific codes stand below it. Choose one of them.", code.dotted())
        } else {
            format!(
                "{} needs a seventh character (X fills empty places). Choose the phase of treatment.",
                code.dotted()
            )
        };
        r.fail(FIELD, message).edition(edition.clone());
    }
    if tabular.is_stale() {
        r.unchecked(
            FIELD,
            format!("The ICD-10-CM edition for {} is not loaded; an older one judged the diagnoses.", s.served_on),
        )
        .edition(edition);
    }
}

/// The first diagnosis of the claim.
fn first<'a>(s: &Subject<'a>) -> Option<&'a DiagnosisCode> {
    s.claim.diagnoses.first()
}

fn manifestation(s: &Subject<'_>, r: &mut Report<'_>) {
    let tabular = s.library.icd10cm(s.served_on);
    let Some(code) = first(s).filter(|code| tabular.is_manifestation(code.as_str())) else { return };
    let etiology = s.diagnoses().find(|(position, other)| *position > 1 && goes_before(s, other, code));
    match etiology {
        Some((position, other)) => {
            r.fail(
                ORDER,
                format!(
                    "{} is a manifestation and stands first; its cause {} goes before it.",
                    code.dotted(),
                    other.dotted()
                ),
            )
            .fix(Fix::MoveDiagnosis { from: 1, to: position });
        }
        None => {
            r.fail(
                ORDER,
                format!(
                    "{} is a manifestation and stands first. Code the underlying disease before it.",
                    code.dotted()
                ),
            );
        }
    }
}

/// True when the tabular says at `later` that `earlier` is coded first.
fn goes_before(s: &Subject<'_>, earlier: &DiagnosisCode, later: &DiagnosisCode) -> bool {
    s.library
        .icd10cm(s.served_on)
        .instructions(later.as_str())
        .code_first
        .iter()
        .any(|note| note.names(earlier.as_str()))
}

fn code_first(s: &Subject<'_>, r: &mut Report<'_>) {
    let tabular = s.library.icd10cm(s.served_on);
    for (position, code) in s.diagnoses() {
        // A manifestation in first place is DX13's.
        if position == 1 && tabular.is_manifestation(code.as_str()) {
            continue;
        }
        let behind = s.diagnoses().find(|(other, cause)| *other > position && goes_before(s, cause, code));
        if let Some((other, cause)) = behind {
            r.fail(
                ORDER,
                format!("{} is coded before {} by the tabular's note. It moves behind.", cause.dotted(), code.dotted()),
            )
            .fix(Fix::MoveDiagnosis { from: position, to: other });
        }
    }
}

fn excludes(s: &Subject<'_>, r: &mut Report<'_>) {
    let tabular = s.library.icd10cm(s.served_on);
    for (position, code) in s.diagnoses() {
        for (_, other) in s.diagnoses().filter(|(later, other)| *later > position && *other != code) {
            if let Some(note) = tabular.excludes1(code.as_str(), other.as_str()) {
                r.fail(
                    FIELD,
                    format!(
                        "{} and {} exclude each other ({note}). Keep one, or say why the conditions are unrelated.",
                        code.dotted(),
                        other.dotted()
                    ),
                );
            }
        }
    }
}

fn first_only(s: &Subject<'_>, r: &mut Report<'_>) {
    for (_, code) in s
        .diagnoses()
        .filter(|(position, code)| *position > 1 && table::diagnosis_is("first_only", code.as_str(), s.served_on))
    {
        // Two encounters combined on one day may bring two such codes.
        let is_combined = first(s).is_some_and(|code| table::diagnosis_is("first_only", code.as_str(), s.served_on));
        if !is_combined {
            r.fail(
                ORDER,
                format!("{} may only stand first. Move it to the front or choose another code.", code.dotted()),
            );
        }
    }
}

fn usually_second(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some(code) = first(s).filter(|code| table::diagnosis_is("usually_second", code.as_str(), s.served_on)) {
        r.fail(
            ORDER,
            format!("{} describes a status and stands first. Put the reason for the visit before it.", code.dotted()),
        );
    }
}

fn external_cause(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some(code) = first(s).filter(|code| table::diagnosis_is("external_cause", code.as_str(), s.served_on)) {
        r.fail(ORDER, format!("{} is an external cause and stands first. Put the injury before it.", code.dotted()));
    }
    for category in ["Y92", "Y93", "Y99"] {
        let count = s
            .diagnoses()
            .filter(|(_, code)| code.category() == category && table::diagnosis_is("once", code.as_str(), s.served_on))
            .count();
        if count > 1 {
            r.fail(FIELD, format!("{category} is used once, at the first treatment; here {count} times. Keep one."))
                .warning();
        }
    }
}

fn sepsis(s: &Subject<'_>, r: &mut Report<'_>) {
    if let Some(code) = first(s).filter(|code| table::diagnosis_is("never_first", code.as_str(), s.served_on)) {
        r.fail(ORDER, format!("{} never stands first. Put the infection or cause before it.", code.dotted()));
    }
}

// Underdosing is the sixth character 6 in T36 to T50.
fn underdosing(s: &Subject<'_>, r: &mut Report<'_>) {
    let is_underdosing = |code: &&DiagnosisCode| {
        table::diagnosis_is("underdosing", code.as_str(), s.served_on) && code.as_str().as_bytes().get(5) == Some(&b'6')
    };
    if let Some(code) = first(s).filter(is_underdosing) {
        r.fail(
            ORDER,
            format!("{} is an underdosing and stands first. Put the condition it worsened before it.", code.dotted()),
        );
    }
}

fn birth_record(s: &Subject<'_>, r: &mut Report<'_>) {
    let births: Vec<&DiagnosisCode> = s.claim.diagnoses.iter().filter(|code| code.category() == "Z38").collect();
    if births.len() > 1 {
        r.fail(FIELD, "Z38 is used once, on the newborn's own record at birth. Keep one.");
    }
    let delivery = s.claim.diagnoses.iter().find(|code| code.as_str().starts_with('O'));
    if let (Some(birth), Some(delivery)) = (births.first(), delivery) {
        r.fail(
            FIELD,
            format!(
                "{} belongs to the newborn and {} to the mother. Bill them on their own claims.",
                birth.dotted(),
                delivery.dotted()
            ),
        );
    }
}
