//! The visits of the half year: who was seen when, the note, and the codes an expert wrote down.

use std::collections::BTreeMap;

use claim::{
    ClientId, CodeSet, CoverageId, Encounter, EncounterStatus, NoteId, NoteKind, PlaceOfService, Provider, Setting,
    Sex, age_on,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use crate::{
    Beat, Person,
    cast::Cast,
    dice::Dice,
    note::{Template, written_date},
    table::{Row, WorldError, rows},
};

/// A visit with its note. The expert's codes are for measuring only: nothing that codes may read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The client.
    pub client: ClientId,
    /// The visit, as it is before its note is signed.
    pub encounter: Encounter,
    /// The coverage asked first.
    pub coverage: CoverageId,
    /// The note's record.
    pub note_id: NoteId,
    /// What it documents.
    pub note_kind: NoteKind,
    /// What it is about, for people.
    pub title: String,
    /// The note as the clinician left it.
    pub note_text: String,
    /// The codes an expert wrote down, with the words they rest on. For a queried note they count with the
    /// answer in hand.
    pub gold: CodeSet,
    /// What it is in the story for.
    pub beats: Vec<Beat>,
    /// Row of `patients.txt`.
    pub(crate) person_key: String,
    pub(crate) signed_after: Option<i64>,
    pub(crate) addendum: Option<String>,
}

impl Visit {
    /// True when the visit is in the story for the beat.
    #[must_use]
    pub fn has(&self, beat: Beat) -> bool {
        self.beats.contains(&beat)
    }
}

/// Days on which both offices are closed.
const CLOSED: [Date; 5] =
    [date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3)];

/// A row of `visits.txt`.
struct Appointment<'a> {
    row: Row<'a>,
    on: Date,
    is_pinned: bool,
}

impl Appointment<'_> {
    fn patient(&self) -> &str {
        self.row.field(1)
    }

    fn monday(&self) -> Date {
        let days = i64::from(self.on.weekday().to_monday_zero_offset());
        self.on.checked_sub(days.days()).unwrap_or(self.on)
    }
}

/// Every visit of `visits.txt` in the world of a seed, in order of date.
pub(crate) fn visits(seed: u64, cast: &Cast, people: &[Person]) -> Result<Vec<Visit>, WorldError> {
    let mut appointments = Vec::new();
    for row in rows("visits.txt", include_str!("../data/visits.txt")) {
        let written = row.field(0);
        let day = written.trim_end_matches('!');
        let on: Date = day.parse().map_err(|e| WorldError::new(&row.place, e))?;
        appointments.push(Appointment { is_pinned: written.ends_with('!'), on, row });
    }
    let mut days = Vec::new();
    for appointment in &appointments {
        days.push(moved(seed, appointment, &appointments));
    }
    let mut order: Vec<(Date, &Appointment<'_>)> = days.into_iter().zip(&appointments).collect();
    order.sort_by_key(|(on, _)| *on);
    let mut number = BTreeMap::new();
    let mut visits = Vec::new();
    for (on, appointment) in order {
        visits.push(visit(seed, cast, people, appointment, on, &mut number)?);
    }
    Ok(visits)
}

/// Where the seed puts an appointment: all visits of a patient in a week move together and stay inside it.
fn moved(seed: u64, appointment: &Appointment<'_>, all: &[Appointment<'_>]) -> Date {
    if appointment.is_pinned {
        return appointment.on;
    }
    let monday = appointment.monday();
    let together = |a: &&Appointment<'_>| a.patient() == appointment.patient() && a.monday() == monday;
    let (mut first, mut last) = (4, 0);
    for other in all.iter().filter(together) {
        let weekday = i64::from(other.on.weekday().to_monday_zero_offset());
        (first, last) = (first.min(weekday), last.max(weekday));
    }
    let mut dice = Dice::of(seed, &format!("week {monday} of {}", appointment.patient()));
    let by = dice.between(-first, 4 - last);
    let day = appointment.on.checked_add(by.days()).unwrap_or(appointment.on);
    if CLOSED.contains(&day) { appointment.on } else { day }
}

fn visit(
    seed: u64,
    cast: &Cast,
    people: &[Person],
    appointment: &Appointment<'_>,
    on: Date,
    number: &mut BTreeMap<ClientId, u32>,
) -> Result<Visit, WorldError> {
    let row = &appointment.row;
    let wrong = |message: &str| WorldError::new(&row.place, message);
    let person = people.iter().find(|p| p.key == row.field(1)).ok_or_else(|| wrong("no such patient"))?;
    let rendering = cast.clinician(row.field(3)).ok_or_else(|| wrong("no such clinician"))?;
    let referring = cast.clinician(person.fact("referred"));
    let template = Template::find(row.field(2))?;
    let mut dice = Dice::of(seed, &format!("visit {} {}", row.field(1), appointment.on));
    let words = words(cast, person, rendering, referring, on);
    let written = template.write(&words, on, &mut dice)?;
    let sequence = number.entry(person.client).or_insert(0);
    *sequence += 1;
    Ok(Visit {
        client: person.client,
        encounter: Encounter {
            id: dice.uuid().into(),
            number: format!("E{:06}", *sequence),
            patient_id: person.patient.id,
            served_on: on,
            rendering_id: rendering.id,
            referring_id: referring.map(|r| r.id),
            place_of_service: PlaceOfService::new("11").map_err(|e| WorldError::new(&row.place, e))?,
            setting: Setting::Outpatient,
            is_established: !template.is_new,
            status: EncounterStatus::Unsigned,
        },
        coverage: person.primary().ok_or_else(|| wrong("the patient has no coverage"))?.id,
        note_id: dice.uuid().into(),
        note_kind: template.kind,
        title: template.title.to_owned(),
        note_text: written.text,
        gold: written.gold,
        beats: beats(row)?,
        person_key: person.key.clone(),
        signed_after: template.signed_after,
        addendum: written.addendum,
    })
}

fn beats(row: &Row<'_>) -> Result<Vec<Beat>, WorldError> {
    row.field(4)
        .split_whitespace()
        .map(|code| {
            Beat::from_code(code).ok_or_else(|| WorldError::new(&row.place, format!("no beat is called {code}")))
        })
        .collect()
}

/// What fills the gaps of the note of a visit.
fn words(
    cast: &Cast,
    person: &Person,
    rendering: &Provider,
    referring: Option<&Provider>,
    on: Date,
) -> BTreeMap<String, String> {
    let patient = &person.patient;
    let signature = |p: &Provider| format!("{}, {}", p.name.full(), p.credential);
    let mut words = person.facts.clone();
    let mut put = |key: &str, value: String| words.insert(key.to_owned(), value);
    put("name", patient.name.full());
    put("first", patient.name.first.clone());
    put("age", age_on(patient.born_on, on).to_string());
    put("sex", if patient.sex == Sex::Male { "male" } else { "female" }.to_owned());
    put("s", patient.sex.code().to_owned());
    put("dob", written_date(patient.born_on));
    put("dos", written_date(on));
    put("provider", signature(rendering));
    if let Some(assistant) = cast.clinician("pta1") {
        put("assistant", signature(assistant));
    }
    if let Some(referring) = referring {
        put("referrer", format!("Dr. {}", referring.name.last));
    }
    if let Some(accident) = person.primary().and_then(|c| c.accident.as_ref()) {
        put("hurt", written_date(accident.on));
    }
    words
}
