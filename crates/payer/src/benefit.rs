//! The benefit formula: what of an allowed amount the patient owes.

use claim::Money;

/// What applies to one line when its turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// No share of the patient at all.
    pub is_first_dollar: bool,
    /// What is left of the copay for the day, and whether deductible and coinsurance follow it.
    pub copay: Option<(Money, bool)>,
    /// What is left of the deductible.
    pub deductible: Money,
    /// The patient's share of the rest.
    pub coinsurance_percent: u8,
    /// What is left until the patient owes nothing more.
    pub out_of_pocket: Option<Money>,
}

/// What the patient owes of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub deductible: Money,
    pub coinsurance: Money,
    pub copay: Money,
}

impl Share {
    pub fn total(self) -> Money {
        self.deductible + self.coinsurance + self.copay
    }

    /// At most `most`: coinsurance gives way first, then the copay, then the deductible.
    pub fn capped(self, most: Money) -> Self {
        let mut over = positive(self.total() - most);
        let mut cut = |part: Money| {
            let less = part.min(over);
            over -= less;
            part - less
        };
        let coinsurance = cut(self.coinsurance);
        let copay = cut(self.copay);
        let deductible = cut(self.deductible);
        Self { deductible, coinsurance, copay }
    }

    /// The CARC of each part with its amount, deductible first; parts of zero are left out.
    pub fn parts(self) -> impl Iterator<Item = (&'static str, Money)> {
        [("1", self.deductible), ("2", self.coinsurance), ("3", self.copay)]
            .into_iter()
            .filter(|part| !part.1.is_zero())
    }
}

/// The amount, or nothing when it is below zero.
pub(crate) fn positive(amount: Money) -> Money {
    amount.max(Money::ZERO)
}

impl Terms {
    /// Copay, then deductible, then coinsurance, capped by what is left out of pocket.
    pub fn share(&self, allowed: Money) -> Share {
        if self.is_first_dollar || !allowed.is_positive() {
            return Share::default();
        }
        let (copay, follows) = match self.copay {
            Some((amount, follows)) => (amount.min(allowed), follows),
            None => (Money::ZERO, true),
        };
        let rest = allowed - copay;
        let deductible = if follows { positive(self.deductible).min(rest) } else { Money::ZERO };
        let percent = if follows { i64::from(self.coinsurance_percent) } else { 0 };
        let coinsurance = (rest - deductible).ratio(percent, 100);
        let share = Share { deductible, coinsurance, copay };
        self.out_of_pocket.map_or(share, |left| share.capped(positive(left)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dollars(amount: &str) -> Money {
        amount.parse().unwrap()
    }

    fn terms(deductible: &str, percent: u8, out_of_pocket: Option<&str>) -> Terms {
        Terms {
            is_first_dollar: false,
            copay: None,
            deductible: dollars(deductible),
            coinsurance_percent: percent,
            out_of_pocket: out_of_pocket.map(dollars),
        }
    }

    #[test]
    fn coinsurance_gives_way_to_the_out_of_pocket_maximum() {
        // V7: 1,000 allowed, 400 deductible left, 20%, 450 out of pocket left.
        let share = terms("400", 20, Some("450")).share(dollars("1000"));
        assert_eq!((share.deductible, share.coinsurance), (dollars("400"), dollars("50")));
        // V8: 3,000 allowed, 1,500 deductible left, 1,700 out of pocket left.
        let share = terms("1500", 20, Some("1700")).share(dollars("3000"));
        assert_eq!((share.deductible, share.coinsurance), (dollars("1500"), dollars("200")));
    }

    #[test]
    fn a_copay_replaces_deductible_and_coinsurance_or_precedes_them() {
        let alone = Terms { copay: Some((dollars("30"), false)), ..terms("500", 20, None) };
        assert_eq!(alone.share(dollars("180")), Share { copay: dollars("30"), ..Share::default() });
        let before = Terms { copay: Some((dollars("30"), true)), ..terms("100", 20, None) };
        let share = before.share(dollars("180"));
        assert_eq!((share.copay, share.deductible, share.coinsurance), (dollars("30"), dollars("100"), dollars("10")));
    }

    proptest! {
        #[test]
        fn nobody_owes_more_than_allowed_or_left(
            allowed in 0i64..1_000_000, deductible in 0i64..500_000, percent in 0u8..=100, left in 0i64..500_000,
            copay in proptest::option::of((0i64..20_000, any::<bool>())),
        ) {
            let cents = Money::from_cents;
            let terms = Terms {
                is_first_dollar: false,
                copay: copay.map(|(amount, follows)| (cents(amount), follows)),
                deductible: cents(deductible),
                coinsurance_percent: percent,
                out_of_pocket: Some(cents(left)),
            };
            let share = terms.share(cents(allowed));
            prop_assert!(share.total() <= cents(allowed) && share.total() <= cents(left));
            prop_assert!(!share.deductible.is_negative() && !share.coinsurance.is_negative() && !share.copay.is_negative());
            prop_assert!(share.deductible <= cents(deductible));
        }
    }
}
