//! The practice in figures with its proof, and how far codes agree with written ones.

use claim::{CodeSet, EncounterId, Money};
use cycle::summary::{self, Summary};
use cycle::{Agreement, AgreementTotals};
use ledger::Aging;
use store::{Scope, Tx};

use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::agreement::{AgreementPage, AgreementRow};
use crate::view::listing::{Cell, Column, Listing, Row};
use crate::view::manager::{AgingChart, ClientFigures, DenialCause, Figure, ManagerPage, ProofLine};
use crate::view::part::{Amount, Tag};
use crate::words;

/// Names of the bands of the clients in the table, in the order shown.
const COLOURS: [&str; 4] = ["teal", "amber", "violet", "rose"];
/// Denials listed.
const DENIALS_MAX: u32 = 1_000;

/// `GET /manager`: the client worked for in figures, and every client of the person in one table.
pub fn show(call: &Call<'_>) -> Outcome {
    let mut clients = Vec::new();
    let mut own = None;
    for (client, colour) in call.person.clients.iter().zip(COLOURS.iter().cycle()) {
        let one = |tx: &mut Tx<'_>| Ok::<_, Fault>(summary::of(tx)?);
        let figures = call.app.db.read(&call.person.actor(), Scope::Read(vec![client.id]), one)?;
        clients.push(row(&client.name, colour, &figures));
        if client.id == call.person.client.id {
            own = Some(figures);
        }
    }
    let all = own.ok_or(Fault::NotFound)?;
    let view = call.read(|tx| {
        Ok(ManagerPage {
            frame: call.frame(tx)?,
            period: format!("{}, everything up to {}", call.person.client.name, words::long_day(tx.today())),
            figures: figures(&all),
            clients,
            denials: all
                .denials
                .iter()
                .map(|cause| DenialCause {
                    label: format!("{} ({}): {}", cause.cause, cause.reason, cause.text),
                    count: cause.count,
                    amount: Amount::balance(cause.amount),
                    href: format!("/denials?cause={}", super::rows::escaped(&cause.reason)),
                })
                .collect(),
            aging: aging(&all),
            proofs: proofs(&all),
        })
    })?;
    page(&view)
}

fn percent(per_mille: usize) -> String {
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}

fn row(name: &str, colour: &str, figures: &Summary) -> ClientFigures {
    let money = &figures.money;
    ClientFigures {
        name: name.to_owned(),
        colour: colour.to_owned(),
        claims: figures.claims_sent.to_string(),
        clean_rate: percent(figures.clean_per_mille()),
        rejected: figures.rejections.to_string(),
        denied: figures.denials.iter().map(|d| d.count).sum::<usize>().to_string(),
        charged: Amount::balance(money.charged),
        paid: Amount::payment(money.insurer_paid + money.patient_paid),
        adjusted: Amount::adjustment(money.adjusted),
        patient_due: Amount::balance(money.patient_open),
        insurance_due: Amount::balance(money.insurance_open),
    }
}

fn figures(all: &Summary) -> Vec<Figure> {
    let money = &all.money;
    let figure = |label: &str, value: String, href: &str| Figure { label: label.into(), value, href: href.into() };
    let usd = |money: Money| Amount::balance(money).to_string();
    vec![
        figure("Claims sent", all.claims_sent.to_string(), "/claims"),
        figure("Clean-claim rate", percent(all.clean_per_mille()), ""),
        figure("Not billed yet", summary::unbilled(all).to_string(), "/encounters"),
        figure("Rejected", all.rejections.to_string(), "/rejections"),
        figure("Second payers billed", all.secondary.to_string(), ""),
        figure("Denied lines", all.denials.iter().map(|d| d.count).sum::<usize>().to_string(), "/denials"),
        figure("Charged, USD", usd(money.charged), "/claims"),
        figure("Insurers paid, USD", usd(money.insurer_paid), "/remittances"),
        figure("Patients paid, USD", usd(money.patient_paid), "/payments"),
        figure("Adjusted, USD", usd(money.adjusted), ""),
        figure("Patients owe, USD", usd(money.patient_open), "/work/statements"),
        figure("Insurers owe, USD", usd(money.insurance_open), "/claims?state=accepted"),
        figure("Unapplied, USD", usd(money.unapplied), "/work/parked"),
        figure("Agreement with written codes", percent(all.agreement.f1_per_mille()), "/agreement"),
    ]
}

fn aging(all: &Summary) -> AgingChart {
    let both = all.insurance_aging.buckets.iter().zip(&all.patient_aging.buckets);
    let rows: Vec<(&str, Money, Money)> =
        Aging::LABELS.into_iter().zip(both).map(|(label, (a, b))| (label, *a, *b)).collect();
    AgingChart::of(&rows)
}

fn proofs(all: &Summary) -> Vec<ProofLine> {
    let line = |holds: bool, text: String| ProofLine {
        state: if holds { Tag::good("Holds") } else { Tag::bad("Fails") },
        text,
    };
    let proof = &all.proof;
    let mut lines = vec![
        line(
            proof.trial_balance.is_zero(),
            format!("The trial balance of {} transactions is {}.", proof.transactions, proof.trial_balance),
        ),
        line(
            proof.breaches.is_empty(),
            format!(
                "{} remittances and {} charges agree with the journal, line by line.",
                proof.remittances, proof.charges
            ),
        ),
        line(
            all.broken_lines.is_empty(),
            format!("Each of {} charges equals what was paid, adjusted and is open.", all.lines),
        ),
    ];
    lines.extend(proof.breaches.iter().map(|breach| line(false, format!("{}: {}", breach.invariant, breach.message))));
    lines
}

/// `GET /denials`: every denial of the client, open and done, by cause.
pub fn denials(call: &Call<'_>) -> Outcome {
    let cause = call.asked.query.text("cause").to_owned();
    let listing = call.read(|tx| {
        let which = store::work::WorkFilter { kind: Some("denial".into()), owner: None };
        let mut items = store::work::list(tx, &which, store::work::WorkOrder::Due, DENIALS_MAX, 0)?;
        items.extend(store::work::list_done(tx, &which, DENIALS_MAX, 0)?);
        items.retain(|item| cause.is_empty() || super::work::cause(item).is_some_and(|c| c == cause));
        let rows = items.iter().map(|item| Row {
            cells: vec![
                Cell::open(format!("/denials/{}", item.id), &item.title),
                Cell::Code(super::work::cause(item).unwrap_or_default()),
                Cell::State(if item.done_at.is_some() { Tag::good("Done") } else { Tag::warn("Open") }),
                Cell::Text(item.outcome.clone()),
                Cell::Money(Amount::balance(item.amount)),
            ],
        });
        Ok(Listing {
            rows: rows.collect(),
            frame: call.frame(tx)?,
            title: if cause.is_empty() { "Denials".into() } else { format!("Denials {cause}") },
            lead: "Open and done; each opens what was decided and what was done about it.".into(),
            columns: vec![
                Column::text("Denial"),
                Column::text("Reason"),
                Column::text("State"),
                Column::text("Outcome"),
                Column::money("Denied, USD"),
            ],
            empty: "No claim was denied for this reason.".into(),
            ..Listing::default()
        })
    })?;
    page(&listing)
}

/// `GET /rejections`: every claim refused before anybody decided, corrected since or not.
pub fn rejections(call: &Call<'_>) -> Outcome {
    let listing = call.read(|tx| {
        let which = store::work::WorkFilter { kind: Some(cycle::intake::REJECTION.into()), owner: None };
        let mut items = store::work::list(tx, &which, store::work::WorkOrder::Due, DENIALS_MAX, 0)?;
        items.extend(store::work::list_done(tx, &which, DENIALS_MAX, 0)?);
        let mut rows = Vec::new();
        for item in items {
            let id: claim::ClaimId = item.subject_id.parse().map_err(|_| Fault::NotFound)?;
            let claim = store::claim::get(tx, id)?;
            rows.push(super::rows::row([
                Cell::open(format!("/claims/{}?view=history", claim.number), &claim.number),
                Cell::Text(claim.patient_name.sorted()),
                Cell::Text(item.title),
                Cell::State(if item.done_at.is_some() { Tag::good("Done") } else { Tag::warn("Open") }),
                Cell::Text(item.outcome),
                Cell::Money(Amount::balance(claim.charge)),
            ]));
        }
        let mut columns = ["Claim", "Patient", "What was refused", "State", "Outcome"].map(Column::text).to_vec();
        columns.push(Column::money("Charge, USD"));
        Ok(Listing {
            rows,
            columns,
            frame: call.frame(tx)?,
            title: "Rejections".into(),
            lead: "Refused at the payer's door and never decided; each opens what was answered and done.".into(),
            empty: "No claim was refused at the door.".into(),
            ..Listing::default()
        })
    })?;
    page(&listing)
}

/// `GET /agreement`.
pub fn agreement(call: &Call<'_>) -> Outcome {
    let only_misses = call.asked.query.text("show") != "all";
    let view = call.read(|tx| {
        let mut totals = AgreementTotals::default();
        let mut rows = Vec::new();
        for (id, agreement) in store::gold::agreements::<Agreement>(tx)? {
            totals.add(&agreement);
            if !only_misses || !agreement.is_full() {
                rows.push(agreement_row(tx, id, agreement)?);
            }
        }
        rows.sort_by(|a, b| (a.state.kind == "good", &a.number).cmp(&(b.state.kind == "good", &b.number)));
        let figure = |label: &str, value: String| (label.to_owned(), value);
        Ok(AgreementPage {
            frame: call.frame(tx)?,
            figures: vec![
                figure("Visits in full agreement", format!("{} of {}", totals.full, totals.visits)),
                figure("Codes in both", totals.matched.to_string()),
                figure("Missed", totals.missed.to_string()),
                figure("Extra", totals.extra.to_string()),
                figure("Agreement (F1)", percent(totals.f1_per_mille())),
            ],
            rows,
            only_misses,
        })
    })?;
    page(&view)
}

fn agreement_row(tx: &mut Tx<'_>, id: EncounterId, agreement: Agreement) -> Result<AgreementRow, Fault> {
    let record = store::encounter::get(tx, id)?;
    let decided: Option<CodeSet> = store::coding::codes(tx, id)?.map(|decided| decided.codes);
    let first = decided.and_then(|codes| codes.diagnoses.first().map(|d| d.code.dotted())).unwrap_or_default();
    let state = match (agreement.missed.is_empty(), agreement.extra.is_empty()) {
        (true, true) => Tag::good("Agrees"),
        (false, _) => Tag::warn("Misses"),
        (true, false) => Tag::warn("Has more"),
    };
    Ok(AgreementRow {
        href: format!("/encounters/{}", record.encounter.number),
        about: format!("{}, {}, {first}", record.patient_name.sorted(), record.encounter.served_on),
        number: record.encounter.number,
        matched: agreement.matched,
        missed: agreement.missed,
        extra: agreement.extra,
        state,
    })
}
