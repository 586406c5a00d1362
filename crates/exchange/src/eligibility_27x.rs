//! Eligibility inquiries and answers (005010X279A1 270 and 271).

use claim::{Benefit, EligibilityAnswer, EligibilityInquiry, Money};
use x12::write::{Element, repeat, text};

use crate::{
    Controls, ExchangeError, FileKind, Party,
    kind::read_kind,
    party::d8,
    pen::{Pen, group_by},
    scope::{Scope, Seg, located, some},
};

const GUIDE: &str = "005010X279A1";

/// Service type asked for when none is named: the plan as a whole.
const PLAN: &str = "30";

/// Writes inquiries as one transaction set, those to one payer and from one provider together.
///
/// # Errors
/// [`ExchangeError::Unwritable`] names the inquiry and the field that does not fit the file.
pub fn write_270(
    inquiries: &[EligibilityInquiry],
    sender: &Party,
    receiver: &Party,
    controls: &Controls,
) -> Result<Vec<u8>, ExchangeError> {
    let stamp = controls.stamp();
    let mut pen = Pen::open("HS", GUIDE, (sender, receiver), controls, &stamp);
    pen.count("inquiries", inquiries.len(), 1..=usize::MAX)?;
    pen.transaction("270", controls.transaction, Some(GUIDE));
    pen.ident("reference", 50, &controls.reference)?;
    pen.segment("BHT", &["0022", "13", &controls.reference, &stamp.0, &stamp.1]);
    let all: Vec<&EligibilityInquiry> = inquiries.iter().collect();
    for to_payer in group_by(&all, |one| format!("{:?}", (&one.payer_name, &one.payer_number))) {
        let Some(first) = to_payer.first() else { continue };
        pen.about(format!("inquiry {}", first.trace));
        let source = pen.level(None, "20", true);
        pen.organisation("PR", &first.payer_name, ("PI", &first.payer_number))?;
        for from_provider in group_by(&to_payer, |one| format!("{:?}", (&one.provider_name, &one.provider_npi))) {
            let Some(first) = from_provider.first() else { continue };
            let provider = pen.level(Some(source), "21", true);
            pen.organisation("1P", &first.provider_name, ("XX", &first.provider_npi))?;
            for one in from_provider {
                inquiry(&mut pen, provider, one, sender)?;
            }
        }
    }
    pen.finish()
}

/// 270 2000C, 2100C and 2110C.
fn inquiry(pen: &mut Pen<'_>, parent: u32, one: &EligibilityInquiry, sender: &Party) -> Result<(), ExchangeError> {
    pen.about(format!("inquiry {}", one.trace));
    pen.level(Some(parent), "22", false);
    trace(pen, "1", &one.trace, sender)?;
    pen.person("IL", &one.name, ("MI", &one.member_id))?;
    // A 270 knows no unknown sex: it is left out.
    let sex = Some(one.sex.code()).filter(|code| *code != "U").unwrap_or_default();
    pen.segment("DMG", &["D8", &d8(one.born_on), sex]);
    pen.day("291", one.on);
    let mut types: Vec<Element<'_>> = one.service_types.iter().map(|code| text(code)).collect();
    if types.is_empty() {
        types.push(text(PLAN));
    }
    pen.elements("EQ", &[repeat(&types)]);
    Ok(())
}

/// TRN; TRN03 is `9` and nine characters of the inquirer's choice.
fn trace(pen: &mut Pen<'_>, kind: &str, trace: &str, inquirer: &Party) -> Result<(), ExchangeError> {
    pen.ident("trace", 50, trace)?;
    let own: String = inquirer.id.chars().take(9).collect();
    pen.segment("TRN", &[kind, trace, &format!("9{own:0>9}")]);
    Ok(())
}

/// Reads every inquiry of a file; of a dependent it asks under the subscriber's member identifier.
///
/// # Errors
/// [`ExchangeError`] when the file is no inquiry, was cut, or holds a value that cannot be read.
pub fn read_270(bytes: &[u8]) -> Result<Vec<EligibilityInquiry>, ExchangeError> {
    let interchanges = read_kind(bytes, FileKind::EligibilityInquiries)?;
    let mut inquiries = Vec::new();
    for transaction in interchanges.iter().flat_map(|interchange| interchange.transactions()) {
        let segments = located(transaction);
        let Some(scope) = Scope::of(&segments) else { continue };
        for person in persons(scope)? {
            // Above a dependent stands a subscriber of whom nothing is asked.
            if person.level.iter().any(|seg| seg.id() == "EQ") {
                inquiries.push(read_inquiry(&person)?);
            }
        }
    }
    Ok(inquiries)
}

/// A subscriber or dependent level with what stands above it.
struct Person<'a, 's> {
    level: Scope<'a, 's>,
    payer: Option<Seg<'a>>,
    provider: Option<Seg<'a>>,
    /// The subscriber's NM1.
    subscriber: Option<Seg<'a>>,
    /// TRN of the level, else of the subscriber.
    trace: &'a str,
    /// The day of the level, else of the subscriber, else of the transaction set.
    on: jiff::civil::Date,
    /// AAA of the payer or provider: no answer for anybody below.
    refusal: Option<Seg<'a>>,
}

/// Every person level of a transaction set, in order.
fn persons<'a, 's>(scope: Scope<'a, 's>) -> Result<Vec<Person<'a, 's>>, ExchangeError> {
    let (head, levels) = scope.cut("HL");
    let asked_at = one(head, "BHT").map(|bht| bht.date(4)).transpose()?;
    let (mut payer, mut provider, mut subscriber) = (None, None, None);
    let (mut payer_refusal, mut provider_refusal) = (None, None);
    let (mut trace, mut on) = ("", None);
    let mut persons = Vec::new();
    for level in levels {
        let nm1 = one(level, "NM1");
        let kind = level.first().el(3);
        match kind {
            "20" => (payer, provider, payer_refusal, provider_refusal) = (nm1, None, one(level, "AAA"), None),
            "21" => (provider, provider_refusal) = (nm1, one(level, "AAA")),
            "22" | "23" => {
                if kind == "22" {
                    (subscriber, trace, on) = (nm1, "", None);
                }
                trace = one(level, "TRN").map_or(trace, |trn| trn.el(2));
                on = asked_day(level)?.or(on);
                let day = on.or(asked_at).ok_or_else(|| level.missing("2100C", "DTP*291"))?;
                let refusal = payer_refusal.or(provider_refusal);
                persons.push(Person { level, payer, provider, subscriber, trace, on: day, refusal });
            }
            _ => {}
        }
    }
    Ok(persons)
}

fn one<'a>(scope: Scope<'a, '_>, id: &str) -> Option<Seg<'a>> {
    scope.iter().find(|seg| seg.id() == id)
}

/// DTP*291 (plan) or, older, DTP*307 (eligibility) or 472 (service), its first day.
fn asked_day(level: Scope<'_, '_>) -> Result<Option<jiff::civil::Date>, ExchangeError> {
    let found =
        ["291", "307", "472"].into_iter().find_map(|q| level.iter().find(|seg| seg.id() == "DTP" && seg.el(1) == q));
    Ok(found.map(|dtp| dtp.range(3)).transpose()?.map(|(from, _)| from))
}

fn read_inquiry(person: &Person<'_, '_>) -> Result<EligibilityInquiry, ExchangeError> {
    let Person { level, payer, provider, subscriber, trace, on, .. } = *person;
    let nm1 = one(level, "NM1").ok_or_else(|| level.missing("2100C", "NM1"))?;
    // Without a birth date the member cannot be told from a namesake; the day stays open.
    let dmg = one(level, "DMG");
    let asked = level.iter().filter(|seg| seg.id() == "EQ").flat_map(|eq| eq.reps(1));
    Ok(EligibilityInquiry {
        trace: trace.to_owned(),
        payer_name: payer.map(Seg::party_name).unwrap_or_default(),
        payer_number: payer.map_or("", |nm1| nm1.el(9)).to_owned(),
        provider_name: provider.map(Seg::party_name).unwrap_or_default(),
        provider_npi: provider.map_or("", |nm1| nm1.el(9)).to_owned(),
        member_id: subscriber.map_or("", |nm1| nm1.el(9)).to_owned(),
        name: nm1.person(),
        born_on: dmg.filter(|dmg| !dmg.el(2).is_empty()).map_or(Ok(jiff::civil::Date::ZERO), |dmg| dmg.date(2))?,
        sex: dmg.map_or(claim::Sex::Unknown, |dmg| claim::Sex::from_code(dmg.el(3))),
        on,
        service_types: asked.filter(|code| !code.is_empty()).map(str::to_owned).collect(),
    })
}

/// Writes answers as one transaction set, those of one payer together.
///
/// The noun names no asking provider, so the receiver stands in its place (2100B).
///
/// # Errors
/// [`ExchangeError::Unwritable`] names the answer and the field that does not fit the file.
pub fn write_271(
    answers: &[EligibilityAnswer],
    sender: &Party,
    receiver: &Party,
    controls: &Controls,
) -> Result<Vec<u8>, ExchangeError> {
    let stamp = controls.stamp();
    let mut pen = Pen::open("HB", GUIDE, (sender, receiver), controls, &stamp);
    pen.count("answers", answers.len(), 1..=usize::MAX)?;
    pen.transaction("271", controls.transaction, Some(GUIDE));
    pen.ident("reference", 50, &controls.reference)?;
    pen.segment("BHT", &["0022", "11", &controls.reference, &stamp.0, &stamp.1]);
    let all: Vec<&EligibilityAnswer> = answers.iter().collect();
    for of_payer in group_by(&all, |one| format!("{:?}", (&one.payer_name, &one.payer_number))) {
        let Some(first) = of_payer.first() else { continue };
        pen.about(format!("answer {}", first.trace));
        let source = pen.level(None, "20", true);
        pen.organisation("PR", &first.payer_name, ("PI", &first.payer_number))?;
        let provider = pen.level(Some(source), "21", true);
        let qualifier = if claim::Npi::new(&receiver.id).is_ok() { "XX" } else { "SV" };
        pen.organisation("1P", &receiver.name, (qualifier, &receiver.id))?;
        for one in of_payer {
            answer(&mut pen, provider, one, receiver)?;
        }
    }
    pen.finish()
}

/// 271 2000C, 2100C and 2110C.
fn answer(pen: &mut Pen<'_>, parent: u32, one: &EligibilityAnswer, inquirer: &Party) -> Result<(), ExchangeError> {
    pen.about(format!("answer {}", one.trace));
    pen.level(Some(parent), "22", false);
    trace(pen, "2", &one.trace, inquirer)?;
    pen.person("IL", &one.name, ("MI", &one.member_id))?;
    if let Some((reason, action)) = &one.refusal {
        pen.segment("AAA", &["N", "", reason, action]);
    }
    pen.day("291", one.on);
    one.benefits.iter().try_for_each(|benefit| write_benefit(pen, benefit))
}

/// EB.
fn write_benefit(pen: &mut Pen<'_>, benefit: &Benefit) -> Result<(), ExchangeError> {
    let plan = pen.words("plan name", 50, &benefit.plan)?;
    let types: Vec<Element<'_>> = benefit.service_types.iter().map(|code| text(code)).collect();
    let amount = benefit.amount.map(|amount| amount.to_x12()).unwrap_or_default();
    // Per cent as a fraction of one, which has the form of an amount: 20% is 0.2.
    let share = benefit.percent.map(|percent| Money::from_cents(percent.into()).to_x12()).unwrap_or_default();
    let (counted, count) = match &benefit.quantity {
        Some((counted, count)) => (counted.as_str(), count.to_string()),
        None => ("", String::new()),
    };
    let authorization = benefit.needs_authorization.map_or("", |needed| if needed { "Y" } else { "N" });
    pen.elements(
        "EB",
        &[
            text(&benefit.kind),
            text(&benefit.level),
            repeat(&types),
            text(""),
            text(&plan),
            text(&benefit.period),
            text(&amount),
            text(&share),
            text(counted),
            text(&count),
            text(authorization),
            text(&benefit.network),
        ],
    );
    Ok(())
}

/// Reads every answer of a file.
///
/// # Errors
/// [`ExchangeError`] when the file is no answer, was cut, or holds a value that cannot be read.
pub fn read_271(bytes: &[u8]) -> Result<Vec<EligibilityAnswer>, ExchangeError> {
    let interchanges = read_kind(bytes, FileKind::EligibilityAnswers)?;
    let mut answers = Vec::new();
    for transaction in interchanges.iter().flat_map(|interchange| interchange.transactions()) {
        let segments = located(transaction);
        let Some(scope) = Scope::of(&segments) else { continue };
        let persons = persons(scope)?;
        for (index, person) in persons.iter().enumerate() {
            let is_above_dependent = persons.get(index + 1).is_some_and(|next| next.level.first().el(3) == "23");
            let has_answer = person.level.iter().any(|seg| matches!(seg.id(), "EB" | "AAA"));
            if has_answer || !is_above_dependent || person.level.first().el(3) == "23" {
                answers.push(read_answer(person)?);
            }
        }
        if persons.is_empty() {
            answers.extend(refused_whole(scope)?);
        }
    }
    Ok(answers)
}

fn read_answer(person: &Person<'_, '_>) -> Result<EligibilityAnswer, ExchangeError> {
    let Person { level, payer, subscriber, trace, on, .. } = *person;
    // AAA before the first EB refuses the inquiry; one behind an EB speaks of that statement only.
    let (before, _) = level.cut("EB");
    let refusal = person.refusal.or_else(|| one(before, "AAA")).map(refusal);
    let benefits = level.iter().filter(|seg| seg.id() == "EB").map(read_benefit).collect::<Result<_, _>>()?;
    Ok(EligibilityAnswer {
        trace: trace.to_owned(),
        payer_name: payer.map(Seg::party_name).unwrap_or_default(),
        payer_number: payer.map_or("", |nm1| nm1.el(9)).to_owned(),
        member_id: subscriber.map_or("", |nm1| nm1.el(9)).to_owned(),
        name: one(level, "NM1").or(subscriber).map(Seg::person).unwrap_or_default(),
        on,
        refusal,
        benefits,
    })
}

fn refusal(aaa: Seg<'_>) -> (String, String) {
    (aaa.el(3).to_owned(), aaa.el(4).to_owned())
}

/// A payer or provider refused before anybody was looked up: one answer that names no member.
fn refused_whole(scope: Scope<'_, '_>) -> Result<Option<EligibilityAnswer>, ExchangeError> {
    let Some(aaa) = one(scope, "AAA") else { return Ok(None) };
    let bht = one(scope, "BHT").ok_or_else(|| scope.missing("", "BHT"))?;
    let payer = scope.get("2100A", "NM1");
    Ok(Some(EligibilityAnswer {
        trace: String::new(),
        payer_name: payer.map(Seg::party_name).unwrap_or_default(),
        payer_number: payer.map_or("", |nm1| nm1.el(9)).to_owned(),
        member_id: String::new(),
        name: claim::PersonName::default(),
        on: bht.date(4)?,
        refusal: Some(refusal(aaa)),
        benefits: Vec::new(),
    }))
}

fn read_benefit(eb: Seg<'_>) -> Result<Benefit, ExchangeError> {
    let quantity = match eb.el(9) {
        "" => None,
        counted => Some((counted.to_owned(), eb.whole(10)?)),
    };
    Ok(Benefit {
        kind: eb.el(1).to_owned(),
        level: eb.el(2).to_owned(),
        service_types: eb.reps(3).into_iter().map(str::to_owned).collect(),
        plan: eb.el(5).to_owned(),
        period: eb.el(6).to_owned(),
        amount: some(eb.el(7)).map(|_| eb.money(7)).transpose()?,
        percent: some(eb.el(8)).map(|_| percent(eb)).transpose()?,
        quantity,
        needs_authorization: match eb.el(11) {
            "Y" => Some(true),
            "N" => Some(false),
            _ => None,
        },
        network: eb.el(12).to_owned(),
    })
}

/// EB08: a fraction of one; some payers send the number of per cent instead, which is above one.
fn percent(eb: Seg<'_>) -> Result<u8, ExchangeError> {
    let cents = eb.money(8)?.cents();
    let percent = if cents > 100 { cents / 100 } else { cents };
    u8::try_from(percent)
        .ok()
        .filter(|percent| *percent <= 100)
        .ok_or_else(|| eb.unexpected(8, "a share between 0 and 1"))
}
