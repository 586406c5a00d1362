//! Every page in every state: content, escaping, tokens, labels, no inline style or script.

use super::sample::{self, HOSTILE};

fn page(name: &str) -> String {
    sample::pages().into_iter().find(|(n, _)| *n == name).unwrap().1
}

/// The opening tags of one element, each up to its `>`.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let opening = format!("<{element}");
    html.match_indices(&opening)
        .map(|(at, _)| &html[at..at + html[at..].find('>').unwrap()])
        .filter(|tag| tag[opening.len()..].starts_with([' ', '\n']) || tag.len() == opening.len())
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// Set `SUPERBILL_PAGES` to a folder to look at the pages.
#[test]
fn pages_can_be_looked_at() {
    let Ok(folder) = std::env::var("SUPERBILL_PAGES") else { return };
    for (name, html) in sample::pages() {
        std::fs::write(format!("{folder}/{name}.html"), html).unwrap();
    }
}

#[test]
fn nothing_typed_by_a_person_becomes_markup() {
    for (name, html) in sample::pages() {
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("<b>Plan"), "{name}");
    }
    assert!(!HOSTILE.is_empty());
    for name in ["worklist", "home", "encounter", "remittance", "account", "library", "bulletins", "guideline"] {
        assert!(page(name).contains("&#60;script&#62;alert("), "{name} shows the name as text");
    }
}

#[test]
fn the_content_policy_holds() {
    for (name, html) in sample::pages() {
        assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains("javascript:"), "{name}");
        assert!(!html.contains(" onclick=") && !html.contains(" onload="), "{name}");
        assert!(html.matches("<script").count() <= 1, "{name}");
        assert!(html.len() < 200_000, "{name} has {} bytes", html.len());
    }
}

#[test]
fn every_posted_form_carries_the_session_token() {
    for (name, html) in sample::pages() {
        // Nobody is signed in on the sign-in page; its requests are checked by origin.
        if name == "sign-in" {
            continue;
        }
        for form in html.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            if form.split('>').next().unwrap().contains("method=\"post\"") {
                assert!(form.contains("name=\"csrf\" value=\"token-csrf\""), "{name}: {form}");
            }
        }
    }
}

#[test]
fn every_form_that_moves_money_carries_its_own_key() {
    for (name, actions) in [
        ("remittance", &["/match\""][..]),
        ("denial", &["/appeal\"", "/write-off\"", "/pass-on\""]),
        ("account", &["/payments\"", "/statements\"", "/refunds\"", "/refunds/paid\""]),
        ("claim", &["/send\"", "/resend\"", "/take-apart\""]),
        ("claim-history", &["/correct\""]),
        ("encounter", &["/finish\""]),
    ] {
        let html = page(name);
        let mut keys: Vec<&str> = tags(&html, "input")
            .into_iter()
            .filter(|t| t.contains("name=\"idempotency\""))
            .filter_map(|t| attribute(t, "value"))
            .collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all, "{name}: a key is used once");
        for action in actions {
            let form = html.split("<form ").find(|form| form.split('>').next().unwrap().contains(action)).unwrap();
            assert!(form.split("</form>").next().unwrap().contains("name=\"idempotency\""), "{name} {action}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_id_is_used_once() {
    for (name, html) in sample::pages() {
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let labels: Vec<&str> = tags(&html, "label").into_iter().filter_map(|tag| attribute(tag, "for")).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{name}: an id is used twice");
        for label in &labels {
            assert!(ids.contains(label), "{name}: label for {label} has no field");
        }
        for element in ["input", "select", "textarea"] {
            for tag in tags(&html, element) {
                if !tag.contains("type=\"hidden\"") {
                    let id = attribute(tag, "id").unwrap_or_else(|| panic!("{name}: {tag} has no id"));
                    assert!(labels.contains(&id), "{name}: {id} has no label");
                }
            }
        }
    }
}

#[test]
fn every_state_is_a_word_besides_a_colour() {
    for (name, html) in sample::pages() {
        for tag in html.split("class=\"tag ").skip(1) {
            let words = tag.split('>').nth(1).unwrap().split('<').next().unwrap();
            assert!(!words.trim().is_empty(), "{name}: a tag without words");
        }
    }
}

#[test]
fn the_coder_sees_words_beside_codes() {
    let html = page("encounter");
    for part in [
        "data-suggestion=\"s1\"",
        "<mark data-evidence=\"s1\">Type 2 diabetes with </mark><mark data-evidence=\"s1 s4\">polyneuropathy</mark>",
        "E11.42",
        "99214 <span class=\"modifiers\">25</span>",
        "Two of three elements are moderate",
        "Considered and dropped",
        "Finish and next <kbd>Ctrl Enter</kbd>",
        "Accept <kbd>a</kbd>",
        "Three codes wait for a decision.",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains("disabled aria-describedby=\"blockers\""));
    assert!(page("encounter-empty").contains("Unsigned, not billable"));
}

#[test]
fn a_stay_shows_its_axes_and_its_working_drg() {
    let html = page("encounter");
    for part in [
        "<abbr title=\"Present on admission\">POA</abbr>",
        "Knee joint, left",
        "the note does not say the approach",
        "Working DRG <strong>074 Cranial and Peripheral Nerve Disorders without MCC (MS-DRG 43.1)</strong>",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!page("encounter-empty").contains("Hospital stay"));
}

#[test]
fn a_code_says_why_it_is_not_billable_and_what_replaced_it() {
    let html = page("code");
    for part in ["2025-09-30 was its last day", "Use instead", "B88.09", "Editions", "Keep as favourite <kbd>s</kbd>"] {
        assert!(html.contains(part), "{part}");
    }
    let alert = page("home");
    for part in ["New in the code library", "Open encounter", "CHE00012", "Acknowledge <kbd>y</kbd>"] {
        assert!(alert.contains(part), "{part}");
    }
    assert!(!page("home-empty").contains("New in the code library"));
    assert!(page("releases-empty").contains("superbill codes import"));
}

#[test]
fn findings_stand_at_their_box_and_line() {
    let html = page("claim");
    assert!(html.contains("<div class=\"box flagged\" id=\"box-1a\">"));
    assert!(html.contains("<div class=\"box flagged\" id=\"box-10\">"));
    assert!(html.contains("<div class=\"box\" id=\"box-11\">"));
    assert!(html.contains("?view=form#line-1") && html.contains("<tr id=\"line-1\" class=\"flagged\">"));
    assert!(html.contains("A E11.42   B I10   C M25.462"));
}

#[test]
fn a_cent_is_seen_and_money_reads_in_words() {
    let html = page("remittance-off");
    assert!(html.contains("Does not balance") && html.contains("Difference −0.01 short"));
    assert!(page("remittance").contains("Balances to the cent"));
    assert!(page("remittance").contains("−106.32 taken back"));
    assert!(page("account").contains("−12.30 credit"));
    assert!(page("manager").contains("Trial balance is −0.01"));
}

#[test]
fn an_empty_page_says_what_will_be_there() {
    assert!(page("worklist-empty").contains("No denial is open."));
    assert!(page("account-empty").contains("No money has moved"));
    assert!(page("manager-empty").contains("Nothing is posted yet"));
    assert!(page("learning-empty").contains("Suggestions stand as installed"));
    assert!(page("agreement-empty").contains("agrees with its written codes"));
    assert!(page("denial-bare").contains("Not allowed"));
}
