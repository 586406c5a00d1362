//! The patients and how they are insured.

use std::collections::BTreeMap;

use claim::{
    Accident, AccidentCause, Address, ClientId, Coverage, Money, Patient, PayerSequence, PersonName, Relationship, Sex,
    Subscriber, age_on,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Insurer, InsurerKey,
    dice::Dice,
    names::{Names, street},
    table::{Row, WorldError, options, rows},
};

/// A patient with the coverages registration has on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Row of `patients.txt`: `c01`.
    pub key: String,
    /// Whose patient.
    pub client: ClientId,
    /// As registered.
    pub patient: Patient,
    /// As registered, in the order they pay.
    pub coverages: Vec<Coverage>,
    /// What only the payers know.
    pub at_payer: AtPayer,
    /// Registration options and words for the notes.
    pub(crate) facts: BTreeMap<String, String>,
}

/// What the payer knows better than registration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtPayer {
    /// The primary member identifier, where registration mistyped it.
    pub member_id: Option<String>,
    /// The day coverage ended, which nobody told the practice.
    pub ended_on: Option<Date>,
    /// Deductible used up elsewhere this year.
    pub deductible_used: Money,
    /// Therapy allowed elsewhere this year.
    pub therapy_used: Money,
}

impl Person {
    /// The coverage asked first.
    #[must_use]
    pub fn primary(&self) -> Option<&Coverage> {
        self.coverages.first()
    }

    /// Which insurer a coverage is with.
    pub(crate) fn insured_by(&self, insurers: &[Insurer]) -> Option<InsurerKey> {
        let payer = self.primary()?.payer_id;
        insurers.iter().find(|i| i.payer.id == payer).map(|i| i.key)
    }

    pub(crate) fn fact(&self, key: &str) -> &str {
        self.facts.get(key).map_or("", String::as_str)
    }
}

/// Everybody of `patients.txt` in the world of a seed.
pub(crate) fn people(
    seed: u64,
    clients: &[Client],
    insurers: &[Insurer],
    names: &mut Names,
) -> Result<Vec<Person>, WorldError> {
    rows("patients.txt", include_str!("../data/patients.txt"))
        .map(|row| {
            let at = usize::from(row.field(0).starts_with('r'));
            let client = clients.get(at).ok_or_else(|| WorldError::new(&row.place, "no such client"))?;
            person(seed, &row, client, insurers, names)
        })
        .collect()
}

fn person(
    seed: u64,
    row: &Row<'_>,
    client: &Client,
    insurers: &[Insurer],
    names: &mut Names,
) -> Result<Person, WorldError> {
    let key = row.field(0);
    let mut dice = Dice::of(seed, &format!("patient {key}"));
    let facts = options(row.field(4));
    let sex = Sex::from_code(row.field(1));
    let about: Date = row.value(2)?;
    let is_child = age_on(about, date(2026, 1, 5)) < 18;
    // A child's age decides codes and vaccines, so its birthday moves by days only.
    let reach = if is_child { 3 } else { 120 };
    let born_on = shifted(about, dice.between(-reach, reach));
    let number: u32 = key.get(1..).unwrap_or_default().parse().map_err(|e| WorldError::new(&row.place, e))?;
    let patient = Patient {
        id: dice.uuid().into(),
        mrn: format!("{}{:05}", client.code, 10_040 + number * 7),
        name: names.next(sex, is_child),
        born_on,
        sex,
        address: home(&mut dice),
        phone: format!("785555{}", dice.digits(4)),
    };
    let mut at_payer = AtPayer {
        ended_on: facts.get("ended").map(|day| day.parse()).transpose().map_err(|e| WorldError::new(&row.place, e))?,
        deductible_used: money(&row.place, &facts, "used")?,
        therapy_used: money(&row.place, &facts, "therapy")?,
        ..AtPayer::default()
    };
    let registration = Registration { client, insurers, patient: &patient, facts: &facts };
    let mut coverages = registration.coverages(row, names, &mut dice)?;
    if facts.contains_key("mistyped")
        && let Some(coverage) = coverages.first_mut()
    {
        let card = std::mem::take(&mut coverage.member_id);
        coverage.member_id = mistyped(&card);
        at_payer.member_id = Some(card);
    }
    Ok(Person { key: key.to_owned(), client: client.id, patient, coverages, at_payer, facts })
}

fn shifted(day: Date, by: i64) -> Date {
    day.checked_add(by.days()).unwrap_or(day)
}

fn money(place: &str, facts: &BTreeMap<String, String>, key: &str) -> Result<Money, WorldError> {
    facts.get(key).map_or(Ok(Money::ZERO), |text| text.parse().map_err(|e| WorldError::new(place, e)))
}

fn home(dice: &mut Dice) -> Address {
    let towns = [("Marlow Springs", "66999"), ("Cutler", "66998"), ("Fort Amity", "66997")];
    let (city, zip) = dice.pick(&towns).copied().unwrap_or_default();
    Address {
        line1: street(dice),
        line2: String::new(),
        city: city.into(),
        state: "KS".into(),
        zip: format!("{zip}{}", dice.digits(4)),
    }
}

/// The card's number with its last digit one too high: nobody's number, and of the right shape.
fn mistyped(card: &str) -> String {
    let mut typed = card.to_owned();
    let digit = typed.pop().and_then(|c| c.to_digit(10)).unwrap_or(0);
    typed.push_str(&((digit + 1) % 10).to_string());
    typed
}

/// What the front desk has in front of it.
struct Registration<'a> {
    client: &'a Client,
    insurers: &'a [Insurer],
    patient: &'a Patient,
    facts: &'a BTreeMap<String, String>,
}

impl Registration<'_> {
    fn coverages(&self, row: &Row<'_>, names: &Names, dice: &mut Dice) -> Result<Vec<Coverage>, WorldError> {
        let mut coverages = Vec::new();
        let words: Vec<&str> = row.field(3).split_whitespace().collect();
        for word in &words {
            coverages.push(match *word {
                "medicare" => self.medicare(dice)?,
                "supplement" => self.supplement(dice)?,
                "ppo" => self.ppo(words.contains(&"child").then(|| self.parent(names)), dice)?,
                "work" => self.work(&row.place, dice)?,
                "child" => continue,
                other => return Err(WorldError::new(&row.place, format!("no coverage is called {other}"))),
            });
        }
        Ok(coverages)
    }

    fn coverage(&self, key: InsurerKey, dice: &mut Dice) -> Result<Coverage, WorldError> {
        let insurer = self.insurers.iter().find(|i| i.key == key);
        let insurer = insurer.ok_or_else(|| WorldError::new(&self.patient.mrn, "no such payer"))?;
        Ok(Coverage {
            id: dice.uuid().into(),
            patient_id: self.patient.id,
            payer_id: insurer.payer.id,
            sequence: PayerSequence::Primary,
            member_id: String::new(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
            effective_on: date(2025, 1, 1).max(self.patient.born_on),
            terminated_on: None,
            copay: None,
            property_casualty_claim: None,
            accident: None,
            prior_authorization: None,
        })
    }

    fn medicare(&self, dice: &mut Dice) -> Result<Coverage, WorldError> {
        let member_id = medicare_number(dice);
        Ok(Coverage { member_id, plan_name: "Medicare Part B".into(), ..self.coverage(InsurerKey::Medicare, dice)? })
    }

    fn supplement(&self, dice: &mut Dice) -> Result<Coverage, WorldError> {
        Ok(Coverage {
            sequence: PayerSequence::Secondary,
            member_id: format!("PM{}", dice.digits(8)),
            plan_name: "Plan G".into(),
            ..self.coverage(InsurerKey::Supplement, dice)?
        })
    }

    fn ppo(&self, parent: Option<Subscriber>, dice: &mut Dice) -> Result<Coverage, WorldError> {
        let is_therapy = self.client.code == "RB";
        let needs_number = is_therapy && self.facts.get("auth").is_none_or(|auth| auth != "none");
        Ok(Coverage {
            member_id: format!("HVP{}", dice.digits(9)),
            group_number: format!("HV{}", dice.between(20, 89) * 10),
            plan_name: "Harvest Choice 500".into(),
            relationship: if parent.is_some() { Relationship::Child } else { Relationship::Subscriber },
            subscriber: parent,
            copay: Some(Money::from_cents(if is_therapy { 4_000 } else { 3_000 })),
            prior_authorization: needs_number.then(|| format!("HVA{}", dice.digits(6))),
            ..self.coverage(InsurerKey::Ppo, dice)?
        })
    }

    fn work(&self, place: &str, dice: &mut Dice) -> Result<Coverage, WorldError> {
        let hurt: Date = self
            .facts
            .get("hurt")
            .ok_or_else(|| WorldError::new(place, "a work injury needs hurt="))?
            .parse()
            .map_err(|e| WorldError::new(place, e))?;
        Ok(Coverage {
            member_id: format!("SW{}", dice.digits(7)),
            plan_name: self.facts.get("employer").cloned().unwrap_or_default(),
            effective_on: hurt,
            property_casualty_claim: Some(format!("WC{}-{}", hurt.year(), dice.digits(6))),
            accident: Some(Accident { cause: AccidentCause::Employment, on: hurt, state: String::new() }),
            ..self.coverage(InsurerKey::Work, dice)?
        })
    }

    fn parent(&self, names: &Names) -> Subscriber {
        let name = PersonName::new(names.first(Sex::Female, false), &self.patient.name.last);
        Subscriber {
            name,
            born_on: shifted(self.patient.born_on, -11_000),
            sex: Sex::Female,
            address: self.patient.address.clone(),
        }
    }
}

/// A Medicare beneficiary identifier: eleven characters in the published grammar, never S, L, O, I, B, Z.
fn medicare_number(dice: &mut Dice) -> String {
    const LETTERS: &str = "ACDEFGHJKMNPQRTUVWXY";
    const DIGITS: &str = "0123456789";
    const EITHER: &str = "ACDEFGHJKMNPQRTUVWXY0123456789";
    ["123456789", LETTERS, EITHER, DIGITS, LETTERS, EITHER, DIGITS, LETTERS, LETTERS, DIGITS, DIGITS]
        .into_iter()
        .map(|alphabet| dice.letter(alphabet))
        .collect()
}
