//! Companion guides as data: each kind of rule finds what breaks it, under its own id and citation, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;

use common::{CLAIM, REMITTANCE, claim, remittance, with};
use x12::{Finding, Options, Overlay, Severity, ZipCodes, validate};

/// One rule for the professional claim, around it what makes it an overlay.
fn rule(text: &str) -> String {
    format!("guides = [\"005010X222A1\"]\n[[rule]]\nid = \"PH-1\"\ncite = \"Guide, page 4\"\n{text}")
}

fn findings(overlay: &str, bytes: &[u8]) -> Vec<Finding> {
    let overlay = Overlay::parse(overlay).unwrap_or_else(|error| panic!("{error}: {overlay}"));
    let options = Options { overlays: vec![Arc::new(overlay)], ..Options::default() };
    validate(bytes, &options).findings.into_iter().filter(|finding| finding.snip == 7).collect()
}

/// The findings as their paths.
fn paths(overlay: &str, body: &str) -> Vec<String> {
    findings(overlay, &claim(body)).into_iter().map(|finding| finding.path).collect()
}

#[test]
fn what_is_required() {
    let replaced = with(CLAIM, "11:B:1", "11:B:7");
    let authorized = with(&replaced, "HI*", "REF*G1*A77\nHI*");
    let asked = rule("require = \"2300/REF*G1\"\nwhen = [\"2300/CLM05-3 = 7\"]");
    assert_eq!(paths(&asked, &replaced), ["2300/REF[1]"]);
    assert!(paths(&asked, &authorized).is_empty() && paths(&asked, CLAIM).is_empty());
    let one = &findings(&asked, &claim(&replaced))[0];
    assert_eq!((one.rule.as_ref(), one.citation.as_deref()), ("PH-1", Some("Guide, page 4")));
    assert_eq!((one.severity, one.ack.code, one.segment.as_str()), (Severity::Error, "A6:21", "REF"));
    assert_eq!(one.message, "The payer requires REF*G1 in loop 2300.");
    // A loop is asked for by the segment that begins it, in the loop around it.
    assert_eq!(paths(&rule("require = \"2310B/NM1*82\""), CLAIM), ["2310B/NM1[1]"]);
    assert!(paths(&rule("require = \"2310B/NM1*82\""), &with(CLAIM, "LX*1", "NM1*82*1*ROE*RAY\nLX*1")).is_empty());
    // An element.
    assert_eq!(paths(&rule("require = \"2010BA/NM1/05\""), CLAIM), ["2010BA/NM1[1]/05"]);
    assert!(paths(&rule("require = \"2010BA/NM104\""), CLAIM).is_empty());
}

#[test]
fn what_is_forbidden() {
    assert_eq!(paths(&rule("forbid = \"2400/REF*6R\""), CLAIM), ["2400/REF[1]"]);
    assert_eq!(paths(&rule("forbid = \"2400/SV101-3\""), CLAIM), ["2400/SV1[1]/01-3"]);
    assert!(paths(&rule("forbid = \"2400/SV101-4\""), CLAIM).is_empty());
    assert_eq!(paths(&rule("forbid = \"BHT/03\""), CLAIM), ["BHT/03"]);
}

#[test]
fn what_is_limited() {
    let lines = format!("{CLAIM}\nLX*2\nSV1*HC:97140:GP*0*UN*1***1\nDTP*472*D8*20261001");
    assert_eq!(paths(&rule("limit = \"2400/LX\"\nat_most = 1"), &lines), ["2400/LX[2]"]);
    assert!(paths(&rule("limit = \"2400/LX\"\nat_most = 2"), &lines).is_empty());
    assert_eq!(paths(&rule("limit = \"2300/CLM01\"\nmin_length = 3"), CLAIM), ["2300/CLM[1]/01"]);
    assert_eq!(paths(&rule("limit = \"2300/CLM01\"\nmax_length = 1"), CLAIM), ["2300/CLM[1]/01"]);
    assert_eq!(paths(&rule("limit = \"2000B/SBR09\"\nvalues = [\"MC\", \"MB\"]"), CLAIM), ["2000B/SBR[1]/09"]);
    assert!(paths(&rule("limit = \"2000B/SBR09\"\nvalues = [\"C*\"]"), CLAIM).is_empty());
    assert_eq!(paths(&rule("limit = \"2000B/SBR09\"\nnot_values = [\"CI\"]"), CLAIM), ["2000B/SBR[1]/09"]);
    assert_eq!(paths(&rule("limit = \"2010BA/NM109\"\nshape = \"9XX9\""), CLAIM), ["2010BA/NM1[1]/09"]);
    assert!(paths(&rule("limit = \"2010BA/NM109\"\nshape = \"A999\""), CLAIM).is_empty());
}

#[test]
fn counts_go_by_transaction_set_when_asked() {
    let second = CLAIM.split_once("HL*2").unwrap().1.replace("CLM*A1", "CLM*A2");
    let both = format!("{CLAIM}\nHL*3{}", second);
    let most = |per: &str| rule(&format!("limit = \"2300/CLM\"\nat_most = 1\nper = \"{per}\""));
    assert_eq!(paths(&most("transaction"), &both), ["2300/CLM[2]"]);
    assert!(paths(&most("loop"), &both).is_empty());
}

#[test]
fn conditions_speak_of_the_same_loop_and_of_what_stands_above() {
    let lines = format!("{CLAIM}\nLX*2\nSV1*HC:99213*0*UN*1***1\nDTP*472*D8*20261001");
    // Of two lines only the one that fits.
    let asked = rule("require = \"2400/SV101-3\"\nwhen = [\"2400/SV101-2 = 99*\"]");
    assert_eq!(paths(&asked, &lines), ["2400/SV1[2]/01-3"]);
    // Above the claim, and about the claim from above.
    let asked = rule("require = \"2300/REF*G1\"\nwhen = [\"2000B/SBR09 = CI\", \"2010BB/NM109 = PAYER\"]");
    assert_eq!(paths(&asked, CLAIM), ["2300/REF[1]"]);
    assert!(paths(&asked, &with(CLAIM, "*CI", "*MC")).is_empty());
    let asked = rule("require = \"2000B/SBR04\"\nwhen = [\"2300/CLM02 > 100\"]");
    assert_eq!(paths(&asked, CLAIM), ["2000B/SBR[1]/04"]);
    let asked = rule("require = \"2300/REF*G1\"\nwhen = [\"2400/SV101-2 = 97110\", \"no 2300/REF*9F\"]");
    assert_eq!(paths(&asked, CLAIM), ["2300/REF[1]"]);
    assert!(paths(&asked, &with(CLAIM, "HI*", "REF*9F*R1\nHI*")).is_empty());
}

#[test]
fn an_overlay_speaks_of_its_receivers_and_guides() {
    let text = |head: &str| format!("{head}\n[[rule]]\nid = \"PH-1\"\nforbid = \"2300/CLM01\"");
    let count = |head: &str| findings(&text(head), &claim(CLAIM)).len();
    assert_eq!(count("guides = [\"005010X222A1\"]\nreceivers = [\"PAYER\"]"), 1);
    assert_eq!(count("guides = [\"005010X222A1\"]\nreceivers = [\"OTHER\"]"), 0);
    assert_eq!(count("guides = [\"005010X223A2\"]"), 0);
    assert_eq!(count("guides = [\"005010X222A1\"]\nwhen = [\"2010BB/NM109 = PAYER\"]"), 1);
    assert_eq!(count("guides = [\"005010X222A1\"]\nwhen = [\"2010BB/NM109 = OTHER\"]"), 0);
}

#[test]
fn a_payer_rule_refuses_its_claim_and_a_remittance_is_not_answered() {
    let overlay = Overlay::parse(&rule("require = \"2300/REF*G1\"\nmessage = \"Ask for the authorization first.\""));
    let options = Options { snip: 1, overlays: vec![Arc::new(overlay.unwrap())], ..Options::default() };
    let bytes = claim(CLAIM);
    let report = validate(&bytes, &options);
    assert_eq!(report.findings[0].message, "Ask for the authorization first.");
    let answer = String::from_utf8(common::f277ca_by(&bytes, &options).unwrap()).unwrap();
    assert!(answer.contains("STC*A6:21*20261002*U*125.00"), "{answer}");
    let text =
        "guides = [\"005010X221A1\"]\n[[rule]]\nid = \"ERA-1\"\nseverity = \"warning\"\nforbid = \"2110/REF*6R\"";
    let found = findings(text, &remittance(REMITTANCE));
    assert_eq!((found[0].severity, found[0].ack.level.as_str(), found[0].ack.code), (Severity::Warning, "none", ""));
}

#[test]
fn the_zip_code_is_as_strict_as_asked() {
    let bytes = claim(&with(CLAIM, "627010001\nREF*EI", "62701\nREF*EI"));
    let found = |zip| {
        let report = validate(&bytes, &Options { zip, ..Options::default() });
        report.findings.iter().map(|finding| (finding.rule.to_string(), finding.severity)).collect::<Vec<_>>()
    };
    assert!(found(ZipCodes::Five).is_empty());
    assert_eq!(found(ZipCodes::Warn), [("C5".to_owned(), Severity::Warning)]);
    assert_eq!(found(ZipCodes::Nine), [("C5".to_owned(), Severity::Error)]);
}

#[test]
fn the_example_of_the_documentation_is_an_overlay() {
    let page = include_str!("../../../docs/x12-overlays.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let overlay = Overlay::parse(example).unwrap();
    assert_eq!(overlay.rule_count(), 8);
}
