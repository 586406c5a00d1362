//! A practice with claims at a payer, and the remittances that decide them.

use claim::{
    Adjustment, AdjustmentGroup, ChargeId, Claim, ClaimDecision, ClaimId, ClaimPayment, ClaimStatus, ClientId, CodeSet,
    CodedService, Coverage, Encounter, EncounterId, EncounterStatus, LinePayment, Money, PatientId, Payer,
    ProviderAdjustment, Remittance, Setting,
};
use codes::Library;
use cycle::{
    CycleError,
    assemble::{self, ClaimFacts},
    post::{self, PostedRemittance},
    proof,
};
use jiff::{ToSpan, civil::Date};
use ledger::{Account, posting};
use store::{Db, Scope, Tx, charge::Charge, claim::NewClaim};
use world::World;

use crate::place::{self, DEMO, Place};

/// From the visits, on the world's first day, to their remittances, which come on the day a scene begins.
const DAYS_TO_PAY: i64 = 14;

/// What CO, OA or PR took off a line, in cents.
pub type Cut = (AdjustmentGroup, &'static str, i64);

/// A claim that a payer has accepted.
#[derive(Clone, Debug)]
pub struct Billed {
    pub id: ClaimId,
    pub number: String,
    pub claim: Claim,
    pub patient_id: PatientId,
    pub encounter_id: EncounterId,
    pub charges: Vec<ChargeId>,
    pub payer: Payer,
}

pub struct Stage {
    pub world: World,
    pub library: Library,
    pub client: ClientId,
    pub place: Place,
}

/// Plays a scene on every engine at hand; the books must hold at its end.
pub fn play(name: &str, scene: impl Fn(&Stage)) {
    for place in place::places(name) {
        let world = World::new(1).unwrap();
        place::seed(place.db(), &world);
        let client = world.clients[0].id;
        let stage = Stage { world, library: Library::shipped(), client, place };
        stage.days_pass(DAYS_TO_PAY);
        scene(&stage);
        assert_eq!(stage.breaches(), Vec::<String>::new(), "{}", stage.place.name);
        assert!(stage.read(proof::lines).iter().all(proof::LineProof::holds), "{}", stage.place.name);
    }
}

pub fn cents(amount: i64) -> Money {
    Money::from_cents(amount)
}

impl Stage {
    pub fn db(&self) -> &Db {
        self.place.db()
    }

    pub fn write<T>(&self, step: impl FnMut(&mut Tx<'_>) -> Result<T, CycleError>) -> T {
        self.attempt(step).unwrap()
    }

    pub fn attempt<T>(&self, step: impl FnMut(&mut Tx<'_>) -> Result<T, CycleError>) -> Result<T, CycleError> {
        self.db().write(&DEMO, Scope::One(self.client), step)
    }

    pub fn read<T>(&self, look: impl FnOnce(&mut Tx<'_>) -> Result<T, CycleError>) -> T {
        self.db().read(&DEMO, Scope::One(self.client), look).unwrap()
    }

    pub fn breaches(&self) -> Vec<String> {
        self.read(proof::prove).breaches.into_iter().map(|b| format!("{} {}", b.invariant, b.message)).collect()
    }

    /// Balance of an account in cents.
    pub fn balance(&self, account: Account) -> i64 {
        let all = self.read(|tx| Ok(store::ledger::trial_balance(tx, Date::MAX)?));
        all.into_iter().filter(|(of, _)| *of == account).map(|(_, amount)| amount.cents()).sum()
    }

    pub fn status(&self, id: ClaimId) -> ClaimStatus {
        self.read(|tx| Ok(store::claim::get(tx, id)?.status))
    }

    /// Open items about a record: kind, amount in cents.
    pub fn work(&self, subject: &str, id: impl ToString) -> Vec<(String, i64)> {
        let items = self.read(|tx| Ok(store::work::of_subject(tx, subject, id.to_string())?));
        items.into_iter().filter(|i| i.done_at.is_none()).map(|i| (i.kind, i.amount.cents())).collect()
    }

    pub fn days_pass(&self, days: i64) {
        let step = |tx: &mut Tx<'_>| {
            let to = tx.now().checked_add((days * 24).hours()).unwrap();
            store::installation::move_clock(tx, to).map_err(CycleError::from)
        };
        self.db().write(&DEMO, Scope::Installation, step).unwrap();
    }

    /// A visit on the first day, charged and billed to the first payer of a patient, who accepted the claim.
    pub fn bill(&self, key: &str, lines: &[(&str, i64)]) -> Billed {
        let person = self.world.people.iter().find(|person| person.key == key).unwrap();
        let coverage = person.coverages[0].clone();
        self.write(|tx| {
            let payer = store::payer::get(tx, coverage.payer_id)?;
            let encounter = self.encounter(tx, person.patient.id)?;
            let charges = lines
                .iter()
                .zip(1u16..)
                .map(|((code, amount), line)| charge(tx, &encounter, &payer, line, code, cents(*amount)))
                .collect::<Result<Vec<_>, CycleError>>()?;
            let claim = self.claim(tx, &encounter, &coverage, &payer, lines)?;
            let id: ClaimId = tx.new_id()?;
            let new = NewClaim {
                id,
                claim: &claim,
                encounter_id: encounter.id,
                patient_id: person.patient.id,
                payer_id: payer.id,
                coverage_id: coverage.id,
                follows_id: None,
                file_by: encounter.served_on.saturating_add(365.days()),
                expected: None,
                charges: &charges,
            };
            store::claim::insert(tx, &new)?;
            store::claim::add_version(tx, id, &claim, &[], "First claim")?;
            accept(tx, id)?;
            let (number, encounter_id) = (claim.control_number.clone(), encounter.id);
            Ok(Billed { id, number, claim, patient_id: person.patient.id, encounter_id, charges, payer })
        })
    }

    fn encounter(&self, tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Encounter, CycleError> {
        let encounter = Encounter {
            id: tx.new_id()?,
            number: store::encounter::next_number(tx)?,
            patient_id,
            served_on: self.world.starts_on,
            rendering_id: self.world.clients[0].providers[0].id,
            referring_id: None,
            place_of_service: "11".parse().unwrap(),
            setting: Setting::Outpatient,
            is_established: true,
            status: EncounterStatus::Billed,
        };
        store::encounter::insert(tx, &encounter)?;
        Ok(encounter)
    }

    fn claim(
        &self,
        tx: &mut Tx<'_>,
        encounter: &Encounter,
        coverage: &Coverage,
        payer: &Payer,
        lines: &[(&str, i64)],
    ) -> Result<Claim, CycleError> {
        let client = &self.world.clients[0];
        let service = |(code, _): &(&str, i64)| CodedService {
            code: code.parse().unwrap(),
            modifiers: vec![],
            units: claim::Units::ONE,
            pointers: vec![1],
            evidence: vec![],
        };
        let diagnosis = claim::CodedDiagnosis { code: "I10".parse().unwrap(), evidence: vec![] };
        let codes = CodeSet { diagnoses: vec![diagnosis], services: lines.iter().map(service).collect() };
        let amounts: Vec<Money> = lines.iter().map(|(_, amount)| cents(*amount)).collect();
        let facts = ClaimFacts {
            billing: &client.billing,
            patient: &store::patient::get(tx, coverage.patient_id)?,
            encounter,
            rendering: &client.providers[0],
            referring: None,
            coverage,
            payer,
            others: &[],
            codes: &codes,
            charges: &amounts,
            patient_paid: Money::ZERO,
        };
        Ok(assemble::first_claim(&cycle::bill::next_number(tx)?, &facts))
    }

    /// A claim made meanwhile, accepted by its payer.
    pub fn accepted(&self, id: ClaimId) -> Billed {
        self.write(|tx| {
            let record = store::claim::get(tx, id)?;
            if record.status == ClaimStatus::Held {
                store::claim::set_status(tx, id, ClaimStatus::Ready, "Released", None)?;
                for item in store::work::of_subject(tx, "claim", id)? {
                    store::work::finish(tx, item.id, "Released")?;
                }
            }
            for status in [ClaimStatus::Submitted, ClaimStatus::Accepted] {
                store::claim::set_status(tx, id, status, "Sent", None)?;
            }
            Ok(Billed {
                id,
                number: record.number,
                claim: store::claim::latest(tx, id)?.claim,
                patient_id: record.patient_id,
                encounter_id: record.encounter_id,
                charges: store::claim::lines(tx, id)?.into_iter().map(|(_, charge)| charge).collect(),
                payer: store::payer::get(tx, record.payer_id)?,
            })
        })
    }

    /// One payment with its claims and provider-level adjustments, in balance.
    pub fn remittance(
        &self,
        payer: &Payer,
        trace: &str,
        claims: Vec<ClaimPayment>,
        provider: &[(&str, i64)],
    ) -> Remittance {
        let billing = &self.world.clients[0].billing;
        let adjust = |(reason, amount): &(&str, i64)| ProviderAdjustment {
            reason: (*reason).into(),
            reference: String::new(),
            amount: cents(*amount),
        };
        let provider_adjustments: Vec<_> = provider.iter().map(adjust).collect();
        let adjusted: Money = provider_adjustments.iter().map(|a| a.amount).sum();
        Remittance {
            payer_name: payer.name.clone(),
            payer_number: payer.payer_number.clone(),
            payer_address: payer.address.clone(),
            payer_phone: String::new(),
            payee_name: billing.name.clone(),
            payee_id: billing.npi.to_string(),
            payee_tax_id: billing.tax_id.clone(),
            handling: "I".into(),
            amount: claims.iter().map(|c| c.paid).sum::<Money>() - adjusted,
            method: "ACH".into(),
            transfer: None,
            paid_on: self.world.starts_on.saturating_add(DAYS_TO_PAY.days()),
            trace_number: trace.into(),
            originator: "1512345678".into(),
            produced_on: None,
            claims,
            provider_adjustments,
        }
    }

    pub fn take_in(&self, remittance: &Remittance) -> PostedRemittance {
        self.write(|tx| {
            let name = format!("{}.835", remittance.trace_number);
            let document = store::document::keep(tx, "835", &name, name.as_bytes())?.document.id;
            Ok(post::take_in(tx, &self.library, document, std::slice::from_ref(remittance))?.remove(0))
        })
    }

    /// Decides a claim alone in a payment and takes it in.
    pub fn decide(&self, billed: &Billed, trace: &str, cuts: &[&[Cut]]) -> PostedRemittance {
        let decision = match billed.claim.sequence {
            claim::PayerSequence::Primary => ClaimDecision::Primary,
            _ => ClaimDecision::Secondary,
        };
        self.take_in(&self.remittance(&billed.payer, trace, vec![decided(billed, decision, "ICN1", cuts)], &[]))
    }
}

fn charge(
    tx: &mut Tx<'_>,
    encounter: &Encounter,
    payer: &Payer,
    line: u16,
    code: &str,
    amount: Money,
) -> Result<ChargeId, CycleError> {
    let charge = Charge {
        id: tx.new_id()?,
        encounter_id: encounter.id,
        patient_id: encounter.patient_id,
        line,
        procedure: code.parse().unwrap(),
        modifiers: vec![],
        units: claim::Units::ONE,
        pointers: vec![1],
        served_on: encounter.served_on,
        amount,
        is_voided: false,
    };
    store::charge::insert(tx, &charge)?;
    let on = encounter.served_on;
    let entry = posting::charge(charge.id, encounter.patient_id, Some(payer.id), amount, on, code.into());
    store::ledger::record(tx, &entry)?;
    Ok(charge.id)
}

fn accept(tx: &mut Tx<'_>, id: ClaimId) -> Result<(), CycleError> {
    for status in [ClaimStatus::Ready, ClaimStatus::Submitted, ClaimStatus::Accepted] {
        store::claim::set_status(tx, id, status, "Sent", None)?;
    }
    Ok(())
}

/// A decision: each line pays what its cuts leave.
pub fn decided(billed: &Billed, decision: ClaimDecision, icn: &str, cuts: &[&[Cut]]) -> ClaimPayment {
    assert_eq!(billed.claim.lines.len(), cuts.len());
    let lines = billed.claim.lines.iter().zip(cuts).map(|(line, cuts)| {
        let adjustments: Vec<_> = cuts
            .iter()
            .map(|(group, reason, amount)| Adjustment::new(*group, reason.parse().unwrap(), cents(*amount)))
            .collect();
        LinePayment {
            procedure: line.procedure.clone(),
            modifiers: line.modifiers.clone(),
            submitted_procedure: None,
            charge: line.charge,
            paid: line.charge - adjustments.iter().map(|a| a.amount).sum::<Money>(),
            units: line.units,
            from: Some(line.from),
            adjustments,
            remarks: vec![],
            control_number: Some(line.control_number.clone()),
            allowed: None,
        }
    });
    let lines: Vec<LinePayment> = lines.collect();
    ClaimPayment {
        offset: 300,
        control_number: billed.number.clone(),
        decision,
        charge: billed.claim.charge(),
        paid: lines.iter().map(|line| line.paid).sum(),
        patient_responsibility: None,
        filing_code: "12".into(),
        payer_control_number: icn.into(),
        facility_code: "11".into(),
        frequency: "1".into(),
        patient: billed.claim.patient.name.clone(),
        member_id: billed.claim.member.member_id.clone(),
        corrected_member_id: None,
        rendering_npi: String::new(),
        forwarded_to: None,
        adjustments: vec![],
        remarks: vec![],
        received_on: None,
        from: billed.claim.first_day(),
        interest: None,
        lines,
    }
}
