//! `superbill codes check`: a list of codes as the diagnoses of one encounter.

use anyhow::Result;
use claim::{DiagnosisCode, ProcedureCode, Sex};
use clap::Args;
use codes::{Icd10cm, Library};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    input::{Format, Outcome, json, line, today},
    place::Place,
};

use super::{edition_note, library};

/// Check a list of codes as one encounter, first code first: valid and complete on the day, seventh character, side,
/// excludes 1, order, age and sex, each with the note that says so.
#[derive(Args)]
pub struct Check {
    #[arg(required = true)]
    codes: Vec<String>,
    /// Date of service; today when absent.
    #[arg(long)]
    dos: Option<Date>,
    /// The patient's age in whole years.
    #[arg(long)]
    age: Option<u16>,
    /// The patient's sex, F or M.
    #[arg(long, value_parser = super::search::sex)]
    sex: Option<Sex>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Something to correct, or to think of.
#[derive(Serialize)]
struct Complaint {
    code: String,
    rule: &'static str,
    /// Advice does not make the list wrong.
    is_advice: bool,
    message: String,
}

/// The list being checked.
struct Checked<'a> {
    icd: Icd10cm<'a>,
    on: Date,
    diagnoses: Vec<DiagnosisCode>,
    complaints: Vec<Complaint>,
}

impl Check {
    pub fn run(self) -> Result<Outcome> {
        let library = library(&self.place)?;
        let on = self.dos.unwrap_or_else(today);
        let complaints = check(&library, &self.codes, on, self.age, self.sex);
        if self.format == Format::Json {
            json(&complaints)?;
        } else {
            line(format!("{} on {on}", edition_note(&library.icd10cm(on))))?;
            for complaint in &complaints {
                let mark = if complaint.is_advice { "  (advice)" } else { "" };
                line(format!("{}  {}{mark}", complaint.rule, complaint.message))?;
            }
            if complaints.is_empty() {
                line("Nothing to complain about.")?;
            }
        }
        Ok(Outcome::found(complaints.iter().any(|complaint| !complaint.is_advice)))
    }
}

/// Rules of the coding rulebook, by its numbers.
fn check(library: &Library, codes: &[String], on: Date, age: Option<u16>, sex: Option<Sex>) -> Vec<Complaint> {
    let mut checked = Checked { icd: library.icd10cm(on), on, diagnoses: Vec::new(), complaints: Vec::new() };
    for code in codes {
        match DiagnosisCode::new(code) {
            Ok(diagnosis) => checked.diagnosis(diagnosis, age, sex),
            Err(_) => {
                let is_known = ProcedureCode::new(code).is_ok_and(|c| library.procedure(&c, on).is_some())
                    || library.inpatient_procedure(code, on).is_some();
                if !is_known {
                    let message = format!("{code} is no ICD-10-CM code, no service and no procedure known on {on}");
                    checked.complain("DX01", code, message);
                }
            }
        }
    }
    checked.order();
    checked.company();
    checked.complaints
}

impl Checked<'_> {
    fn complain(&mut self, rule: &'static str, code: &str, message: String) {
        self.complaints.push(Complaint { code: code.to_owned(), rule, is_advice: false, message });
    }

    fn advise(&mut self, rule: &'static str, code: &DiagnosisCode, message: String) {
        self.complaints.push(Complaint { code: code.dotted(), rule, is_advice: true, message });
    }

    /// One code by itself.
    fn diagnosis(&mut self, code: DiagnosisCode, age: Option<u16>, sex: Option<Sex>) {
        let (dotted, bare) = (code.dotted(), code.as_str());
        if self.diagnoses.contains(&code) {
            return self.complain("DX26", &dotted, format!("{dotted} stands more than once"));
        }
        let title = self.icd.title(bare).map(|title| title.to_lowercase());
        let sevenths = self.icd.seventh_characters(bare);
        match &title {
            None => self.complain("DX03", &dotted, format!("{dotted} does not exist on {}", self.on)),
            Some(_) if self.icd.is_billable(bare) => {}
            Some(_) if sevenths.is_empty() => {
                self.complain("DX02", &dotted, format!("{dotted} is not billable: it needs a more specific code"));
            }
            Some(_) => {
                let choices: Vec<String> = sevenths.iter().map(|s| format!("{} {}", s.character, s.text)).collect();
                let message = format!("{dotted} is not billable: it needs a 7th character ({})", choices.join("; "));
                self.complain("DX02", &dotted, message);
            }
        }
        if let Some(sided) = title.filter(|_| self.icd.is_billable(bare)).and_then(|title| self.sided(bare, &title)) {
            let message = format!("{dotted} leaves the side open; {sided} says it (ICD-10-CM Guidelines I.B.13)");
            self.advise("DX07", &code, message);
        }
        if !edit::suits(bare, sex, age, self.on) {
            self.complain("DX37", &dotted, format!("{dotted} does not fit the patient's age or sex (MCE 4, 5)"));
        }
        self.diagnoses.push(code);
    }

    /// A sibling that names the side a code leaves open.
    fn sided(&self, code: &str, title: &str) -> Option<String> {
        if !title.contains("unspecified") {
            return None;
        }
        let base = if code.len() == 7 { code.get(..6)?.trim_end_matches('X') } else { code };
        let parent = self.icd.ancestors(base).first()?.code.clone().into_owned();
        let siblings = self.icd.children(&parent);
        let sided = |side: &str| siblings.iter().find(|sibling| sibling.title.to_lowercase().contains(side));
        let (right, left) = (sided("right")?, sided("left")?);
        let is_open = !title.contains("right") && !title.contains("left") && !title.contains("bilateral");
        is_open.then(|| format!("{} or {}", right.code, left.code))
    }

    /// What may stand first, and what before what.
    fn order(&mut self) {
        let diagnoses = self.diagnoses.clone();
        let Some(first) = diagnoses.first() else { return };
        let (dotted, bare) = (first.dotted(), first.as_str());
        if self.icd.is_manifestation(bare) {
            let message = format!("{dotted} is a manifestation: the disease that causes it goes first");
            self.complain("DX13", &dotted, message);
        }
        for (rule, number, why) in [
            ("external_cause", "DX23", "is an external cause: the injury goes first"),
            ("never_first", "DX30", "never stands first: the infection or cause does"),
        ] {
            if edit::has_sequence_rule(rule, bare, self.on) {
                self.complain(number, &dotted, format!("{dotted} {why}"));
            }
        }
        if edit::has_sequence_rule("usually_second", bare, self.on) {
            let message = format!("{dotted} describes a status: the reason for the visit goes first");
            self.advise("DX21", first, message);
        }
        for code in diagnoses.iter().skip(1) {
            if edit::has_sequence_rule("first_only", code.as_str(), self.on) {
                self.complain("DX20", &code.dotted(), format!("{} may only stand first", code.dotted()));
            }
        }
    }

    /// What the notes say of codes together.
    fn company(&mut self) {
        let diagnoses = self.diagnoses.clone();
        for (i, code) in diagnoses.iter().enumerate() {
            for other in diagnoses.iter().skip(i + 1) {
                if let Some(note) = self.icd.excludes1(code.as_str(), other.as_str()) {
                    let message = format!("{} and {} exclude each other: {note}", code.dotted(), other.dotted());
                    self.complain("DX09", &code.dotted(), message);
                }
            }
            let notes = self.icd.instructions(code.as_str());
            for note in &notes.code_first {
                if let Some(cause) = diagnoses.iter().skip(i + 1).find(|other| note.names(other.as_str())) {
                    let message = format!(
                        "{} goes before {}: code first at {}: {}",
                        cause.dotted(),
                        code.dotted(),
                        note.at,
                        note.text
                    );
                    self.complain("DX11", &code.dotted(), message);
                }
            }
            let others = || diagnoses.iter().filter(|other| *other != code);
            for note in &notes.use_additional {
                let is_open = !note.targets.is_empty() && !others().any(|other| note.names(other.as_str()));
                if is_open {
                    let message = format!("{} asks for another code (at {}): {}", code.dotted(), note.at, note.text);
                    self.advise("DX12", code, message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rules(codes: &[&str], age: Option<u16>, sex: Option<Sex>) -> Vec<&'static str> {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        let complaints = check(&Library::shipped(), &codes, date(2026, 3, 2), age, sex);
        complaints.iter().filter(|complaint| !complaint.is_advice).map(|complaint| complaint.rule).collect()
    }

    #[test]
    fn each_rule_has_a_list_that_breaks_it_and_one_that_keeps_it() {
        for (codes, rule) in [
            (&["S52.501"][..], "DX02"),
            (&["E11.4"], "DX02"),
            (&["A99.99"], "DX03"),
            (&["I10", "I10"], "DX26"),
            (&["J00", "J02.9"], "DX09"),
            (&["G63", "E11.42"], "DX13"),
            (&["W19.XXXA", "S93.401A"], "DX23"),
            (&["I10", "Z00.00"], "DX20"),
            (&["H42", "E11.9"], "DX13"),
        ] {
            assert!(rules(codes, None, None).contains(&rule), "{codes:?} {rule}");
        }
        for codes in [&["S52.501A", "W19.XXXA"][..], &["Z00.00", "I10"], &["E11.42"], &["99213", "I10"]] {
            assert!(rules(codes, Some(40), None).is_empty(), "{codes:?}");
        }
        assert_eq!(rules(&["N40.0"], Some(60), Some(Sex::Female)), ["DX37"]);
        assert!(rules(&["N40.0"], Some(60), Some(Sex::Male)).is_empty());
    }

    #[test]
    fn an_open_side_is_advice() {
        let advice = |code: &str| {
            let complaints = check(&Library::shipped(), &[code.to_owned()], date(2026, 3, 2), None, None);
            complaints.into_iter().filter(|c| c.is_advice && c.rule == "DX07").map(|c| c.message).collect::<Vec<_>>()
        };
        assert!(advice("M25.569").first().is_some_and(|message| message.contains("M25561")), "{:?}", advice("M25.569"));
        assert!(advice("M25.561").is_empty());
    }
}
