//! Hospital procedures as ICD-10-PCS: the operation by its words, then each axis by the words around it.

use claim::{Evidence, InpatientProcedure, PcsAxis, Prompt};
use codes::{Library, import::Pack};

use crate::{
    Visit,
    context::{Assertion, Context},
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    table::{cell, table},
};

/// Reads the procedures that the note says were done in the stay.
pub(super) fn read(
    document: &Document<'_>,
    visit: &Visit,
    library: &Library,
    prompts: &mut Vec<Prompt>,
) -> Vec<InpatientProcedure> {
    let mut found: Vec<(&str, InpatientProcedure)> = Vec::new();
    for row in table!("pcs.tsv") {
        let group = cell(row, 0);
        if found.iter().any(|(taken, _)| *taken == group) {
            continue;
        }
        let done = document.sentences.iter().find_map(|sentence| done(document, sentence, row));
        let Some((sentence, evidence)) = done else { continue };
        let mut procedure = Builder { document, sentence, row }.build(evidence);
        check(&mut procedure, visit, library);
        prompts.extend(prompt(&procedure));
        found.push((group, procedure));
    }
    found.into_iter().map(|(_, procedure)| procedure).collect()
}

/// The words of a row in a sentence that tells of this stay and affirms them.
fn done<'d>(
    document: &'d Document<'_>,
    sentence: &'d Sentence,
    row: &[&'static str],
) -> Option<(&'d Sentence, Vec<Evidence>)> {
    if !is_of_the_stay(sentence.section) {
        return None;
    }
    let lower = document.lower_of(sentence);
    let find = |words: &str| words.split('|').find_map(|word| word_position(lower, word.trim()));
    if !cell(row, 3).is_empty() && find(cell(row, 3)).is_some() || word_position(lower, "ago").is_some() {
        return None;
    }
    let spans: Vec<(usize, usize)> = cell(row, 2).split(" & ").map(find).collect::<Option<_>>()?;
    let (start, end) = spans.first().copied()?;
    let first = document.tokens.partition_point(|token| token.end <= sentence.start + start);
    let last = document.tokens.partition_point(|token| token.start < sentence.start + end);
    let is_affirmed = Context::of(document, sentence).assertion(first, last).0 == Assertion::Affirmed;
    let words = spans.iter().filter_map(|(from, to)| document.evidence(sentence.start + from, sentence.start + to));
    is_affirmed.then(|| (sentence, words.collect()))
}

fn is_of_the_stay(section: SectionKind) -> bool {
    matches!(
        section,
        SectionKind::Procedure
            | SectionKind::Treatment
            | SectionKind::Assessment
            | SectionKind::None
            | SectionKind::Other
    )
}

/// Finds the axes of one procedure.
struct Builder<'b, 'n> {
    document: &'b Document<'n>,
    sentence: &'b Sentence,
    row: &'b [&'static str],
}

/// A value of an axis: the character, its meaning, the words.
type Value = (char, &'static str, Vec<Evidence>);

impl Builder<'_, '_> {
    fn build(&self, evidence: Vec<Evidence>) -> InpatientProcedure {
        let table = cell(self.row, 4);
        let (section, system) = (table.get(..1).unwrap_or_default(), table.get(..2).unwrap_or_default());
        let operation = table.get(2..3).unwrap_or_default();
        let fixed = |name: &str, character: &str, meaning: &str| PcsAxis {
            name: name.to_owned(),
            value: character.chars().next(),
            meaning: meaning.to_owned(),
            evidence: Vec::new(),
        };
        let mut axes = vec![
            fixed("section", section, meaning("section", section)),
            fixed("body system", system.get(1..).unwrap_or_default(), meaning("system", system)),
            fixed("root operation", operation, meaning("operation", &format!("{section}{operation}"))),
        ];
        for (at, name) in [(5, "body part"), (6, "approach"), (7, "device"), (8, "qualifier")] {
            axes.push(self.axis(name, cell(self.row, at)));
        }
        let code: Option<String> = axes.iter().map(|axis| axis.value).collect();
        InpatientProcedure { label: cell(self.row, 1).to_owned(), axes, code, title: String::new(), evidence }
    }

    fn axis(&self, name: &str, rule: &'static str) -> PcsAxis {
        let value = if let Some(list) = rule.strip_prefix('@') {
            self.chosen(list, |_| true)
        } else if let Some((character, meaning)) = rule.split_once('=') {
            character.chars().next().map(|character| (character, meaning, Vec::new()))
        } else {
            self.approach(rule)
        };
        let (value, meaning, evidence) = match value {
            Some((character, meaning, evidence)) => (Some(character), meaning.to_owned(), evidence),
            None => (None, format!("the note does not say the {name}"), Vec::new()),
        };
        PcsAxis { name: name.to_owned(), value, meaning, evidence }
    }

    /// The approach the words say among those that the table has; the only one needs no words.
    fn approach(&self, allowed: &'static str) -> Option<Value> {
        let mut allowed_characters = allowed.chars().filter(|c| !c.is_whitespace());
        let only = allowed_characters.next().filter(|_| allowed_characters.next().is_none());
        self.chosen("approach", |character| allowed.contains(character)).or_else(|| {
            let character = only?;
            let row = table!("pcs_values.tsv")
                .find(|row| cell(row, 0) == "approach" && cell(row, 1).starts_with(character))?;
            Some((character, cell(row, 1).split_once('=')?.1, Vec::new()))
        })
    }

    /// The first value of a list whose words stand near: in the sentence, else among the procedures, else in the note.
    fn chosen(&self, list: &str, may: impl Fn(char) -> bool) -> Option<Value> {
        let rows = || table!("pcs_values.tsv").filter(|row| cell(row, 0) == list);
        let value = |row: &[&'static str]| {
            let (character, meaning) = cell(row, 1).split_once('=')?;
            Some((character.chars().next().filter(|c| may(*c))?, meaning))
        };
        let is_procedure = |s: &&Sentence| s.section == SectionKind::Procedure;
        let own = std::iter::once(self.sentence);
        let near = self.document.sentences.iter().filter(is_procedure);
        let rest = self.document.sentences.iter().filter(|s| is_of_the_stay(s.section));
        for sentence in own.chain(near).chain(rest) {
            let hit = rows().find_map(|row| {
                let (character, meaning) = value(row)?;
                Some((character, meaning, vec![self.words(sentence, cell(row, 2))?]))
            });
            if hit.is_some() {
                return hit;
            }
        }
        let default = rows().find(|row| cell(row, 2).is_empty())?;
        value(default).map(|(character, meaning)| (character, meaning, Vec::new()))
    }

    fn words(&self, sentence: &Sentence, words: &str) -> Option<Evidence> {
        let lower = self.document.lower_of(sentence);
        let (start, end) = match words.strip_prefix("hours ") {
            Some(least) => hours(lower, least.parse().ok()?)?,
            None => words.split('|').filter(|w| !w.is_empty()).find_map(|word| word_position(lower, word))?,
        };
        self.document.evidence(sentence.start + start, sentence.start + end)
    }
}

/// The place of a duration of so many hours or more.
fn hours(lower: &str, least: u32) -> Option<(usize, usize)> {
    for (unit, length) in [("hours", 1), ("hour", 1), ("hrs", 1), ("days", 24), ("day", 24)] {
        let Some((at, end)) = word_position(lower, unit) else { continue };
        let before = lower.get(..at)?.trim_end_matches([' ', '-']);
        let start = before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |digit| digit + 1);
        let told: Option<u32> = before.get(start..).and_then(|digits| digits.parse().ok());
        if told.is_some_and(|number| number.saturating_mul(length) >= least) {
            return Some((start, end));
        }
    }
    None
}

fn meaning(axis: &str, characters: &str) -> &'static str {
    let row = table!("pcs_axes.tsv").find(|row| cell(row, 0) == axis && cell(row, 1) == characters);
    row.map_or("", |row| cell(row, 2))
}

/// Takes the official title; a code that an imported edition of the day does not have is none.
fn check(procedure: &mut InpatientProcedure, visit: &Visit, library: &Library) {
    let Some(code) = &procedure.code else { return };
    let covers = |pack: &Pack| pack.system == "icd10pcs" && pack.span.covers(visit.served_on);
    match library.inpatient_procedure(code, visit.served_on) {
        Some(official) => procedure.title = official.title,
        None if library.packs().iter().any(covers) => procedure.code = None,
        None => {}
    }
}

/// Asks for what is missing, without offering an answer.
fn prompt(procedure: &InpatientProcedure) -> Option<Prompt> {
    let missing: Vec<&str> = procedure.axes.iter().filter(|a| a.value.is_none()).map(|a| a.name.as_str()).collect();
    (!missing.is_empty()).then(|| Prompt {
        id: "procedure-axis".to_owned(),
        text: format!("{}: the note does not say the {}.", procedure.label, missing.join(" and the ")),
        question: format!(
            "Please document the {} of this procedure: {}.",
            missing.join(" and the "),
            procedure.label.to_lowercase()
        ),
        options: Vec::new(),
        evidence: procedure.evidence.clone(),
        code: None,
        is_blocking: false,
    })
}
