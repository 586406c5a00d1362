//! Nothing is a dead end: every link opens for whom it is shown, every figure leads to what is behind it, and what one
//! may not decide is handed to who may.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;
use site::{Site, links, lived, opens};

/// Addresses of one kind that are visited; the rest look alike.
const OF_A_KIND: usize = 5;

/// `/claims/CH0000019M?view=form` and `/claims/CH0000020N?view=form` are of a kind.
fn kind(link: &str) -> String {
    let part = |part: &str| if part.chars().any(|c| c.is_ascii_digit()) { "#".to_owned() } else { part.to_owned() };
    link.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn crawl(site: &Site, login: &str) -> usize {
    let browser = site.sign_in(login).await;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut known = BTreeSet::from(["/".to_owned()]);
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen = 0;
    while let Some(path) = waiting.pop_front() {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{login} {path}: {}", page.body);
        seen += 1;
        for link in links(&page.body, "/").into_iter().filter(|link| !link.starts_with("/assets")) {
            let link = link.split('#').next().unwrap().to_owned();
            let count = kinds.entry(kind(&link)).or_default();
            if *count < OF_A_KIND && known.insert(link.clone()) {
                *count += 1;
                waiting.push_back(link);
            }
        }
    }
    seen
}

#[tokio::test]
async fn every_link_opens_for_whom_it_is_shown() {
    let site = lived("reach");
    for login in ["cedar.coder", "cedar.biller", "cedar.poster", "cedar.desk", "cedar.provider", "cedar.manager"] {
        assert!(crawl(&site, login).await > 5, "{login}");
    }
    for login in ["river.coder", "river.biller", "river.provider"] {
        assert!(crawl(&site, login).await > 5, "{login}");
    }
    figures_lead_to_what_is_behind_them(&site).await;
    a_large_write_off_goes_to_the_manager(&site).await;
}

async fn figures_lead_to_what_is_behind_them(site: &Site) {
    let manager = site.sign_in("cedar.manager").await;
    let practice = opens(&manager, "/manager").await;
    assert!(practice.contains("transactions is 0.00."), "{practice}");
    let rejections = opens(&manager, "/rejections").await;
    let refused = links(&rejections, "/claims/CH");
    assert!(!refused.is_empty(), "{rejections}");
    assert!(opens(&manager, &refused[0]).await.contains("277CA"));
    let payments = opens(&manager, "/payments").await;
    assert!(!links(&payments, "/patients/").is_empty(), "{payments}");
    // A decision in a claim's history leads to its remittance.
    let paid = links(&opens(&manager, "/claims?state=paid").await, "/claims/CH").remove(0);
    let history = opens(&manager, &format!("{paid}?view=history")).await;
    assert!(!links(history.split("timeline").nth(1).unwrap(), "/remittances/").is_empty(), "{history}");
}

async fn a_large_write_off_goes_to_the_manager(site: &Site) {
    let biller = site.sign_in("river.biller").await;
    let mut handed = None;
    for denial in links(&opens(&biller, "/work/denials").await, "/denials/") {
        let page = biller.get(&denial).await;
        if page.body.contains("Above 50.00 USD a manager decides.") {
            assert!(!page.body.contains(&format!("action=\"{denial}/write-off\"")), "{}", page.body);
            let ask = format!("{denial}/ask-manager");
            let fields = [("reason", "Nothing supports an appeal"), ("idempotency", &page.key_of(&ask))];
            assert_eq!(biller.post(&ask, &fields).await.status, StatusCode::SEE_OTHER);
            handed = Some(denial);
            break;
        }
    }
    let denial = handed.expect("a denial above the limit");
    // The denied line is followed back to the words of the note.
    let page = opens(&biller, &denial).await;
    assert!(page.contains("<q>") && page.contains("Where line"), "{page}");
    assert!(links(&page, "/encounters/RB-E").iter().any(|link| link.contains("#s")), "{page}");
    let manager = site.sign_in("river.manager").await;
    assert!(links(&opens(&manager, "/work/other").await, "/denials/").contains(&denial));
    let page = manager.get(&denial).await;
    assert!(page.body.contains("The manager is asked: Nothing supports an appeal"), "{}", page.body);
    let action = format!("{denial}/write-off");
    let done = manager.post(&action, &[("reason", "Agreed"), ("idempotency", &page.key_of(&action))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(!links(&opens(&manager, "/work/other").await, "/denials/").contains(&denial));
}
