//! The patient statement: what was done, what insurance did, what is owed and why, in plain words.

use claim::{Address, Money};
use jiff::civil::Date;
use krilla::Document;

use crate::FormError;
use crate::page::{Canvas, HEIGHT, MARGIN, Typefaces, WIDTH, Weight, letter};

/// One service on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// Date of service.
    pub served_on: Date,
    /// What it was, in plain words, and who gave it.
    pub description: String,
    /// Charge.
    pub charge: Money,
    /// Paid by insurance.
    pub insurance_paid: Money,
    /// Given up under contracts and policies.
    pub adjusted: Money,
    /// Paid by the patient.
    pub patient_paid: Money,
    /// Still with insurance.
    pub insurance_pending: Money,
    /// Owed by the patient.
    pub due: Money,
    /// Why the patient owes it, such as `Deductible`; empty when nothing is due.
    pub why: String,
}

/// Everything a statement shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementData {
    /// Practice that sends it.
    pub practice_name: String,
    /// Its address.
    pub practice_address: Address,
    /// Its telephone as printed.
    pub practice_phone: String,
    /// Addressee.
    pub patient_name: String,
    /// Mailing address.
    pub patient_address: Address,
    /// Account number (medical record number).
    pub account_number: String,
    /// Statement number.
    pub number: String,
    /// Printed on.
    pub on: Date,
    /// Pay by.
    pub due_on: Date,
    /// Services with a balance or activity.
    pub lines: Vec<StatementLine>,
    /// Patient money not yet applied, positive.
    pub unapplied: Money,
}

impl StatementData {
    /// What the patient owes now: lines due less money not yet applied.
    #[must_use]
    pub fn amount_due(&self) -> Money {
        self.lines.iter().map(|l| l.due).sum::<Money>() - self.unapplied
    }
}

const COLUMNS: [(&str, f32); 6] = [
    ("Charge", 300.0),
    ("Insurance paid", 362.0),
    ("Adjusted", 416.0),
    ("You paid", 462.0),
    ("Pending", 508.0),
    ("You owe", 558.0),
];
const ROWS_FIRST_PAGE: usize = 14;
const ROWS_NEXT_PAGE: usize = 24;
const ROW_HEIGHT: f32 = 24.0;

/// Draws a statement as PDF; the same data gives the same bytes.
///
/// # Errors
/// [`FormError`] when the document cannot be written.
#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
pub fn statement(data: &StatementData) -> Result<Vec<u8>, FormError> {
    let typefaces = Typefaces::load()?;
    let mut document = Document::new();
    let pages = paginate(&data.lines);
    let count = pages.len();
    for (index, rows) in pages.into_iter().enumerate() {
        let mut page = document.start_page_with(letter()?);
        let mut surface = page.surface();
        let mut canvas = Canvas { surface: &mut surface, typefaces: &typefaces };
        let mut y = if index == 0 { head(&mut canvas, data) } else { MARGIN + 12.0 };
        y = table(&mut canvas, rows, y);
        if index + 1 == count {
            foot(&mut canvas, data, y);
        }
        let number = format!("Statement {} \u{b7} page {} of {count}", data.number, index + 1);
        canvas.text_right(WIDTH - MARGIN, HEIGHT - 30.0, 8.0, Weight::Regular, &number);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| FormError::Layout)
}

fn paginate(lines: &[StatementLine]) -> Vec<&[StatementLine]> {
    let (first, rest) = lines.split_at(lines.len().min(ROWS_FIRST_PAGE));
    let mut pages = vec![first];
    pages.extend(rest.chunks(ROWS_NEXT_PAGE));
    pages
}

#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
fn head(canvas: &mut Canvas, data: &StatementData) -> f32 {
    let right = WIDTH - MARGIN;
    canvas.text(MARGIN, 66.0, 15.0, Weight::Bold, &data.practice_name);
    let mut y = 82.0;
    for line in address_lines(&data.practice_address) {
        canvas.text(MARGIN, y, 9.0, Weight::Regular, &line);
        y += 12.0;
    }
    canvas.text(MARGIN, y, 9.0, Weight::Regular, &format!("Questions about this bill: {}", data.practice_phone));

    canvas.text_right(right, 66.0, 15.0, Weight::Bold, "Statement");
    let facts = [
        format!("Statement {}", data.number),
        format!("Account {}", data.account_number),
        format!("Date {}", us_date(data.on)),
    ];
    for (i, fact) in facts.iter().enumerate() {
        canvas.text_right(right, 82.0 + 12.0 * i as f32, 9.0, Weight::Regular, fact);
    }

    canvas.text(MARGIN, 170.0, 10.0, Weight::Regular, &data.patient_name);
    for (i, line) in address_lines(&data.patient_address).iter().enumerate() {
        canvas.text(MARGIN, 184.0 + 13.0 * i as f32, 10.0, Weight::Regular, line);
    }

    let due = data.amount_due();
    let (label, amount) = if due.is_negative() {
        ("In your favor", format!("{} credit", due.abs()))
    } else {
        ("Amount due", format!("${due}"))
    };
    canvas.text_right(right, 172.0, 10.0, Weight::Regular, label);
    canvas.text_right(right, 194.0, 20.0, Weight::Bold, &amount);
    if due.is_positive() {
        canvas.text_right(right, 210.0, 9.0, Weight::Regular, &format!("Please pay by {}", us_date(data.due_on)));
    }
    256.0
}

#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
fn table(canvas: &mut Canvas, rows: &[StatementLine], top: f32) -> f32 {
    canvas.text(MARGIN, top, 8.0, Weight::Bold, "Date");
    canvas.text(MARGIN + 52.0, top, 8.0, Weight::Bold, "Service");
    for (title, x) in COLUMNS {
        canvas.text_right(x, top, 8.0, Weight::Bold, title);
    }
    canvas.rule(MARGIN, WIDTH - MARGIN, top + 5.0, 0.8);
    let mut y = top + 20.0;
    for row in rows {
        canvas.text(MARGIN, y, 8.5, Weight::Regular, &us_date(row.served_on));
        let described = canvas.typefaces.wrap(&row.description, 8.5, 168.0);
        if let Some(first) = described.first() {
            canvas.text(MARGIN + 52.0, y, 8.5, Weight::Regular, first);
        }
        // No amounts stand on the second line, so it may run under their columns.
        let rest = described.get(1..).unwrap_or_default().join(" ");
        let second = if rest.is_empty() || row.why.is_empty() {
            format!("{rest}{}", row.why)
        } else {
            format!("{rest} \u{b7} {}", row.why)
        };
        canvas.text(MARGIN + 52.0, y + 10.0, 7.5, Weight::Regular, &second);
        let amounts = [row.charge, row.insurance_paid, row.adjusted, row.patient_paid, row.insurance_pending, row.due];
        for ((_, x), amount) in COLUMNS.iter().zip(amounts) {
            let shown = if amount.is_zero() { "\u{2013}".to_owned() } else { amount.to_string() };
            canvas.text_right(*x, y, 8.5, Weight::Regular, &shown);
        }
        y += ROW_HEIGHT;
        canvas.rule(MARGIN, WIDTH - MARGIN, y - 9.0, 0.25);
    }
    y
}

#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
fn foot(canvas: &mut Canvas, data: &StatementData, y: f32) {
    let right = WIDTH - MARGIN;
    let lines_due: Money = data.lines.iter().map(|l| l.due).sum();
    let mut y = y + 8.0;
    let mut totals = vec![("Owed for these services", lines_due)];
    if !data.unapplied.is_zero() {
        totals.push(("Your payments not yet applied", -data.unapplied));
    }
    totals.push(("Amount due", data.amount_due()));
    for (label, amount) in totals {
        let weight = if label == "Amount due" { Weight::Bold } else { Weight::Regular };
        canvas.text_right(right - 70.0, y, 9.5, weight, label);
        canvas.text_right(right, y, 9.5, weight, &amount.to_string());
        y += 15.0;
    }
    let words = "\u{201c}Pending\u{201d} is still with your insurance and is not due yet. If you cannot pay the full amount, or \
                 believe that something is wrong, call the number above before the due date: payment plans and \
                 financial assistance are available. Please write the account number on your check.";
    y += 12.0;
    for line in canvas.typefaces.wrap(words, 8.5, right - MARGIN) {
        canvas.text(MARGIN, y, 8.5, Weight::Regular, &line);
        y += 12.0;
    }
}

pub(crate) fn address_lines(address: &Address) -> Vec<String> {
    let mut lines = vec![address.line1.clone()];
    if !address.line2.is_empty() {
        lines.push(address.line2.clone());
    }
    let zip = match address.zip.split_at_checked(5) {
        Some((five, four)) if !four.is_empty() => format!("{five}-{four}"),
        _ => address.zip.clone(),
    };
    lines.push(format!("{}, {} {zip}", address.city, address.state));
    lines
}

/// `MM/DD/YYYY`, as patients read it.
#[must_use]
pub fn us_date(on: Date) -> String {
    format!("{:02}/{:02}/{}", on.month(), on.day(), on.year())
}
