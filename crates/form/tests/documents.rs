//! Documents are real PDFs, the same every time, and readable as text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::process::Command;

use claim::{Address, Money};
use form::{LetterData, StatementData, StatementLine, letter, statement};
use jiff::civil::date;

fn address(line1: &str) -> Address {
    Address {
        line1: line1.into(),
        line2: String::new(),
        city: "Cedar Hollow".into(),
        state: "MD".into(),
        zip: "212440001".into(),
    }
}

fn sample(count: usize) -> StatementData {
    let line = |i: usize| StatementLine {
        served_on: date(2026, 3, 1),
        description: format!("Office visit {i}, established patient \u{2013} Dr. Mar\u{ed}a O\u{2019}Neil-Vandersteen"),
        charge: Money::from_cents(25_000),
        insurance_paid: Money::from_cents(10_632),
        adjusted: Money::from_cents(11_656),
        patient_paid: Money::ZERO,
        insurance_pending: Money::ZERO,
        due: Money::from_cents(2_712),
        why: "Coinsurance".into(),
    };
    StatementData {
        practice_name: "Cedar Hollow Family Practice".into(),
        practice_address: address("12 Mill Road"),
        practice_phone: "(410) 555-0134".into(),
        patient_name: "Jane Q. Doe".into(),
        patient_address: address("400 Orchard Lane"),
        account_number: "CH-1001".into(),
        number: "S000001".into(),
        on: date(2026, 7, 10),
        due_on: date(2026, 8, 9),
        lines: (1..=count).map(line).collect(),
        unapplied: Money::from_cents(500),
    }
}

/// The text of a PDF through poppler, or `None` with a loud note when it is not installed.
fn text_of(pdf: &[u8], name: &str) -> Option<String> {
    let path = std::env::temp_dir().join(format!("superbill-{}-{name}.pdf", std::process::id()));
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    std::fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        eprintln!("SKIPPED: pdftotext (poppler-utils) is not installed; the text of the PDF was not read");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_statement_says_what_is_owed_and_why() {
    let data = sample(2);
    let pdf = statement(&data).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(pdf, statement(&data).unwrap());
    if let Some(text) = text_of(&pdf, "statement") {
        for words in [
            "Jane Q. Doe",
            "$49.24",
            "Vandersteen \u{b7} Coinsurance",
            "Please pay by 08/09/2026",
            "250.00",
            "106.32",
            "27.12",
        ] {
            assert!(text.contains(words), "{words} is missing in\n{text}");
        }
    }
}

#[test]
fn a_long_statement_has_pages_and_keeps_every_row() {
    let pdf = statement(&sample(60)).unwrap();
    if let Some(text) = text_of(&pdf, "long") {
        assert_eq!(text.matches("Office visit").count(), 60);
        assert!(text.contains("page 3 of 3"), "{text}");
    }
}

#[test]
fn a_letter_carries_its_facts() {
    let data = LetterData {
        sender_name: "Cedar Hollow Family Practice".into(),
        sender_address: address("12 Mill Road"),
        recipient_name: "Demo Medicare Contractor".into(),
        recipient_address: address("1 Main Street"),
        on: date(2026, 7, 10),
        subject: "Request for redetermination".into(),
        facts: vec![("Claim".into(), "CH000012K".into()), ("Services".into(), "99214 of 03/01/2026, ".repeat(12))],
        paragraphs: vec!["We ask you to look again. ".repeat(30)],
        enclosures: vec!["Visit note of 03/01/2026".into()],
        signed_by: "A. Biller".into(),
    };
    let pdf = letter(&data).unwrap();
    assert_eq!(pdf, letter(&data).unwrap());
    if let Some(text) = text_of(&pdf, "letter") {
        let longest = text.lines().map(|line| line.trim().len()).max().unwrap();
        assert!(longest < 130, "{longest} characters do not fit on a line\n{text}");
        assert!(text.contains("CH000012K") && text.contains("redetermination"), "{text}");
    }
}
