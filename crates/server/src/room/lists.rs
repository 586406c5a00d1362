//! The lists of records: visits, claims, remittances, patients.

use claim::{ClaimStatus, EncounterStatus};
use store::claim::{ClaimFilter, ClaimOrder};
use store::encounter::EncounterFilter;
use store::patient::PatientSearch;
use store::remittance::{RemittanceFilter, RemittanceState};

use super::payment::METHODS;
use super::rows::{
    PAGE, Paging, claim_columns, claim_rows, encounter_columns, encounter_rows, remittance_columns, remittance_rows,
    row,
};
use crate::answer::{Outcome, page};
use crate::call::Call;
use crate::session::Person;
use crate::view::listing::{Action, Cell, Column, Filter, Listing, Search, Upload};
use crate::view::part::Amount;
use crate::words;

/// Narrower views by state.
fn states<'a>(path: &str, states: impl Iterator<Item = (&'a str, &'a str, u64)>, current: &str) -> Vec<Filter> {
    let all =
        Filter { label: "All".into(), href: path.to_owned(), count: String::new(), is_current: current.is_empty() };
    let each = states.filter(|(.., count)| *count > 0).map(|(code, label, count)| Filter {
        label: label.to_owned(),
        href: format!("{path}?state={code}"),
        count: count.to_string(),
        is_current: code == current,
    });
    std::iter::once(all).chain(each).collect()
}

/// `GET /encounters`.
pub fn encounters(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &["state"]);
        let state = call.asked.query.text("state");
        let counts = store::encounter::counts(tx)?;
        let which = EncounterFilter { status: EncounterStatus::from_code(state), ..Default::default() };
        let found = store::encounter::list(tx, &which, PAGE + 1, paging.offset)?;
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: "Encounters".into(),
            lead: "Every visit, from its note to its claim.".into(),
            filters: states("/encounters", counts.iter().map(|(s, n)| (s.code(), s.label(), *n)), state),
            actions: new_encounter(call.person),
            columns: encounter_columns(),
            rows: encounter_rows(&found),
            empty: "No visit stands here. New encounter takes a note.".into(),
            ..Listing::default()
        };
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

/// The button for those who may write notes.
pub(super) fn new_encounter(person: &Person) -> Vec<Action> {
    if !person.has(super::encounter_new::WRITERS) {
        return Vec::new();
    }
    vec![Action { label: "New encounter".into(), href: "/encounters/new".into(), key: "e".into(), is_primary: true }]
}

/// `GET /claims`.
pub fn claims(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &["state", "payer"]);
        let state = call.asked.query.text("state");
        let counts = store::claim::counts(tx)?;
        let status = ClaimStatus::from_code(state);
        let which = ClaimFilter { status, payer_id: call.asked.query.text("payer").parse().ok(), ..Default::default() };
        let found = store::claim::list(tx, &which, ClaimOrder::Newest, PAGE + 1, paging.offset)?;
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: "Claims".into(),
            lead: "Every claim and where it stands.".into(),
            filters: states("/claims", counts.iter().map(|(s, n, _)| (s.code(), s.label(), *n)), state),
            columns: claim_columns("File by"),
            rows: claim_rows(&found, tx.today()),
            empty: "No claim stands here. Claims are made when a visit's codes are final.".into(),
            ..Listing::default()
        };
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

/// `GET /remittances`.
pub fn remittances(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &["state"]);
        let state = call.asked.query.text("state");
        let counts = store::remittance::counts(tx)?;
        let which = RemittanceFilter { state: RemittanceState::from_code(state), payer_id: None };
        let found = store::remittance::list(tx, &which, PAGE + 1, paging.offset)?;
        let label = |s: RemittanceState| match s {
            RemittanceState::Proved => "Proved",
            RemittanceState::Posting => "Partly parked",
            RemittanceState::Posted => "Posted",
            RemittanceState::Parked => "Not posted",
        };
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: "Remittances".into(),
            lead: "Every payment as the payer announced it, proved to the cent before it is posted.".into(),
            filters: states("/remittances", counts.iter().map(|(s, n, _)| (s.code(), label(*s), *n)), state),
            columns: remittance_columns(),
            rows: remittance_rows(&found),
            upload: call.has(super::remittance::POSTERS).then(|| Upload {
                href: "/remittances".into(),
                label: "Drop a payer's file here, or choose one (u): 835, 999, 277CA, TA1, 271".into(),
            }),
            empty: "No remittance is here. Payers answer sent claims; a file from elsewhere can be dropped above."
                .into(),
            ..Listing::default()
        };
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

/// `GET /patients`.
pub fn patients(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &["q"]);
        let (today, words) = (tx.today(), call.asked.query.text("q").to_owned());
        let found = store::patient::find(tx, &search(&words), PAGE + 1, paging.offset)?;
        let mut rows = Vec::new();
        for (_, patient) in found {
            let balance = store::ledger::patient_balance(tx, patient.id)?;
            rows.push(row([
                Cell::open(format!("/patients/{}", patient.id), patient.name.sorted()),
                Cell::Code(patient.mrn.clone()),
                Cell::Text(words::born(patient.born_on, today)),
                Cell::Money(Amount::balance(balance.insurance)),
                Cell::Money(Amount::balance(balance.patient - balance.unapplied)),
            ]));
        }
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: "Patients".into(),
            lead: "Find by name, record number, telephone or date of birth.".into(),
            search: Some(Search { href: "/patients".into(), label: "Find a patient".into(), words }),
            columns: ["Patient", "MRN", "Born"]
                .map(Column::text)
                .into_iter()
                .chain([Column::money("Insurers owe, USD"), Column::money("Patient owes, USD")])
                .collect(),
            rows,
            empty: "No patient is found. A new one is registered with their first encounter.".into(),
            ..Listing::default()
        };
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

/// `GET /payments`: what patients paid, latest first.
pub fn payments(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &[]);
        let mut rows = Vec::new();
        for payment in store::statement::payments(tx, None, PAGE + 1, paging.offset)? {
            let patient = store::patient::get(tx, payment.patient_id)?;
            let method = METHODS.iter().find(|(code, _)| *code == payment.method).map_or("Other", |(_, label)| label);
            rows.push(row([
                Cell::open(format!("/patients/{}", patient.id), patient.name.sorted()),
                Cell::Day(payment.received_on.to_string()),
                Cell::Text(method.to_owned()),
                Cell::Code(payment.reference),
                Cell::Money(Amount::payment(payment.amount)),
            ]));
        }
        let mut columns = ["Patient", "Day", "Paid by", "Reference"].map(Column::text).to_vec();
        columns.push(Column::money("Received, USD"));
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: "Payments of patients".into(),
            lead: "As received; what no charge has taken yet waits unapplied on the account.".into(),
            columns,
            rows,
            empty: "No patient has paid yet. Payments are taken on the patient's account.".into(),
            ..Listing::default()
        };
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

/// A date finds the day of birth, everything else names and numbers.
pub(super) fn search(words: &str) -> PatientSearch {
    match words.parse() {
        Ok(born_on) => PatientSearch { text: String::new(), born_on: Some(born_on) },
        Err(_) => PatientSearch { text: words.to_owned(), born_on: None },
    }
}
