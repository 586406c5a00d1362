//! Claims and their payments: 837 joined with 835 by the claim number, and what a remittance adds up to.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::Serialize;

use crate::claims::ClaimReader;
use crate::envelope::StreamError;
use crate::stream::Event;
use crate::value::{amount, cents};
use crate::whole::WholeReader;

/// A claim and what was paid for it. Amounts are decimal strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// CLM01 and CLP01.
    pub claim: String,
    /// CLM02, `None` when no claim of this number was sent.
    pub charged: Option<String>,
    /// CLP03 of the last payment, `None` when there is none.
    pub charge_answered: Option<String>,
    /// The sum of CLP04.
    pub paid: Option<String>,
    /// The sum of CLP05.
    pub patient: Option<String>,
    /// CLP02 of every payment.
    pub statuses: Vec<String>,
}

impl Settlement {
    /// Whether claim and payment are both there and speak of the same charge.
    #[must_use]
    pub fn is_matched(&self) -> bool {
        let charge = |text: &Option<String>| text.as_deref().and_then(cents);
        self.charged.is_some() && charge(&self.charged) == charge(&self.charge_answered)
    }
}

/// What payments come to by claim number, to be joined with the claims.
///
/// ```
/// # let make = |kind| {
/// #     let mut file = Vec::new();
/// #     x12::generate(&x12::Plan::new(kind, 3), &mut file).map(|_| file)
/// # };
/// # let (claims, payments) = (make(x12::FileKind::Professional)?, make(x12::FileKind::Remittance)?);
/// let mut seen = Vec::new();
/// x12::Payments::read(payments.as_slice())?.settle(claims.as_slice(), |one| Ok(seen.push(one.claim)))?;
/// assert_eq!(seen, ["C00000000", "C00000001", "C00000002"]);
/// # Ok::<(), x12::StreamError>(())
/// ```
#[derive(Debug, Default)]
pub struct Payments(BTreeMap<Box<str>, Paid>);

/// What the payments of a claim number come to.
#[derive(Debug, Default)]
struct Paid {
    charge_cents: i64,
    paid_cents: i64,
    patient_cents: i64,
    /// CLP02 of every payment, separated by blanks.
    statuses: String,
    is_joined: bool,
}

impl Payments {
    /// Reads an 835.
    ///
    /// # Errors
    /// [`StreamError`] when the source cannot be read or is not whole.
    pub fn read(source: impl Read) -> Result<Self, StreamError> {
        let mut payments: BTreeMap<Box<str>, Paid> = BTreeMap::new();
        let mut reader = ClaimReader::new(source);
        while let Some(unit) = reader.next_claim()? {
            let Some(clp) = unit.segments.first().filter(|first| first.id() == "CLP") else { continue };
            let value = |element: usize| cents(clp.value(element)).unwrap_or_default();
            let one = payments.entry(clp.el(1).into()).or_default();
            one.charge_cents = value(3);
            one.paid_cents = one.paid_cents.saturating_add(value(4));
            one.patient_cents = one.patient_cents.saturating_add(value(5));
            if !one.statuses.is_empty() {
                one.statuses.push(' ');
            }
            one.statuses.push_str(clp.el(2));
        }
        match reader.broken {
            Some(error) => Err(error.into()),
            None => Ok(Self(payments)),
        }
    }

    /// Joins the claims of an 837 with their payments and gives each as it is read; payments of unknown claims last, by
    /// their number.
    ///
    /// # Errors
    /// [`StreamError`] when the source cannot be read or is not whole, or when `give` fails.
    pub fn settle(
        mut self,
        claims: impl Read,
        mut give: impl FnMut(Settlement) -> io::Result<()>,
    ) -> Result<(), StreamError> {
        let mut reader = ClaimReader::new(claims);
        while let Some(unit) = reader.next_claim()? {
            let Some(clm) = unit.segments.first().filter(|first| first.id() == "CLM") else { continue };
            let claim = clm.el(1);
            let charged = Some(amount(cents(clm.value(2)).unwrap_or_default()));
            give(match self.0.get_mut(claim).filter(|paid| !paid.is_joined) {
                Some(paid) => {
                    paid.is_joined = true;
                    paid.join(claim, charged)
                }
                None => Settlement { claim: claim.to_owned(), charged, ..Settlement::default() },
            })?;
        }
        if let Some(error) = reader.broken {
            return Err(error.into());
        }
        let unknown = self.0.iter().filter(|(_, paid)| !paid.is_joined);
        Ok(unknown.map(|(claim, paid)| paid.join(claim, None)).try_for_each(give)?)
    }
}

impl Paid {
    fn join(&self, claim: &str, charged: Option<String>) -> Settlement {
        Settlement {
            claim: claim.to_owned(),
            charged,
            charge_answered: Some(amount(self.charge_cents)),
            paid: Some(amount(self.paid_cents)),
            patient: Some(amount(self.patient_cents)),
            statuses: self.statuses.split(' ').map(str::to_owned).collect(),
        }
    }
}

/// What a transaction set adds up to. Amounts are decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// ST01.
    pub set: String,
    /// ST02.
    pub transaction: String,
    /// Claims or payments.
    pub claims: usize,
    /// CLM02 or CLP03.
    pub charged: String,
    /// CLP04; zero for claims.
    pub paid: String,
    /// PLB amounts, which lower the payment.
    pub provider_adjustments: String,
    /// BPR02; empty for claims.
    pub payment: String,
    /// Whether the payment is what was paid less the provider adjustments; true for claims.
    pub is_balanced: bool,
}

/// Adds up every 837 and 835 of a file as it is read, and gives each.
///
/// # Errors
/// [`StreamError`] when the source cannot be read or is broken, or when `give` fails.
pub fn balances(source: impl Read, mut give: impl FnMut(Balance) -> io::Result<()>) -> Result<(), StreamError> {
    let mut reader = WholeReader::new(source);
    let mut open: Option<Sums> = None;
    loop {
        match reader.next_event()? {
            Event::Transaction(st) => {
                let (set, transaction) = (st.el(1).to_owned(), st.el(2).to_owned());
                open = matches!(st.el(1), "837" | "835").then(|| Sums { set, transaction, ..Sums::default() });
            }
            Event::Unit(segments) => {
                if let Some(sums) = &mut open {
                    segments.iter().for_each(|segment| sums.take(segment));
                }
            }
            Event::TransactionEnd(_) => open.take().map(Sums::balance).map_or(Ok(()), &mut give)?,
            Event::End(_) => return Ok(()),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Sums {
    set: String,
    transaction: String,
    claims: usize,
    charged_cents: i64,
    paid_cents: i64,
    adjusted_cents: i64,
    payment_cents: Option<i64>,
}

impl Sums {
    fn take(&mut self, segment: &crate::Segment<'_>) {
        let value = |element: usize| cents(segment.value(element)).unwrap_or_default();
        match segment.id() {
            "CLM" => {
                self.claims = self.claims.saturating_add(1);
                self.charged_cents = self.charged_cents.saturating_add(value(2));
            }
            "CLP" => {
                self.claims = self.claims.saturating_add(1);
                self.charged_cents = self.charged_cents.saturating_add(value(3));
                self.paid_cents = self.paid_cents.saturating_add(value(4));
            }
            "PLB" => {
                let adjusted = (4..=14).step_by(2).map(value);
                self.adjusted_cents = adjusted.fold(self.adjusted_cents, i64::saturating_add);
            }
            "BPR" => self.payment_cents = Some(value(2)),
            _ => {}
        }
    }

    fn balance(self) -> Balance {
        let expected = self.paid_cents.saturating_sub(self.adjusted_cents);
        Balance {
            set: self.set,
            transaction: self.transaction,
            claims: self.claims,
            charged: amount(self.charged_cents),
            paid: amount(self.paid_cents),
            provider_adjustments: amount(self.adjusted_cents),
            payment: self.payment_cents.map(amount).unwrap_or_default(),
            is_balanced: self.payment_cents.is_none_or(|payment| payment == expected),
        }
    }
}
