//! Equipment and supplies delivered: bought, rented or replaced, with the number of pieces (Claims Processing Manual 20).

use super::{Days, Document, Services, Visit, applied, cell, find, service, table, word_position};

/// Words near an item that say it was not delivered.
const NOT_DELIVERED: &[&str] = &[
    "declined",
    "out of stock",
    "not shipped",
    "no replacement",
    "quoted",
    "not given",
    "not provided",
    "not issued",
    "not ordered",
    "own",
];

pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let replaced =
        find(document, &["replacement for", "replaces the", "destroyed", "lost in", "stolen", "irreparable"]);
    let covered = find(
        document,
        &[
            "coverage criteria met",
            "criteria met",
            "meets criteria",
            "ahi",
            "treated with insulin",
            "insulin-treated",
            "on insulin",
            "instability documented",
            "documented instability",
            "instability on exam",
            "saturation 88",
            "policy met",
        ],
    );
    let mut taken = Vec::new();
    for row in table!("equipment.tsv").filter(|row| Days::of(row, 6).covers(visit.served_on)) {
        let code = cell(row, 2);
        let groups: Option<Vec<(usize, usize)>> =
            cell(row, 0).split(" & ").map(|g| g.split('|').find_map(|w| word_position(&document.lower, w))).collect();
        let Some((start, end)) = groups.and_then(|groups| groups.first().copied()) else { continue };
        let line_end =
            document.lower.get(end..).and_then(|t| t.find(['\n', '.', ';'])).map_or(document.lower.len(), |n| end + n);
        let line = document.lower.get(start..line_end).unwrap_or_default();
        if NOT_DELIVERED.iter().any(|word| word_position(line, word).is_some()) || taken.contains(&code) {
            continue;
        }
        taken.push(code);
        let Some(words) = document.evidence(start, line_end) else { continue };
        let mut item = service(code, cell(row, 5), vec![words], "PX-DONE", "The paper says it was delivered.");
        let each: u32 = cell(row, 3).parse().unwrap_or(1);
        let pieces = line.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse::<u32>().ok());
        if each > 1
            && let Some(pieces) = pieces
        {
            item.units = pieces.div_ceil(each);
            item.rules.push(applied("PX-UNITS", format!("{pieces} pieces, {each} a unit.")));
        }
        let rental = find(document, &["rental", "rented", "first month", "capped rental"]);
        if let Some(words) = rental.filter(|_| cell(row, 4) == "yes") {
            item.modifiers.push("RR".to_owned());
            if find(document, &["first month", "month 1", "initial rental", "set up", "setup"]).is_some() {
                item.modifiers.push("KH".to_owned());
            }
            item.evidence.push(words);
            item.rules.push(applied("EQ-HOW", "Rented."));
        } else if let Some(words) = &replaced {
            item.modifiers.push("RA".to_owned());
            item.evidence.push(words.clone());
            item.rules.push(applied("EQ-HOW", "A replacement."));
        } else {
            item.modifiers.push("NU".to_owned());
            item.rules.push(applied("EQ-HOW", "Bought new."));
        }
        if let Some(words) = &covered {
            item.modifiers.push("KX".to_owned());
            item.evidence.push(words.clone());
            item.rules.push(applied("EQ-COVERED", "What the coverage policy asks for is written."));
        }
        if code.starts_with('L') {
            for (side, modifier) in [("right", "RT"), ("left", "LT")] {
                if word_position(&document.lower, side).is_some() {
                    item.modifiers.push(modifier.to_owned());
                    break;
                }
            }
        }
        found.services.push(item);
    }
}
