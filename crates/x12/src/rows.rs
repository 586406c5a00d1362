//! Service lines as rows, for spreadsheets and tables.

use crate::claims::ClaimUnit;
use crate::segment::Segment;

/// The columns of [`line_rows`].
pub const COLUMNS: [&str; 14] = [
    "transaction",
    "claim",
    "payer_claim",
    "status",
    "line",
    "date",
    "revenue",
    "procedure",
    "modifiers",
    "units",
    "charge",
    "paid",
    "adjustments",
    "diagnoses",
];

/// The service lines of a claim or payment, each as the values of [`COLUMNS`]. A payment without lines is one row.
#[must_use]
pub fn line_rows(unit: &ClaimUnit<'_>) -> Vec<[String; 14]> {
    let Some(first) = unit.segments.first() else { return Vec::new() };
    let is_payment = first.id() == "CLP";
    let mut rows: Vec<[String; 14]> = Vec::new();
    let base = |line: usize| -> [String; 14] {
        let mut row: [String; 14] = Default::default();
        let (payer_claim, status) = if is_payment { (first.el(7), first.el(2)) } else { ("", "") };
        let values = [unit.transaction, first.el(1), payer_claim, status];
        for (place, value) in row.iter_mut().zip(values) {
            value.clone_into(place);
        }
        set(&mut row, 4, &line.to_string());
        row
    };
    let claim_date = unit.segments.iter().find(|one| matches!(one.el(1), "434" | "232") && is_date(one));
    for segment in &unit.segments {
        let number = rows.len().saturating_add(1);
        match segment.id() {
            "SV1" | "SV2" | "SV3" | "SVC" => rows.push(service(base(number), segment)),
            "DTP" | "DTM" if matches!(segment.el(1), "472" | "150") => {
                let day = if segment.id() == "DTP" { segment.el(3) } else { segment.el(2) };
                if let Some(row) = rows.last_mut() {
                    set(row, 5, day);
                }
            }
            "CAS" => {
                if let Some(row) = rows.last_mut() {
                    let adjustments =
                        (2..=17).step_by(3).filter(|element| !segment.el(*element).is_empty()).map(|element| {
                            format!(
                                "{}-{} {}",
                                segment.el(1),
                                segment.el(element),
                                segment.el(element.saturating_add(1))
                            )
                        });
                    let mut all: Vec<String> =
                        row.get(12).filter(|text| !text.is_empty()).cloned().into_iter().collect();
                    all.extend(adjustments);
                    set(row, 12, &all.join("; "));
                }
            }
            _ => {}
        }
    }
    if rows.is_empty() && is_payment {
        let mut row = base(0);
        set(&mut row, 10, first.el(3));
        set(&mut row, 11, first.el(4));
        rows.push(row);
    }
    let diagnoses = diagnoses(&unit.segments);
    for row in &mut rows {
        set(row, 13, &diagnoses);
        if row.get(5).is_some_and(String::is_empty) {
            set(row, 5, claim_date.map_or("", |date| if date.id() == "DTP" { date.el(3) } else { date.el(2) }));
        }
    }
    rows
}

fn is_date(segment: &Segment<'_>) -> bool {
    matches!(segment.id(), "DTP" | "DTM")
}

fn set(row: &mut [String; 14], column: usize, value: &str) {
    if let Some(place) = row.get_mut(column) {
        value.clone_into(place);
    }
}

fn service(mut row: [String; 14], segment: &Segment<'_>) -> [String; 14] {
    // Procedure, charge, units: the elements they stand in.
    let (procedure, charge, units) = match segment.id() {
        "SV2" => (2, 3, 5),
        "SV3" => (1, 2, 6),
        "SVC" => (1, 2, 5),
        _ => (1, 2, 4),
    };
    if segment.id() == "SV2" {
        set(&mut row, 6, segment.el(1));
    }
    if segment.id() == "SVC" {
        set(&mut row, 11, segment.el(3));
    }
    set(&mut row, 7, segment.comp(procedure, 2));
    let modifiers: Vec<&str> =
        (3..=6).map(|part| segment.comp(procedure, part)).filter(|part| !part.is_empty()).collect();
    set(&mut row, 8, &modifiers.join(" "));
    let units = segment.el(units);
    set(&mut row, 9, if units.is_empty() { "1" } else { units });
    set(&mut row, 10, segment.el(charge));
    row
}

fn diagnoses(segments: &[Segment<'_>]) -> String {
    let his = segments.iter().filter(|segment| segment.id() == "HI");
    let codes = his.flat_map(|hi| {
        hi.elements().skip(1).map(|element| {
            let mut parts = hi.components_of(element);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        })
    });
    let diagnoses =
        codes.filter(|(qualifier, _)| matches!(*qualifier, "ABK" | "ABF" | "BK" | "BF")).map(|(_, code)| code);
    diagnoses.collect::<Vec<_>>().join(" ")
}

/// A row as one line of CSV (RFC 4180).
#[must_use]
pub fn csv_line<S: AsRef<str>>(row: &[S]) -> String {
    let field = |value: &S| {
        let value = value.as_ref();
        if value.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.to_owned()
        }
    };
    row.iter().map(field).collect::<Vec<_>>().join(",")
}
