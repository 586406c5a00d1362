//! `superbill code`: suggestions for one note, or for a file of notes.

mod inpatient;
mod level;
mod marks;
mod visit;

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use claim::{Coding, EncounterId, Evidence, Note, NoteId, NoteKind, SuggestedCode, Suggestion};
use clap::{Args, ValueEnum};
use coder::{Ranking, Visit, likeness::Likeness};
use codes::Library;
use cycle::reader::Reader;
use document::Kind;
use jiff::civil::Date;
use serde::Serialize;

use crate::input::{Format, Outcome, json, line, name, read, today};
use crate::place::Place;
use visit::VisitArguments;

/// Longest line of a batch file.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Args)]
pub struct Code {
    /// The note: plain text, RTF, DOCX, PDF, HTML, C-CDA, HL7 message or FHIR resource; `-` for standard input.
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    note: Option<PathBuf>,
    /// Date of service; else the first date in the note, else today.
    #[arg(long)]
    dos: Option<Date>,
    #[command(flatten)]
    about: VisitArguments,
    /// What is coded: what a visit is billed with, or every finding as registries want it.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A file of JSON objects, one a line.
    #[arg(long, requires_all = ["field", "out"])]
    batch: Option<PathBuf>,
    /// Name of the field that holds the note.
    #[arg(long)]
    field: Option<String>,
    /// Name of the field that holds the date of service.
    #[arg(long)]
    dos_field: Option<String>,
    /// Where the suggestions go, one JSON object a line.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Word vectors as text (word2vec, GloVe, fastText) that order offers and alternatives.
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Profile {
    #[default]
    Billing,
    Findings,
}

impl Profile {
    fn code(self, text: String, visit: &Visit, library: &Library, ranking: &Ranking) -> Coding {
        match self {
            Self::Billing => coder::suggest(&note(text), visit, library, ranking),
            Self::Findings => coder::findings(&note(text), visit, library, ranking),
        }
    }
}

/// One answer as JSON (see `docs/json.md`).
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a serde_json::Value>,
    served_on: Date,
    #[serde(flatten)]
    coding: &'a Coding,
    /// The text that was read and its map to the original, where the file is not the text itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a document::Read>,
}

impl Code {
    pub fn run(self) -> Result<Outcome> {
        let library = crate::codes::library(&self.place)?;
        let ranking = Ranking::default().with_likeness(likeness(self.vectors.as_deref())?.as_ref());
        if let (Some(batch), Some(field), Some(out)) = (&self.batch, &self.field, &self.out) {
            return self.run_batch(&library, &ranking, batch, field, out);
        }
        let Some(path) = &self.note else { bail!("name a note, or --batch with --field and --out") };
        let mut is_any_empty = false;
        for note in reader()?.read(&read(path)?).with_context(|| name(path))? {
            is_any_empty |= self.run_note(&library, &ranking, path, note)?;
        }
        Ok(Outcome::found(is_any_empty))
    }

    /// Suggests for one note; true when there is nothing to suggest.
    fn run_note(&self, library: &Library, ranking: &Ranking, path: &Path, read: document::Read) -> Result<bool> {
        cycle::chart::refuse_long(&read.text).with_context(|| name(path))?;
        let (served_on, how) = match read.about.served_on.filter(|_| self.dos.is_none()) {
            Some(date) => (date, "from the document"),
            None => self.served_on(&read.text),
        };
        let coding =
            self.profile.code(read.text.clone(), &self.about.visit(served_on, read.about.born_on), library, ranking);
        if self.format == Format::Json {
            let source = (read.kind != Kind::Text).then_some(&read);
            json(&Answer { id: None, served_on, coding: &coding, source })?;
        } else {
            let edition = coding.versions.join(", ");
            let kind = if read.kind == Kind::Text { String::new() } else { format!(" ({})", read.kind) };
            line(format!(
                "{}{kind} on {served_on} ({how}), {} rules, {edition}",
                name(path),
                self.about.setting.label()
            ))?;
            for left_out in &read.left_out {
                line(format!("not read: {left_out}"))?;
            }
            for marked in marks::marked(&read.text, &coding) {
                line(marked)?;
            }
            print(&coding, &read)?;
        }
        Ok(coding.suggestions.is_empty())
    }

    fn run_batch(
        &self,
        library: &Library,
        ranking: &Ranking,
        batch: &PathBuf,
        field: &str,
        out: &PathBuf,
    ) -> Result<Outcome> {
        let file = std::fs::File::open(batch).with_context(|| format!("{} cannot be opened", batch.display()))?;
        let made = std::fs::File::create(out).with_context(|| format!("{} cannot be written", out.display()))?;
        let mut out = BufWriter::new(made);
        for (number, read) in BufReader::new(file).lines().enumerate() {
            let place = || format!("{}, line {}", batch.display(), number + 1);
            let text = read.with_context(place)?;
            if text.trim().is_empty() {
                continue;
            }
            if text.len() > LINE_BYTES_MAX {
                bail!("{}: longer than {} MiB", place(), LINE_BYTES_MAX / 1024 / 1024);
            }
            let row: serde_json::Value = serde_json::from_str(&text).with_context(place)?;
            let Some(words) = row.get(field).and_then(serde_json::Value::as_str) else {
                bail!("{}: has no text field \u{201c}{field}\u{201d}", place());
            };
            let stated = match &self.dos_field {
                Some(name) => row.get(name).and_then(serde_json::Value::as_str).map(str::parse::<Date>),
                None => None,
            };
            let served_on = match stated {
                Some(date) => date.with_context(place)?,
                None => self.served_on(words).0,
            };
            let visit = self.about.visit(served_on, None);
            let coding = self.profile.code(words.to_owned(), &visit, library, ranking);
            serde_json::to_writer(&mut out, &Answer { id: row.get("id"), served_on, coding: &coding, source: None })?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(Outcome::Done)
    }

    fn served_on(&self, text: &str) -> (Date, &'static str) {
        if let Some(dos) = self.dos {
            return (dos, "as given");
        }
        first_date(text).map_or_else(|| (today(), "today"), |date| (date, "from the note"))
    }
}

/// Reads other people's files through this program itself.
pub fn reader() -> Result<Reader> {
    Ok(Reader::new(std::env::current_exe().context("this program does not find itself")?))
}

/// Word vectors of a file, where one is named.
///
/// # Errors
/// Names the file and the line that does not fit.
pub fn likeness(path: Option<&Path>) -> Result<Option<Likeness>> {
    let read = |path: &Path| {
        let file = std::fs::File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        Likeness::read(BufReader::new(file)).with_context(|| format!("{} holds no word vectors", path.display()))
    };
    path.map(read).transpose()
}

fn note(text: String) -> Note {
    Note {
        id: NoteId(uuid::Uuid::nil()),
        encounter_id: EncounterId(uuid::Uuid::nil()),
        version: 1,
        kind: NoteKind::Progress,
        text,
        signature: None,
        reason: String::new(),
    }
}

/// The first date of a note that is not a birth date: `2026-03-01` or `3/1/2026`.
fn first_date(text: &str) -> Option<Date> {
    text.lines().filter(|l| !is_about_birth(l)).find_map(|l| {
        l.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '/')).find_map(|word| match word.contains('/') {
            true => {
                let mut parts = word.split('/').map(str::parse::<i16>);
                let (month, day, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
                if year < 1000 || parts.next().is_some() {
                    return None;
                }
                Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
            }
            false => (word.len() == 10).then(|| word.parse().ok()).flatten(),
        })
    })
}

fn is_about_birth(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["dob", "birth", "born", "d.o.b"].iter().any(|word| lower.contains(word))
}

fn print(coding: &Coding, read: &document::Read) -> Result<()> {
    for suggestion in &coding.suggestions {
        print_suggestion(suggestion, read)?;
    }
    if let Some(level) = &coding.visit_level {
        level::print(level)?;
    }
    if let Some(view) = &coding.inpatient {
        inpatient::print(view)?;
    }
    for prompt in &coding.prompts {
        let hold = if prompt.is_blocking { "holds coding" } else { "worth asking" };
        line(format!("? {} ({hold})", prompt.text))?;
        if !prompt.question.is_empty() {
            line(format!("    ask: {}", prompt.question))?;
        }
    }
    for rejected in &coding.rejected {
        line(format!("- {} {}: {} [{}]", rejected.code, rejected.title, rejected.reason, rejected.rule))?;
    }
    if coding.suggestions.is_empty() {
        line("No code: nothing in the text carries one.")?;
    }
    Ok(())
}

/// Where a span stands for people: its bytes in plain text, its page or paragraph in a document.
fn place(read: &document::Read, start: usize, end: usize) -> String {
    let places = read.map.places(start..end);
    match places.first().filter(|_| read.kind != Kind::Text) {
        Some(place) => place.to_string(),
        None => format!("{start}\u{2013}{end}"),
    }
}

/// Words of the note as a list after a colon; empty without any.
fn quoted(evidence: &[Evidence]) -> String {
    let words = |e: &Evidence| e.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quotes: Vec<String> = evidence.iter().map(|e| format!("\u{201c}{}\u{201d}", words(e))).collect();
    if quotes.is_empty() { String::new() } else { format!(": {}", quotes.join(", ")) }
}

fn print_suggestion(suggestion: &Suggestion, read: &document::Read) -> Result<()> {
    let shown = match &suggestion.code {
        SuggestedCode::Diagnosis { code } => code.dotted(),
        SuggestedCode::Procedure { code, modifiers, units, .. } => {
            let modifiers: String = modifiers.iter().map(|m| format!("-{m}")).collect();
            format!("{code}{modifiers} \u{d7} {units}")
        }
    };
    line(format!("+ {shown:<14} {} ({}, {})", suggestion.title, suggestion.band.code(), suggestion.score))?;
    for evidence in &suggestion.evidence {
        let words = evidence.text.split_whitespace().collect::<Vec<_>>().join(" ");
        line(format!("    \u{201c}{words}\u{201d} at {}", place(read, evidence.start, evidence.end)))?;
    }
    for rule in &suggestion.rules {
        line(format!("    {}: {} [{}]", rule.id, rule.text, rule.citation))?;
    }
    for (code, title) in &suggestion.alternatives {
        line(format!("    or {code} {title}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_first_date_is_the_day_of_service_unless_it_is_a_birth() {
        assert_eq!(first_date("DOB: 4/5/1961\nVisit 03/01/2026"), Some(date(2026, 3, 1)));
        assert_eq!(first_date("seen 2026-03-01, back 2026-04-01"), Some(date(2026, 3, 1)));
        assert_eq!(first_date("BP 120/80/1, ratio 3/4, 13/45/2026"), None);
    }
}
