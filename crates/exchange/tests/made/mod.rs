//! Invented claims, remittances, answers and inquiries: what the guides can carry, in every combination.

use claim::{
    Accident, AccidentCause, Address, Adjustment, AdjustmentGroup, Benefit, BillingProvider, Carc, Claim, ClaimAck,
    ClaimAckBatch, ClaimDecision, ClaimMember, ClaimPatient, ClaimPayer, ClaimPayment, DiagnosisCode,
    EligibilityAnswer, EligibilityInquiry, Frequency, LineAdjudication, LinePayment, Modifier, Money, Npi, OtherPayer,
    PayerSequence, PersonName, PlaceOfService, ProcedureCode, Provider, ProviderAdjustment, ProviderId, Rarc,
    Relationship, Remittance, ServiceFacility, ServiceLine, Sex, StatusCode, Subscriber, Taxonomy, UnitBasis, Units,
};
use jiff::{ToSpan, civil::Date};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn word(max: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[A-Z][A-Z0-9'-]{{0,{}}}", max - 1)).unwrap()
}

fn maybe(words: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    option::of(words).prop_map(Option::unwrap_or_default)
}

fn identifier() -> impl Strategy<Value = String> {
    "[A-Z0-9]{2,15}"
}

fn day(years: std::ops::Range<i16>) -> impl Strategy<Value = Date> {
    (years, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn cents(range: std::ops::Range<i64>) -> impl Strategy<Value = Money> {
    range.prop_map(Money::from_cents)
}

fn npi() -> impl Strategy<Value = Npi> {
    "[12][0-9]{8}".prop_map(|nine| Npi::complete(&nine).unwrap())
}

fn taxonomy() -> impl Strategy<Value = Taxonomy> {
    select(vec!["207Q00000X", "225100000X", "261QP2000X"]).prop_map(|code| Taxonomy::new(code).unwrap())
}

fn person() -> impl Strategy<Value = PersonName> {
    (word(20), word(12), maybe(word(8)), maybe(select(vec!["JR".to_owned(), "III".to_owned()])))
        .prop_map(|(last, first, middle, suffix)| PersonName { last, first, middle, suffix })
}

fn address() -> impl Strategy<Value = Address> {
    ("[1-9][0-9]{0,3} [A-Z]{3,12} ST", maybe(word(9)), "[A-Z]{3,12}", select(vec!["IL", "TX", "OH"]), "6[0-9]{8}")
        .prop_map(|(line1, line2, city, state, zip)| Address { line1, line2, city, state: state.into(), zip })
}

fn sex() -> impl Strategy<Value = Sex> {
    select(vec![Sex::Female, Sex::Male, Sex::Unknown])
}

fn billing() -> impl Strategy<Value = BillingProvider> {
    (word(30), npi(), "[0-9]{9}", taxonomy(), address(), option::of(address()), "[2-9][0-9]{9}").prop_map(
        |(name, npi, tax_id, taxonomy, address, pay_to, phone)| BillingProvider {
            name,
            npi,
            tax_id,
            taxonomy,
            address,
            pay_to,
            phone,
        },
    )
}

fn provider(taxonomy: impl Strategy<Value = Taxonomy>) -> impl Strategy<Value = Provider> {
    (person(), npi(), taxonomy).prop_map(|(name, npi, taxonomy)| Provider {
        id: ProviderId(uuid::Uuid::nil()),
        name,
        credential: String::new(),
        npi,
        taxonomy,
    })
}

fn payer(filing: &'static [&'static str]) -> impl Strategy<Value = ClaimPayer> {
    (word(30), identifier(), option::of(address()), select(filing)).prop_map(
        |(name, payer_number, address, filing_code)| ClaimPayer {
            name,
            payer_number,
            address: address.unwrap_or_default(),
            filing_code: filing_code.into(),
        },
    )
}

fn member() -> impl Strategy<Value = ClaimMember> {
    let subscriber = (person(), day(1940..2005), sex(), address())
        .prop_map(|(name, born_on, sex, address)| Subscriber { name, born_on, sex, address });
    let relationship = select(vec![Relationship::Subscriber, Relationship::Spouse, Relationship::Child]);
    (identifier(), maybe(identifier()), maybe(word(20)), relationship, subscriber).prop_map(
        |(member_id, group_number, plan_name, relationship, subscriber)| ClaimMember {
            member_id,
            group_number,
            plan_name,
            relationship,
            subscriber: Some(subscriber).filter(|_| relationship != Relationship::Subscriber),
        },
    )
}

/// Adjustments of one level, groups together as files have them, with at most `max` of each.
fn adjustments(max: usize) -> impl Strategy<Value = Vec<Adjustment>> {
    use AdjustmentGroup::{Co, Oa, Pi, Pr};
    let reason = select(vec!["1", "2", "45", "97", "253", "B7", "P12"]).prop_map(|code| Carc::new(code).unwrap());
    vec((select(vec![Co, Oa, Pi, Pr]), reason, cents(-90_000..90_000), option::of(-3_i64..4)), 0..max).prop_map(
        |mut parts| {
            parts.sort_by_key(|part| part.0);
            let made = |(group, reason, amount, quantity)| Adjustment { group, reason, amount, quantity };
            parts.into_iter().map(made).collect()
        },
    )
}

fn coded() -> impl Strategy<Value = ProcedureCode> {
    select(vec!["99213", "97110", "G0283", "0001U"]).prop_map(|code| ProcedureCode::new(code).unwrap())
}

fn modifiers() -> impl Strategy<Value = Vec<Modifier>> {
    vec(select(vec!["25", "59", "GP", "KX", "RT"]).prop_map(|m| Modifier::new(m).unwrap()), 0..5)
}

fn line(payers: Vec<String>) -> impl Strategy<Value = ServiceLine> {
    let place = option::of(select(vec!["12", "22"]).prop_map(|code| PlaceOfService::new(code).unwrap()));
    let what = (coded(), modifiers(), place, maybe(word(40)));
    let much = (cents(1..900_000), (1_u32..990).prop_map(Units::from_tenths), any::<bool>());
    let decided = payers.into_iter().map(|payer_number| {
        let what = (coded(), modifiers());
        let bundled = option::of(1_u16..50);
        let left = option::of(cents(0..90_000));
        (
            cents(0..90_000),
            what,
            (1_u32..40).prop_map(Units::from_tenths),
            bundled,
            adjustments(6),
            left,
            day(2025..2027),
        )
            .prop_map(
                move |(
                    paid,
                    (procedure, modifiers),
                    units,
                    bundled_into,
                    adjustments,
                    patient_liability,
                    decided_on,
                )| {
                    LineAdjudication {
                        payer_number: payer_number.clone(),
                        paid,
                        procedure,
                        modifiers,
                        units,
                        bundled_into,
                        adjustments,
                        patient_liability,
                        decided_on,
                    }
                },
            )
    });
    (what, much, day(2024..2026), 0_i64..40, decided.collect::<Vec<_>>()).prop_map(
        |((procedure, modifiers, place_of_service, description), (charge, units, is_minutes), from, days, decided)| {
            ServiceLine {
                number: 0,
                control_number: String::new(),
                procedure,
                modifiers,
                charge,
                units,
                basis: if is_minutes { UnitBasis::Minutes } else { UnitBasis::Units },
                place_of_service,
                pointers: vec![1],
                from,
                through: from.checked_add(days.days()).unwrap(),
                description,
                adjudications: decided.into_iter().map(|decision| balanced(decision, charge)).collect(),
            }
        },
    )
}

/// An earlier decision whose adjustments explain the difference to the charge (SNIP 3).
fn balanced(mut decision: LineAdjudication, charge: Money) -> LineAdjudication {
    let adjusted: Money = decision.adjustments.iter().map(|a| a.amount).sum();
    let rest = charge - adjusted - decision.paid;
    let last = Adjustment::new(AdjustmentGroup::Pr, Carc::new("3").unwrap(), rest);
    if !rest.is_zero() {
        decision.adjustments.push(last);
    }
    decision
}

fn other_payer(sequence: PayerSequence) -> impl Strategy<Value = OtherPayer> {
    (payer(&["CI", "MB", "12"]), member(), person(), option::of(cents(0..90_000)), option::of(identifier())).prop_map(
        move |(payer, member, subscriber_name, patient_liability, control_number)| OtherPayer {
            sequence,
            payer,
            member: ClaimMember { subscriber: None, ..member },
            subscriber_name,
            paid: None,
            patient_liability,
            adjustments: Vec::new(),
            decided_on: None,
            control_number,
        },
    )
}

/// A claim of any kind: to a first or later payer, for a subscriber or dependent, original or corrected, with or
/// without an accident.
pub fn claim() -> impl Strategy<Value = Claim> {
    let order = vec(other_payer(PayerSequence::Primary), 0..2);
    order.prop_flat_map(|others| {
        let payers: Vec<String> = others.iter().map(|other| other.payer.payer_number.clone()).collect();
        let frequency = select(vec![Frequency::Original, Frequency::Replacement, Frequency::Void]);
        let cause = select(vec![AccidentCause::Auto, AccidentCause::Employment, AccidentCause::Other]);
        let people = (
            billing(),
            option::of(provider(taxonomy())),
            option::of(provider(Just(Taxonomy::not_given()))),
            option::of((word(30), option::of(npi()), address())),
            (person(), day(1930..2020), sex(), address()),
        );
        let coverage =
            (payer(&["CI", "MB", "HM", "MC", "WC"]), member(), maybe(select(vec!["12".into(), "43".into()])));
        let texts = (
            option::of((cause, day(2023..2024))),
            option::of(identifier()),
            option::of(identifier()),
            option::of(identifier()),
            maybe(word(70)),
            maybe(select(vec!["9".to_owned(), "11".to_owned()])),
        );
        let diagnosis = "[A-TV-Z][0-9][0-9]([0-9A-Z]{1,4})?".prop_map(|code| DiagnosisCode::new(&code).unwrap());
        let body = (proptest::collection::btree_set(diagnosis, 1..=12), vec(line(payers), 1..6), cents(0..9_000));
        (Just(others), frequency, people, coverage, texts, body, select(vec!['A', 'B', 'C']), any::<bool>())
            .prop_map(assembled)
    })
}

type People = (
    BillingProvider,
    Option<Provider>,
    Option<Provider>,
    Option<(String, Option<Npi>, Address)>,
    (PersonName, Date, Sex, Address),
);
type Texts = (Option<(AccidentCause, Date)>, Option<String>, Option<String>, Option<String>, String, String);
type Body = (std::collections::BTreeSet<DiagnosisCode>, Vec<ServiceLine>, Money);
type Parts = (Vec<OtherPayer>, Frequency, People, (ClaimPayer, ClaimMember, String), Texts, Body, char, bool);

fn assembled(parts: Parts) -> Claim {
    let (mut other_payers, frequency, people, coverage, texts, body, assignment, benefits_assigned) = parts;
    let (billing, rendering, referring, facility, (name, born_on, sex, address)) = people;
    let (accident, prior_authorization, property_casualty_claim, clia, note, delay_reason) = texts;
    let (diagnoses, mut lines, patient_paid) = body;
    let (payer, member, mut medicare_secondary_type) = coverage;
    for (number, line) in (1_u16..).zip(&mut lines) {
        line.number = number;
        line.control_number = format!("C-{number}");
        line.pointers = (1..=u8::try_from(diagnoses.len().min(4)).unwrap()).collect();
    }
    for other in &mut other_payers {
        let paid = lines.iter().flat_map(|line| &line.adjudications).map(|decided| decided.paid).sum();
        other.paid = Some(paid);
    }
    let sequence = if other_payers.is_empty() { PayerSequence::Primary } else { PayerSequence::Secondary };
    // Medicare that pays second says why (SBR05).
    if payer.filing_code == "MB" && sequence == PayerSequence::Secondary && medicare_secondary_type.is_empty() {
        medicare_secondary_type = "12".to_owned();
    }
    Claim {
        control_number: "T0001".into(),
        frequency,
        original_reference: Some("ICN7".to_owned()).filter(|_| frequency != Frequency::Original),
        sequence,
        medicare_secondary_type,
        billing,
        rendering,
        referring,
        facility: facility.map(|(name, npi, address)| ServiceFacility { name, npi, address }),
        payer,
        member,
        patient: ClaimPatient { name, born_on, sex, address },
        place_of_service: PlaceOfService::new("11").unwrap(),
        assignment,
        benefits_assigned,
        accident: accident.map(|(cause, on)| Accident {
            cause,
            on,
            state: if cause == AccidentCause::Auto { "IL".into() } else { String::new() },
        }),
        prior_authorization,
        property_casualty_claim,
        clia,
        delay_reason,
        note,
        diagnoses: diagnoses.into_iter().collect(),
        patient_paid,
        lines,
        other_payers,
    }
}

fn decided_line() -> impl Strategy<Value = LinePayment> {
    let code = || select(vec!["99214", "97140", "J1885"]).prop_map(|code| ProcedureCode::new(code).unwrap());
    let modifiers = vec(select(vec!["25", "GP"]).prop_map(|m| Modifier::new(m).unwrap()), 0..3);
    let remarks = vec(select(vec!["N130", "M15", "MA01"]).prop_map(|r| Rarc::new(r).unwrap()), 0..3);
    let money = (cents(-90_000..90_000), option::of(cents(0..90_000)), adjustments(9));
    (
        code(),
        modifiers,
        option::of(code()),
        money,
        (0_u32..90).prop_map(Units::from_tenths),
        option::of(day(2025..2027)),
        remarks,
        option::of(identifier()),
    )
        .prop_map(|(procedure, modifiers, submitted_procedure, money, units, from, remarks, control_number)| {
            let (charge, allowed, adjustments) = money;
            let adjusted: Money = adjustments.iter().map(|a| a.amount).sum();
            LinePayment {
                procedure,
                modifiers,
                submitted_procedure,
                charge,
                paid: charge - adjusted,
                units,
                from,
                adjustments,
                remarks,
                control_number,
                allowed,
            }
        })
}

fn decided_claim() -> impl Strategy<Value = ClaimPayment> {
    use ClaimDecision::{Primary, PrimaryForwarded, Reversal, Secondary};
    let decision = select(vec![Primary, Secondary, PrimaryForwarded]);
    let who = (person(), maybe(identifier()), option::of(identifier()), option::of(npi()), option::of(identifier()));
    let remarks = vec(select(vec!["MA01", "MA18", "N89"]).prop_map(|r| Rarc::new(r).unwrap()), 0..4);
    let days = (option::of(day(2025..2027)), option::of(day(2025..2027)));
    let extras = (adjustments(9), option::of(cents(1..900)));
    (identifier(), decision, who, remarks, days, extras, vec(decided_line(), 1..4), identifier()).prop_map(
        |(control_number, decision, who, remarks, (received_on, from), (adjustments, interest), lines, icn)| {
            let (patient, member_id, corrected_member_id, rendering, forwarded_to) = who;
            let adjusted: Money = adjustments.iter().map(|a| a.amount).sum();
            let responsibility = adjustments.iter().chain(lines.iter().flat_map(|line| &line.adjustments));
            let responsibility: Money =
                responsibility.filter(|a| a.group == AdjustmentGroup::Pr).map(|a| a.amount).sum();
            let charge: Money = lines.iter().map(|line| line.charge).sum();
            let paid = lines.iter().map(|line| line.paid).sum::<Money>() - adjusted;
            // Nothing but a reversal has its amounts turned round.
            let decision = if charge.is_negative() && !paid.is_positive() { Reversal } else { decision };
            ClaimPayment {
                offset: 0,
                control_number,
                decision,
                charge,
                paid,
                patient_responsibility: Some(responsibility).filter(|_| decision != Reversal),
                filing_code: "12".into(),
                payer_control_number: icn,
                facility_code: "11".into(),
                frequency: "1".into(),
                patient,
                member_id,
                corrected_member_id,
                rendering_npi: rendering.map(|npi| npi.to_string()).unwrap_or_default(),
                forwarded_to,
                adjustments,
                remarks,
                received_on,
                from,
                interest,
                lines,
            }
        },
    )
}

/// A remittance that adds up at every level.
pub fn remittance() -> impl Strategy<Value = Remittance> {
    let reason = select(vec!["WO", "FB", "L6", "72"]);
    let adjustment = (reason, maybe(identifier()), cents(-9_000..9_000))
        .prop_map(|(reason, reference, amount)| ProviderAdjustment { reason: reason.into(), reference, amount });
    let who = (word(20), address(), maybe("[2-9][0-9]{9}"), word(20), npi(), maybe("[0-9]{9}"));
    let numbers = (maybe(identifier()), identifier(), option::of(day(2026..2027)), day(2026..2027));
    (who, numbers, vec(decided_claim(), 1..4), vec(adjustment, 0..9)).prop_map(
        |(who, (payer_number, trace_number, produced_on, paid_on), claims, mut provider_adjustments)| {
            let (payer_name, payer_address, payer_phone, payee_name, npi, payee_tax_id) = who;
            let claims_paid: Money = claims.iter().map(|claim| claim.paid).sum();
            let adjusted: Money = provider_adjustments.iter().map(|one| one.amount).sum();
            let mut amount = claims_paid - adjusted;
            if amount.is_negative() {
                // What a payment cannot carry is carried forward (PLB FB).
                provider_adjustments.push(ProviderAdjustment { reason: "FB".into(), reference: String::new(), amount });
                amount = Money::ZERO;
            }
            let (handling, method) = if amount.is_zero() { ("H", "NON") } else { ("C", "CHK") };
            Remittance {
                payer_name,
                payer_number,
                payer_address,
                payer_phone,
                payee_name,
                payee_id: npi.to_string(),
                payee_tax_id,
                handling: handling.into(),
                amount,
                method: method.into(),
                transfer: None,
                paid_on,
                trace_number,
                originator: "1512345678".into(),
                produced_on,
                claims,
                provider_adjustments,
            }
        },
    )
}

fn claim_ack() -> impl Strategy<Value = ClaimAck> {
    let refusal = select(vec![("A7", "562", "85"), ("A3", "116", "PR"), ("A6", "454", ""), ("A8", "187", "")]);
    let refusals = vec(refusal, 1..5);
    let who = (person(), identifier(), option::of(day(2025..2027)));
    (identifier(), option::of(identifier()), refusals, cents(0..90_000), who).prop_map(
        |(control_number, payer_control_number, refusals, charge, (patient, member_id, from))| {
            let codes = if payer_control_number.is_some() { vec![("A2", "20", "PR")] } else { refusals };
            let status = |(category, status, entity): (&str, &str, &str)| StatusCode {
                category: category.into(),
                status: status.into(),
                entity: entity.into(),
            };
            ClaimAck {
                control_number,
                is_accepted: payer_control_number.is_some(),
                statuses: codes.into_iter().map(status).collect(),
                charge,
                payer_control_number,
                patient_last: patient.last,
                patient_first: patient.first,
                member_id,
                from,
            }
        },
    )
}

/// Answers to a batch, some accepted and some refused.
pub fn ack_batch() -> impl Strategy<Value = ClaimAckBatch> {
    (word(20), identifier(), word(20), identifier(), npi(), day(2026..2027), vec(claim_ack(), 1..5)).prop_map(
        |(payer_name, payer_number, billing_name, batch_reference, npi, received_on, claims)| ClaimAckBatch {
            payer_name,
            payer_number,
            submitter_name: "RIVERSIDE BILLING".into(),
            submitter_id: "RIVERSIDE01".into(),
            batch_reference,
            billing_name,
            billing_npi: npi.to_string(),
            received_on,
            processed_on: received_on.tomorrow().unwrap(),
            claims,
        },
    )
}

/// A question about one member.
pub fn inquiry() -> impl Strategy<Value = EligibilityInquiry> {
    let types = vec(select(vec!["30", "98", "PT", "5"]).prop_map(str::to_owned), 1..3);
    (identifier(), identifier(), person(), day(1930..2020), sex(), day(2026..2027), types).prop_map(
        |(trace, member_id, name, born_on, sex, on, service_types)| EligibilityInquiry {
            trace,
            payer_name: "PRAIRIE HEALTH PLAN".into(),
            payer_number: "PRAIRIE01".into(),
            provider_name: "RIVERSIDE CLINIC".into(),
            provider_npi: Npi::complete("123456789").unwrap().to_string(),
            member_id,
            name,
            born_on,
            sex,
            on,
            service_types,
        },
    )
}

fn benefit() -> impl Strategy<Value = Benefit> {
    let what = (select(vec!["1", "6", "A", "B", "C", "G", "F", "I"]), select(vec!["", "IND", "FAM"]));
    let types = vec(select(vec!["30", "98", "PT"]).prop_map(str::to_owned), 0..3);
    let much =
        (option::of(cents(0..900_000)), option::of(0_u8..=100), option::of(1_u32..60), option::of(any::<bool>()));
    (what, types, maybe(word(20)), select(vec!["", "23", "27", "29"]), much, select(vec!["", "Y", "N", "W"])).prop_map(
        |((kind, level), service_types, plan, period, (amount, percent, visits, needs_authorization), network)| {
            Benefit {
                kind: kind.into(),
                level: level.into(),
                service_types,
                plan,
                period: period.into(),
                amount,
                percent,
                quantity: visits.map(|count| ("VS".into(), count)),
                needs_authorization,
                network: network.into(),
            }
        },
    )
}

/// An answer about one member: benefits, or a refusal.
pub fn answer() -> impl Strategy<Value = EligibilityAnswer> {
    let refusal = option::of(select(vec![("72", "C"), ("75", "C"), ("42", "R")]));
    (identifier(), identifier(), person(), day(2026..2027), refusal, vec(benefit(), 1..5)).prop_map(
        |(trace, member_id, name, on, refusal, benefits)| EligibilityAnswer {
            trace,
            payer_name: "PRAIRIE HEALTH PLAN".into(),
            payer_number: "PRAIRIE01".into(),
            member_id,
            name,
            on,
            benefits: if refusal.is_some() { Vec::new() } else { benefits },
            refusal: refusal.map(|(reason, action)| (reason.to_owned(), action.to_owned())),
        },
    )
}
