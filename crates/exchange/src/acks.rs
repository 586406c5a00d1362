//! Acknowledgements: reading TA1, 999 (and the older 997) and 277CA, writing 277CA.

use claim::{Ack, ClaimAck, ClaimAckBatch, InterchangeAck, Money, PersonName, StatusCode, TransactionAck};
use jiff::civil::Date;
use x12::{
    AckLevel, Segment,
    write::{Element, composite, text},
};

use crate::{
    Controls, ExchangeError, FileKind, Party,
    kind::read_kind,
    party::d8,
    pen::Pen,
    scope::{Scope, Seg, located, some},
};

const GUIDE_277CA: &str = "005010X214";

/// Reads the acknowledgements of a file: TA1, 999 and 277CA in any mix, in file order.
///
/// An answer for more than one claim or transaction set names none: its control number is empty.
///
/// # Errors
/// [`ExchangeError`] when the file is cut, holds anything else, or a 277CA holds what cannot be read.
pub fn read_acks(bytes: &[u8]) -> Result<Vec<Ack>, ExchangeError> {
    let interchanges = read_kind(bytes, FileKind::Acknowledgements)?;
    let mut acks = Vec::new();
    for interchange in &interchanges {
        let strays = interchange.strays.iter().filter(|segment| segment.id() == "TA1");
        acks.extend(interchange.answers.iter().chain(strays).map(ta1));
        for transaction in interchange.transactions() {
            let segments = located(transaction);
            let Some(scope) = Scope::of(&segments) else { continue };
            match transaction.set_id() {
                "277" => acks.extend(claim_acks(scope)?.into_iter().map(Ack::Claims)),
                _ => acks.extend(transaction_acks(scope).into_iter().map(Ack::Transaction)),
            }
        }
    }
    Ok(acks)
}

fn ta1(segment: &Segment<'_>) -> Ack {
    Ack::Interchange(InterchangeAck {
        interchange_control: segment.el(1).to_owned(),
        code: outcome(segment.el(4)),
        note: if segment.el(5).is_empty() { "000" } else { segment.el(5) }.to_owned(),
    })
}

/// `A`, `E` or `R`: the rarer codes of IK501, AK901 and TA104 (`M`, `W`, `X`: security) are refusals.
fn outcome(code: &str) -> char {
    match code {
        "A" => 'A',
        "E" => 'E',
        _ => 'R',
    }
}

/// One answer per AK2, and one without a transaction number for the sets no AK2 names: some answer with the refused ones
/// only, or with none.
fn transaction_acks(scope: Scope<'_, '_>) -> Vec<TransactionAck> {
    let mut group_control = String::new();
    let mut acks: Vec<TransactionAck> = Vec::new();
    let mut place = String::new();
    for seg in scope.iter() {
        match (seg.id(), acks.last_mut()) {
            ("AK1", _) => group_control = seg.el(2).to_owned(),
            ("AK2", _) => acks.push(TransactionAck {
                group_control: group_control.clone(),
                transaction_control: seg.el(2).to_owned(),
                code: 'A',
                errors: Vec::new(),
                claims: Vec::new(),
            }),
            ("IK3" | "AK3", Some(ack)) => {
                place = segment_place(seg);
                ack.errors.push(format!("{place}: {}", x12::words(AckLevel::Ik3, seg.el(4))));
            }
            ("IK4" | "AK4", Some(ack)) => ack.errors.push(element_error(seg, &place)),
            ("CTX", Some(ack)) => {
                // CTX*CLM01:number names the claim the error stands in.
                let claim = seg.comp(1, 2);
                if seg.comp(1, 1) == "CLM01" && !claim.is_empty() && !ack.claims.iter().any(|known| known == claim) {
                    ack.claims.push(claim.to_owned());
                }
            }
            ("IK5" | "AK5", Some(ack)) => {
                ack.code = outcome(seg.el(1));
                ack.errors.extend(
                    (2..=6)
                        .filter_map(|n| some(seg.el(n)))
                        .map(|code| format!("Transaction set: {}", x12::words(AckLevel::Ik5, &code))),
                );
            }
            ("AK9", _) => close_group(&mut acks, seg, &group_control),
            _ => {}
        }
    }
    acks
}

/// AK9: what it says of the group as a whole, and of the sets no AK2 names.
fn close_group(acks: &mut Vec<TransactionAck>, ak9: Seg<'_>, group_control: &str) {
    let errors: Vec<String> =
        (5..=9).filter_map(|n| some(ak9.el(n))).map(|code| format!("Group error {code}.")).collect();
    let code = if ak9.el(1) == "P" { 'P' } else { outcome(ak9.el(1)) };
    if code == 'R' {
        // A refused group takes its sets with it, whatever was said of each.
        for ack in acks.iter_mut().filter(|ack| ack.code != 'R') {
            ack.code = 'R';
            ack.errors.push("The group was refused as a whole.".to_owned());
            ack.errors.extend(errors.iter().cloned());
        }
    }
    let count = |n: usize| ak9.el(n).parse::<usize>().unwrap_or_default();
    let unnamed = count(3).saturating_sub(acks.len());
    let taken = count(4).saturating_sub(acks.iter().filter(|ack| ack.code != 'R').count());
    let code = match code {
        _ if !acks.is_empty() && unnamed == 0 => return,
        'P' if unnamed > 0 && taken == unnamed => 'A',
        'P' if unnamed > 0 && taken == 0 => 'R',
        code => code,
    };
    acks.push(TransactionAck {
        group_control: group_control.to_owned(),
        transaction_control: String::new(),
        code,
        errors,
        claims: Vec::new(),
    });
}

fn segment_place(ik3: Seg<'_>) -> String {
    let in_loop = if ik3.el(3).is_empty() { String::new() } else { format!(" in loop {}", ik3.el(3)) };
    format!("Segment {} ({}{in_loop})", ik3.el(2), ik3.el(1))
}

/// IK4 in our words: element, error, bad value.
fn element_error(ik4: Seg<'_>, place: &str) -> String {
    let component = if ik4.comp(1, 2).is_empty() { String::new() } else { format!("-{}", ik4.comp(1, 2)) };
    let words = x12::words(AckLevel::Ik4, ik4.el(3));
    let value = if ik4.el(4).is_empty() { String::new() } else { format!(": {:?}", ik4.el(4)) };
    format!("{place} element {}{component}: {words}{value}", ik4.comp(1, 1))
}

/// One batch per billing provider; one without a provider when the answer stops at the submitter. A submitter or
/// provider refused as a whole is one refusal without a control number, meant for every claim of the batch.
fn claim_acks(scope: Scope<'_, '_>) -> Result<Vec<ClaimAckBatch>, ExchangeError> {
    let (_, levels) = scope.cut("HL");
    let mut header = ClaimAckBatch {
        payer_name: String::new(),
        payer_number: String::new(),
        submitter_name: String::new(),
        submitter_id: String::new(),
        batch_reference: String::new(),
        billing_name: String::new(),
        billing_npi: String::new(),
        received_on: Date::ZERO,
        processed_on: Date::ZERO,
        claims: Vec::new(),
    };
    let mut batches: Vec<ClaimAckBatch> = Vec::new();
    for level in levels {
        let nm1 = level.iter().find(|seg| seg.id() == "NM1");
        let name = nm1.map(Seg::party_name).unwrap_or_default();
        let id = nm1.map_or("", |nm1| nm1.el(9)).to_owned();
        match level.first().el(3) {
            "20" => {
                let day = |qualifier| {
                    let dtp = level.iter().find(|seg| seg.id() == "DTP" && seg.el(1) == qualifier);
                    dtp.map(|dtp| dtp.date(3)).transpose()
                };
                (header.payer_name, header.payer_number) = (name, id);
                header.processed_on = day("009")?.unwrap_or(Date::ZERO);
                header.received_on = day("050")?.unwrap_or(header.processed_on);
            }
            "21" => {
                (header.submitter_name, header.submitter_id) = (name, id);
                let trn = level.iter().find(|seg| seg.id() == "TRN" && seg.el(1) == "2");
                header.batch_reference = trn.map_or("", |trn| trn.el(2)).to_owned();
                if let Some(refusal) = refused_whole(level)? {
                    batches.push(ClaimAckBatch { claims: vec![refusal], ..header.clone() });
                }
            }
            "19" => batches.push(ClaimAckBatch {
                billing_name: name,
                billing_npi: id,
                claims: refused_whole(level)?.into_iter().collect(),
                ..header.clone()
            }),
            "PT" => {
                if batches.is_empty() {
                    batches.push(header.clone());
                }
                let (_, traces) = level.cut("TRN");
                for trace in traces {
                    let ack = claim_ack(nm1, trace.first().el(2), trace)?;
                    if let Some(batch) = batches.last_mut() {
                        batch.claims.push(ack);
                    }
                }
            }
            _ => {}
        }
    }
    if batches.is_empty() {
        batches.push(header);
    }
    Ok(batches)
}

/// The refusal of a submitter or provider (2200B, 2200C), if it is one.
fn refused_whole(level: Scope<'_, '_>) -> Result<Option<ClaimAck>, ExchangeError> {
    let is_refused = level.iter().any(|seg| seg.id() == "STC" && seg.el(3) == "U");
    if is_refused { claim_ack(None, "", level).map(Some) } else { Ok(None) }
}

/// What the STC, REF and DTP of 2200D say of one claim. Those of its lines (2220D) are not its own.
fn claim_ack(patient: Option<Seg<'_>>, control_number: &str, scope: Scope<'_, '_>) -> Result<ClaimAck, ExchangeError> {
    let (own, _) = scope.cut("SVC");
    let person = patient.map(Seg::person).unwrap_or_default();
    let stcs: Vec<Seg<'_>> = own.iter().filter(|seg| seg.id() == "STC").collect();
    let first = *stcs.first().ok_or_else(|| own.missing("2200D", "STC"))?;
    let served = own.iter().find(|seg| seg.id() == "DTP" && seg.el(1) == "472");
    Ok(ClaimAck {
        control_number: control_number.to_owned(),
        is_accepted: stcs.iter().all(|stc| stc.el(3) != "U"),
        statuses: stcs.iter().flat_map(|stc| [1, 10, 11].map(|n| status(*stc, n))).flatten().collect(),
        charge: if first.el(4).is_empty() { Money::ZERO } else { first.money(4)? },
        payer_control_number: value(own, "REF", "1K"),
        patient_last: person.last,
        patient_first: person.first,
        member_id: patient.map_or("", |nm1| nm1.el(9)).to_owned(),
        from: served.map(|dtp| dtp.range(3)).transpose()?.map(|(from, _)| from),
    })
}

fn value(scope: Scope<'_, '_>, id: &str, qualifier: &str) -> Option<String> {
    scope.iter().find(|seg| seg.id() == id && seg.el(1) == qualifier).and_then(|seg| some(seg.el(2)))
}

fn status(stc: Seg<'_>, n: usize) -> Option<StatusCode> {
    let category = some(stc.comp(n, 1))?;
    Some(StatusCode { category, status: stc.comp(n, 2).to_owned(), entity: stc.comp(n, 3).to_owned() })
}

/// Writes the answer to one batch of claims (005010X214 277CA).
///
/// Totals at the submitter's level are counted from the claims: how many and how much was accepted and refused.
///
/// # Errors
/// [`ExchangeError::Unwritable`] names the claim and the field that does not fit the file.
pub fn write_277ca(
    batch: &ClaimAckBatch,
    sender: &Party,
    receiver: &Party,
    controls: &Controls,
) -> Result<Vec<u8>, ExchangeError> {
    let stamp = controls.stamp();
    let mut pen = Pen::open("HN", GUIDE_277CA, (sender, receiver), controls, &stamp);
    pen.transaction("277", controls.transaction, Some(GUIDE_277CA));
    pen.ident("reference", 50, &controls.reference)?;
    pen.segment("BHT", &["0085", "08", &controls.reference, &stamp.0, &stamp.1, "TH"]);
    let source = pen.level(None, "20", true);
    pen.organisation("PR", &batch.payer_name, ("PI", &batch.payer_number))?;
    pen.segment("TRN", &["1", &controls.reference]);
    pen.day("050", batch.received_on);
    pen.day("009", batch.processed_on);
    let submitter = pen.level(Some(source), "21", true);
    pen.organisation("41", &batch.submitter_name, ("46", &batch.submitter_id))?;
    pen.ident("batch reference", 50, &batch.batch_reference)?;
    pen.segment("TRN", &["2", &batch.batch_reference]);
    totals(&mut pen, batch);
    let provider = pen.level(Some(submitter), "19", !batch.claims.is_empty());
    pen.organisation("85", &batch.billing_name, ("XX", &batch.billing_npi))?;
    for ack in &batch.claims {
        claim_status(&mut pen, provider, batch, ack)?;
    }
    pen.finish()
}

/// STC, QTY and AMT of 2200B.
fn totals(pen: &mut Pen<'_>, batch: &ClaimAckBatch) {
    let (accepted, refused): (Vec<&ClaimAck>, Vec<&ClaimAck>) = batch.claims.iter().partition(|ack| ack.is_accepted);
    let sum = |acks: &[&ClaimAck]| acks.iter().map(|ack| ack.charge).sum::<Money>();
    let total = (sum(&accepted) + sum(&refused)).to_x12();
    let receipt = composite(&["A1", "19", "PR"]);
    pen.elements("STC", &[receipt, text(&d8(batch.processed_on)), text("WQ"), text(&total)]);
    for (qualifier, acks) in [("90", &accepted), ("AA", &refused)] {
        if !acks.is_empty() {
            pen.segment("QTY", &[qualifier, &acks.len().to_string()]);
        }
    }
    for (qualifier, acks) in [("YU", &accepted), ("YY", &refused)] {
        if !acks.is_empty() {
            pen.amount(qualifier, Some(sum(acks)));
        }
    }
}

/// 2000D.
fn claim_status(pen: &mut Pen<'_>, parent: u32, batch: &ClaimAckBatch, ack: &ClaimAck) -> Result<(), ExchangeError> {
    pen.about(format!("claim {}", ack.control_number));
    pen.count("statuses", ack.statuses.len(), 1..=usize::MAX)?;
    pen.ident("control number", 38, &ack.control_number)?;
    pen.level(Some(parent), "PT", false);
    pen.person("QC", &PersonName::new(&ack.patient_first, &ack.patient_last), ("MI", &ack.member_id))?;
    pen.segment("TRN", &["2", &ack.control_number]);
    for statuses in ack.statuses.chunks(3) {
        let parts: Vec<[&str; 3]> = statuses.iter().map(|s| [s.category.as_str(), &s.status, &s.entity]).collect();
        let mut codes = parts.iter().map(|part| composite(part));
        let (date, action, charge) = (d8(batch.processed_on), if ack.is_accepted { "WQ" } else { "U" }, ack.charge);
        let charge = charge.to_x12();
        let first = codes.next().unwrap_or(text(""));
        let mut elements: Vec<Element<'_>> = vec![first, text(&date), text(action), text(&charge)];
        elements.resize(9, text(""));
        elements.extend(codes);
        pen.elements("STC", &elements);
    }
    pen.reference("1K", ack.payer_control_number.as_deref().unwrap_or_default())?;
    if let Some(from) = ack.from {
        pen.day("472", from);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(body: &str, group: &str) -> String {
        let isa = "ISA*00*          *00*          *ZZ*PRAIRIE01      *ZZ*RIVERSIDE01    *261002*1015*^*00501*000000009*0*T*:~";
        format!("{isa}{body}{group}IEA*1*000000009~")
    }

    const REFUSED: &str = "GS*FA*PRAIRIE01*RIVERSIDE01*20261002*1015*9*X*005010X231A1~ST*999*0001*005010X231A1~\
        AK1*HC*7*005010X222A1~AK2*837*0101*005010X222A1~IK3*NM1*9*2010*8~CTX*CLM01:A1001~IK4*9*67*7*12345~\
        IK3*HI*28*2300*3~CTX*CLM01:A1001~IK5*R*5~AK2*837*0102*005010X222A1~IK5*A~AK9*P*2*2*1~SE*12*0001~GE*1*9~";

    #[test]
    fn interchange_and_transaction_answers_in_one_file() {
        let acks = read_acks(file("TA1*000000042*261002*0915*A~", REFUSED).as_bytes()).unwrap();
        let [Ack::Interchange(first), Ack::Transaction(refused), Ack::Transaction(taken)] = &acks[..] else {
            panic!("{acks:#?}")
        };
        assert_eq!((first.interchange_control.as_str(), first.code, first.note.as_str()), ("000000042", 'A', "000"));
        assert_eq!((refused.group_control.as_str(), refused.transaction_control.as_str()), ("7", "0101"));
        assert_eq!((refused.code, taken.code), ('R', 'A'));
        assert_eq!(refused.claims, ["A1001"]);
        let errors = [
            "Segment 9 (NM1 in loop 2010): its elements have errors",
            "Segment 9 (NM1 in loop 2010) element 9: not a valid code: \"12345\"",
            "Segment 28 (HI in loop 2300): required segment missing",
            "Transaction set: segments have errors",
        ];
        assert_eq!(refused.errors, errors);
        assert!(taken.errors.is_empty());
    }

    #[test]
    fn a_submitter_refused_whole_is_a_refusal_for_every_claim() {
        let group = "GS*HN*PRAIRIE01*RIVERSIDE01*20261002*1015*9*X*005010X214~ST*277*0001*005010X214~\
            BHT*0085*08*R1*20261002*1015*TH~HL*1**20*1~NM1*PR*2*PRAIRIE*****PI*PRAIRIE01~TRN*1*R1~DTP*050*D8*20261002~\
            DTP*009*D8*20261002~HL*2*1*21*0~NM1*41*2*RIVERSIDE*****46*RIVERSIDE01~TRN*2*B000042~\
            STC*A3:24:41*20261002*U*205~SE*12*0001~GE*1*9~";
        let acks = read_acks(file("", group).as_bytes()).unwrap();
        let [Ack::Claims(batch)] = &acks[..] else { panic!("{acks:#?}") };
        assert_eq!(batch.batch_reference, "B000042");
        let [refusal] = &batch.claims[..] else { panic!("{batch:#?}") };
        assert_eq!((refusal.control_number.as_str(), refusal.is_accepted), ("", false));
        assert_eq!((refusal.statuses[0].category.as_str(), refusal.charge), ("A3", Money::from_cents(20_500)));
    }

    #[test]
    fn sets_no_answer_names_are_told_by_the_group() {
        let group = |sets: &str, ak9: &str| {
            let text = format!(
                "GS*FA*PRAIRIE01*RIVERSIDE01*20261002*1015*9*X*005010X231A1~ST*999*0001*005010X231A1~\
                 AK1*HC*7*005010X222A1~{sets}AK9*{ak9}~SE*9*0001~GE*1*9~"
            );
            let acks = read_acks(file("", &text).as_bytes()).unwrap();
            let one = |ack: &Ack| match ack {
                Ack::Transaction(ack) => (ack.transaction_control.clone(), ack.code),
                other => panic!("{other:?}"),
            };
            acks.iter().map(one).collect::<Vec<_>>()
        };
        let set = |control: &str, code| (control.to_owned(), code);
        let one_refused = "AK2*837*0101*005010X222A1~IK5*R*5~";
        // Three came, one is named as refused, two were taken.
        assert_eq!(group(one_refused, "P*3*3*2"), [set("0101", 'R'), set("", 'A')]);
        assert_eq!(group(one_refused, "P*3*3*1"), [set("0101", 'R'), set("", 'P')], "which of the two, nobody says");
        assert_eq!(group("", "P*2*2*1"), [set("", 'P')]);
        assert_eq!(group("", "A*2*2*2"), [set("", 'A')]);
        let both = "AK2*837*0101*005010X222A1~IK5*R*5~AK2*837*0102*005010X222A1~IK5*A~";
        assert_eq!(group(both, "P*2*2*1"), [set("0101", 'R'), set("0102", 'A')]);
        // A group refused for its own errors takes the sets that were in order with it.
        assert_eq!(group(both, "R*2*2*0*5"), [set("0101", 'R'), set("0102", 'R')]);
    }

    #[test]
    fn a_group_refused_whole_is_one_answer() {
        let group = "GS*FA*PRAIRIE01*RIVERSIDE01*20261002*1015*9*X*005010X231A1~ST*999*0001*005010X231A1~\
            AK1*HC*7*005010X222A1~AK9*R*1*1*0*2~SE*4*0001~GE*1*9~";
        let acks = read_acks(file("", group).as_bytes()).unwrap();
        let [Ack::Transaction(ack)] = &acks[..] else { panic!("{acks:#?}") };
        assert_eq!((ack.group_control.as_str(), ack.transaction_control.as_str(), ack.code), ("7", "", 'R'));
        assert_eq!(ack.errors, ["Group error 2."]);
    }
}
