//! The demo: an invented world lived day by day through the same steps that people take in the application.
//!
//! Nothing here knows an answer: notes are read by the coding assistant, decided by the demo coder's visible rules,
//! paid by payers that see claim files alone. The script only says what people do and when ([`world::Action`]).

use std::collections::{BTreeMap, BTreeSet};

use claim::{ClientId, CoverageId, EncounterId, EncounterStatus, PayerId};
use jiff::{ToSpan, civil::Date};
use store::{Actor, Scope, Tx, encounter::EncounterFilter};
use world::{Change, Persona, Role, ScriptedAction, World};

use crate::{
    CycleError, bill,
    coding::{self, RoundOutcome},
    limits,
    office::{Arrival, Office, OfficeError},
    register::{self, Registered},
    statements, visits,
};

mod action;
mod change;

/// Visits looked through for work on a day.
const VISITS_MAX: u32 = 1_000;

/// A day of the demo as it passes, for whoever shows progress.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The day.
    pub day: Date,
    /// Days passed.
    pub passed: usize,
    /// Days in all.
    pub days: usize,
    /// Visits recorded so far.
    pub visits: usize,
    /// Files taken in so far.
    pub files: usize,
}

/// A world being lived.
pub struct Demo<'a> {
    office: &'a Office,
    world: &'a World,
    done: Vec<bool>,
    /// What is keyed differently at charge entry, until the charges are entered.
    mistyped: BTreeMap<EncounterId, Vec<Change>>,
    /// Claims that go in spite of their errors, with the reason.
    overridden: BTreeMap<EncounterId, String>,
    /// Visits the demo coder left to people.
    left: BTreeSet<EncounterId>,
}

impl<'a> Demo<'a> {
    /// A world before its first day.
    #[must_use]
    pub fn new(office: &'a Office, world: &'a World) -> Self {
        Self {
            office,
            world,
            done: vec![false; world.script.len()],
            mistyped: BTreeMap::new(),
            overridden: BTreeMap::new(),
            left: BTreeSet::new(),
        }
    }

    /// Registers the world in an empty installation.
    ///
    /// # Errors
    /// As [`register::installation`] and [`register::client`].
    pub fn register(&self, password_hash: impl Fn(&Persona) -> String) -> Result<Registered, OfficeError> {
        let db = self.office.db();
        let demo = Actor::System("demo");
        let mut all = db.write(&demo, Scope::Installation, |tx| {
            register::installation(tx, self.world, &password_hash).map_err(CycleError::from)
        })?;
        for client in &self.world.clients {
            let added = db
                .write(&demo, Scope::One(client.id), |tx| register::client(tx, self.world).map_err(CycleError::from))?;
            all.providers += added.providers;
            all.tariffs += added.tariffs;
            all.patients += added.patients;
            all.coverages += added.coverages;
        }
        Ok(all)
    }

    /// Lives every day from the first to the last.
    ///
    /// # Errors
    /// When a step fails that should not; what one person may not do is no failure.
    pub fn live(&mut self, mut on_day: impl FnMut(Progress)) -> Result<(), OfficeError> {
        let days: Vec<Date> =
            std::iter::successors(Some(self.world.starts_on), |day| Some(day.saturating_add(1.days())))
                .take_while(|day| *day <= self.world.ends_on)
                .collect();
        let (mut visits, mut files) = (0, 0);
        for (passed, day) in (1..).zip(&days) {
            visits += self.morning(*day)?;
            self.act(*day)?;
            if *day <= self.world.coding_ends_on {
                self.code()?;
            }
            files += self.evening()?.len();
            on_day(Progress { day: *day, passed, days: days.len(), visits, files });
        }
        Ok(())
    }

    /// The doors open: visits happen, and the front desk asks payers about the coverages of the day.
    fn morning(&self, day: Date) -> Result<usize, OfficeError> {
        self.office.begin_day(day)?;
        let mut count = 0;
        for client in &self.world.clients {
            let record = |tx: &mut Tx<'_>| visits::record(tx, self.world, day, day);
            count += self.office.db().write(&Actor::System("demo"), Scope::One(client.id), record)?;
            for (payer, coverages) in self.asked_about(client.id, day) {
                self.office.ask(&self.persona(client.id, Role::FrontDesk), client.id, payer, &coverages, day)?;
            }
        }
        self.office.exchange()?;
        Ok(count)
    }

    /// The first coverages of the day's patients, by payer.
    fn asked_about(&self, client: ClientId, day: Date) -> BTreeMap<PayerId, Vec<CoverageId>> {
        let mut asked: BTreeMap<PayerId, Vec<CoverageId>> = BTreeMap::new();
        let today = self.world.visits.iter().filter(|v| v.client == client && v.encounter.served_on == day);
        for coverage in
            today.filter_map(|visit| self.world.person(visit)?.coverages.iter().find(|c| c.id == visit.coverage))
        {
            let list = asked.entry(coverage.payer_id).or_default();
            if !list.contains(&coverage.id) {
                list.push(coverage.id);
            }
        }
        asked
    }

    /// Tries every action whose day has come; one whose time is not ripe is tried again tomorrow.
    fn act(&mut self, day: Date) -> Result<(), OfficeError> {
        for (index, scripted) in self.world.script.iter().enumerate() {
            let is_done = self.done.get(index).copied().unwrap_or(true);
            if !is_done && scripted.on <= day && self.try_action(scripted)? {
                self.done.iter_mut().skip(index).take(1).for_each(|done| *done = true);
            }
        }
        Ok(())
    }

    /// The demo coder reads what is signed, and the biller builds claims of what is final.
    fn code(&mut self) -> Result<(), OfficeError> {
        for client in &self.world.clients {
            let scope = || Scope::One(client.id);
            let coder = self.persona(client.id, Role::Coder);
            let biller = self.persona(client.id, Role::Biller);
            let to_code = EncounterFilter { status: Some(EncounterStatus::ToCode), ..EncounterFilter::default() };
            let mut waiting =
                self.office.db().read(&coder, scope(), |tx| store::encounter::list(tx, &to_code, VISITS_MAX, 0))?;
            waiting.sort_by(|a, b| a.encounter.number.cmp(&b.encounter.number));
            for record in waiting {
                let id = record.encounter.id;
                if self.left.contains(&id) {
                    continue;
                }
                let library = self.office.library();
                let round = |tx: &mut Tx<'_>| coding::demo_round(tx, library, id);
                let outcome = self.office.db().write(&coder, scope(), round)?;
                if !matches!(outcome, RoundOutcome::Queried(_)) {
                    self.office.db().write(&Actor::System("demo"), scope(), |tx| visits::judge(tx, id))?;
                }
                match outcome {
                    RoundOutcome::Queried(_) => {}
                    RoundOutcome::LeftToPeople(_) => {
                        self.left.insert(id);
                    }
                    RoundOutcome::Settled(codes) => {
                        let changes = self.mistyped.remove(&id).unwrap_or_default();
                        let keyed = change::keyed(&codes, &changes);
                        let enter = |tx: &mut Tx<'_>| coding::finish_as_keyed(tx, library, id, &keyed);
                        match self.office.db().write(&coder, scope(), enter) {
                            Ok(()) => {
                                let build = |tx: &mut Tx<'_>| bill::build(tx, library, id);
                                self.office.db().write(&biller, scope(), build)?;
                            }
                            // What the rules cannot finish waits for a person, with the reason on the visit.
                            Err(CycleError::Refused(reason)) => {
                                let status = EncounterStatus::ToCode;
                                let wait = |tx: &mut Tx<'_>| store::encounter::set_status(tx, id, status, &reason);
                                self.office.db().write(&coder, scope(), wait)?;
                                self.left.insert(id);
                            }
                            Err(other) => return Err(other.into()),
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Overrides, files out, payers, files in, statements.
    fn evening(&self) -> Result<Vec<Arrival>, OfficeError> {
        self.override_errors()?;
        for client in &self.world.clients {
            self.office.send_ready(&self.persona(client.id, Role::Biller), client.id)?;
            let poster = self.persona(client.id, Role::Poster);
            let library = self.office.library();
            self.office.db().write(&poster, Scope::One(client.id), |tx| statements::print_due(tx, library))?;
            self.office.db().write(&Actor::System("jobs"), Scope::One(client.id), limits::watch)?;
        }
        let arrivals = self.office.exchange()?;
        self.office.seal_audit_log()?;
        Ok(arrivals)
    }

    /// The account of whoever has a role at a client.
    fn persona(&self, client: ClientId, role: Role) -> Actor {
        let found = self.world.users.iter().find(|p| p.role == role && p.clients.as_slice() == [client]);
        found.map_or(Actor::System("demo"), |persona| Actor::User(persona.id))
    }

    fn client_of(&self, encounter: EncounterId) -> Option<ClientId> {
        self.world.visits.iter().find(|visit| visit.encounter.id == encounter).map(|visit| visit.client)
    }

    fn actor(&self, scripted: &ScriptedAction, client: ClientId) -> Actor {
        // What patients do, the poster writes down.
        self.persona(client, scripted.by.unwrap_or(Role::Poster))
    }
}
