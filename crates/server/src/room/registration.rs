//! What registration knows: the patient and who insures them. Claims take it when they are examined again.

use claim::{
    Address, ClaimStatus, Coverage, CoverageId, Patient, PatientId, PayerSequence, PersonName, Relationship, Sex,
};
use cycle::bill;
use jiff::civil::Date;
use store::claim::{ClaimFilter, ClaimOrder};
use store::{Role, Tx};

use crate::answer::{Fault, Outcome};
use crate::asked::Fields;
use crate::call::Call;
use crate::view::account::{CoverageForm, Registration};
use crate::view::part::{Choice, Tag};
use crate::words;

/// Who registers.
pub const REGISTRARS: &[Role] = &[Role::FrontDesk, Role::Biller, Role::Manager];
/// Claims of a patient looked at when a coverage changes.
const CLAIMS_MAX: u32 = 200;
const SEXES: [(&str, &str); 3] = [("F", "Female"), ("M", "Male"), ("U", "Not known")];
const SEQUENCES: [(&str, &str); 3] = [("P", "Pays first"), ("S", "Pays second"), ("T", "Pays third")];

/// The patient of a form whose fields begin with `prefix`; the record number stays.
///
/// # Errors
/// [`Fault::Refused`] naming what is missing or cannot be.
pub(super) fn patient(
    tx: &Tx<'_>,
    fields: &Fields,
    prefix: &str,
    id: PatientId,
    mrn: String,
) -> Result<Patient, Fault> {
    let field = |name: &str| format!("{prefix}{name}");
    let born_on: Date = fields.value(&field("born_on"), "a date of birth such as 1980-04-11")?;
    if born_on > tx.today() {
        return Err(Fault::refused("The date of birth is in the future."));
    }
    let digits = |name: &str| fields.text(&field(name)).chars().filter(char::is_ascii_digit).collect::<String>();
    let name = PersonName {
        middle: fields.text(&field("middle")).to_owned(),
        ..PersonName::new(
            fields.required(&field("first"), "The first name")?,
            fields.required(&field("last"), "The last name")?,
        )
    };
    let patient = Patient {
        id,
        mrn,
        name,
        born_on,
        sex: Sex::from_code(fields.text(&field("sex"))),
        address: Address {
            line1: fields.required(&field("street"), "The street")?.to_owned(),
            line2: fields.text(&field("street2")).to_owned(),
            city: fields.required(&field("city"), "The city")?.to_owned(),
            state: fields.required(&field("state"), "The state")?.to_uppercase(),
            zip: digits("zip"),
        },
        phone: digits("phone"),
    };
    if !matches!(patient.address.zip.len(), 5 | 9) || patient.address.state.len() != 2 {
        return Err(Fault::refused("An address needs a state of two letters and a ZIP code of five or nine digits."));
    }
    Ok(patient)
}

/// The forms, filled with what is on file, for those who may change it.
pub(super) fn forms(tx: &mut Tx<'_>, call: &Call<'_>, patient: &Patient) -> Result<Option<Registration>, Fault> {
    if !call.has(REGISTRARS) {
        return Ok(None);
    }
    let payers = store::payer::list(tx)?;
    let choices = |chosen: &str| -> Vec<Choice> {
        let one = |id: String, name: &str| Choice { is_selected: id == chosen, ..Choice::new(id, name) };
        payers.iter().map(|payer| one(payer.id.to_string(), &payer.name)).collect()
    };
    let mut coverages = Vec::new();
    for coverage in store::coverage::of_patient(tx, patient.id)? {
        let payer = payers.iter().find(|payer| payer.id == coverage.payer_id).map_or("", |payer| payer.name.as_str());
        let until = coverage.terminated_on.map(|on| format!(" to {on}")).unwrap_or_default();
        coverages.push(CoverageForm {
            about: format!("{payer}, from {}{until}", coverage.effective_on),
            said: said(tx, coverage.id)?,
            id: coverage.id.to_string(),
            payers: choices(&coverage.payer_id.to_string()),
            sequences: words::choices(SEQUENCES, coverage.sequence.code()),
            member_id: coverage.member_id,
            group_number: coverage.group_number,
            effective_on: coverage.effective_on.to_string(),
            terminated_on: coverage.terminated_on.map(|on| on.to_string()).unwrap_or_default(),
            authorization: coverage.prior_authorization.unwrap_or_default(),
        });
    }
    coverages.push(CoverageForm {
        payers: choices(""),
        sequences: words::choices(SEQUENCES, "P"),
        effective_on: tx.today().to_string(),
        ..CoverageForm::default()
    });
    let address = &patient.address;
    Ok(Some(Registration {
        last: patient.name.last.clone(),
        first: patient.name.first.clone(),
        middle: patient.name.middle.clone(),
        born_on: patient.born_on.to_string(),
        sexes: words::choices(SEXES, patient.sex.code()),
        street: address.line1.clone(),
        street2: address.line2.clone(),
        city: address.city.clone(),
        state: address.state.clone(),
        zip: address.zip.clone(),
        phone: patient.phone.clone(),
        coverages,
    }))
}

/// `POST /patients/{id}`.
pub fn change_patient(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    call.write(|tx| {
        let before = store::patient::get(tx, id)?;
        let mut after = patient(tx, &call.asked.form, "", id, before.mrn)?;
        after.name.suffix = before.name.suffix;
        Ok(store::patient::update(tx, &after)?)
    })?;
    call.done(&format!("/patients/{id}"), "Registered. Claims take it when they are checked again.")
}

/// `POST /patients/{id}/coverages`: changes the coverage the form names, or adds one.
pub fn keep_coverage(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let told = call.write(|tx| {
        let patient = store::patient::get(tx, id)?;
        let form = &call.asked.form;
        if form.text("coverage").is_empty() {
            let blank = Coverage {
                id: tx.new_id()?,
                patient_id: patient.id,
                payer_id: form.value("payer", "one of the payers")?,
                sequence: PayerSequence::Primary,
                member_id: String::new(),
                group_number: String::new(),
                plan_name: String::new(),
                relationship: Relationship::Subscriber,
                subscriber: None,
                effective_on: tx.today(),
                terminated_on: None,
                copay: None,
                property_casualty_claim: None,
                accident: None,
                prior_authorization: None,
            };
            store::coverage::insert(tx, &filled(blank, form)?)?;
            return Ok(String::new());
        }
        let coverage: CoverageId = form.text("coverage").parse().map_err(|_| Fault::NotFound)?;
        let before = store::coverage::get(tx, coverage)?;
        if before.patient_id != id {
            return Err(Fault::NotFound);
        }
        cycle::coverage::change(tx, &filled(before, form)?)?;
        examined_again(tx, call, id, coverage)
    })?;
    call.done(&format!("/patients/{id}"), format!("The coverage is registered.{told}"))
}

/// Takes the coverage into the claims under it that were held or refused, and says where each stands now.
fn examined_again(tx: &mut Tx<'_>, call: &Call<'_>, id: PatientId, coverage: CoverageId) -> Result<String, Fault> {
    let mut told = String::new();
    for status in [ClaimStatus::Held, ClaimStatus::Rejected] {
        let which = ClaimFilter { status: Some(status), patient_id: Some(id), payer_id: None };
        for claim in store::claim::list(tx, &which, ClaimOrder::FileBy, CLAIMS_MAX, 0)? {
            if claim.coverage_id == coverage {
                bill::refresh(tx, &call.app.library, claim.id, "The coverage was corrected")?;
                let status = store::claim::get(tx, claim.id)?.status.label().to_lowercase();
                told.push_str(&format!(" Claim {} takes it: {status}.", claim.number));
            }
        }
    }
    Ok(told)
}

/// What the payer last said about a coverage.
fn said(tx: &mut Tx<'_>, id: CoverageId) -> Result<Tag, Fault> {
    let last = store::coverage::checks(tx, id)?.into_iter().max_by_key(|check| check.asked_at);
    let Some(check) = last else { return Ok(Tag::open("Never asked")) };
    let on = check.inquiry.on;
    let Some(answer) = check.answer else { return Ok(Tag::open(format!("Asked about {on}, no answer yet"))) };
    Ok(match (answer.is_active(), answer.refusal) {
        (Some(true), _) => Tag::good(format!("Active on {on}")),
        (Some(false), _) => Tag::bad(format!("Not active on {on}")),
        (None, Some((reason, _))) => Tag::warn(format!("No answer about {on}: code {reason}")),
        (None, None) => Tag::warn(format!("No answer about {on}")),
    })
}

/// `POST /patients/{id}/eligibility`: asks the payer of a coverage about today.
pub fn ask(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let wanted: CoverageId = call.asked.form.text("coverage").parse().map_err(|_| Fault::NotFound)?;
    let (coverage, today) = call.read(|tx| Ok((store::coverage::get(tx, wanted)?, tx.today())))?;
    if coverage.patient_id != id {
        return Err(Fault::NotFound);
    }
    let office = call.app.office.as_ref().ok_or_else(|| Fault::refused("No office carries files to payers here."))?;
    // The key is taken before the question goes out: a form sent twice asks once.
    let taken = call.once(|_| Ok(()))?;
    if !taken.is_repeat {
        let failed = |e: cycle::office::OfficeError| Fault::Broken(e.to_string());
        let client = call.person.client.id;
        office.ask(&call.person.actor(), client, coverage.payer_id, &[coverage.id], today).map_err(failed)?;
        // What cannot be carried now waits in the outbox and goes with the next day's work.
        let _ = office.carry();
    }
    call.done_once(&format!("/patients/{id}"), &taken, "The payer is asked; the answer stands at the coverage.")
}

fn filled(coverage: Coverage, form: &Fields) -> Result<Coverage, Fault> {
    let effective_on: Date = form.value("effective_on", "a first day such as 2026-01-01")?;
    let terminated_on: Option<Date> = match form.text("terminated_on") {
        "" => None,
        _ => Some(form.value("terminated_on", "a last day such as 2026-12-31")?),
    };
    if terminated_on.is_some_and(|last| last < effective_on) {
        return Err(Fault::refused("The last day of the coverage is before its first."));
    }
    Ok(Coverage {
        payer_id: form.value("payer", "one of the payers")?,
        sequence: PayerSequence::from_code(form.text("sequence"))
            .ok_or_else(|| Fault::refused("Say which payer pays first."))?,
        member_id: form.required("member_id", "The member number")?.to_uppercase(),
        group_number: form.text("group_number").to_owned(),
        prior_authorization: Some(form.text("authorization").to_owned()).filter(|text| !text.is_empty()),
        effective_on,
        terminated_on,
        ..coverage
    })
}
