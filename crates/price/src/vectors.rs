//! The rulebook's worked prices, with explicit fees.

use claim::{Money, ServiceLine, UnitBasis};
use jiff::civil::date;
use proptest::prelude::*;

use crate::{
    Contract, LineExpectation, WHOLE,
    expect::{anesthesia_quote, settle},
    medicare::{self, Units, anesthesia_tenths},
    quote::{GlobalSplit, Quote},
};

fn line(number: u16, code: &str, modifiers: &[&str], dollars: i64, units: u32) -> ServiceLine {
    let served_on = date(2026, 3, 2);
    ServiceLine {
        number,
        control_number: format!("A-{number}"),
        procedure: code.parse().unwrap(),
        modifiers: modifiers.iter().map(|m| m.parse().unwrap()).collect(),
        charge: Money::from_cents(dollars * 100),
        units: units.into(),
        basis: UnitBasis::Units,
        place_of_service: None,
        pointers: vec![1],
        from: served_on,
        through: served_on,
        description: String::new(),
        adjudications: Vec::new(),
    }
}

fn quote(line: &ServiceLine, fee_dollars: i64, multiple: u8) -> Quote {
    Quote { multiple, ..Quote::new(line, Money::from_cents(fee_dollars * 100)) }
}

fn settled(lines: &[ServiceLine], quotes: Vec<Quote>) -> Vec<LineExpectation> {
    let charges: Vec<(u16, Money)> = lines.iter().map(|line| (line.number, line.charge)).collect();
    settle(quotes, &charges, &Contract::medicare("Medicare", date(2026, 1, 1)))
}

/// Allowed, above the fee (45) and reduced (59) for each line.
fn amounts(lines: &[ServiceLine], quotes: Vec<Quote>) -> Vec<[String; 3]> {
    settled(lines, quotes)
        .iter()
        .zip(lines)
        .map(|(e, l)| [e.allowed.unwrap(), e.above_fee(l.charge), e.reduction(l.charge)].map(Money::to_decimal))
        .collect()
}

#[test]
fn three_surgeries_of_one_day() {
    let lines = [line(1, "10001", &[], 2000, 1), line(2, "10002", &[], 1200, 1), line(3, "10003", &[], 800, 1)];
    let quotes = vec![quote(&lines[0], 1000, 2), quote(&lines[1], 600, 2), quote(&lines[2], 400, 2)];
    assert_eq!(
        amounts(&lines, quotes),
        [["1000.00", "1000.00", "0.00"], ["300.00", "600.00", "300.00"], ["200.00", "400.00", "200.00"]]
    );
}

#[test]
fn surgeries_of_different_days_do_not_meet() {
    let mut lines = [line(1, "10001", &[], 2000, 1), line(2, "10002", &[], 1200, 1)];
    lines[1].from = date(2026, 3, 3);
    let quotes = vec![quote(&lines[0], 1000, 2), quote(&lines[1], 600, 2)];
    let allowed: Vec<String> = amounts(&lines, quotes).into_iter().map(|[allowed, ..]| allowed).collect();
    assert_eq!(allowed, ["1000.00", "600.00"]);
}

#[test]
fn both_sides_come_before_the_ranking() {
    let alone = [line(1, "10001", &["50"], 1500, 1)];
    let both = |l: &ServiceLine, fee| Quote { bilateral: 1, ..quote(l, fee, 2) };
    assert_eq!(amounts(&alone, vec![both(&alone[0], 500)]), [["750.00", "750.00", "0.00"]]);
    let two = [line(1, "10001", &["50"], 1500, 1), line(2, "10002", &[], 1500, 1)];
    let allowed = amounts(&two, vec![both(&two[0], 500), quote(&two[1], 600, 2)]);
    assert_eq!([&allowed[0][0], &allowed[1][0]], ["750.00", "300.00"]);
    let inherent = Quote { bilateral: 2, ..quote(&alone[0], 500, 0) };
    assert_eq!(amounts(&alone, vec![inherent])[0][0], "500.00");
    let each_side = Quote { bilateral: 3, ..quote(&alone[0], 500, 0) };
    assert_eq!(amounts(&alone, vec![each_side])[0][0], "1000.00");
}

#[test]
fn endoscopies_of_a_family() {
    let lines = [line(1, "10001", &[], 900, 1), line(2, "10002", &[], 700, 1)];
    let base = Some(("10000".parse().unwrap(), Money::from_cents(20_000)));
    let member = |l: &ServiceLine, fee| Quote { endoscopy_base: base.clone(), ..quote(l, fee, 3) };
    let quotes = vec![member(&lines[0], 500), member(&lines[1], 350)];
    assert_eq!(amounts(&lines, quotes), [["500.00", "400.00", "0.00"], ["150.00", "350.00", "200.00"]]);
    // With a dearer surgery beside it the family ranks second as a whole; its own examination is worth nothing.
    let more = [lines[0].clone(), lines[1].clone(), line(3, "10009", &[], 2000, 1), line(4, "10000", &[], 300, 1)];
    let quotes = vec![member(&more[0], 500), member(&more[1], 350), quote(&more[2], 1000, 2), quote(&more[3], 200, 3)];
    let allowed: Vec<String> = amounts(&more, quotes).into_iter().map(|[allowed, ..]| allowed).collect();
    assert_eq!(allowed, ["250.00", "75.00", "1000.00", "0.00"]);
}

#[test]
fn therapy_keeps_one_practice_expense_whole() {
    const FACTOR_2025: i64 = 323_465;
    let lines = [line(1, "97110", &["GP"], 120, 2), line(2, "97140", &["GP", "CQ"], 60, 1)];
    let therapy = |l: &ServiceLine, units| {
        let fee = medicare::fee(units, crate::Locality::default(), FACTOR_2025);
        Quote { multiple: 5, practice: fee.practice, ..Quote::new(l, fee.whole.money()) }
    };
    let quotes = vec![
        therapy(&lines[0], Units { work: 45, practice: 42, malpractice: 2 }),
        therapy(&lines[1], Units { work: 43, practice: 41, malpractice: 1 }),
    ];
    assert_eq!(amounts(&lines, quotes), [["50.79", "62.42", "6.79"], ["20.86", "32.51", "6.63"]]);
}

#[test]
fn imaging_cuts_each_component_by_its_own_rank() {
    use crate::medicare::Exact;
    let lines = [line(1, "70001", &[], 900, 1), line(2, "70002", &[], 900, 1)];
    let image = |l: &ServiceLine, professional: i64, technical: i64| Quote {
        components: Some((
            Exact::of(Money::from_cents(professional * 100)),
            Exact::of(Money::from_cents(technical * 100)),
        )),
        ..quote(l, professional + technical, 4)
    };
    let quotes = vec![image(&lines[0], 100, 200), image(&lines[1], 80, 300)];
    let allowed: Vec<String> = amounts(&lines, quotes).into_iter().map(|[allowed, ..]| allowed).collect();
    // Line 1 keeps its professional part and half the technical; line 2 the technical and 95% of the professional.
    assert_eq!(allowed, ["200.00", "376.00"]);
}

#[test]
fn anesthesia_directed_by_a_physician() {
    let mut record = line(1, "00790", &["QK"], 900, 47);
    record.basis = UnitBasis::Minutes;
    let quote = anesthesia_quote(&record, anesthesia_tenths(5, 47.into()), 204_976, WHOLE);
    let lines = [record];
    assert_eq!(amounts(&lines, vec![quote])[0][0], "83.02");
}

#[test]
fn surgeons_who_share() {
    let co = [line(1, "10001", &["62"], 2500, 1)];
    assert_eq!(amounts(&co, vec![quote(&co[0], 1600, 2)]), [["1000.00", "900.00", "600.00"]]);
    let assistant = [line(1, "10001", &["AS"], 800, 1)];
    assert_eq!(amounts(&assistant, vec![quote(&assistant[0], 1600, 2)]), [["217.60", "0.00", "582.40"]]);
    let physician = [line(1, "10001", &["80"], 800, 1)];
    assert_eq!(amounts(&physician, vec![quote(&physician[0], 1600, 2)])[0][0], "256.00");
    let never = Quote { assistant: Some(1), ..quote(&physician[0], 1600, 2) };
    assert_eq!(amounts(&physician, vec![never])[0][0], "0.00");
}

#[test]
fn parts_of_a_global_fee() {
    let split = Some(GlobalSplit { before: 10, during: 69, after: 21 });
    let priced = |modifier: &str, days: i8| {
        let mut lines = [line(1, "10001", &[modifier], 2000, 1)];
        lines[0].through = lines[0].from.checked_add(jiff::Span::new().days(days - 1)).unwrap();
        let quotes = vec![Quote { split, ..quote(&lines[0], 1200, 2) }];
        amounts(&lines, quotes).remove(0)
    };
    assert_eq!(priced("78", 1), ["828.00", "800.00", "372.00"]);
    assert_eq!(priced("54", 1)[0], "948.00");
    assert_eq!(priced("55", 1)[0], "252.00");
    assert_eq!(priced("55", 60)[0], "168.00");
}

#[test]
fn never_more_than_was_charged() {
    let lines = [line(1, "99213", &[], 80, 1)];
    let result = settled(&lines, vec![quote(&lines[0], 100, 0)]);
    assert_eq!(result[0].allowed.unwrap().to_decimal(), "80.00");
    assert_eq!(result[0].reduction(lines[0].charge), Money::ZERO);
    assert_eq!(result[0].steps.last().unwrap().rule, "Not more than was charged");
}

proptest! {
    /// The charge is always above the fee, reduced or allowed, each part never negative, whatever the indicators.
    #[test]
    fn the_charge_falls_into_three_parts(services in proptest::collection::vec((1i64..5_000, 1i64..5_000, 0u8..8, 0u8..4, 1u32..4), 1..8)) {
        const MODIFIERS: [&str; 4] = ["50", "62", "AS", "GP"];
        let lines: Vec<ServiceLine> = (1..)
            .zip(&services)
            .map(|(number, (charge, _, _, modifier, units))| {
                line(number, "10001", &[MODIFIERS[usize::from(*modifier)]], *charge, *units)
            })
            .collect();
        let quotes: Vec<Quote> = lines
            .iter()
            .zip(&services)
            .map(|(line, (_, fee, multiple, modifier, _))| {
                let part = crate::medicare::Exact::of(Money::from_cents(fee * 50));
                Quote { bilateral: *modifier, practice: part, components: Some((part, part)), ..quote(line, *fee, *multiple) }
            })
            .collect();
        for (expectation, line) in settled(&lines, quotes).iter().zip(&lines) {
            let parts = [expectation.above_fee(line.charge), expectation.reduction(line.charge), expectation.allowed.unwrap()];
            prop_assert!(parts.iter().all(|part| !part.is_negative()), "{parts:?} of {}", line.charge);
            prop_assert_eq!(parts.iter().sum::<Money>(), line.charge);
        }
    }
}
