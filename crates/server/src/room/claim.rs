//! The claim: as a form, as a file, its history, and what may be done with it.

use std::collections::BTreeMap;

use claim::{ClaimId, ClaimStatus, Cleanliness, Severity};
use cycle::{bill, follow, number, submit};
use store::claim::{ClaimEvent, ClaimFilter, ClaimOrder, ClaimRecord, ClaimVersion};
use store::{Actor, Role, Scope, Tx};

use super::context::{self, Names};
use super::registration::REGISTRARS;
use super::{edit, segments};
use crate::answer::{Fault, Outcome, page};
use crate::call::{Call, found};
use crate::view::claim_form::{FindingView, FormView};
use crate::view::claim_page::{ClaimActions, ClaimPage, ClaimTab, Event};
use crate::view::edi::EdiLine;
use crate::view::part::{Amount, Tag};
use crate::words;
use crate::worklist::{CHART, MONEY};

/// Who works claims.
pub const BILLERS: &[Role] = &[Role::Biller, Role::Manager];
/// Who may change what a claim says: the owners of its findings.
pub const EDITORS: &[Role] = &[Role::Biller, Role::Coder, Role::FrontDesk, Role::Manager];

pub(super) fn by_number(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<ClaimRecord, Fault> {
    let number: String = call.asked.param("number")?;
    found(store::claim::by_number(tx, &number))
}

/// `GET /claims/{number}`; the tab is part of the address.
pub fn show(call: &Call<'_>) -> Outcome {
    let claim = call.read(|tx| {
        let record = by_number(tx, call)?;
        let version = store::claim::latest(tx, record.id)?;
        let today = tx.today();
        let tab = match call.asked.query.text("view") {
            "837" => ClaimTab::File(file(tx, &record)?),
            "history" => ClaimTab::History(history(tx, call, &record)?),
            _ => ClaimTab::Form(FormView::of(&version.claim, &version.findings)),
        };
        let visit = store::encounter::get(tx, record.encounter_id)?.encounter;
        let related = related(tx, &record)?;
        Ok(ClaimPage {
            frame: call.frame(tx)?,
            context: context::bar(tx, call, record.patient_id)?,
            control_number: record.number.clone(),
            status: words::claim(record.status),
            lead: lead(&record, &version),
            charge: Amount::balance(record.charge),
            paid: Amount::payment(record.paid),
            filing_limit: match record.submitted_on {
                Some(on) => format!("sent {on}"),
                None => format!("file by {} ({})", record.file_by, words::left(record.file_by, today).label),
            },
            coverage_href: match may(call, &record, &version).check {
                true => call.link(REGISTRARS, format!("/patients/{}#coverage-1", record.patient_id)),
                false => String::new(),
            },
            encounter_href: call.link(CHART, format!("/encounters/{}", visit.number)),
            related,
            findings: findings(&version),
            may: may(call, &record, &version),
            edit: edit::form(call, &record, &version.claim),
            tab,
        })
    })?;
    page(&claim)
}

fn lead(record: &ClaimRecord, version: &ClaimVersion) -> String {
    let frequency = match record.frequency {
        claim::Frequency::Original => "original",
        claim::Frequency::Replacement => "replacement",
        claim::Frequency::Void => "void",
    };
    let clean = match version.cleanliness {
        Cleanliness::Held => "an error holds it",
        Cleanliness::CleanAsFarAsChecked => "clean as far as checked",
        Cleanliness::Clean => "clean",
    };
    let number = record.payer_control_number.as_ref().map(|n| format!(", payer's number {n}")).unwrap_or_default();
    let sequence = words::sequence(record.sequence);
    format!("{}, {sequence}, {frequency}, version {}, {clean}{number}", record.payer_name, record.version)
}

/// The other claims of the same visit.
fn related(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Vec<(String, String)>, Fault> {
    let all = store::claim::of_encounter(tx, record.encounter_id)?;
    let others = all.into_iter().filter(|other| other.id != record.id);
    Ok(others
        .map(|other| {
            let words = format!("{} {}, {}", other.number, words::sequence(other.sequence), other.status.label());
            (format!("/claims/{}", other.number), words)
        })
        .collect())
}

/// What the edits say, worst first.
fn findings(version: &ClaimVersion) -> Vec<FindingView> {
    let mut all: Vec<&claim::Finding> = version.findings.iter().filter(|f| f.verdict != claim::Verdict::Pass).collect();
    all.sort_by_key(|f| (!f.holds(), f.verdict != claim::Verdict::Fail, f.severity != Severity::Error));
    all.into_iter().map(FindingView::of).collect()
}

fn may(call: &Call<'_>, record: &ClaimRecord, version: &ClaimVersion) -> ClaimActions {
    let is_biller = call.has(BILLERS);
    let is_unsent = matches!(record.status, ClaimStatus::Held | ClaimStatus::Rejected | ClaimStatus::Ready);
    ClaimActions {
        check: is_unsent && call.has(EDITORS),
        send: record.status == ClaimStatus::Ready && is_biller,
        override_finding: record.status == ClaimStatus::Held
            && is_biller
            && version.findings.iter().any(claim::Finding::holds),
        resend: matches!(record.status, ClaimStatus::Submitted | ClaimStatus::Acknowledged) && is_biller,
        take_apart: is_unsent && is_biller,
    }
}

/// The claim's own segments of the file it went out in last.
fn file(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Vec<EdiLine>, Fault> {
    let Some(sent) = store::submission::of_claim(tx, record.id)?.pop() else { return Ok(Vec::new()) };
    let bytes = store::document::bytes(tx, sent.document_id)?;
    Ok(segments::of_claim(&String::from_utf8_lossy(&bytes), &record.number))
}

/// What happened, latest first, each with the file it came in or went out in.
fn history(tx: &mut Tx<'_>, call: &Call<'_>, record: &ClaimRecord) -> Result<Vec<Event>, Fault> {
    let names = Names::read(tx)?;
    let mut remittances = BTreeMap::new();
    for row in store::remittance::of_claim(tx, record.id)?.into_iter().filter(|_| call.has(MONEY)) {
        let remittance = store::remittance::get(tx, row.remittance_id)?;
        remittances.insert(remittance.document_id, format!("/remittances/{}", remittance.id));
    }
    let mut events = Vec::new();
    for event in store::claim::events(tx, record.id)?.into_iter().rev() {
        let file = match event.document_id {
            Some(id) => store::document::get(tx, id)?.name,
            None => String::new(),
        };
        // A status and the answer that caused it are one thing that happened.
        if let Some(last) = events.last_mut().filter(|last: &&mut Event| last.text == event.text && last.file == file) {
            if event.detail.get("to").is_some() {
                last.what = what(&event);
            }
            continue;
        }
        events.push(Event {
            when: words::moment(event.at),
            what: what(&event),
            text: event.text.clone(),
            code: String::new(),
            remittance_href: event.document_id.and_then(|id| remittances.get(&id).cloned()).unwrap_or_default(),
            file_href: event.document_id.map(|id| format!("/documents/{id}")).unwrap_or_default(),
            file,
            by: names.of(&event.actor),
        });
    }
    Ok(events)
}

fn what(event: &ClaimEvent) -> Tag {
    let to = event.detail.get("to").and_then(serde_json::Value::as_str).and_then(ClaimStatus::from_code);
    match (event.kind.as_str(), to) {
        (_, Some(status)) => words::claim(status),
        ("ta1", _) => Tag::open("TA1"),
        ("999", _) => Tag::open("999"),
        ("277ca", _) => Tag::open("277CA"),
        ("835", _) => Tag::open("835"),
        ("fix", _) => Tag::good("Corrected by software"),
        ("override", _) => Tag::warn("Overridden"),
        ("appeal", _) => Tag::warn("Appeal"),
        _ => Tag::open("Note"),
    }
}

/// `POST /claims/{number}/check`: takes what registration knows now, and examines again.
pub fn check(call: &Call<'_>) -> Outcome {
    let (number, status) = call.write(|tx| {
        let record = by_number(tx, call)?;
        bill::refresh(tx, &call.app.library, record.id, "Examined again with what registration knows now")?;
        Ok((record.number, store::claim::get(tx, record.id)?.status))
    })?;
    call.done(&format!("/claims/{number}"), format!("Examined again: {}.", status.label().to_lowercase()))
}

/// `POST /claims/{number}/send-anyway`: overrides what holds it, with a reason that stays with the claim.
pub fn send_anyway(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let number = call.write(|tx| {
        let record = by_number(tx, call)?;
        bill::send_anyway(tx, &call.app.library, record.id, &reason)?;
        Ok(record.number)
    })?;
    call.done(&format!("/claims/{number}"), "The errors are overridden; the claim is ready to send.")
}

const JOBS: Actor = Actor::System("server");

/// Writes one file for each payer's claims, once for the key of the form; then the files are carried.
fn send_files(
    call: &Call<'_>,
    choose: impl Fn(&mut Tx<'_>) -> Result<Vec<(claim::PayerId, Vec<ClaimId>)>, Fault>,
) -> Result<store::Once<Vec<(String, usize)>>, Fault> {
    let db = &call.app.db;
    let submitter = db.read(&JOBS, Scope::Installation, store::installation::submitter)?;
    // Control numbers belong to the installation; one that is not used then is never used.
    let mut interchanges = Vec::new();
    for _ in call.read(&choose)? {
        interchanges.push(db.write(&JOBS, Scope::Installation, number::next_interchange)?);
    }
    let done = call.once(|tx| {
        let mut sent = Vec::new();
        for ((payer, claims), interchange) in choose(tx)?.into_iter().zip(&interchanges) {
            let file = submit::send(tx, &submitter, payer, &claims, *interchange)?;
            sent.push((file.name, file.claims));
        }
        Ok(sent)
    })?;
    if let Some(office) = &call.app.office {
        // What cannot be carried now waits in the outbox and goes with the next day's work.
        let _ = office.carry();
    }
    Ok(done)
}

/// `POST /claims/{number}/send`.
pub fn send(call: &Call<'_>) -> Outcome {
    let record = call.read(|tx| by_number(tx, call))?;
    let done = send_files(call, |_| Ok(vec![(record.payer_id, vec![record.id])]))?;
    let which = ClaimFilter { status: Some(ClaimStatus::Ready), ..Default::default() };
    let next = call.read(|tx| Ok(store::claim::list(tx, &which, ClaimOrder::FileBy, 1, 0)?.pop()))?;
    let to = next
        .map_or_else(|| format!("/claims/{}?view=history", record.number), |next| format!("/claims/{}", next.number));
    let file = done.value.first().map(|(name, _)| name.clone()).unwrap_or_default();
    call.done_once(&to, &done, format!("Claim {} went to {} in {file}.", record.number, record.payer_name))
}

/// `POST /claims/send`: every ready claim, one file a payer.
pub fn send_all(call: &Call<'_>) -> Outcome {
    let done = send_files(call, |tx| Ok(submit::ready(tx)?))?;
    let claims: usize = done.value.iter().map(|(_, n)| n).sum();
    let text = format!(
        "{} went out in {}.",
        words::count(claims, "claim", "claims"),
        words::count(done.value.len(), "file", "files")
    );
    call.done_once("/work/ready", &done, text)
}

/// `POST /claims/{number}/resend`: again as an original, for one the payer never received.
pub fn resend(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let done = call.once(|tx| {
        let record = by_number(tx, call)?;
        let id = bill::resend(tx, &call.app.library, record.id, &reason)?;
        Ok(store::claim::get(tx, id)?.number)
    })?;
    let text = format!("Claim {} is made again under a new number.", done.value);
    call.done_once(&format!("/claims/{}", done.value), &done, text)
}

/// `POST /claims/{number}/take-apart`: closed, its charges taken back, the visit with the coder again.
pub fn take_apart(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let done = call.once(|tx| {
        let record = by_number(tx, call)?;
        bill::take_apart(tx, record.id, &reason)?;
        Ok(record.number)
    })?;
    let text = format!("Claim {} is closed and its charges are taken back; the visit is with the coder.", done.value);
    call.done_once(&format!("/claims/{}", done.value), &done, text)
}

/// `POST /claims/{number}/amend`: the next version of a claim nobody decided.
pub fn amend(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let (number, status) = call.write(|tx| {
        let record = by_number(tx, call)?;
        let before = store::claim::latest(tx, record.id)?.claim;
        let after = edit::read(&before, &call.asked.form, false)?;
        bill::amend(tx, &call.app.library, record.id, &after, &reason)?;
        Ok((record.number, store::claim::get(tx, record.id)?.status))
    })?;
    call.done(&format!("/claims/{number}"), format!("Changed and examined: {}.", status.label().to_lowercase()))
}

/// `POST /claims/{number}/correct`: a decided claim corrected the way its payer takes it.
pub fn correct(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "What supports the correction")?.to_owned();
    let done = call.once(|tx| {
        let record = by_number(tx, call)?;
        let before = store::claim::latest(tx, record.id)?.claim;
        let after = edit::read(&before, &call.asked.form, true)?;
        let id = follow::correct(tx, &call.app.library, record.id, &after, &reason)?;
        Ok((store::claim::get(tx, id)?.number, record.number))
    })?;
    let (new, old) = &done.value;
    let text = if new == old {
        format!("A letter asks to reopen the decision on {old}; it waits in the outbox.")
    } else {
        format!("Claim {new} replaces {old}.")
    };
    call.done_once(&format!("/claims/{new}"), &done, text)
}
