//! Claims to 837P: one hierarchy of billing provider, subscriber, patient and claim per transaction set.

use claim::{
    BillingProvider, Claim, ClaimMember, ClaimPayer, Npi, OtherPayer, PersonName, Relationship, ServiceLine, Subscriber,
};
use jiff::civil::Date;
use x12::write::{composite, text};

use super::{CLAIMS_PER_PATIENT_MAX, CLAIMS_PER_TRANSACTION_MAX, DIAGNOSES_MAX, GUIDE, LINES_MAX};
use crate::{
    Controls, ExchangeError, Party, adjustment,
    party::d8,
    pen::{NO_ID, Pen, group_by},
};

/// Writes claims as one interchange; more than [`CLAIMS_PER_TRANSACTION_MAX`] take several transaction sets.
///
/// Claims of one billing provider and one subscriber stand together, otherwise in the order given. Names and texts go
/// out in capitals without accents. A referring provider's taxonomy, credentials and our record numbers have no place
/// in the guide and are not sent; nor is another payer's subscriber's birth date.
///
/// # Errors
/// [`ExchangeError::Unwritable`] names the claim and the field that does not fit the file.
pub fn write_837p(
    claims: &[Claim],
    submitter: &Party,
    receiver: &Party,
    controls: &Controls,
) -> Result<Vec<u8>, ExchangeError> {
    let stamp = controls.stamp();
    let mut pen = Pen::open("HC", GUIDE, (submitter, receiver), controls, &stamp);
    pen.count("claims", claims.len(), 1..=usize::MAX)?;
    for (index, batch) in (0_u32..).zip(claims.chunks(CLAIMS_PER_TRANSACTION_MAX)) {
        pen.transaction("837", controls.transaction.saturating_add(index), Some(GUIDE));
        let reference = match index {
            0 => controls.reference.clone(),
            _ => format!("{}-{}", controls.reference, index.saturating_add(1)),
        };
        pen.ident("batch reference", 50, &reference)?;
        pen.segment("BHT", &["0019", "00", &reference, &stamp.0, &stamp.1, "CH"]);
        parties(&mut pen, submitter, receiver)?;
        let batch: Vec<&Claim> = batch.iter().collect();
        for group in group_by(&batch, |claim| format!("{:?}", claim.billing)) {
            provider(&mut pen, &group, submitter)?;
        }
    }
    pen.finish()
}

/// 1000A and 1000B.
fn parties(pen: &mut Pen<'_>, submitter: &Party, receiver: &Party) -> Result<(), ExchangeError> {
    pen.organisation("41", &submitter.name, ("46", &submitter.id))?;
    let contact = pen.words("submitter's contact", 60, &submitter.contact_name)?;
    if submitter.phone.is_empty() {
        let expected = "ten digits, which the guide requires";
        return Err(pen.unwritable("submitter's telephone", "there is none".to_owned(), expected.to_owned()));
    }
    pen.ident("submitter's telephone", 256, &submitter.phone)?;
    pen.segment("PER", &["IC", &contact, "TE", &submitter.phone]);
    pen.organisation("40", &receiver.name, ("46", &receiver.id))
}

/// 2000A with everything under it.
fn provider(pen: &mut Pen<'_>, claims: &[&Claim], submitter: &Party) -> Result<(), ExchangeError> {
    let Some(first) = claims.first() else { return Ok(()) };
    pen.about(format!("claim {}", first.control_number));
    let level = pen.level(None, "20", true);
    billing(pen, &first.billing, submitter)?;
    let by_subscriber = |claim: &Claim| {
        let ClaimMember { relationship, .. } = claim.member;
        let is_patient = relationship == Relationship::Subscriber;
        // A self-insured patient's own facts stand in the subscriber loop, so they part the groups too.
        let own = is_patient.then_some((&claim.patient, &claim.property_casualty_claim));
        let ClaimMember { member_id, group_number, plan_name, subscriber, .. } = &claim.member;
        let insured = (member_id, group_number, plan_name, subscriber.as_ref().filter(|_| !is_patient));
        format!("{:?}", (is_patient, own, insured, &claim.payer, claim.sequence, &claim.medicare_secondary_type))
    };
    for group in group_by(claims, by_subscriber) {
        let is_patient = group.first().is_some_and(|claim| claim.member.relationship == Relationship::Subscriber);
        if is_patient {
            for own in group.chunks(CLAIMS_PER_PATIENT_MAX) {
                subscriber(pen, level, own)?;
                for claim in own {
                    claim_loop(pen, claim)?;
                }
            }
        } else {
            let parent = subscriber(pen, level, &group)?;
            let by_patient =
                |c: &Claim| format!("{:?}", (c.member.relationship, &c.patient, &c.property_casualty_claim));
            for dependents in group_by(&group, by_patient) {
                for own in dependents.chunks(CLAIMS_PER_PATIENT_MAX) {
                    dependent(pen, parent, own)?;
                }
            }
        }
    }
    Ok(())
}

/// 2000A PRV, 2010AA and 2010AB.
fn billing(pen: &mut Pen<'_>, billing: &BillingProvider, submitter: &Party) -> Result<(), ExchangeError> {
    if billing.taxonomy.is_given() {
        pen.segment("PRV", &["BI", "PXC", billing.taxonomy.as_str()]);
    }
    pen.organisation("85", &billing.name, ("XX", billing.npi.as_str()))?;
    pen.address(&billing.address)?;
    pen.reference("EI", &billing.tax_id)?;
    // The guide wants the telephone only where it differs from the submitter's.
    if !billing.phone.is_empty() && billing.phone != submitter.phone {
        pen.ident("billing provider's telephone", 256, &billing.phone)?;
        let contact = pen.words("submitter's contact", 60, &submitter.contact_name)?;
        pen.segment("PER", &["IC", &contact, "TE", &billing.phone]);
    }
    if let Some(address) = &billing.pay_to {
        pen.segment("NM1", &["87", "2"]);
        pen.address(address)?;
    }
    Ok(())
}

/// 2000B with 2010BA and 2010BB; gives its HL number.
fn subscriber(pen: &mut Pen<'_>, parent: u32, claims: &[&Claim]) -> Result<u32, ExchangeError> {
    let Some(claim) = claims.first() else { return Ok(parent) };
    pen.about(format!("claim {}", claim.control_number));
    let member = &claim.member;
    let is_patient = member.relationship == Relationship::Subscriber;
    let level = pen.level(Some(parent), "22", !is_patient);
    let relation = if is_patient { member.relationship.code() } else { "" };
    subscriber_information(pen, claim.sequence.code(), relation, member, &claim.medicare_secondary_type, &claim.payer)?;
    if is_patient {
        insured(pen, &claim.patient.name, member)?;
        pen.address(&claim.patient.address)?;
        pen.segment("DMG", &["D8", &d8(claim.patient.born_on), claim.patient.sex.code()]);
        pen.reference("Y4", claim.property_casualty_claim.as_deref().unwrap_or_default())?;
    } else {
        let Some(Subscriber { name, born_on, sex, address }) = &member.subscriber else {
            let expected = "the subscriber's name, because the patient is not the subscriber";
            return Err(pen.unwritable("subscriber", "there is none".to_owned(), expected.to_owned()));
        };
        insured(pen, name, member)?;
        pen.address(address)?;
        if *born_on != Date::ZERO {
            pen.segment("DMG", &["D8", &d8(*born_on), sex.code()]);
        }
    }
    payer(pen, &claim.payer)?;
    Ok(level)
}

/// SBR of 2000B or 2320.
fn subscriber_information(
    pen: &mut Pen<'_>,
    sequence: &str,
    relation: &str,
    member: &ClaimMember,
    secondary_type: &str,
    payer: &ClaimPayer,
) -> Result<(), ExchangeError> {
    let plan = pen.words("plan name", 60, &member.plan_name)?;
    pen.ident("group number", 50, &member.group_number)?;
    let filing = &payer.filing_code;
    pen.segment("SBR", &[sequence, relation, &member.group_number, &plan, secondary_type, "", "", "", filing]);
    Ok(())
}

/// NM1*IL: a person, or the employer in workers' compensation, who has no first name.
fn insured(pen: &mut Pen<'_>, name: &PersonName, member: &ClaimMember) -> Result<(), ExchangeError> {
    let id = ("MI", member.member_id.as_str());
    if member.relationship == Relationship::Employee && name.first.is_empty() {
        return pen.organisation("IL", &name.last, id);
    }
    pen.person("IL", name, id)
}

/// NM1*PR with its address.
fn payer(pen: &mut Pen<'_>, payer: &ClaimPayer) -> Result<(), ExchangeError> {
    pen.organisation("PR", &payer.name, ("PI", &payer.payer_number))?;
    pen.address(&payer.address)
}

/// 2000C with 2010CA and the claims of one patient.
fn dependent(pen: &mut Pen<'_>, parent: u32, claims: &[&Claim]) -> Result<(), ExchangeError> {
    let Some(first) = claims.first() else { return Ok(()) };
    pen.about(format!("claim {}", first.control_number));
    pen.level(Some(parent), "23", false);
    pen.segment("PAT", &[first.member.relationship.code()]);
    pen.person("QC", &first.patient.name, NO_ID)?;
    pen.address(&first.patient.address)?;
    pen.segment("DMG", &["D8", &d8(first.patient.born_on), first.patient.sex.code()]);
    pen.reference("Y4", first.property_casualty_claim.as_deref().unwrap_or_default())?;
    for claim in claims {
        claim_loop(pen, claim)?;
    }
    Ok(())
}

/// 2300 with everything under it.
fn claim_loop(pen: &mut Pen<'_>, claim: &Claim) -> Result<(), ExchangeError> {
    pen.about(format!("claim {}", claim.control_number));
    pen.count("diagnoses", claim.diagnoses.len(), 1..=DIAGNOSES_MAX)?;
    pen.count("lines", claim.lines.len(), 1..=LINES_MAX)?;
    claim_information(pen, claim)?;
    if let Some(accident) = &claim.accident {
        pen.day("439", accident.on);
    }
    pen.amount("F5", Some(claim.patient_paid).filter(|paid| !paid.is_zero()));
    pen.reference("G1", claim.prior_authorization.as_deref().unwrap_or_default())?;
    pen.reference("F8", claim.original_reference.as_deref().unwrap_or_default())?;
    pen.reference("X4", claim.clia.as_deref().unwrap_or_default())?;
    if !claim.note.is_empty() {
        let note = pen.words("note to the payer", 80, &claim.note)?;
        pen.segment("NTE", &["ADD", &note]);
    }
    let qualifiers = std::iter::once("ABK").chain(std::iter::repeat("ABF"));
    let diagnoses: Vec<[&str; 2]> = qualifiers.zip(&claim.diagnoses).map(|(q, code)| [q, code.as_str()]).collect();
    pen.elements("HI", &diagnoses.iter().map(|pair| composite(pair)).collect::<Vec<_>>());
    providers(pen, claim)?;
    for other in &claim.other_payers {
        other_payer(pen, claim, other)?;
    }
    for (number, line) in (1_u16..).zip(&claim.lines) {
        service_line(pen, number, line)?;
    }
    Ok(())
}

/// CLM.
fn claim_information(pen: &mut Pen<'_>, claim: &Claim) -> Result<(), ExchangeError> {
    pen.ident("control number", 38, &claim.control_number)?;
    let cause = claim.accident.as_ref().map(|accident| [accident.cause.code(), "", "", &accident.state]);
    pen.elements(
        "CLM",
        &[
            text(&claim.control_number),
            text(&claim.charge().to_x12()),
            text(""),
            text(""),
            composite(&[claim.place_of_service.as_str(), "B", claim.frequency.code()]),
            text("Y"),
            text(claim.assignment.encode_utf8(&mut [0; 4])),
            text(if claim.benefits_assigned { "Y" } else { "N" }),
            text("Y"),
            text(""),
            cause.as_ref().map_or(text(""), |cause| composite(cause)),
            text(""),
            text(""),
            text(""),
            text(""),
            text(""),
            text(""),
            text(""),
            text(""),
            text(&claim.delay_reason),
        ],
    );
    Ok(())
}

/// 2310A, 2310B and 2310C.
fn providers(pen: &mut Pen<'_>, claim: &Claim) -> Result<(), ExchangeError> {
    if let Some(referring) = &claim.referring {
        pen.person("DN", &referring.name, ("XX", referring.npi.as_str()))?;
    }
    if let Some(rendering) = &claim.rendering {
        pen.person("82", &rendering.name, ("XX", rendering.npi.as_str()))?;
        if rendering.taxonomy.is_given() {
            pen.segment("PRV", &["PE", "PXC", rendering.taxonomy.as_str()]);
        }
    }
    if let Some(facility) = &claim.facility {
        pen.organisation("77", &facility.name, ("XX", facility.npi.as_ref().map_or("", Npi::as_str)))?;
        pen.address(&facility.address)?;
    }
    Ok(())
}

/// 2320 with 2330A and 2330B.
fn other_payer(pen: &mut Pen<'_>, claim: &Claim, other: &OtherPayer) -> Result<(), ExchangeError> {
    let relation = other.member.relationship;
    subscriber_information(pen, other.sequence.code(), relation.code(), &other.member, "", &other.payer)?;
    adjustment::write(pen, &other.adjustments, 5)?;
    pen.amount("D", other.paid);
    pen.amount("EAF", other.patient_liability);
    pen.segment("OI", &["", "", if claim.benefits_assigned { "Y" } else { "N" }, "", "", "Y"]);
    insured(pen, &other.subscriber_name, &other.member)?;
    match (&other.member.subscriber, relation) {
        (Some(subscriber), _) => pen.address(&subscriber.address)?,
        (None, Relationship::Subscriber) => pen.address(&claim.patient.address)?,
        (None, _) => {}
    }
    payer(pen, &other.payer)?;
    if let Some(decided_on) = other.decided_on {
        pen.day("573", decided_on);
    }
    pen.reference("F8", other.control_number.as_deref().unwrap_or_default())
}

/// 2400 with its 2430.
fn service_line(pen: &mut Pen<'_>, number: u16, line: &ServiceLine) -> Result<(), ExchangeError> {
    pen.count("modifiers of a line", line.modifiers.len(), 0..=4)?;
    pen.count("diagnosis pointers of a line", line.pointers.len(), 1..=4)?;
    let description = pen.words("line description", 80, &line.description)?;
    let mut procedure = vec!["HC", line.procedure.as_str()];
    procedure.extend(line.modifiers.iter().map(claim::Modifier::as_str));
    procedure.resize(6, "");
    procedure.push(&description);
    let pointers: Vec<String> = line.pointers.iter().map(u8::to_string).collect();
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    pen.segment("LX", &[&number.to_string()]);
    pen.elements(
        "SV1",
        &[
            composite(&procedure),
            text(&line.charge.to_x12()),
            text(line.basis.code()),
            text(&line.units.to_string()),
            text(line.place_of_service.as_ref().map_or("", |place| place.as_str())),
            text(""),
            composite(&pointers),
        ],
    );
    pen.days("472", line.from, line.through);
    pen.reference("6R", &line.control_number)?;
    for decided in &line.adjudications {
        pen.ident("earlier payer's identifier", 80, &decided.payer_number)?;
        pen.count("modifiers an earlier payer decided", decided.modifiers.len(), 0..=4)?;
        let mut procedure = vec!["HC", decided.procedure.as_str()];
        procedure.extend(decided.modifiers.iter().map(claim::Modifier::as_str));
        pen.elements(
            "SVD",
            &[
                text(&decided.payer_number),
                text(&decided.paid.to_x12()),
                composite(&procedure),
                text(""),
                text(&decided.units.to_string()),
                text(&decided.bundled_into.map(|number| number.to_string()).unwrap_or_default()),
            ],
        );
        adjustment::write(pen, &decided.adjustments, 5)?;
        pen.day("573", decided.decided_on);
        pen.amount("EAF", decided.patient_liability);
    }
    Ok(())
}
