//! Signing in and out, the client switch, and what stays on the other side of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use axum::http::StatusCode;
use site::{PASSWORD, Site};

#[tokio::test]
async fn a_password_opens_and_a_wrong_one_says_nothing() {
    let site = Site::new("password");
    let stranger = site.stranger();
    let wrong = stranger.post_raw("/sign-in", &[("login", "cedar.coder"), ("password", "not this one at all")]).await;
    let unknown = stranger.post_raw("/sign-in", &[("login", "nobody.here"), ("password", "not this one at all")]).await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(wrong.body, unknown.body);
    assert!(wrong.body.contains("User name or password is wrong."));

    let fields = [("login", "cedar.coder"), ("password", PASSWORD), ("next", "/work/to-code")];
    let right = stranger.post_raw("/sign-in", &fields).await;
    assert_eq!((right.status, right.location.as_str()), (StatusCode::SEE_OTHER, "/work/to-code"));
    let cookie = right.headers.get("set-cookie").unwrap().to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let elsewhere = [("login", "cedar.coder"), ("password", PASSWORD), ("next", "//evil.example/")];
    assert_eq!(stranger.post_raw("/sign-in", &elsewhere).await.location, "/");
}

#[tokio::test]
async fn guessing_has_to_wait() {
    let site = Site::new("guessing");
    let stranger = site.stranger();
    let fields = [("login", "cedar.coder"), ("password", "a guess that is wrong")];
    for _ in 0..6 {
        assert_eq!(stranger.post_raw("/sign-in", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = [("login", "cedar.coder"), ("password", PASSWORD)];
    assert_eq!(stranger.post_raw("/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn one_click_works_only_on_this_machine() {
    let site = Site::new("one_click");
    let page = site.stranger().get("/sign-in").await;
    assert!(page.body.contains("Enter the demo as") && page.body.contains("value=\"cedar.biller\""));
    let far = |uri: &str, host: &str, peer: &str| {
        axum::http::Request::builder()
            .method(if uri == "/sign-in" { "GET" } else { "POST" })
            .uri(uri)
            .header("host", host)
            .header("origin", format!("http://{host}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .extension(server::listen::Peer(peer.parse().unwrap()))
            .body(axum::body::Body::from("login=cedar.biller"))
            .unwrap()
    };
    for (host, peer) in [(site::HOST, "192.0.2.7:4000"), ("rebound.example:8080", "127.0.0.1:4000")] {
        let answer = site.send(far("/sign-in/persona", host, peer)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{host} {peer}");
        let answer = site.send(far("/sign-in", host, peer)).await;
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("cedar.biller"), "{host} {peer}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let site = Site::new("sign_out");
    let browser = site.sign_in("cedar.coder").await;
    let out = browser.post("/sign-out", &[]).await;
    assert_eq!((out.status, out.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_switch_shows_the_client_and_nobody_switches_to_a_strange_one() {
    let site = Site::new("switch");
    let (cedar, river) = (site.client("CH").to_string(), site.client("RB").to_string());
    let manager = site.sign_in("larkspur.manager").await;
    assert!(manager.get("/").await.body.contains("Cedar Hollow Family Practice, "));
    let there = manager.post("/clients/switch", &[("client", &river)]).await;
    assert_eq!(there.status, StatusCode::SEE_OTHER);
    assert!(manager.get("/").await.body.contains("Riverbend Physical Therapy, "));
    let coder = site.sign_in("river.coder").await;
    assert_eq!(coder.post("/clients/switch", &[("client", &cedar)]).await.status, StatusCode::NOT_FOUND);
    assert!(!coder.get("/").await.body.contains("Cedar Hollow"));
}

#[tokio::test]
async fn a_session_that_rested_too_long_is_over() {
    let site = Site::new("idle");
    let browser = site.sign_in("cedar.coder").await;
    let hash = server::password::fingerprint(browser.cookie.split_once('=').unwrap().1);
    let rested = |minutes: i64| server::app::present() - jiff::SignedDuration::from_mins(minutes);
    for (minutes, status) in [(14, StatusCode::OK), (16, StatusCode::SEE_OTHER)] {
        let seen_at = rested(minutes);
        site.db
            .write(&store::Actor::System("test"), store::Scope::Installation, |tx| {
                store::user::touch_session(tx, &hash, seen_at, None)
            })
            .unwrap();
        assert_eq!(browser.get("/").await.status, status, "{minutes} minutes");
    }
}

/// Lets a browser's session rest longer than it may.
fn rest(site: &Site, browser: &site::Browser<'_>) {
    let hash = server::password::fingerprint(browser.cookie.split_once('=').unwrap().1);
    let seen_at = server::app::present() - jiff::SignedDuration::from_mins(16);
    site.db
        .write(&store::Actor::System("test"), store::Scope::Installation, |tx| {
            store::user::touch_session(tx, &hash, seen_at, None)
        })
        .unwrap();
}

#[tokio::test]
async fn what_was_typed_when_the_session_had_ended_is_there_after_signing_in_again() {
    let site = Site::new("typed");
    let enter = async |login| {
        let answer = site.stranger().post_raw("/sign-in/persona", &[("login", login)]).await;
        let mut browser = site.stranger();
        browser.cookie = answer.cookie.unwrap();
        (answer.location, browser)
    };
    let fields = [("text", "Knee pain, left, for two weeks."), ("patient", "P0001"), ("password", "not kept")];
    let browser = site.sign_in("cedar.provider").await;
    rest(&site, &browser);
    let sent = browser.post_from("/encounters/new", "/encounters", &fields).await;
    assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?kept=1&next=/encounters/new"));
    assert!(browser.get(&sent.location).await.body.contains("What you typed is kept"));

    // Nobody else sees it; the person does, on the page of the form, and once.
    let (to, colleague) = enter("cedar.coder").await;
    assert_eq!(to, "/");
    assert!(!colleague.get("/encounters/new").await.body.contains("Knee pain"));
    let (to, again) = enter("cedar.provider").await;
    assert_eq!(to, "/encounters/new");
    let page = again.get(&to).await.body;
    assert!(page.contains("nothing was changed") && page.contains("Knee pain, left"), "{page}");
    assert!(!page.contains("not kept"), "no password is kept");
    assert!(!again.get(&to).await.body.contains("Knee pain"));
    assert!(again.get("/encounters").await.body.contains("No visit stands here"), "nothing was changed");
}

#[tokio::test]
async fn only_the_forms_of_the_ended_session_itself_are_kept() {
    let site = Site::new("untyped");
    let browser = site.sign_in("cedar.provider").await;
    let typed = [("text", "Knee pain, left.")];
    rest(&site, &browser);
    // A token of no page of the session, and a form larger than any note.
    let forged = [("csrf", "0123"), ("text", "Knee pain, left.")];
    assert_eq!(browser.post_raw("/encounters", &forged).await.status, StatusCode::UNAUTHORIZED);
    let large = "a".repeat(2 * 1024 * 1024);
    let sent = browser.post_from("/encounters/new", "/encounters", &[("text", &large)]).await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
    // After signing out there is no session any more.
    let gone = site.sign_in("cedar.provider").await;
    gone.post("/sign-out", &[]).await;
    assert_eq!(gone.post_from("/encounters/new", "/encounters", &typed).await.status, StatusCode::UNAUTHORIZED);
    let stranger = site.stranger();
    assert_eq!(stranger.post_from("/encounters/new", "/encounters", &typed).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_was_typed_for_one_client_comes_back_there() {
    let site = Site::new("typed_there");
    let river = site.client("RB").to_string();
    let mut manager = site.sign_in("larkspur.manager").await;
    manager.post("/clients/switch", &[("client", &river)]).await;
    manager.csrf = manager.get("/").await.field("csrf");
    rest(&site, &manager);
    let sent = manager.post_from("/encounters/new", "/encounters", &[("text", "Gait training")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let answer = site.stranger().post_raw("/sign-in/persona", &[("login", "larkspur.manager")]).await;
    let mut again = site.stranger();
    again.cookie = answer.cookie.unwrap();
    let page = again.get(&answer.location).await.body;
    assert!(page.contains("<dd>Gait training</dd>") && page.contains(" selected>Riverbend Physical Therapy"), "{page}");
}

#[tokio::test]
async fn a_closed_account_is_out_at_once() {
    let site = Site::new("closed");
    let browser = site.sign_in("cedar.coder").await;
    let id = site.world.users.iter().find(|user| user.login == "cedar.coder").unwrap().id;
    site.db
        .write(&store::Actor::System("test"), store::Scope::Installation, |tx| store::user::set_active(tx, id, false))
        .unwrap();
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    let entered = browser.post_raw("/sign-in/persona", &[("login", "cedar.coder")]).await;
    assert_eq!(entered.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_of_one_client_is_never_taken_for_another() {
    let site = Site::new("two_tabs");
    let manager = site.sign_in("larkspur.manager").await;
    let (cedar, river) = (site.client("CH").to_string(), site.client("RB").to_string());
    let first_tab = manager.csrf.clone();
    manager.post("/clients/switch", &[("client", &river)]).await;
    for path in ["/encounters/CH-E000001/finish", "/encounters", "/claims/send", "/remittances"] {
        let late = manager.post_raw(path, &[("csrf", &first_tab)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{path}: {}", late.body);
        assert!(late.body.contains("you work for Riverbend Physical Therapy now"), "{}", late.body);
    }
    // The form of the page opened since is taken, and the old tab may still switch back or sign out.
    let second_tab = manager.get("/").await.field("csrf");
    let gone = manager.post_raw("/encounters/CH-E000001/finish", &[("csrf", &second_tab), ("idempotency", "k")]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let back = manager.post_raw("/clients/switch", &[("csrf", &first_tab), ("client", &cedar)]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(manager.get("/").await.body.contains("Cedar Hollow Family Practice, "));
}
