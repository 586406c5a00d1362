//! Modifiers: valid, once, and fitting the service, the side and each other.

use claim::{
    DiagnosisCode,
    Owner::Coder,
    ServiceLine,
    Severity::{Error, Warning},
    Units,
};

use crate::edit::{Edit, Report, Subject, edit, has_any};

pub(crate) const EDITS: &[Edit] = &[
    edit("MOD1", "Modifiers valid on the day", "CPM 23 §20.3; 837P SV101-3", Error, Coder, valid),
    edit("MOD2", "Each modifier once, at most four", "837P SV101-3 to -6", Error, Coder, count),
    edit("DX07", "Side of the diagnosis and of the service", "ICD-10-CM Guidelines I.B.13", Warning, Coder, side),
    edit("T24", "Both sides in one unit", "CPM 12 §40.7", Error, Coder, bilateral),
    edit("T25", "Notice modifiers agree", "CPM 30 §50; CPM 1 §60.4", Error, Coder, notices),
    edit(
        "MOD26",
        "Professional and technical components",
        "CPM 23 addendum, PC/TC indicator",
        Error,
        Coder,
        components,
    ),
    edit("MOD25", "24, 25 and 57 belong to visits", "NCCI Policy Manual I.D, I.E", Error, Coder, visit_only),
    edit("MOD59", "59 and X{EPSU} do not belong to visits", "NCCI Policy Manual I.E", Error, Coder, procedure_only),
];

const FIELD: &str = "24D modifier (SV101-3)";
const MODIFIERS_MAX: usize = 4;

fn valid(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        for modifier in line.modifiers.iter().filter(|m| s.library.modifier(m, line.from).is_none()) {
            r.fail_line(line, FIELD, format!("{modifier} is not a modifier on {}. Remove or correct it.", line.from));
        }
    }
}

fn count(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        if line.modifiers.len() > MODIFIERS_MAX {
            r.fail_line(
                line,
                FIELD,
                format!(
                    "{} modifiers, at most {MODIFIERS_MAX} fit. Keep those that change payment.",
                    line.modifiers.len()
                ),
            );
        }
        for (i, modifier) in line.modifiers.iter().enumerate() {
            if line.modifiers.iter().take(i).any(|earlier| earlier == modifier) {
                r.fail_line(line, FIELD, format!("{modifier} stands twice. Remove one."));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Left,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
        }
    }
}

/// The side an ICD-10-CM title names, when it names one and only one.
fn side_of(s: &Subject<'_>, code: &DiagnosisCode) -> Option<Side> {
    let tabular = s.library.icd10cm(s.served_on);
    let title = tabular.title(code.as_str())?.to_ascii_lowercase();
    let says = |side: &str| title.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == side);
    match (says("right"), says("left")) {
        (true, false) => Some(Side::Right),
        (false, true) => Some(Side::Left),
        _ => None,
    }
}

fn side(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        let billed = match (has_any(line, &["RT"]), has_any(line, &["LT"])) {
            (true, false) => Side::Right,
            (false, true) => Side::Left,
            _ => continue,
        };
        let sides: Vec<(Side, &DiagnosisCode)> =
            s.claim.pointed(line).into_iter().filter_map(|code| side_of(s, code).map(|side| (side, code))).collect();
        if let Some((side, code)) = sides.first()
            && sides.iter().all(|(side, _)| *side != billed)
        {
            r.fail_line(
                line,
                FIELD,
                format!(
                    "The service is on the {} side, {} names the {}. Correct the side or the pointer.",
                    billed.name(),
                    code.dotted(),
                    side.name()
                ),
            );
        }
    }
}

fn bilateral(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in s.claim.lines.iter().filter(|line| has_any(line, &["50"])) {
        if has_any(line, &["RT", "LT"]) {
            r.fail_line(
                line,
                FIELD,
                "50 means both sides and cannot stand with RT or LT. Keep 50, or bill each side on its line.",
            );
        }
        match s.procedure(line).map(|p| p.bilateral) {
            Some(0 | 9) => {
                r.fail_line(line, FIELD, format!("{} is not done on two sides. Remove 50.", line.procedure));
            }
            Some(2) => {
                r.fail_line(line, FIELD, format!("{} means both sides already. Remove 50.", line.procedure));
            }
            Some(1) if line.units > Units::ONE => {
                r.fail_line(line, "24G units (SV104)", "Both sides are one line with one unit. Set the units to 1.")
                    .warning();
            }
            _ => {}
        }
    }
}

fn notices(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in &s.claim.lines {
        if has_any(line, &["GA"]) && has_any(line, &["GZ"]) {
            r.fail_line(line, FIELD, "GA says a notice was signed, GZ that none was. Keep one.");
        }
        if has_any(line, &["GX"]) && has_any(line, &["GA", "GZ", "EY", "GL"]) {
            r.fail_line(
                line,
                FIELD,
                "GX is a voluntary notice for an excluded service and cannot stand with GA, GZ, EY or GL. Keep one.",
            );
        }
    }
}

fn components(s: &Subject<'_>, r: &mut Report<'_>) {
    for line in s.claim.lines.iter().filter(|line| has_any(line, &["26", "TC"])) {
        if has_any(line, &["26"]) && has_any(line, &["TC"]) {
            r.fail_line(line, FIELD, "26 and TC together are the whole service. Remove both.");
        } else if let Some(procedure) = s.procedure(line)
            && procedure.pc_tc != 1
        {
            r.fail_line(
                line,
                FIELD,
                format!("{} is not split into professional and technical components. Remove 26 or TC.", line.procedure),
            );
        }
    }
}

fn each(s: &Subject<'_>, modifiers: &[&str], is_visit: bool, mut found: impl FnMut(&ServiceLine, &claim::Modifier)) {
    for line in s.claim.lines.iter().filter(|line| s.is_visit(line) == is_visit) {
        for modifier in line.modifiers.iter().filter(|m| modifiers.contains(&m.as_str())) {
            found(line, modifier);
        }
    }
}

fn visit_only(s: &Subject<'_>, r: &mut Report<'_>) {
    each(s, &["24", "25", "57"], false, |line, modifier| {
        r.fail_line(
            line,
            FIELD,
            format!("{modifier} describes a visit; {} is not one. Move it to the visit or remove it.", line.procedure),
        );
    });
}

fn procedure_only(s: &Subject<'_>, r: &mut Report<'_>) {
    each(s, &["59", "XE", "XP", "XS", "XU"], true, |line, modifier| {
        r.fail_line(
            line,
            FIELD,
            format!("{modifier} describes a procedure; {} is a visit. A separate visit carries 25.", line.procedure),
        );
    });
}
