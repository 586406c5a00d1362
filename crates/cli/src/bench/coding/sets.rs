//! The labelled sets of notes.

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context as _, Result};
use claim::{EncounterId, Note, NoteId, NoteKind, PlaceOfService, Setting, Sex};
use coder::Visit;
use jiff::civil::date;
use serde_json::Value;

use super::Set;

/// What is coded of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What a visit is billed with.
    Billing,
    /// Every finding.
    Findings,
}

/// A set of notes with their diagnoses.
pub struct Labelled {
    pub name: &'static str,
    pub profile: Profile,
    pub visit: Visit,
    pub rows: Vec<Row>,
}

/// A note with its diagnoses, without dots.
pub struct Row {
    pub id: String,
    pub text: String,
    pub gold: BTreeSet<String>,
}

/// File, name, field of the text, profile.
type Source = (Set, &'static str, &'static str, &'static str, Profile);

const SOURCES: &[Source] = &[
    (Set::Acibench, "acibench_icd/train.jsonl", "acibench train, notes", "note", Profile::Billing),
    (Set::Acibench, "acibench_icd/valid.jsonl", "acibench valid, notes", "note", Profile::Billing),
    (Set::Dialogues, "acibench_icd/train.jsonl", "acibench train, dialogues", "dialogue", Profile::Billing),
    (Set::Dialogues, "acibench_icd/valid.jsonl", "acibench valid, dialogues", "dialogue", Profile::Billing),
    (Set::Codiesp, "codiesp_en/dev.jsonl", "codiesp dev, findings", "text", Profile::Findings),
];

/// The chosen sets of labelled notes.
///
/// # Errors
/// Names the file and the line that cannot be read.
pub fn labelled(shared: &Path, chosen: &[Set]) -> Result<Vec<Labelled>> {
    SOURCES.iter().filter(|source| chosen.contains(&source.0)).map(|source| read(shared, source)).collect()
}

fn read(shared: &Path, (_, file, name, field, profile): &Source) -> Result<Labelled> {
    let path = shared.join("notes").join(file);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let row = |(number, line): (usize, &str)| -> Result<Row> {
        let row: Value =
            serde_json::from_str(line).with_context(|| format!("{}, line {}", path.display(), number + 1))?;
        let texts = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let gold = row.get("dx").and_then(Value::as_array).into_iter().flatten();
        let gold = gold.filter_map(Value::as_str).map(|code| code.replace('.', "")).collect();
        Ok(Row { id: texts("id"), text: texts(field), gold })
    };
    let rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(row).collect::<Result<_>>()?;
    Ok(Labelled { name, profile: *profile, visit: visit(), rows })
}

/// A visit of which nothing is known but the day, which the editions of the labels and of the index both cover.
pub fn visit() -> Visit {
    Visit {
        served_on: date(2025, 3, 4),
        setting: Setting::Outpatient,
        is_established: true,
        patient_born_on: None,
        patient_sex: Sex::Unknown,
        payer_kind: None,
        place_of_service: PlaceOfService::new("11").unwrap_or_else(|_| unreachable!("two digits")),
        specialty: None,
    }
}

/// A text as a note.
pub fn note(text: &str) -> Note {
    Note {
        id: NoteId(uuid::Uuid::nil()),
        encounter_id: EncounterId(uuid::Uuid::nil()),
        version: 1,
        kind: NoteKind::Progress,
        text: text.to_owned(),
        signature: None,
        reason: String::new(),
    }
}
