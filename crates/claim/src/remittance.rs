//! What a payer decided and paid (835), and the arithmetic every remittance must satisfy.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Address, Carc, Modifier, Money, PersonName, ProcedureCode, Rarc, Units};

/// Who answers for an adjustment (CAS01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AdjustmentGroup {
    /// Contractual obligation: the provider writes it off or fixes it; never the patient.
    Co,
    /// Other adjustment: nobody owes it (earlier payer, duplicate, information).
    Oa,
    /// Payer initiated, without a contract.
    Pi,
    /// Patient responsibility.
    Pr,
    /// Correction and reversal: not allowed in a 5010 835, met in old COB data.
    Cr,
}

impl AdjustmentGroup {
    /// The CAS01 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Co => "CO",
            Self::Oa => "OA",
            Self::Pi => "PI",
            Self::Pr => "PR",
            Self::Cr => "CR",
        }
    }

    /// From the CAS01 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Co, Self::Oa, Self::Pi, Self::Pr, Self::Cr].into_iter().find(|g| g.code() == code)
    }
}

/// One adjustment (a CAS group with one of its triplets). Positive reduces the payment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Adjustment {
    /// Who answers for it.
    pub group: AdjustmentGroup,
    /// Why (CARC).
    pub reason: Carc,
    /// How much; positive reduces the payment.
    pub amount: Money,
    /// Units affected, when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
}

impl Adjustment {
    /// An adjustment without quantity.
    #[must_use]
    pub const fn new(group: AdjustmentGroup, reason: Carc, amount: Money) -> Self {
        Self { group, reason, amount, quantity: None }
    }
}

/// How a claim was processed (CLP02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimDecision {
    /// `1`.
    Primary,
    /// `2`.
    Secondary,
    /// `3`.
    Tertiary,
    /// `4`: patient not recognised; some payers send it for denials.
    NotRecognized,
    /// `19`: primary, forwarded to another payer.
    PrimaryForwarded,
    /// `20`.
    SecondaryForwarded,
    /// `21`.
    TertiaryForwarded,
    /// `22`: takes an earlier decision back.
    Reversal,
    /// `23`: not our claim, forwarded.
    ForwardedOnly,
    /// `25`: predetermination, no payment.
    Predetermination,
}

impl ClaimDecision {
    const ALL: [Self; 10] = [
        Self::Primary,
        Self::Secondary,
        Self::Tertiary,
        Self::NotRecognized,
        Self::PrimaryForwarded,
        Self::SecondaryForwarded,
        Self::TertiaryForwarded,
        Self::Reversal,
        Self::ForwardedOnly,
        Self::Predetermination,
    ];

    /// The CLP02 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "1",
            Self::Secondary => "2",
            Self::Tertiary => "3",
            Self::NotRecognized => "4",
            Self::PrimaryForwarded => "19",
            Self::SecondaryForwarded => "20",
            Self::TertiaryForwarded => "21",
            Self::Reversal => "22",
            Self::ForwardedOnly => "23",
            Self::Predetermination => "25",
        }
    }

    /// From the CLP02 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == code)
    }

    /// True when the payer sent the claim on to the next payer itself.
    #[must_use]
    pub const fn is_forwarded(self) -> bool {
        matches!(self, Self::PrimaryForwarded | Self::SecondaryForwarded | Self::TertiaryForwarded)
    }
}

/// A decided line (2110).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePayment {
    /// Code paid (SVC01-2).
    pub procedure: ProcedureCode,
    /// Modifiers paid (SVC01-3 to -6).
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Code submitted, when the payer changed it (SVC06-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_procedure: Option<ProcedureCode>,
    /// Charge (SVC02).
    pub charge: Money,
    /// Paid (SVC03).
    pub paid: Money,
    /// Units paid (SVC05).
    pub units: Units,
    /// First day of service (DTM*472 or 150).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Adjustments (CAS).
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// Remarks (LQ*HE).
    #[serde(default)]
    pub remarks: Vec<Rarc>,
    /// Our line control number (REF*6R).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_number: Option<String>,
    /// Allowed (AMT*B6): informational.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Money>,
}

/// A decided claim (2100).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimPayment {
    /// Byte offset of the CLP segment in the received file; zero for one being made.
    #[serde(default)]
    pub offset: u64,
    /// Our control number (CLP01).
    pub control_number: String,
    /// How it was processed (CLP02).
    pub decision: ClaimDecision,
    /// Charge (CLP03).
    pub charge: Money,
    /// Paid (CLP04).
    pub paid: Money,
    /// Patient responsibility as stated (CLP05).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_responsibility: Option<Money>,
    /// Filing indicator (CLP06).
    pub filing_code: String,
    /// The payer's control number (CLP07).
    pub payer_control_number: String,
    /// Place of service (CLP08), or empty.
    #[serde(default)]
    pub facility_code: String,
    /// Frequency (CLP09), or empty.
    #[serde(default)]
    pub frequency: String,
    /// Patient (NM1*QC).
    pub patient: PersonName,
    /// Member identifier (NM109 of QC or IL).
    #[serde(default)]
    pub member_id: String,
    /// Member identifier or name the payer corrected (NM1*74 NM109), when sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_member_id: Option<String>,
    /// Rendering provider NPI (NM1*82), or empty.
    #[serde(default)]
    pub rendering_npi: String,
    /// Payer it was forwarded to (NM1*TT NM109), when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded_to: Option<String>,
    /// Claim-level adjustments (CAS in 2100).
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// Claim-level remarks (MOA, MIA).
    #[serde(default)]
    pub remarks: Vec<Rarc>,
    /// Received on (DTM*050), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<Date>,
    /// Statement dates (DTM*232), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Interest (AMT*I): informational.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<Money>,
    /// Decided lines.
    #[serde(default)]
    pub lines: Vec<LinePayment>,
}

impl ClaimPayment {
    /// Every adjustment, claim level first.
    pub fn all_adjustments(&self) -> impl Iterator<Item = &Adjustment> {
        self.adjustments.iter().chain(self.lines.iter().flat_map(|line| &line.adjustments))
    }
}

/// A change of the payment that belongs to no claim (PLB). Positive reduces the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAdjustment {
    /// Reason (PLB03-1): `WO`, `FB`, `L6`, `72` and so on.
    pub reason: String,
    /// Reference (PLB03-2), or empty.
    #[serde(default)]
    pub reference: String,
    /// Positive reduces the payment.
    pub amount: Money,
}

/// An account at a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// The bank's routing number, nine digits (BPR07, BPR13).
    pub routing_number: String,
    /// The account there (BPR09, BPR15).
    pub number: String,
}

/// Between which accounts an electronic payment moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The payer's (BPR06 to BPR09).
    pub from: BankAccount,
    /// The payee's (BPR12 to BPR15).
    pub to: BankAccount,
}

/// One payment of one payer to one payee: an ST to SE of an 835.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remittance {
    /// Payer's name (1000A N102).
    pub payer_name: String,
    /// Payer's identifier where given (1000A N104 or REF), or empty.
    #[serde(default)]
    pub payer_number: String,
    /// Payer's address.
    #[serde(default)]
    pub payer_address: Address,
    /// Payer's telephone (PER*BL), or empty.
    #[serde(default)]
    pub payer_phone: String,
    /// Payee's name (1000B N102).
    pub payee_name: String,
    /// Payee's NPI or tax id (1000B N104).
    pub payee_id: String,
    /// Payee's tax id, when the NPI is given above (REF*TJ), or empty.
    #[serde(default)]
    pub payee_tax_id: String,
    /// Handling (BPR01): `I`, `C`, `H` and so on.
    pub handling: String,
    /// Amount paid (BPR02).
    pub amount: Money,
    /// Method (BPR04): `ACH`, `CHK`, `NON`.
    pub method: String,
    /// The accounts of an electronic payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Payment date (BPR16).
    pub paid_on: Date,
    /// Check or trace number (TRN02).
    pub trace_number: String,
    /// Originator: 1 and the payer's tax id (TRN03).
    pub originator: String,
    /// Production date (DTM*405), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced_on: Option<Date>,
    /// Decided claims.
    pub claims: Vec<ClaimPayment>,
    /// Provider-level adjustments.
    #[serde(default)]
    pub provider_adjustments: Vec<ProviderAdjustment>,
}

/// Where an equation of a remittance does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imbalance {
    /// `line`, `claim`, `lines of claim` or `payment`.
    pub level: String,
    /// Which: claim control number, and line when it is one; or the trace number.
    pub place: String,
    /// The equation in words, such as `charge − adjustments = paid`.
    pub equation: String,
    /// What the parts add up to.
    pub expected: Money,
    /// What the file says.
    pub stated: Money,
}

impl Imbalance {
    /// One sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!(
            "{} {}: {} does not hold: the parts come to {}, the file says {} (difference {}).",
            self.level,
            self.place,
            self.equation,
            self.expected,
            self.stated,
            self.stated - self.expected
        )
    }
}

impl Remittance {
    /// Sum of the claims' payments.
    #[must_use]
    pub fn claims_paid(&self) -> Money {
        self.claims.iter().map(|c| c.paid).sum()
    }

    /// Sum of the provider-level adjustments; positive reduces the payment.
    #[must_use]
    pub fn provider_adjusted(&self) -> Money {
        self.provider_adjustments.iter().map(|a| a.amount).sum()
    }

    /// Every equation that does not hold, to the cent; empty means the remittance is proved
    /// (005010X221A1 section 1.10.2: line, claim and payment level).
    #[must_use]
    pub fn imbalances(&self) -> Vec<Imbalance> {
        let mut found = Vec::new();
        let mut check = |level: &str, place: String, equation: &str, expected: Money, stated: Money| {
            if expected != stated {
                found.push(Imbalance { level: level.into(), place, equation: equation.into(), expected, stated });
            }
        };
        for claim in &self.claims {
            for (i, line) in claim.lines.iter().enumerate() {
                let adjusted: Money = line.adjustments.iter().map(|a| a.amount).sum();
                let place = format!("{} line {}", claim.control_number, i + 1);
                check("Line", place, "charge \u{2212} adjustments = paid", line.charge - adjusted, line.paid);
            }
            let adjusted: Money = claim.all_adjustments().map(|a| a.amount).sum();
            let name = claim.control_number.clone();
            check("Claim", name.clone(), "charge \u{2212} adjustments = paid", claim.charge - adjusted, claim.paid);
            if !claim.lines.is_empty() {
                let charges: Money = claim.lines.iter().map(|l| l.charge).sum();
                check("Claim", name, "sum of line charges = claim charge", charges, claim.charge);
            }
        }
        let expected = self.claims_paid() - self.provider_adjusted();
        let place = format!("trace {}", self.trace_number);
        check("Payment", place, "claims \u{2212} provider adjustments = paid", expected, self.amount);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carc(code: &str) -> Carc {
        Carc::new(code).unwrap()
    }

    /// The rulebook's minimal remittance (EDI flow 3.13, vector V1).
    fn v1() -> Remittance {
        use AdjustmentGroup::{Co, Pr};
        let cents = Money::from_cents;
        let line = LinePayment {
            procedure: ProcedureCode::new("99214").unwrap(),
            modifiers: vec![],
            submitted_procedure: None,
            charge: cents(25_000),
            paid: cents(10_632),
            units: Units::ONE,
            from: None,
            adjustments: vec![
                Adjustment::new(Co, carc("45"), cents(11_439)),
                Adjustment::new(Co, carc("253"), cents(217)),
                Adjustment::new(Pr, carc("2"), cents(2_712)),
            ],
            remarks: vec![],
            control_number: Some("L1".into()),
            allowed: Some(cents(13_561)),
        };
        let claim = ClaimPayment {
            offset: 0,
            control_number: "PT123".into(),
            decision: ClaimDecision::Primary,
            charge: cents(25_000),
            paid: cents(10_632),
            patient_responsibility: Some(cents(2_712)),
            filing_code: "MB".into(),
            payer_control_number: "2226070123456".into(),
            facility_code: "11".into(),
            frequency: "1".into(),
            patient: PersonName::new("JANE", "DOE"),
            member_id: "1EG4TE5MK73".into(),
            corrected_member_id: None,
            rendering_npi: String::new(),
            forwarded_to: None,
            adjustments: vec![],
            remarks: vec![],
            received_on: None,
            from: None,
            interest: None,
            lines: vec![line],
        };
        Remittance {
            payer_name: "DEMO MAC".into(),
            payer_number: String::new(),
            payer_address: Address::default(),
            payer_phone: String::new(),
            payee_name: "DEMO CLINIC".into(),
            payee_id: "1234567893".into(),
            payee_tax_id: String::new(),
            handling: "I".into(),
            amount: cents(10_632),
            method: "ACH".into(),
            transfer: None,
            paid_on: jiff::civil::date(2026, 3, 15),
            trace_number: "T0001".into(),
            originator: "1512345678".into(),
            produced_on: None,
            claims: vec![claim],
            provider_adjustments: vec![],
        }
    }

    #[test]
    fn the_minimal_remittance_is_proved() {
        assert_eq!(v1().imbalances(), vec![]);
    }

    #[test]
    fn one_cent_is_found_at_every_level_it_touches() {
        let mut off = v1();
        off.claims[0].lines[0].adjustments[0].amount += Money::from_cents(1);
        let levels: Vec<_> = off.imbalances().into_iter().map(|i| i.level).collect();
        assert_eq!(levels, ["Line", "Claim"]);
        let mut off = v1();
        off.amount -= Money::from_cents(2);
        let found = off.imbalances();
        assert_eq!(found.len(), 1);
        assert!(found[0].sentence().contains("difference -0.02"), "{}", found[0].sentence());
    }

    #[test]
    fn a_positive_write_off_reduces_the_payment() {
        // Vector V31: 106.32 + 150.00, WO 50.00 taken, interest 0.12 paid: 206.44.
        let mut both = v1();
        let mut second = both.claims[0].clone();
        second.charge = Money::from_cents(30_000);
        second.paid = Money::from_cents(15_000);
        second.adjustments = vec![Adjustment::new(AdjustmentGroup::Co, carc("45"), Money::from_cents(15_000))];
        second.lines.clear();
        both.claims.push(second);
        both.provider_adjustments = vec![
            ProviderAdjustment { reason: "WO".into(), reference: "A1".into(), amount: Money::from_cents(5_000) },
            ProviderAdjustment { reason: "L6".into(), reference: String::new(), amount: Money::from_cents(-12) },
        ];
        both.amount = Money::from_cents(20_644);
        assert_eq!(both.imbalances(), vec![]);
    }
}
