//! What people of the story do: each action is one step of the application, taken when its time is ripe.

use claim::{ClaimId, ClaimStatus, ClientId, CoverageId, EncounterId, EncounterStatus, Money, PatientId};
use price::ChargeMaster;
use store::{
    Actor, Scope, Tx,
    claim::{ClaimFilter, ClaimOrder, ClaimRecord},
    tariff::TariffKind,
};
use world::{Action, Change, Role, ScriptedAction, StatementPayment};

use super::{Demo, change};
use crate::{CycleError, bill, chart, coding, follow, money, office::OfficeError};

/// Claims of a patient looked through.
const CLAIMS_MAX: u32 = 200;

/// True when it is done, false when it is not time yet.
type Tried = Result<bool, CycleError>;

impl Demo<'_> {
    pub(super) fn try_action(&mut self, scripted: &ScriptedAction) -> Result<bool, OfficeError> {
        match &scripted.action {
            Action::MistypeCharges { encounter, changes } => {
                self.mistyped.insert(*encounter, changes.clone());
                return Ok(true);
            }
            Action::SendAnyway { encounter, reason } => {
                self.overridden.insert(*encounter, reason.clone());
                return Ok(true);
            }
            _ => {}
        }
        let Some(client) = self.client_of_action(&scripted.action) else { return Ok(true) };
        let actor = match &scripted.action {
            Action::SignNote { encounter } | Action::AnswerQuery { encounter, .. } => self.clinician(*encounter),
            _ => self.actor(scripted, client),
        };
        let step = |tx: &mut Tx<'_>| self.step(tx, &scripted.action);
        Ok(self.office.db().write(&actor, Scope::One(client), step)?)
    }

    fn client_of_action(&self, action: &Action) -> Option<ClientId> {
        match action {
            Action::SignNote { encounter }
            | Action::PayAtDesk { encounter, .. }
            | Action::MistypeCharges { encounter, .. }
            | Action::SendAnyway { encounter, .. }
            | Action::AnswerQuery { encounter, .. }
            | Action::ResendByMistake { encounter }
            | Action::CorrectClaim { encounter, .. }
            | Action::OpenAppeal { encounter, .. } => self.client_of(*encounter),
            Action::CorrectMemberId { patient, .. }
            | Action::RecordAuthorization { patient, .. }
            | Action::PayStatement { patient, .. } => {
                self.world.people.iter().find(|person| person.patient.id == *patient).map(|person| person.client)
            }
        }
    }

    fn clinician(&self, encounter: EncounterId) -> Actor {
        let rendering =
            self.world.visits.iter().find(|v| v.encounter.id == encounter).map(|v| v.encounter.rendering_id);
        let persona = self.world.users.iter().find(|p| p.provider.is_some() && p.provider == rendering);
        persona.map_or(Actor::System("demo"), |persona| Actor::User(persona.id))
    }

    fn step(&self, tx: &mut Tx<'_>, action: &Action) -> Tried {
        match action {
            Action::SignNote { encounter } => {
                let rendering = store::encounter::get(tx, *encounter)?.encounter.rendering_id;
                chart::sign(tx, *encounter, rendering).map(|_| true)
            }
            Action::PayAtDesk { encounter, amount } => {
                let patient = store::encounter::get(tx, *encounter)?.encounter.patient_id;
                money::receive(tx, patient, *amount, "card_link", "desk", Some(*encounter)).map(|_| true)
            }
            Action::CorrectMemberId { patient, coverage, member_id } => {
                self.correct_member_id(tx, *patient, *coverage, member_id)
            }
            Action::RecordAuthorization { coverage, number, .. } => {
                let mut coverage = store::coverage::get(tx, *coverage)?;
                coverage.prior_authorization = Some(number.clone());
                store::coverage::update(tx, &coverage)?;
                Ok(true)
            }
            Action::AnswerQuery { encounter, addendum } => answer(tx, *encounter, addendum),
            Action::ResendByMistake { encounter } => self.resend(tx, *encounter),
            Action::CorrectClaim { encounter, changes, reason } => self.correct(tx, *encounter, changes, reason),
            Action::OpenAppeal { encounter, reason } => {
                let Some(claim) = denied(tx, *encounter)? else { return Ok(false) };
                follow::open_appeal(tx, claim.id, reason).map(|_| true)
            }
            Action::PayStatement { patient, payment } => pay_statement(tx, *patient, *payment),
            Action::MistypeCharges { .. } | Action::SendAnyway { .. } => Ok(true),
        }
    }

    fn correct_member_id(&self, tx: &mut Tx<'_>, patient: PatientId, coverage: CoverageId, member_id: &str) -> Tried {
        let filter =
            ClaimFilter { patient_id: Some(patient), status: Some(ClaimStatus::Rejected), ..ClaimFilter::default() };
        let rejected = store::claim::list(tx, &filter, ClaimOrder::Newest, CLAIMS_MAX, 0)?;
        if rejected.is_empty() {
            return Ok(false);
        }
        let mut corrected = store::coverage::get(tx, coverage)?;
        corrected.member_id = member_id.to_owned();
        store::coverage::update(tx, &corrected)?;
        for claim in rejected.iter().filter(|claim| claim.coverage_id == coverage) {
            bill::refresh(tx, self.office.library(), claim.id, "Member identifier corrected from the card")?;
        }
        Ok(true)
    }

    fn resend(&self, tx: &mut Tx<'_>, encounter: EncounterId) -> Tried {
        let claims = store::claim::of_encounter(tx, encounter)?;
        let Some(sent) = claims.iter().find(|claim| claim.submitted_on.is_some()) else { return Ok(false) };
        let library = self.office.library();
        let again = bill::resend(tx, library, sent.id, "No answer was found; sent again")?;
        if store::claim::get(tx, again)?.status == ClaimStatus::Held {
            bill::send_anyway(tx, library, again, "The first claim was thought lost")?;
        }
        Ok(true)
    }

    fn correct(&self, tx: &mut Tx<'_>, encounter: EncounterId, changes: &[Change], reason: &str) -> Tried {
        let Some(claim) = denied(tx, encounter)? else { return Ok(false) };
        let master: ChargeMaster =
            store::tariff::in_force(tx, TariffKind::ChargeMaster, None, claim.served_on)?.unwrap_or_default();
        let sent = store::claim::latest(tx, claim.id)?.claim;
        let corrected = change::corrected(&sent, changes, &master);
        follow::correct(tx, self.office.library(), claim.id, &corrected, reason).map(|_| true)
    }

    /// Held claims of the story that a biller sends in spite of their errors.
    pub(super) fn override_errors(&self) -> Result<(), OfficeError> {
        for (encounter, reason) in &self.overridden {
            let Some(client) = self.client_of(*encounter) else { continue };
            let biller = self.persona(client, Role::Biller);
            let library = self.office.library();
            self.office.db().write(&biller, Scope::One(client), |tx| {
                for claim in store::claim::of_encounter(tx, *encounter)? {
                    if claim.status == ClaimStatus::Held {
                        bill::send_anyway(tx, library, claim.id, reason)?;
                    }
                }
                Ok::<_, CycleError>(())
            })?;
        }
        Ok(())
    }
}

/// The claim of a visit with a denial that waits for somebody.
fn denied(tx: &mut Tx<'_>, encounter: EncounterId) -> Result<Option<ClaimRecord>, CycleError> {
    for claim in store::claim::of_encounter(tx, encounter)? {
        if has_denial(tx, claim.id)? {
            return Ok(Some(claim));
        }
    }
    Ok(None)
}

fn has_denial(tx: &mut Tx<'_>, id: ClaimId) -> Result<bool, CycleError> {
    Ok(!follow::open_denials(tx, id)?.is_empty())
}

fn answer(tx: &mut Tx<'_>, encounter: EncounterId, addendum: &str) -> Tried {
    let record = store::encounter::get(tx, encounter)?.encounter;
    if record.status != EncounterStatus::Queried {
        return Ok(false);
    }
    let open: Vec<_> =
        store::query::of_encounter(tx, encounter)?.into_iter().filter(|q| q.answered_at.is_none()).collect();
    let mut answers = open.iter();
    // One addendum answers every question of the visit; it is written once.
    if let Some(first) = answers.next() {
        coding::answer(tx, first.id, record.rendering_id, addendum)?;
    }
    for query in answers {
        store::query::answer(tx, query.id, addendum)?;
    }
    if !open.is_empty() {
        store::encounter::set_status(tx, encounter, EncounterStatus::ToCode, "The provider answered")?;
    }
    Ok(!open.is_empty())
}

fn pay_statement(tx: &mut Tx<'_>, patient: PatientId, payment: StatementPayment) -> Tried {
    let statements = store::statement::list(tx, Some(patient), 1, 0)?;
    let due = store::ledger::patient_balance(tx, patient)?.patient;
    let Some(statement) = statements.first().filter(|_| due.is_positive()) else { return Ok(false) };
    let asked = due.min(statement.amount);
    let amount = match payment {
        StatementPayment::Full => asked,
        StatementPayment::Half => Money::from_cents(asked.cents() / 2),
    };
    if amount.is_positive() {
        money::receive(tx, patient, amount, "check", &statement.number, None)?;
    }
    Ok(true)
}
