//! The manager's page: the cycle in figures, by client, with its proof.

use askama::Template;
use claim::Money;

use super::frame::Frame;
use super::part::{Amount, Tag};

/// The manager's page (`manager.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "manager.html")]
pub struct ManagerPage {
    /// Surroundings.
    pub frame: Frame,
    /// Days covered, in words.
    pub period: String,
    /// The headline figures, each opening what is behind it.
    pub figures: Vec<Figure>,
    /// One row for each client the person may see.
    pub clients: Vec<ClientFigures>,
    /// Denials by cause, largest first.
    pub denials: Vec<DenialCause>,
    /// Open money by age.
    pub aging: AgingChart,
    /// What the books prove.
    pub proofs: Vec<ProofLine>,
}

/// A headline figure.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// What.
    pub label: String,
    /// How much.
    pub value: String,
    /// Address of what is behind it, or empty.
    pub href: String,
}

/// A client in figures.
#[derive(Clone, Debug, Default)]
pub struct ClientFigures {
    /// Name.
    pub name: String,
    /// Colour of its band.
    pub colour: String,
    /// Claims sent.
    pub claims: String,
    /// Sent without a person's correction, `96.2%`.
    pub clean_rate: String,
    /// Refused before adjudication.
    pub rejected: String,
    /// Decided without payment because of a denial.
    pub denied: String,
    /// Charged.
    pub charged: Amount,
    /// Paid.
    pub paid: Amount,
    /// Adjusted.
    pub adjusted: Amount,
    /// Patients owe.
    pub patient_due: Amount,
    /// Insurers owe.
    pub insurance_due: Amount,
}

/// Denials of one cause.
#[derive(Clone, Debug, Default)]
pub struct DenialCause {
    /// Cause in words with its codes.
    pub label: String,
    /// How many.
    pub count: usize,
    /// How much.
    pub amount: Amount,
    /// Address of the list.
    pub href: String,
}

/// A statement about the books and whether it holds.
#[derive(Clone, Debug, Default)]
pub struct ProofLine {
    /// `Holds` or `Fails`.
    pub state: Tag,
    /// What is stated, with the figures.
    pub text: String,
}

/// Open money by age: stacked bars, insurers then patients, from zero.
#[derive(Clone, Debug, Default)]
pub struct AgingChart {
    /// One for each bucket.
    pub bars: Vec<AgingBar>,
    /// Height of the drawing.
    pub height: u32,
}

/// One bucket, with the geometry of its bar in pixels.
#[derive(Clone, Debug, Default)]
pub struct AgingBar {
    /// `31–60`.
    pub label: String,
    /// Insurers owe.
    pub insurance: Amount,
    /// Patients owe.
    pub patient: Amount,
    /// Both.
    pub total: Amount,
    /// Top of the bar.
    pub y: u32,
    /// Baseline of its words.
    pub text_y: u32,
    /// Width of the insurers' part.
    pub insurance_width: u32,
    /// Start of the patients' part.
    pub patient_x: u32,
    /// Width of the patients' part.
    pub patient_width: u32,
    /// Start of the figure after the bar.
    pub figure_x: u32,
}

impl AgingChart {
    const LEFT: u32 = 76;
    const WIDTH: i64 = 460;
    const ROW: u32 = 26;

    /// Draws buckets of (label, insurers, patients); negative amounts have no bar.
    #[must_use]
    pub fn of(buckets: &[(&str, Money, Money)]) -> Self {
        let positive = |m: &Money| m.cents().max(0);
        let longest = buckets.iter().map(|(_, a, b)| positive(a) + positive(b)).max().unwrap_or(0).max(1);
        let width = |m: &Money| u32::try_from(Money::from_cents(Self::WIDTH).ratio(positive(m), longest).cents());
        let bars: Vec<AgingBar> = (0u32..)
            .zip(buckets)
            .map(|(index, (label, insurance, patient))| {
                let (first, second) = (width(insurance).unwrap_or(0), width(patient).unwrap_or(0));
                let y = index * Self::ROW + 4;
                AgingBar {
                    label: (*label).to_owned(),
                    insurance: Amount::balance(*insurance),
                    patient: Amount::balance(*patient),
                    total: Amount::balance(*insurance + *patient),
                    y,
                    text_y: y + 13,
                    insurance_width: first,
                    patient_x: Self::LEFT + first,
                    patient_width: second,
                    figure_x: Self::LEFT + first + second + 8,
                }
            })
            .collect();
        let rows = u32::try_from(bars.len()).unwrap_or(0);
        Self { bars, height: rows * Self::ROW + 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_start_at_zero_and_keep_their_proportions() {
        let cents = Money::from_cents;
        let chart = AgingChart::of(&[("0–30", cents(30_000), cents(10_000)), ("31–60", cents(20_000), Money::ZERO)]);
        let widths: Vec<_> = chart.bars.iter().map(|b| (b.insurance_width, b.patient_width)).collect();
        assert_eq!(widths, [(345, 115), (230, 0)]);
        assert_eq!(AgingChart::of(&[("0–30", Money::ZERO, Money::ZERO)]).bars[0].insurance_width, 0);
    }
}
