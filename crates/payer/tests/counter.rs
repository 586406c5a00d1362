//! The payer's counter day by day: the door, eligibility, denials of coverage, claims that lie, strays, appeals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod desk;

use claim::{
    Accident, AccidentCause, Adjustment, AdjustmentGroup, Claim, EligibilityInquiry, Frequency, Money, OtherPayer,
    PayerSequence, PersonName, Sex,
};
use codes::Library;
use desk::{GROUP, SERVED, TODAY, Text, after, claim, decide, next, show};
use jiff::{ToSpan, civil::date};
use payer::{Plan, ReopenError, Request, Standing, State, check_eligibility, receive, reopen, run, run_now};

fn refusal(plan: &Plan, state: &mut State, claim: Claim) -> String {
    let ack = receive(plan, state, &Library::shipped(), &[claim], TODAY).remove(0);
    let status = &ack.statuses[0];
    format!("{}:{}:{}", status.category, status.status, status.entity)
}

#[test]
fn the_door_says_why() {
    let plan = Text::eighty_twenty().plan();
    let mut state = State::new();
    let mut refused = |change: fn(&mut Claim)| {
        let mut test = claim(&["99214 250"]);
        change(&mut test);
        refusal(&plan, &mut state, test)
    };
    assert_eq!(refused(|_| {}), "A2:20:PR");
    assert_eq!(refused(|c| c.payer.payer_number = "OTHER".into()), "A3:116:PR");
    assert_eq!(refused(|c| c.billing.npi = "1993999998".parse().unwrap()), "A7:562:85");
    assert_eq!(refused(|c| c.billing.tax_id = "000000000".into()), "A7:128:85");
    assert_eq!(refused(|c| c.patient.born_on = date(1990, 1, 1)), "A7:158:IL");
    assert_eq!(refused(|c| c.patient.name = PersonName::new("ANNA", "RIVERA")), "A7:125:IL");
    assert_eq!(refused(|c| c.lines[0].through = TODAY.tomorrow().unwrap()), "A7:187:");
    assert_eq!(refused(|c| c.diagnoses = vec!["E11".parse().unwrap()]), "A7:254:");
    assert_eq!(refused(|c| c.diagnoses.push("E11".parse().unwrap())), "A7:255:");
    assert_eq!(refused(|c| c.lines[0].charge = Money::ZERO), "A7:178:");
    assert_eq!(refused(|c| c.lines.extend(claim(&["99213 -50"]).lines)), "A7:178:");
    assert_eq!(refused(|c| c.lines[0].units = claim::Units::ZERO), "A7:476:");
    assert_eq!(refused(|c| c.frequency = Frequency::Replacement), "A6:464:");
    let unknown = |c: &mut Claim| {
        c.frequency = Frequency::Void;
        c.original_reference = Some("BM000".into());
    };
    assert_eq!(refused(unknown), "A7:464:");
}

#[test]
fn medicare_takes_no_replacements() {
    let toml = Text::medicare().plan_toml().replace("accepts_replacement = true", "accepts_replacement = false");
    let plan = Plan::parse(&toml, &Text::medicare().members_csv(), &Text::medicare().fees_csv()).unwrap();
    let mut replacement = claim(&["99214 250"]);
    replacement.frequency = Frequency::Replacement;
    assert_eq!(refusal(&plan, &mut State::new(), replacement), "A7:535:");
}

fn inquiry() -> EligibilityInquiry {
    EligibilityInquiry {
        trace: "Q1".into(),
        payer_name: "Blue Mesa Health".into(),
        payer_number: "BMH01".into(),
        provider_name: "Cedar Hollow Family Practice".into(),
        provider_npi: GROUP.into(),
        member_id: "M100".into(),
        name: PersonName::new("Ana", "Rivera"),
        born_on: date(1984, 3, 9),
        sex: Sex::Female,
        on: SERVED,
        service_types: vec!["30".into()],
    }
}

#[test]
fn eligibility_follows_what_claims_use_up() {
    let year = "deductible_individual = \"500.00\"\n[[year.copay]]\nservice_type = \"98\"\ncodes = [\"99213\"]\namount = \"30.00\"\n[[year.limit]]\nservice_type = \"PT\"\ncodes = [\"97110\"]\nvisits = 20";
    let plan = Text::eighty_twenty().fee("99214", "180").fee("97110", "60").year(year).plan();
    let mut state = State::new();
    let before = check_eligibility(&plan, &state, &inquiry());
    assert_eq!(before.is_active(), Some(true));
    assert_eq!(before.amount("C", "30", "23"), Some("500".parse().unwrap()));
    assert_eq!(before.amount("C", "30", "29"), Some("500".parse().unwrap()));
    assert_eq!(before.amount("B", "98", "27"), Some("30".parse().unwrap()));
    next(&plan, &mut state, &claim(&["99214 300", "97110-GP 100"]));
    let answer = check_eligibility(&plan, &state, &inquiry());
    assert_eq!(answer.amount("C", "30", "29"), Some("260".parse().unwrap()));
    let visits = answer.benefits.iter().find(|b| b.kind == "F" && b.period == "29").unwrap();
    assert_eq!(visits.quantity, Some(("VS".into(), 19)));
}

#[test]
fn eligibility_is_refused_with_what_to_correct() {
    let plan = Text::eighty_twenty().plan();
    let refused = |change: fn(&mut EligibilityInquiry)| {
        let mut question = inquiry();
        change(&mut question);
        let answer = check_eligibility(&plan, &State::new(), &question);
        assert_eq!(answer.is_active(), None);
        answer.refusal.unwrap().0
    };
    assert_eq!(refused(|q| q.member_id = "M10 0!".into()), "72");
    assert_eq!(refused(|q| q.member_id = "M999".into()), "75");
    assert_eq!(refused(|q| q.born_on = date(1984, 9, 3)), "71");
    assert_eq!(refused(|q| q.name.last = "RIVERS".into()), "73");
    assert_eq!(refused(|q| q.payer_number = "OTHER".into()), "79");
    let mut old = inquiry();
    old.on = date(2020, 1, 1);
    assert_eq!(check_eligibility(&plan, &State::new(), &old).is_active(), Some(false));
}

#[test]
fn coverage_that_has_ended_or_not_begun() {
    let decided = |row: &str| {
        let plan = Text::eighty_twenty().fee("99214", "180").members(row).plan();
        show(&decide(&plan, &claim(&["99214 300"]))).remove(0)
    };
    assert_eq!(decided("M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,2026-02-28,,,"), "PR-27 300.00 = 0.00");
    assert_eq!(decided("M100,RIVERA,ANA,1984-03-09,F,self,2026-03-15,,,,"), "PR-26 300.00 = 0.00");
    assert_eq!(decided("M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,,MEDB,,"), "CO-22 300.00 [MA04] = 0.00");
}

#[test]
fn exclusions_accidents_and_injury_numbers() {
    let year = "[[year.exclusion]]\ncodes = [\"97124\"]\nreason = \"96\"\nremark = \"N425\"\n[[year.exclusion]]\ncodes = [\"99214\"]\ndiagnoses = [\"Z02\"]\nreason = \"204\"";
    let plan = Text::eighty_twenty().fee("99214", "180").year(year).plan();
    assert_eq!(show(&decide(&plan, &claim(&["97124 60"]))), ["PR-96 60.00 [N425] = 0.00"]);
    let mut examination = claim(&["99214 300"]);
    examination.diagnoses = vec!["Z02.1".parse().unwrap()];
    assert_eq!(show(&decide(&plan, &examination)), ["PR-204 300.00 = 0.00"]);
    let mut injury = claim(&["99214 300"]);
    injury.accident = Some(Accident { cause: AccidentCause::Employment, on: SERVED, state: String::new() });
    assert_eq!(show(&decide(&plan, &injury)), ["CO-19 300.00 = 0.00"]);
    assert_eq!(show(&decide(&plan, &after(injury.clone(), "100", "20"))), ["OA-23 280.00 = 20.00"]);
    let carrier = Text::new("workers_compensation")
        .rules("claim_number_required = true\nfee_schedule_reason = \"P12\"")
        .fee("99214", "180")
        .plan();
    assert_eq!(show(&decide(&carrier, &injury)), ["CO-16 300.00 [N625] = 0.00"]);
    injury.property_casualty_claim = Some("WC-77".into());
    assert_eq!(show(&decide(&carrier, &injury)), ["CO-P12 120.00 = 180.00"]);
}

#[test]
fn visits_and_therapy_run_out() {
    let year = "[[year.limit]]\nservice_type = \"PT\"\ncodes = [\"97110\"]\nvisits = 1";
    let plan = Text::eighty_twenty().fee("97110", "60").year(year).plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["97110-GP 100"]));
    let mut second = claim(&["97110-GP 100"]);
    second.lines[0].from = SERVED.tomorrow().unwrap();
    second.lines[0].through = second.lines[0].from;
    assert_eq!(show(&next(&plan, &mut state, &second)), ["PR-119 100.00 [N362] = 0.00"]);

    let plan = Text::medicare().fee("97110", "2000").plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["97110-GP 2000"]));
    assert_eq!(show(&next(&plan, &mut state, &second_at(&second, "97110-GP 2000"))), ["CO-119 2000.00 = 0.00"]);
    assert_eq!(show(&next(&plan, &mut state, &second_at(&second, "97110-GP-GA 2000"))), ["PR-119 2000.00 = 0.00"]);
    let paid = next(&plan, &mut state, &second_at(&second, "97110-GP-KX 2000"));
    assert_eq!(show(&paid), ["PR-2 400.00 CO-253 32.00 = 1568.00"]);
}

fn second_at(day: &Claim, line: &str) -> Claim {
    let mut test = claim(&[line]);
    test.lines[0].from = day.lines[0].from;
    test.lines[0].through = day.lines[0].through;
    test
}

#[test]
fn claims_lie_for_a_while_forever_or_for_records() {
    let pends = "[[pend]]\nonly = { codes = [\"99215\"] }\n[[pend]]\nonly = { charge_at_least = \"500.00\" }\nwhy = \"information\"\ndays = 20\n[[pend]]\nonly = { codes = [\"99212\"] }\ndays = 3";
    let plan = Text::eighty_twenty().fee("99212-99215", "100").more(pends);
    let plan = Text { fees: String::new(), ..plan }.fee("99212", "50").fee("99214", "180").fee("99215", "220").plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let mut claims = Vec::new();
    for (number, text) in [("A", "99215 300"), ("B", "99214 600"), ("C", "99212 80")] {
        claims.push(Claim { control_number: number.into(), ..claim(&[text]) });
    }
    assert!(receive(&plan, &mut state, &library, &claims, TODAY).iter().all(|ack| ack.is_accepted));
    let status = |state: &State, number: &str| state.find(number).unwrap().status().category;
    assert_eq!([status(&state, "A"), status(&state, "B"), status(&state, "C")], ["P2", "P3", "P2"]);
    let mut paid = Vec::new();
    for days in 1..60 {
        let on = TODAY.saturating_add(days.days());
        for remittance in run(&plan, &mut state, &library, on).unwrap() {
            assert_eq!(on.weekday(), jiff::civil::Weekday::Wednesday);
            paid.extend(remittance.claims.iter().map(|c| format!("{} {}", c.control_number, show(c)[0])));
        }
    }
    assert_eq!(paid, ["C CO-45 30.00 PR-2 10.00 = 40.00", "B CO-252 600.00 [N706] = 0.00"]);
    assert_eq!(state.find("A").unwrap().standing, Standing::InReview);
    assert!(!state.clone().supply_records(&state.find("A").unwrap().control_number, TODAY));
    let records = Claim { control_number: "D".into(), ..claim(&["99214-76 700"]) };
    let ack = receive(&plan, &mut state, &library, &[records], TODAY).remove(0);
    assert!(state.supply_records(&ack.payer_control_number.unwrap(), TODAY));
    let paid = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&paid.claims[0]), ["CO-45 520.00 PR-2 36.00 = 144.00"]);
}

#[test]
fn a_pay_day_is_not_missed_when_days_are_skipped() {
    let plan = Text::eighty_twenty().fee("99214", "180").plan();
    let (library, mut state) = (Library::shipped(), State::new());
    assert!(receive(&plan, &mut state, &library, &[claim(&["99214 300"])], TODAY)[0].is_accepted);
    assert_eq!(run(&plan, &mut state, &library, TODAY).unwrap(), []);
    let friday = date(2026, 4, 3);
    assert_eq!(run(&plan, &mut state, &library, friday).unwrap().len(), 1);
    assert_eq!(run(&plan, &mut state, &library, friday.tomorrow().unwrap()).unwrap(), []);
}

#[test]
fn a_stray_claim_a_shortfall_and_a_wrong_total() {
    let more = "[[stray]]\non = \"2026-03-01\"\npayee = \"1234567893\"\ncontrol_number = \"ZZ-1\"\npatient = { first = \"NORA\", last = \"QUILL\" }\nmember_id = \"M777\"\nprocedure = \"99213\"\nserved_on = \"2026-02-02\"\ncharge = \"160.00\"\npaid = \"88.00\"\n[[underpayment]]\nonly = {}\ncodes = [\"99214\"]\npercent = 10\n";
    let plan = Text::eighty_twenty().fee("99214", "180").more(more).plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let send = |plan: &Plan, state: &mut State, number: &str, code: &str| {
        let test = Claim { control_number: number.into(), ..claim(&[code]) };
        assert!(receive(plan, state, &library, &[test], TODAY)[0].is_accepted);
        run_now(plan, state, &library, TODAY).unwrap().remove(0)
    };
    let remittance = send(&plan, &mut state, "A", "99214 300");
    assert_eq!(show(&remittance.claims[0]), ["CO-45 138.00 PR-2 32.40 = 129.60"]);
    assert_eq!((remittance.claims[1].control_number.as_str(), remittance.amount), ("ZZ-1", "217.60".parse().unwrap()));
    assert_eq!(send(&plan, &mut state, "B", "99214-76 300").claims.len(), 1);
    let wrong = Text::eighty_twenty().fee("99214", "180").more("[[unbalanced]]\non = \"2026-03-18\"\ncents = 1").plan();
    assert_eq!(send(&wrong, &mut State::new(), "C", "99214 300").imbalances().len(), 1);
}

/// Visits that need an authorisation, and a payer that gives way to an appeal over it.
const AUTHORIZED: &str = "authorization_required = [\"99214\"]";
const FALLS: &str = "[appeals]\noverturns = [\"197\"]";

#[test]
fn an_appeal_granted_comes_back_as_reversal_and_payment() {
    let plan = Text::eighty_twenty().rules(AUTHORIZED).fee("99214", "180").more(FALLS).plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let ack = receive(&plan, &mut state, &library, &[claim(&["99214 300"])], TODAY).remove(0);
    let number = ack.payer_control_number.unwrap();
    assert!(reopen(&plan, &mut state, &number, Request::Appeal(&[]), TODAY).is_err());
    assert_eq!(run_now(&plan, &mut state, &library, TODAY).unwrap()[0].amount, Money::ZERO);
    assert!(reopen(&plan, &mut state, &number, Request::Appeal(&[]), TODAY.saturating_add(121.days())).is_err());
    reopen(&plan, &mut state, &number, Request::Appeal(&["197".parse().unwrap()]), TODAY).unwrap();
    let answer = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&answer.claims[0]), ["CO-197 -300.00 = 0.00"]);
    assert_eq!(show(&answer.claims[1]), ["CO-45 120.00 PR-2 36.00 = 144.00"]);
    assert_eq!(answer.claims[1].remarks[0].as_str(), "MA91");
}

/// What is decided again meets the same history: a duplicate denied meanwhile, and the filing limit of the replaced.
#[test]
fn an_appeal_is_not_lost_to_its_own_duplicate_or_to_time() {
    let plan = Text::eighty_twenty().rules(AUTHORIZED).fee("99214", "180").more(FALLS).plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let first = next(&plan, &mut state, &claim(&["99214 300"]));
    let mut again = claim(&["99214 300"]);
    again.control_number = "T2".into();
    again.prior_authorization = Some("PA-1".into());
    assert_eq!(show(&next(&plan, &mut state, &again)), ["OA-18 300.00 = 0.00"]);
    let waived = ["197".parse().unwrap()];
    reopen(&plan, &mut state, &first.payer_control_number, Request::Appeal(&waived), TODAY).unwrap();
    let answer = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&answer.claims[1]), ["CO-45 120.00 PR-2 36.00 = 144.00"]);

    let mut state = State::new();
    let first = next(&plan, &mut state, &claim(&["99214 300"]));
    let mut replacement = claim(&["99214 310"]);
    replacement.frequency = Frequency::Replacement;
    replacement.original_reference = Some(first.payer_control_number);
    let late = TODAY.saturating_add(360.days());
    let decided = payer::adjudicate(&plan, &mut state, &library, &replacement, late).unwrap().pop().unwrap();
    assert_eq!(show(&decided), ["CO-197 310.00 = 0.00"]);
    reopen(&plan, &mut state, &decided.payer_control_number, Request::Appeal(&waived), late).unwrap();
    let answer = run_now(&plan, &mut state, &library, late).unwrap().remove(0);
    assert_eq!(show(&answer.claims[1]), ["CO-45 130.00 PR-2 36.00 = 144.00"]);
}

#[test]
fn an_appeal_for_a_reason_that_stands_is_confirmed() {
    let plan =
        Text::eighty_twenty().rules(AUTHORIZED).fee("99214", "180").more("[appeals]\noverturns = [\"50\"]").plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let first = next(&plan, &mut state, &claim(&["99214 300"]));
    let reasons = ["197".parse().unwrap(), "50".parse().unwrap()];
    reopen(&plan, &mut state, &first.payer_control_number, Request::Appeal(&reasons), TODAY).unwrap();
    let answer = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&answer.claims[0]), ["CO-197 -300.00 = 0.00"]);
    assert_eq!(show(&answer.claims[1]), ["CO-197 300.00 = 0.00"]);
    assert_eq!(answer.amount, Money::ZERO);
}

#[test]
fn a_correction_is_decided_on_its_own_merits() {
    let plan = Text::eighty_twenty().rules(AUTHORIZED).fee("99214", "180").fee("99213", "120").more(FALLS).plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let sent = claim(&["99214 300"]);
    let first = next(&plan, &mut state, &sent);
    let ask = |state: &mut State, corrected: &claim::Claim, on| {
        reopen(&plan, state, &first.payer_control_number, Request::Correction(corrected), on)
    };
    let mut dearer = sent.clone();
    dearer.lines[0].charge += Money::from_cents(1);
    assert!(matches!(ask(&mut state, &dearer, TODAY), Err(ReopenError::OtherClaim(_))));
    assert!(matches!(ask(&mut state, &sent, TODAY.saturating_add(366.days())), Err(ReopenError::TooLate { .. })));

    // Nothing corrected, nothing changed.
    ask(&mut state, &sent, TODAY).unwrap();
    let same = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&same.claims[1]), ["CO-197 300.00 = 0.00"]);

    let mut corrected = sent.clone();
    corrected.lines[0].procedure = "99213".parse().unwrap();
    ask(&mut state, &corrected, TODAY).unwrap();
    let anew = run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0);
    assert_eq!(show(&anew.claims[1]), ["CO-45 180.00 PR-2 24.00 = 96.00"]);
    assert_eq!(anew.claims[1].lines[0].procedure.as_str(), "99213");
}

#[test]
fn money_goes_by_check_where_a_bank_is_missing() {
    let text = Text::eighty_twenty().fee("99214", "180");
    let pay = |toml: &str| {
        let plan = Plan::parse(toml, &text.members_csv(), &text.fees_csv()).unwrap();
        let (library, mut state) = (Library::shipped(), State::new());
        assert!(receive(&plan, &mut state, &library, &[claim(&["99214 300"])], TODAY)[0].is_accepted);
        run_now(&plan, &mut state, &library, TODAY).unwrap().remove(0)
    };
    let whole = text.plan_toml();
    let electronic = pay(&whole);
    assert_eq!(electronic.method, "ACH");
    assert_eq!(electronic.transfer.unwrap().to.routing_number, "999988880");
    for bank in whole.lines().filter(|line| line.starts_with("bank")) {
        let check = pay(&whole.replace(bank, ""));
        assert_eq!((check.method.as_str(), check.transfer), ("CHK", None));
    }
}

#[test]
fn distinct_services_stand_twice_on_a_claim_but_not_on_two() {
    let plan = Text::eighty_twenty().fee("97140", "50").plan();
    let mut state = State::new();
    let paid = ["CO-45 10.00 PR-2 10.00 = 40.00", "CO-45 10.00 CO-59 11.59 PR-2 7.68 = 30.73"];
    let mut services = claim(&["97140-GP-59 60", "97140-GP-59 60"]);
    assert_eq!(show(&next(&plan, &mut state, &services)), paid);
    services.control_number = "T2".into();
    assert_eq!(show(&next(&plan, &mut state, &services)), ["OA-18 60.00 = 0.00"; 2]);
}

/// Amounts on the claim instead of its lines (2320), from one earlier payer or two.
#[test]
fn earlier_payers_may_speak_for_the_whole_claim() {
    let plan = Text { coordination: "medicare_supplement", ..Text::eighty_twenty().fee("99214", "180") }.plan();
    let adjustment =
        |reason: &str, cents| Adjustment::new(AdjustmentGroup::Pr, reason.parse().unwrap(), Money::from_cents(cents));
    let mut second = claim(&["99214 300"]);
    second.sequence = PayerSequence::Secondary;
    let medicare = OtherPayer {
        sequence: PayerSequence::Primary,
        payer: second.payer.clone(),
        member: second.member.clone(),
        subscriber_name: PersonName::new("ANA", "RIVERA"),
        paid: Some(Money::from_cents(8_000)),
        patient_liability: None,
        adjustments: vec![adjustment("1", 8_000), adjustment("2", 2_000)],
        decided_on: None,
        control_number: None,
    };
    second.other_payers = vec![medicare.clone()];
    assert_eq!(show(&decide(&plan, &second)), ["OA-23 200.00 PR-1 80.00 = 20.00"]);
    // The second payer's word replaces the first one's.
    let mut third = second;
    third.sequence = PayerSequence::Tertiary;
    let between = OtherPayer {
        sequence: PayerSequence::Secondary,
        paid: Some(Money::from_cents(7_000)),
        patient_liability: Some(Money::from_cents(3_000)),
        adjustments: Vec::new(),
        ..medicare
    };
    third.other_payers.push(between);
    assert_eq!(show(&decide(&plan, &third)), ["OA-23 270.00 = 30.00"]);
}

#[test]
fn a_void_takes_the_decision_back_and_frees_what_it_used() {
    let plan = Text::eighty_twenty().year("deductible_individual = \"100.00\"").fee("99214", "180").plan();
    let mut state = State::new();
    let first = next(&plan, &mut state, &claim(&["99214 300"]));
    assert_eq!(show(&first), ["CO-45 120.00 PR-1 100.00 PR-2 16.00 = 64.00"]);
    let mut void = claim(&["99214 300"]);
    void.frequency = Frequency::Void;
    void.original_reference = Some(first.payer_control_number);
    assert_eq!(next(&plan, &mut state, &void).decision.code(), "22");
    let again = next(&plan, &mut state, &claim(&["99214 300"]));
    assert_eq!(show(&again), ["CO-45 120.00 PR-1 100.00 PR-2 16.00 = 64.00"]);
}

#[test]
fn the_family_shares_a_deductible() {
    let rows = "M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,,,,\nM100,RIVERA,LEO,2015-08-21,M,child,2025-01-01,,,,";
    let year = "deductible_individual = \"100.00\"\ndeductible_family = \"150.00\"";
    let plan = Text::eighty_twenty().members(rows).year(year).fee("99214", "180").plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["99214 300"]));
    let mut child = claim(&["99214 300"]);
    child.patient.name = PersonName::new("LEO", "RIVERA");
    child.patient.born_on = date(2015, 8, 21);
    assert_eq!(show(&next(&plan, &mut state, &child)), ["CO-45 120.00 PR-1 50.00 PR-2 26.00 = 104.00"]);
}

#[test]
fn mistakes_in_a_plan_folder_are_named() {
    let text = Text::eighty_twenty().fee("99214", "180");
    let error = |toml: &str, members: &str, fees: &str| Plan::parse(toml, members, fees).unwrap_err().to_string();
    let (toml, members, fees) = (text.plan_toml(), text.members_csv(), text.fees_csv());
    let found = error(&toml.replace("filing_limit_days = 365", "filing_limit_days = \"a year\""), &members, &fees);
    assert!(found.starts_with("plan.toml, line 12, filing_limit_days: "), "{found}");
    let found = error(&toml.replace("latency_days", "latency"), &members, &fees);
    assert!(found.contains("latency") && found.contains("line"), "{found}");
    let found = error(&toml, &members.replace("1984-03-09", "03/09/1984"), &fees);
    assert_eq!(found, "members.csv, line 2, born_on: “03/09/1984” is not a date such as 2026-01-31");
    let found = error(&toml, &members, &fees.replace("180", "180.001"));
    assert_eq!(found, "fees.csv, line 2, amount: “180.001” is not an amount such as 120.50");
    let found = error(&toml.replace("coinsurance_percent = 20", "coinsurance_percent = 120"), &members, &fees);
    assert!(found.ends_with("coinsurance_percent: 120 is more than the whole, expected 0 to 100"), "{found}");
    let found = error(&toml, &members, "code,price\n99214,1\n");
    assert!(found.starts_with("fees.csv, line 1, price: is no column of fees.csv"), "{found}");
}

#[test]
fn the_documented_folder_is_a_plan() {
    let page = include_str!("../../../docs/plan-format.md");
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
    };
    let csv = blocks("csv");
    let plan = Plan::parse(&blocks("toml").concat(), &csv[0], &csv[1]).unwrap();
    assert_eq!((plan.members.len(), plan.years.len(), plan.strays.len()), (2, 1, 1));
    assert_eq!(plan.members[0].opening.as_ref().unwrap().deductible, "120".parse().unwrap());
}

/// The demo's story: a visit beside an injection without modifier 25, then the replacement with it.
#[test]
fn a_bundled_visit_is_corrected() {
    let rules = "edits = [\"ncci\", \"global\", \"modifiers\", \"new_patient\"]\nbundling_reason = \"97\"";
    let plan = Text::eighty_twenty().rules(rules).fee("99213", "100").fee("20610", "80").fee("99203", "120").plan();
    let mut state = State::new();
    let first = next(&plan, &mut state, &claim(&["99213 150", "20610-RT 120"]));
    assert_eq!(show(&first), ["CO-97 150.00 [M144] = 0.00", "CO-45 40.00 PR-2 16.00 = 64.00"]);
    let mut replacement = claim(&["99213-25 150", "20610-RT 120"]);
    replacement.control_number = "T2".into();
    replacement.frequency = Frequency::Replacement;
    replacement.original_reference = Some(first.payer_control_number.clone());
    let decisions = payer::adjudicate(&plan, &mut state, &Library::shipped(), &replacement, TODAY).unwrap();
    assert_eq!(decisions[0].payer_control_number, first.payer_control_number);
    assert_eq!(show(&decisions[0])[1], "CO-45 -40.00 PR-2 -16.00 = -64.00");
    let paid = ["CO-45 50.00 PR-2 20.00 = 80.00", "CO-45 40.00 PR-2 16.00 = 64.00"];
    assert_eq!(show(&decisions[1]), paid);
    // A wrong modifier, and a visit billed as a new patient's the week after.
    assert_eq!(show(&decide(&plan, &claim(&["20610-25 120"]))), ["CO-4 120.00 [N823] = 0.00"]);
    let mut new = second_at(&claim(&["99203 200"]), "99203 200");
    new.lines[0].from = SERVED.saturating_add(7.days());
    new.lines[0].through = new.lines[0].from;
    assert_eq!(show(&next(&plan, &mut state, &new)), ["CO-B16 200.00 = 0.00"]);
}

#[test]
fn a_visit_after_surgery_belongs_to_it() {
    let plan = Text::eighty_twenty().rules("edits = [\"global\"]").fee("99213", "100").fee("12032", "300").plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["12032 600"]));
    let mut visit = claim(&["99213 150"]);
    visit.lines[0].from = SERVED.saturating_add(8.days());
    visit.lines[0].through = visit.lines[0].from;
    let mut other = visit.clone();
    other.rendering.as_mut().unwrap().taxonomy = "2084N0400X".parse().unwrap();
    assert_eq!(show(&next(&plan, &mut state.clone(), &other)), ["CO-45 50.00 PR-2 20.00 = 80.00"]);
    assert_eq!(show(&next(&plan, &mut state, &visit)), ["CO-97 150.00 [N525] = 0.00"]);
    visit.lines[0].modifiers = vec!["24".parse().unwrap()];
    assert_eq!(show(&next(&plan, &mut state, &visit)), ["CO-45 50.00 PR-2 20.00 = 80.00"]);
}

#[test]
fn therapy_needs_its_discipline() {
    let plan = Text::eighty_twenty().rules("edits = [\"therapy_modifiers\"]").fee("97110", "60").plan();
    assert_eq!(show(&decide(&plan, &claim(&["97110 100"]))), ["CO-4 100.00 [N822] = 0.00"]);
}

#[test]
fn a_former_identifier_is_corrected() {
    let text = Text::eighty_twenty().fee("99214", "180");
    let members = "member_id,last,first,born_on,effective_on,former_id\nM200,RIVERA,ANA,1984-03-09,2025-01-01,M100\n";
    let plan = Plan::parse(&text.plan_toml(), members, &text.fees_csv()).unwrap();
    assert_eq!(decide(&plan, &claim(&["99214 300"])).corrected_member_id.as_deref(), Some("M200"));
}
