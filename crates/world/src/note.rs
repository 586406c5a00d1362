//! Note texts with gaps, and the codes an expert wrote down for each.
//!
//! A file of `notes/` has a head, a line `---`, and the note as a clinician left it. The head says
//!
//! | line | what |
//! |---|---|
//! | `title:` | what the note is about, for people |
//! | `kind:` | the kind of note, as stored |
//! | `new: yes` | first visit to this group and specialty |
//! | `signed: 5` | signed so many days after the visit |
//! | `dx: I10 = words` | a diagnosis in reporting order, and the words of the note it rests on |
//! | `service: 20610 RT x1 -> 1 2 = words` | code, modifiers, units, positions of its diagnoses |
//! | `roll name: 3-9` | a figure from the seed |
//! | `pick name: a \| b` | one of some wordings |
//! | `set: a=1; b=2` | facts that belong together; one of the lines is taken |
//! | `addendum:` | what the clinician answers when asked |
//!
//! `{name}` in text, codes and words is filled; `{dos-14}` is a day before the visit.

use std::collections::BTreeMap;

use claim::{CodeSet, CodedDiagnosis, CodedService, DiagnosisCode, Evidence, Modifier, NoteKind, ProcedureCode, Units};
use jiff::{ToSpan, civil::Date};

use crate::{
    dice::Dice,
    table::{WorldError, options},
};

macro_rules! notes {
    ($($key:literal)*) => { &[$(($key, include_str!(concat!("../notes/", $key, ".txt")))),*] };
}

/// Every note text by its key.
const NOTES: &[(&str, &str)] = notes!(
    "abscess" "ankle-sprain" "annual-wellness" "anxiety" "asthma-adult" "asthma-child" "buckle-fracture"
    "carcinoma-packet" "cerumen" "conjunctivitis" "copd-exacerbation" "cystitis" "depression" "depression-recheck"
    "diabetes-hyperglycemia" "diabetes-neuropathy" "diabetes-recheck" "diabetes-stable" "fatigue" "gout"
    "heart-failure-fibrillation" "heart-failure-recheck" "hypertension-lipids" "hypertensive-kidney-copd" "hypertensive-kidney-recheck" "hypothyroid" "ingrown-nail"
    "keratosis-cryo" "knee-injection" "migraine-new" "palpitations-ecg" "poison-ivy" "preventive-adult"
    "reflux" "sciatica" "shingles" "shoulder-injection" "skin-tags" "strep" "trigger-points" "viral-uri"
    "vitamin-b12" "warts" "well-child-12m" "well-child-school" "work-back-strain" "work-laceration"
    "work-laceration-check"
    "pt-ankle-evaluation" "pt-ankle-group" "pt-balance-daily" "pt-balance-evaluation" "pt-elbow" "pt-kneecap"
    "pt-knee-assistant" "pt-knee-daily" "pt-knee-evaluation" "pt-knee-progress" "pt-lumbar-daily"
    "pt-lumbar-dictated" "pt-lumbar-evaluation" "pt-neck-needling" "pt-plantar" "pt-shoulder-daily"
    "pt-shoulder-evaluation" "pt-stenosis-daily" "pt-vertigo" "pt-work-knee" "pt-work-lumbar-daily"
    "pt-work-lumbar-evaluation" "pt-work-shoulder-daily"
);

/// How many different note texts there are.
#[must_use]
pub fn note_texts() -> usize {
    NOTES.len()
}

/// A code line of a head: what stands before and after ` = `.
#[derive(Clone, Copy, Debug)]
struct GoldLine<'a> {
    code: &'a str,
    words: &'a str,
}

/// A note file, read.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) kind: NoteKind,
    pub(crate) is_new: bool,
    pub(crate) signed_after: Option<i64>,
    diagnoses: Vec<GoldLine<'static>>,
    services: Vec<GoldLine<'static>>,
    rolls: Vec<(&'static str, &'static str)>,
    picks: Vec<(&'static str, &'static str)>,
    sets: Vec<BTreeMap<String, String>>,
    addendum: &'static str,
    body: &'static str,
}

/// A note as it reaches the practice, with the expert's codes.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) addendum: Option<String>,
    pub(crate) gold: CodeSet,
}

impl Template {
    /// Reads the note file of a key.
    pub(crate) fn find(key: &str) -> Result<Self, WorldError> {
        let (key, text) =
            NOTES.iter().find(|(k, _)| *k == key).ok_or_else(|| WorldError::new(key, "no note has this key"))?;
        let wrong = |message: &str| WorldError::new(format!("notes/{key}.txt"), message);
        let (head, body) = text.split_once("\n---\n").ok_or_else(|| wrong("no line --- below the head"))?;
        let mut template = Self {
            key,
            title: "",
            kind: NoteKind::Progress,
            is_new: false,
            signed_after: None,
            diagnoses: Vec::new(),
            services: Vec::new(),
            rolls: Vec::new(),
            picks: Vec::new(),
            sets: Vec::new(),
            addendum: "",
            body,
        };
        for line in head.lines() {
            let (word, rest) = line.split_once(": ").ok_or_else(|| wrong("a head line without colon"))?;
            match word.split_once(' ').unwrap_or((word, "")) {
                ("title", _) => template.title = rest,
                ("kind", _) => template.kind = NoteKind::from_code(rest),
                ("new", _) => template.is_new = rest == "yes",
                ("signed", _) => template.signed_after = Some(rest.parse().map_err(|_| wrong("signed: without days"))?),
                ("dx", _) => template.diagnoses.push(gold_line(rest)),
                ("service", _) => template.services.push(gold_line(rest)),
                ("roll", name) => template.rolls.push((name, rest)),
                ("pick", name) => template.picks.push((name, rest)),
                ("set", _) => template.sets.push(options(rest)),
                ("addendum", _) => template.addendum = rest,
                _ => return Err(wrong(&format!("no head line is called {word}"))),
            }
        }
        Ok(template)
    }

    /// Writes the note of a visit: `words` are the facts of patient and visit, `dice` the rest.
    pub(crate) fn write(
        &self,
        words: &BTreeMap<String, String>,
        on: Date,
        dice: &mut Dice,
    ) -> Result<Written, WorldError> {
        let words = self.chosen(words, dice)?;
        let fill = |text: &str| self.fill(text, &words, on);
        let text = fill(self.body)?.trim_end().to_owned();
        let mut gold = CodeSet::default();
        for line in &self.diagnoses {
            let code = DiagnosisCode::new(&fill(line.code)?).map_err(|e| self.wrong(e))?;
            gold.diagnoses.push(CodedDiagnosis { code, evidence: self.quote(&text, &fill(line.words)?)? });
        }
        for line in &self.services {
            let evidence = self.quote(&text, &fill(line.words)?)?;
            gold.services.push(self.service(&fill(line.code)?, evidence)?);
        }
        let addendum = if self.addendum.is_empty() { None } else { Some(fill(self.addendum)?) };
        Ok(Written { text, addendum, gold })
    }

    /// The facts given, with what the seed decides. Of the lines that belong together only those that agree
    /// with the facts are drawn from, so a patient keeps the side of a knee.
    fn chosen(
        &self,
        words: &BTreeMap<String, String>,
        dice: &mut Dice,
    ) -> Result<BTreeMap<String, String>, WorldError> {
        let mut words = words.clone();
        let agrees = |set: &&BTreeMap<String, String>| {
            set.iter().all(|(key, value)| words.get(key).is_none_or(|known| known == value))
        };
        let fitting: Vec<&BTreeMap<String, String>> = self.sets.iter().filter(agrees).collect();
        if let Some(set) = dice.pick(&fitting) {
            words.extend((*set).clone());
        } else if !self.sets.is_empty() {
            return Err(self.wrong("no set line agrees with the patient"));
        }
        for (name, range) in &self.rolls {
            let (low, high) = range.split_once('-').ok_or_else(|| self.wrong("a roll without range"))?;
            let bound = |text: &str| text.parse::<i64>().map_err(|e| self.wrong(e));
            words.insert((*name).to_owned(), dice.between(bound(low)?, bound(high)?).to_string());
        }
        for (name, wordings) in &self.picks {
            let wordings: Vec<&str> = wordings.split(" | ").collect();
            let wording = dice.pick(&wordings).copied().unwrap_or_default();
            words.entry((*name).to_owned()).or_insert_with(|| wording.to_owned());
        }
        Ok(words)
    }

    fn fill(&self, text: &str, words: &BTreeMap<String, String>, on: Date) -> Result<String, WorldError> {
        let mut filled = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (gap, tail) = after.split_once('}').ok_or_else(|| self.wrong("a gap is not closed"))?;
            filled.push_str(before);
            match (words.get(gap), gap.strip_prefix("dos").and_then(|days| days.parse::<i64>().ok())) {
                (Some(word), _) => filled.push_str(word),
                (None, Some(days)) => {
                    let day = on.checked_add(days.days()).map_err(|e| self.wrong(e))?;
                    filled.push_str(&written_date(day));
                }
                (None, None) => return Err(self.wrong(format!("nothing fills {{{gap}}}"))),
            }
            rest = tail;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// `20610 RT x2 -> 1 2`.
    fn service(&self, line: &str, evidence: Vec<Evidence>) -> Result<CodedService, WorldError> {
        let (what, pointers) = line.split_once("->").ok_or_else(|| self.wrong("a service without ->"))?;
        let mut parts = what.split_whitespace();
        let code = ProcedureCode::new(parts.next().unwrap_or_default()).map_err(|e| self.wrong(e))?;
        let mut service =
            CodedService { code, modifiers: Vec::new(), units: Units::ONE, pointers: Vec::new(), evidence };
        for part in parts {
            match part.strip_prefix('x') {
                Some(units) => service.units = units.parse().map_err(|e| self.wrong(e))?,
                None => service.modifiers.push(Modifier::new(part).map_err(|e| self.wrong(e))?),
            }
        }
        for pointer in pointers.split_whitespace() {
            service.pointers.push(pointer.parse().map_err(|e| self.wrong(e))?);
        }
        Ok(service)
    }

    /// Where the words stand in the note.
    fn quote(&self, text: &str, words: &str) -> Result<Vec<Evidence>, WorldError> {
        let start =
            text.find(words).ok_or_else(|| self.wrong(format!("\u{201c}{words}\u{201d} is not in the note")))?;
        Ok(vec![Evidence { start, end: start + words.len(), text: words.to_owned() }])
    }

    fn wrong(&self, message: impl ToString) -> WorldError {
        WorldError::new(format!("notes/{}.txt", self.key), message)
    }
}

fn gold_line(text: &str) -> GoldLine<'_> {
    let (code, words) = text.split_once(" = ").unwrap_or((text, ""));
    GoldLine { code, words }
}

/// As clinicians write it: 03/09/2026.
pub(crate) fn written_date(on: Date) -> String {
    format!("{:02}/{:02}/{}", on.month(), on.day(), on.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> BTreeMap<String, String> {
        let known = "name=Ada Quist; first=Ada; age=61; sex=woman; s=F; dob=01/02/1965; dos=03/09/2026; \
                     provider=Dr. Rowe; assistant=Lee Moss, PTA; referrer=Dr. Hale; hurt=03/01/2026; \
                     employer=Box Works; visit=99396";
        options(known)
    }

    #[test]
    fn every_note_is_whole_under_many_dice() {
        for (key, _) in NOTES {
            let template = Template::find(key).unwrap();
            assert!(!template.title.is_empty(), "{key}");
            for seed in 0..20 {
                let on = jiff::civil::date(2026, 3, 9);
                let written = template.write(&words(), on, &mut Dice::of(seed, key)).unwrap();
                assert!(!written.text.contains(['{', '}']), "{key}");
                assert!(!written.gold.diagnoses.is_empty() && !written.gold.services.is_empty(), "{key}");
                let listed = written.gold.diagnoses.len();
                for service in &written.gold.services {
                    assert!((1..=4).contains(&service.pointers.len()), "{key}");
                    assert!(service.pointers.iter().all(|p| (1..=listed).contains(&usize::from(*p))), "{key}");
                    assert!((Units::ONE..=5.into()).contains(&service.units), "{key}");
                }
            }
        }
    }

    #[test]
    fn a_patient_keeps_their_side() {
        let template = Template::find("pt-knee-daily").unwrap();
        let mut words = words();
        words.insert("side".into(), "left".into());
        for seed in 0..10 {
            let written = template.write(&words, jiff::civil::date(2026, 3, 9), &mut Dice::of(seed, "knee")).unwrap();
            assert_eq!(written.gold.diagnoses[1].code.as_str(), "Z96652");
        }
    }
}
