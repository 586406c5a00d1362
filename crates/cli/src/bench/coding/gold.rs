//! Our own notes with reviewed gold services: exact set, visit level, units, modifiers, pointers.
#![allow(clippy::float_arithmetic, reason = "measures of agreement, no money")]

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context as _, Result};
use claim::{Band, Coding, PayerKind, PlaceOfService, Setting, Sex, SuggestedCode, Taxonomy, Units};
use coder::{Ranking, Visit};
use codes::Library;
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    score::{Agreement, Counts, Vanish, rounded},
    sets, vanish,
};
use crate::input::line;

/// Notes that may be looked at while working, and notes that only measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Open,
    Held,
}

#[derive(Deserialize)]
struct Gold {
    kind: String,
    profile: String,
    pos: String,
    dos: toml::value::Datetime,
    patient: Patient,
    payer: String,
    #[serde(default)]
    dx: Vec<String>,
    #[serde(default)]
    also_ok_dx: Vec<Other>,
    #[serde(default)]
    lines: Vec<Line>,
    #[serde(default)]
    also_ok_lines: Vec<Line>,
    #[serde(default)]
    must_not: Vec<String>,
}

#[derive(Deserialize)]
struct Patient {
    age: f64,
    sex: String,
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Other {
    code: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Line {
    code: String,
    #[serde(default)]
    mods: Vec<String>,
    /// Ambulance miles are told in tenths.
    #[serde(default = "one")]
    units: Units,
    #[serde(default)]
    dx: Vec<usize>,
    /// The line it may stand in for.
    #[serde(default, rename = "for")]
    instead_of: Option<String>,
}

const fn one() -> Units {
    Units::ONE
}

/// A line as suggested.
struct Given {
    code: String,
    modifiers: BTreeSet<String>,
    units: Units,
    diagnoses: Vec<String>,
}

/// Agreement about services.
#[derive(Serialize)]
pub struct Services {
    set: &'static str,
    notes: usize,
    /// Every line with its modifiers and units, and no other.
    exact_set: f64,
    /// Every code, and no other.
    exact_codes: f64,
    codes: Agreement,
    diagnoses: Agreement,
    visits: usize,
    visit_exact: f64,
    visit_within_one: f64,
    /// Of codes that agree: units, modifiers, first pointer.
    units: f64,
    modifiers: f64,
    pointers: f64,
    must_not_given: usize,
    /// Of diagnoses reported, those that go with the words behind them.
    #[serde(skip)]
    vanish: Vanish,
    /// Exact sets of the notes of a kind.
    kinds: Vec<(String, usize, usize)>,
}

#[derive(Default)]
struct Tally {
    notes: usize,
    exact_set: usize,
    exact_codes: usize,
    codes: Counts,
    diagnoses: Counts,
    visits: usize,
    visit_exact: usize,
    visit_near: usize,
    matched: usize,
    units: usize,
    modifiers: usize,
    pointers: usize,
    must_not: usize,
    vanish: Vanish,
    kinds: Vec<(String, usize, usize)>,
}

/// Measures the notes of a folder: `NAME.txt` with its gold in `NAME.toml`. What went wrong is told of open notes alone.
///
/// # Errors
/// Names the file that cannot be read.
pub fn measure(
    folder: &Path,
    part: Part,
    library: &Library,
    mut told: impl FnMut(String) -> Result<()>,
) -> Result<Services> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    names.sort();
    let mut tally = Tally::default();
    for path in &names {
        let read =
            |path: &Path| std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()));
        let gold: Gold = toml::from_str(&read(path)?).with_context(|| path.display().to_string())?;
        let text = read(&path.with_extension("txt"))?;
        let visit = visit(&gold).with_context(|| path.display().to_string())?;
        let coding = coder::suggest(&sets::note(&text), &visit, library, &Ranking::default());
        let wrong = tally.take(&gold, &coding);
        vanish::count(&text, &coding, &visit, library, &mut tally.vanish);
        if part == Part::Open && !wrong.is_empty() {
            let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            told(format!("{name}: {wrong}"))?;
        }
    }
    Ok(tally.finish(part))
}

fn visit(gold: &Gold) -> Result<Visit> {
    let served_on: Date = gold.dos.to_string().parse()?;
    let payer = match gold.payer.as_str() {
        "medicare" => PayerKind::MedicareB,
        "medicare_advantage" => PayerKind::Hmo,
        "medicaid" => PayerKind::Medicaid,
        "workers_comp" => PayerKind::WorkersCompensation,
        _ => PayerKind::Ppo,
    };
    let specialty = match gold.profile.as_str() {
        "anesthesia" => Some("207L00000X"),
        "ambulance" => Some("341600000X"),
        "dme" => Some("332B00000X"),
        _ => None,
    };
    #[allow(clippy::cast_possible_truncation, reason = "ages of people in months")]
    let months = (gold.patient.age * 12.0).round() as i32;
    Ok(Visit {
        served_on,
        // All are professional claims: Section IV holds even in a hospital.
        setting: Setting::Outpatient,
        is_established: gold.patient.status != "new",
        patient_born_on: Some(served_on.checked_sub(months.months())?.checked_sub(10.days())?),
        patient_sex: match gold.patient.sex.as_str() {
            "F" => Sex::Female,
            "M" => Sex::Male,
            _ => Sex::Unknown,
        },
        payer_kind: Some(payer),
        place_of_service: PlaceOfService::new(&gold.pos)?,
        specialty: specialty.map(Taxonomy::new).transpose()?,
    })
}

fn bare(code: &str) -> String {
    code.replace('.', "")
}

impl Tally {
    fn take(&mut self, gold: &Gold, coding: &Coding) -> String {
        self.notes += 1;
        let mut dx = BTreeSet::new();
        let mut given: Vec<Given> = Vec::new();
        for suggestion in coding.suggestions.iter().filter(|s| s.band > Band::Offer) {
            match &suggestion.code {
                SuggestedCode::Diagnosis { code } => drop(dx.insert(code.as_str().to_owned())),
                SuggestedCode::Procedure { code, modifiers, units, diagnoses } => given.push(Given {
                    code: code.as_str().to_owned(),
                    modifiers: modifiers.iter().map(|m| m.as_str().to_owned()).collect(),
                    units: *units,
                    diagnoses: diagnoses.iter().map(|d| d.as_str().to_owned()).collect(),
                }),
            }
        }
        let gold_dx: BTreeSet<String> = gold.dx.iter().map(|code| bare(code)).collect();
        let allowed: BTreeSet<String> = gold.also_ok_dx.iter().map(|other| bare(&other.code)).collect();
        let counted: BTreeSet<String> =
            dx.iter().filter(|code| gold_dx.contains(*code) || !allowed.contains(*code)).cloned().collect();
        self.diagnoses.add(&counted, &gold_dx);
        let mut wrong: Vec<String> = Vec::new();
        let missing: Vec<&String> = gold_dx.difference(&counted).collect();
        let false_dx: Vec<&String> = counted.difference(&gold_dx).collect();
        if !missing.is_empty() || !false_dx.is_empty() {
            wrong.push(format!("dx missed {missing:?} false {false_dx:?}"));
        }
        let mut left: Vec<&Given> = given.iter().collect();
        let (mut is_exact, mut are_codes) = (true, true);
        for expected in &gold.lines {
            let stand_ins = gold.also_ok_lines.iter().filter(|l| l.instead_of.as_deref() == Some(&*expected.code));
            let accepted: Vec<&Line> = std::iter::once(expected).chain(stand_ins).collect();
            let fits = |given: &&Given| accepted.iter().any(|line| line.code == given.code);
            let fits_whole = |given: &&Given| {
                accepted.iter().any(|line| line.code == given.code && line.is_of(given) && line.has_units(given))
            };
            let position = left.iter().position(fits_whole).or_else(|| left.iter().position(fits));
            self.visit(expected, &accepted, &given);
            let Some(found) = position.map(|at| left.remove(at)) else {
                (is_exact, are_codes) = (false, false);
                self.codes.gold += 1;
                wrong.push(format!("missed {}{:?}x{}", expected.code, expected.mods, expected.units));
                continue;
            };
            self.codes.gold += 1;
            self.codes.given += 1;
            self.codes.right += 1;
            self.matched += 1;
            let of_code: Vec<&&Line> = accepted.iter().filter(|line| line.code == found.code).collect();
            let right_units = of_code.iter().any(|line| line.has_units(found));
            let right_modifiers = of_code.iter().any(|line| line.is_of(found));
            self.units += usize::from(right_units);
            self.modifiers += usize::from(right_modifiers);
            self.pointers += usize::from(expected.points_as(found, &gold.dx));
            if !right_units || !right_modifiers {
                is_exact = false;
                wrong.push(format!(
                    "{} {:?}x{} given {:?}x{}",
                    expected.code, expected.mods, expected.units, found.modifiers, found.units
                ));
            }
        }
        let besides = |given: &&Given| {
            !gold.also_ok_lines.iter().any(|line| line.instead_of.is_none() && line.code == given.code)
        };
        for extra in left.into_iter().filter(besides) {
            (is_exact, are_codes) = (false, false);
            self.codes.given += 1;
            wrong.push(format!("false {}{:?}x{}", extra.code, extra.modifiers, extra.units));
        }
        let is_given = |code: &&String| dx.contains(&bare(code)) || given.iter().any(|g| g.code == **code);
        let forbidden: Vec<&String> = gold.must_not.iter().filter(is_given).collect();
        if !forbidden.is_empty() {
            wrong.push(format!("must not {forbidden:?}"));
        }
        self.must_not += forbidden.len();
        self.exact_set += usize::from(is_exact);
        self.exact_codes += usize::from(are_codes);
        match self.kinds.iter_mut().find(|(kind, _, _)| *kind == gold.kind) {
            Some((_, exact, all)) => {
                *exact += usize::from(is_exact);
                *all += 1;
            }
            None => self.kinds.push((gold.kind.clone(), usize::from(is_exact), 1)),
        }
        wrong.join("; ")
    }

    /// Levels of one family stand in a row: 99202 to 99205, 99212 to 99215 and so on.
    fn visit(&mut self, expected: &Line, accepted: &[&Line], given: &[Given]) {
        let Some(gold) = level(&expected.code) else { return };
        self.visits += 1;
        let levels = given.iter().filter_map(|g| Some((level(&g.code)?, &g.code)));
        let family = levels.filter(|((family, _), _)| *family == gold.0);
        let best = family.map(|((_, of), code)| (of.abs_diff(gold.1), code)).min();
        self.visit_exact += usize::from(best.is_some_and(|(_, code)| accepted.iter().any(|line| line.code == *code)));
        self.visit_near += usize::from(best.is_some_and(|(distance, _)| distance <= 1));
    }

    fn finish(self, part: Part) -> Services {
        let share = |part: usize, of: usize| if of == 0 { 0.0 } else { rounded(part as f64 / of as f64) };
        Services {
            set: match part {
                Part::Open => "gold (looked at)",
                Part::Held => "gold, held",
            },
            notes: self.notes,
            exact_set: share(self.exact_set, self.notes),
            exact_codes: share(self.exact_codes, self.notes),
            codes: self.codes.agreement(),
            diagnoses: self.diagnoses.agreement(),
            visits: self.visits,
            visit_exact: share(self.visit_exact, self.visits),
            visit_within_one: share(self.visit_near, self.visits),
            units: share(self.units, self.matched),
            modifiers: share(self.modifiers, self.matched),
            pointers: share(self.pointers, self.matched),
            must_not_given: self.must_not,
            vanish: self.vanish,
            kinds: self.kinds,
        }
    }
}

/// Family and place within it of a visit that has levels.
fn level(code: &str) -> Option<(&'static str, u32)> {
    const FAMILIES: &[(&str, u32, u32)] = &[
        ("office new", 99202, 99205),
        ("office established", 99211, 99215),
        ("hospital initial", 99221, 99223),
        ("hospital subsequent", 99231, 99233),
        ("same day", 99234, 99236),
        ("discharge", 99238, 99239),
        ("consult", 99242, 99245),
        ("inpatient consult", 99252, 99255),
        ("emergency", 99281, 99285),
        ("nursing initial", 99304, 99306),
        ("nursing subsequent", 99307, 99310),
        ("home new", 99341, 99345),
        ("home established", 99347, 99350),
    ];
    let number: u32 = code.parse().ok()?;
    let family = FAMILIES.iter().find(|(_, first, last)| (*first..=*last).contains(&number))?;
    Some((family.0, number))
}

impl Line {
    fn has_units(&self, given: &Given) -> bool {
        self.units == given.units
    }

    fn is_of(&self, given: &Given) -> bool {
        self.mods.iter().cloned().collect::<BTreeSet<_>>() == given.modifiers
    }

    /// The first diagnosis of the line is among those the gold points to.
    fn points_as(&self, given: &Given, dx: &[String]) -> bool {
        let pointed: Vec<String> =
            self.dx.iter().filter_map(|number| dx.get(number.checked_sub(1)?)).map(|code| bare(code)).collect();
        pointed.is_empty() || given.diagnoses.first().is_some_and(|first| pointed.contains(first))
    }
}

impl Services {
    pub fn print(&self) -> Result<()> {
        line(format!("  {} ({} notes)", self.set, self.notes))?;
        line(format!("    exact set {:.3}  exact codes {:.3}", self.exact_set, self.exact_codes))?;
        for (name, a) in [("services", &self.codes), ("diagnoses", &self.diagnoses)] {
            line(format!("    {name:<24} precision {:.3}  recall {:.3}  F1 {:.3}", a.precision, a.recall, a.f1))?;
        }
        line(format!(
            "    visits ({}): exact {:.3}, within one {:.3}; of agreeing lines units {:.3}, modifiers {:.3}, first pointer {:.3}; must-not given {}",
            self.visits,
            self.visit_exact,
            self.visit_within_one,
            self.units,
            self.modifiers,
            self.pointers,
            self.must_not_given
        ))?;
        line(format!("    diagnoses {}", self.vanish.told()))?;
        let kinds: Vec<String> = self.kinds.iter().map(|(kind, exact, all)| format!("{kind} {exact}/{all}")).collect();
        line(format!("    exact sets by kind: {}", kinds.join(", ")))
    }
}
