//! The code library in the application: a code found three ways, why it is not billable on a day, and a release that
//! arrives while people work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use std::sync::Arc;

use axum::http::StatusCode;
use claim::{EncounterStatus, SuggestedCode};
use codes::{
    Library,
    import::{Member, Options, read},
};
use jiff::civil::Date;
use site::{Site, lived, opens};
use store::{Actor, Scope, encounter::EncounterFilter};

const TEST: Actor = Actor::System("test");

#[tokio::test]
async fn a_code_is_found_three_ways() {
    let site = Site::new("ways");
    let coder = site.sign_in("cedar.coder").await;
    let words = opens(&coder, "/library?q=heart%20attack&on=2026-03-02").await;
    assert!(words.contains("/library/codes/I219?on=2026-03-02") || words.contains("/library/codes/I21"), "{words}");
    let typed = opens(&coder, "/library.json?q=M17.11&on=2026-03-02").await;
    assert!(typed.contains("\"value\":\"M17.11\"") && typed.contains("/library/codes/M1711?on=2026-03-02"), "{typed}");
    let letter = opens(&coder, "/library/index?q=H").await;
    assert!(letter.contains("/library/index?q=Heart"), "{letter}");
    let term = opens(&coder, "/library/index?q=Heart%20at").await;
    assert!(term.contains("/library/codes/I21"), "{term}");
    // From the chapters down: every step is a link of the page before, the notes of all steps hold at the end.
    let chapters = opens(&coder, "/library/tree?on=2026-03-02").await;
    let mut page = opens(&coder, &site::links(&chapters, "/library/tree?q=4&").remove(0)).await;
    for step in ["E08-E13", "E11", "E114"] {
        let link = site::links(&page, &format!("/library/tree?q={step}&")).remove(0);
        page = opens(&coder, &link).await;
    }
    assert!(page.contains("/library/codes/E1142?on=2026-03-02"), "{page}");
    assert!(page.contains("at E08-E13") || page.contains("at E11"), "{page}");
    let missing = coder.get("/library/codes/QQQQQ?on=2026-03-02").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_code_says_why_it_is_not_billable_and_what_replaced_it() {
    let site = Site::new("standing");
    let coder = site.sign_in("cedar.coder").await;
    let release = Library::shipped().release("icd10cm", "2026-04").unwrap().unwrap();
    let gone = &release.diff.removed[0];
    let then = opens(&coder, &format!("/library/codes/{gone}?on=2025-09-30")).await;
    assert!(then.contains("Valid on a claim of 2025-09-30"), "{then}");
    let now = opens(&coder, &format!("/library/codes/{gone}?on=2025-10-01")).await;
    assert!(now.contains("Not billable on 2025-10-01: 2025-09-30 was its last day."), "{now}");
    let instead = now.split_once("Use instead").expect("its replacements").1;
    assert!(instead.contains("/library/codes/") && instead.contains("Billable"), "{instead}");
    let header = opens(&coder, "/library/codes/S52.501?on=2026-03-02").await;
    assert!(header.contains("it needs a seventh character") && header.contains("S52.501A"), "{header}");
    // A service has facts of its own.
    assert!(opens(&coder, "/library/codes/99213").await.contains("Most units"));
}

#[tokio::test]
async fn risk_categories_and_inpatient_procedures_are_those_of_the_day() {
    let site = Site::new("risk");
    let coder = site.sign_in("cedar.coder").await;
    let then = opens(&coder, "/library/codes/E11.42?on=2025-12-31").await;
    assert!(then.contains("Risk adjustment, CMS-HCC Model V24") && then.contains("Diabetes with Chronic"), "{then}");
    let now = opens(&coder, "/library/codes/E11.42?on=2026-01-01").await;
    assert!(now.contains("CMS-HCC Model V28") && !now.contains("CMS-HCC Model V24"), "{now}");
    let procedure = opens(&coder, "/library/codes/0DTJ4ZZ?on=2024-03-02").await;
    assert!(procedure.contains("Resection of Appendix, Percutaneous Endoscopic Approach"), "{procedure}");
    assert!(procedure.contains("Valid for discharges of 2024-03-02"), "{procedure}");
    let later = opens(&coder, "/library/codes/0DTJ4ZZ?on=2026-03-02").await;
    assert!(later.contains("no edition at hand covers 2026-03-02"), "{later}");
    let found = opens(&coder, "/library?q=resection%20appendix&on=2024-03-02").await;
    assert!(found.contains("/library/codes/0DTJ4ZZ?on=2024-03-02"), "{found}");
}

/// Changes that end a code on a day and divide it.
fn changes(code: &str, from: Date) -> Library {
    let line = |label: &str, flag: char, code: &str| {
        format!("{:<12} {flag} {code:<7} {:<60} Invented title of {code}\n", format!("{label}:"), "Invented")
    };
    let longer = format!("{code}1");
    let text = line("Delete", '1', code) + &line("Add", '0', code) + &line("Add", '1', &longer);
    let member = Member { name: "icd10cm-order-addenda.txt".to_owned(), bytes: text.into_bytes() };
    let options = Options { from: Some(from), has_licence: false };
    Library::shipped().with(read(&[member], &options, &Library::shipped()).unwrap().packs)
}

#[tokio::test]
async fn a_release_is_told_to_whom_it_concerns_until_acknowledged() {
    let site = lived("release");
    // The coder looks into what waits for her: each gets its suggestions then.
    let coder = site.sign_in("cedar.coder").await;
    for visit in site::links(&opens(&coder, "/work/to-code").await, "/encounters/CH").into_iter().take(3) {
        opens(&coder, &visit).await;
    }
    // An open encounter, and a code of it that can be divided.
    let client = Scope::One(site.client("CH"));
    let (number, code, day) = site
        .db
        .read(&TEST, client, |tx| {
            let which = EncounterFilter { status: Some(EncounterStatus::ToCode), ..EncounterFilter::default() };
            for record in store::encounter::list(tx, &which, 100, 0)? {
                let run = store::coding::latest_run(tx, record.encounter.id)?;
                let mut codes = run.iter().flat_map(|run| &run.coding.suggestions).filter_map(|s| match &s.code {
                    SuggestedCode::Diagnosis { code } if code.as_str().len() < 7 => Some(code.to_string()),
                    _ => None,
                });
                if let Some(code) = codes.next_back() {
                    return Ok::<_, store::StoreError>((record.encounter.number, code, record.encounter.served_on));
                }
            }
            panic!("no open encounter with a diagnosis")
        })
        .unwrap();
    let manager = site.sign_in("cedar.manager").await;
    let favourite = format!("/library/codes/{code}/favourite");
    assert_eq!(coder.post(&favourite, &[("keep", "yes")]).await.status, StatusCode::SEE_OTHER);
    assert!(opens(&coder, "/library").await.contains("Your favourites"));
    assert!(!opens(&coder, "/").await.contains("New in the code library"));

    site.live.set_library(&Arc::new(changes(&code, day)));
    let home = opens(&coder, "/").await;
    let alert = home.split_once("New in the code library").expect("the alert is at home").1;
    assert!(alert.contains(&format!("/encounters/{number}")), "{alert}");
    assert!(alert.contains("Your favourites") && alert.contains("divided"), "{alert}");
    // The code page of the visit's day follows at once.
    let page = opens(&coder, &format!("/library/codes/{code}?on={day}")).await;
    assert!(page.contains("was its last day") && page.contains(&format!("/library/codes/{code}1?on={day}")), "{page}");

    let acknowledge = format!("/library/releases/icd10cm/{day}/acknowledge");
    assert_eq!(coder.post(&acknowledge, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!opens(&coder, "/").await.contains("New in the code library"));
    assert!(opens(&coder, "/library/releases").await.contains("Acknowledged"));
    // It is the coder's own acknowledgement, and of a release that is there.
    let others = opens(&manager, "/").await;
    assert!(others.contains("New in the code library") && !others.contains("Your favourites"), "{others}");
    let unknown = coder.post("/library/releases/icd10cm/2031-10-01/acknowledge", &[]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let audited = site.db.read(&TEST, Scope::One(site.client("CH")), |tx| {
        store::audit::list(tx, &store::audit::AuditFilter::default(), 50, 0)
    });
    assert!(audited.unwrap().iter().any(|row| row.action == "release.acknowledge"));
}

#[tokio::test]
async fn a_section_of_the_guidelines_opens() {
    let site = Site::new("guidelines");
    let text = "ICD-10-CM Official Guidelines for Coding and Reporting\nFY 2026\nSection I. Conventions\nA. The list\n\
        1. Two parts\nAn index and a list.\nB. General rules\n1. Locating a code\nFirst the index.\n2. Detail\nAll of it.\n";
    let member = Member { name: "guidelines-fy2026.txt".to_owned(), bytes: text.as_bytes().to_vec() };
    let packs = read(&[member], &Options::default(), &Library::shipped()).unwrap().packs;
    let coder = site.sign_in("cedar.coder").await;
    assert_eq!(coder.get("/library/guidelines/I.B.2").await.status, StatusCode::NOT_FOUND);
    site.live.set_library(&Arc::new(Library::shipped().with(packs)));
    let section = opens(&coder, "/library/guidelines/I.B.2").await;
    assert!(section.contains("I.B.2 Detail") && section.contains("All of it."), "{section}");
    let above = opens(&coder, &site::links(&section, "/library/guidelines/I.B?").remove(0)).await;
    assert!(above.contains("/library/guidelines/I.B.1?"), "{above}");
}

#[tokio::test]
async fn a_bulletin_says_who_has_read_it() {
    let site = Site::new("bulletins");
    let (coder, biller) = (site.sign_in("cedar.coder").await, site.sign_in("cedar.biller").await);
    let fields = [("title", "Knee imaging"), ("body", "Asks for approval from August on."), ("payer", "")];
    assert_eq!(coder.post("/library/bulletins", &fields).await.status, StatusCode::SEE_OTHER);
    let unread = opens(&biller, "/library").await;
    assert!(unread.contains("Bulletins <span class=\"count\">1</span>"), "{unread}");
    let page = opens(&biller, "/library/bulletins").await;
    assert!(page.contains("Asks for approval from August on.") && page.contains("I have read it"), "{page}");
    let read = page.split("action=\"/library/bulletins/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(biller.post(&format!("/library/bulletins/{read}"), &[]).await.status, StatusCode::SEE_OTHER);
    let page = opens(&biller, "/library/bulletins").await;
    assert!(!page.contains("I have read it") && page.matches("Read by").count() == 1, "{page}");
    // Another client's people see nothing of it.
    let other = site.sign_in("river.coder").await;
    assert!(!opens(&other, "/library/bulletins").await.contains("Knee imaging"));
}
