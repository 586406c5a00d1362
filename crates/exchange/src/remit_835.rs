//! Remittances (005010X221A1 835).

use claim::{
    BankAccount, ClaimDecision, ClaimPayment, LinePayment, Modifier, Npi, ProcedureCode, ProviderAdjustment, Rarc,
    Remittance, Transfer, Units,
};
use jiff::civil::date;
use x12::write::{Element, composite, text};

use crate::{
    Controls, ExchangeError, FileKind, Party, adjustment,
    kind::read_kind,
    party::d8,
    pen::Pen,
    scope::{Scope, Seg, located, some},
};

const GUIDE: &str = "005010X221A1";

/// Remark codes one MOA carries (MOA03 to MOA07).
const REMARKS_MAX: usize = 5;

/// Writes remittances, one transaction set each.
///
/// Bank accounts (BPR06 to BPR15 but BPR10) are no part of a remittance here and are not sent.
///
/// # Errors
/// [`ExchangeError::Unwritable`] names the claim and the field that does not fit the file.
pub fn write_835(
    remittances: &[Remittance],
    sender: &Party,
    receiver: &Party,
    controls: &Controls,
) -> Result<Vec<u8>, ExchangeError> {
    let stamp = controls.stamp();
    let mut pen = Pen::open("HP", GUIDE, (sender, receiver), controls, &stamp);
    pen.count("remittances", remittances.len(), 1..=usize::MAX)?;
    for (index, remittance) in (0_u32..).zip(remittances) {
        pen.about(format!("remittance {}", remittance.trace_number));
        pen.transaction("835", controls.transaction.saturating_add(index), None);
        payment(&mut pen, remittance)?;
        payer(&mut pen, remittance)?;
        payee(&mut pen, remittance)?;
        if !remittance.claims.is_empty() {
            pen.segment("LX", &["1"]);
        }
        for claim in &remittance.claims {
            claim_payment(&mut pen, claim)?;
        }
        pen.about(format!("remittance {}", remittance.trace_number));
        provider_adjustments(&mut pen, remittance)?;
    }
    pen.finish()
}

/// BPR, TRN and DTM*405.
fn payment(pen: &mut Pen<'_>, remittance: &Remittance) -> Result<(), ExchangeError> {
    let Remittance { handling, method, trace_number, originator, .. } = remittance;
    pen.ident("trace number", 50, trace_number)?;
    pen.ident("originator", 10, originator)?;
    let (amount, paid_on) = (remittance.amount.to_x12(), d8(remittance.paid_on));
    let mut elements = vec![handling.as_str(), &amount, "C", method];
    match (method.as_str(), &remittance.transfer) {
        ("ACH", Some(Transfer { from, to })) => {
            elements.push("CCP");
            elements.extend(account(pen, from)?);
            elements.extend([originator, ""]);
            elements.extend(account(pen, to)?);
        }
        ("ACH", None) => {
            let expected = "the routing and account numbers of payer and payee";
            return Err(pen.unwritable("accounts of an electronic payment", "none".into(), expected.into()));
        }
        _ => elements.extend([""; 11]),
    }
    elements.push(&paid_on);
    pen.segment("BPR", &elements);
    pen.segment("TRN", &["1", trace_number, originator]);
    if let Some(day) = remittance.produced_on {
        pen.segment("DTM", &["405", &d8(day)]);
    }
    Ok(())
}

/// Bank and account as BPR names them: an ABA number and a demand deposit.
fn account<'a>(pen: &Pen<'_>, account: &'a BankAccount) -> Result<[&'a str; 4], ExchangeError> {
    pen.ident("routing number", 9, &account.routing_number)?;
    pen.ident("account number", 35, &account.number)?;
    Ok(["01", &account.routing_number, "DA", &account.number])
}

/// 1000A.
fn payer(pen: &mut Pen<'_>, remittance: &Remittance) -> Result<(), ExchangeError> {
    let name = pen.words("payer's name", 60, &remittance.payer_name)?;
    pen.ident("payer's telephone", 256, &remittance.payer_phone)?;
    pen.segment("N1", &["PR", &name]);
    pen.address(&remittance.payer_address)?;
    pen.reference("2U", &remittance.payer_number)?;
    let qualifier = if remittance.payer_phone.is_empty() { "" } else { "TE" };
    // The guide requires this contact even when there is no telephone to give.
    pen.segment("PER", &["BL", "PROVIDER SERVICES", qualifier, &remittance.payer_phone]);
    Ok(())
}

/// 1000B.
fn payee(pen: &mut Pen<'_>, remittance: &Remittance) -> Result<(), ExchangeError> {
    let name = pen.words("payee's name", 60, &remittance.payee_name)?;
    pen.ident("payee's identifier", 80, &remittance.payee_id)?;
    let qualifier = if Npi::new(&remittance.payee_id).is_ok() { "XX" } else { "FI" };
    pen.segment("N1", &["PE", &name, qualifier, &remittance.payee_id]);
    pen.reference("TJ", &remittance.payee_tax_id)
}

/// 2100 with its 2110.
fn claim_payment(pen: &mut Pen<'_>, claim: &ClaimPayment) -> Result<(), ExchangeError> {
    pen.about(format!("claim {}", claim.control_number));
    pen.ident("control number", 38, &claim.control_number)?;
    pen.ident("payer's control number", 50, &claim.payer_control_number)?;
    pen.segment(
        "CLP",
        &[
            &claim.control_number,
            claim.decision.code(),
            &claim.charge.to_x12(),
            &claim.paid.to_x12(),
            &claim.patient_responsibility.map(|amount| amount.to_x12()).unwrap_or_default(),
            &claim.filing_code,
            &claim.payer_control_number,
            &claim.facility_code,
            &claim.frequency,
        ],
    );
    adjustment::write(pen, &claim.adjustments, 99)?;
    pen.person("QC", &claim.patient, ("MI", &claim.member_id))?;
    if let Some(id) = &claim.corrected_member_id {
        pen.ident("corrected member identifier", 80, id)?;
        pen.segment("NM1", &["74", "1", "", "", "", "", "", "C", id]);
    }
    if !claim.rendering_npi.is_empty() {
        pen.ident("rendering provider's NPI", 80, &claim.rendering_npi)?;
        pen.segment("NM1", &["82", "1", "", "", "", "", "", "XX", &claim.rendering_npi]);
    }
    if let Some(id) = &claim.forwarded_to {
        // Only the identifier of the next payer is known; the guide wants a name beside it.
        pen.organisation("TT", id, ("PI", id))?;
    }
    pen.count("claim-level remark codes", claim.remarks.len(), 0..=REMARKS_MAX)?;
    let remarks: Vec<&str> = ["", ""].into_iter().chain(claim.remarks.iter().map(Rarc::as_str)).collect();
    pen.segment("MOA", &remarks);
    for (qualifier, day) in [("232", claim.from), ("050", claim.received_on)] {
        if let Some(day) = day {
            pen.segment("DTM", &[qualifier, &d8(day)]);
        }
    }
    pen.amount("I", claim.interest);
    claim.lines.iter().try_for_each(|line| line_payment(pen, line))
}

/// 2110.
fn line_payment(pen: &mut Pen<'_>, line: &LinePayment) -> Result<(), ExchangeError> {
    pen.count("modifiers of a line", line.modifiers.len(), 0..=4)?;
    let mut paid_for = vec!["HC", line.procedure.as_str()];
    paid_for.extend(line.modifiers.iter().map(Modifier::as_str));
    let submitted = line.submitted_procedure.as_ref().map(|code| ["HC", code.as_str()]);
    pen.elements(
        "SVC",
        &[
            composite(&paid_for),
            text(&line.charge.to_x12()),
            text(&line.paid.to_x12()),
            text(""),
            text(&line.units.to_string()),
            submitted.as_ref().map_or(text(""), |pair| composite(pair)),
        ],
    );
    if let Some(day) = line.from {
        pen.segment("DTM", &["472", &d8(day)]);
    }
    adjustment::write(pen, &line.adjustments, 99)?;
    pen.reference("6R", line.control_number.as_deref().unwrap_or_default())?;
    pen.amount("B6", line.allowed);
    for remark in &line.remarks {
        pen.segment("LQ", &["HE", remark.as_str()]);
    }
    Ok(())
}

/// PLB, six adjustments each; the fiscal year ends with the calendar year.
fn provider_adjustments(pen: &mut Pen<'_>, remittance: &Remittance) -> Result<(), ExchangeError> {
    let year_end = d8(date(remittance.paid_on.year(), 12, 31));
    for six in remittance.provider_adjustments.chunks(6) {
        for adjustment in six {
            pen.ident("reference of a provider adjustment", 50, &adjustment.reference)?;
        }
        let codes: Vec<[&str; 2]> = six.iter().map(|one| [one.reason.as_str(), &one.reference]).collect();
        let amounts: Vec<String> = six.iter().map(|one| one.amount.to_x12()).collect();
        let mut elements: Vec<Element<'_>> = vec![text(&remittance.payee_id), text(&year_end)];
        for (code, amount) in codes.iter().zip(&amounts) {
            elements.extend([composite(code), text(amount)]);
        }
        pen.elements("PLB", &elements);
    }
    Ok(())
}

/// Reads every remittance of a file: each transaction set is one payment, whoever pays and is paid.
///
/// Whether the money adds up is not judged here: see [`Remittance::imbalances`].
///
/// # Errors
/// [`ExchangeError`] when the file is no remittance, was cut, or holds a value that cannot be read.
pub fn read_835(bytes: &[u8]) -> Result<Vec<Remittance>, ExchangeError> {
    let interchanges = read_kind(bytes, FileKind::Remittances)?;
    let mut remittances = Vec::new();
    for transaction in interchanges.iter().flat_map(|interchange| interchange.transactions()) {
        let segments = located(transaction);
        if let Some(scope) = Scope::of(&segments) {
            remittances.push(remittance(scope)?);
        }
    }
    Ok(remittances)
}

fn remittance(scope: Scope<'_, '_>) -> Result<Remittance, ExchangeError> {
    let (head, claims) = scope.cut("CLP");
    let (general, parties) = head.cut("N1");
    let bpr = one(general, "BPR").ok_or_else(|| general.missing("", "BPR"))?;
    let trn = one(general, "TRN").ok_or_else(|| general.missing("", "TRN"))?;
    let side = |entity: &str, name: &'static str| {
        let found = parties.iter().find(|party| party.first().el(1) == entity);
        found.copied().ok_or_else(|| head.missing(name, "N1"))
    };
    let (payer, payee) = (side("PR", "1000A")?, side("PE", "1000B")?);
    let other_number = ["2U", "NF", "EO", "HI"].into_iter().find_map(|q| value(payer, "REF", q));
    let phone = payer.iter().filter(|seg| seg.id() == "PER" && seg.el(1) == "BL").map(|per| per.contact("TE"));
    Ok(Remittance {
        payer_name: payer.first().el(2).to_owned(),
        payer_number: some(payer.first().el(4)).or(other_number).unwrap_or_default(),
        payer_address: payer.address(payer.first().loop_id),
        payer_phone: phone.max().unwrap_or_default().to_owned(),
        payee_name: payee.first().el(2).to_owned(),
        payee_id: payee.first().el(4).to_owned(),
        payee_tax_id: value(payee, "REF", "TJ").unwrap_or_default(),
        handling: bpr.el(1).to_owned(),
        amount: bpr.money(2)?,
        method: bpr.el(4).to_owned(),
        transfer: bank_account(bpr, 7).zip(bank_account(bpr, 13)).map(|(from, to)| Transfer { from, to }),
        paid_on: bpr.date(16)?,
        trace_number: trn.el(2).to_owned(),
        originator: trn.el(3).to_owned(),
        produced_on: day(general, "405")?,
        claims: claims.into_iter().map(paid_claim).collect::<Result<_, _>>()?,
        provider_adjustments: read_provider_adjustments(scope)?,
    })
}

/// The routing number in element `n` of a BPR and the account two further on.
fn bank_account(bpr: Seg<'_>, n: usize) -> Option<BankAccount> {
    Some(BankAccount { routing_number: some(bpr.el(n))?, number: some(bpr.el(n + 2))? })
}

/// The first segment of an id.
fn one<'a>(scope: Scope<'a, '_>, id: &str) -> Option<Seg<'a>> {
    scope.iter().find(|seg| seg.id() == id)
}

/// The first segment of an id and qualifier.
fn qualified<'a>(scope: Scope<'a, '_>, id: &str, qualifier: &str) -> Option<Seg<'a>> {
    scope.iter().find(|seg| seg.id() == id && seg.el(1) == qualifier)
}

fn value(scope: Scope<'_, '_>, id: &str, qualifier: &str) -> Option<String> {
    qualified(scope, id, qualifier).and_then(|seg| some(seg.el(2)))
}

fn day(scope: Scope<'_, '_>, qualifier: &str) -> Result<Option<jiff::civil::Date>, ExchangeError> {
    qualified(scope, "DTM", qualifier).map(|dtm| dtm.date(2)).transpose()
}

fn amount(scope: Scope<'_, '_>, qualifier: &str) -> Result<Option<claim::Money>, ExchangeError> {
    qualified(scope, "AMT", qualifier).map(|amt| amt.money(2)).transpose()
}

fn adjustments(scope: Scope<'_, '_>) -> Result<Vec<claim::Adjustment>, ExchangeError> {
    adjustment::read(scope.iter().filter(|seg| seg.id() == "CAS"))
}

fn paid_claim(scope: Scope<'_, '_>) -> Result<ClaimPayment, ExchangeError> {
    let (own, lines) = scope.cut("SVC");
    let clp = own.first();
    let patient = qualified(own, "NM1", "QC");
    let member = patient.map_or("", |nm1| nm1.el(9));
    let insured = qualified(own, "NM1", "IL").map_or("", |nm1| nm1.el(9));
    let forwarded = qualified(own, "NM1", "TT");
    Ok(ClaimPayment {
        offset: clp.offset(),
        control_number: clp.el(1).to_owned(),
        decision: ClaimDecision::from_code(clp.el(2))
            .ok_or_else(|| clp.unexpected(2, "a claim status: 1, 2, 3, 4, 19, 20, 21, 22, 23 or 25"))?,
        charge: clp.money(3)?,
        paid: clp.money(4)?,
        patient_responsibility: if clp.el(5).is_empty() { None } else { Some(clp.money(5)?) },
        filing_code: clp.el(6).to_owned(),
        payer_control_number: clp.el(7).to_owned(),
        facility_code: clp.el(8).to_owned(),
        frequency: clp.el(9).to_owned(),
        patient: patient.map(Seg::person).unwrap_or_default(),
        member_id: if member.is_empty() { insured } else { member }.to_owned(),
        corrected_member_id: qualified(own, "NM1", "74").and_then(|nm1| some(nm1.el(9))),
        rendering_npi: qualified(own, "NM1", "82").map_or("", |nm1| nm1.el(9)).to_owned(),
        forwarded_to: forwarded.and_then(|nm1| some(nm1.el(9)).or_else(|| some(nm1.el(3)))),
        adjustments: adjustments(own)?,
        remarks: claim_remarks(own)?,
        received_on: day(own, "050")?,
        from: day(own, "232")?,
        interest: amount(own, "I")?,
        lines: lines.into_iter().map(paid_line).collect::<Result<_, _>>()?,
    })
}

/// MOA03 to MOA07; MIA05 and MIA20 to MIA23 for inpatients.
fn claim_remarks(own: Scope<'_, '_>) -> Result<Vec<Rarc>, ExchangeError> {
    let places = [("MOA", &[3, 4, 5, 6, 7]), ("MIA", &[5, 20, 21, 22, 23])];
    let mut remarks = Vec::new();
    for (id, elements) in places {
        for seg in own.iter().filter(|seg| seg.id() == id) {
            for n in elements.iter().filter(|n| !seg.el(**n).is_empty()) {
                remarks.push(seg.code(*n, Rarc::new(seg.el(*n)))?);
            }
        }
    }
    Ok(remarks)
}

fn paid_line(line: Scope<'_, '_>) -> Result<LinePayment, ExchangeError> {
    let svc = line.first();
    let modifiers = (3..=6).map(|m| svc.comp(1, m)).filter(|text| !text.is_empty());
    let remarks = line.iter().filter(|seg| seg.id() == "LQ" && seg.el(1) == "HE");
    Ok(LinePayment {
        procedure: svc.code(1, ProcedureCode::new(svc.comp(1, 2)))?,
        modifiers: modifiers.map(|text| svc.code(1, Modifier::new(text))).collect::<Result<_, _>>()?,
        submitted_procedure: match svc.comp(6, 2) {
            "" => None,
            code => Some(svc.code(6, ProcedureCode::new(code))?),
        },
        charge: svc.money(2)?,
        paid: if svc.el(3).is_empty() { claim::Money::ZERO } else { svc.money(3)? },
        // Not sent means one (005010X221A1 SVC05).
        units: if svc.el(5).is_empty() { Units::ONE } else { svc.units(5)? },
        from: match day(line, "472")? {
            Some(day) => Some(day),
            None => day(line, "150")?,
        },
        adjustments: adjustments(line)?,
        remarks: remarks.map(|lq| lq.code(2, Rarc::new(lq.el(2)))).collect::<Result<_, _>>()?,
        control_number: value(line, "REF", "6R"),
        allowed: amount(line, "B6")?,
    })
}

fn read_provider_adjustments(scope: Scope<'_, '_>) -> Result<Vec<ProviderAdjustment>, ExchangeError> {
    let mut adjustments = Vec::new();
    for plb in scope.iter().filter(|seg| seg.id() == "PLB") {
        for n in [3, 5, 7, 9, 11, 13].into_iter().filter(|n| !plb.el(*n).is_empty()) {
            adjustments.push(ProviderAdjustment {
                reason: plb.comp(n, 1).to_owned(),
                reference: plb.comp(n, 2).to_owned(),
                amount: plb.money(n + 1)?,
            });
        }
    }
    Ok(adjustments)
}

#[cfg(test)]
mod tests {
    use claim::Carc;

    use super::*;

    /// The rulebook's minimal remittance, vector V1.
    const V1: &str = include_str!("../tests/files/v1.835");

    #[test]
    fn the_minimal_remittance() {
        let read = read_835(V1.as_bytes()).unwrap();
        let [remittance] = &read[..] else { panic!("{read:?}") };
        assert_eq!(remittance.imbalances(), vec![]);
        assert_eq!(remittance.payer_phone, "8005550100");
        let claim = &remittance.claims[0];
        assert_eq!(&V1[usize::try_from(claim.offset).unwrap()..][..9], "CLP*PT123");
        assert_eq!(claim.lines[0].control_number.as_deref(), Some("L1"));
        assert_eq!(claim.lines[0].adjustments[1].reason, Carc::new("253").unwrap());
    }

    #[test]
    fn an_unbalanced_remittance_is_read_and_tells() {
        let off = V1.replace("CO*45*114.39", "CO*45*114.38");
        assert_eq!(read_835(off.as_bytes()).unwrap()[0].imbalances().len(), 2);
    }

    #[test]
    fn an_electronic_payment_names_both_accounts() {
        let account = |routing_number: &str, number: &str| BankAccount {
            routing_number: routing_number.into(),
            number: number.into(),
        };
        let mut remittance = read_835(V1.as_bytes()).unwrap().remove(0);
        let party = Party { name: "DEMO".into(), id: "DEMO".into(), ..Party::default() };
        let controls = Controls {
            interchange: 1,
            group: 1,
            transaction: 1,
            at: date(2026, 3, 15).at(9, 0, 0, 0),
            usage: 'T',
            reference: String::new(),
        };
        remittance.method = "ACH".into();
        remittance.transfer =
            Some(Transfer { from: account("999999992", "123456"), to: account("999988880", "98765") });
        let bytes = write_835(std::slice::from_ref(&remittance), &party, &party, &controls).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let banks = "*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*2026";
        assert!(text.contains(banks), "{text}");
        assert_eq!(read_835(&bytes).unwrap()[0].transfer, remittance.transfer);
        remittance.transfer = None;
        let refused = write_835(&[remittance], &party, &party, &controls).unwrap_err().to_string();
        assert!(refused.contains("accounts of an electronic payment"), "{refused}");
    }

    #[test]
    fn a_bad_amount_says_where() {
        let bad = V1.replace("*106.32*27.12*MB", "*1O6.32*27.12*MB");
        let message = read_835(bad.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("segment 11 (CLP in loop 2100) element 4"), "{message}");
        assert!(message.contains("expected an amount"), "{message}");
    }
}
