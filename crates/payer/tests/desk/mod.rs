//! A counter to test at: plan texts in a few words, claims in one line, decisions as one line of text.
#![allow(dead_code, reason = "each test program uses its part")]

use claim::{
    Address, Adjustment, AdjustmentGroup, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, ClaimPayment,
    Frequency, LineAdjudication, LinePayment, Money, Npi, PayerSequence, PersonName, Provider, Relationship,
    ServiceLine, Sex, UnitBasis,
};
use codes::Library;
use jiff::civil::{Date, date};
use payer::{Plan, State};

pub const GROUP: &str = "1234567893";
pub const TODAY: Date = date(2026, 3, 18);
pub const SERVED: Date = date(2026, 3, 2);

/// A plan that covers everything in full; `rules`, `year` and `more` are added where they belong.
pub struct Text {
    pub kind: &'static str,
    pub rules: String,
    pub coordination: &'static str,
    pub pricing: &'static str,
    pub year: String,
    pub more: String,
    pub members: String,
    pub fees: String,
}

impl Text {
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            rules: String::new(),
            coordination: "standard",
            pricing: "method = \"fees_only\"",
            year: String::new(),
            more: String::new(),
            members: "M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,,,,\n".to_owned(),
            fees: String::new(),
        }
    }

    /// Medicare Part B with its deductible met.
    pub fn medicare() -> Self {
        let mut text = Self::new("medicare_b");
        text.coordination = "medicare_secondary";
        text.pricing = "method = \"medicare\"";
        text.rules = "therapy_assistant_percent = 85\n".to_owned();
        text.year = "deductible_individual = \"283.00\"\ncoinsurance_percent = 20\ntherapy_threshold = \"2480.00\"\n"
            .to_owned();
        text.more = "[[sequestration]]\nfrom = \"2022-07-01\"\npercent = 2\n".to_owned();
        text.members = "M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,,,2026-01-01,283.00\n".to_owned();
        text
    }

    /// 80/20 of explicit fees, no deductible.
    pub fn eighty_twenty() -> Self {
        let mut text = Self::new("ppo");
        text.year = "coinsurance_percent = 20\n".to_owned();
        text
    }

    pub fn rules(mut self, rules: &str) -> Self {
        self.rules.push_str(rules);
        self.rules.push('\n');
        self
    }

    pub fn year(mut self, year: &str) -> Self {
        self.year.push_str(year);
        self.year.push('\n');
        self
    }

    pub fn more(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self.more.push('\n');
        self
    }

    pub fn members(mut self, rows: &str) -> Self {
        self.members = format!("{rows}\n");
        self
    }

    pub fn fee(mut self, code: &str, amount: &str) -> Self {
        self.fees.push_str(&format!("{code},,{amount},,2026-01-01,\n"));
        self
    }

    pub fn plan_toml(&self) -> String {
        format!(
            r#"[payer]
name = "Blue Mesa Health"
plan_name = "Mesa Choice"
payer_number = "BMH01"
tax_id = "840000001"
kind = "{}"
trace_prefix = "BM"
phone = "8005550142"
address = {{ line1 = "100 Mesa Plaza", city = "Denver", state = "CO", zip = "802020001" }}

[rules]
filing_limit_days = 365
appeal_limit_days = 120
accepts_replacement = true
{}
[payment]
weekday = "wednesday"
latency_days = 10
method = "ACH"
bank = {{ routing_number = "999999992", number = "1000000001" }}
interest_after_days = 30
interest_basis_points = 400

[coordination]
method = "{}"

[[pricing]]
from = "2025-01-01"
{}

[[provider]]
npi = "1234567893"
name = "Cedar Hollow Family Practice"
tax_id = "840000002"
bank = {{ routing_number = "999988880", number = "2000000002" }}

{}
[[year]]
from = "2026-01-01"
to = "2026-12-31"
{}"#,
            self.kind, self.rules, self.coordination, self.pricing, self.more, self.year
        )
    }

    pub fn members_csv(&self) -> String {
        let head = "member_id,last,first,born_on,sex,relationship,effective_on,terminated_on,primary_payer,used_on,deductible_used\n";
        format!("{head}{}", self.members)
    }

    pub fn fees_csv(&self) -> String {
        format!("code,modifier,amount,facility_amount,effective_from,effective_to\n{}", self.fees)
    }

    pub fn plan(&self) -> Plan {
        Plan::parse(&self.plan_toml(), &self.members_csv(), &self.fees_csv()).unwrap_or_else(|e| panic!("{e}"))
    }
}

/// `99214-25 x2 250.00`: code, modifiers, units, charge.
pub fn line(number: u16, text: &str) -> ServiceLine {
    let mut parts = text.split(' ');
    let mut code = parts.next().unwrap().split('-');
    let mut units = claim::Units::ONE;
    let mut charge = parts.next().unwrap();
    if let Some(count) = charge.strip_prefix('x') {
        units = count.parse().unwrap();
        charge = parts.next().unwrap();
    }
    ServiceLine {
        number,
        control_number: format!("T1-{number}"),
        procedure: code.next().unwrap().parse().unwrap(),
        modifiers: code.map(|m| m.parse().unwrap()).collect(),
        charge: charge.parse().unwrap(),
        units,
        basis: UnitBasis::Units,
        place_of_service: None,
        pointers: vec![1],
        from: SERVED,
        through: SERVED,
        description: String::new(),
        adjudications: Vec::new(),
    }
}

pub fn claim(lines: &[&str]) -> Claim {
    let number = |i: usize| u16::try_from(i + 1).unwrap();
    let address = Address {
        line1: "12 Juniper Road".into(),
        line2: String::new(),
        city: "Durango".into(),
        state: "CO".into(),
        zip: "813011234".into(),
    };
    let provider = Provider {
        id: uuid_zero().into(),
        name: PersonName::new("MARA", "HOLT"),
        credential: "MD".into(),
        npi: Npi::complete("109876543").unwrap(),
        taxonomy: "207Q00000X".parse().unwrap(),
    };
    Claim {
        control_number: "T1".into(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: BillingProvider {
            name: "Cedar Hollow Family Practice".into(),
            npi: GROUP.parse().unwrap(),
            tax_id: "840000002".into(),
            taxonomy: "207Q00000X".parse().unwrap(),
            address: address.clone(),
            pay_to: None,
            phone: "9705550101".into(),
        },
        rendering: Some(provider),
        referring: None,
        facility: None,
        payer: ClaimPayer {
            name: "Blue Mesa Health".into(),
            payer_number: "BMH01".into(),
            address: address.clone(),
            filing_code: "12".into(),
        },
        member: ClaimMember {
            member_id: "M100".into(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
        },
        patient: ClaimPatient {
            name: PersonName::new("ANA", "RIVERA"),
            born_on: date(1984, 3, 9),
            sex: Sex::Female,
            address,
        },
        place_of_service: "11".parse().unwrap(),
        assignment: 'A',
        benefits_assigned: true,
        accident: None,
        prior_authorization: None,
        property_casualty_claim: None,
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: vec!["I10".parse().unwrap()],
        patient_paid: Money::ZERO,
        lines: lines.iter().enumerate().map(|(i, text)| line(number(i), text)).collect(),
        other_payers: Vec::new(),
    }
}

fn uuid_zero() -> uuid::Uuid {
    uuid::Uuid::nil()
}

/// The claim after another payer paid and left this to the patient as coinsurance, on its only line.
pub fn after(mut claim: Claim, paid: &str, coinsurance: &str) -> Claim {
    claim.sequence = PayerSequence::Secondary;
    let line = &mut claim.lines[0];
    let (paid, left): (Money, Money) = (paid.parse().unwrap(), coinsurance.parse().unwrap());
    let adjustment = |group, reason: &str, amount| Adjustment::new(group, reason.parse().unwrap(), amount);
    line.adjudications = vec![LineAdjudication {
        payer_number: "FIRST".into(),
        paid,
        procedure: line.procedure.clone(),
        modifiers: vec![],
        units: claim::Units::ONE,
        bundled_into: None,
        patient_liability: Some(left),
        adjustments: vec![
            adjustment(AdjustmentGroup::Co, "45", line.charge - paid - left),
            adjustment(AdjustmentGroup::Pr, "2", left),
        ],
        decided_on: date(2026, 3, 10),
    }];
    claim
}

/// `CO-45 114.39 PR-2 27.12 CO-253 2.17 = 106.32`, remarks in brackets.
pub fn show_line(line: &LinePayment) -> String {
    let mut parts: Vec<String> =
        line.adjustments.iter().map(|a| format!("{}-{} {}", a.group.code(), a.reason, a.amount.to_decimal())).collect();
    parts.extend(line.remarks.iter().map(|remark| format!("[{remark}]")));
    parts.push(format!("= {}", line.paid.to_decimal()));
    parts.join(" ")
}

pub fn show(payment: &ClaimPayment) -> Vec<String> {
    payment.lines.iter().map(show_line).collect()
}

/// Decides a claim at a payer that has seen nothing yet.
pub fn decide(plan: &Plan, claim: &Claim) -> ClaimPayment {
    next(plan, &mut State::new(), claim)
}

/// Decides one more claim.
pub fn next(plan: &Plan, state: &mut State, claim: &Claim) -> ClaimPayment {
    let decisions = payer::adjudicate(plan, state, &Library::shipped(), claim, TODAY);
    decisions.unwrap_or_else(|refusal| panic!("{:?}", refusal.statuses)).pop().unwrap()
}
