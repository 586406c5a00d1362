//! The pages of a world that was lived to its last day: every denial is there to be opened, the figures hold,
//! and each kind of work is done through its page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use server::route::{Policy, Verb};
use server::table::ROUTES;
use site::{Site, links, lived, opens};
use store::Role;

#[tokio::test]
async fn every_page_of_the_lived_world_opens_and_every_denial_is_reachable() {
    let site = lived("lived");
    let mut causes = BTreeSet::new();
    for login in ["cedar.manager", "river.manager"] {
        let manager = site.sign_in(login).await;
        let practice = opens(&manager, "/manager").await;
        assert!(practice.contains("Holds") && !practice.contains("Fails"), "{practice}");
        for cause in links(&practice, "/denials?cause=") {
            let list = opens(&manager, &cause).await;
            let denials = links(&list, "/denials/");
            assert!(!denials.is_empty(), "{cause}");
            for denial in denials {
                assert!(opens(&manager, &denial).await.contains("Why the payer said no"));
            }
            causes.insert(cause);
        }
        // Whatever a list shows opens: nothing is a dead end.
        for list in [
            "/encounters",
            "/claims",
            "/remittances",
            "/patients",
            "/agreement?show=all",
            "/work/to-sign",
            "/work/to-code",
            "/work/denials",
            "/work/appeals",
            "/work/parked",
            "/work/credits",
            "/work/statements",
            "/work/other",
            "/",
        ] {
            let body = opens(&manager, list).await;
            let main = body.split("<main").nth(1).unwrap();
            for kind in ["/encounters/E", "/claims/", "/remittances/", "/patients/", "/denials/", "/work-items/"] {
                for link in links(main, kind).into_iter().take(25) {
                    let page = opens(&manager, &link).await;
                    assert!(page.len() < 200_000, "{link} has {} bytes", page.len());
                }
            }
        }
    }
    assert!(causes.len() >= 3, "{causes:?}");
    nothing_of_the_other_client(&site).await;
}

/// Code systems belong to every client, so that no code of theirs is another client's.
const OF_EVERY_CLIENT: [&str; 3] = ["/library/codes/", "/library/guidelines/", "/library/releases/"];

/// Every route with an object in its address answers an object of the other client as one that is not there.
async fn nothing_of_the_other_client(site: &Site) {
    for code in ["RB", "CH"] {
        let note = |tx: &mut store::Tx<'_>| {
            store::bulletin::publish(tx, store::bulletin::BulletinKind::Team, None, "Knees", "Ask for the side.")
        };
        site.db.write(&store::Actor::System("test"), store::Scope::One(site.client(code)), note).unwrap();
    }
    let strange = theirs(site, "RB");
    let own = theirs(site, "CH");
    let manager = site.sign_in("cedar.manager").await;
    let provider = site.sign_in("cedar.provider").await;
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.path.contains('{') && !route.path.starts_with("/assets")) {
        if OF_EVERY_CLIENT.iter().any(|every| route.path.starts_with(every)) {
            continue;
        }
        // A number of each client's own: what it cannot reach is proved in the cycle's tests.
        if route.path.starts_with("/learning/") {
            continue;
        }
        let Policy::Roles(roles, _) = route.policy else { continue };
        let browser = if roles.contains(&Role::Manager) { &manager } else { &provider };
        let kind = route.path.split('/').nth(1).unwrap();
        let objects = strange.get(kind).unwrap_or_else(|| panic!("no object for {}", route.path));
        for object in objects.iter().filter(|object| !own[kind].contains(object)).take(3) {
            let path = route.path.replace("{number}", object).replace("{id}", object).replace("{position}", "0");
            let fields = [
                ("idempotency", path.as_str()),
                ("reason", "r"),
                ("outcome", "o"),
                ("reference", "r"),
                ("letter", "l"),
                ("answer", "a"),
                ("amount", "1.00"),
                ("method", "cash"),
                ("until", "2026-07-20"),
                ("claim", "CH0000001R"),
                ("question", "q"),
                ("decision", "rest"),
                ("text", "note"),
                ("member_id", "M"),
                ("place", "11"),
                ("diagnoses", "I10"),
                ("last", "L"),
                ("first", "F"),
                ("born_on", "1980-01-01"),
                ("street", "S"),
                ("city", "C"),
                ("state", "KS"),
                ("zip", "66999"),
                ("effective_on", "2026-01-01"),
                ("sequence", "P"),
            ];
            let answer = match route.verb {
                Verb::Get => browser.get(&path).await,
                Verb::Post => browser.post(&path, &fields).await,
            };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

/// Objects of a client by the first part of their address.
fn theirs(site: &Site, code: &str) -> BTreeMap<&'static str, Vec<String>> {
    let read = |tx: &mut store::Tx<'_>| {
        let visits = store::encounter::list(tx, &Default::default(), 500, 0)?;
        let mut queries = Vec::new();
        for visit in &visits {
            queries.extend(store::query::of_encounter(tx, visit.encounter.id)?.into_iter().map(|q| q.id.to_string()));
        }
        let work = store::work::WorkFilter::default();
        let mut items = store::work::list(tx, &work, Default::default(), 500, 0)?;
        items.extend(store::work::list_done(tx, &work, 500, 0)?);
        let denials = items.iter().filter(|item| item.kind == "denial").map(|item| item.id.to_string()).collect();
        let claims = store::claim::list(tx, &Default::default(), Default::default(), 500, 0)?;
        let patients = store::patient::find(tx, &Default::default(), 500, 0)?;
        let remittances = store::remittance::list(tx, &Default::default(), 500, 0)?;
        let documents = store::document::list(tx, None, 500, 0)?;
        Ok::<_, store::StoreError>(BTreeMap::from([
            ("encounters", visits.into_iter().map(|v| v.encounter.number).collect()),
            ("queries", queries),
            ("claims", claims.into_iter().map(|c| c.number).collect()),
            ("patients", patients.into_iter().map(|(_, p)| p.id.to_string()).collect()),
            ("remittances", remittances.into_iter().map(|r| r.id.to_string()).collect()),
            ("documents", documents.into_iter().map(|d| d.id.to_string()).collect()),
            ("library", store::bulletin::list(tx, 500)?.into_iter().map(|b| b.id.to_string()).collect()),
            ("denials", denials),
            ("work-items", items.into_iter().map(|item| item.id.to_string()).collect()),
        ]))
    };
    site.db.read(&store::Actor::System("test"), store::Scope::One(site.client(code)), read).unwrap()
}

#[tokio::test]
async fn the_desks_do_their_work_through_their_pages() {
    let site = lived("desks");
    // The biller files the appeal that is due, and it leaves the list of things to file.
    let biller = site.sign_in("cedar.biller").await;
    let list = opens(&biller, "/work/appeals").await;
    let denial = links(&list, "/denials/").first().expect("an appeal to file").clone();
    let page = biller.get(&denial).await;
    let action = format!("{denial}/appeal");
    let filed = biller.post(&action, &[("idempotency", &page.key_of(&action))]).await;
    assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.body);
    assert!(opens(&biller, "/work/appeals").await.contains("Filed"));

    // The poster takes a payment from who owes longest, prints the rest, and sees a statement open as a PDF.
    let poster = site.sign_in("cedar.poster").await;
    let account = links(&opens(&poster, "/work/statements").await, "/patients/").first().unwrap().clone();
    let page = poster.get(&account).await;
    let action = format!("{account}/payments");
    let fields =
        [("amount", "10.00"), ("method", "check"), ("reference", "1001"), ("idempotency", &page.key_of(&action))];
    assert_eq!(poster.post(&action, &fields).await.status, StatusCode::SEE_OTHER);
    let paid = opens(&poster, &account).await;
    assert!(paid.contains("Received 10.00 USD; 10.00 applied"), "{paid}");
    let statement = links(&paid, "/documents/").first().expect("a statement").clone();
    let pdf = poster.get(&statement).await;
    assert_eq!(pdf.headers.get("content-type").unwrap(), "application/pdf");
    let parked = links(&opens(&poster, "/work/parked").await, "/remittances/").first().unwrap().clone();
    let page = poster.get(&parked).await;
    let action =
        format!("{parked}/items/{}/match", page.body.split("/items/").nth(1).unwrap().split('/').next().unwrap());
    let wrong = [("claim", "CH9999999X"), ("idempotency", &page.key_of(&action))];
    let wrong = poster.post(&action, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("has no claim CH9999999X"));

    // The front desk corrects a member number, and the record has it.
    let desk = site.sign_in("cedar.desk").await;
    let page = desk.get(&account).await;
    let coverage = page.field("coverage");
    let payer = page.body.split("name=\"payer\"").nth(1).unwrap();
    let payer = payer.split(" selected").next().unwrap().rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    let fields = [
        ("coverage", coverage.as_str()),
        ("payer", payer),
        ("sequence", "P"),
        ("member_id", "zz12345"),
        ("effective_on", "2025-01-01"),
    ];
    let changed = desk.post(&format!("{account}/coverages"), &fields).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    assert!(opens(&desk, &account).await.contains("ZZ12345"));
    // Its payer is asked in a file and answers when the day has passed.
    let page = desk.get(&account).await;
    let ask = format!("{account}/eligibility");
    let fields_asked = [("coverage", coverage.as_str()), ("idempotency", &page.key_of(&ask))];
    assert_eq!(desk.post(&ask, &fields_asked).await.status, StatusCode::SEE_OTHER);
    assert!(opens(&desk, &account).await.contains("no answer yet"));
    desk.post("/demo/advance", &[("by", "day"), ("idempotency", "day-1")]).await;
    let answered = opens(&desk, &account).await;
    assert!(
        !answered.contains("no answer yet") && answered.contains("in (") || answered.contains("came in"),
        "{answered}"
    );
    assert!(
        links(answered.split("notice").nth(1).unwrap(), "/documents/").len() + answered.matches("code ").count() > 0
    );
    // Through another patient's page the same coverage is not there.
    let other =
        links(&opens(&desk, "/patients").await, "/patients/").into_iter().find(|link| *link != account).unwrap();
    assert_eq!(desk.post(&format!("{other}/coverages"), &fields).await.status, StatusCode::NOT_FOUND);

    // A decided claim is corrected by a new one.
    let denied = links(&opens(&biller, "/claims?state=paid").await, "/claims/CH");
    let mut corrected = false;
    for claim in denied {
        let page = biller.get(&claim).await;
        let action = format!("{claim}/correct");
        if !page.body.contains(&format!("action=\"{action}\"")) || !page.body.contains("Harvest Valley PPO") {
            continue;
        }
        let value = |name: &str| {
            let field =
                page.body.split(&format!("name=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap().to_owned();
            field.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let mut fields: Vec<(String, String)> =
            ["member_id", "group_number", "casualty", "authorization", "place", "note", "diagnoses"]
                .map(|name| (name.to_owned(), value(name)))
                .into();
        for line in 1..=12 {
            if page.body.contains(&format!("name=\"procedure_{line}\"")) {
                for name in ["procedure", "modifiers", "pointers", "units", "charge"] {
                    let name = format!("{name}_{line}");
                    fields.push((name.clone(), value(&name)));
                }
            }
        }
        fields.push(("reason".into(), "The authorization was left out".into()));
        fields.push(("idempotency".into(), page.key_of(&action)));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let done = biller.post(&action, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(opens(&biller, &done.location).await.contains("replacement"));
        corrected = true;
        break;
    }
    assert!(corrected);
}
