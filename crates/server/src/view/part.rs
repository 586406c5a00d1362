//! Small things that many pages show: amounts, tags, choices, the context bar.

use std::fmt;

use claim::Money;

/// An amount as people read it: zero is `–`, a negative one also says in words what that means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    money: Money,
    negative_means: &'static str,
}

impl Amount {
    /// What somebody owes; below zero it is a credit.
    #[must_use]
    pub const fn balance(money: Money) -> Self {
        Self { money, negative_means: "credit" }
    }

    /// What somebody paid; below zero it was taken back.
    #[must_use]
    pub const fn payment(money: Money) -> Self {
        Self { money, negative_means: "taken back" }
    }

    /// An adjustment; below zero it is reversed.
    #[must_use]
    pub const fn adjustment(money: Money) -> Self {
        Self { money, negative_means: "reversed" }
    }

    /// Stated less expected; below zero it falls short.
    #[must_use]
    pub const fn difference(money: Money) -> Self {
        Self { money, negative_means: "short" }
    }

    /// True below zero, for colour besides the words.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.money.is_negative()
    }

    /// True for exactly nothing.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.money.is_zero()
    }

    /// The amount as a form field wants it: `120.50`.
    #[must_use]
    pub fn plain(&self) -> String {
        self.money.to_decimal()
    }

    /// Class of a table cell.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        if self.money.is_negative() { "money negative" } else { "money" }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.money.is_zero() {
            f.write_str("\u{2013}")
        } else if self.money.is_negative() {
            write!(f, "\u{2212}{} {}", self.money.abs(), self.negative_means)
        } else {
            write!(f, "{}", self.money)
        }
    }
}

/// A state shown by colour, icon and word together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// `good`, `bad`, `warn`, `patient` or `open`.
    pub kind: &'static str,
    /// The word.
    pub label: String,
}

impl Tag {
    /// Done, paid, clean.
    #[must_use]
    pub fn good(label: impl Into<String>) -> Self {
        Self { kind: "good", label: label.into() }
    }
    /// Held, denied, rejected, overdue.
    #[must_use]
    pub fn bad(label: impl Into<String>) -> Self {
        Self { kind: "bad", label: label.into() }
    }
    /// Needs a look, due soon.
    #[must_use]
    pub fn warn(label: impl Into<String>) -> Self {
        Self { kind: "warn", label: label.into() }
    }
    /// The patient's.
    #[must_use]
    pub fn patient(label: impl Into<String>) -> Self {
        Self { kind: "patient", label: label.into() }
    }
    /// Neither good nor bad.
    #[must_use]
    pub fn open(label: impl Into<String>) -> Self {
        Self { kind: "open", label: label.into() }
    }
}

/// An option of a select.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Sent value.
    pub value: String,
    /// Words.
    pub label: String,
    /// Chosen now.
    pub is_selected: bool,
}

impl Choice {
    /// An option that is not chosen.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), is_selected: false }
    }
}

/// An amount with its name.
#[derive(Clone, Debug, Default)]
pub struct NamedAmount {
    /// What it is.
    pub label: String,
    /// How much.
    pub amount: Amount,
}

/// A code with its meaning in our words.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    /// The code.
    pub code: String,
    /// What it means.
    pub text: String,
}

/// The bar under the frame on every patient page.
#[derive(Clone, Debug, Default)]
pub struct ContextBar {
    /// Address of the patient's account.
    pub href: String,
    /// `Last, First`.
    pub name: String,
    /// Date of birth with age.
    pub born: String,
    /// Medical record number.
    pub mrn: String,
    /// Payer and plan, in order.
    pub payers: String,
    /// Open at insurers.
    pub insurance_due: Amount,
    /// Open at the patient.
    pub patient_due: Amount,
    /// What to watch.
    pub alerts: Vec<Tag>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_never_ambiguous() {
        assert_eq!(Amount::balance(Money::ZERO).to_string(), "\u{2013}");
        assert_eq!(Amount::balance(Money::from_cents(123_450)).to_string(), "1,234.50");
        assert_eq!(Amount::balance(Money::from_cents(-1_230)).to_string(), "\u{2212}12.30 credit");
        assert_eq!(Amount::payment(Money::from_cents(-5)).to_string(), "\u{2212}0.05 taken back");
        assert_eq!(Amount::payment(Money::from_cents(-5)).class(), "money negative");
    }
}
