//! Anesthesia: the code by the operation, minutes, who gave it, physical status, what is told besides (Claims Processing
//! Manual 12 §50).

use claim::Evidence;

use crate::{clock::stretch, therapy};

use super::{Days, Document, Services, Visit, applied, cell, find, service, table, word_position};

pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let row = table!("anesthesia.tsv").filter(|row| Days::of(row, 3).covers(visit.served_on)).find_map(|row| {
        let groups = cell(row, 1).split(" & ");
        let places: Option<Vec<(usize, usize)>> =
            groups.map(|g| g.split('|').find_map(|w| word_position(&document.lower, w))).collect();
        let (start, end) = places?.first().copied()?;
        Some((row, document.evidence(start, end)?))
    });
    let (Some((row, operation)), Some((minutes, span))) = (row, minutes(document)) else { return };
    let mut main = service(
        cell(row, 0),
        cell(row, 2),
        vec![operation, span],
        "AN-TIME",
        format!("{minutes} minutes of anesthesia; the claim carries minutes."),
    );
    main.units = minutes;
    let given_by = [
        (
            "QK",
            &[
                "medically directing 2",
                "medically directing 3",
                "medically directing 4",
                "medically directing two",
                "medically directing three",
                "medically directing four",
                "directing 3 concurrent",
                "directing 2 concurrent",
            ][..],
        ),
        ("QY", &["medically directing one", "medical direction of one", "medically directed one"]),
        ("AA", &["personally performed", "personally administered", "performed personally"]),
        ("QZ", &["without medical direction", "not medically directed", "crna", "nurse anesthetist"]),
    ];
    let by = given_by.iter().find_map(|(modifier, words)| Some((*modifier, find(document, words)?)));
    let status = status(document);
    let monitored = find(document, &["mac", "monitored anesthesia care"]).filter(|_| visit.is_medicare());
    let add = |main: &mut crate::service::Service, modifier: &str, words: Evidence, text: &str| {
        main.modifiers.push(modifier.to_owned());
        main.evidence.push(words);
        main.rules.push(applied("AN-WHO", text));
    };
    let is_directed = by.as_ref().is_some_and(|(modifier, _)| *modifier == "QK" || *modifier == "QY");
    if let Some((modifier, words)) = by {
        add(&mut main, modifier, words, "Who gave the anesthesia, and under whose direction.");
    }
    if let Some(words) = find(document, &["polypectomy", "polyp removed", "snare"])
        .filter(|_| visit.is_medicare() && main.code == "00811")
    {
        add(&mut main, "PT", words, "A screening that became a treatment.");
    }
    if let Some(words) = monitored {
        add(&mut main, "QS", words, "Monitored anesthesia care.");
    }
    let physical = status.as_ref().map(|(modifier, _, _)| modifier.clone());
    if let Some((modifier, words, _)) = status.clone() {
        add(&mut main, &modifier, words, "Physical status.");
    }
    let code = main.code.clone();
    found.services.push(main.clone());
    if is_directed && find(document, &["crna", "nurse anesthetist"]).is_some() {
        let mut directed = main;
        directed.modifiers = std::iter::once("QX".to_owned()).chain(physical).collect();
        found.services.push(directed);
    }
    besides(document, visit, &code, status.is_some_and(|(_, _, is_emergency)| is_emergency), found);
}

/// Age over 70 or under 1 and emergencies where the payer takes them; lines and blocks of the anesthetist's own.
fn besides(document: &Document<'_>, visit: &Visit, code: &str, is_emergency: bool, found: &mut Services) {
    if !visit.is_medicare() {
        if visit.age().is_some_and(|age| !(1..=70).contains(&age))
            && let Some(words) =
                found.services.iter().find(|s| s.code == code).and_then(|s| s.evidence.first().cloned())
        {
            found.services.push(service(
                "99100",
                "Extreme age",
                vec![words],
                "AN-CIRCUMSTANCE",
                "By the date of birth.",
            ));
        }
        if let Some(words) = find(document, &["emergency"]).filter(|_| is_emergency) {
            found.services.push(service(
                "99140",
                "Emergency",
                vec![words],
                "AN-CIRCUMSTANCE",
                "A delay would be a threat.",
            ));
        }
    }
    if let Some(words) = find(document, &["arterial catheter", "arterial line"]) {
        found.services.push(service(
            "36620",
            "Arterial catheter",
            vec![words],
            "PX-DONE",
            "Placed by the anesthetist.",
        ));
    }
    const BLOCKS: &[(&str, &str, &[&str])] = &[
        ("64447", "Femoral nerve block", &["adductor canal", "femoral nerve block", "femoral block"]),
        ("64415", "Brachial plexus block", &["interscalene", "supraclavicular", "brachial plexus block"]),
        ("64445", "Sciatic nerve block", &["sciatic block", "popliteal block", "sciatic nerve block"]),
        ("64486", "Transversus abdominis block", &["tap block", "transversus abdominis"]),
    ];
    let for_pain = find(document, &["postoperative pain", "post-operative pain", "postop pain"]);
    let (Some(pain), Some((code, label, names))) =
        (for_pain, BLOCKS.iter().find(|(_, _, names)| find(document, names).is_some()))
    else {
        return;
    };
    let Some(words) = find(document, names) else { return };
    let before = document.lower.get(words.start.saturating_sub(24)..words.start).unwrap_or_default();
    let mut block = service(
        code,
        label,
        vec![words.clone(), pain],
        "MOD-59",
        "For pain after the operation, apart from the anesthesia; please confirm.",
    );
    block.modifiers.push("59".to_owned());
    for (side, modifier) in [("right", "RT"), ("left", "LT")] {
        if before.contains(side) {
            block.modifiers.push(modifier.to_owned());
        }
    }
    found.services.push(block);
}

/// ASA 1 to 6, in figures of either kind, with an E for an emergency.
fn status(document: &Document<'_>) -> Option<(String, Evidence, bool)> {
    const ROMAN: &[(&str, u32)] = &[("iv", 4), ("vi", 6), ("v", 5), ("iii", 3), ("ii", 2), ("i", 1)];
    const BETWEEN: &[&str] = &["ps", "class", "status", "physical", "score"];
    let (at, mut end) = ["asa", "physical status"].iter().find_map(|word| word_position(&document.lower, word))?;
    let rest = document.lower.get(end..)?;
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(4);
    let word = words.find(|word| !BETWEEN.contains(word))?;
    end += word_position(rest, word)?.1;
    let own = word.trim_start_matches("ps");
    let (figure, is_emergency) = own.strip_suffix('e').map_or((own, false), |figure| (figure, true));
    let number = figure.parse::<u32>().ok().filter(|n| (1..=6).contains(n));
    let number = number.or_else(|| ROMAN.iter().find(|(roman, _)| *roman == figure).map(|(_, n)| *n))?;
    let is_emergency = is_emergency || words.next() == Some("e");
    Some((format!("P{number}"), document.evidence(at, end)?, is_emergency))
}

/// Minutes of anesthesia: from its start to its end, else as stated, else between the two times of one sentence.
fn minutes(document: &Document<'_>) -> Option<(u32, Evidence)> {
    const STATED: &[&str] = &["anesthesia time", "anes time", "total anesthesia", "anesthesia minutes"];
    let stated = || {
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = STATED.iter().find_map(|word| word_position(lower, word))?;
            let (minutes, length) = therapy::minutes(lower.get(end..)?)?;
            Some((minutes, document.evidence(sentence.start + start, sentence.start + end + length)?))
        })
    };
    let between = || {
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let is_named =
                ["start", "in", "begin", "anes", "anesthesia"].iter().any(|w| word_position(lower, w).is_some());
            let (from, to) = stretch(lower).filter(|_| is_named)?;
            Some((to - from, document.sentence_evidence(sentence)?))
        })
    };
    named_minutes(document).or_else(stated).or_else(between)
}

/// From the start of anesthesia to its end under those names, over midnight too.
fn named_minutes(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let after = |words: &[&str]| {
        words.iter().flat_map(|word| document.lower.match_indices(word)).find_map(|(at, word)| {
            let (clock, end) = clock(document.lower.get(at + word.len()..)?)?;
            Some((clock, at, at + word.len() + end))
        })
    };
    let (from, start, _) =
        after(&["anesthesia start", "anes start", "anesthesia time start", "anesthesia began", "anesthesia time"])?;
    let (to, _, end) =
        after(&["anesthesia end", "anes end", "anesthesia stop", "anesthesia time end", ", end ", " end "])?;
    let minutes = if to >= from { to - from } else { to + 24 * 60 - from };
    Some((minutes, document.evidence(start, end.max(start))?))
}

/// The first time of day: `07:32`, `0705`; in minutes since midnight, with its end.
fn clock(text: &str) -> Option<(u32, usize)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    if start > 24 {
        return None;
    }
    let digits: String = text.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
    let bare: String = digits.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = bare.split_at_checked(bare.len().checked_sub(2)?)?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes, start + digits.len()))
}
