//! What registration knows: the patient and who insures them. Claims take it when they are examined again.

use claim::{Address, Coverage, CoverageId, Patient, PatientId, PayerSequence, PersonName, Relationship, Sex};
use jiff::civil::Date;
use store::{Role, Tx};

use crate::answer::{Fault, Outcome};
use crate::asked::Fields;
use crate::call::Call;
use crate::view::account::{CoverageForm, Registration};
use crate::view::part::Choice;
use crate::words;

/// Who registers.
pub const REGISTRARS: &[Role] = &[Role::FrontDesk, Role::Biller, Role::Manager];
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
    let mut coverages: Vec<CoverageForm> = store::coverage::of_patient(tx, patient.id)?
        .into_iter()
        .map(|coverage| CoverageForm {
            id: coverage.id.to_string(),
            payers: choices(&coverage.payer_id.to_string()),
            sequences: words::choices(SEQUENCES, coverage.sequence.code()),
            member_id: coverage.member_id,
            group_number: coverage.group_number,
            effective_on: coverage.effective_on.to_string(),
            terminated_on: coverage.terminated_on.map(|on| on.to_string()).unwrap_or_default(),
            authorization: coverage.prior_authorization.unwrap_or_default(),
        })
        .collect();
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
    call.write(|tx| {
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
            return Ok(store::coverage::insert(tx, &filled(blank, form)?)?);
        }
        let coverage: CoverageId = form.text("coverage").parse().map_err(|_| Fault::NotFound)?;
        let before = store::coverage::get(tx, coverage)?;
        if before.patient_id != id {
            return Err(Fault::NotFound);
        }
        Ok(store::coverage::update(tx, &filled(before, form)?)?)
    })?;
    call.done(&format!("/patients/{id}"), "The coverage is registered. Claims take it when they are checked again.")
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
