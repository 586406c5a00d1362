//! The fields of a claim that people change, on their way to the page and back.

use claim::{Claim, ClaimStatus, DiagnosisCode, Modifier, Money, PlaceOfService, ProcedureCode};
use store::claim::ClaimRecord;

use super::claim::{BILLERS, EDITORS};
use crate::answer::Fault;
use crate::asked::Fields;
use crate::call::Call;
use crate::view::claim_page::{ClaimEdit, EditLine};

/// The form, when the claim may be changed by this person.
pub(super) fn form(call: &Call<'_>, record: &ClaimRecord, claim: &Claim) -> Option<ClaimEdit> {
    let is_decided = matches!(record.status, ClaimStatus::Paid | ClaimStatus::Denied | ClaimStatus::Finalized);
    let is_unsent =
        matches!(record.status, ClaimStatus::Draft | ClaimStatus::Held | ClaimStatus::Ready | ClaimStatus::Rejected);
    let may = (is_unsent && call.has(EDITORS)) || (is_decided && call.has(BILLERS));
    may.then(|| ClaimEdit {
        is_correction: is_decided,
        is_open: call.asked.query.text("edit") == "1",
        member_id: claim.member.member_id.clone(),
        group_number: claim.member.group_number.clone(),
        authorization: claim.prior_authorization.clone().unwrap_or_default(),
        casualty: claim.property_casualty_claim.clone().unwrap_or_default(),
        place: claim.place_of_service.to_string(),
        note: claim.note.clone(),
        diagnoses: claim.diagnoses.iter().map(DiagnosisCode::dotted).collect::<Vec<_>>().join(" "),
        lines: claim
            .lines
            .iter()
            .map(|line| EditLine {
                number: line.number,
                procedure: line.procedure.to_string(),
                modifiers: line.modifiers.iter().map(Modifier::as_str).collect::<Vec<_>>().join(" "),
                pointers: line.pointers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                units: line.units,
                charge: line.charge.to_decimal(),
            })
            .collect(),
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ';']).filter(|word| !word.is_empty())
}

fn optional(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A claim with what the form says; services, units and charges only when `may_change_services`.
///
/// # Errors
/// [`Fault::Refused`] naming what cannot be read.
pub(super) fn read(claim: &Claim, form: &Fields, may_change_services: bool) -> Result<Claim, Fault> {
    let mut after = claim.clone();
    after.member.member_id = form.required("member_id", "The member number")?.to_uppercase();
    after.member.group_number = form.text("group_number").to_owned();
    after.prior_authorization = optional(form.text("authorization"));
    after.property_casualty_claim = optional(form.text("casualty"));
    after.note = form.text("note").to_owned();
    after.place_of_service = PlaceOfService::new(form.text("place"))
        .map_err(|_| Fault::refused("The place of service is two digits, such as 11."))?;
    after.diagnoses = words(form.text("diagnoses"))
        .map(|word| {
            DiagnosisCode::new(&word.replace('.', "").to_uppercase())
                .map_err(|_| Fault::Refused(format!("\u{201c}{word}\u{201d} is no ICD-10-CM code.")))
        })
        .collect::<Result<_, _>>()?;
    if after.diagnoses.is_empty() || after.diagnoses.len() > 12 {
        return Err(Fault::refused("A claim has one to twelve diagnoses."));
    }
    let count = after.diagnoses.len();
    for line in &mut after.lines {
        let field = |name: &str| format!("{name}_{}", line.number);
        line.modifiers = words(form.text(&field("modifiers")))
            .map(|word| {
                Modifier::new(&word.to_uppercase())
                    .map_err(|_| Fault::Refused(format!("\u{201c}{word}\u{201d} is no modifier.")))
            })
            .collect::<Result<_, _>>()?;
        line.pointers = words(form.text(&field("pointers")))
            .map(|word| {
                word.parse::<u8>().ok().filter(|p| (1..=count).contains(&usize::from(*p))).ok_or_else(|| {
                    Fault::Refused(format!(
                        "Line {} points to \u{201c}{word}\u{201d}: there are {count} diagnoses.",
                        line.number
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        if may_change_services {
            let code = form.text(&field("procedure")).to_uppercase();
            line.procedure = ProcedureCode::new(&code)
                .map_err(|_| Fault::Refused(format!("\u{201c}{code}\u{201d} is no CPT or HCPCS code.")))?;
            line.units = form.value(&field("units"), "a number of units")?;
            line.charge = form.value::<Money>(&field("charge"), "an amount such as 120.00")?;
            if line.units.is_zero() || line.charge.is_negative() {
                return Err(Fault::Refused(format!("Line {} needs units and a charge.", line.number)));
            }
        }
    }
    Ok(after)
}
