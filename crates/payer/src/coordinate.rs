//! Paying after another payer: what it left, and what each method makes of it.

use claim::{Adjustment, AdjustmentGroup, Claim, Money, ServiceLine};

use crate::{
    benefit::{Share, Terms, positive},
    plan::{Coordination, CoordinationMethod},
};

/// What earlier payers decided about a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// What they paid.
    pub paid: Money,
    /// What they left to the patient.
    pub patient: Money,
    /// The part of it that is deductible (CARC 1).
    pub deductible: Money,
    /// The part of it that is deductible, coinsurance or copay.
    pub cost_share: Money,
}

impl Earlier {
    /// From the line's own adjudications (2430), else the claim's amounts (2320) shared out by charge;
    /// `None` when no earlier payer has decided.
    pub fn of(claim: &Claim, line: &ServiceLine) -> Option<Self> {
        // Decisions by line leave nothing of the claim's amounts for a line without one.
        if claim.lines.iter().any(|line| !line.adjudications.is_empty()) {
            return (!line.adjudications.is_empty()).then(|| Self::from_line(line));
        }
        let before = || claim.other_payers.iter().filter(|o| o.sequence < claim.sequence && o.paid.is_some());
        let last = before().max_by_key(|other| other.sequence)?;
        let weights: Vec<i64> = claim.lines.iter().map(|line| line.charge.cents()).collect();
        let index = claim.lines.iter().position(|other| other.number == line.number)?;
        let part = |amount: Money| amount.split(&weights).get(index).copied().unwrap_or_default();
        let owed = |reasons: &[&str]| patient_share(&last.adjustments, reasons);
        let stated = owed(&[]);
        let patient = part(last.patient_liability.unwrap_or(stated));
        // Without reasons the liability counts as cost share.
        let cost_share = if stated.is_zero() { patient } else { part(owed(COST_SHARE)) };
        let paid = part(before().filter_map(|other| other.paid).sum());
        Some(Self::new(paid, patient, cost_share, part(owed(DEDUCTIBLE))))
    }

    // Amounts of other payers come from outside: each part stays inside the whole.
    fn new(paid: Money, patient: Money, cost_share: Money, deductible: Money) -> Self {
        let patient = positive(patient);
        let cost_share = positive(cost_share).min(patient);
        Self { paid, patient, cost_share, deductible: positive(deductible).min(cost_share) }
    }

    fn from_line(line: &ServiceLine) -> Self {
        // Each payer's patient share includes what the next one paid: the last payer's word counts.
        let last = line.adjudications.last().map_or(&[][..], |last| &last.adjustments);
        let owed = |reasons: &[&str]| patient_share(last, reasons);
        let paid = line.adjudications.iter().map(|a| a.paid).sum();
        Self::new(paid, owed(&[]), owed(COST_SHARE), owed(DEDUCTIBLE))
    }

    fn allowed(self) -> Money {
        self.paid + self.patient
    }
}

/// Deductible, coinsurance, copay.
const COST_SHARE: &[&str] = &["1", "2", "3"];
const DEDUCTIBLE: &[&str] = &["1"];

/// Patient responsibility of these reasons; of every reason when none is named.
fn patient_share(adjustments: &[Adjustment], reasons: &[&str]) -> Money {
    let counts = |a: &&Adjustment| {
        a.group == AdjustmentGroup::Pr && (reasons.is_empty() || reasons.contains(&a.reason.as_str()))
    };
    adjustments.iter().filter(counts).map(|a| a.amount).sum()
}

/// How a line comes out after another payer, before cuts of the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coordinated {
    /// What this payer does not consider (OA-23).
    pub impact: Money,
    /// What it leaves to the patient by its own benefits.
    pub share: Share,
    /// What the earlier payer left and this one does not cover: group and reason (275 or 303).
    pub uncovered: Option<(AdjustmentGroup, &'static str, Money)>,
    /// What it pays.
    pub paid: Money,
    /// What counts towards its own deductible, whoever paid it (42 CFR 411.33).
    pub deductible: Money,
}

/// What this payer makes of a line of this charge that it would allow this much for.
pub(crate) fn coordinate(
    rules: &Coordination,
    earlier: Earlier,
    charge: Money,
    allowed: Money,
    terms: &Terms,
) -> Coordinated {
    let own = terms.share(allowed);
    let normal = allowed - own.total();
    let left = earlier.patient;
    let credited = |outcome| Coordinated { deductible: own.deductible, ..outcome };
    match rules.method {
        CoordinationMethod::Standard => {
            let unpaid = positive(allowed.max(earlier.allowed()) - earlier.paid);
            credited(leave_rest(charge, left, normal.min(unpaid).min(left), (AdjustmentGroup::Pr, "275")))
        }
        CoordinationMethod::NonDuplication => {
            credited(leave_rest(charge, left, positive(normal - earlier.paid).min(left), (AdjustmentGroup::Pr, "275")))
        }
        CoordinationMethod::MaintenanceOfBenefits => {
            let share = terms.share(left);
            let paid = left - share.total();
            Coordinated { impact: charge - left, share, uncovered: None, paid, deductible: share.deductible }
        }
        CoordinationMethod::MedicareSecondary => credited(medicare(earlier, charge, allowed, own)),
        CoordinationMethod::MedicareSupplement => {
            let covered = earlier.cost_share - if rules.pays_deductible { Money::ZERO } else { earlier.deductible };
            let mut outcome = leave_rest(charge, left, covered, (AdjustmentGroup::Pr, "275"));
            if !rules.pays_deductible && earlier.deductible.is_positive() {
                outcome.share.deductible = earlier.deductible;
                let rest = left - covered - earlier.deductible;
                outcome.uncovered = Some((AdjustmentGroup::Pr, "275", rest)).filter(|_| rest.is_positive());
            }
            outcome
        }
        CoordinationMethod::LesserOf => {
            let payable = positive(allowed - earlier.paid).min(left);
            leave_rest(charge, left, payable, (AdjustmentGroup::Co, "303"))
        }
    }
}

/// Considers what the earlier payer left, pays a part and leaves the rest under one reason.
fn leave_rest(charge: Money, left: Money, paid: Money, rest: (AdjustmentGroup, &'static str)) -> Coordinated {
    let uncovered = left - paid;
    Coordinated {
        impact: charge - left,
        share: Share::default(),
        uncovered: Some((rest.0, rest.1, uncovered)).filter(|_| uncovered.is_positive()),
        paid,
        deductible: Money::ZERO,
    }
}

/// The lowest of three (42 CFR 411.33(a)); the patient owes at most what fee and payments leave (411.35).
fn medicare(earlier: Earlier, charge: Money, allowed: Money, share: Share) -> Coordinated {
    let normal = allowed - share.total();
    let unpaid = allowed.max(earlier.allowed()) - earlier.paid;
    let paid = positive((charge - earlier.paid).min(normal).min(unpaid));
    let share = share.capped(positive(allowed - earlier.paid - paid));
    let impact = charge - paid - share.total();
    Coordinated { impact, share, uncovered: None, paid, deductible: share.deductible }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(amount: &str) -> Money {
        amount.parse().unwrap()
    }

    fn earlier(paid: &str, coinsurance: &str, deductible: &str) -> Earlier {
        let patient = dollars(coinsurance) + dollars(deductible);
        Earlier { paid: dollars(paid), patient, deductible: dollars(deductible), cost_share: patient }
    }

    fn percent(coinsurance_percent: u8) -> Terms {
        let zero = Money::ZERO;
        Terms { is_first_dollar: false, copay: None, deductible: zero, coinsurance_percent, out_of_pocket: None }
    }

    fn outcome(method: CoordinationMethod, e: Earlier, charge: &str, allowed: &str, terms: &Terms) -> Coordinated {
        let rules = Coordination { method, pays_deductible: false };
        let outcome = coordinate(&rules, e, dollars(charge), dollars(allowed), terms);
        let uncovered = outcome.uncovered.map_or(Money::ZERO, |u| u.2);
        assert_eq!(outcome.impact + outcome.share.total() + uncovered + outcome.paid, dollars(charge), "{outcome:?}");
        outcome
    }

    #[test]
    fn three_commercial_methods() {
        // V24 to V26: charge 300, the first payer allowed 200, paid 160, left 40; this one would pay 144 of 180.
        let first = earlier("160", "40", "0");
        let standard = outcome(CoordinationMethod::Standard, first, "300", "180", &percent(20));
        assert_eq!((standard.impact, standard.paid, standard.uncovered), (dollars("260"), dollars("40"), None));
        let none = outcome(CoordinationMethod::NonDuplication, first, "300", "180", &percent(20));
        assert_eq!(none.uncovered, Some((AdjustmentGroup::Pr, "275", dollars("40"))));
        assert_eq!((none.impact, none.paid), (dollars("260"), Money::ZERO));
        let kept = outcome(CoordinationMethod::MaintenanceOfBenefits, first, "300", "180", &percent(20));
        assert_eq!((kept.impact, kept.share.coinsurance, kept.paid), (dollars("260"), dollars("8"), dollars("32")));
    }

    #[test]
    fn medicare_second_pays_the_lowest_of_three() {
        // V27: charge 175, the first payer allowed 150 and paid 120, Medicare's fee 125.
        let paid =
            outcome(CoordinationMethod::MedicareSecondary, earlier("120", "30", "0"), "175", "125", &percent(20));
        assert_eq!((paid.paid, paid.impact, paid.share), (dollars("30"), dollars("145"), Share::default()));
    }

    #[test]
    fn what_the_first_payer_paid_meets_the_deductible_of_medicare() {
        // Fee 125 inside a deductible of 283: Medicare pays nothing, the patient owes 5, the deductible is 125 nearer.
        let terms = Terms { deductible: dollars("283"), ..percent(20) };
        let none = outcome(CoordinationMethod::MedicareSecondary, earlier("120", "30", "0"), "175", "125", &terms);
        assert_eq!((none.paid, none.share.total(), none.deductible), (Money::ZERO, dollars("5"), dollars("125")));
    }

    #[test]
    fn medicaid_pays_up_to_its_fee_and_the_patient_owes_nothing() {
        // V28: Medicare paid 106.32 and left 27.12; the Medicaid fee is 90.
        let first = earlier("106.32", "27.12", "0");
        let none = outcome(CoordinationMethod::LesserOf, first, "250", "90", &percent(0));
        assert_eq!((none.impact, none.paid), (dollars("222.88"), Money::ZERO));
        assert_eq!(none.uncovered, Some((AdjustmentGroup::Co, "303", dollars("27.12"))));
    }

    #[test]
    fn a_supplement_pays_coinsurance_but_not_the_deductible() {
        let first = earlier("28.49", "7.12", "100");
        let rest = outcome(CoordinationMethod::MedicareSupplement, first, "250", "135.61", &percent(0));
        assert_eq!((rest.paid, rest.share.deductible), (dollars("7.12"), dollars("100")));
    }
}
