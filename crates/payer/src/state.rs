//! What a payer remembers: claims with every version of their decision, what members used up, money owed.

use std::collections::BTreeMap;

use claim::{Claim, ClaimPayment, Money, Npi, StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{PersonKey, Plan};

/// A payer's memory; serialise it between runs. Everything is ordered, so the same work gives the same text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Claims taken in, by the payer's control number.
    pub records: BTreeMap<String, Record>,
    /// Control numbers of a person's claims, in the order received.
    pub by_person: BTreeMap<PersonKey, Vec<String>>,
    /// What a person used up, by benefit year (its first day).
    pub used: BTreeMap<PersonKey, BTreeMap<Date, Used>>,
    /// What a family used up, by member identifier and benefit year; only money counts.
    pub family_used: BTreeMap<String, BTreeMap<Date, Used>>,
    /// What remittances below zero left to be taken from later ones, by payee.
    pub carried: BTreeMap<Npi, Money>,
    /// Overpayments to be taken back from payments, by payee, oldest first.
    pub recoveries: BTreeMap<Npi, Vec<Recovery>>,
    /// Claims taken in so far.
    pub claims_taken: u32,
    /// Remittances sent so far.
    pub remittances_sent: u32,
    /// Claims of others already sent, by their place in the plan.
    pub strays_sent: Vec<usize>,
    /// The last day the payer worked.
    pub worked_on: Option<Date>,
}

/// One claim at the payer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The payer's control number.
    pub control_number: String,
    /// As received.
    pub claim: Claim,
    /// The person it is for.
    pub person: PersonKey,
    /// Received on.
    pub received_on: Date,
    /// Decided not before this day; `None` lies forever.
    pub due_on: Option<Date>,
    /// Where it stands.
    pub standing: Standing,
    /// Control number of the claim it replaces or voids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// When the decision it replaces was made: the filing limit counts from there, also after an appeal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_decided_on: Option<Date>,
    /// Denial reasons that fell to an appeal.
    #[serde(default)]
    pub waived: Vec<String>,
    /// Every decision with its reversals, oldest first.
    #[serde(default)]
    pub versions: Vec<ClaimPayment>,
    /// What the decision in force used up.
    #[serde(default)]
    pub accruals: Vec<Accrual>,
    /// When the decision in force was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
}

/// Where a claim stands at the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In the queue.
    Waiting,
    /// In review.
    InReview,
    /// Waiting for records from the provider.
    WaitingForRecords,
    /// Decided; a later appeal may put it back into the queue.
    Decided,
    /// Decided once, then taken back for good by a replacement or void.
    Reversed,
    /// Replaced or voided before it was decided.
    Withdrawn,
}

impl Record {
    /// The decision in force.
    #[must_use]
    pub fn decision(&self) -> Option<&ClaimPayment> {
        self.decided_on.and(self.versions.last())
    }

    /// Status as a 277 tells it (STC01), finalised ones by what was paid.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        let (category, status) = match self.standing {
            Standing::Waiting => ("P1", "20"),
            Standing::InReview => ("P2", "46"),
            Standing::WaitingForRecords => ("P3", "294"),
            Standing::Decided => match self.decision() {
                Some(payment) if payment.paid.is_positive() => ("F1", "65"),
                Some(payment) if payment.patient_responsibility.is_some_and(Money::is_positive) => ("F4", "107"),
                _ => ("F2", "107"),
            },
            Standing::Reversed | Standing::Withdrawn => ("F3", "65"),
        };
        StatusCode { category: category.to_owned(), status: status.to_owned(), entity: String::new() }
    }
}

/// Money the payer takes back from later payments (PLB WO).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// What it refers to, such as the control number of the overpaid claim (PLB03-2).
    pub reference: String,
    /// What is still to be taken.
    pub amount: Money,
}

/// What one person used up in one benefit year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Of the deductible.
    pub deductible: Money,
    /// Of the out-of-pocket maximum.
    pub out_of_pocket: Money,
    /// Allowed physical and speech therapy.
    pub therapy: Money,
    /// Allowed occupational therapy.
    pub occupational: Money,
    /// Paid visits by limit (its service type) and day, with the number of lines that make them.
    #[serde(default)]
    pub visits: BTreeMap<String, BTreeMap<Date, u32>>,
    /// Copay taken by service type and day.
    #[serde(default)]
    pub copays: BTreeMap<String, BTreeMap<Date, Money>>,
}

/// What one decided line used up; taken back as a whole by a reversal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accrual {
    /// Benefit year (its first day).
    pub year: Date,
    /// Whose.
    pub person: PersonKey,
    /// Whose family.
    pub family: String,
    /// Day of service.
    pub on: Date,
    /// Deductible.
    pub deductible: Money,
    /// Deductible, coinsurance and copay.
    pub share: Money,
    /// Copay and its service type.
    pub copay: Option<(String, Money)>,
    /// Allowed physical and speech therapy.
    pub therapy: Money,
    /// Allowed occupational therapy.
    pub occupational: Money,
    /// Limits it counts for (service types).
    pub limits: Vec<String>,
}

impl Used {
    fn add(&mut self, accrual: &Accrual, sign: i64) {
        self.deductible += accrual.deductible.times(sign);
        self.out_of_pocket += accrual.share.times(sign);
        self.therapy += accrual.therapy.times(sign);
        self.occupational += accrual.occupational.times(sign);
        if let Some((service_type, amount)) = &accrual.copay {
            let taken = self.copays.entry(service_type.clone()).or_default().entry(accrual.on).or_default();
            *taken += amount.times(sign);
        }
        for limit in &accrual.limits {
            let days = self.visits.entry(limit.clone()).or_default();
            let lines = days.entry(accrual.on).or_default();
            *lines = if sign > 0 { lines.saturating_add(1) } else { lines.saturating_sub(1) };
            if *lines == 0 {
                days.remove(&accrual.on);
            }
        }
    }

    /// Days of service counted for a limit.
    #[must_use]
    pub fn visit_days(&self, service_type: &str) -> u32 {
        self.visits.get(service_type).map_or(0, |days| u32::try_from(days.len()).unwrap_or(u32::MAX))
    }

    /// Copay already taken for a service type on a day.
    #[must_use]
    pub fn copay_taken(&self, service_type: &str, on: Date) -> Money {
        self.copays.get(service_type).and_then(|days| days.get(&on)).copied().unwrap_or_default()
    }
}

/// A person's and the family's use of a benefit year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub person: Used,
    pub family: Used,
}

impl Usage {
    pub fn add(&mut self, accrual: &Accrual) {
        self.person.add(accrual, 1);
        self.family.add(accrual, 1);
    }
}

impl State {
    /// A payer on its first day.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Demands money back: taken from the payee's next payments (PLB WO), oldest demand first.
    pub fn recover(&mut self, payee: &Npi, reference: &str, amount: Money) {
        let recovery = Recovery { reference: reference.to_owned(), amount };
        self.recoveries.entry(payee.clone()).or_default().push(recovery);
    }

    /// Takes the records asked for: the claim is decided on its merits when its day comes. False when the payer
    /// waits for none.
    pub fn supply_records(&mut self, payer_control_number: &str, on: Date) -> bool {
        let waits = |record: &&mut Record| record.standing == Standing::WaitingForRecords;
        let Some(record) = self.records.get_mut(payer_control_number).filter(waits) else { return false };
        record.standing = Standing::Waiting;
        record.due_on = Some(on);
        true
    }

    /// The newest claim with a provider's control number (CLM01), for status questions.
    #[must_use]
    pub fn find(&self, provider_control_number: &str) -> Option<&Record> {
        self.records.values().rfind(|record| record.claim.control_number == provider_control_number)
    }

    /// A person's claims, oldest first.
    pub(crate) fn of_person(&self, person: &PersonKey) -> impl Iterator<Item = &Record> {
        self.by_person.get(person).into_iter().flatten().filter_map(|number| self.records.get(number))
    }

    /// What a person and the family used up in a benefit year, with what was used before the first claim.
    pub(crate) fn usage(&self, plan: &Plan, person: &PersonKey, family: &str, year: Date) -> Usage {
        let person_used = self.used.get(person).and_then(|years| years.get(&year)).cloned();
        let family_used = self.family_used.get(family).and_then(|years| years.get(&year)).cloned();
        let mut usage = Usage { person: person_used.unwrap_or_default(), family: family_used.unwrap_or_default() };
        let mut seen = Vec::new();
        for member in plan.members.iter().filter(|member| member.member_id == family) {
            let Some(opening) = &member.opening else { continue };
            if plan.year(opening.on).is_none_or(|meant| meant.from != year) || seen.contains(&member.person()) {
                continue;
            }
            seen.push(member.person());
            usage.family.deductible += opening.deductible;
            usage.family.out_of_pocket += opening.out_of_pocket;
            if member.person() == *person {
                usage.person.deductible += opening.deductible;
                usage.person.out_of_pocket += opening.out_of_pocket;
                usage.person.therapy += opening.therapy;
            }
        }
        usage
    }

    /// Books what a decision used up, or takes it back.
    pub(crate) fn accrue(&mut self, accruals: &[Accrual], sign: i64) {
        for accrual in accruals {
            let person = self.used.entry(accrual.person.clone()).or_default();
            person.entry(accrual.year).or_default().add(accrual, sign);
            let family = self.family_used.entry(accrual.family.clone()).or_default();
            family.entry(accrual.year).or_default().add(accrual, sign);
        }
    }
}
