//! Writes the payers' plan folders from the people and visits of the world (`docs/plan-format.md`).

use std::fmt::Write;

use claim::{Coverage, PersonName, Relationship, Sex};
use jiff::civil::Date;

use crate::{Beat, Client, Insurer, InsurerKey, Person, PlanFolder, Visit, dice::Dice, names::Names};

/// The practices' bank: a routing number that no bank has.
const PRACTICE_BANK: &str = "999988880";

/// What the folders are written from.
pub(crate) struct Sources<'a> {
    pub(crate) seed: u64,
    pub(crate) clients: &'a [Client],
    pub(crate) people: &'a [Person],
    pub(crate) visits: &'a [Visit],
    pub(crate) names: &'a Names,
}

/// The rules of each payer that do not depend on the seed.
const fn rules(key: InsurerKey) -> &'static str {
    match key {
        InsurerKey::Medicare => include_str!("../data/medicare.toml"),
        InsurerKey::Ppo => include_str!("../data/ppo.toml"),
        InsurerKey::Supplement => include_str!("../data/supplement.toml"),
        InsurerKey::Work => include_str!("../data/work.toml"),
    }
}

impl Sources<'_> {
    /// The plan folder of a payer.
    pub(crate) fn folder(&self, insurer: &Insurer, insurers: &[Insurer]) -> PlanFolder {
        PlanFolder {
            name: insurer.key.folder().to_owned(),
            plan_toml: self.plan(insurer),
            members_csv: self.members(insurer, insurers),
            fees_csv: fees(insurer),
        }
    }

    fn plan(&self, insurer: &Insurer) -> String {
        let mut text = identity(insurer);
        text.push_str(rules(insurer.key));
        for client in self.clients {
            let billing = &client.billing;
            let _ = write!(
                text,
                "\n[[provider]]\nnpi = \"{}\"\nname = \"{}\"\ntax_id = \"{}\"\n\
                 bank = {{ routing_number = \"{PRACTICE_BANK}\", number = \"{}\" }}\n",
                billing.npi, billing.name, billing.tax_id, billing.tax_id
            );
        }
        for (visit, coverage) in self.visits_with(insurer) {
            let on = visit.encounter.served_on;
            let member_id = self.member_id(visit, coverage);
            let only =
                format!("only = {{ member_id = \"{member_id}\", served_from = \"{on}\", served_to = \"{on}\" }}");
            if visit.has(Beat::PendedForever) || visit.has(Beat::WorkClaimPended) {
                let _ = write!(text, "\n[[pend]]\n{only}\nwhy = \"review\"\n");
            }
            if visit.has(Beat::Underpaid) {
                let _ = write!(text, "\n[[underpayment]]\n{only}\ncodes = [\"99202-99215\"]\npercent = 10\n");
            }
        }
        if insurer.key == InsurerKey::Ppo {
            text.push_str(&self.stray());
        }
        text
    }

    /// The visits whose first coverage is with the payer.
    fn visits_with<'a>(&'a self, insurer: &'a Insurer) -> impl Iterator<Item = (&'a Visit, &'a Coverage)> {
        self.visits.iter().filter_map(|visit| {
            let person = self.people.iter().find(|p| p.key == visit.person_key)?;
            let coverage = person.primary().filter(|c| c.payer_id == insurer.payer.id)?;
            Some((visit, coverage))
        })
    }

    /// As the payer has it.
    fn member_id(&self, visit: &Visit, coverage: &Coverage) -> String {
        let person = self.people.iter().find(|p| p.key == visit.person_key);
        person.and_then(|p| p.at_payer.member_id.clone()).unwrap_or_else(|| coverage.member_id.clone())
    }

    /// A claim of another practice in the payment to the first client.
    fn stray(&self) -> String {
        let mut dice = Dice::of(self.seed, "stray");
        let first = self.names.first(Sex::Female, false).to_uppercase();
        let payee = self.clients.first().map(|c| c.billing.npi.to_string()).unwrap_or_default();
        format!(
            "\n[[stray]]\non = \"2026-05-06\"\npayee = \"{payee}\"\ncontrol_number = \"QF-{}\"\n\
             patient = {{ first = \"{first}\", last = \"QUILLFEATHER\" }}\nmember_id = \"HVP{}\"\n\
             procedure = \"99213\"\nserved_on = \"2026-04-15\"\ncharge = \"165.00\"\npaid = \"84.00\"\n",
            dice.digits(5),
            dice.digits(9),
        )
    }

    fn members(&self, insurer: &Insurer, insurers: &[Insurer]) -> String {
        let mut text = String::from(
            "member_id,last,first,born_on,sex,relationship,group,effective_on,terminated_on,primary_payer,\
             secondary_payer,claim_number,used_on,deductible_used,out_of_pocket_used,therapy_used\n",
        );
        let medicare = number(insurers, InsurerKey::Medicare);
        let supplement = number(insurers, InsurerKey::Supplement);
        for person in self.people {
            for (coverage, is_first) in person.coverages.iter().zip([true, false]) {
                if coverage.payer_id != insurer.payer.id {
                    continue;
                }
                if let Some(parent) = &coverage.subscriber {
                    let row = MemberRow::new(coverage, &parent.name, parent.born_on, parent.sex);
                    text.push_str(&MemberRow { relationship: Relationship::Subscriber, ..row }.line());
                }
                let patient = &person.patient;
                let mut row = MemberRow::new(coverage, &patient.name, patient.born_on, patient.sex);
                if is_first {
                    row.know(person);
                    row.secondary = if person.coverages.len() > 1 { supplement } else { "" };
                } else {
                    row.primary = medicare;
                }
                text.push_str(&row.line());
            }
        }
        text
    }
}

fn number(insurers: &[Insurer], key: InsurerKey) -> &str {
    insurers.iter().find(|i| i.key == key).map_or("", |i| &i.payer.payer_number)
}

/// A line of `members.csv`.
struct MemberRow<'a> {
    coverage: &'a Coverage,
    member_id: &'a str,
    name: &'a PersonName,
    born_on: Date,
    sex: Sex,
    relationship: Relationship,
    ended_on: Option<Date>,
    primary: &'a str,
    secondary: &'a str,
    used: String,
}

impl<'a> MemberRow<'a> {
    fn new(coverage: &'a Coverage, name: &'a PersonName, born_on: Date, sex: Sex) -> Self {
        Self {
            coverage,
            member_id: &coverage.member_id,
            name,
            born_on,
            sex,
            relationship: coverage.relationship,
            ended_on: coverage.terminated_on,
            primary: "",
            secondary: "",
            used: ",,,".to_owned(),
        }
    }

    /// Takes over what only the payer knows.
    fn know(&mut self, person: &'a Person) {
        let at_payer = &person.at_payer;
        if let Some(card) = &at_payer.member_id {
            self.member_id = card;
        }
        self.ended_on = self.ended_on.or(at_payer.ended_on);
        let (deductible, therapy) = (at_payer.deductible_used, at_payer.therapy_used);
        if !deductible.is_zero() || !therapy.is_zero() {
            let out_of_pocket = deductible.to_decimal();
            self.used = format!("2026-01-01,{},{out_of_pocket},{}", deductible.to_decimal(), therapy.to_decimal());
        }
    }

    fn line(&self) -> String {
        let relationship = match self.relationship {
            Relationship::Subscriber => "self",
            Relationship::Spouse => "spouse",
            Relationship::Child => "child",
            Relationship::Employee => "employee",
            Relationship::Other => "other",
        };
        format!(
            "{},{},{},{},{},{relationship},{},{},{},{},{},{},{}\n",
            self.member_id,
            self.name.last.to_uppercase(),
            self.name.first.to_uppercase(),
            self.born_on,
            self.sex.code(),
            self.coverage.group_number,
            self.coverage.effective_on,
            self.ended_on.map(|day| day.to_string()).unwrap_or_default(),
            self.primary,
            self.secondary,
            self.coverage.property_casualty_claim.as_deref().unwrap_or_default(),
            self.used,
        )
    }
}

fn identity(insurer: &Insurer) -> String {
    let (plan_name, tax_id, kind, prefix, phone) = match insurer.key {
        InsurerKey::Medicare => ("Medicare Part B", "990505001", "medicare_b", "HM", "8005550105"),
        InsurerKey::Ppo => ("Harvest Choice 500", "990505002", "ppo", "HV", "8005550142"),
        InsurerKey::Supplement => ("Plan G", "990505003", "medicare_supplement", "PM", "8005550177"),
        InsurerKey::Work => ("Workers compensation", "990505004", "workers_compensation", "SW", "8005550160"),
    };
    let (payer, address) = (&insurer.payer, &insurer.payer.address);
    format!(
        "[payer]\nname = \"{}\"\nplan_name = \"{plan_name}\"\npayer_number = \"{}\"\ntax_id = \"{tax_id}\"\n\
         kind = \"{kind}\"\ntrace_prefix = \"{prefix}\"\nphone = \"{phone}\"\n\
         address = {{ line1 = \"{}\", city = \"{}\", state = \"{}\", zip = \"{}\" }}\n\n",
        payer.name, payer.payer_number, address.line1, address.city, address.state, address.zip
    )
}

fn fees(insurer: &Insurer) -> String {
    let mut text = String::from("code,modifier,amount,facility_amount,effective_from,effective_to\n");
    for (procedure, fee) in insurer.contract.iter().flat_map(|contract| &contract.fees) {
        let _ = writeln!(text, "{procedure},,{},,2025-01-01,", fee.to_decimal());
    }
    text
}
