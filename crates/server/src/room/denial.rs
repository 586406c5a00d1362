//! A denial: why, until when, and the ways out; and other items of work.

use claim::{ClaimId, WorkItemId};
use cycle::follow::{self, DenialWork};
use cycle::{approval, limits, post};
use store::appeal::{Appeal, AppealStatus};
use store::work::WorkItem;
use store::{Role, Tx};

use super::claim::BILLERS;
use super::context::{self, Names};
use super::evidence;
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::denial::{DenialPage, DeniedLine};
use crate::view::part::{Amount, Explained, Tag};
use crate::view::work_item::WorkItemPage;
use crate::words;
use crate::worklist::{ACCOUNTS, CHART, CLAIMS, MONEY};

/// Who takes, puts off and ends work.
pub const WORKERS: &[Role] = &[Role::Biller, Role::Poster, Role::Coder, Role::FrontDesk, Role::Provider, Role::Manager];

fn denial(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<(WorkItem, DenialWork, ClaimId), Fault> {
    let id: WorkItemId = call.asked.param("id")?;
    let item = store::work::get(tx, id)?;
    if item.kind != "denial" {
        return Err(Fault::NotFound);
    }
    let body = serde_json::from_value(item.body.clone()).map_err(|e| Fault::Broken(format!("denial {id}: {e}")))?;
    let claim_id = item.subject_id.parse().map_err(|_| Fault::NotFound)?;
    Ok((item, body, claim_id))
}

/// `GET /denials/{id}`.
pub fn show(call: &Call<'_>) -> Outcome {
    let view = call.read(|tx| {
        let (item, body, claim_id) = denial(tx, call)?;
        let claim = store::claim::get(tx, claim_id)?;
        let payer = store::payer::get(tx, claim.payer_id)?;
        let today = tx.today();
        let is_open = item.done_at.is_none();
        let may = is_open && call.has(BILLERS);
        let appeals = store::appeal::of_claim(tx, claim_id)?;
        let under_way = appeals.iter().find(|appeal| appeal.decided_on.is_none());
        let to_file = under_way.filter(|appeal| may && appeal.status == AppealStatus::Open && appeal.due_on >= today);
        let limit = if may { approval::limit_passed(tx, item.amount)? } else { None };
        let is_in_time = item.due_on.is_none_or(|last| last >= today);
        let code = |text: &str| Explained { code: text.to_owned(), text: String::new() };
        let reason = body.reason();
        let is_write_off_usual = claim::Carc::new(&body.carc)
            .ok()
            .and_then(|carc| call.app.library.carc(&carc).map(|reason| reason.is_write_off_allowed))
            .unwrap_or(false);
        let modifiers: Vec<&str> = body.modifiers.iter().map(claim::Modifier::as_str).collect();
        let procedure = [&[body.procedure.as_str()][..], &modifiers].concat().join("-");
        Ok(DenialPage {
            frame: call.frame(tx)?,
            context: context::bar(tx, call, claim.patient_id)?,
            id: item.id.to_string(),
            control_number: claim.number.clone(),
            lead: format!("{}, decided {}", body.payer_name, body.decided_on),
            status: match (is_open, &item.claimed_by) {
                (false, _) => Tag::good("Done"),
                (true, Some(_)) => Tag::open("Taken"),
                (true, None) => Tag::warn("Open"),
            },
            remittance_href: call.link(MONEY, format!("/remittances/{}", body.remittance_id)),
            reasons: vec![Explained { text: body.text.clone(), ..code(&reason) }],
            remarks: body.remarks.iter().map(|r| Explained { text: r.text.clone(), ..code(&r.code) }).collect(),
            cause: body.cause.clone(),
            owner: body.desk.clone(),
            action: body.action.clone(),
            deadline: item.due_on.map_or_else(|| "none".to_owned(), |on| on.to_string()),
            left: match item.due_on {
                Some(last) if is_open => words::left(last, today),
                Some(_) => Tag::good("Done"),
                None => Tag::open("No limit"),
            },
            amount: Amount::balance(item.amount),
            lines: vec![DeniedLine {
                number: body.line,
                procedure,
                charge: Amount::balance(body.charge),
                denied: Amount::balance(item.amount),
                reasons: reason,
                evidence: evidence::of_line(tx, call, claim_id, body.line)?,
            }],
            payer_reference: body.payer_control_number.clone(),
            may_work: may,
            correction: match (may, payer.accepts_replacement) {
                (false, _) => String::new(),
                (true, true) => "Sent as a replacement (frequency 7) with the payer's claim number.".to_owned(),
                (true, false) => "This payer takes no replacement: a letter asks to reopen the decision.".to_owned(),
            },
            appeal_letter: if may && is_in_time && under_way.is_none() { letter(&body) } else { String::new() },
            appeal_open: to_file.map(opened).unwrap_or_default(),
            write_off_barred: match limit {
                _ if !may => "This denial is done, or belongs to other roles.".to_owned(),
                Some(limit) => format!("Above {limit} USD a manager decides."),
                None => String::new(),
            },
            may_ask: limit.is_some(),
            write_off_advice: if is_write_off_usual {
                "Usual for this reason.".to_owned()
            } else {
                "Not usual for this reason: correct or appeal first.".to_owned()
            },
            may_bill: may && body.may_bill_patient(),
            asked_next: follow::asked_next(tx, claim_id)?.unwrap_or_default(),
            history: history(tx, &item, claim_id)?,
        })
    })?;
    page(&view)
}

fn opened(appeal: &Appeal) -> String {
    let reason = appeal.body.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default();
    format!("The appeal of level {} is open and must be filed by {}: {reason}", appeal.level, appeal.due_on)
}

fn letter(body: &DenialWork) -> String {
    format!(
        "The decision on line {} ({}) rests on {}: {}. The enclosed note documents the service and why it was needed.",
        body.line,
        body.procedure,
        body.reason(),
        body.text.trim_end_matches('.')
    )
}

/// What was done about it, latest first.
fn history(tx: &mut Tx<'_>, item: &WorkItem, claim_id: ClaimId) -> Result<Vec<Explained>, Fault> {
    let names = Names::read(tx)?;
    let mut found = Vec::new();
    if let (Some(at), Some(by)) = (item.done_at, &item.done_by) {
        found.push(Explained { code: format!("{}, {}", words::moment(at), names.of(by)), text: item.outcome.clone() });
    }
    for event in store::claim::events(tx, claim_id)?.into_iter().rev() {
        if event.at >= item.opened_at && ["appeal", "note", "status"].contains(&event.kind.as_str()) {
            let code = format!("{}, {}", words::moment(event.at), names.of(&event.actor));
            found.push(Explained { code, text: event.text });
        }
    }
    if let Some(user) = item.claimed_by {
        found.push(Explained { code: names.of(&format!("user:{user}")), text: "Works on it.".into() });
    }
    let opened = Explained { code: words::moment(item.opened_at), text: "Opened from the remittance.".into() };
    found.push(opened);
    Ok(found)
}

/// The denial to work next, else the list.
fn next(tx: &mut Tx<'_>) -> Result<String, Fault> {
    let which = store::work::WorkFilter { kind: Some("denial".into()), owner: None };
    let next = store::work::list(tx, &which, store::work::WorkOrder::Due, 1, 0)?.pop();
    Ok(next.map_or_else(|| "/work/denials".to_owned(), |item| format!("/denials/{}", item.id)))
}

/// `POST /denials/{id}/appeal`: opened, unless one is open, and filed; the letter is kept and waits in the outbox.
pub fn appeal(call: &Call<'_>) -> Outcome {
    let letter = call.asked.form.text("letter").to_owned();
    let done = call.once(|tx| {
        let (_, body, claim_id) = denial(tx, call)?;
        let earlier = store::appeal::of_claim(tx, claim_id)?;
        let appeal = match earlier.iter().find(|appeal| appeal.status == AppealStatus::Open) {
            Some(open) => open.id,
            None => follow::open_appeal(tx, claim_id, &letter)?,
        };
        follow::file_appeal(tx, appeal)?;
        Ok(body.claim_number)
    })?;
    let text = format!("The appeal of {} is filed; its letter waits in the outbox.", done.value);
    call.done_once(&call.read(next)?, &done, text)
}

/// `POST /denials/{id}/write-off`: accepted; what it left open is given up.
pub fn write_off(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let done = call.once(|tx| {
        let (item, body, _) = denial(tx, call)?;
        follow::accept_denial(tx, item.id, &reason)?;
        Ok(body.claim_number)
    })?;
    call.done_once(&call.read(next)?, &done, format!("The denial of {} is accepted.", done.value))
}

/// `POST /denials/{id}/ask-manager`: what is above the person's limit, with what they propose.
pub fn ask_manager(call: &Call<'_>) -> Outcome {
    let proposal = call.asked.form.required("reason", "What you propose")?.to_owned();
    let done = call.once(|tx| {
        let (item, body, _) = denial(tx, call)?;
        follow::ask_manager(tx, item.id, &proposal)?;
        Ok(body.claim_number)
    })?;
    let text = format!("The manager has {} on the list of other work, with what you propose.", done.value);
    call.done_once(&call.read(next)?, &done, text)
}

/// `POST /denials/{id}/pass-on`: accepted as the patient's, which the next payer is asked for first.
pub fn pass_on(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let done = call.once(|tx| {
        let (item, body, claim_id) = denial(tx, call)?;
        let next = follow::asked_next(tx, claim_id)?.unwrap_or_else(|| "the patient".to_owned());
        follow::pass_on(tx, &call.app.library, item.id, &reason)?;
        Ok(format!("What {} left open is owed by {next} now.", body.claim_number))
    })?;
    call.done_once(&call.read(next)?, &done, done.value.clone())
}

/// True when the work is the person's to do: their role's, or a manager's.
pub(super) fn is_mine(call: &Call<'_>, item: &WorkItem) -> bool {
    call.has(&[item.owner, Role::Manager]) || (item.kind == "denial" && call.has(BILLERS))
}

fn item(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<WorkItem, Fault> {
    let item = store::work::get(tx, call.asked.param("id")?)?;
    if is_mine(call, &item) { Ok(item) } else { Err(Fault::Forbidden("This work is on another role's list.")) }
}

/// `POST /work-items/{id}/take`.
pub fn take(call: &Call<'_>) -> Outcome {
    let to = call.write(|tx| {
        let item = item(tx, call)?;
        store::work::take(tx, item.id, call.person.user.id)?;
        Ok(page_of(&item))
    })?;
    call.done(&to, "You work on it now; others see that.")
}

/// `POST /work-items/{id}/snooze`.
pub fn snooze(call: &Call<'_>) -> Outcome {
    let until: jiff::civil::Date = call.asked.form.value("until", "a date such as 2026-03-09")?;
    call.write(|tx| {
        let item = item(tx, call)?;
        if until <= tx.today() || item.due_on.is_some_and(|last| until > last) {
            return Err(Fault::refused("Put it off to a day after today and not after its last day."));
        }
        Ok(store::work::snooze(tx, item.id, until)?)
    })?;
    call.done("/", format!("Out of sight until {until}."))
}

/// `POST /work-items/{id}/finish`: for work that no button of its own ends.
pub fn finish(call: &Call<'_>) -> Outcome {
    let outcome = call.asked.form.required("outcome", "What came of it")?.to_owned();
    call.write(|tx| {
        let item = item(tx, call)?;
        let by_working = [
            "denial",
            "held_claim",
            "rejection",
            "unmatched",
            "unbalanced",
            post::RETURN_PAYMENT,
            cycle::money::PAY_REFUND,
        ];
        if by_working.contains(&item.kind.as_str()) {
            return Err(Fault::refused("This is done by working it: open what it is about."));
        }
        Ok(store::work::finish(tx, item.id, &outcome)?)
    })?;
    call.done("/work/other", "Done, with what came of it.")
}

/// `POST /work-items/{id}/sent-back`: a payment that was not ours left the bank.
pub fn sent_back(call: &Call<'_>) -> Outcome {
    let reference = call.asked.form.required("reference", "The number of the check or transfer")?.to_owned();
    let done = call.once(|tx| {
        let item = item(tx, call)?;
        post::sent_back(tx, item.id, &reference)?;
        Ok(item.amount)
    })?;
    call.done_once("/work/other", &done, format!("{} USD went back.", done.value))
}

fn page_of(item: &WorkItem) -> String {
    if item.kind == "denial" { format!("/denials/{}", item.id) } else { format!("/work-items/{}", item.id) }
}

/// `GET /work-items/{id}`.
pub fn work_item(call: &Call<'_>) -> Outcome {
    let view = call.read(|tx| {
        let item = item(tx, call)?;
        let (subject, href) = subject(tx, call, &item)?;
        let today = tx.today();
        let facts = item.body.as_object().into_iter().flatten();
        Ok(WorkItemPage {
            frame: call.frame(tx)?,
            id: item.id.to_string(),
            title: item.title.clone(),
            kind: words::label(&item.kind),
            owner: item.owner.label().to_owned(),
            status: if item.done_at.is_some() { Tag::good("Done") } else { Tag::warn("Open") },
            amount: Amount::balance(item.amount),
            left: item.due_on.map_or_else(|| Tag::open("No limit"), |last| words::left(last, today)),
            subject,
            href,
            facts: facts
                .filter_map(|(name, value)| Some((words::label(name), value.as_str()?.to_owned())))
                .filter(|(name, value)| !value.is_empty() && !name.ends_with(" id"))
                .collect(),
            is_open: item.done_at.is_none(),
            is_return: item.kind == post::RETURN_PAYMENT,
            outcome: item.outcome.clone(),
        })
    })?;
    page(&view)
}

/// What an item is about, and its address, empty for those who may not go there.
fn subject(tx: &mut Tx<'_>, call: &Call<'_>, item: &WorkItem) -> Result<(String, String), Fault> {
    let question = serde_json::from_value::<follow::ManagerQuestion>(item.body.clone());
    if let (Ok(question), follow::ASKED_OF_MANAGER) = (question, item.kind.as_str()) {
        return Ok(("Denial".to_owned(), call.link(CLAIMS, format!("/denials/{}", question.denial))));
    }
    Ok(match (item.subject_kind.as_str(), item.subject_id.parse::<uuid::Uuid>()) {
        ("claim", Ok(id)) => {
            let claim = store::claim::get(tx, id.into())?;
            let href = format!("/claims/{}?view=history", claim.number);
            (format!("Claim {}", claim.number), call.link(CLAIMS, href))
        }
        ("encounter", Ok(id)) => {
            let visit = store::encounter::get(tx, id.into())?.encounter;
            (format!("Encounter {}", visit.number), call.link(CHART, format!("/encounters/{}", visit.number)))
        }
        ("remittance", Ok(id)) => ("Remittance".to_owned(), call.link(MONEY, format!("/remittances/{id}"))),
        ("patient", Ok(id)) => ("Account".to_owned(), call.link(ACCOUNTS, format!("/patients/{id}"))),
        _ => (String::new(), String::new()),
    })
}

/// Where an item of work is done: a page of its own kind, what a filing limit is about, or the item itself.
pub(super) fn href(tx: &mut Tx<'_>, call: &Call<'_>, item: &WorkItem) -> Result<String, Fault> {
    let about = match item.kind.as_str() {
        "denial" => format!("/denials/{}", item.id),
        limits::FILING_LIMIT | follow::ASKED_OF_MANAGER => subject(tx, call, item)?.1,
        post::RETURN_PAYMENT => String::new(),
        _ if item.subject_kind == "remittance" => {
            let id = item.subject_id.split(['/', '#']).next().unwrap_or_default();
            call.link(MONEY, format!("/remittances/{id}"))
        }
        _ if item.subject_kind == "patient" => call.link(ACCOUNTS, format!("/patients/{}", item.subject_id)),
        _ => String::new(),
    };
    Ok(if about.is_empty() { format!("/work-items/{}", item.id) } else { about })
}
