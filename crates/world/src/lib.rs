//! The invented world of the demo: people, notes, plans.
//!
//! [`World::new`] makes everything from a seed: two practices, their clinicians and staff, four payers with
//! their rule books, the patients and how they are insured, half a year of visits with free-text notes, the
//! codes an expert wrote down for them, and what people do on which day. Nothing here is a real person, and
//! nothing that codes, scrubs or pays reads the expert's codes or the beats of the story.
//!
//! Where to change what: people in `data/patients.txt`, visits in `data/visits.txt`, note texts and their
//! codes in `notes/`, rules of the payers in `data/*.toml`, prices in `data/charges.txt` and `data/fees.txt`.

mod cast;
mod dice;
mod names;
mod note;
mod payers;
mod people;
mod plan;
mod script;
mod story;
mod table;
mod visits;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

pub use cast::{BillingCompany, Charge, Client, Persona, Role};
pub use note::note_texts;
pub use payers::{ContractTerms, Insurer, InsurerKey, PlanFolder};
pub use people::{AtPayer, Person};
pub use story::{Action, Beat, Change, Lines, ScriptedAction, StatementPayment};
pub use table::WorldError;
pub use visits::Visit;

/// The seed of the demo when none is given.
pub const DEFAULT_SEED: u64 = 1;

/// The last day of every story.
const ENDS_ON: Date = date(2026, 7, 10);

/// Everything the demo begins with and everything that happens in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    /// Who runs the installation.
    pub company: BillingCompany,
    /// First day of the story.
    pub starts_on: Date,
    /// Last day of the story, the day a visitor finds.
    pub ends_on: Date,
    /// The demo coder's last day: what is signed later is left for the visitor.
    pub coding_ends_on: Date,
    /// The practices: Cedar Hollow (`CH`) and Riverbend (`RB`).
    pub clients: Vec<Client>,
    /// Who signs in.
    pub users: Vec<Persona>,
    /// The payers.
    pub insurers: Vec<Insurer>,
    /// The patients.
    pub people: Vec<Person>,
    /// The visits, by date.
    pub visits: Vec<Visit>,
    /// What people do, by day.
    pub script: Vec<ScriptedAction>,
}

impl World {
    /// The world of a seed: names, birthdays, numbers, days inside the week, wordings and figures follow it;
    /// every beat of the story happens whatever it is.
    ///
    /// # Errors
    /// [`WorldError`] when a text of this crate is not as its reader expects; the tests make the worlds of
    /// many seeds to show that none is.
    pub fn new(seed: u64) -> Result<Self, WorldError> {
        let mut names = names::Names::of(seed);
        let cast = cast::Cast::of(seed, &mut names)?;
        let mut insurers = payers::insurers(seed)?;
        let people = people::people(seed, &cast.clients, &insurers, &mut names)?;
        let visits = visits::visits(seed, &cast, &people)?;
        let script = script::script(seed, &people, &visits, &insurers)?;
        let sources = plan::Sources { seed, clients: &cast.clients, people: &people, visits: &visits, names: &names };
        let plans: Vec<PlanFolder> = insurers.iter().map(|insurer| sources.folder(insurer, &insurers)).collect();
        for (insurer, plan) in insurers.iter_mut().zip(plans) {
            insurer.plan = plan;
        }
        Ok(Self {
            seed,
            company: BillingCompany {
                name: "Larkspur Billing Services".into(),
                submitter_id: "LARKSPUR1".into(),
                contact: "Claims desk".into(),
                phone: "7855550100".into(),
            },
            starts_on: date(2026, 1, 5),
            ends_on: ENDS_ON,
            coding_ends_on: date(2026, 7, 6),
            clients: cast.clients,
            users: cast.users,
            insurers,
            people,
            visits,
            script,
        })
    }

    /// The visits in the story for a beat.
    pub fn visits_with(&self, beat: Beat) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(move |visit| visit.has(beat))
    }

    /// The patient of a visit.
    #[must_use]
    pub fn person(&self, visit: &Visit) -> Option<&Person> {
        self.people.iter().find(|person| person.patient.id == visit.encounter.patient_id)
    }
}
